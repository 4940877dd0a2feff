"""Validation: do the data keep to the shapes? Two engines behind one function, one form of report.

The `fast` engine is compiled and has linear costs; `pyshacl` is the reference that others compare with, and takes over what
the fast one does not know. Both give the same results, which the tests show on the W3C suite, on the project's own cases
and data, and on generated data with mistakes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, TypeAlias

from ..errors import MoroError, Text
from ..graphs import Graph
from . import messages
from . import shapes as shapes_graph
from .results import SEVERITIES, Evidence, Result, ValidationReport

Engine: TypeAlias = Literal["fast", "pyshacl"]
ENGINES: tuple[Engine, ...] = ("fast", "pyshacl")

__all__ = ["ENGINES", "SEVERITIES", "Engine", "Evidence", "Result", "ValidationReport", "validate"]


def validate(data: Graph, shapes: Graph, engine: Engine = "fast", *, needs_focus: bool = True) -> ValidationReport:
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
    if spoken.has_own(result):
        return replace(result, messages=spoken.by_language(result))
    return replace(result, messages=messages.default(result, shapes) or result.messages)
