"""The files for hosts, tried out with the programs they are for."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import released
from running import Reply, Running, running

from moro_lod.server.hosting import Hosting, accept_patterns, configuration
from moro_lod.server.probe import probe

HOSTING = Hosting(
    released.FACTS_VALUE,
    "town",
    gone=("doc/place/mill",),
    withdrawn=("id/place/mill",),
    renamed=(("/id/place/straße", "/doc/place/stra~c3~9fe"),),
    vocabularies=(("ontology", (".html", ".ttl")),),
)
FILES = {each.path.name: each.content.decode() for each in configuration(HOSTING)}
NEGOTIATION = (
    (None, ".html"),
    ("*/*", ".html"),
    ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", ".html"),
    ("text/turtle", ".ttl"),
    ("TEXT/TURTLE", ".ttl"),
    ("application/ld+json", ".jsonld"),
    ("application/n-triples", ".nt"),
    ("application/rdf+xml", ".rdf"),
    ("application/trig", ".trig"),
    ("application/rdf+xml, image/png", ".rdf"),
    ("text/turtle;q=0.2, application/rdf+xml;q=0.9", ".rdf"),
    ("application/rdf+xml;q=0.4, text/turtle;q=0.6, text/html;q=0.1", ".ttl"),
    ("text/html;q=0, text/turtle;q=0.5", ".ttl"),
    ("text/turtle; charset=utf-8", ".ttl"),
    ("image/png", "406"),
)


def program(*names: str) -> str:
    for name in names:
        found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin:/usr/local/sbin")
        if found:
            return found
    pytest.skip(f"{names[0]} is not installed (Debian: apt-get install {names[0]})")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextlib.contextmanager
def host(command: list[str], port: int, folder: Path) -> Iterator[Running]:
    """A web server in the foreground; ended by its own pid."""
    log = folder / "host.log"
    with log.open("w") as stream:
        process = subprocess.Popen(command, stdout=stream, stderr=stream, text=True)
    one = Running(process, port, log, folder)
    try:
        end = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert process.poll() is None and time.monotonic() < end, log.read_text()
                time.sleep(0.05)
        yield one
    finally:
        os.kill(process.pid, signal.SIGTERM)
        process.wait(20)


def nginx(folder: Path, text: str, port: int) -> list[str]:
    """A configuration for one unprivileged nginx with the generated file inside."""
    program_path = program("nginx")
    (folder / "temp").mkdir(exist_ok=True)
    temp = "\n".join(f"{kind}_temp_path {folder}/temp;" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    text = text.replace("listen 80;", f"listen 127.0.0.1:{port};")
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"daemon off; master_process off; {user} pid {folder}/pid; error_log {folder}/error.log;\nevents {{}}\n"
        f"http {{ access_log off; {temp}\nmap_hash_bucket_size 256;\n{text}\n}}\n"
    )
    return [program_path, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]


MODULES = [
    "mpm_event",
    "authz_core",
    "authz_host",
    "dir",
    "mime",
    "negotiation",
    "alias",
    "rewrite",
    "headers",
    "env",
    "setenvif",
    "proxy",
    "proxy_http",
    "filter",
    "reqtimeout",
    "unixd",
]


def apache(folder: Path, text: str, port: int) -> list[str]:
    """A configuration for one unprivileged Apache."""
    program_path = program("apache2", "httpd")
    places = [Path("/usr/lib/apache2/modules"), Path("/usr/lib/httpd/modules"), Path("/usr/lib64/httpd/modules")]
    modules = next((each for each in places if each.is_dir()), None)
    if modules is None:
        pytest.skip("Apache's modules were not found")
    load = "\n".join(
        f"LoadModule {name}_module {modules}/mod_{name}.so" for name in MODULES if (modules / f"mod_{name}.so").exists()
    )
    (folder / "httpd.conf").write_text(
        f"ServerRoot {folder}\nServerName localhost\nPidFile {folder}/pid\nErrorLog {folder}/error.log\nListen 127.0.0.1:{port}\n"
        f"DefaultRuntimeDir {folder}\nTypesConfig /dev/null\n{load}\n{text}\n"
    )
    return [program_path, "-X", "-f", str(folder / "httpd.conf")]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the small release as files, readable by everybody."""
    folder = tmp_path_factory.mktemp("site")
    view = released.make(folder)
    target = folder / "site"
    shutil.copytree(view.site, target)
    for each in (folder, *folder.rglob("*")):
        each.chmod(0o755 if each.is_dir() else 0o644)
    return target


@pytest.fixture(scope="module")
def static_nginx(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("nginx")
    port = free_port()
    text = FILES["nginx-static.conf"].replace("/srv/town/release/site", str(site))
    with host(nginx(folder, text, port), port, folder) as one:
        yield one


@pytest.fixture(scope="module")
def static_apache(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("apache")
    port = free_port()
    with_rules = folder / "site"
    shutil.copytree(site, with_rules)
    (with_rules / ".htaccess").write_text(FILES["apache-static.htaccess"])
    for each in [*folder.rglob("*"), *folder.parents][:2000]:
        if str(each).startswith(str(folder)):
            each.chmod(0o755 if each.is_dir() else 0o644)
    for each in (folder, folder.parent, folder.parent.parent):
        with contextlib.suppress(OSError):
            each.chmod(0o755)
    text = f"DocumentRoot {with_rules}\n<Directory {with_rules}>\nAllowOverride All\nRequire all granted\n</Directory>\n"
    with host(apache(folder, text, port), port, folder) as one:
        yield one


def extension(reply: Reply) -> str:
    if reply.status != 200:
        return str(reply.status)
    kind = reply.headers["content-type"].split(";")[0]
    return {
        "text/html": ".html", "text/turtle": ".ttl", "application/ld+json": ".jsonld", "application/n-triples": ".nt",
        "application/rdf+xml": ".rdf", "application/trig": ".trig",
    }.get(kind, kind)  # fmt: skip


@pytest.mark.parametrize("which", ["static_nginx", "static_apache"])
def test_static_hosts_negotiate_as_our_server_does(which: str, request: pytest.FixtureRequest, server: Running) -> None:
    one: Running = request.getfixturevalue(which)
    wrong = {}
    for accept, wanted in NEGOTIATION:
        found = extension(one.get("/doc/place/townhall", accept))
        assert extension(server.get("/doc/place/townhall", accept)) == wanted, accept
        if found != wanted:
            wrong[accept] = found
    assert not wrong
    assert "Page" in one.get("/doc/place/townhall", "text/html", Accept_Language="en").text
    assert "Seite" in one.get("/doc/place/townhall", "text/html", Accept_Language="de-AT, en;q=0.3").text
    assert "Seite" in one.get("/doc/place/townhall", "text/html", Accept_Language="xx").text


@pytest.mark.parametrize("which", ["static_nginx", "static_apache"])
def test_static_hosts_redirect_things_and_know_what_is_gone(which: str, request: pytest.FixtureRequest) -> None:
    one: Running = request.getfixturevalue(which)
    reply = one.get("/id/place/townhall", "text/turtle")
    assert reply.status == 303 and reply.headers["location"].endswith("/doc/place/townhall")
    reply = one.get("/id/place/stra%C3%9Fe", "text/turtle")
    assert reply.status == 303 and reply.headers["location"].endswith("/doc/place/stra~c3~9fe")
    for path in ("/id/place/mill", "/doc/place/mill", "/doc/place/mill.ttl"):
        assert one.get(path, "text/turtle").status == 410, path
    assert one.get("/nothing").status == 404
    assert one.get("/doc/place/townhall", "text/turtle", method="DELETE").status == 405


@pytest.mark.parametrize("which", ["static_nginx", "static_apache"])
def test_static_hosts_pass_the_probe(which: str, request: pytest.FixtureRequest) -> None:
    one: Running = request.getfixturevalue(which)
    results = probe(one.url)
    failed = {each.name: each.detail.en for each in results if each.outcome == "fail"}
    assert not failed
    assert sum(each.outcome == "pass" for each in results) >= 50
    assert {each.outcome for each in results if each.name.startswith(("sparql", "oai"))} == {"skip"}


def proxied(which: str, backend: Running, folder: Path) -> tuple[list[str], int]:
    port = free_port()
    if which == "nginx":
        text = (
            FILES["nginx-proxy.conf"]
            .replace("127.0.0.1:8000", f"127.0.0.1:{backend.port}")
            .replace("rate=50r/s", "rate=5000r/s")
        )
        return nginx(folder, text, port), port
    text = (
        FILES["apache-proxy.conf"]
        .replace("127.0.0.1:8000", f"127.0.0.1:{backend.port}")
        .replace("*:80", f"127.0.0.1:{port}")
    )
    return apache(folder, text, port), port


@pytest.mark.parametrize("which", ["nginx", "apache"])
def test_behind_a_proxy_everything_passes_the_probe(which: str, town: Path, tmp_path: Path) -> None:
    program("nginx") if which == "nginx" else program("apache2", "httpd")
    with running(town, tmp_path / "log", "--trusted-proxy", "127.0.0.1", "--rate", "0") as backend:
        command, port = proxied(which, backend, tmp_path)
        with host(command, port, tmp_path) as one:
            failed = {each.name: each.detail.en for each in probe(one.url) if each.outcome == "fail"}
            assert not failed
            assert one.get("/metrics").status == 404
            one.get("/doc/place/townhall", "text/turtle", source="127.0.0.77", X_Forwarded_For="203.0.113.5")
            backend.wait_for(r'"visitor": "127\.0\.0\.0/24"')
            assert "203.0.113" not in backend.events(), "what strangers claim is not passed on"


def test_w3id_rules_lead_to_files_and_negotiate_by_themselves(tmp_path: Path) -> None:
    folder = tmp_path / "w3id"
    (folder / "town").mkdir(parents=True)
    (folder / "town" / ".htaccess").write_text(FILES["w3id.htaccess"].replace("https://HOST/", "https://host.example/"))
    for each in (tmp_path, tmp_path.parent, tmp_path.parent.parent, folder, folder / "town"):
        with contextlib.suppress(OSError):
            each.chmod(0o755)
    port = free_port()
    text = f"DocumentRoot {folder}\n<Directory {folder}>\nAllowOverride All\nRequire all granted\n</Directory>\n"
    with host(apache(tmp_path, text, port), port, tmp_path) as one:
        for accept, suffix in (
            (None, ".html"), ("*/*", ".html"), ("text/turtle", ".ttl"), ("application/rdf+xml", ".rdf"),
            ("application/ld+json", ".jsonld"), ("application/rdf+xml;q=0.5, text/turtle", ".ttl"),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", ".html"), ("text/turtle;q=0.9", ".ttl"),
        ):  # fmt: skip
            reply = one.get("/town/id/place/townhall", accept)
            assert (reply.status, reply.headers["location"]) == (303, f"https://host.example/doc/place/townhall{suffix}"), (
                accept
            )
        reply = one.get("/town/id/place/townhall", "text/html", Accept_Language="en")
        assert reply.headers["location"] == "https://host.example/doc/place/townhall.en.html"
        assert one.get("/town/ontology", "text/turtle").headers["location"] == "https://host.example/ontology.ttl"
        assert one.get("/town/ontology", "application/rdf+xml").headers["location"] == "https://host.example/ontology.ttl"
        assert one.get("/town/ontology", "text/html").headers["location"] == "https://host.example/ontology.html"
        assert one.get("/town/data/town.nt").headers["location"] == "https://host.example/data/town.nt"
        assert one.get("/town/doc/place/townhall.ttl").headers["location"] == "https://host.example/doc/place/townhall.ttl"


def test_the_systemd_unit_is_valid_and_tight(tmp_path: Path) -> None:
    analyze = program("systemd-analyze")
    unit = tmp_path / "town-lod.service"
    text = re.sub(r"ExecStart=\S+", "ExecStart=/bin/true", FILES["town-lod.service"])
    unit.write_text(text)
    verified = subprocess.run([analyze, "verify", str(unit)], capture_output=True, text=True, timeout=60)
    assert "Unknown" not in verified.stderr and "Failed to parse" not in verified.stderr, verified.stderr
    rated = subprocess.run(
        [analyze, "security", "--offline=yes", "--threshold=25", str(unit)], capture_output=True, text=True, timeout=60
    )
    assert rated.returncode == 0, rated.stdout[-1500:] + rated.stderr


def test_the_same_settings_give_the_same_files() -> None:
    assert configuration(HOSTING) == configuration(HOSTING)
    assert {
        "nginx-static.conf",
        "apache-static.htaccess",
        "w3id.htaccess",
        "town-lod.service",
        "server.json",
    } <= FILES.keys()
    assert "https://HOST/" in FILES["w3id.htaccess"], "without an address of its own the site has to be filled in"


def test_patterns_are_regular_expressions() -> None:
    for pattern, suffix in accept_patterns(("", "9", "any")):
        assert re.compile(pattern) and suffix.startswith(".")
