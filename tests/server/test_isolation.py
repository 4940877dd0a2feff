"""The cage of the workers, and the screen before them."""

import os
import socket
import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import moro_lod.server as server_package
from moro_lod.errors import MoroError
from moro_lod.server import sandbox, screen
from moro_lod.server.run import Setup, serve

FOLDER = Path(server_package.__file__).parent
needs_cage = pytest.mark.skipif(not sandbox.is_supported(), reason="the cage needs Linux on x86_64 or aarch64")


def in_cage(code: str) -> subprocess.CompletedProcess[str]:
    start = f"import sys; sys.path.insert(0, {str(FOLDER)!r}); import sandbox; sandbox.enter()\n"
    return subprocess.run([sys.executable, "-c", start + code], capture_output=True, text=True, timeout=60)


@needs_cage
@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.socket(socket.AF_INET, socket.SOCK_STREAM)",
        "import socket; socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)",
        "import socket; socket.socket(socket.AF_UNIX)",
        "import socket; socket.create_connection(('127.0.0.1', 80))",
        "import socket; socket.getaddrinfo('example.org', 80)",
        "import subprocess; subprocess.run(['/bin/true'])",
        "import os; os.execv('/bin/true', ['true'])",
        "import threading, socket; r=[]; t=threading.Thread(target=lambda: r.append(socket.socket())); t.start(); t.join(); r[0]",
        "import ctypes; c=ctypes.CDLL(None, use_errno=True); r=c.syscall(425, 8, 0); assert r >= 0, r",
        "import ctypes; c=ctypes.CDLL(None, use_errno=True); r=c.syscall(0x40000000 + 41, 2, 1, 0); assert r >= 0, r",
        "import pyoxigraph; list(pyoxigraph.Store().query('SELECT * { SERVICE <http://127.0.0.1:8080/> { ?s ?p ?o } }'))",
        "import pyoxigraph; pyoxigraph.Store().update('LOAD <http://127.0.0.1:8080/>')",
    ],
)
def test_nothing_in_the_cage_gets_out(code: str) -> None:
    assert in_cage("pass").returncode == 0
    ended = in_cage(code)
    assert ended.returncode != 0
    assert "rror" in ended.stderr or ended.returncode < 0


@needs_cage
def test_what_a_worker_needs_works_in_the_cage(tmp_path: Path) -> None:
    store = pyoxigraph.Store(str(tmp_path / "store"))
    store.add(pyoxigraph.Quad(pyoxigraph.NamedNode("x:a"), pyoxigraph.NamedNode("x:b"), pyoxigraph.Literal("c")))
    store.flush()
    del store
    code = f"import pyoxigraph; s = pyoxigraph.Store.read_only({str(tmp_path / 'store')!r}); print(len(list(s.query('SELECT * {{?s ?p ?o}}'))))"
    ended = in_cage(code)
    assert (ended.returncode, ended.stdout) == (0, "1\n"), ended.stderr


def test_the_filter_is_the_same_for_both_architectures() -> None:
    for machine in ("x86_64", "aarch64"):
        code = sandbox.program(machine)
        steps = [struct.unpack("=HBBI", code[place : place + 8]) for place in range(0, len(code), 8)]
        for place, (operation, yes, no, _) in enumerate(steps):
            if operation & 7 == 5:  # jumps stay inside
                assert place + 1 + max(yes, no) < len(steps)
        assert steps[-1] == (6, 0, 0, 0x50000 | 13)

        def run(architecture: int, number: int, steps: list[tuple[int, int, int, int]] = steps) -> int:
            place, value = 0, 0
            while True:
                operation, yes, no, operand = steps[place]
                place += 1
                if operation == 0x20:
                    value = (number, architecture)[operand // 4]
                elif operation == 0x06:
                    return operand
                else:
                    place += yes if (value == operand if operation == 0x15 else value >= operand) else no

        architecture, calls = sandbox._ARCHITECTURES[machine]
        assert all(run(architecture, number) == 0x50000 | 13 for number in calls.values())
        assert run(architecture, 0x40000000 + 41) == 0x50000 | 13
        assert run(architecture ^ 1, 0) == 0x80000000
        allowed = [number for number in range(460) if number not in calls.values()]
        assert all(run(architecture, number) == 0x7FFF0000 for number in allowed)


def test_where_there_is_no_cage_the_server_does_not_start(monkeypatch: pytest.MonkeyPatch, town: Path) -> None:
    monkeypatch.setattr(sandbox, "is_supported", lambda: False)
    # In a thread of its own: this one may have the event loop of a browser that other tests use.
    with ThreadPoolExecutor(1) as pool, pytest.raises(MoroError, match="--no-sandbox"):
        pool.submit(serve, Setup(town, port=0)).result(60)


@needs_cage
def test_a_worker_whose_filter_fails_ends_instead_of_answering(town: Path, tmp_path: Path) -> None:
    broken = tmp_path / "server"
    broken.mkdir()
    (broken / "screen.py").write_text((FOLDER / "screen.py").read_text())
    text = (FOLDER / "sandbox.py").read_text()
    (broken / "sandbox.py").write_text(text.replace('"socket": 41, ', "").replace('"socket": 198, ', ""))
    ours, theirs = socket.socketpair()
    with ours, theirs:
        process = subprocess.Popen(
            [
                sys.executable, "-I", str(FOLDER / "worker.py"), str(broken), str((town / "release").resolve() / "store"),
                str(theirs.fileno()), str(1 << 28), "1",
            ],
            pass_fds=(theirs.fileno(),),
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        theirs.close()
        assert ours.recv(100) == b""
        assert process.wait(30) != 0


# -- the screen -------------------------------------------------------------------------------------------------------

PIECES = (
    "SERVICE", "service", "\\u0053ERVICE", "<http://127.0.0.1:9/>", "<#>", "<'>", "<", ">", "'", '"', "'''", '"""', "#", "\n", " ", "{", "}",
    "(", ")", "?s", "?p", "?o", "ASK", "SELECT *", "FILTER", "EXISTS", ":", "x:", "x:a", "\\'", "\\", "1", "1.", "true", "@en", "^^", ".", ";",
    "UNION", "OPTIONAL", "SILENT", "a", "_:b", "[]", "[", "]", "&&", "=", "!", "PREFIX x: <x:>", "BIND", "AS", "VALUES", "GRAPH ?g",
)  # fmt: skip
FRAMES = (
    "ASK {{ {} }}",
    "PREFIX x: <x:> ASK {{ ?s ?p ?o FILTER({}) }}",
    "SELECT * {{ {{ {} }} }}",
    "{}",
    "ASK {{ ?s ?p {} }}",
)


def calls_service(query: str) -> bool:
    """Whether the engine, in a cage of refusal (port 9 is never allowed), would call another endpoint."""
    try:
        result = pyoxigraph.Store().query(query)
        if isinstance(result, pyoxigraph.QueryBoolean):
            bool(result)
        else:
            list(result)
    except SyntaxError:
        return False
    except OSError:
        return True
    except (ValueError, RuntimeError):
        return False
    return False


@settings(
    max_examples=20_000 if os.environ.get("MORO_LONG") else 1_500, deadline=None, suppress_health_check=list(HealthCheck)
)
@given(st.lists(st.sampled_from(PIECES), max_size=18), st.sampled_from(FRAMES), st.booleans())
def test_what_calls_another_endpoint_never_passes_the_screen(pieces: list[str], frame: str, spaced: bool) -> None:
    query = frame.format((" " if spaced else "").join(pieces))
    if not screen.screen(query).problem:
        assert not calls_service(query), query


@settings(max_examples=3_000 if os.environ.get("MORO_LONG") else 400, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from(
        (
            "ASK {{ ?s ?p ?o {} SERVICE <http://127.0.0.1:9/> {{ ?s ?p ?o }} }}",
            "ASK {{ FILTER(1 {} 2) {{ SERVICE<http://127.0.0.1:9/>{{}} }} }}",
        )
    ),
    st.lists(
        st.sampled_from(
            (
                " ",
                "\n",
                "#x\n",
                "#'\n",
                "<",
                ">",
                "<x:#>",
                "'#'",
                '"\'"',
                "'''\n'''",
                ". ",
                "FILTER(1<2)",
                "FILTER(?o<'>')",
                "= 1 <",
            )
        ),
        max_size=8,
    ),
)
def test_a_service_clause_in_a_valid_query_is_always_seen(frame: str, noise: list[str]) -> None:
    query = frame.format("".join(noise))
    if calls_service(query):
        assert screen.screen(query).problem == "service", query


@settings(max_examples=2_000 if os.environ.get("MORO_LONG") else 300, deadline=None)
@given(st.text(max_size=400))
def test_any_text_can_be_screened(text: str) -> None:
    found = screen.screen(text)
    line, column = screen.line_and_column(text, found.position)
    assert line >= 1 and column >= 1


def test_where_a_refused_word_stands_is_told() -> None:
    query = "SELECT * {\n  ?s ?p ?o .\n  SERVICE <x:y> { }\n}"
    found = screen.screen(query)
    assert (found.problem, *screen.line_and_column(query, found.position)) == ("service", 3, 3)
