"""A table for each kind of thing, as CSV and as XLSX: for people who work with spreadsheets.

Columns are the property shapes of the class, in the order that they give (sh:order), headed by their names (sh:name) in
the first language. The first column is the IRI. Texts in several languages have a column for each; what is named by IRI has
its label and, beside it, the IRI. Several values of a cell are joined by " | ". Geometries are left to the map files.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from ..description import Labels
from ..errors import MoroError, Text
from ..graphs import Graph
from ..namespaces import GEO, OWL, RDF, RDFS, SH, XSD
from ..terms import Term, datatype, is_iri, is_literal, language, value

SEPARATOR = " | "
LONGEST_CELL = 32_767  # characters that a cell of a spreadsheet holds
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_WRITTEN_NUMBER = re.compile(r"-[0-9]+(?:[.,][0-9]+)*")
_UNSAFE_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_GEOMETRIES = frozenset({GEO.hasGeometry, GEO.hasDefaultGeometry, GEO.defaultGeometry, GEO.asWKT, GEO.asGeoJSON})
_NUMBERS = frozenset(
    f"{XSD.iri}{name}" for name in ("integer", "decimal", "int", "long", "nonNegativeInteger", "positiveInteger")
)
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_LAST = 1e9

Cell: TypeAlias = str | int | float


@dataclass(frozen=True, slots=True)
class Property:
    """A property as the shapes of a class present it."""

    iri: Term
    names: Mapping[str, str]  # language → sh:name
    order: float


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the values of a property, in one language or as labels or as IRIs where it is about such."""

    heading: str
    property: Term
    form: str  # "values", "labels", "iris" or a language tag


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a class. The first cell of each row is the IRI."""

    name: str  # of the files, without extension
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def headings(self) -> tuple[str, ...]:
        """The first row."""
        return ("IRI", *(each.heading for each in self.columns))


@dataclass(frozen=True, slots=True)
class About:
    """What the second sheet of a spreadsheet says: heading and text, line by line, in the first language and in others."""

    title: str  # of the sheet
    lines: tuple[tuple[str, str], ...]
    date: datetime.date  # written into the file as its date


def properties(shapes: Graph, ontology: Graph, classes: Iterable[Term]) -> tuple[Property, ...]:
    """The properties that the node shapes of some classes and of the classes above them present, in their order.

    Property shapes count when they have a group (sh:group), or, where none of them has one, a name.
    """
    node_shapes: dict[Term, None] = {}
    for class_ in _with_superclasses(classes, ontology):
        node_shapes.update(dict.fromkeys(shapes.subjects(SH.targetClass, class_)))
        if (class_, RDF.type, SH.NodeShape) in shapes:
            node_shapes[class_] = None
    found = []
    for node_shape in node_shapes:
        for shape in shapes.objects(node_shape, SH.property):
            path = shapes.value(shape, SH.path)
            names = {language(each): value(each) for each in shapes.objects(shape, SH.name) if is_literal(each)}
            if path is not None and is_iri(path) and names:
                has_group = shapes.value(shape, SH.group) is not None
                found.append((not has_group, _order(shapes.value(shape, SH.order)), path, Property(path, names, 0)))
    if any(not without_group for without_group, *_ in found):
        found = [each for each in found if not each[0]]
    chosen: dict[Term, Property] = {}
    for _, order, path, property_ in sorted(found, key=lambda each: each[:3]):
        chosen.setdefault(path, Property(path, property_.names, order))
    return tuple(chosen.values())


def _with_superclasses(classes: Iterable[Term], ontology: Graph) -> list[Term]:
    found = list(dict.fromkeys(classes))
    for each in found:  # grows while it is read
        found += [other for other in ontology.objects(each, RDFS.subClassOf) if is_iri(other) and other not in found]
    return found


def _order(term: Term | None) -> float:
    try:
        return float(value(term)) if term else _LAST
    except ValueError:
        return _LAST


def most_special(things: Iterable[Term], graph: Graph, ontology: Graph) -> tuple[Term, ...]:
    """The classes of some things that are above no other class of the same thing, sorted; OWL's own left out."""
    found: set[Term] = set()
    above: dict[Term, set[Term]] = {}
    for types in {graph.objects(thing, RDF.type) for thing in things}:
        for each in types:
            if each not in above:
                above[each] = set(_with_superclasses([each], ontology)[1:])
        higher = set().union(*(above[each] for each in types)) if types else set()
        special = {each for each in types if each not in higher and not each.startswith(f"<{OWL.iri}")}
        declared = {each for each in special if (each, RDF.type, OWL.Class) in ontology}
        found |= declared or special
    return tuple(sorted(found))


def make_table(
    name: str, title: str, things: Sequence[Term], chosen: Iterable[Property], graph: Graph, labels: Labels
) -> Table | None:
    """The table of some things; None when no property but geometries is left for columns."""
    columns: list[Column] = []
    for each in chosen:
        columns += _columns(each, things, graph, labels.languages)
    if not columns:
        return None
    rows = tuple((harmless(value(thing)), *(_cell(thing, each, graph, labels) for each in columns)) for thing in things)
    return Table(name, title, tuple(columns), rows)


def _columns(property_: Property, things: Iterable[Term], graph: Graph, languages: Sequence[str]) -> Iterator[Column]:
    if property_.iri in _GEOMETRIES:
        return
    values = {o for thing in things for o in graph.objects(thing, property_.iri)}
    if any(datatype(each).startswith(GEO.iri) for each in values):
        return
    heading = property_.names.get(languages[0]) or next(iter(property_.names.values()))
    tags = {language(each) for each in values if is_literal(each)}
    if tags - {""}:
        for tag in (*languages, *sorted(tags - {"", *languages})):
            yield Column(f"{heading} ({tag})", property_.iri, tag)
    if "" in tags or not values:
        yield Column(heading, property_.iri, "values")
    if any(not is_literal(each) for each in values):
        yield Column(heading, property_.iri, "labels")
        yield Column(f"{heading} (IRI)", property_.iri, "iris")


def _cell(thing: Term, column: Column, graph: Graph, labels: Labels) -> Cell:
    values = graph.objects(thing, column.property)
    if column.form == "labels":
        wanted = labels.languages[0]
        return harmless(SEPARATOR.join(_label(each, labels, wanted) for each in values if not is_literal(each)))
    if column.form == "iris":
        return harmless(SEPARATOR.join(value(each) if is_iri(each) else each for each in values if not is_literal(each)))
    if column.form == "values":
        plain = [each for each in values if is_literal(each) and not language(each)]
        if len(plain) == 1 and datatype(plain[0]) in _NUMBERS:
            return _number(value(plain[0]))
        return harmless(SEPARATOR.join(map(value, plain)))
    return harmless(SEPARATOR.join(value(each) for each in values if language(each) == column.form))


def _label(term: Term, labels: Labels, wanted: str) -> str:
    label = labels.best(term, wanted)
    return value(term) if label.is_missing and is_iri(term) else label.text


def _number(text: str) -> Cell:
    """A number, if a spreadsheet holds it exactly and shows it as it is written; else its text."""
    if _NUMBER.fullmatch(text) and len(text) <= 15:
        number = float(text) if "." in text else int(text)
        if Decimal(repr(number)) == Decimal(text) and str(number) == text:
            return number
        return text
    return harmless(text)


def harmless(text: str, *, is_number: bool = False) -> str:
    """A text that no spreadsheet takes for a formula: one that begins like it gets an apostrophe before it.

    Negative numbers stay as they are where the cell is one for numbers. `web/src/csv.js` has the same rule.
    """
    if not text.startswith(_DANGEROUS) or (is_number and _WRITTEN_NUMBER.fullmatch(text)):
        return text
    return f"'{text}"


def findings(table: Table) -> Iterator[MoroError]:
    """Cells that a spreadsheet cannot hold, each with thing and column. They are never cut."""
    for row in table.rows:
        for heading, cell in zip(table.headings, row, strict=True):
            if not isinstance(cell, str):
                continue
            if len(cell) > LONGEST_CELL:
                yield MoroError(
                    f"<{row[0]}>, {heading}",
                    Text(
                        de=f"der Text hat {len(cell)} Zeichen, eine Tabellenzelle fasst {LONGEST_CELL}",
                        en=f"the text has {len(cell)} characters, a cell of a spreadsheet holds {LONGEST_CELL}",
                    ),
                    Text(
                        de="kürzer fassen oder auf mehrere Dinge verteilen",
                        en="make it shorter or divide it among several things",
                    ),
                )
            elif _UNSAFE_CHARACTERS.search(cell):
                yield MoroError(
                    f"<{row[0]}>, {heading}",
                    Text(
                        de="der Text enthält Steuerzeichen, die eine Tabellenzelle nicht fasst",
                        en="the text has control characters that a cell of a spreadsheet cannot hold",
                    ),
                    Text(de="diese Zeichen entfernen", en="remove these characters"),
                )


def write_csv(table: Table) -> bytes:
    """CSV by RFC 4180 in UTF-8, with a first row of headings."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([harmless(each) for each in table.headings])
    writer.writerows(table.rows)
    return buffer.getvalue().encode()


def write_xlsx(table: Table, about: About) -> bytes:
    """A spreadsheet with the table (bold headings that stay in view) and a sheet about it; always the same bytes.

    Raises the first of `findings`, if there is one.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font

    for problem in findings(table):
        raise problem
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(_sheet_title(table.title))
    sheet.freeze_panes = "B2"
    for number, width in enumerate(_widths(table), 1):
        sheet.column_dimensions[_letters(number)].width = width
    bold, wrapped = Font(bold=True), Alignment(wrap_text=True, vertical="top")

    def heading(text: str, where: Any) -> Any:
        cell = WriteOnlyCell(where, value=harmless(text))
        cell.font = bold
        cell.alignment = wrapped
        return cell

    sheet.append([heading(each, sheet) for each in table.headings])
    for row in table.rows:
        sheet.append(row)
    if table.rows:
        sheet.auto_filter.ref = f"A1:{_letters(len(table.headings))}{len(table.rows) + 1}"
    notes = workbook.create_sheet(_sheet_title(about.title))
    notes.column_dimensions["A"].width, notes.column_dimensions["B"].width = 28, 100
    for name, text in about.lines:
        cell = WriteOnlyCell(notes, value=harmless(text))
        cell.alignment = wrapped
        notes.append([heading(name, notes), cell])
    properties_ = workbook.properties
    properties_.title, properties_.creator = table.title, "moro-lod"
    buffer = io.BytesIO()
    workbook.save(buffer)
    return _timeless(buffer.getvalue(), about.date)


def _sheet_title(text: str) -> str:
    return re.sub(r"[\[\]:*?/\\']", " ", text)[:31].strip() or "Tabelle"


def _letters(number: int) -> str:
    """1 → A, 27 → AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _widths(table: Table) -> list[int]:
    """Column widths in characters: so that most cells can be read, but no column fills the screen."""
    widths = []
    for place, heading in enumerate(table.headings):
        lengths = sorted(len(str(row[place])) for row in table.rows[:2000])
        usual = lengths[len(lengths) * 9 // 10] if lengths else 0
        widths.append(min(60, max(10, min(len(heading), 24), usual) + 2))
    return widths


def _timeless(content: bytes, date: datetime.date) -> bytes:
    """The same spreadsheet with fixed times within and without, so that equal tables are equal files."""
    stamp = f"{date.isoformat()}T00:00:00Z"
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as new,
    ):
        for name in sorted(old.namelist(), key=lambda each: (each != "[Content_Types].xml", each)):
            data = old.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:(created|modified)[^>]*>)[^<]*", rb"\g<1>" + stamp.encode(), data)
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            new.writestr(entry, data)
    return buffer.getvalue()
