"""Web addresses as people print them: without scheme, with a remark behind."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import quote

_LABEL = r"[^\W_](?:(?:[^\W_]|-){0,61}[^\W_])?"
_ADDRESS = re.compile(
    rf"(?P<scheme>https?://)?(?P<host>(?:{_LABEL}\.)+(?!\d)[^\W_]{{2,24}})(?P<port>:\d{{1,5}})?(?P<path>[/?#][^\s<>\"{{}}|\\^`\x00-\x20]*)?",
    re.IGNORECASE,
)
_FILES = frozenset(
    [
        "csv",
        "doc",
        "docx",
        "gz",
        "htm",
        "html",
        "jpg",
        "js",
        "json",
        "md",
        "odt",
        "pdf",
        "php",
        "png",
        "py",
        "rdf",
        "svg",
        "ttl",
        "txt",
        "xls",
        "xlsx",
        "xml",
        "zip",
    ]
)
_KEPT = "/?#[]@!$&()*+,;=:~-._%"  # of a path, not percent-encoded


class Address(NamedTuple):
    """A printed address: where it leads ("" where no link is safe), what is to be read, and the remark behind it."""

    url: str
    text: str
    remark: str


def read(text: str) -> Address:
    """Take a printed address apart. A first word that looks like a host, with or without path, becomes a link."""
    first, _, remark = text.strip().partition(" ")
    bare = first.rstrip(",;")
    found = _ADDRESS.fullmatch(bare)
    if found is None or not _is_host(found):
        return Address("", text, "")
    scheme = (found["scheme"] or "https://").lower()
    return Address(
        scheme + found["host"] + (found["port"] or "") + quote(found["path"] or "", safe=_KEPT), bare, remark.strip()
    )


def _is_host(found: re.Match[str]) -> bool:
    """Whether it is none of what only looks like a host: the name of a file, or a host with a port and no scheme."""
    if found["scheme"]:
        return True
    return not found["port"] and (found["path"] is not None or found["host"].rpartition(".")[2].lower() not in _FILES)
