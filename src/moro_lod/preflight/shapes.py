"""Part 1: the feeds against the official shapes, as they are and with background knowledge; and the recommended properties."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from .. import validation
from ..catalogue import tables
from ..catalogue.feed import Profile
from ..errors import Text
from ..graphs import Graph, Triple
from ..namespaces import (
    DCAT,
    DCATAP,
    DCATDE,
    DCTERMS,
    FOAF,
    ORG,
    PREFIXES,
    RDF,
    RDFS,
    SH,
    SPDX,
    VCARD,
)  # fmt: skip
from ..terms import Term, value
from ..validation import Result
from . import feeds, profiles
from .feeds import Feed
from .profiles import PROFILES, ProfileSet
from .report import Check, Finding, Part, Status

TITLE = Text("Amtliche Regeln (SHACL)", "Official shapes (SHACL)")
_WITHOUT = Text(
    "Ohne die amtlichen Dateien nicht messbar; `moro-lod profiles fetch` holt sie, --profiles nennt ihren Ordner.",
    "Cannot be measured without the official files; `moro-lod profiles fetch` gets them, --profiles names their folder.",
)
BACKGROUND = "background"  # folder below the profiles with further vocabularies, if someone keeps them there


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a recommendation is not followed. `property` (and `focus`, the beginning of an IRI) say which."""

    property: Term
    focus: str
    why: Text


_TABLE_PLACE = Text(
    "Orte aus amtlichen Listen tragen kein Rechteck, denn ihre Umrisse gehören nicht zu diesen Daten; das Rechteck der Daten "
    "steht an ihrem eigenen Ort (#extent).",
    "Places of official lists carry no box, since their outlines are no part of these data; the box of the data is on a place "
    "of its own (#extent).",
)
_OWN_PLACE = Text(
    "Neben dem Land aus der EU-Liste nennt der Datensatz genauere Orte, die diese Liste nicht hat.",
    "Besides the country from the EU's list the dataset names finer places, which that list does not have.",
)
_NO_EU_BODY = Text(
    "Der Herausgeber steht nicht in der EU-Liste der Körperschaften.",
    "The publisher is not in the EU's list of corporate bodies.",
)
EXPLANATIONS: tuple[Explanation, ...] = (
    Explanation(DCAT.bbox, "<http://publications.europa.eu/", _TABLE_PLACE),
    Explanation(DCAT.centroid, "<http://publications.europa.eu/", _TABLE_PLACE),
    Explanation(DCAT.bbox, "<http://dcat-ap.de/", _TABLE_PLACE),
    Explanation(DCAT.centroid, "<http://dcat-ap.de/", _TABLE_PLACE),
    Explanation(DCTERMS.spatial, "<", _OWN_PLACE),
    Explanation(DCTERMS.publisher, "<", _NO_EU_BODY),
)

RECOMMENDED: Mapping[Profile, Mapping[Term, tuple[Term, ...]]] = {
    Profile.EUROPEAN: {
        DCAT.Catalog: (
            DCTERMS.issued, DCTERMS.modified, DCTERMS.language, DCTERMS.license, DCTERMS.spatial, FOAF.homepage,
            DCAT.themeTaxonomy,
        ),
        DCAT.Dataset: (
            DCAT.theme, DCAT.keyword, DCAT.contactPoint, DCTERMS.publisher, DCTERMS.spatial, DCTERMS.temporal,
            DCAT.distribution,
        ),
        DCAT.Distribution: (DCTERMS.license, DCTERMS.format, DCTERMS.description, DCATAP.availability),
        DCAT.DataService: (
            DCAT.endpointDescription, DCAT.servesDataset, DCAT.contactPoint, DCAT.keyword, DCAT.theme,
            DCTERMS.conformsTo, DCTERMS.publisher,
        ),
        FOAF.Agent: (DCTERMS.type,),
        DCTERMS.PeriodOfTime: (DCAT.startDate, DCAT.endDate),
        DCTERMS.LicenseDocument: (DCTERMS.type,),
        DCTERMS.Location: (DCAT.bbox, DCAT.centroid),
    },
    Profile.GERMAN: {
        DCAT.Catalog: (DCATAP.availability,),
        DCAT.Dataset: (DCATDE.politicalGeocodingLevelURI, DCATAP.availability),
        DCAT.Distribution: (DCTERMS.title, DCTERMS.modified),
    },
}  # fmt: skip
"""The recommended properties of each class; the German profile adds to the European one."""

MANDATORY: Mapping[Profile, Mapping[Term, tuple[Term, ...]]] = {
    Profile.EUROPEAN: {
        DCAT.Catalog: (DCTERMS.title, DCTERMS.description, DCTERMS.publisher),
        DCAT.Dataset: (DCTERMS.title, DCTERMS.description),
        DCAT.Distribution: (DCAT.accessURL,),
        DCAT.DataService: (DCTERMS.title, DCAT.endpointURL),
        FOAF.Agent: (FOAF.name,),
        SPDX.Checksum: (SPDX.algorithm, SPDX.checksumValue),
    },
    Profile.GERMAN: {
        DCAT.Dataset: (DCTERMS.publisher,),
        DCAT.Distribution: (DCTERMS.license,),
        DCAT.DataService: (DCTERMS.publisher,),
    },
}  # fmt: skip
"""The mandatory properties of each class, so that a preflight without official files still says something."""


def measure(read: Mapping[Profile, Feed], folder: Path | None) -> Part:
    """Part 1. Without a folder of official files their checks are not measured; our own lists are always checked."""
    checks: list[Check] = []
    for profile in PROFILES:
        feed = read[profile.feed]
        checks += list(_official(profile, feed, folder))
        checks.append(_listed(profile, feed, MANDATORY, Text("Pflichtfelder", "mandatory properties"), Status.FAILED))
        checks.append(
            _listed(profile, feed, RECOMMENDED, Text("empfohlene Felder", "recommended properties"), Status.WARNING)
        )
    return Part("shapes", TITLE, tuple(checks))


def violations(part: Part, profile: ProfileSet) -> bool | None:
    """Whether a profile's own shapes found violations in the bare feed; None when that was not measured."""
    check = next(each for each in part.checks if each.key == f"{profile.key}.bare")
    return None if check.status is Status.NOT_MEASURED else check.status is Status.FAILED


def _official(profile: ProfileSet, feed: Feed, folder: Path | None) -> Iterator[Check]:
    bare = Text(
        f"{profile.title}: der Katalog, wie er ist",
        f"{profile.title}: the bare feed",
    )
    known = Text(
        f"{profile.title}: mit Hintergrundwissen (amtliche Listen, Vokabulare)",
        f"{profile.title}: with background knowledge (official tables, vocabularies)",
    )
    advice = Text(
        f"{profile.title}: Empfehlungen und Vokabularlisten",
        f"{profile.title}: recommendations and lists of terms",
    )
    faults = Text(
        f"{profile.title}: bekannte Fehler der amtlichen Dateien",
        f"{profile.title}: known faults of the official files",
    )
    has_advice = any(not each.binding for each in profile.files)
    if folder is None:
        yield Check.not_measured(f"{profile.key}.bare", bare, _WITHOUT)
        yield Check.not_measured(f"{profile.key}.background", known, _WITHOUT)
        if has_advice:
            yield Check.not_measured(f"{profile.key}.advice", advice, _WITHOUT)
        return
    rules = profiles.load(profile, folder)
    pages = [page.without_paging for page in feed.main]
    background = _background(folder)
    for key, title, extra in (("bare", bare, Graph()), ("background", known, background)):
        findings = [each for page in pages for each in _findings(page, rules.binding, extra, Status.FAILED)]
        failed = sum(each.status is Status.FAILED for each in findings)
        yield Check.of(f"{profile.key}.{key}", title, findings, Text(f"{failed} Verstöße", f"{failed} violations"))
    if has_advice:
        found = [each for page in pages for each in _findings(page, rules.advice, Graph(), Status.WARNING)]
        open_ones = [each for each in found if each.status is not Status.PASSED]
        explained = sorted({each.problem for each in found if each.status is Status.PASSED})
        note = Text(
            " ".join((f"{len(open_ones)} Hinweise.", *(f"Begründet: {each.de}" for each in explained))),
            " ".join((f"{len(open_ones)} warnings.", *(f"Explained: {each.en}" for each in explained))),
        )
        yield Check.of(f"{profile.key}.advice", advice, open_ones, note)
    changed = [
        Finding(
            name,
            Text(
                "die Datei ist nicht die geprüfte Fassung (SHA-256); die Ergebnisse sind nicht vergleichbar",
                "the file is not the examined one (SHA-256); results cannot be compared",
            ),
            Status.WARNING,
        )
        for name in rules.changed
    ]
    texts = Text(" ".join(f"{each.de}." for each in rules.faults), " ".join(f"{each.en}." for each in rules.faults))
    status = Status.WARNING if changed else Status.NOTE
    yield Check(f"{profile.key}.faults", faults, status, texts, tuple(changed))


def _findings(page: Graph, shapes: Graph, background: Graph, gravest: Status) -> Iterator[Finding]:
    """What the shapes say about the nodes of a page. Results that have an explanation are passed, with that as their text."""
    data = page | background
    report = validation.validate(data, shapes, needs_focus=False)
    own = {term for s, _, o in page for term in (s, o)}
    for result in report.results:
        if result.focus_node in own:
            explained = _explanation(result, page)
            status = gravest if result.severity not in (SH.Warning, SH.Info) else Status.WARNING
            yield Finding(
                _shown(result.focus_node),
                explained or _problem(result),
                Status.PASSED if explained and status is Status.WARNING else status,
            )


def _problem(result: Result) -> Text:
    path = _short(result.path) if result.path else ""
    given = f" = {_shown(result.value)}" if result.value else ""
    kind = value(result.component).rpartition("#")[2].removesuffix("ConstraintComponent")
    de, en = result.message("de") or kind, result.message("en") or kind
    return Text(f"{path}{given}: {de}", f"{path}{given}: {en}")


def _explanation(result: Result, page: Graph) -> Text | None:
    for each in EXPLANATIONS:
        if result.path == each.property and result.focus_node.startswith(each.focus):
            if each.property == DCTERMS.spatial and not _names_country(page, result.focus_node):
                continue
            return each.why
    return None


def _names_country(page: Graph, node: Term) -> bool:
    return any(place in tables.table("countries") for place in page.objects(node, DCTERMS.spatial))


def _listed(
    profile: ProfileSet,
    feed: Feed,
    lists: Mapping[Profile, Mapping[Term, tuple[Term, ...]]],
    what: Text,
    gravest: Status,
) -> Check:
    """Whether every node of each class has the listed properties; explained absences are told in the note."""
    graph, findings, notes = feed.graph, [], set()
    wanted: dict[Term, tuple[Term, ...]] = dict(lists[Profile.EUROPEAN])
    if profile.feed is Profile.GERMAN:
        for class_, properties in lists[Profile.GERMAN].items():
            wanted[class_] = (*wanted.get(class_, ()), *properties)
    for class_, properties in wanted.items():
        for node in graph.subjects(RDF.type, class_):
            for property_ in properties:
                if not graph.objects(node, property_):
                    explained = next(
                        (e.why for e in EXPLANATIONS if e.property == property_ and node.startswith(e.focus)), None
                    )
                    if explained and gravest is Status.WARNING:
                        notes.add(explained)
                    else:
                        text = Text(f"{_short(property_)} fehlt", f"{_short(property_)} is missing")
                        findings.append(Finding(_shown(node), text, gravest))
    told = sorted(notes)
    note = Text(
        " ".join(f"Begründet: {each.de}" for each in told),
        " ".join(f"Explained: {each.en}" for each in told),
    )
    key = "mandatory" if gravest is Status.FAILED else "recommended"
    title = Text(f"{profile.title}: {what.de}", f"{profile.title}: {what.en}")
    return Check.of(f"{profile.key}.{key}", title, findings, note)


def _background(folder: Path) -> Graph:
    """Official tables as pinned here, the subclass axioms that the shapes rely on, and what a folder `background` holds."""
    triples: list[Triple] = [
        (FOAF.Organization, RDFS.subClassOf, FOAF.Agent),
        (ORG.Organization, RDFS.subClassOf, FOAF.Agent),
        (VCARD.Organization, RDFS.subClassOf, VCARD.Kind),
        (VCARD.Individual, RDFS.subClassOf, VCARD.Kind),
        (DCAT.Catalog, RDFS.subClassOf, DCAT.Dataset),
        (DCAT.Dataset, RDFS.subClassOf, DCAT.Resource),
        (DCAT.DataService, RDFS.subClassOf, DCAT.Resource),
    ]
    for name in tables.NAMES:
        table = tables.table(name)
        for code in table.entries:
            triples += table.about(table.term(code))
    for path in sorted((folder / BACKGROUND).glob("*")):
        if path.suffix in (".ttl", ".rdf", ".nt"):
            triples += feeds.parse(path.read_bytes(), path.suffix, str(path))
    return Graph(triples)


def _short(text: str) -> str:
    """A property or path with prefixes."""
    for prefix, namespace in PREFIXES.items():
        text = text.replace(f"<{namespace}", f"{prefix}:").replace(namespace, f"{prefix}:")
    return text.replace(">", "")


def _shown(term: Term) -> str:
    return value(term) if term[:1] != "_" else term
