"""The shapes do what they say: each case in tests/shapes, in both engines, and no shape without a case.

A case is a Turtle file `valid.<name>.ttl` (no result) or `invalid.<name>.ttl` with `invalid.<name>.results`, whose lines are
*focus node, shape, constraint, severity* in the prefixes of the Turtle file, moro-sh: and sh:. A new case needs no Python.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pyoxigraph
import pytest

from moro_lod import validation
from moro_lod.graphs import Graph
from moro_lod.namespaces import OWL, RDF, RDFS, SCHEMA, SH, SKOS
from moro_lod.project import Project
from moro_lod.sources import Sources, load, parse_file
from moro_lod.terms import Term, is_blank, is_iri, language, value
from pyshacl_queries import parsed_once

ROOT = Path(__file__).resolve().parent.parent
CASES = sorted((ROOT / "tests" / "shapes").glob("*/*.ttl"))
MORO = "https://w3id.org/moro-lod/ontology#"
SHAPES = "https://w3id.org/moro-lod/shapes#"
USAGE = f"<{SHAPES}Use-"
BOTH = {"de", "en"}
CONSTRAINTS = (
    *("class", "datatype", "nodeKind", "minCount", "maxCount", "pattern", "in", "hasValue", "node", "or", "not"),
    *("sparql", "languageIn", "uniqueLang", "disjoint", "equals", "qualifiedMinCount", "minExclusive", "maxInclusive"),
)

# What cases need of the ontology: which class is below which, which concept is in which scheme, and all about the roles.
NEEDED = (RDFS.subClassOf, SKOS.inScheme)
ROLES = "<https://w3id.org/moro-lod/id/scheme/roles>"


@cache
def sources() -> Sources:
    return load(Project.open(ROOT))


def shapes() -> Graph:
    return sources().shapes


def ontology() -> Graph:
    return sources().ontology


@cache
def vocabulary() -> Graph:
    roles = {ROLES, *ontology().subjects(SKOS.inScheme, ROLES)}
    return Graph(triple for triple in ontology() if triple[1] in NEEDED or triple[0] in roles)


def prefixes(text: str) -> dict[str, str]:
    found = dict(re.findall(r"^@prefix ([\w-]*): <([^>]*)> \.$", text, re.MULTILINE))
    return found | {"moro-sh": SHAPES, "sh": SH.iri}


def short(term: Term, names: Mapping[str, str]) -> str:
    candidates = [
        f"{prefix}:{term[1 + len(iri) : -1]}" for prefix, iri in names.items() if term.startswith(f"<{iri}") and iri
    ]
    return min(candidates, key=len, default=term)


def results(case: Path, engine: validation.Engine) -> Counter[str]:
    names = prefixes(case.read_text(encoding="utf-8"))
    data = parse_file(case).union() | vocabulary()
    report = validation.validate(data, shapes(), engine)
    return Counter(
        " ".join(short(term, names) for term in (each.focus_node, each.source_shape or "-", each.component, each.severity))
        for each in report.results
    )


def expected(case: Path) -> Counter[str]:
    lines = case.with_suffix(".results").read_text(encoding="utf-8").splitlines()
    return Counter(" ".join(line.split()) for line in lines if line.strip() and not line.startswith("#"))


def label(case: Path) -> str:
    return f"{case.parent.name}/{case.stem}"


@pytest.fixture(scope="module", autouse=True)
def _each_query_is_parsed_once() -> Iterator[None]:
    with parsed_once():
        yield


@pytest.mark.parametrize("engine", validation.ENGINES)
@pytest.mark.parametrize("case", CASES, ids=label)
def test_a_case_has_exactly_the_expected_results(case: Path, engine: validation.Engine) -> None:
    wanted = expected(case) if case.name.startswith("invalid.") else Counter()
    assert results(case, engine) == wanted
    assert bool(wanted) == case.name.startswith("invalid.")


def test_the_ontology_keeps_to_the_shapes() -> None:
    report = validation.validate(ontology(), shapes(), "fast")
    assert [(each.focus_node, each.source_shape, each.value) for each in report.results] == []


@pytest.mark.long
def test_the_ontology_keeps_to_the_shapes_in_the_reference_engine_too() -> None:
    assert validation.validate(ontology(), shapes(), "pyshacl").results == ()


def instances(kind: Term) -> list[Term]:
    return [shape for shape in shapes().subjects(RDF.type, kind) if shape.startswith(f"<{SHAPES}")]


def reached_from() -> dict[Term, set[Term]]:
    """Shape → the shapes that use it, through sh:property, sh:node, sh:or, sh:not and sh:qualifiedValueShape."""
    graph, users = shapes(), {}
    links = (SH.property, SH.node, SH["not"], SH.qualifiedValueShape)
    for shape in instances(SH.NodeShape) + instances(SH.PropertyShape):
        used = [target for link in links for target in graph.objects(shape, link)]
        for head in graph.objects(shape, SH["or"]):
            while head != RDF.nil:
                used.append(graph.value(head, RDF.first) or "")
                head = graph.value(head, RDF.rest) or RDF.nil
        for target in used:
            users.setdefault(target, set()).add(shape)
    return users


def targets(shape: Term) -> list[tuple[Term, Term]]:
    links = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.targetNode)
    return [(link, target) for link in links for target in shapes().objects(shape, link)]


def test_every_shape_has_a_name_and_a_purpose() -> None:
    users = reached_from()
    for shape in instances(SH.NodeShape) + instances(SH.PropertyShape):
        assert targets(shape) or users.get(shape), f"{shape} has no target and nothing uses it"
    for shape in {s for s, p, _ in shapes() if p in (SH.path, SH.targetClass, SH.property)}:
        assert is_iri(shape), f"a shape without a name: {shapes().about(shape)}"


@cache
def all_cases() -> Graph:
    graph = vocabulary()
    for case in CASES:
        graph |= parse_file(case).union()
    return graph


def test_every_node_shape_has_a_focus_node_in_the_cases() -> None:
    data = all_cases()
    below: dict[Term, set[Term]] = {}
    for lower, _, upper in (triple for triple in data if triple[1] == RDFS.subClassOf):
        below.setdefault(upper, set()).add(lower)

    def kinds(kind: Term) -> set[Term]:
        found, waiting = {kind}, [kind]
        while waiting:
            for lower in below.get(waiting.pop(), ()):
                if lower not in found:
                    found.add(lower)
                    waiting.append(lower)
        return found

    for shape in instances(SH.NodeShape) + instances(SH.PropertyShape):
        for link, target in targets(shape):
            if link == SH.targetClass:
                assert any(data.subjects(RDF.type, kind) for kind in kinds(target)), (shape, target)
            else:
                assert any(triple[1] == target for triple in data), (shape, target)


def test_every_shape_that_can_fail_has_an_invalid_case() -> None:
    shown = {line.split()[1] for case in CASES if case.name.startswith("invalid.") for line in expected(case)}
    users = reached_from()
    nested = {s for s in instances(SH.NodeShape) + instances(SH.PropertyShape) if not targets(s)}
    # what is only used through sh:node, sh:or, sh:not or as a qualified shape reports under the shape that uses it
    inner = {s for s in nested if s in users and not any(s in shapes().objects(u, SH.property) for u in users[s])}
    inner |= {p for s in inner for p in shapes().objects(s, SH.property)}
    for shape in instances(SH.PropertyShape) + instances(SH.NodeShape):
        if shape not in inner and any(shapes().objects(shape, SH[name]) for name in CONSTRAINTS):
            assert short(shape, {"moro-sh": SHAPES}) in shown, f"no invalid case for {shape}"


def test_messages_names_and_groups_are_there_in_both_languages() -> None:
    graph = shapes()
    for shape in instances(SH.PropertyShape):
        can_fail = any(graph.objects(shape, SH[name]) for name in CONSTRAINTS)
        for link in (SH.name, SH.message) if can_fail else (SH.name,):  # others name what points to a thing
            assert sorted(language(text) or "" for text in graph.objects(shape, link)) == ["de", "en"], (shape, link)
        for group in graph.objects(shape, SH.group):
            assert group in graph.subjects(RDF.type, SH.PropertyGroup), (shape, group)
    for named in instances(SH.NodeShape) + instances(SH.PropertyGroup):
        assert {language(text) for text in graph.objects(named, RDFS.label)} == BOTH, named


def test_messages_are_sentences_without_jargon() -> None:
    for subject, link, text in shapes():
        if link == SH.message:
            assert value(text).endswith("."), subject
            assert not re.search(r"SHACL|sh:|minCount|maxCount|\bIRI\b|Shape|Literal|datatype of|regex", value(text)), (
                subject
            )


def test_columns_of_a_class_have_orders_of_their_own() -> None:
    graph, terms = shapes(), ontology()

    def above(kind: Term) -> set[Term]:
        return {kind}.union(*(above(upper) for upper in terms.objects(kind, RDFS.subClassOf)))

    for kind in terms.subjects(RDF.type, OWL.Class):
        nodes = {node for each in above(kind) for node in graph.subjects(SH.targetClass, each)}
        columns = {shape for node in nodes for shape in graph.objects(node, SH.property) if graph.value(shape, SH.group)}
        orders = {shape: graph.value(shape, SH.order) for shape in columns}
        assert None not in orders.values(), kind
        assert len(set(orders.values())) == len(orders), (kind, orders)


def test_contradictions_are_warnings_that_stand_in_their_group() -> None:
    graph, group = shapes(), f"<{SHAPES}contradictions>"
    found = graph.subjects(SH.group, group)
    assert found
    for shape in instances(SH.PropertyShape):
        assert (shape in found) == shape.startswith(f"<{SHAPES}Contradiction-"), shape
        if shape in found:
            assert graph.value(shape, SH.severity) == SH.Warning, shape
            assert is_iri(graph.value(shape, SH.path) or ""), shape


def test_a_property_is_expected_only_where_the_ontology_says_that_it_belongs() -> None:
    graph, terms = shapes(), ontology()
    includes = SCHEMA.domainIncludes

    def above(kind: Term) -> set[Term]:
        return {kind}.union(*(above(upper) for upper in terms.objects(kind, RDFS.subClassOf)))

    for node in instances(SH.NodeShape):
        for kind in graph.objects(node, SH.targetClass):
            for shape in graph.objects(node, SH.property):
                path = graph.value(shape, SH.path) or ""
                expected_kinds = set(terms.objects(path, includes))
                if not path.startswith(f"<{MORO}") or node == f"<{SHAPES}Named>":
                    continue
                assert expected_kinds & above(kind), f"{shape}: {path} does not belong to {kind}"
    for shape in (s for s in instances(SH.NodeShape) if s.startswith(USAGE)):
        property_ = f"<{MORO}{shape[len(USAGE) :]}"
        kinds = {graph.value(shape, SH["class"])} - {None}
        for head in graph.objects(shape, SH["or"]):
            while head != RDF.nil:
                kinds.add(graph.value(graph.value(head, RDF.first) or "", SH["class"]))
                head = graph.value(head, RDF.rest) or RDF.nil
        assert kinds == set(terms.objects(property_, includes)), shape
    usage = {shape[len(USAGE) : -1] for shape in instances(SH.NodeShape) if shape.startswith(USAGE)}
    declared = {
        property_[len(MORO) + 1 : -1]
        for property_, link, kind in terms
        if link == includes and OWL.Thing not in terms.objects(property_, includes)
    }
    assert usage == declared


def test_kinds_that_exclude_each_other_are_those_of_the_ontology() -> None:
    graph, apart = shapes(), f"<{SHAPES}Apart-"
    checked = {
        (graph.value(shape, SH.targetClass), graph.value(other, SH["class"]))
        for shape in instances(SH.NodeShape)
        if shape.startswith(apart)
        for other in graph.objects(shape, SH["not"])
    }
    assert checked == {(s, o) for s, p, o in ontology() if p == OWL.disjointWith}


def test_queries_of_the_shapes_use_only_declared_prefixes() -> None:
    graph = shapes()
    declared = "".join(
        f"PREFIX {value(graph.value(node, SH.prefix) or '')}: <{value(graph.value(node, SH.namespace) or '')}>\n"
        for node in graph.subjects(RDF.type, SH.PrefixDeclaration)
    )
    queries = [(s, value(o)) for s, p, o in graph if p == SH.select]
    assert queries
    for subject, query in queries:
        pyoxigraph.Store().query(declared + query.replace("$PATH", "rdfs:label").replace("$this", "?this"))
        assert is_iri(subject)


def test_patterns_say_the_same_in_python_and_in_rust() -> None:
    """Neither look-around nor back-references nor classes that depend on Unicode tables."""
    for subject, link, pattern in shapes():
        if link == SH.pattern:
            assert not re.search(r"\\[dwsbDWSB1-9]|\(\?", value(pattern)), subject
            re.compile(value(pattern))


def test_no_blank_nodes_but_paths_and_lists() -> None:
    for subject, link, _ in shapes():
        if is_blank(subject):
            assert link in (RDF.first, RDF.rest, SH.inversePath, SH.alternativePath), (subject, link)
