"""The release: a folder that one run publishes, whole or not at all.

    release -> releases/<content hash>/
      site/           what a static host serves
      store/          read-only Oxigraph store for the server
      manifest.json   every file with media type, size and SHA-256; written last

A release is built beside the others under a temporary name, flushed to disk, renamed to its final name, and only then does
the link `release` change over, by one rename. Whoever reads resolves the link once and then sees one release for as long as
the reader lives. `kill -9` at any moment leaves the old release or the new one. Where links do not exist
(Windows without developer mode), a pointer file `release.txt` takes the link's place.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import MoroError, Text, reason
from .files import File

LINK = "release"
POINTER = "release.txt"
FOLDER = "releases"
MANIFEST = "manifest.json"
SITE = "site"
STORE = "store"
KEPT = 2
MANIFEST_VERSION = 1
_LOCK = ".publishing"
_BUILDING = "building-"


@dataclass(frozen=True, slots=True)
class ManifestEntry:
    """A file of a release as its manifest states it. `path` is relative to the release (`site/data/moro.ttl`)."""

    path: str
    media_type: str
    size: int  # bytes
    sha256: str  # lower-case hex


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a release holds (manifest.json)."""

    content_hash: str
    version: str
    date: str  # ISO 8601, the release date of the settings
    base: str
    site_url: str
    nquads_sha256: str  # of the store's sorted N-Quads: store files themselves differ from run to run
    files: tuple[ManifestEntry, ...]  # sorted by path

    def to_json(self) -> bytes:
        """The bytes of manifest.json."""
        document = {
            "manifestVersion": MANIFEST_VERSION,
            "contentHash": self.content_hash,
            "version": self.version,
            "date": self.date,
            "base": self.base,
            "siteUrl": self.site_url,
            "store": {"path": STORE, "nquadsSha256": self.nquads_sha256},
            "files": [
                {"path": each.path, "mediaType": each.media_type, "bytes": each.size, "sha256": each.sha256}
                for each in self.files
            ],
        }
        return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()

    @classmethod
    def from_json(cls, text: bytes, place: str) -> Manifest:
        """Read manifest.json; raises MoroError when it is none."""
        try:
            document: Mapping[str, Any] = json.loads(text)
            if document["manifestVersion"] != MANIFEST_VERSION:
                raise ValueError(document["manifestVersion"])
            return cls(
                content_hash=document["contentHash"],
                version=document["version"],
                date=document["date"],
                base=document["base"],
                site_url=document["siteUrl"],
                nquads_sha256=document["store"]["nquadsSha256"],
                files=tuple(
                    ManifestEntry(each["path"], each["mediaType"], each["bytes"], each["sha256"])
                    for each in document["files"]
                ),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise MoroError(
                place,
                Text(de=f"das Manifest ist nicht lesbar ({error})", en=f"the manifest cannot be read ({error})"),
                Text(de="mit `moro-lod publish` neu veröffentlichen", en="publish again with `moro-lod publish`"),
            ) from error


@dataclass(frozen=True, slots=True)
class ReleaseView:
    """A release as a reader sees it: the resolved folder and its manifest."""

    folder: Path  # resolved, never the link itself
    manifest: Manifest

    @property
    def site(self) -> Path:
        """The folder that a static host serves."""
        return self.folder / SITE

    @property
    def store(self) -> Path:
        """The folder of the read-only Oxigraph store."""
        return self.folder / STORE

    def damages(self) -> Iterator[str]:
        """Files that are missing or not as the manifest states, and files that it does not name, as short sentences."""
        named = {each.path for each in self.manifest.files}
        for each in self.manifest.files:
            path = self.folder / each.path
            try:
                content = path.read_bytes()
            except OSError as error:
                yield f"{each.path}: {reason(error).en}"
                continue
            if len(content) != each.size or hashlib.sha256(content).hexdigest() != each.sha256:
                yield f"{each.path}: differs from the manifest"
        for path in sorted(self.site.rglob("*")):
            name = path.relative_to(self.folder).as_posix()
            if path.is_file() and name not in named:
                yield f"{name}: not in the manifest"


def current_folder(target: Path) -> Path | None:
    """The folder of the present release below `target`, resolved now, or None when nothing was published."""
    link, pointer = target / LINK, target / POINTER
    try:
        if link.is_symlink():
            return link.resolve(strict=True)
        if pointer.is_file():
            return (target / pointer.read_text(encoding="utf-8").strip()).resolve(strict=True)
    except OSError:
        return None
    return None


def open_release(folder: Path) -> ReleaseView:
    """Open a release: the folder of one, the link to one, or a folder that has the link.

    Raises MoroError when there is none or its manifest cannot be read.
    """
    resolved = folder.resolve() if (folder / MANIFEST).is_file() else current_folder(folder)
    if resolved is None or not (resolved / MANIFEST).is_file():
        raise MoroError(
            str(folder),
            Text(de="hier liegt keine Veröffentlichung", en="there is no release here"),
            Text(de="zuerst `moro-lod publish` aufrufen", en="run `moro-lod publish` first"),
        )
    manifest = resolved / MANIFEST
    return ReleaseView(resolved, Manifest.from_json(manifest.read_bytes(), str(manifest)))


def write_release(
    target: Path,
    files: Iterable[File],
    *,
    version: str,
    date: str,
    base: str,
    site_url: str,
    nquads: bytes,
    build_store: Callable[[Path], None],
) -> ReleaseView:
    """Write a release below `target`, switch the link to it, and remove all but the last two.

    `nquads` are the sorted N-Quads of everything published; `build_store` makes the store in the (empty) folder it is
    given. The same files give the same content hash and so the same folder, which is then left as it is. Raises
    MoroError when the disk is full or not writable, when another run is at work, or when two files want one path;
    the previous release is untouched then.
    """
    with _guarded(target):
        releases = target / FOLDER
        building = Path(tempfile.mkdtemp(prefix=_BUILDING, dir=releases))
        building.chmod(0o755)
        try:
            entries = tuple(sorted(write_files(building / SITE, files), key=lambda each: each.path))
            manifest = Manifest(
                _content_hash(entries, nquads, (version, date, base, site_url)),
                version,
                date,
                base,
                site_url,
                hashlib.sha256(nquads).hexdigest(),
                entries,
            )
            final = releases / manifest.content_hash[:16]
            while final.exists() and not _is_whole(final, manifest):  # damaged: it may be the present one, leave it
                final = final.with_name(f"{final.name}r")
            if not final.exists():
                (building / STORE).mkdir()
                build_store(building / STORE)
                _write_synced(building / MANIFEST, manifest.to_json())
                _sync_all()
                building.rename(final)
                _sync_folder(releases)
        finally:
            shutil.rmtree(building, ignore_errors=True)
        previous = current_folder(target)
        _switch(target, final)
        _remove_old(releases, final, previous)
        return ReleaseView(final.resolve(), manifest)


def _content_hash(entries: tuple[ManifestEntry, ...], nquads: bytes, settings: tuple[str, ...]) -> str:
    digest = hashlib.sha256(hashlib.sha256(nquads).digest())
    digest.update("\0".join(settings).encode())
    for each in entries:
        digest.update(f"{each.path}\0{each.media_type}\0{each.sha256}\n".encode())
    return digest.hexdigest()


def _is_whole(final: Path, manifest: Manifest) -> bool:
    """Whether a release with exactly this content lies there already, undamaged and with its store."""
    try:
        same = (final / MANIFEST).read_bytes() == manifest.to_json()
    except OSError:
        return False
    return same and (final / STORE).is_dir() and next(ReleaseView(final, manifest).damages(), None) is None


def write_files(site: Path, files: Iterable[File]) -> Iterator[ManifestEntry]:
    """Write files below a folder as they come, so that they need not be in memory together; what was written, in their order.

    Raises MoroError when two files want one path, or paths that only case tells apart.
    """
    root = f"{site}{os.sep}"  # texts, since there are tens of thousands of files and each step of a Path costs as much as a file
    folders: set[str] = set()
    written: dict[str, str] = {}  # path folded as case-insensitive file systems do → path
    for file in files:
        name = str(file.path)
        folded = name.casefold()
        if folded in written:
            other = written[folded]
            raise MoroError(
                name,
                Text(
                    de=f"zwei Dateien wollen denselben Ort ({other})" if other == name
                    else f"nur Groß- und Kleinschreibung unterscheidet sie von {other}",
                    en=f"two files want the same place ({other})" if other == name
                    else f"only upper and lower case tell it from {other}",
                ),
                Text(de="eine der IRIs oder Einstellungen ändern", en="change one of the IRIs or settings"),
            )  # fmt: skip
        written[folded] = name
        folder = name.rpartition("/")[0]
        if folder not in folders:
            os.makedirs(root + folder, exist_ok=True)  # noqa: PTH103 - see above
            folders.add(folder)
        with open(root + name, "xb") as target:  # noqa: PTH123
            target.write(file.content)
        yield ManifestEntry(f"{SITE}/{name}", file.media_type, len(file.content), hashlib.sha256(file.content).hexdigest())


@contextmanager
def _guarded(target: Path) -> Iterator[None]:
    """One run at a time; errors of the file system become messages."""
    link = target / LINK
    if link.exists() and not link.is_symlink():
        raise MoroError(
            str(link),
            Text(
                de="hier soll der Verweis auf die Veröffentlichung liegen, es liegt aber etwas anderes da",
                en="the link to the release belongs here, but something else is in its place",
            ),
            Text(de="umbenennen oder löschen", en="rename or remove that"),
        )
    try:
        (target / FOLDER).mkdir(parents=True, exist_ok=True)
        lock = (target / FOLDER / _LOCK).open("a+b")
    except OSError as error:
        raise _unwritable(target, error) from error
    with lock:
        if not _try_lock(lock.fileno()):
            raise MoroError(
                str(target),
                Text(de="hier veröffentlicht gerade ein anderer Lauf", en="another run is publishing here"),
                Text(de="warten, bis er fertig ist, dann wiederholen", en="wait until it has finished, then repeat"),
            )
        try:
            for leftover in (target / FOLDER).glob(f"{_BUILDING}*"):  # of runs that were killed
                shutil.rmtree(leftover, ignore_errors=True)
            yield
        except OSError as error:
            raise _unwritable(target, error) from error


def _unwritable(target: Path, error: OSError) -> MoroError:
    place = error.filename if isinstance(error.filename, str) else str(target)
    why = reason(error)
    return MoroError(
        place,
        Text(
            de=f"nicht schreibbar ({why.de}); die bisherige Veröffentlichung ist unverändert",
            en=f"cannot be written ({why.en}); the previous release is unchanged",
        ),
        Text(
            de="Platz schaffen oder Rechte prüfen, dann wiederholen",
            en="make room or check the permissions, then repeat",
        ),
    )


def _try_lock(descriptor: int) -> bool:
    """Take the lock of one file without waiting; it goes with the process, however that ends."""
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]
        except OSError:
            return False
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _write_synced(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_all() -> None:
    """Make sure that everything written is on disk before its name becomes visible."""
    sync = getattr(os, "sync", None)
    if sync is not None:  # one call instead of one for each of thousands of files
        sync()


def _sync_folder(folder: Path) -> None:
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows cannot open folders
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _switch(target: Path, final: Path) -> None:
    """Let the link (or the pointer file) name the new release, by one rename."""
    name = f"{FOLDER}/{final.name}"
    fresh = target / f".{LINK}-{os.getpid()}"
    try:
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(name, target_is_directory=True)
    except (OSError, NotImplementedError):
        _write_synced(fresh, f"{name}\n".encode())
        fresh.replace(target / POINTER)
    else:
        fresh.replace(target / LINK)
    _sync_folder(target)


def _remove_old(releases: Path, final: Path, previous: Path | None) -> None:
    """Keep the new release and the one before it."""
    kept = {final.name}
    if previous is not None:
        kept.add(previous.name)
    others = [each for each in releases.iterdir() if each.is_dir() and each.name not in kept]
    if len(kept) < KEPT and others:
        newest = max(others, key=lambda each: each.stat().st_mtime)
        others.remove(newest)
    for each in others:
        _discard(each)


def _discard(folder: Path) -> None:
    """Remove a release; it gets another name first, so that nobody meets it half removed."""
    doomed = folder.with_name(f"{_BUILDING}old-{folder.name}")
    shutil.rmtree(doomed, ignore_errors=True)
    folder.rename(doomed)
    shutil.rmtree(doomed, ignore_errors=True)
