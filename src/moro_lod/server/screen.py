"""A look at a query before the engine gets it: refuse SERVICE, and nesting that would exhaust the engine's stack.

This is for good messages; what protects is the worker's cage (no network) and its end (a crash takes nobody along). Still it
follows SPARQL's grammar closely: code-point escapes come first, then comments, strings, IRIs and names. Where `<` may be
an operator or begin an IRI, both readings are considered. Imported by the worker, therefore nothing but `re` here.
"""

from __future__ import annotations

import re
from typing import NamedTuple

DEEPEST = 200  # brackets in brackets
MOST_STEPS = 1000  # UNION, OPTIONAL, path steps, operators …: each may cost the engine a frame of its stack

_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_TOKEN = re.compile(
    r"""
    (?P<skip>\s+|\#[^\n\r]*)
  | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
  | (?P<string>'''(?:[^'\\]|\\.|''?(?!'))*''' | \"\"\"(?:[^"\\]|\\.|""?(?!"))*\"\"\"
             | '(?:[^'\\\n\r]|\\.)*' | "(?:[^"\\\n\r]|\\.)*")
  | (?P<name>(?:[^\W\d_][\w.-]*)?:(?:[\w:.-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])*)
  | (?P<variable>[?$]\w+)
  | (?P<tag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
  | (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
  | (?P<word>[^\W\d]\w*)
  | (?P<open><<|[({\[]) | (?P<close>>>|[)}\]])
  | (?P<step>\|\||&&|\^\^|[!*/+|^-])
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_STEPS = frozenset(["union", "optional", "minus", "filter", "bind", "graph", "exists", "values", "select", "not"])
_VOLATILE = frozenset(["rand", "now", "uuid", "struuid", "bnode"])
_OPERANDS = frozenset(("variable", "string", "name", "iri", "number", "tag", "close"))
_LOOSE_SERVICE = re.compile(r"(?<![\w:?$@-])service(?!\w)", re.IGNORECASE)


class Screened(NamedTuple):
    """What was found. `problem` is "" for a query that may run; `position` is where, in characters."""

    problem: str  # "", "service", "nesting" or "steps"
    position: int
    volatile: bool  # two runs may differ, so nobody may keep the answer


def screen(query: str) -> Screened:
    """Look at a query. Takes time in proportion to its length."""
    found = _look(query)
    if "\\" in query and not found.problem:
        plain = _ESCAPE.sub(_unescape, query)
        if plain != query:
            other = _look(plain)
            return Screened(other.problem, 0, found.volatile or other.volatile)
    return found


def line_and_column(query: str, position: int) -> tuple[int, int]:
    """Where a position is, counted from 1."""
    line = query.count("\n", 0, position) + 1
    return line, position - query.rfind("\n", 0, position)


def _unescape(match: re.Match[str]) -> str:
    number = int(match[1] or match[2], 16)
    return chr(number) if number <= 0x10FFFF else match[0]


def _look(query: str) -> Screened:
    depth = steps = 0
    volatile = ambiguous = False
    before = ""
    parentheses: list[str] = []
    for match in _TOKEN.finditer(query):
        kind = match.lastgroup or ""
        if kind == "skip":
            continue
        if kind == "iri":
            # inside parentheses and after an operand, `<` may as well be "less than"
            if parentheses and parentheses[-1] == "(" and before in _OPERANDS:
                ambiguous = True
        elif kind == "word":
            word = match[0].lower()
            if "service" in word:
                return Screened("service", match.start(), volatile)
            if word in _STEPS:
                steps += 1
            elif word in _VOLATILE:
                volatile = True
        elif kind == "open":
            depth += 1
            parentheses.append(match[0])
            if depth > DEEPEST:
                return Screened("nesting", match.start(), volatile)
        elif kind == "close":
            depth = max(depth - 1, 0)
            if parentheses:
                parentheses.pop()
        elif kind == "step":
            steps += 1
        if steps > MOST_STEPS:
            return Screened("steps", match.start(), volatile)
        before = kind
    if ambiguous:
        loose = _LOOSE_SERVICE.search(query)
        if loose:
            return Screened("service", loose.start(), volatile)
    return Screened("", 0, volatile)
