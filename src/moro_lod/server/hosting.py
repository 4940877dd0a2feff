"""Files for real hosts, written into `_hosting/` of the site: nginx, Apache, w3id.org, systemd; and what `serve` needs to know.

All rules come from one table of forms (`negotiation.DOCUMENT_OFFERS`), so that a static host negotiates like our server as
far as its means go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import jinja2

from .. import iris
from ..files import File
from ..formats import ALL, JSON, SPARQL_QUERY, TURTLE, TXT, XLSX
from ..graphs import Graph
from ..namespaces import RDF, RDFS
from ..negotiation import DOCUMENT_OFFERS
from ..site.assets import load as load_assets
from ..terms import iri, literal
from .facts import FACTS, Facts, Query, QueryParameter, to_json
from .pages import site_policy

if TYPE_CHECKING:
    from ..pipeline import Publication

FOLDER = "_hosting"
QUERIES = "queries"  # folder of the named queries in the site

_SH = "http://www.w3.org/ns/shacl#"
_SCHEMA_TARGET = "https://schema.org/target"
_LEVELS = ("", "9", "8", "7", "6", "5", "4", "3", "2", "1")  # q=1 (or none), then 0.9 … 0.1


@dataclass(frozen=True, slots=True)
class Hosting:
    """What the rules depend on."""

    facts: Facts
    name: str
    gone: tuple[str, ...] = ()  # document paths of withdrawn things: doc/place/mill
    withdrawn: tuple[str, ...] = ()  # their identifiers' paths: id/place/mill
    renamed: tuple[tuple[str, str], ...] = ()  # /id/… → /doc/… where the document has another name
    vocabularies: tuple[tuple[str, tuple[str, ...]], ...] = ()  # path without extension → its extensions
    not_found: bool = False  # whether the site has a page 404.html


def files(publication: Publication) -> Iterator[File]:
    """Everything for hosts, the named queries and what `serve` needs to know."""
    settings = publication.settings
    assets = load_assets()
    named = tuple(
        Query(
            each.name, each.text, dict(each.titles), dict(each.descriptions), dict(each.limits),
            tuple(QueryParameter(p.name, p.default, dict(p.descriptions)) for p in each.parameters),
        )
        for each in publication.queries
    )  # fmt: skip
    facts = Facts(
        base=settings.base,
        site_url=publication.project.site_url,
        endpoint_url=settings.endpoint_url,
        report_url=settings.report_url,
        languages=tuple(settings.languages),
        title=dict(settings.title),
        description=dict(settings.description),
        licence_url=settings.licence.url,
        publisher=dict(settings.publisher.name),
        email=settings.contact.email,
        version=settings.release.version,
        date=settings.release.date.isoformat(),
        prefixes=dict(settings.all_prefixes),
        queries=named,
        stylesheets=tuple(str(assets.paths[name]) for name in ("kern.css", "site.css") if name in assets),
        search={tag: f"{'' if tag == settings.languages[0] else f'{tag}/'}search.html" for tag in settings.languages},
    )
    withdrawn = [each for each in publication.sources.tombstones.subjects_sorted if iris.document_path(each, settings.base)]
    hosting = Hosting(
        facts,
        settings.name,
        gone=tuple(str(iris.document_path(each, settings.base)) for each in withdrawn),
        withdrawn=tuple(f"id/{iris.local_part(each, settings.base)}" for each in withdrawn),
        renamed=tuple(renamed(publication.index.things, settings.base)),
        vocabularies=(
            ("ontology", (".html", ".ttl", ".jsonld", ".rdf")),
            ("shapes", (".ttl",)),
            ("catalogue", (".ttl", ".jsonld", ".rdf")),
            ("catalogue-de", (".ttl", ".jsonld", ".rdf")),
        ),
    )
    yield from configuration(hosting)
    for query in named:
        yield File(PurePosixPath(QUERIES, f"{query.name}.rq"), query.text.encode(), SPARQL_QUERY.media_type)
    if named:
        from ..distributions.turtle import write_turtle

        content = write_turtle(example_graph(facts), settings.all_prefixes)
        yield File(PurePosixPath(f"{QUERIES}.ttl"), content, TURTLE.media_type)


def renamed(things: Sequence[str], base: str) -> Iterator[tuple[str, str]]:
    """Identifiers whose document path is not just `doc/` for `id/`, as a host sees them (decoded)."""
    for thing in things:
        local, document = iris.local_part(thing, base), iris.document_path(thing, base)
        if local is not None and document is not None and str(document) != f"doc/{local}":
            shown = unquote(local)
            if not re.search(r'[\x00-\x20"\\$;{}]', shown):
                yield f"/id/{shown}", f"/{document}"


def example_graph(facts: Facts) -> Graph:
    """The named queries as SHACL executables: what query editors read to offer examples."""
    target = iri(facts.endpoint_url or f"{facts.site_url}sparql")
    triples = []
    for query in facts.queries:
        node = iri(f"{facts.base}{QUERIES}/{query.name}")
        bare = re.sub(r"(?m)^\s*#.*\n?", "", query.text)
        form = re.search(r"\b(select|ask|construct|describe)\b", re.sub(r"<[^>]*>", "", bare), re.IGNORECASE)
        kind = form[1].lower() if form else "select"
        triples += [
            (node, RDF.type, iri(f"{_SH}SPARQLExecutable")),
            (node, RDF.type, iri(f"{_SH}SPARQL{kind.capitalize()}Executable")),
            (node, iri(f"{_SH}{kind}"), literal(query.text)),
            (node, iri(_SCHEMA_TARGET), target),
        ]
        for language in facts.languages:
            triples += [(node, RDFS.comment, literal(query.title(language), language))]
            if query.description(language):
                triples += [(node, RDFS.label, literal(query.title(language), language))]
    return Graph(triples)


def configuration(hosting: Hosting) -> tuple[File, ...]:
    """The files below `_hosting/`, the same for the same settings."""
    facts = hosting.facts
    first, *others = facts.languages
    path = urlsplit(facts.site_url).path or "/"
    placeholder = not facts.site_url or facts.site_url == facts.base
    site = "https://HOST/" if placeholder else facts.site_url
    values = {
        "name": hosting.name,
        "title": facts.name(first),
        "base": facts.base,
        "base_path": urlsplit(facts.base).path,
        "host": urlsplit(site).hostname or "localhost",
        "site": site,
        "site_path": path,
        "placeholder": placeholder,
        "first": first,
        "others": others,
        "languages": tuple(language_patterns(facts.languages)),
        "accept": tuple(accept_patterns(_LEVELS)),
        "types": _types(),
        "policy": site_policy(facts.endpoint_url),
        "gone": tuple(_gone(hosting)),
        "renamed": hosting.renamed,
        "not_found": hosting.not_found,
        "vocabularies": tuple(
            (stem, "|".join(re.escape(each) for each in (*forms, *(f".{lang}.html" for lang in others if ".html" in forms))))
            for stem, forms in hosting.vocabularies
        ),
        "vocabulary_forms": hosting.vocabularies,
        "brief": tuple(accept_patterns(("", "any"))),
        "link": lambda stem: link_header(facts, stem),
        "quoted_link": '"' + link_header(facts, "%{LOD_STEM}e").replace('"', '\\"') + '"',
        "escaped": lambda text: re.escape(text).replace('"', ""),
        "quoted": lambda pattern: f'"{pattern}"',
        "dotted": lambda extensions: " ".join(f".{each}" for each in extensions.split()),
    }
    brief = {**values, "accept": tuple(accept_patterns(("", "any")))}
    rendered = (
        ("nginx-static.conf", "nginx-static.conf", values),
        ("nginx-proxy.conf", "nginx-proxy.conf", values),
        ("apache-static.htaccess", "apache-static.htaccess", values),
        ("apache-proxy.conf", "apache-proxy.conf", values),
        ("w3id.htaccess", "w3id.htaccess", brief),
        ("service.service", f"{hosting.name}-lod.service", values),
        ("README.md", "README.md", values),
    )
    texts = [
        File(PurePosixPath(FOLDER, target), _environment().get_template(name).render(given).encode(), TXT.media_type)
        for name, target, given in rendered
    ]
    return (*texts, File(PurePosixPath(FACTS), to_json(facts), JSON.media_type))


@cache
def _environment() -> jinja2.Environment:
    folder = Path(__file__).with_name("templates") / "hosting"
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=False,  # noqa: S701  not HTML: every value is checked or escaped for its file
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )


def link_header(facts: Facts, stem: str) -> str:
    """The Link header of a document on a static host; `stem` is the host's variable for its path without extension."""
    first = facts.languages[0]
    pages = ((language, f"{stem}.html" if language == first else f"{stem}.{language}.html") for language in facts.languages)
    targets = [f'<{path}>; rel="alternate"; type="text/html"; hreflang="{language}"' for language, path in pages]
    named = {each.extension: each.media_type for each in reversed(DOCUMENT_OFFERS) if each.extension not in (".html", ".nq")}
    targets += [
        f'<{stem}{extension}>; rel="alternate"; type="{media_type}"' for extension, media_type in sorted(named.items())
    ]
    if facts.site_url:
        targets.append(f'<{facts.site_url.rstrip("/")}{stem}>; rel="canonical"')
    if facts.licence_url:
        targets.append(f'<{facts.licence_url}>; rel="license"')
    return ", ".join(targets)


def _gone(hosting: Hosting) -> Iterator[str]:
    """Paths that answer 410: the thing, its documents with and without extension."""
    for path in hosting.withdrawn:
        yield f"/{path}"
    for path in hosting.gone:
        yield f"/{path}"
        for extension in dict.fromkeys(each.extension for each in DOCUMENT_OFFERS):
            yield f"/{path}{extension}"


def accept_patterns(levels: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Regular expressions over an Accept header, the best match first, and the extension that each stands for."""
    for level in levels:
        offers = [(re.escape(each.media_type), each.extension) for each in DOCUMENT_OFFERS]
        wildcards = [(r"text/\*", ".html"), (r"application/\*", ".jsonld"), (r"\*/\*", ".html")]
        for media_type, extension in (*offers, *wildcards):
            yield _with_quality(media_type, level), extension


def _with_quality(name: str, level: str) -> str:
    start, end = r"(^|,)[ \t]*", r"[ \t]*(,|$)"
    if level == "any":
        return f"{start}{name}[ \\t]*(;|,|$)"
    other = r"(;[ \t]*(?!q=)[^;,]*)*"  # parameters that are no quality
    if not level:
        return rf"{start}{name}[ \t]*{other}(;[ \t]*q=1(\.0*)?)?{other}{end}"
    return rf"{start}{name}[ \t]*{other};[ \t]*q=0\.{level}\d*{other}{end}"


def language_patterns(languages: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Regular expressions over an Accept-Language header and the suffix of the pages in that language."""
    for level in _LEVELS:
        for language in languages:
            suffix = "" if language == languages[0] else f".{language}"
            yield _with_quality(rf"{re.escape(language)}(-[a-z0-9]+)*", level), suffix


def _types() -> tuple[tuple[str, str], ...]:
    """Media types with their extensions, for hosts that do not know ours."""
    found: dict[str, list[str]] = {}
    for each in (*ALL, XLSX):
        extension = each.extension.removeprefix(".")
        if extension and extension not in found.setdefault(each.media_type, []):
            found[each.media_type].append(extension)
    found.setdefault("application/gzip", []).append("gz")
    found.setdefault("application/zstd", []).append("zst")
    return tuple((media_type, " ".join(extensions)) for media_type, extensions in found.items() if extensions)
