"""Descriptions: what a publication says about one thing, with the labels of what it names and the links that lead to it.

Everything here is a function of one thing's neighbourhood and two small tables (labels, incoming counts), never of a query.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from . import iris
from .graphs import DEFAULT_GRAPH, Graph, Quad, Quads
from .namespaces import DCTERMS, FOAF, RDF, VOID, XSD
from .terms import Term, iri, is_blank, is_iri, language, literal, value

NEIGHBOURS = 50


@dataclass(frozen=True, slots=True)
class Label:
    """A text that stands for a term on a screen.

    `language` is the tag of the text, "" for untagged ones; `is_fallback` tells that it is not in the wanted language;
    `is_missing` that there is no label at all and `text` is the last part of the IRI.
    """

    text: str
    language: str
    is_fallback: bool = False
    is_missing: bool = False


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of everything, in all languages.

    For each language the first of the label properties that has a text in it counts (for equal properties the first
    text in sorted order). The order of choice is: wanted language, the other languages in the order of the settings,
    untagged text, any other language.
    """

    languages: tuple[str, ...]
    texts: Mapping[Term, Mapping[str, str]]  # term → language ("" for untagged) → text

    @classmethod
    def build(cls, graph: Graph, properties: Sequence[Term], languages: tuple[str, ...]) -> Labels:
        """Collect the labels of all subjects of a graph; `properties` in falling order of preference."""
        texts: dict[Term, dict[str, str]] = {}
        for property_ in properties:
            for subject, text in graph.pairs(property_):
                if text[0] == '"':
                    texts.setdefault(subject, {}).setdefault(language(text).lower(), value(text))
        return cls(languages, texts)

    def best(self, term: Term, wanted: str) -> Label:
        """The label of an IRI or blank node in a language; the text itself for a literal."""
        if term[0] == '"':
            tag = language(term)
            return Label(value(term), tag, is_fallback=bool(tag) and tag.lower() != wanted)
        known = self.texts.get(term)
        if not known:
            return Label(_last_part(term), "", is_fallback=True, is_missing=True)
        text = known.get(wanted)
        if text is not None:
            return Label(text, wanted)
        for other in (*self.languages, ""):
            if other in known:
                return Label(known[other], other, is_fallback=True)
        regional = next((tag for tag in sorted(known) if tag.split("-")[0] == wanted), min(known))
        return Label(known[regional], regional, is_fallback=regional.split("-")[0] != wanted)

    def has(self, term: Term) -> bool:
        """Whether a term has any label."""
        return term in self.texts


def _last_part(term: Term) -> str:
    text = value(term).rstrip("/#")
    return text[max(text.rfind("/"), text.rfind("#"), text.rfind(":")) + 1 :] or text


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement about the described thing. `sources` are the names of the graphs that make it, sorted."""

    property: Term
    object: Term
    sources: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Incoming:
    """The links that lead to the described thing by one property: the first subjects in sorted order and the number of all."""

    property: Term
    subjects: tuple[Term, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Description:
    """Everything that is published about one thing.

    `statements` are sorted by property and object. `nested` has the quads of blank nodes below the thing,
    `label_quads` the labels of the IRIs that are named (objects, sources, subjects of incoming links).
    """

    thing: Term
    types: tuple[Term, ...]
    statements: tuple[Statement, ...]
    nested: tuple[Quad, ...]
    incoming: tuple[Incoming, ...]
    incoming_quads: tuple[Quad, ...]
    label_quads: tuple[Quad, ...]
    document_quads: tuple[Quad, ...]

    def own_quads(self) -> Quads:
        """The statements about the thing itself and the blank nodes below it."""
        own = [(self.thing, each.property, each.object, source) for each in self.statements for source in each.sources]
        return Quads((*own, *self.nested))

    def quads(self) -> Quads:
        """All quads of the thing's documents in TriG: statements, incoming links, labels, and the document itself."""
        return self.own_quads() | Quads((*self.incoming_quads, *self.label_quads, *self.document_quads))

    def graph(self) -> Graph:
        """The same without names of graphs, for Turtle, JSON-LD, N-Triples and RDF/XML."""
        return self.quads().union()


@dataclass(frozen=True)
class Index:
    """What descriptions are made from: all published quads, their union, and the labels."""

    quads: Quads
    base: str
    labels: Labels
    label_properties: tuple[Term, ...]
    licence: Term | None = None
    neighbours: int = NEIGHBOURS

    @classmethod
    def build(
        cls,
        quads: Quads,
        *,
        base: str,
        label_properties: tuple[Term, ...],
        languages: tuple[str, ...],
        licence: Term | None = None,
        neighbours: int = NEIGHBOURS,
    ) -> Index:
        """Index all published quads (inferred ones and the ontology included)."""
        labels = Labels.build(quads.union(), label_properties, languages)
        return cls(quads, base, labels, label_properties, licence, neighbours)

    @property
    def graph(self) -> Graph:
        """The union of all quads."""
        return self.quads.union()

    @cached_property
    def things(self) -> tuple[Term, ...]:
        """Everything that gets documents of its own: the subjects below `{base}id/`, sorted."""
        start = f"<{self.base}{iris.IDENTIFIERS}/"
        return tuple(subject for subject in self.graph.subjects_sorted if subject.startswith(start))

    @cached_property
    def elsewhere(self) -> tuple[Term, ...]:
        """Subjects with an IRI that get no documents, since they lie outside `{base}id/` and the ontology, sorted."""
        inside = (f"<{self.base}{iris.IDENTIFIERS}/", f"<{self.base}ontology", f"<{self.base}shapes")
        return tuple(s for s in self.graph.subjects_sorted if is_iri(s) and not s.startswith(inside))

    @cached_property
    def _label_quads(self) -> dict[Term, list[Quad]]:
        wanted = frozenset(self.label_properties)
        index: dict[Term, list[Quad]] = {}
        for quad in self.quads:
            if quad[1] in wanted:
                index.setdefault(quad[0], []).append(quad)
        return index

    def label_quads(self, terms: Iterable[Term]) -> tuple[Quad, ...]:
        """The label statements of some terms: of each term those of the first label property that it has, sorted."""
        found: list[Quad] = []
        for term in sorted(set(terms)):
            quads = self._label_quads.get(term)
            if quads:
                best = next(each for each in self.label_properties if any(quad[1] == each for quad in quads))
                found += [quad for quad in quads if quad[1] == best]
        return tuple(found)


def describe(thing: Term, index: Index) -> Description:
    """Describe one thing of an index."""
    quads = index.quads.about(thing)
    sources: dict[tuple[Term, Term], list[Term]] = {}
    for _, p, o, g in quads:
        sources.setdefault((p, o), []).append(g)
    statements = tuple(Statement(p, o, tuple(g)) for (p, o), g in sources.items())
    nested = _nested(statements, index)
    incoming, incoming_quads = _incoming(thing, index)
    named = {each.object for each in statements if is_iri(each.object)}
    named.update(quad[2] for quad in nested if is_iri(quad[2]))
    named.update(quad[3] for quad in (*quads, *incoming_quads) if quad[3])
    named.update(quad[0] for quad in incoming_quads if is_iri(quad[0]))
    named.discard(thing)
    return Description(
        thing=thing,
        types=tuple(each.object for each in statements if each.property == RDF.type),
        statements=statements,
        nested=nested,
        incoming=incoming,
        incoming_quads=incoming_quads,
        label_quads=index.label_quads(named),
        document_quads=_document(thing, index, incoming),
    )


def _nested(statements: Iterable[Statement], index: Index) -> tuple[Quad, ...]:
    """The quads of all blank nodes that hang below some statements."""
    waiting = [each.object for each in statements if is_blank(each.object)]
    seen: set[Term] = set()
    found: list[Quad] = []
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            quads = index.quads.about(node)
            found += quads
            waiting += [quad[2] for quad in quads if is_blank(quad[2])]
    return tuple(sorted(found))


def _incoming(thing: Term, index: Index) -> tuple[tuple[Incoming, ...], tuple[Quad, ...]]:
    by_property: dict[Term, list[Term]] = {}
    for subject, property_ in index.graph.incoming(thing):
        if subject != thing and not is_blank(subject):
            by_property.setdefault(property_, []).append(subject)
    incoming = []
    quads: list[Quad] = []
    for property_ in sorted(by_property):
        subjects = by_property[property_]
        shown = tuple(subjects[: index.neighbours])
        incoming.append(Incoming(property_, shown, len(subjects)))
        for subject in shown:
            triple = (subject, property_, thing)
            quads += [(*triple, source) for source in index.quads.sources(triple)]
    return tuple(incoming), tuple(quads)


def _document(thing: Term, index: Index, incoming: Iterable[Incoming]) -> tuple[Quad, ...]:
    """What the document says about itself, and how many incoming links there are where not all are listed."""
    path = iris.document_path(thing, index.base)
    if path is None:
        return ()
    document = iri(iris.url_of(path, index.base))
    quads: list[Quad] = [
        (document, RDF.type, FOAF.Document, DEFAULT_GRAPH),
        (document, FOAF.primaryTopic, thing, DEFAULT_GRAPH),
    ]
    if index.licence:
        quads.append((document, DCTERMS.license, index.licence, DEFAULT_GRAPH))
    for number, each in enumerate((one for one in incoming if one.count > len(one.subjects)), 1):
        links = f"{document[:-1]}#incoming-{number}>"
        quads += [
            (document, VOID.subset, links, DEFAULT_GRAPH),
            (links, RDF.type, VOID.Linkset, DEFAULT_GRAPH),
            (links, VOID.linkPredicate, each.property, DEFAULT_GRAPH),
            (links, VOID.objectsTarget, thing, DEFAULT_GRAPH),
            (links, VOID.triples, literal(str(each.count), datatype=XSD.integer), DEFAULT_GRAPH),
        ]
    return tuple(quads)
