"""Queries that bring other endpoints down: here each gets an error, and everybody else an answer."""

import contextlib
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pytest
import released
from released import BASE
from running import Reply, Running, running

JSON = "application/sparql-results+json"
POINT = f"SELECT ?o WHERE {{ <{BASE}id/bulk/7> <{BASE}ontology#number> ?o }}"
SECONDS = 2.0
PATTERNS = " ".join(f"?s{n} ?p{n} ?o{n} ." for n in range(6))
RUNAWAYS = {
    "a cross product, counted": f"SELECT (COUNT(*) AS ?n) WHERE {{ {PATTERNS} }}",
    "a cross product, summed": f"SELECT (SUM(?o1 + ?o2) AS ?n) WHERE {{ {PATTERNS} }}",
    "an unbounded ORDER BY": f"SELECT * WHERE {{ {PATTERNS} }} ORDER BY ?o0 ?o1",
    "DISTINCT over everything": f"SELECT DISTINCT ?s0 ?s1 ?s2 ?s3 WHERE {{ {PATTERNS} }}",
    "a product of VALUES": "SELECT (COUNT(*) AS ?n) WHERE { "
    + " ".join(f"VALUES ?v{n} {{ {' '.join(map(str, range(100)))} }}" for n in range(6))
    + " }",
    "GROUP_CONCAT growth": f"SELECT (STRLEN(GROUP_CONCAT(?o0; separator='{'x' * 2000}')) AS ?n) WHERE {{ {PATTERNS} }}",
    "doubling strings": "SELECT (STRLEN(?x30) AS ?n) WHERE { BIND('"
    + "a" * 100
    + "' AS ?x0) "
    + " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(30))
    + " }",
    "growth by REPLACE": "SELECT (STRLEN(?x9) AS ?n) WHERE { BIND('" + "a" * 200 + "' AS ?x0) "
    + " ".join(f"BIND(REPLACE(?x{n}, 'a', '{'a' * 100}') AS ?x{n + 1})" for n in range(9)) + " }",
    "a storm of property paths": "SELECT (COUNT(*) AS ?n) WHERE { ?a (!<x:y>)* ?b . ?b (!<x:z>|^!<x:y>)+ ?c . ?c (!<x:w>)* ?d . ?d (^!<x:z>)* ?e }",
    "EXISTS in EXISTS": f"SELECT (COUNT(*) AS ?n) WHERE {{ {PATTERNS} FILTER EXISTS {{ ?s0 ?q ?s1 FILTER NOT EXISTS {{ ?o0 ?r ?o1 }} }} }}",
    "a huge CONSTRUCT": f"CONSTRUCT {{ ?s0 ?p1 ?o2 . ?s1 ?p2 ?o0 }} WHERE {{ {PATTERNS} }}",
    "DESCRIBE of everything": f"DESCRIBE * WHERE {{ {PATTERNS} }}",
    "OFFSET without end": f"SELECT * WHERE {{ {PATTERNS} }} OFFSET 999999999 LIMIT 1",
}  # fmt: skip
NESTED = {
    "20,000 braces": "ASK " + "{" * 20_000 + "}" * 20_000,
    "20,000 open braces": "ASK " + "{" * 20_000,
    "50,000 parentheses": "ASK { FILTER " + "(" * 50_000 + "1" + ")" * 50_000 + " }",
    "30,000 UNIONs": "ASK { " + " UNION ".join(["{ ?s ?p ?o }"] * 30_000) + " }",
    "30,000 OPTIONALs": "ASK { " + "OPTIONAL { ?s ?p ?o } " * 30_000 + " }",
    "50,000 nots": "ASK { FILTER(" + "!" * 50_000 + "true) }",
    "50,000 minuses": "ASK { FILTER(" + "- " * 50_000 + "1 < 2) }",
    "50,000 additions": "ASK { FILTER(1" + "+1" * 50_000 + " > 2) }",
    "50,000 ors": "ASK { FILTER(" + "||".join(["true"] * 50_000) + ") }",
    "50,000 path steps": "ASK { ?s " + "/".join(["<x:p>"] * 50_000) + " ?o }",
    "50,000 path choices": "ASK { ?s " + "|".join(["<x:p>"] * 50_000) + " ?o }",
    "20,000 nested blank nodes": "ASK { ?s ?p " + "[ <x:p> " * 20_000 + "1" + "]" * 20_000 + " }",
    "20,000 nested lists": "ASK { ?s ?p " + "(" * 20_000 + "1" + ")" * 20_000 + " }",
    "20,000 quoted triples": "ASK { " + "<< " * 20_000 + "?s ?p ?o" + " >>" * 20_000 + " }",
    "20,000 subselects": "SELECT * { " + "{ SELECT * { " * 20_000 + "} }" * 20_000 + " }",
    "20,000 calls": "ASK { FILTER(" + "STR(" * 20_000 + "1" + ")" * 20_000 + " = '1') }",
    "100,000 triples": "ASK { " + "?s ?p ?o . " * 80_000 + "}",
    "20,000 groups in a row": "ASK { " + "{ } " * 20_000 + "}",
    "20,000 BINDs": "ASK { " + " ".join(f"BIND({n} AS ?v{n})" for n in range(20_000)) + " }",
    "5,000 different variables": "ASK { " + " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(5_000)) + " }",
    "a megabyte of one name": "ASK { <x:" + "a" * 900_000 + "> ?p ?o }",
    "a megabyte of comment": "ASK {} #" + "a" * 900_000,
    "40,000 prefixes": "".join(f"PREFIX p{n}:<x:>" for n in range(40_000)) + "ASK {}",
}


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("target")
    bulk = "".join(
        f'<{BASE}id/bulk/{n}> <{BASE}ontology#number> "{n}"^^<http://www.w3.org/2001/XMLSchema#integer> <{BASE}id/source/bulk> .\n'
        f"<{BASE}id/bulk/{n}> <{BASE}ontology#next> <{BASE}id/bulk/{(n * 7 + 1) % 1000}> <{BASE}id/source/bulk> .\n"
        for n in range(1000)
    )
    released.make(folder, extra=bulk)
    log = tmp_path_factory.mktemp("target-log") / "log"
    with running(
        folder, log, "--workers", "2", "--timeout", str(SECONDS), "--memory", "300", "--max-result", "1", "--rate", "0"
    ) as server:
        yield server


def post(server: Running, query: str, **more: str) -> Reply:
    return server.get("/sparql", JSON, method="POST", body=query.encode(), Content_Type="application/sparql-query", **more)


def is_right(reply: Reply) -> bool:
    return reply.status == 200 and json.loads(reply.body)["results"]["bindings"][0]["o"]["value"] == "7"


def pid_memory(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.parametrize("name", RUNAWAYS)
def test_a_runaway_query_ends_with_an_error_and_the_next_one_is_answered(target: Running, name: str) -> None:
    started = time.monotonic()
    reply = target.query(RUNAWAYS[name], "application/sparql-results+json, text/turtle;q=0.9")
    spent = time.monotonic() - started
    assert reply.status in (400, 503), reply.text[:300]
    assert spent < SECONDS + 4
    if reply.status == 503:
        assert int(reply.headers["retry-after"]) > 0
    assert is_right(target.query(POINT))


@pytest.mark.parametrize("name", NESTED)
def test_a_query_nested_or_long_beyond_reason_does_no_harm(target: Running, name: str) -> None:
    reply = post(target, NESTED[name])
    assert reply.status in (200, 400, 503), reply.text[:300]
    assert is_right(target.query(POINT))


def test_reasonable_nesting_and_length_are_answered(target: Running) -> None:
    for query in (
        "ASK " + "{" * 150 + "}" * 150,
        "ASK { " + " UNION ".join(["{ ?s ?p ?o }"] * 400) + " }",
        "ASK { VALUES ?x { " + " ".join(f'"{n}"' for n in range(20_000)) + " } }",
        "ASK { FILTER(1 IN (" + ",".join(map(str, range(20_000))) + ")) }",
        "ASK { ?s " + "/".join([f"<{BASE}ontology#next>"] * 200) + " ?o }",
        "ASK { FILTER(" + " || ".join(["false"] * 400) + " || true) }",
        "ASK { FILTER " + "(" * 100 + "true" + ")" * 100 + " }",
    ):
        assert post(target, query).status == 200, query[:60]


def test_ten_megabytes_of_query_are_not_read(target: Running) -> None:
    started = time.monotonic()
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it may have closed before all was sent
        assert post(target, "ASK {} #" + "x" * 10_000_000).status == 413
    assert time.monotonic() - started < 5


def test_a_result_over_the_limit_is_refused_whole(target: Running) -> None:
    reply = target.query("SELECT * WHERE { ?a ?p ?x . ?b ?q ?y } LIMIT 100000")
    assert reply.status == 400
    assert json.loads(reply.body)["error"] == "too-large" and "data" in reply.text


def test_point_queries_go_on_while_two_hundred_runaways_run(target: Running) -> None:
    """From many addresses, each query another one: the short ones wait for a slice, never for the long ones."""
    stop = threading.Event()
    outcomes: list[int] = []

    def attack(number: int) -> None:
        source = f"127.0.{1 + number % 100}.{1 + number // 100}"
        while not stop.is_set():
            with contextlib.suppress(OSError):
                query = RUNAWAYS["a cross product, counted"] + f" # {number} {time.monotonic()}"
                outcomes.append(target.query(query, source=source).status)

    threads = [threading.Thread(target=attack, args=(number,), daemon=True) for number in range(200)]
    for thread in threads:
        thread.start()
    try:
        target.wait_for(r'"status": 503')
        times = []
        for number in range(12):
            started = time.monotonic()
            reply = target.query(f"{POINT} # {number}", source="127.0.0.9", timeout=30)
            assert is_right(reply), reply
            times.append(time.monotonic() - started)
            assert target.get("/doc/place/townhall", "text/turtle").status == 200
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)
    print("point queries under attack took", ", ".join(f"{each:.2f}" for each in sorted(times)), "s")
    assert sorted(times)[len(times) // 2] < 2 and max(times) < 6, times
    assert set(outcomes) <= {503, 429, 400} and outcomes
    assert is_right(target.query(POINT + " # after"))


def test_one_client_gets_no_more_than_its_places(target: Running) -> None:
    """Two hundred at once from one address: some are refused with 429 at once, and others are served."""
    with ThreadPoolExecutor(201) as threads:
        query = RUNAWAYS["a cross product, counted"]
        replies = [threads.submit(target.query, f"{query} #{n}", source="127.0.7.7", timeout=60) for n in range(200)]
        other = [threads.submit(target.query, f"{POINT} # other {n}", source="127.0.7.8", timeout=60) for n in range(5)]
        assert all(is_right(each.result()) for each in other)
        statuses = [each.result().status for each in replies]
    assert statuses.count(429) >= 100
    assert set(statuses) <= {429, 503}


def test_a_greedy_client_is_slowed_down_by_what_it_used(town: Path, tmp_path: Path) -> None:
    with running(town, tmp_path / "log", "--timeout", "0.3", "--rate", "0.001", "--workers", "2") as server:
        runaway = "SELECT (COUNT(*) AS ?n) WHERE { " + " ".join(f"?s{n} ?p{n} ?o{n} ." for n in range(9)) + " }"
        statuses = []
        for number in range(130):
            reply = server.query(f"{runaway} #{number}", source="127.0.0.5")
            statuses.append(reply.status)
            if reply.status == 429:
                break
        assert statuses[-1] == 429, statuses
        assert int(reply.headers["retry-after"]) > 0
        assert server.query("ASK {}", source="127.0.0.6").status == 200


def test_a_query_ends_when_its_asker_goes_away(target: Running) -> None:
    def ended() -> float:
        for line in target.get("/metrics").text.splitlines():
            if line.startswith("lod_workers_ended_gone "):
                return float(line.split()[1])
        return 0.0

    before = ended()
    with socket.create_connection((target.host, target.port)) as connection:
        query = quote(RUNAWAYS["a cross product, counted"] + " # gone")
        connection.sendall(f"GET /sparql?query={query} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        target.get("/healthz")
    end = time.monotonic() + SECONDS - 0.5
    while time.monotonic() < end and ended() == before:
        time.sleep(0.05)
    assert ended() > before, "it went on until its time was up"


# -- no network -------------------------------------------------------------------------------------------------------


@pytest.fixture
def canary() -> Iterator[tuple[int, list[bytes]]]:
    """A listener on loopback that notes who calls."""
    calls: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        stop = threading.Event()

        def listen() -> None:
            while not stop.is_set():
                with contextlib.suppress(TimeoutError):
                    connection, _ = listener.accept()
                    calls.append(b"called")
                    connection.close()

        thread = threading.Thread(target=listen)
        thread.start()
        yield listener.getsockname()[1], calls
        stop.set()
        thread.join()


SERVICES = (
    "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { service silent <URL> { ?s ?p ?o } }",
    "SELECT * { SeRvIcE<URL>{ ?s ?p ?o } }",
    "SELECT * { SERVICE # comment\n <URL> { ?s ?p ?o } }",
    "SELECT * {#\nSERVICE<URL>{ ?s ?p ?o } }",
    "PREFIX u: <URL> SELECT * { SERVICE u: { ?s ?p ?o } }",
    "PREFIX u: <http://127.0.0.1:PORT/> SELECT * { SERVICE u:x { ?s ?p ?o } }",
    "BASE <URL> SELECT * { SERVICE <x> { ?s ?p ?o } }",
    "SELECT * { \\u0053ERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { S\\U00000045RVICE <URL> { ?s ?p ?o } }",
    "SELECT * { { SELECT * { SERVICE <URL> { ?s ?p ?o } } } }",
    "ASK { ?s ?p ?o FILTER EXISTS { SERVICE <URL> { ?s ?p ?o } } }",
    "ASK { ?s ?p ?o FILTER NOT EXISTS { SERVICE SILENT <URL> { ?a ?b ?c } } }",
    "ASK { ?s ?p ?o MINUS { SERVICE <URL> { ?s ?p ?o } } }",
    "ASK { OPTIONAL { SERVICE <URL> { ?s ?p ?o } } }",
    "CONSTRUCT { ?s ?p ?o } { SERVICE <URL> { ?s ?p ?o } }",
    "DESCRIBE ?s { SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { VALUES ?g { <URL> } SERVICE ?g { ?s ?p ?o } }",
    "SELECT * { BIND(<URL> AS ?g) SERVICE ?g { ?s ?p ?o } }",
    "ASK { ?s ?p 1SERVICE<URL>{?s ?p ?o}}",
    "ASK { ?s ?p trueSERVICE<URL>{?s ?p ?o}}",
    "ASK { FILTER(1<'>'){SERVICE<URL>{?s ?p 'o'}}}",
    "ASK { ?s ?p ?o FILTER(?s<?p#>'''\n){SERVICE<URL>{?s ?p '''o'''}}}",
    'ASK { ?s ?p ?o FILTER(?s<"#>"){SERVICE<URL>{?s ?p ?o}}}',
    "ASK { GRAPH ?g { SERVICE <URL> { ?s ?p ?o } } }",
    "ASK { { ?s ?p ?o } UNION { SERVICE <URL> { ?s ?p ?o } } }",
    "ASK { ?s ?p ?o LATERAL { SERVICE <URL> { ?s ?p ?o } } }",
    "\ufeffASK { SERVICE <URL> { ?s ?p ?o } }",
    "ASK {\u00a0SERVICE <URL> { ?s ?p ?o } }",
    "ASK {\x0cSERVICE <URL> { ?s ?p ?o } }",
)
FETCHES = (
    "SELECT * FROM <URL> { ?s ?p ?o }",
    "SELECT * FROM NAMED <URL> { GRAPH ?g { ?s ?p ?o } }",
    "ASK { GRAPH <URL> { ?s ?p ?o } }",
    "DESCRIBE <URL>",
)


@pytest.mark.parametrize("query", SERVICES)
def test_no_service_is_ever_called(target: Running, canary: tuple[int, list[bytes]], query: str) -> None:
    port, calls = canary
    reply = post(target, query.replace("URL", f"http://127.0.0.1:{port}/").replace("PORT", str(port)))
    assert reply.status == 400, reply.text
    assert json.loads(reply.body)["error"] in ("service", "syntax")
    assert not calls


@pytest.mark.parametrize("query", FETCHES)
def test_no_graph_is_ever_fetched(target: Running, canary: tuple[int, list[bytes]], query: str) -> None:
    port, calls = canary
    assert post(target, query.replace("URL", f"http://127.0.0.1:{port}/")).status in (200, 406)
    address = f"http://127.0.0.1:{port}/"
    assert target.get(f"/sparql?query=ASK%7B%3Fs%20%3Fp%20%3Fo%7D&default-graph-uri={quote(address)}", JSON).status == 200
    assert not calls


@pytest.mark.parametrize(
    "update", ["LOAD <URL>", "LOAD SILENT <URL> INTO GRAPH <x:g>", "INSERT DATA { <x:a> <x:b> <x:c> }", "DROP ALL"]
)
def test_updates_are_refused(target: Running, canary: tuple[int, list[bytes]], update: str) -> None:
    port, calls = canary
    text = update.replace("URL", f"http://127.0.0.1:{port}/")
    assert post(target, text).status == 400
    form = f"update={quote(text)}".encode()
    kind = "application/x-www-form-urlencoded"
    assert target.get("/sparql", method="POST", body=form, Content_Type=kind).status == 400
    assert target.get("/sparql", method="POST", body=text.encode(), Content_Type="application/sparql-update").status == 415
    assert not calls
    assert is_right(target.query(POINT))


def test_words_that_merely_look_like_service_are_allowed(target: Running) -> None:
    for query in (
        "PREFIX dcat: <http://www.w3.org/ns/dcat#> SELECT ?service { ?service dcat:accessService ?x . ?y dcat:service ?z }",
        "SELECT * { ?s ?p 'SERVICE <http://x/> { }' }",
        'SELECT * { ?s ?p """SERVICE"""@en-service } # SERVICE',
        "SELECT * { ?s <http://example.org/service#SERVICE> ?o FILTER(?o < 3 && ?o > 1) }",
        "PREFIX s: <x:> SELECT * { ?s s:service ?o ; s:data.service ?x ; s:it\\'s ?y }",
    ):
        assert post(target, query).status == 200, query


# -- processes --------------------------------------------------------------------------------------------------------


def test_workers_killed_under_load_never_make_an_answer_wrong(target: Running, long_run: bool) -> None:
    """Answers are complete and right, or an honest error."""
    wrong: list[bytes] = []
    right = errors = 0
    stop = threading.Event()
    lock = threading.Lock()
    big = f"SELECT ?s ?o WHERE {{ ?s <{BASE}ontology#number> ?o FILTER(?o >= 0) }} # "

    def ask(number: int) -> None:
        nonlocal right, errors
        turn = 0
        while not stop.is_set():
            turn += 1
            if number % 2:
                reply = target.query(f"{POINT} # {number} {turn}")
                good = reply.status == 200 and is_right(reply)
            else:
                reply = target.query(f"{big}{number} {turn}")
                good = reply.status == 200 and len(json.loads(reply.body)["results"]["bindings"]) == 1000
            with lock:
                if good:
                    right += 1
                elif reply.status in (400, 503):
                    errors += 1
                else:
                    wrong.append(reply.body[:200])

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    kills = 0
    try:
        while kills < (400 if long_run else 25):
            for pid in target.workers():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    kills += 1
            before = right
            end = time.monotonic() + 5
            while right < before + 20 and time.monotonic() < end:
                time.sleep(0.01)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert not wrong, wrong[:3]
    assert right > kills
    assert is_right(target.query(POINT + " # after the kills"))
    print(f"{kills} kills, {right} right answers, {errors} honest errors, none wrong")


def test_crashing_queries_in_a_row_do_not_wear_the_server_out(target: Running) -> None:
    for number in range(15):
        assert target.query(RUNAWAYS["doubling strings"] + f" # {number}").status in (400, 503)
    assert is_right(target.query(POINT))
    assert len(target.workers()) <= 3


def test_thousands_of_requests_leave_no_trace(target: Running, long_run: bool) -> None:
    """Memory and file handles of the front stay where they are."""

    def handles() -> int:
        return len(list(Path(f"/proc/{target.process.pid}/fd").iterdir()))

    def burst(count: int, name: str) -> None:
        import http.client

        connection = http.client.HTTPConnection(target.host, target.port, timeout=60)
        for number in range(count):
            path = (
                f"/sparql?query={quote(f'ASK {{}} # {name} {number}')}",
                f"/nothing/{name}/{number}",
                "/doc/place/townhall",
                f"/sparql?query={quote(f'broken {name} {number}')}",
            )[number % 4]
            connection.request("GET", path, headers={"Accept": "text/turtle, application/sparql-results+json"})
            connection.getresponse().read()
        connection.close()

    count = 40_000 if long_run else 3_000
    burst(count, "first")
    memory, open_files = pid_memory(target.process.pid), handles()
    burst(count, "second")
    grown = pid_memory(target.process.pid) - memory
    assert handles() <= open_files + 2
    assert grown < 40 * 1024 * 1024, grown


def test_workers_end_with_a_server_that_is_killed(town: Path, tmp_path: Path) -> None:
    from running import start

    server = start(town, tmp_path / "log", "--workers", "2")
    workers = server.workers()
    assert len(workers) == 2
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait(10)
    if server.process.stdout:
        server.process.stdout.close()
    end = time.monotonic() + 10
    while time.monotonic() < end and any(Path(f"/proc/{pid}/exe").exists() for pid in workers):
        time.sleep(0.02)
    for pid in workers:
        with contextlib.suppress(OSError):
            assert (Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]) == "Z"
