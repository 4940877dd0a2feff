"""Class tables: pages that need no script, and the JSON from which script filters and sorts."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from .. import formats
from ..files import File
from ..graphs import Graph
from ..namespaces import SKOS
from ..terms import Term, datatype, is_blank, is_iri, language, value
from .model import ClassTable, Site
from .paths import Path, Step
from .texts import DATES, NUMBERS, date_key
from .thing_pages import pager
from .view import View, plain_text

COLUMNS = 5  # without settings
FACET_VALUES = 60  # more different values make no facet
INTERNAL = ".table.json"  # ending of what the script of the page reads
CELL_VALUES = 6  # shown of one cell on the plain page


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a class table."""

    id: str
    path: Path
    kind: str  # thing, date, number, text
    facet: bool
    label: Mapping[str, str]


def columns_of(table: ClassTable, site: Site) -> tuple[Column, ...]:
    """The columns of the settings, else those that the shapes order first and that have values."""
    if table.settings and table.settings.columns:
        chosen = [
            (site.path(each, "site.tables"), {})
            if isinstance(each, str)
            else (site.path(each.path, "site.tables"), each.label)
            for each in table.settings.columns
        ]
    else:
        chosen = [(path, {}) for path in _by_shapes(table, site)]
    wanted = set(table.settings.facets) if table.settings else set()
    found: list[Column] = []
    taken: set[str] = set()
    for path, label in chosen:
        kind, different = _kind(table, path, site.graph)
        if not kind:
            continue
        name = base = "".join(char for char in site.curie(path.last).partition(":")[2] if char.isalnum()) or "column"
        number = 2
        while name in taken or name in ("q", "sort", "label", "thing", "own", "any"):
            name, number = f"{base}{number}", number + 1
        taken.add(name)
        facet = (
            path.text in wanted
            if wanted
            else kind == "thing" and 1 < different <= FACET_VALUES and different < len(table.things)
        )
        found.append(Column(name, path, kind, facet, label))
    return tuple(found)


def _by_shapes(table: ClassTable, site: Site) -> list[Path]:
    places = site.schema.places((table.cls,))
    used: dict[Term, int] = {}
    for thing in table.things[:2000]:
        for property_ in {p for p, o in site.graph.about(thing) if not is_blank(o)}:
            used[property_] = used.get(property_, 0) + 1
    skipped = {*site.index.label_properties, *site.hidden, SKOS.definition, SKOS.inScheme, SKOS.topConceptOf}
    candidates = [p for p in used if p not in skipped and (p in places or site.index.labels.has(p))]
    candidates.sort(key=lambda p: (places[p].group_order, places[p].order) if p in places else (99_999.0, -float(used[p])))
    return [Path(_written(p, site), (Step(((p, False),)),)) for p in candidates[:COLUMNS]]


def _written(property_: Term, site: Site) -> str:
    curie = site.curie(property_)
    return property_ if curie == value(property_) else curie


def _kind(table: ClassTable, path: Path, graph: Graph) -> tuple[str, int]:
    """What kind of values a column has ("" for none), and how many different ones."""
    values: set[Term] = set()
    for thing in table.things:
        values.update(path.ends(thing, graph))
    if not values:
        return "", 0
    if all(is_iri(each) for each in values):
        return "thing", len(values)
    kinds = {datatype(each) for each in values}
    if kinds <= NUMBERS:
        return "number", len(values)
    if kinds <= DATES:
        return "date", len(values)
    return "text", len(values)


def files(site: Site, views: Sequence[View]) -> Iterator[File]:
    """All class tables, and the page that leads to them."""
    for table in site.tables:
        columns = columns_of(table, site)
        cells = {thing: [column.path.ends(thing, site.graph) for column in columns] for thing in table.things}
        geojson = _geojson(table, site)
        for view in views:
            ordered = sorted(table.things, key=lambda thing: site.order_key(thing, view.language))
            yield from _pages(table, columns, cells, ordered, site, view, geojson)
            yield from _json(table, columns, cells, ordered, site, view, geojson)
            yield _csv(table, columns, cells, ordered, site, view)
    for view in views:
        yield _browse(site, view)


def definition(term: Term, view: View) -> str:
    """The definition of a term in the view's language, else in another."""
    graph = view.site.graph
    texts = {language(each): value(each) for each in graph.objects(term, SKOS.definition)}
    return view.words(texts)


def _browse(site: Site, view: View) -> File:
    root = "../" * (len(site.section("browse", view.language).parts) - 1)
    tables = [
        {
            "title": view.table_heading(table),
            "url": root + quote(str(site.section(f"list/{table.name}", view.language)), safe="/-._~"),
            "definition": definition(table.cls, view),
            "count": len(table.things),
        }
        for table in site.tables
    ]
    _ = view.texts.gettext
    return view.section_page(
        "browse.html", "browse", _("Browse"), _("All lists: every kind of thing that has a page."), tables=tables
    )


def _pages(
    table: ClassTable, columns: tuple[Column, ...], cells: Mapping[Term, list[tuple[Term, ...]]], ordered: list[Term], site: Site,
    view: View, geojson: str,
) -> Iterator[File]:  # fmt: skip
    size = site.settings.limits.table_rows
    total = max(1, -(-len(ordered) // size))
    heading = view.table_title(table)
    for number in range(1, total + 1):
        key = f"list/{table.name}" + (f"/{number}" if number > 1 else "")
        path = site.section(key, view.language)
        root = "../" * (len(path.parts) - 1)
        rows = [
            {
                "thing": view.term(thing, root),
                "cells": [_cell(each, site, view, root) for each in cells[thing]],
            }
            for thing in ordered[(number - 1) * size : number * size]
        ]
        base = root + quote(str(_data_path(table, view).with_suffix("")), safe="/-._~")
        title = heading + (f" ({number})" if number > 1 else "")
        intro = definition(table.cls, view)
        yield view.section_page(
            "list.html",
            key,
            heading,
            (f"{title}: {intro}" if intro else title)[:300],
            active="browse", title=title, name=table.name, definition=intro if number == 1 else "", headline=view.table_heading(table), columns=[{"label": column_label(column, view), "heading": column_heading(column, view), "kind": column.kind} for column in columns], rows=rows, count=len(ordered), page_size=size, table_url=f"{base}{INTERNAL}", geojson=root + geojson if geojson else "", downloads=[{"kind": "csv", "url": f"{base}.csv", "name": "CSV"}, {"kind": "json", "url": f"{base}.json", "name": "JSON"}], alternates=[("text/csv", f"{base}.csv"), ("application/json", f"{base}.json")], query=query(table, columns, site, view), pages=pager(number, total, lambda n, root=root: root + str(site.section(f"list/{table.name}" + (f"/{n}" if n > 1 else ""), view.language))),
        )  # fmt: skip


def _data_path(table: ClassTable, view: View) -> PurePosixPath:
    return PurePosixPath("list", f"{table.name}.{view.language}.json")


def column_heading(column: Column, view: View) -> Markup:
    """The head of a column: what the settings say, else the label of the last property; marked where it is in another language."""
    if column.label:
        return view.phrase(column.label)
    inverse = column.path.steps[-1].choices[0][1]
    opposite = view.site.schema.inverses.get(column.path.last) if inverse else None
    return view.title(opposite or column.path.last)


def column_label(column: Column, view: View) -> str:
    """The same as text alone."""
    return plain_text(column_heading(column, view)).unescape()


def _cell(terms: tuple[Term, ...], site: Site, view: View, root: str) -> list[Markup]:
    chosen = _wanted(terms, site, view)
    shown = [view.term(each, root) for each in chosen[:200]]
    if len(shown) > 1 and is_iri(chosen[0]):
        shown.sort(key=str.casefold)
    if len(shown) > CELL_VALUES:
        shown = [*shown[:CELL_VALUES], Markup("… ({})").format(view.texts.number(len(chosen)))]
    return shown


def _wanted(terms: tuple[Term, ...], site: Site, view: View) -> list[Term]:
    tags = {language(each) for each in terms} - {""}
    if len(tags) < 2:
        return list(terms)
    chosen = next((tag for tag in (view.language, *site.languages) if tag in tags), min(tags))
    return [each for each in terms if language(each) in ("", chosen)]


def _json(
    table: ClassTable, columns: tuple[Column, ...], cells: Mapping[Term, list[tuple[Term, ...]]], ordered: list[Term], site: Site,
    view: View, geojson: str,
) -> Iterator[File]:  # fmt: skip
    """The table as records, as table.js offers them, too; and what table.js reads. There a row is [label, link, IRI, cells]; a part of a cell the number of a term, or [text, key]."""
    depth = len(site.section(f"list/{table.name}", view.language).parts) - 1
    root = "../" * depth
    terms: dict[Term, int] = {}
    listed: list[list[Any]] = []
    literals: dict[str, str] = {}
    rows = []
    for thing in ordered:
        label = view.label(thing)
        row: list[list[Any]] = []
        for column, found in zip(columns, cells[thing], strict=True):
            parts: list[Any] = []
            for term in _wanted(found, site, view):
                if is_iri(term):
                    if term not in terms:
                        terms[term] = len(listed)
                        tag = view.label(term)
                        entry: list[Any] = [tag.text, value(term), view.href(term, root)]
                        listed.append([*entry, tag.language] if tag.is_fallback and tag.language else entry)
                    parts.append(terms[term])
                elif not is_blank(term):
                    text = view.plain(term)
                    key = date_key(value(term)) if column.kind == "date" else value(term)
                    if column.facet:
                        literals[key] = term
                    parts.append([text, key])
            row.append(parts)
        link = view.href(thing, root)
        rows.append([label.text, link, value(thing), row])
    document = {
        "type": _written(table.cls, site),
        "labelPath": _label_path(table, site),
        "prefixes": site.settings.all_prefixes,
        "columns": [
            {"id": c.id, "label": column_label(c, view), "kind": c.kind, "facet": c.facet, "path": c.path.text}
            for c in columns
        ],
        "terms": listed,
        "literals": literals,
        "rows": rows,
        "geojson": bool(geojson),
    }
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"
    path = _data_path(table, view)
    yield File(path.with_suffix(INTERNAL), text.encode("utf-8", "replace"), formats.JSON.media_type)
    records = [_record(row, columns, listed) for row in rows]
    text = json.dumps(records, ensure_ascii=False, indent=1) + "\n"
    yield File(path, text.encode("utf-8", "replace"), formats.JSON.media_type)


def _record(row: list[Any], columns: tuple[Column, ...], listed: list[list[Any]]) -> dict[str, Any]:
    """One thing: its IRI, its label, and the values of each column that has some; things among them with IRI and label."""
    label, _, iri, cells = row
    record: dict[str, Any] = {"@id": iri, "label": label}
    for column, parts in zip(columns, cells, strict=True):
        values = [{"@id": listed[each][1], "label": listed[each][0]} if isinstance(each, int) else each[1] for each in parts]
        if values:
            record[column.id] = values
    return record


def _csv(
    table: ClassTable,
    columns: tuple[Column, ...],
    cells: Mapping[Term, list[tuple[Term, ...]]],
    ordered: list[Term],
    site: Site,
    view: View,
) -> File:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(["iri", view.texts.gettext("Name"), *(column_label(column, view) for column in columns)])
    for thing in ordered:
        texts = ["; ".join(view.plain(each) for each in _wanted(found, site, view)) for found in cells[thing]]
        writer.writerow([_harmless(each) for each in (value(thing), view.label(thing).text, *texts)])
    path = _data_path(table, view).with_suffix(".csv")
    return File(path, b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8", "replace"), formats.CSV.media_type)


def _harmless(text: str) -> str:
    """A cell that a spreadsheet does not take for a formula."""
    return (
        f"'{text}"
        if text[:1] in ("=", "+", "-", "@", "\t", "\r") and not text.lstrip("+-").replace(".", "").isdigit()
        else text
    )


def _geojson(table: ClassTable, site: Site) -> str:
    for each in site.settings.geojson:
        if any(site.term(cls) == table.cls for cls in each.classes):
            path = f"data/{each.file}"
            if path in site.written:
                return path
    return ""


def query(table: ClassTable, columns: tuple[Column, ...], site: Site, view: View) -> str:
    """The SPARQL query of the whole table; table.js writes the same with the filters in it."""
    columns_text = "".join(f' (GROUP_CONCAT(DISTINCT STR(?{c.id}); separator=" | ") AS ?{c.id}s)' for c in columns)
    labels = _label_path(table, site)
    lines = [
        f"SELECT ?thing (COALESCE(MIN(?own), MIN(?any)) AS ?label){columns_text} WHERE {{",
        f"  ?thing a {_written(table.cls, site)} .",
        f'  OPTIONAL {{ ?thing {labels} ?own . FILTER(LANG(?own) = "{view.language}") }}',
        f"  OPTIONAL {{ ?thing {labels} ?any . }}",
        *(f"  OPTIONAL {{ ?thing {column.path.text} ?{column.id} . }}" for column in columns),
        "} GROUP BY ?thing ORDER BY ?label",
    ]
    text = "\n".join(lines)
    used = [f"PREFIX {prefix}: <{iri}>" for prefix, iri in site.settings.all_prefixes.items() if _uses(text, prefix)]
    return "\n".join([*used, text]) + "\n"


def _label_path(table: ClassTable, site: Site) -> str:
    """The properties that name the things of a table, as a path: usually one."""
    used: set[Term] = set()
    for thing in table.things:
        has = {p for p, _ in site.graph.about(thing)}
        first = next((each for each in site.index.label_properties if each in has), None)
        if first:
            used.add(first)
    chosen = [each for each in site.index.label_properties if each in used] or list(site.index.label_properties[:1])
    return "|".join(_written(each, site) for each in chosen)


def _uses(text: str, prefix: str) -> bool:
    return any(f"{before}{prefix}:" in text for before in (" ", "/", "^", "(", "|"))
