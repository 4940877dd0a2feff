"""Part 2: what harvesters expect and no shape covers, first of all the conventions of GovData."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..catalogue.feed import Profile, closure
from ..catalogue.tables import language_tag, table
from ..errors import Text
from ..namespaces import (
    ADMS,
    DCAT,
    DCATAP,
    DCATDE,
    DCTERMS,
    FOAF,
    OWL,
    RDF,
    VCARD,
)  # fmt: skip
from ..terms import Term, is_blank, is_iri, is_literal, language, value
from .contents import Contents
from .feeds import Feed
from .report import Check, Finding, Part, Status

TITLE = Text("Konventionen der Portale", "Conventions of the portals")
LARGEST_PAGE = 50 * 1024 * 1024  # bytes GovData reads of one page
SHORTEST, LONGEST = 50, 5000  # characters of a description for Google Dataset Search
_DEPRECATED = (
    DCATDE.politicalGeocodingURI, DCATDE.geocodingDescription, DCATDE.legalBasis, DCATDE.qualityProcessURI,
    DCATDE.originator, DCATDE.maintainer, OWL.versionInfo, DCTERMS.hasVersion, DCTERMS.isVersionOf,
    "<http://www.w3.org/ns/adms#versionInfo>", "<http://schema.org/startDate>", "<http://schema.org/endDate>",
)  # fmt: skip
_WRONG_NAMESPACES = ("<http://data.europa.eu/r5r#", "<http://www.w3.org/ns/dcat-ap#", "<https://www.w3.org/ns/dcat#")
_IRI_VALUES = (
    DCTERMS.format, DCAT.mediaType, DCTERMS.language, DCTERMS.accrualPeriodicity, DCTERMS.accessRights, DCAT.theme,
    DCTERMS.license, DCATAP.availability, ADMS.status, DCTERMS.spatial, VCARD.hasEmail, VCARD.hasURL, DCAT.accessURL,
    DCAT.downloadURL, DCATDE.contributorID, DCTERMS.publisher, DCAT.contactPoint, FOAF.homepage,
)  # fmt: skip
_WEB = re.compile(r"<https?://[^\s<>]+>$")


@dataclass(frozen=True, slots=True)
class _Convention:
    key: str
    title: Text
    find: Callable[[Feed, Contents], Iterable[Finding]]
    only: Profile | None = None


def measure(read: Mapping[Profile, Feed], contents: Contents) -> Part:
    """Part 2, each convention on each feed that it concerns."""
    checks = []
    for convention in _CONVENTIONS:
        findings: list[Finding] = []
        for profile, feed in read.items():
            if convention.only in (None, profile):
                findings += [
                    Finding(f"{profile.value}: {each.where}", each.problem, each.status)
                    for each in convention.find(feed, contents)
                ]
        checks.append(Check.of(convention.key, convention.title, findings))
    return Part("conventions", TITLE, tuple(checks))


def _closed(feed: Feed, _: Contents) -> Iterator[Finding]:
    """GovData copies whatever can be reached from a dataset, and removes it the same way."""
    others = {
        *feed.datasets,
        *feed.graph.subjects(RDF.type, DCAT.Catalog),
        *feed.graph.subjects(RDF.type, DCAT.DatasetSeries),
    }
    for dataset in feed.datasets:
        for other in sorted((closure(feed.graph, dataset) & others) - {dataset}):
            yield Finding(
                value(dataset),
                Text(
                    f"führt zu {value(other)}, das dann mitkopiert wird",
                    f"leads to {value(other)}, which is then copied too",
                ),
            )


def _contributor(feed: Feed, _: Contents) -> Iterator[Finding]:
    contributors = table("contributors")
    for dataset in feed.datasets:
        found = feed.graph.objects(dataset, DCATDE.contributorID)
        if len(found) != 1:
            yield Finding(
                value(dataset),
                Text(
                    f"{len(found)} Datenbereitsteller-IDs statt einer; indirekt Liefernde ergänzt ihr Portal",
                    f"{len(found)} contributor IDs instead of one; indirect suppliers get theirs from their portal",
                ),
                Status.FAILED if found else Status.WARNING,
            )
        for each in found:
            if each not in contributors:
                text = Text(
                    f"{value(each)} steht nicht in der Liste (Stand {contributors.version})",
                    f"{value(each)} is not in the list (as of {contributors.version})",
                )
                yield Finding(value(dataset), text)


def _licences(feed: Feed, _: Contents) -> Iterator[Finding]:
    lists = [table("licences")] if feed.profile is Profile.GERMAN else [table("eu-licences"), table("licences")]
    for dataset in feed.datasets:
        used: set[Term] = set()
        for distribution in feed.distributions(dataset):
            found = feed.graph.objects(distribution, DCTERMS.license)
            used.update(found)
            if len(found) != 1:
                yield Finding(
                    value(distribution),
                    Text(f"{len(found)} Lizenzen statt einer", f"{len(found)} licences instead of one"),
                )
            for each in found:
                if not any(each in known for known in lists):
                    yield Finding(
                        value(distribution),
                        Text(f"Lizenz {value(each)} steht in keiner Liste", f"licence {value(each)} is in no list"),
                    )
        if len(used) > 1:
            yield Finding(
                value(dataset),
                Text("Distributionen unter verschiedenen Lizenzen", "distributions under different licences"),
                Status.WARNING,
            )


def _attribution(feed: Feed, _: Contents) -> Iterator[Finding]:
    asking = table("licences").marked("attribution")
    for dataset in feed.datasets:
        for distribution in feed.distributions(dataset):
            asks = asking & set(feed.graph.objects(distribution, DCTERMS.license))
            if asks and not feed.graph.objects(distribution, DCATDE.licenseAttributionByText):
                yield Finding(
                    value(distribution),
                    Text("die Lizenz verlangt einen Namensnennungstext", "the licence asks for an attribution text"),
                )


def _one_way(feed: Feed, _: Contents) -> Iterator[Finding]:
    """One distribution for one way of access: a file with both addresses equal, or a service."""
    for dataset in feed.datasets:
        if not feed.distributions(dataset):
            yield Finding(value(dataset), Text("keine Distribution", "no distribution"))
        for each in feed.distributions(dataset):
            access = feed.graph.objects(each, DCAT.accessURL)
            download = feed.graph.objects(each, DCAT.downloadURL)
            services = feed.graph.objects(each, DCAT.accessService)
            if services:
                if download:
                    yield Finding(value(each), Text("Dienst mit downloadURL", "a service with a downloadURL"))
                endpoints = {url for service in services for url in feed.graph.objects(service, DCAT.endpointURL)}
                if set(access) != endpoints:
                    yield Finding(
                        value(each),
                        Text("accessURL ist nicht die Adresse des Dienstes", "accessURL is not the service's address"),
                    )
            elif not download or access != download:
                yield Finding(
                    value(each),
                    Text("accessURL und downloadURL sind nicht gleich", "accessURL and downloadURL are not equal"),
                )


def _services(feed: Feed, _: Contents) -> Iterator[Finding]:
    for service in feed.graph.subjects(RDF.type, DCAT.DataService):
        served = feed.graph.objects(service, DCAT.servesDataset)
        if len(served) != 1:
            yield Finding(
                value(service),
                Text(
                    f"bedient {len(served)} Datensätze; jeder zöge die anderen mit",
                    f"serves {len(served)} datasets; each would drag the others along",
                ),
            )


def _identifiers(feed: Feed, _: Contents) -> Iterator[Finding]:
    counted: Counter[Term] = Counter()
    for dataset in feed.datasets:
        found = feed.graph.objects(dataset, DCTERMS.identifier)
        counted.update(found)
        if len(found) != 1:
            yield Finding(
                value(dataset), Text(f"{len(found)} Bezeichner statt eines", f"{len(found)} identifiers instead of one")
            )
        for property_, name in ((DCTERMS.modified, "dct:modified"), (DCTERMS.issued, "dct:issued")):
            if len(feed.graph.objects(dataset, property_)) != 1:
                yield Finding(value(dataset), Text(f"{name} fehlt oder ist mehrfach", f"{name} is missing or repeated"))
    for identifier, count in counted.items():
        if count > 1:
            yield Finding(value(identifier), Text(f"Bezeichner von {count} Datensätzen", f"identifier of {count} datasets"))


def _dates(feed: Feed, contents: Contents) -> Iterator[Finding]:
    for class_ in (DCAT.Dataset, DCAT.Distribution, DCAT.Catalog):
        for node in feed.graph.subjects(RDF.type, class_):
            issued = [value(each) for each in feed.graph.objects(node, DCTERMS.issued)]
            modified = [value(each) for each in feed.graph.objects(node, DCTERMS.modified)]
            if issued and modified and min(modified) < max(issued):
                yield Finding(value(node), Text("geändert vor der Veröffentlichung", "modified before it was issued"))
            if modified and max(modified) > contents.date:
                yield Finding(
                    value(node),
                    Text("geändert nach dem Tag der Veröffentlichung", "modified after the day of the release"),
                )


def _namespaces(feed: Feed, _: Contents) -> Iterator[Finding]:
    for s, p, _o in feed.graph:
        if p.startswith(_WRONG_NAMESPACES):
            yield Finding(
                value(s),
                Text(f"{value(p)} liegt im falschen Namensraum", f"{value(p)} is in the wrong namespace"),
            )


def _deprecated(feed: Feed, _: Contents) -> Iterator[Finding]:
    for property_ in _DEPRECATED:
        for node, _o in feed.graph.pairs(property_):
            yield Finding(value(node), Text(f"{value(property_)} ist veraltet", f"{value(property_)} is deprecated"))
    for node, status in feed.graph.pairs(ADMS.status):
        if "purl.org/adms/status" in status:
            yield Finding(value(node), Text("adms:status aus der alten Liste", "adms:status from the old list"))


def _stable(feed: Feed, _: Contents) -> Iterator[Finding]:
    """A blank node is made anew at each harvest; only periods may be one."""
    periods = set(feed.graph.subjects(RDF.type, DCTERMS.PeriodOfTime))
    for node in feed.graph.subjects_sorted:
        if is_blank(node) and node not in periods:
            kinds = ", ".join(value(each) for each in feed.graph.objects(node, RDF.type))
            yield Finding(node, Text(f"leerer Knoten ({kinds})", f"blank node ({kinds})"))
    for node in periods:
        if is_iri(node):
            yield Finding(
                value(node),
                Text(
                    "Zeitraum mit IRI: manche Portale rufen sie ab und verlieren ihn",
                    "period with an IRI: some portals fetch it and lose the period",
                ),
            )


def _one_kind(feed: Feed, _: Contents) -> Iterator[Finding]:
    kinds = (DCAT.Catalog, DCAT.Dataset, DCAT.DatasetSeries, DCAT.DataService, DCAT.Distribution)
    for node in feed.graph.subjects_sorted:
        found = [each for each in feed.graph.objects(node, RDF.type) if each in kinds]
        if len(found) > 1:
            names = ", ".join(value(each).rpartition("#")[2] for each in found)
            yield Finding(value(node), Text(f"zugleich {names}", f"{names} at once"))


def _tagged(feed: Feed, _: Contents) -> Iterator[Finding]:
    """Portals pick the text in their language, else any: every text in every language of the catalogue."""
    graph = feed.graph
    wanted = {
        language_tag(each)
        for node in graph.subjects(RDF.type, DCAT.Catalog)
        for each in graph.objects(node, DCTERMS.language)
    }
    for class_ in (DCAT.Catalog, DCAT.Dataset, DCAT.Distribution, DCAT.DataService):
        for node in graph.subjects(RDF.type, class_):
            for property_ in (DCTERMS.title, DCTERMS.description, DCAT.keyword):
                texts = graph.objects(node, property_)
                tags = {language(each).partition("-")[0].lower() for each in texts if is_literal(each)}
                if texts and (lost := sorted(wanted - tags)):
                    name = value(property_).rpartition("/")[2].rpartition("#")[2]
                    yield Finding(
                        value(node),
                        Text(f"{name} fehlt in: {', '.join(lost)}", f"{name} is missing in: {', '.join(lost)}"),
                    )


def _descriptions(feed: Feed, _: Contents) -> Iterator[Finding]:
    for dataset in feed.datasets:
        for each in feed.graph.objects(dataset, DCTERMS.description):
            length = len(value(each))
            if not SHORTEST <= length <= LONGEST:
                yield Finding(
                    value(dataset),
                    Text(
                        f"Beschreibung ({language(each)}) mit {length} Zeichen; Suchmaschinen wollen {SHORTEST} bis {LONGEST}",
                        f"description ({language(each)}) of {length} characters; search engines want {SHORTEST} to {LONGEST}",
                    ),
                    Status.WARNING,
                )


def _terms(feed: Feed, _: Contents) -> Iterator[Finding]:
    for property_ in _IRI_VALUES:
        for node, target in feed.graph.pairs(property_):
            if is_literal(target):
                name = value(property_)
                yield Finding(value(node), Text(f"{name} als Text statt IRI", f"{name} as text instead of an IRI"))
    for property_ in (DCAT.accessURL, DCAT.downloadURL, DCAT.landingPage, FOAF.homepage):
        for node, target in feed.graph.pairs(property_):
            if is_iri(target) and not _WEB.match(target):
                yield Finding(value(node), Text(f"{target} ist keine Webadresse", f"{target} is no web address"))


def _pages(feed: Feed, contents: Contents) -> Iterator[Finding]:
    expected = {len(each) for each in feed.pages.values()}
    if len(expected) != 1:
        yield Finding(
            feed.profile.value, Text("nicht in jedem Format gleich viele Seiten", "not as many pages in every format")
        )
    for pages in feed.pages.values():
        for page in pages:
            if page.size > LARGEST_PAGE:
                yield Finding(page.path, Text("größer als 50 MB", "larger than 50 MB"))
            following = page.next
            if following and not contents.serves(following):
                yield Finding(
                    page.path, Text(f"die nächste Seite {following} fehlt", f"the next page {following} is missing")
                )
        if pages and pages[-1].next and contents.serves(pages[-1].next or ""):
            yield Finding(pages[-1].path, Text("die Seiten drehen sich im Kreis", "the pages run in a circle"))


def _landing(feed: Feed, contents: Contents) -> Iterator[Finding]:
    for node, page in feed.graph.pairs(DCAT.landingPage):
        if value(page).startswith(contents.site_url) and not contents.serves(value(page)):
            yield Finding(
                value(node), Text(f"die Seite {value(page)} fehlt", f"the page {value(page)} is missing"), Status.WARNING
            )


def _same_datasets(feed: Feed, _: Contents) -> Iterator[Finding]:
    listed = {o for s, o in feed.graph.pairs(DCAT.dataset) if s in feed.graph.subjects(RDF.type, DCAT.Catalog)}
    for each in sorted(set(feed.datasets) ^ listed):
        yield Finding(value(each), Text("beschrieben oder gelistet, aber nicht beides", "described or listed, but not both"))


_CONVENTIONS: Sequence[_Convention] = (
    _Convention("closure", Text("Jeder Datensatz ist in sich geschlossen", "Every dataset is closed"), _closed),
    _Convention(
        "contributor",
        Text("Genau eine Datenbereitsteller-ID aus der Liste", "Exactly one contributor ID from the list"),
        _contributor,
        Profile.GERMAN,
    ),
    _Convention("licence", Text("Genau eine Lizenz aus der Liste je Distribution", "Exactly one licence from the list a distribution"), _licences),
    _Convention("attribution", Text("Namensnennungstext, wo die Lizenz ihn verlangt", "Attribution text where the licence asks for it"), _attribution, Profile.GERMAN),
    _Convention("access", Text("Ein Zugangsweg je Distribution, accessURL = downloadURL", "One way of access a distribution, accessURL = downloadURL"), _one_way),
    _Convention("services", Text("Jeder Dienst bedient einen Datensatz", "Every service serves one dataset"), _services),
    _Convention("identifiers", Text("Bezeichner und Daten eindeutig und vollständig", "Identifiers and dates unique and complete"), _identifiers),
    _Convention("dates", Text("Änderungsdaten passen zum Stand", "Dates of change fit the release"), _dates),
    _Convention("namespaces", Text("Begriffe in ihrem Namensraum (r5r/)", "Terms in their namespace (r5r/)"), _namespaces),
    _Convention("deprecated", Text("Keine veralteten Eigenschaften", "No deprecated properties"), _deprecated),
    _Convention("stable", Text("Feste IRIs; leere Knoten nur für Zeiträume", "Stable IRIs; blank nodes only for periods"), _stable),
    _Convention("kinds", Text("Kein Knoten ist zweierlei", "No node is two things"), _one_kind),
    _Convention("languages", Text("Jeder Text in jeder Sprache, mit Sprachangabe", "Every text in every language, tagged"), _tagged),
    _Convention("descriptions", Text("Beschreibungen in der Länge, die Suchmaschinen wollen", "Descriptions of the length that search engines want"), _descriptions),
    _Convention("terms", Text("Angaben aus Listen als IRI, Adressen als Webadressen", "Values of lists as IRIs, addresses as web addresses"), _terms),
    _Convention("pages", Text("Seiten vollständig, unter 50 MB, ohne Kreis", "Pages complete, below 50 MB, no circle"), _pages),
    _Convention("listed", Text("Alle Datensätze gelistet und beschrieben", "All datasets listed and described"), _same_datasets),
    _Convention("landing", Text("Die Seite jedes Datensatzes gibt es", "The page of every dataset exists"), _landing),
)  # fmt: skip
