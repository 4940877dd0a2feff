"""What a catalogue says, before it is written in any vocabulary: DCAT feeds, VoID, schema.org and pages are made from it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from ..formats import Format
from ..terms import Term

Words = Mapping[str, str]
"""One text in several languages: language tag → text."""


@dataclass(frozen=True, slots=True)
class Box:
    """A bounding box in degrees, WGS 84 (CRS84: longitude first)."""

    west: float
    south: float
    east: float
    north: float

    def __or__(self, other: Box) -> Box:
        """The smallest box around both."""
        return Box(
            min(self.west, other.west),
            min(self.south, other.south),
            max(self.east, other.east),
            max(self.north, other.north),
        )

    @property
    def centre(self) -> tuple[float, float]:
        """Longitude and latitude of its middle."""
        return (self.west + self.east) / 2, (self.south + self.north) / 2


@dataclass(frozen=True, slots=True)
class Place:
    """A place that portals know by an official IRI."""

    iri: Term
    names: Words


@dataclass(frozen=True, slots=True)
class Coverage:
    """When and where the things of a dataset are. `start` and `end` are the outermost days, None where no date is known."""

    start: datetime.date | None = None
    end: datetime.date | None = None
    places: tuple[Place, ...] = ()
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Agent:
    """Who publishes (foaf:Agent). `kind` is a code of the ADMS publisher types."""

    iri: Term
    names: Words
    kind: str = ""
    homepage: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask (vcard:Kind). At least one of `email` and `url` is set."""

    iri: Term
    names: Words
    email: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Licence:
    """The one licence of everything: its IRIs in the German and the European list, and the attribution it asks for."""

    german: Term
    european: Term
    url: str
    titles: Words
    attributions: Words
    kind: str  # code of the ADMS licence types


@dataclass(frozen=True, slots=True)
class Distribution:
    """One file of a dataset (dcat:Distribution, DCAT 3 §6.8)."""

    iri: Term
    titles: Words
    descriptions: Words
    format: Format
    path: PurePosixPath  # relative to the site's root
    url: str
    size: int  # bytes
    sha256: str  # of the bytes, lower-case hex
    substance: str  # hash of what the file says: what its date of change depends on
    issued: datetime.date
    modified: datetime.date
    compression: Format | None = None  # the file is the format compressed so


@dataclass(frozen=True, slots=True)
class Service:
    """The SPARQL endpoint (dcat:DataService), with the distribution that leads to it."""

    iri: Term
    distribution: Term
    titles: Words
    descriptions: Words
    endpoint_url: str
    description_url: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """One dcat:Dataset. `things` are the published things in it, sorted; `classes` the classes that it was chosen by."""

    iri: Term
    slug: str
    titles: Words
    descriptions: Words
    keywords: Mapping[str, tuple[str, ...]]
    themes: tuple[str, ...]  # codes of the EU data themes
    kind: str  # code of the EU dataset types, or ""
    classes: tuple[Term, ...]
    things: tuple[Term, ...]
    coverage: Coverage
    distributions: tuple[Distribution, ...]
    sha256: str  # canonical hash of its statements
    issued: datetime.date
    modified: datetime.date
    landing_page: str  # URL
    whole: bool = False  # everything published
    previous_version: Term | None = None
    service: Service | None = None  # of the whole dump alone

    @property
    def version(self) -> str:
        """Its version: the day it last changed, so that a release in which it did not change leaves it alone."""
        return self.modified.isoformat()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that one publication offers (dcat:Catalog)."""

    iri: Term
    base: str
    site_url: str
    languages: tuple[str, ...]
    titles: Words
    descriptions: Words
    homepage: str
    publisher: Agent
    contact: Contact
    licence: Licence
    rights: Words
    provenance: Words
    contributor: Term | None  # dcatde:contributorID
    contributor_notes: Words
    availability: str  # codes of the EU tables from here on
    frequency: str
    access_rights: str
    political_level: str
    country: str
    version: str  # of this release
    standard: Term | None  # the versioned ontology document that the data conform to
    standard_titles: Words
    coverage: Coverage
    issued: datetime.date
    modified: datetime.date
    datasets: tuple[Dataset, ...]
    page_size: int

    @property
    def service(self) -> Service | None:
        """The SPARQL endpoint, if there is one."""
        return next((each.service for each in self.datasets if each.service), None)
