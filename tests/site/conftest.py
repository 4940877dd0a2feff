"""Sites in memory and on loopback, and a browser."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browsing import Address, Watched, serve

from moro_lod import pipeline, site
from moro_lod.project import Project
from moro_lod.release import ReleaseView

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

HERE = Path(__file__).parent

SETTINGS = """
base = "https://example.org/t/"
name = "t"
languages = ["de", "en"]
label_properties = ["skos:prefLabel", "rdfs:label"]
[prefixes]
x = "https://example.org/t/ontology#"
[title]
de = "Probe"
en = "Trial"
[description]
de = "Eine Probe."
en = "A trial."
[release]
version = "1.0.0"
date = 2026-01-01
[licence]
iri = "http://dcat-ap.de/def/licenses/cc-zero"
url = "https://creativecommons.org/publicdomain/zero/1.0/"
title = { de = "CC0", en = "CC0" }
attribution = { de = "Niemand", en = "Nobody" }
[publisher]
name = { de = "Niemand", en = "Nobody" }
[contact]
email = "nobody@example.org"
name = { de = "Niemand", en = "Nobody" }
[sources]
default = "id:source/all"
"""

ONTOLOGY = """
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix x: <https://example.org/t/ontology#> .
<https://example.org/t/ontology> a owl:Ontology .
x:Thing a owl:Class ; rdfs:label "Ding"@de , "thing"@en .
"""

PREFIXES = """
@prefix geo: <http://www.opengis.net/ont/geosparql#> .
@prefix id: <https://example.org/t/id/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix source: <https://example.org/t/id/source/> .
@prefix thing: <https://example.org/t/id/thing/> .
@prefix x: <https://example.org/t/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

Pages = Mapping[str, str]


@pytest.fixture
def publication(tmp_path: Path) -> Callable[..., pipeline.Publication]:
    """Make a publication from a few lines of Turtle: data, ontology, shapes, TriG and settings to add (`first`: those before all tables)."""

    def make(
        data: str = "", *, ontology: str = "", shapes: str = "", trig: str = "", settings: str = "", first: str = ""
    ) -> pipeline.Publication:
        for folder in ("data", "ontology", "shapes"):
            shutil.rmtree(tmp_path / folder, ignore_errors=True)
            (tmp_path / folder).mkdir()
        (tmp_path / "moro-lod.toml").write_text(first + SETTINGS + settings, encoding="utf-8")
        (tmp_path / "ontology" / "t.ttl").write_text(ONTOLOGY + PREFIXES + ontology, encoding="utf-8")
        (tmp_path / "shapes" / "t.ttl").write_text(PREFIXES + shapes, encoding="utf-8")
        if data:
            (tmp_path / "data" / "t.ttl").write_text(PREFIXES + data, encoding="utf-8")
        if trig:
            (tmp_path / "data" / "t.trig").write_text(PREFIXES + trig, encoding="utf-8")
        return pipeline.prepare(Project.open(tmp_path))

    return make


@pytest.fixture
def pages(publication: Callable[..., pipeline.Publication]) -> Callable[..., Pages]:
    """The pages of a publication made from a few lines: path → HTML."""

    def make(data: str = "", **others: str) -> Pages:
        files = site.pages(publication(data, **others))
        return {str(file.path): file.content.decode() for file in files if file.path.suffix in (".html", ".json")}

    return make


@pytest.fixture(scope="session")
def hostile() -> pipeline.Publication:
    """The publication of the hostile project."""
    return pipeline.prepare(Project.open(HERE / "hostile"))


@pytest.fixture(scope="session")
def node_modules(root: Path) -> Path:
    """What `make assets` installed: axe-core, the HTML checker, MiniSearch."""
    folder = root / "web" / "node_modules"
    if not folder.is_dir():
        pytest.skip("web/node_modules is absent: run `make assets` (needs Node.js)")
    return folder


@pytest.fixture(scope="session")
def node(root: Path) -> Callable[..., Any]:
    """Run a module in Node.js: `node(code, data)`, where `input` is the data; what it returns by `answer(…)` comes back.

    `{src}` in the code is the folder of the browser parts.
    """
    program = shutil.which("node")
    if program is None:
        pytest.skip("Node.js is absent: install it, the browser parts are built with it")
    source = (root / "web" / "src").as_uri()
    begin = (
        'import { readFileSync } from "node:fs";\nconst input = JSON.parse(readFileSync(0, "utf8"));\n'
        "const answer = (data) => process.stdout.write(JSON.stringify(data));\n"
    )

    def run(code: str, data: Any = None) -> Any:
        done = subprocess.run(
            [program, "--input-type=module", "--eval", begin + code.replace("{src}", source)],
            input=json.dumps(data), capture_output=True, text=True, timeout=120, check=False, cwd=root / "web",
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


@pytest.fixture(scope="session")
def served(release: ReleaseView) -> Iterator[Address]:
    """The real site on loopback, below the path of its `site_url`: the page for missing addresses names it."""
    with serve(release.site, "/moro-lod/") as address:
        yield address


@pytest.fixture(scope="module")
def contexts(browser: Browser) -> Iterator[dict[str, BrowserContext]]:
    """Browser contexts by their options: one serves all tests of a module."""
    made: dict[str, BrowserContext] = {}
    yield made
    for context in made.values():
        context.close()


@pytest.fixture
def watch(
    browser: Browser, contexts: dict[str, BrowserContext], request: pytest.FixtureRequest
) -> Iterator[Callable[..., Watched]]:
    """Open pages of the real site, or of another; `axe` brings axe-core, other options are those of a browser context."""
    pages: list[Page] = []

    def open_(address: Address | None = None, *, width: int = 1280, axe: bool = False, **options: Any) -> Watched:
        key = repr((width, axe, sorted(options.items())))
        if key not in contexts:
            contexts[key] = browser.new_context(viewport={"width": width, "height": 900}, locale="de-DE", **options)
            if axe:  # by the debugger, which the policy of the page does not stop
                contexts[key].add_init_script(path=request.getfixturevalue("node_modules") / "axe-core" / "axe.min.js")
        pages.append(contexts[key].new_page())
        has_script = options.get("java_script_enabled", True)
        return Watched(pages[-1], address or request.getfixturevalue("served"), has_script)

    yield open_
    for page in pages:
        page.close()
