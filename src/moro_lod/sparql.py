"""Reading SPARQL texts without running them: their words, prefixes and IRIs with line and column, and what is refused.

Engines say whether a query is well-formed. Here stands what they cannot say: which terms it uses and where, whether it
reaches out of the machine, and whether it is nested so deeply that a compiled parser would end the whole process.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import pyoxigraph

from .errors import MoroError, Text
from .terms import Term, iri

RDF_TYPE: Term = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"

DEEPEST = 100  # brackets within brackets; compiled parsers fail at some thousand, people get lost at ten
LONGEST = 1000  # operators and patterns one after the other; the same parsers fail at 10,000

_OPENING = frozenset("({[")
_CLOSING = frozenset(")}]")
_STEPS = {
    "||", "&&", "!", "=", "!=", "<", ">", "<=", ">=", "+", "-", "*", "/", "|", ".", ";",
    "UNION", "OPTIONAL", "MINUS", "FILTER", "BIND", "GRAPH", "EXISTS",
}  # fmt: skip

_ABSOLUTE = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:")
_TOKEN = re.compile(
    r"""
      (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
    | (?P<comment>\#[^\n]*)
    | (?P<string>\"{3}(?:[^"\\]|\\.|"(?!""))*\"{3} | '{3}(?:[^'\\]|\\.|'(?!''))*'{3}
                 | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*')
    | (?P<variable>[?$]\w+)
    | (?P<blank>_:\w[\w.\-]*)
    | (?P<name>(?:[^\W\d_][\w\-]*(?:\.[\w\-]+)*)?:(?:(?:[\w\-:]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])
                 (?:[\w\-.:]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])*)?)
    | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    | (?P<number>\d[\d.]*(?:[eE][+-]?\d+)?)
    | (?P<word>[^\W\d]\w*)
    | (?P<mark>\^\^|&&|\|\||[!<>=]=|\S)
    """,
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """One word of a query; `kind` is the name of a group in the pattern above. Line and column count from 1."""

    kind: str
    text: str
    line: int
    column: int


class Use(NamedTuple):
    """An IRI in a query and where it stands."""

    term: Term
    line: int
    column: int


def tokens(query: str) -> Iterator[Token]:
    """The words of a query, without comments and white space."""
    line, start = 1, 0
    for match in _TOKEN.finditer(query):
        line += query.count("\n", start, match.start())
        start = match.start()
        if match.lastgroup and match.lastgroup != "comment":
            yield Token(match.lastgroup, match.group(), line, start - query.rfind("\n", 0, start))


def prefixes(query: str) -> dict[str, str]:
    """The prefixes that a query declares: name without colon → IRI text."""
    declared = {}
    words = list(tokens(query))
    for first, name, target in zip(words, words[1:], words[2:], strict=False):
        if first.kind == "word" and first.text.upper() == "PREFIX" and target.kind == "iri":
            declared[name.text[:-1]] = target.text[1:-1]
    return declared


def uses(query: str, known: Mapping[str, str] | None = None) -> tuple[Use, ...]:
    """The IRIs that a query uses, the declarations of prefixes left out.

    `known` are prefixes that are declared elsewhere (sh:prefixes). Names with an undeclared prefix are left out: the
    engine refuses them.
    """
    declared = {**(known or {}), **prefixes(query)}
    found = []
    words = list(tokens(query))
    for number, word in enumerate(words):
        before = [each.text.upper() for each in words[max(0, number - 2) : number]]
        if "PREFIX" in before or before[-1:] == ["BASE"]:
            continue
        if word.kind == "iri":
            found.append(Use(word.text, word.line, word.column))
        elif word.kind == "name":
            prefix, _, local = word.text.partition(":")
            if prefix in declared:
                found.append(Use(iri(declared[prefix] + local.replace("\\", "")), word.line, word.column))
    return tuple(found)


def bind(query: str, values: Mapping[str, Term]) -> str:
    """The query with variables (names without `?`) fixed to terms.

    Each occurrence becomes the term itself, in a projection `(term AS ?name)`, and in brackets where a clause wants an
    expression. Only whole variables are replaced, and by terms in N-Triples form: no value can change what the query is.
    (The engine's own substitution reaches projected variables only.)
    """
    out: list[str] = []
    clauses = [""]  # what each open bracket, and the query itself, is in the middle of
    before, last = "", 0
    for match in _TOKEN.finditer(query):
        text, kind = match.group(), match.lastgroup
        word = text.upper() if kind == "word" else ""
        if text in _OPENING and kind == "mark":
            if text == "{" and clauses[-1] == "SELECT":
                clauses[-1] = ""
            clauses.append("(" if text == "(" else "")
        elif text in _CLOSING and kind == "mark" and len(clauses) > 1:
            clauses.pop()
        elif word == "SELECT":
            clauses[-1] = "SELECT"
        elif word in ("WHERE", "FROM", "LIMIT", "OFFSET", "HAVING", "VALUES"):
            clauses[-1] = ""
        elif word == "BY" and before in ("ORDER", "GROUP"):
            clauses[-1] = "BY"
        elif kind == "variable" and text[1:] in values and before != "AS":
            term = values[text[1:]]
            place = clauses[-1]
            out.append(query[last : match.start()])
            out.append(f"({term} AS {text})" if place == "SELECT" else f"({term})" if place == "BY" else f" {term} ")
            last = match.end()
        if kind != "comment":
            before = word
    out.append(query[last:])
    return "".join(out)


_BEGINNINGS = ("[", "(", "true", "false", "-", "+")
_LISTS = {iri(f"{RDF_TYPE[1:-5]}{name}") for name in ("first", "rest")}
_TERMS = frozenset({"iri", "name", "variable", "blank", "string", "number", "language"})


def properties(query: str) -> frozenset[Term] | None:
    """The properties that a query can look at; None if these may be any.

    They may be any where a variable stands for a property, and in paths with `!`, `*` or `?`. In case of doubt the answer is
    None; the IRIs of subjects, objects and functions are among the properties, as they do no harm.
    """
    words = [*tokens(query)]
    found = {use.term for use in uses(query)}
    brackets: list[str] = []  # what is open: "{" a pattern, "[" a node or "(" a list in it, "f" an expression
    select = False
    template = form(query) == "CONSTRUCT" and words[-1:] != []
    for number, word in enumerate(words):
        before = words[number - 1] if number else None
        after = words[number + 1] if number + 1 < len(words) else None
        text = word.text.upper()
        if word.kind == "word" and text in ("SELECT", "GROUP", "ORDER", "HAVING", "CONSTRUCT"):
            select = text != "CONSTRUCT"
        if text == "{":
            select = False
            if before and before.text.upper() == "WHERE":
                template = False
            brackets.append("{")
        elif text in ("(", "["):
            is_call = text == "(" and (select or "f" in brackets[-1:] or (before and before.kind in ("word", "name", "iri")))
            brackets.append("f" if is_call else text)
            if brackets[-1] == "(":
                found |= _LISTS
        elif text in ("}", ")", "]"):
            closed = brackets.pop() if brackets else ""
            template = template and not (text == "}" and "{" not in brackets)
            words[number] = word._replace(kind="node" if closed in ("[", "(") else word.kind)
        elif word.kind == "word" and word.text == "a":
            found.add(RDF_TYPE)
        elif not template and not select and brackets[-1:] != ["f"]:
            if word.kind == "mark" and word.text in ("!", "*", "?"):
                return None
            starts = before is not None and (before.text in ";[" or words[number - 1].kind in (*_TERMS, "node"))
            ends = after is not None and (after.kind in _TERMS or after.text in _BEGINNINGS)
            if word.kind == "variable" and starts and ends:
                return None
    return frozenset(found)


def form(query: str) -> str:
    """SELECT, ASK, CONSTRUCT, DESCRIBE, the word of an update, or "" for none."""
    skip = 0
    for word in tokens(query):
        if skip:
            skip -= 1
        elif word.kind == "word":
            name = word.text.upper()
            if name not in ("PREFIX", "BASE"):
                return name
            skip = 2 if name == "PREFIX" else 1
        else:
            return ""
    return ""


def place(path: str, token: Token | Use | None) -> str:
    """`file:line:column` for messages."""
    return f"{path}:{token.line}:{token.column}" if token else path


def refuse_deep(query: str, path: str) -> None:
    """Raise MoroError for a query so deep or long that the compiled parsers, which recurse, would end the process."""
    depth = steps = 0
    for word in tokens(query):
        if word.text in _OPENING:
            depth += 1
        elif word.text in _CLOSING:
            depth -= 1
        elif word.text.upper() in _STEPS and word.kind in ("mark", "word"):
            steps += 1
        if depth > DEEPEST:
            raise MoroError(
                place(path, word),
                Text(
                    de=f"Klammern sind tiefer als {DEEPEST} Ebenen geschachtelt",
                    en=f"brackets are nested deeper than {DEEPEST} levels",
                ),
                Text(de="die Abfrage flacher schreiben", en="write the query flatter"),
            )
        if steps > LONGEST:
            raise MoroError(
                place(path, word),
                Text(
                    de=f"die Abfrage hat mehr als {LONGEST} Verknüpfungen",
                    en=f"the query has more than {LONGEST} operators and patterns",
                ),
                Text(
                    de="in mehrere Abfragen teilen; lange Listen mit IN oder VALUES",
                    en="split it into several queries; use IN or VALUES for long lists",
                ),
            )


def refuse_words(query: str, path: str, words: Mapping[str, tuple[Text, Text]]) -> None:
    """Raise MoroError at the first of the given key words (upper case → problem, remedy)."""
    for word in tokens(query):
        if word.kind == "word" and word.text.upper() in words:
            problem, remedy = words[word.text.upper()]
            raise MoroError(place(path, word), problem, remedy)


def parse(query: str, path: str, base: str | None = None) -> None:
    """Let the engine parse a query; raise MoroError with line and column for what it does not understand."""
    refuse_deep(query, path)
    declared = prefixes(query)
    has_base = base is not None or any(word.text.upper() == "BASE" for word in tokens(query))
    for word in tokens(query):
        if word.kind == "iri" and not has_base and not _ABSOLUTE.match(word.text):
            raise MoroError(
                place(path, word),
                Text(de=f"relative IRI {word.text}", en=f"relative IRI {word.text}"),
                Text(
                    de="die ganze IRI oder einen Namen mit Präfix schreiben",
                    en="write the whole IRI or a name with a prefix",
                ),
            )
        if word.kind == "name" and (name := word.text.partition(":")[0]) not in declared:
            if word.text == f"{name}:" and _declares(query, word):
                continue
            raise MoroError(
                place(path, word),
                Text(de=f"das Präfix „{name}:“ ist nicht vereinbart", en=f'the prefix "{name}:" is not declared'),
                Text(de=f"oben „PREFIX {name}: <…>“ ergänzen", en=f'add "PREFIX {name}: <…>" at the top'),
            )
    try:
        pyoxigraph.Store().query(query, base_iri=base)
    except SyntaxError as error:
        raise syntax_error(error, query, path) from None


def _declares(query: str, word: Token) -> bool:
    lines = query.splitlines()
    return bool(
        re.search(r"prefix\s*$", "\n".join([*lines[: word.line - 1], lines[word.line - 1][: word.column - 1]]), re.I)
    )


def syntax_error(error: SyntaxError, query: str, path: str) -> MoroError:
    """The message for a query that Oxigraph does not understand."""
    found = re.match(r"error at (\d+):(\d+): (.*)", str(error), re.DOTALL)
    where, shown = path, ""
    if found:
        line, column = int(found[1]), int(found[2])
        where = f"{path}:{line}:{column}"
        lines = query.splitlines()
        rest = lines[line - 1][column - 1 :].strip() if line <= len(lines) else ""
        shown = rest[:40]
    if found and "IRI parsing failed" in found[3]:
        return MoroError(
            where,
            Text(de=f"relative oder ungültige IRI („{shown}“)", en=f'relative or invalid IRI ("{shown}")'),
            Text(de="die ganze IRI oder einen Namen mit Präfix schreiben", en="write the whole IRI or a name with a prefix"),
        )
    at_de = f" bei „{shown}“" if shown else " am Ende"
    at_en = f' at "{shown}"' if shown else " at the end"
    return MoroError(
        where,
        Text(de=f"kein gültiges SPARQL{at_de}", en=f"not valid SPARQL{at_en}"),
        Text(
            de="hier und kurz davor Klammern, Punkte und Schreibweise prüfen",
            en="check brackets, dots and spelling here and just before",
        ),
    )
