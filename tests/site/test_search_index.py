"""The search index: made in Python, read by MiniSearch."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from moro_lod.release import ReleaseView
from moro_lod.site.model import fold
from moro_lod.site.search_index import words

SCRIPT = """
import MiniSearch from "minisearch";
import { readFileSync } from "node:fs";
import { fold, words } from "FOLD";
const [file, queries] = [process.argv[2], JSON.parse(process.argv[3])];
const data = JSON.parse(readFileSync(file, "utf8"));
const options = { fields: ["title", "other"], storeFields: ["t", "k", "u"], tokenize: words, processTerm: (term) => term };
const search = MiniSearch.loadJS(data.index, options);
const answer = queries.map((query) => ({
  words: words(query), fold: fold(query),
  hits: search.search(query, { prefix: true, combineWith: "AND", boost: { title: 3 } }).map((hit) => hit.u),
}));
console.log(JSON.stringify(answer));
"""


@pytest.fixture(scope="module")
def ask(
    node_modules: Path, root: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Path, list[str]], list[dict[str, object]]]:
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node.js is absent")
    script = root / "web" / "node_modules" / ".moro-search-test.mjs"
    script.write_text(SCRIPT.replace("FOLD", (root / "web" / "src" / "fold.js").as_uri()), encoding="utf-8")

    def run(file: Path, queries: list[str]) -> list[dict[str, object]]:
        done = subprocess.run(
            [node, str(script), str(file), json.dumps(queries)], capture_output=True, text=True, check=True, timeout=60
        )
        return json.loads(done.stdout)  # type: ignore[no-any-return]

    return run


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


def test_python_and_browser_fold_and_cut_words_alike(
    ask: Callable[..., list[dict[str, object]]], release: ReleaseView
) -> None:
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
    ],
)
def test_people_find_what_they_type(
    ask: Callable[..., list[dict[str, object]]], release: ReleaseView, typed: str, expected: str
) -> None:
    assert expected in ask(release.site / "search.json", [typed])[0]["hits"]  # type: ignore[operator]


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
    assert {names[int(str(hit)[-1])] for hit in hits} == found  # type: ignore[attr-defined]
