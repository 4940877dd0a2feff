"""Preflight: what portals, scores and yardsticks will say of a release, said before they do.

measure(contents, …) -> Measured   five parts: official shapes, conventions, score, reading back, yardsticks
files(measured, …)                 the report as JSON and as RDF (DQV), part of the release
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from .. import formats
from ..catalogue.feed import Profile
from ..catalogue.plan import catalogue_iri
from ..catalogue.writing import write
from ..files import File
from ..graphs import Graph
from ..terms import Term
from . import conventions, dqv, feeds, profiles, reading, score, shapes, yardsticks
from .contents import Contents
from .reach import Folder, Reach, Server
from .report import Check, Finding, Part, Report, Status
from .score import DatasetScore

if TYPE_CHECKING:
    from ..catalogue import Offer
    from ..pipeline import Publication

__all__ = [
    "Check",
    "Contents",
    "DatasetScore",
    "Finding",
    "Folder",
    "Measured",
    "Part",
    "Reach",
    "Report",
    "Server",
    "Status",
    "files",
    "measure",
    "of_publication",
]

QUALITY = "quality"


@dataclass(frozen=True)
class Measured:
    """A report and the score of each dataset that it sums up."""

    report: Report
    scores: tuple[DatasetScore, ...]


def measure(
    contents: Contents,
    graph: Graph,
    *,
    label_properties: Sequence[Term],
    languages: Sequence[str],
    folder: Path | None = None,
    reach: Reach | None = None,
) -> Measured:
    """Measure everything that can be measured. `graph` is everything published.

    `folder` holds the official shapes; without it their checks say "not measured". `reach` is a running server; without it
    addresses are looked up among the files. Raises MoroError when there is no catalogue or an official file is missing.
    """
    asked: Reach = reach or Folder(contents)
    read = {profile: feeds.read(contents, profile) for profile in Profile}
    official = shapes.measure(read, folder)
    broken = shapes.violations(official, profiles.PROFILES[0])
    compliant = None if broken is None else not broken
    european = read[Profile.EUROPEAN]
    report = Report(
        contents.version,
        contents.date,
        (
            official,
            conventions.measure(read, contents),
            score.measure(european, asked, compliant),
            reading.measure(read, contents, asked),
            yardsticks.measure(read, contents, asked, graph, label_properties, languages),
        ),
    )
    return Measured(report, score.scores_of(european, asked, compliant))


def of_publication(
    publication: Publication, offer: Offer, dumps: Iterable[File], folder: Path | None = None
) -> Measured | None:
    """The preflight of what is about to be published; None for a publication without datasets.

    `dumps` are the files of data and vocabulary, `offer` the catalogue with its files. Pages are made later, from this report
    too: those that the catalogue and the ontology promise are taken to be there, and a preflight of the finished release
    looks at them.
    """
    if not offer.catalogue.datasets:
        return None
    settings = publication.settings
    site_url = publication.project.site_url
    pages = {each.landing_page.removeprefix(site_url) for each in offer.catalogue.datasets} | {"ontology.html"}
    promised = [File(PurePosixPath(page), b"", formats.HTML.media_type) for page in sorted(pages) if page]
    contents = Contents.of_files(
        (*dumps, *offer.files, *promised),
        base=settings.base,
        site_url=site_url,
        version=settings.release.version,
        date=settings.release.date.isoformat(),
    )
    return measure(
        contents,
        publication.graph,
        label_properties=[publication.project.term(each, "label_properties") for each in settings.label_properties],
        languages=settings.languages,
        folder=folder,
    )


def files(measured: Measured, base: str, prefixes: Mapping[str, str]) -> Iterator[File]:
    """The report as files of the site: `quality.json`, `quality.ttl`, `quality.jsonld`; its page is made by the site."""
    graph = dqv.write(measured.report, measured.scores, base, catalogue_iri(base))
    yield File(PurePosixPath(f"{QUALITY}.json"), measured.report.to_json(), formats.JSON.media_type)
    for each in (formats.TURTLE, formats.JSON_LD):
        yield File(PurePosixPath(f"{QUALITY}{each.extension}"), write(graph, each, prefixes), each.media_type)
