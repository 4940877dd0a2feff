"""Turtle and TriG: exact, readable, the same whatever the order of the statements."""

from __future__ import annotations

import random

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from moro_lod.distributions.turtle import write_trig, write_turtle
from moro_lod.graphs import Graph, Quads, parse_nquads, parse_ntriples
from rdf_readers import difference, normal, read_with_pyoxigraph, read_with_rdflib
from rdf_strategies import EXAMPLE, FEW, PREFIXES, any_texts, graphs_of, quads_of
from test_distributions_blank_nodes import relabelled

A, P, Q = f"<{EXAMPLE}a>", f"<{EXAMPLE}p>", f"<{EXAMPLE}q>"


def read(text: str, file_format: ox.RdfFormat = ox.RdfFormat.TURTLE) -> Quads:
    return parse_nquads((ox.serialize(ox.parse(text, format=file_format), format=ox.RdfFormat.N_QUADS) or b"").decode())


@given(graphs_of(any_texts))
def test_turtle_says_exactly_what_the_graph_says(graph: Graph) -> None:
    content = write_turtle(graph, PREFIXES)
    assert read_with_pyoxigraph(content, ox.RdfFormat.TURTLE).union() == normal(graph), content.decode()


@given(graphs_of())
@FEW
def test_rdflib_reads_our_turtle_the_same(graph: Graph) -> None:
    content = write_turtle(graph, PREFIXES)
    seen = read_with_rdflib(content, "turtle").union()
    assert seen == normal(graph), difference(normal(graph), seen) + content.decode()


@given(quads_of(any_texts))
def test_trig_says_exactly_what_the_quads_say(quads: Quads) -> None:
    content = write_trig(quads, PREFIXES)
    assert read_with_pyoxigraph(content, ox.RdfFormat.TRIG) == normal(quads), content.decode()


@given(quads_of())
@FEW
def test_rdflib_reads_our_trig_the_same(quads: Quads) -> None:
    content = write_trig(quads, PREFIXES)
    seen = read_with_rdflib(content, "trig")
    assert seen == normal(quads), difference(normal(quads), seen) + content.decode()


@given(quads_of(), st.randoms(use_true_random=False))
@FEW
def test_order_and_labels_of_the_input_do_not_matter(quads: Quads, chance: random.Random) -> None:
    other = relabelled(quads, chance)
    assert write_trig(other, PREFIXES) == write_trig(quads, PREFIXES)
    assert write_turtle(other.union(), PREFIXES) == write_turtle(quads.union(), PREFIXES)


@given(graphs_of(), st.sampled_from(["no namespace", "https://example.org/i", "urn:x:"]))
@FEW
def test_odd_prefixes_do_no_harm(graph: Graph, namespace: str) -> None:
    prefixes = {**PREFIXES, "x": namespace, "bad prefix": EXAMPLE, "ex2": EXAMPLE, "": EXAMPLE}
    content = write_turtle(graph, prefixes)
    assert read_with_pyoxigraph(content, ox.RdfFormat.TURTLE).union() == normal(graph)


def test_a_block_reads_like_a_person_wrote_it() -> None:
    source = """
        @prefix ex: <https://example.org/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
        <https://example.org> a owl:Ontology .
        ex:z rdfs:isDefinedBy <https://example.org> ; ex:size 1.50, 3, true, "1"^^<http://www.w3.org/2001/XMLSchema#date> ;
          skos:definition "Satz."@de ; skos:prefLabel "hat"@en, "Zut"@de ; a owl:Class ;
          ex:list ( 1 "b" ex:a ) ; ex:when [ ex:from "2012" ; ex:to [] ] ; ex:path <https://example.org/a/b> .
        [] ex:p _:x . ex:b ex:p _:x .
    """
    written = write_turtle(read(source).union(), PREFIXES, ["First line.", "Second\nthird"], first=["<https://example.org>"])
    assert written.decode() == (
        """# First line.
# Second
# third
@prefix ex: <https://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<https://example.org>
  a owl:Ontology ;
.

ex:b
  ex:p _:bLABEL ;
.

ex:z
  a owl:Class ;
  skos:prefLabel "Zut"@de ;
  skos:prefLabel "hat"@en ;
  skos:definition "Satz."@de ;
  ex:list ( 1 "b" ex:a ) ;
  ex:path <https://example.org/a/b> ;
  ex:size "1"^^xsd:date ;
  ex:size 1.50 ;
  ex:size 3 ;
  ex:size true ;
  ex:when [
    ex:from "2012" ;
    ex:to [] ;
  ] ;
  rdfs:isDefinedBy <https://example.org> ;
.

[]
  ex:p _:bLABEL ;
.
""".replace("_:bLABEL", "_:b" + written.decode().split("_:b")[1].split(" ")[0])
    )


def test_languages_stand_in_the_order_asked_for() -> None:
    graph = parse_ntriples(f'{A} {P} "x"@de .\n{A} {P} "y"@en .\n{A} {P} "z"@fr .\n')
    written = write_turtle(graph, PREFIXES, languages=("en", "de")).decode()
    assert written.index("@en") < written.index("@de") < written.index("@fr")


def test_a_header_cannot_become_statements() -> None:
    written = write_turtle(Graph(), {}, ["a\n<x:a> <x:b> <x:c> .", "b\r<x:a> <x:b> <x:c> .", "c\u2028<x:a>"])
    assert len(read(written.decode())) == 0
    assert all(line.startswith("#") for line in written.decode().splitlines())


@pytest.mark.parametrize("size", [20, 2000])
def test_blank_nodes_far_within_one_another_stay_readable(size: int) -> None:
    graph = Graph([(A, P, "_:0"), *((f"_:{n}", P, f"_:{n + 1}") for n in range(size)), (f"_:{size}", P, '"end"')])
    content = write_turtle(graph, PREFIXES)
    assert read_with_pyoxigraph(content, ox.RdfFormat.TURTLE).union() == normal(graph)
    assert max(len(line) - len(line.lstrip()) for line in content.decode().splitlines()) < 60


def test_a_long_list_is_written_as_a_list() -> None:
    items = " ".join(map(str, range(3000)))
    quads = read(f"<x:a> <x:p> ( {items} ) .")
    assert f"( {items} )".encode() in write_turtle(quads.union(), {})


def test_one_prefix_is_declared_when_only_a_graph_name_or_a_datatype_needs_it() -> None:
    assert write_trig(Quads([("<x:a>", "<x:p>", "<x:b>", A)]), PREFIXES).startswith(b"@prefix ex: ")
    typed = f'"1"^^{A}'
    assert (
        write_turtle(Graph([("<x:a>", "<x:p>", typed)]), PREFIXES).decode().splitlines()[0] == f"@prefix ex: <{EXAMPLE}> ."
    )


@example('"1."')
@example('"0.0000001"')
@example('"0.0000000"')
@example('"12345678901234567890.000000"')
@given(st.from_regex(r'"[+-]?[0-9]{0,3}(\.[0-9]{0,3})?([eE][+-]?[0-9]{1,2})?"', fullmatch=True))
@FEW
def test_the_form_of_a_number_is_kept(quoted: str) -> None:
    for datatype in ("integer", "decimal", "double"):
        graph = Graph([(A, P, f"{quoted}^^<http://www.w3.org/2001/XMLSchema#{datatype}>")])
        content = write_turtle(graph, PREFIXES)
        assert read_with_pyoxigraph(content, ox.RdfFormat.TURTLE).union() == graph
        assert read_with_rdflib(content, "turtle").union() == graph
