"""Class tables: pages that need no script, the same as CSV, JSON and GeoJSON, and what script filters and sorts.

list/{name}.html            the page; list/{name}/2.html and so on for long tables
list/{name}.{lang}.csv      a row for each thing: IRI, name, then the columns as the page shows them
list/{name}.{lang}.json     a record for each thing: `@id`, `label`, then a list of values under the key of each column. A value
                            is a text, a number, or `{"@id", "label"}`. Keys do not depend on the language.
list/{name}.geojson         where the things have geometries and no file of the settings shows them
list/{name}.{lang}.table.json   what the script of the page reads; its form may change at any time
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from .. import formats
from ..distributions.geojson import Collection, write_geojson
from ..distributions.tables import harmless
from ..errors import MoroError
from ..files import File
from ..graphs import Graph
from ..namespaces import GEO, RDF, SKOS
from ..terms import Term, datatype, is_blank, is_iri, is_literal, language, value
from .model import ClassTable, Site
from .pager import pager
from .paths import Path, Step
from .texts import DATES, NUMBERS, date_key
from .view import View, plain_text

COLUMNS = 5  # without settings
FACET_VALUES = 60  # more different values make no facet
INTERNAL = ".table.json"  # ending of what the script of the page reads
CELL_VALUES = 6  # shown of one cell on the plain page
_FIRST_DATE = r"^.*?([0-9]{4}(-[0-9]{2}){0,2}).*$"  # as in texts.date_key
_JSON_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")


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
        while name in taken or name in ("q", "sort", "iri", "label", "thing"):
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
        geojson = _geojson_of_settings(table, site)
        if not geojson:
            made = _geojson(table, site)
            if made is not None:
                yield made
                geojson = str(made.path)
        for view in views:
            ordered = sorted(table.things, key=lambda thing: site.order_key(thing, view.language))
            parts = query_parts(table, columns, cells, site, view)
            yield from _pages(table, columns, cells, ordered, site, view, geojson, parts)
            yield _script_data(table, columns, cells, ordered, view, parts)
            yield _json(table, columns, cells, ordered, view)
            yield _csv(table, columns, cells, ordered, view)
    for view in views:
        yield _browse(site, view)


def definition(term: Term, view: View) -> str:
    """The definition of a term in the view's language, else in another."""
    graph = view.site.graph
    texts = {language(each): value(each) for each in graph.objects(term, SKOS.definition)}
    return view.words(texts)


def card(table: ClassTable, view: View, root: str) -> dict[str, Any]:
    """What a page that offers a table says about it."""
    intro = view.words(table.settings.intro) if table.settings else ""
    return {
        "title": view.table_heading(table),
        "url": view.url(f"list/{table.name}", root),
        "intro": intro or definition(table.cls, view),
        "count": len(table.things),
    }


def _browse(site: Site, view: View) -> File:
    root = site.root("browse", view.language)
    own = site.settings.site.table_groups
    last = own[-1].key if own else ""
    groups: dict[str, list[dict[str, Any]]] = {each.key: [] for each in own} or {"": []}
    for table in site.tables:
        key = table.settings.group if table.settings else ""
        groups[key or last].append(card(table, view, root))
    titles = {each.key: (view.phrase(each.title), each.plain) for each in own}
    _ = view.texts.gettext
    return view.section_page(
        "browse.html",
        "browse",
        _("Browse"),
        _("All lists: every kind of thing that has a page."),
        groups=[(*titles.get(key, ("", False)), tables) for key, tables in groups.items() if tables],
    )


def _pages(
    table: ClassTable, columns: tuple[Column, ...], cells: Mapping[Term, list[tuple[Term, ...]]], ordered: list[Term], site: Site,
    view: View, geojson: str, parts: Mapping[str, str],
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
                "thing": view.name(thing, root),
                "cells": [_cell(each, view, root) for each in cells[thing]],
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
            active="browse", title=title, name=table.name, headline=view.table_heading(table), page_number=number, definition=intro if number == 1 else "", columns=[{"label": column_label(column, view), "heading": column_heading(column, view), "kind": column.kind} for column in columns], rows=rows, count=len(ordered), page_size=size, table_url=f"{base}{INTERNAL}", geojson=root + quote(geojson, safe="/-._~") if geojson else "", downloads=[{"kind": "csv", "url": f"{base}.csv", "name": "CSV"}, {"kind": "json", "url": f"{base}.json", "name": "JSON"}], alternates=[("text/csv", f"{base}.csv"), ("application/json", f"{base}.json")], query=query(parts), pages=pager(number, total, lambda n, root=root: root + str(site.section(f"list/{table.name}" + (f"/{n}" if n > 1 else ""), view.language))),
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


def _cell(terms: tuple[Term, ...], view: View, root: str) -> list[Markup]:
    chosen = _wanted(terms, view)
    shown = [view.term(each, root) for each in chosen[:200]]
    if len(shown) > 1 and is_iri(chosen[0]):
        shown.sort(key=str.casefold)
    if len(shown) > CELL_VALUES:
        shown = [*shown[:CELL_VALUES], Markup("… ({})").format(view.texts.number(len(chosen)))]
    return shown


def _shown(terms: tuple[Term, ...], view: View) -> list[Term]:
    """What files of a table have of a cell: no blank nodes, which have neither name nor address."""
    return [each for each in _wanted(terms, view) if not is_blank(each)]


def _wanted(terms: tuple[Term, ...], view: View) -> list[Term]:
    tags = {language(each) for each in terms} - {""}
    if len(tags) < 2:
        return list(terms)
    chosen = next((tag for tag in (view.language, *view.site.languages) if tag in tags), min(tags))
    return [each for each in terms if language(each) in ("", chosen)]


def _script_data(
    table: ClassTable, columns: tuple[Column, ...], cells: Mapping[Term, list[tuple[Term, ...]]], ordered: list[Term],
    view: View, parts: Mapping[str, str],
) -> File:  # fmt: skip
    """What table.js reads.

    A row is [label, link, IRI, cells, language, short name to show]; a cell is a list of places in `terms`; a term there is
    [text, the term in SPARQL, link, language, key for sorting]. Links start at the site's root; empty ends are left out.
    """
    places: dict[tuple[Term, bool], int] = {}
    listed: list[list[str]] = []

    def place(term: Term, column: Column) -> int:
        is_date = column.kind == "date"
        found = places.get((term, is_date))
        if found is None:
            found = places[term, is_date] = len(listed)
            if is_iri(term):
                label = view.label(term)
                entry = [label.text, term, view.href(term, "") or "", label.language if label.is_fallback else ""]
            else:
                key = date_key(value(term)) if is_date else value(term)
                entry = [view.plain(term), term, "", language(term) if language(term) != view.language else "", key]
            listed.append(_short(entry))
        return found

    rows = []
    for thing in ordered:
        label = view.label(thing)
        row = [
            [place(term, column) for term in _shown(found, view)]
            for column, found in zip(columns, cells[thing], strict=True)
        ]
        foreign = label.language if label.is_fallback else ""
        short = view.short(thing)
        more = [foreign, short] if short else [foreign] if foreign else []
        rows.append([label.text, view.href(thing, "") or "", value(thing), row, *more])
    document = {
        "columns": [
            {"id": c.id, "label": column_label(c, view), "kind": c.kind, "facet": c.facet, "path": c.path.text}
            for c in columns
        ],
        "query": parts,
        "terms": listed,
        "rows": rows,
    }
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n"
    return File(_data_path(table, view).with_suffix(INTERNAL), text.encode("utf-8", "replace"), formats.JSON.media_type)


def _short(entry: list[str]) -> list[str]:
    while not entry[-1]:
        entry.pop()
    return entry


def _json(
    table: ClassTable, columns: tuple[Column, ...], cells: Mapping[Term, list[tuple[Term, ...]]], ordered: list[Term], view: View
) -> File:  # fmt: skip
    lines = []
    for thing in ordered:
        record: dict[str, Any] = {"@id": value(thing), "label": view.label(thing).text}
        for column, found in zip(columns, cells[thing], strict=True):
            record[column.id] = [_json_value(term, column, view) for term in _shown(found, view)]
        lines.append(json.dumps(record, ensure_ascii=False))
    text = "[\n" + ",\n".join(lines) + "\n]\n"
    return File(_data_path(table, view), text.encode("utf-8", "replace"), formats.JSON.media_type)


def _json_value(term: Term, column: Column, view: View) -> Any:
    if is_iri(term):
        return {"@id": value(term), "label": view.label(term).text}
    text = value(term)
    if column.kind == "number" and _JSON_NUMBER.fullmatch(text):
        number: int | float = json.loads(text)
        return number if Decimal(repr(number)) == Decimal(text) else text  # no digit gets lost
    return text


def _csv(
    table: ClassTable, columns: tuple[Column, ...], cells: Mapping[Term, list[tuple[Term, ...]]], ordered: list[Term], view: View
) -> File:  # fmt: skip
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(["iri", view.texts.gettext("Name"), *(harmless(column_label(column, view)) for column in columns)])
    for thing in ordered:
        row = [harmless(value(thing)), harmless(view.label(thing).text)]
        for column, found in zip(columns, cells[thing], strict=True):
            text = "; ".join(view.plain(each) for each in _shown(found, view))
            row.append(harmless(text, is_number=column.kind == "number"))
        writer.writerow(row)
    path = _data_path(table, view).with_suffix(".csv")
    return File(path, b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8", "replace"), formats.CSV.media_type)


def _geojson_of_settings(table: ClassTable, site: Site) -> str:
    for each in site.settings.geojson:
        if any(site.term(cls) == table.cls for cls in each.classes):
            path = f"data/{each.file}"
            if path in site.written:
                return path
    return ""


def _geojson(table: ClassTable, site: Site) -> File | None:
    """The things of a table with their geometries, None where there are none, or one that cannot be read."""
    if not any(site.graph.objects(each, GEO.hasGeometry) for each in table.things):
        return None
    attribution = site.settings.licence.attribution.get(site.languages[0], "")
    try:
        content = write_geojson(
            Collection((table.cls,)), site.graph, site.index.labels, attribution=attribution, only=frozenset(table.things)
        )
    except MoroError:  # the warnings of the map name it
        return None
    return File(PurePosixPath("list", f"{table.name}.geojson"), content, formats.GEOJSON.media_type)


def query_parts(
    table: ClassTable, columns: tuple[Column, ...], cells: Mapping[Term, list[tuple[Term, ...]]], site: Site, view: View
) -> dict[str, str]:  # fmt: skip
    """The pieces of the SPARQL query of a table, between which table.js puts filters.

    Each column is a query of its own, so that several values in several columns do not multiply. The variables of a
    column are called like its key; `?key_` has its least value, for sorting. Inner variables end in `_`.
    """
    things = f"?thing a {_written(table.cls, site)} ."
    names = _names(table.things, "?thing", site, view)
    blocks = [f"  OPTIONAL {{ SELECT ?thing (MIN(STR(?name_)) AS ?label) WHERE {{ {things} {names} }} GROUP BY ?thing }}"]
    for place, column in enumerate(columns):
        found = [each for thing in table.things for each in cells[thing][place]]
        body = [things, f"?thing {column.path.text} ?value_ ."]
        if any(is_blank(each) for each in found):
            body.append("FILTER(!isBlank(?value_))")
        if len({language(each) for each in found} - {""}) > 1:
            wanted = view.language
            body.append(
                f'FILTER(LANG(?value_) IN ("", "{wanted}") || '
                f'NOT EXISTS {{ ?thing {column.path.text} ?other_ . FILTER(LANG(?other_) = "{wanted}") }})'
            )
        text = "?value_"
        named = [each for each in dict.fromkeys(found) if is_iri(each)]
        if named:
            body.append(_names(named, "?value_", site, view))
            text = "?name_"
        least = {"number": "?value_", "date": f'REPLACE(STR(?value_), "{_FIRST_DATE}", "$1")'}.get(
            column.kind, f"STR({text})"
        )
        blocks.append(
            f'  OPTIONAL {{ SELECT ?thing (GROUP_CONCAT(DISTINCT STR({text}); separator="; ") AS ?{column.id}) '
            f"(MIN({least}) AS ?{column.id}_) WHERE {{ {' '.join(body)} }} GROUP BY ?thing }}"
        )
    head = f"SELECT DISTINCT ?thing ?label {' '.join(f'?{column.id}' for column in columns)}".rstrip() + " WHERE {"
    parts = {"head": head, "things": f"  {things}{_exactly(table, site)}", "columns": "\n".join(blocks)}
    text = "\n".join(parts.values())
    used = [f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in site.settings.all_prefixes.items() if _uses(text, prefix)]
    parts["head"] = "".join(used) + head
    return parts


def query(parts: Mapping[str, str]) -> str:
    """The SPARQL query of the whole table."""
    return f"{parts['head']}\n{parts['things']}\n{parts['columns']}\n}} ORDER BY LCASE(?label)\n"


def _names(terms: Iterable[Term], variable: str, site: Site, view: View) -> str:
    """A pattern that gives the names of some terms as the page shows them: those in its language, else in the next."""
    used: set[tuple[str, Term]] = set()
    unnamed = False
    for term in terms:
        label = site.index.labels.best(term, view.language)
        if label.is_missing:
            unnamed = True
            continue
        for property_ in site.index.label_properties:
            if any(
                language(each).lower() == label.language for each in site.graph.objects(term, property_) if is_literal(each)
            ):
                used.add((label.language, property_))
                break
    tags = [view.language, *site.languages, "", *sorted({tag for tag, _ in used})]
    order = sorted(used, key=lambda each: (tags.index(each[0]), site.index.label_properties.index(each[1])))
    if len(order) == 1 and not unnamed:
        ((tag, property_),) = order
        return f'{variable} {_written(property_, site)} ?name_ . FILTER(LANG(?name_) = "{tag}")'
    choices = [
        f'OPTIONAL {{ {variable} {_written(property_, site)} ?name{n}_ . FILTER(LANG(?name{n}_) = "{tag}") }}'
        for n, (tag, property_) in enumerate(order, 1)
    ]
    named = "".join(f"?name{n}_, " for n in range(1, len(order) + 1))
    return f"{' '.join(choices)} BIND(COALESCE({named}STR({variable})) AS ?name_)".strip()


def _exactly(table: ClassTable, site: Site) -> str:
    """What leaves out the things of the class that stand in the tables of its subclasses."""
    others = set(site.graph.subjects(RDF.type, table.cls)) - set(table.things)
    if not others:
        return ""
    mine = {cls for thing in table.things for cls in site.graph.objects(thing, RDF.type)}
    special = {cls for thing in others for cls in site.graph.objects(thing, RDF.type)} - mine
    if all(any(cls in special for cls in site.graph.objects(thing, RDF.type)) for thing in others):
        classes = " ".join(_written(cls, site) for cls in sorted(special))
        return f" FILTER NOT EXISTS {{ VALUES ?special_ {{ {classes} }} ?thing a ?special_ . }}"
    return f" VALUES ?thing {{ {' '.join(table.things)} }}"


def _uses(text: str, prefix: str) -> bool:
    return any(f"{before}{prefix}:" in text for before in (" ", "/", "^", "(", "|"))
