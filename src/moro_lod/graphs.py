"""Graphs and quads: immutable sets of statements over interned terms, sorted once, indexed on demand.

A statement is a tuple of terms (`terms.py`). There is one Python object for each *distinct* term, so memory and time grow
with the vocabulary and not with the statements.
"""

from __future__ import annotations

import gc
import io
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from itertools import groupby, islice
from operator import eq, itemgetter
from typing import IO, TypeAlias, TypeVar, cast

import pyoxigraph

from .terms import Term

Triple: TypeAlias = tuple[Term, Term, Term]
Quad: TypeAlias = tuple[Term, Term, Term, Term]

DEFAULT_GRAPH: Term = ""


@contextmanager
def collection_paused() -> Iterator[None]:
    """No cyclic garbage collection for a while.

    Building a million tuples makes the collector walk over all of them again and again, though none is part of a cycle.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def collection_frozen() -> Iterator[None]:
    """Cyclic garbage collection goes on, but passes over everything that is there already.

    For long work over large tables that outlive it: the collector would walk over all of them each time that the heap has
    grown by a quarter.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


_Statement = TypeVar("_Statement", bound=tuple[Term, ...])


def _merged(one: tuple[_Statement, ...], other: tuple[_Statement, ...]) -> tuple[_Statement, ...]:
    """The distinct statements of two sorted tuples, sorted. (Python's sort merges two sorted runs in linear time.)"""
    if not one or not other:
        return one or other
    with collection_paused():
        return tuple(statement for statement, _ in groupby(sorted((*one, *other))))


class Graph:
    """An immutable set of triples (RDF 1.1 Concepts §3), iterated in sorted order."""

    __slots__ = ("__dict__", "_triples")

    def __init__(self, triples: Iterable[Triple] = ()) -> None:
        with collection_paused():
            self._triples: tuple[Triple, ...] = tuple(sorted(set(triples)))

    @classmethod
    def _of_sorted(cls, triples: Iterable[Triple]) -> Graph:
        """A graph of triples that are known to be sorted and distinct."""
        graph = cls.__new__(cls)
        graph._triples = tuple(triples)
        return graph

    @cached_property
    def _set(self) -> frozenset[Triple]:
        return frozenset(self._triples)

    @cached_property
    def has_blank_nodes(self) -> bool:
        """Whether any statement has a blank node."""
        return any(s[0] == "_" or o[0] == "_" for s, _, o in self._triples)

    @cached_property
    def _by_subject(self) -> dict[Term, list[tuple[Term, Term]]]:
        index: dict[Term, list[tuple[Term, Term]]] = {}
        with collection_paused():
            for s, p, o in self._triples:
                index.setdefault(s, []).append((p, o))
        return index

    @cached_property
    def _by_object(self) -> dict[Term, list[tuple[Term, Term]]]:
        index: dict[Term, list[tuple[Term, Term]]] = {}
        with collection_paused():
            for s, p, o in self._triples:
                if o[0] != '"':
                    index.setdefault(o, []).append((s, p))
        return index

    @cached_property
    def _by_predicate(self) -> dict[Term, list[tuple[Term, Term]]]:
        index: dict[Term, list[tuple[Term, Term]]] = {}
        with collection_paused():
            for s, p, o in self._triples:
                index.setdefault(p, []).append((s, o))
        return index

    @property
    def by_subject(self) -> Mapping[Term, Sequence[tuple[Term, Term]]]:
        """Subject → (predicate, object) of its statements; both sorted."""
        return self._by_subject

    @property
    def subjects_sorted(self) -> tuple[Term, ...]:
        """All subjects, sorted."""
        return tuple(self._by_subject)

    @property
    def predicates_sorted(self) -> tuple[Term, ...]:
        """All predicates, sorted."""
        return tuple(sorted(self._by_predicate))

    def about(self, subject: Term) -> tuple[tuple[Term, Term], ...]:
        """(predicate, object) of every statement about a subject, sorted."""
        return tuple(self._by_subject.get(subject, ()))

    def incoming(self, target: Term) -> tuple[tuple[Term, Term], ...]:
        """(subject, predicate) of every statement whose object is the IRI or blank node, sorted."""
        return tuple(self._by_object.get(target, ()))

    def pairs(self, predicate: Term) -> tuple[tuple[Term, Term], ...]:
        """(subject, object) of every statement with a predicate, sorted."""
        return tuple(self._by_predicate.get(predicate, ()))

    def objects(self, subject: Term, predicate: Term) -> tuple[Term, ...]:
        """The values of a property, sorted."""
        return tuple([o for p, o in self._by_subject.get(subject, ()) if p == predicate])

    def value(self, subject: Term, predicate: Term) -> Term | None:
        """The first value of a property in sorted order, or None."""
        return next((o for p, o in self._by_subject.get(subject, ()) if p == predicate), None)

    def subjects(self, predicate: Term, target: Term) -> tuple[Term, ...]:
        """The subjects that have the value (IRI, blank node or literal), sorted."""
        if target[0] != '"':
            return tuple([s for s, p in self._by_object.get(target, ()) if p == predicate])
        return tuple([s for s, o in self._by_predicate.get(predicate, ()) if o == target])

    def __contains__(self, triple: object) -> bool:
        return triple in self._set

    def __iter__(self) -> Iterator[Triple]:
        return iter(self._triples)

    def __len__(self) -> int:
        return len(self._triples)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Graph) and self._triples == other._triples

    def __hash__(self) -> int:
        return hash(self._triples)

    def __or__(self, other: Graph) -> Graph:
        return Graph._of_sorted(_merged(self._triples, other._triples))

    def __sub__(self, other: Graph) -> Graph:
        return Graph._of_sorted(triple for triple in self._triples if triple not in other._set)

    def __repr__(self) -> str:
        return f"<Graph of {len(self)} triples>"


class Quads:
    """An immutable set of quads: triples with the name of their graph, which for us is their source.

    Iterated in the order subject, predicate, object, graph. The default graph has the name "".
    """

    __slots__ = ("__dict__", "_quads")

    def __init__(self, quads: Iterable[Quad] = ()) -> None:
        with collection_paused():
            self._quads: tuple[Quad, ...] = tuple(sorted(set(quads)))

    @classmethod
    def _of_sorted(cls, quads: Iterable[Quad]) -> Quads:
        """Quads that are known to be sorted and distinct."""
        result = cls.__new__(cls)
        result._quads = tuple(quads)
        return result

    @classmethod
    def of_graph(cls, graph: Graph, name: Term = DEFAULT_GRAPH) -> Quads:
        """All triples of a graph, under one name."""
        return cls._of_sorted((s, p, o, name) for s, p, o in graph)

    @cached_property
    def has_blank_nodes(self) -> bool:
        """Whether any statement or the name of a graph has a blank node."""
        return any(s[0] == "_" or o[0] == "_" or g[:1] == "_" for s, _, o, g in self._quads)

    @cached_property
    def _by_subject(self) -> dict[Term, list[Quad]]:
        index: dict[Term, list[Quad]] = {}
        with collection_paused():
            for quad in self._quads:
                index.setdefault(quad[0], []).append(quad)
        return index

    @cached_property
    def _by_graph(self) -> dict[Term, list[Triple]]:
        index: dict[Term, list[Triple]] = {}
        with collection_paused():
            for s, p, o, g in self._quads:
                index.setdefault(g, []).append((s, p, o))
        return index

    @cached_property
    def names(self) -> tuple[Term, ...]:
        """The names of the graphs, sorted; "" for the default graph if that has statements."""
        return tuple(sorted(self._by_graph))

    @cached_property
    def _union(self) -> Graph:
        with collection_paused():
            return Graph._of_sorted(triple for triple, _ in groupby(map(itemgetter(0, 1, 2), self._quads)))

    def union(self) -> Graph:
        """All triples, without the names of their graphs."""
        return self._union

    def graph(self, name: Term) -> Graph:
        """The triples of one named graph."""
        return Graph._of_sorted(self._by_graph.get(name, ()))

    def about(self, subject: Term) -> tuple[Quad, ...]:
        """All quads with a subject, sorted."""
        return tuple(self._by_subject.get(subject, ()))

    def sources(self, triple: Triple) -> tuple[Term, ...]:
        """The names of the graphs that contain a triple, sorted."""
        quads = self._by_subject.get(triple[0], [])
        first = place = bisect_left(cast(list[tuple[Term, ...]], quads), triple)
        while place < len(quads) and quads[place][:3] == triple:
            place += 1
        return tuple([quad[3] for quad in quads[first:place]])

    def without(self, names: Iterable[Term]) -> Quads:
        """The quads of all other graphs."""
        left_out = frozenset(names)
        return Quads._of_sorted(quad for quad in self._quads if quad[3] not in left_out)

    def only(self, names: Iterable[Term]) -> Quads:
        """The quads of the named graphs alone."""
        kept = frozenset(names)
        return Quads._of_sorted(quad for quad in self._quads if quad[3] in kept)

    def __contains__(self, quad: object) -> bool:
        return isinstance(quad, tuple) and quad in self._by_subject.get(quad[0], ())

    def __iter__(self) -> Iterator[Quad]:
        return iter(self._quads)

    def __len__(self) -> int:
        return len(self._quads)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Quads) and self._quads == other._quads

    def __hash__(self) -> int:
        return hash(self._quads)

    def __or__(self, other: Quads) -> Quads:
        return Quads._of_sorted(_merged(self._quads, other._quads))

    def __repr__(self) -> str:
        return f"<Quads: {len(self)} in {len(self.names)} graphs>"


def parse_nquads(text: str, interned: dict[str, str] | None = None) -> Quads:
    """Quads from canonical N-Quads or N-Triples, one statement a line, as pyoxigraph writes them.

    `interned` may be handed from call to call, so that equal terms of several files are one object. Blank nodes keep
    their labels. The text is trusted to be well-formed: whatever comes from outside goes through `sources.parse_file`.
    """
    with collection_paused():
        return _quads(_split(text), interned)


def parse_ntriples(text: str, interned: dict[str, str] | None = None) -> Graph:
    """A graph from canonical N-Triples, as `parse_nquads`, without graph names and faster."""
    with collection_paused():
        return _graph(_split(text), interned)


def quads_from(parsed: Iterable[pyoxigraph.Quad], interned: dict[str, str] | None = None) -> Quads:
    """Quads from pyoxigraph's parser, as `parse_nquads` of what it would write, with half the memory."""
    with collection_paused():
        return _quads(_lines_from(parsed, pyoxigraph.RdfFormat.N_QUADS), interned)


def graph_from(parsed: Iterable[pyoxigraph.Quad], interned: dict[str, str] | None = None) -> Graph:
    """A graph from pyoxigraph's parser, as `parse_ntriples`. Raises ValueError when there are named graphs."""
    with collection_paused():
        return _graph(_lines_from(parsed, pyoxigraph.RdfFormat.N_TRIPLES), interned)


class _LineSink:
    """A file that takes N-Quads piece by piece and keeps their lines."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._rest = b""

    def write(self, piece: bytes) -> int:
        end = piece.rfind(b"\n") + 1
        if end:
            fresh = (self._rest + piece[:end]).decode().split(" .\n")
            fresh.pop()
            self.lines += fresh
            self._rest = piece[end:]
        else:
            self._rest += piece
        return len(piece)

    def flush(self) -> None:
        """Nothing waits to be written."""


def _lines_from(parsed: Iterable[pyoxigraph.Quad], file_format: pyoxigraph.RdfFormat) -> list[str]:
    sink = _LineSink()
    pyoxigraph.serialize(parsed, cast(IO[bytes], sink), format=file_format)
    return sink.lines


def _split(text: str) -> list[str]:
    """The lines without their ` .`."""
    lines = text.split(" .\n")
    last = lines.pop()
    if last:
        lines.append(last.removesuffix(" ."))
    return lines


def _sorted_once(lines: list[str]) -> list[str]:
    """The distinct lines in the order of their terms, which is that of the lines.

    No term is the beginning of another but for `"x"` and `"x"@de`, `_:b1` and `_:b10`, and the space that ends the
    shorter one sorts before whatever goes on.
    """
    lines.sort()
    if any(map(eq, lines, islice(lines, 1, None))):
        return list(dict.fromkeys(lines))
    return lines


def _quads(lines: list[str], interned: dict[str, str] | None) -> Quads:
    keep = ({} if interned is None else interned).setdefault
    quads: list[Quad] = []
    add = quads.append
    subject = name = DEFAULT_GRAPH
    ending, length = "\n", 0  # the end of a line in the graph of the line before it
    for line in _sorted_once(lines):
        s, p, o = line.split(" ", 2)
        if s != subject:
            subject = keep(s, s)
        if o.endswith(ending):
            o = o[:-length]
            add((subject, keep(p, p), keep(o, o), name))
            continue
        # A literal ends in `"`, a language tag or `^^<…>`, so a last word without `"` names the graph.
        target, _, last = o.rpartition(" ")
        if target and '"' not in last:
            name = keep(last, last)
            ending, length = f" {name}", len(name) + 1
            add((subject, keep(p, p), keep(target, target), name))
        else:
            add((subject, keep(p, p), keep(o, o), DEFAULT_GRAPH))
    return Quads._of_sorted(quads)


def _graph(lines: list[str], interned: dict[str, str] | None) -> Graph:
    keep = ({} if interned is None else interned).setdefault
    triples: list[Triple] = []
    add = triples.append
    subject = ""
    for line in _sorted_once(lines):
        s, p, o = line.split(" ", 2)
        if s != subject:
            subject = keep(s, s)
        add((subject, keep(p, p), keep(o, o)))
    return Graph._of_sorted(triples)


def to_ntriples(graph: Graph) -> bytes:
    """Canonical N-Triples, lines sorted, UTF-8."""
    return joined(ntriples(graph), 1)


def ntriples(graph: Graph) -> Iterator[str]:
    """Canonical N-Triples, lines sorted, in pieces that never take much memory together."""
    for triples in _pieces(iter(graph)):
        yield "".join([f"{s} {p} {o} .\n" for s, p, o in triples])


def to_nquads(quads: Quads) -> bytes:
    """Canonical N-Quads, lines sorted by subject, predicate, object, graph, UTF-8."""
    return joined(
        (
            "".join([f"{s} {p} {o} {g} .\n" if g else f"{s} {p} {o} .\n" for s, p, o, g in each])
            for each in _pieces(iter(quads))
        ),
        1,
    )


def joined(texts: Iterable[str], at_once: int = 5000) -> bytes:
    """The UTF-8 of many texts one after the other, of which only so many are in memory together."""
    buffer = io.BytesIO()
    waiting = iter(texts)
    while piece := list(islice(waiting, at_once)):
        buffer.write("".join(piece).encode())
    return buffer.getvalue()


def _pieces(statements: Iterator[_Statement], size: int = 10_000) -> Iterator[list[_Statement]]:
    while piece := list(islice(statements, size)):
        yield piece
