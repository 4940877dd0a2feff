"""Validation: do the data keep to the shapes? Two engines behind one function, one form of report.

The `fast` engine is compiled and has linear costs; `pyshacl` is the reference that others compare with, and takes over what
the fast one does not know. Both give the same results, which the tests show on the W3C suite, on the project's own cases
and data, and on generated data with mistakes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from ..errors import MoroError, Text
from ..graphs import Graph, Quads
from . import checks, messages, provenance
from . import shapes as shapes_graph
from .results import SEVERITIES, Evidence, Result, ValidationReport

if TYPE_CHECKING:
    from ..project import Project
    from ..sources import Sources

ENGINES = ("fast", "pyshacl")

__all__ = ["ENGINES", "SEVERITIES", "Evidence", "Result", "ValidationReport", "check", "validate"]


def check(
    sources: Sources,
    quads: Quads,
    project: Project,
    *,
    engine: str = "fast",
    queries: Iterable[tuple[str, str]] = (),
) -> ValidationReport:
    """Everything that is wrong with what would be published: shapes and the program's own checks, with sources and files.

    `quads` are all published statements, ontology and inferred ones included; `queries` the project's query files as
    (path, text).
    """
    settings = project.settings
    names = settings.sources
    subject = checks.Subject(
        quads=quads,
        ontology=sources.ontology,
        shapes=sources.shapes,
        queries=tuple(checks.Query(*each) for each in (*((rule.path, rule.query) for rule in sources.rules), *queries)),
        base=settings.base,
        ontology_graph=settings.ontology,
        records_graph=project.term(names.records, "sources.records"),
        record_class=project.term(names.record_class, "sources.record_class") if names.record_class else None,
        inferred_graph=project.term(names.inferred, "sources.inferred"),
        hidden_graphs=sources.unverified.names,
        prefixes=settings.all_prefixes,
    )
    report = validate(quads.union() | sources.ontology, sources.shapes, engine).with_results(checks.check(subject))
    return report.map(lambda result: provenance.traced(result, quads, sources.origins))


def validate(data: Graph, shapes: Graph, engine: str = "fast", *, needs_focus: bool = True) -> ValidationReport:
    """What in `data` does not keep to `shapes` (SHACL Core and SHACL-SPARQL).

    `data` must contain the ontology: classes count with their subclasses only as far as the data say so. Nothing is
    inferred, loaded or changed. Raises MoroError for shapes that cannot be carried out (`shapes.check`) and, unless
    `needs_focus` is false, when no shape finds anything to check, for then a report without results says nothing.
    """
    shapes_graph.check(data, shapes)
    idle = shapes_graph.idle(shapes, data)
    if needs_focus and len(idle) == len(shapes_graph.targets(shapes)):
        raise MoroError(
            "SHACL",
            Text(de="keine Shape findet etwas zu prüfen", en="no shape finds anything to check"),
            Text(
                de="prüfen, ob sh:targetClass und die anderen Ziele Begriffe nennen, die in den Daten vorkommen",
                en="check that sh:targetClass and the other targets name terms that occur in the data",
            ),
        )
    given, shapes = shapes, shapes_graph.self_contained(shapes)
    notes: list[Text] = []
    if engine == "fast":
        from . import fast

        try:
            results = fast.run(data, shapes)
        except fast.UnavailableError as reason:
            engine = "pyshacl"
            first = str(reason).splitlines()[0][:200]
            notes.append(
                Text(
                    de=f"geprüft mit pyshacl, da die schnelle Prüfung hier nicht geht ({first})",
                    en=f"checked with pyshacl, as the fast engine cannot do it here ({first})",
                )
            )
    if engine == "pyshacl":
        from . import reference

        results = reference.run(data, shapes)
    elif engine != "fast":
        raise ValueError(f"engine must be one of {ENGINES}, not {engine!r}")
    spoken = shapes_graph.Messages(given)
    return ValidationReport.of(
        (_speaking(each, spoken, given) for each in results), engine, idle_shapes=idle, notes=tuple(notes)
    )


def _speaking(result: Result, spoken: shapes_graph.Messages, shapes: Graph) -> Result:
    """The result with messages by language: those of its shape, else ours for its constraint."""
    found = spoken.of(result) or messages.default(result, shapes) or result.messages
    return replace(result, messages=found)
