"""pyshacl in a bearable time: rdflib parses the query of a SPARQL constraint again for every focus node."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest
from rdflib.plugins.sparql import processor


@contextmanager
def parsed_once() -> Iterator[None]:
    """Each query is parsed and translated once, which is a quarter of a second each time. The answers stay the same."""
    with pytest.MonkeyPatch.context() as patch:
        parse, translate = processor.parseQuery, processor.translateQuery

        @cache
        def prepared(text: str, base: str | None, prefixes: tuple[tuple[str, str], ...]) -> object:
            return translate(parse(text), base, dict(prefixes))

        patch.setattr(processor, "parseQuery", lambda text: text)
        patch.setattr(
            processor, "translateQuery", lambda text, base, names: prepared(text, base, tuple(sorted(names.items())))
        )
        yield
