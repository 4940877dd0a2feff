"""Arbitrary bytes and requests: the front always answers properly or hangs up, and goes on."""

import os
import random
import socket

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from running import Running

LONG = bool(os.environ.get("MORO_LONG"))
QUICK = settings(
    max_examples=4_000 if LONG else 250,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
METHODS = st.sampled_from(("GET", "HEAD", "POST", "PUT", "OPTIONS", "DELETE", "PATCH", "TRACE", "get", "G ET", ""))
PATHS = st.one_of(
    st.sampled_from(
        ("/", "/sparql", "/oai", "/queries", "/doc/place/townhall", "/id/place/townhall", "/openapi.json", "/metrics", "*")
    ),
    st.text(st.characters(min_codepoint=33, max_codepoint=255), max_size=60).map(lambda text: "/" + text),
    st.lists(
        st.sampled_from(
            ("..", ".", "doc", "id", "%2e", "%2f", "%00", "%c0%ae", "%ff", "\\", ";", "~", "place", "townhall.ttl", "")
        ),
        max_size=8,
    ).map(lambda parts: "/" + "/".join(parts)),
)
QUERIES = st.one_of(
    st.just(""),
    st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=80).map(lambda text: "?" + text),
    st.lists(
        st.tuples(
            st.sampled_from(
                ("query", "format", "verb", "default-graph-uri", "metadataPrefix", "resumptionToken", "place", "%ff", "")
            ),
            st.sampled_from(
                (
                    "ASK%20%7B%7D",
                    "SELECT",
                    "Identify",
                    "csv",
                    "http://x/",
                    "%00",
                    "%ff%fe",
                    "oai_dc",
                    "%0d%0aX:1",
                    "<script>",
                )
            ),
        ),
        max_size=5,
    ).map(lambda pairs: "?" + "&".join(f"{name}={value}" for name, value in pairs)),
)
NAMES = st.sampled_from(
    ("Accept", "Accept-Language", "Accept-Encoding", "Range", "If-None-Match", "If-Modified-Since", "If-Match", "If-Range", "Content-Type",
     "Content-Length", "Transfer-Encoding", "Host", "Origin", "X-Forwarded-For", "X-Forwarded-Prefix", "Connection", "Expect", "Cookie", "X")
)  # fmt: skip
VALUES = st.one_of(
    st.sampled_from(
        ("", "*", "*/*", "text/turtle;q=0.5", "text/html", "bytes=0-1", "bytes=-", '"x"', "W/", "chunked", "5", "-1", "close", "100-continue",
         "application/sparql-query", "application/x-www-form-urlencoded", "gzip", "a" * 3000, "Wed, 01 Jan 2020 00:00:00 GMT", "q=", ";;;,,,")
    ),
    st.text(st.characters(min_codepoint=9, max_codepoint=255), max_size=40),
)  # fmt: skip


def well_formed(answer: bytes) -> bool:
    """Nothing, or complete responses, each with a status and headers without strays."""
    while answer:
        head, found, rest = answer.partition(b"\r\n\r\n")
        lines = head.split(b"\r\n")
        if (
            not found
            or not lines[0].startswith(b"HTTP/1.1 ")
            or any(b":" not in line or b"\n" in line for line in lines[1:])
        ):
            return False
        if b"x:1" in head.lower().replace(b" ", b"") and b"\nx:1" in head.lower():
            return False
        if lines[0].split()[1] == b"100":
            answer = rest
            continue
        length = next((int(line.split(b":")[1]) for line in lines if line.lower().startswith(b"content-length:")), 0)
        answer = rest[length:] if len(rest) >= length and not answer.startswith(b"HEAD") else b""
        if answer and not answer.startswith(b"HTTP/1.1 "):
            return True  # the answer to a HEAD has a length and no body
    return True


def send(server: Running, data: bytes) -> bytes:
    return server.raw(data, half_close=True, timeout=15)


@QUICK
@given(data=st.binary(max_size=2000))
def test_any_bytes(server: Running, data: bytes) -> None:
    assert well_formed(send(server, data))


@QUICK
@given(
    method=METHODS,
    path=PATHS,
    query=QUERIES,
    headers=st.lists(st.tuples(NAMES, VALUES), max_size=6),
    body=st.binary(max_size=200),
)
def test_any_request(
    server: Running, method: str, path: str, query: str, headers: list[tuple[str, str]], body: bytes
) -> None:
    lines = [f"{method} {path}{query} HTTP/1.1", "Host: localhost", *(f"{name}: {value}" for name, value in headers)]
    answer = send(server, "\r\n".join((*lines, "", "")).encode("latin-1") + body)
    assert well_formed(answer), answer[:500]
    assert b" 500 " not in answer.split(b"\r\n", 1)[0], answer[:500]
    assert b"Traceback" not in answer


@QUICK
@given(cuts=st.lists(st.integers(1, 180), max_size=12), seed=st.integers(0, 10**6))
def test_any_slicing_of_pipelined_requests(server: Running, cuts: list[int], seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    requests = [
        b"GET /robots.txt HTTP/1.1\r\nHost: a\r\n\r\n",
        b"HEAD /doc/place/townhall.ttl HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /sparql?query=ASK%7B%7D&format=csv HTTP/1.1\r\nHost: a\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\nContent-Length: 6\r\n\r\nASK {}",
    ]
    chosen = [chance.choice(requests) for _ in range(4)]
    data = b"".join((*chosen, b"GET /style.css HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
    with socket.create_connection((server.host, server.port), timeout=15) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for cut in cuts:
            connection.sendall(data[:cut])
            data = data[cut:]
        connection.sendall(data)
        parts = b""
        while part := connection.recv(65536):
            parts += part
    assert parts.count(b"HTTP/1.1 200 OK") == 5, parts


@QUICK
@given(query=st.text(max_size=120), accept=st.sampled_from(("text/html", "application/json", "text/turtle", "*/*")))
def test_any_query_text(server: Running, query: str, accept: str) -> None:
    data = query.encode("utf-8", "surrogatepass")
    reply = server.get("/sparql", accept, method="POST", body=data, Content_Type="application/sparql-query")
    assert reply.status in (200, 400, 406)
    if reply.headers["content-type"].startswith("text/html"):
        assert "<script" not in reply.text


def test_after_all_this_the_server_is_well(server: Running) -> None:
    assert server.get("/readyz").status == 200
    assert '"handler-error"' not in server.events(), [
        line for line in server.events().splitlines() if "handler-error" in line
    ][:3]
    assert '"connection-error"' not in server.events(), [
        line for line in server.events().splitlines() if "connection-error" in line
    ][:3]
