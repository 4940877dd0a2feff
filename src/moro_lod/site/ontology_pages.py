"""The ontology's page (terms, hierarchy as a drawing with a text twin, rules of the shapes in words) and the concept schemes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from markupsafe import Markup, escape

from ..files import File
from ..namespaces import DCTERMS, OWL, RDF, RDFS, SCHEMA, SKOS, VANN, XSD
from ..terms import Term, is_iri, value
from . import standard_terms
from .model import Site
from .rules import of_term, plain, texts
from .search_index import words
from .view import View, first_upper, plain_text

_ALIGNMENTS = (
    OWL.equivalentClass, OWL.equivalentProperty, SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch,
    RDFS.subClassOf, RDFS.subPropertyOf, RDFS.seeAlso,
)  # fmt: skip
_ELSEWHERE = frozenset((RDFS.subClassOf, RDFS.subPropertyOf, OWL.inverseOf))  # own terms here, others among the alignments


def ontology(site: Site, view: View) -> File:
    """ontology.html"""
    _ = view.texts.gettext
    graph = site.publication.sources.ontology
    header = site.settings.ontology
    own = f"{header[:-1]}#"
    classes = [each for each in site.schema.classes if each.startswith(own)]
    properties = [each for each in site.schema.properties if each.startswith(own)]
    key = lambda term: site.order_key(term, view.language)  # noqa: E731
    title = plain(graph, header, DCTERMS.title, view) or _("Ontology")
    return view.section_page(
        "ontology.html", "ontology", title, plain(graph, header, DCTERMS.abstract, view) or title,
        intro=texts(graph, header, DCTERMS.description, view),
        iri=value(header),
        version=[value(each) for each in graph.objects(header, OWL.versionInfo)],
        prefix=[value(each) for each in graph.objects(header, VANN.preferredNamespacePrefix)],
        namespace=[value(each) for each in graph.objects(header, VANN.preferredNamespaceUri)],
        citation=texts(graph, header, DCTERMS.bibliographicCitation, view),
        formats=[name for name in ("ontology.ttl", "ontology.jsonld", "ontology.rdf", "shapes.ttl") if not site.written or name in site.written],
        tree=_tree(classes, site, view),
        drawing=_drawing(classes, site, view),
        classes=[_term(each, site, view, own) for each in sorted(classes, key=key)],
        properties=[_term(each, site, view, own) for each in sorted(properties, key=key)],
    )  # fmt: skip


def _parents(term: Term, own: set[Term], site: Site) -> list[Term]:
    graph = site.publication.sources.ontology
    return [each for each in graph.objects(term, RDFS.subClassOf) if each in own]


def _tree(classes: list[Term], site: Site, view: View) -> list[dict[str, Any]]:
    """The hierarchy as nested lists."""
    own = set(classes)
    parents = {each: _parents(each, own, site) for each in classes}

    def node(term: Term, below: list[dict[str, Any]]) -> dict[str, Any]:
        return {"anchor": site.anchor(term), "label": view.text(term), "plain": view.label(term).text, "children": below}

    return _nested(parents, node, site, view)


def _nested(
    parents: Mapping[Term, Iterable[Term]],
    node: Callable[[Term, list[dict[str, Any]]], dict[str, Any]],
    site: Site,
    view: View,
) -> list[dict[str, Any]]:
    """Trees of everything that `parents` has as keys. What only a circle leads to begins a tree of its own."""
    ordered = sorted(parents, key=lambda term: site.order_key(term, view.language))
    children: dict[Term, list[Term]] = {}
    for each in ordered:
        for parent in parents[each]:
            children.setdefault(parent, []).append(each)
    seen: set[Term] = set()

    def walk(term: Term, above: frozenset[Term]) -> dict[str, Any]:
        seen.add(term)
        inside = above | {term}
        return node(term, [walk(each, inside) for each in children.get(term, ()) if each not in inside])

    found = [walk(each, frozenset()) for each in ordered if not parents[each]]
    found += [walk(each, frozenset()) for each in ordered if each not in seen]
    return found


def _drawing(classes: list[Term], site: Site, view: View) -> Markup:
    """The hierarchy as a drawing: indented boxes joined by lines; links to the terms."""
    rows: list[tuple[int, dict[str, Any], int]] = []

    def walk(nodes: list[dict[str, Any]], depth: int, parent: int) -> None:
        for each in nodes:
            number = len(rows)
            rows.append((depth, each, parent))
            walk(each["children"], depth + 1, number)

    walk(_tree(classes, site, view), 0, -1)
    parts = []
    for number, (depth, each, parent) in enumerate(rows):
        x, y = 10 + depth * 44, 10 + number * 38
        if parent >= 0:
            top = 10 + parent * 38 + 30
            parts.append(Markup('<path class="edge" d="M{0},{1}V{2}H{3}"/>').format(x - 26, top, y + 15, x))
        width = max(80, round(len(each["plain"]) * 8.6 + 28))
        parts.append(
            Markup(
                '<a href="#{}"><rect class="node d{}" x="{}" y="{}" width="{}" height="30" rx="4"/><text x="{}" y="{}">{}</text></a>'
            ).format(each["anchor"], min(depth, 3), x, y, width, x + 14, y + 20, first_upper(each["plain"]))
        )
    width = max((10 + depth * 44 + round(len(each["plain"]) * 8.6) + 60 for depth, each, _ in rows), default=100)
    label = view.texts.gettext("The classes and what stands above them; the list below says the same")
    return Markup('<svg class="hierarchy" viewBox="0 0 {} {}" width="{}" role="group" aria-label="{}">{}</svg>').format(
        width, len(rows) * 38 + 16, width, label, Markup("").join(parts)
    )


def _term(term: Term, site: Site, view: View, own: str) -> dict[str, Any]:
    graph = site.publication.sources.ontology
    _ = view.texts.gettext
    root = ""
    related: dict[str, list[Markup]] = {}
    for property_, name in (
        (RDFS.subClassOf, _("Is a kind of")),
        (RDFS.subPropertyOf, _("Is a special form of")),
        (OWL.inverseOf, _("Opposite direction")),
        (RDFS.domain, _("Is said of")),
        (SCHEMA.domainIncludes, _("Is said of")),
        (RDFS.range, _("Values")),
        (SCHEMA.rangeIncludes, _("Values")),
    ):
        found = [each for each in graph.objects(term, property_) if is_iri(each)]
        if property_ == OWL.inverseOf and not found and term in site.schema.inverses:
            found = [site.schema.inverses[term]]
        shown = [each for each in found if each.startswith(own) or property_ not in _ELSEWHERE]
        if shown:
            related.setdefault(name, []).extend(_link(each, site, view, root) for each in shown)
    elsewhere = []
    for property_ in _ALIGNMENTS:
        for each in graph.objects(term, property_):
            if is_iri(each) and not each.startswith(own) and not each.startswith(f"<{site.settings.base}"):
                elsewhere.append(
                    {
                        "name": view.label(property_).text,
                        "value": _link(each, site, view, root),
                    }
                )
    deprecated = (term, OWL.deprecated, '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>') in graph
    table = site.table_of.get(term)
    return {
        "anchor": site.anchor(term),
        "label": view.text(term),
        "curie": site.curie(term),
        "iri": value(term),
        "definition": texts(graph, term, SKOS.definition, view) or texts(graph, term, RDFS.comment, view),
        "notes": texts(graph, term, SKOS.scopeNote, view),
        "examples": texts(graph, term, SKOS.example, view),
        "related": [{"name": name, "values": values} for name, values in related.items()],
        "elsewhere": elsewhere,
        "deprecated": deprecated,
        "replaced": [_link(each, site, view, root) for each in graph.objects(term, DCTERMS.isReplacedBy)],
        "rules": of_term(term, site, view),
        "list": str(site.section(f"list/{table.name}", view.language)) if table else "",
        "count": len(table.things) if table else 0,
    }


def _link(term: Term, site: Site, view: View, root: str) -> Markup:
    """A term with its label; one of another vocabulary with its name, where that is known, and its CURIE."""
    if term in site.terms_of_ontology and term not in site.stems:
        return Markup('<a href="#{}">{}</a>').format(site.anchor(term), view.text(term))
    if view.page(term, root) is not None or site.index.labels.has(term):
        return view.term(term, root)
    known = standard_terms.name(term, view.language)
    if term.startswith(f"<{XSD.iri}") and known:
        return escape(known)
    curie = site.curie(term)
    if curie == value(term):
        return view.term(term, root)
    text = Markup("{} <code>{}</code>").format(known or "", curie)
    href = view.href(term, root)
    return Markup('<a class="outward" href="{}" rel="external">{}</a>').format(href, text.strip()) if href else text


def concepts(site: Site, view: View) -> File:
    """concepts.html: all concept schemes with their concepts as trees."""
    _ = view.texts.gettext
    graph = site.graph
    root = "../" * (len(site.section("concepts", view.language).parts) - 1)
    schemes: list[dict[str, Any]] = []
    for scheme in sorted(graph.subjects(RDF.type, SKOS.ConceptScheme), key=lambda each: site.order_key(each, view.language)):
        members = {
            *graph.subjects(SKOS.inScheme, scheme),
            *graph.subjects(SKOS.topConceptOf, scheme),
            *graph.objects(scheme, SKOS.hasTopConcept),
        }
        schemes.append(
            {
                "anchor": f"s{len(schemes) + 1}",
                "title": view.label(scheme).text,
                "link": view.term(scheme, root),
                "definition": _more_than(view.label(scheme).text, _definition(scheme, site, view)),
                "concepts": _concept_tree(members, site, view, root),
            }
        )
    return view.section_page(
        "concepts.html",
        "concepts",
        _("Concept schemes"),
        _("The controlled lists that the data use, with definitions."),
        schemes=schemes,
    )


def _definition(term: Term, site: Site, view: View) -> Markup:
    found = texts(site.graph, term, SKOS.definition, view) or texts(site.graph, term, DCTERMS.description, view)
    return found[0] if found else Markup("")


def _more_than(title: str, text: Markup) -> Markup:
    """A text, unless it only says its title again."""
    return Markup("") if words(plain_text(text).unescape()) == words(title) else text


def _concept_tree(members: set[Term], site: Site, view: View, root: str) -> list[dict[str, Any]]:
    graph = site.graph
    parents = {
        each: {*graph.objects(each, SKOS.broader), *graph.subjects(SKOS.narrower, each)} & members for each in members
    }

    def node(term: Term, below: list[dict[str, Any]]) -> dict[str, Any]:
        return {"link": view.term(term, root), "definition": _definition(term, site, view), "children": below}

    return _nested(parents, node, site, view)
