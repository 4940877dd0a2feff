"""The main job: the same bytes each time, whole or not at all, and nothing lost on the way."""

import hashlib
import os
import random
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pyoxigraph
import pytest

from moro_lod import changes, store
from moro_lod.errors import MoroError
from moro_lod.graphs import to_nquads
from moro_lod.pipeline import NotConformingError, prepare, publish
from moro_lod.project import Project
from moro_lod.release import ReleaseView, open_release


def command(project: Path, *arguments: str, seed: str = "0", **environment: str) -> list[str]:
    return [sys.executable, "-m", "moro_lod", *arguments, "--project", str(project)]


def run(project: Path, *arguments: str, seed: str = "0") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "LANG": "C.UTF-8"}
    return subprocess.run(command(project, *arguments), env=environment, capture_output=True, text=True, check=False)


def digest(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_two_runs_in_different_folders_with_different_hash_seeds_give_the_same_bytes(example: Path, tmp_path: Path) -> None:
    elsewhere = shutil.copytree(example, tmp_path / "a much longer path" / "elsewhere")
    for project, seed in ((example, "1"), (elsewhere, "2")):
        result = run(project, "publish", seed=seed)
        assert result.returncode == 0, result.stderr
    first, second = open_release(example), open_release(elsewhere)
    assert first.manifest == second.manifest
    assert digest(first.site) == digest(second.site)


def test_nothing_of_this_machine_is_in_a_release(example_release: ReleaseView, root: Path) -> None:
    host = os.uname().nodename
    secrets = {str(root).encode(), str(Path.home()).encode() + b"/", *([host.encode()] if len(host) > 6 else [])}
    for path in example_release.site.rglob("*"):
        if path.is_file() and path.suffix not in (".gz", ".br", ".zst", ".woff2", ".wasm"):
            content = path.read_bytes()
            assert not [secret for secret in secrets if secret in content], path


def test_a_release_is_as_its_manifest_says(release: ReleaseView, example_release: ReleaseView) -> None:
    for view in (release, example_release):
        assert list(view.damages()) == []
        assert len(view.manifest.files) > 50


@pytest.mark.parametrize("which", ["release", "example_release"])
def test_the_store_holds_exactly_the_published_quads(which: str, request: pytest.FixtureRequest) -> None:
    view: ReleaseView = request.getfixturevalue(which)
    dump = next(view.site.glob("data/*.nq")).read_bytes()
    opened = store.read_only(view.store)
    assert store.nquads_of(opened) == b"".join(sorted(dump.splitlines(keepends=True)))
    assert hashlib.sha256(dump).hexdigest() == view.manifest.nquads_sha256
    triples = {quad.triple for quad in opened}
    assert {quad.triple for quad in opened.quads_for_pattern(None, None, None, pyoxigraph.DefaultGraph())} == triples


def test_nothing_that_a_source_states_gets_lost(root: Path, release: ReleaseView) -> None:
    publication = prepare(Project.open(root))
    published = set((release.site / "data" / "moro.nq").read_bytes().splitlines())
    assert set(to_nquads(publication.sources.asserted).splitlines()) <= published
    assert not set(to_nquads(publication.sources.unverified).splitlines()) & published


def test_a_run_killed_at_any_moment_leaves_a_whole_release(example: Path, long_run: bool) -> None:
    publish(Project.open(example), example)
    chance = random.Random(5)  # noqa: S311  (repeatable moments)
    text = (example / "data" / "bridges.trig").read_text()
    for number in range(50 if long_run else 10):
        (example / "data" / "bridges.trig").write_text(text.replace("120.5", f"{121 + number}.5"))
        with subprocess.Popen(command(example, "publish"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                process.wait(timeout=0.15 + chance.random() * 1.2)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
        view = open_release(example)
        assert list(view.damages()) == []
        assert hashlib.sha256(next(view.site.glob("data/*.nq")).read_bytes()).hexdigest() == view.manifest.nquads_sha256


def test_violations_are_shown_and_nothing_is_published(example: Path) -> None:
    before = publish(Project.open(example), example).release.folder
    path = example / "data" / "bridges.trig"
    path.write_text(path.read_text().replace("br:builtBy builder:town ;", ""))
    with pytest.raises(NotConformingError):
        publish(Project.open(example), example)
    result = run(example, "publish")
    assert result.returncode == 1
    assert "Old Bridge" in result.stdout
    assert "A bridge has a builder." in result.stdout
    assert "Not published" in result.stderr
    assert open_release(example).folder == before


def test_a_warning_does_not_stop_the_publication(example: Path) -> None:
    outcome = publish(Project.open(example), example)
    assert outcome.report.violations == 0
    assert "1 warning" in outcome.report.summary("en"), [each.messages for each in outcome.report.results]


def test_a_thing_that_was_published_does_not_just_disappear(example: Path) -> None:
    assert run(example, "stamp").returncode == 0
    path = example / "data" / "bridges.trig"
    text = path.read_text()
    path.write_text(re.sub(r"  bridge:new\n    a br:Bridge.*?\n  \.\n", "", text, count=1, flags=re.DOTALL))
    refused = run(example, "publish")
    assert refused.returncode == 2
    assert "published things are missing from the data" in refused.stderr
    (example / "data" / "tombstones.ttl").write_text(
        "<https://example.org/bridges/id/bridge/new> <http://purl.org/dc/terms/date> "
        '"2026-03-01"^^<http://www.w3.org/2001/XMLSchema#date> ;\n'
        '  <http://www.w3.org/2004/02/skos/core#changeNote> "torn down"@en, "abgerissen"@de .\n'
    )
    assert run(example, "publish").returncode == 0
    assert b"torn down" in (open_release(example).site / "tombstones.ttl").read_bytes()


def test_dates_change_exactly_when_the_content_does(example: Path) -> None:
    assert run(example, "stamp").returncode == 0
    settings = example / "moro-lod.toml"
    settings.write_text(settings.read_text().replace("2026-03-01", "2026-04-01").replace('"0.3.0"', '"0.3.0"'))
    path = example / "data" / "bridges.trig"
    path.write_text(path.read_text().replace("120.5", "121.5"))
    assert run(example, "stamp").returncode == 0
    lock = changes.Lock.from_json((example / "publication.lock").read_bytes())
    dates = {key.rsplit("/", 1)[-1]: str(each.modified) for key, each in lock.stamps["things"].items()}
    assert dates["new"] == "2026-04-01"
    assert dates["old"] == "2026-03-01"
    assert {str(each.issued) for each in lock.stamps["things"].values()} == {"2026-03-01"}


def test_the_lock_of_the_real_data_is_up_to_date(root: Path) -> None:
    """Whoever changes the data runs `moro-lod stamp` before the commit."""
    publication = prepare(Project.open(root))
    lock = publication.lock
    stale = [
        thing
        for thing in publication.index.things
        if lock.stamp("things", thing[1:-1], changes.hash_of_quads(publication.quads.about(thing)), publication.date)
        != lock.stamps["things"].get(thing[1:-1])
    ]
    assert stale == []


def test_a_bad_setting_stops_the_run_before_anything_is_written(example: Path) -> None:
    settings = example / "moro-lod.toml"
    settings.write_text(settings.read_text().replace('name = "bridges"', 'name = "Bridges!"'))
    with pytest.raises(MoroError):
        Project.open(example)
    assert run(example, "publish").returncode == 2
    assert not (example / "releases").exists()
