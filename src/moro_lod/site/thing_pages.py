"""The page of each thing, and the pages "all …" for properties with many values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import PurePosixPath
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import quote

from markupsafe import Markup, escape

from .. import iris
from ..files import File
from ..formats import HTML, JSON_LD, N_TRIPLES, RDF_XML, TRIG, TURTLE
from ..terms import Term, datatype, is_blank, value
from . import things
from .locators import Locators
from .model import Derived, Site, fold
from .paths import Path
from .patterns import Pattern, macro
from .texts import DATES
from .things import Fact, Group, Long, Part, Row, Thing, Value
from .view import Others, View, language_name, plain_text

FORMATS = (TURTLE, TRIG, JSON_LD, N_TRIPLES, RDF_XML)
ALL = PurePosixPath("all")
ALL_PAGE = 500  # entries of one page "all …"
LONG_HEADING = 60  # characters from which on a heading is smaller
MANY = 3  # values of a property up to which they need no list
KEPT = 100_000  # rows of tables, and periods, whose HTML is kept
YEAR = 4  # characters of a year
SAID = "said"  # the name of the pages with everything that a source is about
DESCRIPTION_LENGTH = 160  # characters of a page's meta description


def files(site: Site, views: Sequence[View], locators: Locators) -> Iterator[File]:
    """The pages of all things, in all languages."""
    pages = [Pages(site, view, locators) for view in views]
    for thing in site.index.things:
        content = things.arrange(thing, site)
        for each in pages:
            if content.varies and each.view.language != content.language:
                content = things.arrange(thing, site, each.view.language)
            yield each.page(content)
            if content.long:
                yield from each.all_pages(content)


class Gap(NamedTuple):
    """A gap in a sentence of the settings: the name of the thing (no path), what a path leads to, or how much that is."""

    path: Path | None
    counted: bool


Sentence: TypeAlias = tuple[Markup | Gap, ...]


class Numbers(dict[Term, int]):
    """The numbers of the sources on one page, in the order of reading. What all statements of a page have is not named."""

    def __init__(self, unnamed: Term | None = None) -> None:
        super().__init__()
        self.unnamed = unnamed

    def __missing__(self, source: Term) -> int:
        number = self[source] = len(self) + 1
        return number


class Pages:
    """The pages of things in one language. What is the same for all things of a kind is made once."""

    def __init__(self, site: Site, view: View, locators: Locators | None) -> None:
        self.site = site
        self.view = view
        self.locators = locators
        self._skeletons: dict[tuple[tuple[Term, ...], str], Pattern] = {}
        self._refs: dict[tuple[int, Term], str] = {}
        self._single: dict[tuple[int, Term], str] = {}
        self._notes: dict[tuple[Term, str], tuple[str, str, str]] = {}
        self._table_heads: dict[tuple[int, tuple[Term, ...]], list[tuple[Markup, Markup]]] = {}
        self._group_titles: dict[tuple[Term | None, bool], Markup] = {}
        self._sentences: dict[tuple[Term, ...], tuple[Sentence, ...]] = {}
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
        self._site_url = escape(site.publication.project.site_url)
        self._kinds: dict[tuple[Term, ...], str] = {}

    def page(self, content: Thing) -> File:
        """The page of one thing."""
        site, view = self.site, self.view
        document = content.document
        whole_stem = site.stems[content.thing]
        root = "../" * whole_stem.count("/")
        numbers = self._numbers(content)
        label = view.label(content.thing)
        kinds = self._kinds.get(content.types)
        if kinds is None:
            kinds = self._kinds[content.types] = ", ".join([view.class_name(cls) for cls in content.types])
        summary = self._summary(content, root)
        texts = _in_language(content.texts.values, site, view) if content.texts else ()
        short = view.short(content.thing, content.types)
        heading = escape(short) if short else view.text(content.thing)
        context = self._context(content, root) if short else ""
        introduction = f"{self.lead(summary)}\n" if summary else ""
        for each in texts:
            introduction += f"{self.text(view.term(each.term, root), self._refs_of(each.sources, numbers))}\n"
        if content.texts and content.texts.total > len(content.texts.values):
            introduction += f"<p>{self._more(content.texts, content, root)}</p>\n"
        parts = []
        if content.tables:
            parts.append(self._tables(content, numbers, root))
        number = 0
        for group in content.groups:
            facts = "".join([self._fact(fact, content, numbers, root) for fact in group.facts])
            if facts:
                number += 1
                parts.append(self.group(str(number), str(number), self._group_title(group), self.facts(facts)))
        if content.said is not None:
            parts.append(self._said(content, root))
        if numbers:
            parts.append(self._source_list(numbers, root))
        skeleton = self._skeletons.get((content.types, root))
        if skeleton is None:
            skeleton = self._skeletons[content.types, root] = self._skeleton(content, root)
        stem = whole_stem.rpartition("/")[2]
        iri = escape(value(content.thing))
        locator = self.locators.locator(content.thing, view, root) if self.locators is not None else None
        html = skeleton.fill(
            {
                "title": escape(label.text),
                "heading": heading,
                "long": ' class="long"' if len(short or label.text) > LONG_HEADING else "",
                "context": context,
                "description": escape(_description(label.text, kinds, summary, view.term(texts[0].term, root) if texts else "")),
                "stem": stem,
                "stem_url": self._site_url + whole_stem,  # percent-encoded, so nothing is left to escape
                "introduction": introduction,
                "content": "".join(parts),
                "locator": locator or "",
                "iri": iri,
                "modified": view.day(content.modified),
                "report": escape(_report(content.thing, site, view) or f"{view.url('imprint', root)}#contact"),
            }
        )  # fmt: skip
        return File(_page_path(document, view), html.encode("utf-8", "replace"), HTML.media_type)

    def _context(self, content: Thing, root: str) -> str:
        """What the short name of a thing leaves out, as links behind its kind."""
        naming = self.site.kind(content.types).naming
        ends = [end for path in naming.context for end in path.ends(content.thing, self.site.graph)] if naming else []
        return "".join([f" · {self.view.term(end, root)}" for end in ends[:MANY]])

    def _skeleton(self, content: Thing, root: str) -> Pattern:
        """The page of a kind of thing, with gaps."""
        site, view = self.site, self.view
        kinds = []
        tables = [site.table_of[cls] for cls in content.types if cls in site.table_of]
        for cls in content.types:
            table = site.table_of.get(cls)
            kinds.append({"name": view.title(cls), "url": view.url(f"list/{table.name}", root) if table else ""})
        first = {"url": view.url(f"list/{tables[0].name}", root), "title": view.table_heading(tables[0])} if tables else None

        def make(marks: dict[str, Markup]) -> str:
            stem, stem_url = marks["stem"], marks["stem_url"]
            suffixes = {tag: iris.page_suffix(tag, site.languages) for tag in site.languages}
            absolute = [(tag, stem_url + suffix) for tag, suffix in suffixes.items()]
            absolute.append(("x-default", stem_url + suffixes[site.languages[0]]))
            relative = [
                (tag, language_name(tag), "" if tag == view.language else stem + suffix) for tag, suffix in suffixes.items()
            ]
            return view.html(
                "thing.html",
                _page_path(content.document, view),
                {
                    **marks,
                    "canonical": stem_url + view.suffix,
                    "versions": Others(tuple(absolute), tuple(relative)),
                    "kinds": kinds,
                    "list": first,
                    "formats": FORMATS,
                },
            )

        names = (
            "title",
            "heading",
            "long",
            "context",
            "description",
            "stem",
            "stem_url",
            "introduction",
            "content",
            "locator",
            "iri",
            "modified",
            "report",
        )
        return Pattern(make, names)

    def _numbers(self, content: Thing) -> Numbers:
        """Numbers for the sources of a page. On the page of a source nearly everything comes from the records of sources."""
        return Numbers(self.site.records if content.said is not None or self.site.kind(content.types).is_record else None)

    def _refs_of(self, names: tuple[Term, ...], numbers: Numbers) -> str:
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

    def _source_list(self, numbers: Numbers, root: str) -> str:
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

    def _said(self, content: Thing, root: str) -> str:
        """What a source makes statements about."""
        said = content.said
        assert said is not None  # noqa: S101
        more = self._link_to_all(SAID, said.total, content, root) if said.total > len(said.things) else ""
        return self.said(self._said_items(said.things, root), more)

    def _said_items(self, things: Sequence[tuple[Term, int]], root: str) -> str:
        view = self.view
        return "".join([self.said_item(view.term(each, root), escape(view.statements(count))) for each, count in things])

    def _group_title(self, group: Group) -> Markup:
        key = (group.group, group.incoming)
        found = self._group_titles.get(key)
        if found is None:
            found = self._group_titles[key] = _group_title(group, self.site, self.view)
        return found

    def _fact(self, fact: Fact, content: Thing, numbers: Numbers, root: str) -> str:
        view, site = self.view, self.site
        values = fact.values if fact.property in site.label_properties else _in_language(fact.values, site, view)
        name = view.property_name(content.types, fact.property, fact.inverse)
        refs = ""
        if len(values) > 1:
            nested = any(each.nested for each in values)
            if values[0].term[0] == "<":
                values = tuple(sorted(values, key=lambda each: _sort_text(view.term(each.term, root))))
            elif not nested:
                values = _precise_first(values)
            if not nested and not fact.disputed and fact.total == len(fact.values):
                first = values[0].sources
                if all(each.sources == first for each in values):  # named once, behind the name of the property
                    refs = self._refs_of(first, numbers)
                    values = tuple([each._replace(sources=()) for each in values])
            listed = len(values) > MANY and not nested
        else:
            listed = False
        item = self.long_item if listed else self.plain_value
        text = self._shown(fact.property, values, item, self.nested_value, content, numbers, root)
        more = self._more(fact, content, root) if fact.total > len(fact.values) else ""
        if not text and not more:
            return ""
        if listed:
            text = self.long_list(text)
        return (self.fact_disputed if fact.disputed else self.fact)(name, refs, text, more)

    def _shown(
        self, property_: Term, values: Sequence[Value], item: Pattern, nested: Pattern, content: Thing, numbers: Numbers, root: str
    ) -> str:  # fmt: skip
        """The values in their order."""
        view = self.view
        show = view.address if property_ in self.site.address_properties else view.term
        shown = []
        for each in values:
            if each.nested:
                refs = self._refs_of(each.sources, numbers)
                inside = content._replace(types=())  # a blank node's facts are not in the order of the thing's kind
                inner = "".join([self._fact(one, inside, numbers, root) for one in each.nested])
                shown.append(nested(refs, self.facts(inner)))
            elif each.term[0] != "_":
                html = self._coarse(each.term) if each.is_coarse else show(each.term, root)
                shown.append(item(html, self._refs_of(each.sources, numbers)))
        return "".join(shown)

    def _coarse(self, date: Term) -> str:
        """A date that another value says more precisely."""
        _, text = self.view.texts.gettext, value(date)
        pattern = _("year only: %(date)s") if len(text) <= YEAR else _("month only: %(date)s")
        return self.coarse(escape(pattern % {"date": self.view.texts.date(text)}))

    def _more(self, fact: Fact, content: Thing, root: str) -> str:
        """The link to everything that the page does not show of a property."""
        return self._link_to_all(all_name(fact.subject, fact.property, fact.inverse, self.site), fact.total, content, root)

    def _link_to_all(self, name: str, total: int, content: Thing, root: str) -> str:
        view = self.view
        href = root + iris.url_of(all_path(content.document, name, 1, view.suffix), "")
        return self.more(
            escape(href), escape(view.texts.gettext("Show all %(count)s") % {"count": view.texts.number(total)})
        )

    def _tables(self, content: Thing, numbers: Numbers, root: str) -> str:
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
                table = self._table(each.derived, rows, number, numbers, root)
            if each.total > len(each.rows):
                table += self._link_to_all(table_name(each.derived), each.total, content, root)
            css = "answer alike" if each.derived.rows is None else "answer" if each.rows else "answer none"
            shown.append(self.derived(css, number, number, view.phrase(settings.title), answer, table))
        return "".join(shown)

    def _table(self, derived: Derived, shown: Sequence[Row], number: str, numbers: Numbers, root: str) -> str:
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
                cells += self.cell(self._sources_head, self._refs_of(row.sources, numbers))
            rows.append(self.row(name, cells))
        head = "".join([self.head(heads[n][0]) for n in (0, *(n + 1 for n in kept))])
        if derived.rows is not None:
            head += self.head(self._sources_head)
        return self.table(number, head, "".join(rows))

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
        return "".join([self.one(view.term(each, root)) for each in _one_language(terms, self.site, view)])

    def _period(self, starts: tuple[Term, ...], ends: tuple[Term, ...]) -> str:
        """The content of a cell with a period. Kept, since many rows have the same."""
        found = self._periods.get((starts, ends))
        if found is None:
            if len(self._periods) > KEPT:
                self._periods.clear()
            found = self._periods[starts, ends] = self.one(escape(_span(starts, ends, self.view)))
        return found

    def _summary(self, content: Thing, root: str) -> Markup:
        """Sentences from the data, by the patterns of the settings. A sentence with an empty gap is left out."""
        sentences = self._sentences.get(content.types)
        if sentences is None:
            sentences = self._sentences[content.types] = _sentences(content.types, self.site, self.view)
        found = []
        for sentence in sentences:
            parts = [self._piece(each, content.thing, root) if isinstance(each, Gap) else each for each in sentence]
            if all(parts):
                found.append("".join(parts))
        return Markup(" ".join(found))  # noqa: S704 - every part is markup

    def _piece(self, gap: Gap, thing: Term, root: str) -> Markup:
        """What fills a gap; "" where nothing is known."""
        view = self.view
        if gap.path is None:
            return escape(view.label(thing).text)
        ends = _one_language(gap.path.ends(thing, self.site.graph), self.site, view)
        if not ends:
            return Markup("")
        return escape(view.texts.number(len(ends))) if gap.counted else _joined(ends, view, root)

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

    def all_pages(self, content: Thing) -> Iterator[File]:
        """The pages "all …" of a thing: every value of what its page, or one of these, shows in part."""
        site = self.site
        waiting = list(content.long)
        done: set[str] = set()
        for long in waiting:
            name = _name_of(long, site)
            if name in done:
                continue
            done.add(name)
            size = _page_size(long, site)
            for number in range(1, _count_pages(long.total, size) + 1):
                part = things.part(long, (number - 1) * size, number * size, site, self.view.language)
                waiting += part.long
                yield self._all_page(content, long, name, number, part)

    def _all_page(self, content: Thing, long: Long, name: str, number: int, part: Part) -> File:
        site, view = self.site, self.view
        path = all_path(content.document, name, number, view.suffix)
        root = "../" * (len(path.parts) - 1)
        size = _page_size(long, site)
        total = _count_pages(long.total, size)
        numbers = self._numbers(content)
        own = long.subject == content.thing
        items = table = ""
        if long.derived:
            what = view.phrase(long.derived.settings.title)
            table = self._table(long.derived, part.rows, "1", numbers, root)
        elif long.said:
            what = escape(view.texts.gettext("What this source says"))
            items = self._said_items(part.said, root)
        else:
            what = view.property_name(content.types if own else (), long.property, long.inverse)
            items = self._shown(long.property, part.values, self.long_item, self.nested_item, content, numbers, root)
        title = f"{view.label(content.thing).text}: {plain_text(what).unescape()}"
        versions = {}
        for tag in site.languages:
            suffix = iris.page_suffix(tag, site.languages)
            there = long.counts[tag] if own else 0
            pages = _count_pages(there, size)
            if tag == view.language:
                versions[tag] = path
            elif there > site.settings.limits.neighbours:
                versions[tag] = all_path(content.document, name, min(number, pages), suffix)
            else:  # there the page of the thing shows all of them
                versions[tag] = PurePosixPath(f"{content.document}{suffix}")
        return view.render(
            "all.html",
            path,
            {
                "title": title + (f" ({number})" if number > 1 else ""),
                "heading": title,
                "description": f"{title} – {view.texts.number(long.total)}",
                "versions": view.others(versions, path),
                "thing_link": view.term(content.thing, root),
                "name": what,
                "count": long.total,
                "first": (number - 1) * size + 1,
                "items": Markup(items),  # noqa: S704 - made of patterns
                "css": "said-rows" if long.said else "values" if any(each.nested for each in part.values) else "columns",
                "table": Markup(table),  # noqa: S704 - made of patterns
                "sources": Markup(self._source_list(numbers, root) if numbers else ""),  # noqa: S704 - same
                "pages": pager(
                    number, total, lambda n: iris.url_of(all_path(content.document, name, n, view.suffix).name, "")
                ),
            },
        )


_TAGS = re.compile(r"<[^>]*>")


def _sort_text(html: str) -> str:
    return fold(_TAGS.sub("", html))


def _group_title(group: Group, site: Site, view: View) -> Markup:
    if group.group is not None:
        return view.phrase(site.schema.labels_of_group(group.group))
    return escape(view.texts.gettext("Mentioned by") if group.incoming else view.texts.gettext("Facts"))


def _in_language(values: tuple[Value, ...], site: Site, view: View) -> tuple[Value, ...]:
    """Of texts in several languages those that the reader wants, if there are any."""
    if len(values) < 2 or all(each.term[0] == "<" for each in values):
        return values
    kept = things.in_language([each.term for each in values], view.language, site.languages)
    return values if len(kept) == len(values) else tuple([each for each in values if each.term in kept])


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


def _one_language(terms: tuple[Term, ...], site: Site, view: View) -> tuple[Term, ...]:
    return tuple(things.in_language(terms, view.language, site.languages))


def _sentences(types: tuple[Term, ...], site: Site, view: View) -> tuple[Sentence, ...]:
    """The sentences that the settings have for things with these types, taken apart at their gaps."""
    above = site.schema.with_superclasses(types)
    found = []
    for classes, texts, paths in site.sentences:
        if any(cls in classes for cls in above):
            pieces = re.split(r"\{([^{}]+)\}", view.words(texts))
            found.append(
                tuple(
                    Gap(paths[piece.removeprefix("#")] if piece != "label" else None, piece.startswith("#")) if place % 2 else escape(piece)
                    for place, piece in enumerate(pieces)
                    if place % 2 or piece
                )
            )  # fmt: skip
    return tuple(found)


def _page_path(document: PurePosixPath, view: View) -> PurePosixPath:
    return PurePosixPath(f"{document}{view.suffix}")


def _joined(ends: tuple[Term, ...], view: View, root: str) -> Markup:
    """Some terms in a row, as a sentence has them: "a, b and c"."""
    if len(ends) == 1:
        return view.term(ends[0], root)
    shown = sorted((view.term(each, root) for each in ends), key=_sort_text)
    if len(shown) > 4:
        rest = view.texts.gettext("%(count)s more") % {"count": view.texts.number(len(shown) - 3)}
        shown = [*shown[:3], escape(rest)]
    marks = [f"\ue000{place}\ue001" for place in range(len(shown))]
    text = escape(view.texts.join(marks))
    for mark, html in zip(marks, shown, strict=True):
        text = Markup(text.replace(mark, html))  # noqa: S704 - both are escaped
    return text


def _description(title: str, kinds: str, summary: str, text: str) -> str:
    """The meta description: what it is, then what is known."""
    more = Markup(summary or text).striptags() if summary or text else ""  # noqa: S704 - only to strip its tags
    whole = f"{title} ({kinds}). {more}" if kinds else f"{title}. {more}"
    return whole if len(whole) <= DESCRIPTION_LENGTH else whole[: DESCRIPTION_LENGTH - 1].rsplit(" ", 1)[0] + "…"


def _source_note(source: Term, site: Site, view: View) -> str:
    if source == site.inferred:
        return view.texts.gettext("follows from other statements")
    kind_property = site.settings.sources.kind_property
    kind = site.graph.value(source, site.term(kind_property)) if kind_property else None
    return view.plain(kind) if kind else ""


def _report(thing: Term, site: Site, view: View) -> str:
    """Where to report an error: the address of the settings, with the thing in it where that is possible."""
    url = site.settings.report_url
    if url.startswith("mailto:"):
        subject = quote(view.texts.gettext("Error on the page %(iri)s") % {"iri": value(thing)})
        return f"{url}{'&' if '?' in url else '?'}subject={subject}"
    return url


def all_name(subject: Term, property_: Term, inverse: bool, site: Site) -> str:
    """The name of the pages "all …" of a property, injective: `x-part`, `x-part.from` for what points to the thing.

    Dots of the name itself are escaped, so that no name ends like another one's page number or language. What belongs to a
    blank node has its label at the end.
    """
    curie = site.curie(property_)
    prefix, _, local = curie.partition(":")
    short = curie != value(property_) and "-" not in prefix
    name = iris.safe_name(f"{prefix}-{local}" if short else curie, dots=False)
    if inverse:
        name += ".from"
    return f"{name}.{iris.safe_name(subject[2:], dots=False)}" if is_blank(subject) else name


def table_name(derived: Derived) -> str:
    """The same for a table of derived facts. (Names of properties have no `table` without a `-` after it.)"""
    return f"table.{derived.number + 1}"


def _name_of(long: Long, site: Site) -> str:
    if long.said:
        return SAID
    return table_name(long.derived) if long.derived else all_name(long.subject, long.property, long.inverse, site)


def all_path(document: PurePosixPath, name: str, number: int, suffix: str) -> PurePosixPath:
    """`all/region/x/x-part.html`, `….2.html`: the pages with every value of one property."""
    return ALL / document.relative_to(iris.DOCUMENTS) / f"{name}{f'.{number}' if number > 1 else ''}{suffix}"


def _page_size(long: Long, site: Site) -> int:
    return site.settings.limits.table_rows if long.derived else ALL_PAGE


def _count_pages(total: int, size: int) -> int:
    return -(-total // size)


def pager(current: int, total: int, url: Any) -> list[dict[str, Any]]:
    """The links to other pages: the first, the last, and those around this one."""
    if total < 2:
        return []
    shown = sorted({1, total, *range(max(1, current - 2), min(total, current + 2) + 1)})
    found: list[dict[str, Any]] = []
    before = 0
    for number in shown:
        if number > before + 1:
            found.append({"number": "…", "url": "", "current": False})
        found.append({"number": number, "url": url(number), "current": number == current})
        before = number
    return found
