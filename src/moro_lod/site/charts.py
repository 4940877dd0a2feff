"""Charts drawn when publishing: a time line and bars, as SVG with links; the table beside says the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from ..terms import Term, value
from . import periods
from .maps import Drawing
from .model import Site
from .texts import date_key, key_date
from .view import View

_WIDTH = 960
_LABEL = 0
_ROW = 44
GRID_LINES = 18


@dataclass(frozen=True, slots=True)
class Span:
    """A thing with begin and end, in years with fractions; None where unknown."""

    thing: Term
    start: float | None
    end: float | None
    start_key: str
    end_key: str


def year_fraction(key: str, end: bool) -> float | None:
    """The key of 2012-02 → 2012.083; the end of a period counts to the end of its year, month or day."""
    if not key:
        return None
    date = key_date(key)
    year, rest = (date[:5], date[6:]) if date.startswith("-") else (date[:4], date[5:])
    month, _, day = rest.partition("-")
    if not month:
        return int(year) + (1.0 if end else 0.0)
    start = int(year) + (int(month) - 1) / 12
    if not day:
        return start + (1 / 12 if end else 0.0)
    return start + (int(day) - (0 if end else 1)) / 365


def spans(site: Site) -> tuple[Span, ...]:
    """The things of the time line, by begin."""
    settings = site.settings.site.timeline
    period = tuple(
        site.path(text, f"site.timeline.{key}") for key, text in (("start", settings.start), ("end", settings.end)) if text
    )
    found = []
    for name in settings.classes:
        for thing in site.members.get(site.term(name, "site.timeline.classes"), ()):
            start, end = periods.bounds(thing, period, site.graph)
            found.append(Span(thing, year_fraction(start, False), year_fraction(end, True), start, end))
    return tuple(
        sorted(found, key=lambda s: (s.start is None and s.end is None, s.start or s.end or 0.0, s.end or 0.0, s.thing))
    )


def timeline(site: Site, view: View, root: str) -> dict[str, Any]:
    """The drawing, and the rows of the table."""
    settings = site.settings.site.timeline
    all_spans = spans(site)
    dated = [span for span in all_spans if span.start is not None or span.end is not None]
    rows = []
    paths = {
        key: site.path(text, f"site.timeline.{key}")
        for key, text in (("start", settings.start), ("end", settings.end))
        if text
    }
    for span in all_spans:
        types = site.types(span.thing)
        rows.append(
            {
                "thing": view.term(span.thing, root),
                "kind": view.title(types[0]) if types else "",
                "start": [view.term(each, root) for each in _by_date(paths["start"].ends(span.thing, site.graph))] if "start" in paths else [],
                "end": [view.term(each, root) for each in _by_date(paths["end"].ends(span.thing, site.graph))] if "end" in paths else [],
            }
        )  # fmt: skip
    return {"rows": rows, "drawing": _drawing(dated, view, root) if dated else None}


def _by_date(terms: tuple[Term, ...]) -> list[Term]:
    return sorted(terms, key=lambda each: (date_key(value(each)), each))


def _drawing(dated: list[Span], view: View, root: str) -> Markup:
    first = int(min(span.start if span.start is not None else span.end or 0 for span in dated))
    last = int(max(span.end if span.end is not None else span.start or 0 for span in dated)) + 1
    scale = (_WIDTH - 24) / max(last - first, 1)

    def x(year: float) -> float:
        return 12 + (year - first) * scale

    height = len(dated) * _ROW + 44
    parts: list[Markup] = []
    step = _step(last - first)
    for year in range(-(-first // step) * step, last + 1, step):
        parts.append(
            Markup(
                '<line class="grid" x1="{0}" x2="{0}" y1="26" y2="{1}"/><text class="year" x="{0}" y="16">{2}</text>'
            ).format(round(x(year), 1), height, year)
        )
    for number, span in enumerate(dated):
        top = 34 + number * _ROW
        start = span.start if span.start is not None else (span.end or 0) - 1
        end = span.end if span.end is not None else min(start + 1.5, last)
        left, right = x(start), max(x(end), x(start) + 6)
        label = view.label(span.thing).text
        tag = view.lang(span.thing)
        when = _when(span, view)
        css = ("open-start " if span.start is None else "") + ("open-end" if span.end is None else "")
        shown = label if len(label) < 90 else f"{label[:88]}…"
        anchor, place = ("start", left) if left < _WIDTH * 0.55 else ("end", max(right, left))
        parts.append(
            Markup('<a href="{}"><title{}>{}: {}</title><rect class="row" x="0" y="{}" width="{}" height="{}"/><text class="name" x="{}" y="{}" text-anchor="{}"{}>{}</text><rect class="bar {}" x="{}" y="{}" width="{}" height="12" rx="3"/></a>').format(
                view.href(span.thing, root) or "#", tag, label, when, top, _WIDTH, _ROW - 2, round(place, 1), top + 16, anchor, tag, shown, css.strip(), round(left, 1), top + 23, round(right - left, 1)
            )
        )  # fmt: skip
    title = view.texts.gettext("Time line from %(first)s to %(last)s; the same is in the table below") % {
        "first": first,
        "last": last,
    }
    return Markup('<svg class="timeline" viewBox="0 0 {} {}" role="group" aria-label="{}">{}</svg>').format(
        _WIDTH, height, title, Markup("").join(parts)
    )


def _step(years: int) -> int:
    """How many years stand between two lines, so that there are never more than GRID_LINES."""
    step = 1
    while True:
        for factor in (1, 2, 5):
            if years <= factor * step * GRID_LINES:
                return factor * step
        step *= 10


def _when(span: Span, view: View) -> str:
    start = view.texts.date(key_date(span.start_key)) if span.start_key else ""
    end = view.texts.date(key_date(span.end_key)) if span.end_key else ""
    if start and end:
        return view.texts.period(start, end)
    if start:
        return view.texts.gettext("since %(date)s") % {"date": start}
    return view.texts.gettext("until %(date)s") % {"date": end}


def bars(site: Site, view: View, root: str, number: int, drawing: Drawing | None = None) -> dict[str, Any] | None:
    """One bar chart of the settings with its table, and a map of the same numbers; None without members."""
    settings = site.settings.site.charts[number]
    path = site.path(settings.count, f"site.charts[{number}].count")
    members = site.members.get(site.term(settings.class_, f"site.charts[{number}].class"), ())
    counted = [(thing, len(path.ends(thing, site.graph))) for thing in members]
    if not any(count for _, count in counted):
        return None
    counted.sort(key=lambda pair: (-pair[1], site.order_key(pair[0], view.language)))
    most = counted[0][1]
    shown = [(thing, count) for thing, count in counted if count or settings.zero == "count"]
    return {
        "title": view.phrase(settings.title),
        "unit": view.words(settings.unit),
        "note": _note(site, view, number),
        "rows": [(view.term(thing, root), view.texts.number(count), round(100 * count / most, 1)) for thing, count in shown],
        "unknown": [view.term(thing, root) for thing, count in counted if not count] if settings.zero == "unknown" else [],
        "map": drawing.numbered(dict(shown), view, view.words(settings.title)) if drawing else None,
    }


def _note(site: Site, view: View, number: int) -> str:
    """How many things the chart could speak of, and of how many of them it does."""
    settings = site.settings.site.charts[number]
    text = view.words(settings.note)
    if settings.total:
        things = site.members.get(site.term(settings.total, f"site.charts[{number}].total"), ())
        text = text.replace("{total}", view.texts.number(len(things)))
        if settings.known:
            path = site.path(settings.known, f"site.charts[{number}].known")
            known = sum(1 for thing in things if path.ends(thing, site.graph))
            text = text.replace("{known}", view.texts.number(known))
    return text
