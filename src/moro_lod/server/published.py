"""A release as the server sees it: which files there are, in which forms, and what is gone.

Only what stands in the manifest is served. A request's path is looked up in this table and never becomes a path of the file
system, so there is no way out of the release.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph

from .. import iris
from ..errors import MoroError, Text
from ..formats import ENCODINGS
from ..release import SITE, ReleaseView, open_release
from ..terms import iri as to_term
from .facts import Facts
from .facts import read as read_facts

TOMBSTONES = "tombstones.ttl"  # in the site
_DOCUMENT_EXTENSIONS = (".html", ".ttl", ".jsonld", ".trig", ".nt", ".nq", ".rdf")
_REPLACED = pyoxigraph.NamedNode("http://purl.org/dc/terms/isReplacedBy")
_NOTE = pyoxigraph.NamedNode("http://www.w3.org/2004/02/skos/core#changeNote")
_DATE = pyoxigraph.NamedNode("http://purl.org/dc/terms/date")


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the site."""

    key: str  # path relative to the site
    media_type: str
    size: int
    etag: str  # with its quotes
    encodings: tuple[str, ...] = ()  # content codings of precompressed twins


@dataclass(frozen=True, slots=True)
class Variants:
    """The forms of a document that has several: extension → file; pages: language → file."""

    files: Mapping[str, Entry]
    pages: Mapping[str, Entry]


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A thing that was published once and is no more."""

    thing: str  # IRI
    date: str
    replaced_by: tuple[str, ...]
    notes: Mapping[str, str]  # language → text


@dataclass(frozen=True, slots=True)
class Published:
    """One release, ready to be served."""

    folder: Path
    identity: str  # content hash
    facts: Facts
    entries: Mapping[str, Entry]
    variants: Mapping[str, Variants]
    tombstones: Mapping[str, Tombstone]  # by document path

    @property
    def site(self) -> Path:
        """The folder of the files."""
        return self.folder / SITE

    @property
    def store(self) -> Path:
        """The folder of the query store."""
        return self.folder / "store"

    def document(self, thing: str) -> str | None:
        """The path of a thing's documents without extension, or None for an IRI outside the base."""
        path = iris.document_path(to_term(thing), self.facts.base)
        return None if path is None else str(path)


def load(folder: Path, *, thorough: bool) -> Published:
    """Open and check a release. `thorough` compares every byte with the manifest, else sizes are compared.

    Raises MoroError when the release is damaged or has no query store.
    """
    view = open_release(folder)
    damage = next(view.damages() if thorough else _wrong_sizes(view), None)
    if damage is None and not view.store.is_dir():
        damage = "store: missing"
    if damage is not None:
        raise MoroError(
            str(view.folder),
            Text(de=f"die Veröffentlichung ist beschädigt ({damage})", en=f"the release is damaged ({damage})"),
            Text(de="mit `moro-lod publish` neu veröffentlichen", en="publish again with `moro-lod publish`"),
        )
    manifest = view.manifest
    facts = read_facts(
        view.site, Facts(base=manifest.base, site_url=manifest.site_url, version=manifest.version, date=manifest.date)
    )
    entries = _entries(view)
    return Published(
        view.folder,
        manifest.content_hash,
        facts,
        entries,
        _variants(entries, facts.languages),
        {path: stone for stone in _tombstones(view.site / TOMBSTONES) if (path := _path_of(stone.thing, facts.base))},
    )


def _path_of(thing: str, base: str) -> str:
    return str(iris.document_path(to_term(thing), base) or "")


def _wrong_sizes(view: ReleaseView) -> Iterator[str]:
    for each in view.manifest.files:
        try:
            size = (view.folder / each.path).stat().st_size
        except OSError as error:
            yield f"{each.path}: {error.strerror}"
            continue
        if size != each.size:
            yield f"{each.path}: differs from the manifest"


def _entries(view: ReleaseView) -> dict[str, Entry]:
    files = {each.path.removeprefix(SITE + "/"): each for each in view.manifest.files if each.path.startswith(SITE + "/")}
    return {
        key: Entry(
            key,
            each.media_type,
            each.size,
            f'"{each.sha256[:32]}"',
            tuple(coding for coding, extension in ENCODINGS.items() if key + extension in files),
        )
        for key, each in files.items()
    }


def _variants(entries: Mapping[str, Entry], languages: tuple[str, ...]) -> dict[str, Variants]:
    files: dict[str, dict[str, Entry]] = {}
    pages: dict[str, dict[str, Entry]] = {}
    for key, entry in entries.items():
        for extension in _DOCUMENT_EXTENSIONS:
            if not key.endswith(extension):
                continue
            stem = key.removesuffix(extension)
            if extension != ".html":
                files.setdefault(stem, {})[extension] = entry
                continue
            other = next((each for each in languages[1:] if stem.endswith(f".{each}")), None)
            if other is None:
                folder = stem.partition("/")[0]
                pages.setdefault(stem, {})[folder if folder in languages else languages[0]] = entry
            else:
                pages.setdefault(stem.removesuffix(f".{other}"), {})[other] = entry
    return {stem: Variants(files.get(stem, {}), pages.get(stem, {})) for stem in files.keys() | pages.keys()}


def _tombstones(path: Path) -> Iterator[Tombstone]:
    if not path.is_file():
        return
    dataset = pyoxigraph.Dataset(pyoxigraph.parse(path=str(path), format=pyoxigraph.RdfFormat.TURTLE))
    things = sorted({quad.subject.value for quad in dataset if isinstance(quad.subject, pyoxigraph.NamedNode)})
    for thing in things:
        quads = list(dataset.quads_for_subject(pyoxigraph.NamedNode(thing)))
        yield Tombstone(
            thing,
            next((str(quad.object.value) for quad in quads if quad.predicate == _DATE), ""),  # type: ignore[union-attr]
            tuple(sorted(str(quad.object.value) for quad in quads if quad.predicate == _REPLACED)),  # type: ignore[union-attr]
            {str(quad.object.language or ""): str(quad.object.value) for quad in quads if quad.predicate == _NOTE},  # type: ignore[union-attr]
        )


def fingerprint(*parts: str | bytes) -> str:
    """A strong entity tag for something made of these parts, with its quotes."""
    digest = hashlib.sha256()
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        digest.update(len(content).to_bytes(8, "big") + content)
    return f'"{digest.hexdigest()[:32]}"'
