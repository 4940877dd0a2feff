"""Property paths of SHACL (SHACL §2.3.1) as text: the syntax of SPARQL 1.1, with whole IRIs.

    <https://…#within>          ^<https://…#actor>          <https://…#actor>/<https://…#territory>

The same path has the same text, whatever its blank nodes are called.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from ..errors import MoroError, Text
from ..graphs import Graph, Triple
from ..namespaces import RDF, SH
from ..terms import Term, is_iri

Path: TypeAlias = str

DEEPEST = 10  # steps within steps; the engines stop at twelve
LONGEST = 1000  # members of a sequence or alternative

_SUFFIXES: Mapping[Term, str] = {SH.zeroOrMorePath: "*", SH.oneOrMorePath: "+", SH.zeroOrOnePath: "?"}
_PREDICATES = {suffix: predicate for predicate, suffix in _SUFFIXES.items()}
_TOKEN = re.compile(r"<[^>]*>|[\^/|()*+?]")


def read(graph: Graph, node: Term) -> Path:
    """The text of the path that `node` stands for in a shapes graph or report. Raises MoroError for what is no path."""
    return _read(graph, node, 0)[0]


def _read(graph: Graph, node: Term, depth: int) -> tuple[Path, int]:
    """The text and how tightly it binds: 3 an IRI, 2 a suffix or inverse, 1 a sequence, 0 an alternative."""
    if is_iri(node):
        return node, 3
    if depth > DEEPEST:
        raise _no_path(
            Text(
                de=f"ein Pfad ist tiefer als {DEEPEST} Ebenen geschachtelt oder enthält sich selbst",
                en=f"a path is nested deeper than {DEEPEST} levels or contains itself",
            )
        )
    about = graph.about(node)
    for predicate, object_ in about:
        if predicate == SH.inversePath:
            return "^" + _bracketed(_read(graph, object_, depth + 1), 3), 2
        if predicate in _SUFFIXES:
            return _bracketed(_read(graph, object_, depth + 1), 3) + _SUFFIXES[predicate], 2
        if predicate == SH.alternativePath:
            return "|".join(_bracketed(_read(graph, each, depth + 1), 1) for each in _members(graph, object_)), 0
        if predicate == RDF.first:
            return "/".join(_bracketed(_read(graph, each, depth + 1), 2) for each in _members(graph, node)), 1
    raise _no_path(Text(de=f"{node} ist kein Pfad", en=f"{node} is no path"))


def _bracketed(part: tuple[Path, int], least: int) -> Path:
    text, binding = part
    return text if binding >= least else f"({text})"


def _members(graph: Graph, node: Term) -> list[Term]:
    members: list[Term] = []
    while node != RDF.nil:
        first, rest = graph.value(node, RDF.first), graph.value(node, RDF.rest)
        if first is None or rest is None or len(members) >= LONGEST:
            raise _no_path(
                Text(
                    de=f"die Liste eines Pfades ist offen, ein Kreis oder länger als {LONGEST}",
                    en=f"the list of a path is open, circular or longer than {LONGEST}",
                )
            )
        members.append(first)
        node = rest
    if len(members) < 2:
        raise _no_path(
            Text(de="die Liste eines Pfades hat weniger als zwei Glieder", en="the list of a path has less than two members")
        )
    return members


def _no_path(problem: Text) -> MoroError:
    return MoroError(
        "sh:path",
        problem,
        Text(de="eine IRI oder einen Pfad nach SHACL §2.3.1 angeben", en="give an IRI or a path as in SHACL §2.3.1"),
    )


def iris(path: Path) -> tuple[Term, ...]:
    """The properties of a path, in the order of the text."""
    return tuple(part for part in _TOKEN.findall(path) if is_iri(part))


def single(path: Path | None) -> tuple[Term, bool] | None:
    """(property, inverse) of a path that is one property or its inverse; None for others."""
    if path is None:
        return None
    parts = _TOKEN.findall(path)
    if len(parts) == 1:
        return parts[0], False
    if len(parts) == 2 and parts[0] == "^":
        return parts[1], True
    return None


def write(path: Path, fresh: Iterator[Term]) -> tuple[Term, list[Triple]]:
    """The node of a path in a report graph and the statements about it; `fresh` gives labels of blank nodes."""
    writer = _Writer(path, fresh)
    return writer.alternative(), writer.statements


class _Writer:
    """From the text of a path to statements, by recursive descent."""

    def __init__(self, path: Path, fresh: Iterator[Term]) -> None:
        self._parts = _TOKEN.findall(path)
        self._fresh = fresh
        self.statements: list[Triple] = []

    def alternative(self) -> Term:
        members = self._several("|", self._sequence)
        return self._wrapped(SH.alternativePath, self._listed(members)) if len(members) > 1 else members[0]

    def _sequence(self) -> Term:
        members = self._several("/", self._element)
        return self._listed(members) if len(members) > 1 else members[0]

    def _several(self, mark: str, member: Callable[[], Term]) -> list[Term]:
        members = [member()]
        while self._parts[:1] == [mark]:
            self._parts.pop(0)
            members.append(member())
        return members

    def _listed(self, members: list[Term]) -> Term:
        cells = [next(self._fresh) for _ in members]
        for cell, member, rest in zip(cells, members, [*cells[1:], RDF.nil], strict=True):
            self.statements += [(cell, RDF.first, member), (cell, RDF.rest, rest)]
        return cells[0]

    def _wrapped(self, predicate: Term, inner: Term) -> Term:
        node = next(self._fresh)
        self.statements.append((node, predicate, inner))
        return node

    def _element(self) -> Term:
        if self._parts[0] == "^":
            self._parts.pop(0)
            return self._wrapped(SH.inversePath, self._primary())
        inner = self._primary()
        if self._parts and self._parts[0] in _PREDICATES:
            return self._wrapped(_PREDICATES[self._parts.pop(0)], inner)
        return inner

    def _primary(self) -> Term:
        part = str(self._parts.pop(0))
        if part != "(":
            return part
        inner = self.alternative()
        self._parts.pop(0)
        return inner
