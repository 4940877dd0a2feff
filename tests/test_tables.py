"""Tables: columns from the shapes, harmless cells, nothing cut, the same bytes each time."""

from __future__ import annotations

import csv
import datetime
import io
import zipfile
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moro_lod.description import Labels
from moro_lod.distributions import tables
from moro_lod.distributions.tables import About, Table
from moro_lod.errors import MoroError
from moro_lod.graphs import Graph
from moro_lod.namespaces import SKOS
from moro_lod.terms import literal
from rdf_strategies import any_texts
from test_turtle import read

HEAD = """
    @prefix ex: <https://example.org/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
    @prefix geo: <http://www.opengis.net/ont/geosparql#> . @prefix sh: <http://www.w3.org/ns/shacl#> .
    @prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
SHAPES = (
    HEAD
    + """
    ex:S a sh:NodeShape ; sh:targetClass ex:Building ; sh:property ex:S-size, ex:S-builder, ex:S-shape, ex:S-again, ex:S-path .
    ex:T a sh:NodeShape ; sh:targetClass ex:Bridge ; sh:property ex:T-code, ex:T-label .
    ex:T-label sh:path skos:prefLabel ; sh:name "Name"@de, "name"@en ; sh:order 1 ; sh:group ex:g .
    ex:S-size sh:path ex:size ; sh:name "Größe"@de, "size"@en ; sh:order 2 ; sh:group ex:g .
    ex:S-builder sh:path ex:builder ; sh:name "Erbauer"@de ; sh:order 10 ; sh:group ex:g .
    ex:T-code sh:path ex:code ; sh:name "Schlüssel"@de ; sh:order 9.5 ; sh:group ex:g .
    ex:S-shape sh:path geo:hasGeometry ; sh:name "Geometrie"@de ; sh:order 11 ; sh:group ex:g .
    ex:S-again sh:path ex:size ; sh:name "noch einmal"@de ; sh:group ex:g .
    ex:S-path sh:path [ sh:inversePath ex:in ] ; sh:name "Weg"@de ; sh:order 3 ; sh:group ex:g .
    ex:S-hidden sh:path ex:hidden ; sh:name "ohne Gruppe"@de .
    ex:S sh:property ex:S-hidden .
    ex:Bridge a owl:Class ; rdfs:subClassOf ex:Building . ex:Building a owl:Class .
"""
)
DATA = (
    HEAD
    + """
    ex:b a ex:Bridge, ex:Building ; skos:prefLabel "Brücke"@de, "bridge"@en ; ex:size 12.5 ; ex:code "01", "02" ;
      ex:builder ex:t, <https://elsewhere.org/x> ; geo:hasGeometry ex:g .
    ex:a a ex:Bridge ; skos:prefLabel "=cmd"@de ; ex:size 14.26130 ; ex:code "-1" .
    ex:t skos:prefLabel "Stadt"@de .
"""
)
BRIDGE = "<https://example.org/Bridge>"
ABOUT = About("Lies mich", (("Lizenz", "frei"), ("Quelle", "=evil")), datetime.date(2026, 11, 23))


def bridges(data: str = DATA) -> Table:
    graph, shapes = read(data).union(), read(SHAPES).union()
    labels = Labels.build(graph, [SKOS.prefLabel], ("de", "en"))
    chosen = tables.properties(shapes, shapes, [BRIDGE])
    things = sorted(graph.subjects("<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>", BRIDGE))
    table = tables.make_table("bridge", "Brücken", things, chosen, graph, labels)
    assert table is not None
    return table


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


def sheet_of(content: bytes, place: int = 0) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(io.BytesIO(content)).worksheets[place].iter_rows(values_only=True))


def test_columns_come_from_the_shapes_of_the_class_and_those_above_in_their_order() -> None:
    assert bridges().headings == ("IRI", "Name (de)", "Name (en)", "Größe", "Schlüssel", "Erbauer", "Erbauer (IRI)")


def test_cells_join_values_and_show_labels_beside_addresses() -> None:
    rows = rows_of(tables.write_csv(bridges()))
    assert rows[2] == [
        "https://example.org/b", "Brücke", "bridge", "12.5", "01 | 02",
        "https://elsewhere.org/x | Stadt", "https://elsewhere.org/x | https://example.org/t",
    ]  # fmt: skip


def test_what_looks_like_a_formula_is_made_harmless_in_both_files() -> None:
    table = bridges()
    for rows in (rows_of(tables.write_csv(table)), sheet_of(tables.write_xlsx(table, ABOUT))):
        assert rows[1][1] == "'=cmd"
        assert rows[1][4] == "'-1"
    assert sheet_of(tables.write_xlsx(table, ABOUT), 1)[1] == ("Quelle", "'=evil")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_every_dangerous_beginning_is_known(start: str) -> None:
    data = DATA.replace('"Brücke"@de', f"{literal(start + '1')}@de")
    assert rows_of(tables.write_csv(bridges(data)))[2][1].startswith("'" + start)


@given(any_texts)
def test_no_text_of_any_kind_begins_a_cell_like_a_formula(text: str) -> None:
    graph = Graph([("<x:a>", "<x:p>", literal(text)), ("<x:a>", "<x:q>", literal(text, "de"))])
    chosen = [tables.Property(each, {"de": text}, 0) for each in ("<x:p>", "<x:q>")]
    table = tables.make_table("a", text, ["<x:a>"], chosen, graph, Labels.build(graph, [], ("de",)))
    assert table is not None
    for row in rows_of(tables.write_csv(table)):
        assert all(cell[:1] not in {"=", "+", "-", "@", "\t", "\r", "\n"} for cell in row)
    if not list(tables.findings(table)):
        tables.write_xlsx(table, ABOUT)


def test_numbers_are_numbers_only_where_nothing_is_lost() -> None:
    rows = sheet_of(tables.write_xlsx(bridges(), ABOUT))
    assert rows[2][3] == 12.5
    assert rows[1][3] == "14.26130"


def test_geometries_are_in_no_cell() -> None:
    assert not any("Geometrie" in heading for heading in bridges().headings)
    graph = read(HEAD + 'ex:g geo:asWKT "POINT (1 2)"^^geo:wktLiteral .').union()
    chosen = [tables.Property("<http://www.opengis.net/ont/geosparql#asWKT>", {"de": "WKT"}, 0)]
    assert tables.make_table("g", "g", ["<https://example.org/g>"], chosen, graph, Labels.build(graph, [], ("de",))) is None


def test_a_text_too_long_for_a_cell_is_a_finding_and_never_cut() -> None:
    table = bridges(DATA.replace("Brücke", "x" * 32_768))
    (finding,) = tables.findings(table)
    assert str(finding).startswith("<https://example.org/b>, Name (de): the text has 32768 characters")
    with pytest.raises(MoroError, match="32768"):
        tables.write_xlsx(table, ABOUT)
    assert "x" * 32_768 in tables.write_csv(table).decode()
    assert not list(tables.findings(bridges(DATA.replace("Brücke", "x" * 32_767))))


def test_control_characters_are_a_finding() -> None:
    (finding,) = tables.findings(bridges(DATA.replace("Brücke", "a\\u0001b")))
    assert "control characters" in str(finding)


def test_the_same_table_gives_the_same_spreadsheet() -> None:
    one, other = tables.write_xlsx(bridges(), ABOUT), tables.write_xlsx(bridges(), ABOUT)
    assert one == other
    with zipfile.ZipFile(io.BytesIO(one)) as archive:
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.read("docProps/core.xml").count(b"2026-11-23T00:00:00Z") == 2


def test_the_first_row_is_bold_and_stays_in_view() -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(tables.write_xlsx(bridges(), ABOUT)))
    sheet = workbook.worksheets[0]
    assert workbook.sheetnames == ["Brücken", "Lies mich"]
    assert sheet.freeze_panes == "B2"
    assert sheet["A1"].font.bold
    assert not sheet["A2"].font.bold
    assert sheet.column_dimensions["A"].width > 12


def test_the_most_special_classes_of_things_count() -> None:
    graph, ontology = read(DATA).union(), read(SHAPES).union()
    assert tables.most_special(["<https://example.org/b>"], graph, ontology) == (BRIDGE,)


def test_without_groups_every_named_property_is_a_column() -> None:
    shapes = read(
        HEAD + 'ex:S sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:name "P"@de ], [ sh:path ex:q ] .'
    ).union()
    assert [each.iri for each in tables.properties(shapes, Graph(), ["<https://example.org/C>"])] == [
        "<https://example.org/p>"
    ]


@given(st.integers(1, 20_000))
def test_column_letters_are_those_of_spreadsheets(number: int) -> None:
    from openpyxl.utils import get_column_letter

    if number <= 18_278:
        assert tables._letters(number) == get_column_letter(number)
