"""Which things are called like others: whose name stands, word for word, inside of another name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ..terms import Term

_BRACKETS = re.compile(r"\([^()]*\)")
_WORD = re.compile(r"[^\W_]+")

Words = tuple[str, ...]


def words(name: str) -> Words:
    """The words of a folded name, without what stands in brackets."""
    return tuple(_WORD.findall(_BRACKETS.sub(" ", name)))


def alike(things: Mapping[Term, Iterable[str]], others: Mapping[Term, Iterable[str]]) -> dict[Term, tuple[Term, ...]]:
    """Thing → the others with one of its names inside of one of theirs, in the order of `others`.

    Names are folded (model.fold). Where several things' names fit the same words, the longest counts: "Saxony-Anhalt" is not like "Saxony".
    """
    owners: dict[Words, list[Term]] = {}
    for thing, own in things.items():
        for name in {words(each) for each in own} - {()}:
            owners.setdefault(name, []).append(thing)
    longest = max(map(len, owners), default=0)
    found: dict[Term, dict[Term, None]] = {}
    for other, theirs in others.items():
        for text in theirs:
            parts = words(text)
            place = 0
            while place < len(parts):
                length = next(
                    (n for n in range(min(longest, len(parts) - place), 0, -1) if parts[place : place + n] in owners), 0
                )
                for thing in owners[parts[place : place + length]] if length else ():
                    found.setdefault(thing, {})[other] = None
                place += length or 1
    return {thing: tuple(several) for thing, several in found.items()}
