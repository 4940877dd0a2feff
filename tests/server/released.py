"""A small release to serve: three things of a fictitious town, in two languages, with everything that a server meets."""

from __future__ import annotations

import gzip
from pathlib import Path, PurePosixPath

import brotli
import pyoxigraph

from moro_lod import store
from moro_lod.files import File
from moro_lod.formats import by_extension
from moro_lod.graphs import parse_nquads
from moro_lod.iris import document_path
from moro_lod.release import ReleaseView, write_release
from moro_lod.server.facts import FACTS, Facts, Query, QueryParameter, to_json

BASE = "https://example.org/town/"
THINGS = ("place/townhall", "place/straße", "person/ada")

_TURTLE = """
@prefix t: <https://example.org/town/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> .
@prefix id: <https://example.org/town/id/> .
<https://example.org/town/id/source/register> {
  <https://example.org/town/id/place/townhall> rdfs:label "Rathaus"@de, "town hall"@en ; t:built "1911"^^xsd:gYear ;
    t:owner <https://example.org/town/id/person/ada> ; t:rooms 42 ;
    geo:asWKT "POINT(9.5 53.5)"^^geo:wktLiteral .
  <https://example.org/town/id/place/straße> rdfs:label "Straße"@de, "street <b>&amp;</b>"@en ; t:generation GENERATION .
}
<https://example.org/town/id/source/press> {
  <https://example.org/town/id/person/ada> rdfs:label "Ada"@de, "Ada"@en ; t:note "<script>alert(1)</script>" ;
    t:bell "bell\\u0007" .
  <https://example.org/town/id/place/townhall> t:rooms 42 .
}
"""

CATALOGUE = (
    """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<https://example.org/town/catalogue> a dcat:Catalog ; dct:title "Katalog"@de ; dcat:record <https://example.org/town/catalogue#r0> .
<https://example.org/town/catalogue#r0> a dcat:CatalogRecord ; foaf:primaryTopic <https://example.org/town/id/dataset/d000> ;
  dct:modified "2026-05-05"^^xsd:date .
"""
    + "".join(
        f"""<https://example.org/town/id/dataset/d{n:03}> a dcat:Dataset ; dct:title "Daten {n}"@de, "data {n} <&>"@en ;
  dct:description "Beschreibung"@de ; dct:modified "2026-0{1 + n % 9}-01"^^xsd:date ;
  dcat:theme <http://publications.europa.eu/resource/authority/data-theme/{"REGI" if n % 2 else "GOVE"}> ;
  dct:publisher <https://example.org/town/id/organisation/town> ;
  dcat:distribution <https://example.org/town/id/dataset/d{n:03}#ttl> .
<https://example.org/town/id/dataset/d{n:03}#ttl> a dcat:Distribution ; dcat:accessURL <https://example.org/town/data/town.nt> .
"""
        for n in range(120)
    )
    + '<https://example.org/town/id/organisation/town> a foaf:Agent ; foaf:name "Stadt"@de .\n'
)

TOMBSTONES = """
@prefix dct: <http://purl.org/dc/terms/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<https://example.org/town/id/place/mill> dct:date "2026-02-03"^^xsd:date ; dct:isReplacedBy <https://example.org/town/id/place/townhall> ;
  skos:changeNote "Die Mühle war dasselbe Haus."@de, "The mill was the same house."@en .
<https://example.org/town/id/dataset/old> dct:date "2026-02-04"^^xsd:date ; skos:changeNote "zurückgezogen"@de, "withdrawn"@en .
"""

QUERIES = (
    Query(
        "rooms-of-a-place",
        "PREFIX t: <https://example.org/town/ontology#>\nSELECT ?rooms WHERE { ?place t:rooms ?rooms }",
        {"de": "Wie viele Räume?", "en": "How many rooms?"},
        {"de": "Zählt Räume.", "en": "Counts rooms."},
        {},
        (QueryParameter("place", f"<{BASE}id/place/townhall>", {"de": "Der Ort", "en": "The place"}),),
    ),
    Query(
        "places-with-many-rooms",
        "PREFIX t: <https://example.org/town/ontology#>\nCONSTRUCT { ?place t:rooms ?r } WHERE { ?place t:rooms ?r FILTER(?r >= ?least) }",
        {"de": "Große Orte", "en": "Large places"},
        {},
        {},
        (
            QueryParameter(
                "least", '"10"^^<http://www.w3.org/2001/XMLSchema#integer>', {"de": "Mindestens", "en": "At least"}
            ),
        ),
    ),
)

FACTS_VALUE = Facts(
    base=BASE,
    site_url=BASE,
    title={"de": "Die Stadt", "en": "The town"},
    description={"de": "Daten der Stadt", "en": "Data of the town"},
    licence_url="https://creativecommons.org/licenses/by/4.0/",
    version="1.0.0",
    date="2026-03-04",
    queries=QUERIES,
    email="data@example.org",
    stylesheets=("style.css",),
    search={"de": "search.html", "en": "en/search.html"},
)


def quads(generation: int) -> list[pyoxigraph.Quad]:
    """The data as quads."""
    text = _TURTLE.replace("GENERATION", str(generation))
    return list(pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.TRIG))


def _file(path: str, content: bytes | str) -> File:
    data = content.encode() if isinstance(content, str) else content
    name = path.removesuffix(".br").removesuffix(".gz").removesuffix(".zst")
    found = by_extension("." + name.rsplit(".", 1)[-1])
    return File(PurePosixPath(path), data, found.media_type if found else "application/octet-stream")


def files(generation: int = 1) -> list[File]:
    """Everything that the site has."""
    node = pyoxigraph.NamedNode
    data = quads(generation)
    found = []
    for name in THINGS:
        own = [each for each in data if each.subject == node(f"{BASE}id/{name}")]
        thing = str(document_path(f"<{BASE}id/{name}>", BASE)).removeprefix("doc/")
        triples = [each.triple for each in own]
        for extension, rdf_format in (
            (".ttl", pyoxigraph.RdfFormat.TURTLE),
            (".nt", pyoxigraph.RdfFormat.N_TRIPLES),
            (".jsonld", pyoxigraph.RdfFormat.JSON_LD),
            (".rdf", pyoxigraph.RdfFormat.RDF_XML),
        ):
            usable = [each for each in triples if "bell" not in each.predicate.value] if extension == ".rdf" else triples
            found.append(_file(f"doc/{thing}{extension}", pyoxigraph.serialize(usable, format=rdf_format) or b""))
        found.append(_file(f"doc/{thing}.trig", pyoxigraph.serialize(own, format=pyoxigraph.RdfFormat.TRIG) or b""))
        for suffix, language, heading in ((".html", "de", "Seite"), (".en.html", "en", "Page")):
            page = f'<!DOCTYPE html><html lang="{language}"><head><title>{heading}</title></head><body><h1>{heading} {thing}</h1>'
            page += f"<p>{'x' * 2000}</p></body></html>"
            found.append(_file(f"doc/{thing}{suffix}", page))
            found.append(_file(f"doc/{thing}{suffix}.br", brotli.compress(page.encode())))
            found.append(_file(f"doc/{thing}{suffix}.gz", gzip.compress(page.encode(), mtime=0)))
    dump = "".join(f"{each.triple} .\n" for each in data) + "".join(f"# {n:07}\n" for n in range(60_000))
    found += [
        _file("data/town.nt", dump),
        _file("data/town.nt.gz", gzip.compress(dump.encode(), mtime=0)),
        _file("data/town.csv", "a;b\n1;2\n"),
        _file("index.html", "<!DOCTYPE html><html lang=\"de\"><meta charset=\"utf-8\"><title>Start</title>"),
        _file("en/index.html", "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\"><title>Home</title>"),
        _file("ontology.ttl", "<https://example.org/town/ontology> a <http://www.w3.org/2002/07/owl#Ontology> ."),
        _file("ontology.html", "<!DOCTYPE html><title>Ontologie</title>"),
        _file("ontology.en.html", "<!DOCTYPE html><title>Ontology</title>"),
        _file("ontology/1.0.0.ttl", "<https://example.org/town/ontology> a <http://www.w3.org/2002/07/owl#Ontology> ."),
        _file("catalogue-de.ttl", CATALOGUE),
        _file(
            "catalogue-de.rdf",
            pyoxigraph.serialize(
                (each.triple for each in pyoxigraph.parse(CATALOGUE, format=pyoxigraph.RdfFormat.TURTLE)),
                format=pyoxigraph.RdfFormat.RDF_XML,
            )
            or b"",
        ),
        _file("tombstones.ttl", TOMBSTONES),
        _file("style.css", "body{}"),
        _file("robots.txt", "User-agent: *\n"),
        _file("sitemap.xml", "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>"
              "https://example.org/town/doc/place/townhall.html</loc></url></urlset>"),
        _file(".well-known/void", "<https://example.org/town/> a <http://rdfs.org/ns/void#Dataset> ."),
        _file(FACTS, to_json(FACTS_VALUE)),
    ]  # fmt: skip
    return found


def make(target: Path, generation: int = 1, extra: str = "") -> ReleaseView:
    """Publish the release below `target`; `extra` are more N-Quads for the query store."""
    data = quads(generation)
    text = "".join(sorted({f"{each.subject} {each.predicate} {each.object} {each.graph_name} .\n" for each in data})) + extra
    parsed = parse_nquads(text)
    return write_release(
        target,
        files(generation),
        version=f"1.0.{generation}",
        date="2026-03-04",
        base=BASE,
        site_url=BASE,
        nquads=text.encode(),
        build_store=lambda folder: store.build(folder, parsed),
    )
