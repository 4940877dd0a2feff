"""What stands on the page of a thing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pytest

Make = Callable[..., Mapping[str, str]]


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html.partition("<main")[2].partition("</main>")[0]))


def test_facts_stand_in_the_order_and_groups_of_the_shapes(pages: Make) -> None:
    html = pages(
        'thing:a a x:Thing ; skos:prefLabel "A" ; x:z "last letter" ; x:a "first letter" ; x:m "no shape" .',
        ontology='x:z rdfs:label "Zett"@de . x:a rdfs:label "Ah"@de . x:m a owl:DatatypeProperty ; rdfs:label "Emm"@de .',
        shapes="""
        x:S a sh:NodeShape ; sh:targetClass x:Thing ; sh:property x:S-z , x:S-a .
        x:S-z sh:path x:z ; sh:order 1 ; sh:group x:G .
        x:S-a sh:path x:a ; sh:order 2 ; sh:group x:G ; sh:name "Aleph"@de .
        x:G a sh:PropertyGroup ; rdfs:label "Wichtiges"@de ; sh:order 0 .
        """,
    )["doc/thing/a.html"]
    words = text_of(html)
    places = [
        words.index(each)
        for each in ("Wichtiges", "Zett", "last letter", "Aleph", "first letter", "Angaben", "Emm", "no shape")
    ]
    assert places == sorted(places)


def test_incoming_links_stand_under_the_inverse_label_and_never_twice(pages: Make) -> None:
    made = pages(
        'thing:a a x:Thing ; skos:prefLabel "A" ; x:owns thing:b ; x:likes thing:b .\n'
        'thing:b a x:Thing ; skos:prefLabel "B" .',
        ontology="""
        x:owns a owl:ObjectProperty ; rdfs:label "besitzt"@de ; owl:inverseOf x:ownedBy .
        x:ownedBy a owl:ObjectProperty ; rdfs:label "gehört"@de .
        x:likes a owl:ObjectProperty ; rdfs:label "mag"@de .
        """,
    )
    words = text_of(made["doc/thing/b.html"])
    assert "Gehört" in words
    assert "Besitzt" not in words
    assert "Als „mag“ genannt von" in words
    assert words.count(" A ") == 2


def test_each_value_names_its_sources_and_inferred_ones_those_of_the_asserted_inverse(pages: Make) -> None:
    made = pages(
        trig="""
        source:one { thing:a a x:Thing ; skos:prefLabel "A" ; x:owns thing:b . }
        source:two { thing:a x:owns thing:b . thing:b a x:Thing ; skos:prefLabel "B" . }
        source:records {
          source:one skos:prefLabel "Erste Quelle"@de . source:two skos:prefLabel "Zweite Quelle"@de . }
        """,
        ontology="x:owns owl:inverseOf x:ownedBy ; a owl:ObjectProperty . x:ownedBy a owl:ObjectProperty .",
    )
    html = made["doc/thing/b.html"]
    assert re.search(r'thing/a\.html">A</a><sup class="refs"><a href="#q\d"[^>]*>.*?</a><a href="#q\d"', html)
    assert html.count('<li id="q') == 2
    assert "Erste Quelle" in html
    assert "Zweite Quelle" in html


def test_sources_that_disagree_are_both_shown_and_said_to_disagree(pages: Make) -> None:
    shapes = "x:S a sh:NodeShape ; sh:targetClass x:Thing ; sh:property x:S-d . x:S-d sh:path x:date ; sh:maxCount 1 ; sh:severity sh:Warning ."
    two = 'thing:a a x:Thing ; skos:prefLabel "A" ; x:date "2011-04"^^xsd:gYearMonth , "2011-12"^^xsd:gYearMonth .'
    html = pages(two, shapes=shapes)["doc/thing/a.html"]
    assert "April 2011" in html
    assert "Dezember 2011" in html
    assert "Die Quellen widersprechen sich." in html
    agreeing = two.replace('"2011-12"^^xsd:gYearMonth', '"2011"^^xsd:gYear')
    assert (
        "widersprechen"
        not in pages(agreeing, shapes=shapes)["doc/thing/a.html"].partition("<main")[2].partition("</main>")[0]
    )


def test_a_label_in_another_language_is_marked(pages: Make) -> None:
    made = pages('thing:a a x:Thing ; skos:prefLabel "Nur Deutsch"@de .')
    assert re.search(
        r'<h1><span lang="de">Nur Deutsch</span><abbr class="tag"[^>]*>de</abbr></h1>', made["doc/thing/a.en.html"]
    )
    assert "<h1>Nur Deutsch</h1>" in made["doc/thing/a.html"]


def test_texts_in_several_languages_show_the_wanted_one(pages: Make) -> None:
    made = pages('thing:a a x:Thing ; skos:prefLabel "A" ; skos:note "deutsch"@de , "english"@en , "plain" .')
    german, english = text_of(made["doc/thing/a.html"]), text_of(made["doc/thing/a.en.html"])
    assert "deutsch" in german
    assert "english" not in german
    assert "plain" in german
    assert "english" in english
    assert "deutsch" not in english.lower()


def test_a_thing_with_ten_thousand_neighbours_shows_fifty_and_links_to_all(pages: Make) -> None:
    count = 10_000
    targets = " , ".join(f"<https://example.com/{number}>" for number in range(count))
    others = "\n".join(f'<https://example.com/{n}> skos:prefLabel "Nachbar {n:05}" .' for n in range(count))
    made = pages(f'thing:hub a x:Thing ; skos:prefLabel "Mitte" ; x:knows {targets} .\n{others}')
    page = made["doc/thing/hub.html"]
    assert page.count("Nachbar ") == 50
    assert "Alle 10.000 anzeigen" in page
    everything = [path for path in made if path.startswith("all/thing/hub/") and not path.endswith(".en.html")]
    assert len(everything) == 20
    assert sum(made[path].count(">Nachbar ") for path in everything) == count
    assert len(page) < 60_000


def test_incoming_links_are_capped_too(pages: Make) -> None:
    others = "\n".join(f'thing:n{n} a x:Thing ; skos:prefLabel "Nachbar {n:05}" ; x:knows thing:hub .' for n in range(120))
    made = pages(f'thing:hub a x:Thing ; skos:prefLabel "Mitte" .\n{others}')
    assert made["doc/thing/hub.html"].count("Nachbar ") == 50
    assert (
        sum(text.count(">Nachbar ") for path, text in made.items() if path.startswith("all/") and ".en." not in path) == 120
    )


DERIVED = """
[[site.derived]]
classes = ["x:Thing"]
title = { de = "Dabei?", en = "Part?" }
through = "x:in"
through_period = ["x:start", "x:end"]
rows = "^x:area/x:role"
row_period = ["x:start", "x:end"]
answer = { de = "Ja, {label}: {count}.", en = "Yes, {label}: {count}." }
answer_one = { de = "Ja, {label}, einmal.", en = "Yes, {label}, once." }
none = { de = "Nein, {label} nicht.", en = "No, not {label}." }
columns = [{ path = "x:start", until = "x:end", label = { de = "Zeit", en = "Time" } }]
"""

REGIONS = """
source:members { id:a1 x:end "2012-04-30"^^xsd:date . id:a2 x:start "2016"^^xsd:gYear . id:d1 x:in id:a1 . id:d2 x:in id:a2 . }
source:roles { id:r x:area id:a1 , id:a2 ; x:role id:m . id:m skos:prefLabel "Rolle" ; x:start "2012-02"^^xsd:gYearMonth ; x:end "2013"^^xsd:gYear . }
source:other { id:d1 a x:Thing ; skos:prefLabel "Eins" . id:d2 a x:Thing ; skos:prefLabel "Zwei" . }
"""


def test_a_derived_table_answers_over_several_steps_with_the_sources_of_each(pages: Make) -> None:
    made = pages(trig=REGIONS, settings=DERIVED)
    first = made["doc/d1.html"]
    words = text_of(first)
    assert "Ja, Eins, einmal." in words
    assert "Februar 2012 – 2013" in words
    answer = first.partition('class="answer"')[2].partition("</section>")[0]
    numbers = set(re.findall(r'href="#q(\d+)"', answer))
    listed = first.partition('id="sources"')[2]
    sources = {re.search(rf'id="q{number}">.*?</li>', listed)[0] for number in numbers}
    assert any("members" in each for each in sources)
    assert any("roles" in each for each in sources)


def test_a_derived_table_leaves_out_what_belongs_to_another_time(pages: Make) -> None:
    assert "Nein, Zwei nicht." in text_of(pages(trig=REGIONS, settings=DERIVED)["doc/d2.html"])


def test_a_sentence_is_left_out_when_a_gap_stays_empty(pages: Make) -> None:
    settings = """
    [[site.sentences]]
    classes = ["x:Thing"]
    text = { de = "{label} hat {#x:part} Teile.", en = "{label} has {#x:part} parts." }
    """
    made = pages(
        'thing:a a x:Thing ; skos:prefLabel "A" ; x:part thing:b .\nthing:b a x:Thing ; skos:prefLabel "B" .',
        settings=settings,
    )
    assert "A hat 1 Teile." in made["doc/thing/a.html"]
    assert "hat" not in text_of(made["doc/thing/b.html"])


def test_blank_nodes_stand_inside_the_thing(pages: Make) -> None:
    made = pages(
        'thing:a a x:Thing ; skos:prefLabel "A" ; x:period [ x:from "2012"^^xsd:gYear ; x:deep [ x:word "innen" ] ] .'
    )
    words = text_of(made["doc/thing/a.html"])
    assert "2012" in words
    assert "innen" in words


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_language_switch_stays_on_the_thing(pages: Make, language: str) -> None:
    made = pages('thing:a a x:Thing ; skos:prefLabel "A" .')
    path = {"de": "doc/thing/a.html", "en": "doc/thing/a.en.html"}[language]
    other = {"de": "a.en.html", "en": "a.html"}[language]
    assert re.search(rf'<a href="{other}" lang="\w\w" hreflang="\w\w">', made[path])
    for tag, address in (("de", "a.html"), ("en", "a.en.html"), ("x-default", "a.html")):
        assert f'hreflang="{tag}" href="https://example.org/t/doc/thing/{address}"' in made[path]
    assert f'<html lang="{language}">' in made[path]
