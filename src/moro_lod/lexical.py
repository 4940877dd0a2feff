"""Spellings of literals that the query store does not keep.

An Oxigraph store keeps numbers, booleans, dates and durations by value and gives back its own spelling of them ("1.50" comes
back as "1.5", "1" of type xsd:boolean as "true"), and language tags in lower case. Everything that is asked of a store has
to be mapped back to the terms that the sources have.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph

from .namespaces import XSD
from .terms import Term

_XSD_MARK = f'"^^<{XSD.iri}'


def stored_forms(terms: Iterable[Term]) -> dict[Term, Term]:
    """How a store gives back those of the terms that it does not keep: term as written → term of the store.

    Terms that come back as they are, and terms that are no literals, are left out. Each distinct literal costs a few
    microseconds, however often it is used.
    """
    candidates = [term for term in dict.fromkeys(terms) if _may_change(term)]
    if not candidates:
        return {}
    lines = "".join([f"<urn:{number}> <urn:p> {term} .\n" for number, term in enumerate(candidates)])
    store = pyoxigraph.Store()
    store.bulk_load(lines.encode(), format=pyoxigraph.RdfFormat.N_TRIPLES)
    dump = (store.dump(format=pyoxigraph.RdfFormat.N_QUADS) or b"").decode()
    changed = {}
    for line in dump.splitlines():
        subject, _, stored = line[:-2].split(" ", 2)
        term = candidates[int(subject[5:-1])]
        if stored != term:
            changed[term] = stored
    return dict(sorted(changed.items()))


def _may_change(term: Term) -> bool:
    """Whether the term is a literal of an XML Schema datatype or has capitals in its language tag."""
    if term[0] != '"' or term[-1] == '"':
        return False
    if term[-1] == ">":
        return _XSD_MARK in term
    tag = term[term.rindex('"') :]
    return tag != tag.lower()
