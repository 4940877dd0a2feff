"""The search index: made in Python, read by MiniSearch."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from moro_lod.release import ReleaseView
from moro_lod.site.model import fold
from moro_lod.site.search_index import words

SCRIPT = """
import { fold, words } from "{src}/fold.js";
import { Index } from "{src}/find.js";
const index = new Index(JSON.parse(readFileSync(input.file, "utf8")));
answer(input.queries.map((query) => ({
  words: words(query), fold: fold(query), hits: index.find(query, "de").map((hit) => hit.path),
})));
"""

Ask = Callable[[Path, list[str]], list[dict[str, list[str]]]]


@pytest.fixture(scope="module")
def ask(node_modules: Path, node: Callable[..., Any]) -> Ask:
    """What the page's own search finds in an index."""
    assert node_modules
    return lambda file, queries: node(SCRIPT, {"file": str(file), "queries": queries})


TEXTS = [
    "Nürnberg",
    "Straße",
    "STADT-LAND-Partnerschaften",
    "Ökologie & Ökonomie",
    "é e\u0301",
    "Łódź",
    "日本語",
    "a_b-c.d",
    "100 %",
    "ẞ",
    "ﬁ",
]


def test_python_and_browser_fold_and_cut_words_alike(ask: Ask, release: ReleaseView) -> None:
    answers = ask(release.site / "search.json", TEXTS)
    for text, answer in zip(TEXTS, answers, strict=True):
        assert answer["fold"] == fold(text), text
        assert answer["words"] == words(text), text


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Heidekreis", "doc/district/03358"),
        ("heidek", "doc/district/03358"),
        ("03358", "doc/district/03358"),
        ("nuernberg", "doc/region/metropolregion-nuernberg"),
        ("nurnberg metro", "doc/region/metropolregion-nuernberg"),
        ("NÜRNBERG", "doc/region/metropolregion-nuernberg"),
        ("stadt land partner", "doc/field/stadt-land-partnerschaften"),
        ("urban rural", "doc/field/stadt-land-partnerschaften"),
        ("Heidekries", "doc/district/03358"),
        ("Nürnbreg", "doc/region/metropolregion-nuernberg"),
    ],
)
def test_people_find_what_they_type(ask: Ask, release: ReleaseView, typed: str, expected: str) -> None:
    assert expected in ask(release.site / "search.json", [typed])[0]["hits"]


def test_typing_errors_help_only_where_nothing_is_as_typed(ask: Ask, release: ReleaseView) -> None:
    exact, wrong = (each["hits"] for each in ask(release.site / "search.json", ["Ulm", "Heidekries"]))
    assert exact[0].startswith("doc/district/")
    assert ask(release.site / "search.json", ["03359x"])[0]["hits"] == []  # a key has no typing errors
    assert wrong[0] == "doc/district/03358"


RANKED = """
thing:a a x:Place ; skos:prefLabel "Nürnberger Land (Kreis)"@de ; skos:notation "09574" .
thing:b a x:Place ; skos:prefLabel "Nürnberg (Stadt)"@de ; skos:notation "09564" .
thing:c a x:Thing ; skos:prefLabel "Metropolregion Nürnberg (EMN)"@de .
thing:d a x:Note ; skos:prefLabel "EMN: Satzung"@de .
thing:e a x:Thing ; skos:prefLabel "EMN und Freunde"@de .
thing:f a x:Code ; skos:prefLabel "Nürnberg"@de .
thing:g a x:Note ; skos:prefLabel "Amt für Raumordnung"@de ; skos:altLabel "BfLR"@de .
thing:h a x:Thing ; skos:prefLabel "BfLR-Mitteilungen"@de .
"""
RANKS = "".join(
    f'[[site.tables]]\nclass = "x:{name}"\ntechnical = {str(name == "Code").lower()}\n'
    for name in ("Thing", "Place", "Note", "Code")
)
KINDS = "".join(f'x:{name} a owl:Class ; rdfs:label "{name}"@de . ' for name in ("Place", "Note", "Code"))


@pytest.fixture
def ranked(ask: Ask, pages: Callable[..., Mapping[str, str]], tmp_path: Path) -> Callable[[str], str]:
    """The things found for a text, by their letters, the best first."""
    file = tmp_path / "search.json"
    file.write_text(pages(RANKED, ontology=KINDS, settings=RANKS)["search.json"], encoding="utf-8")
    return lambda text: "".join(hit.rpartition("/")[2] for hit in ask(file, [text])[0]["hits"])


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Nürn", "cbaf"),  # the whole word is nearer than the longer one; technical kinds are last
        ("Nürnberg", "bcaf"),  # the name itself, then the word
        ("EMN", "ced"),  # the short name, then the order of the tables
        ("bflr", "gh"),  # another name
        ("09574", "a"),
    ],
)
def test_names_come_before_words_and_words_before_beginnings(ranked: Callable[[str], str], typed: str, found: str) -> None:
    assert ranked(typed) == found


def test_technical_kinds_have_lists_instead_of_places_in_the_index(pages: Callable[..., Mapping[str, str]]) -> None:
    made = pages(RANKED, ontology=KINDS, settings=RANKS)
    letters = made["index/n.html"]
    assert "Nürnberger Land" in letters
    assert "doc/thing/f.html" not in letters
    for page, root in (("index/n.html", "../"), ("search.html", "")):
        assert f'<a href="{root}list/code.html">Code</a>' in made[page]


def test_the_index_says_of_each_thing_where_it_is_and_what_it_is(release: ReleaseView) -> None:
    data = json.loads((release.site / "search.json").read_text(encoding="utf-8"))
    stored: Mapping[str, Mapping[str, object]] = data["index"]["storedFields"]
    assert data["index"]["serializationVersion"] == 2
    assert len(stored) == data["index"]["documentCount"]
    for entry in stored.values():
        assert (release.site / f"{entry['u']}.html").is_file()
        assert set(entry["t"]) == {"de", "en"}  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Brücke", {"Rathausbrücke", "Brücke am Markt", "Große Fußgängerbrücke"}),
        ("bruecke", {"Rathausbrücke", "Brücke am Markt", "Große Fußgängerbrücke"}),
        ("grosse", {"Große Fußgängerbrücke"}),
        ("große fußg", {"Große Fußgängerbrücke"}),
        ("FUSSGANGER", {"Große Fußgängerbrücke"}),
        ("hausbrücke", set()),  # no word of the index by itself
    ],
)
def test_compounds_are_found_by_their_ending_and_sharp_s_as_ss(
    ask: Callable[..., list[dict[str, object]]], pages: Callable[..., Mapping[str, str]], tmp_path: Path, typed: str, found: set[str]
) -> None:  # fmt: skip
    names = ("Rathausbrücke", "Brücke am Markt", "Große Fußgängerbrücke", "Markt")
    made = pages(" ".join(f'thing:n{n} a x:Thing ; skos:prefLabel "{name}"@de .' for n, name in enumerate(names)))
    file = tmp_path / "search.json"
    file.write_text(made["search.json"], encoding="utf-8")
    hits = ask(file, [typed])[0]["hits"]
    assert {names[int(str(hit)[-1])] for hit in hits} == found
