"""The files of a site as preflight sees them: those of a release on disk, or those that are about to become one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from urllib.parse import unquote

from ..files import File
from ..release import SITE, ReleaseView


@dataclass(frozen=True, slots=True)
class Stored:
    """One file: what is known of it without reading it, and how to read it."""

    media_type: str
    size: int
    sha256: str
    read: Callable[[], bytes] = field(repr=False, compare=False)


@dataclass(frozen=True)
class Contents:
    """The files of a site by their path below its root, with the settings that a release keeps."""

    base: str
    site_url: str
    version: str
    date: str
    files: Mapping[str, Stored]

    @classmethod
    def of_release(cls, release: ReleaseView) -> Contents:
        """The files of a release, as its manifest states them."""
        manifest = release.manifest
        files = {
            each.path.removeprefix(f"{SITE}/"): Stored(
                each.media_type, each.size, each.sha256, (release.folder / each.path).read_bytes
            )
            for each in manifest.files
            if each.path.startswith(f"{SITE}/")
        }
        return cls(manifest.base, manifest.site_url, manifest.version, manifest.date, files)

    @classmethod
    def of_files(cls, files: Iterable[File], *, base: str, site_url: str, version: str, date: str) -> Contents:
        """Files in memory."""
        stored = {str(each.path): _stored(each) for each in files}
        return cls(base, site_url, version, date, stored)

    def read(self, path: PurePosixPath | str) -> bytes | None:
        """The bytes of a file; None when it is missing or cannot be read."""
        stored = self.files.get(str(path))
        if stored is None:
            return None
        try:
            return stored.read()
        except OSError:
            return None

    def path_of(self, url: str) -> str | None:
        """The path of the file that a URL of the site leads to, or None for URLs elsewhere."""
        if not url.startswith(self.site_url):
            return None
        path = unquote(url[len(self.site_url) :].partition("#")[0].partition("?")[0])
        if not path or path.endswith("/"):
            return f"{path}index.html"
        return path

    def serves(self, url: str) -> bool:
        """Whether a URL of the site leads to one of the files, as a plain file host serves them."""
        path = self.path_of(url)
        return path is not None and path in self.files

    @cached_property
    def names(self) -> tuple[str, ...]:
        """All paths, sorted."""
        return tuple(sorted(self.files))


def _stored(file: File) -> Stored:
    content = file.content
    return Stored(file.media_type, len(content), hashlib.sha256(content).hexdigest(), lambda: content)
