"""Comparing dates of any precision: by the part that both have."""

from __future__ import annotations

from ..graphs import Graph
from ..terms import Term, value
from .paths import Path
from .texts import date_key, last_date_key


def bounds(thing: Term, period: tuple[Path, ...], graph: Graph) -> tuple[str, str]:
    """The earliest begin and the latest end that the paths lead to; "" where nothing is known."""
    if not period:
        return "", ""
    starts = [date_key(value(each)) for each in period[0].ends(thing, graph)]
    ends = [last_date_key(value(each)) for each in period[-1].ends(thing, graph)] if len(period) > 1 else []
    return min(filter(None, starts), default=""), max(filter(None, ends), default="")


def overlap(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two periods share a moment; an unknown end is open."""
    return not _before(one[1], other[0]) and not _before(other[1], one[0])


def _before(end: str, start: str) -> bool:
    if not end or not start:
        return False
    length = min(len(end), len(start))
    return end[:length] < start[:length]
