"""The release and the server that most tests of the server share."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import released
from running import Running, running


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small release."""
    folder = tmp_path_factory.mktemp("town")
    released.make(folder)
    return folder


@pytest.fixture(scope="session")
def server(town: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server on the small release: limits are low, so that tests are quick."""
    log = tmp_path_factory.mktemp("log") / "server.log"
    with running(town, log, "--timeout", "3", "--memory", "400", "--max-result", "2", "--rate", "0") as one:
        yield one
