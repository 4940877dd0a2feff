"""What portals, crawlers and search engines are told: DCAT feeds, VoID, schema.org, sitemap, typed links.

check(project)             settings that would spoil the catalogue stop everything, with their line
make(publication, dumps)   the catalogue of what is published, with its files
closing(publication, …)    sitemap.xml and robots.txt, when all pages are known
hashes(publication, dumps) what the lock remembers of datasets and distributions
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from .. import changes, formats, iris
from ..files import File
from ..formats import Format
from ..graphs import Graph, Quads
from ..terms import value
from . import feed, plan, sitemap, void
from .checks import check
from .feed import Profile
from .model import Catalogue, Dataset, Distribution
from .writing import FEED_FORMATS, write

if TYPE_CHECKING:
    from ..pipeline import Publication

__all__ = ["Catalogue", "Dataset", "Distribution", "Offer", "Profile", "check", "closing", "hashes", "make"]

VOID_PATH = PurePosixPath(".well-known/void")


@dataclass(frozen=True)
class Offer:
    """The catalogue of a publication and the files that come with it: subsets of the data, feeds, documents, VoID."""

    catalogue: Catalogue
    files: tuple[File, ...]

    @cached_property
    def graph(self) -> Graph:
        """All statements of the European feed."""
        return feed.union(graph for _, graph in feed.all_pages(self.catalogue, Profile.EUROPEAN))


def make(publication: Publication, dumps: Iterable[File]) -> Offer:
    """The catalogue of what is published, and its files. `dumps` are the dumps, tables and vocabulary files already made.

    Raises MoroError, with the line of the settings, for what would spoil the catalogue.
    """
    project = publication.project
    check(project)
    selections = plan.select(project, publication.quads, publication.index.things)
    subsets = tuple(_subset_files(publication, selections))
    catalogue = plan.build(
        project, publication.quads, selections, (*dumps, *subsets), publication.lock, publication.index.labels
    )
    prefixes = project.settings.all_prefixes
    files = [
        *subsets,
        *_feeds(catalogue, prefixes),
        *_documents(catalogue, prefixes),
        *_void(catalogue, publication, prefixes),
    ]
    return Offer(catalogue, tuple(files))


def hashes(publication: Publication, dumps: Iterable[File]) -> Mapping[changes.Kind, Mapping[str, str]]:
    """What the lock should hold now for datasets (and the catalogue itself) and distributions."""
    catalogue = make(publication, dumps).catalogue
    return {
        "datasets": {
            **{value(each.iri): each.sha256 for each in catalogue.datasets},
            value(catalogue.iri): plan.catalogue_hash(catalogue),
        },
        "distributions": {
            str(distribution.path): distribution.substance
            for dataset in catalogue.datasets
            for distribution in dataset.distributions
        },
    }


def closing(publication: Publication, offer: Offer, paths: Iterable[PurePosixPath]) -> Iterator[File]:
    """sitemap.xml and robots.txt for all the files of the site. A page is as old as the content that it shows."""
    settings = publication.settings
    dates: dict[PurePosixPath, datetime.date] = {}
    for thing in publication.index.things:
        path = iris.document_path(thing, settings.base)
        if path is not None:
            sha256 = changes.hash_of_quads(publication.quads.about(thing))
            dates[path] = publication.lock.stamp("things", value(thing), sha256, publication.date).modified
    for dataset in offer.catalogue.datasets:
        path = iris.document_path(dataset.iri, settings.base)
        if path is not None:
            dates[path] = dataset.modified

    def last_change(path: PurePosixPath) -> datetime.date:
        bare = path.with_name(path.name.removesuffix(".html"))
        for tag in settings.languages[1:]:
            bare = bare.with_name(bare.name.removesuffix(f".{tag}"))
        return dates.get(bare, offer.catalogue.modified)

    for path, content in sitemap.files(paths, publication.project.site_url, settings.languages, last_change):
        kind = formats.XML if path.suffix == ".xml" else formats.TXT
        yield File(path, content, kind.media_type)


def _subset_files(publication: Publication, selections: Iterable[plan.Selection]) -> Iterator[File]:
    prefixes = publication.settings.all_prefixes

    def written(quads: Quads, file_format: Format) -> bytes:
        return write(quads, file_format, prefixes)

    for path, file_format, content in plan.subset_files(selections, publication.settings.name, written):
        yield File(path, content, file_format.media_type)


def _feeds(catalogue: Catalogue, prefixes: Mapping[str, str]) -> Iterator[File]:
    for profile in Profile:
        for page, graph in feed.all_pages(catalogue, profile):
            for each in FEED_FORMATS:
                whole = graph | feed.links(catalogue, profile, page, each.extension)
                path = PurePosixPath(feed.page_name(profile, page.number, each.extension))
                yield File(path, write(whole, each, prefixes), each.media_type)


def _documents(catalogue: Catalogue, prefixes: Mapping[str, str]) -> Iterator[File]:
    """What lies where the identifiers of the datasets lead."""
    for dataset in catalogue.datasets:
        graph = feed.description(catalogue, dataset)
        for each in (formats.TURTLE, formats.TRIG, formats.JSON_LD, formats.N_TRIPLES, formats.RDF_XML):
            path = iris.file_path(dataset.iri, catalogue.base, each)
            if path is not None:
                yield File(path, write(graph, each, prefixes), each.media_type)


def _void(catalogue: Catalogue, publication: Publication, prefixes: Mapping[str, str]) -> Iterator[File]:
    graph = void.write(catalogue, publication.graph, iris.url_of(VOID_PATH, catalogue.site_url))
    yield File(VOID_PATH, write(graph, formats.TURTLE, prefixes), formats.TURTLE.media_type)
