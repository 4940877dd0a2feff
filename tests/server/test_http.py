"""HTTP itself: limits, slowness, smuggling, header injection, proxies, sub-paths."""

import contextlib
import gzip
import os
import re
import socket
import time
from pathlib import Path

import pytest
from running import Running, running

CRLF = b"\r\n"


def request(*lines: bytes, body: bytes = b"") -> bytes:
    return CRLF.join((*lines, b"", b"")) + body


def status(answer: bytes) -> int:
    return int(answer.split()[1]) if answer else 0


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (request(b"GET / HTTP/1.1"), 400),
        (request(b"GET / HTTP/1.1", b"Host: a", b"Host: b"), 400),
        (request(b"GET / HTTP/1.1", b"Host: a b"), 400),
        (request(b"GET / HTTP/1.1", b"Host: a\x00b"), 400),
        (request(b"GET / HTTP/1.1", b"Host: <script>"), 400),
        (request(b"GET / HTTP/1.1", b"Host : a"), 400),
        (request(b"GET / HTTP/1.1", b"Host: a", b"X: a\x01b", b"Connection: close"), 400),
        (request(b"GET / HTTP/1.1", b"Host: a", b" folded: x"), 400),
        (request(b"NONSENSE / HTTP/1.1", b"Host: a"), 400),
        (request(b"GET / HTTP/7.3", b"Host: a"), 400),
        (request(b"GET /", b"Host: a"), 505),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200, 400),
        (request(b"GET /" + b"a" * 20_000 + b" HTTP/1.1", b"Host: a"), 414),
        (request(b"GET /?" + b"a" * 200_000 + b" HTTP/1.1", b"Host: a"), 414),
        (request(b"GET / HTTP/1.1", b"Host: a", b"X: " + b"a" * 40_000), 431),
        (request(b"GET / HTTP/1.1", b"Host: a", *[b"X-%d: a" % n for n in range(200)]), 431),
        (request(b"GET / HTTP/1.1", b"Host: a", b"X: " + b"a" * 4_000_000), 431),
        (request(b"POST /sparql HTTP/1.1", b"Host: a", b"Content-Length: 2000000"), 413),
        (request(b"POST /sparql HTTP/1.1", b"Host: a", b"Content-Length: -5"), 400),
        (request(b"POST /sparql HTTP/1.1", b"Host: a", b"Content-Length: 5", b"Content-Length: 6"), 400),
        (request(b"POST /sparql HTTP/1.1", b"Host: a", b"Content-Length: 99999999999999999999999"), 400),
        (
            request(
                b"POST /sparql HTTP/1.1", b"Host: a", b"Content-Length: 4", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n"
            ),
            400,
        ),
        (request(b"POST /sparql HTTP/1.1", b"Host: a", b"Transfer-Encoding: chunked, identity", body=b"0\r\n\r\n"), 400),
        (request(b"POST /sparql HTTP/1.1", b"Host: a", b"Transfer-Encoding: chunked", body=b"zz\r\n"), 400),
        (request(b"POST /sparql HTTP/1.1", b"Host: a", b"Transfer-Encoding: chunked", body=b"FFFFFFFFFFFFFFFFF\r\n"), 400),
        (request(b"CONNECT evil.example:443 HTTP/1.1", b"Host: evil.example"), 400),
    ],
)
def test_what_is_no_proper_request_is_refused_and_the_connection_ends(server: Running, data: bytes, expected: int) -> None:
    answer = server.raw(data)
    assert status(answer) == expected, answer[:300]
    assert b"connection: close" in answer.lower()
    assert len(re.findall(rb"HTTP/1\.1 \d\d\d ", answer)) == 1
    assert server.get("/healthz").status == 200


def test_chunked_bodies_are_limited_as_they_come(server: Running) -> None:
    chunk = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
    head = request(
        b"POST /sparql HTTP/1.1", b"Host: a", b"Content-Type: application/sparql-query", b"Transfer-Encoding: chunked"
    )
    assert status(server.raw(head + chunk * 40)) == 413


def test_a_small_chunked_query_is_answered(server: Running) -> None:
    head = request(
        b"POST /sparql HTTP/1.1", b"Host: a", b"Content-Type: application/sparql-query", b"Transfer-Encoding: chunked",
        b"Accept: application/sparql-results+json", b"Connection: close",
    )  # fmt: skip
    answer = server.raw(head + b"3\r\nASK\r\n3\r\n {}\r\n0\r\n\r\n")
    assert status(answer) == 200 and b"true" in answer


def test_zip_bombs_are_not_unpacked(server: Running) -> None:
    bomb = gzip.compress(b"ASK {}" + b" " * 50_000_000)
    assert len(bomb) < 100_000
    headers = {"Content_Type": "application/sparql-query", "Content_Encoding": "gzip"}
    reply = server.get("/sparql", method="POST", body=bomb, **headers)
    assert reply.status in (400, 415)


def test_pipelined_requests_are_answered_in_order(server: Running) -> None:
    paths = [b"/robots.txt", b"/sparql?query=ASK%20%7B%7D&format=csv", b"/nothing", b"/id/person/ada", b"/style.css"] * 8
    data = b"".join(request(b"GET " + path + b" HTTP/1.1", b"Host: a") for path in paths[:-1])
    data += request(b"GET " + paths[-1] + b" HTTP/1.1", b"Host: a", b"Connection: close")
    answer = server.raw(data)
    statuses = [int(part.split()[0]) for part in answer.split(b"HTTP/1.1 ")[1:]]
    assert statuses == [200, 200, 404, 303, 200] * 8


def test_requests_may_come_byte_by_byte_and_glued(server: Running) -> None:
    one = request(b"GET /robots.txt HTTP/1.1", b"Host: a")
    last = request(b"GET /robots.txt HTTP/1.1", b"Host: a", b"Connection: close")
    with socket.create_connection((server.host, server.port), timeout=10) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(3):
            connection.sendall(one)
            assert b"User-agent" in connection.recv(65536)
        for byte in one + one[:10]:
            connection.sendall(bytes([byte]))
        assert b"User-agent" in connection.recv(65536)
        connection.sendall(one[10:] + one + last)
        parts = b""
        while part := connection.recv(65536):
            parts += part
    assert parts.count(b"User-agent") == 3


def test_upgrades_are_ignored(server: Running) -> None:
    for upgrade in (b"h2c", b"websocket"):
        answer = server.raw(
            request(
                b"GET /robots.txt HTTP/1.1",
                b"Host: a",
                b"Upgrade: " + upgrade,
                b"Connection: Upgrade",
                b"HTTP2-Settings: AAM",
            )
        )
        assert status(answer) == 200 and b"User-agent" in answer


def test_a_body_is_read_although_an_upgrade_is_wished_for(server: Running) -> None:
    lines = (
        b"POST /sparql HTTP/1.1", b"Host: a", b"Connection: Upgrade, HTTP2-Settings", b"Upgrade: h2c", b"HTTP2-Settings: AAM",
        b"Content-Type: application/sparql-query", b"Accept: text/csv", b"Content-Length: 6",
    )  # fmt: skip
    with socket.create_connection((server.host, server.port), timeout=10) as connection:
        connection.sendall(request(*lines, body=b"ASK {}"))
        assert connection.recv(65536).endswith(b"\r\n\r\ntrue")
    with socket.create_connection((server.host, server.port), timeout=10) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in request(*lines, body=b"ASK {}"):
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.sendall(bytes([byte]))
        assert status(connection.recv(65536)) in (200, 400), "never the answer to half of it"


def test_expect_continue_is_honoured(server: Running) -> None:
    with socket.create_connection((server.host, server.port), timeout=10) as connection:
        connection.sendall(
            request(
                b"POST /sparql HTTP/1.1", b"Host: a", b"Content-Type: application/sparql-query", b"Content-Length: 6",
                b"Expect: 100-continue", b"Connection: close",
            )
        )  # fmt: skip
        assert connection.recv(1000).startswith(b"HTTP/1.1 100")
        connection.sendall(b"ASK {}")
        assert connection.recv(65536).startswith(b"HTTP/1.1 200")


def test_http_1_0_gets_an_answer_and_an_end(server: Running) -> None:
    answer = server.raw(request(b"GET /robots.txt HTTP/1.0"))
    assert status(answer) == 200 and b"connection: close" in answer


def test_who_closes_its_side_first_still_gets_the_answer(server: Running) -> None:
    answer = server.raw(request(b"GET /sparql?query=ASK%20%7B%7D&format=csv HTTP/1.1", b"Host: a"), half_close=True)
    assert status(answer) == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80@x", "[::1]", "localhost'", ""])
def test_the_host_header_never_comes_back(server: Running, host: str) -> None:
    for path in ("/id/place/townhall", "/doc/place/townhall", "/sparql", "/oai?verb=Identify", "/openapi.json", "/en"):
        answer = server.raw(request(f"GET {path} HTTP/1.1".encode(), b"Host: " + host.encode(), b"Connection: close"))
        assert b"evil" not in answer
        assert status(answer) in (200, 303, 308, 400)


def test_forwarded_headers_of_strangers_are_ignored(server: Running) -> None:
    reply = server.get(
        "/id/place/townhall", X_Forwarded_Prefix="/evil", X_Forwarded_Host="evil.example", X_Forwarded_Proto="javascript",
        Forwarded="host=evil.example",
    )  # fmt: skip
    assert reply.headers["location"] == "/doc/place/townhall"


def test_nothing_a_client_sends_gets_into_a_header(server: Running) -> None:
    for evil in ("%0d%0aX-Evil:%201", "%0aX-Evil:%201", "%E5%98%8A%E5%98%8DX-Evil:1", "\u560aX-Evil"):
        for path in (f"/id/{evil}", f"/doc/{evil}", f"/{evil}", f"/sparql?query={evil}", f"/queries/{evil}", f"/en{evil}"):
            answer = server.raw(request(b"GET " + path.encode() + b" HTTP/1.1", b"Host: a", b"Connection: close"))
            head = answer.split(b"\r\n\r\n", 1)[0]
            assert b"x-evil" not in head.lower(), path
            assert status(answer) >= 400 or status(answer) == 200


def test_slow_clients_are_shown_out_and_nobody_else_notices(town: Path, tmp_path: Path) -> None:
    """Three hundred clients that never finish their headers; others go on being served, the slow ones get 408."""
    with running(town, tmp_path / "log", "--rate", "0") as server, contextlib.ExitStack() as stack:
        slow = []
        for number in range(300):
            connection = stack.enter_context(socket.create_connection((server.host, server.port), timeout=30))
            connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: %d" % number)
            slow.append(connection)
        times = []
        for _ in range(50):
            started = time.monotonic()
            assert server.get("/doc/place/townhall", "text/turtle").status == 200
            assert server.query("ASK {}").status == 200
            times.append(time.monotonic() - started)
        assert sorted(times)[45] < 1
        answers = [connection.recv(1000) for connection in slow[::20]]
        assert {status(each) for each in answers} == {408}


def test_slow_readers_cost_no_memory(town: Path, tmp_path: Path) -> None:
    """Clients that ask for large files and do not read: the front keeps a chunk for each, not the file."""

    def resident(pid: int) -> int:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    with running(town, tmp_path / "log") as server, contextlib.ExitStack() as stack:
        server.get("/data/town.nt")
        before = resident(server.process.pid)
        for _ in range(100):
            connection = stack.enter_context(socket.create_connection((server.host, server.port), timeout=30))
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.sendall(request(b"GET /data/town.nt HTTP/1.1", b"Host: a"))
        for _ in range(20):
            assert server.get("/doc/place/townhall", "text/turtle").status == 200
        assert resident(server.process.pid) - before < 100 * 1024 * 1024


def test_a_sub_path_and_a_trusted_proxy(town: Path, tmp_path: Path) -> None:
    with running(town, tmp_path / "log", "--prefix", "/daten", "--trusted-proxy", "127.0.0.1") as server:
        assert server.get("/daten/id/place/townhall").headers["location"] == "/daten/doc/place/townhall"
        reply = server.get("/daten/doc/place/townhall", "text/turtle")
        assert reply.headers["content-location"] == "/daten/doc/place/townhall.ttl"
        assert "</daten/doc/place/townhall.ttl>" in reply.headers["link"]
        assert server.get("/daten/sparql?query=ASK%7B%7D", "text/csv").text == "true"
        assert 'action="/daten/sparql"' in server.get("/daten/sparql", "text/html").text
        assert server.get("/daten").status == 200
        # a proxy that strips the prefix and says so
        reply = server.get("/id/place/townhall", X_Forwarded_Prefix="/lod")
        assert reply.headers["location"] == "/lod/doc/place/townhall"
        for evil in ("//evil.example", "/a b", "https://evil.example", "/x\u00fc", "/" + "a" * 300):
            location = server.get("/id/place/townhall", X_Forwarded_Prefix=evil).headers["location"]
            assert location == "/daten/doc/place/townhall", evil
        # the client's address is the last one that the proxy did not add itself
        server.get("/id/place/townhall", X_Forwarded_For="203.0.113.77, 198.51.100.9, 127.0.0.1")
        server.wait_for(r'"visitor": "198\.51\.100\.0/24"')
        assert "203.0.113" not in server.events()


def test_one_client_cannot_take_all_connections(town: Path, tmp_path: Path) -> None:
    with running(town, tmp_path / "log") as server, contextlib.ExitStack() as stack:
        for _ in range(1024):
            stack.enter_context(socket.create_connection((server.host, server.port), timeout=30))
        refused = server.raw(request(b"GET / HTTP/1.1", b"Host: a", b"Connection: close"))
        assert status(refused) == 503 and b"retry-after" in refused.lower()
        assert server.get("/robots.txt", source="127.0.0.2").status == 200
