"""Environments of their own for the real harvesters that the tests run: `.cache/harvesters/{ckan,udata}`.

Called by `make test` before the tests; does nothing when an environment is up to date. A harvester that cannot be installed
is reported and left out: its tests are then skipped, visibly.
"""

import hashlib
import shutil
import subprocess
import sys
import venv
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
CACHE = HERE.parent.parent / ".cache" / "harvesters"
NAMES = ("ckan", "udata")


def requirements(name: str) -> Path:
    """The pinned packages of a harvester."""
    return HERE / f"requirements-{name}.txt"


def stamp(name: str) -> str:
    """What an environment is made from: the pinned packages and the interpreter."""
    return hashlib.sha256(requirements(name).read_bytes()).hexdigest() + f" {sys.version_info[:2]}\n"


def python(name: str) -> Path | None:
    """The interpreter of a harvester's environment, or None when that is absent or out of date."""
    folder = CACHE / name
    mark = folder / ".made"
    if not mark.is_file() or mark.read_text(encoding="utf-8") != stamp(name):
        return None
    return folder / "bin" / "python"


def prepare(name: str) -> str:
    """Make one environment; returns a line for people."""
    if python(name):
        return f"{name}: up to date"
    folder = CACHE / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        venv.create(folder, with_pip=False)
        command = [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python"), "install", "--quiet"]
        command += ["--no-deps", "--no-compile", "--disable-pip-version-check", "--requirement", str(requirements(name))]
        result = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        if result.returncode:
            lines = [line for line in result.stderr.splitlines() if "ERROR" in line] or ["pip failed"]
            return f"{name}: not available ({lines[0][:200]}); its tests will be skipped"
    except (OSError, subprocess.SubprocessError) as error:
        return f"{name}: not available ({error}); its tests will be skipped"
    (folder / ".made").write_text(stamp(name), encoding="utf-8")
    return f"{name}: ready"


if __name__ == "__main__":
    with ThreadPoolExecutor(len(NAMES)) as pool:
        for line in pool.map(prepare, NAMES):
            print(line)
