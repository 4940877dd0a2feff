"""The questions that people ask, with rows worked out by hand from the sources' statements."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest

from moro_lod.answers import Rows, ask
from moro_lod.namespaces import SKOS
from moro_lod.pipeline import Publication, prepare
from moro_lod.project import Project
from moro_lod.queries import NamedQuery, read
from moro_lod.store import in_memory
from moro_lod.terms import language, value

ROOT = Path(__file__).resolve().parent.parent
QUESTIONS = sorted((ROOT / "queries" / "questions").glob("*.rq"))


@cache
def _publication() -> Publication:
    return prepare(Project.open(ROOT))


@pytest.fixture(scope="module")
def rows_of():
    """Answers a question as a list of rows by column name, texts only."""
    publication = _publication()
    store, prefixes = in_memory(publication.quads), publication.settings.all_prefixes

    def answer(query: NamedQuery, **given: str) -> list[dict[str, str]]:
        result = ask(store, query, given, prefixes)
        assert isinstance(result, Rows)
        return [
            {name: value(cell) if cell else "" for name, cell in zip(result.variables, row, strict=True)}
            for row in result.rows
        ]

    return answer


def _query(path: Path) -> NamedQuery:
    return read(path, Project.open(ROOT))


def _named(number: str) -> NamedQuery:
    return _query(next(path for path in QUESTIONS if path.name.startswith(number)))


def test_there_are_twenty_five_questions() -> None:
    assert [path.name[:2] for path in QUESTIONS] == [f"{n:02}" for n in range(1, 26)]


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: path.stem)
def test_answer_is_the_one_worked_out_by_hand(path: Path, rows_of) -> None:
    with path.with_suffix(".expected.csv").open(encoding="utf-8", newline="") as file:
        expected = list(csv.DictReader(file))
    columns = list(expected[0])
    answered = [{name: row[name] for name in columns} for row in rows_of(_query(path))]
    assert sorted(map(tuple, (row.values() for row in answered))) == sorted(map(tuple, (row.values() for row in expected)))


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: path.stem)
def test_question_is_explained_in_both_languages(path: Path) -> None:
    query = _query(path)
    for texts in (query.titles, query.descriptions, *([query.limits] if query.limits else [])):
        assert sorted(texts) == ["de", "en"]
    for parameter in query.parameters:
        assert sorted(parameter.descriptions) == ["de", "en"]


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: path.stem)
def test_every_column_has_a_head_in_both_languages_and_no_head_is_left_over(path: Path, rows_of) -> None:
    query = _query(path)
    assert set(query.columns) == set(rows_of(query)[0])
    assert all(sorted(texts) == ["de", "en"] for texts in query.columns.values())


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: path.stem)
def test_answer_in_english_has_as_many_rows_and_no_empty_names(path: Path, rows_of) -> None:
    query = _query(path)
    if "language" not in {parameter.name for parameter in query.parameters}:
        pytest.skip("this question has no names in a language")
    german, english = rows_of(query), rows_of(query, language="en")
    assert len(english) == len(german)
    labels = _publication().graph.pairs(SKOS.prefLabel)
    known = {value(label) for _, label in labels if language(label) == "en"}
    names = {row[name] for row in english for name in row if name.endswith("Name") and row[name]}
    assert {name for name in names - known if f'"{name}"' not in query.text} == set()  # a query may bring words of its own


def test_district_outside_has_no_answer(rows_of) -> None:
    assert rows_of(_named("11"), ags="05315") == []  # Köln


def test_city_represented_by_another_is_found_as_such(rows_of) -> None:
    found = rows_of(_named("11"), ags="16051")  # Erfurt
    assert {row["belongs"] for row in found} == {"vertreten"}


def test_hamburg_before_and_after_may_2012(rows_of) -> None:
    region = "https://w3id.org/moro-lod/id/region/metropolregion-hamburg"
    in_2011 = rows_of(_named("10"), region=region, year="2011")
    in_2015 = rows_of(_named("10"), region=region, year="2015")
    in_2018 = rows_of(_named("10"), region=region, year="2018")
    assert (len(in_2011), len(in_2015), len(in_2018)) == (15, 19, 21)


def test_year_without_a_sourced_ministry_gets_no_guess(rows_of) -> None:
    assert rows_of(_named("17"), year="2019") == []
    assert [row["ministryName"] for row in rows_of(_named("17"), year="2013")] == [
        "Bundesministerium für Verkehr, Bau und Stadtentwicklung"
    ]


def test_seed_answers_its_own_questions_alone(rows_of) -> None:
    """The first question needs nothing but the seed."""
    assert {row["sourceKey"] for row in rows_of(_named("01"))} == {"S"}
