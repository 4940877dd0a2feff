"""Locators: the small maps on the pages of things, of where these or what they are about lie."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import PurePosixPath

from markupsafe import Markup

from .. import formats, iris
from ..files import File
from ..namespaces import GEO
from ..terms import Term
from .geometry import Point, Projection, Shape
from .looks import COLOURS
from .maps import AROUND, WIDTH, Drawing, Region, hatchings_of, largest_first
from .paths import Path
from .placed import Placed, Sheet, outline
from .view import View

SMALL = 8  # units; smaller things get a ring
AROUND_SMALL = 6  # times what is small is shown, at least a quarter of the sheet
SHOWN = 6  # areas of one thing that are drawn
LISTED = 12  # regions named below
MOST_AROUND = 2000  # things of a class that are drawn around one of them


class Locators:
    """The locators of all things. What they lie on is drawn once."""

    def __init__(self, drawing: Drawing) -> None:
        self.drawing = drawing
        self.site = drawing.site
        self._own_sheets: dict[Term, Sheet | None] = {}
        self._ways: dict[tuple[Term, ...], tuple[tuple[Path, Path | None], ...]] = {}

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
            sheet, placed[:SHOWN], [each.mark("here") for each in placed[:SHOWN]], label, view.lang(thing), notes, view, root
        )

    def files(self) -> Iterator[File]:
        """What locators lie on. To be asked for last, when all pages are made."""
        sheets = [self.drawing.land, *(sheet for _, sheet in sorted(self._own_sheets.items()))]
        for sheet in sheets:
            if sheet is not None and sheet.background is not None:
                yield File(sheet.background, sheet.content.encode(), formats.SVG.media_type)

    def _where(self, thing: Term) -> tuple[Sheet, list[Placed]] | None:
        """Where a thing lies: on the map if that shows it, else on a sheet with the other things of its class."""
        land, place_of = self.drawing.land, self.drawing.place_of
        if land is not None:
            for each in (thing, *self._owners.get(thing, ())):
                if each in place_of:
                    return land, [place_of[each]]
            if thing in self._areas:
                return land, self._areas[thing]
        nodes = self._geometries.get(thing, ())
        shape = next((shape for node in nodes if (shape := self.drawing.shape_of(node))), None)
        if shape is None:
            return None
        sheet = land
        if sheet is None or not sheet.projection.contains(shape):
            sheet = self._sheet_of(next(iter(self._owners.get(thing, ())), thing))
        return (sheet, [Placed.of(thing, shape, sheet.projection)]) if sheet else None

    def _sheet_of(self, thing: Term) -> Sheet | None:
        """The sheet of a thing's class, drawn once."""
        types = self.site.types(thing)
        key = types[0] if types else thing
        if key not in self._own_sheets:
            members = self.site.members.get(key, ()) if types else (thing,)
            shapes: dict[Term, Shape] = {}
            for each in members:
                for node in self._geometries.get(each, ()):
                    if shape := self.drawing.shape_of(node):
                        shapes.setdefault(each, shape)
            projection = Projection.fit(shapes.values(), WIDTH, around=AROUND)
            sheet = None
            if projection is not None:
                drawn = 1 < len(shapes) <= MOST_AROUND
                placed = [Placed.of(each, shape, projection) for each, shape in shapes.items()] if drawn else []
                path = (
                    PurePosixPath("map", f"around-{iris.safe_name(self.site.curie(key), dots=False)}.svg") if drawn else None
                )
                sheet = Sheet(projection, path, outline(placed, projection))
            self._own_sheets[key] = sheet
        return self._own_sheets[key]

    @cached_property
    def _areas(self) -> dict[Term, list[Placed]]:
        """What has areas in the course of time → these."""
        found: dict[Term, list[Placed]] = {}
        for region in self.drawing.regions:
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

    def _related(self, thing: Term) -> list[Region]:
        """The regions, or other places, that the settings have for a thing without a geometry."""
        if not self._locators or self.drawing.land is None:
            return []
        types = self.site.types(thing)
        ways = self._ways.get(types)
        if ways is None:
            above = self.site.schema.with_superclasses(types)
            ways = self._ways[types] = tuple((path, groups) for cls, path, groups in self._locators if cls in above)
        graph = self.site.graph
        found: list[Region] = []
        for path, groups in ways:
            of = groups.ends(thing, graph) if groups else (thing,) if thing in self.drawing.groups else ()
            for end in path.ends(thing, graph):
                own = [each for each in self.drawing.regions if end in (each.actor, each.placed.thing)]
                if own:
                    found += [each for each in own if not (groups or of) or any(group in of for group in each.groups)]
                elif end in self.drawing.place_of:
                    found.append(Region(self.drawing.place_of[end], end, (), -1))
        return list(dict.fromkeys(found))

    def _related_locator(self, regions: list[Region], view: View, root: str) -> Markup:
        """A map of regions as the map page draws them, and which they are."""
        assert self.drawing.land is not None  # noqa: S101 - there are regions
        marks = [Markup("<defs>{}</defs>").format(hatchings_of(regions))]
        for each in largest_first(regions):
            if each.look < 0:
                marks.append(each.placed.mark("here"))
            else:
                mark = each.placed.mark("shape", each.look)
                marks.append(Markup('<g class="region c{}">{}</g>').format(each.look % COLOURS, mark))
        by_actor = {each.actor: each for each in reversed(regions)}
        ordered = sorted(by_actor, key=lambda actor: self.site.order_key(actor, view.language))
        names = view.texts.join([view.label(actor).text for actor in ordered])
        entries = Markup("").join(
            Markup("<li>{} <span>{}</span></li>").format(
                by_actor[actor].swatch if by_actor[actor].look >= 0 else Markup('<span class="swatch c1"></span>'),
                view.term(actor, root),
            )
            for actor in ordered[:LISTED]
        )
        if len(ordered) > LISTED:
            more = view.texts.gettext("%(count)s more") % {"count": view.texts.number(len(ordered) - LISTED)}
            entries += Markup("<li><span></span> {}</li>").format(more)
        label = view.texts.gettext("Map: %(names)s") % {"names": names}
        legend = Markup('<ul class="legend">{}</ul>').format(entries)
        return self._figure(
            self.drawing.land, [each.placed for each in regions], marks, label, Markup(""), legend, view, root
        )

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
        if sheet is self.drawing.land and self.site.has_map:
            href = view.url("map", root)
            notes += Markup('<p><a href="{}">{}</a></p>').format(href, view.texts.gettext("To the map"))
        caption = Markup("<figcaption>{}</figcaption>").format(notes) if notes else notes
        box = "{} {} {} {}".format(*frame) if inset and frame is not None else sheet.view_box
        return Markup(
            '<figure class="locator"><div><svg viewBox="{}" role="img" aria-label="{}"{}>{}{}</svg>{}</div>{}</figure>'
        ).format(box, label, lang, background, Markup("").join(marks), inset, caption)


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
