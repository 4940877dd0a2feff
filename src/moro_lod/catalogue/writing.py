"""Statements in one of the RDF formats, as the dumps are written."""

from __future__ import annotations

from collections.abc import Mapping

from .. import formats
from ..distributions import jsonld, rdfxml, turtle
from ..formats import Format
from ..graphs import Graph, Quads, to_nquads, to_ntriples

FEED_FORMATS = (formats.TURTLE, formats.RDF_XML, formats.JSON_LD)
"""What every harvester reads at least one of."""


def write(statements: Graph | Quads, file_format: Format, prefixes: Mapping[str, str]) -> bytes:
    """The bytes of some statements; formats without named graphs get their union."""
    if file_format.quads:
        quads = Quads.of_graph(statements) if isinstance(statements, Graph) else statements
        if file_format is formats.N_QUADS:
            return to_nquads(quads)
        return turtle.write_trig(quads, prefixes)
    graph = statements.union() if isinstance(statements, Quads) else statements
    if file_format is formats.N_TRIPLES:
        return to_ntriples(graph)
    if file_format is formats.TURTLE:
        return turtle.write_turtle(graph, prefixes)
    if file_format is formats.RDF_XML:
        return rdfxml.write_rdfxml(graph, prefixes)
    return jsonld.write_jsonld(graph, prefixes)
