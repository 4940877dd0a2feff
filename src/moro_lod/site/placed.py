"""What is placed on a sheet: things as shapes or points, their marks as SVG, and the picture of what lies around."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from markupsafe import Markup

from ..terms import Term
from .geometry import Point, Projection, Shape


@dataclass(frozen=True, slots=True)
class Placed:
    """A thing on a sheet: `d` of its path, or points."""

    thing: Term
    d: str
    points: tuple[Point, ...]
    centre: Point
    extent: tuple[float, float]
    is_line: bool
    at: Point | None  # longitude and latitude of a single point

    @classmethod
    def of(cls, thing: Term, shape: Shape, projection: Projection) -> Placed:
        """A thing where a projection brings its shape."""
        is_point = shape.kind == "point"
        return cls(
            thing,
            "" if is_point else projection.path(shape),
            projection.points(shape) if is_point else (),
            projection.centre(shape),
            projection.extent(shape),
            shape.kind == "line",
            shape.rings[0][0] if is_point and len(shape.rings) == 1 else None,
        )

    @property
    def middle(self) -> Point:
        """Where the name of the thing stands."""
        if not self.points:
            return self.centre
        return sum(x for x, _ in self.points) / len(self.points), sum(y for _, y in self.points) / len(self.points)

    @property
    def size(self) -> float:
        """What it takes up on the sheet, in square units."""
        return self.extent[0] * self.extent[1]

    def mark(self, css: str, look: int | None = None) -> Markup:
        """The thing on a map, with classes of the style sheet; an area has the hatching of a `look`."""
        if self.is_line:
            return Markup('<path class="{} line" d="{}"/>').format(css, self.d)
        if self.d:
            fill = Markup("") if look is None else Markup(' fill="url(#h{})"').format(look)
            return Markup('<path class="{}"{} d="{}"/>').format(css, fill, self.d)
        return Markup("").join(
            Markup('<circle class="{} dot" cx="{}" cy="{}" r="7"/>').format(css, round(x, 1), round(y, 1))
            for x, y in self.points
        )


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the large map or a locator is drawn on: a projection, and the file with what lies around."""

    projection: Projection
    background: PurePosixPath | None
    content: str  # of that file

    @property
    def view_box(self) -> str:
        """The viewBox of a drawing on the sheet."""
        return f"0 0 {self.projection.width} {self.projection.height}"


def outline(placed: list[Placed], projection: Projection) -> str:
    """A picture of things that others are shown on."""
    areas = "".join([f'<path d="{each.d}"/>' for each in placed if each.d and not each.is_line])
    lines = "".join([f'<path d="{each.d}" fill="none"/>' for each in placed if each.is_line])
    dots = "".join([f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5"/>' for each in placed for x, y in each.points])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {projection.width} {projection.height}"><g fill="#8b90ab" fill-opacity=".12" '
        f'stroke="#8b90ab" stroke-width="1.5" stroke-linejoin="round">{areas}{lines}{dots}</g></svg>\n'
    )
