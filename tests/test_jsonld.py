"""JSON-LD: compact, complete by itself, and expanding to exactly the graph."""

from __future__ import annotations

import json
import random
from typing import Any

import pyoxigraph as ox
from hypothesis import assume, given
from hypothesis import strategies as st
from pyld import jsonld

from moro_lod.distributions.context import Context, frame
from moro_lod.distributions.jsonld import JsonLdWriter, write_jsonld
from moro_lod.graphs import Graph, Quads
from moro_lod.namespaces import RDF, SKOS
from moro_lod.terms import datatype
from rdf_readers import _refuse, difference, normal, read_with_pyld, read_with_pyoxigraph, read_with_rdflib
from rdf_strategies import EXAMPLE, FEW, PREFIXES, any_texts, graphs_of
from test_distributions_blank_nodes import relabelled
from test_turtle import read

HEAD = """
    @prefix ex: <https://example.org/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
    @prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
    @prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix org: <http://www.w3.org/ns/org#> .
"""
MORE_PREFIXES = {**PREFIXES, "foaf": "http://xmlns.com/foaf/0.1/", "org": "http://www.w3.org/ns/org#"}


def written(turtle: str) -> dict[str, Any]:
    graph = read(HEAD + turtle).union()
    content = write_jsonld(graph, MORE_PREFIXES)
    assert read_with_pyld(content.decode()).union() == normal(graph)
    document: dict[str, Any] = json.loads(content)
    return document


@given(graphs_of(any_texts))
def test_pyoxigraph_reads_exactly_the_graph(graph: Graph) -> None:
    content = write_jsonld(graph, PREFIXES)
    seen = read_with_pyoxigraph(content, ox.RdfFormat.JSON_LD).union()
    assert seen == normal(graph), difference(normal(graph), seen) + content.decode()


@given(graphs_of())
@FEW
def test_pyld_expands_to_exactly_the_graph(graph: Graph) -> None:
    assume(not any(datatype(o).endswith("#double") for _, _, o in graph))  # PyLD rewrites those, strings or not
    content = write_jsonld(graph, PREFIXES)
    seen = read_with_pyld(content.decode()).union()
    assert seen == normal(graph), difference(normal(graph), seen) + content.decode()


@given(graphs_of())
@FEW
def test_rdflib_reads_exactly_the_graph(graph: Graph) -> None:
    content = write_jsonld(graph, PREFIXES)
    seen = read_with_rdflib(content, "json-ld").union()
    assert seen == normal(graph), difference(normal(graph), seen) + content.decode()


@given(graphs_of(), graphs_of())
@FEW
def test_a_context_made_for_other_values_still_says_the_same(graph: Graph, other: Graph) -> None:
    prefixes = {prefix: PREFIXES[prefix] for prefix in ("rdfs", "owl")}  # addresses that look like prefixed names: see below
    writer = JsonLdWriter(Context.build(other, {**prefixes, "e": EXAMPLE}))
    for each in (graph, other, graph):
        content = writer.write(each)
        assert read_with_pyoxigraph(content, ox.RdfFormat.JSON_LD).union() == normal(each), content.decode()


@given(graphs_of(), st.randoms(use_true_random=False))
@FEW
def test_order_and_labels_of_the_input_do_not_matter(graph: Graph, chance: random.Random) -> None:
    other = relabelled(Quads.of_graph(graph), chance).union()
    assert write_jsonld(other, PREFIXES) == write_jsonld(graph, PREFIXES)


def test_two_values_a_language_are_arrays_in_a_language_map() -> None:
    document = written('ex:a skos:altLabel "Eins"@de, "Zwei"@de, "one"@en ; skos:prefLabel "eins"@de .')
    assert document["@context"]["altLabel"]["@container"] == ["@language", "@set"]
    assert document["@graph"][0]["altLabel"] == {"de": ["Eins", "Zwei"], "en": ["one"]}
    assert document["@graph"][0]["prefLabel"] == {"de": ["eins"]}


def test_three_date_precisions_are_typed_values_without_coercion() -> None:
    document = written('ex:a ex:start "2012"^^xsd:gYear, "2012-02"^^xsd:gYearMonth, "2012-02-03"^^xsd:date .')
    assert document["@context"]["start"] == {"@container": "@set", "@id": "ex:start"}
    assert document["@graph"][0]["start"] == [
        {"@type": "xsd:gYear", "@value": "2012"},
        {"@type": "xsd:gYearMonth", "@value": "2012-02"},
        {"@type": "xsd:date", "@value": "2012-02-03"},
    ]


def test_numbers_and_booleans_stay_strings() -> None:
    document = written("ex:a ex:area 14.26130 ; ex:count 3 ; ex:good true ; ex:mixed 1.50, 3, true .")
    node = document["@graph"][0]
    assert (node["area"], node["count"], node["good"]) == (["14.26130"], ["3"], ["true"])
    assert document["@context"]["area"]["@type"] == "xsd:decimal"
    assert {each["@value"] for each in node["mixed"]} == {"1.50", "3", "true"}


def test_one_untagged_text_makes_a_property_an_array() -> None:
    document = written('ex:a ex:name "x"@de . ex:b ex:name "y" .')
    assert document["@graph"][0]["name"] == [{"@language": "de", "@value": "x"}]
    assert document["@graph"][1]["name"] == ["y"]


def test_links_are_plain_addresses_and_keys_have_aliases() -> None:
    document = written("ex:a a ex:Thing ; ex:knows ex:b, ex:c .")
    assert document["@context"]["id"] == "@id"
    assert document["@graph"] == [
        {"id": f"{EXAMPLE}a", "type": ["Thing"], "knows": [f"{EXAMPLE}b", f"{EXAMPLE}c"]},
    ]


def test_blank_nodes_and_lists_stand_where_they_are_used() -> None:
    document = written('ex:a ex:when [ ex:from "2012" ] ; ex:steps ( 1 "b" ex:c ) .')
    node = document["@graph"][0]
    assert node["when"] == [{"from": ["2012"]}]
    assert node["steps"][0]["@list"][1:] == [{"@value": "b"}, {"id": f"{EXAMPLE}c"}]
    assert len(document["@graph"]) == 1


def test_two_terms_that_want_one_key_both_get_one() -> None:
    graph = read(HEAD + 'ex:a foaf:member ex:b ; org:member ex:c ; skos:member ex:d ; ex:member "x" ; ex:type "t" .').union()
    context = Context.build(graph, MORE_PREFIXES, own=(EXAMPLE,))
    keys = {term: each.key for term, each in context.properties.items()}
    assert keys == {
        f"<{EXAMPLE}member>": "member",
        f"<{EXAMPLE}type>": "exType",
        "<http://www.w3.org/2004/02/skos/core#member>": "skosMember",
        "<http://www.w3.org/ns/org#member>": "orgMember",
        "<http://xmlns.com/foaf/0.1/member>": "foafMember",
    }
    assert read_with_pyld(write_jsonld(graph, {}, context=context).decode()).union() == graph


def test_an_address_that_looks_like_a_prefixed_name_stays_what_it_is() -> None:
    document = written("ex:a ex:at <geo:48.2,16.3>, <ex:b> .")
    assert "ex" not in document["@context"]
    assert document["@graph"][0]["at"] == ["ex:b", "geo:48.2,16.3"]


def test_the_published_context_has_all_terms_of_the_ontology() -> None:
    ontology = read(HEAD + "ex:Thing a owl:Class . ex:part a owl:ObjectProperty . ex:size a owl:DatatypeProperty .").union()
    context = Context.build(Graph(), PREFIXES, ontology=ontology, own=(EXAMPLE,))
    members = json.loads(context.document())["@context"]
    assert members["Thing"] == "ex:Thing"
    assert members["part"] == {"@container": "@set", "@id": "ex:part", "@type": "@id"}
    assert members["size"] == {"@container": "@set", "@id": "ex:size"}
    assert members["ex"] == EXAMPLE


def test_a_file_needs_only_the_part_of_the_context_that_it_uses() -> None:
    graph = read(HEAD + 'ex:a ex:p "x" ; ex:q 1 . ex:b ex:r ex:c ; a ex:D .').union()
    writer = JsonLdWriter(Context.build(graph, PREFIXES))
    document = json.loads(writer.write(Graph(triple for triple in graph if triple[0] == f"<{EXAMPLE}a>")))
    assert set(document["@context"]) == {"@version", "id", "type", "ex", "xsd", "p", "q"}


def test_the_thing_that_a_file_is_about_comes_first() -> None:
    graph = read(HEAD + 'ex:a ex:p "x" . ex:b ex:p "y" .').union()
    nodes = json.loads(write_jsonld(graph, PREFIXES, first=[f"<{EXAMPLE}b>"]))["@graph"]
    assert [each["id"] for each in nodes] == [f"{EXAMPLE}b", f"{EXAMPLE}a"]


def test_a_frame_gives_plain_nested_json() -> None:
    graph = read(
        HEAD + '<x:b> a ex:Bridge ; skos:prefLabel "Brücke"@de, "bridge"@en ; ex:builtBy <x:t>, <x:u> ; ex:length 12.50 .'
        ' <x:t> a ex:Town ; skos:prefLabel "Stadt"@de ; ex:has <x:b> ; ex:people 5 .'
    ).union()
    context = Context.build(graph, PREFIXES)
    content = frame(context, graph, ["<x:b>"], [f"<{EXAMPLE}Bridge>"], [SKOS.prefLabel])
    assert content is not None
    document = json.loads(write_jsonld(graph, PREFIXES, context=context))
    framed = jsonld.frame(document, json.loads(content), {"documentLoader": _refuse, "omitGraph": True})
    del framed["@context"]
    assert framed == {
        "id": "x:b",
        "type": ["Bridge"],
        "builtBy": [{"id": "x:t", "type": ["Town"], "prefLabel": {"de": ["Stadt"]}}, "x:u"],
        "length": ["12.50"],
        "prefLabel": {"de": ["Brücke"], "en": ["bridge"]},
    }
    assert frame(context, graph, ["<x:b>"], [RDF.List], [SKOS.prefLabel]) is None


def test_a_class_that_is_also_a_property_has_one_key() -> None:
    document = written("ex:a a ex:both ; ex:both ex:b .")
    assert document["@graph"][0]["both"] == [f"{EXAMPLE}b"]


def test_a_prefix_called_id_does_not_take_the_place_of_the_alias() -> None:
    graph = read("<x:a> a <https://example.org/id/x> ; <https://example.org/id/p> <x:b> .").union()
    document = json.loads(write_jsonld(graph, {"id": f"{EXAMPLE}id/", "type": f"{EXAMPLE}t/"}))
    assert document["@context"]["id"] == "@id"
    assert read_with_pyld(document).union() == graph
