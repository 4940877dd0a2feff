"""The pages that are no thing's page: home, map, time line, sources, query, ontology, concept schemes, data, quality, legal."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from markupsafe import Markup

from .. import formats, iris
from ..catalogue import schema_org
from ..files import File
from ..namespaces import OWL, RDF, RDFS, SH, SKOS
from ..terms import Term, is_iri, is_literal, language, value
from . import charts, ontology_pages
from .maps import Drawing
from .model import Site
from .tables import definition
from .view import View, first_upper, script_json

if TYPE_CHECKING:
    from ..catalogue import Catalogue, Dataset, Offer
    from ..preflight import Measured
    from ..queries import NamedQuery

API_EXAMPLES = ("curl", "python", "javascript", "r")


def files(
    site: Site, views: Sequence[View], drawing: Drawing | None, offer: Offer | None, measured: Measured | None = None
) -> Iterator[File]:
    """All section pages in all languages."""
    for view in views:
        yield _home(site, view, drawing)
        if drawing is not None:
            yield _map(site, view, drawing)
        if site.settings.site.timeline.classes:
            yield _timeline(site, view)
        yield _sources(site, view)
        yield _query(site, view)
        yield ontology_pages.ontology(site, view)
        yield ontology_pages.concepts(site, view)
        yield _data(site, view, offer)
        if offer is not None:
            for dataset in offer.catalogue.datasets:
                yield _dataset(site, view, offer.catalogue, dataset)
        yield _quality(site, view, measured)
        yield _api(site, view)
        yield from _texts(site, view)
    yield _missing(site, views[0])


def _root(site: Site, key: str, view: View) -> str:
    return "../" * (len(site.section(key, view.language).parts) - 1)


def _home(site: Site, view: View, drawing: Drawing | None) -> File:
    root = _root(site, "index", view)
    settings = site.settings
    tables = [
        {
            "title": view.table_heading(table),
            "url": root + quote(str(site.section(f"list/{table.name}", view.language)), safe="/-._~"),
            "count": len(table.things),
            "definition": definition(table.cls, view),
        }
        for table in site.tables
        if table.home
    ]
    examples = [site.term(each, "site.search_examples") for each in settings.site.search_examples]
    title = view.words(settings.title)
    headline = view.words(settings.site.headline)
    return view.section_page(
        "home.html",
        "index",
        headline or title,
        view.words(settings.description),
        title=title,
        kicker=title if headline else "",
        tables=tables,
        examples=[view.term(each, root) for each in examples if site.document(each)],
        drawing=drawing.main(view, root, links=False) if drawing else None,
        legend=drawing.context(view, root)["legend"] if drawing else [],
        numbers={
            "things": len(site.listed),
            "statements": len(site.index.quads),
            "sources": len([name for name in site.source_counts if site.document(name)]),
        },
        charts=[chart for number in range(len(settings.site.charts)) if (chart := charts.bars(site, view, root, number))],
        signatures=[],
    )


def _map(site: Site, view: View, drawing: Drawing) -> File:
    root = _root(site, "map", view)
    _ = view.texts.gettext
    attribution = view.words(site.settings.site.map.attribution)
    return view.section_page(
        "map.html", "map", _("Map"), _("Where the regions lie: map with table, by research field and over time."),
        drawing=drawing.main(view, root), attribution=attribution, **drawing.context(view, root),
    )  # fmt: skip


def _timeline(site: Site, view: View) -> File:
    root = _root(site, "timeline", view)
    _ = view.texts.gettext
    return view.section_page(
        "timeline.html", "timeline", _("Time line"), _("What ran when, as a drawing and as a table."),
        charts=[chart for number in range(len(site.settings.site.charts)) if (chart := charts.bars(site, view, root, number))],
        **charts.timeline(site, view, root),
    )  # fmt: skip


def _sources(site: Site, view: View) -> File:
    root = _root(site, "sources", view)
    _ = view.texts.gettext
    kind_property = site.settings.sources.kind_property
    groups: dict[str, list[dict[str, Any]]] = {}
    for name, count in site.source_counts.items():
        if site.document(name) is None:
            continue
        kind = site.graph.value(name, site.term(kind_property)) if kind_property else None
        groups.setdefault(first_upper(view.plain(kind)) if kind else _("Other"), []).append(
            {"source": view.term(name, root), "count": view.texts.number(count), "sort": view.label(name).text.casefold()}
        )
    ordered = [(kind, sorted(entries, key=lambda each: each["sort"])) for kind, entries in sorted(groups.items())]
    disputes = []
    for each in site.conflicts:
        disputes.append(
            {
                "thing": view.term(each.subject, root),
                "property": first_upper(view.label(each.property).text),
                "claims": [
                    {
                        "value": view.term(claim.value, root),
                        "property": first_upper(view.label(claim.property).text) if claim.property != each.property else "",
                        "sources": [view.term(name, root) for name in claim.sources],
                    }
                    for claim in each.claims
                ],
            }
        )
    return view.section_page(
        "sources.html", "sources", _("Sources and contradictions"),
        _("Every statement has a source; where sources disagree, both values are shown."),
        groups=ordered, disputes=disputes,
    )  # fmt: skip


def _query(site: Site, view: View) -> File:
    root = _root(site, "query", view)
    _ = view.texts.gettext
    settings = site.settings
    named = [each for each in site.publication.queries if "/questions/" in f"/{each.path}"]
    examples = [
        {
            "title": view.words(each.titles) or each.name,
            "description": view.words(each.descriptions),
            "limits": view.words(each.limits),
            "query": _without_header(each),
        }
        for each in named
    ]
    dump, size = _dump(site)
    total = size + sum(_compressed_guess(site, name) for name in ("oxigraph.wasm", "query-worker.js") if name in site.assets)
    prefixes = settings.all_prefixes
    shown_prefixes = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in settings.prefixes.items())
    start = (
        examples[0]["query"]
        if examples
        else f"{shown_prefixes}SELECT ?thing ?label WHERE {{\n  ?thing skos:prefLabel ?label .\n}} LIMIT 50\n"
    )
    setup = {
        "base": settings.base,
        "root": root,
        "suffix": view.suffix,
        "endpoint": settings.endpoint_url,
        "dump": root + dump if dump else "",
        "worker": view.asset("query-worker.js", root),
        "wasm": view.asset("oxigraph.wasm", root),
        "prefixesByLength": sorted(prefixes.items(), key=lambda pair: (-len(pair[1]), pair[0])),
        "examples": [{"title": each["title"], "query": each["query"]} for each in examples],
        "classes": [_completion(each, view) for each in site.schema.classes],
        "properties": [_completion(each, view) for each in _used_properties(site)],
    }
    return view.section_page(
        "query.html", "query", _("Ask questions"), _("Ask the data in SPARQL, here in the browser; with examples."),
        examples=examples, start=start, setup=script_json(setup),
        megabytes=view.texts.number(round(total / 1_000_000, 1)), works="query.js" in site.assets and bool(dump or settings.endpoint_url),
    )  # fmt: skip


def _without_header(query: NamedQuery) -> str:
    """The query as people paste it: parameters filled with their defaults, the header's comments left out."""
    lines = [line for line in query.text.splitlines() if not line.lstrip().startswith("#")]
    text = "\n".join(lines).strip() + "\n"
    if query.parameters:
        values = " ".join(f"?{each.name}" for each in query.parameters)
        row = " ".join(each.default for each in query.parameters)
        block = f"VALUES ({values}) {{ ({row}) }}"
        place = text.upper().find("WHERE")
        brace = text.find("{", place if place >= 0 else 0)
        if brace >= 0:
            text = f"{text[: brace + 1]}\n  {block}{text[brace + 1 :]}"
    return text


def _completion(term: Term, view: View) -> dict[str, str]:
    return {"iri": value(term), "label": view.label(term).text}


def _used_properties(site: Site) -> list[Term]:
    return list(site.graph.predicates_sorted)


def _dump(site: Site) -> tuple[str, int]:
    """The dump that the browser loads: N-Quads, packed if there is a packed one; path and bytes."""
    for name in (f"data/{site.settings.name}.nq.gz", f"data/{site.settings.name}.nq"):
        if name in site.written:
            return name, site.written[name]
    return "", 0


def _compressed_guess(site: Site, name: str) -> int:
    """About what is transferred: WebAssembly and scripts shrink to a quarter."""
    return site.assets.size(name) // 4


def _data(site: Site, view: View, offer: Offer | None) -> File:
    root = _root(site, "data", view)
    _ = view.texts.gettext
    settings = site.settings
    whole = [path for path in site.written if path.startswith(f"data/{settings.name}.")]
    dumps: dict[str, dict[str, Any]] = {}
    for path in sorted(whole):
        plain = path.removesuffix(".gz").removesuffix(".zst")
        known = formats.by_extension(PurePosixPath(plain).suffix)
        if known is None:
            continue
        entry = dumps.setdefault(plain, {"name": known.name, "files": []})
        packed = path[len(plain) :].removeprefix(".")
        entry["files"].append(
            {
                "url": root + path,
                "label": packed or known.extension.removeprefix("."),
                "size": _size(site.written[path], view),
            }
        )
    datasets = []
    others: dict[str, list[dict[str, str]]] = {}
    if offer is not None:
        for each in offer.catalogue.datasets:
            page = _dataset_path(site, each, view)
            datasets.append(
                {
                    "title": view.words(each.titles), "description": view.words(each.descriptions),
                    "url": root + quote(str(page), safe="/-._~") if page else "", "count": len(each.things),
                    "formats": sorted({one.format.name for one in each.distributions}),
                }
            )  # fmt: skip
    for path in sorted(site.written):
        if path.startswith("data/") and not path.startswith(f"data/{settings.name}."):
            others.setdefault(PurePosixPath(path).name.split(".")[0], []).append(
                {
                    "url": root + quote(path, safe="/-._~"),
                    "label": path.partition(".")[2],
                    "size": _size(site.written[path], view),
                }
            )
    feeds = [
        root + name
        for name in ("catalogue-de.ttl", "catalogue.ttl", "catalogue-de.jsonld", "catalogue.jsonld", ".well-known/void")
        if name in site.written
    ]
    linked = Markup(schema_org.data_catalog(offer.catalogue, view.language).decode()) if offer else None  # noqa: S704 - escaped below
    return view.section_page(
        "data.html", "data", _("Catalogue and downloads"), _("All data as files in open formats, with licence and catalogue."),
        dumps=list(dumps.values()), datasets=datasets, others=sorted(others.items()), feeds=feeds,
        linked=_safe_linked(linked), statements=len(site.index.quads), things=len(site.index.things),
    )  # fmt: skip


def _safe_linked(text: Markup | None) -> Markup | None:
    """JSON-LD for a script element: nothing in it can end the element."""
    return script_json(json.loads(text)) if text is not None else None


def _size(size: int, view: View) -> str:
    if size < 1000:
        return f"{size} B"
    if size < 1_000_000:
        return f"{view.texts.number(round(size / 1000))} kB"
    return f"{view.texts.number(round(size / 1_000_000, 1))} MB"


def _dataset_path(site: Site, dataset: Dataset, view: View) -> PurePosixPath | None:
    return iris.page_path(dataset.iri, site.settings.base, view.language, site.languages)


def _dataset(site: Site, view: View, catalogue: Catalogue, dataset: Dataset) -> File:
    path = _dataset_path(site, dataset, view)
    assert path is not None, dataset.iri  # noqa: S101 - identifiers of datasets lie below the base
    root = "../" * (len(path.parts) - 1)
    versions = {
        tag: page for tag in site.languages if (page := iris.page_path(dataset.iri, site.settings.base, tag, site.languages))
    }
    stem = path.name.removesuffix(view.suffix)
    return view.render(
        "dataset.html",
        path,
        {
            "active": "data",
            "title": view.words(dataset.titles),
            "heading": view.words(dataset.titles),
            "description": view.words(dataset.descriptions)[:300],
            "versions": view.others(versions, path),
            "dataset": dataset,
            "catalogue": catalogue,
            "iri": value(dataset.iri),
            "intro": view.words(dataset.descriptions),
            "keywords": list(dataset.keywords.get(view.language, ())),
            "tables": [
                {"title": view.table_title(table), "url": root + str(site.section(f"list/{table.name}", view.language)), "count": len(table.things)}
                for table in site.tables
                if table.cls in dataset.classes
            ],
            "downloads": [
                {
                    "title": view.words(one.titles), "url": root + quote(str(one.path), safe="/-._~"),
                    "format": one.format.name + (f" ({one.compression.name})" if one.compression else ""), "size": _size(one.size, view),
                    "type": one.format.media_type, "sha256": one.sha256,
                }
                for one in dataset.distributions
            ],
            "data": [{"type": f.media_type, "name": f.name, "url": stem + f.extension} for f in (formats.TURTLE, formats.JSON_LD, formats.RDF_XML)],
            "linked": script_json(json.loads(schema_org.dataset(catalogue, dataset, view.language))),
        },
    )  # fmt: skip


def _quality(site: Site, view: View, measured: Measured | None) -> File:
    _ = view.texts.gettext
    graph = site.publication.sources.shapes
    shapes = [each for each in graph.subjects(RDF.type, SH.NodeShape) if is_iri(each)]
    lists = graph.subjects(RDF.type, SH.PropertyShape)
    unlabelled = [thing for thing in site.listed if not site.index.labels.has(thing)]
    fallback = [thing for thing in site.listed if view.label(thing).is_fallback and thing not in set(unlabelled)]
    links = sum(
        1
        for s, p, o in site.graph
        if is_iri(o) and p in (SKOS.exactMatch, SKOS.closeMatch, OWL.sameAs) and not o.startswith(f"<{site.settings.base}")
    )
    sourced = sum(1 for quad in site.index.quads if quad[3] and quad[3] != site.inferred)
    return view.section_page(
        "quality.html", "quality", _("Quality"), _("What is checked before anything is published, and what the figures are."),
        node_shapes=len(shapes), property_shapes=len(lists), unlabelled=len(unlabelled), fallback=len(fallback),
        things=len(site.index.things), statements=len(site.index.quads), sourced=sourced, links=links,
        disputes=len(site.conflicts), parts=_parts(measured, view) if measured else [],
    )  # fmt: skip


def _parts(measured: Measured, view: View) -> list[dict[str, Any]]:
    """The report of the preflight in the view's language."""
    language = view.language
    number = view.texts.number
    shown = []
    for part in measured.report.parts:
        checks = [
            {
                "title": check.title.pick(language),
                "status": check.status.label.pick(language),
                "css": check.status.value,
                "note": check.note.pick(language),
                "points": f"{number(round(check.points, 2))} / {number(round(check.most, 2))}"
                if check.points is not None and check.most is not None
                else "",
                "findings": [{"where": each.where, "problem": each.problem.pick(language)} for each in check.findings[:20]],
                "more": max(0, len(check.findings) - 20),
            }
            for check in part.checks
        ]
        points = (
            f"{number(round(part.points, 2))} / {number(round(part.most, 2))}"
            if part.points is not None and part.most is not None
            else ""
        )
        shown.append(
            {
                "key": part.key,
                "title": part.title.pick(language),
                "note": part.note.pick(language),
                "points": points,
                "checks": checks,
            }
        )
    return shown


def _api(site: Site, view: View) -> File:
    _ = view.texts.gettext
    base = site.publication.project.site_url
    example = site.settings.site.search_examples
    thing = site.term(example[0]) if example else (site.index.things[0] if site.index.things else None)
    document = site.document(thing) if thing and site.document(thing) else None
    table = site.tables[0] if site.tables else None
    return view.section_page(
        "api.html", "api", _("Access by program"), _("Examples for curl, Python, JavaScript and R; each is tested."),
        site_url=base, iri=value(thing) if thing else site.settings.base, document=f"{base}{document}" if document else base,
        label=view.label(thing).text if thing else "", list_json=f"{base}list/{table.name}.{view.language}.json" if table else "",
        list_csv=f"{base}list/{table.name}.{view.language}.csv" if table else "", dump=f"{base}data/{site.settings.name}.nt", endpoint=site.settings.endpoint_url,
        origin="{0.scheme}://{0.netloc}".format(urlsplit(base)),
    )  # fmt: skip


def _texts(site: Site, view: View) -> Iterator[File]:
    _ = view.texts.gettext
    settings = site.settings
    own = settings.site
    for key, title, about, texts in (
        ("imprint", _("Imprint"), _("Who is responsible for this site."), own.imprint),
        ("privacy", _("Privacy"), _("This site sets no cookies and loads nothing from elsewhere."), own.privacy),
        ("accessibility", _("Accessibility"), _("How accessible this site is, and whom to tell about barriers."), {}),
        ("easy-language", _("Easy Language"), _("What this site is, in Easy Language."), own.easy_language),
        ("sign-language", _("Sign language"), _("What this site is, in German Sign Language."), {}),
    ):
        yield view.section_page(
            "text.html", key, title, about, body=f"texts/{key}.html",
            paragraphs=[each.strip() for each in view.words(texts).split("\n\n") if each.strip()],
        )  # fmt: skip


def _missing(site: Site, view: View) -> File:
    """404.html, with links that hold at any depth."""
    path = PurePosixPath("404.html")
    _ = view.texts.gettext
    root = urlsplit(site.publication.project.site_url).path
    html = view.html("error.html", path, {"active": "", "heading": _("Not found"), "title": _("Not found"), "description": _("There is nothing at this address."), "versions": view.others({tag: site.section("index", tag) for tag in site.languages}, path), "root": root})  # fmt: skip
    return File(path, html.encode(), formats.HTML.media_type)


__all__ = ["RDFS", "files", "is_literal", "language"]
