"""GeoJSON: valid by RFC 7946, from WKT in CRS84, with a clear message for anything else."""

from __future__ import annotations

import contextlib
import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moro_lod.description import Labels
from moro_lod.distributions.geojson import Collection, box_of, read_wkt, write_geojson
from moro_lod.errors import MoroError
from moro_lod.namespaces import GEO, SKOS
from test_turtle import read

SQUARE = [[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0], [0.0, 0.0]]
HOLE = [[0.5, 0.5], [0.5, 1.0], [1.0, 1.0], [1.0, 0.5], [0.5, 0.5]]


def text(ring: list[list[float]]) -> str:
    return f"({', '.join(f'{x:g} {y:g}' for x, y in ring)})"


def area(ring: list[list[float]]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) / 2


@pytest.mark.parametrize("outer", [SQUARE, SQUARE[::-1]])
@pytest.mark.parametrize("inner", [HOLE, HOLE[::-1]])
def test_rings_follow_the_right_hand_rule(outer: list[list[float]], inner: list[list[float]]) -> None:
    for kind, wkt in (
        ("Polygon", f"POLYGON ({text(outer)}, {text(inner)})"),
        ("MultiPolygon", f"MULTIPOLYGON (({text(outer)}, {text(inner)}))"),
    ):
        geometry = read_wkt(f"<http://www.opengis.net/def/crs/OGC/1.3/CRS84> {wkt}")
        assert geometry is not None
        assert geometry["type"] == kind
        rings: Any = geometry["coordinates"] if kind == "Polygon" else geometry["coordinates"][0]
        assert area(rings[0]) > 0 > area(rings[1])
        assert box_of(geometry) == (0, 0, 2, 2)


@pytest.mark.parametrize(
    ("wkt", "expected"),
    [
        ("POINT (9.5 51.25)", {"type": "Point", "coordinates": [9.5, 51.25]}),
        ("point(9.5 -.5)", {"type": "Point", "coordinates": [9.5, -0.5]}),
        ("POINT Z (9.5 51 100)", {"type": "Point", "coordinates": [9.5, 51.0, 100.0]}),
        ("MULTIPOINT (1 2, 3 4)", {"type": "MultiPoint", "coordinates": [[1.0, 2.0], [3.0, 4.0]]}),
        ("MULTIPOINT ((1 2), (3 4))", {"type": "MultiPoint", "coordinates": [[1.0, 2.0], [3.0, 4.0]]}),
        ("LINESTRING (1 2, 3e0 4.)", {"type": "LineString", "coordinates": [[1.0, 2.0], [3.0, 4.0]]}),
        ("MULTILINESTRING ((1 2, 3 4))", {"type": "MultiLineString", "coordinates": [[[1.0, 2.0], [3.0, 4.0]]]}),
        ("POLYGON EMPTY", None),
    ],
)
def test_each_kind_of_geometry_is_read(wkt: str, expected: dict[str, Any] | None) -> None:
    assert read_wkt(wkt) == expected


@pytest.mark.parametrize(
    "wkt",
    [
        "", "nonsense", "POINT", "POINT ()", "POINT (1)", "POINT (1.5, 2.5)", "POINT ((1 2))", "LINESTRING ((1 2, 3 4))", "POINT (1 2", "POINT (1 2))", "POINT (1 2, 3 4)", "POINT (a b)",
        "POLYGON (0 0, 1 0, 1 1, 0 0)", "POLYGON ((0 0, 1 0, 1 1))", "POLYGON ((0 0, 1 0, 0 0))", "CIRCLE (1 2)",
        "POINT (200 2)", "POINT (2 91)", "<http://www.opengis.net/def/crs/EPSG/0/25832> POINT (1 2)", "POINT (1 2) POINT (3 4)",
        "MULTIPOLYGON ((0 0, 1 0, 1 1, 0 0))", "POINT (NaN NaN)", "POINT (1e999 2)",
    ],
)  # fmt: skip
def test_what_is_no_wkt_in_crs84_is_refused(wkt: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_wkt(wkt)


@given(st.text(alphabet="POINTLYGMU (),.0123456789-e\n", max_size=40))
def test_no_text_breaks_the_reader(wkt: str) -> None:
    with contextlib.suppress(ValueError):
        read_wkt(wkt)


def test_a_long_text_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="sequence of coordinates"):
        read_wkt("LINESTRING (" + "1 2 3 4 5, " * 20_000 + "x)")


TURTLE = """
    @prefix ex: <https://example.org/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
    @prefix geo: <http://www.opengis.net/ont/geosparql#> .
    ex:b a ex:Town ; skos:prefLabel "Stadt"@de, "town"@en ; ex:territory ex:area ; ex:people 1200 ; ex:size 12.50 ;
      ex:in ex:land ; ex:code "01", "02" .
    ex:c a ex:Town ; skos:prefLabel "Ohne"@de .
    ex:land skos:prefLabel "Land"@de .
    ex:area skos:prefLabel "Gebiet 2012"@de ; geo:hasGeometry ex:g .
    ex:g geo:asWKT "POLYGON ((0 0, 0 2, 2 2, 2 0, 0 0))"^^geo:wktLiteral .
"""
EX = "<https://example.org/{}>".format


def test_a_feature_has_names_values_and_what_carries_its_geometry() -> None:
    graph = read(TURTLE).union()
    collection = Collection(
        classes=(EX("Town"),),
        geometry=(EX("territory"), GEO.hasGeometry),
        properties={each: EX(each) for each in ("people", "size", "in", "code", "none")},
    )
    labels = Labels.build(graph, [SKOS.prefLabel], ("de", "en"))
    document = json.loads(write_geojson(collection, graph, labels, attribution="© Amt"))
    assert list(document) == ["type", "attribution", "bbox", "features"]
    assert document["bbox"] == [0, 0, 2, 2]
    (feature,) = document["features"]
    assert "crs" not in document
    assert feature["id"] == "https://example.org/b"
    assert feature["properties"] == {
        "iri": "https://example.org/b",
        "name": "Stadt",
        "name_de": "Stadt",
        "name_en": "town",
        "area": "https://example.org/area",
        "areaName": "Gebiet 2012",
        "people": 1200,
        "size": 12.5,
        "in": "https://example.org/land",
        "inName": "Land",
        "code": ["01", "02"],
    }


def test_a_geometry_that_is_no_wkt_is_named() -> None:
    graph = read(TURTLE.replace("POLYGON ((0 0,", "POLYGON ((5 5,")).union()
    collection = Collection(classes=(EX("Town"),), geometry=(EX("territory"), GEO.hasGeometry))
    with pytest.raises(MoroError, match=r"example\.org/g>: the geometry cannot be read \(a ring is not closed\)"):
        write_geojson(collection, graph, Labels.build(graph, [SKOS.prefLabel], ("de",)))


def test_two_geometries_of_one_thing_are_two_features() -> None:
    graph = read(TURTLE + 'ex:area geo:hasGeometry ex:h . ex:h geo:asWKT "POINT (1 1)"^^geo:wktLiteral .').union()
    collection = Collection(classes=(EX("Town"),), geometry=(EX("territory"), GEO.hasGeometry))
    document = json.loads(write_geojson(collection, graph, Labels.build(graph, [SKOS.prefLabel], ("de",))))
    assert [each["id"] for each in document["features"]] == ["https://example.org/g", "https://example.org/h"]
