"""What the page of one thing holds, before any language is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from ..description import Description, Statement
from ..graphs import Triple
from ..terms import Term, is_blank, is_literal, language, value
from . import periods
from .model import DESCRIPTIONS, Derived, Site, distinct
from .schema import Place

_NOWHERE = Place(None, 10_000.0, 10_000.0, ())


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a property, with the numbers of its sources in the page's list of sources."""

    term: Term
    sources: tuple[int, ...]
    nested: tuple[Fact, ...] = ()  # for blank nodes


@dataclass(frozen=True, slots=True)
class Fact:
    """One property with its values. `inverse` tells that the values point here. `count` is the number of all values."""

    property: Term
    inverse: bool
    values: tuple[Value, ...]
    count: int
    disputed: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Facts under one heading; `group` is the property group of the shapes, None for the rest."""

    group: Term | None
    incoming: bool
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table of derived facts."""

    things: tuple[Term, ...]  # what the first column shows
    cells: tuple[tuple[Term, ...], ...]
    ends: tuple[tuple[Term, ...], ...]  # of the columns that show a period
    sources: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DerivedTable:
    """A table of derived facts on one page."""

    derived: Derived
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Thing:
    """The content of one thing's page."""

    thing: Term
    document: PurePosixPath
    types: tuple[Term, ...]
    groups: tuple[Group, ...]
    texts: tuple[Value, ...]  # literals that introduce the thing
    tables: tuple[DerivedTable, ...]
    sources: tuple[Term, ...]  # numbered from 1 on the page
    overlong: tuple[Fact, ...]  # facts with more values than a page shows, complete


class _Sources:
    """The numbers of sources on one page, in order of appearance."""

    def __init__(self) -> None:
        self.numbers: dict[Term, int] = {}

    def __call__(self, names: tuple[Term, ...]) -> tuple[int, ...]:
        numbers = self.numbers
        return tuple([numbers.setdefault(name, len(numbers) + 1) for name in names])


def arrange(description: Description, site: Site) -> Thing:
    """Sort what is said about a thing into groups, number its sources, follow the derived paths."""
    thing = description.thing
    types = site.types(thing)
    places = site.places(types)
    title_property = _title_property(description, site)
    hidden = site.hidden
    by_property: dict[Term, list[Statement]] = {}
    texts: list[Statement] = []
    for each in description.statements:
        if each.property in hidden or each.property == title_property:
            continue
        if each.property in DESCRIPTIONS and is_literal(each.object):
            texts.append(each)
        else:
            by_property.setdefault(each.property, []).append(each)
    _leave_out(thing, by_property, types, site)
    order = sorted(by_property, key=lambda p: _key(p, places, site))
    numbers = _Sources()
    tables = tuple(_derive(each, thing, types, numbers, site) for each in site.derived if _applies(each.classes, types, site))
    introduction = _introduction(thing, texts, numbers, site)
    overlong: list[Fact] = []
    groups: dict[Term | None, list[Fact]] = {}
    for property_ in order:
        fact = _fact(thing, property_, by_property[property_], places.get(property_, _NOWHERE), description, numbers, site)
        if fact.count > len(fact.values):
            overlong.append(_complete(thing, fact, site))
        groups.setdefault(places.get(property_, _NOWHERE).group, []).append(fact)
    back = _incoming(description, by_property, numbers, site)
    overlong += [_complete(thing, fact, site) for fact in back if fact.count > len(fact.values)]
    ordered = [Group(group, False, tuple(facts)) for group, facts in groups.items() if group is not None]
    if None in groups:
        ordered.append(Group(None, False, tuple(groups[None])))
    if back:
        ordered.append(Group(None, True, back))
    document = site.document(thing)
    assert document is not None, thing  # noqa: S101 - only things below the base are arranged
    return Thing(thing, document, types, tuple(ordered), introduction, tables, tuple(numbers.numbers), tuple(overlong))


def _key(property_: Term, places: dict[Term, Place], site: Site) -> tuple[float, float, str]:
    place = places.get(property_, _NOWHERE)
    return place.group_order, place.order, site.curie(property_) if place is _NOWHERE else property_


def _leave_out(thing: Term, by_property: dict[Term, list[Statement]], types: tuple[Term, ...], site: Site) -> None:
    """Take away what the page says better elsewhere: in a derived table, or by a more special property."""
    said: dict[Term, set[Term]] = {}
    for property_, statements in by_property.items():
        for general in site.schema.superproperties.get(property_, ()):
            said.setdefault(general, set()).update(each.object for each in statements)
    for derived in site.derived:
        if _applies(derived.classes, types, site):
            for property_ in derived.replaces:
                by_property.pop(property_, None)
    for property_, objects in said.items():
        if property_ in by_property:
            kept = [each for each in by_property[property_] if each.object not in objects or each.sources != (site.inferred,)]
            if kept:
                by_property[property_] = kept
            else:
                del by_property[property_]


def _title_property(description: Description, site: Site) -> Term | None:
    used = {each.property for each in description.statements}
    return next((each for each in site.index.label_properties if each in used), None)


def _applies(classes: frozenset[Term], types: tuple[Term, ...], site: Site) -> bool:
    return any(cls in classes for each in types for cls in site.schema.superclasses.get(each, (each,)))


def _fact(
    thing: Term, property_: Term, statements: list[Statement], place: Place, description: Description, numbers: _Sources, site: Site
) -> Fact:
    limit = site.settings.limits.neighbours
    if len(statements) > limit:
        statements = [*statements]
        statements.sort(key=lambda each: site.order_key(each.object, site.languages[0]))
    values = tuple(
        [
            Value(
                each.object,
                numbers(site.sources_of((thing, property_, each.object), each.sources)),
                _nested(each.object, description, numbers, site) if is_blank(each.object) else (),
            )
            for each in statements[:limit]
        ]
    )
    disputed = place.single and len(statements) > 1 and _disagree([each.object for each in statements])
    return Fact(property_, False, values, len(statements), disputed)


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


def _nested(node: Term, description: Description, numbers: _Sources, site: Site, depth: int = 0) -> tuple[Fact, ...]:
    """The facts of a blank node, blank nodes below it included."""
    by_property: dict[Term, dict[Term, list[Term]]] = {}
    for subject, property_, target, source in description.nested:
        if subject == node and property_ not in site.hidden:
            by_property.setdefault(property_, {}).setdefault(target, []).append(source)
    return tuple(
        Fact(
            property_,
            False,
            tuple(
                Value(
                    target,
                    numbers(site.sources_of((node, property_, target), tuple(names))),
                    _nested(target, description, numbers, site, depth + 1) if is_blank(target) and depth < 5 else (),
                )
                for target, names in targets.items()
            ),
            len(targets),
        )
        for property_, targets in sorted(by_property.items(), key=lambda pair: site.curie(pair[0]))
    )


def _introduction(thing: Term, statements: list[Statement], numbers: _Sources, site: Site) -> tuple[Value, ...]:
    """The texts of the first describing property that the thing has."""
    for property_ in DESCRIPTIONS:
        found = [each for each in statements if each.property == property_]
        if found:
            return tuple(
                Value(each.object, numbers(site.sources_of((thing, property_, each.object), each.sources))) for each in found
            )
    return ()


def _incoming(
    description: Description, outgoing: dict[Term, list[Statement]], numbers: _Sources, site: Site
) -> tuple[Fact, ...]:
    """What points here, without what an inverse property says already."""
    facts = []
    replaced = {
        property_ for derived in site.derived if _applies(derived.classes, site.types(description.thing), site) for property_ in derived.replaces
    }
    general = {one for each in description.incoming for one in site.schema.superproperties.get(each.property, ())}
    for each in description.incoming:
        if each.property in general or each.property in replaced or site.schema.inverses.get(each.property) in replaced:
            continue
        inverse = site.schema.inverses.get(each.property)
        if each.property in site.hidden or (inverse is not None and (inverse in outgoing or inverse in site.hidden)):
            continue
        values = tuple(
            Value(subject, numbers(site.sources_of((subject, each.property, description.thing)))) for subject in each.subjects
        )
        facts.append(Fact(each.property, True, values, each.count))
    facts.sort(key=lambda fact: site.curie(fact.property))
    return tuple(facts)


def _ends(derived: Derived, thing: Term, site: Site) -> dict[Term, tuple[tuple[Triple, ...], tuple[Term, ...]]]:
    """The rows: each with the statements that lead to it, and what stands between. Rows of another time are left out."""
    graph = site.graph
    if derived.through is None:
        return {end: (way, ()) for end, way in derived.rows.follow(thing, graph).items()}
    found: dict[Term, tuple[tuple[Triple, ...], tuple[Term, ...]]] = {}
    for between, first in sorted(derived.through.follow(thing, graph).items()):
        own = periods.bounds(between, derived.through_period, graph)
        for end, second in derived.rows.follow(between, graph).items():
            if periods.overlap(own, periods.bounds(end, derived.row_period, graph)):
                way, several = found.get(end, ((), ()))
                found[end] = ((*way, *first, *second), (*several, between))
    return found


def _derive(derived: Derived, thing: Term, types: tuple[Term, ...], numbers: _Sources, site: Site) -> DerivedTable:
    rows = []
    for end, (way, between) in _ends(derived, thing, site).items():
        triples: list[Triple] = list(way)
        cells: list[tuple[Term, ...]] = []
        shown: tuple[Term, ...] = (end,)
        if derived.shown:
            ways = derived.shown.follow(end, site.graph)
            shown = tuple(sorted(ways)) or shown
            triples += [triple for steps in ways.values() for triple in steps]
        ends: list[tuple[Term, ...]] = []
        for column, until in zip(derived.columns, derived.until, strict=True):
            for path, target in ((column, cells), (until, ends)):
                found = path.follow(end, site.graph) if path else {}
                target.append(tuple(sorted(found)))
                for steps in found.values():
                    triples += steps
        if derived.settings.through_label:
            cells.append(between)
        names = distinct(name for triple in triples for name in site.sources_of(triple) if name != site.inferred)
        rows.append((shown, tuple(cells), tuple(ends), names))
    rows.sort(key=lambda row: [site.order_key(each, site.languages[0]) for each in row[0]])
    return DerivedTable(derived, tuple(Row(shown, cells, ends, numbers(names)) for shown, cells, ends, names in rows))
