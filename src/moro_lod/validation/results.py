"""What a validation finds: results, sorted, and the report that holds them (SHACL §3.6)."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from ..errors import Text
from ..graphs import Graph, Triple
from ..namespaces import RDF, SH, XSD
from ..terms import Term, datatype, is_blank, is_iri, is_literal, language, literal, value
from . import paths
from .paths import Path

SEVERITIES: tuple[Term, ...] = (SH.Violation, SH.Warning, SH.Info)
"""The severities of SHACL, gravest first; others count as violations."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One value that a result is about, and the graphs (sources) that state it. The value of a result about the
    node as a whole is None."""

    value: Term | None
    sources: tuple[Term, ...]
    origins: tuple[str, ...] = ()  # files, with line and column where known


@dataclass(frozen=True, slots=True)
class Result:
    """One finding about one thing (sh:ValidationResult).

    `path` is a property or a path expression as text (`paths.py`); None when the result is about the thing itself.
    `messages`: language → text, "" for text without language; several of one language stand on lines of their own.
    """

    focus_node: Term
    path: Path | None
    value: Term | None
    source_shape: Term | None
    component: Term
    severity: Term
    messages: Mapping[str, str] = field(hash=False)
    source_constraint: Term | None = None
    evidence: tuple[Evidence, ...] = ()

    @property
    def key(self) -> tuple[Term, Path, Term, Term, Term]:
        """What two engines must agree on: focus node, path, component, value, severity."""
        return self.focus_node, self.path or "", self.component, self.value or "", self.severity

    @property
    def sources(self) -> tuple[Term, ...]:
        """The graphs whose statements the result is about, sorted."""
        return tuple(sorted({source for each in self.evidence for source in each.sources}))

    @property
    def origins(self) -> tuple[str, ...]:
        """The files whose statements the result is about, sorted."""
        return tuple(sorted({origin for each in self.evidence for origin in each.origins}))

    def message(self, wanted: str) -> str:
        """The message in a language, else in English, else untagged, else any; "" if there is none."""
        for tag in (wanted, "en", ""):
            if tag in self.messages:
                return self.messages[tag]
        return next((self.messages[tag] for tag in sorted(self.messages)), "")

    def _order(self) -> tuple[Any, ...]:
        rank = SEVERITIES.index(self.severity) if self.severity in SEVERITIES else 0
        shape = self.source_shape or ""
        shown = "" if is_blank(shape) else shape
        return rank, self.key, shown, shape, sorted(self.messages.items()), self.source_constraint or ""


@dataclass(frozen=True)
class ValidationReport:
    """All results of a validation, gravest first, and how they came about.

    `idle_shapes` are node shapes with a target that found no focus node: an information. `notes` say what else the
    reader should know, such as that the other engine was used.
    """

    results: tuple[Result, ...]
    engine: str
    idle_shapes: tuple[Term, ...] = ()
    notes: tuple[Text, ...] = ()

    @classmethod
    def of(cls, results: Iterable[Result], engine: str, **rest: Any) -> ValidationReport:
        """A report with the results sorted."""
        return cls(tuple(sorted(results, key=Result._order)), engine, **rest)

    @property
    def conforms(self) -> bool:
        """Whether there is no result at all (sh:conforms)."""
        return not self.results

    @cached_property
    def counts(self) -> Mapping[Term, int]:
        """Severity → number of results; the severities of SHACL are always there."""
        counted = Counter(each.severity for each in self.results)
        return {severity: counted[severity] for severity in (*SEVERITIES, *sorted(set(counted) - set(SEVERITIES)))}

    @property
    def violations(self) -> int:
        """The number of results that forbid publishing."""
        return sum(count for severity, count in self.counts.items() if severity not in (SH.Warning, SH.Info))

    @property
    def warnings(self) -> int:
        """The number of results that someone should look at."""
        return self.counts[SH.Warning]

    def exit_code(self, *, strict: bool = False) -> int:
        """0 if the data may be published, else 1; `strict`: warnings count as well."""
        return 1 if self.violations or (strict and self.warnings) else 0

    def of_severity(self, severity: Term) -> tuple[Result, ...]:
        """The results of one severity."""
        return tuple(each for each in self.results if each.severity == severity)

    def with_results(self, more: Iterable[Result], *notes: Text) -> ValidationReport:
        """The report with more results and notes."""
        return ValidationReport.of(
            (*self.results, *more), self.engine, idle_shapes=self.idle_shapes, notes=(*self.notes, *notes)
        )

    def map(self, change: Any) -> ValidationReport:
        """The report with each result replaced by `change(result)`."""
        return replace(self, results=tuple(change(each) for each in self.results))

    def graph(self) -> Graph:
        """The report as SHACL has it (sh:ValidationReport), for Turtle and other tools. Blank nodes are numbered."""
        fresh = (f"_:r{number:06}" for number in itertools.count())
        root = next(fresh)
        statements: list[Triple] = [
            (root, RDF.type, SH.ValidationReport),
            (root, SH.conforms, literal("true" if self.conforms else "false", datatype=XSD.boolean)),
        ]
        for result in self.results:
            node = next(fresh)
            statements.append((root, SH.result, node))
            statements += _statements(node, result, fresh)
        return Graph(statements)

    def summary(self, wanted: str) -> str:
        """One line: how many violations, warnings and suggestions."""
        if self.conforms:
            return Text("alles in Ordnung", "everything conforms").pick(wanted)
        counts = (
            (self.violations, Text("Verstoß", "violation"), Text("Verstöße", "violations")),
            (self.warnings, Text("Warnung", "warning"), Text("Warnungen", "warnings")),
            (self.counts[SH.Info], Text("Hinweis", "suggestion"), Text("Hinweise", "suggestions")),
        )
        none = Text("kein Verstoß", "no violation").pick(wanted)
        parts = [f"{count} {(one if count == 1 else many).pick(wanted)}" for count, one, many in counts if count]
        return ", ".join(parts if self.violations else [none, *parts])

    def to_turtle(self, prefixes: Mapping[str, str]) -> bytes:
        """The report graph as Turtle."""
        from ..distributions.turtle import write_turtle

        return write_turtle(self.graph(), prefixes)

    def to_json(self) -> bytes:
        """The report as JSON, UTF-8, with the keys of `as_values`."""
        return (json.dumps(self.as_values(), ensure_ascii=False, indent=2) + "\n").encode()

    def as_values(self) -> dict[str, Any]:
        """The report as plain values: IRIs without brackets, severities and components of SHACL by their names."""
        return {
            "conforms": self.conforms,
            "engine": self.engine,
            "counts": {_name(severity): count for severity, count in self.counts.items()},
            "results": [_as_json(each) for each in self.results],
            "idleShapes": [value(each) for each in self.idle_shapes],
            "notes": [{"de": note.de, "en": note.en} for note in self.notes],
        }


def _statements(node: Term, result: Result, fresh: Iterator[Term]) -> list[Triple]:
    statements: list[Triple] = [
        (node, RDF.type, SH.ValidationResult),
        (node, SH.focusNode, result.focus_node),
        (node, SH.resultSeverity, result.severity),
        (node, SH.sourceConstraintComponent, result.component),
    ]
    for predicate, term in (
        (SH.value, result.value),
        (SH.sourceShape, result.source_shape),
        (SH.sourceConstraint, result.source_constraint),
    ):
        if term:
            statements.append((node, predicate, term))
    if result.path:
        path, more = paths.write(result.path, fresh)
        statements += [(node, SH.resultPath, path), *more]
    for tag, texts in result.messages.items():
        statements += [(node, SH.resultMessage, literal(text, tag or None)) for text in texts.split("\n")]
    return statements


def _as_json(result: Result) -> dict[str, Any]:
    return {
        "severity": _name(result.severity),
        "focusNode": _plain(result.focus_node),
        "path": value(result.path) if result.path and paths.single(result.path) == (result.path, False) else result.path,
        "value": _plain(result.value),
        "component": _name(result.component),
        "sourceShape": _plain(result.source_shape),
        "messages": dict(sorted(result.messages.items())),
        "evidence": [
            {"value": _plain(each.value), "sources": [value(s) for s in each.sources], "origins": list(each.origins)}
            for each in result.evidence
        ],
    }


def _plain(term: Term | None) -> Any:
    """A term as JSON: an IRI or blank node as text, a literal as an object like in JSON-LD."""
    if term is None:
        return None
    if not is_literal(term):
        return value(term) if is_iri(term) else term
    if tag := language(term):
        return {"value": value(term), "language": tag}
    return {"value": value(term), "datatype": datatype(term)}


def _name(term: Term) -> str:
    text = value(term)
    return text.removeprefix(SH.iri)


def read(report: Graph) -> tuple[Result, ...]:
    """The results of a report graph. A blank node as path is read with the statements that the graph has about it."""
    found = []
    for _, node in report.pairs(SH.result):
        about: dict[Term, Term] = {}
        messages: dict[str, list[str]] = {}
        for predicate, term in report.about(node):
            if predicate == SH.resultMessage:
                messages.setdefault(language(term), []).append(value(term).replace("\n", " "))
            else:
                about[predicate] = term
        path = about.get(SH.resultPath)
        found.append(
            Result(
                focus_node=about[SH.focusNode],
                path=None if path is None else paths.read(report, path),
                value=about.get(SH.value),
                source_shape=about.get(SH.sourceShape),
                component=about[SH.sourceConstraintComponent],
                severity=about.get(SH.resultSeverity, SH.Violation),
                messages={tag: "\n".join(sorted(set(texts))) for tag, texts in sorted(messages.items())},
                source_constraint=about.get(SH.sourceConstraint),
            )
        )
    return tuple(found)
