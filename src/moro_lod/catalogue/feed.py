"""DCAT feeds: the catalogue as DCAT-AP 3.0.1 and as DCAT-AP.de 3.0.

What harvesters do with a feed decides its form. Everything has a stable IRI, but periods of time, which one portal fetches when
they have one. Whatever can be reached from a dataset is copied by another portal, so datasets are closed: nothing in one
leads to another. Terms of official tables are carried with type and labels, so that the bare file passes without
background knowledge. No date is younger than the content that it belongs to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from ..graphs import Graph, Triple
from ..namespaces import ADMS, DCAT, DCATAP, DCATDE, DCTERMS, FOAF, GEO, HYDRA, RDF, RDFS, SKOS, SPDX, VCARD, XSD
from ..terms import Term, iri, is_iri, literal, value
from . import tables
from .model import Box, Catalogue, Coverage, Dataset, Distribution, Service, Words
from .tables import table

PROTOCOL = iri("https://www.w3.org/TR/sparql11-protocol/")
IANA = "https://www.iana.org/assignments/media-types/"


class Profile(Enum):
    """The application profile that a feed follows; the value is the stem of its files."""

    EUROPEAN = "catalogue"  # DCAT-AP 3.0.1
    GERMAN = "catalogue-de"  # DCAT-AP.de 3.0


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a feed: its datasets, and the number of pages. Pages count from 1."""

    number: int
    of: int
    datasets: tuple[Dataset, ...]


def pages(catalogue: Catalogue) -> tuple[Page, ...]:
    """The pages of a feed, `page_size` datasets each; an empty catalogue has one empty page."""
    size = catalogue.page_size
    parts = [catalogue.datasets[at : at + size] for at in range(0, len(catalogue.datasets), size)] or [()]
    return tuple(Page(number, len(parts), part) for number, part in enumerate(parts, 1))


def page_name(profile: Profile, number: int, extension: str) -> str:
    """The file of a page: `catalogue.ttl`, `catalogue-page-2.ttl`, …"""
    return f"{profile.value}{extension}" if number == 1 else f"{profile.value}-page-{number}{extension}"


def write(catalogue: Catalogue, profile: Profile, page: Page) -> Graph:
    """One page of a feed, without the links between pages."""
    triples = [*_catalogue(catalogue, profile, page)]
    for dataset in page.datasets:
        triples += _dataset(catalogue, profile, dataset)
    used = {term for triple in triples for term in (triple[0], triple[2]) if is_iri(term)}
    return Graph((*triples, *tables.about(used - {triple[0] for triple in triples})))


def links(catalogue: Catalogue, profile: Profile, page: Page, extension: str) -> Graph:
    """The links between the pages of a feed in one format, with absolute URLs; empty for a feed of one page.

    Both the present terms of Hydra and the ones before them: readers know one or the other.
    """
    if page.of == 1:
        return Graph()

    def url(number: int) -> Term:
        return iri(catalogue.site_url + page_name(profile, number, extension))

    here = url(page.number)
    triples: list[Triple] = [
        (here, RDF.type, HYDRA.PartialCollectionView),
        (here, RDF.type, HYDRA.PagedCollection),
        (here, HYDRA.totalItems, literal(str(len(catalogue.datasets)), datatype=XSD.integer)),
        (here, HYDRA.itemsPerPage, literal(str(catalogue.page_size), datatype=XSD.integer)),
    ]
    for terms, number in (
        ((HYDRA.first, HYDRA.firstPage), 1),
        ((HYDRA.last, HYDRA.lastPage), page.of),
        ((HYDRA.next, HYDRA.nextPage), page.number + 1 if page.number < page.of else None),
        ((HYDRA.previous, HYDRA.previousPage), page.number - 1 if page.number > 1 else None),
    ):
        if number is not None:
            triples += [(here, term, url(number)) for term in terms]
    return Graph(triples)


def description(catalogue: Catalogue, dataset: Dataset) -> Graph:
    """What the publication says about one dataset where its identifier leads: the European feed's statements alone."""
    graph = write(catalogue, Profile.EUROPEAN, Page(1, 1, (dataset,)))
    kept = closure(graph, dataset.iri)
    return Graph((*(triple for triple in graph if triple[0] in kept), (catalogue.iri, DCAT.dataset, dataset.iri)))


def closure(graph: Graph, start: Term) -> frozenset[Term]:
    """Every subject that can be reached from a node by any predicate, the node included: what GovData copies with it."""
    seen, front = {start}, [start]
    while front:
        for _, target in graph.about(front.pop()):
            if target not in seen and target[0] != '"':
                seen.add(target)
                front.append(target)
    return frozenset(seen)


def _catalogue(catalogue: Catalogue, profile: Profile, page: Page) -> Iterator[Triple]:
    me = catalogue.iri
    yield me, RDF.type, DCAT.Catalog
    yield from _words(me, DCTERMS.title, catalogue.titles)
    notes = catalogue.contributor_notes if profile is Profile.GERMAN else {}
    joined = {tag: f"{text} {notes[tag]}" if tag in notes else text for tag, text in catalogue.descriptions.items()}
    yield from _words(me, DCTERMS.description, joined)
    yield me, DCTERMS.identifier, literal(value(me))
    yield me, DCTERMS.publisher, catalogue.publisher.iri
    yield me, DCAT.contactPoint, catalogue.contact.iri
    yield me, DCTERMS.issued, _day(catalogue.issued.isoformat())
    yield me, DCTERMS.modified, _day(catalogue.modified.isoformat())
    yield from _languages(me, catalogue)
    yield me, DCAT.version, literal(catalogue.version)
    yield me, DCTERMS.license, _licence(catalogue, profile)
    yield from _about_licence(catalogue, profile)
    yield me, FOAF.homepage, iri(catalogue.homepage)
    yield iri(catalogue.homepage), RDF.type, FOAF.Document
    themes = table("data-themes")
    yield me, DCAT.themeTaxonomy, themes.scheme
    yield from themes.about_scheme()
    yield me, DCTERMS.spatial, table("countries").term(catalogue.country)
    if profile is Profile.GERMAN:
        yield me, DCATAP.availability, table("availabilities").term(catalogue.availability)
    yield from _publisher(catalogue)
    yield from _contact(catalogue)
    for dataset in page.datasets:
        yield me, DCAT.dataset, dataset.iri
        if dataset.service:
            yield me, DCAT.service, dataset.service.iri


def _publisher(catalogue: Catalogue) -> Iterator[Triple]:
    agent = catalogue.publisher
    yield agent.iri, RDF.type, FOAF.Agent
    yield agent.iri, RDF.type, FOAF.Organization
    yield from _words(agent.iri, FOAF.name, agent.names)
    if agent.kind:
        yield agent.iri, DCTERMS.type, table("publisher-types").term(agent.kind)
    if agent.homepage:
        yield agent.iri, FOAF.homepage, iri(agent.homepage)
        yield iri(agent.homepage), RDF.type, FOAF.Document


def _contact(catalogue: Catalogue) -> Iterator[Triple]:
    contact = catalogue.contact
    yield contact.iri, RDF.type, VCARD.Kind
    yield contact.iri, RDF.type, VCARD.Organization
    name = next((contact.names[tag] for tag in catalogue.languages if tag in contact.names), "")
    yield contact.iri, VCARD.fn, literal(name)  # one at most, so without a language
    if contact.email:
        yield contact.iri, VCARD.hasEmail, iri(f"mailto:{contact.email.removeprefix('mailto:')}")
    if contact.url:
        yield contact.iri, VCARD.hasURL, iri(contact.url)


def _dataset(catalogue: Catalogue, profile: Profile, dataset: Dataset) -> Iterator[Triple]:
    me = dataset.iri
    yield me, RDF.type, DCAT.Dataset
    yield from _resource(catalogue, me, dataset)
    yield from _words(me, DCTERMS.title, dataset.titles)
    yield from _words(me, DCTERMS.description, dataset.descriptions)
    yield me, DCTERMS.identifier, literal(value(me))
    yield from _languages(me, catalogue)
    yield me, DCTERMS.accrualPeriodicity, table("frequencies").term(catalogue.frequency)
    yield me, DCTERMS.issued, _day(dataset.issued.isoformat())
    yield me, DCTERMS.modified, _day(dataset.modified.isoformat())
    yield me, DCAT.version, literal(dataset.version)
    if dataset.kind:
        yield me, DCTERMS.type, table("dataset-types").term(dataset.kind)
    if dataset.landing_page:
        yield me, DCAT.landingPage, iri(dataset.landing_page)
        yield iri(dataset.landing_page), RDF.type, FOAF.Document
    if dataset.previous_version:
        yield me, DCAT.previousVersion, dataset.previous_version
    if catalogue.standard:
        yield me, DCTERMS.conformsTo, catalogue.standard
        yield catalogue.standard, RDF.type, DCTERMS.Standard
        yield from _words(catalogue.standard, DCTERMS.title, catalogue.standard_titles)
    provenance = iri(f"{value(catalogue.iri)}#provenance")
    yield me, DCTERMS.provenance, provenance
    yield provenance, RDF.type, DCTERMS.ProvenanceStatement
    notes = catalogue.contributor_notes if profile is Profile.GERMAN else {}
    joined = {tag: f"{text} {notes[tag]}" if tag in notes else text for tag, text in catalogue.provenance.items()}
    yield from _words(provenance, RDFS.label, joined)
    yield from _coverage(catalogue, me, dataset.coverage)
    if profile is Profile.GERMAN:
        yield me, DCATDE.politicalGeocodingLevelURI, table("political-levels").term(catalogue.political_level)
        yield me, DCATAP.availability, table("availabilities").term(catalogue.availability)
        if catalogue.contributor:
            yield me, DCATDE.contributorID, catalogue.contributor
    for distribution in dataset.distributions:
        yield me, DCAT.distribution, distribution.iri
        yield from _distribution(catalogue, profile, distribution)
    if dataset.service:
        yield me, DCAT.distribution, dataset.service.distribution
        yield from _service_distribution(catalogue, profile, dataset, dataset.service)
        yield from _service(catalogue, profile, dataset, dataset.service)


def _resource(catalogue: Catalogue, me: Term, dataset: Dataset) -> Iterator[Triple]:
    """What a dataset and a service both have."""
    yield me, DCTERMS.publisher, catalogue.publisher.iri
    yield me, DCAT.contactPoint, catalogue.contact.iri
    yield me, DCTERMS.accessRights, table("access-rights").term(catalogue.access_rights)
    for theme in dataset.themes:
        yield me, DCAT.theme, table("data-themes").term(theme)
    for tag, words in dataset.keywords.items():
        for word in words:
            yield me, DCAT.keyword, literal(word, tag)


def _coverage(catalogue: Catalogue, me: Term, coverage: Coverage) -> Iterator[Triple]:
    countries = table("countries")
    yield me, DCTERMS.spatial, countries.term(catalogue.country)
    for place in coverage.places:
        yield me, DCTERMS.spatial, place.iri
        yield place.iri, RDF.type, DCTERMS.Location
        yield from _words(place.iri, SKOS.prefLabel, place.names)
    if coverage.box:
        extent = iri(f"{value(me)}#extent")
        yield me, DCTERMS.spatial, extent
        yield extent, RDF.type, DCTERMS.Location
        yield extent, DCAT.bbox, literal(polygon(coverage.box), datatype=GEO.wktLiteral)
        longitude, latitude = coverage.box.centre
        centroid = f"POINT({_degrees(longitude)} {_degrees(latitude)})"
        yield extent, DCAT.centroid, literal(centroid, datatype=GEO.wktLiteral)
        names = {"de": "Ausdehnung der Daten", "en": "extent of the data"}
        yield from _words(extent, SKOS.prefLabel, {tag: names[tag] for tag in catalogue.languages if tag in names})
    if coverage.start or coverage.end:
        period = f"_:period-{value(me).rpartition('/')[2]}"
        yield me, DCTERMS.temporal, period
        yield period, RDF.type, DCTERMS.PeriodOfTime
        if coverage.start:
            yield period, DCAT.startDate, _day(coverage.start.isoformat())
        if coverage.end:
            yield period, DCAT.endDate, _day(coverage.end.isoformat())


def polygon(box: Box) -> str:
    """A bounding box as WKT, counter-clockwise from the south-west, longitude first."""
    corners = (
        (box.west, box.south),
        (box.east, box.south),
        (box.east, box.north),
        (box.west, box.north),
        (box.west, box.south),
    )
    return f"POLYGON(({', '.join(f'{_degrees(x)} {_degrees(y)}' for x, y in corners)}))"


def _degrees(number: float) -> str:
    return f"{number:.5f}".rstrip("0").rstrip(".")


def _distribution(catalogue: Catalogue, profile: Profile, distribution: Distribution) -> Iterator[Triple]:
    me = distribution.iri
    yield me, RDF.type, DCAT.Distribution
    yield from _words(me, DCTERMS.title, distribution.titles)
    yield from _words(me, DCTERMS.description, distribution.descriptions)
    yield me, DCAT.accessURL, iri(distribution.url)
    yield me, DCAT.downloadURL, iri(distribution.url)
    yield me, DCTERMS.format, iri(distribution.format.file_type_iri)
    yield from _media_type(me, DCAT.mediaType, distribution.format.media_type)
    if distribution.compression:
        yield from _media_type(me, DCAT.compressFormat, distribution.compression.media_type)
    yield me, DCAT.byteSize, literal(str(distribution.size), datatype=XSD.nonNegativeInteger)
    checksum = iri(f"{value(me)}-sha256")
    yield me, SPDX.checksum, checksum
    yield checksum, RDF.type, SPDX.Checksum
    yield checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256
    yield SPDX.checksumAlgorithm_sha256, RDF.type, SPDX.ChecksumAlgorithm
    yield checksum, SPDX.checksumValue, literal(distribution.sha256, datatype=XSD.hexBinary)
    yield me, DCTERMS.issued, _day(distribution.issued.isoformat())
    yield me, DCTERMS.modified, _day(distribution.modified.isoformat())
    if distribution.format.rdf and catalogue.standard:
        yield me, DCTERMS.conformsTo, catalogue.standard
    yield from _terms_of_use(catalogue, profile, me)


def _service_distribution(catalogue: Catalogue, profile: Profile, dataset: Dataset, service: Service) -> Iterator[Triple]:
    """The way to the endpoint: no file to download, and its address is the service's."""
    me = service.distribution
    yield me, RDF.type, DCAT.Distribution
    yield from _words(me, DCTERMS.title, service.titles)
    yield from _words(me, DCTERMS.description, service.descriptions)
    yield me, DCAT.accessURL, iri(service.endpoint_url)
    yield me, DCAT.accessService, service.iri
    yield me, DCTERMS.format, table("file-types").term("SPARQLQ")
    yield from _media_type(me, DCAT.mediaType, "application/sparql-query")
    yield me, DCTERMS.issued, _day(dataset.issued.isoformat())
    yield me, DCTERMS.modified, _day(dataset.modified.isoformat())
    yield from _terms_of_use(catalogue, profile, me)


def _terms_of_use(catalogue: Catalogue, profile: Profile, me: Term) -> Iterator[Triple]:
    yield from _languages(me, catalogue)
    yield me, DCTERMS.license, _licence(catalogue, profile)
    yield from _about_licence(catalogue, profile)
    rights = iri(f"{value(catalogue.iri)}#rights")
    yield me, DCTERMS.rights, rights
    yield rights, RDF.type, DCTERMS.RightsStatement
    yield from _words(rights, RDFS.label, catalogue.rights)
    yield me, DCATAP.availability, table("availabilities").term(catalogue.availability)
    yield me, ADMS.status, table("distribution-statuses").term("COMPLETED")
    if profile is Profile.GERMAN:
        yield from _words(me, DCATDE.licenseAttributionByText, catalogue.licence.attributions)


def _service(catalogue: Catalogue, profile: Profile, dataset: Dataset, service: Service) -> Iterator[Triple]:
    me = service.iri
    yield me, RDF.type, DCAT.DataService
    yield from _resource(catalogue, me, dataset)
    yield from _words(me, DCTERMS.title, service.titles)
    yield from _words(me, DCTERMS.description, service.descriptions)
    yield me, DCTERMS.identifier, literal(value(me))
    yield me, DCAT.endpointURL, iri(service.endpoint_url)
    yield me, DCAT.endpointDescription, iri(service.description_url)
    yield iri(service.endpoint_url), RDF.type, RDFS.Resource  # one of the official files asks for the type
    yield iri(service.description_url), RDF.type, RDFS.Resource
    yield me, DCAT.servesDataset, dataset.iri
    yield me, DCTERMS.conformsTo, PROTOCOL
    yield PROTOCOL, RDF.type, DCTERMS.Standard
    yield PROTOCOL, DCTERMS.title, literal("SPARQL 1.1 Protocol", "en")
    yield me, DCTERMS.license, _licence(catalogue, profile)
    if profile is Profile.GERMAN:
        yield me, DCATAP.availability, table("availabilities").term(catalogue.availability)


def _licence(catalogue: Catalogue, profile: Profile) -> Term:
    return catalogue.licence.german if profile is Profile.GERMAN else catalogue.licence.european


def _about_licence(catalogue: Catalogue, profile: Profile) -> Iterator[Triple]:
    """The licence with its own titles; type and scheme as its list has them."""
    me = _licence(catalogue, profile)
    yield me, RDF.type, DCTERMS.LicenseDocument
    yield from _words(me, DCTERMS.title, catalogue.licence.titles)
    yield me, DCTERMS.type, table("licence-types").term(catalogue.licence.kind)
    if catalogue.licence.url:
        yield me, FOAF.homepage, iri(catalogue.licence.url)
        yield iri(catalogue.licence.url), RDF.type, FOAF.Document
    for name in ("licences", "eu-licences"):
        yield from table(name).about(me)


def _languages(me: Term, catalogue: Catalogue) -> Iterator[Triple]:
    for tag in catalogue.languages:
        term = tables.language_term(tag)
        if term:
            yield me, DCTERMS.language, term


def _media_type(me: Term, property_: Term, media_type: str) -> Iterator[Triple]:
    term = iri(IANA + media_type)
    yield me, property_, term
    yield term, RDF.type, DCTERMS.MediaType


def _words(me: Term, property_: Term, words: Words) -> Iterator[Triple]:
    for tag, text in words.items():
        yield me, property_, literal(text, tag)


def _day(text: str) -> Term:
    return literal(text, datatype=XSD.date)


def all_pages(catalogue: Catalogue, profile: Profile) -> Sequence[tuple[Page, Graph]]:
    """Every page of a feed with its graph."""
    return [(page, write(catalogue, profile, page)) for page in pages(catalogue)]


def union(graphs: Iterable[Graph]) -> Graph:
    """All statements of some pages together."""
    return Graph(triple for graph in graphs for triple in graph)
