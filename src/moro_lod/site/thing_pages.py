"""The page of each thing, and the pages "all …" for properties with many values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from markupsafe import Markup, escape

from .. import iris
from ..changes import hash_of_quads
from ..description import describe
from ..formats import JSON_LD, N_TRIPLES, RDF_XML, TRIG, TURTLE
from ..files import File
from ..terms import Term, is_blank, is_literal, language, value
from . import things
from .maps import Drawing
from .model import Site
from .schema import Place
from .things import DerivedTable, Fact, Group, Thing, Value
from .view import View, first_upper

FORMATS = (TURTLE, TRIG, JSON_LD, N_TRIPLES, RDF_XML)
ALL = PurePosixPath("all")
ALL_PAGE = 500  # entries of one page "all …"
DESCRIPTION_LENGTH = 160  # characters of a page's meta description


@dataclass(frozen=True, slots=True)
class ShownValue:
    """A value as HTML, with the numbers of its sources."""

    html: Markup
    sources: tuple[int, ...] = ()
    nested: tuple[ShownFact, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownFact:
    """A fact in one language."""

    name: Markup
    values: tuple[ShownValue, ...]
    disputed: bool
    long: bool
    more: str = ""
    more_label: str = ""


def files(site: Site, views: Sequence[View], drawing: Drawing | None) -> Iterator[File]:
    """The pages of all things, in all languages."""
    for thing in site.index.things:
        yield from pages_of(thing, site, views, drawing)


def pages_of(thing: Term, site: Site, views: Sequence[View], drawing: Drawing | None) -> Iterator[File]:
    """The pages of one thing."""
    content = things.arrange(describe(thing, site.index), site)
    for view in views:
        yield _page(content, site, view, drawing)
        for fact in content.overlong:
            yield from _all_pages(content, fact, site, view)


def _page(content: Thing, site: Site, view: View, drawing: Drawing | None) -> File:
    document = content.document
    path = document.with_name(document.name + view.suffix)
    root = "../" * (len(path.parts) - 1)
    label = view.label(content.thing)
    places = site.places(content.types)
    types = content.types
    heading = view.text(content.thing)
    kinds = []
    for cls in types:
        table = site.table_of.get(cls)
        url = root + str(site.section(f"list/{table.name}", view.language)) if table else ""
        kinds.append({"name": view.class_name(cls), "url": url})
    table = next((site.table_of[cls] for cls in types if cls in site.table_of), None)
    data = [
        {"type": each.media_type, "name": each.name, "url": quote(document.name + each.extension, safe="-._~")} for each in FORMATS
    ]
    names = [view.label(source).text for source in content.sources]
    summary = _summary(content, site, view, root)
    texts = _shown_values(content.texts, site, view, root)
    others = view.others({tag: document.with_name(document.name + iris.page_suffix(tag, site.languages)) for tag in site.languages}, path)
    return view.render(
        "thing.html",
        path,
        {
            "title": label.text,
            "heading": heading,
            "description": _description(label.text, kinds, summary, texts),
            "versions": others,
            "kinds": kinds,
            "list": {"url": root + str(site.section(f"list/{table.name}", view.language)), "title": view.table_title(table)} if table else None,
            "summary": summary,
            "texts": texts,
            "tables": [_table(each, site, view, root, content) for each in content.tables if each.rows or view.words(each.derived.settings.none)],
            "groups": _groups(content.groups, content, places, site, view, root),
            "sources": [_source(source, site, view, root) for source in content.sources],
            "source_titles": ["", *names],
            "source_word": view.texts.gettext("Source"),
            "data": data,
            "iri": value(content.thing),
            "modified": _modified(content.thing, site, view),
            "report": _report(content.thing, site, view),
            "locator": drawing.locator(content.thing, view, root) if drawing else None,
        },
    )  # fmt: skip


def _groups(
    groups: tuple[Group, ...], content: Thing, places: Mapping[Term, Place], site: Site, view: View, root: str
) -> list[dict[str, Any]]:
    shown = []
    for group in groups:
        facts = [_fact(fact, content, places, site, view, root) for fact in group.facts]
        facts = [fact for fact in facts if fact.values]
        if facts:
            shown.append({"title": _group_title(group, site, view), "facts": facts})
    return shown


def _group_title(group: Group, site: Site, view: View) -> str:
    if group.group is not None:
        return first_upper(view.words(site.schema.labels_of_group(group.group)))
    return view.texts.gettext("Mentioned by") if group.incoming else view.texts.gettext("Facts")


def _fact(fact: Fact, content: Thing, places: Mapping[Term, Place], site: Site, view: View, root: str) -> ShownFact:
    values = _shown_values(fact.values, site, view, root, every=fact.property in site.index.label_properties)
    if len(values) > 1 and not is_literal(fact.values[0].term):
        values = tuple(sorted(values, key=lambda each: _sort_text(each.html)))
    more = ""
    if fact.count > len(fact.values):
        more = root + quote(str(all_path(content.document, fact, 1, view, site)), safe="/-._~")
    return ShownFact(
        view.property_name(content.types, fact.property, fact.inverse, places),
        values,
        fact.disputed,
        len(values) > 3 and not any(each.nested for each in values),
        more,
        view.texts.gettext("Show all %(count)s") % {"count": view.texts.number(fact.count)} if more else "",
    )


def _sort_text(html: Markup) -> str:
    from .model import fold

    return fold(re.sub(r"<[^>]*>", "", html))


def _shown_values(values: tuple[Value, ...], site: Site, view: View, root: str, every: bool = False) -> tuple[ShownValue, ...]:
    """Values in the page's language: of texts in several languages only those that the reader wants, if there are any."""
    chosen = values if every else _in_language(values, site, view)
    return tuple(
        [
            ShownValue(
                view.term(each.term, root),
                each.sources,
                tuple(
                    ShownFact(view.property_name((), fact.property, False, {}), _shown_values(fact.values, site, view, root), False, False)
                    for fact in each.nested
                ),
            )
            for each in chosen
            if not is_blank(each.term) or each.nested
        ]
    )


def _in_language(values: tuple[Value, ...], site: Site, view: View) -> tuple[Value, ...]:
    tags = {language(each.term).split("-")[0].lower() for each in values}
    tags.discard("")
    if not tags or (len(tags) == 1 and view.language in tags):
        return values
    wanted = next((tag for tag in (view.language, *site.languages) if tag in tags), min(tags))
    return tuple(each for each in values if language(each.term).split("-")[0].lower() in ("", wanted))


def _table(table: DerivedTable, site: Site, view: View, root: str, content: Thing) -> dict[str, Any]:
    settings = table.derived.settings
    first = site.types(table.rows[0].things[0]) if table.rows else ()
    heads = [view.words(settings.label) or (view.class_name(first[0]) if first else view.texts.gettext("Name"))]
    for column, path in zip(settings.columns, table.derived.columns, strict=True):
        heads.append(view.words(column.label) or first_upper(view.label(path.last).text))
    if settings.through_label:
        heads.append(view.words(settings.through_label) or first_upper(view.label(table.derived.through.last).text))
    rows = [
        {
            "thing": [view.term(each, root) for each in row.things],
            "cells": [
                [_span(cell, row.ends[place], view)] if place < len(row.ends) and table.derived.until[place]
                else [view.term(each, root) for each in _one_language(cell, site, view)]
                for place, cell in enumerate(row.cells)
            ],
            "sources": row.sources,
        }
        for row in table.rows
    ]
    one = settings.answer_one or settings.answer
    sentence = view.words((one if len(rows) == 1 else settings.answer) if rows else settings.none)
    answer = sentence.replace("{label}", view.label(content.thing).text).replace("{count}", view.texts.number(len(rows)))
    return {"title": view.words(settings.title), "heads": heads, "rows": rows, "answer": answer}


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


def _summary(content: Thing, site: Site, view: View, root: str) -> Markup:
    """Sentences from the data, by the patterns of the settings."""
    parts: list[Markup] = []
    above = site.schema.with_superclasses(content.types)
    for classes, texts, paths in site.sentences:
        if not any(cls in classes for cls in above):
            continue
        pattern = view.words(texts)
        filled: dict[str, Markup] = {"label": escape(view.label(content.thing).text)}
        for name in re.findall(r"\{(#?[^{}]+)\}", pattern):
            if name == "label":
                continue
            ends = paths[name.removeprefix("#")].ends(content.thing, site.graph)
            ends = _one_language(ends, site, view)
            if not ends:
                break
            filled[name] = escape(view.texts.number(len(ends))) if name.startswith("#") else _joined(ends, view, root)
        else:
            parts.append(Markup("").join(_fill(pattern, filled)))
    return Markup(" ").join(parts)


def _fill(pattern: str, filled: Mapping[str, Markup]) -> Iterator[Markup]:
    for piece in re.split(r"(\{[^{}]+\})", pattern):
        if piece.startswith("{"):
            yield filled[piece[1:-1]]
        else:
            yield escape(piece)


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


def _description(title: str, kinds: list[dict[str, Any]], summary: Markup, texts: Sequence[ShownValue]) -> str:
    """The meta description: what it is, then what is known."""
    text = summary.striptags() or (texts[0].html.striptags() if texts else "")
    text = f"{title} ({', '.join(kind['name'] for kind in kinds)}). {text}" if kinds else f"{title}. {text}"
    return text if len(text) <= DESCRIPTION_LENGTH else text[: DESCRIPTION_LENGTH - 1].rsplit(" ", 1)[0] + "…"


def _source(source: Term, site: Site, view: View, root: str) -> dict[str, Any]:
    if source == site.inferred:
        return {"html": view.term(source, root), "note": view.texts.gettext("follows from other statements")}
    notes = []
    kind_property = site.settings.sources.kind_property
    if kind_property:
        kind = site.graph.value(source, site.term(kind_property))
        if kind:
            notes.append(view.plain(kind))
    return {"html": view.term(source, root), "note": ", ".join(notes)}


def _modified(thing: Term, site: Site, view: View) -> str:
    quads = site.index.quads.about(thing)
    stamp = site.publication.lock.stamp("things", value(thing), hash_of_quads(quads), site.publication.date)
    return view.texts.day(stamp.modified)


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
    name = iris.safe_name(("to-" if fact.inverse else "") + (curie if len(curie) < 60 else curie[-60:]).replace(":", "-").lower())
    suffix = f".{number}" if number > 1 else ""
    return ALL / document.relative_to(iris.DOCUMENTS) / f"{name}{suffix}{view.suffix}"


def _all_pages(content: Thing, fact: Fact, site: Site, view: View) -> Iterator[File]:
    total = -(-fact.count // ALL_PAGE)
    places = site.places(content.types)
    for number in range(1, total + 1):
        path = all_path(content.document, fact, number, view, site)
        root = "../" * (len(path.parts) - 1)
        chosen = fact.values[(number - 1) * ALL_PAGE : number * ALL_PAGE]
        name = view.property_name(content.types, fact.property, fact.inverse, places)
        label = view.label(content.thing).text
        title = f"{label}: {name.striptags()}"
        versions = {
            tag: path.with_name(path.name.removesuffix(view.suffix) + iris.page_suffix(tag, site.languages)) for tag in site.languages
        }
        yield view.render(
            "all.html",
            path,
            {
                "title": title + (f" ({number})" if number > 1 else ""),
                "heading": title,
                "description": f"{title} – {view.texts.number(fact.count)}",
                "versions": view.others(versions, path),
                "thing_link": view.term(content.thing, root),
                "name": name,
                "count": fact.count,
                "first": (number - 1) * ALL_PAGE + 1,
                "values": [view.term(each.term, root) for each in chosen],
                "pages": pager(number, total, lambda n: quote(all_path(content.document, fact, n, view, site).name, safe="-._~")),
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

