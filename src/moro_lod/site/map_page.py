"""The map page: the large map, its legend, small maps by group and of versions, and the table of places."""

from __future__ import annotations

from typing import Any, TypeAlias

from markupsafe import Markup

from ..files import File
from ..terms import Term
from . import periods
from .looks import COLOURS
from .maps import OUTLINE, Drawing, Region, largest_first
from .model import Site, distinct
from .placed import Placed
from .texts import key_date, year
from .view import View

SMALLEST = 8  # units of a region that fill a small map
CROP = 0.4  # of its size that is shown around a region

Members: TypeAlias = dict[Term, dict[Term, Placed]]  # a thing of the region layer → the places that belong to it


def page(site: Site, view: View, drawing: Drawing) -> File:
    """The page of the map."""
    root = site.root("map", view.language)
    _ = view.texts.gettext
    own = site.settings.site.map
    lead = view.words(own.lead) or _("Everything on the map stands in the tables below, too.")
    return view.section_page(
        "map.html", "map", _("Map"), lead, drawing=drawing.main(view, root), attribution=view.words(own.attribution), lead=lead, unknown=view.words(own.unknown),
        words={
            "regions": view.words(own.regions) or _("Regions"),
            "region": view.words(own.region) or _("Region"),
            "groups": view.words(own.groups) or _("Belongs to"),
            "place": view.words(own.place) or _("Place"),
        },
        years=drawing.years,
        legend=_legend(drawing, view, root),
        by_group=_by_group(drawing, view, root),
        by_actor=_by_actor(drawing, view, root),
        places=_places(drawing, view, root),
    )  # fmt: skip


def _legend(drawing: Drawing, view: View, root: str) -> list[dict[str, Any]]:
    """Which colour and hatching is which region, with its groups."""
    graph = drawing.site.graph
    layer = next((each for each in drawing.layers if each.kind == "region"), None)
    legend = []
    for actor in drawing.actors:
        mine = [region for region in drawing.shown if region.actor == actor]
        legend.append(
            {
                "swatch": mine[0].swatch,
                "region": view.term(actor, root),
                "groups": [
                    {
                        "group": view.term(group, root),
                        "slug": drawing.slug(group),
                        "period": _years(periods.bounds(group, layer.group_period if layer else (), graph), view),
                    }
                    for group in distinct(group for region in mine for group in region.groups)
                ],
            }
        )
    return legend


def _by_group(drawing: Drawing, view: View, root: str) -> list[dict[str, Any]]:
    """The groups with their regions, for comparing."""
    graph = drawing.site.graph
    layer = next((each for each in drawing.layers if each.kind == "region"), None)
    by_group = []
    for group in drawing.groups:
        inside = [region for region in drawing.regions if group in region.groups]
        title = view.label(group).text
        names = view.texts.join([view.label(actor).text for actor in distinct(region.actor for region in inside)])
        by_group.append(
            {
                "slug": drawing.slug(group),
                "title": view.term(group, root),
                "plain": title,
                "period": _years(periods.bounds(group, layer.group_period if layer else (), graph), view),
                "map": _small(drawing, inside, root, f"{title}: {names}"),
                "regions": [view.term(actor, root) for actor in distinct(region.actor for region in inside)],
            }
        )
    return by_group


def _by_actor(drawing: Drawing, view: View, root: str) -> list[dict[str, Any]]:
    """What changed in the course of time, with its versions."""
    members = _members(drawing)
    by_actor = []
    for actor in distinct(region.actor for region in drawing.regions):
        mine = [region for region in drawing.regions if region.actor == actor]
        if len(mine) > 1:
            by_actor.append(
                {
                    "title": view.term(actor, root),
                    "versions": _versions(drawing, members, mine, view, root),
                }
            )
    return by_actor


def _versions(drawing: Drawing, members: Members, mine: list[Region], view: View, root: str) -> list[dict[str, Any]]:
    """The versions of a region side by side, each with what changed."""
    box = _box(drawing, mine)
    period = next((layer.period for layer in drawing.layers if layer.kind == "region"), ())
    versions = []
    for before, region in zip([None, *mine], mine, strict=False):
        changed = _changes(drawing, members, before, region) if before else None
        marks = [each.mark(css) for css, places in zip(("added", "removed"), changed or (), strict=False) for each in places]
        thing = region.placed.thing
        bounds = periods.bounds(thing, period, drawing.site.graph)
        joined, left = ([view.term(each.thing, root) for each in places] for places in changed or ((), ()))
        versions.append(
            {
                "title": _years(bounds, view) or view.label(thing).text,
                "href": view.href(thing, root),
                "map": _small(drawing, [region], root, view.label(thing).text, box=box, changes=Markup("").join(marks)),
                "joined": joined,
                "left": left,
                "is_same": changed is not None and not joined and not left,
            }
        )
    return versions


def _changes(drawing: Drawing, members: Members, before: Region, after: Region) -> tuple[list[Placed], list[Placed]] | None:
    """The places that joined and that left between two versions of a region; None where members are not known.

    A place whose land belongs to both, because places were merged or divided, did neither.
    """
    old, new = (members.get(each.placed.thing) for each in (before, after))
    if not old or not new:
        return None

    def beyond(places: dict[Term, Placed], others: dict[Term, Placed], version: Region) -> list[Placed]:
        area = drawing.shapes[version.placed.thing]
        return [
            placed
            for thing, placed in places.items()
            if thing not in others and not (area.kind == "area" and placed.d and area.covers(drawing.shapes[thing].inner()))
        ]

    return beyond(new, old, before), beyond(old, new, after)


def _members(drawing: Drawing) -> Members:
    """A thing of the region layer → the places that belong to it."""
    found: Members = {}
    for layer in drawing.layers:
        if layer.kind == "place" and layer.members:
            for placed in layer.placed:
                for each in layer.members.ends(placed.thing, drawing.site.graph):
                    found.setdefault(each, {})[placed.thing] = placed
    return found


def _small(
    drawing: Drawing, regions: list[Region], root: str, label: str, *, box: str = "", changes: Markup | None = None
) -> Markup:
    """A small map of some regions, for comparing, or of the part in a `box`; its hatching is that of the page's large map."""
    assert drawing.projection is not None  # noqa: S101
    shapes = [
        Markup('<g class="region c{}">{}</g>').format(region.look % COLOURS, region.drawn())
        for region in largest_first(regions)
    ]
    return Markup(
        '<svg class="map small" viewBox="{}" role="img" aria-label="{}"><image href="{}{}" width="{}" height="{}"/>{}{}</svg>'
    ).format(
        box or drawing.view_box, label, root, str(OUTLINE), drawing.projection.width, drawing.projection.height, Markup("").join(shapes), changes or ""
    )  # fmt: skip


def _box(drawing: Drawing, regions: list[Region]) -> str:
    """The viewBox with some regions and what lies around them."""
    assert drawing.projection is not None  # noqa: S101
    points = [
        drawing.projection.point(place)
        for region in regions
        for ring in drawing.shapes[region.placed.thing].rings
        for place in ring
    ]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    north, south = min(y for _, y in points), max(y for _, y in points)
    width, height = max(east - west, SMALLEST) * (1 + CROP), max(south - north, SMALLEST) * (1 + CROP)
    width, height = max(width, height), max(height, width * 0.75)  # no narrow strips
    return f"{(west + east - width) / 2:.0f} {(north + south - height) / 2:.0f} {width:.0f} {height:.0f}"


def _places(drawing: Drawing, view: View, root: str) -> list[dict[str, Any]]:
    """All places, with the regions and groups that they belong to."""
    graph = drawing.site.graph
    places = []
    numbers: dict[Term, list[int]] = {}
    for place, region in enumerate(drawing.shown):
        numbers.setdefault(region.placed.thing, []).append(place)
    for layer in drawing.layers:
        if layer.kind != "place":
            continue
        for placed in sorted(layer.placed, key=lambda each: view.site.order_key(each.thing, view.language)):
            versions = layer.members.ends(placed.thing, graph) if layer.members else ()
            at = [place for each in versions for place in numbers.get(each, ())]
            actors = distinct(drawing.shown[place].actor for place in at)
            groups = distinct(group for place in at for group in drawing.shown[place].groups)
            places.append(
                {
                    "name": view.label(placed.thing).text,
                    "also": "|".join(_other_names(placed.thing, view)),
                    "slug": drawing.slug(placed.thing),
                    "inside": " ".join(map(str, at)),
                    "place": view.term(placed.thing, root),
                    "regions": [view.term(each, root) for each in actors],
                    "groups": [view.term(each, root) for each in groups],
                }
            )
    return places


def _other_names(thing: Term, view: View) -> list[str]:
    """What a place is called in the other languages, where that differs."""
    names = dict.fromkeys(view.site.index.labels.best(thing, tag).text for tag in view.site.languages)
    return [each for each in names if each != view.label(thing).text]


def _years(bounds: tuple[str, str], view: View) -> str:
    """The years of a period: dates that follow from others are no more exact than that."""
    first, last = map(year, map(key_date, bounds))
    if first and last:
        return view.texts.period(first, last)
    if first:
        return view.texts.gettext("from %(date)s") % {"date": first}
    return view.texts.gettext("until %(date)s") % {"date": last} if last else ""
