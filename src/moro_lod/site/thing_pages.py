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
from ..terms import Term, language, value
from . import things
from .maps import Drawing
from .model import Site, fold
from .paths import Path
from .patterns import Pattern, macro
from .things import DerivedTable, Fact, Group, Thing, Value
from .view import Others, View, first_upper, language_name

FORMATS = (TURTLE, TRIG, JSON_LD, N_TRIPLES, RDF_XML)
ALL = PurePosixPath("all")
ALL_PAGE = 500  # entries of one page "all …"
MANY = 3  # values of a property up to which they need no list
KEPT = 100_000  # periods whose HTML is kept
DESCRIPTION_LENGTH = 160  # characters of a page's meta description


def files(site: Site, views: Sequence[View], drawing: Drawing | None) -> Iterator[File]:
    """The pages of all things, in all languages."""
    pages = [Pages(site, view, drawing) for view in views]
    for thing in site.index.things:
        content = things.arrange(thing, site)
        for each in pages:
            yield each.page(content)
            for fact in content.overlong:
                yield from _all_pages(content, fact, site, each.view)


class Gap(NamedTuple):
    """A gap in a sentence of the settings: the name of the thing (no path), what a path leads to, or how much that is."""

    path: Path | None
    counted: bool


Sentence: TypeAlias = tuple[Markup | Gap, ...]


class Pages:
    """The pages of things in one language. What is the same for all things of a kind is made once."""

    def __init__(self, site: Site, view: View, drawing: Drawing | None) -> None:
        self.site = site
        self.view = view
        self.drawing = drawing
        self._skeletons: dict[tuple[tuple[Term, ...], str], Pattern] = {}
        self._refs: dict[tuple[int, Term], str] = {}
        self._notes: dict[tuple[Term, str], tuple[str, str]] = {}
        self._table_heads: dict[tuple[int, tuple[Term, ...]], list[str]] = {}
        self._group_titles: dict[tuple[Term | None, bool], str] = {}
        self._sentences: dict[tuple[Term, ...], tuple[Sentence, ...]] = {}
        self._periods: dict[tuple[tuple[Term, ...], tuple[Term, ...]], str] = {}
        part = partial(macro, view.environment, "parts.html")
        self.lead = part("lead", "text")
        self.text = part("text", "html", "refs")
        self.refs = part("refs", "links")
        self.ref = part("ref", "href", "title", "number")
        self.facts = part("facts", "items")
        self.fact = part("fact", "name", "values", "more")
        self.fact_disputed = part("fact_disputed", "name", "values", "more")
        self.plain_value = part("plain_value", "html", "refs")
        self.nested_value = part("nested_value", "html", "refs", "nested")
        self.long_list = part("long_list", "items")
        self.long_item = part("long_item", "html", "refs")
        self.more = part("more", "href", "label")
        self.group = part("group", "number", "id", "title", "facts")
        self.sources = part("sources", "items")
        self.source = part("source", "number", "html", "note")
        self.source_note = part("source_note", "text")
        self.derived = part("derived", "number", "id", "title", "answer", "table")
        self.answer = part("answer", "text")
        self.table = part("table", "number", "heads", "rows")
        self.head = part("head", "text")
        self.row = part("row", "thing", "cells", "sources")
        self.cell = part("cell", "label", "values")
        self.one = part("one", "html")
        self._site_url = escape(site.publication.project.site_url)
        self._kinds: dict[tuple[Term, ...], str] = {}

    def page(self, content: Thing) -> File:
        """The page of one thing."""
        site, view = self.site, self.view
        document = content.document
        whole_stem = site.stems[content.thing]
        root = "../" * whole_stem.count("/")
        marks = [self._mark(number, source) for number, source in enumerate(content.sources, 1)]
        label = view.label(content.thing)
        kinds = self._kinds.get(content.types)
        if kinds is None:
            kinds = self._kinds[content.types] = ", ".join([view.class_name(cls) for cls in content.types])
        summary = self._summary(content, root)
        texts = _in_language(content.texts, site, view)
        heading = view.text(content.thing)
        introduction = f"{self.lead(summary)}\n" if summary else ""
        for each in texts:
            introduction += f"{self.text(view.term(each.term, root), self._refs_of(each.sources, marks))}\n"
        parts = []
        if content.tables:
            parts.append(self._tables(content, marks, root))
        number = 0
        for group in content.groups:
            facts = "".join([self._fact(fact, content, marks, root) for fact in group.facts])
            if facts:
                number += 1
                parts.append(self.group(str(number), str(number), self._group_title(group), self.facts(facts)))
        if content.sources:
            items = "".join([self.source(str(n), *self._source(each, root)) for n, each in enumerate(content.sources, 1)])
            parts.append(self.sources(items))
        skeleton = self._skeletons.get((content.types, root))
        if skeleton is None:
            skeleton = self._skeletons[content.types, root] = self._skeleton(content, root)
        stem = whole_stem.rpartition("/")[2]
        iri = escape(value(content.thing))
        locator = self.drawing.locator(content.thing, view, root) if self.drawing else None
        html = skeleton.fill(
            {
                "title": escape(label.text),
                "heading": heading,
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

    def _skeleton(self, content: Thing, root: str) -> Pattern:
        """The page of a kind of thing, with gaps."""
        site, view = self.site, self.view
        kinds = []
        tables = [site.table_of[cls] for cls in content.types if cls in site.table_of]
        for cls in content.types:
            table = site.table_of.get(cls)
            kinds.append({"name": view.class_name(cls), "url": view.url(f"list/{table.name}", root) if table else ""})
        first = {"url": view.url(f"list/{tables[0].name}", root), "title": view.table_title(tables[0])} if tables else None

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

    def _mark(self, number: int, source: Term) -> str:
        found = self._refs.get((number, source))
        if found is None:
            title = escape(self.view.label(source).text)
            found = self._refs[number, source] = self.ref(str(number), title, str(number))
        return found

    def _refs_of(self, numbers: tuple[int, ...], marks: list[str]) -> str:
        return self.refs("".join([marks[number - 1] for number in numbers])) if numbers else ""

    def _source(self, source: Term, root: str) -> tuple[str, str]:
        found = self._notes.get((source, root))
        if found is None:
            note = _source_note(source, self.site, self.view)
            found = self._notes[source, root] = (
                self.view.term(source, root),
                self.source_note(escape(note)) if note else "",
            )
        return found

    def _group_title(self, group: Group) -> str:
        key = (group.group, group.incoming)
        found = self._group_titles.get(key)
        if found is None:
            found = self._group_titles[key] = str(escape(_group_title(group, self.site, self.view)))
        return found

    def _fact(self, fact: Fact, content: Thing, marks: list[str], root: str) -> str:
        view, site = self.view, self.site
        values = fact.values if fact.property in site.label_properties else _in_language(fact.values, site, view)
        name = view.property_name(content.types, fact.property, fact.inverse)
        listed = len(values) > MANY and not any(each.nested for each in values)
        item = self.long_item if listed else self.plain_value
        shown = []
        for each in values:
            refs = self._refs_of(each.sources, marks)
            if each.nested:
                inside = content._replace(types=())  # a blank node's facts are not in the order of the thing's kind
                inner = "".join([self._fact(one, inside, marks, root) for one in each.nested])
                shown.append(("", self.nested_value("", refs, self.facts(inner))))
            elif each.term[0] != "_":
                html = view.term(each.term, root)
                shown.append((html, item(html, refs)))
        if not shown:
            return ""
        if len(shown) > 1 and values[0].term[0] == "<":
            shown.sort(key=_sort_shown)
        text = "".join([html for _, html in shown])
        if listed:
            text = self.long_list(text)
        more = ""
        if fact.total > len(fact.values):
            href = root + quote(str(all_path(content.document, fact, 1, view, site)), safe="/-._~")
            more = self.more(
                href, escape(view.texts.gettext("Show all %(count)s") % {"count": view.texts.number(fact.total)})
            )
        return (self.fact_disputed if fact.disputed else self.fact)(name, text, more)

    def _tables(self, content: Thing, marks: list[str], root: str) -> str:
        """The tables of derived facts."""
        view = self.view
        shown: list[str] = []
        for each in content.tables:
            settings = each.derived.settings
            one = settings.answer_one or settings.answer
            sentence = view.words((one if len(each.rows) == 1 else settings.answer) if each.rows else settings.none)
            if not each.rows and not sentence:
                continue
            number = str(len(shown) + 1)
            answer = ""
            if sentence:
                label, count = view.label(content.thing).text, view.texts.number(len(each.rows))
                pieces = re.split(r"(\{(?:label|count)\})", sentence)
                answer = self.answer(
                    "".join([escape({"{label}": label, "{count}": count}.get(piece, piece)) for piece in pieces])
                )
            table = self._table(each, number, marks, root) if each.rows else ""
            shown.append(self.derived(number, number, escape(view.words(settings.title)), answer, table))
        return "".join(shown)

    def _table(self, table: DerivedTable, number: str, marks: list[str], root: str) -> str:
        derived = table.derived
        heads = self._heads(table)
        count = len(table.rows[0].cells)
        kept = [n for n in range(count) if any(row.cells[n] or (n < len(row.ends) and row.ends[n]) for row in table.rows)]
        rows = []
        for row in table.rows:
            cells = []
            for n in kept:
                until = n < len(row.ends) and derived.until[n] is not None
                values = self._period(row.cells[n], row.ends[n]) if until else self._values(row.cells[n], root)
                cells.append(self.cell(heads[n + 1], values))
            rows.append(self.row(self._values(row.things, root), "".join(cells), self._refs_of(row.sources, marks)))
        shown = [self.head(heads[0]), *(self.head(heads[n + 1]) for n in kept)]
        return self.table(number, "".join(shown), "".join(rows))

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

    def _heads(self, table: DerivedTable) -> list[str]:
        """The heads of the columns, escaped."""
        derived, view = table.derived, self.view
        types = self.site.types(table.rows[0].things[0]) if not derived.settings.label else ()
        key = (derived.number, types)
        found = self._table_heads.get(key)
        if found is None:
            settings = derived.settings
            heads = [view.words(settings.label) or (view.class_name(types[0]) if types else view.texts.gettext("Name"))]
            for column, path in zip(settings.columns, derived.columns, strict=True):
                heads.append(view.words(column.label) or first_upper(view.label(path.last).text))
            if settings.through_label:
                heads.append(view.words(settings.through_label))
            found = self._table_heads[key] = [str(escape(head)) for head in heads]
        return found


def _sort_shown(pair: tuple[str, str]) -> str:
    return fold(_TAGS.sub("", pair[0]))


_TAGS = re.compile(r"<[^>]*>")


def _group_title(group: Group, site: Site, view: View) -> str:
    if group.group is not None:
        return first_upper(view.words(site.schema.labels_of_group(group.group)))
    return view.texts.gettext("Mentioned by") if group.incoming else view.texts.gettext("Facts")


def _sort_text(html: str) -> str:
    return fold(_TAGS.sub("", html))


def _in_language(values: tuple[Value, ...], site: Site, view: View) -> tuple[Value, ...]:
    """Of texts in several languages those that the reader wants, if there are any."""
    if len(values) < 2 or all(each.term[0] == "<" for each in values):
        return values
    tags = {language(each.term).split("-")[0].lower() for each in values}
    tags.discard("")
    if not tags or (len(tags) == 1 and view.language in tags):
        return values
    wanted = next((tag for tag in (view.language, *site.languages) if tag in tags), min(tags))
    return tuple(each for each in values if language(each.term).split("-")[0].lower() in ("", wanted))


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


def _most_precise(terms: tuple[Term, ...]) -> list[str]:
    values = sorted({value(each) for each in terms})
    return [each for each in values if not any(other != each and other.startswith(each) for other in values)]


def _one_language(terms: tuple[Term, ...], site: Site, view: View) -> tuple[Term, ...]:
    return tuple(each.term for each in _in_language(tuple(Value(term, ()) for term in terms), site, view))


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


def all_path(document: PurePosixPath, fact: Fact, number: int, view: View, site: Site) -> PurePosixPath:
    """`all/region/x/has-project.html`, `….2.html`: the pages with every value of one property."""
    curie = site.curie(fact.property)
    name = iris.safe_name(
        ("to-" if fact.inverse else "") + (curie if len(curie) < 60 else curie[-60:]).replace(":", "-").lower()
    )
    suffix = f".{number}" if number > 1 else ""
    return ALL / document.relative_to(iris.DOCUMENTS) / f"{name}{suffix}{view.suffix}"


def _all_pages(content: Thing, fact: Fact, site: Site, view: View) -> Iterator[File]:
    total = -(-fact.total // ALL_PAGE)
    for number in range(1, total + 1):
        path = all_path(content.document, fact, number, view, site)
        root = "../" * (len(path.parts) - 1)
        chosen = fact.values[(number - 1) * ALL_PAGE : number * ALL_PAGE]
        name = view.property_name(content.types, fact.property, fact.inverse)
        label = view.label(content.thing).text
        title = f"{label}: {name.striptags()}"
        versions = {
            tag: path.with_name(path.name.removesuffix(view.suffix) + iris.page_suffix(tag, site.languages))
            for tag in site.languages
        }
        yield view.render(
            "all.html",
            path,
            {
                "title": title + (f" ({number})" if number > 1 else ""),
                "heading": title,
                "description": f"{title} – {view.texts.number(fact.total)}",
                "versions": view.others(versions, path),
                "thing_link": view.term(content.thing, root),
                "name": name,
                "count": fact.total,
                "first": (number - 1) * ALL_PAGE + 1,
                "values": [view.term(each.term, root) for each in chosen],
                "pages": pager(
                    number, total, lambda n: quote(all_path(content.document, fact, n, view, site).name, safe="-._~")
                ),
            },
        )


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
