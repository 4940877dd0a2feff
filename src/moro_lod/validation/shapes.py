"""Reading a shapes graph: what must not be in it, what its shapes aim at, what they say to people.

The engines ignore what they do not know, recurse where shapes do, and read lists as far as they go. So everything is looked
at here before an engine sees it, and refused aloud.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from .. import sparql
from ..errors import MoroError, Text
from ..graphs import Graph
from ..namespaces import OWL, RDF, RDFS, SH
from ..terms import Term, is_literal, language, literal, value
from . import paths, patterns
from .results import Result

_TARGETS = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
_LISTS = (SH["in"], SH["and"], SH["or"], SH.xone, SH.languageIn, SH.ignoredProperties)
_OF_SHAPES = (SH["and"], SH["or"], SH.xone)
_TO_SHAPES = (SH.property, SH.node, SH["not"], SH.qualifiedValueShape)
_REFUSED_PROPERTIES: Mapping[Term, str] = {
    f"<{SH.iri}{name}>": f"sh:{name}"
    for name in ("js", "jsLibrary", "rule", "target", "expression", "values", "entailment", "filterShape", "nodes")
}
_REFUSED_CLASSES: Mapping[Term, str] = {
    f"<{SH.iri}{name}>": f"sh:{name}"
    for name in ("JSConstraint", "JSFunction", "JSRule", "JSTarget", "JSValidator", "SPARQLFunction", "SPARQLTarget")
}
_TRUE = {f'"{text}"^^<http://www.w3.org/2001/XMLSchema#boolean>' for text in ("true", "1")}


def check(data: Graph, shapes: Graph) -> None:
    """Raise MoroError for shapes and data that no engine should be given.

    These are imports and links to other shapes (nothing is loaded), features outside SHACL Core and SHACL-SPARQL, shapes
    that refer to themselves, broken lists and paths, queries that are no SPARQL, and patterns that may never end.
    """
    _refuse_loading(data, shapes)
    _refuse_features(shapes)
    for predicate in _LISTS:
        for shape, head in shapes.pairs(predicate):
            members(shapes, head, shape)
    _refuse_recursion(shapes)
    for _, shape in shapes.pairs(SH.property):
        if shapes.value(shape, SH.path) is None:
            raise _error(
                shape,
                Text(de="die Property-Shape hat keinen sh:path", en="the property shape has no sh:path"),
                Text(de="sh:path ergänzen", en="add sh:path"),
            )
    for shape, path in shapes.pairs(SH.path):
        try:
            paths.read(shapes, path)
        except MoroError as error:
            raise _error(shape, error.problem, error.remedy) from None
    checked: set[tuple[Term, Term]] = set()
    for shape, pattern in shapes.pairs(SH.pattern):
        flags = shapes.value(shape, SH.flags) or '""'
        if (pattern, flags) not in checked:
            checked.add((pattern, flags))
            patterns.check(value(pattern), value(flags), _place(shape))
    for predicate in (SH.select, SH.ask):
        for constraint, query in shapes.pairs(predicate):
            _check_query(shapes, constraint, value(query))


def _place(shape: Term) -> str:
    return f"Shape {shape}"


def _error(shape: Term, problem: Text, remedy: Text) -> MoroError:
    return MoroError(_place(shape), problem, remedy)


def _refuse_loading(data: Graph, shapes: Graph) -> None:
    for predicate, name, graphs in (
        (OWL.imports, "owl:imports", (data, shapes)),
        (SH.shapesGraph, "sh:shapesGraph", (data,)),
    ):
        for graph in graphs:
            for subject, target in graph.pairs(predicate):
                if predicate == OWL.imports and graph.about(target):
                    continue  # it is here already
                raise MoroError(
                    value(subject),
                    Text(
                        de=f"{name} {target} wird nicht befolgt: geladen wird nur, was im Projekt liegt",
                        en=f"{name} {target} is not followed: only what lies in the project is loaded",
                    ),
                    Text(
                        de="die Aussage entfernen und die Datei in den Projektordner legen",
                        en="remove the statement and put the file into the project's folder",
                    ),
                )


def _refuse_features(shapes: Graph) -> None:
    found: list[tuple[Term, str]] = []
    for predicate, name in _REFUSED_PROPERTIES.items():
        found += [(subject, name) for subject, _ in shapes.pairs(predicate)]
    for class_, name in _REFUSED_CLASSES.items():
        found += [(subject, name) for subject in shapes.subjects(RDF.type, class_)]
    for subject, name in found:
        raise _error(
            subject,
            Text(de=f"{name} wird nicht unterstützt", en=f"{name} is not supported"),
            Text(de="mit SHACL Core oder sh:sparql ausdrücken", en="express it with SHACL Core or sh:sparql"),
        )


def members(shapes: Graph, head: Term, shape: Term) -> tuple[Term, ...]:
    """The members of an RDF list. Raises MoroError, naming the shape, for a list that is open or circular."""
    found: list[Term] = []
    seen: set[Term] = set()
    while head != RDF.nil:
        first, rest = shapes.value(head, RDF.first), shapes.value(head, RDF.rest)
        if first is None or rest is None or head in seen:
            raise _error(
                shape,
                Text(de="eine Liste ist offen oder ein Kreis", en="a list is open or circular"),
                Text(de="als ( … ) schreiben", en="write it as ( … )"),
            )
        seen.add(head)
        found.append(first)
        head = rest
    return tuple(found)


def _refuse_recursion(shapes: Graph) -> None:
    """SHACL leaves open what shapes mean that refer to themselves (§3.4.3); engines give up at different depths."""
    inner: dict[Term, list[Term]] = {}
    for predicate in _TO_SHAPES:
        for shape, other in shapes.pairs(predicate):
            inner.setdefault(shape, []).append(other)
    for predicate in _OF_SHAPES:
        for shape, head in shapes.pairs(predicate):
            inner.setdefault(shape, []).extend(members(shapes, head, shape))
    done: set[Term] = set()
    for start in inner:
        open_: dict[Term, Iterator[Term]] = {start: iter(inner[start])} if start not in done else {}
        while open_:
            shape, rest = next(reversed(open_.items()))
            other = next(rest, "")
            if not other:
                done.add(open_.popitem()[0])
            elif other in open_:
                around = list(open_)
                circle = " → ".join((*around[around.index(other) :], other))
                raise _error(
                    shape,
                    Text(
                        de=f"die Shape bezieht sich auf sich selbst ({circle})", en=f"the shape refers to itself ({circle})"
                    ),
                    Text(
                        de="den Kreis auflösen, etwa mit einem Pfad wie [ sh:zeroOrMorePath … ]",
                        en="break the circle, for instance with a path like [ sh:zeroOrMorePath … ]",
                    ),
                )
            elif other not in done:
                open_[other] = iter(inner.get(other, ()))


_FORBIDDEN_WORDS: Mapping[str, tuple[Text, Text]] = {
    "SERVICE": (
        Text(de="SERVICE ist in Shapes nicht erlaubt", en="SERVICE is not allowed in shapes"),
        Text(de="weglassen: Shapes prüfen nur die eigenen Daten", en="leave it out: shapes check the project's data only"),
    )
}


def _check_query(shapes: Graph, constraint: Term, query: str) -> None:
    place = _place(constraint)
    sparql.refuse_words(query, place, _FORBIDDEN_WORDS)
    sparql.parse(_with_prefixes(shapes, constraint, re.sub(r"[$?]PATH\b", "<urn:path>", query)), place)


def _with_prefixes(shapes: Graph, constraint: Term, query: str) -> str:
    """The query with its prefixes, on its first line, so that lines in messages stay right."""
    declared = prefixes(shapes, constraint)
    return "".join(f"PREFIX {prefix}: <{namespace}> " for prefix, namespace in declared.items()) + query


def self_contained(shapes: Graph) -> Graph:
    """The shapes with the prefixes of sh:prefixes written into the queries: engines collect them differently."""
    queries = {}
    for predicate in (SH.select, SH.ask):
        for constraint, query in shapes.pairs(predicate):
            queries[constraint, predicate, query] = literal(_with_prefixes(shapes, constraint, value(query)))
    if not queries:
        return shapes
    return Graph((s, p, queries.get((s, p, o), o)) for s, p, o in shapes)


def prefixes(shapes: Graph, constraint: Term) -> dict[str, str]:
    """The prefixes that sh:prefixes gives to a SPARQL constraint, imported graphs included (SHACL §5.2.1)."""
    found: dict[str, str] = {}
    ontologies = list(shapes.objects(constraint, SH.prefixes))
    for ontology in ontologies:
        ontologies += [each for each in shapes.objects(ontology, OWL.imports) if each not in ontologies]
        for declaration in shapes.objects(ontology, SH.declare):
            prefix, namespace = shapes.value(declaration, SH.prefix), shapes.value(declaration, SH.namespace)
            if prefix and namespace:
                found[value(prefix)] = value(namespace)
    return dict(sorted(found.items()))


def targets(shapes: Graph) -> tuple[Term, ...]:
    """The active shapes that say themselves what they apply to, sorted."""
    found = {shape for predicate in _TARGETS for shape, _ in shapes.pairs(predicate)}
    found.update(_implicit(shapes))
    return tuple(sorted(each for each in found if not _TRUE & set(shapes.objects(each, SH.deactivated))))


def _implicit(shapes: Graph) -> set[Term]:
    """Shapes that are classes and so apply to their own instances (SHACL §2.1.3.3)."""
    classes = {*shapes.subjects(RDF.type, RDFS.Class), *shapes.subjects(RDF.type, OWL.Class)}
    kinds = {*shapes.subjects(RDF.type, SH.NodeShape), *shapes.subjects(RDF.type, SH.PropertyShape)}
    return classes & kinds


def idle(shapes: Graph, data: Graph) -> tuple[Term, ...]:
    """Shapes with a target that has nothing in the data, sorted. A named node (sh:targetNode) is something by itself."""
    implicit = _implicit(shapes)
    instances: dict[Term, bool] = {}

    def has_instances(class_: Term) -> bool:
        if class_ not in instances:
            instances[class_] = any(data.subjects(RDF.type, each) for each in _with_subclasses(class_, data))
        return instances[class_]

    def finds(shape: Term) -> bool:
        return (
            (shape in implicit and has_instances(shape))
            or any(has_instances(class_) for class_ in shapes.objects(shape, SH.targetClass))
            or bool(shapes.objects(shape, SH.targetNode))
            or any(data.pairs(each) for each in shapes.objects(shape, SH.targetSubjectsOf))
            or any(data.pairs(each) for each in shapes.objects(shape, SH.targetObjectsOf))
        )

    return tuple(shape for shape in targets(shapes) if not finds(shape))


def _with_subclasses(class_: Term, data: Graph) -> set[Term]:
    found = {class_}
    waiting = [class_]
    while waiting:
        fresh = set(data.subjects(RDFS.subClassOf, waiting.pop())) - found
        found |= fresh
        waiting.extend(fresh)
    return found


def names(shapes: Graph, shape: Term) -> dict[str, str]:
    """What a shape calls its property (sh:name): language → text."""
    return {language(name): value(name) for name in shapes.objects(shape, SH.name) if is_literal(name)}


class Messages:
    """What shapes say to people, by language.

    Where a shape has messages of its own, they count, else those of its SPARQL constraint. The engines give the messages
    of SPARQL constraints without their language and with values put in; here each is brought back to the sh:message that
    it was made from.
    """

    def __init__(self, shapes: Graph) -> None:
        self._shapes = shapes
        self._templates: dict[tuple[Term | None, Term | None], list[tuple[str, re.Pattern[str]]]] = {}

    def of(self, result: Result) -> Mapping[str, str] | None:
        """The messages of a result by language; None if the shapes graph has none for it."""
        templates = self._of(result)
        if not templates:
            return None
        found: dict[str, set[str]] = {}
        for text in (line for texts in result.messages.values() for line in texts.split("\n")):
            for tag, pattern in templates:
                if pattern.fullmatch(text):
                    found.setdefault(tag, set()).add(text)
        return {tag: "\n".join(sorted(texts)) for tag, texts in sorted(found.items())} or result.messages

    def _of(self, result: Result) -> list[tuple[str, re.Pattern[str]]]:
        key = result.source_shape, result.source_constraint
        if key not in self._templates:
            self._templates[key] = next(filter(None, map(self._read, filter(None, key))), [])
        return self._templates[key]

    def _read(self, owner: Term) -> list[tuple[str, re.Pattern[str]]]:
        found = []
        for message in self._shapes.objects(owner, SH.message):
            parts = re.split(r"\{[?$]\w+\}", value(message).replace("\n", " "))
            found.append((language(message), re.compile(".*".join(map(re.escape, parts)), re.DOTALL)))
        return found
