"""A release is whole or absent, whatever happens while it is written."""

import errno
import json
import random
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

from moro_lod import release
from moro_lod.errors import MoroError
from moro_lod.files import File
from moro_lod.release import ReleaseView, current_folder, open_release, write_release

FILES = (
    File(PurePosixPath("index.html"), b"<p>hello", "text/html"),
    File(PurePosixPath("data/x.nt"), b"", "application/n-triples"),
)


def write(target: Path, files: tuple[File, ...] = FILES, nquads: bytes = b"", version: str = "1.0.0") -> ReleaseView:
    return write_release(
        target,
        files,
        version=version,
        date="2026-01-01",
        base="https://example.org/",
        site_url="https://example.org/",
        nquads=nquads,
        build_store=lambda folder: (folder / "CURRENT").touch(),
    )


def one_file(text: str) -> tuple[File, ...]:
    return (File(PurePosixPath("index.html"), text.encode(), "text/html"),)


def test_the_manifest_states_every_file(tmp_path: Path) -> None:
    view = write(tmp_path)
    manifest = json.loads((view.folder / "manifest.json").read_text())
    assert [each["path"] for each in manifest["files"]] == ["site/data/x.nt", "site/index.html"]
    assert manifest["files"][1]["bytes"] == 8
    assert list(open_release(tmp_path).damages()) == []
    assert open_release(tmp_path).manifest == view.manifest


def test_the_link_leads_to_the_release_and_is_relative(tmp_path: Path) -> None:
    view = write(tmp_path)
    assert str((tmp_path / "release").readlink()) == f"releases/{view.folder.name}"
    assert (tmp_path / "release" / "site" / "index.html").read_bytes() == b"<p>hello"


def test_the_same_content_is_the_same_release(tmp_path: Path) -> None:
    assert write(tmp_path / "a").folder.name == write(tmp_path / "b").folder.name
    assert write(tmp_path / "a").folder == write(tmp_path / "a").folder
    assert write(tmp_path / "a").folder != write(tmp_path / "a", version="1.0.1").folder


def test_the_last_two_releases_are_kept(tmp_path: Path) -> None:
    names = [write(tmp_path, one_file(str(number))).folder.name for number in range(4)]
    assert sorted(each.name for each in (tmp_path / "releases").iterdir() if each.is_dir()) == sorted(names[-2:])


def test_a_damaged_release_is_found_and_written_anew_without_touching_it(tmp_path: Path) -> None:
    first = write(tmp_path)
    (first.site / "index.html").write_bytes(b"changed")
    (first.site / "stranger.html").touch()
    assert sorted(first.damages()) == [
        "site/index.html: differs from the manifest",
        "site/stranger.html: not in the manifest",
    ]
    second = write(tmp_path)
    assert second.folder != first.folder
    assert list(open_release(tmp_path).damages()) == []


@pytest.mark.parametrize("other", ["index.html", "INDEX.html"])
def test_two_files_for_one_place_are_refused(tmp_path: Path, other: str) -> None:
    old = write(tmp_path)
    with pytest.raises(MoroError, match=f"{other}: "):
        write(tmp_path, (*FILES, File(PurePosixPath(other), b"", "text/html")))
    assert open_release(tmp_path).folder == old.folder


def test_an_error_in_the_middle_leaves_the_old_release(tmp_path: Path) -> None:
    old = write(tmp_path)

    def broken() -> Iterator[File]:
        yield FILES[0]
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write(tmp_path, broken())  # type: ignore[arg-type]
    assert open_release(tmp_path).folder == old.folder
    assert [each.name for each in (tmp_path / "releases").iterdir() if each.is_dir()] == [old.folder.name]


def test_a_full_disk_is_told_and_leaves_the_old_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = write(tmp_path)

    def full(path: Path, content: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr(release, "_write_synced", full)
    with pytest.raises(MoroError, match=r"cannot be written \(the disk is full\); the previous release is unchanged"):
        write(tmp_path, one_file("new"))
    assert open_release(tmp_path).folder == old.folder


def test_a_target_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(MoroError, match="cannot be written"):
        write(tmp_path / "file")


def test_two_runs_at_once_are_told_apart(tmp_path: Path) -> None:
    write(tmp_path)

    def nested() -> Iterator[File]:
        with pytest.raises(MoroError, match="another run is publishing here"):
            write(tmp_path)
        yield FILES[0]

    write(tmp_path, nested())  # type: ignore[arg-type]


def test_where_links_do_not_exist_a_pointer_file_takes_their_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise OSError("no links here")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    view = write(tmp_path)
    assert not (tmp_path / "release").exists()
    assert (tmp_path / "release.txt").read_text() == f"releases/{view.folder.name}\n"
    assert open_release(tmp_path).folder == view.folder


@pytest.mark.parametrize("manifest", ["", "{}", '{"manifestVersion": 99}'])
def test_a_release_with_a_damaged_manifest_is_refused(tmp_path: Path, manifest: str) -> None:
    view = write(tmp_path)
    (view.folder / "manifest.json").write_text(manifest)
    with pytest.raises(MoroError, match="the manifest cannot be read"):
        open_release(tmp_path)


def test_a_folder_without_release_is_told(tmp_path: Path) -> None:
    with pytest.raises(MoroError, match="there is no release here"):
        open_release(tmp_path)
    (tmp_path / "release").symlink_to("releases/gone")
    with pytest.raises(MoroError, match="there is no release here"):
        open_release(tmp_path)


WRITER = textwrap.dedent("""
    import sys
    from pathlib import Path, PurePosixPath
    from moro_lod.files import File
from moro_lod.release import write_release

    def files(number):
        print("writing", flush=True)
        for n in range(40):
            yield File(PurePosixPath(f"{n}/{n}.txt"), f"{number} ".encode() * 20000, "text/plain")

    number = 0
    while True:
        number += 1
        write_release(Path(sys.argv[1]), files(number), version="1.0.0", date="2026-01-01", base="https://example.org/",
                      site_url="https://example.org/", nquads=str(number).encode(),
                      build_store=lambda folder: (folder / "CURRENT").write_text(str(number)))
""")


def test_a_run_killed_at_any_moment_leaves_a_whole_release(tmp_path: Path, long_run: bool) -> None:
    chance = random.Random(7)  # noqa: S311  (repeatable moments)
    write(tmp_path)
    moments = 100 if long_run else 10
    for _ in range(moments):
        with subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            for _ in range(chance.randrange(1, 4)):
                process.stdout.readline()
            try:
                process.wait(timeout=chance.random() * 0.15)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
        view = open_release(tmp_path)
        assert list(view.damages()) == []
        assert (view.store / "CURRENT").is_file()
    write(tmp_path)
    left = {each.name for each in (tmp_path / "releases").iterdir() if each.is_dir()}
    current = current_folder(tmp_path)
    assert current is not None
    assert len(left) <= 2
    assert current.name in left
