"""Sentences that the pages of things begin with: made from the data, by the patterns of the settings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from markupsafe import Markup, escape

from ..terms import Term
from . import things
from .model import Site
from .paths import Path
from .view import View, sort_text


class Gap(NamedTuple):
    """A gap in a sentence of the settings: the name of the thing (no path), what a path leads to, or how much that is."""

    path: Path | None
    counted: bool


Sentence: TypeAlias = tuple[Markup | Gap, ...]


class Sentences:
    """The sentences in one language, taken apart once for things with the same types."""

    def __init__(self, site: Site, view: View) -> None:
        self.site = site
        self.view = view
        self._of_types: dict[tuple[Term, ...], tuple[Sentence, ...]] = {}

    def summary(self, thing: Term, types: tuple[Term, ...], root: str) -> Markup:
        """Sentences from the data, by the patterns of the settings. A sentence with an empty gap is left out."""
        sentences = self._of_types.get(types)
        if sentences is None:
            sentences = self._of_types[types] = self._taken_apart(types)
        found = []
        for sentence in sentences:
            parts = [self._piece(each, thing, root) if isinstance(each, Gap) else each for each in sentence]
            if all(parts):
                found.append("".join(parts))
        return Markup(" ".join(found))  # noqa: S704 - every part is markup

    def _taken_apart(self, types: tuple[Term, ...]) -> tuple[Sentence, ...]:
        """The sentences that the settings have for things with these types, taken apart at their gaps."""
        above = self.site.schema.with_superclasses(types)
        found = []
        for classes, texts, paths in self.site.sentences:
            if any(cls in classes for cls in above):
                pieces = re.split(r"\{([^{}]+)\}", self.view.words(texts))
                found.append(
                    tuple(
                        Gap(paths[piece.removeprefix("#")] if piece != "label" else None, piece.startswith("#")) if place % 2 else escape(piece)
                        for place, piece in enumerate(pieces)
                        if place % 2 or piece
                    )
                )  # fmt: skip
        return tuple(found)

    def _piece(self, gap: Gap, thing: Term, root: str) -> Markup:
        """What fills a gap; "" where nothing is known."""
        view = self.view
        if gap.path is None:
            return escape(view.label(thing).text)
        ends = things.in_language(gap.path.ends(thing, self.site.graph), view.language, self.site.languages)
        if not ends:
            return Markup("")
        return escape(view.texts.number(len(ends))) if gap.counted else _joined(ends, view, root)


def _joined(ends: Sequence[Term], view: View, root: str) -> Markup:
    """Some terms in a row, as a sentence has them: "a, b and c"."""
    if len(ends) == 1:
        return view.term(ends[0], root)
    shown = sorted((view.term(each, root) for each in ends), key=sort_text)
    if len(shown) > 4:
        rest = view.texts.gettext("%(count)s more") % {"count": view.texts.number(len(shown) - 3)}
        shown = [*shown[:3], escape(rest)]
    marks = [f"\ue000{place}\ue001" for place in range(len(shown))]
    text = escape(view.texts.join(marks))
    for mark, html in zip(marks, shown, strict=True):
        text = Markup(text.replace(mark, html))  # noqa: S704 - both are escaped
    return text
