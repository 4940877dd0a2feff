"""Style sheets and scripts: what is published of them, and when they are built again."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from moro_lod.release import ReleaseView
from moro_lod.site import assets


def test_only_what_pages_name_is_published(release: ReleaseView) -> None:
    found = {path.relative_to(release.site).as_posix() for path in (release.site / "assets").rglob("*") if path.is_file()}
    plain = {name.removesuffix(".br").removesuffix(".gz") for name in found}
    assert plain == {str(path) for path in assets.load().paths.values()}
    assert not [name for name in plain if "stamp" in name or Path(name).name.startswith(".")]


@pytest.fixture
def stamp(root: Path, tmp_path: Path) -> Callable[[], str]:
    """What `node web/stamp.mjs` prints for a copy of the sources, in `tmp_path`."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node.js is absent: install it, the browser parts are built with it")
    shutil.copytree(root / "web", tmp_path / "web", ignore=shutil.ignore_patterns("node_modules"))
    shutil.copytree(root / "src/moro_lod/site", tmp_path / "src/moro_lod/site", ignore=shutil.ignore_patterns("built"))

    def run() -> str:
        return subprocess.run(
            [node, str(tmp_path / "web/stamp.mjs")], capture_output=True, text=True, check=True, timeout=60
        ).stdout

    return run


@pytest.mark.parametrize(
    ("file", "text", "again"),
    [
        ("src/moro_lod/site/templates/home.html", '<p class="kern-new">', True),
        ("src/moro_lod/site/view.py", '# class "kern-new"', True),
        ("src/moro_lod/site/view.py", "# nothing that pages show", False),
        ("src/moro_lod/site/assets/ui.js", "// other", True),
        ("web/src/search.js", "// other", True),
        ("web/package-lock.json", " ", True),
    ],
)
def test_browser_parts_are_old_when_something_changes_that_they_depend_on(
    stamp: Callable[[], str], tmp_path: Path, file: str, text: str, again: bool
) -> None:
    before = stamp()
    assert stamp() == before
    with (tmp_path / file).open("a", encoding="utf-8") as changed:
        changed.write(text)
    assert (stamp() != before) == again
