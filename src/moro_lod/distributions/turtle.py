"""Readable Turtle and TriG that is the same for the same statements, whatever order they came in.

A block for each subject, blocks sorted by IRI; one statement a line, `a` first, then hierarchy, labels, definitions, the
rest by IRI, source and `rdfs:isDefinedBy` last; prefixes sorted, only those used. A blank node that is used once stands
where it is used, lists are `( … )`; other blank nodes have labels made from their content (`blank_nodes.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from ..graphs import Graph, Quads, collection_paused, joined
from ..namespaces import DCTERMS, FOAF, OWL, RDF, RDFS, SH, SKOS, VANN, XSD
from ..terms import Term
from .blank_nodes import stable_graph, stable_quads
from .nesting import NOTHING_NESTED, Nesting, nesting

_Index: TypeAlias = Mapping[Term, Sequence[tuple[Term, Term]]]

_ORDER: tuple[tuple[Term, ...], ...] = (
    (RDF.type,),
    (
        RDFS.subClassOf,
        RDFS.subPropertyOf,
        OWL.inverseOf,
        RDFS.domain,
        RDFS.range,
        SKOS.inScheme,
        SKOS.topConceptOf,
        SKOS.broader,
    ),
    (SH.targetClass, SH.path),
    (SKOS.prefLabel, RDFS.label, DCTERMS.title, FOAF.name, SH.name, SKOS.altLabel, SKOS.hiddenLabel, SKOS.notation),
    (SKOS.definition, DCTERMS.description, RDFS.comment, SH.description),
    (SKOS.scopeNote, SKOS.note, SKOS.example, VANN.usageNote, SKOS.changeNote),
    (),  # everything else, by IRI
    (DCTERMS.source, RDFS.seeAlso),
    (RDFS.isDefinedBy,),
)
_REST = _ORDER.index(())

_BASE_CHARS = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff"
_LOCAL = re.compile(f"[{_BASE_CHARS}_0-9](?:[{_BASE_CHARS}_0-9.-]*[{_BASE_CHARS}_0-9-])?")  # PN_LOCAL without escapes
_PREFIX = re.compile(f"[{_BASE_CHARS}](?:[{_BASE_CHARS}_0-9.-]*[{_BASE_CHARS}_0-9-])?")  # PN_PREFIX
# Shorthand only for forms that every parser gives back unchanged, though the grammar allows more.
_SHORTHAND = {
    XSD.integer: re.compile(r"0|-?[1-9][0-9]*"),
    XSD.decimal: re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]{1,6}"),  # rdflib reads 0.0000001 as 1E-7
    XSD.boolean: re.compile(r"true|false"),
}


class _Texts(dict[Term, str]):
    """Term → Turtle text, worked out once for each distinct term; `prefix_of` says which prefix the text needs."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        super().__init__()
        self.prefix_of: dict[Term, str] = {}
        self._by_namespace: dict[str, str] = {}
        for prefix in sorted(prefixes, reverse=True):  # of two prefixes for one namespace the first stays
            if _PREFIX.fullmatch(prefix):
                self._by_namespace[prefixes[prefix]] = prefix
        self._others = sorted((each for each in self._by_namespace if each[-1:] not in ("/", "#")), key=len, reverse=True)

    def __missing__(self, term: Term) -> str:
        prefix, text = "", term
        if term[0] == "<":
            prefix, text = self._shortened(term)
        elif term[-1] == ">":
            quoted, _, datatype = term.rpartition("^^")
            shorthand = _SHORTHAND.get(datatype)
            if shorthand is not None and shorthand.fullmatch(quoted, 1, len(quoted) - 1):
                text = quoted[1:-1]
            else:
                prefix, short = self._shortened(datatype)
                text = f"{quoted}^^{short}"
        self[term] = text
        if prefix:
            self.prefix_of[term] = prefix
        return text

    def _shortened(self, term: Term) -> tuple[str, str]:
        """(prefix, prefixed name), or ("", the IRI in brackets) where a prefixed name would need escapes."""
        iri = term[1:-1]
        for namespace in self._others:
            if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
                prefix = self._by_namespace[namespace]
                return prefix, f"{prefix}:{iri[len(namespace) :]}"
        end = max(iri.rfind("/"), iri.rfind("#")) + 1
        found = self._by_namespace.get(iri[:end])
        if found is not None and _LOCAL.fullmatch(iri, end):
            return found, f"{found}:{iri[end:]}"
        return "", term


class _PropertyTexts(dict[Term, str]):
    """Property → the text before its value."""

    def __init__(self, texts: _Texts) -> None:
        super().__init__({RDF.type: "a"})
        self._texts = texts

    def __missing__(self, term: Term) -> str:
        self[term] = text = self._texts[term]
        return text


class _Ranks(dict[Term, str]):
    """Property → text that sorts as the property stands in a block."""

    def __init__(self) -> None:
        super().__init__(
            (term, f"{group}{place:02}\0") for group, terms in enumerate(_ORDER) for place, term in enumerate(terms)
        )

    def __missing__(self, term: Term) -> str:
        self[term] = rank = f"{_REST}{term}\0"
        return rank


class TurtleWriter:
    """Writes graphs as Turtle and quads as TriG; remembers the text of terms from one graph to the next.

    `prefixes`: prefix → namespace IRI. `languages`: the order of values in several languages; others follow by tag.
    """

    def __init__(self, prefixes: Mapping[str, str], languages: Sequence[str] = ()) -> None:
        self._prefixes = prefixes
        self._texts = _Texts(prefixes)
        self._properties = _PropertyTexts(self._texts)
        self._ranks = _Ranks()
        self._places = {language: f"{place:03}" for place, language in enumerate(languages)}

    def turtle(self, graph: Graph, header: Iterable[str] = (), first: Sequence[Term] = ()) -> bytes:
        """Turtle with comment lines at the top and the blocks of some subjects (an ontology, a thing) before the others."""
        graph = stable_graph(graph)
        return self._document(graph, [("", graph)], header, first)

    def trig(self, quads: Quads, header: Iterable[str] = (), first: Sequence[Term] = ()) -> bytes:
        """TriG: the default graph, then the named graphs sorted by name."""
        quads = stable_quads(quads)
        return self._document(quads, [(name, quads.graph(name)) for name in quads.names], header, first)

    def _document(
        self, statements: Graph | Quads, graphs: list[tuple[Term, Graph]], header: Iterable[str], first: Sequence[Term]
    ) -> bytes:
        with collection_paused():
            nested = nesting(graphs) if statements.has_blank_nodes else NOTHING_NESTED
            is_first = not self._texts
            body = joined(self._graphs(graphs, nested, first))
            used = set(self._texts.prefix_of.values()) if is_first else self._used_prefixes(statements, graphs, nested)
            head = "".join(self._head(used, header)).encode()
            return head + body if head else body.removeprefix(b"\n")

    def _graphs(self, graphs: list[tuple[Term, Graph]], nested: Nesting, first: Sequence[Term]) -> Iterator[str]:
        for name, graph in graphs:
            if name:
                yield f"\n{self._texts[name]} {{"
                for block in self._blocks(graph, nested, first, "  "):
                    yield "\n"
                    yield block
                yield "}\n"
            else:
                for block in self._blocks(graph, nested, first, ""):
                    yield "\n"
                    yield block

    def _head(self, prefixes: set[str], header: Iterable[str]) -> Iterator[str]:
        for text in header:
            for line in text.splitlines() or [""]:
                yield f"# {line}".rstrip() + "\n"
        for prefix in sorted(prefixes):
            yield f"@prefix {prefix}: <{self._prefixes[prefix]}> .\n"

    def _used_prefixes(self, statements: Graph | Quads, graphs: list[tuple[Term, Graph]], nested: Nesting) -> set[str]:
        """The prefixes that this document needs, of all that were needed so far."""
        terms: set[Term] = {name for name, _ in graphs if name}
        shown: Iterable[Sequence[Term]] = statements
        if nested.list_nodes:  # of `( … )` the members are seen, nothing else
            terms.update(member for members in nested.lists.values() for member in members)
            shown = [each for each in statements if each[0] not in nested.list_nodes]
        if columns := list(zip(*shown, strict=True)):
            subjects, properties, values, *_ = columns
            terms.update(properties)
            terms.discard(RDF.type)  # is written `a`
            terms.update(subjects, values)
        prefix_of = self._texts.prefix_of
        return {prefix_of[term] for term in terms if term in prefix_of}

    def _blocks(self, graph: Graph, nested: Nesting, first: Sequence[Term], indent: str) -> Iterator[str]:
        index = graph.by_subject
        texts, properties = self._texts, self._properties
        leading = [term for term in first if term in index]
        subjects = [*leading, *(term for term in index if term not in leading)] if leading else index
        for subject in subjects:
            if subject in nested.inlined:
                continue
            name = "[]" if subject in nested.anonymous else texts[subject]
            if nested is NOTHING_NESTED:
                lines = [f"{indent}  {properties[p]} {texts[o]} ;\n" for p, o in self._in_order(index[subject])]
            else:
                lines = self._nested_lines(subject, index, nested, indent + "  ")
            yield f"{indent}{name}\n{''.join(lines)}{indent}.\n"

    def _nested_lines(self, subject: Term, index: _Index, nested: Nesting, indent: str) -> list[str]:
        return [
            f"{indent}{self._properties[p]} {self._value(o, index, nested, indent)} ;\n"
            for p, o in self._in_order(index.get(subject, ()))
        ]

    def _value(self, term: Term, index: _Index, nested: Nesting, indent: str) -> str:
        if term in nested.lists:
            members = [self._value(member, index, nested, indent + "  ") for member in nested.lists[term]]
            if any("\n" in member for member in members):
                return "".join(["(\n", *(f"{indent}  {member}\n" for member in members), indent, ")"])
            return f"( {' '.join(members)} )"
        if term in nested.inlined:
            lines = self._nested_lines(term, index, nested, indent + "  ")
            return f"[\n{''.join(lines)}{indent}]" if lines else "[]"
        return self._texts[term]

    def _in_order(self, statements: Sequence[tuple[Term, Term]]) -> Sequence[tuple[Term, Term]]:
        """By property as in `_ORDER`; the values of one property by language, then text."""
        if len(statements) == 1:
            return statements
        ranks = self._ranks
        ordered = sorted(statements, key=lambda statement: ranks[statement[0]])
        before, last, start = "", 0, 0
        for place, (p, o) in enumerate(ordered):
            if p != before:
                if last > start:
                    ordered[start : last + 1] = sorted(ordered[start : last + 1], key=self._by_language)
                before, start = p, place
            elif o[-1] not in '">':  # a further value with a language
                last = place
        if last > start:
            ordered[start : last + 1] = sorted(ordered[start : last + 1], key=self._by_language)
        return ordered

    def _by_language(self, statement: tuple[Term, Term]) -> tuple[str, Term]:
        value = statement[1]
        if value[-1] in '">' or value[0] != '"':
            return "", value
        language = value[value.rindex('"') + 2 :]
        return self._places.get(language, f"999{language}"), value


def write_turtle(
    graph: Graph,
    prefixes: Mapping[str, str],
    header: Iterable[str] = (),
    *,
    first: Sequence[Term] = (),
    languages: Sequence[str] = (),
) -> bytes:
    """One graph as Turtle; see `TurtleWriter`, which is faster for many."""
    return TurtleWriter(prefixes, languages).turtle(graph, header, first)


def write_trig(
    quads: Quads,
    prefixes: Mapping[str, str],
    header: Iterable[str] = (),
    *,
    first: Sequence[Term] = (),
    languages: Sequence[str] = (),
) -> bytes:
    """Quads as TriG; see `TurtleWriter`, which is faster for many."""
    return TurtleWriter(prefixes, languages).trig(quads, header, first)
