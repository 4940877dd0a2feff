"""VoID: what a linked-data crawler wants to know before it comes: sizes, classes, properties, links out, dumps, endpoint.

Published at `/.well-known/void` (VoID §7.2). Query editors read the partitions as hints.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping

from ..graphs import Graph, Triple
from ..namespaces import DCTERMS, FOAF, OWL, RDF, RDFS, SKOS, VOID, XSD
from ..terms import Term, iri, is_iri, literal, value
from .model import Catalogue, Dataset

_FORMAT_IRIS = {
    "Turtle": "Turtle", "JSON-LD": "JSON-LD", "RDF/XML": "RDF_XML", "N-Triples": "N-Triples", "N-Quads": "N-Quads",
    "TriG": "TriG",
}  # fmt: skip
_NO_LINKS = frozenset({RDF.type, RDFS.isDefinedBy, RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range})


def write(catalogue: Catalogue, graph: Graph, document_url: str) -> Graph:
    """The VoID description of a publication. `graph` is everything published; `document_url` where the description lies."""
    main = next((each.iri for each in catalogue.datasets if each.whole), None) or iri(f"{value(catalogue.iri)}#data")
    document = iri(document_url)
    triples: list[Triple] = [
        (document, RDF.type, VOID.DatasetDescription),
        (document, FOAF.primaryTopic, main),
        (document, FOAF.topic, main),
        (document, DCTERMS.modified, literal(catalogue.modified.isoformat(), datatype=XSD.date)),
        *((document, DCTERMS.title, literal(f"VoID: {text}", tag)) for tag, text in catalogue.titles.items()),
        *_about(catalogue, main),
        *_statistics(catalogue, graph, main),
        *_links(catalogue, graph, main),
    ]
    for dataset in catalogue.datasets:
        if dataset.iri == main:
            triples += _dataset(dataset)
        else:
            triples += _subset(graph, dataset)
            triples.append((main, VOID.subset, dataset.iri))
    return Graph(triples)


def _about(catalogue: Catalogue, main: Term) -> Iterator[Triple]:
    yield main, RDF.type, VOID.Dataset
    for tag, text in catalogue.titles.items():
        yield main, DCTERMS.title, literal(text, tag)
    for tag, text in catalogue.descriptions.items():
        yield main, DCTERMS.description, literal(text, tag)
    yield main, DCTERMS.publisher, catalogue.publisher.iri
    yield main, DCTERMS.license, catalogue.licence.german
    yield main, FOAF.homepage, iri(catalogue.homepage)
    yield main, VOID.uriSpace, literal(f"{catalogue.base}id/")
    yield main, VOID.rootResource, catalogue.iri
    if catalogue.service:
        yield main, VOID.sparqlEndpoint, iri(catalogue.service.endpoint_url)


def _dataset(dataset: Dataset) -> Iterator[Triple]:
    """Title, dates and dumps of one dataset."""
    yield dataset.iri, RDF.type, VOID.Dataset
    for tag, text in dataset.titles.items():
        yield dataset.iri, DCTERMS.title, literal(text, tag)
    yield dataset.iri, DCTERMS.issued, literal(dataset.issued.isoformat(), datatype=XSD.date)
    yield dataset.iri, DCTERMS.modified, literal(dataset.modified.isoformat(), datatype=XSD.date)
    for distribution in dataset.distributions:
        if distribution.format.rdf:
            yield dataset.iri, VOID.dataDump, iri(distribution.url)
            name = _FORMAT_IRIS.get(distribution.format.name)
            if name:
                yield dataset.iri, VOID.feature, iri(f"http://www.w3.org/ns/formats/{name}")
    things = [dataset.things[at] for at in sorted({0, len(dataset.things) // 2})] if dataset.things else []
    for thing in things:
        yield dataset.iri, VOID.exampleResource, thing


def _subset(graph: Graph, dataset: Dataset) -> Iterator[Triple]:
    yield from _dataset(dataset)
    if dataset.things:
        yield dataset.iri, VOID.entities, _count(len(dataset.things))
        yield dataset.iri, VOID.triples, _count(sum(len(graph.about(thing)) for thing in dataset.things))


def _statistics(catalogue: Catalogue, graph: Graph, main: Term) -> Iterator[Triple]:
    types: dict[Term, list[Term]] = {}  # subject → its classes
    members: Counter[Term] = Counter()
    for subject, class_ in graph.pairs(RDF.type):
        types.setdefault(subject, []).append(class_)
        members[class_] += 1
    uses: Counter[Term] = Counter()
    class_uses: Counter[tuple[Term, Term]] = Counter()
    objects: set[Term] = set()
    own = f"<{catalogue.base}id/"
    for subject, property_, target in graph:
        uses[property_] += 1
        objects.add(target)
        for class_ in types.get(subject, ()):
            class_uses[class_, property_] += 1
    yield main, VOID.triples, _count(len(graph))
    yield main, VOID.entities, _count(sum(1 for subject in graph.subjects_sorted if subject.startswith(own)))
    yield main, VOID.distinctSubjects, _count(len(graph.subjects_sorted))
    yield main, VOID.distinctObjects, _count(len(objects))
    yield main, VOID.classes, _count(len(members))
    yield main, VOID.properties, _count(len(uses))
    for namespace in sorted({_namespace(term) for term in (*members, *uses)}):
        yield main, VOID.vocabulary, iri(namespace)
    of_class: dict[Term, list[tuple[Term, int]]] = {}
    for (class_, property_), count in class_uses.items():
        of_class.setdefault(class_, []).append((property_, count))
    for class_, count in sorted(members.items()):
        part = iri(f"{value(main)}#class-{_fragment(class_)}")
        yield main, VOID.classPartition, part
        yield part, VOID["class"], class_
        yield part, VOID.entities, _count(count)
        for property_, times in sorted(of_class.get(class_, ())):
            inner = iri(f"{value(part)}-{_fragment(property_)}")
            yield part, VOID.propertyPartition, inner
            yield inner, VOID.property, property_
            yield inner, VOID.triples, _count(times)
    for property_, count in sorted(uses.items()):
        part = iri(f"{value(main)}#property-{_fragment(property_)}")
        yield main, VOID.propertyPartition, part
        yield part, VOID.property, property_
        yield part, VOID.triples, _count(count)


def linksets(graph: Graph, base: str) -> Mapping[tuple[Term, str], int]:
    """The links out of a publication: (property, name space of the other side) → number of links.

    A link leads from a thing under `{base}id/` to an IRI elsewhere. Class membership and the vocabulary's own structure
    do not count.
    """
    own, start = f"<{base}", f"<{base}id/"
    counted: Counter[tuple[Term, str]] = Counter()
    for subject, property_, target in graph:
        if property_ not in _NO_LINKS and is_iri(target) and subject.startswith(start) and not target.startswith(own):
            space = _namespace(target)
            if space.startswith(("http://", "https://")):
                counted[property_, space] += 1
    return counted


def _links(catalogue: Catalogue, graph: Graph, main: Term) -> Iterator[Triple]:
    for (property_, space), count in sorted(linksets(graph, catalogue.base).items()):
        name = _fragment(iri(space))
        me = iri(f"{value(main)}#links-{name}-{_fragment(property_)}")
        other = iri(f"{value(main)}#target-{name}")
        yield me, RDF.type, VOID.Linkset
        yield me, VOID.linkPredicate, property_
        yield me, VOID.triples, _count(count)
        yield me, VOID.subjectsTarget, main
        yield me, VOID.objectsTarget, other
        yield main, VOID.subset, me
        yield other, RDF.type, VOID.Dataset
        yield other, VOID.uriSpace, literal(space)


def identity_links(graph: Graph, base: str) -> int:
    """How many links say what a thing is called elsewhere (SKOS mappings, owl:sameAs)."""
    mappings = {SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch, OWL.sameAs}
    return sum(count for (property_, _), count in linksets(graph, base).items() if property_ in mappings)


def _namespace(term: Term) -> str:
    """Everything before the last `#` or `/` of an IRI, that character included."""
    text = value(term)
    end = text.rfind("#")
    return text[: (end if end >= 0 else text.rstrip("/").rfind("/")) + 1]


def _fragment(term: Term) -> str:
    """A short, stable name for a term: its last part and eight digits of its hash."""
    text = value(term)
    last = re.sub(r"[^A-Za-z0-9_-]+", "-", re.split(r"[#/]", text.rstrip("#/"))[-1]).strip("-")
    return f"{last or 'x'}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def _count(number: int) -> Term:
    return literal(str(number), datatype=XSD.integer)
