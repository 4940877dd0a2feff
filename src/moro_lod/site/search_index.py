"""The search index: what MiniSearch (version 2 of its form) reads in the browser, made when publishing; and the A–Z pages."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from .. import formats, iris
from ..files import File
from ..namespaces import SKOS
from ..terms import Term, is_literal, value
from .model import Site, fold
from .pager import pager
from .view import View

PATH = PurePosixPath("search.json")
FIELDS = ("title", "other")
LETTER_PAGE = 500
OTHER = "0-9"
LEAST = 0.4  # weight of the last class table; the first has 1
SHORT = 24  # letters of a name by which a thing may be meant exactly
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def words(text: str) -> list[str]:
    """The words of a text as the browser cuts them: runs of letters and digits of the folded text."""
    return re.findall(r"[^\W_]+", fold(text))


def _indexed(text: str) -> list[str]:
    """The words of a text and, where it has umlauts, the words with ae, oe, ue as people type them."""
    found = words(text)
    lower = unicodedata.normalize("NFC", text.lower())
    other = lower.translate(_UMLAUTS)
    if other != lower:
        found += [word for word in words(other) if word not in found]
    return found


def files(site: Site, views: Sequence[View]) -> Iterator[File]:
    """search.json, the search page and the pages of the A–Z index."""
    yield File(PATH, index(site, views), formats.JSON.media_type)
    for view in views:
        yield from _letters(site, view)


def index(site: Site, views: Sequence[View]) -> bytes:
    """All things with their labels in all languages, as MiniSearch stores them."""
    classes: dict[Term, int] = {}
    stored: dict[str, Any] = {}
    lengths: dict[str, list[int]] = {}
    postings: dict[str, dict[int, dict[str, int]]] = {}
    totals = [0, 0]
    extra = (*site.index.label_properties, SKOS.altLabel, SKOS.hiddenLabel, SKOS.notation)
    for number, thing in enumerate(site.listed):
        titles = {view.language: view.label(thing) for view in views}
        types = site.types(thing)
        kind = classes.setdefault(types[0], len(classes)) if types else None
        document = site.document(thing)
        stored[str(number)] = {
            "t": {tag: [label.text, label.language] if label.is_fallback else [label.text] for tag, label in titles.items()},
            "k": kind,
            "u": quote(str(document), safe="/-._~"),
        }
        main = list(dict.fromkeys(label.text for label in titles.values()))
        others = [
            value(o)
            for p, o in site.graph.about(thing)
            if p in extra and is_literal(o) and value(o) not in main and len(o) < 400
        ]
        slug = (iris.local_part(thing, site.index.base) or "").rpartition("/")[2]
        other_texts = [*dict.fromkeys(others), slug]
        short = sorted({name for each in others if len(each) <= SHORT and (name := fold(each)) != fold(slug)})
        if short:
            stored[str(number)]["o"] = short
        counts = []
        for field, texts in enumerate((main, other_texts)):
            found = [word for text in texts for word in _indexed(text)]
            for word in found:
                entry = postings.setdefault(word, {}).setdefault(field, {})
                entry[str(number)] = entry.get(str(number), 0) + 1
            counts.append(len(set(found)))
            totals[field] += counts[-1]
        lengths[str(number)] = counts
    _compounds(postings)
    count = len(stored)
    step = (1 - LEAST) / max(1, len(site.tables) - 1)
    weights = {table.cls: round(1 - place * step, 3) for place, table in enumerate(site.tables)}
    technical = {table.cls for table in site.tables if table.is_technical}
    document_ids = {str(number): number for number in range(count)}
    data = {
        "classes": [
            {
                **{view.language: view.class_name(cls) for view in views},
                "weight": weights.get(cls, LEAST),
                **({"technical": True} if cls in technical else {}),
            }
            for cls in classes
        ],
        "index": {
            "documentCount": count,
            "nextId": count,
            "documentIds": document_ids,
            "fieldIds": {name: number for number, name in enumerate(FIELDS)},
            "fieldLength": {number: {"0": each[0], "1": each[1]} for number, each in lengths.items()},
            "averageFieldLength": [total / count if count else 0 for total in totals],
            "storedFields": stored,
            "dirtCount": 0,
            "index": [
                [word, {str(field): postings[word][field] for field in sorted(postings[word])}] for word in sorted(postings)
            ],
            "serializationVersion": 2,
        },
    }
    return (json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n").encode("utf-8", "replace")


def _compounds(postings: dict[str, dict[int, dict[str, int]]]) -> None:
    """German compounds: what ends in another word of the index is found by that word too (`rathausbrücke` by `brücke`)."""
    known = sorted(word for word in postings if len(word) >= 5 and word.isalpha())
    by_ending = set(known)
    for word in known:
        for cut in range(3, len(word) - 4):
            ending = word[cut:]
            if ending in by_ending:
                target = postings[ending]
                for found in postings[word].values():
                    # as a word of the second field, which weighs less
                    entry = target.setdefault(1, {})
                    for number in found:
                        entry.setdefault(number, 1)
                break


def _letters(site: Site, view: View) -> Iterator[File]:
    _ = view.texts.gettext
    by_letter: dict[str, list[Term]] = {}
    left_out = [table for table in site.tables if table.is_technical]
    technical = {thing for table in left_out for thing in table.things}
    for thing in sorted(set(site.listed) - technical, key=lambda each: site.order_key(each, view.language)):
        first = fold(view.label(thing).text)[:1]
        by_letter.setdefault(first.upper() if "a" <= first <= "z" else OTHER, []).append(thing)

    def url(letter: str, number: int, root: str) -> str:
        return root + quote(str(site.section(_key(letter, number), view.language)), safe="/-._~")

    def overview(root: str) -> list[dict[str, Any]]:
        return [
            {"letter": letter, "count": len(by_letter[letter]), "url": url(letter, 1, root)} for letter in sorted(by_letter)
        ]

    def lists(root: str) -> list[dict[str, Any]]:
        return [{"title": view.table_heading(table), "url": view.url(f"list/{table.name}", root)} for table in left_out]

    root = "../" * (len(site.section("search", view.language).parts) - 1)
    yield view.section_page(
        "search.html", "search", _("Search"), _("Search all names in all languages; index from A to Z."),
        letters=overview(root), lists=lists(root),
    )  # fmt: skip
    for letter, things in by_letter.items():
        total = -(-len(things) // LETTER_PAGE)
        for number in range(1, total + 1):
            key = _key(letter, number)
            root = "../" * (len(site.section(key, view.language).parts) - 1)
            entries = []
            for thing in things[(number - 1) * LETTER_PAGE : number * LETTER_PAGE]:
                types = site.types(thing)
                entries.append({"link": view.term(thing, root), "kind": view.title(types[0]) if types else ""})
            title = _("Index: %(letter)s") % {"letter": letter}
            yield view.section_page(
                "letter.html", key, title, f"{title} ({view.texts.number(len(things))})", active="search", letter=letter, letters=overview(root),
                lists=lists(root), entries=entries, pages=pager(number, total, lambda n, letter=letter, root=root: url(letter, n, root)),
                **({"title": f"{title} ({number})"} if number > 1 else {}),
            )  # fmt: skip


def _key(letter: str, number: int) -> str:
    return f"index/{letter.lower()}" + (f"-{number}" if number > 1 else "")
