"""The page "access by program": each of its examples runs against the real server."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from moro_lod import pipeline, site
from moro_lod.project import Project
from moro_lod.release import ReleaseView

SITE = "https://w3id.org/moro-lod/"


@pytest.fixture(scope="module")
def server(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `moro-lod serve` on the release."""
    log = tmp_path_factory.mktemp("serve") / "log.txt"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "moro_lod", "serve", "--release", str(published), "--port", "0"],
            stdout=subprocess.PIPE, stderr=output, text=True,
        )  # fmt: skip
        try:
            found = None
            assert process.stdout
            for line in process.stdout:
                found = re.search(r"http://[\d.a-z]+:(\d+)", line)
                if found:
                    break
            assert found, log.read_text()
            yield f"http://127.0.0.1:{found[1]}/"
        finally:
            process.terminate()
            process.wait(30)
            process.stdout.close()  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    """The page as it is when the publication has an endpoint."""
    made = pipeline.prepare(Project.open(root))
    settings = msgspec.structs.replace(made.settings, endpoint_url=f"{SITE}sparql")
    made = replace(made, project=replace(made.project, settings=settings))
    return next(each for each in site.pages(made) if str(each.path) == "api.html").content.decode()


def examples(page: str, language: str) -> list[str]:
    return [html.unescape(each) for each in re.findall(rf'<code data-example="{language}">(.*?)</code>', page, re.DOTALL)]


def run(command: list[str], code: str | None = None) -> str:
    done = subprocess.run(
        command,
        input=code,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "NO_PROXY": "127.0.0.1"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_examples_for_curl_run(page: str, server: str, tmp_path: Path) -> None:
    if not shutil.which("curl"):
        pytest.skip("curl is absent")
    found = examples(page, "curl")
    assert len(found) == 4
    for code in found:
        for line in code.replace(SITE, server).splitlines():
            text = run(["sh", "-c", f"cd {tmp_path} && {line.replace('curl ', 'curl --fail --silent --show-error ', 1)}"])
            assert text or "-O" in line, line
    assert (tmp_path / "moro.nt").stat().st_size > 100_000


def test_examples_for_python_run(page: str, server: str) -> None:
    found = examples(page, "python")
    assert len(found) == 4
    for code in found:
        assert run([sys.executable, "-"], code.replace(SITE, server)).strip()


def test_examples_for_javascript_run(page: str, server: str, tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node.js is absent: install it, the browser parts are built with it")
    found = examples(page, "javascript")
    assert len(found) == 3
    for number, code in enumerate(found):
        script = tmp_path / f"{number}.mjs"
        script.write_text(code.replace(SITE, server), encoding="utf-8")
        assert run([node, str(script)]).strip()


def test_examples_for_r_run(page: str, server: str) -> None:
    program = shutil.which("Rscript")
    if program is None:
        pytest.skip("R is absent: apt-get install r-base-core r-cran-jsonlite")
    found = examples(page, "r")
    assert len(found) == 3
    for code in found:
        assert run([program, "-"], code.replace(SITE, server)).strip()


def test_lists_are_published_as_plain_records(release: ReleaseView) -> None:
    records = json.loads((release.site / "list/district.de.json").read_text(encoding="utf-8"))
    heidekreis = next(each for each in records if each["label"].startswith("Heidekreis"))
    assert heidekreis["@id"] == f"{SITE}id/district/03358"
    assert heidekreis["ags"] == ["03358"]
    assert heidekreis["within"] == [{"@id": f"{SITE}id/state/03", "label": "Niedersachsen"}]
    assert len(records) == 403


def test_without_an_endpoint_no_example_asks_one(release: ReleaseView) -> None:
    assert "sparql-results" not in (release.site / "api.html").read_text(encoding="utf-8")
