"""A validation report for people: things by their labels, messages in their language, values with their sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ..errors import Text
from ..graphs import Graph
from ..namespaces import SH
from ..terms import Term, is_blank, is_literal, language, value
from . import paths
from . import shapes as shapes_graph
from .results import SEVERITIES, Result, ValidationReport

if TYPE_CHECKING:
    from ..description import Labels

MOST = 200  # results of one severity that are shown; all of them are in the other formats
LONGEST = 100  # characters of a value

_HEADINGS: Mapping[Term, Text] = {
    SH.Violation: Text("Verstöße (so wird nicht veröffentlicht)", "Violations (not published like this)"),
    SH.Warning: Text("Warnungen (bitte ansehen)", "Warnings (please look)"),
    SH.Info: Text("Hinweise", "Suggestions"),
}


def lines(report: ValidationReport, labels: Labels, shapes: Graph, wanted: str) -> Iterator[str]:
    """The report as lines of plain text in a language ("de", else English), gravest results first, a summary at the end.

    `labels` names things, properties and sources, `shapes` the properties where a shape has a name for them.
    """
    speaker = _Speaker(labels, shapes, wanted)
    for severity in (*SEVERITIES, *sorted(set(report.counts) - set(SEVERITIES))):
        results = report.of_severity(severity)
        if results:
            heading = _HEADINGS.get(severity, Text(value(severity), value(severity)))
            yield f"{heading.pick(wanted)}: {len(results)}"
            yield ""
            for result in results[:MOST]:
                yield from speaker.about(result)
                yield ""
            if len(results) > MOST:
                yield Text(
                    f"  … und {len(results) - MOST} weitere; alle mit --format json",
                    f"  … and {len(results) - MOST} more; all of them with --format json",
                ).pick(wanted)
                yield ""
    for note in report.notes:
        yield note.pick(wanted)
    if report.idle_shapes:
        names = ", ".join(_local(each) for each in report.idle_shapes)
        count = len(report.idle_shapes)
        yield Text(
            f"{count} Shapes fanden nichts zu prüfen: {names}", f"{count} shapes found nothing to check: {names}"
        ).pick(wanted)
    yield Text("Ergebnis: ", "Result: ").pick(wanted) + report.summary(wanted)


class _Speaker:
    def __init__(self, labels: Labels, shapes: Graph, wanted: str) -> None:
        self._labels = labels
        self._shapes = shapes
        self._wanted = wanted

    def about(self, result: Result) -> Iterator[str]:
        """The lines of one result."""
        say = self._say
        yield f"  {self._thing(result.focus_node)}"
        if result.path:
            shown = self._path(result)
            given = [each for each in result.evidence if each.value is not None] or None
            if given is None:
                yield f"    {shown}" + (f": {self._value(result.value)}" if result.value else "")
            for each in given or ():
                yield f"    {shown}: {self._value(each.value or '')}{self._sources(each.sources)}"
        elif result.value and result.value != result.focus_node:
            yield f"    {self._value(result.value)}{self._sources(result.sources)}"
        for text in result.message(self._wanted).split("\n"):
            yield f"    {text}"
        if result.origins:
            yield f"    {say('Datei', 'file')}: {', '.join(result.origins[:5])}"
        if result.source_shape and not is_blank(result.source_shape):
            yield f"    {say('Regel', 'rule')}: {_local(result.source_shape)}"

    def _say(self, de: str, en: str) -> str:
        return Text(de, en).pick(self._wanted)

    def _thing(self, term: Term) -> str:
        if is_literal(term) or is_blank(term):
            return self._value(term)
        label = self._labels.best(term, self._wanted)
        return f"<{value(term)}>" if label.is_missing else f"{label.text} <{value(term)}>"

    def _value(self, term: Term) -> str:
        if is_literal(term):
            text = self._say(f"„{_cut(value(term))}“", f"“{_cut(value(term))}”")
            tag = language(term)
            return f"{text} ({tag})" if tag else text
        return term if is_blank(term) else self._thing(term)

    def _path(self, result: Result) -> str:
        """What the shape calls the property, else its label, else the path itself with labels."""
        if result.source_shape:
            names = shapes_graph.names(self._shapes, result.source_shape)
            if names:
                return names.get(self._wanted) or names.get("en") or next(iter(names.values()))
        text = result.path or ""
        for each in paths.iris(text):
            text = text.replace(each, self._labels.best(each, self._wanted).text)
        return text

    def _sources(self, sources: tuple[Term, ...]) -> str:
        if not sources:
            return ""
        shown = ", ".join(self._source(each) for each in sources[:5]) + (" …" if len(sources) > 5 else "")
        return f" [{shown}]"

    def _source(self, source: Term) -> str:
        label = self._labels.best(source, self._wanted)
        return label.text if label.is_missing else f"{label.text} ({_local(source)})"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _local(term: Term) -> str:
    text = value(term).rstrip("/#")
    return text[max(text.rfind("/"), text.rfind("#")) + 1 :] or text
