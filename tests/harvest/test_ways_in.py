"""The other ways in: coverage, VoID, schema.org, sitemap and robots.txt, Signposting."""

from __future__ import annotations

import datetime
import json
from pathlib import PurePosixPath
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moro_lod import formats
from moro_lod.catalogue import coverage, schema_org, signposting, sitemap, void
from moro_lod.catalogue.model import Box, Catalogue
from moro_lod.graphs import Graph
from moro_lod.namespaces import EDTF, GEO, RDF, SKOS, VOID, XSD
from moro_lod.terms import iri, literal, value

from .conftest import BASE, SITE

D = datetime.date


@pytest.mark.parametrize(
    ("term", "first", "last"),
    [
        (literal("2012", datatype=XSD.gYear), D(2012, 1, 1), D(2012, 12, 31)),
        (literal("2012-02", datatype=XSD.gYearMonth), D(2012, 2, 1), D(2012, 2, 29)),
        (literal("2012-05-01", datatype=XSD.date), D(2012, 5, 1), D(2012, 5, 1)),
        (literal("2012-05-01T23:00:00Z", datatype=XSD.dateTime), D(2012, 5, 1), D(2012, 5, 1)),
        (literal("1995~", datatype=EDTF.EDTF), D(1995, 1, 1), D(1995, 12, 31)),
        (literal("[2009..2017]", datatype=EDTF.EDTF), D(2009, 1, 1), D(2017, 12, 31)),
        (literal("2007-10/2010", datatype=EDTF.EDTF), D(2007, 10, 1), D(2010, 12, 31)),
        (literal("../2010-06", datatype=EDTF.EDTF), D(2010, 6, 1), D(2010, 6, 30)),
        (literal("2010-21", datatype=EDTF.EDTF), D(2010, 1, 1), D(2010, 12, 31)),
    ],
)
def test_a_date_stands_for_its_days(term: str, first: datetime.date, last: datetime.date) -> None:
    assert coverage.days(term) == (first, last)


@pytest.mark.parametrize(
    "term", [literal("2012"), literal("2012", "de"), iri("https://e.x/2012"), literal("99", datatype=XSD.gYear)]
)
def test_what_is_no_date_has_no_days(term: str) -> None:
    assert coverage.days(term) is None


@given(st.text(alphabet="0123456789-/.~?%[]{}XTZ ", max_size=30))
def test_no_text_of_a_date_breaks_the_coverage(text: str) -> None:
    span = coverage.days(literal(text, datatype=EDTF.EDTF))
    assert span is None or span[0] <= span[1]


def test_the_period_follows_paths() -> None:
    graph = Graph(
        [
            (iri("https://e.x/a"), iri("https://e.x/of"), iri("https://e.x/b")),
            (iri("https://e.x/b"), iri("https://e.x/began"), literal("2001", datatype=XSD.gYear)),
            (iri("https://e.x/a"), iri("https://e.x/ended"), literal("2003-04", datatype=XSD.gYearMonth)),
        ]
    )
    paths = [(iri("https://e.x/of"), iri("https://e.x/began")), (iri("https://e.x/ended"),)]
    assert coverage.period(graph, [iri("https://e.x/a")], paths) == (D(2001, 1, 1), D(2003, 4, 30))
    assert coverage.period(graph, [iri("https://e.x/b")], paths) == (None, None)


@pytest.mark.parametrize(
    ("text", "box"),
    [
        ("POINT (9.5 51.25)", Box(9.5, 51.25, 9.5, 51.25)),
        ("<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POLYGON((6 51,8 51,8 53.5,6 51))", Box(6, 51, 8, 53.5)),
        ("<http://www.opengis.net/def/crs/EPSG/0/4326> POINT(51.25 9.5)", Box(9.5, 51.25, 9.5, 51.25)),
        ("MULTIPOLYGON Z (((6 51 1,8 51 2,8 53 3,6 51 1)),((-1 2 0,1 2 0,1 3 0,-1 2 0)))", Box(-1, 2, 8, 53)),
        ("POINT EMPTY", None),
        ("<http://www.opengis.net/def/crs/EPSG/0/25832> POINT(500000 5700000)", None),
    ],
)
def test_the_box_of_a_geometry(text: str, box: Box | None) -> None:
    assert coverage.box_of_wkt(text) == box


def test_the_box_lies_around_the_geometries_of_all_things() -> None:
    wkt = GEO.wktLiteral
    graph = Graph(
        [
            (iri("https://e.x/a"), GEO.hasGeometry, iri("https://e.x/g")),
            (iri("https://e.x/g"), GEO.asWKT, literal("POINT(1 2)", datatype=wkt)),
            (iri("https://e.x/h"), GEO.asWKT, literal("POINT(3 -4)", datatype=wkt)),
        ]
    )
    assert coverage.box(graph, [iri("https://e.x/a"), iri("https://e.x/h")]) == Box(1, -4, 3, 2)
    assert coverage.box(graph, [iri("https://e.x/none")]) is None


# VoID ----------------------------------------------------------------------------------------------------------------


def published() -> Graph:
    a, b = iri(f"{BASE}id/town/a"), iri(f"{BASE}id/town/b")
    town, near = iri(f"{BASE}ontology#Town"), iri(f"{BASE}ontology#near")
    return Graph(
        [
            (a, RDF.type, town),
            (b, RDF.type, town),
            (a, near, b),
            (a, SKOS.exactMatch, iri("http://www.wikidata.org/entity/Q1")),
            (b, SKOS.exactMatch, iri("http://www.wikidata.org/entity/Q2")),
            (b, SKOS.closeMatch, iri("https://d-nb.info/gnd/1")),
        ]
    )


def test_void_counts_classes_properties_and_links(catalogue: Catalogue) -> None:
    graph = void.write(catalogue, published(), f"{SITE}.well-known/void")
    me = catalogue.datasets[0].iri

    def number(node: str, property_: str) -> int:
        return int(value(graph.objects(node, property_)[0]))

    assert (number(me, VOID.triples), number(me, VOID.entities), number(me, VOID.classes), number(me, VOID.properties)) == (
        6,
        2,
        1,
        4,
    )
    (part,) = graph.objects(me, VOID.classPartition)
    assert number(part, VOID.entities) == 2
    linksets = {
        graph.objects(each, VOID.linkPredicate)[0]: number(each, VOID.triples)
        for each in graph.subjects(RDF.type, VOID.Linkset)
    }
    assert linksets == {SKOS.exactMatch: 2, SKOS.closeMatch: 1}
    spaces = {value(o) for s, o in graph.pairs(VOID.uriSpace) if s != me}
    assert spaces == {"http://www.wikidata.org/entity/", "https://d-nb.info/gnd/"}
    assert graph.objects(me, VOID.sparqlEndpoint) == (iri(f"{SITE}sparql"),)
    assert set(graph.objects(me, VOID.dataDump)) == {iri(f"{SITE}data/everything.ttl")}
    assert void.identity_links(published(), BASE) == 3


# schema.org ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["de", "en"])
def test_search_engines_get_a_dataset_in_the_language_of_the_page(catalogue: Catalogue, language: str) -> None:
    document = json.loads(schema_org.dataset(catalogue, catalogue.datasets[1], language))
    assert document["@type"] == "Dataset"
    assert document["name"] == catalogue.datasets[1].titles[language]
    assert 50 <= len(document["description"]) <= 5000
    assert document["temporalCoverage"] == "2012-01-01/2013-12-31"
    assert document["spatialCoverage"]["geo"]["box"] == "51.25 6.5 53.9 11.6"  # latitude first
    assert {each["encodingFormat"] for each in document["distribution"]} >= {"text/turtle", "text/csv"}
    assert document["license"].startswith("https://")


def test_json_for_pages_cannot_close_its_script_element(catalogue: Catalogue) -> None:
    import dataclasses

    sly = dataclasses.replace(catalogue.datasets[0], titles={"de": "</script><script>alert(1)</script>", "en": "x"})
    content = schema_org.dataset(dataclasses.replace(catalogue, datasets=(sly,)), sly, "de")
    assert b"<" not in content
    assert json.loads(content)["name"].startswith("</script>")


def test_the_catalogue_lists_its_datasets_for_search_engines(catalogue: Catalogue) -> None:
    document = json.loads(schema_org.data_catalog(catalogue, "en"))
    assert document["@type"] == "DataCatalog"
    assert [each["name"] for each in document["dataset"]] == [each.titles["en"] for each in catalogue.datasets]


# sitemap -------------------------------------------------------------------------------------------------------------

PATHS = [PurePosixPath(each) for each in ("index.html", "en/index.html", "doc/town/a.html", "doc/town/a.en.html", "doc/town/a.ttl", "404.html", "_hosting/x.html", "quality.html", "en/quality.html", "doc/town/ü&.html")]  # fmt: skip
NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def test_the_sitemap_lists_pages_with_their_last_change_and_their_other_languages() -> None:
    def changed(path: PurePosixPath) -> datetime.date:
        return D(2026, 1, 2) if path.parts[0] == "doc" else D(2026, 3, 1)

    written = dict(sitemap.files(PATHS, SITE, ("de", "en"), changed))
    root = ElementTree.fromstring(written[PurePosixPath("sitemap.xml")])  # noqa: S314  (our own file)
    found = {url.findtext("s:loc", namespaces=NAMES): url for url in root}
    assert set(found) == {SITE, f"{SITE}en/", f"{SITE}doc/town/a.html", f"{SITE}doc/town/a.en.html", f"{SITE}quality.html", f"{SITE}en/quality.html", f"{SITE}doc/town/%C3%BC%26.html"}  # fmt: skip
    page = found[f"{SITE}doc/town/a.en.html"]
    assert page.findtext("s:lastmod", namespaces=NAMES) == "2026-01-02"
    alternates = {each.get("hreflang"): each.get("href") for each in page.findall("x:link", NAMES)}
    assert alternates == {"de": f"{SITE}doc/town/a.html", "en": f"{SITE}doc/town/a.en.html"}
    assert found[SITE].findtext("s:lastmod", namespaces=NAMES) == "2026-03-01"
    assert f"Sitemap: {SITE}sitemap.xml" in written[PurePosixPath("robots.txt")].decode()


def test_a_large_site_has_an_index_of_sitemaps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "MOST_URLS", 3)
    written = dict(sitemap.files(PATHS, SITE, ("de", "en"), lambda _: D(2026, 1, 1)))
    assert {str(path) for path in written} == {
        "sitemap-1.xml",
        "sitemap-2.xml",
        "sitemap-3.xml",
        "sitemap.xml",
        "robots.txt",
    }
    assert b"<sitemapindex" in written[PurePosixPath("sitemap.xml")]


# Signposting ---------------------------------------------------------------------------------------------------------


def test_a_page_leads_machines_to_identifier_data_licence_and_collection(catalogue: Catalogue) -> None:
    links = signposting.thing(catalogue, iri(f"{BASE}id/town/a"))
    assert signposting.Link("cite-as", f"{BASE}id/town/a") in links
    assert signposting.Link("describedby", f"{SITE}doc/town/a.ttl", "text/turtle") in links
    assert {each.rel for each in links} == {"cite-as", "describedby", "license", "author", "collection"}
    header = signposting.Link("describedby", f"{SITE}doc/town/a.ttl", "text/turtle").header
    assert header == f'<{SITE}doc/town/a.ttl>; rel="describedby"; type="text/turtle"'


def test_the_page_of_a_dataset_leads_to_its_files(catalogue: Catalogue) -> None:
    items = {each.href for each in signposting.dataset(catalogue, catalogue.datasets[1]) if each.rel == "item"}
    assert items == {each.url for each in catalogue.datasets[1].distributions}


def test_the_first_page_leads_to_the_feeds(catalogue: Catalogue) -> None:
    links = signposting.home(catalogue, (formats.TURTLE, formats.RDF_XML))
    assert signposting.Link("describedby", f"{SITE}catalogue.rdf", "application/rdf+xml") in links
