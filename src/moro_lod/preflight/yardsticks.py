"""Part 5: linked-data yardsticks that outsiders compute: five stars, the checks of FOOPS!, the LOD cloud's rules, label coverage."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..catalogue import void
from ..catalogue.feed import Profile
from ..catalogue.tables import table
from ..description import Labels
from ..errors import Text
from ..graphs import Graph
from ..namespaces import BIBO, DC, DCAT, DCTERMS, FOAF, GEO, OWL, RDF, RDFS, SCHEMA, SKOS, VANN
from ..terms import Term, iri, is_iri, value
from . import feeds
from .contents import Contents
from .feeds import Feed
from .reach import Reach
from .report import Check, Finding, Part, Status

TITLE = Text("Maßstäbe für verlinkte Daten", "Linked-data yardsticks")
PERSISTENT = re.compile(
    r"https?://(?:www\.)?(?:w3id\.org|doi\.org|dx\.doi\.org|purl\.org|purl\.[a-z]+\.org|purl\.oclc\.org|data\.europa\.eu|w3\.org)/"
)
"""The hosts that FOOPS! takes for persistent; an agency's own domain is not among them, whatever its policy."""

_KNOWN_VOCABULARIES = (
    "http://purl.org/", "http://www.w3.org/", "https://www.w3.org/", "http://xmlns.com/foaf/", "https://schema.org/",
    "http://schema.org/", "http://www.opengis.net/", "http://data.europa.eu/", "http://rdfs.org/",
)  # fmt: skip
_CORE = (
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "http://www.w3.org/2000/01/rdf-schema#",
    "http://www.w3.org/2002/07/owl#",
)
_TERM_CLASSES = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDFS.Class, RDF.Property)
_LABELS = (RDFS.label, SKOS.prefLabel, DCTERMS.title)
_DEFINITIONS = (SKOS.definition, RDFS.comment, DCTERMS.description, DC.description)
_LEAST_TRIPLES, _LEAST_LINKS = 1000, 50  # rules of the LOD cloud


@dataclass(frozen=True, slots=True)
class _Ontology:
    """The ontology as the release holds it; `iri` is where it should be."""

    iri: Term
    graph: Graph
    version: Term | None

    def has(self, *properties: Term) -> bool:
        """Whether the ontology itself has a value of one of the properties."""
        return any(self.graph.objects(self.iri, each) for each in properties)

    @property
    def terms(self) -> tuple[Term, ...]:
        """The classes and properties that it defines."""
        own = value(self.iri)
        found = {each for class_ in _TERM_CLASSES for each in self.graph.subjects(RDF.type, class_)}
        return tuple(sorted(each for each in found if value(each).startswith(own)))


def measure(
    read: Mapping[Profile, Feed],
    contents: Contents,
    reach: Reach,
    graph: Graph,
    label_properties: Sequence[Term],
    languages: Sequence[str],
) -> Part:
    """Part 5. `graph` is everything published."""
    feed = read[Profile.EUROPEAN]
    checks = [*_five_stars(feed, graph, contents), *_cloud(feed, graph, contents)]
    checks += _coverage(graph, contents.base, label_properties, languages)
    checks += foops(contents, reach)
    score = foops_score(checks)
    note = Text(
        f"FOOPS!: {score[0]:.2f} über {score[1]} von 24 Prüfungen, die sich hier messen lassen.",
        f"FOOPS!: {score[0]:.2f} over {score[1]} of 24 checks that can be measured here.",
    )
    return Part("yardsticks", TITLE, tuple(checks), note)


def foops_score(checks: Sequence[Check]) -> tuple[float, int]:
    """The mean over the measured FOOPS! checks, and how many were measured."""
    own = [each for each in checks if each.key.startswith("foops.") and each.points is not None]
    return (sum(each.points or 0 for each in own) / len(own) if own else 0.0, len(own))


# five stars ----------------------------------------------------------------------------------------------------------


def _five_stars(feed: Feed, graph: Graph, contents: Contents) -> Iterator[Check]:
    distributions = [each for dataset in feed.datasets for each in feed.distributions(dataset)]
    formats = {each for one in distributions for each in feed.graph.objects(one, DCTERMS.format)}
    licences = {each for one in distributions for each in feed.graph.objects(one, DCTERMS.license)}
    is_open = bool(licences) and licences <= (table("licences").marked("open") | table("eu-licences").marked("open"))
    links = sum(void.linksets(graph, contents.base).values())
    file_types = table("file-types")
    rdf = [each for each in formats if (file_types.code(each) or "").startswith(("RDF_", "JSON_LD"))]
    for number, title, met in (
        (1, Text("im Netz unter offener Lizenz", "on the web under an open licence"), is_open),
        (2, Text("maschinenlesbar gegliedert", "machine-readable structured data"), bool(formats & file_types.marked("machine"))),
        (3, Text("offenes Format", "non-proprietary format"), bool(formats & file_types.marked("open"))),
        (4, Text("IRIs und RDF", "IRIs and RDF"), bool(rdf) and any(s.startswith(f"<{contents.base}") for s in graph.subjects_sorted)),
        (5, Text("Verweise auf andere Daten", "links to other data"), links > 0),
    ):  # fmt: skip
        stars = "★" * number
        status = Status.PASSED if met else Status.WARNING
        note = Text(f"{links} Verweise nach außen", f"{links} links out") if number == 5 else Text("", "")
        yield Check(f"star-{number}", Text(f"{stars} {title.de}", f"{stars} {title.en}"), status, note)


def _cloud(feed: Feed, graph: Graph, contents: Contents) -> Iterator[Check]:
    triples = len(graph)
    identity = void.identity_links(graph, contents.base)
    for key, title, count, least in (
        ("cloud-triples", Text("LOD-Wolke: Aussagen", "LOD cloud: triples"), triples, _LEAST_TRIPLES),
        ("cloud-links", Text("LOD-Wolke: Verweise auf dasselbe Ding anderswo", "LOD cloud: links to the same thing elsewhere"), identity, _LEAST_LINKS),
    ):  # fmt: skip
        status = Status.PASSED if count >= least else Status.WARNING
        yield Check(key, title, status, Text(f"{count} (mindestens {least})", f"{count} (at least {least})"))
    dumps = [
        url
        for dataset in feed.datasets
        for each in feed.distributions(dataset)
        for url in feed.graph.objects(each, DCAT.downloadURL)
    ]
    status = Status.PASSED if dumps else Status.FAILED
    yield Check("cloud-access", Text("LOD-Wolke: Dump oder Endpunkt", "LOD cloud: dump or endpoint"), status)


def _coverage(graph: Graph, base: str, properties: Sequence[Term], languages: Sequence[str]) -> Iterator[Check]:
    """How many of the published things have a label in each language. Geometries are no things that people read of."""
    labels = Labels.build(graph, properties, tuple(languages))
    geometries = set(graph.subjects(RDF.type, GEO.Geometry))
    things = [each for each in graph.subjects_sorted if each.startswith(f"<{base}id/") and each not in geometries]
    for tag in languages:
        without = [each for each in things if tag not in labels.texts.get(each, {})]
        share = 1 - len(without) / len(things) if things else 0.0
        title = Text(f"Dinge mit Bezeichnung auf „{tag}“", f'things with a label in "{tag}"')
        note = Text(f"{share:.1%} von {len(things)}", f"{share:.1%} of {len(things)}")
        findings = tuple(
            Finding(value(each), Text("ohne Bezeichnung", "without a label"), Status.WARNING) for each in without[:20]
        )
        yield Check(f"labels-{tag}", title, Status.WARNING if without else Status.PASSED, note, findings)


# FOOPS! --------------------------------------------------------------------------------------------------------------

_EXTERNAL = Text("nur von außen messbar", "only the outside can tell")
_NEEDS_SERVER = Text("nur an einem laufenden Server messbar (--base-url)", "needs a running server (--base-url)")


def foops(contents: Contents, reach: Reach) -> tuple[Check, ...]:
    """The 24 checks of FOOPS!, by its names; each counts 1, parts of a check count in proportion."""
    me = iri(f"{contents.base}ontology")
    content = contents.read("ontology.ttl")
    graph = feeds.parse(content, ".ttl", "ontology.ttl") if content else Graph()
    return tuple(_foops(_Ontology(me, graph, graph.value(me, OWL.versionIRI)), contents, reach))


def _foops(ontology: _Ontology, contents: Contents, reach: Reach) -> Iterator[Check]:
    graph, me, has = ontology.graph, ontology.iri, ontology.has
    address = value(me)
    yield _graded("PURL1", Text("dauerhafte Adresse", "persistent URL"), [bool(PERSISTENT.match(address))])
    yield _asked("URI1", Text("IRI der Ontologie antwortet", "ontology IRI resolves"), reach, [(address, "text/turtle")])
    yield _graded(
        "URI2",
        Text("gleiche IRI in Datei und Adresse", "same IRI in file and address"),
        [(me, RDF.type, OWL.Ontology) in graph],
    )
    version = ontology.version
    yield _graded(
        "VER1",
        Text("Versions-IRI angegeben", "version IRI declared"),
        [version is not None, version is not None and version != me],
    )
    yield _asked(
        "VER2",
        Text("Versions-IRI antwortet", "version IRI resolves"),
        reach,
        [(value(version), "text/turtle")] if version else [],
    )
    creator = has(DCTERMS.creator, DC.creator)
    licence = has(DCTERMS.license, DCTERMS.rights)
    yield _graded(
        "OM1",
        Text("Mindestangaben", "minimum metadata"),
        [
            has(DCTERMS.title, DC.title, RDFS.label),
            has(DCTERMS.description, DC.description, RDFS.comment, DCTERMS.abstract),
            licence,
            version is not None,
            creator,
            has(VANN.preferredNamespaceUri),
        ],
    )
    yield _graded("FIND1", Text("Präfix angegeben", "prefix declared"), [has(VANN.preferredNamespacePrefix)])
    yield _external("FIND2", Text("Präfix in prefix.cc oder LOV", "prefix in prefix.cc or LOV"))
    listed = has(SCHEMA.includedInDataCatalog, iri("http://schema.org/includedInDataCatalog"))
    for key, title in (
        ("FIND3", Text("in einem Verzeichnis geführt", "listed in a registry or catalogue")),
        ("FIND3-bis", Text("Angaben bleiben erreichbar", "metadata stay reachable")),
    ):
        if key == "FIND3-bis":
            yield from _accessible(ontology, contents, reach)
        yield _graded(key, title, [True]) if listed else _external(key, title)
    yield from _interoperable(ontology, contents)
    yield _graded("DOC1", Text("Dokumentation als HTML", "HTML documentation"), ["ontology.html" in contents.files])
    yield _graded(
        "OM2",
        Text("empfohlene Angaben", "recommended metadata"),
        [
            has(VANN.preferredNamespacePrefix),
            has(OWL.versionInfo),
            has(DCTERMS.created),
            has(DCTERMS.bibliographicCitation),
        ],
    )
    yield _graded(
        "OM3",
        Text("ausführliche Angaben (DOI, Herausgeber, Logo, Stand, Quelle, Ausgabe)", "detailed metadata (DOI, publisher, logo, status, source, issued)"),
        [
            has(BIBO.doi),
            has(DCTERMS.publisher, DC.publisher),
            has(FOAF.logo, FOAF.depiction),
            has(BIBO.status),
            has(DCTERMS.source, DC.source),
            has(DCTERMS.issued),
        ],
    )  # fmt: skip
    yield _graded("OM4.1", Text("Lizenz angegeben", "licence declared"), [licence])
    yield _external("OM4.2", Text("Lizenz antwortet", "licence resolves"))
    yield _graded(
        "OM5.1",
        Text("Herkunft, knapp (erstellt, Urheber)", "basic provenance (created, author)"),
        [has(DCTERMS.created), creator],
    )
    yield _graded(
        "OM5.2",
        Text("Herkunft, vollständig (Ausgabe, Herausgeber)", "full provenance (issued, publisher)"),
        [has(DCTERMS.issued), has(DCTERMS.publisher, DC.publisher)],
    )
    terms = ontology.terms
    for key, title, properties in (
        ("VOC3", Text("Begriffe mit Bezeichnung", "terms with a label"), _LABELS),
        ("VOC4", Text("Begriffe mit Definition", "terms with a definition"), _DEFINITIONS),
    ):
        yield _graded(key, title, [any(graph.objects(each, p) for p in properties) for each in terms])


def _accessible(ontology: _Ontology, contents: Contents, reach: Reach) -> Iterator[Check]:
    address = value(ontology.iri)
    yield _asked(
        "CN1",
        Text("Aushandlung: HTML und RDF", "negotiation: HTML and RDF"),
        reach,
        [(address, "text/html"), (address, "text/turtle")],
    )
    yield _graded("HTTP1", Text("offenes Protokoll", "open protocol"), [contents.base.startswith(("http://", "https://"))])


def _interoperable(ontology: _Ontology, contents: Contents) -> Iterator[Check]:
    graph, me = ontology.graph, ontology.iri
    has_rdf = any(f"ontology{each}" in contents.files for each in (".ttl", ".rdf", ".jsonld", ".nt"))
    yield _graded("RDF1", Text("als RDF erhältlich", "available in RDF"), [has_rdf and len(graph) > 0])
    metadata = {value(p) for p, _ in graph.about(me)}
    yield _graded(
        "VOC1",
        Text("Angaben mit bekannten Vokabularen", "metadata use known vocabularies"),
        [any(each.startswith(_KNOWN_VOCABULARIES) and not each.startswith(_CORE) for each in metadata)],
    )
    used = {
        value(o)
        for property_ in (RDFS.subClassOf, RDFS.subPropertyOf, OWL.imports, SKOS.closeMatch, SKOS.exactMatch, RDFS.range)
        for _, o in graph.pairs(property_)
        if is_iri(o)
    }
    own = value(me)
    yield _graded(
        "VOC2",
        Text("nutzt bekannte Vokabulare", "reuses known vocabularies"),
        [any(each.startswith(_KNOWN_VOCABULARIES) and not each.startswith((own, *_CORE)) for each in used)],
    )


def _graded(key: str, title: Text, parts: Sequence[bool]) -> Check:
    """A check by its parts: the share that is met."""
    met = sum(parts)
    points = met / len(parts) if parts else 0.0
    status = Status.PASSED if points == 1 else Status.WARNING
    note = Text(f"{met} von {len(parts)}", f"{met} of {len(parts)}") if len(parts) > 1 else Text("", "")
    return Check(
        f"foops.{key}", Text(f"FOOPS! {key}: {title.de}", f"FOOPS! {key}: {title.en}"), status, note, (), points, 1.0
    )


def _external(key: str, title: Text) -> Check:
    return Check(
        f"foops.{key}",
        Text(f"FOOPS! {key}: {title.de}", f"FOOPS! {key}: {title.en}"),
        Status.EXTERNAL,
        _EXTERNAL,
        (),
        None,
        1.0,
    )


def _asked(key: str, title: Text, reach: Reach, requests: Sequence[tuple[str, str]]) -> Check:
    """A check that asks a running server: each address with its Accept header must answer with that type."""
    if not requests:
        return _graded(key, title, [False])
    if not reach.is_server:
        return Check(
            f"foops.{key}", Text(f"FOOPS! {key}: {title.de}", f"FOOPS! {key}: {title.en}"), Status.NOT_MEASURED, _NEEDS_SERVER, (), None, 1.0
        )  # fmt: skip
    answers = [(reach.ask(url, "GET", accept), accept) for url, accept in requests]
    return _graded(key, title, [a is not None and a.is_there and a.media_type == accept for a, accept in answers])
