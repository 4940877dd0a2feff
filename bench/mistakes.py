"""Mistakes for generated data, of every kind that the shapes know: each is one change to what is said about one thing."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from bench.generate import Data

Lines: TypeAlias = list[str]
Change: TypeAlias = Callable[[Lines, random.Random], None]


def _drop(start: str) -> Change:
    """Leave out what begins like this."""

    def change(lines: Lines, _: random.Random) -> None:
        lines[:] = [line for line in lines if not line.startswith(start) or line.startswith("a ")]

    return change


def _drop_tag(property_: str, tag: str) -> Change:
    def change(lines: Lines, _: random.Random) -> None:
        lines[:] = [line for line in lines if not (line.startswith(property_ + " ") and line.endswith(f"@{tag}"))]

    return change


def _add(*added: str) -> Change:
    """Say one of these besides."""

    def change(lines: Lines, chance: random.Random) -> None:
        lines.append(chance.choice(added))

    return change


def _replace(property_: str, *values: str) -> Change:
    """Say one of these instead."""

    def change(lines: Lines, chance: random.Random) -> None:
        lines[:] = [line for line in lines if not line.startswith(property_ + " ")]
        lines.append(f"{property_} {chance.choice(values)}")

    return change


_DATES = {
    "gYear": "{0}",
    "gYearMonth": "{0}-03",
    "date": "{0}-03-15",
}


def _period(lines: Lines, chance: random.Random) -> None:
    """An end before the beginning, in any pair of precisions."""
    start, end = chance.choice(list(_DATES)), chance.choice(list(_DATES))
    lines[:] = [line for line in lines if not line.startswith(("moro:startDate ", "moro:endDate "))]
    lines.append(f'moro:startDate "{_DATES[start].format(2019)}"^^xsd:{start}')
    lines.append(f'moro:endDate "{_DATES[end].format(2012)}"^^xsd:{end}')


_ELSEWHERE = (
    "moro:ags \"01001\"", "moro:within state:01", "moro:participant organisation:g1-o1", "moro:areaKm2 12.5", "moro:population 12",
    "moro:nutsVersion \"2016\"^^xsd:gYear", "moro:readOn \"2026-11-01\"^^xsd:date", "moro:eventKind concept:event-kind-workshop",
    "moro:reportsOn field:g1", "moro:territory area:g1-r0", "moro:linkTarget field:g1", "moro:findingKind concept:finding-kind-finding",
    "moro:modelRegionOf field:g1", "moro:consistsOf district:01000", "moro:urn \"urn:nbn:de:0001-1\"", "moro:sourceKey \"K1\"",
    "moro:regionKind concept:region-kind-district", "moro:role concept:role-jury", "moro:publicationKind concept:publication-kind-report",
)  # fmt: skip

KINDS: tuple[tuple[str, str, Change], ...] = (
    # class word, property that must be there in this graph ("" for any), change
    ("field", "skos:prefLabel", _drop_tag("skos:prefLabel", "en")),
    ("field", "skos:prefLabel", _drop_tag("skos:prefLabel", "de")),
    ("region", "skos:prefLabel", _add('skos:prefLabel "ein zweiter Name"@de', 'skos:prefLabel "a second name"@en')),
    ("project", "skos:prefLabel", _add('skos:prefLabel "ohne Sprache"', 'skos:prefLabel "un nom"@fr')),
    ("event", "skos:prefLabel", _add('skos:prefLabel " Rand"@de', 'skos:altLabel "Zeile\\nZeile"@de')),
    ("field", "skos:definition", _drop_tag("skos:definition", "en")),
    ("project", "dcterms:description", _drop_tag("dcterms:description", "de")),
    ("field", "moro:startDate", _period),
    ("project", "moro:startDate", _period),
    ("area", "moro:startDate", _period),
    ("field", "moro:startDate", _add('moro:startDate "1975"^^xsd:gYear', 'moro:endDate "2024-01-02"^^xsd:date')),
    ("field", "moro:startDate", _replace("moro:startDate", '"2012"', '"März 2012"@de', '"2012-02-01T00:00:00"^^xsd:dateTime')),
    ("project", "moro:startDate", _replace("moro:endDate", '"irgendwann"^^edtf:EDTF', "2012", '"2012-2"^^xsd:gYearMonth')),
    ("field", "moro:status", _replace("moro:status", "concept:theme-rail", "concept:unknown", '"läuft"@de')),
    ("field", "moro:theme", _add("moro:theme concept:status-running", "moro:theme district:01000")),
    ("field", "moro:goal", _add("moro:goal concept:goal-g99", 'moro:goal "G1"')),
    ("field", "moro:partOfProgramme", _replace("moro:partOfProgramme", "programme:none", "concept:theme-rail")),
    ("field", "moro:partOfProgramme", _add("moro:notPartOfProgramme programme:generated")),
    ("field", "moro:modelRegionCount", _replace("moro:modelRegionCount", "-3", "8.5", '"08"^^xsd:integer', '"acht"@de')),
    ("model-region", "moro:modelRegionOf", _drop("moro:modelRegionOf")),
    ("model-region", "moro:actor", _replace("moro:actor", "organisation:g1-o1", "region:none", '"die Region"@de')),
    ("model-region", "moro:hasProject", _replace("moro:hasProject", "field:g1", "project:none")),
    ("participation", "moro:activity", _drop("moro:activity")),
    ("participation", "moro:participant", _replace("moro:participant", "organisation:none", "field:g1", '"Amt"@de')),
    ("participation", "moro:role", _replace("moro:role", "concept:theme-rail", "concept:none")),
    ("participation", "moro:role", _drop("moro:role")),
    ("participation", "moro:role", _add('moro:startDate "1950"^^xsd:gYear')),
    ("district", "moro:ags", _replace("moro:ags", '"1001"', '"99999"', '"0100a"', "01001")),
    ("district", "moro:ags", _drop("moro:ags")),
    ("district", "moro:within", _add("moro:within state:16", "moro:within district:01000")),
    ("district", "moro:within", _drop("moro:within")),
    ("state", "moro:ags", _replace("moro:ags", '"1"', '"17"')),
    ("nuts", "skos:notation", _replace("skos:notation", '"XX1"', '"DE"', '"de600"')),
    ("nuts", "moro:nutsVersion", _replace("moro:nutsVersion", '"2017"^^xsd:gYear', '"2016"')),
    (
        "geometry",
        "geo:asWKT",
        _replace(
            "geo:asWKT",
            '"POLYGON ((7 50, 8 50, 8 51, 7 50))"^^geo:wktLiteral',
            '"<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POLYGON ((2 48, 3 48, 3 49, 2 48))"^^geo:wktLiteral',
            '"<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POLYGON ((7 50, 8 50))"^^geo:wktLiteral',
            '"<http://www.opengis.net/def/crs/EPSG/0/25832> POINT (9 50)"^^geo:wktLiteral',
            '"hier"^^geo:wktLiteral',
            '"POINT (9 50)"',
        ),
    ),
    ("area", "moro:areaKm2", _replace("moro:areaKm2", "-3.5", '"1.50"^^xsd:decimal', '"groß"@de', "7")),
    ("area", "moro:population", _replace("moro:population", "-1", "1.5", '"007"^^xsd:integer')),
    ("area", "moro:consistsOf", _add("moro:consistsOf state:01", "moro:consistsOf district:99999")),
    ("area", "moro:referenceDate", _drop("moro:referenceDate")),
    ("area", "moro:areaKind", _replace("moro:areaKind", "concept:theme-rail", "concept:none")),
    ("region", "moro:regionKind", _replace("moro:regionKind", "concept:area-kind-territory", "concept:none")),
    ("region", "moro:territory", _add("moro:territory field:g1")),
    ("event", "moro:eventKind", _replace("moro:eventKind", "concept:theme-rail", "concept:none")),
    ("event", "moro:eventOf", _replace("moro:eventOf", "organisation:g1-o1", "field:none")),
    ("publication", "dcterms:title", _drop("dcterms:title")),
    ("publication", "dcterms:issued", _replace("dcterms:issued", '"2012~"', '"Frühjahr"@de', "2012")),
    ("publication", "moro:publicationKind", _drop("moro:publicationKind")),
    ("publication", "moro:reportsOn", _add('moro:issn "1234-5678"', 'moro:urn "urn:x"', "moro:reportsOn organisation:g1-o1")),
    ("organisation", "moro:acronym", _add('moro:gndIdentifier "118540238"', 'moro:gndIdentifier "16062773-5"', 'moro:viafIdentifier "x"')),
    ("finding", "moro:findingKind", _replace("moro:findingKind", "concept:theme-rail", "concept:none")),
    ("source", "moro:sourceKind", _drop("moro:sourceKind")),
    ("source", "moro:readOn", _replace("moro:readOn", '"2026"^^xsd:gYear', '"gestern"@de')),
    ("project", "moro:status", _add(*_ELSEWHERE)),
    ("organisation", "moro:acronym", _add(*_ELSEWHERE)),
    ("district", "moro:within", _add(*_ELSEWHERE[2:3], *_ELSEWHERE[5:])),
)  # fmt: skip


def add_mistakes(data: Data, chance: random.Random, share: float) -> None:
    """Make so many mistakes for each statement, all kinds in turn."""
    places: dict[tuple[str, str], list[tuple[str, str]]] = {}
    wanted = {(word, start) for word, start, _ in KINDS}
    for graph, subjects in data.graphs.items():
        for subject, lines in subjects.items():
            word = subject.partition(":")[0]
            for kind, start in wanted:
                if kind == word and any(line.startswith(start + " ") for line in lines):
                    places.setdefault((kind, start), []).append((graph, subject))
    for number in range(int(data.count * share)):
        word, start, change = KINDS[number % len(KINDS)]
        graph, subject = chance.choice(places[word, start])
        lines = data.graphs[graph][subject]
        before = len(lines)
        change(lines, chance)
        if not lines:
            lines.append(f'skos:note "{subject}"@de')
        data.count += len(lines) - before
