"""Short names where the page says the rest, and dates of different precision."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

Make = Callable[..., Mapping[str, str]]

NAMES = """
[[site.names]]
class = "x:Role"
path = "x:short"
context = ["x:field"]
[[site.names]]
class = "x:Part"
path = "x:who"
[[site.derived]]
classes = ["x:Field"]
title = { de = "Rollen", en = "Roles" }
rows = "^x:field"
replaces = ["x:field"]
[[site.tables]]
class = "x:Role"
columns = ["x:field"]
"""

ROLES = """
thing:f a x:Field ; skos:prefLabel "Feld"@de , "field"@en .
thing:r a x:Role ; skos:prefLabel "Bautzen als Rolle: Feld" ; x:short "Bautzen"@de , "Bautzen & Co"@en ; x:field thing:f .
thing:s a x:Role ; skos:prefLabel "Ohne kurzen Namen" ; x:field thing:f .
thing:p a x:Part ; skos:prefLabel "Feld – Teil – Feld" ; x:who thing:f .
"""


def test_the_heading_is_short_and_what_it_leaves_out_stands_above_it(pages: Make) -> None:
    made = pages(ROLES, settings=NAMES)
    page = made["doc/thing/r.html"]
    assert "<h1>Bautzen</h1>" in page
    assert re.search(r'class="kicker">.*?</a> · <a href="[^"]*thing/f\.html">Feld</a></p>', page)
    assert "<title>Bautzen als Rolle: Feld" in page
    assert "<h1>Bautzen &amp; Co</h1>" in made["doc/thing/r.en.html"]
    assert "<h1>Ohne kurzen Namen</h1>" in made["doc/thing/s.html"]
    assert "<h1>Feld</h1>" in made["doc/thing/p.html"]


def test_tables_show_the_short_name_and_lead_to_the_thing(pages: Make) -> None:
    made = pages(ROLES, settings=NAMES)
    link = r'<th scope="row">(?:<span class="value">)?<a href="[^"]*doc/thing/r\.html">Bautzen</a>'
    assert re.search(link, made["doc/thing/f.html"])
    assert re.search(link, made["list/role.html"])
    row = next(row for row in json.loads(made["list/role.de.table.json"])["rows"] if row[1] == "doc/thing/r.html")
    assert row[0] == "Bautzen als Rolle: Feld"  # what filter and downloads have
    assert row[4:] == ["", "Bautzen"]


def test_long_headings_are_smaller(pages: Make) -> None:
    made = pages(f'thing:a a x:Thing ; skos:prefLabel "{"lang " * 13}" . thing:b a x:Thing ; skos:prefLabel "kurz" .')
    assert '<h1 class="long">' in made["doc/thing/a.html"]
    assert "<h1>" in made["doc/thing/b.html"]


def test_the_more_precise_date_comes_first_and_the_other_is_marked(pages: Make) -> None:
    data = 'thing:a a x:Thing ; skos:prefLabel "A" ; x:start "2012"^^xsd:gYear , "2012-02"^^xsd:gYearMonth , "2013"^^xsd:gYear .'
    made = pages(data)
    values = re.findall(r'<span class="value">(.*?)</span>', made["doc/thing/a.html"])
    assert [re.sub("<[^>]*>", "", each) for each in values] == ["Februar 2012", "2013", "nur Jahr: 2012"]
    assert "year only: 2012" in made["doc/thing/a.en.html"]
    assert "nur Jahr" not in pages(data.replace('"2012"^^xsd:gYear , ', ""))["doc/thing/a.html"]


def test_a_table_marks_a_period_about_which_sources_disagree(pages: Make) -> None:
    shapes = """
    x:S a sh:NodeShape ; sh:targetClass x:Part ; sh:property x:S-d .
    x:S-d a sh:PropertyShape ; sh:path x:start ; sh:group x:contradictions ; sh:maxCount 1 ; sh:severity sh:Warning .
    x:contradictions a sh:PropertyGroup .
    """
    settings = """
    [[site.derived]]
    classes = ["x:Thing"]
    title = { de = "Teile", en = "Parts" }
    rows = "x:part"
    columns = [{ path = "x:start", until = "x:end", label = { de = "Zeit", en = "Time" } }]
    """
    data = """
    thing:a a x:Thing ; skos:prefLabel "A" ; x:part thing:b , thing:c .
    thing:b a x:Part ; skos:prefLabel "B" ; x:start "2011"^^xsd:gYear , "2012"^^xsd:gYear .
    thing:c a x:Part ; skos:prefLabel "C" ; x:start "2011"^^xsd:gYear , "2011-05"^^xsd:gYearMonth .
    """
    page = pages(data, shapes=shapes, settings=settings)["doc/thing/a.html"]
    rows = re.findall(r'<tr><th scope="row">.*?</tr>', page, re.DOTALL)
    assert ['class="doubt"' in each for each in rows] == [True, False]
    assert "seit 2011 / 2012" in rows[0]
