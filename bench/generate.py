"""Data of our kind, as much as one wants: the terms of the ontology, invented regions.

The same arguments give the same bytes. A *block* is a research field with its regions, projects, partners, publications and
events: about 1,200 statements in ten source graphs, numbered so that blocks never touch one another but for the districts,
which all share. `mistakes` is the share of statements that get replaced by, or joined by, a mistake the shapes know.
"""

# ruff: noqa: SIM905
from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

BASE = "https://w3id.org/moro-lod/"
CLASS_WORDS = (
    "programme field project study competition model-region region area district state organisation participation event"
    " publication source finding concept scheme nuts link provision geometry"
).split()

PREFIXES = {
    "moro": f"{BASE}ontology#",
    **{word: f"{BASE}id/{word}/" for word in CLASS_WORDS},
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "edtf": "http://id.loc.gov/datatypes/edtf/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

_FIRST = "Nord Süd Ost West Mittel Ober Unter Hoch Nieder Groß Klein Alt Neu".split()
_LAST = "heide werder tal gau mark förde elbe weser rhein main donau spree havel harz rhön eifel".split()
_WORDS_DE = (
    "Region Partnerschaft Stadt Land Entwicklung Verantwortung Zusammenarbeit Energie Gesundheit Verkehr Fläche Klima"
    " Anpassung ländlicher Raum gemeinsame Strategie Netzwerk Träger Konzept Umsetzung Modellvorhaben Daseinsvorsorge"
).split()
_WORDS_EN = (
    "region partnership city countryside development responsibility cooperation energy health transport land climate"
    " adaptation rural area common strategy network body concept implementation model project public services"
).split()
_THEMES = (
    "urban-rural-partnership regional-governance growth-innovation equivalent-living-conditions renewable-energy energy"
    " health demographic-change rail climate-adaptation public-services cross-border land-use landscape flood-prevention"
).split()
_STATE_CODES = "123456789ABCDEFG"
_ROLES = (
    "responsible-ministry scientific-support project-management funder research-assistance accompanying-research"
    " associated-partner transfer-region cooperation-partner"
).split()


@dataclass
class Data:
    """Statements as Turtle text: graph → subject → lines `property value`."""

    graphs: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    count: int = 0

    def say(self, graph: str, subject: str, *lines: str) -> None:
        """Add statements about a subject to a graph."""
        self.graphs.setdefault(graph, {}).setdefault(subject, []).extend(lines)
        self.count += len(lines)


def generate(statements: int, mistakes: float = 0.0, seed: int = 1) -> Data:
    """About so many statements (never fewer, up to a block more)."""
    data = Data()
    chance = random.Random(seed)  # noqa: S311
    districts = max(16, min(16_000, statements // 250))
    _ground(data, chance, districts)
    block = 0
    while data.count < statements:
        block += 1
        _block(data, chance, block, districts)
    if mistakes:
        from bench.mistakes import add_mistakes

        add_mistakes(data, chance, mistakes)
    return data


def _name(chance: random.Random, number: int) -> str:
    return f"{chance.choice(_FIRST)}{chance.choice(_LAST)} {number}"


def _text(chance: random.Random, words: list[str], count: int) -> str:
    return " ".join(chance.choices(words, k=count))


def _labels(de: str, en: str, of: str = "skos:prefLabel") -> tuple[str, str]:
    return f'{of} "{de}"@de', f'{of} "{en}"@en'


def _date(chance: random.Random, year: int) -> str:
    month, day = chance.randint(1, 12), chance.randint(1, 28)
    return (
        f'"{year}"^^xsd:gYear',
        f'"{year}-{month:02}"^^xsd:gYearMonth',
        f'"{year}-{month:02}-{day:02}"^^xsd:date',
        f'"{year}~"^^edtf:EDTF',
    )[chance.choices((0, 1, 2, 3), (30, 40, 28, 2))[0]]


def _record(data: Data, slug: str, kind: str, title: str, number: int) -> str:
    data.say(
        "source:records",
        f"source:{slug}",
        "a moro:Source",
        *_labels(f"Quelle {slug}", f"Source {slug}"),
        f"moro:sourceKind concept:source-kind-{kind}",
        f'moro:sourceKey "K{number}"',
        f'moro:printedAddress "example.org/{slug}"',
        f'moro:readOn "2026-11-{1 + number % 20:02}"^^xsd:date',
        f'dcterms:title "{title}"@de',
    )
    return f"source:{slug}"


def _square(chance: random.Random, step: float = 0.35) -> str:
    x, y = round(chance.uniform(6.5, 14.0), 4), round(chance.uniform(47.8, 54.0), 4)
    a, b = round(x + step, 4), round(y + step, 4)
    ring = f"({x} {y}, {a} {y}, {a} {b}, {x} {b}, {x} {y})"
    return f'"<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POLYGON ({ring})"^^geo:wktLiteral'


def _ags(number: int, districts: int) -> str:
    """The key of a district; neighbours in number are neighbours in a state."""
    state, district = divmod(number, -(-districts // 16))
    return f"{state + 1:02}{district:03}"


def _ground(data: Data, chance: random.Random, districts: int) -> None:
    """Programme, states and districts."""
    graph = _record(data, "generated-districts", "register", "Erfundene Kreise", 0)
    data.say(
        graph,
        "programme:generated",
        "a moro:Programme",
        *_labels("Erfundenes Programm", "Invented programme"),
        *_labels("Ein Programm zum Messen.", "A programme for measuring.", "skos:definition"),
        'moro:acronym "GEN"',
    )
    for number in range(16):
        key = f"{number + 1:02}"
        data.say(
            graph,
            f"state:{key}",
            "a moro:State",
            *_labels(f"Land {key}", f"State {key}"),
            f'moro:ags "{key}"',
            f"moro:nuts nuts:2016-g{key}",
            f"geo:hasGeometry geometry:state-{key}",
        )
        _nuts(data, graph, f"2016-g{key}", f"DE{_STATE_CODES[number]}")
        _geometry(data, graph, f"state-{key}", _square(chance, 0.9))
    for number in range(districts):
        key = _ags(number, districts)
        name = _name(chance, number)
        data.say(
            graph,
            f"district:{key}",
            "a moro:District",
            *_labels(name, f"{name} district"),
            f'skos:altLabel "Landkreis {name}"@de',
            f'moro:designation "{chance.choice(("Landkreis", "Stadtkreis"))}"@de',
            f'moro:ags "{key}"',
            f"moro:within state:{key[:2]}",
            f"moro:nuts nuts:2016-d{key}",
            f"geo:hasGeometry geometry:district-{key}",
        )
        _nuts(data, graph, f"2016-d{key}", f"DE{_STATE_CODES[int(key[:2]) - 1]}{number // 26 % 10}{chr(65 + number % 26)}")
        _geometry(data, graph, f"district-{key}", _square(chance))
        figures = f"area:district-{key}-2018"
        data.say(
            graph,
            figures,
            "a moro:AreaVersion",
            *_labels(f"{name} (2018)", f"{name} district (2018)"),
            f"moro:areaVersionOf district:{key}",
            'moro:referenceDate "2018-12-31"^^xsd:date',
            f"moro:areaKm2 {chance.randint(50, 3000)}.{chance.randint(1, 9)}",
            f"moro:population {chance.randint(30_000, 900_000)}",
        )


def _nuts(data: Data, graph: str, slug: str, code: str) -> None:
    data.say(
        graph,
        f"nuts:{slug}",
        "a moro:NutsCode",
        *_labels(f"{code} (NUTS 2016)", f"{code} (NUTS 2016)"),
        f'skos:notation "{code}"',
        'moro:nutsVersion "2016"^^xsd:gYear',
    )


def _geometry(data: Data, graph: str, slug: str, wkt: str) -> None:
    data.say(graph, f"geometry:{slug}", "a geo:Geometry", f"geo:asWKT {wkt}")


def _block(data: Data, chance: random.Random, block: int, districts: int) -> None:
    """A research field with everything around it."""
    tag = f"g{block}"
    year = 1996 + block % 28
    authority = _record(data, f"{tag}-authority", "authority", f"Bericht zu Feld {block}", block * 10)
    curation = _record(data, f"{tag}-curation", "derivation", f"Benennungen zu Feld {block}", block * 10 + 1)
    register = _record(data, f"{tag}-register", "register", f"Kreise zu Feld {block}", block * 10 + 2)
    organisations = _organisations(data, chance, authority, curation, tag)
    the_field = f"field:{tag}"
    start = _date(chance, year)
    data.say(
        authority,
        the_field,
        "a moro:ResearchField",
        "moro:partOfProgramme programme:generated",
        f'skos:altLabel "Modellvorhaben {block}: {_text(chance, _WORDS_DE, 5)}"@de',
        f'moro:acronym "MV{block}"',
        f"moro:startDate {start}",
        f"moro:endDate {_date(chance, year + 3)}",
        f"moro:status concept:status-{'running' if year > 2021 else 'completed'}",
        f"moro:modelRegionCount {8}",
        *(f"moro:theme concept:theme-{theme}" for theme in sorted(set(chance.choices(_THEMES, k=3)))),
        *(f"moro:goal concept:goal-g{goal}" for goal in sorted(set(chance.choices(range(1, 7), k=2)))),
    )
    if block > 1:
        data.say(authority, the_field, f"moro:follows field:g{chance.randint(1, block - 1)}")
    data.say(
        curation,
        the_field,
        *_labels(f"Feld {block} {_text(chance, _WORDS_DE, 2)}", f"Field {block} {_text(chance, _WORDS_EN, 2)}"),
        *_labels(_text(chance, _WORDS_DE, 14) + ".", _text(chance, _WORDS_EN, 14) + ".", "skos:definition"),
    )
    for number in range(6):
        _participation(data, chance, authority, f"{tag}-{number}", the_field, organisations, year, 1)
    for number in range(8):
        _region(data, chance, (authority, curation, register), f"{tag}-r{number}", the_field, organisations, year, districts)
    for number in range(3):
        _publication(data, chance, authority, curation, f"{tag}-p{number}", the_field, organisations, year + number)
    for number in range(3):
        key = f"event:{tag}-e{number}"
        data.say(
            authority,
            key,
            "a moro:Event",
            f"moro:eventOf {the_field}",
            f"moro:eventKind concept:event-kind-{chance.choice(('workshop', 'conference', 'final-conference'))}",
            f"moro:startDate {_date(chance, year + 1)}",
            f'moro:place "{_name(chance, number)}"',
        )
        data.say(curation, key, *_labels(f"Veranstaltung {tag} {number}", f"Event {tag} {number}"))
    for number in range(2):
        key = f"finding:{tag}-f{number}"
        data.say(
            authority,
            key,
            "a moro:Finding",
            f"moro:findingKind concept:finding-kind-{('finding', 'limitation')[number]}",
            *_labels(_text(chance, _WORDS_DE, 10) + ".", _text(chance, _WORDS_EN, 10) + ".", "dcterms:description"),
        )
        data.say(curation, key, *_labels(f"Erkenntnis {tag} {number}", f"Finding {tag} {number}"))
        data.say(authority, the_field, f"moro:finding {key}")


def _organisations(data: Data, chance: random.Random, authority: str, curation: str, tag: str) -> list[str]:
    keys = []
    for number in range(10):
        key = f"organisation:{tag}-o{number}"
        name = _name(chance, number)
        data.say(
            authority, key, "a moro:Organisation", f'skos:altLabel "Amt für {name} {tag}"@de', f'moro:acronym "A{number}"'
        )
        data.say(curation, key, *_labels(f"Amt {name} {tag}", f"Office {name} {tag}"))
        keys.append(key)
    return keys


def _participation(
    data: Data,
    chance: random.Random,
    graph: str,
    slug: str,
    activity: str,
    organisations: list[str],
    year: int,
    years: int,
) -> None:
    key = f"participation:{slug}"
    data.say(
        graph,
        key,
        "a moro:Participation",
        *_labels(f"Beteiligung {slug}", f"Participation {slug}"),
        f"moro:participant {chance.choice(organisations)}",
        f"moro:activity {activity}",
        f"moro:role concept:role-{chance.choice(_ROLES)}",
    )
    if chance.random() < 0.3:
        data.say(graph, key, f'moro:startDate "{year + 1}"^^xsd:gYear', f'moro:endDate "{year + 1 + years}"^^xsd:gYear')


def _region(
    data: Data,
    chance: random.Random,
    graphs: tuple[str, str, str],
    slug: str,
    the_field: str,
    organisations: list[str],
    year: int,
    districts: int,
) -> None:
    authority, curation, register = graphs
    name = _name(chance, len(slug))
    actor, role, area, project = f"region:{slug}", f"model-region:{slug}", f"area:{slug}", f"project:{slug}"
    kind = chance.choice(("metropolitan-region", "project-partnership", "planning-region"))
    data.say(
        authority,
        actor,
        "a moro:CooperationRegion",
        f'skos:altLabel "Kooperationsraum {name}"@de',
        f"moro:regionKind concept:region-kind-{kind}",
        f"moro:territory {area}",
    )
    data.say(
        authority,
        role,
        "a moro:ModelRegion",
        f"moro:modelRegionOf {the_field}",
        f"moro:actor {actor}",
        f"moro:hasProject {project}",
    )
    data.say(
        authority,
        project,
        "a moro:RegionalProject",
        f'skos:altLabel "{_text(chance, _WORDS_DE, 5)} {slug}"@de',
        f"moro:startDate {_date(chance, year + 1)}",
        f"moro:endDate {_date(chance, year + 2)}",
        "moro:status concept:status-completed",
        *(f"moro:theme concept:theme-{theme}" for theme in sorted(set(chance.choices(_THEMES, k=2)))),
    )
    data.say(curation, actor, *_labels(f"Region {name} {slug}", f"Region of {name} {slug}"))
    data.say(curation, role, *_labels(f"Modellregion {name} {slug}", f"Model region {name} {slug}"))
    data.say(
        curation,
        project,
        *_labels(f"Vorhaben {name} {slug}", f"Project {name} {slug}"),
        *_labels(_text(chance, _WORDS_DE, 12) + ".", _text(chance, _WORDS_EN, 12) + ".", "dcterms:description"),
    )
    first = chance.randrange(districts - 8)
    members = range(first, first + chance.randint(3, 8))
    data.say(
        register,
        area,
        "a moro:AreaVersion",
        *_labels(f"Gebiet {name} {slug}", f"Territory of {name} {slug}"),
        "moro:areaKind concept:area-kind-territory",
        f'moro:startDate "{year}"^^xsd:gYear',
        'moro:referenceDate "2018-12-31"^^xsd:date',
        f"moro:areaKm2 {chance.randint(2000, 30000)}.{chance.randint(1, 9)}",
        f"moro:population {chance.randint(300_000, 6_000_000)}",
        f"geo:hasGeometry geometry:{slug}",
        *(f"moro:consistsOf district:{_ags(member, districts)}" for member in members),
    )
    _geometry(data, register, slug, _square(chance, 0.6))
    for number in range(3):
        _participation(data, chance, authority, f"{slug}-{number}", project, organisations, year, 1)


def _publication(
    data: Data,
    chance: random.Random,
    authority: str,
    curation: str,
    slug: str,
    the_field: str,
    organisations: list[str],
    year: int,
) -> None:
    key = f"publication:{slug}"
    data.say(
        authority,
        key,
        "a moro:Publication",
        f"moro:reportsOn {the_field}",
        f"moro:publicationKind concept:publication-kind-{chance.choice(('brochure', 'series', 'report'))}",
        f'dcterms:title "{_text(chance, _WORDS_DE, 7)}"@de',
        f"dcterms:issued {_date(chance, year).replace('~', '').replace('edtf:EDTF', 'xsd:gYear')}",
        f"moro:editor {chance.choice(organisations)}",
    )
    data.say(curation, key, *_labels(f"Heft {slug}", f"Issue {slug}"))


def _head() -> Iterator[str]:
    for prefix, namespace in sorted(PREFIXES.items()):
        yield f"@prefix {prefix}: <{namespace}> .\n"


def trig(data: Data) -> str:
    """TriG: a graph for each source."""
    parts = list(_head())
    for graph, subjects in data.graphs.items():
        parts.append(f"\n{graph} {{\n")
        parts.extend(_blocks(subjects))
        parts.append("}\n")
    return "".join(parts)


def turtle(data: Data) -> str:
    """Turtle: the union of all graphs."""
    parts = list(_head())
    for subjects in data.graphs.values():
        parts.append("\n")
        parts.extend(_blocks(subjects))
    return "".join(parts)


def _blocks(subjects: dict[str, list[str]]) -> Iterator[str]:
    for subject, lines in subjects.items():
        yield f"{subject} " + " ;\n  ".join(lines) + " .\n"


def main() -> None:
    """`python -m bench.generate 10000 data.trig`."""
    parser = argparse.ArgumentParser(description="Write generated data as TriG (.trig) or Turtle (.ttl).")
    parser.add_argument("statements", type=int)
    parser.add_argument("file", type=Path)
    parser.add_argument("--mistakes", type=float, default=0.0, help="share of statements, such as 0.005")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    data = generate(arguments.statements, arguments.mistakes, arguments.seed)
    text = trig(data) if arguments.file.suffix == ".trig" else turtle(data)
    arguments.file.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{data.count} statements in {len(data.graphs)} graphs\n")


if __name__ == "__main__":
    main()
