"""Contradictions: what sources say differently, with who says what.

The shapes tell what contradicts itself: a property shape with an IRI as its path and `sh:severity sh:Warning` that stands in a
`sh:PropertyGroup` whose name ends in `contradictions`. What exactly is compared depends on one more statement in the shape:

- `sh:disjoint` another property: a value that stands under both;
- `sh:equals` another property: a value that stands under one of the two only;
- neither: the property is single-valued, and two values contradict each other unless one contains the other, as the year
  2012 contains the month 2012-02 (design: contradictions are published, never resolved by the program).

The shapes report the same things as warnings while validating; here each value comes with its sources.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import combinations

from .graphs import Graph, Quads
from .namespaces import RDF, SH
from .terms import Term, datatype, is_iri, is_literal, language, value

GROUP_NAME = "contradictions"

_XSD = "http://www.w3.org/2001/XMLSchema#"
_TIMES = {f"{_XSD}gYear", f"{_XSD}gYearMonth", f"{_XSD}date", "http://id.loc.gov/datatypes/edtf/EDTF"}
_NUMBERS = {_XSD + name for name in ("decimal", "integer", "nonNegativeInteger", "positiveInteger", "int", "long")}
_RANGE = re.compile(r"/|\.\.")


@dataclass(frozen=True, slots=True)
class Claim:
    """One value of a property, and the graphs (sources) that state it, sorted."""

    property: Term
    value: Term
    sources: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A thing about which sources disagree, the property in question, and all that is claimed, sorted by value."""

    subject: Term
    property: Term
    claims: tuple[Claim, ...]


def find(quads: Quads, shapes: Graph) -> tuple[Conflict, ...]:
    """All contradictions in the quads that the shapes ask about, sorted by thing and property."""
    found: set[Conflict] = set()
    union = quads.union()
    for shape, path in _asked(shapes):
        disjoint, equal = shapes.value(shape, SH.disjoint), shapes.value(shape, SH.equals)
        targets = {subject for subject, _ in union.pairs(path)}
        for subject in targets:
            values = union.objects(subject, path)
            if disjoint:
                pairs = [
                    (each, other) for each in values for other in (path, disjoint) if (subject, disjoint, each) in union
                ]
                found |= _conflicts(quads, subject, path, pairs)
            elif equal:
                others = union.objects(subject, equal)
                if others and set(values) != set(others):
                    pairs = [(each, path) for each in values] + [(each, equal) for each in others]
                    found |= _conflicts(quads, subject, path, pairs)
            elif any(contradict(one, other) for one, other in combinations(values, 2)):
                found |= _conflicts(quads, subject, path, [(each, path) for each in values])
    return tuple(sorted(found, key=lambda each: (each.subject, each.property, [claim.value for claim in each.claims])))


def _asked(shapes: Graph) -> Iterator[tuple[Term, Term]]:
    """The shapes that stand in a group of contradictions, with their paths; each kind of question once."""
    groups = {
        group
        for group in shapes.subjects(RDF.type, SH.PropertyGroup)
        if is_iri(group) and re.split(r"[#/]", value(group))[-1] == GROUP_NAME
    }
    for shape in sorted({shape for group in groups for shape in shapes.subjects(SH.group, group)}):
        path = shapes.value(shape, SH.path)
        if path and is_iri(path) and SH.Warning in shapes.objects(shape, SH.severity):
            yield shape, path


def _conflicts(quads: Quads, subject: Term, path: Term, pairs: Iterable[tuple[Term, Term]]) -> set[Conflict]:
    claims = sorted(
        (Claim(prop, each, quads.sources((subject, prop, each))) for each, prop in pairs),
        key=lambda claim: (claim.value, claim.property),
    )
    return {Conflict(subject, path, tuple(claims))} if claims else set()


def contradict(one: Term, other: Term) -> bool:
    """Whether two values of a single-valued property contradict each other: neither is, nor contains, the other."""
    if one == other:
        return False
    if is_literal(one) and is_literal(other):
        if language(one).lower() != language(other).lower():
            return False  # the same thing said in two languages
        if datatype(one) in _TIMES and datatype(other) in _TIMES:
            return not (contains(one, other) or contains(other, one))
        if datatype(one) in _NUMBERS and datatype(other) in _NUMBERS:
            try:
                return Decimal(value(one)) != Decimal(value(other))
            except InvalidOperation:
                return True
    return True


def contains(one: Term, other: Term) -> bool:
    """Whether the first time holds every day of the second: 2012 holds 2012-02 and 2012-02-29.

    Both are years, months, days or EDTF (year to day, `~ ? %`, `X` for an open digit, `a/b`, `[a..b]`). Compared as texts
    filled up to a day, since values of different precision do not compare in any engine. An open end holds everything.
    """
    (first, last), (other_first, other_last) = _days(value(one)), _days(value(other))
    return first <= other_first and other_last <= last


def _days(text: str) -> tuple[str, str]:
    """The first and the last text of a day that a time allows: zeros below, nines above."""
    bare = re.sub(r"[~?%\[\]{}]", "", text)
    parts = _RANGE.split(bare)
    begin, end = parts[0], parts[-1]
    first = begin.replace("-XX", "").replace("X", "0")
    last = end.replace("-XX", "").replace("X", "9")
    return first + "0000-00-00"[len(first) :], last + "9999-99-99"[len(last) :]
