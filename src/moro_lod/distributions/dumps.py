"""The dumps: everything published, in every RDF format, also compressed; ontology, shapes and context beside them."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import zstandard

from .. import formats
from ..files import File
from ..formats import Format
from ..graphs import Graph, Quads, to_nquads, to_ntriples
from ..namespaces import OWL
from . import blank_nodes, context, jsonld, rdfxml, turtle
from .context import Context

if TYPE_CHECKING:
    from ..pipeline import Publication
    from ..project import Settings

DUMP_FORMATS: tuple[Format, ...] = (
    formats.TURTLE, formats.JSON_LD, formats.N_TRIPLES, formats.RDF_XML, formats.TRIG, formats.N_QUADS,
)  # fmt: skip
GZIP_LEVEL = 6
ZSTD_LEVEL = 9  # 12 takes two and a half times as long for two per cent
VOCABULARY_FORMATS: tuple[Format, ...] = (formats.TURTLE, formats.JSON_LD, formats.RDF_XML)
NAMES = {"turtle": formats.TURTLE, "trig": formats.TRIG, "json-ld": formats.JSON_LD, "n-triples": formats.N_TRIPLES,
         "n-quads": formats.N_QUADS, "rdf-xml": formats.RDF_XML}  # fmt: skip


def dump(publication: Publication, name: str) -> bytes:
    """Everything published in one format; `name` is a key of NAMES."""
    return _written(publication.quads, NAMES[name], publication, context_of(publication))


def files(publication: Publication) -> Iterator[File]:
    """data/{name}.* with .gz and .zst, ontology.*, ontology/{version}.*, shapes.*, context.jsonld."""
    shared = context_of(publication)
    settings = publication.settings
    for file_format in DUMP_FORMATS:
        content = _written(publication.quads, file_format, publication, shared)
        path = PurePosixPath("data", settings.name + file_format.extension)
        yield File(path, content, file_format.media_type)
        yield from compressed(path, content)
    for file_format in VOCABULARY_FORMATS:
        ontology = _written(publication.sources.ontology, file_format, publication, shared)
        yield File(PurePosixPath(f"ontology{file_format.extension}"), ontology, file_format.media_type)
        for version in versions(publication):
            yield File(PurePosixPath(f"ontology/{version}{file_format.extension}"), ontology, file_format.media_type)
        shapes = _written(publication.sources.shapes, file_format, publication, shared)
        yield File(PurePosixPath(f"shapes{file_format.extension}"), shapes, file_format.media_type)
    yield File(PurePosixPath("context.jsonld"), shared.document(), formats.JSON_LD.media_type)


def context_of(publication: Publication) -> Context:
    """The JSON-LD context of a publication."""
    return Context.build(
        publication.graph,
        publication.settings.all_prefixes,
        ontology=publication.sources.ontology,
        own=context.own_namespaces(publication.settings.base),
    )


def versions(publication: Publication) -> tuple[str, ...]:
    """The last parts of the ontology's version IRIs below `{base}ontology/`, sorted."""
    start = publication.settings.ontology[:-1] + "/"
    found = publication.sources.ontology.objects(publication.settings.ontology, OWL.versionIRI)
    return tuple(each[len(start) : -1] for each in found if each.startswith(start))


def compressed(path: PurePosixPath, content: bytes) -> Iterator[File]:
    """The gzip and zstd forms of a file, the same bytes each time (no name, no time, no system in them)."""
    yield File(path.with_name(f"{path.name}.gz"), _gzip(content), "application/gzip")
    squeezed = zstandard.ZstdCompressor(level=ZSTD_LEVEL).compress(content)
    yield File(path.with_name(f"{path.name}.zst"), squeezed, "application/zstd")


def _gzip(content: bytes) -> bytes:
    """A gzip member with a header of our own (RFC 1952 §2.3): Python's differs from version to version."""
    deflate = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = deflate.compress(content) + deflate.flush()
    end = zlib.crc32(content).to_bytes(4, "little") + (len(content) & 0xFFFFFFFF).to_bytes(4, "little")
    return b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff" + body + end


def header(settings: Settings, *, with_version: bool = True) -> tuple[str, ...]:
    """The comment at the top of a file: title, version, licence, attribution, in the first language of the settings.

    Files of single things go without the version: they stay the same from release to release while the thing does.
    """
    language = settings.languages[0]
    version = f", version {settings.release.version} ({settings.release.date.isoformat()})" if with_version else ""
    return (
        f"{settings.title.get(language, settings.name)}{version}",
        f"{settings.licence.title.get(language, '')} <{settings.licence.url}>",
        settings.licence.attribution.get(language, ""),
    )


def _written(statements: Graph | Quads, file_format: Format, publication: Publication, shared: Context) -> bytes:
    settings = publication.settings
    prefixes = settings.all_prefixes
    lines = header(settings)
    first = (settings.ontology, settings.shapes)
    if file_format.quads:
        quads = statements if isinstance(statements, Quads) else Quads.of_graph(statements)
        if file_format is formats.N_QUADS:
            return to_nquads(blank_nodes.stable_quads(quads))
        return turtle.write_trig(quads, prefixes, header=lines, first=first, languages=settings.languages)
    graph = statements.union() if isinstance(statements, Quads) else statements
    if file_format is formats.N_TRIPLES:
        return to_ntriples(blank_nodes.stable_graph(graph))
    if file_format is formats.TURTLE:
        return turtle.write_turtle(graph, prefixes, header=lines, first=first, languages=settings.languages)
    if file_format is formats.RDF_XML:
        return rdfxml.write_rdfxml(graph, prefixes, lines)
    return jsonld.write_jsonld(graph, prefixes, context=shared, first=first)
