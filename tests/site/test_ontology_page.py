"""The ontology's page: terms of other vocabularies by name, the rules of shapes in words, hierarchies with circles."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping

import pytest

Make = Callable[..., Mapping[str, str]]


DATA = 'thing:a a x:Thing ; skos:prefLabel "A" .'


def rules_of(page: str, anchor: str) -> str:
    """The text of a term's block."""
    block = page.partition(f'<article class="term" id="{anchor}">')[2].partition("</article>")[0]
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", re.sub(r"</t[hd]>\s*(?=<t[hd])", " | ", block))))


def test_alignments_are_named_in_words_and_curies_stand_in_code(pages: Make) -> None:
    made = pages(
        DATA,
        ontology="""
        @prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix frapo: <http://purl.org/cerif/frapo/> .
        x:Thing rdfs:subClassOf foaf:Agent ; skos:closeMatch frapo:Endeavour ; skos:narrowMatch geo:Feature .
        """,
    )
    german, english = made["ontology.html"], made["ontology.en.html"]
    assert 'Akteur <code>foaf:Agent</code></a> <span class="muted">(Unterart von)</span>' in german
    assert 'agent <code>foaf:Agent</code></a> <span class="muted">(a kind of)</span>' in english
    assert "(fast dasselbe wie)" in german
    assert "(anderswo enger gefasst)" in german
    for page in (german, english):
        visible = re.sub(r"<code>.*?</code>", "", page.partition("<main")[2])
        assert not re.search(r"\b(skos|rdfs|owl|foaf|frapo|geo):[A-Za-z]", re.sub(r"<[^>]*>", " ", visible))


def test_a_curie_is_never_written_with_a_capital(pages: Make) -> None:
    made = pages(
        "thing:a a <https://example.org/other#kind> ; skos:prefLabel 'A' ; <https://example.org/other#prop> 'p' .",
        settings="",
        ontology="",
    )
    prefixed = pages("thing:a a x:unnamed ; skos:prefLabel 'A' ; x:prop 'p' .")
    page = prefixed["doc/thing/a.html"]
    assert "x:prop" in page
    assert "X:prop" not in page
    assert "X:unnamed" not in "".join(prefixed.values())
    assert "example.org/other#prop" in made["doc/thing/a.html"]
    assert "Example.org" not in made["doc/thing/a.html"]


def test_datatypes_are_words_and_a_message_stands_for_its_pattern(pages: Make) -> None:
    made = pages(
        DATA,
        shapes="""
        @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
        x:S a sh:NodeShape ; sh:targetClass x:Thing ; sh:property x:S-a , x:S-b , x:S-c .
        x:S-a sh:path x:a ; sh:name "Aleph"@de ; sh:datatype rdf:langString ; sh:pattern "^[^ ]+$" ; sh:message "Ohne Leerzeichen, bitte."@de .
        x:S-b sh:path x:b ; sh:name "Beth"@de ; sh:datatype xsd:gYearMonth ; sh:pattern "^2" ; sh:minCount 1 ; sh:maxCount 1 .
        x:S-c sh:path x:c ; sh:name "Gimel"@de ; sh:datatype xsd:integer ; sh:maxCount 0 ; sh:deactivated false .
        """,
    )
    german = rules_of(made["ontology.html"], "Thing")
    assert "Aleph | 0..n | Text mit SprachangabeOhne Leerzeichen, bitte.Form^[^ ]+$ | Fehler" in german
    assert "Beth | 1 | MonatForm^2 | Fehler" in german
    assert "Gimel | 0 | ganze Zahl | Fehler" in german
    assert german.index("Beth") < german.index("Aleph")  # what must be there comes first
    assert "<details><summary>Form</summary><code>^2</code></details>" in made["ontology.html"]
    english = rules_of(made["ontology.en.html"], "Thing")
    assert "Aleph | 0..n | text with a language" in english
    assert "Beth | 1 | month" in english


@pytest.mark.parametrize(
    ("constraint", "german", "english"),
    [
        ("sh:nodeKind sh:IRI", "ein Ding mit Adresse (IRI)", "a thing with an address (IRI)"),
        ("sh:equals x:other", "dasselbe wie unter „Anderes“", "the same as under “other”"),
        ("sh:disjoint x:other", "nichts, was auch unter „Anderes“ steht", "nothing that stands under “other”, too"),
        ("sh:lessThan x:other", "kleiner oder früher als „Anderes“", "less or earlier than “other”"),
        ("sh:or ( [ sh:datatype xsd:gYear ] [ sh:datatype xsd:date ] )", "eines von: Jahr; Tag", "one of: year; day"),
        ("sh:or ( x:Short [ sh:datatype xsd:date ] )", "eines von: kurz; Tag", "one of: short; day"),
        ("sh:not [ sh:class x:Thing ]", "nicht: ein Ding der Art „Ding“", "not: a thing of the kind “thing”"),
        ("sh:languageIn ( 'de' 'en' )", "in einer der Sprachen de, en", "in one of the languages de, en"),
        (
            "sh:or ( [ sh:uniqueLang false ; sh:maxCount 3 ] [ sh:datatype xsd:date ] )",
            "eines von: höchstens 3; Tag",
            "one of: at most 3; day",
        ),
    ],
)
def test_constraints_are_said_in_words(pages: Make, constraint: str, german: str, english: str) -> None:
    made = pages(
        DATA,
        ontology='x:other a owl:DatatypeProperty ; rdfs:label "Anderes"@de , "other"@en .',
        shapes=f"""
        x:S a sh:NodeShape ; sh:targetClass x:Thing ; sh:property [ sh:path x:other ; {constraint} ] .
        x:Short rdfs:label "kurz"@de , "short"@en ; sh:maxLength 3 .
        """,
    )
    assert f"Anderes | 0..n | {german} | Fehler" in rules_of(made["ontology.html"], "Thing")
    assert f"Other | 0..n | {english} | error" in rules_of(made["ontology.en.html"], "Thing")


def test_shapes_about_whatever_has_a_property_stand_with_the_property(pages: Make) -> None:
    made = pages(
        DATA,
        ontology='x:owns a owl:ObjectProperty ; rdfs:label "besitzt"@de , "owns"@en .',
        shapes="""
        x:From a sh:NodeShape ; sh:targetSubjectsOf x:owns ; sh:class x:Thing .
        x:To a sh:NodeShape ; sh:targetObjectsOf x:owns ; sh:nodeKind sh:IRI ; sh:severity sh:Warning .
        """,
    )
    german = rules_of(made["ontology.html"], "owns")
    assert "Wofür es angegeben ist | | ein Ding der Art „Ding“ | Fehler" in german
    assert "Die Werte | | ein Ding mit Adresse (IRI) | Warnung" in german


def test_classes_and_concepts_in_a_circle_do_not_vanish(pages: Make) -> None:
    made = pages(
        """
        thing:s a skos:ConceptScheme ; skos:prefLabel "Liste" .
        thing:a a skos:Concept ; skos:inScheme thing:s ; skos:prefLabel "Henne" ; skos:broader thing:b .
        thing:b a skos:Concept ; skos:inScheme thing:s ; skos:prefLabel "Küken" ; skos:broader thing:a .
        """,
        ontology="""
        x:One a owl:Class ; rdfs:label "Eins"@de ; rdfs:subClassOf x:Two . x:Two a owl:Class ; rdfs:label "Zwei"@de ; rdfs:subClassOf x:One .
        """,
    )
    concepts = made["concepts.html"]
    assert concepts.count(">Henne</a>") == 1
    assert concepts.count(">Küken</a>") == 1
    tree = made["ontology.html"].partition('<div class="tree">')[2].partition("</section>")[0]
    assert tree.count('href="#One"') == 1
    assert tree.count('href="#Two"') == 1


def test_a_description_that_only_repeats_the_title_is_left_out(pages: Make) -> None:
    made = pages(
        """
        thing:s a skos:ConceptScheme ; skos:prefLabel "Arten von Dingen"@de ; skos:definition "Arten von Dingen."@de .
        thing:t a skos:ConceptScheme ; skos:prefLabel "Ziele"@de ; skos:definition "Ziele, die jemand hat."@de .
        thing:a a skos:Concept ; skos:inScheme thing:s ; skos:prefLabel "Henne"@de ; skos:definition "Ein Huhn."@de .
        """
    )["concepts.html"]
    assert "Arten von Dingen." not in made
    assert "<p>Ziele, die jemand hat.</p>" in made
    assert re.search(r"<dt><a [^>]*>Henne</a></dt><dd>Ein Huhn.</dd>", made)
