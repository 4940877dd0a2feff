"""What the endpoint says of itself (SPARQL 1.1 Service Description)."""

from __future__ import annotations

from collections.abc import Mapping

import pyoxigraph

from .facts import Facts

_SD = "http://www.w3.org/ns/sparql-service-description#"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_DCT = "http://purl.org/dc/terms/"
_VOID = "http://rdfs.org/ns/void#"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_FORMATS = "http://www.w3.org/ns/formats/"

GEO = "http://www.opengis.net/def/function/geosparql/"
GEO_FUNCTIONS = tuple(
    [f"sf{each}" for each in ["Equals", "Disjoint", "Intersects", "Touches", "Crosses", "Within", "Contains", "Overlaps"]]
    + [f"eh{each}" for each in ["Equals", "Disjoint", "Meet", "Overlap", "Covers", "CoveredBy", "Inside", "Contains"]]
    + [f"rcc8{each}" for each in ["eq", "dc", "ec", "po", "tppi", "tpp", "ntpp", "ntppi"]]
    + [
        "relate",
        "distance",
        "asGeoJSON",
        "envelope",
        "convexHull",
        "centroid",
        "getSRID",
        "isEmpty",
        "isSimple",
        "dimension",
    ]
    + ["coordinateDimension", "spatialDimension"]
)
"""What the engine offers besides SPARQL 1.1, by local name. distance: between points, in metres (uom:metre)."""

_RESULT_FORMATS = (
    "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV", "Turtle", "JSON-LD", "N-Triples",
    "RDF_XML", "TriG", "N-Quads",
)  # fmt: skip


def endpoint_url(facts: Facts) -> str:
    """The public address of the endpoint."""
    return facts.endpoint_url or f"{facts.site_url}sparql"


def describe(facts: Facts, graphs: Mapping[str, int], total: int | None) -> list[pyoxigraph.Triple]:
    """The description; `graphs` are the named graphs with their numbers of statements."""
    node = pyoxigraph.NamedNode
    address = endpoint_url(facts)
    service, dataset, default = node(address), node(f"{address}#dataset"), node(f"{address}#default-graph")
    triples: list[pyoxigraph.Triple] = []

    def say(subject: pyoxigraph.NamedNode, predicate: str, value: pyoxigraph.NamedNode | pyoxigraph.Literal) -> None:
        triples.append(pyoxigraph.Triple(subject, node(predicate), value))

    def count(number: int) -> pyoxigraph.Literal:
        return pyoxigraph.Literal(str(number), datatype=node(f"{_XSD}integer"))

    say(service, f"{_RDF}type", node(f"{_SD}Service"))
    say(service, f"{_SD}endpoint", service)
    say(service, f"{_SD}supportedLanguage", node(f"{_SD}SPARQL11Query"))
    say(service, f"{_SD}feature", node(f"{_SD}UnionDefaultGraph"))
    for name in _RESULT_FORMATS:
        say(service, f"{_SD}resultFormat", node(_FORMATS + name))
    for name in GEO_FUNCTIONS:
        say(service, f"{_SD}extensionFunction", node(GEO + name))
        say(node(GEO + name), f"{_RDF}type", node(f"{_SD}Function"))
    for language, title in sorted(facts.title.items()):
        say(service, f"{_DCT}title", pyoxigraph.Literal(title, language=language))
    if facts.licence_url:
        say(service, f"{_DCT}license", node(facts.licence_url))
    say(service, f"{_SD}defaultDataset", dataset)
    say(dataset, f"{_RDF}type", node(f"{_SD}Dataset"))
    say(dataset, f"{_SD}defaultGraph", default)
    say(default, f"{_RDF}type", node(f"{_SD}Graph"))
    if total is not None:
        say(default, f"{_VOID}triples", count(total))
    for number, (name, size) in enumerate(sorted(graphs.items())):
        named, graph = node(f"{address}#named-{number}"), node(f"{address}#graph-{number}")
        say(dataset, f"{_SD}namedGraph", named)
        say(named, f"{_RDF}type", node(f"{_SD}NamedGraph"))
        say(named, f"{_SD}name", node(name))
        say(named, f"{_SD}graph", graph)
        say(graph, f"{_RDF}type", node(f"{_SD}Graph"))
        say(graph, f"{_VOID}triples", count(size))
    return triples


def write(triples: list[pyoxigraph.Triple], media_type: str) -> bytes:
    """The description in a format."""
    rdf_format = pyoxigraph.RdfFormat.from_media_type(media_type) or pyoxigraph.RdfFormat.TURTLE
    prefixes = {"sd": _SD, "rdf": _RDF, "dcterms": _DCT, "void": _VOID, "xsd": _XSD, "formats": _FORMATS, "geof": GEO}
    return pyoxigraph.serialize(triples, format=rdf_format, prefixes=prefixes) or b""
