"""Real harvesters read the feeds from a running server and lose nothing."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import rdflib
from pyld import jsonld

from moro_lod.catalogue import feed
from moro_lod.catalogue.feed import Profile
from moro_lod.catalogue.writing import FEED_FORMATS, write
from moro_lod.cli import run
from moro_lod.namespaces import PREFIXES
from moro_lod.preflight import feeds
from moro_lod.project import SETTINGS_FILE
from moro_lod.release import ReleaseView

from .conftest import make_catalogue, serving
from .prepare import HERE, python

EMPTY = ("", "[]", "{}", None, [], {})


def harvest(name: str, *urls: str) -> list[dict[str, Any]]:
    """What a real harvester makes of feeds; skips, visibly, where it is not installed."""
    interpreter = python(name)
    if interpreter is None:
        pytest.skip(f"{name} is not installed (make test does it; tests/harvest/prepare.py)")
    script = HERE / "readers" / f"read_{name}.py"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    command = [interpreter, script, *urls]
    result = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=environment)
    assert result.returncode == 0, result.stderr[-2000:]
    found: list[dict[str, Any]] = json.loads(result.stdout)
    return found


@contextmanager
def moro_lod_serve(folder: Path) -> Iterator[str]:
    """The address of `moro-lod serve` with a release."""
    command = [sys.executable, "-m", "moro_lod", "serve", "--release", str(folder), "--port", "0", "--log", "off"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        match = re.search(r"http://[^/\s]+:(\d+)/", line)
        assert match, line
        yield f"http://127.0.0.1:{match[1]}/"
    finally:
        process.terminate()
        process.wait(20)
        assert process.stdout is not None
        process.stdout.close()


@pytest.fixture(scope="module")
def served(published: Path) -> Iterator[str]:
    """The address of a server with the release of the real data."""
    with moro_lod_serve(published) as url:
        yield url


@pytest.fixture(scope="module")
def feed_names(release: ReleaseView) -> tuple[str, ...]:
    """Both feeds in their three formats."""
    return tuple(f"{profile.value}{each.extension}" for profile in Profile for each in FEED_FORMATS)


@pytest.fixture(scope="module")
def expected(release: ReleaseView) -> feeds.Feed:
    """The European feed of the release."""
    from moro_lod.preflight import Contents

    return feeds.read(Contents.of_release(release), Profile.EUROPEAN)


def test_ckan_reads_both_feeds_in_every_format_and_shows_no_empty_field(
    served: str, feed_names: tuple[str, ...], expected: feeds.Feed
) -> None:
    for name, result in zip(feed_names, harvest("ckan", *(served + each for each in feed_names)), strict=True):
        datasets = {_extras(each)["uri"]: each for each in result["datasets"]}
        assert set(datasets) == {each.strip("<>") for each in expected.datasets}, name
        for uri, dataset in datasets.items():
            assert len(dataset["resources"]) == len(expected.distributions(f"<{uri}>"))
            shown = {
                key: value for key, value in dataset.items() if key != "license_id"
            }  # CKAN's own list has no German licence
            assert not [key for key, value in {**shown, **_extras(dataset)}.items() if value in EMPTY], (name, uri)
            assert {"title", "notes", "tags", "url", "version", "resources"} <= set(dataset)
            assert {"issued", "modified", "identifier", "frequency", "provenance", "language", "theme", "conforms_to", "contact_name", "publisher_name", "access_rights", "temporal_start", "temporal_end", "spatial_bbox", "spatial_centroid"} <= set(_extras(dataset))  # fmt: skip
            for resource in dataset["resources"]:
                assert not [key for key, value in resource.items() if value in EMPTY], (name, resource)
                assert {"name", "description", "url", "access_url", "download_url", "format", "mimetype", "size", "hash", "hash_algorithm", "license", "rights", "uri", "issued", "modified", "availability", "status", "language"} <= set(resource)  # fmt: skip
        # a blank node would show up as an identifier like n583d3a…
        assert not re.search(r'"n[0-9a-f]{32}', json.dumps(result)), name


def _extras(dataset: dict[str, Any]) -> dict[str, str]:
    return {each["key"]: each["value"] for each in dataset["extras"]}


def test_udata_reads_both_feeds_with_period_place_checksums_and_sizes(served: str, expected: feeds.Feed) -> None:
    names = [f"{profile.value}.ttl" for profile in Profile]
    for result in harvest("udata", *(served + each for each in names)):
        datasets = {each["uri"]: each for each in result["datasets"]}
        assert set(datasets) == {each.strip("<>") for each in expected.datasets}
        for uri, dataset in datasets.items():
            assert dataset["identifier"] == uri
            assert dataset["temporal"] and dataset["spatial"]
            assert dataset["frequency"] == "irregular"
            assert not [key for key, value in dataset.items() if value in EMPTY]
            assert len(dataset["resources"]) == len(expected.distributions(f"<{uri}>"))
            for resource in dataset["resources"]:
                assert all(
                    resource[key] for key in ("uri", "title", "description", "url", "format", "mime", "size", "checksum")
                )
    assert "für" in json.dumps(result, ensure_ascii=False)  # not read in a wrong encoding


def test_every_address_of_the_feed_answers_head_and_get_alike(served: str, release: ReleaseView, root: Path) -> None:
    from moro_lod.cli import harvest as command
    from moro_lod.preflight import Status
    from moro_lod.project import Project

    report = command.measure(Project.open(root), release, None, served).report
    assert {check.key: check.status for check in report.part("reading").checks if check.status is not Status.PASSED} == {}
    assert report.part("score").points == 405 - 30  # without the official shapes
    assert report.part("conventions").status is Status.PASSED
    foops = {check.key: check.status for check in report.part("yardsticks").checks if check.key.startswith("foops.")}
    assert foops["foops.URI1"] is foops["foops.VER2"] is foops["foops.CN1"] is Status.PASSED


def test_the_real_release_passes_the_official_shapes_and_scores_405(
    served: str, release: ReleaseView, root: Path, profiles: Path
) -> None:
    from moro_lod.cli import harvest as command
    from moro_lod.preflight import Status
    from moro_lod.project import Project

    report = command.measure(Project.open(root), release, profiles, served).report
    assert report.part("shapes").status is Status.PASSED
    assert [finding for check in report.part("conventions").checks for finding in check.findings] == []
    assert report.part("score").points == 405
    assert report.exit_code() == 0


def test_a_publication_with_an_endpoint_has_full_marks_and_no_violation(
    example: Path, profiles: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _replace(
        example / SETTINGS_FILE, "report_url", 'endpoint_url = "https://data.example.org/open/bridges/sparql"\nreport_url'
    )
    assert run(["--lang", "en", "publish", "--project", str(example)]) == 0
    with moro_lod_serve(example) as url:
        capsys.readouterr()
        command = ["--lang", "en", "preflight", "--project", str(example), "--profiles", str(profiles), "--base-url", url]
        assert run(command) == 0
    shown = capsys.readouterr().out
    assert "405 of 405 points (Excellent), reachability measured on the running server" in shown
    assert "failed" not in shown


def test_fifty_datasets_on_five_pages_are_all_harvested(tmp_path: Path) -> None:
    with serving(tmp_path) as url:
        catalogue = make_catalogue(50, page_size=10)
        here = dataclasses.replace(catalogue, site_url=url)
        for page, graph in feed.all_pages(here, Profile.GERMAN):
            for each in FEED_FORMATS:
                whole = graph | feed.links(here, Profile.GERMAN, page, each.extension)
                (tmp_path / feed.page_name(Profile.GERMAN, page.number, each.extension)).write_bytes(
                    write(whole, each, PREFIXES)
                )
        wanted = {each.iri.strip("<>") for each in catalogue.datasets}
        for name, extension in (("ckan", "rdf"), ("udata", "ttl")):
            stem = f"{url}{Profile.GERMAN.value}"
            (result,) = harvest(name, f"{stem}.{extension}")
            assert result["pages"] == [f"{stem}.{extension}", *(f"{stem}-page-{n}.{extension}" for n in range(2, 6))]
            found = [each.get("uri") or _extras(each)["uri"] for each in result["datasets"]]
            assert len(found) == 50 and set(found) == wanted


def test_a_second_release_keeps_identifiers_and_changes_dates_only_where_content_did(example: Path, tmp_path: Path) -> None:
    project = ["--project", str(example)]
    settings, data = example / SETTINGS_FILE, example / "data" / "bridges.trig"

    def publish(folder: str) -> None:
        assert run(["--lang", "en", "publish", *project, "--target", str(tmp_path / "host" / folder)]) == 0

    publish("first")
    assert run(["--lang", "en", "stamp", *project]) == 0
    _replace(settings, "date = 2026-03-01", "date = 2026-04-01")
    publish("second")  # a month later, nothing new
    _replace(data, '"1912"', '"1913"')
    publish("third")
    with serving(tmp_path / "host") as url:
        results = harvest("ckan", *(f"{url}{each}/release/site/catalogue-de.rdf" for each in ("first", "second", "third")))
    first, second, third = ({_extras(each)["uri"]: each for each in result["datasets"]} for result in results)
    resources = {uri: [each["uri"] for each in dataset["resources"]] for uri, dataset in first.items()}
    for later in (second, third):
        assert {uri: [each["uri"] for each in dataset["resources"]] for uri, dataset in later.items()} == resources
    assert {uri: _dates(each) for uri, each in second.items()} == dict.fromkeys(first, ("2026-03-01", "2026-03-01"))
    assert {uri: _dates(each) for uri, each in third.items()} == dict.fromkeys(first, ("2026-03-01", "2026-04-01"))
    unchanged = {each["modified"] for dataset in second.values() for each in dataset["resources"]}
    assert unchanged == {"2026-03-01"}


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def _dates(dataset: dict[str, Any]) -> tuple[str, str]:
    extras = _extras(dataset)
    return extras["issued"], extras["modified"]


# every serialisation, read by others ---------------------------------------------------------------------------------


def _documents(release: ReleaseView) -> list[str]:
    names = [f"{profile.value}{each.extension}" for profile in Profile for each in FEED_FORMATS]
    names += [f"doc/dataset/{path.name}" for path in sorted((release.site / "doc" / "dataset").iterdir()) if path.suffix in (".ttl", ".nt", ".rdf", ".jsonld")]  # fmt: skip
    return [*names, ".well-known/void", "quality.ttl", "quality.jsonld"]


def test_rdflib_and_pyld_read_every_serialisation_to_the_same_graph(example_release: ReleaseView) -> None:
    kinds = {".ttl": "turtle", ".nt": "nt", ".rdf": "xml", "": "turtle"}
    for name in _documents(example_release):
        content = (example_release.site / name).read_bytes()
        extension = Path(name).suffix if name != ".well-known/void" else ""
        ours = feeds.canonical(feeds.parse(content, extension or ".ttl", name))
        if extension == ".jsonld":
            nquads = jsonld.to_rdf(json.loads(content), {"format": "application/n-quads", "documentLoader": _refuse})
            theirs = feeds.canonical(feeds.parse(nquads.encode(), ".nq", name))
            assert theirs == ours, name
        else:
            graph = rdflib.Graph().parse(data=content, format=kinds[extension])
            text = graph.serialize(format="nt", encoding="utf-8")
            assert feeds.canonical(feeds.parse(text, ".nt", name)) == ours, name


def _refuse(url: str, *_: Any) -> dict[str, Any]:
    raise AssertionError(f"the document needs {url} to be understood")


def test_the_feeds_are_the_same_bytes_each_time(example: Path, tmp_path: Path) -> None:
    sites = []
    for name in ("one", "two"):
        copy = Path(shutil.copytree(example, tmp_path / name / "project"))
        assert run(["--lang", "en", "publish", "--project", str(copy), "--target", str(tmp_path / name)]) == 0
        sites.append(tmp_path / name / "release" / "site")
    for name in _documents(ReleaseView(sites[0].parent, None)):  # type: ignore[arg-type]
        assert (sites[0] / name).read_bytes() == (sites[1] / name).read_bytes(), name
