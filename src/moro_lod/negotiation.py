"""HTTP content negotiation: which of the offers suits a request best (RFC 9110 §12).

Everything is a table of offers in the server's order of preference; `choose` is the one rule for media types, languages
and content codings differ only in how a range matches. A quality of 0 excludes, also against a wildcard; a more specific
range wins over a less specific one; equal qualities leave the server's order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from .formats import HTML, JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TURTLE

MOST_RANGES = 64  # ranges of a header that are looked at; nobody needs more
LONGEST_REMEMBERED = 300  # characters of a header whose choice is remembered: clients send the same ones again and again

_ELEMENT = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*"?)+')
_PARAMETER = re.compile(r'(?:[^;"]|"(?:[^"\\]|\\.)*"?)+')
_QUALITY = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?")


@dataclass(frozen=True, slots=True)
class Offer:
    """One way to answer. `media_type` is what a request has to accept, `content_type` what the answer says it is."""

    media_type: str
    content_type: str
    extension: str  # of the file, with its dot


def _offer(media_type: str, extension: str, charset: bool = False) -> Offer:
    return Offer(media_type, f"{media_type}; charset=utf-8" if charset else media_type, extension)


DOCUMENT_OFFERS: tuple[Offer, ...] = (
    _offer(HTML.media_type, ".html", charset=True),
    _offer(TURTLE.media_type, ".ttl", charset=True),
    _offer(JSON_LD.media_type, ".jsonld"),
    _offer(TRIG.media_type, ".trig"),
    _offer(N_TRIPLES.media_type, ".nt"),
    _offer(N_QUADS.media_type, ".nq"),
    _offer(RDF_XML.media_type, ".rdf"),
    # names that older or careless clients use for the same files
    _offer("application/json", ".jsonld"),
    _offer("application/xml", ".rdf"),
    _offer("text/xml", ".rdf"),
    _offer("application/x-turtle", ".ttl"),
    _offer("text/n3", ".ttl", charset=True),
    _offer("text/plain", ".nt", charset=True),
)
"""The forms of a document that is asked for without extension, the preferred one first."""


def parse(header: str) -> tuple[tuple[str, float], ...]:
    """The ranges of an Accept, Accept-Language or Accept-Encoding header with their qualities, in lower case.

    Parameters other than q are left out; elements with a malformed quality are ignored.
    """
    ranges = []
    for element in _ELEMENT.findall(header)[:MOST_RANGES]:
        name, *parameters = [each.strip() for each in _PARAMETER.findall(element)] or [""]
        quality = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip().lower() == "q":
                quality = float(value.strip()) if _QUALITY.fullmatch(value.strip()) else -1.0
        if name and quality >= 0:
            ranges.append((name.lower(), quality))
    return tuple(ranges)


def media_quality(media_type: str, ranges: Sequence[tuple[str, float]]) -> float:
    """How welcome a media type is: 0 is not at all."""
    whole = media_type.lower()
    family = whole.partition("/")[0] + "/*"
    best, found = 0, 0.0
    for name, quality in ranges:
        specific = 3 if name == whole else 2 if name == family else 1 if name in ("*/*", "*") else 0
        if specific > best or (specific == best and specific and quality > found):
            best, found = specific, quality
    return found


def choose(header: str | None, offers: Sequence[str]) -> int | None:
    """The position of the media type that suits an Accept header best, or None when none does. No header: the first."""
    if not offers:
        return None
    if header is None or not header.strip():
        return 0
    if len(header) > LONGEST_REMEMBERED:
        return _choose(header, tuple(offers))
    return _choose_remembered(header, tuple(offers))


def _choose(header: str, offers: tuple[str, ...]) -> int | None:
    ranges = parse(header)
    best, chosen = 0.0, None
    for place, media_type in enumerate(offers):
        quality = media_quality(media_type, ranges)
        if quality > best:
            best, chosen = quality, place
    return chosen


_choose_remembered = lru_cache(1024)(_choose)


def choose_language(header: str | None, languages: Sequence[str]) -> str:
    """The language to show (RFC 4647 lookup): the best match, else the first one; there is always an answer."""
    best, chosen = 0.0, languages[0]
    for name, quality in parse(header or ""):
        if quality <= best:
            continue
        for language in languages:
            if name == "*" or name == language.lower() or name.startswith(language.lower() + "-"):
                best, chosen = quality, language
                break
    return chosen


def choose_encodings(header: str | None, available: Sequence[str]) -> tuple[str, ...]:
    """The content codings that may be used, best first; without those the answer goes out as it is (identity)."""
    if not header:
        return ()
    ranges = dict(parse(header))
    wildcard = ranges.get("*", 0.0)
    identity = ranges.get("identity", 0.001)
    rated = [(ranges.get(name, wildcard), -place, name) for place, name in enumerate(available)]
    return tuple(name for quality, _, name in sorted(rated, reverse=True) if quality > 0 and quality >= identity)
