"""What is published of a graph: RDF in every format, tables, GeoJSON.

files(publication)           dumps, vocabulary, context, frames, tables, GeoJSON
resource_files(publication)  the documents of each thing
dump(publication, name)      everything in one format
findings(publication)        what keeps tables and maps from being written
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from . import dumps, kinds
from .dumps import dump
from .kinds import findings
from .resources import resource_files

if TYPE_CHECKING:
    from ..files import File
    from ..pipeline import Publication

__all__ = ["dump", "files", "findings", "resource_files"]


def files(publication: Publication) -> Iterator[File]:
    """Every file of the site that holds data of more than one thing. Raises MoroError for what a format cannot hold."""
    yield from dumps.files(publication)
    yield from kinds.files(publication, dumps.context_of(publication))
