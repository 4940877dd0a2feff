"""New releases are taken over without a dropped request; broken ones are refused; stopping is orderly."""

import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import threading
import time
from pathlib import Path
from urllib.parse import quote

import pytest
import released
from released import BASE
from running import Running, running, start

GENERATION = f"SELECT ?g WHERE {{ ?s <{BASE}ontology#generation> ?g }}"


def generation(server: Running) -> int:
    reply = server.query(GENERATION)
    assert reply.status == 200, reply
    return int(json.loads(reply.body)["results"]["bindings"][0]["g"]["value"])


def wait_until(server: Running, wanted: int) -> None:
    end = time.monotonic() + 30
    while generation(server) != wanted:
        assert time.monotonic() < end, server.events()[-2000:]
        time.sleep(0.02)


def test_a_new_release_is_taken_over_without_a_dropped_request(tmp_path: Path, long_run: bool) -> None:
    target = tmp_path / "target"
    target.mkdir()
    released.make(target, 1)
    with running(target, tmp_path / "log", "--rate", "0") as server:
        stop = threading.Event()
        seen: list[int] = []
        problems: list[str] = []

        def ask(number: int) -> None:
            connection = http.client.HTTPConnection(server.host, server.port, timeout=30)
            turn = last = 0
            while not stop.is_set():
                turn += 1
                path = (
                    f"/sparql?query={quote(f'{GENERATION} # {number} {turn}')}&format=csv"
                    if turn % 2
                    else "/doc/place/townhall.ttl"
                )
                try:
                    connection.request("GET", path)
                    reply = connection.getresponse()
                    body = reply.read()
                except (OSError, http.client.HTTPException) as error:
                    problems.append(repr(error))
                    return
                if reply.status != 200:
                    problems.append(f"{reply.status} {body[:200]!r}")
                elif turn % 2:
                    found = int(body.split()[1])
                    if found < last:
                        problems.append(f"went back from {last} to {found}")
                    last = found
                    seen.append(found)
            connection.close()

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        generations = 12 if long_run else 4
        for number in range(2, generations + 1):
            released.make(target, number)
            if number % 2:
                os.kill(server.process.pid, signal.SIGHUP)
            wait_until(server, number)
        stop.set()
        for thread in threads:
            thread.join()
        assert not problems, problems[:5]
        assert set(seen) >= {1, generations} and len(seen) > 50
        server.wait_for(r"(?s)" + '"release-taken".*' * (generations - 1))  # the log is written now and then
        assert server.events().count('"release-taken"') == generations - 1
        end = time.monotonic() + 20
        while len(server.workers()) > 2 and time.monotonic() < end:
            time.sleep(0.05)
        assert len(server.workers()) == 2, "the workers of earlier releases have ended"


@pytest.mark.parametrize(
    "damage", ["a changed file", "a missing file", "no manifest", "no store", "an empty store", "nonsense"]
)
def test_a_broken_release_is_refused_and_the_old_one_stays(tmp_path: Path, damage: str) -> None:
    target = tmp_path / "target"
    target.mkdir()
    released.make(target, 1)
    with running(target, tmp_path / "log", "--rate", "0") as server:
        assert generation(server) == 1
        other = tmp_path / "other"
        other.mkdir()
        view = released.make(other, 2)
        broken = target / "releases" / "broken"
        shutil.copytree(view.folder, broken)
        page = broken / "site" / "doc" / "place" / "townhall.html"
        if damage == "a changed file":
            page.write_bytes(page.read_bytes().replace(b"Seite", b"Zeite"))
        elif damage == "a missing file":
            page.unlink()
        elif damage == "no manifest":
            (broken / "manifest.json").unlink()
        elif damage == "no store":
            shutil.rmtree(broken / "store")
        elif damage == "an empty store":
            shutil.rmtree(broken / "store")
            (broken / "store").mkdir()
        else:
            (broken / "manifest.json").write_text("{]")
        fresh = target / "fresh-link"
        fresh.symlink_to("releases/broken")
        fresh.replace(target / "release")
        os.kill(server.process.pid, signal.SIGHUP)
        server.wait_for(r'"release-refused"')
        assert generation(server) == 1
        assert server.get("/readyz").status == 200
        assert 'outcome="refused"} 1' in server.get("/metrics").text
        # the next good one is taken
        released.make(target, 3)
        os.kill(server.process.pid, signal.SIGHUP)
        wait_until(server, 3)


def test_a_vanished_link_changes_nothing(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    released.make(target, 1)
    with running(target, tmp_path / "log") as server:
        (target / "release").unlink()
        os.kill(server.process.pid, signal.SIGHUP)
        assert generation(server) == 1
        (target / "release").symlink_to("nowhere")
        os.kill(server.process.pid, signal.SIGHUP)
        assert generation(server) == 1


def test_cached_answers_of_the_old_release_are_not_given_for_the_new_one(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    released.make(target, 1)
    with running(target, tmp_path / "log") as server:
        connection = http.client.HTTPConnection(server.host, server.port, timeout=30)

        def ask(path: str, **headers: str) -> tuple[int, str, bytes]:
            connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            reply = connection.getresponse()
            return reply.status, reply.headers["etag"], reply.read()

        path, page = f"/sparql?query={quote(GENERATION)}&format=csv", "/doc/place/stra~c3~9fe.ttl"
        for _ in range(5):
            _, old_tag, old = ask(path)
            _, old_page_tag, old_page = ask(page)
        released.make(target, 2)
        os.kill(server.process.pid, signal.SIGHUP)
        server.wait_for(r'"release-taken"')
        for _ in range(3):
            _, new_tag, new = ask(path)
            _, new_page_tag, new_page = ask(page)
            assert (old.split()[1], new.split()[1]) == (b"1", b"2")
            assert old_tag != new_tag and old_page_tag != new_page_tag and old_page != new_page
        assert ask(path, If_None_Match=old_tag)[0] == 200
        connection.close()


def test_a_stop_lets_running_queries_finish(town: Path, tmp_path: Path) -> None:
    server = start(town, tmp_path / "log", "--timeout", "6", "--rate", "0")
    slow = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o . FILTER(?c != ?o) }"
    results: list[int] = []
    thread = threading.Thread(target=lambda: results.append(server.query(slow, timeout=60).status))
    thread.start()
    end = time.monotonic() + 10
    while "lod_queries_running 1" not in server.get("/metrics").text and time.monotonic() < end:
        time.sleep(0.01)
    assert server.stop() == 0
    thread.join(30)
    assert results and results[0] in (200, 503), results
    with pytest.raises(OSError):
        server.get("/healthz", timeout=2)
    assert re.search(r'"stopped"', server.events())


def test_the_server_says_what_is_wrong_when_it_cannot_start(tmp_path: Path, town: Path) -> None:
    import subprocess
    import sys

    def run(*options: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "moro_lod", "--lang", "en", "serve", *options]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=tmp_path)
        return ended.returncode, ended.stderr

    code, text = run("--port", "0")
    assert code == 2 and "moro-lod publish" in text and "Traceback" not in text
    with running(town, tmp_path / "log") as server:
        code, text = run("--release", str(town), "--port", str(server.port))
        assert code == 2 and "--port" in text and "Traceback" not in text
    code, text = run("--release", str(town), "--port", "0", "--prefix", "no path")
    assert code == 2 and "--prefix" in text
    code, text = run("--release", str(town), "--port", "0", "--trusted-proxy", "everybody")
    assert code == 2 and "--trusted-proxy" in text
    broken = tmp_path / "broken"
    broken.mkdir()
    view = released.make(broken)
    (view.folder / "site" / "index.html").write_text("changed")
    code, text = run("--release", str(broken), "--port", "0")
    assert code == 2 and "damaged" in text
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(view.folder / "store")
