"""Whether addresses answer: asked of a running server, or of the files of the release when none is given."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urljoin, urlsplit

from .contents import Contents

_REDIRECTS = (301, 302, 303, 307, 308)
_MOST_REDIRECTS = 5
_LARGEST = 256 * 1024 * 1024  # bytes of one answer


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status (0 when nothing did), headers with lower-case names, the address that answered at last, body."""

    status: int
    headers: Mapping[str, str]
    url: str
    body: bytes = b""

    @property
    def is_there(self) -> bool:
        """Whether the status says success."""
        return 200 <= self.status < 300

    @property
    def media_type(self) -> str:
        """The media type without parameters, lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Reach(Protocol):
    """Something that can be asked for addresses of the site."""

    @property
    def is_server(self) -> bool:
        """Whether answers come over HTTP."""

    def ask(self, url: str, method: str = "HEAD", accept: str = "*/*") -> Answer | None:
        """The answer for an address; None for addresses that cannot be asked from here."""


@dataclass(frozen=True)
class Folder:
    """The files of a release as a plain file host would serve them."""

    contents: Contents
    is_server: bool = False

    def ask(self, url: str, method: str = "HEAD", accept: str = "*/*") -> Answer | None:  # noqa: ARG002
        """200 or 404 for addresses of the site, None for others. Accept is not looked at: files cannot negotiate."""
        path = self.contents.path_of(url)
        if path is None:
            return None
        stored = self.contents.files.get(path)
        if stored is None:
            return Answer(404, {}, url)
        headers = {"content-type": stored.media_type, "content-length": str(stored.size)}
        body = stored.read() if method == "GET" else b""
        return Answer(200, headers, url, body)


@dataclass(frozen=True)
class Server:
    """A running server at `base_url` that stands for `site_url`, and for `base` where identifiers lie elsewhere."""

    base_url: str  # ends in /
    site_url: str
    base: str
    timeout: float = 30.0
    is_server: bool = True

    def ask(self, url: str, method: str = "HEAD", accept: str = "*/*") -> Answer | None:
        """Ask the server for an address of the site or of an identifier; redirects within them are followed."""
        for _ in range(_MOST_REDIRECTS + 1):
            local = self._local(url)
            if local is None:
                return None
            answer = self._once(local, url, method, accept)
            if answer.status not in _REDIRECTS or "location" not in answer.headers:
                return answer
            url = self._public(urljoin(local, answer.headers["location"]))
        return Answer(0, {}, url)

    def _local(self, url: str) -> str | None:
        """The address on the server that is asked for a public address."""
        for start in (self.base_url, self.site_url, self.base):
            if url.startswith(start):
                return self.base_url + url[len(start) :].partition("#")[0]
        return None

    def _public(self, url: str) -> str:
        return self.site_url + url[len(self.base_url) :] if url.startswith(self.base_url) else url

    def _once(self, local: str, url: str, method: str, accept: str) -> Answer:
        parts = urlsplit(local)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.netloc, timeout=self.timeout)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request(method, target, headers={"Accept": accept, "User-Agent": "moro-lod-preflight"})
            response = connection.getresponse()
            body = response.read(_LARGEST) if method == "GET" else b""
            headers = {name.lower(): content for name, content in response.getheaders()}
            return Answer(response.status, headers, url, body)
        except (OSError, http.client.HTTPException):
            return Answer(0, {}, url)
        finally:
            connection.close()
