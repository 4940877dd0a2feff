"""The map: drawn once when publishing, as SVG with real links; small ones for comparing fields and times; locators for pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from markupsafe import Markup

from .. import formats, iris
from ..errors import MoroError, Text
from ..files import File
from ..namespaces import GEO, SKOS
from ..terms import Term, language, value
from . import periods
from .geometry import Point, Projection, Shape, UndrawableError, read_wkt
from .model import Site, distinct
from .paths import Path
from .texts import key_date, year
from .view import View

WIDTH = 640
SMALL = 8  # units; smaller things get a ring on locator maps
AROUND_SMALL = 6  # times what is small is shown on its locator, at least a quarter of the sheet
LISTED = 12  # regions named below a locator
COLOURS = 8  # classes c0 … c7 of the style sheet
HATCHES = 4  # lines, crossed lines, dots, double lines
LOOKS = COLOURS * HATCHES  # that people can tell apart
OUTLINE = PurePosixPath("map/outline.svg")
NAME_SIZE = 17  # units that a letter of a name on the map is high, at most: names keep that much apart
SHADES = 4  # of a map of numbers, s1 … s4 of the style sheet
LINE = 16  # letters of a name in one line
CROP = 0.4  # of its size that is shown around a region
AROUND = 0.05  # degrees around the things of a class on their own map
MOST_AROUND = 2000  # things of a class that are drawn around one of them


@dataclass(frozen=True, slots=True)
class Placed:
    """A thing on the drawing: `d` of its path, or points."""

    thing: Term
    d: str
    points: tuple[Point, ...]
    centre: Point
    extent: tuple[float, float]
    is_line: bool
    at: Point | None  # longitude and latitude of a single point


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a locator is drawn on: a projection, and the file with what lies around."""

    projection: Projection
    background: PurePosixPath | None
    content: str  # of that file

    @property
    def view_box(self) -> str:
        """The viewBox of a drawing on the sheet."""
        return f"0 0 {self.projection.width} {self.projection.height}"


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
    short: Path | None


@dataclass(frozen=True, slots=True)
class Region:
    """A thing of the region layer with what it is a version of, and the groups of its time."""

    placed: Placed
    actor: Term
    groups: tuple[Term, ...]
    look: int  # below LOOKS: colour and hatching; -1 for a place, which has none


class Drawing:
    """All geometry of the site, projected once."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.problems: list[MoroError] = []
        self._read: dict[Term, Shape | None] = {}
        self._own_sheets: dict[Term, Sheet | None] = {}
        shapes: dict[tuple[int, Term], Shape] = {}
        for number, (_, cls, path) in enumerate(site.layers):
            for thing in site.members.get(cls, ()):
                shape = self._shape(thing, path)
                if shape is not None:
                    shapes[number, thing] = shape
        self._shapes = {thing: shape for (_, thing), shape in shapes.items()}
        has_areas = any(shape.kind == "area" for shape in shapes.values())
        self.projection = Projection.fit(shapes.values(), WIDTH, around=0.0 if has_areas else AROUND)
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
                    read(settings.short, "short"),
                )
            )
            for each in placed:
                self.place_of.setdefault(each.thing, each)
        self.layers = tuple(layers)

    def __bool__(self) -> bool:
        return self.projection is not None

    def _shape(self, thing: Term, path: Path) -> Shape | None:
        return next((shape for node in path.ends(thing, self.site.graph) if (shape := self._shape_of(node))), None)

    def _shape_of(self, node: Term) -> Shape | None:
        """The first geometry of a node that can be drawn. When there is none, what is wrong with it is kept."""
        if node not in self._read:
            self._read[node] = self._first(node)
        return self._read[node]

    def _first(self, node: Term) -> Shape | None:
        problems = []
        for text in self.site.graph.objects(node, GEO.asWKT):
            try:
                return read_wkt(value(text))
            except UndrawableError as error:
                problems.append((text, error.problem))
        for text, problem in problems:
            origins = self.site.publication.sources.origins_of_triple((node, GEO.asWKT, text))
            self.problems.append(
                MoroError(
                    ", ".join([*map(str, origins[:1]), value(node)]),
                    problem,
                    Text(
                        de="POINT, LINESTRING oder POLYGON in Grad angeben: CRS84 (Länge Breite) oder EPSG 4326 (Breite Länge); "
                        "das Ding fehlt auf der Karte",
                        en="give POINT, LINESTRING or POLYGON in degrees: CRS84 (longitude latitude) or EPSG 4326 (latitude longitude); "
                        "the thing is left off the map",
                    ),
                )
            )
        return None

    def checked(self) -> list[MoroError]:
        """What is wrong with the geometries of all things."""
        for node, _ in self.site.graph.pairs(GEO.asWKT):
            self._shape_of(node)
        return self.problems

    def _placed(self, thing: Term, shape: Shape) -> Placed:
        projection = self.projection
        assert projection is not None  # noqa: S101 - there is a shape
        return _place(thing, shape, projection)

    @cached_property
    def regions(self) -> tuple[Region, ...]:
        """The region layers, each thing with the groups that took place in its time."""
        found: list[Region] = []
        looks: dict[Term, int] = {}
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
                found.append(Region(placed, actor, kept, looks.setdefault(actor, len(looks)) % LOOKS))
        return tuple(found)

    def _actor_key(self, layer: Layer, placed: Placed) -> tuple[str, str]:
        actors = layer.of.ends(placed.thing, self.site.graph) if layer.of else ()
        return self.site.order_key(actors[0] if actors else placed.thing, self.site.languages[0])

    @cached_property
    def shown(self) -> tuple[Region, ...]:
        """The regions of the large map: without those of a time in which nothing took place."""
        return tuple(region for region in self.regions if region.groups or not self.groups)

    @cached_property
    def actors(self) -> tuple[Term, ...]:
        """What the regions of the large map are versions of, in the order of the legend."""
        return distinct(region.actor for region in self.shown)

    @cached_property
    def groups(self) -> tuple[Term, ...]:
        """What the regions can be divided by, in the order of their begin."""
        layer = next((each for each in self.layers if each.kind == "region" and each.groups), None)
        found = distinct(group for region in self.regions for group in region.groups)
        return tuple(
            sorted(found, key=lambda g: (periods.bounds(g, layer.group_period, self.site.graph) if layer else ("", ""), g))
        )

    def files(self) -> Iterator[File]:
        """What locators lie on. To be asked for last, when all pages are made."""
        sheets = [self._land, *(sheet for _, sheet in sorted(self._own_sheets.items()))]
        for sheet in sheets:
            if sheet is not None and sheet.background is not None:
                yield File(sheet.background, sheet.content.encode(), formats.SVG.media_type)

    @cached_property
    def _land(self) -> Sheet | None:
        """The sheet of the map's layers."""
        if self.projection is None:
            return None
        around = next((found for kind in ("outline", "place", "region") if (found := self._of_kind(kind))), [])
        return Sheet(self.projection, OUTLINE, _outline(around, self.projection))

    def _of_kind(self, kind: str) -> list[Placed]:
        return [each for layer in self.layers if layer.kind == kind for each in layer.placed]

    @property
    def view_box(self) -> str:
        """The viewBox of the map."""
        assert self._land is not None  # noqa: S101
        return self._land.view_box

    @cached_property
    def _background(self) -> tuple[Placed, ...]:
        outline = [each for each in self._of_kind("outline") if each.d]
        return tuple(outline or [each for each in self._of_kind("place") if each.d])

    # locators

    @cached_property
    def _areas(self) -> dict[Term, list[Placed]]:
        """What has areas in the course of time → these."""
        found: dict[Term, list[Placed]] = {}
        for region in self.regions:
            found.setdefault(region.actor, []).append(region.placed)
        return found

    @cached_property
    def _geometries(self) -> dict[Term, tuple[Term, ...]]:
        """Thing → its geometries; a geometry → itself."""
        graph = self.site.graph
        found: dict[Term, list[Term]] = {node: [node] for node, _ in graph.pairs(GEO.asWKT)}
        for property_ in (GEO.hasDefaultGeometry, GEO.defaultGeometry, GEO.hasGeometry):
            for thing, node in graph.pairs(property_):
                found.setdefault(thing, []).append(node)
        return {thing: tuple(nodes) for thing, nodes in found.items()}

    @cached_property
    def _owners(self) -> dict[Term, list[Term]]:
        """Geometry → the things that have it."""
        found: dict[Term, list[Term]] = {}
        for thing, nodes in self._geometries.items():
            for node in nodes:
                if node != thing:
                    found.setdefault(node, []).append(thing)
        return found

    def _where(self, thing: Term) -> tuple[Sheet, list[Placed]] | None:
        """Where a thing lies: on the map if that shows it, else on a sheet with the other things of its class."""
        if self._land is not None:
            for each in (thing, *self._owners.get(thing, ())):
                if each in self.place_of:
                    return self._land, [self.place_of[each]]
            if thing in self._areas:
                return self._land, self._areas[thing]
        nodes = self._geometries.get(thing, ())
        shape = next((shape for node in nodes if (shape := self._shape_of(node))), None)
        if shape is None:
            return None
        sheet = self._land
        if sheet is None or not sheet.projection.contains(shape):
            sheet = self._sheet_of(next(iter(self._owners.get(thing, ())), thing))
        return (sheet, [_place(thing, shape, sheet.projection)]) if sheet else None

    def _sheet_of(self, thing: Term) -> Sheet | None:
        """The sheet of a thing's class, drawn once."""
        types = self.site.types(thing)
        key = types[0] if types else thing
        if key not in self._own_sheets:
            members = self.site.members.get(key, ()) if types else (thing,)
            shapes: dict[Term, Shape] = {}
            for each in members:
                for node in self._geometries.get(each, ()):
                    if shape := self._shape_of(node):
                        shapes.setdefault(each, shape)
            projection = Projection.fit(shapes.values(), WIDTH, around=AROUND)
            sheet = None
            if projection is not None:
                drawn = 1 < len(shapes) <= MOST_AROUND
                placed = [_place(each, shape, projection) for each, shape in shapes.items()] if drawn else []
                path = (
                    PurePosixPath("map", f"around-{iris.safe_name(self.site.curie(key), dots=False)}.svg") if drawn else None
                )
                sheet = Sheet(projection, path, _outline(placed, projection))
            self._own_sheets[key] = sheet
        return self._own_sheets[key]

    @cached_property
    def _locators(self) -> tuple[tuple[Term, Path, Path | None], ...]:
        site = self.site
        return tuple(
            (
                site.term(each.class_, f"site.map.locators[{place}].class"),
                site.path(each.path, f"site.map.locators[{place}].path"),
                site.path(each.groups, f"site.map.locators[{place}].groups") if each.groups else None,
            )
            for place, each in enumerate(site.settings.site.map.locators)
        )

    @cached_property
    def _ways(self) -> dict[tuple[Term, ...], tuple[tuple[Path, Path | None], ...]]:
        """Types → the paths from a thing of them to what its map shows."""
        return {}

    def _related(self, thing: Term) -> list[Region]:
        """The regions, or other places, that the settings have for a thing without a geometry."""
        if not self._locators or self._land is None:
            return []
        types = self.site.types(thing)
        ways = self._ways.get(types)
        if ways is None:
            above = self.site.schema.with_superclasses(types)
            ways = self._ways[types] = tuple((path, groups) for cls, path, groups in self._locators if cls in above)
        graph = self.site.graph
        found: list[Region] = []
        for path, groups in ways:
            of = groups.ends(thing, graph) if groups else (thing,) if thing in self.groups else ()
            for end in path.ends(thing, graph):
                own = [each for each in self.regions if end in (each.actor, each.placed.thing)]
                if own:
                    found += [each for each in own if not (groups or of) or any(group in of for group in each.groups)]
                elif end in self.place_of:
                    found.append(Region(self.place_of[end], end, (), -1))
        return list(dict.fromkeys(found))

    def locator(self, thing: Term, view: View, root: str) -> Markup | None:
        """A small map that shows where a thing lies, or None."""
        found = self._where(thing)
        if found is None:
            regions = self._related(thing)
            return self._related_locator(regions, view, root) if regions else None
        sheet, placed = found
        label = view.texts.gettext("Map: where %(name)s lies") % {"name": view.label(thing).text}
        notes = Markup("")
        if len(placed) == 1 and placed[0].at is not None:
            notes = Markup("<p>{}</p>").format(_coordinates(placed[0].at, view))
        return self._figure(
            sheet, placed[:6], [self._mark(each, "here") for each in placed[:6]], label, view.lang(thing), notes, view, root
        )

    def _related_locator(self, regions: list[Region], view: View, root: str) -> Markup:
        """A map of regions as the map page draws them, and which they are."""
        assert self._land is not None  # noqa: S101 - there are regions
        marks = [_patterns_of(regions)]
        for each in sorted(regions, key=lambda region: -region.placed.extent[0] * region.placed.extent[1]):
            if each.look < 0:
                marks.append(self._mark(each.placed, "here"))
            else:
                mark = self._mark(each.placed, "shape", each.look)
                marks.append(Markup('<g class="region c{}">{}</g>').format(each.look % COLOURS, mark))
        by_actor = {each.actor: each for each in reversed(regions)}
        ordered = sorted(by_actor, key=lambda actor: self.site.order_key(actor, view.language))
        names = view.texts.join([view.label(actor).text for actor in ordered])
        entries = Markup("").join(
            Markup("<li>{} <span>{}</span></li>").format(
                _swatch(by_actor[actor]) if by_actor[actor].look >= 0 else Markup('<span class="swatch c1"></span>'),
                view.term(actor, root),
            )
            for actor in ordered[:LISTED]
        )
        if len(ordered) > LISTED:
            more = view.texts.gettext("%(count)s more") % {"count": view.texts.number(len(ordered) - LISTED)}
            entries += Markup("<li><span></span> {}</li>").format(more)
        label = view.texts.gettext("Map: %(names)s") % {"names": names}
        legend = Markup('<ul class="legend">{}</ul>').format(entries)
        return self._figure(self._land, [each.placed for each in regions], marks, label, Markup(""), legend, view, root)

    def _figure(
        self, sheet: Sheet, placed: list[Placed], marks: list[Markup], label: str, lang: Markup, notes: Markup, view: View, root: str
    ) -> Markup:  # fmt: skip
        """A drawing on a sheet, with notes below it. What is small is shown with its surroundings, and those on the whole sheet."""
        width, height = sheet.projection.width, sheet.projection.height
        frame = _surroundings(placed, width, height)
        background = Markup("")
        if sheet.background is not None:
            background = Markup('<image href="{}{}" width="{}" height="{}"/>').format(
                root, iris.url_of(sheet.background, ""), width, height
            )
        inset = Markup("")
        if frame is not None and sheet.background is not None:
            x, y, across, down = frame
            inset = Markup(
                '<svg class="inset" viewBox="{}" aria-hidden="true">{}<rect x="{}" y="{}" width="{}" height="{}"/></svg>'
            ).format(sheet.view_box, background, x, y, across, down)
        elif len(placed) == 1 and max(placed[0].extent) < SMALL * 3 and placed[0].d:
            middle = placed[0].centre
            marks = [
                *marks,
                Markup('<circle class="ring" cx="{}" cy="{}" r="22"/>').format(*(round(each, 1) for each in middle)),
            ]
        if sheet is self._land and self.site.has_map:
            href = view.url("map", root)
            notes += Markup('<p><a href="{}">{}</a></p>').format(href, view.texts.gettext("To the map"))
        caption = Markup("<figcaption>{}</figcaption>").format(notes) if notes else notes
        box = "{} {} {} {}".format(*frame) if inset and frame is not None else sheet.view_box
        return Markup(
            '<figure class="locator"><div><svg viewBox="{}" role="img" aria-label="{}"{}>{}{}</svg>{}</div>{}</figure>'
        ).format(box, label, lang, background, Markup("").join(marks), inset, caption)

    def _mark(self, placed: Placed, css: str, look: int | None = None) -> Markup:
        if placed.is_line:
            return Markup('<path class="{} line" d="{}"/>').format(css, placed.d)
        if placed.d:
            fill = Markup("") if look is None else Markup(' fill="url(#h{})"').format(look)
            return Markup('<path class="{}"{} d="{}"/>').format(css, fill, placed.d)
        return Markup("").join(
            Markup('<circle class="{} dot" cx="{}" cy="{}" r="7"/>').format(css, round(x, 1), round(y, 1))
            for x, y in placed.points
        )

    # the map page

    def main(self, view: View, root: str, *, links: bool = True) -> Markup:
        """The large map: background, places, regions with colour and hatching, all of them links."""
        parts: list[Markup] = [self._patterns()]
        outline = [Markup('<use href="#land{}"/>').format(number) for number in range(len(self._background))]
        parts.append(Markup('<g class="land" aria-hidden="true">{}</g>').format(Markup("").join(outline)))
        if links:
            for layer in self.layers:
                if layer.kind == "place":
                    ordered = sorted(layer.placed, key=lambda each: view.site.order_key(each.thing, view.language))
                    tab = Markup(' tabindex="-1"')
                    shapes = [
                        self._linked(each, each.thing, view.label(each.thing).text, "place", view, root, tab, self._mark(each, "shape"))
                        for each in ordered
                    ]  # fmt: skip
                    parts.append(Markup('<g class="places">{}</g>').format(Markup("").join(shapes)))
        # the largest first, so that the small ones stay reachable
        order = sorted(self.shown, key=_size)
        shapes = [self._region(region, view, root, links) for region in order]
        parts.append(Markup('<g class="regions">{}</g>').format(Markup("").join(shapes)))
        parts.append(Markup('<g class="borders" aria-hidden="true">{}</g>').format(Markup("").join(outline)))
        parts.append(self._names(view))
        label = view.texts.gettext("Map; the same stands in the tables below")
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
        css = f"region c{region.look % COLOURS}"
        if not links:
            return Markup('<g class="{}">{}</g>').format(css, self._drawn(region))
        more = Markup(' data-region="{}" data-of="{}"').format(self.shown.index(region), self.actors.index(region.actor))
        if years := self._active(region):
            more += Markup(' data-years="{}"').format(" ".join(f"{first}..{last}" for first, last in years))
        if region.groups:
            more += Markup(' data-in="{}"').format(" ".join(self.slug(group) for group in region.groups))
        return self._linked(region.placed, region.actor, title, css, view, root, more, self._drawn(region))

    def _active(self, region: Region) -> list[tuple[str, str]]:
        """The periods, in years, in which something took place in a region: those of its groups, cut to its own; "" is open."""
        layer = next(each for each in self.layers if each.kind == "region")
        graph = self.site.graph
        own = periods.bounds(region.placed.thing, layer.period, graph)
        found = [own] if not region.groups and any(own) else []
        for group in region.groups:
            of_group = periods.bounds(group, layer.group_period, graph)
            if any(of_group):
                last = min(filter(None, (own[1], of_group[1])), default="")
                found.append((max(own[0], of_group[0]), last))
        return [(year(key_date(first)), year(key_date(last))) for first, last in found]

    @property
    def years(self) -> tuple[int, int] | None:
        """The first and the last year in which something took place on the large map; None for fewer than two."""
        known = sorted(int(each) for region in self.shown for pair in self._active(region) for each in pair if each)
        return (known[0], known[-1]) if known and known[0] < known[-1] else None

    def _drawn(self, region: Region) -> Markup:
        """The shape of a region with its look; several points are joined, so that they are seen to be one network."""
        mark = self._mark(region.placed, "shape", region.look)
        points = hull(region.placed.points)
        if len(points) < 2:
            return mark
        way = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        return Markup('<polygon class="net" points="{}"/>{}').format(way, mark)

    def _linked(
        self, placed: Placed, target: Term, title: str, css: str, view: View, root: str, more: Markup, mark: Markup
    ) -> Markup:
        href = view.href(target, root)
        body = Markup("<title>{}</title>{}").format(title, mark)
        thing = self.slug(placed.thing)
        if href is None:
            return Markup('<g class="{}" data-thing="{}"{}>{}</g>').format(css, thing, more, body)
        lang = view.lang(target) if title == view.label(target).text else Markup("")
        return Markup('<a href="{}" class="{}" data-thing="{}"{} aria-label="{}"{}>{}</a>').format(
            href, css, thing, more, title, lang, body
        )

    def _names(self, view: View) -> Markup:
        """The names of the regions, each once, where they keep clear of each other; hidden from readers, as links have names."""
        taken: list[tuple[float, float, float, float]] = []
        written = []
        for actor in self.actors:
            region = min((each for each in self.shown if each.actor == actor), key=_size)
            lines = _lines(self.short_name(actor, view))
            width, height = max(map(len, lines)) * NAME_SIZE * 0.55, len(lines) * NAME_SIZE * 1.15
            x, y = _middle(region.placed)
            x = min(max(x, width / 2), WIDTH - width / 2)
            for step in (0.0, -0.6, 0.6, -1.2, 1.2):
                top = y + step * height - height / 2
                box = (x - width / 2, top, x + width / 2, top + height)
                if not any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in taken):
                    taken.append(box)
                    rows = [
                        Markup('<tspan x="{}" dy="{}">{}</tspan>').format(round(x), "1.15em" if n else f"{0.35 - (len(lines) - 1) * 0.575:.2f}em", line)
                        for n, line in enumerate(lines)
                    ]  # fmt: skip
                    written.append(
                        Markup('<text x="{}" y="{}" data-of="{}">{}</text>').format(
                            round(x), round(top + height / 2), self.actors.index(actor), Markup("").join(rows)
                        )
                    )
                    break
        return Markup('<g class="names" aria-hidden="true">{}</g>').format(Markup("").join(written))

    def short_name(self, actor: Term, view: View) -> str:
        """What a region is called where there is little room: by the layer's `short`, else its shortest name, without brackets."""
        graph = self.site.graph
        path = next((layer.short for layer in self.layers if layer.kind == "region" and layer.short), None)
        texts = path.ends(actor, graph) if path else graph.objects(actor, SKOS.altLabel)
        found = [value(each) for each in texts if language(each) in ("", view.language)]
        if not path or not found:
            found.append(view.label(actor).text)
        cut = [re.sub(r"\s*\([^)]*\)", "", each).strip() or each for each in found]
        return min(cut, key=lambda each: (len(each), each))

    def numbered(self, numbers: Mapping[Term, int], view: View, label: str) -> Markup | None:
        """A map of the land with a number for each of its things, on a page with the large map; None where it has none."""
        land = self._background
        most = max((numbers.get(each.thing, 0) for each in land), default=0)
        if not most or self.projection is None:
            return None
        shapes, texts = [], []
        for place, each in enumerate(land):
            number = numbers.get(each.thing, 0)
            shapes.append(Markup('<use class="s{}" href="#land{}"/>').format(-(-SHADES * number // most), place))
            if number:
                x, y = each.centre
                texts.append(Markup('<text x="{}" y="{}">{}</text>').format(round(x), round(y), view.texts.number(number)))
        return Markup('<svg class="map shaded" viewBox="{}" role="img" aria-label="{}">{}{}</svg>').format(
            self.view_box, label, Markup("").join(shapes), Markup("").join(texts)
        )

    def slug(self, thing: Term) -> str:
        """A short name of a thing for attributes."""
        document = self.site.document(thing)
        return str(document) if document else value(thing)

    def _patterns(self) -> Markup:
        land = [Markup('<path id="land{}" d="{}"/>').format(number, each.d) for number, each in enumerate(self._background)]
        return Markup("<defs>{}{}</defs>").format(Markup("").join(land), _hatchings(self.regions))

    def small(self, regions: list[Region], root: str, label: str, *, box: str = "", changes: Markup | None = None) -> Markup:
        """A small map of some regions, for comparing, or of the part in a `box`; its hatching is that of the page's large map."""
        assert self.projection is not None  # noqa: S101
        shapes = [
            Markup('<g class="region c{}">{}</g>').format(region.look % COLOURS, self._drawn(region))
            for region in sorted(regions, key=_size)
        ]
        return Markup(
            '<svg class="map small" viewBox="{}" role="img" aria-label="{}"><image href="{}{}" width="{}" height="{}"/>{}{}</svg>'
        ).format(
            box or self.view_box, label, root, str(OUTLINE), self.projection.width, self.projection.height, Markup("").join(shapes), changes or ""
        )  # fmt: skip

    def _box(self, regions: list[Region]) -> str:
        """The viewBox with some regions and what lies around them."""
        assert self.projection is not None  # noqa: S101
        points = [
            self.projection.point(place)
            for region in regions
            for ring in self._shapes[region.placed.thing].rings
            for place in ring
        ]
        west, east = min(x for x, _ in points), max(x for x, _ in points)
        north, south = min(y for _, y in points), max(y for _, y in points)
        width, height = max(east - west, SMALL) * (1 + CROP), max(south - north, SMALL) * (1 + CROP)
        width, height = max(width, height), max(height, width * 0.75)  # no narrow strips
        return f"{(west + east - width) / 2:.0f} {(north + south - height) / 2:.0f} {width:.0f} {height:.0f}"

    @cached_property
    def _members(self) -> dict[Term, dict[Term, Placed]]:
        """A thing of the region layer → the places that belong to it."""
        found: dict[Term, dict[Term, Placed]] = {}
        for layer in self.layers:
            if layer.kind == "place" and layer.members:
                for placed in layer.placed:
                    for each in layer.members.ends(placed.thing, self.site.graph):
                        found.setdefault(each, {})[placed.thing] = placed
        return found

    def changes(self, before: Region, after: Region) -> tuple[list[Placed], list[Placed]] | None:
        """The places that joined and that left between two versions of a region; None where members are not known.

        A place whose land belongs to both, because places were merged or divided, did neither.
        """
        old, new = (self._members.get(each.placed.thing) for each in (before, after))
        if not old or not new:
            return None

        def beyond(places: dict[Term, Placed], others: dict[Term, Placed], version: Region) -> list[Placed]:
            area = self._shapes[version.placed.thing]
            return [
                placed
                for thing, placed in places.items()
                if thing not in others
                and not (area.kind == "area" and placed.d and area.covers(self._shapes[thing].inner()))
            ]

        return beyond(new, old, before), beyond(old, new, after)

    def _versions(self, mine: list[Region], view: View, root: str) -> list[dict[str, Any]]:
        """The versions of a region side by side, each with what changed."""
        box = self._box(mine)
        period = next((layer.period for layer in self.layers if layer.kind == "region"), ())
        versions = []
        for before, region in zip([None, *mine], mine, strict=False):
            changed = self.changes(before, region) if before else None
            marks = [
                self._mark(each, css)
                for css, places in zip(("added", "removed"), changed or (), strict=False)
                for each in places
            ]
            thing = region.placed.thing
            bounds = periods.bounds(thing, period, self.site.graph)
            joined, left = ([view.term(each.thing, root) for each in places] for places in changed or ((), ()))
            versions.append(
                {
                    "title": _years(bounds, view) or view.label(thing).text,
                    "href": view.href(thing, root),
                    "map": self.small([region], root, view.label(thing).text, box=box, changes=Markup("").join(marks)),
                    "joined": joined,
                    "left": left,
                    "is_same": changed is not None and not joined and not left,
                }
            )
        return versions

    def context(self, view: View, root: str) -> dict[str, Any]:
        """What the map page shows."""
        site = self.site
        graph = site.graph
        layer = next((each for each in self.layers if each.kind == "region"), None)
        legend = []
        for actor in self.actors:
            mine = [region for region in self.shown if region.actor == actor]
            legend.append(
                {
                    "swatch": _swatch(mine[0]),
                    "region": view.term(actor, root),
                    "groups": [
                        {
                            "group": view.term(group, root),
                            "slug": self.slug(group),
                            "period": _years(periods.bounds(group, layer.group_period if layer else (), graph), view),
                        }
                        for group in distinct(group for region in mine for group in region.groups)
                    ],
                }
            )
        by_group = []
        for group in self.groups:
            inside = [region for region in self.regions if group in region.groups]
            title = view.label(group).text
            names = view.texts.join([view.label(actor).text for actor in distinct(region.actor for region in inside)])
            by_group.append(
                {
                    "slug": self.slug(group),
                    "title": view.term(group, root),
                    "plain": title,
                    "period": _years(periods.bounds(group, layer.group_period if layer else (), graph), view),
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
                        "versions": self._versions(mine, view, root),
                    }
                )
        places = []
        numbers: dict[Term, list[int]] = {}
        for place, region in enumerate(self.shown):
            numbers.setdefault(region.placed.thing, []).append(place)
        for layer in self.layers:
            if layer.kind != "place":
                continue
            for placed in sorted(layer.placed, key=lambda each: site.order_key(each.thing, view.language)):
                versions = layer.members.ends(placed.thing, graph) if layer.members else ()
                at = [place for each in versions for place in numbers.get(each, ())]
                actors = distinct(self.shown[place].actor for place in at)
                groups = distinct(group for place in at for group in self.shown[place].groups)
                places.append(
                    {
                        "name": view.label(placed.thing).text,
                        "also": "|".join(self._other_names(placed.thing, view)),
                        "slug": self.slug(placed.thing),
                        "inside": " ".join(map(str, at)),
                        "place": view.term(placed.thing, root),
                        "regions": [view.term(each, root) for each in actors],
                        "groups": [view.term(each, root) for each in groups],
                    }
                )
        return {"years": self.years, "legend": legend, "by_group": by_group, "by_actor": by_actor, "places": places}

    def _other_names(self, thing: Term, view: View) -> list[str]:
        """What a place is called in the other languages, where that differs."""
        names = dict.fromkeys(self.site.index.labels.best(thing, tag).text for tag in self.site.languages)
        return [each for each in names if each != view.label(thing).text]


def _place(thing: Term, shape: Shape, projection: Projection) -> Placed:
    is_point = shape.kind == "point"
    return Placed(
        thing,
        "" if is_point else projection.path(shape),
        projection.points(shape) if is_point else (),
        projection.centre(shape),
        projection.extent(shape),
        shape.kind == "line",
        shape.rings[0][0] if is_point and len(shape.rings) == 1 else None,
    )


def _surroundings(placed: list[Placed], width: int, height: int) -> tuple[int, int, int, int] | None:
    """The part of a sheet around small areas, in the form of the sheet: x, y, width, height. None where all of it is to be seen."""
    if not all(each.d for each in placed):
        return None
    west, east = (f(each.centre[0] + sign * each.extent[0] / 2 for each in placed) for f, sign in ((min, -1), (max, 1)))
    north, south = (f(each.centre[1] + sign * each.extent[1] / 2 for each in placed) for f, sign in ((min, -1), (max, 1)))
    share = max(0.25, AROUND_SMALL * max((east - west) / width, (south - north) / height))
    if share > 0.75:
        return None
    across, down = round(width * share), round(height * share)
    x = min(max(0, round((west + east) / 2 - across / 2)), width - across)
    y = min(max(0, round((north + south) / 2 - down / 2)), height - down)
    return x, y, across, down


def _size(region: Region) -> float:
    """The key that sorts the largest to the front."""
    return -region.placed.extent[0] * region.placed.extent[1]


def _middle(placed: Placed) -> Point:
    """Where the name of a shape stands."""
    if not placed.points:
        return placed.centre
    return sum(x for x, _ in placed.points) / len(placed.points), sum(y for _, y in placed.points) / len(placed.points)


def _years(bounds: tuple[str, str], view: View) -> str:
    """The years of a period: dates that follow from others are no more exact than that."""
    first, last = map(year, map(key_date, bounds))
    if first and last:
        return view.texts.period(first, last)
    if first:
        return view.texts.gettext("from %(date)s") % {"date": first}
    return view.texts.gettext("until %(date)s") % {"date": last} if last else ""


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


def _lines(name: str) -> list[str]:
    """A name in lines, broken at spaces and after dashes and strokes."""
    lines = [""]
    for part in re.findall(r"[^\s–/-]*[–/-]+|[^\s–/-]+|\s+", name):
        if lines[-1] and part.strip() and len(lines[-1]) + len(part) > LINE:
            lines.append("")
        lines[-1] += part if lines[-1] else part.lstrip()
    return [line.strip() for line in lines if line.strip()] or [name]


def _outline(placed: list[Placed], projection: Projection) -> str:
    """A picture of what lies around."""
    areas = "".join([f'<path d="{each.d}"/>' for each in placed if each.d and not each.is_line])
    lines = "".join([f'<path d="{each.d}" fill="none"/>' for each in placed if each.is_line])
    dots = "".join([f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5"/>' for each in placed for x, y in each.points])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {projection.width} {projection.height}"><g fill="#8b90ab" fill-opacity=".12" '
        f'stroke="#8b90ab" stroke-width="1.5" stroke-linejoin="round">{areas}{lines}{dots}</g></svg>\n'
    )


def _coordinates(place: Point, view: View) -> str:
    """ "51.25° N, 9.5° E"."""
    longitude, latitude = place
    _ = view.texts.gettext
    north = _("%(degrees)s° N") if latitude >= 0 else _("%(degrees)s° S")
    east = _("%(degrees)s° E") if longitude >= 0 else _("%(degrees)s° W")
    return ", ".join(
        text % {"degrees": view.texts.number(round(abs(number), 4))}
        for text, number in ((north, latitude), (east, longitude))
    )


def hatching(look: int) -> tuple[int, float]:
    """Kind and angle of the hatching of a look: lines, crossed lines, dots, double lines."""
    kind, number = divmod(look % LOOKS, COLOURS)
    return kind, (number * 180 / COLOURS + 20) % 180


def _pattern(look: int) -> Markup:
    kind, angle = hatching(look)
    marks = (
        '<rect class="stroke" width="1.8" height="12"/>',
        '<rect class="stroke" width="1.4" height="12"/><rect class="stroke" width="12" height="1.4"/>',
        '<circle class="stroke" cx="6" cy="6" r="2.4"/>',
        '<rect class="stroke" width="1.4" height="12"/><rect class="stroke" x="3.4" width="1.4" height="12"/>',
    )[kind]
    return Markup(  # noqa: S704 - numbers alone
        f'<pattern id="h{look}" class="c{look % COLOURS}" width="12" height="12" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate({angle:g})"><rect class="ground" width="12" height="12"/>{marks}</pattern>'
    )


def _hatchings(regions: Iterable[Region]) -> Markup:
    looks = sorted({region.look for region in regions if region.placed.d and region.look >= 0})
    return Markup("".join(map(_pattern, looks)))  # noqa: S704 - numbers alone


def _patterns_of(regions: Iterable[Region]) -> Markup:
    return Markup("<defs>{}</defs>").format(_hatchings(regions))


def _swatch(region: Region) -> Markup:
    """What the legend shows of a region: its colour and hatching, or the points of a network."""
    colour = region.look % COLOURS
    if region.placed.points:
        return Markup(
            '<svg class="swatch region c{}" viewBox="0 0 28 20" aria-hidden="true"><path class="net" d="M6 14 14 5l8 9"/>'
            '<circle class="dot shape" cx="6" cy="14" r="4"/><circle class="dot shape" cx="14" cy="6" r="4"/><circle class="dot shape" cx="22" cy="14" r="4"/></svg>'
        ).format(colour)
    return Markup(
        '<svg class="swatch region c{}" viewBox="0 0 28 20" aria-hidden="true"><rect class="shape" width="28" height="20" '
        'fill="url(#h{})"/></svg>'
    ).format(colour, region.look)
