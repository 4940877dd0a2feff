"""Property paths of the settings, periods, geometry."""

from __future__ import annotations

import pytest

from moro_lod.errors import MoroError
from moro_lod.graphs import Graph
from moro_lod.site import periods
from moro_lod.site.geometry import Projection, UndrawableError, read_wkt
from moro_lod.site.paths import parse


def expand(curie: str) -> str:
    return curie if curie.startswith("<") else f"<urn:{curie.partition(':')[2]}>"


GRAPH = Graph(
    [
        ("<urn:d>", "<urn:partOf>", "<urn:a1>"),
        ("<urn:d>", "<urn:partOf>", "<urn:a2>"),
        ("<urn:r>", "<urn:territory>", "<urn:a1>"),
        ("<urn:r>", "<urn:role>", "<urn:m>"),
        ("<urn:d>", "<urn:near>", "<urn:e>"),
        ("<urn:a2>", "<urn:includes>", "<urn:e>"),
    ]
)


@pytest.mark.parametrize(
    ("path", "ends"),
    [
        ("x:partOf", ["<urn:a1>", "<urn:a2>"]),
        ("x:partOf/^x:territory/x:role", ["<urn:m>"]),
        ("(x:near|x:partOf)", ["<urn:a1>", "<urn:a2>", "<urn:e>"]),
        ("x:near/^x:includes", ["<urn:a2>"]),
        ("x:near?/(x:partOf|^x:includes)", ["<urn:a1>", "<urn:a2>"]),
        ("<urn:partOf>", ["<urn:a1>", "<urn:a2>"]),
        ("x:nothing", []),
    ],
)
def test_a_path_leads_where_sparql_would_lead(path: str, ends: list[str]) -> None:
    import pyoxigraph

    read = parse(path, expand, "here")
    assert list(read.ends("<urn:d>", GRAPH)) == ends
    store = pyoxigraph.Store()
    store.load("".join(f"{s} {p} {o} .\n" for s, p, o in GRAPH).encode(), pyoxigraph.RdfFormat.N_TRIPLES)
    rows = store.query(f"PREFIX x: <urn:> SELECT DISTINCT ?o WHERE {{ <urn:d> {path} ?o }}")
    assert sorted(str(row["o"]) for row in rows) == ends


def test_a_path_remembers_the_statements_on_its_way() -> None:
    way = parse("x:partOf/^x:territory/x:role", expand, "here").follow("<urn:d>", GRAPH)["<urn:m>"]
    assert way == (
        ("<urn:d>", "<urn:partOf>", "<urn:a1>"),
        ("<urn:r>", "<urn:territory>", "<urn:a1>"),
        ("<urn:r>", "<urn:role>", "<urn:m>"),
    )


@pytest.mark.parametrize("path", ["", "x:a/", "/x:a", "x:a//x:b", "(x:a", "x:a)", "x:a x:b", "x:a+", "^", "x:a|x:b"])
def test_a_wrong_path_is_named_with_its_place(path: str) -> None:
    with pytest.raises(MoroError, match=r"moro-lod.toml:7: .*path"):
        parse(path, expand, "moro-lod.toml:7")


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        (("2012", "2013"), ("2013-06", ""), True),
        (("", "2012-04-30"), ("2012-05-01", ""), False),
        (("", "2012-04-30"), ("2012", "2013-09"), True),
        (("2016-11-01", ""), ("2012-02-01", "2013-09-30"), False),
        (("", ""), ("2012", "2013"), True),
    ],
)
def test_periods_of_mixed_precision_overlap(one: tuple[str, str], other: tuple[str, str], shared: bool) -> None:
    assert periods.overlap(one, other) is shared
    assert periods.overlap(other, one) is shared


@pytest.mark.parametrize(
    "text",
    [
        "POLYGON((9 52, 10 52, 10 53, 9 52))",
        "<http://www.opengis.net/def/crs/OGC/1.3/CRS84> MULTIPOLYGON (((9 52, 10 52, 10 53, 9 52)), ((1 1, 2 1, 2 2, 1 1)))",
        "MULTIPOINT((9 52), (10 53))",
        "POINT(9.5 52.25)",
        "POLYGON Z((9 52 1, 10 52 1, 10 53 1, 9 52 1))",
    ],
)
def test_wkt_is_read(text: str) -> None:
    assert read_wkt(text).rings


@pytest.mark.parametrize("code", ["4326", "4258"])
def test_reference_systems_with_the_latitude_first_are_turned_round(code: str) -> None:
    shape = read_wkt(f"<http://www.opengis.net/def/crs/EPSG/0/{code}> POINT(52 9.5)")
    assert shape.rings == (((9.5, 52.0),),)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no WKT"),
        ("POLYGON((nowhere", "no WKT"),
        ("CIRCLE(1 2)", "no WKT"),
        ("POINT(900 52)", "outside the earth"),
        ("POINT(550000 5800000)", "outside the earth"),
        ("POLYGON EMPTY", "no WKT"),
        ("POINT", "no WKT"),
        ("POINT()", "no coordinates"),
        ("<http://www.opengis.net/def/crs/EPSG/0/25832> POINT(9 52)", "EPSG/0/25832 is unknown"),
        ("<https://example.org/my-own> POINT(9 52)", "my-own is unknown"),
    ],
)
def test_what_is_no_drawable_wkt_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(UndrawableError, match=reason):
        read_wkt(text)


def test_a_line_is_drawn_as_an_open_path() -> None:
    line, area = read_wkt("LINESTRING(9 50, 10 51, 9 52)"), read_wkt("POLYGON((9 50, 10 51, 9 52, 9 50))")
    projection = Projection.fit([line], 200)
    assert projection is not None
    assert projection.path(line).startswith("M")
    assert not projection.path(line).endswith("z")
    assert projection.path(line).count(",") + projection.path(line).count("-") >= 3
    assert projection.path(area).endswith("z")


def test_neighbours_keep_their_common_border() -> None:
    left = read_wkt("POLYGON((9 50, 10 50, 10.013 50.52, 10 51, 9 51, 9 50))")
    right = read_wkt("POLYGON((11 50, 11 51, 10 51, 10.013 50.52, 10 50, 11 50))")
    projection = Projection.fit([left, right], 200)
    assert projection is not None
    corners = [{projection.point(p) for p in shape.rings[0]} for shape in (left, right)]
    assert len(corners[0] & corners[1]) == 3
    assert projection.path(left).startswith("M")
    assert projection.path(left).endswith("z")
