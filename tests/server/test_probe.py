"""The black-box self-test: green on our server, honest on a host of files, red where something is wrong."""

import http.server
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from running import Running

from moro_lod.errors import MoroError
from moro_lod.server.probe import CHECKS, probe, report_json, summary


def test_there_are_at_least_sixty_checks_with_unique_names_and_both_languages() -> None:
    names = [name for name, _, _ in CHECKS]
    assert len(names) >= 60 and len(set(names)) == len(names)
    assert all(title.de and title.en for _, title, _ in CHECKS)


def test_our_own_server_passes(server: Running) -> None:
    results = probe(server.url)
    assert not [(each.name, each.detail.en) for each in results if each.outcome == "fail"]
    assert sum(each.outcome == "pass" for each in results) >= 85
    notes = {each.name for each in results if each.outcome == "note"}
    assert notes <= {"https"}, notes
    assert not {each.name for each in results if each.outcome == "skip"}


class _Silent(http.server.SimpleHTTPRequestHandler):
    extensions_map = http.server.SimpleHTTPRequestHandler.extensions_map | {
        ".ttl": "text/turtle", ".jsonld": "application/ld+json", ".nt": "application/n-triples",
        ".rdf": "application/rdf+xml", ".trig": "application/trig",
    }  # fmt: skip

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def files_only(town: Path) -> Iterator[str]:
    """A host that serves the files and nothing else."""
    site = (town / "release").resolve() / "site"
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Silent, directory=str(site))) as host:
        thread = threading.Thread(target=host.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{host.server_port}/"
        host.shutdown()
        thread.join()


def test_a_host_of_files_is_told_what_it_cannot_do(files_only: str) -> None:
    results = {each.name: each for each in probe(files_only)}
    for name in ("thing-303", "accept-turtle", "negotiation-q-values", "vary-accept"):
        assert results[name].outcome == "note" and "files only" in results[name].detail.en, name
    for name in ("sparql-get", "sparql-update", "oai-identify", "openapi"):
        assert results[name].outcome == "skip", name
    assert results["suffix-turtle"].outcome == "pass"
    assert results["cors"].outcome == "fail", "that it could do, with a header"
    assert "not possible" in summary(tuple(results.values())).en


def test_the_command_prints_a_table_or_json_and_tells_by_its_exit_code(server: Running, files_only: str) -> None:
    def run(*options: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "moro_lod", *options], capture_output=True, text=True, timeout=120)

    good = run("--lang", "de", "probe", server.url)
    assert good.returncode == 0 and "Prüfungen" in good.stdout and "thing-303" in good.stdout, good.stdout + good.stderr
    bad = run("--lang", "en", "probe", files_only, "--json")
    assert bad.returncode == 1
    document = json.loads(bad.stdout)
    assert document["failed"] > 0 and len(document["checks"]) >= 60
    nobody = run("--lang", "en", "probe", "http://127.0.0.1:9/")
    assert nobody.returncode == 2 and "cannot be reached" in nobody.stderr
    assert run("--lang", "en", "probe", "not-an-address").returncode == 2


def test_a_thing_may_be_named(server: Running) -> None:
    results = {each.name: each for each in probe(server.url, thing="https://example.org/town/id/person/ada")}
    assert results["document-about"].outcome == "pass" and results["thing-303"].outcome == "pass"


def test_addresses_that_are_none_are_refused() -> None:
    with pytest.raises(MoroError):
        probe("ftp://example.org/")


def test_the_report_is_json(server: Running) -> None:
    results = probe(server.url)
    assert json.loads(report_json(server.url, results))["url"] == server.url
