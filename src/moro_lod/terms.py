"""RDF terms as their N-Triples text.

A term is a plain `str`: `<https://example.org/x>`, `_:b0`, `"word"`, `"Wort"@de`,
`"2012-02"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>` (RDF 1.1 N-Triples, canonical form; a literal of type
xsd:string has no datatype suffix). One text for each distinct term is kept in memory, comparison is by identity in the
usual case, sorting is the order of code points, and writing N-Triples is joining. Building an object for each term
costs more than all the rest of publishing.
"""

from __future__ import annotations

import re
from typing import TypeAlias

Term: TypeAlias = str

XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
RDF_LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"

_ESCAPE = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_NEEDS_ESCAPE = re.compile(r'[\\"\n\r\t\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]')
_ESCAPED = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_PLAIN = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f"}


def iri(text: str) -> Term:
    """The term for an absolute IRI without angle brackets."""
    return f"<{text}>"


def literal(text: str, language: str | None = None, datatype: str | None = None) -> Term:
    """The term for a literal; `datatype` is an IRI with or without angle brackets."""
    quoted = f'"{escape(text)}"'
    if language:
        return f"{quoted}@{language}"
    if datatype:
        bare = datatype.strip("<>")
        if bare != XSD_STRING:
            return f"{quoted}^^<{bare}>"
    return quoted


def escape(text: str) -> str:
    """The inside of a quoted N-Triples string, canonical form (RDF 1.1 N-Triples §4, as pyoxigraph writes it)."""
    return _NEEDS_ESCAPE.sub(_escape_one, text)


def _escape_one(match: re.Match[str]) -> str:
    char = match.group()
    return _ESCAPE.get(char) or f"\\u{ord(char):04X}"


def unescape(text: str) -> str:
    """The text that the inside of a quoted N-Triples string stands for."""
    if "\\" not in text:
        return text
    return _ESCAPED.sub(_unescape_one, text)


def _unescape_one(match: re.Match[str]) -> str:
    short, long, char = match.groups()
    if char:
        return _PLAIN.get(char, char)
    return chr(int(short or long, 16))


def is_iri(term: Term) -> bool:
    """Whether the term is an IRI."""
    return term[:1] == "<"


def is_literal(term: Term) -> bool:
    """Whether the term is a literal."""
    return term[:1] == '"'


def is_blank(term: Term) -> bool:
    """Whether the term is a blank node."""
    return term[:2] == "_:"


def value(term: Term) -> str:
    """The IRI without angle brackets, the lexical form of a literal, or the label of a blank node without `_:`."""
    first = term[:1]
    if first == "<":
        return term[1:-1]
    if first == '"':
        return unescape(term[1 : term.rindex('"')])
    return term[2:]


def language(term: Term) -> str:
    """The language tag of a literal as written, or "" where there is none."""
    if term[:1] != '"' or term[-1:] in '">':
        return ""
    return term[term.rindex('"') + 2 :]


def datatype(term: Term) -> str:
    """The datatype IRI of a literal (xsd:string and rdf:langString included), or "" for other terms."""
    if term[:1] != '"':
        return ""
    end = term[-1:]
    if end == '"':
        return XSD_STRING
    if end == ">":
        return term[term.rindex('"') + 4 : -1]
    return RDF_LANG_STRING
