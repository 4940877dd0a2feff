"""What there is for each kind of thing: a table in two formats, a JSON-LD frame, and GeoJSON where the settings ask for it.

A kind is a class word of the identifiers (`{base}id/region/…` → `region`); its classes are the most special ones that its
things have.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from .. import formats, iris
from ..errors import MoroError
from ..files import File
from ..terms import Term
from . import context, geojson, tables
from .context import Context

if TYPE_CHECKING:
    from ..pipeline import Publication
    from ..project import Settings


@dataclass(frozen=True, slots=True)
class Kind:
    """The things that share a class word."""

    name: str
    things: tuple[Term, ...]  # sorted
    classes: tuple[Term, ...]  # the most special ones, sorted


def kinds(publication: Publication) -> tuple[Kind, ...]:
    """All kinds of published things, sorted by name."""
    groups: dict[str, list[Term]] = {}
    for thing in publication.index.things:
        found = iris.class_and_slug(thing, publication.settings.base)
        if found:
            groups.setdefault(found[0], []).append(thing)
    ontology = publication.sources.ontology
    return tuple(
        Kind(name, tuple(things), tables.most_special(things, publication.graph, ontology))
        for name, things in sorted(groups.items())
    )


def table_of(kind: Kind, publication: Publication) -> tables.Table | None:
    """The table of a kind; None when shapes give it no columns."""
    labels = publication.index.labels
    language = labels.languages[0]
    titles = [labels.best(each, language).text for each in kind.classes]
    return tables.make_table(
        kind.name,
        ", ".join(title[:1].upper() + title[1:] for title in titles) or kind.name,
        kind.things,
        tables.properties(publication.sources.shapes, publication.sources.ontology, kind.classes),
        publication.graph,
        labels,
    )


def findings(publication: Publication) -> tuple[MoroError, ...]:
    """What keeps tables and maps from being written: texts too long for a cell, control characters, unreadable WKT."""
    found: list[MoroError] = []
    for kind in kinds(publication):
        table = table_of(kind, publication)
        if table is not None:
            found += tables.findings(table)
    try:
        for _ in _geojson_files(publication):
            pass
    except MoroError as error:
        found.append(error)
    return tuple(found)


def files(publication: Publication, shared: Context) -> Iterator[File]:
    """data/{kind}.csv, data/{kind}.xlsx, frames/{kind}.jsonld, and the GeoJSON of the settings.

    Raises the first of the findings, if there are any.
    """
    for kind in kinds(publication):
        table = table_of(kind, publication)
        if table is not None:
            about = _about(table, publication.settings, publication.project.site_url)
            for file_format, content in (
                (formats.CSV, tables.write_csv(table)),
                (formats.XLSX, tables.write_xlsx(table, about)),
            ):
                yield File(PurePosixPath("data", kind.name + file_format.extension), content, file_format.media_type)
        framed = context.frame(shared, publication.graph, kind.things, kind.classes, publication.index.label_properties)
        if framed is not None:
            path = PurePosixPath("frames", kind.name + formats.JSON_LD.extension)
            yield File(path, framed, formats.JSON_LD.media_type)
    yield from _geojson_files(publication)


def _geojson_files(publication: Publication) -> Iterator[File]:
    project, settings = publication.project, publication.settings
    for number, each in enumerate(settings.geojson):
        key = f"geojson[{number}]"
        collection = geojson.Collection(
            classes=tuple(project.term(curie, f"{key}.classes") for curie in each.classes),
            geometry=tuple(project.term(curie, f"{key}.geometry") for curie in each.geometry),
            properties={curie.rpartition(":")[2]: project.term(curie, f"{key}.properties") for curie in each.properties},
        )
        attribution = settings.licence.attribution.get(settings.languages[0], "")
        content = geojson.write_geojson(collection, publication.graph, publication.index.labels, attribution=attribution)
        yield File(PurePosixPath("data", each.file), content, formats.GEOJSON.media_type)


_WORDS = {
    "de": ("Lies mich", "Titel", "Version", "Lizenz", "Quellenvermerk", "Quelle", "Hinweise",
           "Eine Zeile für jedes Ding; die erste Spalte ist sein dauerhafter Name (IRI). Mehrere Werte sind durch „ | “ getrennt. "
           "Ein Apostroph am Anfang einer Zelle verhindert, dass sie als Formel gilt. Woher jede Angabe stammt, steht auf der Seite "
           "des Dings und in den RDF-Dateien."),
    "en": ("Read me", "Title", "Version", "Licence", "Attribution", "Source", "Notes",
           "One row for each thing; the first column is its permanent name (IRI). Several values are separated by “ | ”. "
           "An apostrophe at the beginning of a cell keeps it from being taken for a formula. Where each statement comes from is "
           "said on the page of the thing and in the RDF files."),
}  # fmt: skip


def _about(table: tables.Table, settings: Settings, site_url: str) -> tables.About:
    """The second sheet of a spreadsheet: in each language of the settings that has words here, else in English."""
    languages = [each for each in settings.languages if each in _WORDS] or ["en"]
    lines: list[tuple[str, str]] = []
    for language in languages:
        _, title, version, licence, attribution, source, notes, text = _WORDS[language]
        lines += [
            (title, f"{settings.title.get(language, settings.name)}: {table.title}"),
            (version, f"{settings.release.version} ({settings.release.date.isoformat()})"),
            (licence, f"{settings.licence.title.get(language, '')} {settings.licence.url}".strip()),
            (attribution, settings.licence.attribution.get(language, "")),
            (source, f"{site_url}data/{table.name}.xlsx"),
            (notes, text),
            ("", ""),
        ]
    return tables.About(_WORDS[languages[0]][0], tuple(lines[:-1]), settings.release.date)
