"""The fast engine says what pyshacl says: on random shapes and data, on generated data with mistakes, on the project's own data.

Compared is the multiset of (focus node, path, component, value, severity), and the messages with it. The cases in
tests/shapes run through both engines in test_shapes.py, the W3C suite in test_shacl_suite.py.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from bench.generate import generate, trig
from hypothesis import given, settings
from hypothesis import strategies as st

from moro_lod.graphs import Graph
from moro_lod.inference import infer
from moro_lod.namespaces import SH
from moro_lod.project import Project
from moro_lod.sources import Sources, load, parse_text
from moro_lod.validation import ValidationReport, validate
from pyshacl_queries import parsed_once

ROOT = Path(__file__).resolve().parent.parent

HEAD = """
@prefix : <https://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

THINGS = st.sampled_from([":a", ":b", ":c", "_:x", "_:y"])
PROPERTIES = st.sampled_from([":p", ":q", ":r"])
CLASSES = st.sampled_from([":C", ":D", ":E"])
LITERALS = st.sampled_from(
    [
        *('"word"', '"Wort"@de', '"word"@en', '"Word"@en-GB', '""', '"12345"'),
        *("1", "'01'^^xsd:integer", "'1'^^xsd:boolean", "true", "1.50", "1.5", "'abc'^^xsd:integer", "1e0"),
        *("'2012'^^xsd:gYear", "'2012-02'^^xsd:gYearMonth", "'2012-02-15'^^xsd:date", "'2012~'^^:edtf"),
    ]
)
VALUES = st.one_of(THINGS, LITERALS)
PATHS = st.recursive(
    PROPERTIES,
    lambda inner: st.one_of(
        *(inner.map(f"[ sh:{kind}Path {{}} ]".format) for kind in ("inverse", "zeroOrMore", "oneOrMore", "zeroOrOne")),
        st.lists(inner, min_size=2, max_size=2).map(lambda parts: f"( {' '.join(parts)} )"),
        st.lists(inner, min_size=2, max_size=2).map(lambda parts: f"[ sh:alternativePath ( {' '.join(parts)} ) ]"),
    ),
    max_leaves=3,
)
SMALL = st.integers(0, 2)


def lists(members: st.SearchStrategy[str], least: int = 1) -> st.SearchStrategy[str]:
    return st.lists(members, min_size=least, max_size=3, unique=True).map(lambda parts: f"( {' '.join(parts)} )")


NODE_CONSTRAINTS = st.one_of(
    st.sampled_from(["string", "integer", "decimal", "boolean", "date", "gYear"]).map("sh:datatype xsd:{}".format),
    CLASSES.map("sh:class {}".format),
    st.sampled_from(["IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "IRIOrLiteral"]).map("sh:nodeKind sh:{}".format),
    lists(VALUES.filter(lambda term: not term.startswith("_"))).map("sh:in {}".format),
    VALUES.filter(lambda term: not term.startswith("_")).map("sh:hasValue {}".format),
    st.sampled_from(['"^[a-z]+$"', '"[0-9]{2,}"', '"^w" ; sh:flags "i"']).map("sh:pattern {}".format),
    st.integers(0, 6).map("sh:minLength {}".format),
    st.integers(0, 6).map("sh:maxLength {}".format),
    lists(st.sampled_from(['"de"', '"en"'])).map("sh:languageIn {}".format),
    PROPERTIES.map("sh:equals {}".format),
    PROPERTIES.map("sh:disjoint {}".format),
)
PROPERTY_CONSTRAINTS = st.one_of(
    NODE_CONSTRAINTS,
    SMALL.map("sh:minCount {}".format),
    SMALL.map("sh:maxCount {}".format),
    st.just("sh:uniqueLang true"),
)


def nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    shape = inner.map("[ {} ]".format)
    return st.one_of(
        inner,
        shape.map("sh:not {}".format),
        shape.map("sh:node {}".format),
        *(lists(shape, 2).map(f"sh:{kind} {{}}".format) for kind in ("and", "or", "xone")),
        st.tuples(PATHS, inner).map(lambda parts: f"sh:property [ sh:path {parts[0]} ; {parts[1]} ]"),
        st.tuples(PROPERTIES, inner, SMALL, st.sampled_from(["Min", "Max"])).map(
            lambda p: f"sh:property [ sh:path {p[0]} ; sh:qualifiedValueShape [ {p[1]} ] ; sh:qualified{p[3]}Count {p[2]} ]"
        ),
    )


CONSTRAINTS = st.recursive(NODE_CONSTRAINTS, nested, max_leaves=4)
PARTS = st.one_of(
    CONSTRAINTS,
    st.tuples(PATHS, PROPERTY_CONSTRAINTS, st.sampled_from(["Violation", "Warning", "Info"])).map(
        lambda p: f"sh:property [ sh:path {p[0]} ; {p[1]} ; sh:severity sh:{p[2]} ; sh:message 'so'@de, 'thus'@en ]"
    ),
    st.just("sh:closed true ; sh:ignoredProperties ( :q <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> )"),
)
TARGETS = st.one_of(
    CLASSES.map("sh:targetClass {}".format),
    PROPERTIES.map("sh:targetSubjectsOf {}".format),
    PROPERTIES.map("sh:targetObjectsOf {}".format),
    st.sampled_from([":a", '"word"@en', "1.50"]).map("sh:targetNode {}".format),
)
SHAPES = st.lists(st.tuples(TARGETS, PARTS), min_size=1, max_size=3).map(
    lambda shapes: "".join(f":S{n} {target} ; {part} .\n" for n, (target, part) in enumerate(shapes))
)
DATA = st.lists(
    st.one_of(
        st.tuples(THINGS, PROPERTIES, VALUES).map(" ".join),
        st.tuples(THINGS, CLASSES).map(" a ".join),
        st.tuples(CLASSES, CLASSES).map(" rdfs:subClassOf ".join),
    ),
    min_size=2,
    max_size=14,
).map(lambda lines: "".join(f"{line} .\n" for line in lines))


def turtle(text: str, prefix: str) -> Graph:
    return parse_text((HEAD + text).encode(), ".ttl", "test.ttl", prefix).union()


def said(report: ValidationReport) -> Counter[tuple[object, ...]]:
    return Counter((each.key, tuple(sorted(each.messages.items()))) for each in report.results)


def assert_same(data: Graph, shapes: Graph) -> ValidationReport:
    ours = validate(data, shapes, "fast", needs_focus=False)
    with parsed_once():
        theirs = validate(data, shapes, "pyshacl", needs_focus=False)
    assert (ours.engine, theirs.engine) == ("fast", "pyshacl")
    assert said(ours) == said(theirs)
    return ours


@settings(max_examples=120, deadline=None)
@given(DATA, SHAPES)
def test_engines_agree_on_random_shapes_and_data(data: str, shapes: str) -> None:
    assert_same(turtle(data, "d"), turtle(shapes, "s"))


@pytest.mark.long
@settings(max_examples=5_000, deadline=None)
@given(DATA, SHAPES)
def test_engines_agree_on_many_random_shapes_and_data(data: str, shapes: str) -> None:
    assert_same(turtle(data, "d"), turtle(shapes, "s"))


@cache
def project() -> Sources:
    return load(Project.open(ROOT))


def generated(statements: int, mistakes: float, seed: int) -> Graph:
    sources = project()
    text = trig(generate(statements, mistakes=mistakes, seed=seed)).encode()
    graph = parse_text(text, ".trig", "generated").union() | sources.ontology
    return graph | infer(graph, sources.ontology, sources.rules)


@pytest.mark.parametrize("seed", [1, 2])
def test_engines_agree_on_generated_data_with_mistakes(seed: int) -> None:
    report = assert_same(generated(2_500, 0.03, seed), project().shapes)
    assert len(report.results) > 60
    assert len({each.component for each in report.results}) > 8


@pytest.mark.long
@pytest.mark.parametrize("seed", range(3, 8))
def test_engines_agree_on_more_generated_data_with_mistakes(seed: int) -> None:
    assert len(assert_same(generated(10_000, 0.02, seed), project().shapes).results) > 100


def test_engines_agree_on_the_data_of_this_project() -> None:
    sources = project()
    graph = sources.asserted.union() | sources.ontology
    report = assert_same(graph | infer(graph, sources.ontology, sources.rules), sources.shapes)
    assert report.counts[SH.Violation] == 0
