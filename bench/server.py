"""The server against its peers, side by side in one run: wrk with 32 connections on the same bytes and the same store.

Peers: uvicorn + Starlette serving the same bytes; `oxigraph serve-read-only` for repeated queries; uvicorn + Starlette with
pyoxigraph in the same process for distinct ones. Every figure is printed, also those that miss their target. Run as
`python -m bench.server [--statements N] [--seconds S] [--rounds R]`.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import quote

import pyoxigraph

from moro_lod.files import File
from moro_lod.formats import HTML, TURTLE
from moro_lod.release import write_release

BASE = "https://example.org/bench/"
CONNECTIONS = 32
DOCUMENTS = 1500
ASK = f"SELECT ?p ?o WHERE {{ <{BASE}id/thing/7> ?p ?o }}"
JSON_RESULTS = "application/sparql-results+json"


@dataclass(frozen=True)
class Measured:
    """What wrk said: requests a second, latencies in milliseconds."""

    rate: float
    median: float
    p99: float
    errors: int


@dataclass(frozen=True)
class Target:
    """A promise and what came of it."""

    name: str
    value: float
    wanted: str
    met: bool


def main(arguments: Sequence[str] | None = None) -> tuple[Target, ...]:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statements", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args(arguments)
    if shutil.which("wrk") is None:
        print("wrk is not installed: the HTTP figures are left out (Debian: apt-get install wrk)")
        return ()
    with tempfile.TemporaryDirectory(prefix="bench-server-") as name:
        folder = Path(name)
        made = time.perf_counter()
        release = _release(folder, given.statements)
        print(f"release with {given.statements} statements made in {time.perf_counter() - made:.1f} s")
        targets = [*_http(folder, release, given.seconds, given.rounds), _opening(release / "store")]
    for each in targets:
        print(f"{'met   ' if each.met else 'MISSED'}  {each.name}: {each.value:.2f} (wanted {each.wanted})")
    return tuple(targets)


def _release(folder: Path, statements: int) -> Path:
    things = max(statements // 5, DOCUMENTS)
    turtle = "".join(
        f'<{BASE}id/thing/7> <{BASE}ontology#property{n}> "value {n} of a thing in the benchmark"@en .\n' for n in range(18)
    ).encode()
    page = b"<!DOCTYPE html><title>x</title>" + b"<p>some text</p>" * 200
    files = [File(PurePosixPath(f"doc/thing/{n}.ttl"), turtle, TURTLE.media_type) for n in range(DOCUMENTS)]
    files += [File(PurePosixPath(f"doc/thing/{n}.html"), page, HTML.media_type) for n in range(DOCUMENTS)]

    def build(target: Path) -> None:
        lines = []
        for n in range(things):
            subject = f"<{BASE}id/thing/{n}>"
            lines.append(f"{subject} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{BASE}ontology#Thing> .\n")
            lines.append(f'{subject} <http://www.w3.org/2000/01/rdf-schema#label> "thing {n}"@en .\n')
            lines.append(f'{subject} <{BASE}ontology#number> "{n}"^^<http://www.w3.org/2001/XMLSchema#integer> .\n')
            lines.append(f"{subject} <{BASE}ontology#next> <{BASE}id/thing/{(n * 7 + 1) % things}> .\n")
            lines.append(f'{subject} <{BASE}ontology#code> "{n % 401:05}" .\n')
        built = pyoxigraph.Store(str(target))
        built.bulk_load("".join(lines).encode(), format=pyoxigraph.RdfFormat.N_TRIPLES)
        built.flush()
        built.optimize()
        del built

    view = write_release(
        folder, files, version="1.0.0", date="2026-01-01", base=BASE, site_url=BASE, nquads=b"", build_store=build
    )
    return view.folder


# -- the servers ------------------------------------------------------------------------------------------------------

_PEER = """
import sys, pathlib
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route
import pyoxigraph, uvicorn

site = pathlib.Path(sys.argv[1]) / "site"
bodies = {path.name: path.read_bytes() for path in (site / "doc" / "thing").glob("*.ttl")}
store = pyoxigraph.Store.read_only(str(pathlib.Path(sys.argv[1]) / "store"))

async def document(request):
    body = bodies[request.path_params["name"] + ".ttl"]
    return Response(body, media_type="text/turtle", headers={"vary": "Accept", "etag": '"x"'})

async def sparql(request):
    result = store.query(request.query_params["query"])
    body = result.serialize(format=pyoxigraph.QueryResultsFormat.JSON)
    return Response(body, media_type="application/sparql-results+json")

app = Starlette(routes=[Route("/doc/thing/{name}", document), Route("/sparql", sparql)])
uvicorn.run(app, port=int(sys.argv[2]), log_level="error", loop="uvloop", http="httptools")
"""


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextlib.contextmanager
def _process(command: Sequence[str], url: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(list(command), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            try:
                with urllib.request.urlopen(url, timeout=5):  # noqa: S310  loopback
                    break
            except OSError:
                time.sleep(0.05)
        else:
            raise RuntimeError(f"{command[0]} did not answer at {url}")
        yield process
    finally:
        process.terminate()
        process.wait(30)


def _wrk(url: str, accept: str, seconds: int, script: Path | None = None) -> Measured:
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "-H", f"Accept: {accept}"]
    if script is not None:
        command += ["-s", str(script)]
    text = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout

    def duration(share: str) -> float:
        found = re.search(rf"{share}%\s+([\d.]+)(us|ms|s)", text)
        if not found:
            raise RuntimeError(text)
        return float(found[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[found[2]]

    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    errors = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    socket_errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", text)
    if not rate:
        raise RuntimeError(text)
    lost = sum(int(each) for each in socket_errors.groups()) if socket_errors else 0
    return Measured(float(rate[1]), duration("50"), duration("99"), (int(errors[1]) if errors else 0) + lost)


_DISTINCT = """
local n = 0
request = function()
  n = n + 1
  return wrk.format("GET", "PATH?query=SELECT%20%3Fp%20%3Fo%20WHERE%20%7B%20%3C" .. "BASE" .. "id%2Fthing%2F" .. (n * 13 % 190000)
    .. "%3E%20%3Fp%20%3Fo%20%7D%20%23" .. n)
end
"""


def _http(folder: Path, release: Path, seconds: int, rounds: int) -> list[Target]:
    ours, plain, peer = _free_port(), _free_port(), _free_port()
    oxigraph = shutil.which("oxigraph") or shutil.which("oxigraph", path=str(Path(sys.executable).parent))
    script = folder / "peer.py"
    script.write_text(_PEER)
    distinct = {}
    for name, path in (("ours", "/sparql"), ("peer", "/sparql")):
        distinct[name] = folder / f"{name}.lua"
        distinct[name].write_text(_DISTINCT.replace("PATH", path).replace("BASE", quote(BASE, safe="")))
    command = [
        sys.executable, "-m", "moro_lod", "serve", "--release", str(folder), "--port", str(ours), "--rate", "0", "--log", "all"
    ]  # fmt: skip
    once = quote(ASK, safe="")
    results: dict[str, list[Measured]] = {}
    with contextlib.ExitStack() as stack:
        front = stack.enter_context(_process(command, f"http://127.0.0.1:{ours}/healthz"))
        stack.enter_context(
            _process([sys.executable, str(script), str(release), str(peer)], f"http://127.0.0.1:{peer}/doc/thing/7")
        )
        if oxigraph:
            serve = [oxigraph, "serve-read-only", "--location", str(release / "store"), "--bind", f"127.0.0.1:{plain}"]
            stack.enter_context(_process(serve, f"http://127.0.0.1:{plain}/query?query=ASK%7B%7D"))
        for number in range(rounds):
            runs = [
                ("document", "ours", f"http://127.0.0.1:{ours}/doc/thing/7", "text/turtle", None),
                ("document", "uvicorn + Starlette", f"http://127.0.0.1:{peer}/doc/thing/7", "text/turtle", None),
                ("repeated query", "ours", f"http://127.0.0.1:{ours}/sparql?query={once}", JSON_RESULTS, None),
                ("distinct queries", "ours", f"http://127.0.0.1:{ours}/", JSON_RESULTS, distinct["ours"]),
                ("distinct queries", "uvicorn + Starlette + pyoxigraph", f"http://127.0.0.1:{peer}/", JSON_RESULTS, distinct["peer"]),
            ]  # fmt: skip
            if oxigraph:
                address = f"http://127.0.0.1:{plain}/query?query={once}"
                runs.insert(3, ("repeated query", "oxigraph serve-read-only", address, JSON_RESULTS, None))
            for what, who, url, accept, lua in runs if number % 2 == 0 else reversed(runs):
                results.setdefault(f"{what}: {who}", []).append(_wrk(url, accept, seconds, lua))
        memory = _memory(front.pid)
    for name, measured in results.items():
        rates = ", ".join(f"{each.rate:.0f}" for each in measured)
        print(
            f"{name:55} {_median(measured, 'rate'):8.0f} requests/s ({rates})   median {_median(measured, 'median'):.2f} ms"
            f"   p99 {_median(measured, 'p99'):.2f} ms   errors {sum(each.errors for each in measured)}"
        )
    print(f"memory of the front after all this: {memory / 1e6:.0f} MB")

    def ratio(ours_name: str, other: str) -> float:
        return _median(results[ours_name], "rate") / _median(results[other], "rate")

    def tail(name: str) -> float:
        return statistics.median(each.p99 / each.median for each in results[name])

    value = ratio("document: ours", "document: uvicorn + Starlette")
    targets = [Target("dereferencing, against uvicorn + Starlette", value, "≥ 3", value >= 3)]
    if oxigraph:
        value = ratio("repeated query: ours", "repeated query: oxigraph serve-read-only")
        targets.append(Target("repeated queries, against oxigraph serve-read-only", value, "≥ 0.8", value >= 0.8))
    value = ratio("distinct queries: ours", "distinct queries: uvicorn + Starlette + pyoxigraph")
    targets.append(Target("distinct queries, against uvicorn + Starlette + pyoxigraph", value, "≥ 1", value >= 1))
    for name in ("document: ours", "repeated query: ours", "distinct queries: ours"):
        value = tail(name)
        targets.append(Target(f"p99 / median, {name}", value, "≤ 4", value <= 4))
    errors = sum(each.errors for name, found in results.items() if name.endswith("ours") for each in found)
    return [*targets, Target("errors", errors, "0", errors == 0)]


def _median(measured: Sequence[Measured], field: str) -> float:
    return statistics.median(getattr(each, field) for each in measured)


def _memory(pid: int) -> int:
    text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmRSS:\s+(\d+) kB", text)
    return int(found[1]) * 1024 if found else 0


def _opening(path: Path) -> Target:
    """Seconds from starting a worker's process to its first answer."""
    worker = Path(__file__).resolve().parent.parent / "src" / "moro_lod" / "server" / "worker.py"
    times = []
    for _ in range(7):
        ours, theirs = socket.socketpair()
        started = time.perf_counter()
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-I", str(worker), str(worker.parent), str(path), str(theirs.fileno()), str(1 << 30), "1"],
                pass_fds=(theirs.fileno(),),
            )
        with ours:
            greeting = ours.recv(4096)
            question = json.dumps(
                {"query": ASK, "default": None, "named": None, "results": JSON_RESULTS, "graph": None, "encodings": [], "limit": 10**6}
            ).encode()  # fmt: skip
            ours.sendall(len(question).to_bytes(8, "big") + question)
            if b"ready" not in greeting or b"thing 7" not in ours.recv(65536):
                raise RuntimeError(f"the worker answered {greeting!r}")
        times.append(time.perf_counter() - started)
        process.wait(10)
    value = statistics.median(times)
    print("worker, start to first answer: " + ", ".join(f"{each:.3f}" for each in times) + " s")
    return Target("a worker opens the store and answers (s)", value, "< 0.2", value < 0.2)


if __name__ == "__main__":
    sys.exit(0 if all(each.met for each in main()) else 1)
