"""Files that are ready to be written: what the core hands to the release."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath


@dataclass(frozen=True, slots=True)
class File:
    """A file of the site, ready to be written. `path` is relative to the site's root."""

    path: PurePosixPath
    content: bytes
    media_type: str


def media_path(name: str) -> PurePosixPath:
    """Where a video of the project lies in the site; `name` is its path in the project."""
    return PurePosixPath("media", PurePosixPath(name).name)
