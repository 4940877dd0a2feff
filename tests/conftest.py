"""What all tests share: projects, releases made once a run, and a guard against the network."""

from __future__ import annotations

import fcntl
import ipaddress
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from moro_lod.project import Project
from moro_lod.release import ReleaseView, open_release

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "tests" / "example"
CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip

LATER = ("server", "site", "harvest")  # folders of slower tests: the quick ones come first


settings.register_profile("same", derandomize=True, deadline=None)  # the same cases each time: a red run means a change
settings.register_profile("long", max_examples=2000, deadline=None)
settings.load_profile("long" if os.environ.get("MORO_LONG") else "same")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-snapshots", action="store_true", help="write what is produced now as the new snapshots")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: next((n for n, name in enumerate(LATER, 1) if f"tests/{name}/" in item.nodeid), 0))


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> None:
    """Refuse connections to anything but this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_loopback(address[0]):
            raise RuntimeError(f"a test tried to reach {address}")
        connect(self, address)

    # Every library connects through this method, so the guard stands there for the whole run.
    socket.socket.connect = guarded  # type: ignore[method-assign]


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session")
def long_run() -> bool:
    """Whether the counts may be large (`make test-long`)."""
    return bool(os.environ.get("MORO_LONG"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of this project, which is itself a project for the program."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with official shapes and test suites beside the project."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the folder ../shared with official shapes and test suites is absent")
    return folder


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A copy of the example project that a test may change."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "example"))


def _once(tmp_path_factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that is made once a run, whichever worker comes first."""
    common = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        common = common.parent
    folder = common / name
    with (common / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / ".made").exists():
            folder.mkdir(exist_ok=True)
            make(folder)
            (folder / ".made").touch()
    return folder


def _publish(project: Path) -> Callable[[Path], None]:
    from moro_lod.pipeline import publish

    return lambda folder: void(publish(Project.open(project), folder))


def void(_: object) -> None:
    """Take a value and give none."""


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the release of the real data (the link `release` is in it)."""
    return _once(tmp_path_factory, "published", _publish(ROOT))


@pytest.fixture(scope="session")
def release(published: Path) -> ReleaseView:
    """The release of the real data."""
    return open_release(published)


@pytest.fixture(scope="session")
def published_example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the release of the example project."""
    return _once(tmp_path_factory, "published-example", _publish(EXAMPLE))


@pytest.fixture(scope="session")
def example_release(published_example: Path) -> ReleaseView:
    """The release of the example project."""
    return open_release(published_example)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a screen."""
    from playwright.sync_api import sync_playwright

    program = next((path for path in CHROMIUM if Path(path).exists()), None)
    if program is None:
        pytest.skip("Chromium is absent: apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield started
        started.close()
