"""The SPARQL 1.1 Protocol (query), read-only: from a request to a question for the workers, and back to a response."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from markupsafe import Markup

from ..errors import Text
from ..negotiation import choose, choose_encodings
from . import pages
from .cache import AnswerCache
from .facts import Facts, Query
from .message import CORS, Request, Response
from .pool import Answer, BusyError, Pool
from .published import Published, fingerprint
from .throttle import Throttle
from .worker import HTML_ROWS

ENCODINGS = ("zstd", "br", "gzip")
MOST_PARAMETERS = 1000
MAX_AGE = 60
QUERY_TYPE = "application/sparql-query"
FORM_TYPE = "application/x-www-form-urlencoded"
HTML = "text/html"

RESULT_FORMATS = {  # names for ?format= → media type, the preferred one first
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "html": HTML,
}
GRAPH_FORMATS = {
    "ttl": "text/turtle",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "trig": "application/trig",
    "nq": "application/n-quads",
    "html": HTML,
}
_RESULT_OFFERS = (*RESULT_FORMATS.values(), "application/json", "application/xml", "text/xml")
_GRAPH_OFFERS = (*GRAPH_FORMATS.values(),)
_CALLED = {  # what libraries write into ?format= → our name
    "turtle": "ttl", "n3": "ttl", "application/turtle": "ttl", "json-ld": "jsonld", "rdf+xml": "rdf", "rdfxml": "rdf", "rdf/xml": "rdf",
    "ntriples": "nt", "n-triples": "nt", "nquads": "nq", "n-quads": "nq", "sparql-results+json": "json",
    "sparql-results+xml": "xml", "js": "json",
}  # fmt: skip
_GRAPH_CALLED = {"json": "application/ld+json", "xml": "application/rdf+xml"}  # the same words, for graphs
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]*")
_VARY = ("vary", "Accept, Accept-Language, Accept-Encoding")
_UNKNOWN_FORMAT = Text(de="Diese Form gibt es nicht", en="There is no such format")


class BadRequestError(Exception):
    """The request does not keep to the protocol."""

    def __init__(self, status: int, detail: Text, headers: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(detail.en)
        self.status = status
        self.detail = detail
        self.headers = headers


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and in which forms the answer is welcome."""

    query: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    format: str = ""  # name from ?format=, overrides Accept
    values: Mapping[str, str] = field(default_factory=dict)  # of a named query's parameters, already bound in `query`


def parse_form(data: bytes) -> tuple[tuple[str, str], ...]:
    """Names and values of a query string or form. Raises BadRequestError for what is not UTF-8 or too many."""
    pairs: list[tuple[str, str]] = []
    for part in data.split(b"&"):
        if not part:
            continue
        if len(pairs) >= MOST_PARAMETERS:
            raise BadRequestError(400, Text(de="Zu viele Parameter.", en="Too many parameters."))
        name, _, value = part.partition(b"=")
        try:
            pairs.append((unquote_plus(name), unquote_plus(value)))
        except UnicodeDecodeError as error:
            raise BadRequestError(
                400, Text(de="Die Parameter sind nicht UTF-8.", en="The parameters are not UTF-8.")
            ) from error
    return tuple(pairs)


def unquote_plus(data: bytes) -> str:
    """A decoded name or value of a form."""
    return unquote_to_bytes(data.replace(b"+", b" ")).decode("utf-8")


def read_question(request: Request) -> Question | None:
    """The question of a request to the endpoint, or None where there is none (the bare address). Raises BadRequestError."""
    address = parse_form(request.query)
    if request.method == "POST":
        kind, _, parameters = (request.header(b"content-type") or "").partition(";")
        kind = kind.strip().lower()
        charset = re.search(r'charset\s*=\s*"?([^";\s]+)', parameters, re.IGNORECASE)
        if charset and charset[1].lower() not in ("utf-8", "utf8"):
            raise _unsupported(Text(de="Der Körper muss UTF-8 sein.", en="The body has to be UTF-8."))
        if kind == FORM_TYPE:
            pairs = (*address, *parse_form(request.body))
        elif kind == QUERY_TYPE:
            try:
                pairs = (*address, ("query", request.body.decode("utf-8-sig")))
            except UnicodeDecodeError as error:
                raise BadRequestError(400, Text(de="Die Abfrage ist nicht UTF-8.", en="The query is not UTF-8.")) from error
        else:
            raise _unsupported(
                Text(
                    de=f"Abfragen kommen als {QUERY_TYPE} oder {FORM_TYPE}.",
                    en=f"Queries come as {QUERY_TYPE} or {FORM_TYPE}.",
                )
            )
    else:
        pairs = address
    return _question(pairs, is_post=request.method == "POST")


def _unsupported(detail: Text) -> BadRequestError:
    return BadRequestError(415, detail, (("accept-post", f"{QUERY_TYPE}, {FORM_TYPE}"),))


def _question(pairs: Sequence[tuple[str, str]], *, is_post: bool) -> Question | None:
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        given.setdefault(name, []).append(value)
    if "update" in given:
        raise BadRequestError(
            400, Text(de="Dieser Endpunkt nimmt keine Änderungen an.", en="This endpoint takes no updates.")
        )
    queries = given.get("query", [])
    if not queries:
        if is_post or given:
            raise BadRequestError(400, Text(de="Der Parameter „query“ fehlt.", en='The parameter "query" is missing.'))
        return None
    if len(queries) > 1:
        raise BadRequestError(400, Text(de="Genau eine Abfrage ist erlaubt.", en="Exactly one query is allowed."))
    graphs = []
    for name in ("default-graph-uri", "named-graph-uri"):
        values = tuple(dict.fromkeys(given.get(name, [])))
        for each in values:
            if not _ABSOLUTE.fullmatch(each):
                raise BadRequestError(400, Text(de=f"{name} ist keine absolute IRI.", en=f"{name} is not an absolute IRI."))
        graphs.append(values)
    return Question(queries[0], graphs[0], graphs[1], one_format(given.get("format", [])))


def one_format(given: Sequence[str]) -> str:
    """The name of the format from ?format= (short name, media type, or what clients call it); the first that is known."""
    names = [name.strip().lower() for each in given for name in each.split(",") if name.strip()]
    for name in names:
        short = _CALLED.get(name, name)
        if short in RESULT_FORMATS or short in GRAPH_FORMATS or short in _RESULT_OFFERS or short in _GRAPH_OFFERS:
            return short
    if given:
        listed = ", ".join(dict.fromkeys((*RESULT_FORMATS, *GRAPH_FORMATS)))
        raise BadRequestError(400, Text(de=f"format ist eines von: {listed}", en=f"format is one of: {listed}"))
    return ""


def choose_formats(request: Request, wanted: str) -> tuple[str | None, str | None]:
    """The media types for a table and for a graph; None where that kind of answer would not be welcome."""
    if wanted:
        table = RESULT_FORMATS.get(wanted) or (wanted if wanted in _RESULT_OFFERS else None)
        graph = GRAPH_FORMATS.get(wanted) or _GRAPH_CALLED.get(wanted) or (wanted if wanted in _GRAPH_OFFERS else None)
        return table, graph
    accept = request.header(b"accept")
    table_place, graph_place = choose(accept, _RESULT_OFFERS), choose(accept, _GRAPH_OFFERS)
    return (
        None if table_place is None else _RESULT_OFFERS[table_place],
        None if graph_place is None else _GRAPH_OFFERS[graph_place],
    )


class Endpoint:
    """Answers questions about one release: cache first, then the workers."""

    def __init__(self, published: Published, pool: Pool, cache: AnswerCache, throttle: Throttle, result_limit: int) -> None:
        self.published = published
        self.pool = pool
        self.cache = cache
        self.throttle = throttle
        self.result_limit = result_limit

    async def answer(self, request: Request, question: Question, named: Query | None = None) -> Response:
        """The response to a question."""
        facts = self.published.facts
        table, graph = choose_formats(request, question.format)
        if table is None and graph is None:
            return self._not_acceptable(request)
        encodings = choose_encodings(request.header(b"accept-encoding"), ENCODINGS)[:1]
        language = pages.language_of(request, facts) if HTML in (table, graph) else ""
        values = tuple(sorted(question.values.items()))
        key = (
            question.query, question.default_graphs, question.named_graphs, values, table, graph, encodings, language,
            request.prefix, named.name if named else "",
        )  # fmt: skip
        etag = fingerprint(self.published.identity, repr(key))
        none_match = request.header(b"if-none-match")
        if none_match is not None and etag in none_match:
            return Response(304, (("etag", etag), ("cache-control", f"public, max-age={MAX_AGE}"), _VARY, *CORS))
        kept = self.cache.get(key)
        if kept is not None:
            request.repeated = True
            return kept
        wait = self.throttle.wait(request.client)
        if wait:
            return _too_many(request, facts, wait)
        html = HTML in (table, graph)
        job = {
            "query": question.query,
            "default": question.default_graphs if question.default_graphs or question.named_graphs else None,
            "named": question.named_graphs if question.default_graphs or question.named_graphs else None,
            "results": table,
            "graph": graph,
            "encodings": () if html else encodings,
            "limit": self.result_limit,
        }
        try:
            coming, leave = self.pool.ask(job, request.client)
        except BusyError as busy:
            return _too_many(request, facts, 1.0) if busy.own else overloaded(request, facts)
        request.when_gone = leave
        answer = await coming
        request.when_gone = None
        self.throttle.charge(request.client, answer.seconds)
        response = self._response(request, question, answer, etag, language, named)
        response.note = {"ms": round(answer.seconds * 1000, 1), "query": etag[1:17], "outcome": answer.head["status"]}
        if answer.head["status"] == "ok" and not answer.head["volatile"]:
            self.cache.put(key, response, len(question.query))
        return response

    def _response(
        self, request: Request, question: Question, answer: Answer, etag: str, language: str, named: Query | None
    ) -> Response:
        head = answer.head
        if head["status"] != "ok":
            return self._problem(request, question, head, named)
        volatile = head["volatile"]
        headers = [("cache-control", "no-store" if volatile else f"public, max-age={MAX_AGE}"), _VARY]
        if not volatile:
            headers.append(("etag", etag))
        if self.published.facts.licence_url:
            headers.append(("link", f'<{pages.ascii_url(self.published.facts.licence_url)}>; rel="license"'))
        if head["type"] == HTML:
            body = self.form(request, language, question, named, Markup(answer.body.decode()), head)  # noqa: S704
            return pages.page_response(200, body, headers)
        if "encoding" in head:
            headers.append(("content-encoding", head["encoding"]))
        content_type = head["type"]
        if content_type.startswith("text/"):
            content_type += "; charset=utf-8"
        return Response(200, (("content-type", content_type), *headers, *pages.SECURITY, *CORS), answer.body)

    def form(
        self,
        request: Request,
        language: str,
        question: Question | None = None,
        named: Query | None = None,
        result: Markup | None = None,
        head: Mapping[str, Any] | None = None,
        error: Text | None = None,
        context: str = "",
    ) -> bytes:
        """The plain page for queries: form, result, ready-made queries. Works without script."""
        facts = self.published.facts
        title = Text(de="Daten abfragen (SPARQL)", en="Query the data (SPARQL)").pick(language)
        given = dict(question.values) if question else {}
        parameters = None
        if named is not None:
            title = named.title(language)
            parameters = [
                {
                    "name": each.name,
                    "label": each.descriptions.get(language) or next(iter(each.descriptions.values()), each.name),
                    "value": plain(given.get(each.name, each.default)),
                }
                for each in named.parameters
            ]
        formats = GRAPH_FORMATS if head and head.get("graph") else RESULT_FORMATS
        return pages.page(
            "query.html",
            language,
            facts,
            request.prefix,
            {
                "title": title,
                "action": f"{request.prefix}/queries/{named.name}" if named else f"{request.prefix}/sparql",
                "description": named.description(language) if named else "",
                "limits": named.limits.get(language, "") if named else "",
                "parameters": parameters,
                "query": question.query if question else _first_query(facts),
                "result": result,
                "more": bool(head and head.get("more")),
                "rows": HTML_ROWS,
                "links": [
                    {"href": _same_question(request, question, named, name), "text": name.upper()}
                    for name in formats
                    if name != "html"
                ],
                "queries": []
                if named
                else [
                    {"href": f"{request.prefix}/queries/{quote(each.name)}", "text": each.title(language)}
                    for each in facts.queries
                ],
                "error": error.pick(language) if error else "",
                "context": context,
            },
        )

    # -- what can go wrong ----------------------------------------------------------------------------------------

    def _not_acceptable(self, request: Request) -> Response:
        types = ", ".join(dict.fromkeys((*RESULT_FORMATS.values(), *GRAPH_FORMATS.values())))
        return pages.error_response(
            request, self.published.facts, 406,
            Text(de="In keiner gewünschten Form möglich", en="Not possible in any form you accept"),
            Text(de=f"Möglich sind: {types}", en=f"Possible are: {types}"),
            headers=(_VARY,),
            members={"available": types.split(", ")},
        )  # fmt: skip

    def _problem(self, request: Request, question: Question, head: Mapping[str, Any], named: Query | None) -> Response:
        """What a worker, or its death, says about a query."""
        facts = self.published.facts
        status = str(head["status"])
        if status in ("timeout", "crowded", "busy", "gone"):
            return self._too_slow(request, status)
        code, detail = _PROBLEMS.get(status, _PROBLEMS["failed"])
        context = ""
        members: dict[str, Any] = {"error": status}
        headers: list[tuple[str, str]] = [_VARY]
        message = str(head.get("message", ""))
        if "line" in head:
            line, column = int(head["line"]), int(head["column"])
            members |= {"line": line, "column": column}
            detail = Text(
                de=f"{detail.de} (Zeile {line}, Spalte {column}) {message}".strip(),
                en=f"{detail.en} (line {line}, column {column}) {message}".strip(),
            )
            context = show_place(question.query, line, column)
        elif message:
            detail = Text(de=f"{detail.de} {message}", en=f"{detail.en} {message}")
        if status == "not-acceptable":
            return self._not_acceptable(request)
        if status == "too-large":
            members["dump"] = f"{request.prefix}/data/"
        if choose(request.header(b"accept"), ("text/plain", HTML)) == 1:
            language = pages.language_of(request, facts)
            body = self.form(request, language, question, named, error=detail, context=context)
            return pages.page_response(code, body, (("cache-control", "no-store"), _VARY))
        return pages.error_response(
            request, facts, code,
            Text(de="Die Abfrage geht so nicht", en="The query does not work like this"), detail,
            headers=headers, context=context, members=members,
        )  # fmt: skip

    def _too_slow(self, request: Request, status: str) -> Response:
        detail = {
            "timeout": Text(
                de="Die Abfrage brauchte länger als erlaubt. Grenzen Sie sie ein (LIMIT, engere Muster) oder laden Sie die"
                " Daten als Datei.",
                en="The query took longer than allowed. Narrow it (LIMIT, tighter patterns) or download the data as a file.",
            ),
        }.get(
            status,
            Text(
                de="Gerade rechnen zu viele lange Abfragen. Bitte später erneut versuchen.",
                en="Too many long queries are running just now. Please try again later.",
            ),
        )
        return pages.error_response(
            request, self.published.facts, 503,
            Text(de="Abfrage abgebrochen", en="Query ended"), detail,
            headers=(("retry-after", "10"),), members={"error": status},
        )  # fmt: skip


_PROBLEMS = {
    "syntax": (400, Text(de="Die Abfrage ist kein gültiges SPARQL.", en="The query is not valid SPARQL.")),
    "service": (
        400,
        Text(
            de="SERVICE wird nicht angeboten: dieser Endpunkt ruft keine anderen auf.",
            en="SERVICE is not offered: this endpoint calls no others.",
        ),
    ),
    "nesting": (400, Text(de="Die Abfrage ist zu tief verschachtelt.", en="The query is nested too deeply.")),
    "steps": (
        400,
        Text(de="Die Abfrage hat zu viele Zweige oder Rechenschritte.", en="The query has too many branches or operators."),
    ),
    "crashed": (
        400,
        Text(
            de="Die Abfrage überschritt die Grenzen für Speicher oder Verschachtelung.",
            en="The query went over the limits for memory or nesting.",
        ),
    ),
    "memory": (
        400,
        Text(de="Die Abfrage brauchte zu viel Speicher.", en="The query needed too much memory."),
    ),
    "too-large": (
        400,
        Text(
            de="Das Ergebnis ist zu groß. Grenzen Sie es ein oder laden Sie die Daten als Datei (Ordner data).",
            en="The result is too large. Narrow it or download the data as a file (folder data).",
        ),
    ),
    "not-acceptable": (406, Text(de="", en="")),
    "not-xml": (
        406,
        Text(
            de="Das Ergebnis enthält Steuerzeichen, die XML nicht ausdrücken kann; JSON, CSV oder Turtle können es.",
            en="The result has control characters that XML cannot express; JSON, CSV or Turtle can.",
        ),
    ),
    "failed": (400, Text(de="Die Abfrage ließ sich nicht ausführen.", en="The query could not be run.")),
}


def overloaded(request: Request, facts: Facts) -> Response:
    """503: the queue is full."""
    return pages.error_response(
        request, facts, 503,
        Text(de="Gerade überlastet", en="Too busy just now"),
        Text(de="Es warten schon zu viele Abfragen. Bitte gleich noch einmal.", en="Too many queries wait already. Please try again."),
        headers=(("retry-after", "5"),), members={"error": "busy"},
    )  # fmt: skip


def _too_many(request: Request, facts: Facts, wait: float) -> Response:
    return pages.error_response(
        request, facts, 429,
        Text(de="Zu viele Abfragen", en="Too many queries"),
        Text(
            de="Von Ihrer Adresse kam in kurzer Zeit mehr, als einer allein beanspruchen kann.",
            en="More came from your address in a short time than one alone can claim.",
        ),
        headers=(("retry-after", str(max(1, round(wait)))),), members={"error": "rate"},
    )  # fmt: skip


def bad_request(request: Request, facts: Facts, error: BadRequestError) -> Response:
    """The response to a request that does not keep to the protocol."""
    return pages.error_response(
        request, facts, error.status,
        Text(de="Die Anfrage geht so nicht", en="The request does not work like this"), error.detail,
        headers=error.headers,
    )  # fmt: skip


def show_place(query: str, line: int, column: int) -> str:
    """The line of a mistake with a mark below it; long lines are cut around the place."""
    lines = query.split("\n")
    if not 1 <= line <= len(lines):
        return ""
    start = max(0, column - 60)
    shown = lines[line - 1][start : start + 120].replace("\r", "").replace("\t", " ")
    return f"{line:>4} | {shown}\n     | {' ' * (column - 1 - start)}^"


def plain(term: str) -> str:
    """What a person types for a term: the IRI or the text."""
    from ..terms import value

    return value(term)


def _first_query(facts: Facts) -> str:
    return facts.queries[0].text if facts.queries else "SELECT * WHERE { ?s ?p ?o } LIMIT 10"


def _same_question(request: Request, question: Question | None, named: Query | None, name: str) -> str:
    if named is not None:
        pairs = [(key, plain(text)) for key, text in (question.values.items() if question else ())]
        path = f"{request.prefix}/queries/{quote(named.name)}"
    else:
        pairs = [("query", question.query)] if question else []
        pairs += [("default-graph-uri", each) for each in (question.default_graphs if question else ())]
        pairs += [("named-graph-uri", each) for each in (question.named_graphs if question else ())]
        path = f"{request.prefix}/sparql"
    return f"{path}?" + "&".join(f"{quote(key, safe='')}={quote(text, safe='')}" for key, text in (*pairs, ("format", name)))


Ask = Callable[[Request, Question], Any]
