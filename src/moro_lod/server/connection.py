"""HTTP/1.1 over TCP: what arrives becomes a `Request`, a `Response` goes back.

Parsing is llhttp's (the parser of Node.js, through httptools). Here is what a parser does not do: limits on the length of
request line, headers and body, time limits on slow readers and writers, a bound on what is kept in memory for answers that
clients have not fetched, orderly pipelining, lingering close, and a stop that lets running requests finish. Written on the
protocol level, since the servers at hand lack these limits or the raw path, and are three to ten times slower.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import sys
import time
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any

import httptools

from .message import FilePart, Request, Response, text_response

Handler = Callable[[Request], "Response | Coroutine[Any, Any, Response]"]
Again = Callable[[Request, Response, str], None]
"""Told that a request came in once more, byte for byte, from an address, and got the same answer."""

_SLICE = 16 * 1024  # bytes parsed at a time, so that a burst of pipelined requests stays small
_CHUNK = 256 * 1024  # bytes of a large answer written at a time
_HOST = re.compile(rb"[A-Za-z0-9._~%!$&'()*+,;=:\[\]-]*")
_METHOD_LIMIT = 20
_UPGRADE = re.compile(rb"\r\nupgrade[ \t]*:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a client may ask of a connection."""

    target: int = 16 * 1024  # bytes of the request target → 414
    header: int = 32 * 1024  # bytes of all headers → 431
    headers: int = 100  # number of headers → 431
    body: int = 1024 * 1024  # bytes → 413
    header_seconds: float = 10.0  # from the first byte to the last header → 408
    body_seconds: float = 30.0  # from the first byte to the end of the body → 408
    idle_seconds: float = 75.0  # between two requests
    stall_seconds: float = 30.0  # in which a client has to take the next part of an answer
    connections: int = 4096
    connections_of_one: int = 1024  # from one address, if it is no trusted proxy
    pending_bytes: int = 256 * 1024 * 1024  # large answers in memory that clients have not fetched yet
    repeats: int = 4096  # requests that are recognised by their bytes
    repeat_bytes: int = 1024  # length of such a request


class _Repeat:
    """A request that was answered from memory: the same bytes get the same answer, without being parsed again."""

    __slots__ = ("date", "ready", "request", "response")

    def __init__(self, request: Request, response: Response) -> None:
        self.request = request
        self.response = response
        self.date = b""
        self.ready = b""


class Listener:
    """All connections of the server, and what they share: limits, the time of day, the handler."""

    def __init__(
        self, handler: Handler, again: Again, limits: Limits, trusted: Callable[[str], bool], log: Callable[..., None]
    ) -> None:
        self.handler = handler
        self.again = again
        self.repeats: dict[bytes, _Repeat] = {}  # emptied when a new release comes
        self.limits = limits
        self.trusted = trusted
        self.log = log
        self.connections: set[Connection] = set()
        self.by_peer: dict[str, int] = {}
        self.pending_bytes = 0
        self.refused = 0
        self.stopping = False
        self.date = b""
        self._tasks: set[asyncio.Task[None]] = set()
        self._sweeper: asyncio.Task[None] | None = None
        self._server: asyncio.Server | None = None

    async def start(self, host: str, port: int) -> tuple[str, int]:
        """Listen; returns the address taken (port 0 is any free one)."""
        loop = asyncio.get_running_loop()
        self._tell_time()
        self._server = await loop.create_server(lambda: Connection(self), host, port, backlog=1024)
        self._sweeper = loop.create_task(self._sweep())
        name = self._server.sockets[0].getsockname()
        return str(name[0]), int(name[1])

    async def stop(self, seconds: float) -> None:
        """Take no more connections, let running requests finish for `seconds`, close everything."""
        self.stopping = True
        if self._server is not None:
            self._server.close()
        for each in tuple(self.connections):
            each.stop_when_idle()
        end = time.monotonic() + seconds
        while self.connections and time.monotonic() < end:
            await asyncio.sleep(0.02)
        for each in tuple(self.connections):
            each.transport.abort()
        if self._sweeper is not None:
            self._sweeper.cancel()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something beside, remembered until it is done."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(0.5)
            self._tell_time()
            now = time.monotonic()
            for each in tuple(self.connections):
                each.check(now)

    def _tell_time(self) -> None:
        self.date = f"date: {formatdate(usegmt=True)}\r\n".encode()


class _RefusedError(Exception):
    """Raised inside the parser's callbacks: the request cannot be taken."""


class Connection(asyncio.Protocol):
    """One client connection."""

    __slots__ = (
        "_body", "_body_size", "_busy", "_closing", "_counted", "_drained", "_ended", "_header_size", "_headers", "_keep",
        "_parser", "_phase", "_piece", "_piece_answers", "_queue", "_refusal", "_since", "_target", "_unparsed", "_untold",
        "_waiting", "listener", "peer", "request", "transport",
    )  # fmt: skip

    transport: asyncio.Transport

    def __init__(self, listener: Listener) -> None:
        self.listener = listener
        self.peer = ""
        self.request: Request | None = None  # the one being answered
        self._parser = httptools.HttpRequestParser(self)
        self._queue: deque[tuple[Request, bool]] = deque()  # pipelined, with whether to keep the connection after
        self._unparsed = bytearray()  # arrived while busy
        self._phase = "idle"  # idle, headers, body, lingering
        self._since = time.monotonic()
        self._busy = False
        self._closing = False  # after the present answer
        self._ended = False  # the client sends no more
        self._drained: asyncio.Future[None] | None = None
        self._waiting = 0.0  # since when the client has not taken the next part; 0: it has
        self._refusal: Response | None = None
        self._counted = False
        self._untold = False  # a trusted proxy: what it forwards may differ in more than these bytes
        self._piece = b""  # what the parser is being fed, if that began with a request
        self._piece_answers = 0
        self._begin()

    # -- transport ------------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]
        transport.set_write_buffer_limits(high=_CHUNK)  # type: ignore[attr-defined]
        name = transport.get_extra_info("peername")
        self.peer = str(name[0]) if name else ""
        self._untold = self.listener.trusted(self.peer)
        listener, limits = self.listener, self.listener.limits
        count = listener.by_peer.get(self.peer, 0)
        full = len(listener.connections) >= limits.connections
        if full or (count >= limits.connections_of_one and not listener.trusted(self.peer)) or listener.stopping:
            listener.refused += 1
            self.transport.write(_TOO_MANY.head + b"connection: close\r\n\r\n" + _TOO_MANY_BODY)
            self.transport.close()
            return
        listener.connections.add(self)
        listener.by_peer[self.peer] = count + 1
        self._counted = True

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        listener = self.listener
        listener.connections.discard(self)
        if self._counted:
            left = listener.by_peer[self.peer] - 1
            if left:
                listener.by_peer[self.peer] = left
            else:
                del listener.by_peer[self.peer]
        self._closing = True
        self._queue.clear()
        if self._drained is not None and not self._drained.done():
            self._drained.set_exception(ConnectionResetError())
        self._tell_gone()

    def eof_received(self) -> bool:
        self._ended = True
        if not self._busy:
            return False
        self._tell_gone()
        return True  # half open: whoever sends only its own end still gets a quick answer

    def data_received(self, data: bytes) -> None:
        if self._phase == "idle" and not self._busy:
            repeat = self.listener.repeats.get(data)
            if repeat is not None and not self._unparsed and not self._closing and not self._untold:
                self._repeat(repeat)
                return
        if self._busy:
            self._unparsed += data
            if len(self._unparsed) > 4 * _SLICE:
                self.transport.pause_reading()
            return
        if self._phase == "lingering":
            return
        if len(data) <= _SLICE:
            self._feed(data)
        else:
            self._unparsed += data
            self._feed_unparsed()

    def _repeat(self, repeat: _Repeat) -> None:
        listener, response = self.listener, repeat.response
        if repeat.date is not listener.date:
            body = b"" if repeat.request.method == "HEAD" else response.body
            repeat.ready = response.head + listener.date + b"\r\n" + body  # type: ignore[operator]
            repeat.date = listener.date
        self._since = time.monotonic()
        self.transport.write(repeat.ready)
        listener.again(repeat.request, response, self.peer)

    def _learn(self, request: Request, response: Response) -> None:
        """Remember a request that came alone in one piece and was answered from memory."""
        listener = self.listener
        whole = self._piece.endswith(b"\r\n\r\n") and self._piece.count(b"\r\n\r\n") == 1 and self._piece_answers == 1
        if not whole or self._untold or len(self._piece) > listener.limits.repeat_bytes or self._closing or request.body:
            return
        if len(listener.repeats) >= listener.limits.repeats:
            listener.repeats.clear()
        listener.repeats[self._piece] = _Repeat(request, response)

    def pause_writing(self) -> None:
        if self._drained is None:
            self._drained = asyncio.get_running_loop().create_future()
            self._waiting = time.monotonic()

    def resume_writing(self) -> None:
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)
        self._drained, self._waiting = None, 0.0

    # -- parsing --------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        self._target = b""
        self._headers: dict[bytes, bytes] = {}
        self._header_size = 0
        self._body: list[bytes] = []
        self._body_size = 0
        self._keep = True

    def _feed_unparsed(self) -> None:
        while self._unparsed and not self._busy and not self._closing and self._phase != "lingering":
            piece = bytes(self._unparsed[:_SLICE])
            del self._unparsed[:_SLICE]
            self._feed(piece)
        if not self._busy and not self.transport.is_closing():
            with contextlib.suppress(RuntimeError):
                self.transport.resume_reading()

    def _feed(self, data: bytes) -> None:
        self._piece = b""
        if self._phase == "idle":
            self._phase, self._since = "headers", time.monotonic()
            self._piece, self._piece_answers = data, 0
        if self._phase == "headers":
            self._header_size += len(data)  # llhttp holds back unfinished fields; count what came in
            if self._header_size > self.listener.limits.header + self.listener.limits.target + 2 * _SLICE:
                self._refuse(_refusal(431))
                return
            if b"pgrade" in data or b"PGRADE" in data:
                data = _without_upgrade(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._closing = True  # no other protocol is spoken here: the answer is an ordinary one, then the end
            if not self._busy and not self.transport.is_closing():
                self._linger()
        except httptools.HttpParserCallbackError as error:
            if self._refusal is None:
                self.listener.log("connection-error", problem=repr(error.__context__ or error))
            self._refuse(self._refusal or _refusal(400))
        except httptools.HttpParserError:
            self._refuse(_refusal(400))

    def _fail(self, status: int) -> None:
        self._refusal = _refusal(status)
        raise _RefusedError

    def on_message_begin(self) -> None:
        self._begin()
        self._phase, self._since = "headers", time.monotonic()

    def on_url(self, url: bytes) -> None:
        self._target += url
        if len(self._target) > self.listener.limits.target:
            self._fail(414)

    def on_header(self, name: bytes, value: bytes) -> None:
        name = name.lower()
        headers, limits = self._headers, self.listener.limits
        self._body_size += len(name) + len(value) + 4
        if self._body_size > limits.header or len(headers) >= limits.headers:
            self._fail(431)
        if name in headers:
            if name in (b"host", b"content-length", b"content-type", b"authorization"):
                self._fail(400)
            value = headers[name] + b", " + value
        headers[name] = value

    def on_headers_complete(self) -> None:
        headers, limits = self._headers, self.listener.limits
        self._phase = "body"
        self._body_size = 0
        self._keep = self._parser.should_keep_alive()
        version = self._parser.get_http_version()
        host = headers.get(b"host")
        if b"upgrade" in headers and (b"content-length" in headers or b"transfer-encoding" in headers):
            self._fail(400)  # it came in pieces, and the parser takes the body for another protocol
        if b"upgrade" in headers or self._parser.get_method() == b"CONNECT":
            self._keep = False  # no other protocol is spoken here
        if (host is None and version == "1.1") or (host is not None and not _HOST.fullmatch(host)):
            self._fail(400)
        if version not in ("1.0", "1.1"):
            self._fail(505)
        length = headers.get(b"content-length")
        if length is not None and int(length) > limits.body:
            self._fail(413)
        if headers.get(b"expect", b"").lower() == b"100-continue" and version == "1.1" and not self._busy:
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        self._body_size += len(body)
        if self._body_size > self.listener.limits.body:
            self._fail(413)
        self._body.append(body)

    def on_message_complete(self) -> None:
        self._phase = "idle"
        self._header_size = 0
        self._piece_answers += 1
        request = Request(
            self._parser.get_method().decode("latin-1")[:_METHOD_LIMIT],
            self._target,
            self._headers,
            b"".join(self._body) if self._body else b"",
            self.peer,
        )
        if self._closing or self.transport.is_closing():
            return
        if self._busy:
            self._queue.append((request, self._keep))
        else:
            self._answer(request, self._keep)

    # -- answering ------------------------------------------------------------------------------------------------

    def _answer(self, request: Request, keep: bool) -> None:
        if not keep or self.listener.stopping or self._ended:
            self._closing = True
        self.request = request
        try:
            result = self.listener.handler(request)
        except Exception as error:  # noqa: BLE001  whatever it was, this connection gets an answer and the others go on
            self.listener.log("handler-error", problem=repr(error))
            result = _refusal(500)
        if isinstance(result, Response):
            if isinstance(result.body, bytes) and result.length <= _CHUNK:
                self._write(result, request)
                if request.repeated and self._piece:
                    self._learn(request, result)
                return
            self._busy = True
            self.listener.spawn(self._deliver(result, request))
            return
        self._busy = True
        self.listener.spawn(self._finish(result, request))

    async def _finish(self, work: Coroutine[Any, Any, Response], request: Request) -> None:
        try:
            response = await work
        except asyncio.CancelledError:
            self.transport.abort()
            raise
        except Exception as error:  # noqa: BLE001  see above
            self.listener.log("handler-error", problem=repr(error))
            response = _refusal(500)
        await self._deliver(response, request)

    async def _deliver(self, response: Response, request: Request) -> None:
        if not self.transport.is_closing():
            if isinstance(response.body, bytes) and response.length <= _CHUNK:
                self._write(response, request)
            else:
                await self._write_slowly(response, request)
        self._next()

    def _write(self, response: Response, request: Request) -> None:
        if response.close:
            self._closing = True
        end = b"connection: close\r\n\r\n" if self._closing else b"\r\n"
        body = b"" if request.method == "HEAD" else response.body
        self.transport.write(response.head + self.listener.date + end + body)  # type: ignore[operator]
        self.request = None
        if self._closing and not self._busy:
            self._linger()

    async def _write_slowly(self, response: Response, request: Request) -> None:
        """A large body part by part, as fast as the client takes it."""
        listener = self.listener
        body = response.body
        held = 0 if isinstance(body, FilePart) else response.length
        if held and listener.pending_bytes + held > listener.limits.pending_bytes:
            self._write(_refusal(503, (("retry-after", "10"),)), request)
            return
        listener.pending_bytes += held
        file = -1
        try:
            if isinstance(body, FilePart):
                file = os.open(body.path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
            end = b"connection: close\r\n\r\n" if self._closing or response.close else b"\r\n"
            self.transport.write(response.head + listener.date + end)
            if request.method == "HEAD":
                return
            view = memoryview(body) if isinstance(body, bytes) else None
            start = body.start if isinstance(body, FilePart) else 0
            sent = 0
            while sent < response.length:
                size = min(_CHUNK, response.length - sent)
                if view is not None:
                    part: bytes | memoryview = view[sent : sent + size]
                else:
                    part = os.pread(file, size, start + sent)
                if not part:
                    raise OSError("the file became shorter")
                self.transport.write(part)
                sent += len(part)
                if self._drained is not None:
                    await self._drained
                if self.transport.is_closing():
                    return
        except (OSError, ConnectionError) as error:
            if not isinstance(error, ConnectionError):
                listener.log("file-error", problem=repr(error))
            self.transport.abort()  # the length was promised: never a short answer that looks whole
        finally:
            if file >= 0:
                os.close(file)
            listener.pending_bytes -= held
            self._closing = self._closing or response.close
            self.request = None

    def _next(self) -> None:
        """After an answer: the pipelined requests, then what was not yet parsed."""
        self._busy = False
        while self._queue and not self._busy and not self._closing and not self.transport.is_closing():
            request, keep = self._queue.popleft()
            self._answer(request, keep)
        if self._busy:
            return
        if self._closing or self._ended:
            self._linger()
            return
        self._phase, self._since = ("idle", time.monotonic()) if self._phase == "idle" else (self._phase, self._since)
        self._feed_unparsed()

    def _refuse(self, response: Response) -> None:
        """Answer a request that cannot be read further, then end the connection."""
        self._closing = True
        if self._busy:  # an answer is under way: no second one into it
            return
        if not self.transport.is_closing():
            self.transport.write(response.head + self.listener.date + b"connection: close\r\n\r\n" + bytes(response.body))  # type: ignore[arg-type]
            self._linger()

    def _linger(self) -> None:
        """Close our side, and read on for a moment: a reset would take the answer from the client's hands."""
        if self.transport.is_closing():
            return
        self._phase, self._since = "lingering", time.monotonic()
        self._unparsed.clear()
        if self._ended:
            self.transport.close()
            return
        with contextlib.suppress(RuntimeError):
            self.transport.resume_reading()
        try:
            self.transport.write_eof()
        except (OSError, NotImplementedError):
            self.transport.close()

    def _tell_gone(self) -> None:
        if self.request is not None and self.request.when_gone is not None:
            gone, self.request.when_gone = self.request.when_gone, None
            gone()

    # -- time -----------------------------------------------------------------------------------------------------

    def check(self, now: float) -> None:
        """Called now and then: end what takes too long."""
        limits = self.listener.limits
        if self._waiting and now - self._waiting > limits.stall_seconds:
            self.transport.abort()
            return
        if self._busy:
            return
        spent = now - self._since
        if self._phase == "idle":
            if spent > limits.idle_seconds or self.listener.stopping:
                self.transport.close()
        elif self._phase == "lingering":
            if spent > 2.0:
                self.transport.abort()
        elif (self._phase == "headers" and spent > limits.header_seconds) or spent > limits.body_seconds:
            self._refuse(_refusal(408))

    def stop_when_idle(self) -> None:
        """The server stops: close now if nothing is being answered, else after the answer."""
        self._closing = True
        if not self._busy and self._phase == "idle":
            self.transport.close()


def _without_upgrade(data: bytes) -> bytes:
    """Hide the wish for another protocol from the parser, which would not read the body: RFC 9110 §7.8 lets us ignore it."""
    head, end, rest = data.partition(b"\r\n\r\n")
    return _UPGRADE.sub(b"\r\nx-other:", head) + end + rest


def _refusal(status: int, headers: tuple[tuple[str, str], ...] = ()) -> Response:
    return text_response(status, _SENTENCES.get(status, f"{status}"), headers, close=True)


_SENTENCES = {
    400: "400 The request is not valid HTTP. / Die Anfrage ist kein gültiges HTTP.",
    408: "408 The request took too long to arrive. / Die Anfrage kam zu langsam an.",
    413: "413 The request body is too large. / Der Anfragekörper ist zu groß.",
    414: "414 The address is too long; send long queries by POST. / Die Adresse ist zu lang; lange Abfragen per POST senden.",
    431: "431 The request headers are too large. / Die Kopfzeilen der Anfrage sind zu groß.",
    500: "500 Something went wrong here. / Hier ist etwas schiefgegangen.",
    503: "503 Too busy just now, please try again. / Gerade überlastet, bitte erneut versuchen.",
    505: "505 HTTP/1.1 is spoken here. / Hier wird HTTP/1.1 gesprochen.",
}
_TOO_MANY = text_response(503, _SENTENCES[503], (("retry-after", "5"),))
_TOO_MANY_BODY = bytes(_TOO_MANY.body)  # type: ignore[arg-type]


def install_fast_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """The factory of uvloop's event loop where there is one."""
    if sys.platform == "win32":
        return None
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop  # type: ignore[no-any-return, unused-ignore]
