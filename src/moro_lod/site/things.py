"""What the page of one thing holds, before any language is chosen."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from ..changes import hash_of_quads
from ..graphs import Quad, Triple
from ..terms import Term, is_blank, language, value
from . import periods
from .model import NOWHERE, Cells, Derived, Kind, Site, distinct
from .schema import Place

# The values here are named tuples, not dataclasses: dozens are made for each page, at a third of the cost.


class Value(NamedTuple):
    """One value of a property, with the numbers of its sources in the page's list of sources."""

    term: Term
    sources: tuple[int, ...]
    nested: tuple[Fact, ...] = ()  # for blank nodes


class Fact(NamedTuple):
    """One property with its values. `inverse` tells that the values point here. `total` counts all values, shown or not."""

    property: Term
    inverse: bool
    values: tuple[Value, ...]
    total: int
    disputed: bool = False


class Group(NamedTuple):
    """Facts under one heading; `group` is the property group of the shapes, None for the rest."""

    group: Term | None
    incoming: bool
    facts: tuple[Fact, ...]


class Row(NamedTuple):
    """One row of a table of derived facts."""

    things: tuple[Term, ...]  # what the first column shows
    cells: tuple[tuple[Term, ...], ...]
    ends: tuple[tuple[Term, ...], ...]  # of the columns that show a period
    sources: tuple[int, ...]


class DerivedTable(NamedTuple):
    """A table of derived facts on one page."""

    derived: Derived
    rows: tuple[Row, ...]


class Thing(NamedTuple):
    """The content of one thing's page."""

    thing: Term
    document: PurePosixPath
    types: tuple[Term, ...]
    groups: tuple[Group, ...]
    texts: tuple[Value, ...]  # literals that introduce the thing
    tables: tuple[DerivedTable, ...]
    sources: tuple[Term, ...]  # numbered from 1 on the page
    overlong: tuple[Fact, ...]  # facts with more values than a page shows, complete
    modified: datetime.date


KEPT = 200_000  # rows whose cells are kept


class _Sources:
    """The numbers of sources on one page, in order of appearance."""

    def __init__(self) -> None:
        self.numbers: dict[Term, int] = {}

    def __call__(self, names: tuple[Term, ...]) -> tuple[int, ...]:
        numbers = self.numbers
        if len(names) == 1:
            name = names[0]
            found = numbers.get(name)
            if found is None:
                found = numbers[name] = len(numbers) + 1
            return (found,)
        return tuple([numbers.setdefault(name, len(numbers) + 1) for name in names])


def arrange(thing: Term, site: Site) -> Thing:
    """Sort what is said about a thing into groups, number its sources, follow the derived paths."""
    index = site.index
    types = site.types(thing)
    kind = site.kind(types)
    quads = index.quads.about(thing)
    by_property: dict[Term, dict[Term, list[Term]]] = {}
    for _, property_, target, source in quads:
        objects = by_property.get(property_)
        if objects is None:
            objects = by_property[property_] = {}
        if target in objects:
            objects[target].append(source)
        else:
            objects[target] = [source]
    title_property = next((each for each in index.label_properties if each in by_property), None)
    texts = next(
        ((p, by_property[p]) for p in site.description_properties if p in by_property and p != title_property), None
    )
    for property_ in [p for p in by_property if p in kind.hidden or p == title_property]:
        del by_property[property_]
    for property_ in site.description_properties:
        literals = by_property.pop(property_, None)
        if literals and any(each[0] != '"' for each in literals):
            by_property[property_] = {o: s for o, s in literals.items() if o[0] != '"'}
    _leave_out(by_property, kind, site)
    numbers = _Sources()
    tables = tuple([_derive(each, thing, numbers, site) for each in kind.derived])
    introduction: tuple[Value, ...] = ()
    if texts is not None:
        introduction = tuple([
            Value(o, numbers(site.sources_of((thing, texts[0], o), tuple(names)))) for o, names in texts[1].items() if o[0] == '"'
        ])  # fmt: skip
    overlong: list[Fact] = []
    groups: dict[Term | None, list[Fact]] = {}
    limit = site.settings.limits.neighbours
    for property_ in sorted(by_property, key=kind.order):
        place = kind.places.get(property_, NOWHERE)
        fact = _fact(thing, property_, by_property[property_], place, limit, numbers, site)
        if fact.total > len(fact.values):
            overlong.append(_complete(thing, fact, site))
        groups.setdefault(place.group, []).append(fact)
    back = _incoming(thing, by_property, kind, limit, numbers, site)
    for fact in back:
        if fact.total > len(fact.values):
            overlong.append(_complete(thing, fact, site))
    rest = groups.pop(None, None)
    ordered = [Group(group, False, tuple(facts)) for group, facts in groups.items()]
    if rest:
        ordered.append(Group(None, False, tuple(rest)))
    if back:
        ordered.append(Group(None, True, back))
    document = site.document(thing)
    assert document is not None, thing  # noqa: S101 - only things below the base are arranged
    return Thing(
        thing, document, types, tuple(ordered), introduction, tables, tuple(numbers.numbers), tuple(overlong), _modified(thing, quads, site)
    )  # fmt: skip


def _modified(thing: Term, quads: Sequence[Quad], site: Site) -> datetime.date:
    """The date of the lock while the content is what it was then, else that of this release."""
    publication = site.publication
    iri = value(thing)
    if iri not in publication.lock.stamps["things"]:
        return publication.date
    return publication.lock.stamp("things", iri, hash_of_quads(quads), publication.date).modified


def _leave_out(by_property: dict[Term, dict[Term, list[Term]]], kind: Kind, site: Site) -> None:
    """Take away what the page says better elsewhere: in a derived table, or by a more special property."""
    above = site.schema.superproperties
    said: dict[Term, set[Term]] = {}
    for property_, objects in by_property.items():
        for general in above.get(property_, ()):
            if general in by_property:
                said.setdefault(general, set()).update(objects)
    for property_ in kind.replaced:
        by_property.pop(property_, None)
    only_inferred = [site.inferred]
    for property_, special in said.items():
        objects = by_property.get(property_, {})
        kept = {o: names for o, names in objects.items() if o not in special or names != only_inferred}
        if kept:
            by_property[property_] = kept
        else:
            by_property.pop(property_, None)


def _fact(
    thing: Term, property_: Term, objects: dict[Term, list[Term]], place: Place, limit: int, numbers: _Sources, site: Site
) -> Fact:
    count = len(objects)
    terms = list(objects)
    if count > limit:
        terms.sort(key=lambda each: site.order_key(each, site.languages[0]))
        terms = terms[:limit]
    sources_of = site.sources_of
    values = tuple(
        [
            Value(
                o,
                numbers(sources_of((thing, property_, o), tuple(objects[o]))),
                _nested(o, numbers, site) if o[0] == "_" else (),
            )
            for o in terms
        ]
    )
    disputed = place.single and count > 1 and _disagree(list(objects))
    return Fact(property_, False, values, count, disputed)


def _disagree(terms: list[Term]) -> bool:
    """Whether two values contradict: the texts are cut to the shorter length, so that 2012 agrees with 2012-02."""
    per_language: dict[str, list[str]] = {}
    for term in terms:
        per_language.setdefault(language(term), []).append(value(term))
    for texts in per_language.values():
        for place, one in enumerate(texts):
            for other in texts[place + 1 :]:
                length = min(len(one), len(other))
                if one[:length] != other[:length]:
                    return True
    return False


def _complete(thing: Term, fact: Fact, site: Site) -> Fact:
    """A fact with all its values, sorted by label; sources are left to the pages of the values."""
    graph = site.graph
    terms = graph.subjects(fact.property, thing) if fact.inverse else graph.objects(thing, fact.property)
    ordered = sorted(terms, key=lambda each: site.order_key(each, site.languages[0]))
    return Fact(fact.property, fact.inverse, tuple(Value(each, ()) for each in ordered), len(ordered))


def _nested(node: Term, numbers: _Sources, site: Site, depth: int = 0) -> tuple[Fact, ...]:
    """The facts of a blank node, blank nodes below it included."""
    by_property: dict[Term, dict[Term, list[Term]]] = {}
    for _, property_, target, source in site.index.quads.about(node):
        if property_ not in site.hidden:
            by_property.setdefault(property_, {}).setdefault(target, []).append(source)
    return tuple(
        Fact(
            property_,
            False,
            tuple(
                Value(
                    target,
                    numbers(site.sources_of((node, property_, target), tuple(names))),
                    _nested(target, numbers, site, depth + 1) if is_blank(target) and depth < 5 else (),
                )
                for target, names in targets.items()
            ),
            len(targets),
        )
        for property_, targets in sorted(by_property.items(), key=lambda pair: site.curie(pair[0]))
    )


def _incoming(
    thing: Term, outgoing: dict[Term, dict[Term, list[Term]]], kind: Kind, limit: int, numbers: _Sources, site: Site
) -> tuple[Fact, ...]:
    """What points here, without what an inverse property says already."""
    pairs = site.graph.incoming(thing)
    if not pairs:
        return ()
    by_property: dict[Term, list[Term]] = {}
    for subject, property_ in pairs:
        if subject != thing and subject[0] != "_":
            by_property.setdefault(property_, []).append(subject)
    inverses, above = site.schema.inverses, site.schema.superproperties
    general = {one for each in by_property for one in above.get(each, ())}
    facts = []
    for property_, subjects in by_property.items():
        inverse = inverses.get(property_)
        if property_ in general or property_ in kind.hidden or property_ in kind.replaced:
            continue
        if inverse is not None and (inverse in outgoing or inverse in kind.hidden or inverse in kind.replaced):
            continue
        shown = subjects
        if len(subjects) > limit:
            shown = sorted(subjects, key=lambda each: site.order_key(each, site.languages[0]))[:limit]
        values = tuple([Value(subject, numbers(site.sources_of((subject, property_, thing)))) for subject in shown])
        facts.append(Fact(property_, True, values, len(subjects)))
    facts.sort(key=lambda fact: site.curie(fact.property))
    return tuple(facts)


Ends = dict[Term, tuple[tuple[Term, ...], tuple[Term, ...]]]
"""Row → who says that it belongs to the thing, and what stands between."""


def _ends(derived: Derived, thing: Term, site: Site) -> Ends:
    """The rows of a thing. Rows of another time are left out."""
    if derived.through is None:
        return {end: (_names(way, site), ()) for end, way in derived.rows.follow(thing, site.graph).items()}
    found: Ends = {}
    for between, way in sorted(derived.through.follow(thing, site.graph).items()):
        rows = _rows_of(derived, between, site)
        if rows:
            first = _names(way, site)
            for end, second in rows:
                names, several = found.get(end, ((), ()))
                found[end] = ((*names, *first, *second), (*several, between))
    return found


def _rows_of(derived: Derived, between: Term, site: Site) -> list[tuple[Term, tuple[Term, ...]]]:
    """The rows that belong to what stands between and to its time. Kept, since many things share what stands between."""
    key = (derived.number, between)
    known = site.kept_rows.get(key)
    if known is None:
        graph = site.graph
        own = periods.bounds(between, derived.through_period, graph)
        known = site.kept_rows[key] = [
            (end, _names(way, site))
            for end, way in derived.rows.follow(between, graph).items()
            if periods.overlap(own, periods.bounds(end, derived.row_period, graph))
        ]
    return known


def _cells(derived: Derived, end: Term, site: Site) -> Cells:
    """What the columns show for a row, and who says so. Kept, since many things share a row."""
    key = (derived.number, end)
    known = site.kept_cells.get(key)
    if known is None:
        graph = site.graph
        triples: list[Triple] = []
        shown: tuple[Term, ...] = (end,)
        if derived.shown:
            ways = derived.shown.follow(end, graph)
            shown = tuple(sorted(ways)) or shown
            triples += [triple for steps in ways.values() for triple in steps]
        cells: list[tuple[Term, ...]] = []
        ends: list[tuple[Term, ...]] = []
        for column, until in zip(derived.columns, derived.until, strict=True):
            for path, target in ((column, cells), (until, ends)):
                found = path.follow(end, graph) if path else {}
                target.append(tuple(sorted(found)))
                for steps in found.values():
                    triples += steps
        if len(site.kept_cells) > KEPT:
            site.kept_cells.clear()
        known = site.kept_cells[key] = Cells(shown, tuple(cells), tuple(ends), _names(triples, site))
    return known


def _names(triples: Iterable[Triple], site: Site) -> tuple[Term, ...]:
    inferred = site.inferred
    return distinct([name for triple in triples for name in site.sources_of(triple) if name != inferred])


def _derive(derived: Derived, thing: Term, numbers: _Sources, site: Site) -> DerivedTable:
    rows = []
    first = site.languages[0]
    for end, (said, between) in _ends(derived, thing, site).items():
        cells = _cells(derived, end, site)
        shown = (*cells.columns, between) if derived.settings.through_label else cells.columns
        names = distinct((*said, *cells.sources))
        rows.append(([site.order_key(each, first) for each in cells.shown], cells, shown, names))
    rows.sort(key=lambda row: row[0])
    return DerivedTable(
        derived, tuple([Row(cells.shown, shown, cells.ends, numbers(names)) for _, cells, shown, names in rows])
    )
