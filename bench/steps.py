"""What is measured: each step our way and the plain way (rdflib, owlrl, pyshacl), with results that can be compared.

A side of a step is a function of the inputs and a clock. It does its work inside `with clock:` and returns the result as
lines in any order; the runner sorts and compares them. Imports and the making of the lines are not measured.

A further step is a `Step` in the tuple STEPS of a module `bench/steps_….py`; the runner finds it there.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, TypeAlias

import pyoxigraph as ox

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Inputs:
    """The files of one size, in a folder: data.ttl (union), data.trig (with sources), faulty.nt (data with 0.5 % mistakes,
    ontology and what follows from both), ontology.nt, shapes.nt."""

    folder: Path
    size: int

    def path(self, name: str) -> Path:
        """A file of the folder."""
        return self.folder / name


@dataclass
class Clock:
    """Adds up the processor time inside `with clock:` (all threads; what else the machine does hardly counts); notes parts
    of it by name."""

    seconds: float = 0.0
    parts: dict[str, float] = field(default_factory=dict)
    _start: float = 0.0
    _mark: float = 0.0

    def __enter__(self) -> Clock:
        self._start = self._mark = time.process_time()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.seconds += time.process_time() - self._start

    def part(self, name: str) -> None:
        """Note the time since the last note under a name."""
        now = time.process_time()
        self.parts[name] = self.parts.get(name, 0.0) + now - self._mark
        self._mark = now


Lines: TypeAlias = Iterable[str]
Side: TypeAlias = Callable[[Inputs, Clock], Lines]


@dataclass(frozen=True)
class Step:
    """One row: a step in some sizes. `bars`: size → how many times as fast as the plain way it must be.

    The plain side is stopped after `limit` seconds of processor time. Its figure is then "more than", and the results are
    compared with those of `check`, which may help the plain way along.
    """

    name: str
    title: str
    against: str
    bars: Mapping[int, float]
    ours: Side
    plain: Side
    rounds: int = 3
    limit: int = 3600
    check: Side | None = None


# Results as lines


def _lines_of_graph(graph: Any) -> list[str]:
    from moro_lod.graphs import to_ntriples

    return to_ntriples(graph).decode().split("\n")


def _lines_of_quads(quads: Any) -> list[str]:
    from moro_lod.graphs import to_nquads

    return to_nquads(quads).decode().split("\n")


def _lines_of_file(content: bytes, file_format: ox.RdfFormat) -> list[str]:
    """The statements of a file as pyoxigraph reads it."""
    text = ox.serialize(ox.parse(content, format=file_format), format=ox.RdfFormat.N_QUADS)
    return (text or b"").decode().split("\n")


def _lines_of_rdflib(graph: Any) -> list[str]:
    """The statements of an rdflib graph, in canonical N-Triples."""
    return _lines_of_file(graph.serialize(format="nt", encoding="utf-8"), ox.RdfFormat.N_TRIPLES)


def _lines_of_report(report: Any) -> list[str]:
    return [
        f"{each.focus_node} {each.path} {each.component} {each.value} {each.severity} {each.source_shape}"
        for each in report.results
    ]


# Parsing


def load_turtle(path: Path) -> Any:
    """Our way from a file to an indexed graph."""
    from moro_lod.graphs import graph_from

    graph = graph_from(ox.parse(path=path))
    _ = graph.by_subject
    return graph


def load_trig(path: Path) -> Any:
    """Our way from a file to indexed quads."""
    from moro_lod.graphs import quads_from

    quads = quads_from(ox.parse(path=path))
    quads.about("")
    return quads


def _parse_ours(inputs: Inputs, clock: Clock) -> Lines:
    with clock:
        graph = load_turtle(inputs.path("data.ttl"))
    return _lines_of_graph(graph)


def _parse_plain(inputs: Inputs, clock: Clock) -> Lines:
    import rdflib

    with clock:
        graph = rdflib.Graph().parse(inputs.path("data.ttl"), format="turtle")
    return _lines_of_rdflib(graph)


def _parse_trig_ours(inputs: Inputs, clock: Clock) -> Lines:
    with clock:
        quads = load_trig(inputs.path("data.trig"))
    return _lines_of_quads(quads)


def _parse_trig_plain(inputs: Inputs, clock: Clock) -> Lines:
    import rdflib

    with clock:
        dataset = rdflib.Dataset()
        dataset.parse(inputs.path("data.trig"), format="trig")
    return _lines_of_file(dataset.serialize(format="nquads", encoding="utf-8"), ox.RdfFormat.N_QUADS)


# Writing, parsing included


def _shuffled(graph: Any) -> Any:
    from moro_lod.graphs import Graph

    triples = list(graph)
    random.Random(7).shuffle(triples)  # noqa: S311
    return Graph(triples)


def _must_be_same(one: bytes, other: bytes) -> None:
    if one != other:
        raise AssertionError("shuffled input gave other bytes")


def _prefixes() -> dict[str, str]:
    from bench.generate import PREFIXES

    return PREFIXES


def _turtle_ours(inputs: Inputs, clock: Clock) -> Lines:
    from moro_lod.distributions.turtle import write_turtle

    with clock:
        graph = load_turtle(inputs.path("data.ttl"))
        content = write_turtle(graph, _prefixes())
    _must_be_same(content, write_turtle(_shuffled(graph), _prefixes()))
    return _lines_of_file(content, ox.RdfFormat.TURTLE)


def _turtle_plain(inputs: Inputs, clock: Clock) -> Lines:
    return _rdflib_writes(inputs, clock, "turtle", ox.RdfFormat.TURTLE)


def _jsonld_ours(inputs: Inputs, clock: Clock) -> Lines:
    from moro_lod.distributions.jsonld import write_jsonld

    with clock:
        graph = load_turtle(inputs.path("data.ttl"))
        content = write_jsonld(graph, _prefixes())
    _must_be_same(content, write_jsonld(_shuffled(graph), _prefixes()))
    return _lines_of_file(content, ox.RdfFormat.JSON_LD)


def _jsonld_plain(inputs: Inputs, clock: Clock) -> Lines:
    return _rdflib_writes(inputs, clock, "json-ld", ox.RdfFormat.JSON_LD)


def _rdflib_writes(inputs: Inputs, clock: Clock, name: str, file_format: ox.RdfFormat) -> Lines:
    import rdflib

    with clock:
        graph = rdflib.Graph().parse(inputs.path("data.ttl"), format="turtle")
        content = graph.serialize(format=name, encoding="utf-8")
    return _lines_of_file(content, file_format)


# Inference


def _load_ntriples(path: Path) -> Any:
    from moro_lod.graphs import parse_ntriples

    return parse_ntriples(path.read_text(encoding="utf-8"))


def _infer_ours(inputs: Inputs, clock: Clock) -> Lines:
    from moro_lod.inference import infer

    ontology = _load_ntriples(inputs.path("ontology.nt"))
    graph = load_turtle(inputs.path("data.ttl")) | ontology
    with clock:
        inferred = infer(graph, ontology)
    return _lines_of_graph(inferred)


def _infer_plain(inputs: Inputs, clock: Clock) -> Lines:
    import owlrl
    import rdflib

    graph = rdflib.Graph().parse(inputs.path("data.ttl"), format="turtle")
    graph.parse(inputs.path("ontology.nt"), format="nt")
    with clock:
        owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    for triple in [triple for triple in graph if isinstance(triple[0], rdflib.Literal)]:  # owlrl also speaks of literals
        graph.remove(triple)
    return _subset(_lines_of_rdflib(graph), inputs)


def _subset(lines: Lines, inputs: Inputs) -> list[str]:
    """Of everything that owlrl adds, what our subset is about: statements about the data with the ontology's terms."""
    from moro_lod.graphs import parse_ntriples
    from moro_lod.namespaces import OWL, RDF, RDFS, XSD

    ontology = _load_ntriples(inputs.path("ontology.nt"))
    known = load_turtle(inputs.path("data.ttl")) | ontology
    vocabulary = {OWL.Class, RDFS.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDF.Property}
    terms = {s for kind in (*vocabulary, OWL.Ontology, RDFS.Datatype) for s in ontology.subjects(RDF.type, kind)}
    hierarchy = {
        RDFS.subClassOf,
        RDFS.subPropertyOf,
        OWL.equivalentClass,
        OWL.equivalentProperty,
        OWL.sameAs,
        RDFS.range,
        RDFS.domain,
    }
    own = {OWL.Thing, RDFS.Resource, OWL.NamedIndividual, RDFS.Literal}
    kept = []
    for s, p, o in parse_ntriples("".join(f"{line}\n" for line in lines if line)):
        about_terms = s in terms or s[0] != "<" or s.startswith(tuple(f"<{space.iri}" for space in (OWL, RDF, RDFS, XSD)))
        if about_terms or p in hierarchy or (p == RDF.type and (o in own or o in vocabulary)) or (s, p, o) in known:
            continue
        kept.append(f"{s} {p} {o} .")
    return kept


# Validation, parsing included


def _validate(inputs: Inputs, clock: Clock, engine: Any) -> Lines:
    from moro_lod.validation import validate

    if engine == "pyshacl":
        import pyshacl  # noqa: F401
    else:
        import pyshacl_turbo  # noqa: F401
    with clock:
        data = _load_ntriples(inputs.path("faulty.nt"))
        shapes = _load_ntriples(inputs.path("shapes.nt"))
        report = validate(data, shapes, engine=engine)
    return _lines_of_report(report)


def _validate_ours(inputs: Inputs, clock: Clock) -> Lines:
    return _validate(inputs, clock, "fast")


def _validate_plain(inputs: Inputs, clock: Clock) -> Lines:
    return _validate(inputs, clock, "pyshacl")


def _validate_check(inputs: Inputs, clock: Clock) -> Lines:
    """pyshacl with each query parsed once, not again for every node: the same results in a fraction of the time."""
    sys.path.insert(0, str(ROOT / "tests"))
    from pyshacl_queries import parsed_once

    with parsed_once():
        return _validate(inputs, clock, "pyshacl")


# Everything


def _six_dumps(quads: Any) -> Iterator[tuple[str, bytes]]:
    from moro_lod.distributions.jsonld import write_jsonld
    from moro_lod.distributions.rdfxml import write_rdfxml
    from moro_lod.distributions.turtle import write_trig, write_turtle
    from moro_lod.graphs import to_nquads, to_ntriples

    graph, prefixes = quads.union(), _prefixes()
    yield "TURTLE", write_turtle(graph, prefixes)
    yield "JSON_LD", write_jsonld(graph, prefixes)
    yield "N_TRIPLES", to_ntriples(graph)
    yield "RDF_XML", write_rdfxml(graph, prefixes)
    yield "TRIG", write_trig(quads, prefixes)
    yield "N_QUADS", to_nquads(quads)


def _named_lines(dumps: Mapping[str, bytes]) -> list[str]:
    return [
        f"{name} {line}" for name, content in dumps.items() for line in _lines_of_file(content, getattr(ox.RdfFormat, name))
    ]


def _dumps_ours(inputs: Inputs, clock: Clock) -> Lines:
    with clock:
        dumps = dict(_six_dumps(load_trig(inputs.path("data.trig"))))
    return _named_lines(dumps)


def _dumps_plain(inputs: Inputs, clock: Clock) -> Lines:
    import rdflib

    with clock:
        dataset = rdflib.Dataset(default_union=True)
        dataset.parse(inputs.path("data.trig"), format="trig")
        graph = rdflib.Graph()
        for triple in dataset.triples((None, None, None)):
            graph.add(triple)
        dumps = {
            "TURTLE": graph.serialize(format="turtle", encoding="utf-8"),
            "JSON_LD": graph.serialize(format="json-ld", encoding="utf-8"),
            "N_TRIPLES": graph.serialize(format="nt", encoding="utf-8"),
            "RDF_XML": graph.serialize(format="xml", encoding="utf-8"),
            "TRIG": dataset.serialize(format="trig", encoding="utf-8"),
            "N_QUADS": dataset.serialize(format="nquads", encoding="utf-8"),
        }
    return _named_lines(dumps)


def whole_ours(inputs: Inputs, clock: Clock) -> Lines:
    """Load, infer, validate and write the six dumps, as `publish` does; data without mistakes."""
    import pyshacl_turbo  # noqa: F401

    from moro_lod.graphs import Quads, collection_paused
    from moro_lod.inference import infer
    from moro_lod.validation import validate

    sizes = []
    with collection_paused(), clock:
        ontology = _load_ntriples(inputs.path("ontology.nt"))
        shapes = _load_ntriples(inputs.path("shapes.nt"))
        quads = load_trig(inputs.path("data.trig")) | Quads.of_graph(ontology, "<https://w3id.org/moro-lod/ontology>")
        clock.part("load")
        inferred = infer(quads.union(), ontology)
        quads = quads | Quads.of_graph(inferred, "<https://w3id.org/moro-lod/id/source/inferred>")
        clock.part("infer")
        report = validate(quads.union(), shapes)
        clock.part("validate")
        for name, content in _six_dumps(quads):
            inputs.path(f"dump.{name}").write_bytes(content)
            sizes.append(f"{name} {len(content)}")
        clock.part("six dumps")
    return [*sizes, f"results {len(report.results)}"]


TEN_K, HUNDRED_K, MILLION = 10_000, 100_000, 1_000_000

STEPS: tuple[Step, ...] = (
    Step("parse", "parse + index (Turtle)", "rdflib", {TEN_K: 0, HUNDRED_K: 10}, _parse_ours, _parse_plain),
    Step("parse-trig", "parse + index (TriG)", "rdflib", {TEN_K: 0, HUNDRED_K: 10}, _parse_trig_ours, _parse_trig_plain),
    Step("turtle", "stable, sorted, readable Turtle, parsing included", "rdflib", {TEN_K: 0, HUNDRED_K: 8}, _turtle_ours, _turtle_plain),
    Step("json-ld", "compact JSON-LD, grouped and sorted, parsing included", "rdflib", {TEN_K: 0, HUNDRED_K: 8}, _jsonld_ours, _jsonld_plain),
    Step("dumps", "load + six dumps", "rdflib", {HUNDRED_K: 5}, _dumps_ours, _dumps_plain),
    Step("inference", "inference (our subset)", "owlrl", {TEN_K: 50, HUNDRED_K: 50}, _infer_ours, _infer_plain, rounds=1),
    Step("validation", "validation of data with mistakes, same results", "pyshacl", {TEN_K: 25, HUNDRED_K: 40}, _validate_ours, _validate_plain,
         rounds=1, limit=600, check=_validate_check),
)  # fmt: skip
