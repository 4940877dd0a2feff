"""Reading a file back with other people's parsers, into our graphs."""

from __future__ import annotations

import pyoxigraph as ox
import rdflib
import rdflib.term
from pyld import jsonld

from moro_lod.distributions.blank_nodes import stable_graph, stable_quads
from moro_lod.graphs import Graph, Quads, parse_nquads, to_nquads
from moro_lod.terms import XSD_STRING, Term, iri, literal


def read_with_pyoxigraph(content: bytes, file_format: ox.RdfFormat) -> Quads:
    """The quads of a file, blank nodes labelled by content."""
    text = ox.serialize(ox.parse(content, format=file_format), format=ox.RdfFormat.N_QUADS)
    return stable_quads(parse_nquads((text or b"").decode()))


def read_with_rdflib(content: bytes, file_format: str) -> Quads:
    """The quads of a file as rdflib reads it, without its habit of rewriting numbers."""
    kept = rdflib.NORMALIZE_LITERALS
    rdflib.term.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS = False
    try:
        dataset = rdflib.Dataset()
        dataset.parse(data=content, format=file_format)
        return stable_quads(Quads([_quad(*quad) for quad in dataset.quads()]))
    finally:
        rdflib.term.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS = kept


def read_with_pyld(content: str | dict[str, object]) -> Quads:
    """The quads of a JSON-LD document that has its context with it; nothing is fetched."""
    import json

    document = json.loads(content) if isinstance(content, str) else content
    text = jsonld.to_rdf(document, {"format": "application/n-quads", "documentLoader": _refuse})
    parsed = ox.parse(text.encode(), format=ox.RdfFormat.N_QUADS)
    return stable_quads(parse_nquads((ox.serialize(parsed, format=ox.RdfFormat.N_QUADS) or b"").decode()))


def _refuse(url: str, options: object) -> dict[str, object]:
    raise AssertionError(f"{url} would be fetched")


def _quad(s: object, p: object, o: object, g: object) -> tuple[Term, Term, Term, Term]:
    name = "" if g in (None, rdflib.graph.DATASET_DEFAULT_GRAPH_ID) else _term(g)
    return _term(s), _term(p), _term(o), name


def _term(node: object) -> Term:
    if isinstance(node, rdflib.Literal):
        datatype = None if node.datatype is None else str(node.datatype)
        return literal(str(node), (node.language or "").lower() or None, None if datatype == XSD_STRING else datatype)
    if isinstance(node, rdflib.BNode):
        return f"_:{node}"
    return iri(str(node))


def normal(graph: Graph | Quads) -> Graph | Quads:
    """The graph with blank nodes labelled by content: equal for isomorphic graphs."""
    return stable_graph(graph) if isinstance(graph, Graph) else stable_quads(graph)


def difference(one: Graph | Quads, other: Graph | Quads) -> str:
    """What one has and the other has not, for messages."""
    first, second = (
        set(to_nquads(each if isinstance(each, Quads) else Quads.of_graph(each)).split(b" .\n")) for each in (one, other)
    )
    return f"missing {sorted(first - second)}, too much {sorted(second - first)}"
