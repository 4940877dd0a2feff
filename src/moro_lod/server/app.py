"""From requests to answers: which module is asked, what is checked before, what is noted after."""

from __future__ import annotations

import asyncio
import csv
import io
import ipaddress
import re
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ..errors import Text
from ..negotiation import choose
from . import named_queries, oai, pages, resources, service_description, sparql
from .cache import AnswerCache
from .log import Log
from .message import CORS, Headers, Request, Response, text_response
from .metrics import Metrics
from .pool import BusyError, Pool
from .published import Published, fingerprint
from .throttle import Throttle, network_of

_COLD_HEADERS = frozenset(
    (b"range", b"if-none-match", b"if-modified-since", b"if-match", b"if-unmodified-since", b"if-range")
)
_METHODS = frozenset(("GET", "HEAD", "POST", "OPTIONS"))
_PREFIX = re.compile(r"(/[A-Za-z0-9._~-]+)*")
_QUERY_PAGES = ("sparql.html", "query.html")
_SD_TYPES = (
    "text/turtle", "text/html", "application/ld+json", "application/rdf+xml", "application/n-triples", "application/trig",
    "application/n-quads",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Options:
    """How the server is set up, besides connections and workers."""

    prefix: str = ""  # path below which it is mounted
    trusted: tuple[str, ...] = ()  # networks whose forwarded headers are believed
    metrics_for: tuple[str, ...] = ("127.0.0.0/8", "::1/128")  # networks that may see /metrics
    cache: int = 64 * 1024 * 1024  # bytes of answers to queries kept
    files: int = 32 * 1024 * 1024  # bytes of documents kept
    rate: float = 1.0  # seconds of a worker's time that a client gets back each second; 0: no limit
    burst: float = 60.0  # seconds that it may use at once


class Serving:
    """One release with its workers and caches."""

    def __init__(self, published: Published, pool: Pool, options: Options, throttle: Throttle, result_limit: int) -> None:
        self.published = published
        self.pool = pool
        self.hot = AnswerCache(options.files)
        self.cache = AnswerCache(options.cache)
        self.endpoint = sparql.Endpoint(published, pool, self.cache, throttle, result_limit)
        self.catalogue = oai.load(published)
        self._graphs: asyncio.Task[tuple[dict[str, int], int | None]] | None = None

    async def graphs(self) -> tuple[dict[str, int], int | None]:
        """The named graphs with their sizes, and the size of the default graph; found once."""
        if self._graphs is None or (self._graphs.done() and not self._graphs.result()[0]):
            self._graphs = asyncio.get_running_loop().create_task(self._count())
        return await asyncio.shield(self._graphs)

    async def _count(self) -> tuple[dict[str, int], int | None]:
        total = await self._csv("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
        rows = await self._csv("SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
        return {row[0]: int(row[1]) for row in rows}, int(total[0][0]) if total else None

    async def _csv(self, query: str) -> list[list[str]]:
        question: dict[str, Any] = {
            "query": query, "default": None, "named": None, "results": "text/csv", "graph": None,
            "encodings": (), "limit": 16 * 1024 * 1024,
        }  # fmt: skip
        try:
            coming, _ = self.pool.ask(question, "")
        except BusyError:
            return []
        answer = await coming
        if answer.head["status"] != "ok":
            return []
        return list(csv.reader(io.StringIO(answer.body.decode())))[1:]


class App:
    """The handler of all requests."""

    def __init__(self, options: Options, log: Log) -> None:
        self.options = options
        self.log = log
        self.metrics = Metrics()
        self.throttle = Throttle(options.rate, options.burst)
        self.serving: Serving | None = None
        self.stopping = False
        self.gauges: Callable[[], Mapping[str, float]] = dict
        self._trusted = _networks(options.trusted)
        self._metrics_for = _networks(options.metrics_for)
        self._trusted_known: dict[str, bool] = {}

    def trusts(self, address: str) -> bool:
        """Whether forwarded headers from this address are believed."""
        if not self._trusted:
            return False
        known = self._trusted_known.get(address)
        if known is None:
            if len(self._trusted_known) > 10_000:
                self._trusted_known.clear()
            known = self._trusted_known[address] = _within(address, self._trusted)
        return known

    def handle(self, request: Request) -> Response | Coroutine[Any, Any, Response]:
        """Answer a request, at once where that is possible."""
        serving = self.serving
        request.prefix = self.options.prefix
        if self._trusted and self.trusts(request.client):
            self._believe(request)
        if serving is not None and request.method in ("GET", "HEAD") and _COLD_HEADERS.isdisjoint(request.headers):
            kept = serving.hot.get(_key(request))
            if kept is not None:
                request.repeated = True
                self._note("document" if kept.note is None else "sparql-cached", request, kept, 0.0)
                return kept
        started = time.perf_counter()
        result = self._route(request)
        if isinstance(result, tuple):
            service, work = result
            if isinstance(work, Response):
                self._remember(serving, service, request, work)
                self._note(service, request, work, started)
                return work
            return self._later(service, request, work, started)
        raise TypeError(result)

    def again(self, request: Request, response: Response, client: str) -> None:
        """A request came in once more, byte for byte; the connection has answered it."""
        service = "document" if response.note is None else "sparql-cached"
        self.metrics.count(service, response.status)
        if self.log.requests:
            self.log.request(service, request.method, response.status, response.length, 0.0, request, None, client)

    async def _later(self, service: str, request: Request, work: Coroutine[Any, Any, Response], started: float) -> Response:
        serving = self.serving
        response = await work
        self._remember(serving, service, request, response)
        note = response.note
        if note is not None and not request.repeated:
            self.metrics.query(str(note["outcome"]), float(note["ms"]) / 1000)
        self._note(service, request, response, started)
        return response

    def _remember(self, serving: Serving | None, service: str, request: Request, response: Response) -> None:
        """Keep what the very same request may get again without a look at anything."""
        if serving is None or response.status not in (200, 303, 404, 406) or request.method != "GET":
            return
        if not _COLD_HEADERS.isdisjoint(request.headers) or b"no-store" in response.head:
            return
        if (
            (service == "document" or request.repeated)
            and isinstance(response.body, bytes)
            and len(response.body) <= 256 * 1024
        ):
            key = _key(request)
            serving.hot.put(key, response, sum(len(each or b"") for each in key))

    def _note(self, service: str, request: Request, response: Response, started: float) -> None:
        self.metrics.count(service, response.status)
        log = self.log
        if log.requests:
            log.request(
                service, request.method, response.status, response.length,
                (time.perf_counter() - started) if started else 0.0, request, response.note,
            )  # fmt: skip

    # -- routes ---------------------------------------------------------------------------------------------------

    def _route(self, request: Request) -> tuple[str, Response | Coroutine[Any, Any, Response]]:
        refusal = self._prepare(request)
        if refusal is not None:
            return "refused", refusal
        path, method = request.path, request.method
        if path == b"/healthz":
            return "health", self._only(request, "GET, HEAD, OPTIONS") or text_response(200, "ok")
        serving = self.serving
        if path == b"/readyz":
            return "health", self._only(request, "GET, HEAD, OPTIONS") or self._ready()
        if serving is None:
            return "refused", text_response(503, "starting", (("retry-after", "1"),))
        if path == b"/metrics":
            return "metrics", self._only(request, "GET, HEAD, OPTIONS") or self._metrics(request)
        published = serving.published
        service = "document"
        if path in (b"/sparql", b"/sparql/"):
            service = "sparql"
            allowed = "GET, HEAD, POST, OPTIONS"
        elif path == b"/oai":
            service = "oai"
            allowed = "GET, HEAD, POST, OPTIONS"
        else:
            allowed = "GET, HEAD, OPTIONS"
        refusal = self._only(request, allowed)
        if refusal is not None:
            return service, refusal
        if service == "sparql":
            return service, self._sparql(request, serving)
        if service == "oai":
            return service, self._oai(request, serving)
        if path == b"/queries":
            return "queries", named_queries.listing(request, published)
        if path.startswith(b"/queries/") and b"." not in path.rsplit(b"/", 1)[-1]:
            return "queries", self._named(request, serving)
        if path == b"/openapi.json":
            return "queries", self._openapi(request, published)
        if method == "HEAD" or method == "GET":
            return service, resources.respond(request, published)
        raise AssertionError(method)

    def _prepare(self, request: Request) -> Response | None:
        """Bring path, prefix and client into order."""
        path = request.path
        if path[:1] != b"/":
            if path == b"*" and request.method == "OPTIONS":
                request.path = b"/"
            elif path[:7].lower() == b"http://" or path[:8].lower() == b"https://":
                try:
                    request.path = urlsplit(path).path or b"/"
                except ValueError:
                    return text_response(400, "400")
            else:
                return text_response(400, "400")
        prefix = self.options.prefix.encode()
        if prefix:
            if request.path == prefix:
                request.path = b"/"
            elif request.path.startswith(prefix + b"/"):
                request.path = request.path[len(prefix) :]
            # a proxy that strips the prefix itself is as good
        request.client = network_of(request.client)
        return None

    def _believe(self, request: Request) -> None:
        """Take client and prefix from what a trusted proxy says."""
        forwarded = request.header(b"x-forwarded-for")
        if forwarded:
            # the last address that no trusted proxy of ours has added
            for each in reversed([part.strip() for part in forwarded.split(",")][-20:]):
                try:
                    ipaddress.ip_address(each)
                except ValueError:
                    break
                request.client = each
                if not self.trusts(each):
                    break
        prefix = (request.header(b"x-forwarded-prefix") or "").rstrip("/")
        if prefix and len(prefix) < 200 and _PREFIX.fullmatch(prefix):
            request.prefix = prefix

    def _only(self, request: Request, allowed: str) -> Response | None:
        """The answer to OPTIONS and to methods that are not allowed here."""
        method = request.method
        if method == "OPTIONS":
            headers: Headers = (
                ("allow", allowed),
                ("access-control-allow-methods", allowed),
                ("access-control-allow-headers", "Accept, Accept-Language, Content-Type, If-None-Match, Range"),
                ("access-control-max-age", "86400"),
                *CORS,
            )
            return Response(204, headers)
        if method in allowed.split(", "):
            return None
        facts = self.serving.published.facts if self.serving else None
        if facts is None:
            return text_response(405, "405", (("allow", allowed),))
        return pages.error_response(
            request, facts, 405,
            Text(de="Diese Methode gibt es hier nicht", en="This method is not allowed here"),
            Text(de=f"Möglich sind: {allowed}", en=f"Possible are: {allowed}"),
            headers=(("allow", allowed),),
        )  # fmt: skip

    # -- services -------------------------------------------------------------------------------------------------

    def _sparql(self, request: Request, serving: Serving) -> Response | Coroutine[Any, Any, Response]:
        facts = serving.published.facts
        try:
            question = sparql.read_question(request)
        except sparql.BadRequestError as error:
            return sparql.bad_request(request, facts, error)
        if question is not None:
            return serving.endpoint.answer(request, question)
        place = choose(request.header(b"accept"), _SD_TYPES)
        if place is None:
            types = ", ".join(_SD_TYPES)
            return pages.error_response(
                request, facts, 406,
                Text(de="In keiner gewünschten Form möglich", en="Not possible in any form you accept"),
                Text(de=f"Möglich sind: {types}", en=f"Possible are: {types}"),
            )  # fmt: skip
        if _SD_TYPES[place] != "text/html":
            return self._describe(serving, _SD_TYPES[place])
        language = pages.language_of(request, facts)
        for name in _QUERY_PAGES:
            candidates = (name,) if language == facts.languages[0] else (
                f"{language}/{name}", name.replace(".html", f".{language}.html"), name,
            )  # fmt: skip
            for each in candidates:
                if each in serving.published.entries:
                    request.path = f"/{each}".encode()
                    return resources.respond(request, serving.published)
        body = serving.endpoint.form(request, language)
        return pages.page_response(200, body, (("vary", "Accept, Accept-Language"), ("cache-control", "public, max-age=60")))

    async def _describe(self, serving: Serving, media_type: str) -> Response:
        graphs, total = await serving.graphs()
        facts = serving.published.facts
        body = service_description.write(service_description.describe(facts, graphs, total), media_type)
        content_type = f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
        headers = (
            ("content-type", content_type),
            ("vary", "Accept, Accept-Language"),
            ("cache-control", "public, max-age=60"),
            ("etag", fingerprint(serving.published.identity, "description", media_type)),
            *pages.SECURITY,
            *CORS,
        )
        return Response(200, headers, body)

    def _named(self, request: Request, serving: Serving) -> Response | Coroutine[Any, Any, Response]:
        facts = serving.published.facts
        try:
            name = "/".join(resources.segments(request.path)[1:])
        except ValueError:
            name = ""
        query = named_queries.find(serving.published, name)
        if query is None:
            return resources.respond(request, serving.published)
        try:
            question = named_queries.read_question(request, query)
        except sparql.BadRequestError as error:
            return sparql.bad_request(request, facts, error)
        return serving.endpoint.answer(request, question, query)

    def _openapi(self, request: Request, published: Published) -> Response:
        headers = (
            ("content-type", "application/json"), ("cache-control", "public, max-age=60"), *pages.SECURITY, *CORS,
        )  # fmt: skip
        return Response(200, headers, named_queries.openapi(published.facts, request.prefix))

    def _oai(self, request: Request, serving: Serving) -> Response:
        arguments = request.query
        if request.method == "POST":
            kind = (request.header(b"content-type") or "").partition(";")[0].strip().lower()
            if kind != sparql.FORM_TYPE:
                return text_response(415, "415 " + sparql.FORM_TYPE, (("accept-post", sparql.FORM_TYPE),))
            arguments = request.body
        body = oai.respond(arguments, serving.catalogue, serving.published)
        headers = (("content-type", "text/xml; charset=utf-8"), ("cache-control", "no-cache"), *pages.SECURITY, *CORS)
        return Response(200, headers, body)

    async def _ready(self) -> Response:
        serving = self.serving
        if serving is None or self.stopping:
            return text_response(503, "not ready", (("retry-after", "1"),))
        question: dict[str, Any] = {
            "query": "ASK {}", "default": None, "named": None, "results": "text/csv", "graph": None,
            "encodings": (), "limit": 100,
        }  # fmt: skip
        try:
            coming, leave = serving.pool.ask(question, "")
        except BusyError:
            return text_response(503, "not ready: busy", (("retry-after", "1"),))
        try:
            answer = await asyncio.wait_for(asyncio.shield(coming), 5.0)
        except TimeoutError:
            leave()
            return text_response(503, "not ready: no worker answers", (("retry-after", "1"),))
        if answer.head["status"] != "ok":
            return text_response(503, f"not ready: {answer.head['status']}", (("retry-after", "1"),))
        return text_response(200, "ready")

    def _metrics(self, request: Request) -> Response:
        if not _within(request.client, self._metrics_for):
            return text_response(404, "404")
        headers = (("content-type", "text/plain; version=0.0.4; charset=utf-8"), ("cache-control", "no-store"))
        return Response(200, headers, self.metrics.text(self.gauges()))


def _key(request: Request) -> tuple[bytes | None, ...]:
    """What an answer depends on, as long as the request has no condition or range."""
    get = request.headers.get
    return (request.target, get(b"accept"), get(b"accept-language"), get(b"accept-encoding"), request.prefix.encode())


def _networks(texts: tuple[str, ...]) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    return tuple(ipaddress.ip_network(each, strict=False) for each in texts)


def _within(address: str, networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]) -> bool:
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if parsed.version == 6 and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    return any(parsed in each for each in networks)
