"""Queries in the browser: the page's own store, in Node.js, answers as the publisher's; heads, maps and mistakes in words."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest

from moro_lod.answers import Rows
from moro_lod.answers import ask as answered
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
    replies = ask(dump, queries)
    for query, reply in zip(queries, replies, strict=True):
        expected: Any = store.query(query)
        assert rows(reply["text"]) == rows(expected.serialize(format=pyoxigraph.QueryResultsFormat.JSON)), query
    for named, reply in zip(publication.queries, replies[2:], strict=True):
        found = answered(store, named, {}, publication.settings.all_prefixes)
        assert isinstance(found, Rows)
        assert len(rows(reply["text"])) == len(found.rows), named.name


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


RESULTS = """
import * as results from "{src}/results.js";
answer(input.map(([name, ...given]) => results[name](...given)));
"""


@pytest.fixture
def results(node: Callable[..., Any]) -> Callable[..., list[Any]]:
    """What functions of results.js return: `results([name, argument, …], …)`."""
    return lambda *calls: node(RESULTS, calls)


def test_columns_stand_as_written_even_where_all_are_asked_for(results: Callable[..., list[Any]]) -> None:
    found = results(
        ["columnsOf", "SELECT * { ?zoo ?a ?m } # ?b", ["a", "b", "m", "zoo"]],
        ["columnsOf", "select distinct * { ?zo2 ?p ?o . ?zo ?a '?o2' }", ["a", "o", "p", "zo", "zo2"]],
        ["columnsOf", "SELECT ?b ?a { ?a ?b ?c }", ["b", "a"]],
    )
    assert found == [["zoo", "a", "m", "b"], ["zo2", "p", "o", "zo", "a"], ["b", "a"]]


def test_a_variable_without_a_head_is_read_as_words(results: Callable[..., list[Any]]) -> None:
    names = ["regionName", "areaKm2", "n", "otherSourceKey", "first_name", "größeÜber"]
    assert results(*(["spaced", name] for name in names)) == [
        "region name", "area km2", "n", "other source key", "first name", "größe über",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "message", "expected"),
    [
        ("SELECT * { ?s a moro:X }", "error at 1:23: expected one of Prefix not found", {"kind": "prefix", "prefix": "moro", "line": 1, "column": 17}),
        ("PREFIX a: <a:>\nSELECT * {\n a:b x:y ?o }", "error at 3:9: Prefix not found", {"kind": "prefix", "prefix": "x", "line": 3, "column": 6}),
        ("SELECT * { ?s ?p 'x:y' . ?s ?p }", "error at 1:32: expected one of LATERAL", {"kind": "syntax", "line": 1, "column": 32}),
        ("PREFIX a: <a:> INSERT DATA { a:a a:b a:c }", "error at 1:25: expected CONSTRUCT", {"kind": "update", "line": 1, "column": 25}),
        ("# DROP\nDROP ALL", "error at 2:9: expected DESCRIBE", {"kind": "update", "line": 2, "column": 9}),
        ("SELECT * { SERVICE <http://a/> { ?s ?p ?o } }", "The service <http://a/> is not supported", {"kind": "service"}),
        ("# nothing", "error at 1:10: expected [_]", {"kind": "empty", "line": 1, "column": 10}),
        ("SELECT (COUNT(?x) AS ?n) ?y { ?x ?p ?y }", "error at 1:41: contains a variable that is unbound", {"kind": "ungrouped", "line": 1, "column": 41}),
        ("ASK { ?s ?p ?o }", "data/t.nq.gz: 404", {"kind": "other"}),
    ],
)  # fmt: skip
def test_a_mistake_is_told_by_kind_and_place(
    results: Callable[..., list[Any]], query: str, message: str, expected: dict[str, Any]
) -> None:
    assert results(["mistakeIn", query, message]) == [expected]


def test_texts_become_terms_of_the_same_type_and_back(results: Callable[..., list[Any]]) -> None:
    year = '"2012"^^<http://www.w3.org/2001/XMLSchema#gYear>'
    odd = 'a "b" \\ c\nd'
    made = results(
        ["termFor", "2013", year], ["termFor", "x:y", "<a:b>"], ["termFor", "no iri> }", "<a:b>"], ["termFor", odd, '"a"'],
        ["textOf", year], ["textOf", "<a:b>"],
    )  # fmt: skip
    assert made[:3] == [year.replace("2012", "2013"), "<x:y>", None]
    assert made[4:] == ["2012", "a:b"]
    assert results(["textOf", made[3]]) == [odd]


def test_geometries_become_geojson_and_lie_on_the_land_where_they_can(results: Callable[..., list[Any]]) -> None:
    wkt = {"type": "literal", "value": "MULTIPOLYGON (((0 0, 4 0, 4 4, 0 0), (1 1, 2 1, 2 2, 1 1)), ((5 5, 6 5, 6 6, 5 5)))"}
    swapped = {"type": "literal", "value": "<http://www.opengis.net/def/crs/EPSG/0/4326> POINT (52 9.5)"}
    name = {"type": "literal", "value": "A"}
    land = {"west": 0, "north": 60, "squeeze": 1, "scale": 10, "width": 200, "height": 620, "margin": 0, "picture": "p.svg"}
    collection, polygon, on_land, elsewhere = results(
        ["geojson", ["name", "at"], [{"name": name, "at": swapped}, {"name": name}]],
        ["geometryOf", wkt["value"]],
        ["projectionFor", [{"type": "Point", "coordinates": [9.5, 52]}], land],
        ["projectionFor", [{"type": "Point", "coordinates": [-9.5, 52]}], land],
    )
    assert collection == {
        "type": "FeatureCollection", "bbox": [9.5, 52, 9.5, 52],
        "features": [{"type": "Feature", "properties": {"name": "A"}, "geometry": {"type": "Point", "coordinates": [9.5, 52]}}],
    }  # fmt: skip
    assert [len(each) for each in polygon["coordinates"]] == [2, 1]
    assert (on_land["width"], on_land["picture"]) == (200, "p.svg")
    assert "picture" not in elsewhere
