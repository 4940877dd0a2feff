"""Compact JSON-LD 1.1: a node for each subject, sorted, one property a line, with the part of the context that it needs.

The context is written into each file, so that nothing remote has to be fetched to understand it, now or in thirty years.
Expanding gives back exactly the graph: literals are strings, never numbers; a value that does not fit its key's definition
is written under the whole IRI of the property instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from json.encoder import encode_basestring

from ..graphs import Graph, collection_paused, joined
from ..namespaces import RDF
from ..terms import Term, unescape
from .blank_nodes import stable_graph
from .context import LINK, TAGGED, Context
from .nesting import NOTHING_NESTED, Nesting, nesting

_TYPE = RDF.type


def _json_string(term: Term) -> str:
    """The lexical form of a literal, or an IRI or label, as a JSON string."""
    if term[0] == '"':
        quoted = term[: term.rindex('"') + 1]
        return quoted if "\\" not in quoted else encode_basestring(unescape(quoted[1:-1]))
    return f'"{term[1:-1]}"' if term[0] == "<" else f'"{term}"'  # IRIs have no character that JSON escapes


class _Strings(dict[Term, str]):
    """Term → JSON string."""

    def __missing__(self, term: Term) -> str:
        self[term] = text = _json_string(term)
        return text


class _Objects(dict[Term, str]):
    """Term → the JSON-LD value that needs no definition."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._datatypes: dict[str, str] = {}

    def __missing__(self, term: Term) -> str:
        self[term] = text = self._text(term)
        return text

    def _text(self, term: Term) -> str:
        if term[0] != '"':
            return f'{{"id": {_json_string(term)}}}'
        text = _json_string(term)
        if term[-1] == '"':
            return f'{{"@value": {text}}}'
        end = term[term.rindex('"') + 1 :]
        if end[0] == "@":
            return f'{{"@language": "{end[1:]}", "@value": {text}}}'
        datatype = self._datatypes.get(end)
        if datatype is None:
            datatype = self._datatypes[end] = encode_basestring(self._context.compact(end[2:]))
        return f'{{"@type": {datatype}, "@value": {text}}}'


@dataclass(slots=True)
class _Document:
    """What is known of the graph in hand, and what turns out while it is written."""

    index: Mapping[Term, Sequence[tuple[Term, Term]]]
    nested: Nesting
    properties: set[Term] = field(default_factory=set)
    classes: set[Term] = field(default_factory=set)
    typed: set[Term] = field(default_factory=set)  # literals written with their datatype

    def named(self) -> set[Term]:
        """The properties, classes and datatypes that the context has to explain."""
        return self.properties | self.classes | {term[term.rindex('"') + 3 :] for term in self.typed}


class JsonLdWriter:
    """Writes graphs as JSON-LD with one context; remembers the text of terms from one graph to the next."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._strings = _Strings()
        self._objects = _Objects(context)
        self._keys = {term: (f'"{each.key}": ', each.form) for term, each in context.properties.items()}
        self._types = {term: f'"{key}"' for term, key in context.classes.items()}

    def write(self, graph: Graph, first: Sequence[Term] = ()) -> bytes:
        """A document with all subjects in its `@graph`, some of them before the others."""
        graph = stable_graph(graph)
        with collection_paused():
            index = graph.by_subject
            document = _Document(index, nesting([("", graph)]) if graph.has_blank_nodes else NOTHING_NESTED)
            leading = [term for term in first if term in index]
            subjects = [*leading, *(term for term in index if term not in leading)] if leading else index
            inlined = document.nested.inlined
            body = joined(
                "{" + ",\n  ".join(self._members(each, document)) + "},\n" for each in subjects if each not in inlined
            ).removesuffix(b",\n")
            context = ",\n  ".join(self._context.lines(document.named()))
            return f'{{\n "@context": {{\n  {context}\n }},\n "@graph": [\n'.encode() + body + b"\n ]\n}\n"

    def _members(self, subject: Term, document: _Document) -> list[str]:
        """The members of a node object, each a line."""
        groups: dict[Term, list[Term]] = {}
        for p, o in document.index.get(subject, ()):
            if p in groups:
                groups[p].append(o)
            else:
                groups[p] = [o]
        document.properties.update(groups)
        types = groups.pop(_TYPE, ())
        line = self._line
        lines = [line(p, values, document) for p, values in groups.items()]
        lines.sort()
        head = []
        nested = document.nested
        if not (subject in nested.inlined or subject in nested.anonymous) or not (groups or types):
            head.append(f'"id": {self._strings[subject]}')
        if types:
            document.classes.update(types)
            names = sorted([self._types.get(each) or self._strings[each] for each in types if each[0] == "<"])
            if names:
                head.append(f'"type": [{", ".join(names)}]')
            if len(names) < len(types):
                head.append(self._whole(_TYPE, [each for each in types if each[0] != "<"], document))
        return head + lines

    def _line(self, property_: Term, values: Sequence[Term], document: _Document) -> str:
        """`"key": [values]` as the definition of the key wants them."""
        known = self._keys.get(property_)
        if known is None:
            return self._whole(property_, values, document)
        key, form = known
        strings, objects = self._strings, self._objects
        if form == TAGGED:
            return self._language_map(property_, values, document)
        if form == LINK:
            if document.nested is NOTHING_NESTED:
                texts = [strings[o] if o[0] != '"' else self._value(o, document, objects) for o in values]
            else:
                texts = [self._value(o, document, objects if o[0] == '"' else strings) for o in values]
        elif form[:1] == "<":
            texts = [strings[o] if o.endswith(form) and o[0] == '"' else self._value(o, document, objects) for o in values]
        else:
            texts = [strings[o] if o[-1] == '"' else self._value(o, document, objects) for o in values]
        return f"{key}[{', '.join(texts)}]"

    def _language_map(self, property_: Term, values: Sequence[Term], document: _Document) -> str:
        by_tag: dict[str, list[str]] = {}
        others: list[Term] = []
        strings = self._strings
        for o in values:
            if o[-1] in '">' or o[0] != '"':
                others.append(o)
            else:
                by_tag.setdefault(o[o.rindex('"') + 2 :], []).append(strings[o])
        lines = []
        if by_tag:
            members = [f'"{tag}": [{", ".join(texts)}]' for tag, texts in sorted(by_tag.items())]
            lines.append(f"{self._keys[property_][0]}{{{', '.join(members)}}}")
        if others:
            lines.append(self._whole(property_, others, document))
        return ",\n  ".join(lines)

    def _whole(self, property_: Term, values: Sequence[Term], document: _Document) -> str:
        """A line that needs no definition: the whole IRI of the property, and values that say what they are."""
        texts = [self._value(o, document, self._objects) for o in values]
        return f"{self._strings[property_]}: [{', '.join(texts)}]"

    def _value(self, term: Term, document: _Document, texts: Mapping[Term, str]) -> str:
        """A value: a list, a node written here, or what `texts` has for it."""
        nested = document.nested
        if term in nested.lists:
            members = [self._value(member, document, self._objects) for member in nested.lists[term]]
            return f'{{"@list": [{", ".join(members)}]}}'
        if term in nested.inlined:
            return "{" + ", ".join(self._members(term, document)) + "}"
        if term[-1] == ">" and term[0] == '"':
            document.typed.add(term)
        return texts[term]


def write_jsonld(
    graph: Graph, prefixes: Mapping[str, str], *, context: Context | None = None, first: Sequence[Term] = ()
) -> bytes:
    """One graph as JSON-LD, with a context made for it when none is given; see `JsonLdWriter`, faster for many."""
    return JsonLdWriter(Context.build(graph, prefixes) if context is None else context).write(graph, first)
