"""The wheel holds everything that the program needs and works outside of the repository."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """A folder with the unpacked wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=root,
        check=True,
        capture_output=True,
    )
    wheel = next(folder.glob("*.whl"))
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--no-index",
            "--target",
            str(folder / "lib"),
            str(wheel),
        ],
        check=True,
        capture_output=True,
    )
    return folder / "lib"


def run(installed: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(installed), "LANG": "C.UTF-8"}
    return subprocess.run(
        [sys.executable, "-m", "moro_lod", *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )


def test_the_wheel_publishes_a_project_outside_of_the_repository(installed: Path, example: Path) -> None:
    where = subprocess.run(
        [sys.executable, "-c", "import moro_lod; print(moro_lod.__file__)"],
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert where.stdout.startswith(str(installed))
    result = run(installed, example, "publish")
    assert result.returncode == 0, result.stderr
    assert "Published: Bridges of Musterfluss, version 0.3.0" in result.stdout
    assert (example / "release" / "site" / "data" / "bridges.ttl").is_file()


def test_the_wheel_carries_the_licence_and_no_tests(installed: Path) -> None:
    names = {path.relative_to(installed).as_posix() for path in installed.rglob("*")}
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not any(name.startswith("tests/") for name in names)
    assert "moro_lod/py.typed" in names
