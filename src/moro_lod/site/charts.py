"""Charts drawn when publishing: a time line and bars, as SVG with links; the table beside says the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from ..terms import Term, value
from .looks import COLOURS
from .maps import Drawing
from .model import Site
from .texts import date_key, key_date, last_date_key
from .view import View, plain_text

_WIDTH = 960
_ROW = 44
_OPEN = 1.5  # years that a bar goes on where its other end is unknown
GRID_LINES = 18
MOST_TICKS = 60  # years that each get a line of their own


@dataclass(frozen=True, slots=True)
class Bound:
    """A begin or an end as the sources give it: the first and the last that it may be, as keys of dates; "" where unknown."""

    first: str
    last: str
    is_vague: bool  # a source itself leaves it open ("some time from 2009 to 2017", "about 2010")
    is_disputed: bool  # sources contradict each other


@dataclass(frozen=True, slots=True)
class Span:
    """A thing with begin and end, in years with fractions; None where unknown."""

    thing: Term
    kind: int  # place of its class in the settings
    start: float | None
    end: float | None
    begin: Bound
    finish: Bound

    @property
    def style(self) -> str:
        """How sure the bar is: a class of the style sheet."""
        if self.start is None or self.end is None:
            return "open"
        if self.begin.is_vague or self.finish.is_vague:
            return "vague"
        return "disputed" if self.begin.is_disputed or self.finish.is_disputed else "sure"


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
    """The things of the time line, by begin, then by end."""
    settings = site.settings.site.timeline
    found = []
    for kind, name in enumerate(settings.classes):
        for thing in site.members.get(site.term(name, "site.timeline.classes"), ()):
            begin, finish = (
                _bound(site, thing, text, key) for key, text in (("start", settings.start), ("end", settings.end))
            )
            found.append(
                Span(thing, kind, year_fraction(begin.first, False), year_fraction(finish.last, True), begin, finish)
            )
    return tuple(
        sorted(found, key=lambda s: (s.start is None and s.end is None, s.start or s.end or 0.0, s.end or 0.0, s.thing))
    )


def _bound(site: Site, thing: Term, text: str, key: str) -> Bound:
    path = site.path(text, f"site.timeline.{key}") if text else None
    dates = [value(each) for each in path.ends(thing, site.graph)] if path else []
    is_disputed = path is not None and len(dates) > 1 and (thing, path.last) in site.disputed
    keys = [*filter(None, map(date_key, dates))]
    first = min(keys, default="")
    return Bound(
        max((key for key in keys if key.startswith(first)), key=len, default=""),  # of 2012 and 2012-02 the latter
        max(filter(None, map(last_date_key, dates)), default=""),
        any(re.search(r"\.\.|[~?%]", date) for date in dates),
        is_disputed,
    )


def timeline(site: Site, view: View, root: str) -> dict[str, Any]:
    """The drawing, the list that small screens have in its place, the legend, and the rows of the table."""
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
    kinds = sorted({span.kind for span in dated})
    return {
        "rows": rows,
        "undated": [view.term(span.thing, root) for span in all_spans if span not in dated],
        "hatching": Markup("").join(map(_hatching, kinds)),
        "drawing": _drawing(dated, view, root) if dated else None,
        "bars": [_small(span, Scale.of(dated, 0), view, root) for span in dated],
        "kinds": [(kind % COLOURS, _kind(kind, view)) for kind in kinds] if len(kinds) > 1 else [],
        "styles": [style for style in ("sure", "open", "vague", "disputed") if any(span.style == style for span in dated)],
    }


def _kind(kind: int, view: View) -> Markup:
    return view.title(view.site.term(view.site.settings.site.timeline.classes[kind], "site.timeline.classes"))


@dataclass(frozen=True, slots=True)
class Scale:
    """Years on the drawing."""

    first: int
    last: int
    margin: int

    @classmethod
    def of(cls, dated: list[Span], margin: int) -> Scale:
        """The scale on which all spans find room."""
        first = int(min(span.start if span.start is not None else (span.end or 0) - 1 for span in dated))
        last = int(max(span.end if span.end is not None else span.start or 0 for span in dated)) + 1
        return cls(first, last, margin)

    def x(self, year: float) -> float:
        """Where a year lies."""
        return self.margin + (year - self.first) * (_WIDTH - 2 * self.margin) / max(self.last - self.first, 1)


def _by_date(terms: tuple[Term, ...]) -> list[Term]:
    return sorted(terms, key=lambda each: (date_key(value(each)), each))


def _bar(span: Span, scale: Scale, top: int) -> Markup:
    """The bar of a span: solid where it surely ran."""
    start = span.start if span.start is not None else max((span.end or 0) - _OPEN, scale.first)
    end = span.end if span.end is not None else min((span.start or 0) + _OPEN, scale.last)
    style = span.style

    def part(css: str, since: float, until: float, least: float = 0) -> Markup:
        left, right = scale.x(since), scale.x(until)
        fill = Markup(' fill="url(#t{})"').format(span.kind % COLOURS) if css == "vague" else ""
        return Markup('<rect class="bar {}"{} x="{}" y="{}" width="{}" height="12" rx="3"/>').format(
            css, fill, round(left, 1), top, round(max(right - left, least), 1)
        )

    whole = part(style, start, end, 6)
    if style == "open":
        edge = 0.12
        return whole + (part("sure", start, start + edge, 5) if span.start is not None else part("sure", end - edge, end, 5))
    if style == "disputed":
        inner = year_fraction(span.begin.last, False), year_fraction(span.finish.first, True)
        if span.begin.is_disputed and inner[0] is not None:
            start = inner[0]
        if span.finish.is_disputed and inner[1] is not None:
            end = inner[1]
        if start < end:
            return whole + part("sure", start, end)
    return whole


def _drawing(dated: list[Span], view: View, root: str) -> Markup:
    scale = Scale.of(dated, 12)
    height = len(dated) * _ROW + 44
    parts: list[Markup] = []
    years = scale.last - scale.first
    step = _step(years)
    tick = 1 if years <= MOST_TICKS else step
    for year in range(-(-scale.first // tick) * tick, scale.last + 1, tick):
        x = round(scale.x(year), 1)
        if year % step:
            parts.append(Markup('<line class="tick" x1="{0}" x2="{0}" y1="26" y2="{1}"/>').format(x, height))
        else:
            parts.append(
                Markup(
                    '<line class="grid" x1="{0}" x2="{0}" y1="26" y2="{1}"/><text class="year" x="{0}" y="16">{2}</text>'
                ).format(x, height, year)
            )
    several = len({span.kind for span in dated}) > 1
    for number, span in enumerate(dated):
        top = 34 + number * _ROW
        label = view.label(span.thing).text
        when = _when(span, view)
        name = f"{label} ({plain_text(_kind(span.kind, view))})" if several else label
        left = scale.x(span.start if span.start is not None else max((span.end or 0) - _OPEN, scale.first))
        right = scale.x(span.end) if span.end is not None else left
        shown = label if len(label) < 90 else f"{label[:88]}…"
        anchor, place = ("start", left) if left < _WIDTH * 0.55 else ("end", max(right, left))
        tag = view.lang(span.thing)
        parts.append(
            Markup('<a href="{}" class="c{}"><title{}>{}: {}</title><rect class="row" x="0" y="{}" width="{}" height="{}"/><text x="{}" y="{}" text-anchor="{}"><tspan class="name"{}>{}</tspan> <tspan class="when" dx="6">{}</tspan></text>{}</a>').format(
                view.href(span.thing, root) or "#", span.kind % COLOURS, tag if name == label else "", name, when, top, _WIDTH, _ROW - 2, round(place, 1), top + 16, anchor, tag, shown, when, _bar(span, scale, top + 23)
            )
        )  # fmt: skip
    title = view.texts.gettext("Timeline from %(first)s to %(last)s; the same is in the table below") % {
        "first": scale.first,
        "last": scale.last,
    }
    return Markup('<svg class="timeline" viewBox="0 0 {} {}" role="group" aria-label="{}">{}</svg>').format(
        _WIDTH, height, title, Markup("").join(parts)
    )


def _small(span: Span, scale: Scale, view: View, root: str) -> dict[str, Any]:
    """One entry of the list for small screens."""
    bar = Markup(
        '<svg class="timeline c{}" viewBox="0 0 {} 12" preserveAspectRatio="none" aria-hidden="true">{}</svg>'
    ).format(span.kind % COLOURS, _WIDTH, _bar(span, scale, 0))
    return {"thing": view.term(span.thing, root), "when": _when(span, view), "bar": bar}


def _hatching(kind: int) -> Markup:
    return Markup(
        '<pattern id="t{0}" class="c{0}" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect class="ground" width="8" height="8"/><rect class="stroke" width="3" height="8"/></pattern>'
    ).format(kind % COLOURS)


def _step(years: int) -> int:
    """How many years stand between two lines, so that there are never more than GRID_LINES."""
    step = 1
    while True:
        for factor in (1, 2, 5):
            if years <= factor * step * GRID_LINES:
                return factor * step
        step *= 10


def _when(span: Span, view: View) -> str:
    """The dates of a span in words: as vague as its source says, else from the earliest begin to the latest end."""
    if span.begin.is_vague and span.begin == span.finish:
        return view.texts.date(f"[{key_date(span.begin.first)}..{key_date(span.begin.last)}]")
    if not view.site.settings.site.timeline.end and span.begin.first:
        return view.texts.gettext("since %(date)s") % {"date": view.texts.date(key_date(span.begin.first))}
    return view.texts.span(span.begin.first, span.finish.last)


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
