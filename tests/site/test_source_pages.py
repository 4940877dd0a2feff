"""Where statements come from: pages of sources, the way to the originals, and the numbers of references."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from moro_lod import pipeline, site
from moro_lod.site import model

Make = Callable[..., Mapping[str, str]]

ADDRESSES = """
[site]
address_properties = ["x:printed"]
"""

TWO_SOURCES = """
source:one { thing:a a x:Thing ; skos:prefLabel "A" ; x:word "w" . }
source:two { thing:a x:size 1 , 2 . thing:b a x:Thing ; skos:prefLabel "B" ; x:size 1 . }
source:records {
  source:one skos:prefLabel "Erste" ; x:printed "example.org/report (p. 12)" .
  source:two skos:prefLabel "Zweite" ; x:printed "same, older copy" , "example.org (archive)" .
}
"""


def main(html: str) -> str:
    return html.partition("<main")[2].partition("</main>")[0]


def test_a_printed_address_becomes_a_link_with_its_remark_behind_it(pages: Make) -> None:
    made = pages(trig=TWO_SOURCES, settings=ADDRESSES)
    link = '<a class="outward" href="https://example.org/report" rel="external"><bdi>example.org/report</bdi></a>'
    assert f'{link} <span class="muted">(p. 12)</span>' in made["doc/source/one.html"]
    assert "<bdi>same, older copy</bdi>" in made["doc/source/two.html"]
    assert 'href="https://example.org/report"' not in pages(trig=TWO_SOURCES)["doc/source/one.html"]


def test_lists_of_sources_lead_to_the_original_where_there_is_one(pages: Make) -> None:
    made = pages(trig=TWO_SOURCES, settings=ADDRESSES)
    for path, name in (
        ("doc/thing/a.html", "Originalseite von „Erste“ öffnen"),
        ("doc/thing/a.en.html", "Open the original page of Erste"),
        ("sources.html", "Originalseite von „Erste“ öffnen"),
    ):
        (found,) = re.findall(r'<a class="original" href="([^"]*)".*?<span class="sr-only">([^<]*)', made[path])
        assert found == ("https://example.org/report", name)  # an address that is a host alone is no original


def test_the_page_of_a_source_tells_what_it_says_about_what(pages: Make) -> None:
    made = pages(trig=TWO_SOURCES)
    page = main(made["doc/source/two.html"])
    rows = re.findall(
        r'<li><a href="\.\./thing/(\w)\.html">\w</a> <span class="muted">([^<]*)', page.replace("../../doc/", "../")
    )
    assert rows == [("b", "3 Aussagen"), ("a", "2 Aussagen")]
    assert "What this source says" in made["doc/source/two.en.html"]
    assert "Was diese Quelle belegt" not in made["doc/thing/a.html"]


def test_the_page_of_a_source_does_not_name_the_list_of_sources_as_its_source(pages: Make) -> None:
    made = pages(trig=TWO_SOURCES)
    assert "Quellen dieser Seite" not in made["doc/source/one.html"]
    assert "Quellen dieser Seite" in made["doc/thing/a.html"]


def test_a_source_of_many_things_is_capped_and_everything_is_a_click_away(pages: Make) -> None:
    things = "\n".join(f'thing:n{n} a x:Thing ; skos:prefLabel "Ding {n:03}" .' for n in range(700))
    made = pages(trig=f"source:one {{ {things} }}\nsource:records {{ source:one skos:prefLabel 'Erste' . }}")
    page = made["doc/source/one.html"]
    assert main(page).count(">Ding ") == 50
    assert 'href="../../all/source/one/said.html">Alle 700 anzeigen' in page
    both = made["all/source/one/said.html"] + made["all/source/one/said.2.html"]
    assert len(set(re.findall(r">Ding (\d+)<", both))) == 700
    assert "2 Aussagen" in both
    assert "Ding 000" in made["all/source/one/said.en.html"]


ORDERED = """
source:z-intro { thing:a a x:Thing ; skos:prefLabel "A" ; skos:definition "Einleitung"@de . }
source:y-table { thing:b x:in thing:a ; a x:Thing ; skos:prefLabel "B" . }
source:x-fact { thing:a x:word "eins" . }
source:w-fact { thing:a x:zoo "a" , "b" , "c" . thing:a x:mixed "a" . }
source:v-fact { thing:a x:zoo "a" , "b" , "c" . thing:a x:mixed "b" . }
"""

TABLE = """
[[site.derived]]
classes = ["x:Thing"]
title = { de = "Tabelle" }
rows = "^x:in"
replaces = ["x:in"]
"""


def numbers_of(html: str) -> list[int]:
    return [int(each) for each in re.findall(r'<a href="#q(\d+)"', html)]


def test_sources_are_numbered_in_the_order_of_reading(pages: Make) -> None:
    page = main(pages(trig=ORDERED, settings=TABLE)["doc/thing/a.html"])
    numbers = numbers_of(page)
    assert list(dict.fromkeys(numbers)) == sorted(set(numbers))
    assert re.findall(r'<li id="q\d">[^\n]*source/([a-z])-', page) == ["z", "y", "w", "v", "x"]
    for cell in re.findall(r'<sup class="refs">(.*?)</sup>', page):
        assert numbers_of(cell) == sorted(numbers_of(cell))


def test_links_are_numbered_in_the_order_in_which_they_are_shown(pages: Make) -> None:
    made = pages(
        trig="""
        source:p { thing:a a x:Thing ; skos:prefLabel "A" ; x:knows thing:b . thing:b skos:prefLabel "Zebra" . }
        source:q { thing:a x:knows thing:c . thing:c skos:prefLabel "Affe" . }
        """
    )
    facts = main(made["doc/thing/a.html"])
    assert facts.index("Affe") < facts.index("Zebra")
    assert numbers_of(facts) == [1, 2]


def test_values_with_the_same_sources_name_them_once(pages: Make) -> None:
    page = pages(trig=ORDERED)["doc/thing/a.html"]
    (same,) = re.findall(r"<dt>zoo(.*?)</dd>|<dt>[^<]*zoo(.*?)</dd>", page, re.DOTALL)
    same = "".join(same)
    assert same.index('<sup class="refs">') < same.index("</dt>")
    assert len(numbers_of(same)) == 2
    (mixed,) = re.findall(r"<dt>[^<]*mixed(.*?)</dd>", page, re.DOTALL)
    assert "refs" not in mixed.partition("</dt>")[0]
    assert len(numbers_of(mixed)) == 2


def test_sources_of_texts_in_other_languages_are_not_listed(pages: Make) -> None:
    made = pages(
        trig="""
        source:one { thing:a a x:Thing ; skos:prefLabel "A" ; skos:note "deutsch"@de . }
        source:two { thing:a skos:note "english"@en . }
        """
    )
    assert made["doc/thing/a.html"].count('<li id="q') == 1


def test_a_hidden_direction_is_hidden_and_the_other_is_not(pages: Make) -> None:
    data = 'thing:a a x:Thing ; skos:prefLabel "A" ; x:likes thing:b . thing:b a x:Thing ; skos:prefLabel "B" .'
    shown = pages(data)
    assert "genannt von" in shown["doc/thing/b.html"]
    hidden = pages(data, settings='[site]\nhidden = ["^x:likes"]\n')
    assert "genannt von" not in hidden["doc/thing/b.html"]
    assert main(hidden["doc/thing/a.html"]) == main(shown["doc/thing/a.html"])


ALIKE = """
[[site.derived]]
classes = ["x:Place"]
title = { de = "Dabei", en = "Part" }
rows = "x:role"
none = { de = "{label} nicht; bekannt {known} von {all}.", en = "Not {label}; {known} of {all} known." }
counts = { all = { class = "x:Role" }, known = { class = "x:Role", having = "x:where" } }
[[site.derived]]
classes = ["x:Place"]
title = { de = "Ähnliche Namen", en = "Similar names" }
named_like = "x:Role"
answer = { de = "Nur die Namen gleichen sich.", en = "Only the names are alike." }
"""

PLACES = """
thing:old a x:Place ; skos:prefLabel "Altstadt (Kreis)" .
thing:new a x:Place ; skos:prefLabel "Altstadt-Neustadt" .
thing:alt a x:Place ; skos:prefLabel "Alt" ; skos:altLabel "Berg am See" .
thing:r1 a x:Role ; skos:prefLabel "Kreis Altstadt als Rolle" ; x:where thing:z .
thing:r2 a x:Role ; skos:prefLabel "Altstadt/Neustadt" .
thing:r3 a x:Role ; skos:prefLabel "Region Berg am See" .
thing:r4 a x:Role ; skos:prefLabel "Die Altstadt" . thing:old x:role thing:r4 .
"""


def rows_of(html: str) -> list[str]:
    return re.findall(r'<th scope="row"><span class="value"><a href="[^"]*thing/(\w+)\.html"', html)


def test_things_with_a_similar_name_are_offered_without_saying_that_they_are_the_same(pages: Make) -> None:
    made = pages(PLACES, settings=ALIKE)
    old = made["doc/thing/old.html"]
    assert rows_of(old) == ["r4", "r1"]  # the one that the first table has is not repeated
    assert rows_of(made["doc/thing/new.html"]) == ["r2"]  # the longer name counts, not "Altstadt"
    assert rows_of(made["doc/thing/alt.html"]) == ["r3"]  # by its other name, and not inside of a word
    last = old[old.index("Ähnliche Namen") :]
    assert "Nur die Namen gleichen sich." in last
    assert "Quellen</th>" not in last.partition("</table>")[0]


def test_the_answer_none_counts_what_is_known_and_looks_different(pages: Make) -> None:
    made = pages(PLACES, settings=ALIKE)
    page = made["doc/thing/alt.html"]
    assert "Alt nicht; bekannt 1 von 4." in page
    assert '<section class="answer none"' in page
    assert '<section class="answer"' in made["doc/thing/old.html"]
    assert '<section class="answer alike"' in page


def test_names_are_compared_once_a_site(publication: Callable[..., pipeline.Publication], monkeypatch) -> None:
    calls: list[int] = []
    real = model.alike
    monkeypatch.setattr(model, "alike", lambda *given: calls.append(1) or real(*given))
    list(site.pages(publication(PLACES, settings=ALIKE)))
    assert len(calls) == 1
