"""The RDF documents of each thing, in every format: doc/{class}/{slug}.ttl and so on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from .. import formats, iris
from ..description import Description, describe
from ..files import File
from ..graphs import to_ntriples
from .dumps import context_of, header
from .jsonld import JsonLdWriter
from .rdfxml import RdfXmlWriter
from .turtle import TurtleWriter

if TYPE_CHECKING:
    from ..pipeline import Publication


class ResourceWriter:
    """Writes descriptions; what all of them share (context, shortened names) is worked out once."""

    def __init__(self, publication: Publication) -> None:
        prefixes = publication.settings.all_prefixes
        self._turtle = TurtleWriter(prefixes, publication.settings.languages)
        self._jsonld = JsonLdWriter(context_of(publication))
        self._rdfxml = RdfXmlWriter(prefixes)
        self._header = header(publication.settings, with_version=False)

    def files(self, description: Description, path: PurePosixPath) -> Iterator[File]:
        """The documents of one thing; `path` is theirs without extension."""
        quads = description.quads()
        graph = quads.union()
        first = (description.thing,)
        for file_format, content in (
            (formats.TURTLE, self._turtle.turtle(graph, self._header, first)),
            (formats.TRIG, self._turtle.trig(quads, self._header, first)),
            (formats.JSON_LD, self._jsonld.write(graph, first)),
            (formats.N_TRIPLES, to_ntriples(graph)),
            (formats.RDF_XML, self._rdfxml.write(graph, self._header)),
        ):
            yield File(path.with_name(path.name + file_format.extension), content, file_format.media_type)


def resource_files(publication: Publication) -> Iterator[File]:
    """The documents of all things."""
    writer = ResourceWriter(publication)
    for thing in publication.index.things:
        path = iris.document_path(thing, publication.settings.base)
        if path is not None:
            yield from writer.files(describe(thing, publication.index), path)
