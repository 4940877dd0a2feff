"""RDF/XML, for programs that read nothing else: a description for each subject, sorted.

RDF/XML cannot say everything: a property whose IRI has no part that may be an XML name, and texts with control characters
are refused by name, never changed in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from ..errors import MoroError, Text
from ..graphs import Graph, collection_paused, joined
from ..namespaces import RDF
from ..terms import Term, unescape
from .blank_nodes import stable_graph

_START = "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u3001-\ud7ff\uf900-\ufdcf"
_NAME = re.compile(f"[{_START}][{_START}0-9.\u00b7-]*$")  # an NCName at the end of an IRI
_PREFIX = re.compile("[A-Za-z_][A-Za-z0-9_.-]*")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SYNTAX = frozenset(
    f"<{RDF.iri}{name}>"
    for name in [
        "RDF",
        "ID",
        "about",
        "bagID",
        "parseType",
        "resource",
        "nodeID",
        "datatype",
        "Description",
        "aboutEach",
        "aboutEachPrefix",
        "li",
    ]
)
_TEXT = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord("\r"): "&#13;"}
_MARKUP = re.compile("[&<>\r]")
_ATTRIBUTE = {**_TEXT, ord('"'): "&quot;"}


def _attribute(iri: str) -> str:
    return iri.translate(_ATTRIBUTE) if "&" in iri else iri  # IRIs have none of the other characters


class _UnwritableError(Exception):
    """A term that XML cannot hold."""


class _Ends(dict[Term, str]):
    """Term → what follows the name of the property element; for literals up to the `</` of the end tag."""

    def __missing__(self, term: Term) -> str:
        self[term] = text = self._text(term)
        return text

    def _text(self, term: Term) -> str:
        if term[0] == "<":
            return f' rdf:resource="{_attribute(term[1:-1])}"/>'
        if term[0] == "_":
            return f' rdf:nodeID="{term[2:]}"/>'
        end = term.rindex('"')
        text = term[1:end]
        if "\\" in text:
            text = unescape(text)
            if _FORBIDDEN.search(text):
                raise _UnwritableError(term)
        if _MARKUP.search(text):
            text = text.translate(_TEXT)
        suffix = term[end + 1 :]
        if not suffix:
            return f">{text}</"
        if suffix[0] == "@":
            return f' xml:lang="{suffix[1:]}">{text}</'
        return f' rdf:datatype="{_attribute(suffix[3:-1])}">{text}</'


class RdfXmlWriter:
    """Writes graphs as RDF/XML; remembers the text of terms from one graph to the next."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._by_namespace = {
            namespace: prefix
            for prefix, namespace in sorted(prefixes.items(), reverse=True)
            if _PREFIX.fullmatch(prefix) and not prefix.lower().startswith("xml") and prefix != "rdf"
        }
        self._by_namespace[RDF.iri] = "rdf"
        self._ends = _Ends()
        self._split: dict[Term, tuple[str, str]] = {}

    def write(self, graph: Graph, header: Iterable[str] = ()) -> bytes:
        """A document with a comment at the top. Raises MoroError for what RDF/XML cannot say."""
        graph = stable_graph(graph)
        with collection_paused():
            names, namespaces = self._names(sorted({triple[1] for triple in graph}))
            try:
                return joined(chain(self._head(namespaces, header), self._descriptions(graph, names), ("</rdf:RDF>\n",)))
            except _UnwritableError as error:
                raise _control_character(graph, error.args[0]) from None

    def _head(self, namespaces: Mapping[str, str], header: Iterable[str]) -> Iterator[str]:
        yield '<?xml version="1.0" encoding="UTF-8"?>\n'
        lines = [line for text in header for line in text.splitlines()]
        if lines:
            comment = _FORBIDDEN.sub("", "\n".join(f"  {line}" for line in lines))
            comment = re.sub("-(?=-)", "- ", comment)
            yield f"<!--\n{comment}\n-->\n"
        yield "<rdf:RDF"
        for prefix, namespace in sorted(namespaces.items()):
            yield f'\n  xmlns:{prefix}="{namespace.translate(_ATTRIBUTE)}"'
        yield ">\n"

    def _names(self, properties: Iterable[Term]) -> tuple[dict[Term, str], dict[str, str]]:
        """Property → qualified name, and the prefixes of these names."""
        names: dict[Term, str] = {}
        namespaces = {"rdf": RDF.iri}
        made: dict[str, str] = {}
        for term in properties:
            if term not in self._split:
                self._split[term] = _split(term)
            namespace, local = self._split[term]
            prefix = self._by_namespace.get(namespace) or made.get(namespace)
            if prefix is None:
                number = len(made) + 1
                while f"ns{number}" in self._by_namespace.values():
                    number += 1000
                prefix = made[namespace] = f"ns{number}"
            namespaces[prefix] = namespace
            names[term] = f"{prefix}:{local}"
        return names, namespaces

    def _descriptions(self, graph: Graph, names: Mapping[Term, str]) -> Iterator[str]:
        ends = self._ends
        for subject, statements in graph.by_subject.items():
            if subject[0] == "<":
                yield f'  <rdf:Description rdf:about="{_attribute(subject[1:-1])}">\n'
            else:
                yield f'  <rdf:Description rdf:nodeID="{subject[2:]}">\n'
            for p, o in statements:
                if o[0] == '"':
                    yield f"    <{names[p]}{ends[o]}{names[p]}>\n"
                else:
                    yield f"    <{names[p]}{ends[o]}\n"
            yield "  </rdf:Description>\n"


def _split(term: Term) -> tuple[str, str]:
    """Namespace and local name of a property."""
    text = term[1:-1]
    start = max(text.rfind("/"), text.rfind("#")) + 1
    found = _NAME.match(text, start) or _NAME.search(text)
    if found is None or term in _SYNTAX or not found.start():
        raise MoroError(
            term,
            Text(
                de="diese Eigenschaft lässt sich in RDF/XML nicht schreiben", en="this property cannot be written in RDF/XML"
            ),
            Text(
                de="eine Eigenschaft verwenden, deren IRI mit einem Wort aus Buchstaben endet",
                en="use a property whose IRI ends in a word of letters",
            ),
        )
    return text[: found.start()], found.group()


def _control_character(graph: Graph, term: Term) -> MoroError:
    subject, property_ = next((s, p) for s, p, o in graph if o == term)
    shown = term if len(term) < 80 else f"{term[:80]}…"
    return MoroError(
        f"{subject} {property_}",
        Text(
            de=f"der Text {shown} enthält Steuerzeichen, die RDF/XML nicht kennt",
            en=f"the text {shown} has control characters, which RDF/XML does not know",
        ),
        Text(de="diese Zeichen aus dem Text entfernen", en="remove these characters from the text"),
    )


def write_rdfxml(graph: Graph, prefixes: Mapping[str, str], header: Iterable[str] = ()) -> bytes:
    """One graph as RDF/XML; see `RdfXmlWriter`, which is faster for many."""
    return RdfXmlWriter(prefixes).write(graph, header)
