"""RDF/XML: well-formed and exact, or refused by name."""

from __future__ import annotations

import random
import xml.etree.ElementTree as ElementTree

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moro_lod.distributions.rdfxml import write_rdfxml
from moro_lod.errors import MoroError
from moro_lod.graphs import Graph, Quads
from moro_lod.terms import literal
from rdf_readers import difference, normal, read_with_pyoxigraph, read_with_rdflib
from rdf_strategies import EXAMPLE, FEW, PREFIXES, graphs_of
from test_distributions_blank_nodes import relabelled

A, P = f"<{EXAMPLE}a>", f"<{EXAMPLE}p>"


@given(graphs_of())
def test_pyoxigraph_reads_exactly_the_graph(graph: Graph) -> None:
    content = write_rdfxml(graph, PREFIXES)
    seen = read_with_pyoxigraph(content, ox.RdfFormat.RDF_XML).union()
    assert seen == normal(graph), difference(normal(graph), seen) + content.decode()


@given(graphs_of())
@FEW
def test_rdflib_reads_exactly_the_graph(graph: Graph) -> None:
    content = write_rdfxml(graph, {})
    seen = read_with_rdflib(content, "xml").union()
    assert seen == normal(graph), difference(normal(graph), seen) + content.decode()


@given(graphs_of(), st.randoms(use_true_random=False))
@FEW
def test_order_and_labels_of_the_input_do_not_matter(graph: Graph, chance: random.Random) -> None:
    other = relabelled(Quads.of_graph(graph), chance).union()
    assert write_rdfxml(other, PREFIXES) == write_rdfxml(graph, PREFIXES)


@pytest.mark.parametrize("char", ["\x00", "\x08", "\x0b", "\x1f", "\ufffe", "\uffff"])
def test_control_characters_are_refused_with_the_statement_they_are_in(char: str) -> None:
    graph = Graph([(A, P, literal("fine")), (A, P, literal(f"a{char}b"))])
    with pytest.raises(MoroError, match=r"example\.org/a> <https://example\.org/p>: the text .* control characters"):
        write_rdfxml(graph, PREFIXES)


@pytest.mark.parametrize(
    "name", [f"{EXAMPLE}1", f"{EXAMPLE}a/", "http://www.w3.org/1999/02/22-rdf-syntax-ns#li", f"{EXAMPLE}%20"]
)
def test_a_property_that_xml_cannot_name_is_refused(name: str) -> None:
    with pytest.raises(MoroError, match="cannot be written in RDF/XML"):
        write_rdfxml(Graph([(A, f"<{name}>", A)]), PREFIXES)


def test_header_and_unknown_namespaces_are_well_formed() -> None:
    graph = Graph([(A, "<https://other.example/x#y>", A), (A, "<urn:x:12ab>", '"v"')])
    content = write_rdfxml(graph, {"xmlfoo": EXAMPLE, "ns1": "https://n.example/", "": EXAMPLE}, ["a -- b --->", "<&\x01"])
    ElementTree.fromstring(content)  # noqa: S314
    assert read_with_pyoxigraph(content, ox.RdfFormat.RDF_XML).union() == graph


def test_line_ends_and_spaces_of_a_text_survive() -> None:
    graph = Graph([(A, P, literal(" a\r\nb\rc\td \n"))])
    assert read_with_rdflib(write_rdfxml(graph, PREFIXES), "xml").union() == graph
