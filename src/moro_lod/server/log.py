"""What happened, one JSON object a line: requests (with the query's hash, never its text) and events.

Visitors are shortened to their network (/24, /48), which is enough to tell an attack from a crowd and says nothing of a
person. Lines are collected and written together every half second.
"""

from __future__ import annotations

import ipaddress
import json
import sys
import time
from collections.abc import Mapping
from functools import lru_cache
from json.encoder import encode_basestring_ascii as quote_json
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from .message import Request

_KEPT = 50_000  # lines at most between two writes


@lru_cache(4096)
def visitor(address: str) -> str:
    """An address shortened to its network."""
    try:
        length = 24 if ipaddress.ip_address(address).version == 4 else 48
        return str(ipaddress.ip_network((address, length), strict=False))
    except ValueError:
        return ""


class Log:
    """A log; `level` is "all" (each request), "problems" (events and failures) or "off"."""

    def __init__(self, level: str = "all", stream: IO[str] | None = None) -> None:
        self.requests = level == "all"
        self.events = level != "off"
        self._stream = stream
        self._lines: list[str] = []
        self._dropped = 0
        self._second = 0
        self._time = ""

    def request(
        self, service: str, method: str, status: int, size: int, seconds: float, request: Request,
        note: Mapping[str, str | int | float] | None, client: str = "",
    ) -> None:  # fmt: skip
        """A request was answered."""
        if len(self._lines) >= _KEPT:
            self._dropped += 1
            return
        path = quote_json(request.path[:200].decode("latin-1"))
        more = f', "query": {json.dumps(note)}' if note else ""
        self._lines.append(
            f'{{"time": "{self._now()}", "event": "request", "service": "{service}", "method": "{method}", "path": {path}, '
            f'"status": {status}, "bytes": {size}, "ms": {seconds * 1000:.2f}, "visitor": "{visitor(client or request.client)}"{more}}}'
        )

    def __call__(self, event: str, **fields: object) -> None:
        """An event: start, takeover, a worker that ended, an error."""
        if self.events:
            self._keep({"time": self._now(), "event": event, **fields})

    def _keep(self, line: Mapping[str, object]) -> None:
        if len(self._lines) >= _KEPT:
            self._dropped += 1
            return
        self._lines.append(json.dumps(line, ensure_ascii=True))

    def flush(self) -> None:
        """Write what was collected."""
        if self._dropped:
            self._lines.append(json.dumps({"time": self._now(), "event": "log-lines-dropped", "count": self._dropped}))
            self._dropped = 0
        if self._lines:
            stream = self._stream or sys.stderr
            lines, self._lines = self._lines, []
            try:
                stream.write("\n".join(lines) + "\n")
                stream.flush()
            except (OSError, ValueError):  # nobody reads it any more
                self.requests = self.events = False

    def _now(self) -> str:
        now = time.time()
        second = int(now)
        if second != self._second:
            self._second = second
            self._time = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        return f"{self._time}.{int((now - second) * 1000):03}Z"
