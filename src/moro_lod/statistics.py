"""Figures about a publication: resources by class, statements by source, texts by language."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass

from .description import Index
from .graphs import Quads
from .namespaces import RDF
from .terms import Term, is_literal, language, value


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counts. Lists are sorted by falling count, then by name."""

    statements: int  # triples of the union
    things: int
    by_class: tuple[tuple[Term, int], ...]
    by_source: tuple[tuple[Term, int], ...]
    by_language: tuple[tuple[str, int, int], ...]  # language tag ("" untagged texts left out), texts, things with a label

    def to_json(self) -> bytes:
        """The figures as JSON, IRIs without brackets."""
        document = {
            "statements": self.statements,
            "things": self.things,
            "byClass": {value(term): count for term, count in self.by_class},
            "bySource": {value(term): count for term, count in self.by_source},
            "byLanguage": {tag: {"texts": texts, "thingsWithLabel": named} for tag, texts, named in self.by_language},
        }
        return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def count(quads: Quads, index: Index) -> Statistics:
    """Count what is published."""
    graph = quads.union()
    things = frozenset(index.things)
    classes = Counter(kind for thing, kind in graph.pairs(RDF.type) if thing in things)
    sources = Counter(quad[3] for quad in quads)
    texts = Counter(language(o) for _, _, o in graph if is_literal(o) and language(o))
    named = Counter(tag for thing in index.things for tag in index.labels.texts.get(thing, ()))
    return Statistics(
        statements=len(graph),
        things=len(things),
        by_class=_ranked(classes),
        by_source=_ranked(sources),
        by_language=tuple((tag, number, named[tag]) for tag, number in _ranked(texts)),
    )


def _ranked(counter: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counter.items(), key=lambda pair: (-pair[1], pair[0])))
