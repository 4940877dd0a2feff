"""The map: drawn once when publishing, as SVG with real links; small ones for comparing fields and times; locators for pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from markupsafe import Markup

from .. import formats
from ..errors import MoroError, Text
from ..files import File
from ..terms import Term, value
from . import periods
from .geometry import Projection, Shape, read_wkt
from .model import Site, distinct
from .paths import Path
from .view import View

WIDTH = 640
SMALL = 8  # units; smaller things get a ring on locator maps
COLOURS = 8  # classes c0 … c7 of the style sheet
OUTLINE = PurePosixPath("map/outline.svg")


@dataclass(frozen=True, slots=True)
class Placed:
    """A thing on the drawing: `d` of its path, or points."""

    thing: Term
    d: str
    points: tuple[tuple[float, float], ...]
    centre: tuple[float, float]
    extent: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of the map, its paths read."""

    kind: str
    cls: Term
    title: dict[str, str]
    placed: tuple[Placed, ...]
    of: Path | None
    groups: Path | None
    period: tuple[Path, ...]
    group_period: tuple[Path, ...]
    members: Path | None


@dataclass(frozen=True, slots=True)
class Region:
    """A thing of the region layer with what it is a version of, and the groups of its time."""

    placed: Placed
    actor: Term
    groups: tuple[Term, ...]
    colour: int


class Drawing:
    """All geometry of the site, projected once."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.problems: list[MoroError] = []
        shapes: dict[tuple[int, Term], Shape] = {}
        for number, (_, cls, path) in enumerate(site.layers):
            for thing in site.members.get(cls, ()):
                shape = self._shape(thing, path)
                if shape is not None:
                    shapes[number, thing] = shape
        self.projection = Projection.fit(shapes.values(), WIDTH)
        layers: list[Layer] = []
        self.place_of: dict[Term, Placed] = {}
        for number, (settings, cls, _) in enumerate(site.layers):
            placed = tuple(self._placed(thing, shape) for (layer, thing), shape in shapes.items() if layer == number)
            key = f"site.map.layers[{number}]"

            def read(text: str, name: str, key: str = key) -> Path | None:
                return site.path(text, f"{key}.{name}") if text else None

            layers.append(
                Layer(
                    settings.kind,
                    cls,
                    settings.title,
                    placed,
                    read(settings.of, "of"),
                    read(settings.groups, "groups"),
                    tuple(site.path(each, f"{key}.period") for each in settings.period),
                    tuple(site.path(each, f"{key}.group_period") for each in settings.group_period),
                    read(settings.members, "members"),
                )
            )
            for each in placed:
                self.place_of.setdefault(each.thing, each)
        self.layers = tuple(layers)

    def __bool__(self) -> bool:
        return self.projection is not None

    def _shape(self, thing: Term, path: Path) -> Shape | None:
        site = self.site
        wkt = site.term("geo:asWKT")
        for node in path.ends(thing, site.graph):
            for text in site.graph.objects(node, wkt):
                shape = read_wkt(value(text))
                if shape is not None:
                    return shape
                self.problems.append(
                    MoroError(
                        value(node),
                        Text(
                            de="die Geometrie ist kein WKT, das sich zeichnen lässt",
                            en="the geometry is no WKT that can be drawn",
                        ),
                        Text(
                            de="POINT, LINESTRING oder POLYGON in Grad (Länge Breite) angeben; das Ding fehlt auf der Karte",
                            en="give POINT, LINESTRING or POLYGON in degrees (longitude latitude); the thing is left off the map",
                        ),
                    )
                )
        return None

    def _placed(self, thing: Term, shape: Shape) -> Placed:
        projection = self.projection
        assert projection is not None  # noqa: S101 - there is a shape
        points = () if shape.is_area else projection.points(shape)
        d = projection.path(shape) if shape.is_area else ""
        return Placed(thing, d, points, projection.centre(shape), projection.extent(shape))

    @cached_property
    def regions(self) -> tuple[Region, ...]:
        """The region layers, each thing with the groups that took place in its time."""
        found: list[Region] = []
        colours: dict[Term, int] = {}
        graph = self.site.graph
        for layer in self.layers:
            if layer.kind != "region":
                continue
            times = {each.thing: periods.bounds(each.thing, layer.period, graph) for each in layer.placed}
            for placed in sorted(
                layer.placed, key=lambda each: (self._actor_key(layer, each), times[each.thing], each.thing)
            ):
                actors = layer.of.ends(placed.thing, graph) if layer.of else ()
                actor = actors[0] if actors else placed.thing
                own = periods.bounds(placed.thing, layer.period, graph)
                groups = layer.groups.ends(placed.thing, graph) if layer.groups else ()
                kept = tuple(g for g in groups if periods.overlap(own, periods.bounds(g, layer.group_period, graph)))
                found.append(Region(placed, actor, kept, colours.setdefault(actor, len(colours)) % COLOURS))
        return tuple(found)

    def _actor_key(self, layer: Layer, placed: Placed) -> tuple[str, str]:
        actors = layer.of.ends(placed.thing, self.site.graph) if layer.of else ()
        return self.site.order_key(actors[0] if actors else placed.thing, self.site.languages[0])

    @cached_property
    def groups(self) -> tuple[Term, ...]:
        """What the regions can be divided by, in the order of their begin."""
        layer = next((each for each in self.layers if each.kind == "region" and each.groups), None)
        found = distinct(group for region in self.regions for group in region.groups)
        return tuple(
            sorted(found, key=lambda g: (periods.bounds(g, layer.group_period, self.site.graph) if layer else ("", ""), g))
        )

    def files(self) -> Iterator[File]:
        """The outline that locators lie on."""
        if self.projection is not None:
            yield File(OUTLINE, self._outline().encode(), formats.SVG.media_type)

    def _outline(self) -> str:
        paths = "".join(f'<path d="{each.d}"/>' for each in self._background)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{self.view_box}"><g fill="#8b90ab" fill-opacity=".12" '
            f'stroke="#8b90ab" stroke-width="1.5" stroke-linejoin="round">{paths}</g></svg>\n'
        )

    @property
    def view_box(self) -> str:
        """The viewBox of every drawing."""
        assert self.projection is not None  # noqa: S101
        return f"0 0 {self.projection.width} {self.projection.height}"

    @cached_property
    def _background(self) -> tuple[Placed, ...]:
        outline = [each for layer in self.layers if layer.kind == "outline" for each in layer.placed if each.d]
        return tuple(outline or [each for layer in self.layers if layer.kind == "place" for each in layer.placed if each.d])

    # locators

    def locator(self, thing: Term, view: View, root: str) -> Markup | None:
        """A small map that shows where a thing lies, or None."""
        placed = [self.place_of[thing]] if thing in self.place_of else [r.placed for r in self.regions if r.actor == thing]
        if not placed or self.projection is None:
            return None
        label = view.texts.gettext("Map: where %(name)s lies") % {"name": view.label(thing).text}
        parts = [self._mark(each, "here") for each in placed[:6]]
        ring = Markup("")
        if len(placed) == 1 and max(placed[0].extent) < SMALL * 3 and placed[0].d:
            x, y = placed[0].centre
            ring = Markup('<circle class="ring" cx="{}" cy="{}" r="22"/>').format(round(x, 1), round(y, 1))
        return Markup(
            '<figure class="locator"><svg viewBox="{}" role="img" aria-label="{}"><image href="{}{}" width="{}" height="{}"/>{}{}</svg></figure>'
        ).format(
            self.view_box,
            label,
            root,
            str(OUTLINE),
            self.projection.width,
            self.projection.height,
            Markup("").join(parts),
            ring,
        )

    def _mark(self, placed: Placed, css: str) -> Markup:
        if placed.d:
            return Markup('<path class="{}" d="{}"/>').format(css, placed.d)
        return Markup("").join(
            Markup('<circle class="{} dot" cx="{}" cy="{}" r="7"/>').format(css, round(x, 1), round(y, 1))
            for x, y in placed.points
        )

    # the map page

    def main(self, view: View, root: str, *, links: bool = True, identifiers: bool = True) -> Markup:
        """The large map: background, places, regions with colour and hatching, all of them links."""
        parts: list[Markup] = [self._patterns()] if identifiers else []
        outline = [Markup('<path d="{}"/>').format(each.d) for each in self._background]
        parts.append(Markup('<g class="land" aria-hidden="true">{}</g>').format(Markup("").join(outline)))
        if links:
            for layer in self.layers:
                if layer.kind == "place":
                    ordered = sorted(layer.placed, key=lambda each: view.site.order_key(each.thing, view.language))
                    shapes = [
                        self._linked(each, each.thing, view.label(each.thing).text, "place", view, root) for each in ordered
                    ]
                    parts.append(Markup('<g class="places">{}</g>').format(Markup("").join(shapes)))
        shown = [region for region in self.regions if region.groups or not self.groups]
        # the largest first, so that the small ones stay reachable
        shown.sort(key=lambda region: -region.placed.extent[0] * region.placed.extent[1])
        shapes = [self._region(region, view, root, links) for region in shown]
        parts.append(Markup('<g class="regions">{}</g>').format(Markup("").join(shapes)))
        parts.append(Markup('<g class="borders" aria-hidden="true">{}</g>').format(Markup("").join(outline)))
        label = view.texts.gettext("Map of the regions; the same is in the tables below")
        if not links:
            return Markup('<svg class="map" viewBox="{}" role="img" aria-label="{}">{}</svg>').format(
                self.view_box, label, Markup("").join(parts)
            )
        return Markup('<svg class="map" viewBox="{}" role="group" aria-label="{}">{}</svg>').format(
            self.view_box, label, Markup("").join(parts)
        )

    def _region(self, region: Region, view: View, root: str, links: bool) -> Markup:
        groups = ", ".join(view.label(group).text for group in region.groups)
        name = view.label(region.actor).text
        title = f"{name} – {groups}" if groups else name
        css = f"region c{region.colour}"
        inside = " ".join(self.slug(group) for group in region.groups)
        if not links:
            return Markup('<g class="{}">{}</g>').format(css, self._mark(region.placed, "shape"))
        return self._linked(region.placed, region.actor, title, css, view, root, inside)

    def _linked(self, placed: Placed, target: Term, title: str, css: str, view: View, root: str, inside: str = "") -> Markup:
        href = view.href(target, root)
        mark = self._mark(placed, "shape")
        body = Markup("<title>{}</title>{}").format(title, mark)
        thing = self.slug(placed.thing)
        if href is None:
            return Markup('<g class="{}" data-thing="{}">{}</g>').format(css, thing, body)
        groups = Markup(' data-in="{}"').format(inside) if inside else Markup("")
        tab = Markup(' tabindex="-1"') if css == "place" else Markup("")
        return Markup('<a href="{}" class="{}" data-thing="{}"{}{} aria-label="{}">{}</a>').format(
            href, css, thing, groups, tab, title, body
        )

    def slug(self, thing: Term) -> str:
        """A short name of a thing for attributes."""
        document = self.site.document(thing)
        return str(document) if document else value(thing)

    def _patterns(self) -> Markup:
        found = []
        for number in range(COLOURS):
            angle = (number * 45 + 20) % 180
            found.append(
                f'<pattern id="h{number}" class="c{number}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate({angle})">'
                '<rect class="ground" width="6" height="6"/><rect class="stroke" width="2.2" height="6"/></pattern>'
            )
        return Markup(f"<defs>{''.join(found)}</defs>")  # noqa: S704 - numbers alone

    def small(self, regions: list[Region], root: str, label: str) -> Markup:
        """A small map of some regions, for comparing."""
        assert self.projection is not None  # noqa: S101
        ordered = sorted(regions, key=lambda region: -region.placed.extent[0] * region.placed.extent[1])
        shapes = [
            Markup('<g class="region c{}">{}</g>').format(region.colour, self._mark(region.placed, "shape"))
            for region in ordered
        ]
        return Markup(
            '<svg class="map small" viewBox="{}" role="img" aria-label="{}"><image href="{}{}" width="{}" height="{}"/>{}</svg>'
        ).format(
            self.view_box, label, root, str(OUTLINE), self.projection.width, self.projection.height, Markup("").join(shapes)
        )

    def context(self, view: View, root: str) -> dict[str, Any]:
        """What the map page shows."""
        site = self.site
        graph = site.graph
        legend = []
        for actor in distinct(region.actor for region in self.regions if region.groups or not self.groups):
            mine = [region for region in self.regions if region.actor == actor]
            groups = distinct(group for region in mine for group in region.groups)
            legend.append(
                {
                    "colour": mine[0].colour,
                    "region": view.term(actor, root),
                    "groups": [view.term(group, root) for group in groups],
                    "points": bool(mine[0].placed.points),
                }
            )
        by_group = []
        for group in self.groups:
            inside = [region for region in self.regions if group in region.groups]
            title = view.label(group).text
            names = view.texts.join([view.label(region.actor).text for region in inside])
            by_group.append(
                {
                    "slug": self.slug(group),
                    "title": view.term(group, root),
                    "plain": title,
                    "map": self.small(inside, root, f"{title}: {names}"),
                    "regions": [view.term(actor, root) for actor in distinct(region.actor for region in inside)],
                }
            )
        by_actor = []
        for actor in distinct(region.actor for region in self.regions):
            mine = [region for region in self.regions if region.actor == actor]
            if len(mine) > 1:
                by_actor.append(
                    {
                        "title": view.term(actor, root),
                        "versions": [
                            {
                                "title": view.term(region.placed.thing, root),
                                "map": self.small([region], root, view.label(region.placed.thing).text),
                            }
                            for region in mine
                        ],
                    }
                )
        places = []
        for layer in self.layers:
            if layer.kind != "place":
                continue
            for placed in sorted(layer.placed, key=lambda each: site.order_key(each.thing, view.language)):
                versions = layer.members.ends(placed.thing, graph) if layer.members else ()
                inside = [
                    region
                    for region in self.regions
                    if region.placed.thing in versions and (region.groups or not self.groups)
                ]
                actors = distinct(region.actor for region in inside)
                groups = distinct(group for region in inside for group in region.groups)
                places.append(
                    {
                        "name": view.label(placed.thing).text,
                        "also": "|".join(self._other_names(placed.thing, view)),
                        "slug": self.slug(placed.thing),
                        "place": view.term(placed.thing, root),
                        "regions": [view.term(each, root) for each in actors],
                        "groups": [view.term(each, root) for each in groups],
                    }
                )
        return {"legend": legend, "by_group": by_group, "by_actor": by_actor, "places": places}

    def _other_names(self, thing: Term, view: View) -> list[str]:
        """What a place is called in the other languages, where that differs."""
        names = dict.fromkeys(self.site.index.labels.best(thing, tag).text for tag in self.site.languages)
        return [each for each in names if each != view.label(thing).text]
