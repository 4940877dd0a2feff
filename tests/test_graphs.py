"""Graphs and quads: sorted, distinct, indexed, and read from N-Quads exactly."""

from __future__ import annotations

import random

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moro_lod.graphs import Graph, Quads, graph_from, parse_nquads, parse_ntriples, quads_from, to_nquads, to_ntriples
from moro_lod.terms import datatype, iri, language, literal, value
from rdf_strategies import any_texts, graphs_of, quads_of

A, B, P, Q = (iri(f"https://example.org/{name}") for name in "abpq")


@given(quads_of(any_texts))
def test_quads_written_and_read_are_the_same(quads: Quads) -> None:
    read = parse_nquads(to_nquads(quads).decode())
    assert read == quads
    assert list(read) == sorted(set(quads))


@given(graphs_of(any_texts))
def test_triples_written_and_read_are_the_same(graph: Graph) -> None:
    text = to_ntriples(graph).decode()
    assert parse_ntriples(text) == graph
    assert parse_nquads(text).union() == graph


@given(quads_of(any_texts))
def test_what_pyoxigraph_writes_is_read_exactly(quads: Quads) -> None:
    parsed = ox.parse(to_nquads(quads), format=ox.RdfFormat.N_QUADS)
    written = ox.serialize(parsed, format=ox.RdfFormat.N_QUADS)
    assert written is not None
    assert parse_nquads(written.decode()) == quads
    assert quads_from(ox.parse(to_nquads(quads), format=ox.RdfFormat.N_QUADS)) == quads
    graph = quads.union()
    assert graph_from(ox.parse(to_ntriples(graph), format=ox.RdfFormat.N_TRIPLES)) == graph


def test_many_statements_come_through_piece_by_piece() -> None:
    quads = Quads([(A, P, literal("ü" * size), B) for size in range(300)])
    assert quads_from(ox.parse(to_nquads(quads), format=ox.RdfFormat.N_QUADS)) == quads


def test_a_graph_is_not_made_of_named_graphs_in_silence() -> None:
    with pytest.raises(ValueError, match="named graph"):
        graph_from(ox.parse(to_nquads(Quads([(A, P, B, A)])), format=ox.RdfFormat.N_QUADS))


@given(quads_of(any_texts), st.randoms(use_true_random=False))
def test_order_and_repetition_of_lines_do_not_matter(quads: Quads, chance: random.Random) -> None:
    lines = to_nquads(quads).decode().splitlines(keepends=True) if not _has_line_ends(quads) else []
    shuffled = [*lines, *lines[:3]]
    chance.shuffle(shuffled)
    if lines:
        assert parse_nquads("".join(shuffled)) == quads


def _has_line_ends(quads: Quads) -> bool:
    """Whether `splitlines` would cut inside a literal (U+2028 and so on)."""
    return len(to_nquads(quads).decode().splitlines()) != len(quads)


@given(quads_of(any_texts))
def test_union_and_single_graphs_hold_what_the_quads_hold(quads: Quads) -> None:
    assert list(quads.union()) == sorted({quad[:3] for quad in quads})
    for name in quads.names:
        assert list(quads.graph(name)) == sorted({quad[:3] for quad in quads if quad[3] == name})
    for quad in quads:
        assert quad[3] in quads.sources(quad[:3])
        assert quad in quads.about(quad[0])


def test_a_literal_that_ends_like_a_graph_name_stays_whole() -> None:
    for text in ("a <b", "a <b>", "x _:b", "a <b> .", ' "'):
        for term in (literal(text), literal(text, "de"), literal(text, datatype="https://example.org/t")):
            for name in ("", A):
                assert list(parse_nquads(to_nquads(Quads([(A, P, term, name)])).decode())) == [(A, P, term, name)]


def test_equal_terms_are_one_object() -> None:
    interned: dict[str, str] = {}
    first = parse_nquads(f'{A} {P} {B} .\n{B} {P} "x" .\n', interned)
    second = parse_nquads(f'{B} {Q} "x" {A} .\n', interned)
    assert next(iter(first))[2] is next(iter(second))[0]
    assert first.about(B)[0][2] is second.about(B)[0][2]


def test_a_last_line_without_line_end_counts() -> None:
    assert len(parse_nquads(f"{A} {P} {B} .\n{A} {Q} {B} .")) == 2
    assert len(parse_nquads("")) == 0


def test_decimals_keep_their_form_and_plain_strings_have_no_datatype() -> None:
    source = (
        b'<https://e.org/a> <https://e.org/p> 778389.00, 14.26130, "x", "y"^^<http://www.w3.org/2001/XMLSchema#string> .'
    )
    text = ox.serialize(ox.parse(source, format=ox.RdfFormat.TURTLE), format=ox.RdfFormat.N_TRIPLES)
    assert text is not None
    objects = [o for _, _, o in parse_ntriples(text.decode())]
    assert '"778389.00"^^<http://www.w3.org/2001/XMLSchema#decimal>' in objects
    assert '"14.26130"^^<http://www.w3.org/2001/XMLSchema#decimal>' in objects
    assert '"x"' in objects
    assert '"y"' in objects


def test_indexes_answer_in_sorted_order() -> None:
    graph = Graph([(A, P, B), (A, P, A), (B, Q, A), (A, Q, literal("x")), (A, P, B)])
    assert len(graph) == 4
    assert graph.objects(A, P) == (A, B)
    assert graph.subjects(Q, literal("x")) == (A,)
    assert graph.subjects(P, B) == (A,)
    assert graph.incoming(A) == ((A, P), (B, Q))
    assert graph.pairs(P) == ((A, A), (A, B))
    assert graph.value(B, P) is None
    assert graph.subjects_sorted == (A, B)
    assert graph - Graph([(A, P, B)]) | Graph([(A, P, B)]) == graph


@given(any_texts)
def test_the_parts_of_a_literal_come_back(text: str) -> None:
    assert value(literal(text)) == text
    assert (value(literal(text, "de")), language(literal(text, "de"))) == (text, "de")
    typed = literal(text, datatype="https://example.org/t")
    assert (value(typed), datatype(typed), language(typed)) == (text, "https://example.org/t", "")
