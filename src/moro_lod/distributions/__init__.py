"""What is published of a graph: RDF in every format, tables, GeoJSON.

files(publication)           dumps, vocabulary, context, frames, tables, GeoJSON
resource_files(publication)  the documents of each thing
dump(publication, name)      everything in one format
"""

from __future__ import annotations

from .dumps import dump, files
from .resources import resource_files

__all__ = ["dump", "files", "resource_files"]
