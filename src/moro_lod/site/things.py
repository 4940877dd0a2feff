"""What the page of one thing holds, before any language is chosen."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from pathlib import PurePosixPath
from typing import NamedTuple

from ..changes import hash_of_quads
from ..graphs import Quad, Triple
from ..terms import Term, language, value
from . import periods
from .model import NOWHERE, Cells, Derived, Kind, Site, distinct
from .schema import pointing

# The values here are named tuples, not dataclasses: dozens are made for each page, at a third of the cost.


class Value(NamedTuple):
    """One value of a property, and who says so."""

    term: Term
    sources: tuple[Term, ...]
    nested: tuple[Fact, ...] = ()  # for blank nodes
    is_coarse: bool = False  # a date that another value says more precisely


class Fact(NamedTuple):
    """One property with its values. `inverse` tells that the values point here. `total` counts all values, shown or not."""

    subject: Term  # the thing, or a blank node below it
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
    """One row of a table of derived facts. Rows of one table about the same thing have the same cells, but for `through`."""

    about: Term
    things: tuple[Term, ...]  # what the first column shows
    cells: tuple[tuple[Term, ...], ...]
    ends: tuple[tuple[Term, ...], ...]  # of the columns that show a period
    sources: tuple[Term, ...]
    disputed: frozenset[int]  # columns with values about which sources disagree


class DerivedTable(NamedTuple):
    """A table of derived facts on one page. `total` counts all rows, shown or not."""

    derived: Derived
    rows: tuple[Row, ...]
    total: int


class Said(NamedTuple):
    """What a source makes statements about, with their number: the most first. `total` counts all things, shown or not."""

    things: tuple[tuple[Term, int], ...]
    total: int


class Long(NamedTuple):
    """What has more values, or rows, than a page shows, complete and in order: the pages "all …"."""

    subject: Term
    property: Term
    inverse: bool
    terms: tuple[Term, ...]
    total: int
    counts: Mapping[str, int]  # language of the page → number of values there
    derived: Derived | None = None
    rows: tuple[Row, ...] = ()
    said: tuple[tuple[Term, int], ...] = ()


class Thing(NamedTuple):
    """The content of one thing's page."""

    thing: Term
    document: PurePosixPath
    types: tuple[Term, ...]
    groups: tuple[Group, ...]
    texts: Fact | None  # literals that introduce the thing
    tables: tuple[DerivedTable, ...]
    said: Said | None  # what it says, if it is a source
    long: tuple[Long, ...]
    modified: datetime.date
    language: str  # in whose order it is
    varies: bool  # whether another language needs another choice of values, not only another order


class Part(NamedTuple):
    """The content of one page "all …"."""

    values: tuple[Value, ...]
    rows: tuple[Row, ...]
    said: tuple[tuple[Term, int], ...]
    long: tuple[Long, ...]


KEPT = 200_000  # rows whose cells are kept
DEEPEST = 5  # blank nodes inside each other
NESTED = 10  # times the limit of neighbours: values inside of blank nodes on one page


class _Page:
    """What grows while the content of one page is collected."""

    __slots__ = ("alike", "language", "limit", "long", "room", "seen", "shown", "site", "varies")

    def __init__(self, site: Site, wanted: str) -> None:
        self.site = site
        self.language = wanted
        self.limit = site.settings.limits.neighbours
        self.long: list[Long] = []
        self.seen: set[Term] = set()  # blank nodes that are shown
        self.room = self.limit * NESTED  # values that may still stand inside of blank nodes
        self.varies = False
        self.shown: set[Term] = set()  # rows of derived tables
        self.alike = False  # whether a table finds its rows by name

    def choose(
        self, subject: Term, property_: Term, inverse: bool, terms: Sequence[Term], limit: int
    ) -> tuple[list[Term], int]:
        """The values that a page shows of more than `limit`, and how many there are in its language."""
        site = self.site
        self.varies = True
        if inverse or property_ in site.label_properties:
            own, counts = terms, dict.fromkeys(site.languages, len(terms))
        else:
            own = in_language(terms, self.language, site.languages)
            counts = {tag: len(in_language(terms, tag, site.languages)) for tag in site.languages}
        ordered = list(own)
        if len(ordered) > limit:
            ordered.sort(key=lambda each: site.order_key(each, self.language))
            self.long.append(Long(subject, property_, inverse, tuple(ordered), len(ordered), counts))
        return ordered[:limit], len(ordered)


def in_language(terms: Sequence[Term], wanted: str, languages: tuple[str, ...]) -> Sequence[Term]:
    """Of texts in several languages those that a reader wants, if there are any; whatever has no language stays."""
    if len(terms) < 2 or all(each[0] == "<" for each in terms):
        return terms
    tags = {language(each).split("-")[0].lower() for each in terms}
    tags.discard("")
    if not tags or (len(tags) == 1 and wanted in tags):
        return terms
    chosen = next((tag for tag in (wanted, *languages) if tag in tags), min(tags))
    return [each for each in terms if language(each).split("-")[0].lower() in ("", chosen)]


def arrange(thing: Term, site: Site, wanted: str = "") -> Thing:
    """Sort what is said about a thing into groups, follow the derived paths.

    `wanted` is the language whose order counts where not everything can be shown; default: the first of the settings.
    """
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
    introducing = next((p for p in site.description_properties if p in by_property and p != title_property), None)
    texts = {o: names for o, names in by_property[introducing].items() if o[0] == '"'} if introducing else None
    for property_ in [
        p for p in by_property if p in kind.hidden or (p == title_property and (thing, p) not in site.disputed)
    ]:
        del by_property[property_]
    for property_ in site.description_properties:
        literals = by_property.pop(property_, None)
        if literals and any(each[0] != '"' for each in literals):
            by_property[property_] = {o: s for o, s in literals.items() if o[0] != '"'}
    _leave_out(thing, by_property, kind, site)
    page = _Page(site, wanted or site.languages[0])
    page.alike = kind.alike
    tables = tuple([_derive(each, thing, page) for each in kind.derived])
    introduction = _fact(thing, introducing, texts, page) if introducing and texts else None
    back = _pointing(thing, by_property, kind, site)
    groups: dict[Term | None, list[Fact]] = {}
    rest_back: list[Fact] = []
    for key in sorted([*by_property, *back] if back else by_property, key=kind.order):
        group = kind.places.get(key, NOWHERE).group
        if key[0] == "^":
            facts = rest_back if group is None else groups.setdefault(group, [])
            facts.append(_fact_back(thing, key[1:], back[key], page))
        else:
            groups.setdefault(group, []).append(_fact(thing, key, by_property[key], page))
    rest = groups.pop(None, None)
    ordered = [Group(group, False, tuple(facts)) for group, facts in groups.items()]
    if rest:
        ordered.append(Group(None, False, tuple(rest)))
    if rest_back:
        ordered.append(Group(None, True, tuple(rest_back)))
    said = _said(thing, page) if thing in site.said else None
    document = site.document(thing)
    assert document is not None, thing  # noqa: S101 - only things below the base are arranged
    return Thing(
        thing, document, types, tuple(ordered), introduction, tables, said, tuple(page.long),
        _modified(thing, quads, site), page.language, page.varies,
    )  # fmt: skip


def part(long: Long, start: int, stop: int, site: Site, wanted: str) -> Part:
    """The content of one page "all …": some of the values or rows, with their sources."""
    page = _Page(site, wanted)
    page.seen.add(long.subject)
    values = []
    for term in long.terms[start:stop]:
        triple = (term, long.property, long.subject) if long.inverse else (long.subject, long.property, term)
        values.append(Value(term, site.sources_of(triple), _nested(term, page, 0) if term[0] == "_" else ()))
    return Part(tuple(values), long.rows[start:stop], long.said[start:stop], tuple(page.long))


def _said(source: Term, page: _Page) -> Said:
    """What a source is about."""
    site, wanted = page.site, page.language
    ordered = tuple(sorted(site.said[source].items(), key=lambda pair: (-pair[1], site.order_key(pair[0], wanted))))
    total = len(ordered)
    page.varies = True  # the order
    if total > page.limit:
        page.long.append(Long(source, "", False, (), total, dict.fromkeys(site.languages, total), said=ordered))
    return Said(ordered[: page.limit], total)


def _modified(thing: Term, quads: Sequence[Quad], site: Site) -> datetime.date:
    """The date of the lock while the content is what it was then, else that of this release."""
    publication = site.publication
    iri = value(thing)
    if iri not in publication.lock.stamps["things"]:
        return publication.date
    return publication.lock.stamp("things", iri, hash_of_quads(quads), publication.date).modified


def _leave_out(thing: Term, by_property: dict[Term, dict[Term, list[Term]]], kind: Kind, site: Site) -> None:
    """Take away what the page says better elsewhere: in a derived table, or by a more special property."""
    above = site.schema.superproperties
    said: dict[Term, set[Term]] = {}
    for property_, objects in by_property.items():
        for general in above.get(property_, ()):
            if general in by_property:
                said.setdefault(general, set()).update(objects)
    disputed = site.disputed
    for property_ in kind.replaced:
        if property_ in by_property and (thing, property_) not in disputed:  # a table marks no contradiction
            del by_property[property_]
    only_inferred = [site.inferred]
    for property_, special in said.items():
        objects = by_property.get(property_, {})
        kept = {o: names for o, names in objects.items() if o not in special or names != only_inferred}
        if kept:
            by_property[property_] = kept
        else:
            by_property.pop(property_, None)


def _fact(subject: Term, property_: Term, objects: dict[Term, list[Term]], page: _Page, depth: int = 0) -> Fact:
    limit = page.limit
    if depth:
        limit = min(limit, page.room)
    terms: Iterable[Term] = objects
    count = len(objects)
    if count > limit:
        terms, count = page.choose(subject, property_, False, list(objects), limit)
    if depth:
        page.room -= min(count, limit)
    site = page.site
    sources_of = site.sources_of
    values = tuple([
        Value(o, sources_of((subject, property_, o), tuple(objects[o])), _nested(o, page, depth) if o[0] == "_" else ())
        for o in terms
    ])  # fmt: skip
    return Fact(subject, property_, False, values, count, (subject, property_) in site.disputed)


def _nested(node: Term, page: _Page, depth: int) -> tuple[Fact, ...]:
    """The facts of a blank node, blank nodes below it included, each node once a page."""
    if depth > DEEPEST or node in page.seen:
        return ()
    page.seen.add(node)
    site = page.site
    by_property: dict[Term, dict[Term, list[Term]]] = {}
    for _, property_, target, source in site.index.quads.about(node):
        if property_ not in site.hidden:
            by_property.setdefault(property_, {}).setdefault(target, []).append(source)
    return tuple([
        _fact(node, property_, targets, page, depth + 1)
        for property_, targets in sorted(by_property.items(), key=lambda pair: site.curie(pair[0]))
    ])  # fmt: skip


def _pointing(thing: Term, outgoing: dict[Term, dict[Term, list[Term]]], kind: Kind, site: Site) -> dict[str, list[Term]]:
    """What points here by which property (schema.pointing), without what an inverse property says already."""
    by_property: dict[Term, list[Term]] = {}
    for subject, property_ in site.graph.incoming(thing):
        if subject != thing and subject[0] != "_":
            by_property.setdefault(property_, []).append(subject)
    if not by_property:
        return {}
    inverses, above = site.schema.inverses, site.schema.superproperties
    general = {one for each in by_property for one in above.get(each, ())}
    hidden, replaced = kind.hidden_back, kind.replaced
    found = {}
    for property_, subjects in by_property.items():
        inverse = inverses.get(property_)
        if property_ in general or property_ in hidden or property_ in replaced:
            continue
        if inverse is not None and (inverse in outgoing or inverse in hidden or inverse in replaced):
            continue
        found[pointing(property_)] = subjects
    return found


def _fact_back(thing: Term, property_: Term, subjects: list[Term], page: _Page) -> Fact:
    count = len(subjects)
    if count > page.limit:
        subjects, count = page.choose(thing, property_, True, subjects, page.limit)
    sources_of = page.site.sources_of
    values = tuple([Value(subject, sources_of((subject, property_, thing))) for subject in subjects])
    return Fact(thing, property_, True, values, count)


Ends = dict[Term, tuple[tuple[Term, ...], tuple[Term, ...]]]
"""Row → who says that it belongs to the thing, and what stands between."""


def _ends(derived: Derived, thing: Term, site: Site) -> Ends:
    """The rows of a thing. Rows of another time are left out."""
    if derived.rows is None:
        return {end: ((), ()) for end in site.alike(derived).get(thing, ()) if end != thing}
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
        assert derived.rows is not None  # noqa: S101 - `through` leads to them
        graph = site.graph
        own = periods.bounds(between, derived.through_period, graph)
        known = site.kept_rows[key] = [
            (end, _names(way, site))
            for end, way in derived.rows.follow(between, graph).items()
            if periods.overlap(own, _bounds(derived, end, site))
        ]
    return known


def _bounds(derived: Derived, end: Term, site: Site) -> tuple[str, str]:
    """The time of a row. Kept, since it is compared with the time of everything that leads to the row."""
    key = (derived.number, end)
    known = site.kept_bounds.get(key)
    if known is None:
        known = site.kept_bounds[key] = periods.bounds(end, derived.row_period, site.graph)
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
        disputed: set[int] = set()
        for number, (column, until) in enumerate(zip(derived.columns, derived.until, strict=True)):
            for path, target in ((column, cells), (until, ends)):
                found = path.follow(end, graph) if path else {}
                target.append(tuple(sorted(found)))
                for steps in found.values():
                    triples += steps
                    if steps and steps[-1][:2] in site.disputed:
                        disputed.add(number)
        if len(site.kept_cells) > KEPT:
            site.kept_cells.clear()
        known = site.kept_cells[key] = Cells(shown, tuple(cells), tuple(ends), _names(triples, site), frozenset(disputed))
    return known


def _names(triples: Iterable[Triple], site: Site) -> tuple[Term, ...]:
    inferred = site.inferred
    return distinct([name for triple in triples for name in site.sources_of(triple) if name != inferred])


def _derive(derived: Derived, thing: Term, page: _Page) -> DerivedTable:
    site = page.site
    wanted = page.language
    found = []
    ends = _ends(derived, thing, site)
    if page.alike:  # a table that finds its rows by name leaves out those of the tables before it
        if derived.rows is None:
            ends = {end: ways for end, ways in ends.items() if end not in page.shown}
        page.shown.update(ends)
    for end, (said, between) in ends.items():
        cells = _cells(derived, end, site)
        shown = (*cells.columns, between) if derived.settings.through_label else cells.columns
        names = distinct((*said, *cells.sources)) if derived.rows is not None else ()
        order = [site.order_key(each, wanted) for each in cells.shown]
        found.append((order, Row(end, cells.shown, shown, cells.ends, names, cells.disputed)))
    found.sort(key=itemgetter(0))
    rows = [row for _, row in found]
    total = len(rows)
    if total > page.limit:
        page.varies = True
        page.long.append(Long(thing, "", False, (), total, dict.fromkeys(site.languages, total), derived, tuple(rows)))
    return DerivedTable(derived, tuple(rows[: page.limit]), total)
