"""The parts of a thing's page in one language: facts, tables, and sources with their numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial

from markupsafe import Markup, escape

from .. import iris
from ..terms import Term, datatype, value
from . import things
from .all_addresses import SAID, all_name, all_path, table_name
from .model import Derived, Site
from .patterns import Pattern, macro
from .texts import DATES
from .things import Fact, Group, Row, Thing, Value
from .view import View, plain_text, sort_text

MANY = 3  # values of a property up to which they need no list
KEPT = 100_000  # rows of tables, and periods, whose HTML is kept
YEAR = 4  # characters of a year


class Numbers(dict[Term, int]):
    """The numbers of the sources on one page, in the order of reading. What all statements of a page have is not named."""

    def __init__(self, unnamed: Term | None = None) -> None:
        super().__init__()
        self.unnamed = unnamed

    def __missing__(self, source: Term) -> int:
        number = self[source] = len(self) + 1
        return number


class Parts:
    """The macros of parts.html, and what fills these: `fact` is the HTML around a fact, `fact_of` that of one.

    What is the same on many pages is made once.
    """

    def __init__(self, site: Site, view: View) -> None:
        self.site = site
        self.view = view
        self._refs: dict[tuple[int, Term], str] = {}
        self._single: dict[tuple[int, Term], str] = {}
        self._notes: dict[tuple[Term, str], tuple[str, str, str]] = {}
        self._table_heads: dict[tuple[int, tuple[Term, ...]], list[tuple[Markup, Markup]]] = {}
        self._group_titles: dict[tuple[Term | None, bool], Markup] = {}
        self._rows: dict[tuple[int, Term, tuple[int, ...], str], tuple[str, str]] = {}
        self._periods: dict[tuple[tuple[Term, ...], tuple[Term, ...]], str] = {}
        part = partial(macro, view.environment, "parts.html")
        self.lead = part("lead", "text")
        self.text = part("text", "html", "refs")
        self.refs = part("refs", "links")
        self.ref = part("ref", "href", "title", "number")
        self.facts = part("facts", "items")
        self.fact = part("fact", "name", "refs", "values", "more")
        self.fact_disputed = part("fact_disputed", "name", "refs", "values", "more")
        self.plain_value = part("plain_value", "html", "refs")
        self.nested_value = part("nested_value", "refs", "nested")
        self.nested_item = part("nested_item", "refs", "nested")
        self.long_list = part("long_list", "items")
        self.long_item = part("long_item", "html", "refs")
        self.more = part("more", "href", "label")
        self.group = part("group", "number", "id", "title", "facts")
        self.sources = part("sources", "items")
        self.source = part("source", "number", "html", "original", "note")
        self.source_note = part("source_note", "text")
        self.derived = part("derived", "css", "number", "id", "title", "answer", "table")
        self.answer = part("answer", "text")
        self.table = part("table", "number", "heads", "rows")
        self.head = part("head", "text")
        self.row = part("row", "thing", "cells")
        self.cell = part("cell", "label", "values")
        self.one = part("one", "html")
        self.said = part("said", "items", "more")
        self.said_item = part("said_item", "html", "count")
        self.coarse = part("coarse", "text")
        self.doubt = part("doubt")()
        self._sources_head = escape(view.texts.gettext("Sources"))

    def numbers_of(self, content: Thing) -> Numbers:
        """Numbers for the sources of a page. On the page of a source nearly everything comes from the records of sources."""
        return Numbers(self.site.records if content.said is not None or self.site.kind(content.types).is_record else None)

    def refs_of(self, names: tuple[Term, ...], numbers: Numbers) -> str:
        """The marks of some sources, each once, in the order of their numbers."""
        if len(names) == 1:
            name = names[0]
            if name == numbers.unnamed:
                return ""
            key = (numbers[name], name)
            found = self._single.get(key)
            if found is None:
                found = self._single[key] = self.refs(self._mark(*key))
            return found
        if not names:
            return ""
        pairs = sorted([(numbers[name], name) for name in names if name != numbers.unnamed])
        return self.refs("".join([self._mark(*pair) for pair in pairs])) if pairs else ""

    def _mark(self, number: int, source: Term) -> str:
        found = self._refs.get((number, source))
        if found is None:
            title = escape(self.view.label(source).text)
            found = self._refs[number, source] = self.ref(str(number), title, str(number))
        return found

    def sources_of(self, numbers: Numbers, root: str) -> str:
        """The list of the sources that a page has given numbers."""
        return self.sources("".join([self.source(str(n), *self._source(each, root)) for each, n in numbers.items()]))

    def _source(self, source: Term, root: str) -> tuple[str, str, str]:
        found = self._notes.get((source, root))
        if found is None:
            note = _source_note(source, self.site, self.view)
            found = self._notes[source, root] = (
                self.view.term(source, root),
                self.view.original(source),
                self.source_note(escape(note)) if note else "",
            )
        return found

    def group_of(self, group: Group, number: int, content: Thing, numbers: Numbers, root: str) -> str:
        """The section of a group of facts; "" where none of them has anything to show."""
        facts = "".join([self.fact_of(fact, content, numbers, root) for fact in group.facts])
        return self.group(str(number), str(number), self._group_title(group), self.facts(facts)) if facts else ""

    def _group_title(self, group: Group) -> Markup:
        key = (group.group, group.incoming)
        found = self._group_titles.get(key)
        if found is None:
            found = self._group_titles[key] = _group_title(group, self.site, self.view)
        return found

    def fact_of(self, fact: Fact, content: Thing, numbers: Numbers, root: str) -> str:
        """A property with its values; "" where there is nothing to show."""
        view, site = self.view, self.site
        values = fact.values if fact.property in site.label_properties else self.in_language(fact.values)
        name = view.property_name(content.types, fact.property, fact.inverse)
        refs = ""
        if len(values) > 1:
            nested = any(each.nested for each in values)
            if values[0].term[0] == "<":
                values = tuple(sorted(values, key=lambda each: sort_text(view.term(each.term, root))))
            elif not nested:
                values = _precise_first(values)
            if not nested and not fact.disputed and fact.total == len(fact.values):
                first = values[0].sources
                if all(each.sources == first for each in values):  # named once, behind the name of the property
                    refs = self.refs_of(first, numbers)
                    values = tuple([each._replace(sources=()) for each in values])
            listed = len(values) > MANY and not nested
        else:
            listed = False
        item = self.long_item if listed else self.plain_value
        text = self.values_of(fact.property, values, item, self.nested_value, content, numbers, root)
        more = self.more_of(fact, content, root) if fact.total > len(fact.values) else ""
        if not text and not more:
            return ""
        if listed:
            text = self.long_list(text)
        return (self.fact_disputed if fact.disputed else self.fact)(name, refs, text, more)

    def values_of(
        self, property_: Term, values: Sequence[Value], item: Pattern, nested: Pattern, content: Thing, numbers: Numbers, root: str
    ) -> str:  # fmt: skip
        """The values of a property in their order, each in the HTML of `item`, or of `nested` for a blank node."""
        view = self.view
        show = view.address if property_ in self.site.address_properties else view.term
        shown = []
        for each in values:
            if each.nested:
                refs = self.refs_of(each.sources, numbers)
                inside = content._replace(types=())  # a blank node's facts are not in the order of the thing's kind
                inner = "".join([self.fact_of(one, inside, numbers, root) for one in each.nested])
                shown.append(nested(refs, self.facts(inner)))
            elif each.term[0] != "_":
                html = self._coarse(each.term) if each.is_coarse else show(each.term, root)
                shown.append(item(html, self.refs_of(each.sources, numbers)))
        return "".join(shown)

    def _coarse(self, date: Term) -> str:
        """A date that another value says more precisely."""
        _, text = self.view.texts.gettext, value(date)
        pattern = _("year only: %(date)s") if len(text) <= YEAR else _("month only: %(date)s")
        return self.coarse(escape(pattern % {"date": self.view.texts.date(text)}))

    def in_language(self, values: tuple[Value, ...]) -> tuple[Value, ...]:
        """Of texts in several languages those that the reader wants, if there are any."""
        if len(values) < 2 or all(each.term[0] == "<" for each in values):
            return values
        kept = things.in_language([each.term for each in values], self.view.language, self.site.languages)
        return values if len(kept) == len(values) else tuple([each for each in values if each.term in kept])

    def said_of(self, content: Thing, root: str) -> str:
        """What a source makes statements about."""
        said = content.said
        assert said is not None  # noqa: S101
        more = self.link_to_all(SAID, said.total, content, root) if said.total > len(said.things) else ""
        return self.said(self.said_items(said.things, root), more)

    def said_items(self, about: Sequence[tuple[Term, int]], root: str) -> str:
        """What a source is about, each with how many statements."""
        view = self.view
        return "".join([self.said_item(view.term(each, root), escape(view.statements(count))) for each, count in about])

    def more_of(self, fact: Fact, content: Thing, root: str) -> str:
        """The link to everything that the page does not show of a property."""
        return self.link_to_all(all_name(fact.subject, fact.property, fact.inverse, self.site), fact.total, content, root)

    def link_to_all(self, name: str, total: int, content: Thing, root: str) -> str:
        """The link to the first of the pages "all …" with a name."""
        view = self.view
        href = root + iris.url_of(all_path(content.document, name, 1, view.suffix), "")
        return self.more(
            escape(href), escape(view.texts.gettext("Show all %(count)s") % {"count": view.texts.number(total)})
        )

    def tables_of(self, content: Thing, numbers: Numbers, root: str) -> str:
        """The tables of derived facts."""
        view = self.view
        shown: list[str] = []
        for each in content.tables:
            settings = each.derived.settings
            one = settings.answer_one or settings.answer
            sentence = view.words((one if each.total == 1 else settings.answer) if each.rows else settings.none)
            if not each.rows and not sentence:
                continue
            number = str(len(shown) + 1)
            answer = ""
            if sentence:
                gaps = {"label": view.label(content.thing).text, "count": view.texts.number(each.total)}
                gaps |= {name: view.texts.number(count) for name, count in self.site.counts(each.derived).items()}
                pieces = re.split(r"\{([^{}]+)\}", sentence)
                answer = self.answer(
                    "".join(
                        [escape(gaps.get(each, f"{{{each}}}")) if n % 2 else escape(each) for n, each in enumerate(pieces)]
                    )
                )
            table = ""
            if each.rows:
                rows: Sequence[Row] = each.rows
                if len(rows) > 1 and view.language != content.language:
                    rows = sorted(rows, key=lambda row: [self.site.order_key(one, view.language) for one in row.things])
                table = self.table_of(each.derived, rows, number, numbers, root)
            if each.total > len(each.rows):
                table += self.link_to_all(table_name(each.derived), each.total, content, root)
            css = "answer alike" if each.derived.rows is None else "answer" if each.rows else "answer none"
            shown.append(self.derived(css, number, number, view.phrase(settings.title), answer, table))
        return "".join(shown)

    def table_of(self, derived: Derived, shown: Sequence[Row], number: str, numbers: Numbers, root: str) -> str:
        """A table of derived facts, without the columns in which no row has anything."""
        heads = self._heads(derived, shown[0])
        count = len(shown[0].cells)
        kept = [n for n in range(count) if any(row.cells[n] or (n < len(row.ends) and row.ends[n]) for row in shown)]
        wanted = tuple(kept)
        rows = []
        for row in shown:
            key = (derived.number, row.about, wanted, root)
            found = None if derived.settings.through_label else self._rows.get(key)
            if found is None:
                found = self._row(derived, row, kept, heads, root)
                if len(self._rows) > KEPT:
                    self._rows.clear()
                self._rows[key] = found
            name, cells = found
            if derived.rows is not None:
                cells += self.cell(self._sources_head, self.refs_of(row.sources, numbers))
            rows.append(self.row(name, cells))
        head = "".join([self.head(heads[n][0]) for n in (0, *(n + 1 for n in kept))])
        if derived.rows is not None:
            head += self.head(self._sources_head)
        return self.table(number, head, "".join(rows))

    def _heads(self, derived: Derived, first: Row) -> list[tuple[Markup, Markup]]:
        """The heads of the columns, and each as text alone."""
        view = self.view
        types = self.site.types(first.things[0]) if not derived.settings.label else ()
        key = (derived.number, types)
        found = self._table_heads.get(key)
        if found is None:
            settings = derived.settings
            name = escape(view.texts.gettext("Name"))
            heads = [view.phrase(settings.label) or (view.title(types[0]) if types else name)]
            for column, path in zip(settings.columns, derived.columns, strict=True):
                heads.append(view.phrase(column.label) or view.title(path.last))
            if settings.through_label:
                heads.append(view.phrase(settings.through_label))
            found = self._table_heads[key] = [(head, plain_text(head)) for head in heads]
        return found

    def _row(
        self, derived: Derived, row: Row, kept: list[int], heads: list[tuple[Markup, Markup]], root: str
    ) -> tuple[str, str]:
        """The name and the cells of a row, without its sources, whose numbers differ from page to page."""
        cells = []
        for n in kept:
            until = n < len(row.ends) and derived.until[n] is not None
            values = self._period(row.cells[n], row.ends[n]) if until else self._values(row.cells[n], root)
            if n in row.disputed:
                values += self.doubt
            cells.append(self.cell(heads[n + 1][1], values))
        name = self.one(self.view.name(row.things[0], root)) if derived.shown is None else self._values(row.things, root)
        return name, "".join(cells)

    def _values(self, terms: tuple[Term, ...], root: str) -> str:
        """The content of a cell."""
        view = self.view
        if len(terms) == 1:
            return self.one(view.term(terms[0], root))
        return "".join(
            [self.one(view.term(each, root)) for each in things.in_language(terms, view.language, self.site.languages)]
        )

    def _period(self, starts: tuple[Term, ...], ends: tuple[Term, ...]) -> str:
        """The content of a cell with a period. Kept, since many rows have the same."""
        found = self._periods.get((starts, ends))
        if found is None:
            if len(self._periods) > KEPT:
                self._periods.clear()
            found = self._periods[starts, ends] = self.one(escape(_span(starts, ends, self.view)))
        return found


def _group_title(group: Group, site: Site, view: View) -> Markup:
    if group.group is not None:
        return view.phrase(site.schema.labels_of_group(group.group))
    return escape(view.texts.gettext("Mentioned by") if group.incoming else view.texts.gettext("Facts"))


def _span(starts: tuple[Term, ...], ends: tuple[Term, ...], view: View) -> str:
    """A period in words: of values that agree the most precise, of others all."""
    texts = view.texts
    first = " / ".join(texts.date(each) for each in _most_precise(starts))
    last = " / ".join(texts.date(each) for each in _most_precise(ends))
    if first and last:
        return texts.period(first, last)
    if first:
        return texts.gettext("since %(date)s") % {"date": first}
    return texts.gettext("until %(date)s") % {"date": last} if last else ""


def _precise_first(values: tuple[Value, ...]) -> tuple[Value, ...]:
    """Dates that others say more precisely come after these and are marked; whatever is no date stays where it is."""
    if not all(datatype(each.term) in DATES for each in values):
        return values
    precise = set(_most_precise(tuple(each.term for each in values)))
    if len(precise) == len({value(each.term) for each in values}):
        return values
    marked = [each if value(each.term) in precise else each._replace(is_coarse=True) for each in values]
    return tuple(sorted(marked, key=lambda each: each.is_coarse))


def _most_precise(terms: tuple[Term, ...]) -> list[str]:
    values = sorted({value(each) for each in terms})
    return [each for each in values if not any(other != each and other.startswith(each) for other in values)]


def _source_note(source: Term, site: Site, view: View) -> str:
    if source == site.inferred:
        return view.texts.gettext("follows from other statements")
    kind_property = site.settings.sources.kind_property
    kind = site.graph.value(source, site.term(kind_property)) if kind_property else None
    return view.plain(kind) if kind else ""
