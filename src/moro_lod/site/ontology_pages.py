"""The ontology's page (terms, hierarchy as a drawing with a text twin, rules of the shapes in words) and the concept schemes."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup, escape

from ..files import File
from ..graphs import Graph
from ..namespaces import DCTERMS, OWL, RDF, RDFS, SCHEMA, SH, SKOS, VANN
from ..terms import Term, is_blank, is_iri, is_literal, language, value
from .model import Site
from .view import View, first_upper

_ALIGNMENTS = (
    OWL.equivalentClass, OWL.equivalentProperty, SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch,
    RDFS.subClassOf, RDFS.subPropertyOf, RDFS.seeAlso,
)  # fmt: skip


def _texts(graph: Graph, term: Term, property_: Term, view: View) -> list[Markup]:
    found: dict[str, list[Term]] = {}
    for each in graph.objects(term, property_):
        if is_literal(each):
            found.setdefault(language(each), []).append(each)
    chosen = next((tag for tag in (view.language, *view.site.languages, "") if tag in found), min(found, default=""))
    return [view.term(each, "") for each in found.get(chosen, ())]


def ontology(site: Site, view: View) -> File:
    """ontology.html"""
    _ = view.texts.gettext
    graph = site.publication.sources.ontology
    header = site.settings.ontology
    own = f"{header[:-1]}#"
    classes = [each for each in site.schema.classes if each.startswith(own)]
    properties = [each for each in site.schema.properties if each.startswith(own)]
    key = lambda term: site.order_key(term, view.language)  # noqa: E731
    title = " ".join(_plain(graph, header, DCTERMS.title, view)) or _("Ontology")
    return view.section_page(
        "ontology.html", "ontology", title, " ".join(_plain(graph, header, DCTERMS.abstract, view)) or title,
        intro=_texts(graph, header, DCTERMS.description, view),
        iri=value(header),
        version=[value(each) for each in graph.objects(header, OWL.versionInfo)],
        prefix=[value(each) for each in graph.objects(header, VANN.preferredNamespacePrefix)],
        namespace=[value(each) for each in graph.objects(header, VANN.preferredNamespaceUri)],
        citation=_texts(graph, header, DCTERMS.bibliographicCitation, view),
        formats=[name for name in ("ontology.ttl", "ontology.jsonld", "ontology.rdf", "shapes.ttl") if not site.written or name in site.written],
        tree=_tree(classes, site, view),
        drawing=_drawing(classes, site, view),
        classes=[_term(each, site, view, own) for each in sorted(classes, key=key)],
        properties=[_term(each, site, view, own) for each in sorted(properties, key=key)],
    )  # fmt: skip


def _plain(graph: Graph, term: Term, property_: Term, view: View) -> list[str]:
    texts = {language(each): value(each) for each in graph.objects(term, property_) if is_literal(each)}
    chosen = view.words(texts) or texts.get("", "")
    return [chosen] if chosen else []


def _parents(term: Term, own: set[Term], site: Site) -> list[Term]:
    graph = site.publication.sources.ontology
    return [each for each in graph.objects(term, RDFS.subClassOf) if each in own]


def _tree(classes: list[Term], site: Site, view: View) -> list[dict[str, Any]]:
    """The hierarchy as nested lists."""
    own = set(classes)
    children: dict[Term, list[Term]] = {}
    roots = []
    for each in sorted(classes, key=lambda term: site.order_key(term, view.language)):
        parents = _parents(each, own, site)
        for parent in parents:
            children.setdefault(parent, []).append(each)
        if not parents:
            roots.append(each)

    def node(term: Term, seen: frozenset[Term]) -> dict[str, Any]:
        below = [node(each, seen | {term}) for each in children.get(term, ()) if each not in seen]
        return {"anchor": site.anchor(term), "label": view.text(term), "plain": view.label(term).text, "children": below}

    return [node(each, frozenset()) for each in roots]


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
    label = view.texts.gettext("The classes and what stands above them; the list beside says the same")
    return Markup('<svg class="hierarchy" viewBox="0 0 {} {}" width="{}" role="group" aria-label="{}">{}</svg>').format(
        width, len(rows) * 38 + 16, width, label, Markup("").join(parts)
    )


def _term(term: Term, site: Site, view: View, own: str) -> dict[str, Any]:
    graph = site.publication.sources.ontology
    _ = view.texts.gettext
    root = ""
    related = []
    for property_, name in (
        (RDFS.subClassOf, _("Is a kind of")),
        (RDFS.subPropertyOf, _("Is a special form of")),
        (OWL.inverseOf, _("Opposite direction")),
        (SCHEMA.domainIncludes if "<https://schema.org/domainIncludes>" in SCHEMA else RDFS.domain, _("Is said of")),
        (RDFS.range, _("Values")),
    ):
        found = [each for each in graph.objects(term, property_) if is_iri(each)]
        if property_ == OWL.inverseOf and not found and term in site.schema.inverses:
            found = [site.schema.inverses[term]]
        mine = [each for each in found if each.startswith(own) or property_ in (RDFS.domain, RDFS.range)]
        if mine:
            related.append({"name": name, "values": [_link(each, site, view, root) for each in mine]})
    for name, said in ((_("Is said of"), "domainIncludes"), (_("Values"), "rangeIncludes")):
        found = [each for each in graph.objects(term, f"<https://schema.org/{said}>") if is_iri(each)]
        if found:
            related.append({"name": name, "values": [_link(each, site, view, root) for each in found]})
    elsewhere = []
    for property_ in _ALIGNMENTS:
        for each in graph.objects(term, property_):
            if is_iri(each) and not each.startswith(own) and not each.startswith(f"<{site.settings.base}"):
                elsewhere.append(
                    {
                        "name": view.label(property_).text if site.index.labels.has(property_) else site.curie(property_),
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
        "definition": _texts(graph, term, SKOS.definition, view) or _texts(graph, term, RDFS.comment, view),
        "notes": _texts(graph, term, SKOS.scopeNote, view),
        "examples": _texts(graph, term, SKOS.example, view),
        "related": related,
        "elsewhere": elsewhere,
        "deprecated": deprecated,
        "replaced": [_link(each, site, view, root) for each in graph.objects(term, DCTERMS.isReplacedBy)],
        "rules": _rules(term, site, view),
        "list": str(site.section(f"list/{table.name}", view.language)) if table else "",
        "count": len(table.things) if table else 0,
    }


def _link(term: Term, site: Site, view: View, root: str) -> Markup:
    if term in site.terms_of_ontology and term not in site.stems:
        return Markup('<a href="#{}">{}</a>').format(site.anchor(term), view.text(term))
    if view.page(term, root) is None and not site.index.labels.has(term):
        href = view.href(term, root)
        return (
            Markup('<a class="outward" href="{}" rel="external"><code>{}</code></a>').format(href, site.curie(term))
            if href
            else escape(site.curie(term))
        )
    return view.term(term, root)


def _rules(term: Term, site: Site, view: View) -> list[dict[str, Any]]:
    """What the shapes expect of the things of a class, in words."""
    graph = site.publication.sources.shapes
    found = []
    for node_shape in site.schema.node_shapes.get(term, ()):
        for shape in graph.objects(node_shape, SH.property):
            path = graph.value(shape, SH.path)
            if path is None or graph.value(shape, SH.deactivated):
                continue
            words = _constraint_words(shape, graph, site, view)
            messages = _texts(graph, shape, SH.message, view)
            if words or messages:
                name = " ".join(_plain(graph, shape, SH.name, view)) or (view.label(path).text if is_iri(path) else "")
                found.append(
                    {
                        "name": first_upper(name),
                        "words": words,
                        "messages": messages,
                        "severity": _severity(graph.value(shape, SH.severity), view),
                    }
                )
    return sorted(found, key=lambda each: each["name"].casefold())


def _severity(term: Term | None, view: View) -> str:
    _ = view.texts.gettext
    return {SH.Warning: _("warning"), SH.Info: _("note")}.get(term or "", _("must"))


def _constraint_words(shape: Term, graph: Graph, site: Site, view: View) -> list[str]:
    _ = view.texts.gettext
    words = []
    least, most = graph.value(shape, SH.minCount), graph.value(shape, SH.maxCount)
    low, high = value(least) if least else "", value(most) if most else ""
    if low and low == high:
        words.append(_("exactly %(count)s") % {"count": low})
    else:
        if low and low != "0":
            words.append(_("at least %(count)s") % {"count": low})
        if high:
            words.append(_("at most %(count)s") % {"count": high})
    for each in graph.objects(shape, SH["class"]):
        words.append(_("a thing of the kind “%(name)s”") % {"name": view.label(each).text})
    for each in graph.objects(shape, SH.datatype):
        words.append(_("written as %(name)s") % {"name": site.curie(each)})
    for each in graph.objects(shape, SH.pattern):
        words.append(_("of the form %(pattern)s") % {"pattern": value(each)})
    for property_, pattern in (
        (SH.minInclusive, _("not less than %(value)s")), (SH.maxInclusive, _("not more than %(value)s")),
        (SH.minLength, _("at least %(value)s characters")), (SH.maxLength, _("at most %(value)s characters")),
    ):  # fmt: skip
        for each in graph.objects(shape, property_):
            words.append(pattern % {"value": view.plain(each)})
    if graph.value(shape, SH.uniqueLang):
        words.append(_("one for each language"))
    choices = _list(graph, graph.value(shape, SH["in"]))
    if choices:
        words.append(_("one of: %(values)s") % {"values": ", ".join(view.plain(each) for each in choices)})
    return words


def _list(graph: Graph, head: Term | None) -> list[Term]:
    found: list[Term] = []
    while head and head != RDF.nil and is_blank(head) and len(found) < 1000:
        first = graph.value(head, RDF.first)
        if first is None:
            break
        found.append(first)
        head = graph.value(head, RDF.rest)
    return found


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
                "definition": _definition(scheme, site, view),
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
    found = _texts(site.graph, term, SKOS.definition, view) or _texts(site.graph, term, DCTERMS.description, view)
    return found[0] if found else Markup("")


def _concept_tree(members: set[Term], site: Site, view: View, root: str) -> list[dict[str, Any]]:
    graph = site.graph
    key = lambda term: site.order_key(term, view.language)  # noqa: E731

    def node(term: Term, seen: frozenset[Term]) -> dict[str, Any]:
        below = {*graph.subjects(SKOS.broader, term), *graph.objects(term, SKOS.narrower)} & members - seen
        return {
            "link": view.term(term, root),
            "definition": _definition(term, site, view),
            "children": [node(each, seen | {term}) for each in sorted(below, key=key)],
        }

    tops = [
        each
        for each in members
        if not set(graph.objects(each, SKOS.broader)) & members and not set(graph.subjects(SKOS.narrower, each)) & members
    ]
    return [node(each, frozenset()) for each in sorted(tops, key=key)]
