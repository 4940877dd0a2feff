"""Preflight: whatever a portal would object to is found, and nothing is called good that was not measured."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from moro_lod import formats, preflight
from moro_lod.catalogue import feed
from moro_lod.catalogue.feed import Profile
from moro_lod.catalogue.model import Catalogue
from moro_lod.catalogue.writing import write
from moro_lod.cli import run
from moro_lod.errors import MoroError
from moro_lod.graphs import Graph
from moro_lod.namespaces import DCAT, DCTERMS, DQV, PREFIXES, RDF, SH, SKOS
from moro_lod.preflight import Contents, Measured, Status, conventions, dqv, feeds, profiles, score, shapes
from moro_lod.preflight.contents import Stored
from moro_lod.preflight.reach import Answer, Folder, Server
from moro_lod.release import ReleaseView
from moro_lod.terms import iri, literal
from moro_lod.validation import validate

from .conftest import BASE, SITE, make_catalogue

EXAMPLE_SITE = "https://data.example.org/open/bridges/"


def stored(content: bytes, media_type: str) -> Stored:
    return Stored(media_type, len(content), hashlib.sha256(content).hexdigest(), lambda: content)


def contents_of(catalogue: Catalogue, change: Callable[[Graph, Profile], Graph] = lambda graph, _: graph) -> Contents:
    """A site that has only the feeds of a catalogue, changed before they are written, and the pages that they lead to."""
    files = {}
    for profile in Profile:
        for page, graph in feed.all_pages(catalogue, profile):
            for each in (formats.TURTLE, formats.RDF_XML, formats.JSON_LD):
                whole = change(graph, profile) | feed.links(catalogue, profile, page, each.extension)
                name = feed.page_name(profile, page.number, each.extension)
                files[name] = stored(write(whole, each, PREFIXES), each.media_type)
    for dataset in catalogue.datasets:
        files[dataset.landing_page.removeprefix(SITE)] = stored(b"", "text/html")
        for distribution in dataset.distributions:
            files[str(distribution.path)] = stored(distribution.path.name.encode(), distribution.format.media_type)
    return Contents(BASE, SITE, "1.0.0", "2026-03-01", files)


def feeds_of(contents: Contents) -> Mapping[Profile, feeds.Feed]:
    return {profile: feeds.read(contents, profile) for profile in Profile}


def measured(contents: Contents, **more: Any) -> Measured:
    graph = Graph([(iri(f"{BASE}id/a/b"), SKOS.prefLabel, literal("b", "de"))])
    return preflight.measure(contents, graph, label_properties=[SKOS.prefLabel], languages=("de", "en"), **more)


# official shapes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["fast", "pyshacl"])
@pytest.mark.parametrize("profile", profiles.PROFILES, ids=lambda each: each.key)
def test_a_good_feed_has_no_violation_of_the_official_shapes(
    catalogue: Catalogue, profiles: Path, profile: Any, engine: Any
) -> None:
    from moro_lod.preflight import profiles as official

    rules = official.load(profile, profiles)
    for _, graph in feed.all_pages(catalogue, profile.feed):
        report = validate(graph, rules.binding, engine)
        assert report.violations == 0, report.results[:3]
        assert len(report.idle_shapes) < len(rules.binding.subjects(RDF.type, SH.NodeShape))
    assert rules.changed == ()


def test_all_five_checks_of_the_shapes_pass_with_and_without_background(catalogue: Catalogue, profiles: Path) -> None:
    part = shapes.measure(feeds_of(contents_of(catalogue)), profiles)
    assert {check.status for check in part.checks} == {Status.PASSED, Status.NOTE}
    assert part.status is Status.PASSED
    assert {check.key for check in part.checks} >= {"dcat-ap-3.0.1.bare", "dcat-ap-3.0.1.background", "dcat-ap-de-3.0.bare"}


def test_without_the_official_files_nothing_is_green(catalogue: Catalogue) -> None:
    part = shapes.measure(feeds_of(contents_of(catalogue)), None)
    status = {check.key: check.status for check in part.checks}
    assert status["dcat-ap-3.0.1.bare"] is status["dcat-ap-de-3.0.background"] is Status.NOT_MEASURED
    assert part.status is Status.NOT_MEASURED
    report = measured(contents_of(catalogue)).report
    assert report.check("score", "compliant").status is Status.NOT_MEASURED
    assert report.part("score").points == pytest.approx(score.MOST - 30 - 50 / 3)  # no file answers for the endpoint


FAULTS = {
    "sh:path": "without sh:path left out",
    "r5r": "instead of http://data.europa.eu/r5r/ and never applied; corrected",
    "spdx": "asks for https://spdx.org",
    "sh:shape": "sh:shape, which does not exist",
    "status": "objects to adms:status from the new list",
    "orphan": "belongs to no shape with a target",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_known_faults_of_the_official_files_are_reported(profiles: Path, fault: str) -> None:
    from moro_lod.preflight import profiles as official

    told = [text.en for each in official.PROFILES for text in official.load(each, profiles).faults]
    assert any(FAULTS[fault] in each for each in told)


@pytest.mark.parametrize(
    ("node", "property_", "value", "profile"),
    [
        ("id/dataset/part-1", DCTERMS.title, None, "dcat-ap-3.0.1"),
        ("id/dataset/part-1", DCTERMS.publisher, None, "dcat-ap-de-3.0"),
        ("id/dataset/part-1#part-1-ttl", DCTERMS.license, None, "dcat-ap-de-3.0"),
        ("id/dataset/part-1#part-1-ttl", DCTERMS.format, literal("Turtle"), "dcat-ap-3.0.1"),
        ("id/dataset/part-1", DCAT.theme, iri("http://publications.europa.eu/resource/authority/data-theme/TOWN"), "dcat-ap-de-3.0"),
        ("id/dataset/part-1", "<http://data.europa.eu/r5r/availability>", iri("http://dcat-ap.de/def/plannedAvailability/stable"), "dcat-ap-de-3.0"),
        ("catalogue", DCTERMS.description, None, "dcat-ap-3.0.1"),
    ],
)  # fmt: skip
def test_a_fault_in_a_feed_is_a_violation(
    catalogue: Catalogue, profiles: Path, node: str, property_: str, value: str | None, profile: str
) -> None:
    """The third but last needs the repaired name space: with the file as it is, the rule never fires."""

    def spoil(graph: Graph, _: Profile) -> Graph:
        me = iri(BASE + node)
        kept = [triple for triple in graph if triple[:2] != (me, property_)]
        return Graph([*kept, *([(me, property_, value)] if value else [])])

    part = shapes.measure(feeds_of(contents_of(catalogue, spoil)), profiles)
    check = next(each for each in part.checks if each.key == f"{profile}.bare")
    assert check.status is Status.FAILED
    assert part.status is Status.FAILED


def test_an_altered_official_file_is_told(catalogue: Catalogue, profiles: Path, tmp_path: Path) -> None:
    import shutil

    folder = tmp_path / "profiles"
    shutil.copytree(profiles, folder)
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    altered = folder / "dcat-ap-3.0.1" / "ranges.ttl"
    altered.write_bytes(altered.read_bytes() + b"# changed\n")
    part = shapes.measure(feeds_of(contents_of(catalogue)), folder)
    check = next(each for each in part.checks if each.key == "dcat-ap-3.0.1.faults")
    assert [finding.where for finding in check.findings] == ["dcat-ap-3.0.1/ranges.ttl"]
    altered.unlink()
    with pytest.raises(MoroError, match="profiles fetch"):
        shapes.measure(feeds_of(contents_of(catalogue)), folder)


# conventions ---------------------------------------------------------------------------------------------------------


def test_a_good_feed_has_no_finding_of_the_conventions(catalogue: Catalogue) -> None:
    contents = contents_of(catalogue)
    part = conventions.measure(feeds_of(contents), contents)
    assert [finding for check in part.checks for finding in check.findings] == []
    assert part.status is Status.PASSED


PART, FILE = iri(f"{BASE}id/dataset/part-1"), iri(f"{BASE}id/dataset/part-1#part-1-ttl")
CATALOGUE = iri(f"{BASE}catalogue")


@pytest.mark.parametrize(
    ("key", "removed", "added"),
    [
        ("closure", None, (PART, DCTERMS.isPartOf, CATALOGUE)),
        ("closure", None, (iri(f"{BASE}id/organisation/us"), "<http://xmlns.com/foaf/0.1/made>", iri(f"{BASE}id/dataset/part-2"))),
        ("contributor", (PART, "<http://dcat-ap.de/def/dcatde/contributorID>"), None),
        ("contributor", None, (PART, "<http://dcat-ap.de/def/dcatde/contributorID>", iri("http://dcat-ap.de/def/contributors/nobody"))),
        ("licence", None, (FILE, DCTERMS.license, iri("https://example.org/our-licence"))),
        ("attribution", (FILE, "<http://dcat-ap.de/def/dcatde/licenseAttributionByText>"), None),
        ("access", (FILE, DCAT.downloadURL), None),
        ("access", (iri(f"{BASE}id/dataset/everything#sparql"), DCAT.accessURL), None),
        ("services", None, (iri(f"{BASE}catalogue#sparql"), DCAT.servesDataset, PART)),
        ("identifiers", (PART, DCTERMS.modified), None),
        ("identifiers", (PART, DCTERMS.identifier), (PART, DCTERMS.identifier, literal(f"{BASE}id/dataset/part-2"))),
        ("dates", (PART, DCTERMS.modified), (PART, DCTERMS.modified, '"2030-01-01"^^<http://www.w3.org/2001/XMLSchema#date>')),
        ("namespaces", None, (PART, "<http://data.europa.eu/r5r#availability>", literal("x"))),
        ("deprecated", None, (PART, "<http://www.w3.org/2002/07/owl#versionInfo>", literal("1"))),
        ("stable", None, (PART, DCAT.contactPoint, "_:someone")),
        ("kinds", None, (CATALOGUE, RDF.type, DCAT.Dataset)),
        ("languages", (PART, DCTERMS.title), (PART, DCTERMS.title, literal("nur deutsch", "de"))),
        ("descriptions", None, (PART, DCTERMS.description, literal("short", "en"))),
        ("terms", None, (PART, DCAT.theme, literal("Umwelt"))),
        ("terms", None, (PART, DCAT.landingPage, iri("ftp://example.org/"))),
        ("listed", None, (iri(f"{BASE}id/dataset/unlisted"), RDF.type, DCAT.Dataset)),
        ("landing", None, (PART, DCAT.landingPage, iri(f"{SITE}gone.html"))),
    ],
)  # fmt: skip
def test_a_breach_of_a_convention_is_found(catalogue: Catalogue, key: str, removed: Any, added: Any) -> None:
    def spoil(graph: Graph, _: Profile) -> Graph:
        kept = [triple for triple in graph if triple[:2] != removed]
        extra = [added] if added else []
        if added and added[2].startswith("_:"):
            extra.append((added[2], RDF.type, "<http://www.w3.org/2006/vcard/ns#Kind>"))
        return Graph([*kept, *extra])

    contents = contents_of(catalogue, spoil)
    part = conventions.measure(feeds_of(contents), contents)
    assert next(each for each in part.checks if each.key == key).status in (Status.FAILED, Status.WARNING)


def test_pages_that_lead_nowhere_or_run_in_a_circle_are_found() -> None:
    contents = contents_of(make_catalogue(4, page_size=2))
    assert conventions.measure(feeds_of(contents), contents).status is Status.PASSED
    second = "catalogue-de-page-2.ttl"
    lost = dataclasses.replace(contents, files={k: v for k, v in contents.files.items() if k != second})
    part = conventions.measure(feeds_of(lost), lost)
    assert next(each for each in part.checks if each.key == "pages").status is Status.FAILED
    text = contents.files[second].read().decode()
    circle = re.sub(r"(<[^>]*page-2\.ttl>\s+a hydra:PagedCollection)", rf"\1 ; hydra:next <{SITE}catalogue-de.ttl>", text)
    assert circle != text
    looped = dataclasses.replace(contents, files={**contents.files, second: stored(circle.encode(), "text/turtle")})
    part = conventions.measure(feeds_of(looped), looped)
    assert next(each for each in part.checks if each.key == "pages").status is Status.FAILED


# score ---------------------------------------------------------------------------------------------------------------


class Deaf(Folder):
    """A host that answers nothing."""

    def ask(self, url: str, method: str = "HEAD", accept: str = "*/*") -> Answer | None:
        return Answer(503, {}, url)


class Everywhere(Folder):
    """A host that answers everything, the endpoint too."""

    def ask(self, url: str, method: str = "HEAD", accept: str = "*/*") -> Answer | None:
        return Answer(200, {}, url)


def test_the_weights_add_up_to_405_points() -> None:
    assert sum(each.points for each in score.INDICATORS) == score.MOST
    by_dimension = {
        name: sum(each.points for each in score.INDICATORS if each.dimension == name) for name in score.DIMENSIONS
    }
    assert list(by_dimension.values()) == [100, 100, 110, 75, 20]


def test_a_good_feed_scores_full_marks(catalogue: Catalogue) -> None:
    contents = contents_of(catalogue)
    part = score.measure(feeds_of(contents)[Profile.EUROPEAN], Everywhere(contents, True), True)
    assert part.points == score.MOST
    assert part.note.en.startswith("405 of 405 points (Excellent)")


def test_points_for_reachability_need_answers(catalogue: Catalogue) -> None:
    contents = contents_of(catalogue)
    part = score.measure(feeds_of(contents)[Profile.EUROPEAN], Deaf(contents, True), True)
    assert part.points == score.MOST - 80
    assert part.status is Status.FAILED


def test_an_address_outside_the_files_is_not_measured_but_never_green(catalogue: Catalogue) -> None:
    contents = contents_of(catalogue)
    elsewhere = dataclasses.replace(contents, site_url="https://elsewhere.example.org/")
    part = score.measure(feeds_of(contents)[Profile.EUROPEAN], Folder(elsewhere), True)
    checks = {each.key: each for each in part.checks}
    assert checks["access-url"].status is checks["download-reachable"].status is Status.NOT_MEASURED
    assert part.points == score.MOST - 80
    assert "80 not measured" in part.note.en


@pytest.mark.parametrize(
    ("key", "node", "property_"),
    [
        ("keyword", PART, DCAT.keyword), ("category", PART, DCAT.theme), ("spatial", PART, DCTERMS.spatial),
        ("temporal", PART, DCTERMS.temporal), ("access-rights", PART, DCTERMS.accessRights), ("contact", PART, DCAT.contactPoint),
        ("publisher", PART, DCTERMS.publisher), ("issued", PART, DCTERMS.issued), ("modified", PART, DCTERMS.modified),
    ],
)  # fmt: skip
def test_what_a_dataset_lacks_costs_its_points(catalogue: Catalogue, key: str, node: str, property_: str) -> None:
    contents = contents_of(catalogue, lambda graph, _: Graph(t for t in graph if t[:2] != (node, property_)))
    read = feeds_of(contents)[Profile.EUROPEAN]
    weight = next(each.points for each in score.INDICATORS if each.key == key)
    lost = weight + (5 if key == "access-rights" else 0)
    points = {each.dataset: each.points for each in score.scores_of(read, Everywhere(contents, True), True)}
    assert points[PART] == score.MOST - lost
    assert points[iri(f"{BASE}id/dataset/part-2")] == score.MOST


# reading back --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def example_contents(example_release: ReleaseView) -> Contents:
    return Contents.of_release(example_release)


def reading(contents: Contents, **more: Any) -> Any:
    return measured(contents, **more).report.part("reading")


def test_a_release_is_as_its_feeds_say(example_contents: Contents) -> None:
    part = reading(example_contents)
    assert [finding for check in part.checks for finding in check.findings] == []
    assert {check.key: check.status for check in part.checks if check.status is not Status.PASSED} == {
        "http": Status.NOT_MEASURED
    }


DATASET_FILE = "data/bridges-bridges.ttl"


@pytest.mark.parametrize(
    ("path", "spoil", "keys"),
    [
        (DATASET_FILE, lambda content: content + b"\n", {"stated"}),
        (DATASET_FILE, lambda content: content.replace(b"1788", b"1789"), {"stated", "same"}),
        (DATASET_FILE, lambda content: content[:-20], {"stated", "parses"}),
        (DATASET_FILE, lambda content: None, {"stated"}),
        ("data/bridges.nt.gz", lambda content: gzip.compress(b"<https://e.x/a> <https://e.x/b> <https://e.x/c> .\n"), {"stated", "same"}),
        ("data/bridges.nt.gz", lambda content: content[:50], {"stated", "parses"}),
        ("data/bridge.csv", lambda content: content + b"one,cell,too,many,here,and,here,and,so,on,up,to,there\n", {"stated", "parses"}),
        ("data/bridge.xlsx", lambda content: b"PK no spreadsheet", {"stated", "parses"}),
        ("catalogue.rdf", lambda content: content.replace(b"2026-03-01", b"2026-02-01"), {"feeds"}),
    ],
)  # fmt: skip
def test_a_file_that_is_not_as_stated_is_found(example_contents: Contents, path: str, spoil: Any, keys: set[str]) -> None:
    known = example_contents.files[path]
    content = spoil(known.read())
    files = {k: v for k, v in example_contents.files.items() if k != path}
    if content is not None:
        files[path] = stored(content, known.media_type)
    part = reading(dataclasses.replace(example_contents, files=files))
    assert {check.key for check in part.checks if check.status is Status.FAILED} == keys


def test_a_wrong_media_type_is_found(example_contents: Contents) -> None:
    known = example_contents.files[DATASET_FILE]
    files = {**example_contents.files, DATASET_FILE: stored(known.read(), "text/plain")}
    part = reading(dataclasses.replace(example_contents, files=files))
    assert [finding.problem.en for check in part.checks for finding in check.findings] == [
        "media type text/plain, stated text/turtle"
    ]


def test_files_are_read_over_http_where_a_server_is_given(
    example_release: ReleaseView, example_contents: Contents, host: Any
) -> None:
    with host(example_release.site) as url:
        server = Server(url, EXAMPLE_SITE, "https://example.org/bridges/")
        part = reading(example_contents, reach=server)
        assert {check.status for check in part.checks} == {Status.PASSED}
    part = reading(example_contents, reach=server)  # the server is gone
    assert next(each for each in part.checks if each.key == "http").status is Status.FAILED


def test_the_report_of_a_release_is_what_a_fresh_preflight_finds(example_release: ReleaseView, root: Path) -> None:
    from moro_lod.cli import harvest
    from moro_lod.project import Project

    fresh = harvest.measure(Project.open(root / "tests" / "example"), example_release, None, None)
    assert json.loads((example_release.site / "quality.json").read_bytes()) == json.loads(fresh.report.to_json())


@pytest.mark.parametrize("page", ["doc/bridge/old.html", "doc/dataset/bridges.html"])
def test_pages_lead_machines_to_identifier_licence_data_and_collection(example_release: ReleaseView, page: str) -> None:
    head = (example_release.site / page).read_text(encoding="utf-8").partition("</head>")[0]
    links = dict.fromkeys(re.findall(r'<link rel="([a-z -]+)"', head))
    assert {"cite-as", "license", "collection", "alternate describedby"} <= set(links)
    assert ("item" in links) == page.startswith("doc/dataset/")
    thing = page.removeprefix("doc/").removesuffix(".html")
    assert f'<link rel="cite-as" href="https://example.org/bridges/id/{thing}">' in head


# yardsticks ----------------------------------------------------------------------------------------------------------

FOOPS = [
    "PURL1",
    "URI1",
    "URI2",
    "VER1",
    "VER2",
    "OM1",
    "FIND1",
    "FIND2",
    "FIND3",
    "CN1",
    "HTTP1",
    "FIND3-bis",
    "RDF1",
    "VOC1",
    "VOC2",
    "DOC1",
    "OM2",
    "OM3",
    "OM4.1",
    "OM4.2",
    "OM5.1",
    "OM5.2",
    "VOC3",
    "VOC4",
]


def test_all_24_checks_of_foops_have_their_names(example_contents: Contents) -> None:
    part = measured(example_contents).report.part("yardsticks")
    assert [check.key.removeprefix("foops.") for check in part.checks if check.key.startswith("foops.")] == FOOPS


def test_what_only_the_outside_can_tell_is_never_green(example_contents: Contents) -> None:
    part = measured(example_contents).report.part("yardsticks")
    status = {check.key: check.status for check in part.checks}
    assert status["foops.FIND2"] is status["foops.OM4.2"] is Status.EXTERNAL
    assert status["foops.URI1"] is status["foops.CN1"] is status["foops.VER2"] is Status.NOT_MEASURED


def test_label_coverage_counts_by_language(catalogue: Catalogue) -> None:
    part = measured(contents_of(catalogue)).report.part("yardsticks")
    checks = {check.key: check for check in part.checks}
    assert checks["labels-de"].status is Status.PASSED
    assert checks["labels-en"].status is Status.WARNING
    assert checks["labels-en"].findings[0].where == f"{BASE}id/a/b"


# the report ----------------------------------------------------------------------------------------------------------


def test_the_quality_report_in_rdf_has_a_measurement_for_each_dataset_and_indicator(catalogue: Catalogue) -> None:
    result = measured(contents_of(catalogue))
    graph = dqv.write(result.report, result.scores, BASE, CATALOGUE)
    computed = [graph.objects(s, DQV.computedOn)[0] for s in graph.subjects(RDF.type, DQV.QualityMeasurement)]
    met = sum(value is not None for each in result.scores for value in each.met.values())
    assert (
        sum(each != CATALOGUE for each in computed) == met == 3 * len(score.INDICATORS) - 3 - 1
    )  # compliance, the endpoint


def test_the_command_prints_a_table_and_json_and_ends_by_severity(
    published_example: Path, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["preflight", "--project", str(root / "tests" / "example"), "--target", str(published_example)]
    assert run(["--lang", "de", *arguments]) == 0
    shown = capsys.readouterr().out
    assert "Konventionen der Portale" in shown and "nicht gemessen" in shown and "375 von 405 Punkten" in shown
    assert run(["--lang", "en", *arguments, "--json", "--strict"]) == 1  # no contributor ID: a warning
    document = json.loads(capsys.readouterr().out)
    assert [part["key"] for part in document["parts"]] == ["shapes", "conventions", "score", "reading", "yardsticks"]


def test_a_failure_ends_the_command_with_1(published_example: Path, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["preflight", "--project", str(root / "tests" / "example"), "--target", str(published_example)]
    assert run(["--lang", "en", *arguments, "--base-url", "http://127.0.0.1:9/"]) == 1
    assert "does not answer with success" in capsys.readouterr().out


def test_a_wrong_address_is_refused(published_example: Path, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["preflight", "--project", str(root / "tests" / "example"), "--target", str(published_example)]
    assert run(["--lang", "en", *arguments, "--base-url", "localhost:8000"]) == 2
    assert "--base-url: " in capsys.readouterr().err


def test_profiles_are_fetched_checked_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, profiles: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from moro_lod.cli import harvest
    from moro_lod.preflight.profiles import PROFILES

    by_url = {each.url: profiles / each.path for profile in PROFILES for each in profile.files}
    asked: list[str] = []

    def download(url: str) -> bytes:
        asked.append(url)
        return by_url[url].read_bytes()

    monkeypatch.setattr(harvest, "download", download)
    assert run(["--lang", "en", "profiles", "fetch", "--to", str(tmp_path)]) == 0
    assert len(asked) == len(by_url) == 13
    assert run(["--lang", "en", "profiles", "fetch", "--to", str(tmp_path)]) == 0
    assert len(asked) == 13  # nothing twice
    (tmp_path / "dcat-ap-3.0.1" / "ranges.ttl").unlink()
    monkeypatch.setattr(harvest, "download", lambda url: b"something else")
    assert run(["--lang", "en", "profiles", "fetch", "--to", str(tmp_path)]) == 2
    assert "not the examined one (SHA-256)" in capsys.readouterr().err
    assert not (tmp_path / "dcat-ap-3.0.1" / "ranges.ttl").exists()


def test_fetching_without_a_network_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from urllib import request

    def refuse(*_: Any, **__: Any) -> None:
        raise OSError("no route")

    monkeypatch.setattr(request, "urlopen", refuse)
    assert run(["--lang", "de", "profiles", "fetch", "--to", str(tmp_path)]) == 2
    assert "nicht erreichbar (no route)" in capsys.readouterr().err
