"""What counts as a contradiction, and that each value comes with its sources."""

from __future__ import annotations

import pytest

from moro_lod.conflicts import Claim, Conflict, contains, contradict, find
from moro_lod.graphs import Graph, Quads
from moro_lod.sources import parse_text

PREFIXES = """
@prefix ex: <https://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
SHAPES = """
ex:contradictions a sh:PropertyGroup .
ex:begin a sh:PropertyShape ; sh:path ex:begin ; sh:maxCount 1 ; sh:severity sh:Warning ; sh:group ex:contradictions .
"""


def shapes(turtle: str = SHAPES) -> Graph:
    return parse_text((PREFIXES + turtle).encode(), ".ttl", "shapes.ttl").union()


def quads(trig: str) -> Quads:
    return parse_text((PREFIXES + trig).encode(), ".trig", "data.trig")


def ex(name: str) -> str:
    return f"<https://example.org/{name}>"


def year(text: str) -> str:
    return f'"{text}"^^<http://www.w3.org/2001/XMLSchema#gYear>'


def test_two_values_of_a_single_valued_property_come_with_their_sources() -> None:
    found = find(
        quads("""
        ex:one { ex:x ex:begin "2007"^^xsd:gYear }
        ex:two { ex:x ex:begin "2008"^^xsd:gYear }
        ex:three { ex:x ex:begin "2008"^^xsd:gYear . ex:y ex:begin "2001"^^xsd:gYear }
        """),
        shapes(),
    )
    claims = (
        Claim(ex("begin"), year("2007"), (ex("one"),)),
        Claim(ex("begin"), year("2008"), (ex("three"), ex("two"))),
    )
    assert found == (Conflict(ex("x"), ex("begin"), claims),)


def test_coarser_date_that_contains_the_finer_one_is_no_contradiction() -> None:
    data = quads('ex:one { ex:x ex:begin "2012"^^xsd:gYear } ex:two { ex:x ex:begin "2012-02"^^xsd:gYearMonth }')
    assert find(data, shapes()) == ()


def test_third_value_that_fits_both_is_shown_with_them() -> None:
    data = quads("""
    ex:one { ex:x ex:begin "2012"^^xsd:gYear }
    ex:two { ex:x ex:begin "2012-02"^^xsd:gYearMonth , "2012-03"^^xsd:gYearMonth }
    """)
    (conflict,) = find(data, shapes())
    assert len(conflict.claims) == 3


@pytest.mark.parametrize(
    "without",
    [
        SHAPES.replace("ex:contradictions", "ex:others"),
        SHAPES.replace("sh:Warning", "sh:Violation"),
        SHAPES.replace("sh:path ex:begin", "sh:path [ sh:inversePath ex:begin ]"),
        SHAPES.replace("a sh:PropertyGroup", "a sh:Group"),
    ],
)
def test_only_warnings_in_a_group_of_contradictions_ask(without: str) -> None:
    data = quads('ex:one { ex:x ex:begin "2007"^^xsd:gYear , "2008"^^xsd:gYear }')
    assert find(data, shapes(without)) == ()


def test_value_that_is_affirmed_and_denied_is_a_contradiction() -> None:
    asked = shapes("""
    ex:contradictions a sh:PropertyGroup .
    ex:s sh:path ex:partOf ; sh:disjoint ex:notPartOf ; sh:severity sh:Warning ; sh:group ex:contradictions .
    """)
    data = quads("ex:one { ex:x ex:partOf ex:p , ex:q } ex:two { ex:x ex:notPartOf ex:p . ex:y ex:notPartOf ex:p }")
    (conflict,) = find(data, asked)
    assert (conflict.subject, conflict.property) == (ex("x"), ex("partOf"))
    assert set(conflict.claims) == {
        Claim(ex("partOf"), ex("p"), (ex("one"),)),
        Claim(ex("notPartOf"), ex("p"), (ex("two"),)),
    }


def test_two_properties_that_should_say_the_same_are_compared() -> None:
    asked = shapes("""
    ex:contradictions a sh:PropertyGroup .
    ex:s sh:path ex:on ; sh:equals ex:related ; sh:severity sh:Warning ; sh:group ex:contradictions .
    """)
    data = quads("""
    ex:one { ex:x ex:on ex:a . ex:y ex:on ex:a . ex:z ex:on ex:a }
    ex:two { ex:x ex:related ex:b . ex:z ex:related ex:a }
    """)
    (conflict,) = find(data, asked)
    assert conflict.subject == ex("x")
    assert conflict.claims == (
        Claim(ex("on"), ex("a"), (ex("one"),)),
        Claim(ex("related"), ex("b"), (ex("two"),)),
    )


XSD = "http://www.w3.org/2001/XMLSchema#"
EDTF = "http://id.loc.gov/datatypes/edtf/EDTF"


def time(text: str, kind: str) -> str:
    return f'"{text}"^^<{EDTF if kind == "EDTF" else XSD + kind}>'


@pytest.mark.parametrize(
    ("one", "other", "holds"),
    [
        (time("2012", "gYear"), time("2012-02", "gYearMonth"), True),
        (time("2012-02", "gYearMonth"), time("2012-02-29", "date"), True),
        (time("2012-02", "gYearMonth"), time("2012", "gYear"), False),
        (time("2007/2008", "EDTF"), time("2008", "gYear"), True),
        (time("[2009..2017]", "EDTF"), time("2012-05-01", "date"), True),
        (time("1995~", "EDTF"), time("1995-03", "gYearMonth"), True),
        (time("199X", "EDTF"), time("1996", "gYear"), True),
        (time("199X", "EDTF"), time("2001", "gYear"), False),
        (time("../2008", "EDTF"), time("1999", "gYear"), True),
        (time("2016/..", "EDTF"), time("2015", "gYear"), False),
    ],
)
def test_a_time_holds_the_times_inside_it(one: str, other: str, holds: bool) -> None:
    assert contains(one, other) is holds


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ('"a"', '"b"', True),
        ('"a"@de', '"b"@en', False),
        ('"a"@de', '"b"@de', True),
        (f'"5"^^<{XSD}integer>', f'"5.0"^^<{XSD}decimal>', False),
        (f'"5"^^<{XSD}integer>', f'"6"^^<{XSD}integer>', True),
        (f'"5"^^<{XSD}integer>', f'"five"^^<{XSD}integer>', True),
        (ex("a"), ex("b"), True),
        (ex("a"), ex("a"), False),
        (ex("a"), '"a"', True),
        (time("2012", "gYear"), '"2012"', True),
    ],
)
def test_values_contradict_each_other_both_ways_or_not_at_all(one: str, other: str, differ: bool) -> None:
    assert contradict(one, other) is differ
    assert contradict(other, one) is differ
