"""Dereferencing: `/id/…` answers 303 to `/doc/…`, documents are negotiated, files are served as they lie in the release."""

from __future__ import annotations

from email.utils import formatdate
from time import strptime
from urllib.parse import unquote_to_bytes

from ..errors import Text
from ..formats import HTML, by_extension
from ..negotiation import DOCUMENT_OFFERS, Offer, choose, choose_encodings, choose_language
from . import pages
from .message import CORS, FilePart, Headers, Request, Response
from .published import Entry, Published, Variants

IN_MEMORY = 128 * 1024  # bytes up to which a file is read whole, larger ones are read as the client takes them
MAX_AGE = 300  # seconds for which a client need not ask again

_NEGOTIATED = ("vary", "Accept, Accept-Language, Accept-Encoding")
_RESERVED = frozenset(b"!#$%&'()*+,/:;=?@[]")
_CHARSET_TYPES = ("application/xml", "image/svg+xml")


class HostilePathError(ValueError):
    """The path cannot be one of ours: malformed encoding or control characters."""


def segments(path: bytes) -> tuple[str, ...]:
    """The decoded segments of a request path. Raises HostilePathError for what no honest client sends."""
    decoded = []
    for part in path.split(b"/")[1:]:
        raw = unquote_to_bytes(part)
        try:
            text = raw.decode("utf-8")  # strict: overlong forms and lone surrogates are errors
        except UnicodeDecodeError as error:
            raise HostilePathError("not UTF-8") from error
        if any(char < " " or char == "\x7f" for char in text):
            raise HostilePathError("control character")
        decoded.append(text)
    return tuple(decoded)


def identifier(path: bytes) -> str:
    """The IRI text of a request path: percent-encoding is undone where it only hides letters, and kept where it means."""
    out = bytearray()
    place = 0
    while place < len(path):
        byte = path[place]
        if byte == 0x25 and place + 2 < len(path):
            try:
                value = int(path[place + 1 : place + 3], 16)
            except ValueError:
                value = 0
            if value > 0x20 and value != 0x7F and value not in _RESERVED and chr(value) not in '<>"{}|\\^`':
                out.append(value)
            else:
                out += path[place : place + 3].upper()
            place += 3
            continue
        out.append(byte)
        place += 1
    return out.decode("utf-8", "strict")


def respond(request: Request, published: Published) -> Response:
    """The answer to GET or HEAD for anything that is not a service. `request.path` begins at the site's root."""
    try:
        parts = segments(request.path)
        name = identifier(request.path)
    except ValueError:
        return pages.error_response(
            request, published.facts, 400,
            Text(de="So eine Adresse gibt es nicht", en="No address looks like this"),
            Text(de="Die Adresse enthält unzulässige Zeichen.", en="The address has characters that it may not have."),
        )  # fmt: skip
    if any("/" in part or "\\" in part for part in parts) and parts[:1] != ("id",):
        return _not_found(request, published)
    if parts[:1] == ("id",) and len(parts) > 1:
        return _redirect_to_document(request, published, name)
    key = "/".join(parts)
    entries = published.entries
    if not key or key.endswith("/"):
        key += "index.html"
    entry = entries.get(key)
    if entry is not None:
        return _file(request, published, entry, _media_type(entry), ())
    stone = published.tombstones.get(key)
    variants = published.variants.get(key)
    if stone is not None or (variants is None and _stem(key, published) in published.tombstones):
        return gone(request, published, key if stone is not None else _stem(key, published))
    if variants is not None:
        return _negotiated(request, published, key, variants)
    if f"{key}/index.html" in entries:
        target = pages.quote_path(f"{request.prefix}/{key}/")
        return _redirect(308, target)
    return _not_found(request, published)


def _stem(key: str, published: Published) -> str:
    """A document's path without its extensions."""
    folder, _, name = key.rpartition("/")
    for offer in DOCUMENT_OFFERS:
        if name.endswith(offer.extension):
            name = name.removesuffix(offer.extension)
            for language in published.facts.languages[1:]:
                name = name.removesuffix(f".{language}")
            break
    return f"{folder}/{name}"


# -- things ---------------------------------------------------------------------------------------------------------


def _redirect_to_document(request: Request, published: Published, name: str) -> Response:
    """303 See Other: the thing is not the document about it."""
    local = name.removeprefix("/id/")
    stem = published.document(f"{published.facts.base}id/{local}")
    if stem is None or (stem not in published.variants and stem not in published.tombstones):
        for_document = published.variants.get(local)  # an IRI of another kind below /id/
        if for_document is None:
            return _not_found(request, published)
        stem = local
    if stem in published.tombstones:
        return gone(request, published, stem)
    return _redirect(303, f"{request.prefix}/{pages.quote_path(stem)}")


def _redirect(status: int, target: str) -> Response:
    return Response(
        status,
        (("location", target), ("cache-control", f"public, max-age={MAX_AGE}"), *pages.SECURITY, *CORS),
    )


# -- negotiated documents ---------------------------------------------------------------------------------------------


def _negotiated(request: Request, published: Published, stem: str, variants: Variants) -> Response:
    offers = [
        each for each in DOCUMENT_OFFERS
        if (each.extension == ".html" and variants.pages) or each.extension in variants.files
    ]  # fmt: skip
    place = choose(request.header(b"accept"), [each.media_type for each in offers])
    if place is None:
        return _not_acceptable(request, published, stem, variants)
    entry, content_type = pick(request, published, variants, offers[place])
    location = f"{request.prefix}/{pages.quote_path(entry.key)}"
    headers = (_NEGOTIATED, ("content-location", location), ("link", links(request.prefix, published, stem, variants)))
    return _file(request, published, entry, content_type, headers)


def pick(request: Request, published: Published, variants: Variants, offer: Offer) -> tuple[Entry, str]:
    """The file for a chosen form: for pages in the language that suits best."""
    if offer.extension != ".html":
        return variants.files[offer.extension], offer.content_type
    there = [each for each in published.facts.languages if each in variants.pages]
    return variants.pages[choose_language(request.header(b"accept-language"), there)], offer.content_type


def links(prefix: str, published: Published, stem: str, variants: Variants) -> str:
    """The Link header of a document: itself, its other forms, what it is about, its licence."""
    facts = published.facts
    targets = [f'<{pages.quote_path_url(facts.site_url, stem)}>; rel="canonical"'] if facts.site_url else []
    for language, entry in variants.pages.items():
        path = pages.quote_path(entry.key)
        targets.append(f'<{prefix}/{path}>; rel="alternate"; type="text/html"; hreflang="{language}"')
    for extension, entry in variants.files.items():
        found = by_extension(extension)
        media_type = found.media_type if found else entry.media_type
        relation = "alternate describedby" if extension == ".ttl" else "alternate"
        targets.append(f'<{prefix}/{pages.quote_path(entry.key)}>; rel="{relation}"; type="{media_type}"')
    if facts.licence_url:
        targets.append(f'<{pages.ascii_url(facts.licence_url)}>; rel="license"')
    return ", ".join(targets)


def _not_acceptable(request: Request, published: Published, stem: str, variants: Variants) -> Response:
    entries = [*variants.pages.values(), *variants.files.values()]
    listed = [
        {"href": f"{request.prefix}/{pages.quote_path(each.key)}", "text": each.media_type.partition(";")[0], "type": ""}
        for each in entries
    ]
    return pages.error_response(
        request, published.facts, 406,
        Text(de="In keiner gewünschten Form vorhanden", en="Not there in any form you accept"),
        Text(de="Es gibt diese Formen:", en="There are these forms:"),
        headers=(_NEGOTIATED, ("link", links(request.prefix, published, stem, variants))),
        links=listed,
        members={"available": [{"href": each["href"], "type": each["text"]} for each in listed]},
    )  # fmt: skip


# -- files ------------------------------------------------------------------------------------------------------------


def _media_type(entry: Entry) -> str:
    base = entry.media_type.partition(";")[0].strip()
    if (base.startswith("text/") or base in _CHARSET_TYPES) and "charset" not in entry.media_type:
        return f"{base}; charset=utf-8"
    return entry.media_type


def _file(request: Request, published: Published, entry: Entry, content_type: str, headers: Headers) -> Response:
    """A file of the release, with everything HTTP knows to send less of it."""
    encodings = choose_encodings(request.header(b"accept-encoding"), entry.encodings)
    chosen = entry
    extra = list(headers)
    if entry.encodings:
        if not headers:
            extra.append(("vary", "Accept-Encoding"))
        if encodings and b"range" not in request.headers:
            chosen = published.entries[entry.key + _SUFFIX[encodings[0]]]
            extra.append(("content-encoding", encodings[0]))
    extra += [("etag", chosen.etag), ("cache-control", f"public, max-age={MAX_AGE}")]
    modified = _http_date(published.facts.date)
    if modified:
        extra.append(("last-modified", modified))
    condition = _condition(request, chosen.etag, modified)
    if condition == 304:
        return Response(304, (*extra, *CORS))
    if condition == 412:
        return Response(412, (("etag", chosen.etag), *CORS))
    extra += [("content-type", content_type), ("accept-ranges", "bytes"), *pages.SECURITY, *CORS]
    if content_type.startswith(HTML.media_type):
        extra.append(("content-security-policy", pages.site_policy(published.facts.endpoint_url)))
    if not headers and published.facts.licence_url and not content_type.startswith(HTML.media_type):
        extra.append(("link", f'<{pages.ascii_url(published.facts.licence_url)}>; rel="license"'))
    path = published.site / chosen.key
    wanted = _range(request, chosen, modified)
    if wanted == (-1, -1):
        return Response(416, (("content-range", f"bytes */{chosen.size}"), *CORS))
    if wanted is not None:
        start, end = wanted
        extra.append(("content-range", f"bytes {start}-{end}/{chosen.size}"))
        return Response(206, extra, FilePart(path, start, end - start + 1))
    if chosen.size <= IN_MEMORY:
        return Response(200, extra, path.read_bytes())
    return Response(200, extra, FilePart(path, 0, chosen.size))


_SUFFIX = {"br": ".br", "gzip": ".gz", "zstd": ".zst"}


def _condition(request: Request, etag: str, modified: str) -> int:
    """What conditional headers make of a request (RFC 9110 §13.2.2): 0 (go on), 304 or 412."""
    given = request.headers
    if_match = request.header(b"if-match")
    if if_match is not None:
        if if_match.strip() != "*" and etag not in [each.strip() for each in if_match.split(",")]:
            return 412
    elif b"if-unmodified-since" in given and modified and _later(modified, request.header(b"if-unmodified-since")):
        return 412
    none_match = request.header(b"if-none-match")
    if none_match is not None:
        return 304 if matches(none_match, etag) else 0
    since = request.header(b"if-modified-since")
    if since is not None and modified:
        later = _later(modified, since)
        return 304 if later is False else 0
    return 0


def matches(if_none_match: str, etag: str) -> bool:
    """Whether an If-None-Match header names the entity tag (weak comparison)."""
    return if_none_match.strip() == "*" or etag in [each.strip().removeprefix("W/") for each in if_none_match.split(",")]


def _later(date: str, other: str | None) -> bool | None:
    """Whether one HTTP date is later than another; None when the other is none."""
    try:
        return strptime(date, _DATE) > strptime(other or "", _DATE)
    except ValueError:
        return None


_DATE = "%a, %d %b %Y %H:%M:%S GMT"


def _http_date(date: str) -> str:
    """The HTTP date for a day (`2026-11-23`), or ""."""
    try:
        import calendar

        return formatdate(calendar.timegm(strptime(date, "%Y-%m-%d")), usegmt=True)
    except ValueError:
        return ""


def _range(request: Request, entry: Entry, modified: str) -> tuple[int, int] | None:
    """First and last byte that are wanted; None for everything, (-1, -1) when there is no such part.

    Several ranges at once are answered with the whole, as RFC 9110 §14.2 allows.
    """
    header = request.header(b"range")
    if header is None or request.method != "GET":
        return None
    unit, _, spec = header.partition("=")
    if unit.strip().lower() != "bytes" or "," in spec or "-" not in spec:
        return None
    condition = request.header(b"if-range")
    if condition is not None and condition.strip() not in (entry.etag, modified):
        return None
    first, _, last = (each.strip() for each in spec.partition("-"))
    if not (first + last).isascii() or not (first + last).isdigit() or len(first + last) > 30:
        return None
    if not first:
        length = int(last)
        return (max(entry.size - length, 0), entry.size - 1) if length and entry.size else (-1, -1)
    start = int(first)
    end = min(int(last), entry.size - 1) if last else entry.size - 1
    if last and int(last) < start:
        return None
    return (start, end) if start < entry.size else (-1, -1)


# -- what is not there ------------------------------------------------------------------------------------------------


def _not_found(request: Request, published: Published) -> Response:
    return pages.error_response(
        request, published.facts, 404,
        Text(de="Das gibt es hier nicht", en="There is nothing here"),
        Text(
            de="Unter dieser Adresse ist nichts veröffentlicht. Vielleicht hilft die Suche.",
            en="Nothing is published at this address. The search may help.",
        ),
        headers=(("cache-control", "public, max-age=60"),),
    )  # fmt: skip


def gone(request: Request, published: Published, stem: str) -> Response:
    """410: a thing that was published once, with what replaced it."""
    stone = published.tombstones[stem]
    replaced = stone.replaced_by
    note = Text(
        de=stone.notes.get("de") or "Dieser Eintrag wurde zurückgezogen.",
        en=stone.notes.get("en") or "This entry was withdrawn.",
    )
    when = Text(de=f" ({stone.date})" if stone.date else "", en=f" ({stone.date})" if stone.date else "")
    more = Text(de=" Ersetzt durch:" if replaced else "", en=" Replaced by:" if replaced else "")
    return pages.error_response(
        request, published.facts, 410,
        Text(de="Nicht mehr vorhanden", en="No longer here"),
        Text(de=note.de + when.de + more.de, en=note.en + when.en + more.en),
        headers=(
            ("cache-control", f"public, max-age={MAX_AGE}"),
            *(("link", f'<{pages.ascii_url(each)}>; rel="successor-version"') for each in replaced),
        ),
        links=[{"href": each, "text": each, "type": ""} for each in replaced if each.startswith(("http://", "https://"))],
        members={"replacedBy": list(replaced)},
        statements=[(stone.thing, "http://purl.org/dc/terms/isReplacedBy", each) for each in replaced],
    )  # fmt: skip
