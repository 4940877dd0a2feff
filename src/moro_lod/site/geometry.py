"""Geometries from WKT (GeoSPARQL), projected onto a drawing.

The projection is equirectangular with true scale at the middle latitude: for a country of some hundred kilometres nobody sees
the difference to a conic one. Coordinates are rounded to a fixed grid, so that neighbours keep sharing their borders.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

Point = tuple[float, float]

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_HEAD = re.compile(r"\s*(?:<[^>]*>\s*)?(MULTI)?(POINT|LINESTRING|POLYGON)\s*(?:Z|M|ZM)?\s*(?=\()", re.IGNORECASE)
_RING = re.compile(r"\(([^()]+)\)")
_PAIR = re.compile(rf"({_NUMBER})\s+({_NUMBER})(?:\s+{_NUMBER})*")


@dataclass(frozen=True, slots=True)
class Shape:
    """Rings of a polygon, or points. Coordinates as (longitude, latitude)."""

    rings: tuple[tuple[Point, ...], ...]
    is_area: bool


def read_wkt(text: str) -> Shape | None:
    """A point, line or polygon, single or multi, of a WKT literal; None for what is none of them or lies outside the earth."""
    head = _HEAD.match(text)
    if head is None or text.count("(") != text.count(")"):
        return None
    rings = []
    for ring in _RING.findall(text, head.end()):
        points = tuple((float(x), float(y)) for x, y in _PAIR.findall(ring))
        if not points or any(abs(x) > 180 or abs(y) > 90 for x, y in points):
            return None
        rings.append(points)
    if not rings:
        return None
    area = head[2].upper() == "POLYGON"
    if not area and head[2].upper() == "POINT":
        return Shape(tuple((point,) for ring in rings for point in ring), False)
    return Shape(tuple(rings), area)


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
    def fit(cls, shapes: Iterable[Shape], width: int, margin: float = 8.0) -> Projection | None:
        """The projection that brings some shapes onto a drawing of a width; None without any point."""
        west, south, east, north = math.inf, math.inf, -math.inf, -math.inf
        for shape in shapes:
            for ring in shape.rings:
                for x, y in ring:
                    west, east = min(west, x), max(east, x)
                    south, north = min(south, y), max(north, y)
        if west is math.inf:
            return None
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

    def path(self, shape: Shape, grid: float = 0.5, smallest: float = 1.0) -> str:
        """The `d` of an SVG path. Points on the same grid point are one; rings smaller than `smallest` units are left out."""
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


def _written(cells: list[tuple[int, int]], grid: float) -> str:
    """Relative coordinates are the shortest."""
    first, *rest = cells if cells[0] != cells[-1] else cells[:-1]
    text = [f"M{_short(first[0] * grid)},{_short(first[1] * grid)}l"]
    x, y = first
    steps = []
    for cx, cy in rest:
        steps.append(f"{_short((cx - x) * grid)},{_short((cy - y) * grid)}")
        x, y = cx, cy
    return "".join((*text, " ".join(steps).replace(" -", "-").replace(",-", "-"), "z"))


def _short(number: float) -> str:
    text = f"{number:.1f}".removesuffix(".0")
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text
