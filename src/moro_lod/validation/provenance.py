"""Which sources, and which files, a result is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from ..graphs import Quad, Quads
from ..namespaces import RDF
from ..terms import Term
from . import paths
from .results import Evidence, Result

Origins = Callable[[Quad], Iterable[object]]
"""Where a statement is written: for a quad the places, each with its text as `str`."""


def traced(result: Result, quads: Quads, origins: Origins = lambda _: ()) -> Result:
    """The result with the values that it is about, their sources and files."""
    if result.evidence:
        own = {(result.focus_node, step[0]) for step in [paths.single(result.path)] if step}
        about = [q for q in quads.about(result.focus_node) if not own or q[:2] in own]
        found = tuple(
            replace(
                each, origins=_places((q for q in about if q[3] in each.sources and each.value in (None, q[2])), origins)
            )
            for each in result.evidence
        )
        return replace(result, evidence=found)
    grouped: dict[Term | None, list[Quad]] = {}
    for shown, quad in _statements(result, quads):
        grouped.setdefault(shown, []).append(quad)
    found = tuple(
        Evidence(shown, tuple(sorted({quad[3] for quad in group})), _places(group, origins))
        for shown, group in grouped.items()
    )
    if not found:  # something is missing: where the thing stands, that is where it belongs
        found = (Evidence(None, (), _places(_introducing(quads.about(result.focus_node)), origins)),)
    return replace(result, evidence=found)


def _introducing(about: Iterable[Quad]) -> list[Quad]:
    """Of the statements about a thing those that say what it is; all of them where none does."""
    statements = list(about)
    return [quad for quad in statements if quad[1] == RDF.type] or statements


def _places(quads: Iterable[Quad], origins: Origins) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(place) for quad in quads for place in origins(quad)))


def _statements(result: Result, quads: Quads) -> Iterable[tuple[Term | None, Quad]]:
    """The statements that a result is about, each with the value it gives."""
    focus, path, value = result.focus_node, paths.single(result.path), result.value
    if path is None:
        about = quads.about(focus)
        with_value = [quad for quad in about if quad[2] == value]
        for quad in with_value or _introducing(about):
            yield (value if with_value else None), quad
    elif not path[1]:
        for quad in quads.about(focus):
            if quad[1] == path[0] and value in (None, quad[2]):
                yield quad[2], quad
    elif value:
        for quad in quads.about(value):
            if quad[1] == path[0] and quad[2] == focus:
                yield value, quad
