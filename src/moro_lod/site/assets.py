"""Style sheets, scripts, fonts: the package's own, and the bundles that `make assets` builds from npm packages.

Files get the hash of their content into their names, so that hosts may let browsers keep them for ever.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath

from .. import formats

FOLDER = PurePosixPath("assets")
OWN = ("site.css", "ui.js", "favicon.svg")
BUNDLES = (
    "kern.css",
    "search.js",
    "table.js",
    "map.js",
    "map.css",
    "query.js",
    "query.css",
    "query-worker.js",
    "oxigraph.wasm",
)
_KEPT_NAMES = ("fonts/", "LICENCES.txt")  # named from inside other files


@dataclass(frozen=True, slots=True)
class Assets:
    """What lies in the package: logical name (`search.js`) → path in the site, and the bytes."""

    paths: dict[str, PurePosixPath]
    contents: dict[str, bytes]

    def __contains__(self, name: str) -> bool:
        return name in self.paths

    @property
    def missing(self) -> tuple[str, ...]:
        """The bundles that were not built."""
        return tuple(name for name in BUNDLES if name not in self.paths)

    def size(self, name: str) -> int:
        """Bytes, uncompressed."""
        return len(self.contents[name])

    def files(self) -> Iterator[tuple[PurePosixPath, bytes, str]]:
        """Path, content and media type of each."""
        for name, path in sorted(self.paths.items()):
            known = formats.by_extension(path.suffix) or formats.BINARY
            yield path, self.contents[name], known.media_type


@lru_cache(maxsize=1)
def load() -> Assets:
    """Read everything from the package."""
    folder = resources.files(__package__).joinpath("assets")
    contents: dict[str, bytes] = {}
    for name in OWN:
        file = folder.joinpath(name)
        if file.is_file():
            contents[name] = file.read_bytes()
    built = folder.joinpath("built")
    if built.joinpath("stamp.txt").is_file():
        contents.update(
            (name, content) for name, content in _below(built, "") if name in BUNDLES or name.startswith(_KEPT_NAMES)
        )
    return Assets({name: FOLDER / _public_name(name, content) for name, content in contents.items()}, contents)


def _below(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        if entry.is_dir():
            yield from _below(entry, f"{prefix}{entry.name}/")
        else:
            yield f"{prefix}{entry.name}", entry.read_bytes()


def _public_name(name: str, content: bytes) -> PurePosixPath:
    if name.startswith(_KEPT_NAMES):
        return PurePosixPath(name)
    path = PurePosixPath(name)
    return path.with_name(f"{path.stem}.{hashlib.sha256(content).hexdigest()[:10]}{path.suffix}")
