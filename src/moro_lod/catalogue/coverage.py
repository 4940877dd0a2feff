"""When and where: temporal and spatial coverage, computed from the data."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Iterable, Iterator

from ..graphs import Graph
from ..namespaces import EDTF, GEO, XSD
from ..terms import Term, datatype, is_literal, value
from .model import Box

_DATE_TYPES = frozenset(
    value(each) for each in (XSD.gYear, XSD.gYearMonth, XSD.date, XSD.dateTime, XSD.dateTimeStamp, EDTF.EDTF)
) | frozenset(value(each) for each in EDTF)
_DATE = re.compile(r"(?<![\d-])(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?![\d])")
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_POSITION = re.compile(rf"({_NUMBER})\s+({_NUMBER})(?:\s+{_NUMBER})*")
_CRS = re.compile(r"^\s*<([^>]*)>\s*")
_CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_LATITUDE_FIRST = re.compile(r"^https?://www\.opengis\.net/def/crs/EPSG/\d+(?:\.\d+)*/(?:4326|4258)$")


def days(term: Term) -> tuple[datetime.date, datetime.date] | None:
    """The first and the last day that a date may mean, or None for a term that is no date.

    Years and months are their days; an EDTF interval, set or uncertain date is everything between its outermost years.
    """
    if not is_literal(term) or datatype(term) not in _DATE_TYPES:
        return None
    found: list[tuple[datetime.date, datetime.date]] = []
    for year, month, day in _DATE.findall(value(term)):
        try:
            found.append(_span(int(year), int(month or 0), int(day or 0)))
        except ValueError:
            continue
    return (min(first for first, _ in found), max(last for _, last in found)) if found else None


def _span(year: int, month: int, day: int) -> tuple[datetime.date, datetime.date]:
    if day:
        exact = datetime.date(year, month, day)
        return exact, exact
    if month and month <= 12:  # EDTF's seasons have numbers from 21
        return datetime.date(year, month, 1), datetime.date(year, month, calendar.monthrange(year, month)[1])
    return datetime.date(year, 1, 1), datetime.date(year, 12, 31)


Path = tuple[Term, ...]
"""Properties to follow one after the other."""


def period(graph: Graph, things: Iterable[Term], paths: Iterable[Path]) -> tuple[datetime.date | None, datetime.date | None]:
    """The first and the last day among the dates that the paths lead to from the things; None where there is none."""
    dates = {target for path in paths for target in follow(graph, things, path)}
    spans = [span for each in dates if (span := days(each))]
    return min((first for first, _ in spans), default=None), max((last for _, last in spans), default=None)


def follow(graph: Graph, things: Iterable[Term], path: Path) -> set[Term]:
    """The values that a path leads to from any of the things."""
    front = set(things)
    for step in path:
        front = {target for node in front for target in graph.objects(node, step)}
    return front


def box(graph: Graph, things: Iterable[Term]) -> Box | None:
    """The bounding box around the geometries of the things (geo:hasGeometry, geo:asWKT), or of things that are such."""
    boxes: list[Box] = []
    for thing in things:
        nodes = (thing, *graph.objects(thing, GEO.hasGeometry), *graph.objects(thing, GEO.defaultGeometry))
        for node in nodes:
            boxes.extend(found for text in graph.objects(node, GEO.asWKT) if (found := box_of_wkt(value(text))))
    if not boxes:
        return None
    whole = boxes[0]
    for each in boxes[1:]:
        whole |= each
    return whole


def box_of_wkt(text: str) -> Box | None:
    """The bounding box of a WKT geometry; None for an empty one and for a reference system that is not geographic.

    Without a reference system, and with CRS84, longitude comes first (GeoSPARQL 1.1 §8.5); with EPSG 4326 and 4258 latitude.
    """
    latitude_first = False
    if match := _CRS.match(text):
        text = text[match.end() :]
        latitude_first = bool(_LATITUDE_FIRST.match(match[1]))
        if not latitude_first and match[1] != _CRS84:
            return None
    positions = list(_positions(text))
    if not positions:
        return None
    xs, ys = zip(*positions, strict=True)
    if latitude_first:
        xs, ys = ys, xs
    return Box(min(xs), min(ys), max(xs), max(ys))


def _positions(text: str) -> Iterator[tuple[float, float]]:
    for x, y in _POSITION.findall(text):
        yield float(x), float(y)
