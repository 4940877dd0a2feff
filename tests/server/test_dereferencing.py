"""What every address answers."""

import gzip
import re
from urllib.parse import urljoin

import brotli
import pyoxigraph
import pytest
from released import BASE
from running import Running

from moro_lod.release import ReleaseView
from moro_lod.server.facts import Facts
from moro_lod.server.facts import read as read_facts

RDF = {
    "text/turtle": ".ttl",
    "application/ld+json": ".jsonld",
    "application/trig": ".trig",
    "application/n-triples": ".nt",
    "application/rdf+xml": ".rdf",
}


def test_a_thing_leads_to_its_document_with_303(server: Running) -> None:
    reply = server.get("/id/place/townhall", "text/turtle")
    assert (reply.status, reply.headers["location"]) == (303, "/doc/place/townhall")
    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.body == b""


@pytest.mark.parametrize("accept", RDF)
def test_a_document_comes_in_the_form_asked_for(server: Running, accept: str) -> None:
    reply = server.get("/doc/place/townhall", accept)
    assert reply.status == 200
    assert reply.headers["content-type"].split(";")[0] == accept
    assert reply.headers["content-location"] == f"/doc/place/townhall{RDF[accept]}"
    assert reply.body == server.get(f"/doc/place/townhall{RDF[accept]}").body
    parsed = list(pyoxigraph.parse(reply.body, format=pyoxigraph.RdfFormat.from_media_type(accept)))
    assert {each.subject.value for each in parsed} == {f"{BASE}id/place/townhall"}
    assert {"accept", "accept-language", "accept-encoding"} == {
        each.strip().lower() for each in reply.headers["vary"].split(",")
    }


def test_pages_come_in_the_language_asked_for(server: Running) -> None:
    for language, words in (("de", "Seite"), ("en-GB,en;q=0.8", "Page"), ("fr", "Seite"), ("fr, en;q=0.2", "Page")):
        reply = server.get("/doc/place/townhall", "text/html", Accept_Language=language)
        assert words in reply.text, language
    assert server.get("/doc/place/townhall.en.html", "text/html", Accept_Language="de").text.count("Page") == 2


def test_fixed_suffixes_ignore_what_is_accepted(server: Running) -> None:
    reply = server.get("/doc/place/townhall.ttl", "text/html")
    assert (reply.status, reply.headers["content-type"]) == (200, "text/turtle; charset=utf-8")


def test_ontology_and_its_versions_are_negotiated_too(server: Running) -> None:
    assert "Ontologie" in server.get("/ontology", "text/html").text
    assert "Ontology" in server.get("/ontology", "text/html", Accept_Language="en").text
    assert server.get("/ontology", "text/turtle").headers["content-location"] == "/ontology.ttl"
    assert server.get("/ontology/1.0.0", "text/turtle").headers["content-location"] == "/ontology/1.0.0.ttl"
    assert server.get("/ontology", "application/rdf+xml").status == 406


def test_links_say_what_else_there_is(server: Running) -> None:
    link = server.get("/doc/place/townhall", "text/html").headers["link"]
    assert f'<{BASE}doc/place/townhall>; rel="canonical"' in link
    for accept, extension in RDF.items():
        assert re.search(rf'</doc/place/townhall\{extension}>; rel="[^"]*alternate[^"]*"; type="{re.escape(accept)}"', link)
    assert 'hreflang="en"' in link and "describedby" in link and 'rel="license"' in link


def test_not_acceptable_lists_what_there_is(server: Running) -> None:
    reply = server.get("/doc/place/townhall", "image/png")
    assert reply.status == 406
    assert all(f"/doc/place/townhall{each}" in reply.text for each in RDF.values())


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH", "TRACE", "PROPFIND"])
def test_other_methods_are_405_with_allow(server: Running, method: str) -> None:
    reply = server.get("/doc/place/townhall", "text/turtle", method=method, body=b"")
    assert reply.status == 405
    assert reply.headers["allow"] == "GET, HEAD, OPTIONS"


def test_options_answers_preflights(server: Running) -> None:
    for path, allowed in (("/doc/place/townhall", "GET, HEAD, OPTIONS"), ("/sparql", "GET, HEAD, POST, OPTIONS")):
        reply = server.get(path, method="OPTIONS", Origin="https://elsewhere.example", Access_Control_Request_Method="GET")
        assert (reply.status, reply.headers["allow"]) == (204, allowed)
        assert reply.headers["access-control-allow-origin"] == "*"
        assert reply.headers["access-control-allow-methods"] == allowed
    assert server.get("*", method="OPTIONS").status == 204


@pytest.mark.parametrize(
    "path", ["/doc/place/townhall", "/doc/place/townhall.ttl", "/data/town.nt", "/nothing", "/id/person/ada"]
)
def test_head_is_get_without_body(server: Running, path: str) -> None:
    get, head = server.get(path, "text/turtle, */*;q=0.1"), server.get(path, "text/turtle, */*;q=0.1", method="HEAD")
    assert head.body == b""
    assert head.status == get.status
    skipped = ("date",)
    assert {k: v for k, v in head.headers.items() if k not in skipped} == {
        k: v for k, v in get.headers.items() if k not in skipped
    }


@pytest.mark.parametrize(
    ("accept", "expected"), [("br", "br"), ("gzip", "gzip"), ("gzip;q=0.5, br;q=0.1", "gzip"), ("identity", "")]
)
def test_precompressed_bodies(server: Running, accept: str, expected: str) -> None:
    plain = server.get("/doc/place/townhall.html")
    reply = server.get("/doc/place/townhall.html", Accept_Encoding=accept)
    assert reply.headers.get("content-encoding", "") == expected
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[expected]
    assert unpack(reply.body) == plain.body
    assert reply.headers["vary"] == "Accept-Encoding"
    if expected:
        assert reply.headers["etag"] != plain.headers["etag"]
        assert len(reply.body) < len(plain.body) / 5


def test_conditional_requests(server: Running) -> None:
    path = "/doc/place/townhall"
    first = server.get(path, "text/turtle")
    tag, date = first.headers["etag"], first.headers["last-modified"]
    for header, value, status in (
        ("If-None-Match", tag, 304),
        ("If-None-Match", f'"other", W/{tag}', 304),
        ("If-None-Match", "*", 304),
        ("If-None-Match", '"other"', 200),
        ("If-Modified-Since", date, 304),
        ("If-Modified-Since", "Wed, 01 Jan 2020 00:00:00 GMT", 200),
        ("If-Modified-Since", "nonsense", 200),
        ("If-Match", tag, 200),
        ("If-Match", '"other"', 412),
        ("If-Unmodified-Since", "Wed, 01 Jan 2020 00:00:00 GMT", 412),
        ("If-Unmodified-Since", date, 200),
    ):
        reply = server.get(path, "text/turtle", **{header.replace("-", "_"): value})
        assert reply.status == status, (header, value)
        if status == 304:
            assert reply.body == b"" and reply.headers["etag"] == tag and "vary" in reply.headers
    other = server.get(path, "application/n-triples", If_None_Match=tag)
    assert other.status == 200, "the tag belongs to another form"


def test_ranges_of_dumps(server: Running) -> None:
    whole = server.get("/data/town.nt").body
    size = len(whole)
    tag = server.get("/data/town.nt").headers["etag"]
    for spec, start, end in (
        ("bytes=0-9", 0, 9), ("bytes=100-", 100, size - 1), ("bytes=-5", size - 5, size - 1), (f"bytes=10-{size * 2}", 10, size - 1),
    ):  # fmt: skip
        reply = server.get("/data/town.nt", Range=spec)
        assert reply.status == 206, spec
        assert reply.headers["content-range"] == f"bytes {start}-{end}/{size}"
        assert reply.body == whole[start : end + 1]
    assert server.get("/data/town.nt", Range=f"bytes={size}-").status == 416
    assert server.get("/data/town.nt", Range="bytes=-0").headers["content-range"] == f"bytes */{size}"
    for ignored in ("bytes=5-2", "lines=1-2", "bytes=a-b", "bytes=", "bytes=0-1,5-6", "bytes=²-3", "bytes=--1"):
        reply = server.get("/data/town.nt", Range=ignored.encode().decode("latin-1"))
        assert (reply.status, len(reply.body)) == (200, size), ignored
    assert server.get("/data/town.nt", Range="bytes=0-9", If_Range=tag).status == 206
    assert server.get("/data/town.nt", Range="bytes=0-9", If_Range='"other"').status == 200
    assert server.get("/data/town.nt", "*/*", Range="bytes=0-9", Accept_Encoding="gzip").body == whole[:10]


def test_large_files_arrive_whole(server: Running, town: object) -> None:
    reply = server.get("/data/town.nt")
    assert int(reply.headers["content-length"]) == len(reply.body) > 500_000
    assert reply.body.endswith(b"# 0059999\n")
    packed = server.get("/data/town.nt.gz")
    assert packed.headers.get("content-encoding") is None
    assert gzip.decompress(packed.body) == reply.body


def test_umlauts_and_their_encodings_lead_to_the_same_document(server: Running) -> None:
    location = server.get("/id/place/stra%C3%9Fe").headers["location"]
    assert location == "/doc/place/stra~c3~9fe"
    assert server.get("/id/place/stra%c3%9fe").headers["location"] == location
    assert server.get(location, "text/turtle").status == 200
    assert server.raw("GET /id/place/straße HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()).split()[1] in (
        b"303",
        b"400",
    )
    assert server.get("/id/place/townhal%6c").headers["location"] == "/doc/place/townhall"
    assert server.get("/id/place%2Ftownhall").status == 404, "an encoded slash is part of a name"


@pytest.mark.parametrize(
    "path",
    [
        "/../../etc/passwd", "/doc/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/doc/%2e%2e/%2e%2e/manifest.json",
        "/..%2f..%2fetc/passwd", "/doc%2fplace%2ftownhall.ttl", "/doc/place/townhall.ttl%00.html", "/doc/%00", "/doc//place/townhall",
        "//etc/passwd", "//evil.example/%2e%2e", "/doc/place/townhall.ttl/", "/doc/place/./townhall.ttl", "/doc\\place\\townhall.ttl",
        "/%c0%ae%c0%ae/etc/passwd", "/%ed%a0%80", "/%ff", "/doc/%0d%0aSet-Cookie:x=1", "/store/CURRENT", "/manifest.json",
        "/../manifest.json", "/site/index.html", "/releases", "/doc/place/TOWNHALL", "/doc/place/townhall.ttl~", "/%", "/%zz",
        "/doc/place/townhall.ttl.", "/doc/place/townhall%20", "/C:/windows/win.ini", "/doc/place/..;/townhall.ttl", "/~root",
    ],
)  # fmt: skip
def test_no_path_leads_out_of_the_release(server: Running, path: str) -> None:
    reply = server.get(path, "text/html")
    assert reply.status in (400, 404), path
    assert b"root:" not in reply.body and b"contentHash" not in reply.body
    assert "set-cookie" not in reply.headers


def test_absolute_form_requests_are_ours(server: Running) -> None:
    answer = server.raw(
        b"GET http://evil.example/id/place/townhall HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
    )
    assert answer.startswith(b"HTTP/1.1 303") and b"evil" not in answer


@pytest.mark.parametrize("accept", ["text/html", "text/turtle", "application/ld+json", "application/json", "*/*"])
def test_not_found_in_the_form_asked_for(server: Running, accept: str) -> None:
    reply = server.get("/doc/place/<script>alert(1)</script>".replace("<", "%3C").replace(">", "%3E"), accept)
    assert reply.status == 404
    kind = reply.headers["content-type"].split(";")[0]
    assert kind == {"application/json": "application/problem+json", "*/*": "text/plain"}.get(accept, accept)
    assert b"<script>" not in reply.body
    if accept in RDF:
        assert list(pyoxigraph.parse(reply.body, format=pyoxigraph.RdfFormat.from_media_type(accept)))


def test_an_error_looks_like_the_site_and_leads_to_its_search(server: Running) -> None:
    for language, action in (("de", "/search.html"), ("en", "/en/search.html")):
        reply = server.get("/doc/place/nowhere", "text/html", Accept_Language=language)
        assert '<link rel="stylesheet" href="/style.css">' in reply.text
        assert f'<form class="big-search" role="search" action="{action}"' in reply.text
        assert "<style>" not in reply.text
        policy = reply.headers["content-security-policy"]
        assert "style-src 'self'" in policy and "default-src 'none'" in policy and "script-src" not in policy
    assert server.get("/style.css").status == 200


def test_the_real_release_names_style_sheets_that_it_has(release: ReleaseView) -> None:
    facts = read_facts(release.site, Facts())
    assert len(facts.stylesheets) >= 1
    for path in (*facts.stylesheets, *facts.search.values()):
        assert (release.site / path).is_file(), path


def test_what_is_gone_says_what_replaced_it(server: Running) -> None:
    for path in ("/id/place/mill", "/doc/place/mill", "/doc/place/mill.ttl", "/doc/place/mill.en.html"):
        reply = server.get(path, "text/turtle")
        assert reply.status == 410, path
    graph = {str(each) for each in pyoxigraph.parse(reply.body, format=pyoxigraph.RdfFormat.TURTLE)}
    assert any("isReplacedBy" in each and "townhall" in each for each in graph)
    page = server.get("/id/place/mill", "text/html", Accept_Language="en")
    assert "The mill was the same house." in page.text and f"{BASE}id/place/townhall" in page.text
    assert "successor-version" in page.headers["link"]


def test_the_home_pages(server: Running) -> None:
    assert "Start" in server.get("/").text
    assert "Home" in server.get("/en/").text
    reply = server.get("/en")
    assert (reply.status, reply.headers["location"]) == (308, "/en/")


def test_pages_are_sent_with_a_strict_policy(server: Running) -> None:
    for path in ("/", "/doc/place/townhall.html", "/sparql", "/nothing"):
        headers = server.get(path, "text/html").headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe-inline" not in policy and "base-uri 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert "referrer-policy" in headers


def test_every_address_of_a_thing_leads_to_data_in_two_steps(server: Running) -> None:
    for thing in ("place/townhall", "person/ada"):
        reply = server.get(f"/id/{thing}")
        target = urljoin(f"/id/{thing}", reply.headers["location"])
        assert server.get(target, "text/turtle").status == 200
