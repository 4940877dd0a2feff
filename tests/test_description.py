"""Descriptions: one thing, its sources, the labels of what it names, the links that lead to it."""

import pytest

from moro_lod.description import Index, Label, Labels, describe
from moro_lod.graphs import Graph, Quads
from moro_lod.namespaces import RDFS, SKOS
from moro_lod.sources import parse_text
from moro_lod.terms import iri

BASE = "https://example.org/"
PREFIXES = """
@prefix ex: <https://example.org/id/x/> . @prefix o: <https://example.org/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix s: <https://example.org/id/source/> .
"""


def quads(text: str) -> Quads:
    return parse_text((PREFIXES + text).encode(), ".trig", "test")


def index(text: str, neighbours: int = 50) -> Index:
    return Index.build(
        quads(text), base=BASE, label_properties=(SKOS.prefLabel, RDFS.label), languages=("de", "en"), neighbours=neighbours
    )


def thing(name: str) -> str:
    return iri(f"https://example.org/id/x/{name}")


def labels(text: str) -> Labels:
    return index(f"s:a {{ {text} }}").labels


def test_a_label_is_in_the_wanted_language_where_there_is_one() -> None:
    assert labels('ex:a skos:prefLabel "Brücke"@de, "bridge"@en .').best(thing("a"), "en") == Label("bridge", "en")


def test_label_falls_back_to_english_when_german_is_missing() -> None:
    found = labels('ex:a skos:prefLabel "bridge"@en, "pont"@fr, "plain" .').best(thing("a"), "de")
    assert found == Label("bridge", "en", is_fallback=True)


def test_label_falls_back_to_untagged_text_before_other_languages() -> None:
    assert labels('ex:a skos:prefLabel "pont"@fr, "plain" .').best(thing("a"), "de") == Label("plain", "", is_fallback=True)


def test_a_less_preferred_property_serves_for_a_language_that_the_best_one_lacks() -> None:
    assert labels('ex:a skos:prefLabel "bridge"@en ; rdfs:label "Brücke"@de .').best(thing("a"), "de") == Label(
        "Brücke", "de"
    )


def test_a_regional_form_of_the_language_is_better_than_nothing() -> None:
    assert labels('ex:a skos:prefLabel "Brücke"@de-AT .').best(thing("a"), "de") == Label("Brücke", "de-at")


def test_without_any_label_the_last_part_of_the_iri_is_shown_and_said_to_be_missing() -> None:
    assert labels("ex:a rdfs:seeAlso ex:b .").best(thing("a"), "de") == Label("a", "", is_fallback=True, is_missing=True)


def test_a_text_stands_for_itself() -> None:
    assert Labels(("de",), {}).best('"Wort"@de', "de") == Label("Wort", "de")


def test_every_statement_carries_all_its_sources() -> None:
    described = describe(thing("a"), index("s:one { ex:a o:p 1, 2 . } s:two { ex:a o:p 2 . }"))
    assert [[source.split("/")[-1] for source in each.sources] for each in described.statements] == [
        ["one>"],
        ["one>", "two>"],
    ]


def test_what_hangs_below_in_blank_nodes_belongs_to_the_thing() -> None:
    described = describe(thing("a"), index("s:one { ex:a o:p [ o:q [ o:r 1 ] ] . ex:b o:p [ o:q 2 ] . }"))
    assert len(described.own_quads()) == 3


def test_incoming_links_are_grouped_capped_and_counted() -> None:
    many = " ".join(f"ex:n{number:03} o:p ex:a ." for number in range(120))
    described = describe(thing("a"), index(f"s:one {{ ex:a o:self ex:a . {many} ex:b o:q ex:a . }}", neighbours=50))
    assert [(each.property[-3:], len(each.subjects), each.count) for each in described.incoming] == [
        ("#p>", 50, 120),
        ("#q>", 1, 1),
    ]
    assert '"120"^^<http://www.w3.org/2001/XMLSchema#integer>' in [o for _, _, o in described.graph()]
    assert '"1"^^<http://www.w3.org/2001/XMLSchema#integer>' not in [o for _, _, o in described.graph()]


def test_the_labels_of_everything_named_come_along() -> None:
    described = describe(
        thing("a"),
        index(
            's:one { ex:a o:p ex:b . ex:b skos:prefLabel "B"@de ; rdfs:label "b" . ex:c o:p ex:a ; rdfs:label "C" . ex:d rdfs:label "D" . }'
            's:r { s:one skos:prefLabel "Eins"@de }'
        ),
    )
    assert sorted(quad[2] for quad in described.label_quads) == ['"B"@de', '"C"', '"Eins"@de']


def test_a_description_is_a_part_of_everything_published() -> None:
    everything = index('s:one { ex:a o:p ex:b, [ o:q 1 ] . ex:b skos:prefLabel "B"@de ; o:p ex:a . }')
    described = describe(thing("a"), everything)
    assert set(described.own_quads()) <= set(everything.quads)
    assert {quad for quad in described.quads() if quad[3]} <= set(everything.quads)


def test_things_are_the_subjects_below_id() -> None:
    found = index("s:one { ex:a o:p ex:b . o:C rdfs:label 'C' . <https://elsewhere.org/x> o:p 1 . }")
    assert found.things == (thing("a"),)
    assert found.elsewhere == ("<https://elsewhere.org/x>",)


@pytest.mark.parametrize("count", [0, 1])
def test_an_empty_graph_has_no_labels(count: int) -> None:
    assert not Labels.build(Graph(), (SKOS.prefLabel,) * count, ("de",)).has(thing("a"))
