"""Part 3: the metadata quality score of data.europa.eu, indicator by indicator, 405 points in all.

Weights and lists as the European portal documents them. A dataset gets the points of its best distribution; the score of the
catalogue is the mean over its datasets. Accessibility is measured, not assumed: every address is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ..catalogue.tables import table
from ..errors import Text
from ..graphs import Graph
from ..namespaces import DCAT, DCTERMS
from ..terms import Term, is_iri, value
from .feeds import Feed
from .reach import Reach
from .report import Check, Finding, Part, Status

TITLE = Text("Punkte bei data.europa.eu", "Score at data.europa.eu")
MOST = 405
RATINGS = (
    (351, Text("Ausgezeichnet", "Excellent")),
    (221, Text("Gut", "Good")),
    (121, Text("Ausreichend", "Sufficient")),
    (0, Text("Schlecht", "Bad")),
)
IANA = ("<https://www.iana.org/assignments/media-types/", "<http://www.iana.org/assignments/media-types/")

Yes = bool | None
"""Whether an indicator is met; None: not measured."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator with its weight, and the dimension that it belongs to."""

    key: str
    dimension: str
    points: int
    title: Text


INDICATORS: tuple[Indicator, ...] = (
    Indicator("keyword", "findability", 30, Text("Schlagwort", "keyword")),
    Indicator("category", "findability", 30, Text("Kategorie", "category")),
    Indicator("spatial", "findability", 20, Text("räumlicher Bezug", "geo search")),
    Indicator("temporal", "findability", 20, Text("zeitlicher Bezug", "time search")),
    Indicator("access-url", "accessibility", 50, Text("accessURL erreichbar", "accessURL reachable")),
    Indicator("download-url", "accessibility", 20, Text("downloadURL vorhanden", "downloadURL present")),
    Indicator("download-reachable", "accessibility", 30, Text("downloadURL erreichbar", "downloadURL reachable")),
    Indicator("format", "interoperability", 20, Text("Format", "format")),
    Indicator("media-type", "interoperability", 10, Text("Medientyp", "media type")),
    Indicator("vocabulary", "interoperability", 10, Text("beide aus den Listen", "both from the lists")),
    Indicator("open-format", "interoperability", 20, Text("offenes Format", "non-proprietary format")),
    Indicator("machine-readable", "interoperability", 20, Text("maschinenlesbar", "machine-readable")),
    Indicator("compliant", "interoperability", 30, Text("DCAT-AP eingehalten", "DCAT-AP compliant")),
    Indicator("licence", "reusability", 20, Text("Lizenz", "licence")),
    Indicator("known-licence", "reusability", 10, Text("Lizenz aus der Liste", "licence from the list")),
    Indicator("access-rights", "reusability", 10, Text("Zugangsrecht", "access rights")),
    Indicator("known-access-rights", "reusability", 5, Text("Zugangsrecht aus der Liste", "access rights from the list")),
    Indicator("contact", "reusability", 20, Text("Kontakt", "contact point")),
    Indicator("publisher", "reusability", 10, Text("Herausgeber", "publisher")),
    Indicator("rights", "contextuality", 5, Text("Rechte", "rights")),
    Indicator("size", "contextuality", 5, Text("Dateigröße", "file size")),
    Indicator("issued", "contextuality", 5, Text("Veröffentlichungstag", "date of issue")),
    Indicator("modified", "contextuality", 5, Text("Änderungstag", "date of change")),
)
DIMENSIONS: dict[str, Text] = {
    "findability": Text("Auffindbarkeit", "Findability"),
    "accessibility": Text("Zugänglichkeit", "Accessibility"),
    "interoperability": Text("Interoperabilität", "Interoperability"),
    "reusability": Text("Nachnutzbarkeit", "Reusability"),
    "contextuality": Text("Kontext", "Contextuality"),
}
_SERIOUS = frozenset({"access-url", "download-url", "download-reachable", "compliant", "licence", "known-licence"})
"""What is a fault of the feed when it is lost; other points are only worth having."""

_BY_KEY = {each.key: each for each in INDICATORS}


@dataclass(frozen=True, slots=True)
class DatasetScore:
    """The indicators of one dataset with its best distribution: key → met, not met, not measured."""

    dataset: Term
    met: dict[str, Yes]
    lost: tuple[Finding, ...]  # addresses that do not answer

    @property
    def points(self) -> int:
        """The points of what is met."""
        return sum(_BY_KEY[key].points for key, met in self.met.items() if met)

    @property
    def unmeasured(self) -> int:
        """The points of what could not be measured."""
        return sum(_BY_KEY[key].points for key, met in self.met.items() if met is None)


def measure(feed: Feed, reach: Reach, compliant: Yes) -> Part:
    """Part 3 for the European feed. `compliant` says whether the official shapes found no violation."""
    scores = scores_of(feed, reach, compliant)
    checks = [_check(indicator, scores) for indicator in INDICATORS]
    reached = sum(each.points for each in scores) / len(scores) if scores else 0.0
    open_points = sum(each.unmeasured for each in scores) / len(scores) if scores else 0.0
    rating = next(text for least, text in RATINGS if reached >= least)
    where_de = "am laufenden Server" if reach.is_server else "am Ordner der Veröffentlichung"
    where_en = "on the running server" if reach.is_server else "on the folder of the release"
    missing_de = f"; {_figure(open_points).replace('.', ',')} nicht gemessen" if open_points else ""
    missing_en = f"; {_figure(open_points)} not measured" if open_points else ""
    note = Text(
        f"{_figure(reached).replace('.', ',')} von {MOST} Punkten ({rating.de}), Erreichbarkeit {where_de} gemessen{missing_de}.",
        f"{_figure(reached)} of {MOST} points ({rating.en}), reachability measured {where_en}{missing_en}.",
    )
    return Part("score", TITLE, tuple(checks), note)


def _figure(points: float) -> str:
    return f"{points:.1f}".removesuffix(".0")


def scores_of(feed: Feed, reach: Reach, compliant: Yes) -> tuple[DatasetScore, ...]:
    """The score of each dataset of a feed."""
    endpoints = {endpoint for _, endpoint in feed.graph.pairs(DCAT.endpointURL)}
    asked: dict[Term, Yes] = {} if reach.is_server else dict.fromkeys(endpoints)  # no file answers for a service

    def answers(url: Term) -> Yes:
        if url not in asked:
            answer = reach.ask(value(url))
            asked[url] = None if answer is None else answer.is_there
        return asked[url]

    return tuple(_score(feed.graph, dataset, feed.distributions(dataset), answers, compliant) for dataset in feed.datasets)


def _score(
    graph: Graph, dataset: Term, distributions: Sequence[Term], answers: Callable[[Term], Yes], compliant: Yes
) -> DatasetScore:
    def has(node: Term, *properties: Term) -> bool:
        return any(graph.objects(node, each) for each in properties)

    access_rights = graph.objects(dataset, DCTERMS.accessRights)
    common: dict[str, Yes] = {
        "keyword": has(dataset, DCAT.keyword),
        "category": has(dataset, DCAT.theme),
        "spatial": has(dataset, DCTERMS.spatial),
        "temporal": has(dataset, DCTERMS.temporal),
        "compliant": compliant,
        "access-rights": bool(access_rights),
        "known-access-rights": any(each in table("access-rights") for each in access_rights),
        "contact": has(dataset, DCAT.contactPoint),
        "publisher": has(dataset, DCTERMS.publisher),
        "issued": has(dataset, DCTERMS.issued),
        "modified": has(dataset, DCTERMS.modified),
    }
    access = [url for each in distributions for url in graph.objects(each, DCAT.accessURL)]
    download = [url for each in distributions for url in graph.objects(each, DCAT.downloadURL)]
    common["access-url"] = _all(answers(url) for url in access)
    common["download-reachable"] = _all(answers(url) for url in download)
    lost = tuple(
        Finding(value(url), Text("antwortet nicht mit Erfolg", "does not answer with success"))
        for url in dict.fromkeys((*access, *download))
        if answers(url) is False
    )
    best: dict[str, Yes] = {}
    for each in distributions:
        own = _of_distribution(graph, each)
        if not best or _points(own) > _points(best):
            best = own
    if not best:
        best = _of_distribution(graph, '""')
    return DatasetScore(dataset, {**common, **best}, lost)


def _of_distribution(graph: Graph, distribution: Term) -> dict[str, Yes]:
    formats = graph.objects(distribution, DCTERMS.format)
    types = graph.objects(distribution, DCAT.mediaType)
    licences = graph.objects(distribution, DCTERMS.license)
    file_types = table("file-types")
    known_licences = {*table("licences").marked("europe")}
    return {
        "download-url": bool(graph.objects(distribution, DCAT.downloadURL)),
        "format": bool(formats),
        "media-type": bool(types),
        "vocabulary": any(each in file_types for each in formats)
        and any(is_iri(each) and each.startswith(IANA) for each in types),
        "open-format": any(each in file_types.marked("open") for each in formats),
        "machine-readable": any(each in file_types.marked("machine") for each in formats),
        "licence": bool(licences),
        "known-licence": any(each in known_licences or each in table("eu-licences") for each in licences),
        "rights": bool(graph.objects(distribution, DCTERMS.rights)),
        "size": bool(graph.objects(distribution, DCAT.byteSize)),
    }


def _points(met: dict[str, Yes]) -> int:
    return sum(_BY_KEY[key].points for key, each in met.items() if each)


def _all(answers: Iterable[Yes]) -> Yes:
    """True when all are; False when any is not or there is none; None when the rest could not be asked."""
    found = list(answers)
    if not found or False in found:
        return False
    return None if None in found else True


def _check(indicator: Indicator, scores: Sequence[DatasetScore]) -> Check:
    dimension = DIMENSIONS[indicator.dimension]
    title = Text(f"{dimension.de}: {indicator.title.de}", f"{dimension.en}: {indicator.title.en}")
    met = [each.met.get(indicator.key, False) for each in scores]
    measured = [each for each in met if each is not None]
    if scores and not measured:
        why = Text("von hier aus nicht messbar", "cannot be measured from here")
        return Check(indicator.key, title, Status.NOT_MEASURED, why, (), None, float(indicator.points))
    points = indicator.points * sum(bool(each) for each in met) / len(met) if met else 0.0
    findings = [
        Finding(value(each.dataset), Text("nicht erfüllt", "not met"))
        for each in scores
        if each.met.get(indicator.key, False) is False
    ]
    if indicator.key in ("access-url", "download-reachable"):
        findings += [lost for each in scores for lost in each.lost]
    lost = Status.FAILED if indicator.key in _SERIOUS else Status.WARNING
    status = lost if findings else (Status.NOT_MEASURED if None in met else Status.PASSED)
    return Check(indicator.key, title, status, Text("", ""), tuple(dict.fromkeys(findings)), points, float(indicator.points))
