"""Signposting: typed links by which machines find their way from a page to its identifier, data, licence and collection.

Level 1 of the FAIR Signposting profile; the same links serve as `<link>` elements and as HTTP `Link` headers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .. import formats, iris
from ..formats import Format
from ..terms import Term, value
from .model import Catalogue, Dataset


@dataclass(frozen=True, slots=True)
class Link:
    """One typed link: `rel`, where it leads, and the media type of what lies there ("" when not said)."""

    rel: str
    href: str
    media_type: str = ""

    @property
    def header(self) -> str:
        """The link as one value of an HTTP Link header (RFC 8288)."""
        return f'<{self.href}>; rel="{self.rel}"' + (f'; type="{self.media_type}"' if self.media_type else "")


DOCUMENT_FORMATS = (formats.TURTLE, formats.TRIG, formats.JSON_LD, formats.N_TRIPLES, formats.RDF_XML)


def thing(
    catalogue: Catalogue, one: Term, types: Iterable[Term] = (), described_in: Iterable[Format] = DOCUMENT_FORMATS
) -> tuple[Link, ...]:
    """The links of the page about a thing: what it is called, where its data are, what it is, under which licence."""
    links = [Link("cite-as", value(one))]
    for each in described_in:
        path = iris.file_path(one, catalogue.base, each)
        if path is not None:
            links.append(Link("describedby", iris.url_of(path, catalogue.site_url), each.media_type))
    links += [Link("type", value(each)) for each in types]
    links.append(Link("license", catalogue.licence.url))
    links.append(Link("author", value(catalogue.publisher.iri)))
    links.append(Link("collection", value(catalogue.iri)))
    return tuple(links)


def dataset(catalogue: Catalogue, one: Dataset) -> tuple[Link, ...]:
    """The links of the page about a dataset: besides those of any thing, each file of it as an item."""
    files = [
        Link("item", each.url, each.compression.media_type if each.compression else each.format.media_type)
        for each in one.distributions
    ]
    return (*thing(catalogue, one.iri, ("<https://schema.org/Dataset>",)), *files)


def home(catalogue: Catalogue, catalogue_formats: Iterable[Format]) -> tuple[Link, ...]:
    """The links of the first page and of the catalogue's page."""
    feeds = [
        Link("describedby", f"{catalogue.site_url}catalogue{each.extension}", each.media_type) for each in catalogue_formats
    ]
    items = [Link("item", value(each.iri)) for each in catalogue.datasets]
    return (
        Link("cite-as", value(catalogue.iri)),
        *feeds,
        Link("type", "https://schema.org/DataCatalog"),
        Link("license", catalogue.licence.url),
        *items,
    )
