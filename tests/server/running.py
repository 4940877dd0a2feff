"""A server process for tests, and raw HTTP to talk to it."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote


@dataclass
class Reply:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Running:
    """A server process; ended by its own pid."""

    process: subprocess.Popen[str]
    port: int
    log: Path
    folder: Path
    host: str = "127.0.0.1"
    _ended: bool = field(default=False)

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def get(
        self, path: str, accept: str | None = None, method: str = "GET", body: bytes | None = None, source: str = "127.0.0.1",
        timeout: float = 60, **headers: str,
    ) -> Reply:  # fmt: skip
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=timeout, source_address=(source, 0))
        try:
            given = {name.replace("_", "-"): value for name, value in headers.items()}
            if accept is not None:
                given["Accept"] = accept
            connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in given.items():
                connection.putheader(name, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            response = connection.getresponse()
            return Reply(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())
        finally:
            connection.close()

    def query(self, query: str, accept: str | None = "application/sparql-results+json", **more: object) -> Reply:
        """A SPARQL query by GET."""
        return self.get(f"/sparql?query={quote(query, safe='')}", accept, **more)  # type: ignore[arg-type]

    def raw(self, data: bytes, *, half_close: bool = False, timeout: float = 10) -> bytes:
        """Bytes in, everything that comes back out."""
        with socket.create_connection((self.host, self.port), timeout=timeout) as connection:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.sendall(data)
                if half_close:
                    connection.shutdown(socket.SHUT_WR)
            parts = []
            with contextlib.suppress(ConnectionResetError, TimeoutError):
                while part := connection.recv(65536):
                    parts.append(part)
            return b"".join(parts)

    def events(self) -> str:
        return self.log.read_text()

    def wait_for(self, pattern: str, seconds: float = 30) -> re.Match[str]:
        """Wait until the log has a line that matches."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = re.search(pattern, self.events())
            if found:
                return found
            time.sleep(0.05)
        raise AssertionError(f"{pattern!r} did not appear in the log:\n{self.events()[-3000:]}")

    def workers(self) -> list[int]:
        """The pids of the query workers."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with contextlib.suppress(OSError):
                    stat = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                    if int(stat[1]) == self.process.pid and stat[0] != "Z":
                        found.append(int(entry.name))
        return found

    def stop(self) -> int:
        """End it in order; its exit code."""
        if not self._ended:
            self._ended = True
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process.pid, signal.SIGTERM)
        if self.process.stdout is not None:
            self.process.stdout.close()
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            os.kill(self.process.pid, signal.SIGKILL)
            raise


@contextlib.contextmanager
def running(folder: Path, log: Path, *options: str) -> Iterator[Running]:
    """A server on a free port for the release below `folder`."""
    server = start(folder, log, *options)
    try:
        yield server
    finally:
        code = server.stop()
        assert code == 0, (code, server.events()[-2000:])


def start(folder: Path, log: Path, *options: str) -> Running:
    """Start a server and wait until it listens."""
    with log.open("w") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "moro_lod", "--lang", "en", "serve", "--release", str(folder), "--port", "0", *options],
            stdout=subprocess.PIPE,
            stderr=stream,
            text=True,
        )
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.search(r":(\d+)", line)
    if not found:
        process.wait(10)
        raise AssertionError(f"the server did not start: {line!r} {log.read_text()[-2000:]}")
    return Running(process, int(found[1]), log, folder)
