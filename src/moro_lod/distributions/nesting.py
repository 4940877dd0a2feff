"""Which blank nodes can be written where they are used, and which of them are lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..graphs import Graph
from ..namespaces import RDF
from ..terms import Term

_DEEPEST = 24  # blank nodes within blank nodes; a deeper one stands on its own


@dataclass(frozen=True, slots=True)
class Nesting:
    """How the blank nodes of a document are written. Nodes that are not named here need a label."""

    inlined: frozenset[Term] = frozenset()  # used once, written there; the nodes of lists too
    anonymous: frozenset[Term] = frozenset()  # used nowhere
    lists: Mapping[Term, Sequence[Term]] = field(default_factory=dict)  # first node of a well-formed list → members
    list_nodes: frozenset[Term] = frozenset()  # all nodes of these lists


NOTHING_NESTED = Nesting()


def nesting(graphs: Sequence[tuple[Term, Graph]]) -> Nesting:
    """Work out the nesting of a document with one or several named graphs.

    A node is inlined when it is the object of exactly one statement, is described in that statement's graph only, names no
    graph, is no part of a circle and not too deep.
    """
    uses: dict[Term, list[tuple[Term, Term, Term]]] = defaultdict(list)  # node → (graph, subject, predicate)
    homes: dict[Term, list[Term]] = defaultdict(list)  # node → graphs that describe it
    for name, graph in graphs:
        for s, p, o in graph:
            if o[0] == "_":
                uses[o].append((name, s, p))
        for subject in graph.by_subject:
            if subject[0] == "_":
                homes[subject].append(name)
    if not (uses or homes):
        return NOTHING_NESTED
    names = {name for name, _ in graphs}
    candidates = {
        node
        for node, places in uses.items()
        if len(places) == 1 and node not in names and all(home == places[0][0] for home in homes.get(node, ()))
    }
    lists = _lists(dict(graphs), uses, candidates)
    inlined = _reached(uses, candidates, lists)
    kept = {head: parts for head, parts in lists.items() if head in inlined}
    return Nesting(
        inlined=frozenset(inlined),
        anonymous=frozenset(
            node for node, places in homes.items() if node not in uses and len(places) == 1 and node not in names
        ),
        lists={head: members for head, (members, _) in kept.items()},
        list_nodes=frozenset(node for _, nodes in kept.values() for node in nodes),
    )


def _lists(
    graphs: Mapping[Term, Graph], uses: Mapping[Term, list[tuple[Term, Term, Term]]], candidates: set[Term]
) -> dict[Term, tuple[list[Term], list[Term]]]:
    """First node → members and nodes of each list whose nodes have one rdf:first and one rdf:rest and nothing else."""
    cells: dict[Term, tuple[Term, Term]] = {}
    for node in candidates:
        about = graphs[uses[node][0][0]].about(node)
        if len(about) == 2 and about[0][0] == RDF.first and about[1][0] == RDF.rest:
            cells[node] = (about[0][1], about[1][1])
    lists: dict[Term, tuple[list[Term], list[Term]]] = {}
    for head in sorted(cells):
        _, subject, predicate = uses[head][0]
        if predicate == RDF.rest and subject in cells:
            continue
        members, nodes = [], []
        node = head
        while node in cells:
            nodes.append(node)
            member, node = cells[node]
            members.append(member)
        if node == RDF.nil:
            lists[head] = (members, nodes)
    return lists


def _reached(
    uses: Mapping[Term, list[tuple[Term, Term, Term]]],
    candidates: set[Term],
    lists: Mapping[Term, tuple[list[Term], list[Term]]],
) -> set[Term]:
    """The candidates that are reached from what stands on its own, in few enough steps. Circles are never reached."""
    below: dict[Term, list[Term]] = defaultdict(list)
    for node in sorted(candidates):
        below[uses[node][0][1]].append(node)
    reached: set[Term] = set()
    waiting = [(node, 0) for node in below if node not in candidates]
    while waiting:
        node, depth = waiting.pop()
        for child in below.get(node, ()):
            if child in reached:  # the next node of a list
                continue
            if depth == _DEEPEST:
                waiting.append((child, 0))
                continue
            reached.add(child)
            if child in lists:
                nodes = lists[child][1]
                reached.update(nodes)
                waiting += [(cell, depth + 1) for cell in nodes]
            else:
                waiting.append((child, depth + 1))
    return reached
