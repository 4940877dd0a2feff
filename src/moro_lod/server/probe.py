"""`moro-lod probe`: what a host really answers, seen from outside. Uses nothing but HTTP, and only the host it is given.

Each check has a name, a title, and an outcome: pass, fail, skip (what it needs is not there) or note (worth knowing, no
fault). A host that only serves files cannot negotiate or answer queries: it is told so, and not blamed.
"""

from __future__ import annotations

import http.client
import json
import re
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote, urljoin, urlsplit

import pyoxigraph

from ..errors import MoroError, Text

Outcome = Literal["pass", "fail", "skip", "note"]
JSON = "application/sparql-results+json"
TURTLE = "text/turtle"
_LARGEST = 64 * 1024 * 1024
_NOTHING = Text(de="", en="")


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one check."""

    name: str
    title: Text
    outcome: Outcome
    detail: Text


@dataclass(frozen=True, slots=True)
class Reply:
    """What the host answered; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def has(self, name: str, *words: str) -> bool:
        """Whether a header has all these words (any case)."""
        value = self.headers.get(name, "").lower()
        return bool(value) and all(word.lower() in value for word in words)

    @property
    def media_type(self) -> str:
        """The content type without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class FailureError(Exception):
    """The check failed."""

    def __init__(self, de: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(de=de, en=en)


class SkipError(FailureError):
    """The check cannot be made."""


class NoteError(FailureError):
    """Not as it could be, but no fault."""


@dataclass(slots=True)
class Host:
    """The host under test."""

    url: str  # with a slash at the end
    endpoint: str
    timeout: float
    thing: str = ""  # path of a thing below url: id/…
    document: str = ""  # its documents, without extension
    dump: str = ""
    seen: dict[tuple[object, ...], Reply] = field(default_factory=dict)

    def fetch(
        self, path: str, accept: str | None = None, method: str = "GET", body: bytes | None = None, **headers: str
    ) -> Reply:
        """One request, no redirect followed; the same one is asked once."""
        url = path if path.startswith(("http://", "https://")) else self.url + path
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if accept is not None:
            given["Accept"] = accept
        key = (method, url, tuple(sorted(given.items())), body)
        if key not in self.seen:
            self.seen[key] = _request(url, method, given, body, self.timeout)
        return self.seen[key]

    def query(self, query: str, accept: str | None = JSON, **headers: str) -> Reply:
        """A SPARQL query by GET."""
        self.need_endpoint()
        separator = "&" if "?" in self.endpoint else "?"
        return self.fetch(f"{self.endpoint}{separator}query={quote(query, safe='')}", accept, "GET", None, **headers)

    def post(self, body: str | bytes, content_type: str, accept: str = JSON) -> Reply:
        """A POST to the endpoint."""
        self.need_endpoint()
        data = body.encode() if isinstance(body, str) else body
        headers = {"Content_Type": content_type} if content_type else {}
        return self.fetch(self.endpoint, accept, "POST", data, **headers)

    def need_endpoint(self) -> None:
        """Skip where there is no endpoint."""
        reply = self.fetch(self.endpoint + "?query=ASK%7B%7D", JSON)
        if reply.status in (404, 405, 406, 501) or (reply.status == 200 and reply.media_type == "text/html"):
            raise SkipError(
                "kein SPARQL-Endpunkt: ein Host, der nur Dateien ausliefert, kann keine Abfragen beantworten",
                "no SPARQL endpoint: a host that only serves files cannot answer queries",
            )

    def need_document(self) -> str:
        """Skip where no thing is known."""
        if not self.document:
            raise SkipError("kein Ding gefunden; --thing angeben", "no thing found; give --thing")
        return self.document

    def need_negotiation(self) -> str:
        """A document's path; a note where the host does not negotiate at all."""
        document = self.need_document()
        plain = self.fetch(document, TURTLE)
        if plain.status != 200 and self.fetch(document + ".ttl").status == 200:
            raise NoteError(
                "der Host handelt nicht aus (nur Dateien): feste Adressen mit Endung gehen, die w3id-Regeln leiten dorthin",
                "the host does not negotiate (files only): fixed addresses with extension work, the w3id rules lead there",
            )
        if plain.media_type == "text/html" and self.fetch(document, "text/html").body == plain.body:
            raise NoteError(
                "der Host schickt immer HTML (nur Dateien): feste Adressen mit Endung gehen",
                "the host always sends HTML (files only): fixed addresses with extension work",
            )
        return document


def _request(url: str, method: str, headers: Mapping[str, str], body: bytes | None, timeout: float) -> Reply:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    options: dict[str, Any] = {"context": ssl.create_default_context()} if parts.scheme == "https" else {}
    connection = kind(parts.hostname or "", parts.port, timeout=timeout, **options)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.putrequest(method, target, skip_accept_encoding="Accept-Encoding" in headers)
        for name, value in {"User-Agent": "moro-lod-probe", **headers}.items():
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        response = connection.getresponse()
        found: dict[str, str] = {}
        for name, value in response.getheaders():
            found[name.lower()] = f"{found[name.lower()]}, {value}" if name.lower() in found else value
        return Reply(response.status, found, response.read(_LARGEST))
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Reply(0, {"x-problem": f"{type(error).__name__}: {error}"}, b"")
    finally:
        connection.close()


Check = Callable[[Host], None]
CHECKS: list[tuple[str, Text, Check]] = []


def check(name: str, de: str, en: str) -> Callable[[Check], Check]:
    """Register a check."""

    def register(function: Check) -> Check:
        CHECKS.append((name, Text(de=de, en=en), function))
        return function

    return register


def expect(truth: bool, de: str, en: str) -> None:
    """Fail unless it is so."""
    if not truth:
        raise FailureError(de, en)


def status(reply: Reply, *wanted: int) -> Reply:
    """Fail unless the status is one of these."""
    listed = "/".join(map(str, wanted))
    problem = reply.headers.get("x-problem", "")
    expect(
        reply.status in wanted,
        f"Status {reply.status or problem} statt {listed}",
        f"status {reply.status or problem} instead of {listed}",
    )
    return reply


def parsed(body: bytes, media_type: str) -> list[pyoxigraph.Quad]:
    """The statements of a body; fails when it is not well-formed."""
    rdf_format = pyoxigraph.RdfFormat.from_media_type(media_type)
    try:
        return list(pyoxigraph.parse(body, format=rdf_format, base_iri="http://probe.invalid/"))
    except (SyntaxError, ValueError, OSError) as error:
        raise FailureError(f"nicht lesbar: {error}", f"cannot be read: {error}") from error


# -- the site ---------------------------------------------------------------------------------------------------------


@check("home", "Startseite antwortet", "home page answers")
def _(host: Host) -> None:
    reply = status(host.fetch("", "text/html"), 200)
    expect(reply.media_type == "text/html", f"Typ {reply.media_type}", f"type {reply.media_type}")


@check("home-charset", "Startseite sagt UTF-8", "home page says UTF-8")
def _(host: Host) -> None:
    reply = host.fetch("", "text/html")
    expect(reply.has("content-type", "utf-8") or b'charset="utf-8"' in reply.body.lower(), "kein charset", "no charset")


@check("home-language", "Startseite nennt ihre Sprache", "home page names its language")
def _(host: Host) -> None:
    expect(
        bool(re.search(rb"<html[^>]*\slang=", host.fetch("", "text/html").body)), "kein lang-Attribut", "no lang attribute"
    )


@check("not-found", "Unbekanntes ist 404", "what is unknown is 404")
def _(host: Host) -> None:
    status(host.fetch("there/is/nothing/here-4711"), 404)


@check("sitemap", "Sitemap vorhanden", "sitemap is there")
def _(host: Host) -> None:
    reply = status(host.fetch("sitemap.xml"), 200)
    expect(b"<urlset" in reply.body or b"<sitemapindex" in reply.body, "keine Sitemap", "no sitemap")


@check("robots", "robots.txt vorhanden", "robots.txt is there")
def _(host: Host) -> None:
    status(host.fetch("robots.txt"), 200)


# -- things -----------------------------------------------------------------------------------------------------------


def _thing(host: Host) -> str:
    if not host.thing:
        raise SkipError("kein Ding gefunden; --thing angeben", "no thing found; give --thing")
    reply = host.fetch(host.thing, TURTLE)
    if reply.status == 404 and host.document and host.fetch(host.document + ".ttl").status == 200:
        raise NoteError(
            "der Host leitet nicht um (nur Dateien): das übernehmen die w3id-Regeln",
            "the host does not redirect (files only): the w3id rules do that",
        )
    return host.thing


@check("thing-303", "Ein Ding antwortet 303", "a thing answers 303")
def _(host: Host) -> None:
    status(host.fetch(_thing(host), TURTLE), 303)


@check("thing-location", "303 führt zum Dokument", "303 leads to the document")
def _(host: Host) -> None:
    path = _thing(host)
    target = urljoin(host.url + path, host.fetch(path, TURTLE).headers.get("location", ""))
    status(_follow(host, target, TURTLE), 200)


@check("thing-head", "HEAD auf ein Ding wie GET", "HEAD on a thing like GET")
def _(host: Host) -> None:
    path = _thing(host)
    reply = status(host.fetch(path, TURTLE, "HEAD"), 303)
    expect(
        reply.headers.get("location") == host.fetch(path, TURTLE).headers.get("location"),
        "andere Location",
        "other Location",
    )


@check("thing-cors", "Umleitung mit CORS", "redirect with CORS")
def _(host: Host) -> None:
    expect(host.fetch(_thing(host), TURTLE).has("access-control-allow-origin", "*"), "Kopfzeile fehlt", "header is missing")


@check("thing-unknown", "Unbekanntes Ding ist 404", "an unknown thing is 404")
def _(host: Host) -> None:
    status(_follow(host, host.url + "id/nothing/here-4711", TURTLE), 404)


def _follow(host: Host, url: str, accept: str) -> Reply:
    reply = host.fetch(url, accept)
    for _ in range(5):
        if reply.status not in (301, 302, 303, 307, 308):
            break
        url = urljoin(url, reply.headers.get("location", ""))
        reply = host.fetch(url, accept)
    return reply


# -- negotiation ------------------------------------------------------------------------------------------------------

_FORMS = (
    ("html", "text/html", ".html"),
    ("turtle", TURTLE, ".ttl"),
    ("json-ld", "application/ld+json", ".jsonld"),
    ("n-triples", "application/n-triples", ".nt"),
    ("rdf-xml", "application/rdf+xml", ".rdf"),
    ("trig", "application/trig", ".trig"),
)


def _form_check(name: str, media_type: str, extension: str) -> None:
    @check(f"accept-{name}", f"Accept: {media_type}", f"Accept: {media_type}")
    def _(host: Host) -> None:
        reply = status(host.fetch(host.need_negotiation(), media_type), 200)
        expect(reply.media_type == media_type, f"Typ {reply.media_type}", f"type {reply.media_type}")
        if media_type != "text/html":
            expect(bool(parsed(reply.body, media_type)), "keine Aussagen", "no statements")

    @check(f"suffix-{name}", f"feste Adresse {extension}", f"fixed address {extension}")
    def _(host: Host) -> None:
        reply = status(host.fetch(host.need_document() + extension, "image/png, */*;q=0.1"), 200)
        expect(reply.media_type == media_type, f"Typ {reply.media_type}", f"type {reply.media_type}")


for _name, _media_type, _extension in _FORMS:
    _form_check(_name, _media_type, _extension)

_TABLE = (
    ("browser", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
    ("q-values", "text/turtle;q=0.2, application/rdf+xml;q=0.9", "application/rdf+xml"),
    ("q-order", "application/rdf+xml;q=0.4, text/turtle;q=0.6, text/html;q=0.1", TURTLE),
    ("q-zero", "text/html;q=0, text/turtle;q=0.5", TURTLE),
    ("several", "application/rdf+xml, image/png", "application/rdf+xml"),
    ("case", "TEXT/TURTLE", TURTLE),
    ("parameters", "text/turtle; charset=utf-8", TURTLE),
)


def _table_check(name: str, accept: str, wanted: str) -> None:
    @check(f"negotiation-{name}", f"Aushandlung: {accept}", f"negotiation: {accept}")
    def _(host: Host) -> None:
        reply = status(host.fetch(host.need_negotiation(), accept), 200)
        expect(reply.media_type == wanted, f"{reply.media_type} statt {wanted}", f"{reply.media_type} instead of {wanted}")


for _name, _accept, _wanted in _TABLE:
    _table_check(_name, _accept, _wanted)


@check("negotiation-wildcard", "Accept: */* bekommt etwas", "Accept: */* gets something")
def _(host: Host) -> None:
    status(host.fetch(host.need_negotiation(), "*/*"), 200)


@check("negotiation-none", "Accept ohne Passendes: 406 mit Liste", "Accept without a match: 406 with a list")
def _(host: Host) -> None:
    reply = status(host.fetch(host.need_negotiation(), "image/png"), 406)
    expect(b".ttl" in reply.body or reply.has("link", "text/turtle"), "keine Liste", "no list")


@check("language-second", "Accept-Language wählt die Seite", "Accept-Language chooses the page")
def _(host: Host) -> None:
    document = host.need_negotiation()
    first = host.fetch(document, "text/html", Accept_Language="de")
    second = host.fetch(document, "text/html", Accept_Language="en")
    expect(first.body != second.body, "beide Male dieselbe Seite", "the same page both times")


@check("language-fallback", "Unbekannte Sprache bekommt eine Seite", "an unknown language gets a page")
def _(host: Host) -> None:
    status(host.fetch(host.need_negotiation(), "text/html", Accept_Language="xx"), 200)


@check("vary-accept", "Vary nennt Accept", "Vary names Accept")
def _(host: Host) -> None:
    expect(host.fetch(host.need_negotiation(), TURTLE).has("vary", "accept"), "fehlt", "missing")


@check("vary-language", "Vary nennt Accept-Language", "Vary names Accept-Language")
def _(host: Host) -> None:
    expect(host.fetch(host.need_negotiation(), "text/html").has("vary", "accept-language"), "fehlt", "missing")


@check("content-location", "Content-Location nennt die Datei", "Content-Location names the file")
def _(host: Host) -> None:
    expect(host.fetch(host.need_negotiation(), TURTLE).has("content-location", ".ttl"), "fehlt", "missing")


def _note_if(truth: bool, de: str, en: str) -> None:
    if truth:
        raise NoteError(de, en)


@check("link-alternate", "Link zu den anderen Formen", "links to the other forms")
def _(host: Host) -> None:
    document = host.need_document()
    reply = host.fetch(document + ".html", "text/html")
    there = reply.has("link", "alternate") or host.fetch(document, "text/html").has("link", "alternate")
    in_page = bool(re.search(rb"<link[^>]+rel=\"?alternate", reply.body))
    expect(there or in_page, "weder Kopfzeile noch <link>", "neither header nor <link>")
    _note_if(not there, "nur in der Seite, nicht als Kopfzeile", "in the page only, not as a header")


@check("link-canonical", "kanonische Adresse", "canonical address")
def _(host: Host) -> None:
    document = host.need_document()
    reply = host.fetch(document + ".html", "text/html")
    there = reply.has("link", "canonical") or host.fetch(document, "text/html").has("link", "canonical")
    in_page = bool(re.search(rb"<link[^>]+rel=\"?canonical", reply.body))
    expect(there or in_page, "weder Kopfzeile noch <link>", "neither header nor <link>")


@check("link-license", "Lizenz ist verlinkt", "licence is linked")
def _(host: Host) -> None:
    document = host.need_document()
    quads = parsed(host.fetch(document + ".ttl").body, TURTLE)
    there = host.fetch(document, TURTLE).has("link", "license") or any("license" in each.predicate.value for each in quads)
    expect(there, "weder Kopfzeile noch Aussage", "neither header nor statement")


@check("document-about", "Daten handeln vom Ding", "data are about the thing")
def _(host: Host) -> None:
    document = host.need_document()
    quads = parsed(status(host.fetch(document + ".ttl"), 200).body, TURTLE)
    ending = host.thing.removeprefix("id/")
    expect(
        any(str(each.subject).rstrip(">").endswith(ending) for each in quads),
        "Ding kommt nicht vor",
        "the thing is not there",
    )


@check("forms-agree", "Turtle und N-Triples sagen dasselbe", "Turtle and N-Triples say the same")
def _(host: Host) -> None:
    document = host.need_document()
    datasets = []
    for extension, media_type in ((".ttl", TURTLE), (".nt", "application/n-triples")):
        dataset = pyoxigraph.Dataset(parsed(status(host.fetch(document + extension), 200).body, media_type))
        dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
        datasets.append({str(each) for each in dataset})
    expect(datasets[0] == datasets[1], "verschieden", "different")


@check("charset-turtle", "Turtle sagt UTF-8", "Turtle says UTF-8")
def _(host: Host) -> None:
    reply = status(host.fetch(host.need_document() + ".ttl"), 200)
    _note_if(
        not reply.has("content-type", "charset=utf-8"),
        "kein charset (Turtle ist ohnehin UTF-8)",
        "no charset (Turtle is UTF-8 anyway)",
    )


# -- HTTP -------------------------------------------------------------------------------------------------------------


def _file(host: Host) -> str:
    return host.need_document() + ".ttl"


@check("etag", "ETag oder Last-Modified", "ETag or Last-Modified")
def _(host: Host) -> None:
    reply = host.fetch(_file(host))
    expect("etag" in reply.headers or "last-modified" in reply.headers, "keins von beiden", "neither")


@check("conditional", "If-None-Match antwortet 304", "If-None-Match answers 304")
def _(host: Host) -> None:
    tag = host.fetch(_file(host)).headers.get("etag")
    if not tag:
        raise SkipError("kein ETag", "no ETag")
    reply = status(host.fetch(_file(host), If_None_Match=tag), 304)
    expect(not reply.body, "mit Körper", "with a body")


@check("conditional-other", "anderer ETag bekommt 200", "another ETag gets 200")
def _(host: Host) -> None:
    status(host.fetch(_file(host), If_None_Match='"something-else"'), 200)


@check("head", "HEAD wie GET ohne Körper", "HEAD like GET without a body")
def _(host: Host) -> None:
    get, head = host.fetch(_file(host)), host.fetch(_file(host), method="HEAD")
    status(head, 200)
    expect(not head.body, "mit Körper", "with a body")
    for name in ("content-type", "etag"):
        expect(head.headers.get(name) == get.headers.get(name), f"{name} anders", f"{name} differs")


@check("options", "OPTIONS für Preflights", "OPTIONS for preflights")
def _(host: Host) -> None:
    reply = host.fetch(_file(host), None, "OPTIONS", Origin="https://elsewhere.invalid", Access_Control_Request_Method="GET")
    _note_if(
        reply.status not in (200, 204),
        f"Status {reply.status}: einfache GETs gehen trotzdem",
        f"status {reply.status}: simple GETs work anyway",
    )


@check("cors", "Daten mit CORS", "data with CORS")
def _(host: Host) -> None:
    reply = host.fetch(_file(host), Origin="https://elsewhere.invalid")
    expect(reply.has("access-control-allow-origin", "*"), "Kopfzeile fehlt", "header is missing")


@check("cors-errors", "auch Fehler mit CORS", "errors with CORS too")
def _(host: Host) -> None:
    reply = host.fetch("there/is/nothing/here-4711", Origin="https://elsewhere.invalid")
    _note_if(
        not reply.has("access-control-allow-origin", "*"),
        "Kopfzeile fehlt: Browser sehen den Grund nicht",
        "header is missing: browsers do not see why",
    )


@check("method", "Andere Methoden: 405 mit Allow", "other methods: 405 with Allow")
def _(host: Host) -> None:
    reply = host.fetch(_file(host), None, "DELETE")
    expect(400 <= reply.status < 600, f"Status {reply.status}", f"status {reply.status}")
    _note_if(reply.status != 405, f"Status {reply.status} statt 405", f"status {reply.status} instead of 405")
    expect("allow" in reply.headers, "Allow fehlt", "Allow is missing")


@check("compression", "Seiten komprimiert", "pages compressed")
def _(host: Host) -> None:
    reply = host.fetch(host.need_document() + ".html", Accept_Encoding="br, gzip")
    _note_if("content-encoding" not in reply.headers, "unkomprimiert", "not compressed")


@check("compression-vary", "komprimiert nur mit Vary", "compressed only with Vary")
def _(host: Host) -> None:
    reply = host.fetch(host.need_document() + ".html", Accept_Encoding="br, gzip")
    if "content-encoding" not in reply.headers:
        raise SkipError("unkomprimiert", "not compressed")
    expect(reply.has("vary", "accept-encoding"), "Vary fehlt", "Vary is missing")


@check("caching", "Cache-Control vorhanden", "Cache-Control is there")
def _(host: Host) -> None:
    _note_if(
        "cache-control" not in host.fetch(_file(host)).headers, "fehlt: Zwischenspeicher raten", "missing: caches guess"
    )


def _dump(host: Host) -> str:
    if not host.dump:
        raise SkipError("kein Dump im Katalog gefunden", "no dump found in the catalogue")
    return host.dump


@check("dump", "Dump lädt, Typ und Länge stimmen", "dump downloads with type and length")
def _(host: Host) -> None:
    reply = status(host.fetch(_dump(host), method="HEAD"), 200)
    expect(
        "content-length" in reply.headers and "content-type" in reply.headers,
        "Länge oder Typ fehlt",
        "length or type missing",
    )


@check("range", "Teile von Dumps (206)", "parts of dumps (206)")
def _(host: Host) -> None:
    reply = status(host.fetch(_dump(host), Range="bytes=0-9"), 206)
    expect(len(reply.body) == 10 and reply.has("content-range", "bytes 0-9/"), "falscher Teil", "wrong part")


@check("range-outside", "Teil außerhalb ist 416", "a part outside is 416")
def _(host: Host) -> None:
    status(host.fetch(_dump(host), Range="bytes=999999999999-"), 416)


# -- hostile requests -------------------------------------------------------------------------------------------------

for _name, _path in (
    ("dots", "../manifest.json"),
    ("encoded-dots", "%2e%2e/manifest.json"),
    ("encoded-slash", "..%2fmanifest.json"),
    ("overlong-utf8", "%c0%ae%c0%ae/manifest.json"),
    ("nul", "index.html%00.ttl"),
    ("git", ".git/config"),
    ("store", "store/CURRENT"),
):

    def _hostile(name: str, path: str) -> None:
        @check(f"hostile-{name}", f"kein Weg hinaus: {path}", f"no way out: {path}")
        def _(host: Host) -> None:
            reply = host.fetch(path)
            expect(
                reply.status >= 400 or reply.status in (301, 302, 308), f"Status {reply.status}", f"status {reply.status}"
            )

    _hostile(_name, _path)


@check("header-injection", "keine eingeschleusten Kopfzeilen", "no injected headers")
def _(host: Host) -> None:
    reply = host.fetch("id/x%0d%0aX-Injected:%20yes")
    expect("x-injected" not in reply.headers, "Kopfzeile eingeschleust", "header injected")


@check("long-address", "überlange Adresse ist 4xx", "an overlong address is 4xx")
def _(host: Host) -> None:
    reply = host.fetch("a" * 70_000)
    expect(400 <= reply.status < 500 or reply.status == 0, f"Status {reply.status}", f"status {reply.status}")


@check("nosniff", "X-Content-Type-Options: nosniff", "X-Content-Type-Options: nosniff")
def _(host: Host) -> None:
    expect(host.fetch(_file(host)).has("x-content-type-options", "nosniff"), "fehlt", "missing")


@check("policy", "Content-Security-Policy auf Seiten", "Content-Security-Policy on pages")
def _(host: Host) -> None:
    reply = host.fetch("", "text/html")
    there = "content-security-policy" in reply.headers or b'http-equiv="Content-Security-Policy"' in reply.body
    expect(there, "fehlt", "missing")


@check("policy-strict", "Policy ohne unsafe-inline", "policy without unsafe-inline")
def _(host: Host) -> None:
    reply = host.fetch("", "text/html")
    expect("unsafe-inline" not in reply.headers.get("content-security-policy", ""), "unsafe-inline", "unsafe-inline")


@check("referrer-policy", "Referrer-Policy", "Referrer-Policy")
def _(host: Host) -> None:
    expect("referrer-policy" in host.fetch("", "text/html").headers, "fehlt", "missing")


@check("server-version", "keine Versionsnummer in Server", "no version number in Server")
def _(host: Host) -> None:
    value = host.fetch("").headers.get("server", "")
    _note_if(bool(re.search(r"/\d", value)), f"Server: {value}", f"Server: {value}")


@check("https", "HTTPS mit HSTS", "HTTPS with HSTS")
def _(host: Host) -> None:
    _note_if(not host.url.startswith("https://"), "kein HTTPS", "no HTTPS")
    _note_if("strict-transport-security" not in host.fetch("").headers, "kein HSTS", "no HSTS")


# -- vocabulary and catalogue -----------------------------------------------------------------------------------------


@check("ontology", "Ontologie lesbar", "ontology readable")
def _(host: Host) -> None:
    reply = host.fetch("ontology.ttl")
    if reply.status == 404:
        raise SkipError("keine ontology.ttl", "no ontology.ttl")
    expect(bool(parsed(status(reply, 200).body, TURTLE)), "leer", "empty")


@check("ontology-negotiated", "Ontologie unter ihrer IRI", "ontology at its IRI")
def _(host: Host) -> None:
    if host.fetch("ontology.ttl").status == 404:
        raise SkipError("keine Ontologie", "no ontology")
    host.need_negotiation()
    reply = status(_follow(host, host.url + "ontology", TURTLE), 200)
    expect(reply.media_type == TURTLE, f"Typ {reply.media_type}", f"type {reply.media_type}")


@check("void", "/.well-known/void", "/.well-known/void")
def _(host: Host) -> None:
    reply = _follow(host, host.url + ".well-known/void", TURTLE)
    _note_if(reply.status != 200, f"Status {reply.status}", f"status {reply.status}")


@check("catalogue", "DCAT-Katalog lesbar", "DCAT catalogue readable")
def _(host: Host) -> None:
    reply = host.fetch("catalogue.ttl")
    if reply.status == 404:
        reply = host.fetch("catalogue-de.ttl")
    if reply.status == 404:
        raise SkipError("kein Katalog", "no catalogue")
    quads = parsed(status(reply, 200).body, TURTLE)
    expect(any(str(each.object).endswith("dcat#Catalog>") for each in quads), "kein dcat:Catalog", "no dcat:Catalog")


@check("catalogue-rdf-xml", "Katalog als RDF/XML (für Portale)", "catalogue as RDF/XML (for portals)")
def _(host: Host) -> None:
    reply = host.fetch("catalogue.rdf")
    if reply.status == 404:
        reply = host.fetch("catalogue-de.rdf")
    if reply.status == 404:
        raise SkipError("kein Katalog", "no catalogue")
    expect(reply.media_type == "application/rdf+xml", f"Typ {reply.media_type}", f"type {reply.media_type}")
    parsed(reply.body, "application/rdf+xml")


# -- SPARQL -----------------------------------------------------------------------------------------------------------

SELECT = "SELECT ?s WHERE { ?s ?p ?o } LIMIT 3"
_FORM = "application/x-www-form-urlencoded"
_DIRECT = "application/sparql-query"


@check("sparql-get", "SPARQL: Abfrage per GET", "SPARQL: query by GET")
def _(host: Host) -> None:
    reply = status(host.query(SELECT), 200)
    try:
        rows = json.loads(reply.body)["results"]["bindings"]
    except (ValueError, KeyError, TypeError) as error:
        raise FailureError("kein SPARQL-JSON", "no SPARQL JSON") from error
    expect(len(rows) == 3, f"{len(rows)} Zeilen statt 3", f"{len(rows)} rows instead of 3")


@check("sparql-post-form", "SPARQL: Formular per POST", "SPARQL: form by POST")
def _(host: Host) -> None:
    status(host.post(f"query={quote(SELECT, safe='')}", _FORM), 200)


@check("sparql-post-direct", "SPARQL: Abfrage direkt per POST", "SPARQL: query directly by POST")
def _(host: Host) -> None:
    status(host.post(SELECT, _DIRECT), 200)


for _name, _query, _media_type in (
    ("json", SELECT, JSON), ("xml", SELECT, "application/sparql-results+xml"), ("csv", SELECT, "text/csv"),
    ("tsv", SELECT, "text/tab-separated-values"), ("turtle", "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 3", TURTLE),
    ("n-triples", "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 3", "application/n-triples"),
    ("rdf-xml", "CONSTRUCT { ?s a <http://probe.invalid/x> } WHERE { ?s a ?o } LIMIT 3", "application/rdf+xml"),
    ("json-ld", "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 3", "application/ld+json"),
):  # fmt: skip

    def _sparql_form(name: str, query: str, media_type: str) -> None:
        @check(f"sparql-{name}", f"SPARQL: {media_type}", f"SPARQL: {media_type}")
        def _(host: Host) -> None:
            reply = status(host.query(query, media_type), 200)
            expect(reply.media_type == media_type, f"Typ {reply.media_type}", f"type {reply.media_type}")

    _sparql_form(_name, _query, _media_type)


@check("sparql-ask", "SPARQL: ASK antwortet richtig", "SPARQL: ASK answers right")
def _(host: Host) -> None:
    expect(b"true" in host.query("ASK { ?s ?p ?o }").body, "nicht wahr", "not true")
    expect(b"false" in host.query("ASK { FILTER(false) }").body, "nicht falsch", "not false")


@check("sparql-syntax", "SPARQL: Schreibfehler ist 400", "SPARQL: a syntax error is 400")
def _(host: Host) -> None:
    status(host.query("SELECT * WHERE {"), 400)


@check("sparql-one-query", "SPARQL: zwei Abfragen sind 400", "SPARQL: two queries are 400")
def _(host: Host) -> None:
    host.need_endpoint()
    status(host.fetch(f"{host.endpoint}?query=ASK%7B%7D&query=ASK%7B%7D", JSON), 400)


@check("sparql-update", "SPARQL: keine Änderungen", "SPARQL: no updates")
def _(host: Host) -> None:
    # adds nothing even where it is carried out
    reply = host.post("update=" + quote("INSERT DATA { }"), _FORM)
    expect(
        400 <= reply.status < 500,
        f"Status {reply.status}: Änderungen scheinen möglich",
        f"status {reply.status}: updates seem possible",
    )


@check("sparql-service", "SPARQL: ruft keine fremden Hosts auf", "SPARQL: calls no other hosts")
def _(host: Host) -> None:
    reply = host.query("ASK { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }")
    _note_if(
        reply.status == 200,
        "SERVICE wird ausgeführt: innere Netze sind erreichbar",
        "SERVICE is carried out: inner networks are reachable",
    )


@check("sparql-method", "SPARQL: PUT ist 405", "SPARQL: PUT is 405")
def _(host: Host) -> None:
    host.need_endpoint()
    status(host.fetch(host.endpoint, None, "PUT", b""), 405, 501)


@check("sparql-type", "SPARQL: fremder Körper ist 415", "SPARQL: another body is 415")
def _(host: Host) -> None:
    reply = host.post(SELECT, "text/plain")
    expect(400 <= reply.status < 500, f"Status {reply.status}", f"status {reply.status}")
    _note_if(reply.status != 415, f"Status {reply.status}", f"status {reply.status}")


@check("sparql-utf8", "SPARQL: nur UTF-8", "SPARQL: UTF-8 only")
def _(host: Host) -> None:
    reply = host.post(SELECT.encode("utf-16"), f"{_DIRECT}; charset=UTF-16")
    expect(400 <= reply.status < 500, f"Status {reply.status}", f"status {reply.status}")


@check("sparql-not-acceptable", "SPARQL: 406 bei unmöglicher Form", "SPARQL: 406 for an impossible form")
def _(host: Host) -> None:
    status(host.query(SELECT, "image/png"), 406)


@check("sparql-q-zero", "SPARQL: q=0 schließt aus", "SPARQL: q=0 excludes")
def _(host: Host) -> None:
    reply = host.query(SELECT, f"{JSON};q=0, application/sparql-results+xml;q=0.5")
    expect(reply.media_type == "application/sparql-results+xml", f"Typ {reply.media_type}", f"type {reply.media_type}")


@check("sparql-dataset", "SPARQL: default-graph-uri gilt", "SPARQL: default-graph-uri counts")
def _(host: Host) -> None:
    host.need_endpoint()
    url = f"{host.endpoint}?query={quote('ASK { ?s ?p ?o }')}&default-graph-uri=http%3A%2F%2Fprobe.invalid%2Fnothing"
    reply = host.fetch(url, JSON)
    expect(reply.status == 400 or b"false" in reply.body, "wird übergangen", "is ignored")


@check("sparql-named-graphs", "SPARQL: benannte Graphen", "SPARQL: named graphs")
def _(host: Host) -> None:
    _note_if(b"true" not in host.query("ASK { GRAPH ?g { ?s ?p ?o } }").body, "keine benannten Graphen", "no named graphs")


@check("sparql-description", "SPARQL: Selbstbeschreibung", "SPARQL: service description")
def _(host: Host) -> None:
    host.need_endpoint()
    reply = status(host.fetch(host.endpoint, TURTLE), 200)
    text = {str(each) for each in parsed(reply.body, TURTLE)}
    expect(any("sparql-service-description#Service" in each for each in text), "kein sd:Service", "no sd:Service")
    expect(not any("SPARQL11Update" in each for each in text), "behauptet Update", "claims Update")


@check("sparql-cors", "SPARQL: CORS", "SPARQL: CORS")
def _(host: Host) -> None:
    expect(host.query(SELECT).has("access-control-allow-origin"), "fehlt", "missing")


@check("sparql-cors-errors", "SPARQL: CORS auch bei Fehlern", "SPARQL: CORS for errors too")
def _(host: Host) -> None:
    expect(host.query("nonsense").has("access-control-allow-origin"), "fehlt", "missing")


@check("sparql-vary", "SPARQL: Vary: Accept", "SPARQL: Vary: Accept")
def _(host: Host) -> None:
    expect(
        host.query(SELECT).has("vary", "accept"),
        "fehlt: Zwischenspeicher verwechseln Formen",
        "missing: caches mix up forms",
    )


@check("sparql-etag", "SPARQL: ETag und 304", "SPARQL: ETag and 304")
def _(host: Host) -> None:
    tag = host.query(SELECT).headers.get("etag")
    _note_if(not tag, "kein ETag", "no ETag")
    status(host.query(SELECT, If_None_Match=tag or ""), 304)


@check("sparql-head", "SPARQL: HEAD ohne Körper", "SPARQL: HEAD without a body")
def _(host: Host) -> None:
    host.need_endpoint()
    reply = host.fetch(f"{host.endpoint}?query={quote(SELECT)}", JSON, "HEAD")
    status(reply, 200)
    expect(not reply.body, "mit Körper", "with a body")


@check("sparql-browser", "SPARQL: Browser bekommen eine Seite", "SPARQL: browsers get a page")
def _(host: Host) -> None:
    reply = host.query(SELECT, "text/html")
    _note_if(reply.media_type != "text/html", f"Typ {reply.media_type}", f"type {reply.media_type}")


@check("sparql-escaping", "SPARQL: Fehlerseiten ohne fremdes HTML", "SPARQL: error pages without foreign HTML")
def _(host: Host) -> None:
    reply = host.query("<script>alert(1)</script>", "text/html")
    expect(b"<script>alert(1)</script>" not in reply.body or reply.media_type != "text/html", "ungefiltert", "not escaped")


@check("sparql-quick", "SPARQL: einfache Abfrage unter 2 s", "SPARQL: a simple query in under 2 s")
def _(host: Host) -> None:
    host.need_endpoint()
    started = time.monotonic()
    host.query(SELECT + " # timing")
    spent = time.monotonic() - started
    _note_if(spent > 2, f"{spent:.1f} s", f"{spent:.1f} s")


# -- OAI-PMH and OpenAPI ----------------------------------------------------------------------------------------------


def _oai(host: Host, arguments: str) -> Reply:
    reply = host.fetch(f"oai?{arguments}")
    if reply.status in (404, 405) or b"<OAI-PMH" not in reply.body:
        raise SkipError(
            "kein OAI-PMH: ein Host, der nur Dateien ausliefert, kann das nicht", "no OAI-PMH: a host of files cannot"
        )
    return reply


@check("oai-identify", "OAI-PMH: Identify", "OAI-PMH: Identify")
def _(host: Host) -> None:
    expect(b"<Identify>" in _oai(host, "verb=Identify").body, "keine Antwort", "no answer")


@check("oai-records", "OAI-PMH: ListRecords", "OAI-PMH: ListRecords")
def _(host: Host) -> None:
    reply = _oai(host, "verb=ListRecords&metadataPrefix=oai_dc")
    _note_if(b"noRecordsMatch" in reply.body, "keine Datensätze", "no records")
    expect(b"<record>" in reply.body, "keine Datensätze", "no records")


@check("oai-errors", "OAI-PMH: badVerb", "OAI-PMH: badVerb")
def _(host: Host) -> None:
    expect(b'code="badVerb"' in _oai(host, "verb=Nonsense").body, "kein badVerb", "no badVerb")


@check("openapi", "OpenAPI-Beschreibung", "OpenAPI description")
def _(host: Host) -> None:
    reply = host.fetch("openapi.json")
    if reply.status == 404:
        raise SkipError("keine openapi.json", "no openapi.json")
    try:
        expect(str(json.loads(reply.body)["openapi"]).startswith("3."), "nicht OpenAPI 3", "not OpenAPI 3")
    except (ValueError, KeyError, TypeError) as error:
        raise FailureError("nicht lesbar", "cannot be read") from error


# -- running ----------------------------------------------------------------------------------------------------------


def probe(url: str, *, thing: str | None = None, endpoint: str | None = None, timeout: float = 20.0) -> tuple[Result, ...]:
    """Make all checks. Raises MoroError when the host cannot be reached at all."""
    if not url.startswith(("http://", "https://")):
        raise MoroError(
            url,
            Text(de="das ist keine Web-Adresse", en="this is no web address"),
            Text(de="mit http:// oder https:// angeben", en="give it with http:// or https://"),
        )
    url = url if url.endswith("/") else url + "/"
    host = Host(url, endpoint or url + "sparql", timeout)
    first = host.fetch("", "text/html")
    if first.status == 0:
        raise MoroError(
            url,
            Text(
                de=f"nicht erreichbar ({first.headers['x-problem']})", en=f"cannot be reached ({first.headers['x-problem']})"
            ),
            Text(de="Adresse und Verbindung prüfen", en="check address and connection"),
        )
    _discover(host, thing)
    return tuple(_results(host))


def _results(host: Host) -> Iterator[Result]:
    for name, title, function in CHECKS:
        try:
            function(host)
        except SkipError as skipped:
            yield Result(name, title, "skip", skipped.text)
        except NoteError as note:
            yield Result(name, title, "note", note.text)
        except FailureError as failure:
            yield Result(name, title, "fail", failure.text)
        else:
            yield Result(name, title, "pass", _NOTHING)


def _discover(host: Host, thing: str | None) -> None:
    """Find a thing (by the sitemap, unless one is given) and a dump (by the catalogue)."""
    if thing:
        path = thing.partition("id/")[2]
        host.thing = f"id/{path}"
        reply = host.fetch(host.thing, TURTLE)
        target = urljoin(host.url + host.thing, reply.headers.get("location", ""))
        host.document = "doc/" + target.partition("/doc/")[2] if "/doc/" in target else f"doc/{path}"
        host.document = re.sub(r"\.(html|ttl|trig|jsonld|nt|rdf)$", "", host.document)
    else:
        for address in _addresses(host):
            path = urlsplit(address).path
            if "/doc/" in path and path.endswith(".html"):
                local = re.sub(r"(\.[a-z]{2})?\.html$", "", path.partition("/doc/")[2])
                if "~" not in local:
                    host.document, host.thing = f"doc/{local}", f"id/{local}"
                    break
    for name in ("catalogue.ttl", "catalogue-de.ttl"):
        reply = host.fetch(name)
        if reply.status == 200:
            found = sorted(
                set(re.findall(r"/(data/[A-Za-z0-9._/-]+\.(?:nt|ttl|nq|csv))\b", reply.body.decode("utf-8", "replace")))
            )
            host.dump = next((each for each in found if host.fetch(each, method="HEAD").status == 200), "")
            if host.dump:
                return


def _addresses(host: Host) -> list[str]:
    body = host.fetch("sitemap.xml").body.decode("utf-8", "replace")
    found = re.findall(r"<loc>\s*([^<\s]+)\s*</loc>", body)
    if "<sitemapindex" in body:
        for each in found[:3]:
            name = urlsplit(each).path.rsplit("/", 1)[-1]
            body = host.fetch(name).body.decode("utf-8", "replace")
            found += re.findall(r"<loc>\s*([^<\s]+)\s*</loc>", body)
    return found


def summary(results: Sequence[Result]) -> Text:
    """One line about all checks."""
    count = {outcome: sum(each.outcome == outcome for each in results) for outcome in ("pass", "fail", "note", "skip")}
    return Text(
        de=f"{len(results)} Prüfungen: {count['pass']} bestanden, {count['fail']} nicht, {count['note']} Hinweise, "
        f"{count['skip']} nicht möglich",
        en=f"{len(results)} checks: {count['pass']} passed, {count['fail']} failed, {count['note']} notes, "
        f"{count['skip']} not possible",
    )


def report_json(url: str, results: Sequence[Result]) -> str:
    """All results for programs."""
    document = {
        "url": url,
        "checks": [
            {
                "name": each.name,
                "title": {"de": each.title.de, "en": each.title.en},
                "outcome": each.outcome,
                "detail": {"de": each.detail.de, "en": each.detail.en},
            }
            for each in results
        ],
        "failed": sum(each.outcome == "fail" for each in results),
    }
    return json.dumps(document, ensure_ascii=False, indent=1)
