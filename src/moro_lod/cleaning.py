"""Undo what a page layout did to a text: words broken at line ends, and runs of white space."""

from __future__ import annotations

import re
from collections.abc import Collection

# After these words a hyphen at the end of the word before is meant: "Stadt- und Raumforschung".
CONJUNCTIONS = ("und", "oder", "bzw.", "sowie")

_BROKEN = re.compile(r"(?<=[^\W\d_])-[ \t\u00a0]*\n?[ \t\u00a0]+(?=([^\W\d_][^\s]*))|(?<=[^\W\d_])-\n(?=([^\W\d_][^\s]*))")


def join_broken_words(text: str, conjunctions: Collection[str] = CONJUNCTIONS) -> str:
    """The text with words put together again that were broken at the end of a line: "Strategie- ansatz" → "Strategieansatz".

    A letter, a hyphen, white space (at most one line break) and a lower-case letter are joined, unless the next word is one of
    the conjunctions: there the hyphen stands for a part that two words share ("Kommunikations- und
    Entscheidungsstrategien"). A capital letter after the break keeps its hyphen and space, since compound names are
    written like that on purpose. The rule holds for languages that write compounds as one word and nouns with a capital
    or not at all differently from other words; pass the conjunctions of the language.
    """
    kept = {word.lower() for word in conjunctions}

    def joined(match: re.Match[str]) -> str:
        word = match[1] or match[2]
        bare = re.match(r"\w+", word)
        known = word.lower() in kept or (bare is not None and (bare[0].lower() in kept or f"{bare[0].lower()}." in kept))
        return match[0] if known or not word[0].islower() else ""

    return _BROKEN.sub(joined, text)


def squeeze_spaces(text: str) -> str:
    """The text with every run of white space as one space, and none at the ends."""
    return " ".join(text.split())


def clean_title(text: str, conjunctions: Collection[str] = CONJUNCTIONS) -> str:
    """A title ready to be published: broken words joined, white space normalised, everything else verbatim."""
    return squeeze_spaces(join_broken_words(text, conjunctions))
