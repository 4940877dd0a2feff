"""The query page of a publication that has a SPARQL endpoint: the endpoint answers, nobody else is asked."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyoxigraph
import pytest
from browsing import Watched, listening, serve

from moro_lod import pipeline, site
from moro_lod.graphs import to_nquads

pytestmark = pytest.mark.browser

DATA = 'thing:a a x:Thing ; skos:prefLabel "Anna"@de , "Ann"@en ; x:size 3 .'
SLOW = "# slow"


@dataclass
class Endpoint:
    """A small SPARQL endpoint on loopback; queries with a certain comment wait until `released`."""

    url: str = ""
    store: pyoxigraph.Store = field(default_factory=pyoxigraph.Store)
    asked: list[str] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    def answer(self, query: str) -> tuple[int, str, bytes]:
        """Status, type and body for a query."""
        self.asked.append(query)
        if SLOW in query:
            self.released.wait(30)
        try:
            found: Any = self.store.query(query, use_default_graph_as_union=True)
        except SyntaxError as error:
            return 400, "text/plain", str(error).encode()
        if isinstance(found, pyoxigraph.QueryTriples):
            return 200, "text/turtle", found.serialize(format=pyoxigraph.RdfFormat.TURTLE)
        return 200, "application/sparql-results+json", found.serialize(format=pyoxigraph.QueryResultsFormat.JSON)


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """The endpoint, listening at a port of its own: another origin than the site."""
    made = Endpoint()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, kind, body = made.answer(parse_qs(urlsplit(self.path).query)["query"][0])
            self._send(status, kind, body)

        def do_POST(self) -> None:
            status, kind, body = made.answer(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self._send(status, kind, body)

        def do_OPTIONS(self) -> None:
            self._send(204, "text/plain", b"")

        def _send(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            for name, content in (
                ("Content-Type", kind), ("Content-Length", str(len(body))), ("Access-Control-Allow-Origin", "*"),
                ("Access-Control-Allow-Headers", "*"),
            ):  # fmt: skip
                self.send_header(name, content)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with listening(Handler) as origin:
        made.url = f"{origin}/sparql"
        yield made
        made.released.set()


@pytest.fixture
def watched(
    endpoint: Endpoint, publication: Callable[..., pipeline.Publication], watch: Callable[..., Watched], tmp_path: Path
) -> Iterator[Watched]:
    """The query page of a small site with that endpoint."""
    made = publication(DATA, first=f'endpoint_url = "{endpoint.url}"\n')
    if site.warnings(made) and "query.js" in str(site.warnings(made)[0]):
        pytest.skip("the browser parts are not built: run `make assets` (needs Node.js)")
    endpoint.store.load(to_nquads(made.quads), pyoxigraph.RdfFormat.N_QUADS)
    folder = tmp_path / "site"
    for file in site.pages(made):
        (folder / file.path).parent.mkdir(parents=True, exist_ok=True)
        (folder / file.path).write_bytes(file.content)
    with serve(folder) as address:
        page = watch(address)
        page.go("query.html")
        yield page


def write(watched: Watched, query: str) -> None:
    """Put a query into the editor and run it."""
    watched.page.evaluate("query => document.querySelector('.CodeMirror').CodeMirror.setValue(query)", query)
    watched.page.get_by_role("button", name="Ausführen").click()


def test_the_endpoint_answers_and_no_other_host_is_asked(watched: Watched, endpoint: Endpoint) -> None:
    page = watched.page
    output = page.locator("[data-output]")
    assert "MB" not in page.locator("[data-tools]").inner_text()
    write(watched, "SELECT ?size ?never ?thing WHERE { ?thing <https://example.org/t/ontology#size> ?size }")
    output.get_by_role("link", name="Anna", exact=True).wait_for()
    assert output.locator("thead th").all_inner_texts() == ["size", "never", "thing"]
    long = "SELECT ?size WHERE { ?thing <https://example.org/t/ontology#size> ?size }\n#" + "x" * 5000
    write(watched, long)
    output.locator("th", has_text="thing").wait_for(state="detached")
    output.locator("tbody td", has_text="3").wait_for()
    assert endpoint.asked[-1] == long
    write(watched, "DESCRIBE <https://example.org/t/id/thing/a>")
    output.locator("pre", has_text="Anna").wait_for()
    write(watched, "ASK { ?s ?p ?o }")
    page.locator("[data-state]", has_text="Ja (").wait_for()
    assert watched.errors == []
    assert {each.partition("?")[0] for each in watched.foreign} == {endpoint.url}


def test_a_mistake_is_shown_where_the_endpoint_sees_it(watched: Watched) -> None:
    write(watched, "SELECT * WHERE {\n  ?s ?p\n}")
    watched.page.locator("[data-state].bad").wait_for()
    assert watched.page.locator("[data-state]").inner_text().startswith("Zeile 3, Zeichen 2: ")
    assert watched.page.locator(".wrong").count() == 1


def test_a_question_to_the_endpoint_is_cancelled_and_the_next_one_answered(watched: Watched, endpoint: Endpoint) -> None:
    page = watched.page
    write(watched, f"{SLOW}\nASK {{ ?s ?p ?o }}")
    page.get_by_text("Es wird gesucht").wait_for()
    page.locator(".CodeMirror").click()
    page.keyboard.press("Control+Enter")  # changes nothing while one runs
    page.get_by_role("button", name="Abbrechen").click()
    page.get_by_text("Abgebrochen.").wait_for()
    endpoint.released.set()
    write(watched, "ASK { ?s ?p 42 }")
    page.locator("[data-state]", has_text="Nein (").wait_for()
    assert len(endpoint.asked) == 2
