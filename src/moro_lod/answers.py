"""Answers to SPARQL queries from a store: rows, a truth value, or triples, ready for people and programs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph

from .errors import MoroError, Text
from .graphs import Graph, parse_nquads
from .queries import NamedQuery
from .sparql import bind
from .terms import Term

_RESULTS = {
    "csv": pyoxigraph.QueryResultsFormat.CSV,
    "tsv": pyoxigraph.QueryResultsFormat.TSV,
    "json": pyoxigraph.QueryResultsFormat.JSON,
    "xml": pyoxigraph.QueryResultsFormat.XML,
}


@dataclass(frozen=True)
class Rows:
    """The solutions of a SELECT query; None in a row is an unbound variable. Rows are in the order of the answer."""

    variables: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]
    solutions: pyoxigraph.QuerySolutions | None = None

    def serialize(self, name: str) -> bytes:
        """The rows as csv, tsv, json or xml (SPARQL 1.1 results). Raises MoroError for "turtle"."""
        if name not in _RESULTS:
            raise MoroError(
                name,
                Text(de="eine Tabelle lässt sich nicht als Turtle ausgeben", en="a table cannot be written as Turtle"),
                Text(de="csv, tsv, json oder xml wählen", en="choose csv, tsv, json or xml"),
            )
        assert self.solutions is not None  # noqa: S101  (only `ask` makes rows)
        written: bytes | None = self.solutions.serialize(format=_RESULTS[name])
        return written or b""


@dataclass(frozen=True)
class Boolean:
    """The answer to an ASK query."""

    value: bool
    raw: pyoxigraph.QueryBoolean

    def serialize(self, name: str) -> bytes:
        """The answer as json or xml (SPARQL 1.1 results); plain text for the other formats."""
        if name in ("json", "xml"):
            written: bytes | None = self.raw.serialize(format=_RESULTS[name])
            return written or b""
        return b"true\n" if self.value else b"false\n"


@dataclass(frozen=True)
class Triples:
    """The answer to a CONSTRUCT or DESCRIBE query."""

    graph: Graph
    prefixes: Mapping[str, str]

    def serialize(self, name: str) -> bytes:
        """The triples as Turtle. Raises MoroError for formats of tables."""
        from .distributions.turtle import write_turtle

        if name != "turtle":
            raise MoroError(
                name,
                Text(
                    de="CONSTRUCT und DESCRIBE ergeben Aussagen, keine Tabelle",
                    en="CONSTRUCT and DESCRIBE give statements, no table",
                ),
                Text(de="--format turtle wählen", en="choose --format turtle"),
            )
        return write_turtle(self.graph, dict(self.prefixes))


def ask(
    store: pyoxigraph.Store, query: NamedQuery, given: Mapping[str, str], prefixes: Mapping[str, str]
) -> Rows | Boolean | Triples:
    """Answer a query. Raises MoroError (*place:line: …*) for syntax errors and for SERVICE, which is never called."""
    if re.search(
        r"\bservice\b", re.sub(r"<[^<>\s]*>|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|#[^\n]*", " ", query.text), re.IGNORECASE
    ):
        raise MoroError(
            query.path,
            Text(
                de="SERVICE ist nicht erlaubt: es würde andere Rechner abfragen",
                en="SERVICE is not allowed: it would ask other hosts",
            ),
            Text(de="die Abfrage ohne SERVICE schreiben", en="write the query without SERVICE"),
        )
    text = bind(query.text, query.substitutions(given))
    try:
        result = store.query(text, prefixes=dict(prefixes))
        if isinstance(result, pyoxigraph.QueryBoolean):
            return Boolean(bool(result), result)
        if isinstance(result, pyoxigraph.QuerySolutions):
            again = store.query(text, prefixes=dict(prefixes))
            assert isinstance(again, pyoxigraph.QuerySolutions)  # noqa: S101  (the same query)
            variables = tuple(variable.value for variable in result.variables)
            rows = tuple(tuple(_text(cell) for cell in solution) for solution in result)
            return Rows(variables, rows, again)
        written = pyoxigraph.serialize(result, format=pyoxigraph.RdfFormat.N_TRIPLES) or b""
        return Triples(parse_nquads(written.decode()).union(), prefixes)
    except SyntaxError as error:
        raise _syntax_error(error, query.path) from None


def _text(term: object) -> Term | None:
    return None if term is None else str(term)


def _syntax_error(error: SyntaxError, place: str) -> MoroError:
    found = re.search(r"(?:at|line) (\d+)[:, ]+(?:column )?(\d+)", str(error))
    where = f"{place}:{found[1]}:{found[2]}" if found else place
    problem = " ".join(str(error).split())
    return MoroError(
        where,
        Text(de=f"die Abfrage hat einen Schreibfehler ({problem})", en=f"the query has a syntax error ({problem})"),
        Text(de="diese Stelle prüfen", en="check that place"),
    )
