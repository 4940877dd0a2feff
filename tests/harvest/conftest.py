"""What the tests of catalogue and preflight share: a catalogue made by hand, and releases measured once."""

from __future__ import annotations

import datetime
import hashlib
import http.server
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from moro_lod import formats
from moro_lod.catalogue.model import Agent, Box, Catalogue, Contact, Coverage, Dataset, Distribution, Licence, Place, Service
from moro_lod.formats import Format
from moro_lod.terms import iri

BASE = "https://example.org/lod/"
SITE = "https://files.example.org/lod/"
DAY = datetime.date(2026, 3, 1)
CONTRIBUTOR = iri("http://dcat-ap.de/def/contributors/stadtOldenburg")


def make_distribution(slug: str, file_format: Format) -> Distribution:
    """A distribution of a dataset; its content is its name."""
    name = f"{slug}{file_format.extension}"
    return Distribution(
        iri=iri(f"{BASE}id/dataset/{slug}#{name.replace('.', '-')}"),
        titles={"de": f"Datei {name}", "en": f"file {name}"},
        descriptions={"de": f"Der Datensatz als {file_format.name}.", "en": f"The dataset as {file_format.name}."},
        format=file_format,
        path=PurePosixPath("data", name),
        url=f"{SITE}data/{name}",
        size=len(name),
        sha256=hashlib.sha256(name.encode()).hexdigest(),
        substance="0" * 64,
        issued=DAY,
        modified=DAY,
    )


def make_dataset(slug: str, *, whole: bool = False) -> Dataset:
    """A dataset with three distributions; the whole one has the endpoint."""
    me = iri(f"{BASE}id/dataset/{slug}")
    service = Service(
        iri=iri(f"{BASE}catalogue#sparql"),
        distribution=iri(f"{BASE}id/dataset/{slug}#sparql"),
        titles={"de": "Endpunkt", "en": "endpoint"},
        descriptions={"de": "Abfragen.", "en": "Queries."},
        endpoint_url=f"{SITE}sparql",
        description_url=f"{SITE}.well-known/void",
    )
    return Dataset(
        iri=me,
        slug=slug,
        titles={"de": f"Datensatz {slug}", "en": f"Dataset {slug}"},
        descriptions={"de": f"Was über {slug} bekannt ist. " * 3, "en": f"What is known about {slug}. " * 3},
        keywords={"de": ("Wort",), "en": ("word",)},
        themes=("REGI", "GOVE"),
        kind="" if whole else "GEOSPATIAL",
        classes=(),
        things=(),
        coverage=Coverage(
            datetime.date(2012, 1, 1),
            datetime.date(2013, 12, 31),
            (
                Place(
                    iri("http://dcat-ap.de/def/politicalGeocoding/stateKey/03"),
                    {"de": "Niedersachsen", "en": "Lower Saxony"},
                ),
            ),
            Box(6.5, 51.25, 11.6, 53.9),
        ),
        distributions=tuple(make_distribution(slug, each) for each in (formats.TURTLE, formats.CSV, formats.XLSX)),
        sha256="0" * 64,
        issued=DAY,
        modified=DAY,
        landing_page=f"{SITE}doc/dataset/{slug}.html",
        whole=whole,
        previous_version=iri(f"{BASE}id/dataset/{slug}/0.9.0") if whole else None,
        service=service if whole else None,
    )


def make_catalogue(datasets: int = 3, page_size: int = 100) -> Catalogue:
    """A catalogue of some datasets, the first of them the whole with an endpoint."""
    licence = iri("http://dcat-ap.de/def/licenses/dl-by-de/2.0")
    return Catalogue(
        iri=iri(f"{BASE}catalogue"),
        base=BASE,
        site_url=SITE,
        languages=("de", "en"),
        titles={"de": "Verzeichnis", "en": "Catalogue"},
        descriptions={"de": "Was es hier gibt.", "en": "What there is."},
        homepage=SITE,
        publisher=Agent(iri(f"{BASE}id/organisation/us"), {"de": "Wir", "en": "We"}, "LocalAuthority", SITE),
        contact=Contact(iri(f"{BASE}catalogue#contact"), {"de": "Amt", "en": "office"}, "office@example.org"),
        licence=Licence(
            licence, licence, "https://www.govdata.de/dl-de/by-2-0", {"de": "DL", "en": "DL"}, {"de": "Wir", "en": "We"}, "Attribution"
        ),
        rights={"de": "Mit Namensnennung.", "en": "With attribution."},
        provenance={"de": "Gesammelt.", "en": "Collected."},
        contributor=CONTRIBUTOR,
        contributor_notes={"de": "Nicht von Oldenburg.", "en": "Not by Oldenburg."},
        availability="STABLE",
        frequency="IRREG",
        access_rights="PUBLIC",
        political_level="municipality",
        country="DEU",
        version="1.0.0",
        standard=iri(f"{BASE}ontology/1.0.0"),
        standard_titles={"de": "Ontologie 1.0.0", "en": "Ontology 1.0.0"},
        coverage=Coverage(),
        issued=DAY,
        modified=DAY,
        datasets=tuple(make_dataset("everything" if n == 0 else f"part-{n}", whole=n == 0) for n in range(datasets)),
        page_size=page_size,
    )  # fmt: skip


@pytest.fixture
def catalogue() -> Catalogue:
    """Three datasets; the first one is the whole with an endpoint."""
    return make_catalogue()


@pytest.fixture
def profiles(shared: Path) -> Path:
    """The folder with the official shapes."""
    folder = shared / "profiles"
    if not folder.is_dir():
        pytest.skip("the official shapes are absent")
    return folder


class _Quiet(http.server.SimpleHTTPRequestHandler):
    """Files with the media types that the site's formats have."""

    def guess_type(self, path: Any) -> str:
        packed = {".gz": "application/gzip", ".zst": "application/zstd"}.get(Path(path).suffix)
        known = formats.by_extension(Path(path).suffix)
        if packed:
            return packed
        return known.content_type if known else "text/turtle; charset=utf-8"

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """A file host on this machine for a folder; gives its address, with a slash at the end."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def host() -> Callable[[Path], Any]:
    """A file host for a folder: `with host(folder) as url:`."""
    return serving
