"""Maps and charts: what is drawn, where, and that people can tell it apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from importlib import resources
from itertools import combinations
from pathlib import Path

import pytest

from moro_lod import pipeline, site
from moro_lod.project import Project
from moro_lod.site.looks import COLOURS, LOOKS, hatching

Make = Callable[..., Mapping[str, str]]

LAND = """
[[site.map.layers]]
class = "x:Land"
kind = "outline"
"""
COUNTRY = """
id:land a x:Land ; skos:prefLabel "Land" ; geo:hasGeometry id:land-shape .
id:land-shape geo:asWKT "POLYGON((6 47, 15 47, 15 55, 6 55, 6 47))"^^geo:wktLiteral .
"""


def locator(html: str) -> str:
    return html.partition('<figure class="locator">')[2].partition("</figure>")[0]


def thing(name: str, wkt: str, label: str = "") -> str:
    return f"""
    id:{name} a x:Thing ; skos:prefLabel "{label or name}" ; geo:hasGeometry id:{name}-shape .
    id:{name}-shape a geo:Geometry ; geo:asWKT "{wkt}"^^geo:wktLiteral .
    """


def test_anything_with_a_geometry_has_a_map_without_settings(pages: Make) -> None:
    made = pages(thing("a", "POINT(9.5 52.25)") + thing("b", "POLYGON((9 52, 10 52, 10 53, 9 52))") + "id:c a x:Thing .")
    assert "<circle" in locator(made["doc/a.html"])
    assert "52,25° N, 9,5° O" in locator(made["doc/a.html"])
    assert "52.25° N, 9.5° E" in locator(made["doc/a.en.html"])
    assert "<path" in locator(made["doc/b.html"])
    assert not locator(made["doc/c.html"])
    assert "map.html" not in made


def test_things_of_one_class_lie_around_each_other(publication: Callable[..., pipeline.Publication]) -> None:
    files = {
        str(file.path): file.content.decode(errors="replace")
        for file in site.pages(publication(thing("a", "POINT(9.5 52.25)") + thing("b", "POINT(10 52)")))
    }
    (around,) = [path for path in files if path.startswith("map/")]
    assert files[around].count("<circle") == 2
    assert f'href="../{around}"' in locator(files["doc/a.html"]).replace("%7E", "~")


def test_land_of_the_map_lies_below_what_is_on_it_and_not_below_the_rest(pages: Make) -> None:
    made = pages(COUNTRY + thing("inside", "POINT(9.5 52.25)") + thing("outside", "POINT(120 10)"), settings=LAND)
    assert "map/outline.svg" in locator(made["doc/inside.html"])
    assert "map/outline.svg" not in locator(made["doc/outside.html"])
    assert "<circle" in locator(made["doc/outside.html"])


def test_a_line_stays_a_line(pages: Make) -> None:
    drawn = locator(pages(thing("river", "LINESTRING(9 52, 10 53, 11 52)"))["doc/river.html"])
    assert 'class="here line"' in drawn
    assert not re.search(r'd="[^"]*z"', drawn)


def test_a_geometry_is_called_after_what_has_it_and_leads_back(pages: Make) -> None:
    data = thing("a", "POINT(9.5 52.25)", "Heide")
    ontology = 'geo:Geometry a owl:Class ; rdfs:label "Geometrie"@de , "geometry"@en .'
    made = pages(data, ontology=ontology)
    assert "<h1>Geometrie von Heide</h1>" in made["doc/a-shape.html"]
    assert "<h1>Geometry of Heide</h1>" in made["doc/a-shape.en.html"]
    assert re.search(
        r'<dt>Geometrie von</dt>\s*<dd><span class="value"><a href="../doc/a.html">Heide', made["doc/a-shape.html"]
    )
    assert locator(made["doc/a-shape.html"])
    shared = data + 'id:b a x:Thing ; skos:prefLabel "B" ; geo:hasGeometry id:a-shape .'
    assert "von Heide</h1>" not in pages(shared, ontology=ontology)["doc/a-shape.html"]


@pytest.mark.parametrize(
    ("wkt", "reason"),
    [
        ("POLYGON((nowhere", "no WKT"),
        ("<http://www.opengis.net/def/crs/EPSG/0/25832> POINT(550000 5800000)", "EPSG/0/25832 is unknown"),
        ("POINT(550000 5800000)", "outside the earth"),
    ],
)
def test_a_geometry_that_cannot_be_drawn_is_named_with_its_file_and_line(
    publication: Callable[..., pipeline.Publication], wkt: str, reason: str
) -> None:
    made = publication(thing("a", wkt))
    (said,) = [str(each) for each in site.warnings(made) if "left off the map" in str(each)]
    assert re.match(r"data/t\.ttl:\d+, https://example.org/t/id/a-shape: ", said)
    assert reason in said
    (page,) = [file.content.decode() for file in site.pages(made) if str(file.path) == "doc/a.html"]
    assert not locator(page)


def test_nothing_is_said_to_be_left_off_when_another_geometry_was_drawn(
    publication: Callable[..., pipeline.Publication],
) -> None:
    made = publication(thing("a", "nonsense") + 'id:a-shape geo:asWKT "POINT(9 52)"^^geo:wktLiteral .')
    assert not [each for each in site.warnings(made) if "left off the map" in str(each)]


REGIONS = """
[[site.map.layers]]
class = "x:Area"
kind = "region"
of = "x:of"
groups = "x:of/x:part"
"""


def regions(count: int) -> str:
    return (
        "\n".join(
            f"""
        id:area{n:02} a x:Area ; skos:prefLabel "Gebiet {n}" ; x:of id:region{n:02} ; geo:hasGeometry id:shape{n:02} .
        id:shape{n:02} geo:asWKT "POLYGON(({n} 50, {n}.9 50, {n}.9 51, {n} 50))"^^geo:wktLiteral .
        id:region{n:02} a x:Thing ; skos:prefLabel "Region {n:02}" ; x:part id:field .
        """
            for n in range(count)
        )
        + 'id:field a x:Thing ; skos:prefLabel "Feld" .'
    )


def test_thirty_regions_look_different_on_large_and_small_maps(pages: Make) -> None:
    page = pages(regions(30), settings=REGIONS)["map.html"]
    large = re.findall(r'class="region c(\d)" [^>]*><title>[^<]*</title><path class="shape" fill="url\(#h(\d+)\)"', page)
    small = re.findall(r'<g class="region c(\d)"><path class="shape" fill="url\(#h(\d+)\)"', page)
    assert len(large) == len(small) == 30
    assert len(set(large)) == len(set(small)) == 30
    assert {f"h{number}" for _, number in large} == set(re.findall(r'<pattern id="(h\d+)"', page))


def test_the_first_page_counts_the_regions_that_its_map_shows(pages: Make) -> None:
    assert "3 Regionen mit bekanntem Gebiet – zur Karte" in pages(regions(3), settings=REGIONS)["index.html"]
    assert "1 region with a known area – to the map" in pages(regions(1), settings=REGIONS)["en/index.html"]


def test_a_region_with_two_areas_is_named_once(pages: Make) -> None:
    second = """
    id:again a x:Area ; skos:prefLabel "später" ; x:of id:region00 ; geo:hasGeometry id:shape-again .
    id:shape-again geo:asWKT "POINT(9 52)"^^geo:wktLiteral .
    """
    page = pages(regions(2) + second, settings=REGIONS)["map.html"]
    assert 'aria-label="Feld: Region 00 und Region 01"' in page


PLACES = """
[[site.map.layers]]
class = "x:Place"
kind = "place"
members = "^x:has"
"""
PLACE = """
id:p a x:Place ; skos:prefLabel "Ort" ; geo:hasGeometry id:p-shape .
id:p-shape geo:asWKT "POLYGON((1 50, 1.4 50, 1.4 50.2, 1 50))"^^geo:wktLiteral .
id:area01 x:has id:p .
"""


def test_a_place_names_the_shapes_that_it_lies_in(pages: Make) -> None:
    page = pages(regions(3) + PLACE, settings=REGIONS + PLACES)["map.html"]
    (number,) = re.findall(r'data-place="Ort" data-thing="doc/p" data-inside="(\d+)"', page)
    (region,) = re.findall(rf'data-thing="doc/area01" data-region="{number}" data-of="(\d+)"', page)
    assert re.search(rf'<tr data-row="{region}"><th scope="row"><a href="doc/region01.html">', page)


def test_periods_on_the_map_say_no_more_than_years(pages: Make) -> None:
    settings = REGIONS + 'group_period = ["x:start", "x:end"]\n'
    data = regions(1) + 'id:field x:start "2012-01-01"^^xsd:date ; x:end "2013-12-31"^^xsd:date .'
    assert '<span class="muted nobreak">2012–2013</span>' in pages(data, settings=settings)["map.html"]


def test_names_of_regions_are_short_and_keep_clear_of_each_other(pages: Make) -> None:
    data = (
        regions(2)
        + 'id:region00 skos:altLabel "Kurz"@de , "Very short indeed"@en . id:region01 skos:prefLabel "Nachbar (seit 2012)"@de .'
    )
    made = pages(data, settings=REGIONS)
    names = re.findall(r'<text x="\d+" y="(\d+)" data-of="\d">(?:<tspan[^>]*>([^<]*)</tspan>)+', made["map.html"])
    assert "Kurz" in [name for _, name in names]
    assert "(seit" not in str(names)
    assert "Kurz" not in made["en/map.html"].partition('class="names"')[2].partition("</g>")[0]
    crowd = pages(regions(30), settings=REGIONS)["map.html"].partition('class="names"')[2].partition("</g>")[0]
    assert 0 < crowd.count("<text") < 30


def test_points_of_one_region_are_joined(pages: Make) -> None:
    data = """
    id:a a x:Area ; skos:prefLabel "Netz" ; x:of id:r ; geo:hasGeometry id:s .
    id:s geo:asWKT "MULTIPOINT((9 52), (10 52), (10 53), (9.8 52.3), (9 53))"^^geo:wktLiteral .
    id:r a x:Thing ; skos:prefLabel "Netz" ; x:part id:f . id:f a x:Thing .
    """
    (net,) = set(re.findall(r'<polygon class="net" points="([^"]*)"', pages(data, settings=REGIONS)["map.html"]))
    assert len(net.split()) == 4


CHART = """
[[site.charts]]
class = "x:Land"
count = "^x:in"
title = { de = "Nach Ländern", en = "By land" }
zero = "unknown"
total = "x:Thing"
known = "x:in"
note = { de = "Von {total} Dingen ist es bei {known} bekannt.", en = "Of {total} things it is known for {known}." }
"""


def test_a_chart_says_how_little_is_known_and_calls_nothing_zero(pages: Make) -> None:
    data = COUNTRY + 'id:other a x:Land ; skos:prefLabel "Anderes" . id:a a x:Thing ; x:in id:land . id:b a x:Thing .'
    page = pages(data, settings=LAND + CHART)["index.html"]
    assert "Von 2 Dingen ist es bei 1 bekannt." in page
    (table,) = re.findall(r'<table class="data-table bar-table">.*?</table>', page, re.DOTALL)
    assert "Anderes" not in table
    assert re.search(r'Nichts bekannt: <a href="doc/other.html">Anderes</a></p>', page)
    counted = pages(data, settings=LAND + CHART.replace('zero = "unknown"', ""))["index.html"]
    assert re.search(r"Anderes</a></th>.*?<span>0</span>", counted)


def test_a_chart_of_the_land_has_a_map_of_its_numbers(pages: Make) -> None:
    page = pages(COUNTRY + "id:a a x:Thing ; x:in id:land .", settings=LAND + CHART)["index.html"]
    assert re.search(
        r'<svg class="map shaded"[^>]*aria-label="Nach Ländern"><use class="s4" href="#land0"/><text[^>]*>1</text>', page
    )
    assert "shaded" not in pages(COUNTRY, settings=LAND + CHART)["index.html"]


def square(name: str, west: float, east: float, cls: str = "Place", more: str = "") -> str:
    return f"""
    id:{name} a x:{cls} ; skos:prefLabel "{name}" ; geo:hasGeometry id:{name}-shape {more} .
    id:{name}-shape geo:asWKT "POLYGON(({west} 50, {east} 50, {east} 51, {west} 51, {west} 50))"^^geo:wktLiteral .
    """


TIMES = REGIONS + 'period = ["x:start", "x:end"]\n' + PLACES
VERSIONS = (
    "id:r a x:Thing ; skos:prefLabel 'Region' ; x:part id:f . id:f a x:Thing ."
    + square("early", 1, 3, "Area", '; x:of id:r ; x:end "2012-04-30"^^xsd:date ; x:has id:west , id:middle , id:half1 , id:half2')
    + square("late", 2, 4, "Area", '; x:of id:r ; x:start "2012-05-01"^^xsd:date ; x:has id:middle , id:whole , id:east')
    + square("west", 1, 2) + square("middle", 2, 2.5) + square("half1", 2.5, 2.75) + square("half2", 2.75, 3) + square("whole", 2.5, 3) + square("east", 3, 4)
)  # fmt: skip


def test_versions_of_a_region_show_what_joined_and_what_left(pages: Make) -> None:
    page = pages(VERSIONS, settings=TIMES)["map.html"].partition('id="times"')[2]
    early, late = re.findall(r"<li><svg class=\"map small\".*?</li>", page, re.DOTALL)
    assert '<p class="years"><a href="doc/early.html">bis 2012</a></p>' in early
    assert "added" not in early
    assert '<p class="years"><a href="doc/late.html">ab 2012</a></p>' in late
    assert re.search(r'Hinzugekommen: <a href="doc/east.html">east</a></p>', late)  # not the merged halves
    assert re.search(r'Ausgeschieden: <a href="doc/west.html">west</a></p>', late)
    assert (late.count('class="added"'), late.count('class="removed"')) == (1, 1)


def test_maps_of_changes_show_the_region_and_little_around_it(pages: Make) -> None:
    page = pages(COUNTRY + VERSIONS, settings=LAND + TIMES)["map.html"]
    whole = float(re.search(r'<svg class="map" viewBox="0 0 (\d+)', page)[1])
    boxes = re.findall(r'<svg class="map small" viewBox="\S+ \S+ (\d+)', page.partition('id="times"')[2])
    assert len(set(boxes)) == 1  # the same part for all versions
    assert float(boxes[0]) < whole / 2


def test_an_unchanged_territory_is_said_to_be_the_same(pages: Make) -> None:
    same = VERSIONS.replace("x:has id:middle , id:whole , id:east", "x:has id:west , id:middle , id:half1 , id:half2")
    assert "Gebiet unverändert" in pages(same, settings=TIMES)["map.html"]
    unknown = re.sub(r"x:has [^.]*", "x:note 1 ", VERSIONS)
    assert "unverändert" not in pages(unknown, settings=TIMES)["map.html"]


def test_years_of_a_shape_are_those_of_its_groups_within_its_own(pages: Make) -> None:
    settings = TIMES.replace(
        '[[site.map.layers]]\nclass = "x:Place"',
        'group_period = ["x:start", "x:end"]\n[[site.map.layers]]\nclass = "x:Place"',
    )
    page = pages(VERSIONS + 'id:f x:start "2010"^^xsd:gYear ; x:end "2014"^^xsd:gYear .', settings=settings)["map.html"]
    assert re.findall(r'data-thing="doc/(\w+)" data-region="\d" data-of="0" data-years="([^"]*)"', page) == [
        ("early", "2010..2012"),
        ("late", "2012..2014"),
    ]
    assert re.search(r'<input type="range" id="year" min="2009" max="2014"', page)
    assert 'id="year"' not in pages(VERSIONS.replace("x:start", "x:a").replace("x:end", "x:b"), settings=TIMES)["map.html"]


SIMULATIONS = {  # Viénot, Brettel, Mollon 1999: linear RGB as people without red or green cones see it
    "protanopia": ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0)),
    "deuteranopia": ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0)),
}


def seen(colour: str, matrix: tuple[tuple[float, ...], ...]) -> tuple[float, float, float]:
    """A colour in CIE L*a*b* as someone sees it."""
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    r, g, b = (min(max(sum(f * c for f, c in zip(row, linear, strict=True)), 0.0), 1.0) for row in matrix)
    x = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505
    y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089
    fx, fy, fz = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


@pytest.mark.parametrize("kind", SIMULATIONS)
def test_colours_of_the_map_differ_for_colour_blind_people_or_in_their_hatching(kind: str) -> None:
    css = resources.files("moro_lod.site").joinpath("assets/site.css").read_text(encoding="utf-8")
    palettes = [re.findall(r"--c\d: (#[0-9a-f]{6})", line) for line in css.splitlines() if "--c0: #" in line]
    assert [len(each) for each in palettes] == [COLOURS] * 2  # light and dark
    for palette in palettes:
        looks = [seen(colour, SIMULATIONS[kind]) for colour in palette]
        for one, other in combinations(range(LOOKS), 2):
            first, second = looks[one % COLOURS], looks[other % COLOURS]
            distance = sum((a - b) ** 2 for a, b in zip(first, second, strict=True)) ** 0.5
            assert distance > 10 or hatching(one) != hatching(other), (one, other, distance)


TIMELINE = """
[site.timeline]
classes = ["x:Thing"]
start = "x:start"
end = "x:end"
"""


def test_a_time_line_over_ten_thousand_years_has_few_lines(pages: Make) -> None:
    made = pages(
        'id:a a x:Thing ; skos:prefLabel "A" ; x:start "0001"^^xsd:gYear . id:b a x:Thing ; skos:prefLabel "B" ; x:end "9999"^^xsd:gYear .'
        'id:c a x:Thing ; skos:prefLabel "C" ; x:start "-0044"^^xsd:gYear ; x:end "-0030"^^xsd:gYear .',
        settings=TIMELINE,
    )
    lines = made["timeline.html"].count('class="grid"')
    assert 5 <= lines <= 20
    assert "-0044" in made["timeline.html"]


def bars(page: str, name: str) -> list[str]:
    """The styles of the bars of a thing on the time line."""
    (row,) = re.findall(rf"<title>{name}.*?</a>", page.partition('<svg class="timeline" ')[2].partition("</svg>")[0])
    return re.findall(r'<rect class="bar (\w+)"', row)


def test_bars_of_the_time_line_show_how_sure_they_are(pages: Make) -> None:
    edtf = "<http://id.loc.gov/datatypes/edtf/EDTF>"
    page = pages(
        'id:sure a x:Thing ; skos:prefLabel "Sicher" ; x:start "2010"^^xsd:gYear , "2010-02"^^xsd:gYearMonth ; x:end "2012"^^xsd:gYear .'
        'id:open a x:Thing ; skos:prefLabel "Offen" ; x:start "2010"^^xsd:gYear .'
        f'id:vague a x:Thing ; skos:prefLabel "Vage" ; x:start "[2009..2017]"^^{edtf} ; x:end "[2009..2017]"^^{edtf} .'
        'id:never a x:Thing ; skos:prefLabel "Undatiert" .'
        'id:disputed a x:Thing ; skos:prefLabel "Strittig" ; x:end "2012"^^xsd:gYear .',
        trig='source:a { id:disputed x:start "2008"^^xsd:gYear . } source:b { id:disputed x:start "2010"^^xsd:gYear . }',
        shapes="x:contradictions a sh:PropertyGroup . x:S a sh:NodeShape ; sh:targetClass x:Thing ; sh:property x:P ."
        "x:P a sh:PropertyShape ; sh:path x:start ; sh:group x:contradictions ; sh:maxCount 1 ; sh:severity sh:Warning .",
        settings=TIMELINE,
    )["timeline.html"]
    assert bars(page, "Sicher: Februar 2010 – 2012") == ["sure"]
    assert bars(page, "Offen") == ["open", "sure"]
    assert bars(page, "Vage: irgendwann von 2009 bis 2017") == ["vague"]
    assert bars(page, "Strittig: 2008–2012") == ["disputed", "sure"]
    assert re.search(r'Ohne bekannte Daten: <a href="doc/never.html">', page)
    assert page.partition('class="chart-legend"')[2].partition("</ul>")[0].count("<li>") == 4


def test_kinds_of_things_on_the_time_line_have_colours_and_a_legend(pages: Make) -> None:
    made = pages(
        'id:a a x:Thing ; skos:prefLabel "A" ; x:start "2010"^^xsd:gYear . id:b a x:Other ; skos:prefLabel "B" ; x:start "2010"^^xsd:gYear .',
        ontology='x:Other a owl:Class ; rdfs:label "Anderes"@de .',
        settings=TIMELINE.replace('["x:Thing"]', '["x:Thing", "x:Other"]'),
    )
    page = made["timeline.html"]
    assert re.search(r'class="c1"><title>B \(Anderes\): ', page)
    assert re.findall(r"</svg>(Ding|Anderes)</li>", page) == ["Ding", "Anderes"]


def test_texts_of_drawings_say_in_which_language_they_are(pages: Make) -> None:
    made = pages(
        'id:a a x:Thing ; skos:prefLabel "Nur deutsch"@de ; x:start "2012"^^xsd:gYear ; geo:hasGeometry id:s .'
        'id:s geo:asWKT "POINT(9 52)"^^geo:wktLiteral .',
        settings=TIMELINE,
    )
    assert re.search(r'<tspan class="name" lang="de">Nur deutsch</tspan>', made["en/timeline.html"])
    assert 'lang="de">Nur deutsch</tspan>' not in made["timeline.html"]
    assert ' lang="de"' in locator(made["doc/a.en.html"])


def test_another_domain_has_map_time_line_chart_and_tables_by_its_settings(example: Path) -> None:
    files = site.pages(pipeline.prepare(Project.open(example)))
    made = {str(file.path): file.content.decode() for file in files if file.path.suffix == ".html"}
    assert 'class="region c0"' in made["map.html"]
    assert "Town survey" in made["map.html"]
    assert "<title>Old Bridge: since 1788</title>" in made["timeline.html"]
    assert "Bridges by builder" in made["index.html"]
    assert "Old Bridge was built by" in made["doc/bridge/old.html"]
    assert "51.25° N, 9.5° E" in locator(made["doc/bridge/old.html"])
    assert "Stadt Musterfluss ließ eine Brücke bauen." in made["doc/builder/town.de.html"]
    assert "1788 / 1790" in made["doc/builder/town.html"]
    assert "Sources disagree." in made["doc/bridge/old.html"]


FIELDS = """
[[site.map.layers]]
class = "x:Land"
kind = "outline"
[[site.map.layers]]
class = "x:Place"
kind = "place"
[[site.map.layers]]
class = "x:Area"
kind = "region"
of = "x:of"
groups = "x:of/x:part"
period = ["x:start", "x:end"]
group_period = ["x:start", "x:end"]
[[site.map.locators]]
class = "x:Field"
path = "^x:part"
[[site.map.locators]]
class = "x:Role"
path = "x:actor"
groups = "x:field"
[[site.map.locators]]
class = "x:Version"
path = "x:placeOf"
"""

AREAS = (
    COUNTRY
    + """
id:early x:of id:region ; x:end "2010"^^xsd:gYear ; a x:Area ; geo:hasGeometry id:early-shape .
id:early-shape geo:asWKT "POLYGON((7 48, 9 48, 9 50, 7 50, 7 48))"^^geo:wktLiteral .
id:late x:of id:region ; x:start "2011"^^xsd:gYear ; a x:Area ; geo:hasGeometry id:late-shape .
id:late-shape geo:asWKT "POLYGON((10 52, 13 52, 13 54, 10 54, 10 52))"^^geo:wktLiteral .
id:region a x:Region ; skos:prefLabel "Region" ; x:part id:new , id:old .
id:new a x:Field ; skos:prefLabel "Neues Feld" ; x:start "2015"^^xsd:gYear ; x:end "2016"^^xsd:gYear .
id:old a x:Field ; skos:prefLabel "Altes Feld" ; x:start "2001"^^xsd:gYear ; x:end "2002"^^xsd:gYear .
id:role a x:Role ; skos:prefLabel "Rolle" ; x:actor id:region ; x:field id:new .
id:none a x:Role ; skos:prefLabel "Rolle ohne Gebiet" ; x:actor id:nobody ; x:field id:new .
id:small a x:Place ; skos:prefLabel "Klein" ; geo:hasGeometry id:small-shape .
id:small-shape geo:asWKT "POLYGON((9 51, 9.3 51, 9.3 51.3, 9 51.3, 9 51))"^^geo:wktLiteral .
id:version a x:Version ; skos:prefLabel "Klein im Jahr 2012" ; x:placeOf id:small .
"""
)


def drawn(html: str) -> list[str]:
    return re.findall(r'<path class="(?:shape|here)"[^>]* d="([^"]*)"', locator(html))


def test_pages_without_geometry_show_the_regions_that_belong_to_them_in_their_time(pages: Make) -> None:
    made = pages(AREAS, settings=FIELDS)
    early, late = drawn(made["doc/early.html"]), drawn(made["doc/late.html"])
    assert drawn(made["doc/new.html"]) == late
    assert drawn(made["doc/old.html"]) == early
    assert drawn(made["doc/role.html"]) == late
    assert not locator(made["doc/none.html"])
    field = locator(made["doc/new.html"])
    assert '<g class="region c0"><path class="shape" fill="url(#h0)"' in field
    assert 'id="h0"' in field
    assert 'aria-label="Karte: Region"' in field
    assert '<a href="../doc/region.html">Region</a>' in field
    assert '<a href="../map.html">Zur Karte</a>' in field
    assert drawn(made["doc/version.html"]) == drawn(made["doc/small.html"])


def test_what_is_small_is_shown_with_its_surroundings(pages: Make) -> None:
    made = pages(AREAS, settings=FIELDS)
    small, whole = locator(made["doc/small.html"]), locator(made["doc/late.html"])
    x, y, width, height = map(int, re.search(r'<svg viewBox="(\d+) (\d+) (\d+) (\d+)" role', small).groups())
    (sheet,) = re.findall(r'<image href="\.\./map/outline\.svg" width="(\d+)"', whole)
    assert int(sheet) / 4 - 1 <= width < int(sheet) * 0.75
    points = [tuple(map(float, pair)) for pair in re.findall(r"([\d.]+)[ ,]([\d.]+)", drawn(made["doc/small.html"])[0])[:1]]
    assert all(x < px < x + width and y < py < y + height for px, py in points)
    assert f'class="inset" viewBox="0 0 {sheet} ' in small
    assert "inset" not in whole
    assert f'<svg viewBox="0 0 {sheet} ' in whole
