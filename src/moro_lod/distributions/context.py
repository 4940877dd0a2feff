"""The JSON-LD context: short English keys for the terms of the ontology and of the vocabularies that the data use.

A key is the local name of a term. Where two terms want one key, the project's own vocabulary gets it, then the widespread
ones in the order of `_PREFERRED`, then the others by prefix; the losers' keys begin with their prefix (`foafMember`).
What a property's definition promises holds for every value in the data:

- `@container: [@language, @set]` (language maps of arrays) where every value has a language,
- `@type: @id` where every value is an IRI or a blank node, a datatype where all values have that one,
- nothing but `@container: @set` where values are mixed: they are written `{"@type": …, "@value": …}`.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from ..graphs import Graph
from ..namespaces import DCTERMS, FOAF, OWL, RDF, RDFS, SKOS
from ..terms import Term, value

_PREFERRED = (SKOS.iri, DCTERMS.iri, RDFS.iri, FOAF.iri, OWL.iri)
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_CLASSES = (OWL.Class, RDFS.Class)
_PROPERTIES = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDF.Property)
_RESERVED = frozenset({"id", "type", "graph", "context", "value", "language"})
_NOT_KEYS = frozenset({RDF.type, RDF.first, RDF.rest})

MIXED, LINK, TAGGED, PLAIN = "", "@id", "@language", "@plain"


@dataclass(frozen=True, slots=True)
class Definition:
    """A property in the context. `form` is MIXED, LINK, TAGGED, PLAIN or the one datatype of all values."""

    key: str
    form: str | Term


@dataclass(frozen=True)
class Context:
    """A JSON-LD context. Only prefixes that the definitions need are in it."""

    prefixes: Mapping[str, str]
    properties: Mapping[Term, Definition]
    classes: Mapping[Term, str]

    @classmethod
    def build(
        cls, graph: Graph, prefixes: Mapping[str, str], *, ontology: Graph | None = None, own: Iterable[str] = ()
    ) -> Context:
        """The context for all terms that an ontology declares and a graph uses; `own` namespaces are served first."""
        ontology = Graph() if ontology is None else ontology
        values = _values(graph)
        forms = {p: _form(values[p]) for p in sorted(values) if p not in _NOT_KEYS}
        classes = {o for _, o in graph.pairs(RDF.type) if o[0] == "<"}
        for kind in (*_CLASSES, *_PROPERTIES):
            for term in ontology.subjects(RDF.type, kind):
                if term[0] == "<" and term not in _NOT_KEYS:
                    if kind in _CLASSES:
                        classes.add(term)
                    else:
                        forms.setdefault(term, LINK if kind == OWL.ObjectProperty else MIXED)
        names = _names({*forms, *classes}, prefixes)
        terms = {*graph.by_subject, *values}.union(*values.values())
        schemes = {term[1 : term.index(":")] for term in terms if term[0] == "<"}  # `geo:48.2,16.3` is no prefixed name
        datatypes = {term[term.rindex('"') + 3 :] for term in terms if term[-1] == ">" and term[0] == '"'}
        used = {prefix for prefix, _ in (*names.values(), *_names(datatypes, prefixes).values())}
        kept = {prefix: prefixes[prefix] for prefix in sorted(used - schemes - _RESERVED)}
        keys = _keys(names, prefixes, tuple(own), taken=_RESERVED | kept.keys())
        return cls(
            prefixes=kept,
            properties={term: Definition(keys[term], form) for term, form in sorted(forms.items()) if term in keys},
            classes={term: keys[term] for term in sorted(classes) if term in keys},
        )

    @cached_property
    def shortened(self) -> Mapping[str, str]:
        """Namespace IRI → prefix, of the prefixes in the context."""
        return {namespace: prefix for prefix, namespace in sorted(self.prefixes.items(), reverse=True)}

    def compact(self, term: Term) -> str:
        """`prefix:name` where the context has the prefix, else the whole IRI."""
        text = value(term)
        end = max(text.rfind("/"), text.rfind("#")) + 1
        prefix = self.shortened.get(text[:end])
        local = text[end:]
        return f"{prefix}:{local}" if prefix and local else text

    def lines(self, terms: Iterable[Term] | None = None) -> list[str]:
        """The members of the context as JSON, sorted: all, or what some properties, classes and datatypes need."""
        if terms is None:
            wanted = [*self.properties, *self.classes, *(each.form for each in self.properties.values())]
        else:
            wanted = list(terms)
        lines: set[str] = set()
        known = self._lines
        for term in wanted:
            found = known.get(term)
            if found is None:  # a datatype, or a class without key
                found = known[term] = tuple(self._prefix_line(term))
            lines.update(found)
        return ['"@version": 1.1', '"id": "@id"', '"type": {"@container": "@set", "@id": "@type"}', *sorted(lines)]

    def document(self) -> bytes:
        """The file `context.jsonld`."""
        return ('{\n "@context": {\n  ' + ",\n  ".join(self.lines()) + "\n }\n}\n").encode()

    def members(self, terms: Iterable[Term] | None = None) -> dict[str, object]:
        """The same as Python values."""
        members: dict[str, object] = json.loads("{" + ", ".join(self.lines(terms)) + "}")
        return members

    def _prefix_line(self, term: Term) -> Iterator[str]:
        prefix, colon, _ = self.compact(term).partition(":")
        if colon and prefix in self.prefixes:
            yield f"{json.dumps(prefix)}: {json.dumps(self.prefixes[prefix], ensure_ascii=False)}"

    @cached_property
    def _lines(self) -> dict[Term, tuple[str, ...]]:
        """Property, class or datatype → the lines that define it and the prefixes in them."""
        lines: dict[Term, tuple[str, ...]] = {}
        for term, key in self.classes.items():
            if term not in self.properties:  # else the property's definition serves both
                lines[term] = (f'"{key}": {_text(self.compact(term))}', *self._prefix_line(term))
        for term, definition in self.properties.items():
            form = definition.form
            container = '"@container": ["@language", "@set"]' if form == TAGGED else '"@container": "@set"'
            parts = [container, f'"@id": {_text(self.compact(term))}']
            if form == LINK:
                parts.append('"@type": "@id"')
            elif form[:1] == "<":
                parts.append(f'"@type": {_text(self.compact(form))}')
            datatype = self._prefix_line(form) if form[:1] == "<" else ()
            line = f'"{definition.key}": {{{", ".join(parts)}}}'
            lines[term] = (line, *self._prefix_line(term), *datatype)
        return lines


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _values(graph: Graph) -> dict[Term, set[Term]]:
    """Property → its distinct values."""
    values: dict[Term, set[Term]] = defaultdict(set)
    for _, p, o in graph:
        values[p].add(o)
    return values


def _form(values: Iterable[Term]) -> str:
    found = ""
    for term in values:
        if term[0] != '"':
            form = LINK
        elif term[-1] == '"':
            form = PLAIN
        elif term[-1] == ">":
            form = term[term.rindex('"') + 3 :]
        else:
            form = TAGGED
        if found and form != found:
            return MIXED
        found = form
    return found


def _names(terms: Iterable[Term], prefixes: Mapping[str, str]) -> dict[Term, tuple[str, str]]:
    """Term → (prefix, local name) for terms in a namespace that has a prefix."""
    by_namespace = {namespace: prefix for prefix, namespace in sorted(prefixes.items(), reverse=True)}
    names = {}
    for term in terms:
        text = value(term)
        end = max(text.rfind("/"), text.rfind("#")) + 1
        prefix = by_namespace.get(text[:end])
        if term[:1] == "<" and prefix and _KEY.fullmatch(text, end):
            names[term] = (prefix, text[end:])
    return names


def _keys(
    names: Mapping[Term, tuple[str, str]], prefixes: Mapping[str, str], own: tuple[str, ...], taken: Iterable[str]
) -> dict[Term, str]:
    order = {namespace: place for place, namespace in enumerate((*own, *_PREFERRED))}

    def place(term: Term) -> tuple[int, str, Term]:
        prefix = names[term][0]
        return order.get(prefixes[prefix], len(order)), prefix, term

    keys: dict[Term, str] = {}
    used = set(taken)
    for term in sorted(names, key=place):
        prefix, local = names[term]
        key = local
        if key in used:
            words = re.split(r"[^A-Za-z0-9]+", prefix)
            key = words[0] + "".join(map(_capital, words[1:])) + _capital(local)
        if key not in used and _KEY.fullmatch(key):
            used.add(key)
            keys[term] = key
    return keys


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def frame(
    context: Context, graph: Graph, things: Iterable[Term], classes: Iterable[Term], label_properties: Iterable[Term]
) -> bytes | None:
    """The frame for plain nested JSON: things of some classes with all their values, and the things that these name with
    type and labels. `things` are those that the frame is made for. None when the context has none of the classes.
    """
    types = [context.classes[each] for each in classes if each in context.classes]
    if not types:
        return None
    links: set[Term] = set()
    used: set[Term] = set(context.classes)
    for thing in things:
        for p, o in graph.about(thing):
            used.add(p)
            if o[0] != '"':
                links.add(p)
            elif o[-1] == ">":
                used.add(o[o.rindex('"') + 3 :])
    labels = [each for each in label_properties if each in context.properties]
    used.update(labels)
    # Under the key of a language map `{}` would be an empty map, not "whatever it is".
    shown: dict[str, object] = {context.compact(each): {"@omitDefault": True} for each in labels}
    inner = {"id": {}, "@embed": "@always", "@explicit": True, "@omitDefault": True, **shown}
    document: dict[str, object] = {
        "@context": context.members(used),
        "type": types,
        "@embed": "@always",
        "@omitDefault": True,
        **{context.properties[p].key: inner for p in sorted(links) if p in context.properties},
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def own_namespaces(base: str) -> tuple[str, ...]:
    """The namespaces of the project's vocabulary: `{base}ontology#` and `{base}ontology/`."""
    return f"{base}ontology#", f"{base}ontology/"
