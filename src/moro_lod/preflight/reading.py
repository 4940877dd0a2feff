"""Part 4: reading back: every file is there as the feeds say, parses, and says the same in every format."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath

import zstandard

from .. import formats
from ..catalogue.feed import Profile
from ..errors import MoroError, Text
from ..formats import Format
from ..graphs import Graph
from ..namespaces import DCAT, SPDX
from ..terms import Term, value
from . import feeds
from .contents import Contents
from .feeds import Feed
from .reach import Reach
from .report import Check, Finding, Part, Status
from .score import IANA

TITLE = Text("Zurücklesen", "Reading back")
_LARGEST = 2 * 1024**3  # bytes a compressed file may unpack to


def measure(read: Mapping[Profile, Feed], contents: Contents, reach: Reach) -> Part:
    """Part 4. Files come from the release; from a running server as well where one is given."""
    feed = read[Profile.EUROPEAN]
    graphs: dict[str, Graph] = {}
    stated: list[Finding] = []
    parsed: list[Finding] = []
    for distribution, url in _downloads(feed):
        path = contents.path_of(url)
        if path is None:
            stated.append(
                Finding(url, Text("liegt außerhalb der Veröffentlichung", "lies outside the release"), Status.WARNING)
            )
            continue
        content = contents.read(path)
        if content is None:
            stated.append(Finding(url, Text("die Datei fehlt", "the file is missing")))
            continue
        stated += _as_stated(feed.graph, distribution, url, content, contents.files[path].media_type)
        parsed += _parses(path, content, graphs, contents)
    checks = [
        Check.of(
            "stated",
            Text("Größe, Prüfsumme und Medientyp wie angegeben", "Size, checksum and media type as stated"),
            stated,
        ),
        Check.of("parses", Text("Jede Datei ist in ihrem Format lesbar", "Every file parses as its format"), parsed),
        Check.of(
            "same",
            Text("Alle RDF-Formate eines Datensatzes sagen dasselbe", "All RDF formats of a dataset say the same"),
            list(_same(graphs)),
        ),
        Check.of(
            "feeds",
            Text("Alle Formate der Kataloge sagen dasselbe", "All formats of the catalogues say the same"),
            [finding for each in read.values() for finding in _same_feeds(each)],
        ),
        _over_http(feed, reach),
    ]
    return Part("reading", TITLE, tuple(checks))


def _downloads(feed: Feed) -> Iterator[tuple[Term, str]]:
    for dataset in feed.datasets:
        for distribution in feed.distributions(dataset):
            for url in feed.graph.objects(distribution, DCAT.downloadURL):
                yield distribution, value(url)


def _as_stated(graph: Graph, distribution: Term, url: str, content: bytes, media_type: str) -> Iterator[Finding]:
    sizes = [value(each) for each in graph.objects(distribution, DCAT.byteSize)]
    if sizes != [str(len(content))]:
        stated = ", ".join(sizes) or "–"
        yield Finding(url, Text(f"{len(content)} Bytes, angegeben {stated}", f"{len(content)} bytes, stated {stated}"))
    sums = [
        value(each)
        for node in graph.objects(distribution, SPDX.checksum)
        for each in graph.objects(node, SPDX.checksumValue)
    ]
    if [each.lower() for each in sums] != [hashlib.sha256(content).hexdigest()]:
        yield Finding(url, Text("die Prüfsumme stimmt nicht", "the checksum is wrong"))
    packed = [_bare(each) for each in graph.objects(distribution, DCAT.compressFormat)]
    types = packed or [_bare(each) for each in graph.objects(distribution, DCAT.mediaType)]
    if types != [media_type.partition(";")[0]]:
        stated = ", ".join(types) or "–"
        yield Finding(url, Text(f"Medientyp {media_type}, angegeben {stated}", f"media type {media_type}, stated {stated}"))


def _bare(term: Term) -> str:
    text = f"<{value(term)}"
    for start in IANA:
        text = text.removeprefix(start)
    return text.removeprefix("<")


def _parses(path: str, content: bytes, graphs: dict[str, Graph], contents: Contents) -> Iterator[Finding]:
    """Findings for a file that is not what its name says; graphs of RDF files are kept by path.

    A compressed file that unpacks to the plain one beside it needs no second look.
    """
    name = PurePosixPath(path)
    try:
        if name.suffix == ".gz":
            content, name = gzip.decompress(content), name.with_suffix("")
        elif name.suffix == ".zst":
            content, name = _unpacked(content), name.with_suffix("")
        kind = formats.by_extension(name.suffix)
        if kind is None or (str(name) != path and content == contents.read(name)):
            return
        if kind.rdf:
            graphs[path] = feeds.canonical(feeds.parse(content, name.suffix, path))
        elif kind in _READERS:
            problem = _READERS[kind](content)
            if problem is not None:
                yield Finding(path, problem)
    except (MoroError, OSError, ValueError, zipfile.BadZipFile, zstandard.ZstdError, EOFError, KeyError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        yield Finding(path, Text(f"nicht lesbar ({reason})", f"cannot be read ({reason})"))


def _unpacked(content: bytes) -> bytes:
    with zstandard.ZstdDecompressor().stream_reader(content) as stream:
        return stream.read(_LARGEST)


def _read_csv(content: bytes) -> Text | None:
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    if not rows:
        return Text("die Tabelle ist leer", "the table is empty")
    widths = {len(row) for row in rows if row}
    if len(widths) != 1:
        return Text("die Zeilen sind verschieden lang", "the rows differ in length")
    return None


def _read_xlsx(content: bytes) -> Text | None:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    try:
        return None if book.sheetnames else Text("keine Tabelle", "no sheet")
    finally:
        book.close()


def _read_geojson(content: bytes) -> Text | None:
    document = json.loads(content)
    if document.get("type") != "FeatureCollection" or not isinstance(document.get("features"), list):
        return Text("keine FeatureCollection", "no FeatureCollection")
    return None


_READERS: Mapping[Format, Callable[[bytes], Text | None]] = {
    formats.CSV: _read_csv,
    formats.XLSX: _read_xlsx,
    formats.GEOJSON: _read_geojson,
}


def _same(graphs: Mapping[str, Graph]) -> Iterator[Finding]:
    """Files that differ only in format hold the same statements."""
    groups: dict[str, list[str]] = {}
    for path in graphs:
        name = PurePosixPath(path)
        groups.setdefault(str(name.with_name(name.name.partition(".")[0])), []).append(path)
    for paths in groups.values():
        first, *others = sorted(paths)
        for other in others:
            if graphs[other] != graphs[first]:
                more, less = len(graphs[other] - graphs[first]), len(graphs[first] - graphs[other])
                yield Finding(
                    other,
                    Text(
                        f"sagt anderes als {first} (+{more}, −{less} Aussagen)",
                        f"says other things than {first} (+{more}, −{less} statements)",
                    ),
                )


def _same_feeds(feed: Feed) -> Iterator[Finding]:
    known = {extension: pages for extension, pages in feed.pages.items() if pages}
    missing = [each.extension for each in feeds.FORMATS if each.extension not in known]
    for extension in missing:
        yield Finding(f"{feed.profile.value}{extension}", Text("fehlt", "is missing"))
    (_, first), *others = known.items()
    for _, pages in others:
        for one, other in zip(first, pages, strict=False):
            if feeds.canonical(one.without_paging) != feeds.canonical(other.without_paging):
                yield Finding(other.path, Text(f"sagt anderes als {one.path}", f"says other things than {one.path}"))


def _over_http(feed: Feed, reach: Reach) -> Check:
    """HEAD and GET of every file and feed on the running server: status, type, length."""
    title = Text("HEAD und GET am laufenden Server", "HEAD and GET on the running server")
    if not reach.is_server:
        why = Text("ohne --base-url nicht gemessen", "not measured without --base-url")
        return Check.not_measured("http", title, why)
    findings = []
    for distribution, url in _downloads(feed):
        head, body = reach.ask(url, "HEAD"), reach.ask(url, "GET")
        if head is None or body is None:
            continue
        if not head.is_there or not body.is_there:
            findings.append(
                Finding(url, Text(f"HEAD {head.status}, GET {body.status}", f"HEAD {head.status}, GET {body.status}"))
            )
            continue
        findings += _as_stated(feed.graph, distribution, url, body.body, body.media_type)
        length = head.headers.get("content-length")
        if length is not None and length != str(len(body.body)):
            findings.append(Finding(url, Text("HEAD nennt eine andere Länge", "HEAD states another length")))
        if head.media_type != body.media_type:
            findings.append(Finding(url, Text("HEAD nennt einen anderen Typ", "HEAD states another type")))
    return Check.of("http", title, findings)
