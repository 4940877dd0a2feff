"""GeoJSON (RFC 7946) from geometries in WKT (GeoSPARQL 1.1 §10.8): a feature for each thing that has a geometry.

Longitude before latitude in WGS 84, the one reference system that RFC 7946 knows; outer rings run counter-clockwise,
holes clockwise; no `crs` member; a bounding box for each feature and for the whole.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from ..description import Labels
from ..errors import MoroError, Text
from ..graphs import Graph
from ..namespaces import GEO, RDF, XSD
from ..terms import Term, datatype, is_iri, value

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"

_HEAD = re.compile(r"\s*(?:<([^>]*)>\s*)?(POINT|MULTIPOINT|LINESTRING|MULTILINESTRING|POLYGON|MULTIPOLYGON)\s*Z?\s*", re.I)
_NUMBER = r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
_POSITION = re.compile(rf"({_NUMBER})\s+({_NUMBER})(?:\s+({_NUMBER}))?")
_BODY = re.compile(r"[P(),\s]+")  # with P for each position
_TYPES = {
    "POINT": ("Point", 0),
    "MULTIPOINT": ("MultiPoint", 1),
    "LINESTRING": ("LineString", 1),
    "MULTILINESTRING": ("MultiLineString", 2),
    "POLYGON": ("Polygon", 2),
    "MULTIPOLYGON": ("MultiPolygon", 3),
}
_NUMERIC = frozenset(f"{XSD.iri}{name}" for name in ("integer", "int", "long", "nonNegativeInteger", "positiveInteger"))

Position = list[float]
Box = tuple[float, float, float, float]


class _UnreadableError(ValueError):
    """What is wrong with a WKT text."""

    def __init__(self, de: str, en: str) -> None:
        super().__init__(en)
        self.problem = Text(de, en)


@dataclass(frozen=True, slots=True)
class Collection:
    """Which things one GeoJSON file shows and how.

    `geometry` is the path of properties from a thing to its geometry; `properties` become members of each feature.
    """

    classes: tuple[Term, ...]
    geometry: tuple[Term, ...] = (GEO.hasGeometry,)
    properties: Mapping[str, Term] = field(default_factory=dict)  # name in the file → property


def read_wkt(text: str) -> dict[str, Any] | None:
    """The GeoJSON geometry of a WKT literal with longitude before latitude; None for an empty one.

    Raises ValueError for anything else.
    """
    head = _HEAD.match(text)
    if head is None:
        raise _UnreadableError("kein WKT mit Punkt, Linie oder Fläche", "no WKT with point, line or polygon")
    system, kind = head.groups()
    if system not in (None, CRS84):
        raise _UnreadableError(f"Koordinatensystem {system} statt CRS84", f"reference system {system} instead of CRS84")
    body = text[head.end() :].strip()
    if body.upper() == "EMPTY":
        return None
    if not _BODY.fullmatch(_POSITION.sub("P", body)):
        raise _UnreadableError("keine Folge von Koordinaten", "no sequence of coordinates")
    name, depth = _TYPES[kind.upper()]
    try:
        nested = json.loads(_POSITION.sub(_position, body).translate(_BRACKETS))
    except ValueError:
        raise _UnreadableError("Klammern gehen nicht auf", "brackets do not match") from None
    coordinates: Any = nested[0] if name == "Point" and len(nested) == 1 else nested
    if name == "MultiPoint":  # both `(1 2, 3 4)` and `((1 2), (3 4))` are in use
        coordinates = [each[0] if each and isinstance(each[0], list) else each for each in nested]
    if _depth(coordinates) != depth:
        raise _UnreadableError("Klammern passen nicht zur Art der Geometrie", "brackets do not fit the kind of geometry")
    for longitude, latitude, *_ in _positions(coordinates, depth):
        if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
            raise _UnreadableError(
                f"{longitude:g} {latitude:g} liegt nicht auf der Erde", f"{longitude:g} {latitude:g} lies outside the earth"
            )
    if name == "Polygon":
        coordinates = _oriented(coordinates)
    elif name == "MultiPolygon":
        coordinates = [_oriented(each) for each in coordinates]
    return {"type": name, "coordinates": coordinates}


_BRACKETS = str.maketrans({"(": "[", ")": "]"})


def _position(found: re.Match[str]) -> str:
    return json.dumps([float(number) + 0.0 for number in found.groups() if number is not None])  # no -0.0


def _depth(coordinates: Any) -> int:
    """How many lists lie around each position; -1 when that differs."""
    if not isinstance(coordinates, list) or not coordinates:
        return -1
    if all(isinstance(each, float) for each in coordinates):
        return 0 if len(coordinates) >= 2 else -1
    depths = {_depth(each) for each in coordinates}
    return depths.pop() + 1 if len(depths) == 1 and -1 not in depths else -1


def _positions(coordinates: Any, depth: int) -> Iterator[Position]:
    if depth == 0:
        yield coordinates
    else:
        for each in coordinates:
            yield from _positions(each, depth - 1)


def _oriented(rings: Sequence[list[Position]]) -> list[list[Position]]:
    """Rings by the right-hand rule (RFC 7946 §3.1.6)."""
    result = []
    for place, ring in enumerate(rings):
        if len(ring) < 4 or ring[0] != ring[-1]:
            raise _UnreadableError("ein Ring ist nicht geschlossen", "a ring is not closed")
        is_counter_clockwise = sum((b[0] - a[0]) * (b[1] + a[1]) for a, b in pairwise(ring)) < 0
        result.append(ring if is_counter_clockwise == (place == 0) else ring[::-1])
    return result


def box_of(geometry: Mapping[str, Any]) -> Box:
    """West, south, east, north."""
    depth = next(depth for name, depth in _TYPES.values() if name == geometry["type"])
    positions = list(_positions(geometry["coordinates"], depth))
    xs, ys = [each[0] for each in positions], [each[1] for each in positions]
    return min(xs), min(ys), max(xs), max(ys)


def write_geojson(
    collection: Collection, graph: Graph, labels: Labels, *, attribution: str = "", only: Set[Term] | None = None
) -> bytes:
    """A FeatureCollection, a line for each feature. Raises MoroError, with the geometry's IRI, for what is no WKT.

    `only` leaves out other things of the classes. The `id` of a feature is the thing's IRI, or the geometry's where a thing
    has several; the property `iri` is always the thing's.
    """
    lines = []
    boxes = []
    things = {thing for class_ in collection.classes for thing in graph.subjects(RDF.type, class_) if is_iri(thing)}
    for thing in sorted(things if only is None else things & only):
        ends = _ends(thing, collection.geometry, graph)
        for steps in ends:
            geometry = _geometry(steps[-1], graph)
            if geometry is None:
                continue
            box = box_of(geometry)
            boxes.append(box)
            feature = {
                "type": "Feature",
                "id": value(thing if len(ends) == 1 else steps[-1]),
                "bbox": box,
                "properties": _properties(thing, steps[1:-1], collection, graph, labels),
                "geometry": geometry,
            }
            lines.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    head: dict[str, object] = {"type": "FeatureCollection"}
    if attribution:
        head["attribution"] = attribution
    if boxes:
        west, south, east, north = zip(*boxes, strict=True)
        head["bbox"] = [min(west), min(south), max(east), max(north)]
    opening = json.dumps(head, ensure_ascii=False, separators=(",", ":"))[:-1]
    return (f'{opening},"features":[\n' + ",\n".join(lines) + "\n]}\n").encode()


def _ends(thing: Term, path: Sequence[Term], graph: Graph) -> list[tuple[Term, ...]]:
    """All ways along a path, each with the nodes on it, thing and geometry included."""
    ways: list[tuple[Term, ...]] = [(thing,)]
    for property_ in path:
        ways = [(*way, each) for way in ways for each in graph.objects(way[-1], property_)]
    return ways


def _geometry(node: Term, graph: Graph) -> dict[str, Any] | None:
    literals = [node] if node[0] == '"' else [*graph.objects(node, GEO.asWKT)]
    for text in literals:
        try:
            return read_wkt(value(text))
        except ValueError as error:
            problem = error.problem if isinstance(error, _UnreadableError) else Text(str(error), str(error))
            raise MoroError(
                node if node[0] != '"' else "geo:asWKT",
                Text(de=f"die Geometrie ist nicht lesbar ({problem.de})", en=f"the geometry cannot be read ({problem.en})"),
                Text(
                    de="geo:asWKT als WKT in CRS84 schreiben: POINT, LINESTRING, POLYGON oder eine MULTI-Form, Länge vor Breite",
                    en="write geo:asWKT as WKT in CRS84: POINT, LINESTRING, POLYGON or a MULTI form, longitude first",
                ),
            ) from None
    return None


def _properties(
    thing: Term, between: Sequence[Term], collection: Collection, graph: Graph, labels: Labels
) -> dict[str, object]:
    members: dict[str, object] = {"iri": value(thing), "name": labels.best(thing, labels.languages[0]).text}
    members.update(_label_members(thing, "name", labels))
    for node in between[-1:]:  # what has the geometry, where that is not the thing itself
        members["area"] = value(node)
        members["areaName"] = labels.best(node, labels.languages[0]).text
    for name, property_ in collection.properties.items():
        found = graph.objects(thing, property_)
        if found:
            members[name] = _plain(found)
            if all(map(is_iri, found)):
                members[f"{name}Name"] = _one_or_all([labels.best(each, labels.languages[0]).text for each in found])
    return members


def _label_members(thing: Term, name: str, labels: Labels) -> dict[str, str]:
    texts = labels.texts.get(thing, {})
    return {f"{name}_{tag}": texts[tag] for tag in labels.languages if tag in texts}


def _plain(terms: Iterable[Term]) -> object:
    return _one_or_all([_number(each) for each in terms])


def _one_or_all(values: list[Any]) -> object:
    return values[0] if len(values) == 1 else values


def _number(term: Term) -> object:
    text, kind = value(term), datatype(term)
    try:
        if kind in _NUMERIC:
            return int(text)
        if kind == f"{XSD.iri}decimal":
            return float(text)
    except ValueError:
        pass
    return {"true": True, "false": False}.get(text, text) if kind == f"{XSD.iri}boolean" else text
