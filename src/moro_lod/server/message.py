"""Requests and responses as the server's modules hand them to each other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple

Headers = tuple[tuple[str, str], ...]

_UNSAFE = re.compile(r"[^\x20-\x7e\x80-\xff]")
_REASONS = {each.value: each.phrase for each in HTTPStatus} | {413: "Content Too Large", 422: "Unprocessable Content"}

CORS: Headers = (
    ("access-control-allow-origin", "*"),
    ("access-control-expose-headers", "Content-Location, ETag, Link, Location, Retry-After"),
)
PLAIN = "text/plain; charset=utf-8"


class Request:
    """One HTTP request. Path and query are the raw bytes of the request line; header names are lower-case."""

    __slots__ = ("body", "client", "headers", "method", "path", "prefix", "query", "repeated", "target", "when_gone")

    def __init__(self, method: str, target: bytes, headers: dict[bytes, bytes], body: bytes = b"", client: str = "") -> None:
        self.method = method
        self.target = target
        path, _, self.query = target.partition(b"?")
        self.path = path
        self.headers = headers
        self.body = body
        self.client = client  # address that limits count for
        self.prefix = ""  # path below which the site is mounted, as the browser sees it; no slash at the end
        self.repeated = False  # the answer came from a cache
        self.when_gone: Callable[[], None] | None = None  # called once when the client goes away before the answer

    def header(self, name: bytes) -> str | None:
        """A header's value; several lines of one name are joined by commas."""
        value = self.headers.get(name)
        return None if value is None else value.decode("latin-1")


class FilePart(NamedTuple):
    """A stretch of a file as the body of a response."""

    path: Path
    start: int
    length: int


class Response:
    """One HTTP response. `head` is the ready block of status line and headers, without Date and the empty line."""

    __slots__ = ("body", "close", "head", "length", "note", "status")

    def __init__(
        self, status: int, headers: Iterable[tuple[str, str]], body: bytes | FilePart = b"", *, close: bool = False
    ) -> None:
        self.status = status
        self.body = body
        self.length = body.length if isinstance(body, FilePart) else len(body)
        self.close = close
        self.note: dict[str, str | int | float] | None = None  # what the log says besides
        self.head = _head(status, headers, self.length)


def _head(status: int, headers: Iterable[tuple[str, str]], length: int) -> bytes:
    """Raises ValueError rather than let a header value break out of its line."""
    lines = [f"HTTP/1.1 {status} {_REASONS.get(status, 'Unknown')}"]
    counted = status not in (204, 304)
    for name, value in headers:
        if _UNSAFE.search(value) or _UNSAFE.search(name):
            raise ValueError(f"unsafe header {name!r}")
        if name == "content-length":
            counted = False
        lines.append(f"{name}: {value}")
    if counted:
        lines.append(f"content-length: {length}")
    return "\r\n".join((*lines, "")).encode("latin-1")


def text_response(status: int, text: str, headers: Iterable[tuple[str, str]] = (), *, close: bool = False) -> Response:
    """A response of plain text that no cache keeps."""
    return Response(
        status,
        (("content-type", PLAIN), ("cache-control", "no-store"), ("x-content-type-options", "nosniff"), *CORS, *headers),
        (text + "\n").encode(),
        close=close,
    )
