"""What stands on the page of a thing."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping

import pytest
from jinja2 import DictLoader, Environment, StrictUndefined

from moro_lod import pipeline, site
from moro_lod.errors import MoroError
from moro_lod.release import ReleaseView
from moro_lod.site import assets
from moro_lod.site.patterns import macro

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


CONTRADICTIONS = """
x:S a sh:NodeShape ; sh:targetClass x:Thing ; sh:property x:S-d , x:S-n , x:S-e .
x:S-d a sh:PropertyShape ; sh:path x:date ; sh:group x:contradictions ; sh:maxCount 1 ; sh:severity sh:Warning .
x:S-n a sh:PropertyShape ; sh:path x:number ; sh:group x:contradictions ; sh:maxCount 1 ; sh:severity sh:Warning .
x:S-e a sh:PropertyShape ; sh:path x:in ; sh:group x:contradictions ; sh:disjoint x:notIn ; sh:severity sh:Warning .
x:S-c a sh:PropertyShape ; sh:path x:curated ; sh:maxCount 1 .
x:contradictions a sh:PropertyGroup .
"""


def disputed(html: str) -> list[str]:
    """The names of the facts that are marked."""
    return re.findall(r'<div class="fact disputed"><dt>(?:<[^>]*>)?([^<]*)', html)


def test_sources_that_disagree_are_both_shown_and_said_to_disagree(pages: Make) -> None:
    two = 'thing:a a x:Thing ; skos:prefLabel "A" ; x:date "2011-04"^^xsd:gYearMonth , "2011-12"^^xsd:gYearMonth .'
    html = pages(two, shapes=CONTRADICTIONS)["doc/thing/a.html"]
    assert "April 2011" in html
    assert "Dezember 2011" in html
    assert "Die Quellen widersprechen sich." in html
    assert len(disputed(html)) == 1
    agreeing = two.replace('"2011-12"^^xsd:gYearMonth', '"2011"^^xsd:gYear')
    assert not disputed(pages(agreeing, shapes=CONTRADICTIONS)["doc/thing/a.html"])


def test_what_the_page_of_sources_calls_a_contradiction_is_marked_and_nothing_else(pages: Make) -> None:
    made = pages(
        """
        thing:a a x:Thing ; skos:prefLabel "A" ; x:number 1 , 12 ; x:curated "one" , "other" .
        thing:b a x:Thing ; skos:prefLabel "B" ; x:in thing:a ; x:notIn thing:a ; x:number 1 .
        """,
        shapes=CONTRADICTIONS,
        ontology="""
        x:number rdfs:label "Zahl"@de . x:curated rdfs:label "Angabe"@de .
        x:in rdfs:label "liegt in"@de . x:notIn rdfs:label "liegt nicht in"@de .
        """,
    )
    assert disputed(made["doc/thing/a.html"]) == ["Zahl"]
    assert disputed(made["doc/thing/b.html"]) == ["Liegt in", "Liegt nicht in"]
    assert made["sources.html"].count("dispute-card") == 2


def test_a_contradiction_is_marked_even_where_a_table_would_replace_the_fact(pages: Make) -> None:
    settings = """
    [[site.derived]]
    classes = ["x:Thing"]
    title = { de = "Tabelle", en = "Table" }
    rows = "x:in"
    replaces = ["x:in"]
    """
    data = 'thing:b a x:Thing ; skos:prefLabel "B" ; x:in thing:b .'
    assert not disputed(pages(data, shapes=CONTRADICTIONS, settings=settings)["doc/thing/b.html"])
    made = pages(data + "thing:b x:notIn thing:b .", shapes=CONTRADICTIONS, settings=settings)
    assert len(disputed(made["doc/thing/b.html"])) == 2


def test_every_contradiction_of_the_published_site_is_marked_on_the_page_of_its_thing(release: ReleaseView) -> None:
    cards = (release.site / "sources.html").read_text().split('<li class="dispute-card">')[1:]
    assert cards
    for card in cards:
        target = re.search(r'<h3><a href="([^"]*)"', card)[1]
        properties = {re.search(r'<p class="muted">([^<]*)</p>', card)[1]}
        properties.update(re.findall(r'<span class="muted">([^<]*)</span></th>', card))
        assert properties <= set(disputed((release.site / target).read_text())), card


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


def everything(made: Mapping[str, str], folder: str) -> list[str]:
    """The German pages "all …" below a folder, in the order of their paths."""
    return [made[path] for path in sorted(made) if path.startswith(f"all/{folder}/") and not path.endswith(".en.html")]


MANY = 3000


def test_many_values_inside_a_blank_node_are_capped_and_all_are_a_click_away(pages: Make) -> None:
    inside = " , ".join(f'"Wert {number:05}"' for number in range(MANY))
    made = pages(f'thing:a a x:Thing ; skos:prefLabel "A" ; x:period [ x:value {inside} ] .')
    page = made["doc/thing/a.html"]
    assert page.count("Wert ") == 50
    link = re.search(r'<a class="more" href="\.\./\.\./([^"]*)">Alle 3.000 anzeigen', page)
    assert link is not None
    assert link[1] in made
    assert sum(text.count("Wert ") for text in everything(made, "thing/a")) == MANY


def test_many_blank_nodes_show_their_content_on_the_pages_for_all(pages: Make) -> None:
    nodes = " , ".join(f'[ x:value "Wert {number:05}" ]' for number in range(600))
    made = pages(f'thing:a a x:Thing ; skos:prefLabel "A" ; x:period {nodes} .')
    assert made["doc/thing/a.html"].count("Wert ") == 50
    shown = "".join(everything(made, "thing/a"))
    assert len(set(re.findall(r"Wert \d+", shown))) == 600


def test_many_texts_that_introduce_a_thing_are_capped(pages: Make) -> None:
    texts = " , ".join(f'"Erklärung {number:05}"@de' for number in range(MANY))
    made = pages(f'thing:a a x:Thing ; skos:prefLabel "A" ; skos:definition {texts} .')
    page = made["doc/thing/a.html"]
    assert page.partition("<main")[2].count("Erklärung ") == 50
    assert "Alle 3.000 anzeigen" in page
    assert sum(text.count(">Erklärung ") for text in everything(made, "thing/a")) == MANY


def test_a_long_table_of_derived_facts_is_capped_and_paged(pages: Make) -> None:
    rows = "\n".join(f'thing:n{n} a x:Other ; skos:prefLabel "Nachbar {n:05}" ; x:in thing:a .' for n in range(MANY))
    settings = """
    [[site.derived]]
    classes = ["x:Thing"]
    title = { de = "Wer drin liegt", en = "Who is inside" }
    rows = "^x:in"
    replaces = ["x:in"]
    answer = { de = "{count} liegen drin.", en = "{count} are inside." }
    """
    made = pages(f'thing:a a x:Thing ; skos:prefLabel "A" .\n{rows}', settings=settings)
    page = made["doc/thing/a.html"]
    assert page.count("Nachbar ") == 50
    assert "3.000 liegen drin." in page
    assert re.search(r'href="../../all/thing/a/table\.1\.html">Alle 3.000 anzeigen', page)
    shown = everything(made, "thing/a")
    assert len(shown) == 15
    assert sum(text.count('<th scope="row">') for text in shown) == MANY
    assert all("Quellen dieser Seite" in text for text in shown)
    assert max(map(len, shown)) < 200_000


def test_blank_nodes_in_a_circle_are_shown_once(pages: Make) -> None:
    circle = "\n".join(
        f"_:b{one} x:next {' , '.join(f'_:b{other}' for other in range(8) if other != one)} ; x:word 'Knoten {one}' ."
        for one in range(8)
    )
    made = pages(f'thing:a a x:Thing ; skos:prefLabel "A" ; x:start _:b0 .\n{circle}')
    page = made["doc/thing/a.html"]
    assert page.count("Knoten ") <= 8
    assert "Knoten 0" in page
    assert len(page) < 30_000


def test_pages_for_all_values_name_the_sources_of_each(pages: Make) -> None:
    targets = " , ".join(f"thing:n{number}" for number in range(60))
    made = pages(
        trig=f"""
        source:one {{ thing:hub a x:Thing ; skos:prefLabel "Mitte" ; x:knows {targets} . }}
        source:two {{ thing:hub x:knows thing:n7 . }}
        source:records {{ source:one skos:prefLabel "Erste Quelle"@de . source:two skos:prefLabel "Zweite Quelle"@de . }}
        """
    )
    (page,) = everything(made, "thing/hub")
    (seventh,) = [item for item in page.split("<li>") if re.match(r"[^\n]*\bn7\b", item)]
    assert "Erste Quelle" in seventh
    assert "Zweite Quelle" in seventh
    assert page.count('<li id="q') == 2


def test_order_and_choice_follow_the_language_of_the_page(pages: Make) -> None:
    count = 120
    others = "\n".join(
        f'thing:n{n} a x:Thing ; skos:prefLabel "D {n:03}"@de , "E {count - n:03}"@en .' for n in range(count)
    )
    targets = " , ".join(f"thing:n{n}" for n in range(count))
    made = pages(f'thing:hub a x:Thing ; skos:prefLabel "M" ; x:knows {targets} .\n{others}')
    german = re.findall(r">(D \d+)<", made["doc/thing/hub.html"])
    english = re.findall(r">(E \d+)<", made["doc/thing/hub.en.html"])
    assert german == [f"D {n:03}" for n in range(50)]
    assert english == [f"E {n:03}" for n in range(1, 51)]
    assert re.findall(r">(E \d+)<", made["all/thing/hub/x-knows.en.html"]) == [f"E {n:03}" for n in range(1, count + 1)]


def test_texts_of_other_languages_do_not_count(pages: Make) -> None:
    notes = " , ".join([f'"Notiz {n:03}"@de' for n in range(40)] + [f'"note {n:03}"@en' for n in range(60)])
    made = pages(f'thing:a a x:Thing ; skos:prefLabel "A" ; skos:note {notes} .')
    assert made["doc/thing/a.html"].count("Notiz ") == 40
    assert "anzeigen" not in made["doc/thing/a.html"].partition("<main")[2]
    assert made["doc/thing/a.en.html"].count("note ") == 50
    assert "Show all 60" in made["doc/thing/a.en.html"]
    assert list(everything(made, "thing/a")) == []
    (all_english,) = [text for path, text in made.items() if path.startswith("all/")]
    assert 'href="../../../doc/thing/a.html" lang="de"' in all_english


def test_rows_of_derived_tables_are_in_the_order_of_the_page_s_language(pages: Make) -> None:
    settings = """
    [[site.derived]]
    classes = ["x:Thing"]
    title = { de = "Wer", en = "Who" }
    rows = "x:knows"
    """
    made = pages(
        'thing:a a x:Thing ; skos:prefLabel "M" ; x:knows thing:b , thing:c .'
        'thing:b skos:prefLabel "Apfel"@de , "pear"@en . thing:c skos:prefLabel "Birne"@de , "apple"@en .',
        settings=settings,
    )
    german, english = text_of(made["doc/thing/a.html"]), text_of(made["doc/thing/a.en.html"])
    assert german.index("Apfel") < german.index("Birne")
    assert english.index("apple") < english.index("pear")


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


def test_headings_in_another_language_are_marked(pages: Make) -> None:
    settings = """
    [[site.tables]]
    class = "x:Kind"
    title = { de = "Nur Deutsches" }
    columns = ["x:size"]
    home = true
    [[site.derived]]
    classes = ["x:Kind"]
    title = { de = "Tabelle" }
    rows = "x:part"
    label = { de = "Kopf" }
    columns = [{ path = "x:size" }]
    """
    made = pages(
        'thing:a a x:Kind ; skos:prefLabel "A" ; x:part thing:b ; x:word "wort" . thing:b a x:Kind ; skos:prefLabel "B" ; x:size 1 .',
        ontology='x:Kind a owl:Class ; rdfs:label "art"@de . x:size rdfs:label "größe"@de .',
        shapes="""
        x:S a sh:NodeShape ; sh:targetClass x:Kind ; sh:property x:S-w .
        x:S-w sh:path x:word ; sh:order 1 ; sh:group x:G .
        x:G a sh:PropertyGroup ; rdfs:label "gruppe"@de ; sh:order 0 .
        """,
        settings=settings,
    )
    page = made["doc/thing/a.en.html"]
    for text in ("Art", "Nur Deutsches", "Tabelle", "Kopf", "Größe", "Gruppe"):
        assert f'<span lang="de">{text}</span>' in page, text
        assert f'<span lang="de">{text}</span>' not in made["doc/thing/a.html"], text
    assert 'data-label="Größe"' in page
    for path in ("en/list/kind.html", "en/browse.html", "en/index.html"):
        assert '<span lang="de">Nur Deutsches</span>' in made[path], path
    assert '<th scope="col"><span lang="de">Größe</span>' in made["en/list/kind.html"]
    assert '<span lang="de">Art</span>' in made["en/index/a.html"]
    assert "<title>" in page
    assert "<span" not in page.partition("<title>")[2].partition("</title>")[0]


INVERSE = """
x:S a sh:NodeShape ; sh:targetClass x:Thing ; sh:property x:S-likes , x:S-eats , x:S-word .
x:S-likes sh:path [ sh:inversePath x:likes ] ; sh:name "Beliebt bei"@de , "liked by"@en ; sh:group x:G ; sh:order 1 .
x:S-word sh:path x:word ; sh:name "Wort"@de ; sh:group x:G ; sh:order 2 .
x:S-eats sh:path [ sh:inversePath x:eats ] ; sh:name "Gegessen von"@de .
x:G a sh:PropertyGroup ; rdfs:label "Gruppe"@de ; sh:order 0 .
"""


def test_a_shape_with_an_inverse_path_names_and_places_what_points_here(pages: Make) -> None:
    made = pages(
        'thing:a a x:Thing ; skos:prefLabel "A" ; x:likes thing:b ; x:eats thing:b . thing:b a x:Thing ; skos:prefLabel "B" ; x:word "w" .',
        shapes=INVERSE,
    )
    words = text_of(made["doc/thing/b.html"])
    places = [words.index(each) for each in ("Gruppe", "Beliebt bei", "Wort", "Erwähnt von", "Gegessen von")]
    assert places == sorted(places)
    assert "genannt von" not in words
    assert "Liked by" in text_of(made["doc/thing/b.en.html"])


def test_an_unnamed_inverse_in_the_ontology_does_no_harm(pages: Make) -> None:
    made = pages(
        'thing:a a x:Thing ; skos:prefLabel "A" ; x:likes thing:b . thing:b a x:Thing ; skos:prefLabel "B" .',
        ontology='x:likes rdfs:label "mag"@de . [] owl:inverseOf x:likes .',
    )
    assert "Als „mag“ genannt von" in text_of(made["doc/thing/b.html"])


def test_classes_that_are_below_each_other_are_both_shown(pages: Make) -> None:
    made = pages(
        'thing:a a x:One , x:Two , x:Upper ; skos:prefLabel "A" .',
        ontology="""
        x:One a owl:Class ; rdfs:label "Eins"@de ; rdfs:subClassOf x:Two , x:Upper . x:Upper a owl:Class ; rdfs:label "Oben"@de .
        x:Two a owl:Class ; rdfs:label "Zwei"@de ; rdfs:subClassOf x:One .
        """,
    )
    kicker = made["doc/thing/a.html"].partition('class="kicker"')[2].partition("</p>")[0]
    assert "Eins" in kicker
    assert "Zwei" in kicker
    assert "Oben" not in kicker


def test_foreign_classes_that_the_ontology_declares_lead_out_and_not_to_a_missing_anchor(pages: Make) -> None:
    made = pages(
        'thing:a a x:Thing ; skos:prefLabel "A" ; x:see <https://example.com/vocabulary#Class> , x:Thing .',
        ontology='<https://example.com/vocabulary#Class> a owl:Class ; rdfs:label "fremd"@de .',
    )
    page = made["doc/thing/a.html"]
    assert '<a class="outward" href="https://example.com/vocabulary#Class" rel="external">fremd</a>' in page
    assert 'href="../../ontology.html#Thing">' in page
    assert 'id="Thing"' in made["ontology.html"]


def test_a_gap_that_would_count_the_name_is_refused_with_its_place(publication: Callable[..., object]) -> None:
    settings = """
    [[site.sentences]]
    classes = ["x:Thing"]
    text = { de = "{#label} Dinge", en = "{#label} things" }
    """
    with pytest.raises(MoroError, match=r"moro-lod\.toml:\d+: .*#label.*; write"):
        list(site.pages(publication('thing:a a x:Thing ; skos:prefLabel "A" .', settings=settings)))


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{% macro lead(text) %}<p>{{ text }</p>{% endmacro %}", r"templates/parts\.html:1: .*lead"),
        ("{% macro lead(text) %}<p>no gap</p>{% endmacro %}", r"templates/parts\.html: .*lead must use text once each"),
        (
            "{% macro lead(text) %}<p>{{ text }}{{ text }}</p>{% endmacro %}",
            r"templates/parts\.html: .*lead must use text once",
        ),
        ("{% macro other(text) %}{{ text }}{% endmacro %}", r"templates/parts\.html: .*lead cannot be made"),
        ("{% macro lead(text) %}{{ text }}{{ missing }}{% endmacro %}", r"templates/parts\.html: .*'missing' is undefined"),
    ],
)
def test_a_mistake_in_the_parts_of_pages_is_named_with_template_and_macro(template: str, said: str) -> None:
    environment = Environment(loader=DictLoader({"parts.html": template}), autoescape=True, undefined=StrictUndefined)
    with pytest.raises(MoroError, match=said + r".*; check the template; nothing was published"):
        macro(environment, "parts.html", "lead", "text")


def test_missing_browser_parts_are_named_with_what_goes_without_them(
    publication: Callable[..., pipeline.Publication], monkeypatch: pytest.MonkeyPatch
) -> None:
    built = assets.load()
    gone = ("map.js", "search.js")
    without = dataclasses.replace(built, paths={name: path for name, path in built.paths.items() if name not in gone})
    monkeypatch.setattr(assets, "load", lambda: without)
    made = publication('thing:a a x:Thing ; skos:prefLabel "A" .')
    assert [file for file in site.pages(made) if str(file.path) == "doc/thing/a.html"]
    said = [str(each) for each in site.warnings(made)]
    assert any(re.search(r"assets/built: .*search\.js.*map\.js.*; run `make assets`", each) for each in said)
