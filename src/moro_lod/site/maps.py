"""The large map: drawn once when publishing, as SVG with real links, from what the settings have for its layers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from markupsafe import Markup

from ..errors import MoroError, Text
from ..namespaces import GEO, SKOS
from ..terms import Term, language, value
from . import periods
from .geometry import Projection, Shape, UndrawableError, hull, read_wkt
from .looks import COLOURS, LOOKS, hatchings, swatch
from .model import Site, distinct
from .paths import Path
from .placed import Placed, Sheet, outline
from .texts import key_date, year
from .view import View

WIDTH = 640
OUTLINE = PurePosixPath("map/outline.svg")
NAME_SIZE = 17  # units that a letter of a name on the map is high, at most: names keep that much apart
SHADES = 4  # of a map of numbers, s1 … s4 of the style sheet
LINE = 16  # letters of a name in one line
AROUND = 0.05  # degrees around the things of a class on their own map


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

    @property
    def swatch(self) -> Markup:
        """What legends show of the region."""
        return swatch(self.look, is_network=bool(self.placed.points))

    def drawn(self) -> Markup:
        """The shape with its look; several points are joined, so that they are seen to be one network."""
        mark = self.placed.mark("shape", self.look)
        points = hull(self.placed.points)
        if len(points) < 2:
            return mark
        way = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        return Markup('<polygon class="net" points="{}"/>{}').format(way, mark)


class Drawing:
    """All geometry of the site, projected once, and the large map of it."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.problems: list[MoroError] = []
        self._read: dict[Term, Shape | None] = {}
        shapes: dict[tuple[int, Term], Shape] = {}
        for number, (_, cls, path) in enumerate(site.layers):
            for thing in site.members.get(cls, ()):
                shape = self._shape(thing, path)
                if shape is not None:
                    shapes[number, thing] = shape
        self.shapes = {thing: shape for (_, thing), shape in shapes.items()}
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
        return next((shape for node in path.ends(thing, self.site.graph) if (shape := self.shape_of(node))), None)

    def shape_of(self, node: Term) -> Shape | None:
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
            self.shape_of(node)
        return self.problems

    def _placed(self, thing: Term, shape: Shape) -> Placed:
        assert self.projection is not None  # noqa: S101 - there is a shape
        return Placed.of(thing, shape, self.projection)

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

    @cached_property
    def land(self) -> Sheet | None:
        """The sheet of the map's layers."""
        if self.projection is None:
            return None
        around = next((found for kind in ("outline", "place", "region") if (found := self._of_kind(kind))), [])
        return Sheet(self.projection, OUTLINE, outline(around, self.projection))

    def _of_kind(self, kind: str) -> list[Placed]:
        return [each for layer in self.layers if layer.kind == kind for each in layer.placed]

    @property
    def view_box(self) -> str:
        """The viewBox of the map."""
        assert self.land is not None  # noqa: S101
        return self.land.view_box

    @cached_property
    def _background(self) -> tuple[Placed, ...]:
        borders = [each for each in self._of_kind("outline") if each.d]
        return tuple(borders or [each for each in self._of_kind("place") if each.d])

    def main(self, view: View, root: str, *, links: bool = True) -> Markup:
        """The large map: background, places, regions with colour and hatching, all of them links."""
        parts: list[Markup] = [self._patterns()]
        borders = [Markup('<use href="#land{}"/>').format(number) for number in range(len(self._background))]
        parts.append(Markup('<g class="land" aria-hidden="true">{}</g>').format(Markup("").join(borders)))
        if links:
            for layer in self.layers:
                if layer.kind == "place":
                    ordered = sorted(layer.placed, key=lambda each: view.site.order_key(each.thing, view.language))
                    tab = Markup(' tabindex="-1"')
                    shapes = [
                        self._linked(each, each.thing, view.label(each.thing).text, "place", view, root, tab, each.mark("shape"))
                        for each in ordered
                    ]  # fmt: skip
                    parts.append(Markup('<g class="places">{}</g>').format(Markup("").join(shapes)))
        shapes = [self._region(region, view, root, links) for region in largest_first(self.shown)]
        parts.append(Markup('<g class="regions">{}</g>').format(Markup("").join(shapes)))
        parts.append(Markup('<g class="borders" aria-hidden="true">{}</g>').format(Markup("").join(borders)))
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
            return Markup('<g class="{}">{}</g>').format(css, region.drawn())
        more = Markup(' data-region="{}" data-of="{}"').format(self.shown.index(region), self.actors.index(region.actor))
        if years := self._active(region):
            more += Markup(' data-years="{}"').format(" ".join(f"{first}..{last}" for first, last in years))
        if region.groups:
            more += Markup(' data-in="{}"').format(" ".join(self.slug(group) for group in region.groups))
        return self._linked(region.placed, region.actor, title, css, view, root, more, region.drawn())

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
            region = largest_first(each for each in self.shown if each.actor == actor)[0]
            lines = _lines(self.short_name(actor, view))
            width, height = max(map(len, lines)) * NAME_SIZE * 0.55, len(lines) * NAME_SIZE * 1.15
            x, y = region.placed.middle
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
        return Markup("<defs>{}{}</defs>").format(Markup("").join(land), hatchings_of(self.regions))


def largest_first(regions: Iterable[Region]) -> list[Region]:
    """The order in which regions are drawn, so that the small ones stay in front and reachable."""
    return sorted(regions, key=lambda each: -each.placed.size)


def hatchings_of(regions: Iterable[Region]) -> Markup:
    """The patterns that some regions are filled with."""
    return hatchings(region.look for region in regions if region.placed.d and region.look >= 0)


def _lines(name: str) -> list[str]:
    """A name in lines, broken at spaces and after dashes and strokes."""
    lines = [""]
    for part in re.findall(r"[^\s–/-]*[–/-]+|[^\s–/-]+|\s+", name):
        if lines[-1] and part.strip() and len(lines[-1]) + len(part) > LINE:
            lines.append("")
        lines[-1] += part if lines[-1] else part.lstrip()
    return [line.strip() for line in lines if line.strip()] or [name]
