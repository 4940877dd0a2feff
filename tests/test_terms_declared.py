"""Every term that the project uses exists, and a prefix means the same namespace everywhere."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from moro_lod import namespaces, queries
from moro_lod.graphs import Graph
from moro_lod.namespaces import RDF
from moro_lod.pipeline import check, prepare
from moro_lod.project import Project
from moro_lod.sources import load, parse_file
from moro_lod.terms import value
from moro_lod.validation.checks import Query, Subject, terms_are_declared

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("ontology", "data", "shapes", "queries", "tests/shapes", "tests/example")
_PREFIX = re.compile(r"^\s*@?prefix\s+([\w-]*):\s*<([^>]*)>", re.IGNORECASE | re.MULTILINE)


def files() -> Iterator[Path]:
    for folder in FOLDERS:
        yield from (path for path in sorted((ROOT / folder).rglob("*")) if path.suffix in (".ttl", ".trig", ".rq"))


@pytest.mark.parametrize("folder", [ROOT, ROOT / "tests" / "example"], ids=["this project", "the example"])
def test_every_term_in_data_shapes_rules_and_queries_is_declared(folder: Path) -> None:
    report = check(prepare(Project.open(folder)))
    undeclared = [each.messages["en"] for each in report.results if each.component.endswith("DeclaredTermCheck>")]
    assert undeclared == []


def test_the_check_reads_every_query_of_the_project() -> None:
    assert len(queries.load(Project.open(ROOT))) >= 25


def test_cases_of_the_shapes_use_declared_terms() -> None:
    """A case with a misspelt property would be valid for the wrong reason."""
    sources = load(Project.open(ROOT))
    settings = Project.open(ROOT).settings
    wrong = []
    for path in sorted((ROOT / "tests" / "shapes").glob("*/valid.*.ttl")):
        subject = Subject(
            quads=parse_file(path),
            ontology=sources.ontology | Graph(t for t in parse_file(path).union() if t[1] == RDF.type),
            shapes=Graph(),
            queries=(),
            base=settings.base,
            ontology_graph=settings.ontology,
            records_graph="",
            record_class=None,
            inferred_graph="",
            hidden_graphs=(),
            prefixes=settings.all_prefixes,
        )
        wrong += [f"{path.name}: {each.messages['en']}" for each in terms_are_declared(subject)]
    assert wrong == []


def test_a_prefix_means_one_namespace_everywhere() -> None:
    meanings: dict[str, dict[str, str]] = {}
    agreed = Project.open(ROOT).settings.all_prefixes
    for path in files():
        example = "tests/example" in path.as_posix()
        known = Project.open(ROOT / "tests" / "example").settings.all_prefixes if example else agreed
        for prefix, namespace in _PREFIX.findall(path.read_text(encoding="utf-8")):
            meanings.setdefault(("example " if example else "") + prefix, {})[namespace] = str(path.relative_to(ROOT))
            if prefix in known:
                assert known[prefix] == namespace, f"{path}: {prefix}"
    several = {prefix: places for prefix, places in meanings.items() if len(places) > 1}
    assert several == {}


def test_a_namespace_has_one_prefix_in_the_programs_own_list() -> None:
    assert len(set(namespaces.PREFIXES.values())) == len(namespaces.PREFIXES)
    assert sorted(namespaces.PREFIXES) == list(namespaces.PREFIXES)
    assert {each.iri for each in namespaces.KNOWN} == set(namespaces.PREFIXES.values())


def test_the_program_names_no_term_that_a_closed_namespace_lacks() -> None:
    """Closed namespaces raise at run time; here every `NS.term` of the source is looked up without running it."""
    known = {name: getattr(namespaces, name) for name in dir(namespaces) if name.isupper()}
    for path in sorted((ROOT / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                namespace = known.get(node.value.id)
                if isinstance(namespace, namespaces.Namespace) and node.attr != "iri":
                    assert value(namespace[node.attr]).startswith(namespace.iri), path


def test_a_misspelt_term_would_be_found() -> None:
    project = Project.open(ROOT)
    sources = load(project)
    query = Query("q.rq", "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\nSELECT * WHERE { ?s skos:prefLable ?o }")
    subject = Subject(
        quads=sources.asserted,
        ontology=sources.ontology,
        shapes=sources.shapes,
        queries=(query,),
        base=project.settings.base,
        ontology_graph=project.settings.ontology,
        records_graph="",
        record_class=None,
        inferred_graph="",
        hidden_graphs=(),
        prefixes=project.settings.all_prefixes,
    )
    messages = [each.messages["en"] for each in terms_are_declared(subject)]
    assert messages == [
        "There is no term “skos:prefLable” (q.rq:2:21); “skos:prefLabel” may be meant.",
    ]
