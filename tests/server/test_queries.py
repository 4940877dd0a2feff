"""Named queries are resources with parameters, described in OpenAPI and tried by schemathesis."""

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from urllib.parse import quote

import pyoxigraph
import pytest
from released import BASE
from running import Running, running

PATH = "/queries/rooms-of-a-place"


def test_a_named_query_is_a_resource_in_every_format(server: Running) -> None:
    assert server.get(PATH, "text/csv").text == "rooms\r\n42\r\n"
    assert json.loads(server.get(PATH, "application/json").body)["results"]["bindings"][0]["rooms"]["value"] == "42"
    assert server.get(f"{PATH}?format=tsv", "text/html").headers["content-type"].startswith("text/tab-separated-values")
    page = server.get(PATH, "text/html", Accept_Language="en").text
    assert "How many rooms?" in page and 'label for="p1">The place' in page and ">42<" in page
    graph = server.get("/queries/places-with-many-rooms", "text/turtle").body
    assert len(list(pyoxigraph.parse(graph, format=pyoxigraph.RdfFormat.TURTLE))) == 1


def test_parameters_are_terms_and_never_query_text(server: Running) -> None:
    other = quote(f"{BASE}id/person/ada", safe="")
    assert server.get(f"{PATH}?place={other}", "text/csv").text == "rooms\r\n"
    assert server.get("/queries/places-with-many-rooms?least=43", "application/n-triples").text == ""
    assert "42" in server.get("/queries/places-with-many-rooms?least=42", "application/n-triples").text
    for evil in (
        "x> ?p ?o } #", "http://x/> . ?s ?p ?o", "javascript", "http://x/ y", "http://x/\n", '"', "?place", "_:b", "http://x/{}",
    ):  # fmt: skip
        reply = server.get(f"{PATH}?place={quote(evil, safe='')}", "text/csv")
        assert reply.status == 400, evil
    for evil in ("10 || true", "1e999999", "", "ten", "1)", '1"^^<x:y>', "१०"):
        assert server.get(f"/queries/places-with-many-rooms?least={quote(evil)}", "text/turtle").status == 400, evil


def test_unknown_repeated_and_unfit_parameters_are_400(server: Running) -> None:
    for query in ("?plaze=x", "?place=http://x/&place=http://y/", "?format=excel", "?format=", "?place=" + "a" * 3000):
        reply = server.get(PATH + query, "application/json")
        assert reply.status == 400, query
        assert json.loads(reply.body)["detail_de"]
    assert "place, format" in server.get(f"{PATH}?x=1", "application/json").text
    assert server.get("/queries/nothing", "text/html").status == 404
    assert server.get(PATH, method="POST", body=b"").status == 405


def test_all_named_queries_are_listed(server: Running) -> None:
    names = {each["name"] for each in json.loads(server.get("/queries", "application/json").body)}
    assert names == {"rooms-of-a-place", "places-with-many-rooms"}
    assert "Wie viele Räume?" in server.get("/queries", "text/html", Accept_Language="de").text


def test_openapi_describes_every_query_with_its_parameters(server: Running) -> None:
    document = json.loads(server.get("/openapi.json").body)
    assert document["openapi"] == "3.1.0"
    parameters = {each["name"]: each for each in document["paths"]["/queries/places-with-many-rooms"]["get"]["parameters"]}
    assert parameters["least"]["schema"] == {"type": "integer"} and parameters["least"]["description"] == "At least"
    assert document["paths"][PATH]["get"]["parameters"][0]["schema"]["format"] == "uri"
    assert document["servers"] == [{"url": "/"}]


def test_the_real_queries_have_titles_and_run(published: Path, tmp_path: Path) -> None:
    """Every query file of this project answers with its default parameters."""
    with running(published, tmp_path / "log", "--rate", "0", "--timeout", "20") as server:
        listed = json.loads(server.get("/queries", "application/json").body)
        if not listed:
            pytest.skip("the release has no _hosting/server.json with named queries")
        for each in listed:
            reply = server.get(each["href"], "application/json, text/turtle;q=0.5")
            assert reply.status == 200, (each["name"], reply.text[:500])
            assert each["title"].get("de") and each["title"].get("en"), each["name"]


SCRIPT = """
import schemathesis
from schemathesis.specs.openapi.checks import positive_data_acceptance
from hypothesis import HealthCheck, Phase, settings

schema = schemathesis.openapi.from_url("URL/openapi.json")


@schema.parametrize()
@settings(max_examples=EXAMPLES, derandomize=RANDOM, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate])
def test_service(case):
    # that a text is SPARQL, no schema can say
    beyond = [positive_data_acceptance] if case.operation.path == "/sparql" else []
    case.call_and_validate(base_url="URL", timeout=60, excluded_checks=beyond)
"""


def test_schemathesis_finds_no_disagreement_with_the_description(server: Running, tmp_path: Path) -> None:
    pytest.importorskip("schemathesis")
    examples = "200" if os.environ.get("MORO_LONG") else "12"
    script = tmp_path / "test_generated.py"
    script.write_text(
        textwrap.dedent(SCRIPT)
        .replace("URL", server.url)
        .replace("EXAMPLES", examples)
        .replace("RANDOM", str(not os.environ.get("MORO_LONG")))
    )
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-c",
        os.devnull,
        "--rootdir",
        str(tmp_path),
        str(script),
    ]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=900, cwd=tmp_path)
    assert ended.returncode == 0, ended.stdout[-6000:]
    assert " passed" in ended.stdout
