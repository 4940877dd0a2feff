"""The question of the map, "is my place in it?", and its layers: the page's own logic, run by Node.js."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from moro_lod.release import ReleaseView

FIND = """
import { Places } from "{src}/places.js";
const places = new Places(input.names);
answer(input.typed.map((typed) => places.find(typed).map(({ place, rank }) => [input.names[place][0], rank])));
"""

NAMES = [
    ["Ansbach (Kreisfreie Stadt)"],
    ["Ansbach (Landkreis)"],
    ["Bergstraße (Landkreis)"],
    ["Frankfurt (Oder) (Kreisfreie Stadt)"],
    ["Frankfurt am Main (Kreisfreie Stadt)"],
    ["Fürth (Kreisfreie Stadt)"],
    ["Fürth (Landkreis)"],
    ["Heidekreis (Landkreis)", "Heidekreis (rural district)"],
    ["Kulmbach (Landkreis)"],
    ["Neu-Ulm (Landkreis)"],
    ["Nürnberg (Kreisfreie Stadt)"],
    ["Nürnberger Land (Landkreis)"],
    ["Ulm (Stadtkreis)"],
]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Ulm", ["Ulm (Stadtkreis)", "Neu-Ulm (Landkreis)"]),
        ("ulm stadtkreis", ["Ulm (Stadtkreis)"]),
        ("Nurnberg", ["Nürnberg (Kreisfreie Stadt)", "Nürnberger Land (Landkreis)"]),
        ("nuernberg", ["Nürnberg (Kreisfreie Stadt)", "Nürnberger Land (Landkreis)"]),
        ("Bergstrasse", ["Bergstraße (Landkreis)"]),
        ("BERGSTRASSE", ["Bergstraße (Landkreis)"]),
        ("Landkreis Heidekreis", ["Heidekreis (Landkreis)"]),
        ("Heidekreis Landkreis", ["Heidekreis (Landkreis)"]),
        ("Heidekreis (rural district)", ["Heidekreis (Landkreis)"]),
        ("Kreis Bergstraße", ["Bergstraße (Landkreis)"]),
        ("Stadt Kulmbach", ["Kulmbach (Landkreis)"]),
        ("Ansbach", ["Ansbach (Kreisfreie Stadt)", "Ansbach (Landkreis)"]),
        ("Ansbach Landkreis", ["Ansbach (Landkreis)"]),
        ("fürth", ["Fürth (Kreisfreie Stadt)", "Fürth (Landkreis)"]),
        ("Frankfurt", ["Frankfurt (Oder) (Kreisfreie Stadt)", "Frankfurt am Main (Kreisfreie Stadt)"]),
        ("Main Frank", ["Frankfurt am Main (Kreisfreie Stadt)"]),
        ("Nirgendwo", []),
        ("  ", []),
        ("(", []),
    ],
)
def test_places_are_found_as_people_write_them(node: Callable[..., Any], typed: str, expected: list[str]) -> None:
    (found,) = node(FIND, {"names": NAMES, "typed": [typed]})
    assert [name for name, _ in found] == expected


def test_an_exact_name_is_told_from_one_that_begins_so(node: Callable[..., Any]) -> None:
    (found,) = node(FIND, {"names": NAMES, "typed": ["Nürnberg"]})
    assert [rank for _, rank in found] == [0, 1]


def test_every_place_of_the_map_is_found_by_its_own_name_in_both_languages(
    node: Callable[..., Any], release: ReleaseView
) -> None:
    page = (release.site / "map.html").read_text(encoding="utf-8")
    rows = re.findall(r'<tr data-place="([^"]*)"(?: data-also="([^"]*)")?', page)
    names = [[unescape(each) for each in (name, *also.split("|")) if each] for name, also in rows]
    assert len(names) > 400
    assert any(len(each) > 1 for each in names)
    typed = [each for both in names for each in both]
    for text, found in zip(typed, node(FIND, {"names": names, "typed": typed}), strict=True):
        best = [name for name, rank in found if rank == 0]
        assert any(text in both and both[0] in best for both in names), text


@pytest.mark.parametrize(
    ("hash_", "said"),
    [
        ("#place=doc/district/03358", {"place": "doc/district/03358", "without": [], "year": None, "at": None}),
        (
            "#without=doc/field/a,doc/field/b",
            {"place": "", "without": ["doc/field/a", "doc/field/b"], "year": None, "at": None},
        ),
        (
            "#place=doc/a%26b&without=doc/field/ä&year=2012&at=10,-20,300",
            {"place": "doc/a&b", "without": ["doc/field/ä"], "year": 2012, "at": [10, -20, 300]},
        ),
        ("#main", None),
        ("", None),
    ],
)
def test_an_address_says_what_the_map_shows(node: Callable[..., Any], hash_: str, said: dict[str, Any] | None) -> None:
    code = """
    import { readAddress, writeAddress } from "{src}/places.js";
    const said = readAddress(input);
    answer([said, said && readAddress(writeAddress(said))]);
    """
    assert node(code, hash_) == [said, said]


@pytest.mark.parametrize("at", ["1,2", "1,2,0", "a,b,c", "1,2,3,4"])
def test_a_view_that_is_none_is_left_out(node: Callable[..., Any], at: str) -> None:
    code = 'import { readAddress } from "{src}/places.js"; answer(readAddress(input).at);'
    assert node(code, f"#at={at}") is None


def test_a_region_is_active_in_the_years_of_its_periods(node: Callable[..., Any]) -> None:
    code = """
    import { isActive } from "{src}/places.js";
    answer(input.map(([periods, year]) => isActive(periods, year)));
    """
    cases = [
        ["2007..2010 2012..2013", 2010],
        ["2007..2010 2012..2013", 2011],
        ["2012..", 2020],
        ["..2012", 2013],
        ["", 1],
        [None, 1],
    ]
    assert node(code, cases) == [True, False, True, False, True, True]


def test_a_region_is_seen_while_one_of_its_layers_is_chosen(node: Callable[..., Any]) -> None:
    code = """
    import { isSeen } from "{src}/places.js";
    answer(input.map(([layers, chosen]) => isSeen(layers, new Set(chosen))));
    """
    cases = [["a b", ["a"]], ["a b", ["b"]], ["a b", []], ["a", ["b"]], ["", []], [None, []]]
    assert node(code, cases) == [True, True, False, False, True, True]
