"""The formats that a publication comes in: media types, file extensions, and the IRIs that catalogues use for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

_FILE_TYPE = "http://publications.europa.eu/resource/authority/file-type/"
_IANA = "https://www.iana.org/assignments/media-types/"


@dataclass(frozen=True, slots=True)
class Format:
    """A file format.

    `media_type` is the registered name without parameters (IANA); `content_type` the header's value, with a charset
    for text. `file_type` is the code in the EU's file-type table, "" where that has none.
    """

    name: str
    media_type: str
    extension: str  # with the dot
    file_type: str = ""
    rdf: bool = False
    quads: bool = False  # can carry named graphs
    text: bool = True

    @property
    def content_type(self) -> str:
        """The value of the Content-Type header."""
        charset = self.text and (self.media_type.startswith("text/") or self.media_type == "application/sparql-query")
        return f"{self.media_type}; charset=utf-8" if charset else self.media_type

    @property
    def file_type_iri(self) -> str:
        """The IRI in the EU's file-type table (dct:format), or ""."""
        return _FILE_TYPE + self.file_type if self.file_type else ""

    @property
    def iana_iri(self) -> str:
        """The IRI of the media type at IANA (dcat:mediaType)."""
        return _IANA + self.media_type


TURTLE = Format("Turtle", "text/turtle", ".ttl", "RDF_TURTLE", rdf=True)
TRIG = Format("TriG", "application/trig", ".trig", "RDF_TRIG", rdf=True, quads=True)
JSON_LD = Format("JSON-LD", "application/ld+json", ".jsonld", "JSON_LD", rdf=True)
N_TRIPLES = Format("N-Triples", "application/n-triples", ".nt", "RDF_N_TRIPLES", rdf=True)
N_QUADS = Format("N-Quads", "application/n-quads", ".nq", "RDF_N_QUADS", rdf=True, quads=True)
RDF_XML = Format("RDF/XML", "application/rdf+xml", ".rdf", "RDF_XML", rdf=True)
CSV = Format("CSV", "text/csv", ".csv", "CSV")
TSV = Format("TSV", "text/tab-separated-values", ".tsv", "TSV")
XLSX = Format("XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx", "XLSX", text=False)
GEOJSON = Format("GeoJSON", "application/geo+json", ".geojson", "GEOJSON")
JSON = Format("JSON", "application/json", ".json", "JSON")
HTML = Format("HTML", "text/html", ".html", "HTML")
XML = Format("XML", "application/xml", ".xml", "XML")
TXT = Format("Text", "text/plain", ".txt", "TXT")
CSS = Format("CSS", "text/css", ".css")
JAVASCRIPT = Format("JavaScript", "text/javascript", ".js")
SVG = Format("SVG", "image/svg+xml", ".svg", "SVG")
PNG = Format("PNG", "image/png", ".png", "PNG", text=False)
ICO = Format("Icon", "image/vnd.microsoft.icon", ".ico", text=False)
WOFF2 = Format("WOFF2", "font/woff2", ".woff2", text=False)
MP4 = Format("MP4", "video/mp4", ".mp4", text=False)
WEBM = Format("WebM", "video/webm", ".webm", text=False)
WASM = Format("WebAssembly", "application/wasm", ".wasm", text=False)
SPARQL_QUERY = Format("SPARQL", "application/sparql-query", ".rq", "SPARQLQ")
WEB_MANIFEST = Format("Web app manifest", "application/manifest+json", ".webmanifest")
CONF = Format("Configuration", "text/plain", ".conf")
BINARY = Format("Binary", "application/octet-stream", "", text=False)

ALL: tuple[Format, ...] = (
    TURTLE, TRIG, JSON_LD, N_TRIPLES, N_QUADS, RDF_XML, CSV, TSV, XLSX, GEOJSON, JSON, HTML, XML, TXT, CSS,
    JAVASCRIPT, SVG, PNG, ICO, WOFF2, MP4, WEBM, WASM, SPARQL_QUERY, WEB_MANIFEST, CONF,
)  # fmt: skip

RDF_FORMATS: tuple[Format, ...] = tuple(each for each in ALL if each.rdf)

ENCODINGS: Mapping[str, str] = MappingProxyType({"br": ".br", "gzip": ".gz", "zstd": ".zst"})
"""Content codings and the extension of a file that is precompressed with them."""

_BY_EXTENSION = {each.extension: each for each in ALL}
_BY_MEDIA_TYPE = {each.media_type: each for each in reversed(ALL)}


def by_extension(extension: str) -> Format | None:
    """The format of a file extension (with its dot, any case), or None."""
    return _BY_EXTENSION.get(extension.lower())


def by_media_type(media_type: str) -> Format | None:
    """The format of a media type without parameters, or None."""
    return _BY_MEDIA_TYPE.get(media_type.lower())
