"""A small complete project to begin with: the one that the tests use, in another domain than this publication."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from .errors import MoroError, Text, reason
from .project import SETTINGS_FILE

_IN_PACKAGE = Path(__file__).parent / "example"  # a wheel carries it there
_IN_REPOSITORY = Path(__file__).parents[2] / "tests" / "example"


def files() -> Iterator[tuple[PurePosixPath, bytes]]:
    """The project's files, sorted by path."""
    folder = _IN_PACKAGE if _IN_PACKAGE.is_dir() else _IN_REPOSITORY
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        relative = path.relative_to(folder)
        if not {"release", "releases"} & set(relative.parts):
            yield PurePosixPath(relative.as_posix()), path.read_bytes()


def write(folder: Path) -> tuple[PurePosixPath, ...]:
    """Write the project into a folder that is empty or not there yet; what was written.

    Raises MoroError when the folder holds anything or cannot be written; nothing that lies there is touched.
    """
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if next(folder.iterdir(), None) is not None:
            raise MoroError(
                str(folder),
                Text(de="der Ordner ist nicht leer", en="the folder is not empty"),
                Text(
                    de="einen neuen Ordner nennen; ein vorhandenes Projekt braucht kein init",
                    en="name a new folder; a project that is there already needs no init",
                ),
            )
        for path, content in files():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as file:
                file.write(content)
            written.append(path)
    except OSError as error:
        for path in written:
            with contextlib.suppress(OSError):
                (folder / path).unlink()
        why = reason(error)
        raise MoroError(
            str(error.filename or folder),
            Text(de=f"nicht schreibbar ({why.de})", en=f"cannot be written ({why.en})"),
            Text(de="einen anderen Ordner nennen", en="name another folder"),
        ) from error
    assert PurePosixPath(SETTINGS_FILE) in written  # noqa: S101 - else the package is broken
    return tuple(written)
