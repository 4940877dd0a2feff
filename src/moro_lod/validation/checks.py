"""What shapes cannot say, checked by the program and reported in the same form.

Shapes see one merged graph. Which graph a statement stands in, whether a term exists at all, how a literal is spelled, whether
a link within the publication leads anywhere, and whether the ring of a surface is closed, is seen here.
"""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from .. import sparql
from ..graphs import DEFAULT_GRAPH, Graph, Quad, Quads, Triple
from ..lexical import stored_forms
from ..namespaces import GEO, KNOWN, OWL, RDF, RDFS, SH
from ..terms import Term, iri, is_iri, language, value
from . import shapes as shapes_graph
from .results import Evidence, Result

SHOWN = 3  # uses of a term that a message names


@dataclass(frozen=True, slots=True)
class Query:
    """A SPARQL text of the project, whose terms are checked: a rule or a question."""

    path: str
    text: str


@dataclass(frozen=True)
class Subject:
    """What is checked, and what the project calls its parts. `quads` are all published statements."""

    quads: Quads
    ontology: Graph
    shapes: Graph
    queries: tuple[Query, ...]
    base: str  # every identifier begins with it
    ontology_graph: Term
    records_graph: Term
    record_class: Term | None  # None: the project keeps no source records
    inferred_graph: Term
    hidden_graphs: tuple[Term, ...]  # kept, but not published
    prefixes: Mapping[str, str]

    def component(self, name: str) -> Term:
        """The IRI of one of the checks below."""
        return iri(f"{self.base}shapes#{name}")

    def short(self, term: Term) -> str:
        """A term for people: with a prefix where there is one."""
        if not is_iri(term):
            return term
        text = value(term)
        found = [(len(namespace), prefix) for prefix, namespace in self.prefixes.items() if text.startswith(namespace)]
        if not found:
            return term
        length, prefix = max(found)
        return f"{prefix}:{text[length:]}"


def check(subject: Subject) -> Iterator[Result]:
    """The results of all checks, in no particular order."""
    for each in (graphs_have_records, terms_are_declared, links_lead_somewhere, literals_are_canonical, rings_are_closed):
        yield from each(subject)


def _result(
    subject: Subject,
    name: str,
    focus_node: Term,
    de: str,
    en: str,
    *,
    path: Term | None = None,
    value: Term | None = None,
    severity: Term = SH.Violation,
    shape: Term | None = None,
    evidence: tuple[Evidence, ...] = (),
) -> Result:
    component = subject.component(name)
    return Result(focus_node, path, value, shape, component, severity, {"de": de, "en": en}, None, evidence)


# Sources


def graphs_have_records(subject: Subject) -> Iterator[Result]:
    """Every named graph with statements has a source record, and statements have a graph."""
    if subject.record_class is None:
        return
    records = set(subject.quads.graph(subject.records_graph).subjects(RDF.type, subject.record_class))
    own = {subject.ontology_graph, subject.records_graph}
    for name in subject.quads.names:
        if name == DEFAULT_GRAPH:
            first = subject.quads.graph(name)
            yield _result(
                subject,
                "SourceRecordCheck",
                next(iter(first))[0],
                f"{len(first)} Aussagen stehen in keinem Graphen und haben deshalb keine Quelle.",
                f"{len(first)} statements stand in no graph and therefore have no source.",
            )
        elif name not in records and name not in own:
            near = _nearest(name, records)
            yield _result(
                subject,
                "SourceRecordCheck",
                name,
                "Der Graph hat Aussagen, aber keinen Quellennachweis"
                + (f"; gemeint ist wohl {subject.short(near)}." if near else "."),
                "The graph has statements but no source record"
                + (f"; {subject.short(near)} may be meant." if near else "."),
                evidence=(Evidence(None, (name,)),),
            )
    cited = {o for _, _, o in subject.quads.graph(subject.records_graph)}  # sources that other sources are derived from
    for record in sorted(records.difference(subject.quads.names, subject.hidden_graphs, own, cited)):
        yield _result(
            subject,
            "UnusedSourceRecordCheck",
            record,
            "Unter diesem Quellennachweis steht keine Aussage.",
            "No statement stands under this source record.",
            severity=SH.Info,
        )


# Terms


def terms_are_declared(subject: Subject) -> Iterator[Result]:
    """Every property, class and datatype is a term of the ontology or of a known vocabulary.

    So is every other IRI in the namespace of one of these, wherever it stands: in data, shapes, rules and queries.
    """
    vocabulary = _Vocabulary(subject)
    found: dict[Term, list[tuple[Term, Term | None, Term, str]]] = {}  # term → focus node, path, graph, place

    def note(term: Term, focus: Term, path: Term | None, graph: Term = "", place: str = "") -> None:
        found.setdefault(term, []).append((focus, path, graph, place))

    unknown = vocabulary.unknown(subject.quads)
    if unknown:
        for s, p, o, g in subject.quads:
            for term in {s, p, o, _datatype(o)} & unknown:
                note(term, s, p, g)
    unknown = vocabulary.unknown((s, p, o, DEFAULT_GRAPH) for s, p, o in subject.shapes)
    for s, p, o in subject.shapes if unknown else ():
        for term in {s, p, o, _datatype(o)} & unknown:
            note(term, s, p, place="shapes/")
    for query in (*_constraints(subject.shapes), *subject.queries):
        for use in sparql.uses(query.text):
            if vocabulary.is_mistake(use.term):
                note(use.term, use.term, None, place=f"{query.path}:{use.line}:{use.column}")
    for term, uses in sorted(found.items()):
        focus, path, _, _ = uses[0]
        near = vocabulary.nearest(term)
        places = list(dict.fromkeys(place for *_, place in uses if place))[:SHOWN]
        where = f" ({', '.join(places)})" if places else ""
        count = f", {len(uses)}×" if len(uses) > 1 else ""
        shown = subject.short(term)
        hint_de = f"gemeint ist wohl „{subject.short(near)}“" if near else "in der Ontologie vereinbaren oder berichtigen"
        hint_en = f"“{subject.short(near)}” may be meant" if near else "declare it in the ontology or correct it"
        yield _result(
            subject,
            "DeclaredTermCheck",
            focus,
            f"Den Begriff „{shown}“ gibt es nicht{where}{count}; {hint_de}.",
            f"There is no term “{shown}”{where}{count}; {hint_en}.",
            path=path,
            value=None if term in (focus, path) else term,
            evidence=(Evidence(None, tuple(sorted({graph for _, _, graph, _ in uses if graph}))),),
        )


def _constraints(shapes: Graph) -> Iterator[Query]:
    for predicate in (SH.select, SH.ask):
        for constraint, text in shapes.pairs(predicate):
            head = "".join(f"PREFIX {p}: <{n}> " for p, n in shapes_graph.prefixes(shapes, constraint).items())
            yield Query(value(constraint), head + value(text))


def _datatype(term: Term) -> Term:
    return term[term.rindex('"') + 3 :] if term[0] == '"' and term[-1] == ">" else ""


class _Vocabulary:
    """The terms there are: of the ontology, its shapes, and the known vocabularies; with the namespaces that are closed."""

    def __init__(self, subject: Subject) -> None:
        above = (RDFS.subClassOf, RDFS.subPropertyOf, OWL.equivalentClass, OWL.equivalentProperty, OWL.inverseOf, RDFS.range)
        declared = {s for s, p, _ in subject.ontology if p == RDF.type and is_iri(s)}
        named_shapes = {s for s in subject.shapes.subjects_sorted if is_iri(s)}
        self._foreign = {o for p in above for _, o in subject.ontology.pairs(p) if is_iri(o)}
        self._closed: dict[str, set[Term]] = defaultdict(set)
        for each in declared:
            if _namespace(each).startswith(subject.base) and _namespace(each) != subject.base:  # documents lie there too
                self._closed[_namespace(each)].add(each)
        for each in named_shapes:
            if _namespace(each).startswith(f"{subject.base}shapes"):
                self._closed[_namespace(each)].add(each)
        for namespace in KNOWN:
            self._closed[namespace.iri].update(namespace)
        self._open = declared | named_shapes | self._foreign
        self._is_vocabulary = {f"{subject.base}ontology#", f"{subject.base}shapes#"}

    def is_mistake(self, term: Term) -> bool:
        """Whether an IRI lies in a closed namespace without being one of its terms; the namespace itself is none."""
        namespace = _namespace(term)
        closed = self._closed.get(namespace)
        if closed is None:
            return namespace in self._is_vocabulary and term not in self._open
        return term not in closed and term not in self._open and len(term) > len(namespace) + 2

    def unknown(self, quads: Iterable[Quad]) -> set[Term]:
        """The IRIs that are mistakes, and the properties, classes and datatypes of vocabularies that are not known at all."""
        everywhere: set[Term] = set()
        as_terms: set[Term] = set()
        for s, p, o, _ in quads:
            everywhere.add(s)
            as_terms.add(p)
            if o[0] == '"':
                if o[-1] == ">":
                    as_terms.add(_datatype(o))
            else:
                (as_terms if p == RDF.type else everywhere).add(o)
        wrong = {each for each in everywhere | as_terms if is_iri(each) and self.is_mistake(each)}
        return wrong | {
            each for each in as_terms if is_iri(each) and each not in self._open and _namespace(each) not in self._closed
        }

    def nearest(self, term: Term) -> Term | None:
        """The declared term that looks most like one that is not, the same namespace first."""
        same = self._closed.get(_namespace(term), set())
        others = {each for terms in self._closed.values() for each in terms} | self._open
        return _nearest(term, same) or _nearest(term, others, 0.85)


def _namespace(term: Term) -> str:
    return term[1 : max(term.rfind("#"), term.rfind("/")) + 1]


def _local(term: Term) -> str:
    return term[max(term.rfind("#"), term.rfind("/")) + 1 : -1]


def _nearest(term: Term, among: Iterable[Term], likeness: float = 0.75) -> Term | None:
    by_name: dict[str, Term] = {}
    for each in sorted(among, reverse=True):
        by_name[_local(each)] = each
    same_case = next((name for name in sorted(by_name) if name.lower() == _local(term).lower()), None)
    found = [same_case] if same_case else difflib.get_close_matches(_local(term), sorted(by_name), 1, likeness)
    return by_name[found[0]] if found else None


# Links within the publication


def links_lead_somewhere(subject: Subject) -> Iterator[Result]:
    """Every identifier of the publication that statements point to is described, and statements are about identifiers of it."""
    start = f"<{subject.base}id/"
    # What only follows (a type from a range, the way back of an inverse) does not describe what somebody pointed to.
    asserted = {quad[0] for quad in subject.quads if quad[3] != subject.inferred_graph}
    described = asserted.union(quad[0] for quad in subject.quads)
    missing: dict[Term, list[Quad]] = {}
    elsewhere: dict[Term, list[Quad]] = {}
    within = f"<{subject.base}"
    for quad in subject.quads:
        s, _, o, g = quad
        if o.startswith(start) and o not in (described if g == subject.inferred_graph else asserted):
            missing.setdefault(o, []).append(quad)
        if s[0] == "<" and g != subject.ontology_graph and g != subject.inferred_graph and not s.startswith(within):
            elsewhere.setdefault(s, []).append(quad)
    for target, quads in sorted(missing.items()):
        s, p, _, _ = quads[0]
        near = _nearest(target, (each for each in asserted if _namespace(each) == _namespace(target)))
        hint_de = f"; gemeint ist wohl {subject.short(near)}" if near else ""
        hint_en = f"; {subject.short(near)} may be meant" if near else ""
        count = f", {len(quads)}×" if len(quads) > 1 else ""
        yield _result(
            subject,
            "LinkCheck",
            s,
            f"{subject.short(target)} ist nirgends beschrieben{count}{hint_de}.",
            f"{subject.short(target)} is described nowhere{count}{hint_en}.",
            path=p,
            value=target,
            evidence=(Evidence(target, tuple(sorted({quad[3] for quad in quads}))),),
        )
    for thing, quads in sorted(elsewhere.items()):
        yield _result(
            subject,
            "OwnIdentifierCheck",
            thing,
            f"Aussagen über ein Ding, dessen Adresse nicht mit {subject.base} beginnt, haben hier keine Seite.",
            f"Statements about a thing whose address does not begin with {subject.base} have no page here.",
            path=quads[0][1],
            value=None,
            severity=SH.Warning,
            evidence=(Evidence(None, tuple(sorted({quad[3] for quad in quads}))),),
        )


# Literals


def literals_are_canonical(subject: Subject) -> Iterator[Result]:
    """Literals are spelled as the query store gives them back, so that endpoint and files say the same."""
    changed = stored_forms(quad[2] for quad in subject.quads)
    if not changed:
        return
    asserted = (quad for quad in subject.quads if quad[3] != subject.inferred_graph)
    for (s, p, o), evidence in _with_sources(quad for quad in asserted if quad[2] in changed):
        yield _result(
            subject,
            "CanonicalLiteralCheck",
            s,
            f"Der Abfragedienst gibt „{_brief(o)}“ als „{_brief(changed[o])}“ zurück; so schreiben.",
            f"The query service gives “{_brief(o)}” back as “{_brief(changed[o])}”; write it like that.",
            path=p,
            value=o,
            severity=SH.Warning,
            evidence=evidence,
        )


def _with_sources(quads: Iterable[Quad]) -> Iterator[tuple[Triple, tuple[Evidence, ...]]]:
    graphs: dict[Triple, list[Term]] = {}
    for s, p, o, g in quads:
        graphs.setdefault((s, p, o), []).append(g)
    for triple, names in graphs.items():
        yield triple, (Evidence(triple[2], tuple(sorted(names))),)


def _brief(literal: Term) -> str:
    tag = language(literal)
    text = f"{value(literal)}@{tag}" if tag else value(literal)
    return text if len(text) <= 60 else f"{text[:57]}…"


_WKT_MARK = f'"^^{GEO.wktLiteral}'
_WKT_PART = re.compile(r"([A-Za-z]+)|\(([^()]+)\)")


def rings_are_closed(subject: Subject) -> Iterator[Result]:
    """The first and the last point of every ring of a surface are the same (OGC Simple Features; not regular, so no pattern)."""
    shape = next((s for s, path in subject.shapes.pairs(SH.path) if path == GEO.asWKT), None)
    surfaces = dict.fromkeys(quad[2] for quad in subject.quads if quad[2].endswith(_WKT_MARK))
    is_open = {literal for literal in surfaces if _has_open_ring(value(literal))}
    for (s, p, o), evidence in _with_sources(quad for quad in subject.quads if quad[2] in is_open):
        yield _result(
            subject,
            "ClosedRingCheck",
            s,
            "Ein Ring der Fläche ist nicht geschlossen: erster und letzter Punkt müssen gleich sein.",
            "A ring of the surface is not closed: its first and last point must be the same.",
            path=p,
            value=o,
            shape=shape,
            evidence=evidence,
        )


def _has_open_ring(wkt: str) -> bool:
    kind = ""
    for match in _WKT_PART.finditer(wkt.partition(">")[2] if wkt.startswith("<") else wkt):
        if match[1]:
            kind = kind if match[1].upper() in ("Z", "M", "ZM") else match[1].upper()
        elif kind in ("POLYGON", "MULTIPOLYGON"):
            points = match[2]
            first, last = points[: points.find(",")], points[points.rfind(",") + 1 :]
            if "," not in points or first.split() != last.split():
                return True
    return False
