"""What the program checks besides shapes: sources, terms, links, spellings, rings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from moro_lod.graphs import Quads
from moro_lod.namespaces import PREFIXES, SH
from moro_lod.pipeline import check, prepare
from moro_lod.project import Project
from moro_lod.sources import parse_text
from moro_lod.terms import Term, value
from moro_lod.validation import Result, checks
from moro_lod.validation.checks import Query, Subject
from moro_lod.validation.report import lines

BASE = "https://example.org/"
NAMES = {**PREFIXES, "v": f"{BASE}ontology#", "sh1": f"{BASE}shapes#", "id": f"{BASE}id/", "source": f"{BASE}id/source/"}
HEAD = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in NAMES.items())
QUERY_HEAD = "".join(f"PREFIX {prefix}: <{namespace}> " for prefix, namespace in NAMES.items())

ONTOLOGY = """
v:Region a owl:Class . v:Source a owl:Class . v:name a owl:DatatypeProperty . v:within a owl:ObjectProperty .
v:areaKm2 a owl:DatatypeProperty . v:code a rdfs:Datatype . v:within rdfs:subPropertyOf <https://other.example/part> .
"""
RECORDS = "source:records { source:a a v:Source . source:b a v:Source . }"
DATA = """
source:a { id:x a v:Region ; v:name "X"@de ; v:within id:y . }
source:b { id:y a v:Region ; v:areaKm2 1.5 . }
"""


def quads(text: str) -> Quads:
    return parse_text((HEAD + text).encode(), ".trig", "test.trig")


def term(name: str) -> Term:
    prefix, _, local = name.partition(":")
    return f"<{NAMES[prefix]}{local}>"


def subject(data: str = DATA, *, records: str = RECORDS, shapes: str = "", queries: tuple[Query, ...] = ()) -> Subject:
    ontology = quads(ONTOLOGY).union()
    asserted = quads(data + records) | Quads.of_graph(ontology, f"<{BASE}ontology>")
    return Subject(
        quads=asserted,
        ontology=ontology,
        shapes=quads(shapes).union(),
        queries=queries,
        base=BASE,
        ontology_graph=f"<{BASE}ontology>",
        records_graph=term("source:records"),
        record_class=term("v:Source"),
        inferred_graph=term("source:inferred"),
        hidden_graphs=(),
        prefixes=NAMES,
    )


def found(of: Subject) -> list[Result]:
    return sorted(checks.check(of), key=lambda each: (each.component, each.key))


def one(of: Subject) -> Result:
    results = found(of)
    assert len(results) == 1, [each.messages for each in results]
    return results[0]


def test_tidy_data_have_no_results() -> None:
    assert found(subject()) == []


# Sources


def test_a_graph_without_source_record_is_a_violation_and_the_nearest_record_is_named() -> None:
    result, unused = found(
        subject(
            DATA.replace("source:b {", "source:survey2019 {"), records=RECORDS.replace("source:b ", "source:survey-2019 ")
        )
    )
    assert result.focus_node == term("source:survey2019")
    assert result.severity == SH.Violation
    assert "source:survey-2019" in result.messages["de"]
    assert unused.focus_node == term("source:survey-2019")


def test_statements_outside_of_all_graphs_have_no_source() -> None:
    result = one(subject(DATA + 'id:x v:name "Y"@de .'))
    assert result.messages["en"].startswith("1 statements stand in no graph")


def test_a_record_without_statements_is_a_suggestion() -> None:
    result = one(subject(records=RECORDS + "source:records { source:c a v:Source . }"))
    assert (result.focus_node, result.severity) == (term("source:c"), SH.Info)
    hidden = replace(
        subject(records=RECORDS + "source:records { source:c a v:Source . }"), hidden_graphs=(term("source:c"),)
    )
    assert found(hidden) == []
    derived = "source:records { source:c a v:Source . source:a prov:wasDerivedFrom source:c . }"
    assert found(subject(records=RECORDS + derived)) == []


def test_a_project_without_source_records_is_not_asked_for_them() -> None:
    assert found(replace(subject(DATA, records=""), record_class=None)) == []


# Terms


@pytest.mark.parametrize(
    ("data", "wrong", "meant"),
    [
        ('source:a { id:x v:nmae "X"@de . }', "v:nmae", "v:name"),
        ("source:a { id:x a v:region . }", "v:region", "v:Region"),
        ('source:a { id:x skos:prefLable "X"@de . }', "skos:prefLable", "skos:prefLabel"),
        ('source:a { id:x v:name "1"^^v:kode . }', "v:kode", "v:code"),
        ('source:a { id:x v:name "1"^^xsd:sting . }', "xsd:sting", "xsd:string"),
        ("source:a { id:x v:within v:Regoin . }", "v:Regoin", "v:Region"),
        ("source:a { id:x a skos:Koncept . }", "skos:Koncept", "skos:Concept"),
        ('source:a { id:x dcterms:naame "X" . }', "dcterms:naame", ""),
    ],
)
def test_a_misspelt_term_is_found_and_the_nearest_one_is_named(data: str, wrong: str, meant: str) -> None:
    result = one(subject(DATA + data))
    assert f"„{wrong}“" in result.messages["de"]
    assert result.severity == SH.Violation
    assert (f"gemeint ist wohl „{meant}“" in result.messages["de"]) == bool(meant)
    assert (f"“{meant}” may be meant" in result.messages["en"]) == bool(meant)
    assert result.sources == (term("source:a"),)


def test_a_term_that_is_used_often_is_reported_once_with_the_number() -> None:
    result = one(subject(DATA + 'source:a { id:x v:nmae "1", "2", "3" . } source:b { id:y v:nmae "4" . }'))
    assert "4×" in result.messages["en"]
    assert result.sources == (term("source:a"), term("source:b"))


def test_a_property_of_an_unknown_vocabulary_has_to_be_declared() -> None:
    assert "colour" in one(subject(DATA + 'source:a { id:x <https://else.example/colour> "red" . }')).messages["en"]
    assert found(subject(DATA + "source:a { id:x <https://other.example/part> id:y . }")) == []  # named in the ontology


def test_addresses_of_other_sites_are_no_terms() -> None:
    assert (
        found(subject(DATA + "source:a { id:x rdfs:seeAlso <https://else.example/page>, <http://purl.org/dc/terms/> . }"))
        == []
    )


def test_misspelt_terms_in_shapes_are_found_though_engines_ignore_them() -> None:
    shapes = (
        "sh1:S sh:targetClass v:Reigon ; sh:property sh1:P . sh1:P sh:path v:name ; sh:minCuont 1 ; sh:datatype xsd:sting ."
    )
    messages = " ".join(each.messages["en"] for each in found(subject(shapes=shapes)))
    for wrong, meant in (("v:Reigon", "v:Region"), ("sh:minCuont", "sh:minCount"), ("xsd:sting", "xsd:string")):
        assert f"“{wrong}”" in messages
        assert f"“{meant}” may be meant" in messages


def test_a_shape_that_is_referred_to_but_missing_is_found() -> None:
    result = one(subject(shapes="sh1:Region sh:targetClass v:Region ; sh:node sh1:Nmaed . sh1:Named sh:nodeKind sh:IRI ."))
    assert "“sh1:Nmaed”" in result.messages["en"]
    assert "“sh1:Named” may be meant" in result.messages["en"]


def test_misspelt_terms_in_rules_and_queries_are_found_with_line_and_column() -> None:
    query = Query(
        "queries/q.rq",
        QUERY_HEAD + "\nSELECT * WHERE {\n  ?s v:nmae ?o ; a v:Region # v:wrong\n FILTER(?o != 'v:wrongtoo') }",
    )
    result = one(subject(queries=(query,)))
    assert "queries/q.rq:3:6" in result.messages["de"]
    assert "v:name" in result.messages["de"]


def test_misspelt_terms_in_sparql_constraints_are_found() -> None:
    shapes = """sh1:S sh:targetClass v:Region ; sh:sparql [ sh:prefixes sh1:x ; sh:select "SELECT $this WHERE { $this v:nmae ?o }" ] .
        sh1:x sh:declare [ sh:prefix "v" ; sh:namespace "https://example.org/ontology#"^^xsd:anyURI ] ."""
    assert "v:nmae" in one(subject(shapes=shapes)).messages["en"]


# Links


def test_a_link_to_something_that_is_not_described_is_a_violation() -> None:
    data = DATA.replace("id:y", "id:hannover")
    data += "source:a { id:x v:within id:hanover . } source:inferred { id:hanover a v:Region . }"
    result = one(subject(data, records=RECORDS + "source:records { source:inferred a v:Source . }"))
    assert (result.focus_node, result.path, result.value) == (term("id:x"), term("v:within"), term("id:hanover"))
    assert result.severity == SH.Violation
    assert result.messages["en"] == "id:hanover is described nowhere; id:hannover may be meant."


def test_statements_about_things_of_others_are_a_warning() -> None:
    result = one(subject(DATA + 'source:a { <http://example.org/id/x> v:name "X"@de . }'))
    assert (value(result.focus_node), result.severity) == ("http://example.org/id/x", SH.Warning)


# Literals


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("1.50", "1.5"),
        ('"1"^^xsd:boolean', "true"),
        ('"007"^^xsd:integer', "7"),
        ('"2012-01-01+00:00"^^xsd:date', "2012-01-01Z"),
    ],
)
def test_a_literal_that_the_store_rewrites_is_a_warning(written: str, stored: str) -> None:
    result = one(subject(DATA + f"source:a {{ id:x v:areaKm2 {written} . }} source:b {{ id:x v:areaKm2 {written} . }}"))
    assert result.severity == SH.Warning
    assert f"“{stored}”" in result.messages["en"]
    assert result.sources == (term("source:a"), term("source:b"))


def test_canonical_dates_of_all_precisions_codes_and_texts_are_in_order() -> None:
    data = """source:a { id:x v:areaKm2 1.5, 3, true, "2012"^^xsd:gYear, "2012-02"^^xsd:gYearMonth, "2012-02-15"^^xsd:date,
        "1995~"^^edtf:EDTF, "03158", "Wort"@de, "word"@en-gb . }"""
    assert found(subject(DATA + data)) == []


# Rings

CLOSED = "((1 1, 2 1, 2 2, 1 1))"
OPEN = "((1 1, 2 1, 2 2, 1 2))"


@pytest.mark.parametrize(
    ("wkt", "is_open"),
    [
        (f"POLYGON {CLOSED}", False),
        (f"POLYGON {OPEN}", True),
        (f"<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POLYGON{CLOSED}", False),
        ("POLYGON ((1 1,2 1,2 2,1 1),(1.1 1.1,1.2 1.1,1.2 1.3))", True),
        (f"MULTIPOLYGON ({CLOSED}, {OPEN})", True),
        (f"MULTIPOLYGON ({CLOSED}, {CLOSED})", False),
        ("POLYGON Z ((1 1 5, 2 1 5, 2 2 5, 1 1 5))", False),
        (f"GEOMETRYCOLLECTION (LINESTRING (1 1, 2 2), POLYGON {CLOSED}, POINT (1 1))", False),
        ("MULTIPOINT ((1 1), (2 2))", False),
        ("POLYGON EMPTY", False),
    ],
)
def test_rings_of_surfaces_are_closed(wkt: str, is_open: bool) -> None:
    data = f'source:a {{ id:x geo:hasGeometry id:g . id:g geo:asWKT "{wkt}"^^geo:wktLiteral . }}'
    results = found(subject(DATA + data, shapes="sh1:wkt sh:path geo:asWKT ."))
    assert [each.focus_node for each in results] == [term("id:g")] * is_open
    assert all(each.source_shape == term("sh1:wkt") for each in results)


# The whole


def changed(example: Path, old: str, new: str) -> Project:
    path = example / "data" / "bridges.trig"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return Project.open(example)


def test_example_project_is_in_order(example: Path) -> None:
    report = check(prepare(Project.open(example)))
    assert report.exit_code() == 0
    assert report.counts[SH.Violation] == 0


def test_a_result_about_something_missing_names_the_line_of_the_thing(example: Path) -> None:
    report = check(prepare(changed(example, "br:builtBy builder:town ;", "")))
    assert {each.origins for each in report.of_severity(SH.Violation)} == {("data/bridges.trig:12",)}


def test_results_name_the_sources_and_files_of_what_they_are_about(example: Path) -> None:
    report = check(prepare(changed(example, "br:builtBy builder:town", "br:builtBy builder:towm")))
    assert report.exit_code() == 1
    violations = report.of_severity(SH.Violation)
    assert {value(each.component).rsplit("#")[-1] for each in violations} == {"ClassConstraintComponent", "LinkCheck"}
    for each in violations:
        assert each.value == "<https://example.org/bridges/id/builder/towm>"
        assert each.sources == ("<https://example.org/bridges/id/source/chronicle>",)
        assert each.origins == ("data/bridges.trig:15",)
    assert any("builder/town" in each.messages["en"] for each in violations)


def test_both_engines_stand_behind_the_command(example: Path) -> None:
    publication = prepare(changed(example, "br:builtBy builder:town", "br:builtBy builder:towm"))
    fast, reference = check(publication, "fast"), check(publication, "pyshacl")
    assert [each.key for each in fast.results] == [each.key for each in reference.results]
    assert [each.evidence for each in fast.results] == [each.evidence for each in reference.results]


def test_the_report_speaks_german_with_labels_values_sources_and_files(example: Path) -> None:
    publication = prepare(changed(example, "br:builtBy builder:town", "br:builtBy builder:towm"))
    text = "\n".join(lines(check(publication), publication.index.labels, publication.sources.shapes, "de"))
    assert "Verstöße (so wird nicht veröffentlicht): 2" in text
    assert "Alte Brücke <https://example.org/bridges/id/bridge/old>" in text
    assert "gebaut von: <https://example.org/bridges/id/builder/towm> [Stadtchronik (chronicle)]" in text
    assert "Datei: data/bridges.trig" in text
    assert "gemeint ist wohl id:builder/town" in text
    assert "Regel: Bridge-builtBy" in text
    assert text.endswith("Ergebnis: 2 Verstöße, 1 Warnung")


def test_a_contradiction_shows_each_value_with_its_sources(example: Path) -> None:
    publication = prepare(Project.open(example))
    text = "\n".join(lines(check(publication), publication.index.labels, publication.sources.shapes, "en"))
    assert "“1788” [town chronicle (chronicle)]" in text
    assert "“1790” [plaque on the bridge (plaque)]" in text
