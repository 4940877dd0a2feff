"""The pages about files: everything to download, and each dataset."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from .. import formats, iris
from ..catalogue import schema_org
from ..distributions.kinds import kinds
from ..files import File
from ..formats import Format
from ..terms import Term, value
from .model import Site
from .view import View, script_json

if TYPE_CHECKING:
    from ..catalogue import Catalogue, Dataset, Offer

_FEEDS = (
    ("catalogue-de", ".ttl"), ("catalogue-de", ".jsonld"), ("catalogue-de", ".rdf"), ("catalogue", ".ttl"), ("catalogue", ".jsonld"),
    ("catalogue", ".rdf"), (".well-known/void", ""),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Download:
    """A file as a page offers it."""

    name: str
    url: str
    size: str
    type: str


def data(site: Site, view: View, offer: Offer | None) -> File:
    """data.html: datasets, everything in one file, tables and geodata, what programs and portals ask for."""
    root = site.root("data", view.language)
    _ = view.texts.gettext
    datasets = offer.catalogue.datasets if offer else ()
    return view.section_page(
        "data.html", "data", _("Catalogue and downloads"), _("All data as files in open formats, with licence and catalogue."),
        datasets=[_card(each, site, view, root) for each in datasets], dumps=_dumps(site, view, root), tables=_tables(site, view, root),
        feeds=_feeds(site, view, root), statements=len(site.graph), things=len(site.index.things),
        linked=script_json(json.loads(schema_org.data_catalog(offer.catalogue, view.language))) if offer else None,
    )  # fmt: skip


def _download(path: str, name: str, known: Format, site: Site, view: View, root: str) -> Download:
    return Download(name, root + quote(path, safe="/-._~"), size(site.written[path], view), known.media_type)


def _card(dataset: Dataset, site: Site, view: View, root: str) -> dict[str, Any]:
    """A dataset; its page has all of its files."""
    return {
        "title": view.words(dataset.titles),
        "description": view.words(dataset.descriptions),
        "url": dataset_url(dataset, site, view, root),
        "formats": sorted({one.format.name for one in dataset.distributions}),
    }


def _dumps(site: Site, view: View, root: str) -> list[dict[str, Any]]:
    """Everything in one file: a row for each format, as it is and packed."""
    _ = view.texts.gettext
    uses = {
        formats.TURTLE: _("Linked data that people can read, too."),
        formats.TRIG: _("Like Turtle, and says of each statement which source makes it."),
        formats.JSON_LD: _("For programs that work with JSON."),
        formats.N_TRIPLES: _("One statement a line, for large amounts."),
        formats.N_QUADS: _("One statement a line, each with its source; for databases."),
        formats.RDF_XML: _("For older programs."),
    }
    rows = []
    for known, use in uses.items():
        path = f"data/{site.settings.name}{known.extension}"
        packed = (("", _("plain")), (".gz", "gzip"), (".zst", "zstd"))
        files = [_download(path + end, name, known, site, view, root) for end, name in packed if path + end in site.written]
        if files:
            rows.append({"name": known.name, "use": use, "files": files})
    return rows


def _tables(site: Site, view: View, root: str) -> list[dict[str, Any]]:
    """Tables and geodata: a row for each content, its formats side by side."""
    rows: dict[tuple[Term, ...], dict[str, Any]] = {}

    def add(classes: tuple[Term, ...], path: str, known: Format) -> None:
        if path not in site.written:
            return
        row = rows.get(classes)
        if row is None:
            tables = [site.table_of[cls] for cls in classes if cls in site.table_of]
            names = [
                view.table_title(site.table_of[cls]) if cls in site.table_of else view.class_name(cls) for cls in classes
            ]
            row = rows[classes] = {
                "title": view.texts.join(names),
                "url": view.url(f"list/{tables[0].name}", root) if len(tables) == 1 else "",
                "files": [],
            }
        row["files"].append(_download(path, known.name, known, site, view, root))

    for kind in kinds(site.publication):
        for known in (formats.CSV, formats.XLSX):
            add(kind.classes, f"data/{kind.name}{known.extension}", known)
    for each in site.settings.geojson:
        add(tuple(site.term(cls, "geojson") for cls in each.classes), f"data/{each.file}", formats.GEOJSON)
    order = {table.cls: number for number, table in enumerate(site.tables)}
    return [rows[key] for key in sorted(rows, key=lambda classes: [order.get(cls, len(order)) for cls in classes])]


def _feeds(site: Site, view: View, root: str) -> list[dict[str, Any]]:
    """What portals harvest, by what it is."""
    _ = view.texts.gettext
    titles = {
        "catalogue-de": _("Catalogue for German portals (DCAT-AP.de)"),
        "catalogue": _("Catalogue for European portals (DCAT-AP)"),
        ".well-known/void": _("Description of the dataset (VoID)"),
    }
    rows: dict[str, dict[str, Any]] = {}
    for name, extension in _FEEDS:
        path = f"{name}{extension}"
        if path in site.written:
            known = formats.by_extension(extension) or formats.TURTLE
            row = rows.setdefault(name, {"title": titles[name], "files": []})
            row["files"].append(_download(path, known.name, known, site, view, root))
    return list(rows.values())


def size(size: int, view: View) -> str:
    """Bytes as people read them."""
    if size < 1000:
        return f"{size} B"
    if size < 1_000_000:
        return f"{view.texts.number(round(size / 1000))} kB"
    return f"{view.texts.number(round(size / 1_000_000, 1))} MB"


def _dataset_path(site: Site, dataset: Dataset, view: View) -> PurePosixPath | None:
    return iris.page_path(dataset.iri, site.settings.base, view.language, site.languages)


def dataset_url(dataset: Dataset, site: Site, view: View, root: str) -> str:
    """A relative link to the page of a dataset."""
    page = _dataset_path(site, dataset, view)
    return root + quote(str(page), safe="/-._~") if page else ""


def datasets(site: Site, view: View, offer: Offer) -> Iterable[File]:
    """The page of each dataset."""
    for each in offer.catalogue.datasets:
        yield _dataset(site, view, offer.catalogue, each)


def _dataset(site: Site, view: View, catalogue: Catalogue, dataset: Dataset) -> File:
    path = _dataset_path(site, dataset, view)
    assert path is not None, dataset.iri  # noqa: S101 - identifiers of datasets lie below the base
    root = "../" * (len(path.parts) - 1)
    versions = {
        tag: page for tag in site.languages if (page := iris.page_path(dataset.iri, site.settings.base, tag, site.languages))
    }
    stem = path.name.removesuffix(view.suffix)
    return view.render(
        "dataset.html",
        path,
        {
            "active": "data",
            "title": view.words(dataset.titles),
            "heading": view.words(dataset.titles),
            "description": view.words(dataset.descriptions)[:300],
            "versions": view.others(versions, path),
            "dataset": dataset,
            "catalogue": catalogue,
            "iri": value(dataset.iri),
            "intro": view.words(dataset.descriptions),
            "keywords": list(dataset.keywords.get(view.language, ())),
            "tables": [
                {"title": view.table_title(table), "url": view.url(f"list/{table.name}", root), "count": len(table.things)}
                for table in site.tables
                if table.cls in dataset.classes
            ],
            "downloads": [
                {
                    "title": view.words(one.titles), "url": root + quote(str(one.path), safe="/-._~"),
                    "format": one.format.name + (f" ({one.compression.name})" if one.compression else ""), "size": size(one.size, view),
                    "type": one.format.media_type, "sha256": one.sha256,
                }
                for one in dataset.distributions
            ],
            "data": [{"type": f.media_type, "name": f.name, "url": stem + f.extension} for f in (formats.TURTLE, formats.JSON_LD, formats.RDF_XML)],
            "linked": script_json(json.loads(schema_org.dataset(catalogue, dataset, view.language))),
        },
    )  # fmt: skip
