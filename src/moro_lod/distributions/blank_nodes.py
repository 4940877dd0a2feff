"""Labels of blank nodes that depend on nothing but what the nodes say.

Parsers invent a new label on every run; whoever writes those labels never writes the same bytes twice. Here a label is a
hash of the statements around the node, so a change elsewhere in the graph leaves it alone, and files can be compared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256

from ..graphs import Graph, Quad, Quads, collection_paused
from ..terms import Term

_LENGTH = 16  # hexadecimal digits of a hash that a label shows
_SEARCHES = 200  # choices that are tried out for nodes of one component that look alike
_ROUND_BUDGET = 1_000_000  # statements looked at while telling the nodes of a component apart


def stable_graph(graph: Graph) -> Graph:
    """The same graph with labels made from content; the graph itself when it has no blank nodes.

    Isomorphic graphs give equal results.
    """
    if not graph.has_blank_nodes:
        return graph
    renamed = _renamed([(s, p, o, "") for s, p, o in graph if s[0] == "_" or o[0] == "_"])
    with collection_paused():
        others = [triple for triple in graph if triple[0][0] != "_" and triple[2][0] != "_"]
        return Graph([*others, *(quad[:3] for quad in renamed)])


def stable_quads(quads: Quads) -> Quads:
    """The same quads with labels made from content; the quads themselves when they have no blank nodes."""
    if not quads.has_blank_nodes:
        return quads
    kept: list[Quad] = []
    blank: list[Quad] = []
    for quad in quads:
        (blank if quad[0][0] == "_" or quad[2][0] == "_" or quad[3][:1] == "_" else kept).append(quad)
    return Quads([*kept, *_renamed(blank)])


def _renamed(quads: list[Quad]) -> Iterator[Quad]:
    taken: dict[str, int] = defaultdict(int)
    trees: list[Quad] = []
    for component in _components(quads):
        if _is_tree(component):
            trees += component
        else:
            yield from _canonical(component, taken)
    labels = _tree_labels(trees, taken)
    for s, p, o, g in trees:
        yield labels.get(s, s), p, labels.get(o, o), g


def _blanks(quad: Quad) -> list[Term]:
    return [term for term in (quad[0], quad[2], quad[3]) if term[:1] == "_"]


def _components(quads: list[Quad]) -> Iterable[list[Quad]]:
    """The quads in groups that share no blank node."""
    parents: dict[Term, Term] = {}

    def root(term: Term) -> Term:
        while parents.setdefault(term, term) != term:
            parents[term] = term = parents[parents[term]]
        return term

    for quad in quads:
        first, *others = _blanks(quad)
        for other in others:
            parents[root(other)] = root(first)
    groups: dict[Term, list[Quad]] = defaultdict(list)
    for quad in quads:
        groups[root(_blanks(quad)[0])].append(quad)
    return groups.values()


def _is_tree(component: list[Quad]) -> bool:
    """Whether every blank node is the object of one statement at most, and following these upwards comes to an end."""
    children = [quad[2] for quad in component if quad[2][0] == "_"]
    nodes = {term for quad in component for term in _blanks(quad)}
    is_object_once = len(set(children)) == len(children)
    names_graph = any(quad[3][:1] == "_" for quad in component)
    has_root = len(children) < len(nodes) or any(quad[0][0] != "_" for quad in component)
    return is_object_once and has_root and not names_graph


def _tree_labels(quads: list[Quad], taken: dict[str, int]) -> dict[Term, Term]:
    """Blank node → label, from the node's content, its place in the tree and the IRI that the tree hangs on."""
    content: dict[Term, list[Quad]] = defaultdict(list)
    above: dict[Term, Quad] = {}
    for quad in quads:
        if quad[0][0] == "_":
            content[quad[0]].append(quad)
        if quad[2][0] == "_":
            above[quad[2]] = quad
    roots = [node for node in {**content, **above} if node not in above or above[node][0][0] != "_"]
    downwards = list(roots)
    for node in downwards:  # grows while it is read: parents before children
        downwards += [quad[2] for quad in content[node] if quad[2][0] == "_"]
    digests: dict[Term, str] = {}
    for node in reversed(downwards):
        digests[node] = _digest(f"{p} {digests.get(o, o)} {g}" for _, p, o, g in content[node])
    labels: dict[Term, Term] = {}
    for node in downwards:
        s, p, _, g = above.get(node, ("", "", "", ""))
        labels[node] = _free(_digest([f"{labels.get(s, s)} {p} {g}", digests[node]])[:_LENGTH], taken)
    return labels


def _digest(lines: Iterable[str]) -> str:
    return sha256("\n".join(sorted(lines)).encode()).hexdigest()


def _free(name: str, taken: dict[str, int]) -> Term:
    """The label for a name, with a number when equal content had it before."""
    taken[name] += 1
    return f"_:b{name}" if taken[name] == 1 else f"_:b{name}n{taken[name]}"


def _canonical(component: list[Quad], taken: dict[str, int]) -> Iterator[Quad]:
    """Shared or circular blank nodes: numbered in an order that their statements give, after the hash of it all."""
    nodes = sorted({term for quad in component for term in _blanks(quad)})
    colours = _told_apart(component, _refined(component, dict.fromkeys(nodes, ""), len(nodes)), [_SEARCHES])
    ordered = sorted(nodes, key=lambda node: (colours[node], node))
    numbers = {node: f"_:{number}" for number, node in enumerate(ordered)}
    signature = _digest(_signature(component, numbers))
    name = _free(signature[:_LENGTH], taken)
    labels = {node: f"{name}c{number}" for number, node in enumerate(ordered)}
    for s, p, o, g in component:
        yield labels.get(s, s), p, labels.get(o, o), labels.get(g, g)


def _signature(component: Iterable[Quad], labels: Mapping[Term, str]) -> list[str]:
    return sorted(f"{labels.get(s, s)} {p} {labels.get(o, o)} {labels.get(g, g)}" for s, p, o, g in component)


def _refined(component: list[Quad], colours: dict[Term, str], count: int) -> dict[Term, str]:
    """Colour refinement: two nodes keep one colour only while their statements look the same, colours included.

    `count` is the number of nodes; few rounds are enough in practice, and large components get no more than they can pay.
    """
    different = len(set(colours.values()))
    for _ in range(min(count, max(8, _ROUND_BUDGET // len(component)))):
        seen: dict[Term, list[str]] = {node: [colours[node]] for node in colours}
        for s, p, o, g in component:
            line = f"{colours.get(s, s)} {p} {colours.get(o, o)} {colours.get(g, g)}"
            for place, term in (("s", s), ("o", o), ("g", g)):
                if term in seen:
                    seen[term].append(place + line)
        colours = {node: _digest(lines) for node, lines in seen.items()}
        before, different = different, len(set(colours.values()))
        if different in (before, count):
            break
    return colours


def _told_apart(component: list[Quad], colours: dict[Term, str], searches: list[int]) -> dict[Term, str]:
    """Give nodes that still look alike colours of their own.

    Tries each of them as the first and keeps the least signature, so that the choice does not show, as long as the number
    of searches lasts; then takes them as they come, which changes labels but never what is said.
    """
    classes: dict[str, list[Term]] = defaultdict(list)
    for node, colour in colours.items():
        classes[colour].append(node)
    alike = [colour for colour, nodes in classes.items() if len(nodes) > 1]
    if not alike:
        return colours
    if len(colours) > _SEARCHES or searches[0] <= 0:
        return {node: f"{colour} {number:09}" for colour, nodes in classes.items() for number, node in enumerate(nodes)}
    best: tuple[list[str], dict[Term, str]] | None = None
    for node in classes[min(alike)]:
        searches[0] -= 1
        marked = _refined(component, {**colours, node: colours[node] + "*"}, len(colours))
        found = _told_apart(component, marked, searches)
        order = {each: f"_:{number:09}" for number, each in enumerate(sorted(found, key=found.__getitem__))}
        signature = _signature(component, order)
        if best is None or signature < best[0]:
            best = signature, found
        if searches[0] <= 0:
            break
    assert best is not None  # noqa: S101
    return best[1]
