"""Labels of blank nodes depend on content alone."""

from __future__ import annotations

import random

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moro_lod.distributions.blank_nodes import stable_graph, stable_quads
from moro_lod.graphs import Graph, Quads, parse_ntriples, to_nquads
from rdf_strategies import graphs_of, quads_of


def relabelled(quads: Quads, chance: random.Random) -> Quads:
    """The same quads with other labels, as another parser might have given them."""
    names = sorted({term for quad in quads for term in quad if term[:1] == "_"})
    new = [f"_:x{number}" for number in range(len(names))]
    chance.shuffle(new)
    labels = dict(zip(names, new, strict=True))
    return Quads([tuple(labels.get(term, term) for term in quad) for quad in quads])  # type: ignore[misc]


def canonical(quads: Quads) -> list[str]:
    dataset = ox.Dataset(ox.parse(to_nquads(quads), format=ox.RdfFormat.N_QUADS))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(map(str, dataset))


@given(quads_of(), st.randoms(use_true_random=False))
def test_labels_of_the_input_do_not_matter(quads: Quads, chance: random.Random) -> None:
    assert stable_quads(quads) == stable_quads(relabelled(quads, chance))


@given(quads_of())
def test_only_labels_change(quads: Quads) -> None:
    assert canonical(stable_quads(quads)) == canonical(quads)


@given(graphs_of())
def test_labels_stay_when_given_again(graph: Graph) -> None:
    once = stable_graph(graph)
    assert stable_graph(once) == once
    assert stable_graph(graph) == stable_quads(Quads.of_graph(graph)).union()


def test_equal_neighbours_stay_two_nodes() -> None:
    for text in (
        '<x:a> <x:p> _:1 .\n<x:a> <x:p> _:2 .\n_:1 <x:q> "v" .\n_:2 <x:q> "v" .\n',
        '_:1 <x:q> "v" .\n_:2 <x:q> "v" .\n',
        "_:1 <x:q> _:1 .\n_:2 <x:q> _:2 .\n",
    ):
        assert len(stable_graph(parse_ntriples(text))) == len(parse_ntriples(text))


def test_a_statement_elsewhere_leaves_labels_alone() -> None:
    text = '<x:a> <x:p> _:1 .\n_:1 <x:q> "v" .\n'
    more = text + '<x:b> <x:p> _:0 .\n_:0 <x:q> "w" .\n<x:a> <x:q> "u" .\n'
    assert set(stable_graph(parse_ntriples(text))) <= set(stable_graph(parse_ntriples(more)))


def test_a_list_of_twenty_thousand_members_is_no_problem() -> None:
    first, rest, nil = (f"<http://www.w3.org/1999/02/22-rdf-syntax-ns#{name}>" for name in ("first", "rest", "nil"))
    size = 20_000
    nodes = [f"_:{number}" for number in range(size)] + [nil]
    triples = [(node, first, f'"{number}"') for number, node in enumerate(nodes[:-1])]
    triples += [(nodes[number], rest, nodes[number + 1]) for number in range(size)]
    assert len(stable_graph(Graph([("<x:a>", "<x:p>", "_:0"), *triples]))) == 2 * size + 1


@pytest.mark.parametrize("size", [30, 3_000, pytest.param(20_000, marks=pytest.mark.long)])
def test_a_long_circle_of_nodes_that_look_alike_is_no_problem(size: int) -> None:
    circle = [(f"_:{number}", "<x:next>", f"_:{(number + 1) % size}") for number in range(size)]
    assert len(stable_graph(Graph(circle))) == size
    shared = [*circle[:-1], ("<x:a>", "<x:p>", "_:0"), ("<x:b>", "<x:p>", "_:0")]
    assert len(stable_graph(Graph(shared))) == size + 1


def test_nodes_that_only_a_search_tells_apart_get_the_same_labels(long_run: bool) -> None:
    """A prism and a ring with chords: every node has three neighbours, so their looks say nothing."""
    prism = [(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3), (0, 3), (1, 4), (2, 5)]
    ring = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 0), (0, 3), (1, 4), (2, 5)]
    for edges in (prism, ring):
        both = [(f"_:{one}", "<x:p>", f"_:{other}") for a, b in edges for one, other in ((a, b), (b, a))]
        quads = Quads((s, p, o, "") for s, p, o in both)
        results = {stable_quads(relabelled(quads, random.Random(seed))) for seed in range(40 if long_run else 8)}  # noqa: S311
        assert len(results) == 1
        assert canonical(results.pop()) == canonical(quads)
