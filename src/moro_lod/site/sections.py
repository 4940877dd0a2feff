"""The pages that are no thing's page: home, map, time line, sources, query, ontology, concept schemes, data, quality, legal."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from .. import formats
from ..files import File, media_path
from ..namespaces import OWL, RDF, SH, SKOS
from ..terms import Term, is_iri, value
from . import changes_page, charts, data_pages, map_page, ontology_pages
from .maps import OUTLINE, Drawing
from .model import Site, fold
from .tables import card
from .view import View, first_upper, script_json

if TYPE_CHECKING:
    from ..catalogue import Offer
    from ..conflicts import Conflict
    from ..preflight import Measured
    from ..queries import NamedQuery


MOST_CHOICES = 1000  # entries in one list of values for a question
_QUESTION = "SELECT ?class (COUNT(*) AS ?n) WHERE { ?thing a ?class } GROUP BY ?class ORDER BY DESC(?n) LIMIT 5"


def files(
    site: Site, views: Sequence[View], drawing: Drawing | None, offer: Offer | None, measured: Measured | None = None
) -> Iterator[File]:
    """All section pages in all languages."""
    for view in views:
        yield _home(site, view, drawing)
        if drawing is not None:
            yield map_page.page(site, view, drawing)
        if site.settings.site.timeline.classes:
            yield _timeline(site, view)
        yield _sources(site, view)
        yield _query(site, view, drawing)
        yield ontology_pages.ontology(site, view)
        yield ontology_pages.concepts(site, view)
        yield data_pages.data(site, view, offer)
        if offer is not None:
            yield from data_pages.datasets(site, view, offer)
        yield _quality(site, view, measured)
        yield _api(site, view)
        yield from _texts(site, view)
    yield from changes_page.files(site, views, offer)
    yield _missing(site, views[0])


def _home(site: Site, view: View, drawing: Drawing | None) -> File:
    root = site.root("index", view.language)
    settings = site.settings
    examples = [site.term(each, "site.search_examples") for each in settings.site.search_examples]
    title = view.words(settings.title)
    headline = view.words(settings.site.headline)
    return view.section_page(
        "home.html",
        "index",
        headline or title,
        view.words(settings.description),
        title=title,
        kicker=(view.words(settings.site.kicker) or title) if headline else "",
        tables=[card(table, view, root) for table in site.tables if table.home],
        examples=[view.term(each, root) for each in examples if site.document(each)],
        drawing=drawing.main(view, root, links=False) if drawing else None,
        regions=len(drawing.actors) if drawing else 0,
        numbers={
            "things": len(site.index.things),
            "statements": len(site.graph),
            "sources": sum(1 for name in site.source_counts if site.document(name)) if site.has_sources else 0,
        },
        charts=[
            chart for number in range(len(settings.site.charts)) if (chart := charts.bars(site, view, root, number, drawing))
        ],
    )


def _timeline(site: Site, view: View) -> File:
    root = site.root("timeline", view.language)
    _ = view.texts.gettext
    return view.section_page(
        "timeline.html", "timeline", _("Timeline"), _("What ran when, as a drawing and as a table."),
        **charts.timeline(site, view, root),
    )  # fmt: skip


def _sources(site: Site, view: View) -> File:
    root = site.root("sources", view.language)
    _ = view.texts.gettext
    kind_property = site.settings.sources.kind_property
    groups: dict[str, list[dict[str, Any]]] = {}
    for name, count in site.source_counts.items():
        if site.document(name) is None:
            continue
        kind = site.graph.value(name, site.term(kind_property)) if kind_property else None
        groups.setdefault(first_upper(view.plain(kind)) if kind else _("Other"), []).append(
            {
                "source": view.term(name, root),
                "original": view.original(name),
                "count": view.statements(count),
                "sort": site.order_key(name, view.language),
            }
        )
    ordered = [
        (kind, sorted(entries, key=lambda each: each["sort"]))
        for kind, entries in sorted(groups.items(), key=lambda pair: fold(pair[0]))
    ]
    disputes = []

    def in_order(each: Conflict) -> tuple[object, ...]:
        return (site.order_key(each.subject, view.language), site.kind(site.types(each.subject)).order(each.property))

    for each in sorted(site.conflicts, key=in_order):
        disputes.append(
            {
                "thing": view.term(each.subject, root),
                "property": first_upper(view.label(each.property).text),
                "claims": [
                    {
                        "value": view.term(claim.value, root),
                        "property": first_upper(view.label(claim.property).text) if claim.property != each.property else "",
                        "sources": [
                            {"source": view.term(name, root), "original": view.original(name)} for name in claim.sources
                        ],
                    }
                    for claim in each.claims
                ],
            }
        )
    return view.section_page(
        "sources.html", "sources", _("Sources and contradictions"),
        _("Every statement has a source; where sources disagree, both values are shown.")
        if site.has_sources
        else _("Where sources disagree, both values are shown."),
        groups=ordered, disputes=disputes,
    )  # fmt: skip


def _query(site: Site, view: View, drawing: Drawing | None) -> File:
    root = site.root("query", view.language)
    _ = view.texts.gettext
    settings = site.settings
    named = [each for each in site.publication.queries if each.titles]
    choices: dict[str, list[tuple[str, str]]] = {}
    examples = [_example(each, choices, site, view) for each in named]
    dump, size = _dump(site)
    total = size + sum(_compressed_guess(site, name) for name in ("oxigraph.wasm", "query-worker.js") if name in site.assets)
    prefixes = settings.all_prefixes
    start = runnable(named[0]) if named else _first_query(site)
    setup = {
        "base": settings.base,
        "root": root,
        "suffix": view.suffix,
        "endpoint": settings.endpoint_url,
        "dump": root + dump if dump else "",
        "worker": view.asset("query-worker.js", root),
        "wasm": view.asset("oxigraph.wasm", root),
        "prefixesByLength": sorted(prefixes.items(), key=lambda pair: (-len(pair[1]), pair[0])),
        "examples": examples,
        "choices": choices,
        "classes": [_completion(each, view) for each in site.schema.classes],
        "properties": [_completion(each, view) for each in site.graph.predicates_sorted],
        "land": _land(drawing, root),
    }
    return view.section_page(
        "query.html", "query", _("Ask questions"), _("Ask the data in SPARQL, here in the browser; with examples."),
        examples=examples, start=start, setup=script_json(setup),
        megabytes=view.texts.number(round(total / 1_000_000, 1)), works="query.js" in site.assets and bool(dump or settings.endpoint_url),
    )  # fmt: skip


def _example(query: NamedQuery, choices: dict[str, list[tuple[str, str]]], site: Site, view: View) -> dict[str, Any]:
    """A question as the page's script reads it: its text around the row of values, the fields for those, the columns' heads."""
    before, after = _halves(query)
    fields = []
    for each in query.parameters:
        field = {"name": each.name, "value": each.default, "label": first_upper(view.words(each.descriptions) or each.name)}
        if each.name == "language":
            field = {"name": each.name, "value": f'"{view.language}"', "label": ""}  # the page's own: nothing to choose
        elif key := _choices(each.default, choices, site, view):
            field["choices"] = key
        fields.append(field)
    return {
        "name": query.name,
        "title": view.words(query.titles) or query.name,
        "description": view.words(query.descriptions),
        "limits": view.words(query.limits),
        "before": before,
        "after": after,
        "fields": fields,
        "columns": {name: first_upper(view.words(texts)) for name, texts in query.columns.items()},
    }


def _choices(default: Term, choices: dict[str, list[tuple[str, str]]], site: Site, view: View) -> str:
    """The key of what may stand in place of a term: the things of its class, or the keys of the things that have it as a key.

    The list itself, (term, name) in the order of the names, is added to `choices`; "" for nothing to choose from.
    """
    terms: dict[Term, Term] = {}
    if is_iri(default):
        types = site.types(default)
        key = site.curie(types[0]) if types else ""
        terms = {thing: thing for thing in site.members.get(types[0], ())} if types else {}
    else:
        key = ""
        for thing, property_ in sorted((s, p) for s, p, o in site.graph if o == default and s in site.stems):
            members = site.members.get(next(iter(site.types(thing)), ""), ())
            keys = {o: each for each in members for o in site.graph.objects(each, property_)}
            if len(members) > 1 and len(keys) == len(members):  # a key: each has its own
                key, terms = f"{site.curie(site.types(thing)[0])} {site.curie(property_)}", keys
                break
    if not 1 < len(terms) <= MOST_CHOICES:
        return ""
    if key not in choices:
        named = [
            (term, view.label(thing).text if term == thing else f"{view.label(thing).text} · {value(term)}")
            for term, thing in sorted(terms.items(), key=lambda pair: site.order_key(pair[1], view.language))
        ]
        choices[key] = named
    return key


def _land(drawing: Drawing | None, root: str) -> dict[str, Any] | None:
    """What drawings of results lie on: the picture of the land, and how degrees become its units."""
    if drawing is None or drawing.projection is None:
        return None
    return {"picture": f"{root}{OUTLINE}", **dataclasses.asdict(drawing.projection)}


def _first_query(site: Site) -> str:
    """A query to begin with where a project has none: things and their labels."""
    used = [each for each in site.index.label_properties if next(iter(site.graph.pairs(each)), None)]
    curies = [site.curie(each) for each in used or site.index.label_properties[:1]]
    known = site.settings.all_prefixes
    prefixes = {curie.partition(":")[0] for curie in curies} & set(known)
    path = "|".join(curie if curie.partition(":")[0] in prefixes else f"<{curie}>" for curie in curies)
    head = "".join(f"PREFIX {name}: <{known[name]}>\n" for name in sorted(prefixes))
    return f"{head}SELECT ?thing ?label WHERE {{\n  ?thing {path} ?label .\n}} LIMIT 50\n"


def runnable(query: NamedQuery) -> str:
    """The query as people paste it: parameters filled with their defaults, the header's comments left out."""
    before, after = _halves(query)
    return f"{before}{' '.join(each.default for each in query.parameters)}{after}"


def _halves(query: NamedQuery) -> tuple[str, str]:
    """That text before and after the row of values for its parameters; without parameters all of it, and nothing."""
    lines = [line for line in query.text.splitlines() if not line.lstrip().startswith("#")]
    text = "\n".join(lines).strip() + "\n"
    where = text.upper().find("WHERE")
    brace = text.find("{", max(where, 0))
    if not query.parameters or brace < 0:
        return text, ""
    names = " ".join(f"?{each.name}" for each in query.parameters)
    return f"{text[: brace + 1]}\n  VALUES ({names}) {{ (", f") }}{text[brace + 1 :]}"


def _completion(term: Term, view: View) -> dict[str, str]:
    return {"iri": value(term), "label": view.label(term).text}


def _dump(site: Site) -> tuple[str, int]:
    """The dump that the browser loads: N-Quads, packed if there is a packed one; path and bytes."""
    for name in (f"data/{site.settings.name}.nq.gz", f"data/{site.settings.name}.nq"):
        if name in site.written:
            return name, site.written[name]
    return "", 0


def _compressed_guess(site: Site, name: str) -> int:
    """About what is transferred: WebAssembly and scripts shrink to a quarter."""
    return site.assets.size(name) // 4


def _quality(site: Site, view: View, measured: Measured | None) -> File:
    _ = view.texts.gettext
    graph = site.publication.sources.shapes
    shapes = [each for each in graph.subjects(RDF.type, SH.NodeShape) if is_iri(each)]
    lists = graph.subjects(RDF.type, SH.PropertyShape)
    labels = [view.label(thing) for thing in site.index.things]
    unlabelled = sum(1 for label in labels if label.is_missing)
    fallback = sum(1 for label in labels if label.is_fallback and not label.is_missing)
    links = sum(
        1
        for s, p, o in site.graph
        if is_iri(o) and p in (SKOS.exactMatch, SKOS.closeMatch, OWL.sameAs) and not o.startswith(f"<{site.settings.base}")
    )
    sourced = len({(s, p, o) for s, p, o, name in site.index.quads if name and name != site.inferred})
    return view.section_page(
        "quality.html", "quality", _("Quality"), _("What is checked before anything is published, and what the figures are."),
        node_shapes=len(shapes), property_shapes=len(lists), unlabelled=unlabelled, fallback=fallback,
        things=len(site.index.things), statements=len(site.graph), sourced=sourced, links=links,
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
                "css": check.status.value.replace(" ", "-"),
                "note": ""
                if check.status.value == "not measured"
                else check.note.pick(language),  # how to measure is for operators
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
        list_csv=f"{base}list/{table.name}.{view.language}.csv" if table else "", dump=f"{base}data/{site.settings.name}.nt", endpoint=site.settings.endpoint_url, question=_QUESTION,
    )  # fmt: skip


def _texts(site: Site, view: View) -> Iterator[File]:
    _ = view.texts.gettext
    settings = site.settings
    own = settings.site
    for key, title, about, texts in (
        ("imprint", _("Imprint"), _("Who is responsible for this site."), own.imprint),
        ("privacy", _("Privacy"), _("This site sets no cookies and loads nothing from elsewhere."), own.privacy),
        (
            "accessibility",
            _("Accessibility"),
            _("How accessible this site is, and whom to tell about barriers."),
            own.accessibility,
        ),
        ("easy-language", _("Easy Language"), _("What this site is, in Easy Language."), own.easy_language),
        ("sign-language", _("Sign language"), _("What this site is, in German Sign Language."), {}),
    ):
        yield view.section_page(
            "text.html", key, title, about, body=f"texts/{key}.html",
            paragraphs=[each.strip() for each in view.words(texts).split("\n\n") if each.strip()],
            contact_url=site.contact_url, reachable=site.reachable, video=quote(str(media_path(own.sign_language))) if own.sign_language else "",
        )  # fmt: skip


def _missing(site: Site, view: View) -> File:
    """404.html, with links that hold at any depth."""
    path = PurePosixPath("404.html")
    _ = view.texts.gettext
    root = urlsplit(site.publication.project.site_url).path
    ways = [
        *([{"key": "map", "label": _("Map"), "text": _("Where things lie")}] if site.has_map else []),
        {"key": "browse", "label": _("Browse"), "text": _("All lists, by kind")},
        {"key": "search", "label": _("Everything from A to Z"), "text": _("All names, by letter")},
    ]
    html = view.html(
        "error.html", path,
        {
            "active": "missing", "heading": _("Not found"), "title": _("Not found"), "description": _("There is nothing at this address."),
            "versions": view.others({tag: site.section("index", tag) for tag in site.languages}, path), "root": root, "ways": ways,
        },
    )  # fmt: skip
    return File(path, html.encode(), formats.HTML.media_type)
