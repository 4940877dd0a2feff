"""Every command in the README runs and prints what stands there.

A block marked `console` holds commands (`$ …`), what they print, and `[exit code N]` where that is not 0. `…` stands for anything.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TREES = ("data", "ontology", "queries", "shapes", "moro-lod.toml", "publication.lock")


def blocks(text: str, kind: str) -> list[str]:
    """The fenced blocks of one kind (what stands behind the opening fence), in order."""
    parts = re.split(r"^```(.*)\n", text, flags=re.MULTILINE)  # prose, kind, body, "", prose, kind, …
    return [parts[number + 1] for number in range(1, len(parts) - 1, 4) if parts[number] == kind]


def steps(block: str) -> list[tuple[str, str, int]]:
    """(command, expected output, exit code) of a console block."""
    found = []
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, expected = part.partition("\n")
        code = re.search(r"^\[exit code (\d+)\]\n?", expected, re.MULTILINE)
        found.append((command, expected.replace(code[0], "") if code else expected, int(code[1]) if code else 0))
    return found


def pattern(expected: str) -> re.Pattern[str]:
    return re.compile(
        r"\s*".join(".*?".join(map(re.escape, line.split("…"))) for line in expected.strip().split("\n")) + r"\s*", re.DOTALL
    )


@pytest.fixture(scope="module", params=["README.md", pytest.param("README.de.md", marks=pytest.mark.long)])
def readme(request: pytest.FixtureRequest, root: Path) -> str:
    return (root / request.param).read_text(encoding="utf-8")


@pytest.fixture
def project(root: Path, tmp_path: Path) -> Path:
    """A copy of the project's data, as after a fresh clone."""
    for name in TREES:
        source = root / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name)
        else:
            shutil.copy(source, tmp_path / name)
    return tmp_path


def test_every_command_prints_what_the_readme_shows(readme: str, project: Path) -> None:
    german = "Deutsch:" not in readme
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "LC_ALL": "de_DE.UTF-8" if german else "C.UTF-8",
        "PYTHONIOENCODING": "utf-8",
    }
    shown = [step for block in blocks(readme, "console") for step in steps(block)]
    assert len(shown) > 8
    for command, expected, code in shown:
        result = subprocess.run(  # noqa: S602  (the project's own README)
            command, shell=True, cwd=project, env=environment, text=True, capture_output=True, timeout=240, check=False
        )
        printed = result.stdout + result.stderr
        assert result.returncode == code, f"{command}: {printed}"
        assert pattern(expected).fullmatch(printed.strip() + "\n" if expected.strip() else ""), f"{command}:\n{printed}"


def test_every_request_to_the_server_is_answered_as_the_readme_shows(readme: str, published: Path) -> None:
    """Blocks marked `console serve` are requests to `moro-lod serve`, here on a free port."""
    shown = [step for block in blocks(readme, "console serve") for step in steps(block)]
    assert shown
    command_line = [sys.executable, "-m", "moro_lod", "serve", "--release", str(published), "--port", "0"]
    with subprocess.Popen(command_line, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            assert server.stdout is not None
            found = re.search(r"http://(\S+?)/", server.stdout.readline())
            assert found is not None
            for command, expected, code in shown:
                asked = command.replace("localhost:8000", found[1])
                result = subprocess.run(  # noqa: S602  (the project's own README)
                    asked, shell=True, text=True, capture_output=True, timeout=60, check=False
                )
                printed = (result.stdout + result.stderr).replace(found[1], "localhost:8000").replace("\r", "")
                assert result.returncode == code, f"{command}: {printed}"
                assert pattern(expected).fullmatch(printed.strip() + "\n"), f"{command}:\n{printed}"
        finally:
            server.terminate()


def test_the_library_example_runs(readme: str, project: Path) -> None:
    for block in blocks(readme, "python"):
        result = subprocess.run([sys.executable, "-c", block], cwd=project, text=True, capture_output=True, check=False)
        assert result.returncode == 0, result.stderr
        assert result.stdout.startswith("0 violations")


def test_the_make_targets_that_the_readme_names_exist(readme: str, root: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (root / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make ([a-z-]+)", readme, re.MULTILINE)) <= targets


def test_the_files_and_folders_that_the_readme_names_exist(readme: str, root: Path) -> None:
    tree = next(block for block in blocks(readme, "") if "pyproject" in block)
    assert [name for name in re.findall(r"^(\S+)", tree, re.MULTILINE) if not (root / name).exists()] == []
