"""The SPARQL protocol: W3C's cases, formats, datasets, errors, service description, caching."""

import csv
import gzip
import io
import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import brotli
import pyoxigraph
import pytest
import released
import zstandard
from released import BASE
from running import Reply, Running, running

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
JSON = "application/sparql-results+json"
DATA = "http://kasei.us/2009/09/sparql/data/"  # graph names of the W3C cases
ASK_BOTH = f"ASK {{ <{DATA}data1.rdf> a ?type . <{DATA}data2.rdf> a ?type . }}"
ASK_NAMED = f"ASK {{ GRAPH ?g1 {{ <{DATA}data1.rdf> a ?type }} GRAPH ?g2 {{ <{DATA}data2.rdf> a ?type }} }}"
ASK_FULL = f"ASK {{ <{DATA}data3.rdf> a ?type GRAPH ?g1 {{ <{DATA}data1.rdf> a ?type }} GRAPH ?g2 {{ <{DATA}data2.rdf> a ?type }} }}"


@pytest.fixture(scope="module")
def w3c(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server whose store has the graphs that the W3C's protocol cases speak of."""
    folder = tmp_path_factory.mktemp("w3c")
    document = "<http://xmlns.com/foaf/0.1/Document>"
    rdf_type = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    extra = "".join(f"<{DATA}data{n}.rdf> {rdf_type} {document} <{DATA}data{n}.rdf> .\n" for n in (0, 1, 2, 3))
    released.make(folder, extra=extra)
    with running(folder, tmp_path_factory.mktemp("w3c-log") / "log", "--rate", "0") as server:
        yield server


def graphs(name: str, *numbers: int) -> list[tuple[str, str]]:
    return [(f"{name}-graph-uri", f"{DATA}data{n}.rdf") for n in numbers]


def ask(server: Running, method: str, query: list[tuple[str, str]], content_type: str = "", body: str | bytes = "") -> Reply:
    path = "/sparql/" + ("?" + urlencode(query, quote_via=quote) if query else "")
    data = body.encode() if isinstance(body, str) else body
    headers = {"Content_Type": content_type} if content_type else {}
    return server.get(path, JSON, method=method, body=data if method != "GET" else None, **headers)


def is_true(reply: Reply) -> bool:
    return 200 <= reply.status < 400 and json.loads(reply.body)["boolean"] is True


FORM_ASK = urlencode({"query": "ASK {}"}, quote_via=quote)
W3C_QUERIES = {
    "query_post_form": ("POST", graphs("default", 0), FORM, FORM_ASK),
    "query_dataset_default_graphs_get": ("GET", [("query", ASK_BOTH), *graphs("default", 1, 2)], "", ""),
    "query_dataset_default_graphs_post": ("POST", graphs("default", 1, 2), DIRECT, ASK_BOTH),
    "query_dataset_named_graphs_post": ("POST", graphs("named", 1, 2), DIRECT, ASK_NAMED),
    "query_dataset_named_graphs_get": ("GET", [("query", ASK_NAMED), *graphs("named", 1, 2)], "", ""),
    "query_dataset_full": ("POST", [*graphs("default", 3), *graphs("named", 1, 2)], DIRECT, ASK_FULL),
    "query_multiple_dataset": (
        "POST", graphs("default", 2), DIRECT,
        f"ASK FROM <{DATA}data1.rdf> {{ <{DATA}data1.rdf> a ?t1 . }}".replace("data1.rdf> a", "data2.rdf> a"),
    ),
    "query_get": ("GET", [("query", "ASK {}")], "", ""),
    "query_post_direct": ("POST", [], DIRECT, "ASK {}"),
}  # fmt: skip
W3C_REFUSED = {
    "bad_query_method": ("PUT", [("query", "ASK {}")], "", ""),
    "bad_multiple_queries": ("GET", [("query", "ASK {}"), ("query", "SELECT * {}")], "", ""),
    "bad_query_wrong_media_type": ("POST", [], "text/plain", "ASK {}"),
    "bad_query_missing_form_type": ("POST", [], "", FORM_ASK),
    "bad_query_missing_direct_type": ("POST", [], "", "ASK {}"),
    "bad_query_non_utf8": ("POST", [], f"{DIRECT}; charset=UTF-16", "ASK {}".encode("utf-16")),
    "bad_query_syntax": ("GET", [("query", "ASK {")], "", ""),
    # a read-only endpoint takes no update, in whatever form it comes
    "update_dataset_default_graph": (
        "POST",
        [],
        FORM,
        urlencode({"update": "INSERT DATA {}", "using-graph-uri": "http://x/"}),
    ),
    "update_dataset_default_graphs": ("POST", [], FORM, urlencode({"update": "CLEAR ALL"})),
    "update_dataset_named_graphs": (
        "POST",
        [("using-named-graph-uri", "http://x/")],
        "application/sparql-update",
        "CLEAR ALL",
    ),
    "update_dataset_full": ("POST", [("using-graph-uri", "http://x/")], "application/sparql-update", "CLEAR ALL"),
    "update_post_form": ("POST", [], FORM, "update=CLEAR%20ALL"),
    "update_post_direct": ("POST", [], "application/sparql-update", "CLEAR ALL"),
    "update_base_uri": ("POST", [], "application/sparql-update", "BASE <http://x/> CLEAR GRAPH <a>"),
    "bad_update_get": ("GET", [("update", "CLEAR ALL")], "", ""),
    "bad_multiple_updates": ("POST", [], FORM, "update=CLEAR%20NAMED&update=CLEAR%20DEFAULT"),
    "bad_update_wrong_media_type": ("POST", [], "text/plain", "CLEAR NAMED"),
    "bad_update_missing_form_type": ("POST", [], "", "update=CLEAR%20NAMED"),
    "bad_update_non_utf8": ("POST", [], "application/sparql-update; charset=UTF-16", "CLEAR ALL".encode("utf-16")),
    "bad_update_syntax": ("POST", [], FORM, "update=CLEAR%20XYZ"),
    "bad_update_dataset_conflict": ("POST", [], FORM, urlencode({"using-graph-uri": "http://x/", "update": "CLEAR ALL"})),
}
W3C_TYPES = {
    "query_content_type_select": ("SELECT (1 AS ?value) {}", ("application/sparql-results+xml", JSON, "text/csv")),
    "query_content_type_ask": ("ASK {}", ("application/sparql-results+xml", JSON)),
    "query_content_type_describe": ("DESCRIBE <http://example.org/>", ("application/rdf+xml", "text/turtle")),
    "query_content_type_construct": ("CONSTRUCT { <s> <p> 1 } WHERE {}", ("application/rdf+xml", "text/turtle")),
}


@pytest.mark.parametrize("name", W3C_QUERIES)
def test_w3c_query_cases(w3c: Running, name: str) -> None:
    assert is_true(ask(w3c, *W3C_QUERIES[name]))


@pytest.mark.parametrize("name", W3C_REFUSED)
def test_w3c_cases_that_are_refused(w3c: Running, name: str) -> None:
    before = w3c.query("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }").body
    assert 400 <= ask(w3c, *W3C_REFUSED[name]).status < 500
    assert w3c.query("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }").body == before


@pytest.mark.parametrize("name", W3C_TYPES)
def test_w3c_cases_of_content_types(w3c: Running, name: str) -> None:
    query, types = W3C_TYPES[name]
    query = query.replace("<s> <p>", "<http://example.org/s> <http://example.org/p>")
    for accept in (None, "*/*", *types):
        reply = w3c.query(query, accept)
        assert reply.status == 200
        assert reply.headers["content-type"].split(";")[0] in types
        if accept and accept != "*/*":
            assert reply.headers["content-type"].split(";")[0] == accept


def test_there_are_34_w3c_cases() -> None:
    assert len(W3C_QUERIES) + len(W3C_REFUSED) + len(W3C_TYPES) == 34


# -- formats ----------------------------------------------------------------------------------------------------------

ROWS = f"SELECT ?l WHERE {{ <{BASE}id/place/townhall> <http://www.w3.org/2000/01/rdf-schema#label> ?l }} ORDER BY LANG(?l)"


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        (JSON, JSON), ("application/json", "application/json"), ("application/sparql-results+xml",) * 2,
        ("application/xml",) * 2, ("text/xml",) * 2, ("text/csv", "text/csv"), ("text/tab-separated-values",) * 2,
        ("text/csv;q=0.5, application/sparql-results+xml;q=0.7", "application/sparql-results+xml"),
        ("text/turtle, */*;q=0.1", JSON), (f"{JSON};q=0, */*", "application/sparql-results+xml"),
    ],
)  # fmt: skip
def test_tables_in_every_format(server: Running, accept: str, given: str) -> None:
    reply = server.query(ROWS, accept)
    assert (reply.status, reply.headers["content-type"].split(";")[0]) == (200, given)
    labels = {"Rathaus", "town hall"}
    if "json" in given:
        assert {each["l"]["value"] for each in json.loads(reply.body)["results"]["bindings"]} == labels
    elif "xml" in given:
        assert {
            each.text
            for each in ET.fromstring(reply.text).iter("{http://www.w3.org/2005/sparql-results#}literal")  # noqa: S314
        } == labels
    elif "csv" in given:
        assert list(csv.reader(io.StringIO(reply.text))) == [["l"], ["Rathaus"], ["town hall"]]
    else:
        assert reply.text.splitlines() == ["?l", '"Rathaus"@de', '"town hall"@en']


@pytest.mark.parametrize(
    "accept",
    [
        "text/turtle",
        "application/ld+json",
        "application/n-triples",
        "application/rdf+xml",
        "application/trig",
        "application/n-quads",
    ],
)
def test_graphs_in_every_format(server: Running, accept: str) -> None:
    reply = server.query(f"CONSTRUCT WHERE {{ <{BASE}id/place/townhall> ?p ?o }}", accept)
    assert (reply.status, reply.headers["content-type"].split(";")[0]) == (200, accept)
    parsed = {each.triple for each in pyoxigraph.parse(reply.body, format=pyoxigraph.RdfFormat.from_media_type(accept))}
    expected = {each.triple for each in released.quads(1) if each.subject.value.endswith("townhall")}
    assert parsed == expected


def test_a_kind_of_answer_that_the_accepted_forms_cannot_hold_is_406(server: Running) -> None:
    for query, accept in ((ROWS, "text/turtle"), ("CONSTRUCT WHERE { ?s ?p ?o }", "text/csv"), (ROWS, "image/png")):
        reply = server.query(query, accept)
        assert reply.status == 406, accept
        assert b"text/turtle" in reply.body and b"text/csv" in reply.body


def test_format_overrides_accept_and_unknown_ones_are_named(server: Running) -> None:
    path = f"/sparql?query={quote(ROWS)}&format="
    assert server.get(path + "csv", "text/html").headers["content-type"].startswith("text/csv")
    assert server.get(path + quote(JSON), "text/html").headers["content-type"] == JSON
    assert server.get(path + "ttl").status == 406
    reply = server.get(path + "excel")
    assert reply.status == 400 and "csv" in reply.text


def test_what_xml_cannot_express_is_not_sent_as_xml(server: Running) -> None:
    query = f"SELECT ?b WHERE {{ ?s <{BASE}ontology#bell> ?b }}"
    assert server.query(query, "application/sparql-results+xml").status == 406
    assert server.query(query.replace("SELECT ?b", "CONSTRUCT { ?s ?s ?b }"), "application/rdf+xml").status == 406
    assert json.loads(server.query(query, JSON).body)["results"]["bindings"][0]["b"]["value"] == "bell\u0007"


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_answers_are_compressed_when_that_is_welcome(server: Running, coding: str) -> None:
    query = "SELECT ?a ?b WHERE { ?a ?p ?x . ?b ?q ?y }"
    plain = server.query(query)
    packed = server.query(query, Accept_Encoding=coding)
    assert packed.headers["content-encoding"] == coding
    assert plain.headers.get("content-encoding") is None
    body = {
        "gzip": gzip.decompress,
        "br": brotli.decompress,
        "zstd": lambda data: zstandard.ZstdDecompressor().decompress(data, max_output_size=10**7),
    }[coding](packed.body)
    assert json.loads(body) == json.loads(plain.body)
    assert packed.headers["etag"] != plain.headers["etag"]


# -- data -------------------------------------------------------------------------------------------------------------


def count(reply: Reply) -> int:
    return int(next(iter(json.loads(reply.body)["results"]["bindings"][0].values()))["value"])


def test_the_default_graph_is_the_union_and_sources_are_named_graphs(server: Running) -> None:
    total = len({each.triple for each in released.quads(1)})
    assert count(server.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")) == total
    assert count(server.query("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")) == len(released.quads(1)) == total + 1
    assert count(server.query("SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }")) == 2
    query = quote("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    press = quote(f"{BASE}id/source/press")
    assert count(server.get(f"/sparql?query={query}&default-graph-uri={press}", JSON)) == 5
    query = quote("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")
    assert count(server.get(f"/sparql?query={query}&default-graph-uri={press}", JSON)) == 0
    assert count(server.get(f"/sparql?query={query}&named-graph-uri={press}", JSON)) == 5
    assert server.get(f"/sparql?query={query}&default-graph-uri=relative").status == 400
    assert server.get(f"/sparql?query={query}&default-graph-uri=http://x/%3Ca%3E").status == 400


def test_from_names_graphs_of_the_store_and_is_never_fetched(server: Running) -> None:
    assert count(server.query(f"SELECT (COUNT(*) AS ?n) FROM <{BASE}id/source/press> {{ ?s ?p ?o }}")) == 5  # noqa: S608
    assert count(server.query("SELECT (COUNT(*) AS ?n) FROM <http://127.0.0.1:9/x> { ?s ?p ?o }")) == 0


def test_geosparql_functions_work(server: Running) -> None:
    reply = server.query(
        "PREFIX geo: <http://www.opengis.net/ont/geosparql#> PREFIX geof: <http://www.opengis.net/def/function/geosparql/> "
        'SELECT ?s WHERE { ?s geo:asWKT ?w FILTER(geof:sfWithin(?w, "POLYGON((9 53,10 53,10 54,9 54,9 53))"^^geo:wktLiteral)) }'
    )
    assert [each["s"]["value"] for each in json.loads(reply.body)["results"]["bindings"]] == [f"{BASE}id/place/townhall"]


# -- errors -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "line"),
    [("SELECT * WHERE {\n  ?s ?p ?o .\n  FILTER(\n}", 4), ("SELEKT * {}", 1), ("ASK { ?s ?p }", 1), ("", 1)],
)
def test_errors_say_line_and_column(server: Running, query: str, line: int) -> None:
    problem = json.loads(server.query(query, JSON).body)
    assert (problem["status"], problem["error"]) == (400, "syntax")
    column = problem["column"]
    assert problem["line"] == line and 1 <= column <= len(query.splitlines()[line - 1] if query else "") + 2
    assert f"line {line}, column {column}" in problem["detail"] and f"Zeile {line}, Spalte {column}" in problem["detail_de"]
    page = server.query(query, "text/html", Accept_Language="en")
    assert page.status == 400 and f"line {line}, column {column}" in page.text


def test_errors_of_every_kind_carry_cors(server: Running) -> None:
    for reply in (
        server.query("nonsense"), server.get("/sparql", method="DELETE"), server.query("ASK {}", "image/png"),
        server.get("/sparql?query=a&query=b"), server.get("/sparql", method="POST", body=b"x", Content_Type="text/plain"),
        server.query("ASK { SERVICE <http://x/> { ?s ?p ?o } }"),
    ):  # fmt: skip
        assert reply.status >= 400
        assert reply.headers["access-control-allow-origin"] == "*"


def test_unsupported_bodies_are_415_with_what_is_accepted(server: Running) -> None:
    reply = server.get("/sparql", method="POST", body=b"ASK {}", Content_Type="application/octet-stream")
    assert reply.status == 415 and DIRECT in reply.headers["accept-post"]


@pytest.mark.parametrize(
    "path",
    [
        "/sparql?query=%ff",
        "/sparql?query=%ed%a0%80",
        "/sparql?q=ASK{}",
        "/sparql?default-graph-uri=http://x/",
        "/sparql?" + "a=b&" * 1100,
    ],
)
def test_malformed_parameters_are_400(server: Running, path: str) -> None:
    assert server.get(path).status == 400


def test_what_users_write_is_shown_but_never_runs(server: Running) -> None:
    evil = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'"
    for query in (
        evil,
        f"SELECT ('{evil[:-1].replace(chr(34), '')}' AS ?x) {{}}",
        f"# {evil}\nASK {{}}",
        f"ASK {{ ?{evil} }}",
    ):
        for accept in ("text/html", "application/json", "*/*"):
            reply = server.query(query, accept)
            if reply.headers["content-type"].startswith("text/html"):
                assert "<script" not in reply.text.replace("&lt;script", "") and "<img" not in reply.text
                assert "script-src" not in reply.headers["content-security-policy"]
            assert reply.headers["x-content-type-options"] == "nosniff"
    table = server.query(f"SELECT ?n WHERE {{ ?s <{BASE}ontology#note> ?n }}", "text/html").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in table
    link = server.query('SELECT (IRI("javascript:alert(1)") AS ?x) {}', "text/html").text
    assert 'href="javascript' not in link


# -- the bare address -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "accept", ["text/turtle", "application/ld+json", "application/rdf+xml", "application/n-triples", "*/*"]
)
def test_the_endpoint_describes_itself(server: Running, accept: str) -> None:
    reply = server.get("/sparql", accept)
    kind = "text/turtle" if accept == "*/*" else accept
    assert reply.headers["content-type"].split(";")[0] == kind
    store = pyoxigraph.Store()
    store.load(reply.body, format=pyoxigraph.RdfFormat.from_media_type(kind))
    rows = store.query(
        "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> PREFIX void: <http://rdfs.org/ns/void#> "
        "SELECT ?g ?n WHERE { ?s a sd:Service ; sd:endpoint ?s ; sd:supportedLanguage sd:SPARQL11Query ;"
        " sd:feature sd:UnionDefaultGraph ; sd:defaultDataset/sd:namedGraph [ sd:name ?g ; sd:graph/void:triples ?n ]"
        " FILTER NOT EXISTS { ?s sd:supportedLanguage sd:SPARQL11Update } }"
    )
    found = {row[0].value: int(row[1].value) for row in rows}
    assert found == {f"{BASE}id/source/press": 5, f"{BASE}id/source/register": 9}


def test_browsers_get_a_form_that_works_without_script(server: Running) -> None:
    page = server.get("/sparql", "text/html", Accept_Language="en").text
    assert '<form action="/sparql" method="get">' in page and '<label for="query">' in page and "<script" not in page
    assert "How many rooms?" in page
    result = server.query(ROWS, "text/html", Accept_Language="en").text
    assert '<th scope="col">l</th>' in result and "town hall" in result and "format=csv" in result


# -- caching ----------------------------------------------------------------------------------------------------------


def test_answers_have_tags_by_release_query_and_format(server: Running) -> None:
    first = server.query(ROWS)
    tag = first.headers["etag"]
    assert server.query(ROWS, If_None_Match=tag).status == 304
    assert server.query(ROWS).headers["etag"] == tag
    others = {
        server.query(ROWS + " ").headers["etag"], server.query(ROWS, "text/csv").headers["etag"],
        server.query(ROWS, "application/json").headers["etag"],
    }  # fmt: skip
    assert len(others | {tag}) == 4
    assert "max-age" in first.headers["cache-control"]
    assert {"accept", "accept-encoding"} <= {each.strip().lower() for each in first.headers["vary"].split(",")}


@pytest.mark.parametrize("call", ["NOW()", "RAND()", "UUID()", "STRUUID()", "BNODE()"])
def test_what_differs_each_time_is_not_kept(server: Running, call: str) -> None:
    query = f"SELECT ({call} AS ?x) {{}}"
    one, two = server.query(query, "text/csv"), server.query(query, "text/csv")
    assert "etag" not in one.headers and one.headers["cache-control"] == "no-store"
    if call != "BNODE()":
        assert one.body != two.body


def test_head_of_a_query_has_the_length_of_its_answer(server: Running) -> None:
    path = f"/sparql?query={quote(ROWS)}"
    get, head = server.get(path, JSON), server.get(path, JSON, method="HEAD")
    assert (head.status, head.body, head.headers["content-length"]) == (200, b"", get.headers["content-length"])
    assert head.headers["etag"] == get.headers["etag"]


def test_all_three_ways_to_ask_give_the_same_answer(server: Running) -> None:
    get = server.query(ROWS)
    form = server.get("/sparql", JSON, method="POST", body=urlencode({"query": ROWS}).encode(), Content_Type=FORM)
    direct = server.get("/sparql", JSON, method="POST", body=ROWS.encode(), Content_Type=f"{DIRECT}; charset=utf-8")
    assert get.body == form.body == direct.body
    assert b"Rathaus" in get.body


def test_metrics_are_well_formed(server: Running, town: Path) -> None:
    from prometheus_client.parser import text_string_to_metric_families

    families = {each.name: each for each in text_string_to_metric_families(server.get("/metrics").text)}
    assert sum(sample.value for sample in families["lod_requests"].samples) > 50
    assert {"lod_query_seconds", "lod_workers_ready", "lod_cache_bytes", "lod_releases"} <= families.keys()
    assert families["lod_workers_ready"].samples[0].value >= 1


def test_health_and_readiness(server: Running) -> None:
    assert (server.get("/healthz").text, server.get("/readyz").text) == ("ok\n", "ready\n")


def test_the_log_has_hashes_and_networks_but_no_queries_and_no_addresses(server: Running) -> None:
    server.query("ASK { <http://secret.example/person> ?p ?o }", source="127.0.0.3")
    server.wait_for(r'"service": "sparql".*"visitor": "127\.0\.0\.0/24", "query": \{')
    assert "secret.example" not in server.events() and "127.0.0.3" not in server.events()
    for line in server.events().splitlines():
        json.loads(line)
