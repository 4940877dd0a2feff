"""Queries in the browser: the page's own store, in Node.js, answers as the publisher's store does."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest

from moro_lod.graphs import parse_nquads
from moro_lod.pipeline import Publication, prepare
from moro_lod.project import Project
from moro_lod.release import ReleaseView
from moro_lod.site.sections import runnable
from moro_lod.store import in_memory

ENGINE = """
import oxigraph from "oxigraph";
import { answer as reply, fill } from "{src}/engine.js";
const store = fill(new oxigraph.Store(), readFileSync(input.file, "utf8"));
answer(input.queries.map((query) => reply(store, query)));
"""

COUNT = "SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT ?x) AS ?d) WHERE { ?x a <https://w3id.org/moro-lod/ontology#Event> }"
NAMED = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"

Reply = Mapping[str, str]


@pytest.fixture(scope="module")
def ask(node_modules: Path, node: Callable[..., Any]) -> Callable[[Path, list[str]], list[Reply]]:
    """What the page's engine answers from a dump."""
    assert node_modules
    return lambda file, queries: node(ENGINE, {"file": str(file), "queries": queries})


def rows(text: str | bytes) -> list[str]:
    """The rows of an answer in JSON, in no order."""
    return sorted(json.dumps(row, sort_keys=True) for row in json.loads(text)["results"]["bindings"])


def test_the_browser_counts_and_answers_every_example_as_the_server_does(
    ask: Callable[[Path, list[str]], list[Reply]], release: ReleaseView, root: Path
) -> None:
    dump = release.site / "data" / "moro.nq"
    store = in_memory(parse_nquads(dump.read_text(encoding="utf-8")))
    publication: Publication = prepare(Project.open(root))
    queries = [COUNT, NAMED, *(runnable(each) for each in publication.queries)]
    assert len(queries) > 25
    for query, reply in zip(queries, ask(dump, queries), strict=True):
        expected: Any = store.query(query)
        assert rows(reply["text"]) == rows(expected.serialize(format=pyoxigraph.QueryResultsFormat.JSON)), query


def test_each_form_of_query_gives_the_type_that_an_endpoint_names(
    ask: Callable[[Path, list[str]], list[Reply]], tmp_path: Path
) -> None:
    dump = tmp_path / "t.nq"
    dump.write_text("".join(f"<x:a> <x:p> <x:b> <x:g{number}> .\n" for number in range(3)), encoding="utf-8")
    table, truth, graph = ask(dump, ["SELECT * { ?s ?p ?o }", "ASK { <x:a> <x:p> <x:b> }", "DESCRIBE <x:a>"])
    assert len(rows(table["text"])) == 1  # three sources say the same: one statement
    assert json.loads(truth["text"])["boolean"] is True
    assert (table["type"], graph["type"]) == ("application/sparql-results+json", "text/turtle")
    assert graph["text"].count("<x:p>") == 1
