"""Words broken at line ends are joined, shared word parts are kept."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moro_lod.cleaning import clean_title, join_broken_words

JOINED = (
    "Strategieansatz",
    "partnerschaftliche",
    "Wettbewerbsfähigkeit",
    "Kooperationsgebietes",
    "Partnerschaften",
    "konzeptionellen",
    "vorangegangenem",
    "Projekte",
    "nachhaltige",
    "Steuerungsmechanismen",
    "abgestimmter",
    "Abschlusskonferenz",
)
KEPT = ("Kommunikations- und Entscheidungsstrategien", "Stadt- und Raumforschung")
BREAK = re.compile(r"[^\W\d_]- (?=[a-zäöüß])")


@pytest.fixture
def seed(shared: Path) -> str:
    """The document that the data started from, as it was copied."""
    return next((shared / "seed").glob("*.txt")).read_text("utf-8")


def test_seed_has_twelve_broken_words_that_are_joined_and_two_that_stay(seed: str) -> None:
    before, after = BREAK.findall(seed), BREAK.findall(join_broken_words(seed))
    assert (len(before), len(after)) == (14, 2)
    cleaned = join_broken_words(seed)
    assert [word for word in (*JOINED, *KEPT) if word not in cleaned] == []


def test_nothing_but_broken_words_changes_in_the_seed(seed: str) -> None:
    assert join_broken_words(seed).replace("-", "").replace(" ", "") == seed.replace("-", "").replace(" ", "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Partner- schaften", "Partnerschaften"),
        ("Partner-\nschaften", "Partnerschaften"),
        ("Partner- \n  schaften", "Partnerschaften"),
        ("Stadt- und Raumforschung", "Stadt- und Raumforschung"),
        ("Kreis- oder Landesgrenze", "Kreis- oder Landesgrenze"),
        ("Bau- bzw. Verkehrsressort", "Bau- bzw. Verkehrsressort"),
        ("Land- sowie Stadtkreise", "Land- sowie Stadtkreise"),
        ("Stadt- und, wie oft, Landkreise", "Stadt- und, wie oft, Landkreise"),
        ("Stadt- unddort", "Stadtunddort"),
        ("Kooperation von Stadt - und Land", "Kooperation von Stadt - und Land"),
        ("ein Energiekonzept der Metropolregion - Kooperation", "ein Energiekonzept der Metropolregion - Kooperation"),
        ("Stadt-Land-Partnerschaften", "Stadt-Land-Partnerschaften"),
        ("Nord- Süd", "Nord- Süd"),
        ("1990- heute", "1990- heute"),
        ("großräumig – innovativ", "großräumig – innovativ"),
        ("über- örtlich", "überörtlich"),
        ("Absatz-\n\nneuer", "Absatz-\n\nneuer"),
        ("", ""),
    ],
)
def test_hyphens(text: str, expected: str) -> None:
    assert join_broken_words(text) == expected


def test_other_languages_bring_their_own_conjunctions() -> None:
    assert join_broken_words("binnen- en buitenland", ("en", "of")) == "binnen- en buitenland"
    assert join_broken_words("binnen- en buitenland") == "binnenen buitenland"


def test_title_keeps_its_grammar_dashes_and_commas() -> None:
    raw = "  Überregionale Partner- schaften –  Innovative Projekte,\tNetze "
    assert clean_title(raw) == "Überregionale Partnerschaften – Innovative Projekte, Netze"


@given(st.text(alphabet="aäZ- \nund.", max_size=40))
def test_cleaning_loses_no_letter_and_leaves_no_loose_space(text: str) -> None:
    cleaned = clean_title(text)
    assert re.sub(r"[-\s]", "", cleaned) == re.sub(r"[-\s]", "", text)
    assert cleaned == cleaned.strip()
    assert "  " not in cleaned
