"""The server's own answers for people and for programs that went wrong: forms, tables, errors.

They look like the site where the release has its style sheets, and bring a style of their own else. They need no script. Every text that a client sent is escaped (Jinja's autoescape); the policy sent along
would not let a script run even if one slipped in.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
import msgspec
import pyoxigraph
from markupsafe import Markup

from ..errors import Text
from ..negotiation import choose, choose_language
from .facts import Facts
from .message import CORS, PLAIN, Headers, Request, Response

STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;margin:0 auto;max-width:75rem;padding:0 1rem 2rem;color:#111;background:#fff}"
    "header{padding:1rem 0;border-bottom:1px solid #767676}a{color:#0b4f9e}.skip{position:absolute;left:-999rem}"
    ".skip:focus{position:static}textarea,input{font:1rem/1.4 ui-monospace,monospace;max-width:100%;box-sizing:border-box}"
    "textarea{width:100%}button{font:inherit;padding:.5rem 1.5rem;min-height:2.75rem}table{border-collapse:collapse}"
    "th,td{border:1px solid #767676;padding:.25rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}"
    ".wide{overflow-x:auto}pre{white-space:pre-wrap;overflow-wrap:anywhere;background:#f2f2f2;padding:.75rem}"
    ".problem{border-left:.5rem solid #b3261e;padding:.1rem 1rem}:focus-visible{outline:3px solid #0b4f9e;outline-offset:2px}"
    "@media(prefers-color-scheme:dark){body{background:#16181c;color:#eee}a{color:#9cc4ff}pre{background:#23262c}}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

OWN_POLICY = (
    f"default-src 'none'; style-src 'self' 'sha256-{_STYLE_HASH}'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
SECURITY: Headers = (("x-content-type-options", "nosniff"), ("referrer-policy", "strict-origin-when-cross-origin"))

_HTML = "text/html; charset=utf-8"
_ERROR_TYPES = (  # what an error can be told in; the first suits whoever has no wish
    "text/plain", "text/html", "application/problem+json", "application/json", "text/turtle", "application/ld+json",
    "application/rdf+xml", "application/n-triples", "application/trig", "application/n-quads",
)  # fmt: skip
_JSON_KINDS = ("application/problem+json", "application/json", "application/sparql-results+json")
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_HTTP = "http://www.w3.org/2011/http#"
_XSD_INTEGER = "http://www.w3.org/2001/XMLSchema#integer"


def site_policy(endpoint_url: str = "") -> str:
    """The Content-Security-Policy of the site's pages: nothing from elsewhere, no inline script."""
    connect = "'self'"
    if endpoint_url.startswith(("https://", "http://")):
        connect += " " + "/".join(endpoint_url.split("/")[:3])
    return (
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"media-src 'self'; connect-src {connect}; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'self'; object-src 'none'"
    )


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )


def language_of(request: Request, facts: Facts) -> str:
    """The language to answer a person in."""
    return choose_language(request.header(b"accept-language"), facts.languages)


def page(template: str, language: str, facts: Facts, prefix: str, values: Mapping[str, Any]) -> bytes:
    """One of the server's own pages."""
    text = (
        _environment()
        .get_template(template)
        .render(
            {
                "language": language,
                "de": language.startswith("de"),
                "publication": facts.name(language),
                "home": f"{prefix}/",
                "style": Markup(STYLE),  # noqa: S704  our own constant
                "stylesheets": [f"{prefix}/{each}" for each in facts.stylesheets],
                "search": f"{prefix}/{facts.search[language]}" if language in facts.search else "",
                **values,
            }
        )
    )
    return text.encode()


def page_response(status: int, body: bytes, headers: Iterable[tuple[str, str]] = ()) -> Response:
    """The response with one of the server's own pages."""
    return Response(
        status, (("content-type", _HTML), ("content-security-policy", OWN_POLICY), *SECURITY, *CORS, *headers), body
    )


def error_response(
    request: Request,
    facts: Facts,
    status: int,
    title: Text,
    detail: Text,
    *,
    headers: Sequence[tuple[str, str]] = (),
    context: str = "",
    links: Sequence[Mapping[str, str]] = (),
    members: Mapping[str, Any] | None = None,
    statements: Sequence[tuple[str, str, str]] = (),
) -> Response:
    """An error in the form that was asked for: a page, RDF, JSON (RFC 9457) or plain text.

    `members` go into the JSON, `statements` (subject, predicate, object: IRIs) into the RDF, `context` shows the place
    of a mistake, `links` lead on.
    """
    accept = request.header(b"accept")
    place = choose(accept, _ERROR_TYPES)
    kind = _ERROR_TYPES[place or 0]
    if accept and "application/sparql-results+json" in accept and kind == "text/plain":
        kind = "application/problem+json"
    language = language_of(request, facts)
    extra = list(headers)
    if not any(name == "vary" for name, _ in headers):
        extra.append(("vary", "Accept, Accept-Language"))
    if not any(name == "cache-control" for name, _ in headers):
        extra.append(("cache-control", "no-store"))
    if kind == "text/html":
        values = {"title": title.pick(language), "detail": detail.pick(language), "context": context, "links": links}
        return page_response(status, page("error.html", language, facts, request.prefix, values), extra)
    if kind in _JSON_KINDS:
        document = {
            "type": "about:blank",
            "title": title.en,
            "status": status,
            "detail": detail.en,
            "detail_de": detail.de,
            **(members or {}),
        }
        return _plain(status, "application/problem+json", msgspec.json.encode(document), extra)
    if kind != "text/plain":
        rdf_format = pyoxigraph.RdfFormat.from_media_type(kind)
        if rdf_format is not None:
            return _plain(status, kind, _rdf(status, title, detail, statements, rdf_format), extra)
    lines = [f"{status} {title.en}", detail.en, "", f"{title.de}", detail.de]
    if context:
        lines += ["", context]
    lines += [f"{each['href']}  {each['text']}" for each in links]
    return _plain(status, PLAIN, ("\n".join(lines) + "\n").encode(), extra)


def _plain(status: int, content_type: str, body: bytes, headers: Iterable[tuple[str, str]]) -> Response:
    return Response(status, (("content-type", content_type), *SECURITY, *CORS, *headers), body)


def _rdf(
    status: int, title: Text, detail: Text, statements: Sequence[tuple[str, str, str]], rdf_format: pyoxigraph.RdfFormat
) -> bytes:
    node = pyoxigraph.NamedNode
    subject = pyoxigraph.BlankNode("answer")
    triples = [
        pyoxigraph.Triple(subject, node("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), node(f"{_HTTP}Response")),
        pyoxigraph.Triple(
            subject, node(f"{_HTTP}statusCodeValue"), pyoxigraph.Literal(str(status), datatype=node(_XSD_INTEGER))
        ),
    ]
    for name, text in (("label", title), ("comment", detail)):
        for language, words in (("de", text.de), ("en", text.en)):
            triples.append(pyoxigraph.Triple(subject, node(_RDFS + name), pyoxigraph.Literal(words, language=language)))
    triples += [pyoxigraph.Triple(node(s), node(p), node(o)) for s, p, o in statements]
    return pyoxigraph.serialize(triples, format=rdf_format) or b""


def quote_path(path: str) -> str:
    """A path of the site as it stands in a URL."""
    return quote(path, safe="/-._~")


def quote_path_url(site_url: str, path: str) -> str:
    """The absolute URL of a path of the site."""
    return ascii_url(site_url) + quote_path(path)


def ascii_url(url: str) -> str:
    """An IRI as a URL: what is not ASCII or would end a header's angle brackets is percent-encoded."""
    return quote(url, safe="%/:=&?~#+!$,;'@()*[]")
