"""Patterns that can take exponential time are told from those that only look like it."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moro_lod.errors import MoroError
from moro_lod.validation import patterns

HARMLESS = [
    r"^[0-9]{5}$",
    r"^([a-z]+-)*[a-z]+$",
    r"^urn:nbn:[a-z]{2}(:[a-z0-9]+)*-[0-9]+$",
    r"^\d{4}-\d{3}[\dX]$",
    r"^(a|b)*$",
    r"^(ab|cd)*e$",
    r"^.*foo.*bar$",
    r"^(?=.*a)[a-z]+$",
    r"^(?:[^;]{1,200};)*[^;]{1,200}$",
    r"^(\d{4}|\d{4}-\d{2}|\d{4}-\d{2}-\d{2})$",
    r"^\S(.*\S)?$",
    r"^\s*\S+(\s+\S+)*\s*$",
    r"^(a?)+$",
    "^(" + "|".join(f"DE{number}" for number in range(300)) + ")$",
    "",
]
EXPONENTIAL = [
    r"^(a+)+$",
    r"(a*)*b",
    r"^(a|aa)+$",
    r"^(a|a)*$",
    r"^([a-z]+)*$",
    r"^(\w+\s?)*$",
    r"^(([a-z])+.)+[A-Z]([a-z])+$",
    r"^(?=(a+)+$)a",
    r"(.*)*x",
    r"^(\d+|[0-9]+)*$",
    r"^((a|b)*c?)*$",
    r"^(a{1,100})+$",
    r"^(x+x+)+y$",
]


@pytest.mark.parametrize("pattern", HARMLESS)
def test_a_harmless_pattern_is_let_through_at_once(pattern: str) -> None:
    start = time.process_time()
    patterns.check(pattern, "", "Shape")
    assert time.process_time() - start < 0.5


@pytest.mark.parametrize("pattern", EXPONENTIAL)
def test_a_pattern_that_can_take_forever_is_refused(pattern: str) -> None:
    with pytest.raises(MoroError, match="can take forever") as caught:
        patterns.check(pattern, "", "Shape")
    assert caught.value.place == "Shape"


def test_upper_and_lower_case_count_as_the_same_with_the_flag() -> None:
    patterns.check("^(ab|AB)*$", "", "Shape")
    with pytest.raises(MoroError):
        patterns.check("^(ab|AB)*$", "i", "Shape")


@pytest.mark.parametrize(
    "pattern", ["(", "[a", "a{2", "*a", r"\p{L}", "(?P<x", "(" * 5000, "a" * 60_000, "(a{100}){100}" * 300]
)
def test_no_pattern_brings_the_check_down(pattern: str) -> None:
    start = time.process_time()
    try:
        patterns.check(pattern, "", "Shape")
    except MoroError as error:
        assert "sh:pattern" in error.problem.en
        assert len(error.problem.en) < 400
    assert time.process_time() - start < 5


ATOMS = st.sampled_from(["a", "b", "[ab]", ".", "ab"])
EXPRESSIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{1,2}"])).map(lambda parts: f"({parts[0]}){parts[1]}"),
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda parts: f"({parts[0]}|{parts[1]})"),
    ),
    max_leaves=5,
)


@settings(max_examples=300, deadline=None)
@given(EXPRESSIONS)
def test_what_is_let_through_does_not_explode(expression: str) -> None:
    """Twelve characters more must not make the search a thousand times slower."""
    pattern = f"^{expression}$"
    try:
        patterns.check(pattern, "", "Shape")
    except MoroError:
        return
    compiled = re.compile(pattern)
    for letters in ("a", "ab", "aab"):
        short, long = ((letters * 30)[:length] + "!" for length in (12, 24))
        assert _seconds(compiled, long) < 1000 * max(_seconds(compiled, short), 1e-5)


def _seconds(compiled: re.Pattern[str], text: str) -> float:
    start = time.perf_counter()
    compiled.search(text)
    return time.perf_counter() - start
