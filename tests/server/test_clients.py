"""Clients that other people wrote."""

import csv
import io
import json
import shutil
import subprocess
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from released import BASE
from running import Running

if TYPE_CHECKING:
    from playwright.sync_api import Browser

LABELS = f"SELECT ?l WHERE {{ <{BASE}id/place/townhall> <http://www.w3.org/2000/01/rdf-schema#label> ?l }}"


def run(*command: str) -> str:
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def needs(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def test_curl_follows_a_thing_to_its_data(server: Running) -> None:
    curl = needs("curl")
    body = run(curl, "-sSfL", "-H", "Accept: text/turtle", f"{server.url}/id/place/townhall")
    assert "Rathaus" in body
    page = run(
        curl,
        "-sSfL",
        "--compressed",
        "-H",
        "Accept: text/html",
        "-H",
        "Accept-Language: en",
        f"{server.url}/id/place/townhall",
    )
    assert "Page" in page
    head = run(curl, "-sSI", f"{server.url}/data/town.nt")
    assert "200" in head and "accept-ranges: bytes" in head


def test_curl_asks_in_every_way(server: Running) -> None:
    curl = needs("curl")
    url = f"{server.url}/sparql"
    for way in (
        ["-G", url, "--data-urlencode", f"query={LABELS}"],
        [url, "--data-urlencode", f"query={LABELS}"],
        [url, "-H", "Content-Type: application/sparql-query", "--data-binary", LABELS],
        ["--http2", url, "-H", "Content-Type: application/sparql-query", "--data-binary", LABELS],
        ["--http1.0", url, "--data-urlencode", f"query={LABELS}"],
        [url, "-H", "Expect: 100-continue", "--data-urlencode", f"query={LABELS}"],
        [url, "-H", "Transfer-Encoding: chunked", "--data-urlencode", f"query={LABELS}"],
    ):
        rows = list(csv.reader(io.StringIO(run(curl, "-sSf", "-H", "Accept: text/csv", *way))))
        assert sorted(rows[1:]) == [["Rathaus"], ["town hall"]], way


def test_curl_resumes_a_download(server: Running, tmp_path: Path) -> None:
    curl = needs("curl")
    whole, part = tmp_path / "whole", tmp_path / "part"
    run(curl, "-sSf", "-o", str(whole), f"{server.url}/data/town.nt")
    part.write_bytes(whole.read_bytes()[:1000])
    run(curl, "-sSf", "-C", "-", "-o", str(part), f"{server.url}/data/town.nt")
    assert part.read_bytes() == whole.read_bytes()


@pytest.mark.parametrize("kind", ["JSON", "XML", "CSV", "TSV"])
def test_sparqlwrapper(server: Running, kind: str) -> None:
    module = pytest.importorskip("SPARQLWrapper")
    client = module.SPARQLWrapper(f"{server.url}/sparql")
    client.setQuery(LABELS)
    client.setReturnFormat(getattr(module, kind))
    result = client.query().convert()
    if kind == "JSON":
        assert {each["l"]["value"] for each in result["results"]["bindings"]} == {"Rathaus", "town hall"}
    else:
        text = result.toxml() if kind == "XML" else result.decode()
        assert "Rathaus" in text and "town hall" in text
    client.setMethod(module.POST)
    client.setReturnFormat(module.JSON)
    assert len(client.query().convert()["results"]["bindings"]) == 2


def test_sparqlwrapper_constructs_and_describes(server: Running) -> None:
    module = pytest.importorskip("SPARQLWrapper")
    client = module.SPARQLWrapper(f"{server.url}/sparql")
    for form in (f"CONSTRUCT WHERE {{ <{BASE}id/place/townhall> ?p ?o }}", f"DESCRIBE <{BASE}id/place/townhall>"):
        client.setQuery(form)
        client.setReturnFormat(module.TURTLE)
        assert b"Rathaus" in client.query().convert()
    client.setQuery("SELECT * { nonsense")
    client.setReturnFormat(module.JSON)
    with pytest.raises(module.SPARQLExceptions.QueryBadFormed):
        client.query()


def test_rdflib_reads_documents_and_queries_the_endpoint(server: Running) -> None:
    import rdflib
    from rdflib.plugins.stores.sparqlstore import SPARQLStore

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        thing = rdflib.URIRef(f"{BASE}id/place/townhall")
        graph = rdflib.Graph()
        graph.parse(f"{server.url}/id/place/townhall")
        assert rdflib.Literal("town hall", lang="en") in set(graph.objects(thing, rdflib.RDFS.label))
        store = SPARQLStore(f"{server.url}/sparql", returnFormat="json")
        remote = rdflib.Graph(store)
        assert {str(row[0]) for row in remote.query(LABELS)} == {"Rathaus", "town hall"}
        assert (thing, rdflib.RDFS.label, rdflib.Literal("Rathaus", lang="de")) in remote
        assert len(list(remote.triples((thing, None, None)))) == len(graph)
        source = rdflib.Graph(
            SPARQLStore(f"{server.url}/sparql", returnFormat="xml"), rdflib.URIRef(f"{BASE}id/source/press")
        )
        assert len(list(source.triples((None, None, rdflib.Literal("Ada", lang="de"))))) == 1


def test_jena_asks_a_remote_query(server: Running, tmp_path: Path) -> None:
    """Debian's Jena (libapache-jena-java): arq.rsparql, with its own HTTP client and parsers."""
    java = needs("java")
    jars = sorted(str(each) for each in Path("/usr/share/java").glob("*.jar"))
    if not any("jena-cmds" in each for each in jars):
        pytest.skip("Jena is not installed (Debian: apt-get install libapache-jena-java)")
    wanted = (
        "jena-", "thrift", "guava", "dexx", "failureaccess", "slf4j-api", "slf4j-nop", "commons-", "httpclient", "httpcore", "xerces", "xml-apis", "libthrift", "gson", "jsonld",
        "jackson", "caffeine", "protobuf", "jakarta.json", "titanium", "icu4j", "jcl-over", "javax.json", "glassfish",
    )  # fmt: skip
    classpath = ":".join(each for each in jars if Path(each).name.startswith(wanted))
    command = [java, "-Xmx300m", "-cp", classpath, "arq.rsparql", f"--service={server.url}/sparql", "--results=JSON", LABELS]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if any(each in ended.stderr for each in ("NoClassDefFoundError", "ClassNotFound", "ExceptionInInitializerError")):
        pytest.skip(f"this Jena does not start: {ended.stderr.splitlines()[0][:200]}")
    assert ended.returncode == 0, ended.stderr
    assert {each["l"]["value"] for each in json.loads(ended.stdout)["results"]["bindings"]} == {"Rathaus", "town hall"}


@pytest.mark.browser
def test_a_browser_asks_without_script_and_breaks_no_policy(server: Running, browser: "Browser") -> None:
    with browser.new_context(java_script_enabled=True, locale="en-GB") as context:
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None)
        page.on("dialog", lambda dialog: complaints.append(dialog.message) or dialog.dismiss())
        page.goto(f"{server.url}/sparql")
        page.get_by_label("SPARQL query").fill(f"SELECT ?n WHERE {{ ?s <{BASE}ontology#note> ?n }}")
        page.get_by_role("button", name="Run").click()
        assert page.get_by_role("cell").inner_text() == "<script>alert(1)</script>"
        page.get_by_label("SPARQL query").fill('SELECT * { "><script>alert(2)</script>')
        page.get_by_role("button", name="Run").click()
        assert "line 1" in page.get_by_role("alert").inner_text()
        page.goto(f"{server.url}/queries/rooms-of-a-place")
        page.get_by_label("The place").fill(f"{BASE}id/person/ada")
        page.get_by_role("button", name="Run").click()
        assert page.get_by_role("heading", name="Result").is_visible()
        page.goto(f"{server.url}/nothing")
        assert page.get_by_role("heading", level=1).is_visible()
        assert not [each for each in complaints if "404" not in each and "400" not in each and "favicon" not in each], (
            complaints
        )
