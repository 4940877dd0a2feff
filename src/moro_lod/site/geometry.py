"""Geometries from WKT (GeoSPARQL), projected onto a drawing.

The projection is equirectangular with true scale at the middle latitude: for a country of some hundred kilometres nobody sees
the difference to a conic one. Coordinates are rounded to a fixed grid, so that neighbours keep sharing their borders.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from ..errors import Text

Point = tuple[float, float]

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_SYSTEM = re.compile(r"\s*<([^>]*)>")
_HEAD = re.compile(r"\s*(MULTI)?(POINT|LINESTRING|POLYGON)\s*(?:ZM|Z|M)?\s*(?=\()", re.IGNORECASE)
_RING = re.compile(r"\(([^()]+)\)")
_PAIR = re.compile(rf"({_NUMBER})\s+({_NUMBER})(?:\s+{_NUMBER})*")
_LONGITUDE_FIRST = re.compile(r"https?://www\.opengis\.net/def/crs/OGC/[\d.]+/CRS84")
_LATITUDE_FIRST = re.compile(r"https?://www\.opengis\.net/def/crs/EPSG/[\d.]+/(4326|4258)")
_KINDS: dict[str, Literal["point", "line", "area"]] = {"POINT": "point", "LINESTRING": "line", "POLYGON": "area"}


class UndrawableError(Exception):
    """A geometry that cannot be drawn, and why."""

    def __init__(self, problem: Text) -> None:
        super().__init__(problem.en)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Shape:
    """Rings of a polygon, lines, or points. Coordinates as (longitude, latitude)."""

    rings: tuple[tuple[Point, ...], ...]
    kind: Literal["point", "line", "area"]

    def covers(self, place: Point) -> bool:
        """Whether a place lies inside an area (even-odd rule, so that holes count)."""
        x, y = place
        return sum(1 for crossing in self._crossings(y) if crossing < x) % 2 == 1

    def inner(self) -> Point:
        """A place that surely lies inside an area: the middle of its longest stretch at half its height."""
        ys = [y for ring in self.rings for _, y in ring]
        # a little off the middle, so that the line meets no corner of a regular shape
        y = min(ys) + (max(ys) - min(ys)) * 0.5003
        xs = sorted(self._crossings(y))
        stretches = list(zip(xs[::2], xs[1::2], strict=False))
        left, right = max(stretches, key=lambda pair: pair[1] - pair[0], default=self.rings[0][0])
        return (left + right) / 2, y

    def _crossings(self, y: float) -> list[float]:
        """Where the borders cross a latitude."""
        return [
            x1 + (y - y1) * (x2 - x1) / (y2 - y1)
            for ring in self.rings
            for (x1, y1), (x2, y2) in pairwise(ring)
            if (y1 > y) != (y2 > y)
        ]


def read_wkt(text: str) -> Shape:
    """A point, line or polygon, single or multi, of a WKT literal in degrees.

    Without a reference system, and with CRS84, longitude comes first; with EPSG 4326 and 4258 latitude (GeoSPARQL 1.1 §8.5).
    Raises UndrawableError for whatever else it is.
    """
    latitude_first = False
    begin = 0
    if system := _SYSTEM.match(text):
        begin = system.end()
        latitude_first = bool(_LATITUDE_FIRST.fullmatch(system[1]))
        if not latitude_first and not _LONGITUDE_FIRST.fullmatch(system[1]):
            raise UndrawableError(
                Text(
                    de=f"das Koordinatensystem {system[1]} ist unbekannt", en=f"the reference system {system[1]} is unknown"
                )
            )
    head = _HEAD.match(text, begin)
    if head is None or text.count("(") != text.count(")"):
        raise UndrawableError(
            Text(de="die Geometrie ist kein WKT, das sich zeichnen lässt", en="the geometry is no WKT that can be drawn")
        )
    rings = []
    for ring in _RING.findall(text, head.end()):
        points = tuple((float(x), float(y)) for x, y in _PAIR.findall(ring))
        if latitude_first:
            points = tuple((x, y) for y, x in points)
        if any(abs(x) > 180 or abs(y) > 90 for x, y in points):
            raise UndrawableError(
                Text(
                    de="die Koordinaten liegen nicht auf der Erde, sind also keine Grade",
                    en="the coordinates lie outside the earth, so they are no degrees",
                )
            )
        if points:
            rings.append(points)
    if not rings:
        raise UndrawableError(Text(de="die Geometrie hat keine Koordinaten", en="the geometry has no coordinates"))
    kind = _KINDS[head[2].upper()]
    if kind == "point":
        return Shape(tuple((point,) for ring in rings for point in ring), kind)
    return Shape(tuple(rings), kind)


def can_be_drawn(text: str) -> bool:
    """Whether a text is WKT that can be drawn."""
    try:
        return bool(read_wkt(text))
    except UndrawableError:
        return False


@dataclass(frozen=True, slots=True)
class Projection:
    """From degrees to the units of a drawing."""

    west: float
    north: float
    squeeze: float
    scale: float
    width: int
    height: int
    margin: float

    @classmethod
    def fit(cls, shapes: Iterable[Shape], width: int, margin: float = 8.0, around: float = 0.0) -> Projection | None:
        """The projection that brings some shapes onto a drawing of a width; None without any point.

        `around` are degrees to be left on every side.
        """
        west, south, east, north = math.inf, math.inf, -math.inf, -math.inf
        for shape in shapes:
            for ring in shape.rings:
                for x, y in ring:
                    west, east = min(west, x), max(east, x)
                    south, north = min(south, y), max(north, y)
        if west is math.inf:
            return None
        west, east, south, north = west - around, east + around, south - around, north + around
        squeeze = math.cos(math.radians((south + north) / 2))
        span = max((east - west) * squeeze, (north - south) * 0.5, 0.05)
        scale = (width - 2 * margin) / span
        height = round((north - south) * scale + 2 * margin)
        return cls(west, north, squeeze, scale, width, max(height, 40), margin)

    def point(self, place: Point) -> Point:
        """A place on the drawing."""
        return (
            (place[0] - self.west) * self.squeeze * self.scale + self.margin,
            (self.north - place[1]) * self.scale + self.margin,
        )

    def contains(self, shape: Shape) -> bool:
        """Whether all of a shape lies on the drawing."""
        points = [self.point(place) for ring in shape.rings for place in ring]
        return all(0 <= x <= self.width and 0 <= y <= self.height for x, y in points)

    def path(self, shape: Shape, grid: float = 0.5, smallest: float = 1.0) -> str:
        """The `d` of an SVG path, closed for areas and open for lines.

        Points on the same grid point are one; rings of areas smaller than `smallest` units are left out.
        """
        is_area = shape.kind == "area"
        parts = []
        largest: tuple[float, list[tuple[int, int]]] = (-1.0, [])
        for ring in shape.rings:
            cells: list[tuple[int, int]] = []
            for place in ring:
                x, y = self.point(place)
                cell = (round(x / grid), round(y / grid))
                if not cells or cells[-1] != cell:
                    cells.append(cell)
            cells = _straightened(cells)
            if not is_area:
                parts.append(
                    _written(cells if len(cells) > 1 else [*cells, (cells[0][0] + 1, cells[0][1])], grid, closed=False)
                )
                continue
            size = max(abs(_area(cells)) * grid * grid, 0.0)
            if size > largest[0]:
                largest = (size, cells)
            if len(cells) > 3 and size >= smallest:
                parts.append(_written(cells, grid))
        if not parts and len(largest[1]) > 2:
            parts.append(_written(largest[1], grid))
        return "".join(parts)

    def points(self, shape: Shape) -> tuple[Point, ...]:
        """The single points of a shape, on the drawing."""
        return tuple(self.point(ring[0]) for ring in shape.rings)

    def centre(self, shape: Shape) -> Point:
        """The middle of the shape's largest ring."""
        ring = max(shape.rings, key=lambda each: abs(_area(list(each))))
        projected = [self.point(place) for place in ring]
        xs, ys = [x for x, _ in projected], [y for _, y in projected]
        return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2

    def extent(self, shape: Shape) -> tuple[float, float]:
        """Width and height on the drawing."""
        projected = [self.point(place) for ring in shape.rings for place in ring]
        xs, ys = [x for x, _ in projected], [y for _, y in projected]
        return max(xs) - min(xs), max(ys) - min(ys)


def hull(points: tuple[Point, ...]) -> list[Point]:
    """The outermost of some points, around all of them (Andrew's monotone chain)."""
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return ordered

    def half(way: list[Point]) -> list[Point]:
        kept: list[Point] = []
        for x, y in way:
            while len(kept) > 1 and (kept[-1][0] - kept[-2][0]) * (y - kept[-2][1]) <= (kept[-1][1] - kept[-2][1]) * (
                x - kept[-2][0]
            ):
                kept.pop()
            kept.append((x, y))
        return kept[:-1]

    return half(ordered) + half(ordered[::-1])


def _area(points: list[tuple[int, int]] | list[Point]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, points[1:] + points[:1], strict=True)) / 2


def _straightened(cells: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Without points that lie on the straight line between their neighbours (shared borders lose the same points)."""
    kept: list[tuple[int, int]] = []
    for place, cell in enumerate(cells):
        if kept and place + 1 < len(cells):
            (x0, y0), (x1, y1), (x2, y2) = kept[-1], cell, cells[place + 1]
            if (x1 - x0) * (y2 - y1) == (y1 - y0) * (x2 - x1) and (x1 - x0) * (x2 - x1) >= 0 and (y1 - y0) * (y2 - y1) >= 0:
                continue
        kept.append(cell)
    return kept


def _written(cells: list[tuple[int, int]], grid: float, *, closed: bool = True) -> str:
    """Relative coordinates are the shortest."""
    first, *rest = cells if cells[0] != cells[-1] or not closed else cells[:-1]
    text = [f"M{_short(first[0] * grid)},{_short(first[1] * grid)}l"]
    x, y = first
    steps = []
    for cx, cy in rest:
        steps.append(f"{_short((cx - x) * grid)},{_short((cy - y) * grid)}")
        x, y = cx, cy
    return "".join((*text, " ".join(steps).replace(" -", "-").replace(",-", "-"), "z" * closed))


def _short(number: float) -> str:
    text = f"{number:.1f}".removesuffix(".0")
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text
