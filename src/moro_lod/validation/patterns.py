"""Whether a regular expression of sh:pattern can take exponential time.

Engines that go back and try again (Python's `re`, which pyshacl uses) need exponentially many steps for a text like
"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab" and an expression like `^(a+)+$`, in which one and the same text can be read in many ways.
That is so if and only if the automaton of the expression has a state that leads back to itself on two different ways with
the same text (exponential degree of ambiguity), which can be decided. Nested repetitions alone are harmless: `^([a-z]+-)*[a-z]+$`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from ..errors import MoroError, Text

_parser: Any = __import__("re._parser", fromlist=["parse"])  # the parser behind re.compile; typeshed does not know it
_constants: Any = __import__("re._constants", fromlist=["MAXREPEAT"])

MOST_STATES = 20000
_COPIES = 4  # `x{9}` is looked at like `x{4}`: more copies of the same add no new kind of ambiguity
_SAMPLES = "aAzZmM09 _-.,;:/\n\täÄßéя中€\U0001f600"


def check(pattern: str, flags: str, place: str) -> None:
    """Raise MoroError for a pattern that is no regular expression or can take exponential time."""
    try:
        parsed = _parser.parse(pattern, _flags(flags))
    except (re.error, RecursionError, OverflowError) as error:
        raise MoroError(
            place,
            Text(
                de=f"sh:pattern „{_short(pattern)}“ ist kein regulärer Ausdruck ({error})",
                en=f'sh:pattern "{_short(pattern)}" is no regular expression ({error})',
            ),
            Text(de="den Ausdruck berichtigen", en="correct the expression"),
        ) from None
    if _is_exponential(parsed):
        raise MoroError(
            place,
            Text(
                de=f"sh:pattern „{_short(pattern)}“ kann für manche Texte beliebig lange rechnen",
                en=f'sh:pattern "{_short(pattern)}" can take forever for some texts',
            ),
            Text(
                de="wiederholte Teile so schreiben, dass ein Text nur auf eine Weise passt, etwa a+ statt (a+)+",
                en="write repeated parts so that a text matches in one way only, such as a+ instead of (a+)+",
            ),
        )


def _short(pattern: str) -> str:
    return pattern if len(pattern) <= 60 else pattern[:57] + "…"


def _flags(flags: str) -> int:
    known = {"i": re.IGNORECASE, "s": re.DOTALL, "m": re.MULTILINE, "x": re.VERBOSE}
    return sum(known.get(flag, 0) for flag in set(flags))


def _is_exponential(parsed: Any) -> bool:
    """Whether the expression, or the inside of one of its look-arounds, is ambiguous to an exponential degree."""
    automaton = _Automaton(parsed)
    return automaton.too_large or automaton.is_exponential() or any(_is_exponential(each) for each in automaton.assertions)


class _Automaton:
    """States and steps: a step eats one character of a set, or nothing."""

    def __init__(self, parsed: Any) -> None:
        self._ignore_case = bool(parsed.state.flags & re.IGNORECASE)
        self._dot_all = bool(parsed.state.flags & re.DOTALL)
        self._alphabet = sorted({*_SAMPLES, *_literals(parsed)})
        self._sets: dict[str, frozenset[int]] = {}
        self.free: list[list[int]] = []  # state → states without eating
        self.steps: list[tuple[frozenset[int], int] | None] = []  # state → (characters by number, next state)
        self.assertions: list[Any] = []
        self.too_large = False
        start, end = self._state(), self._state()
        self._sequence(parsed, start, end)

    def _state(self) -> int:
        self.free.append([])
        self.steps.append(None)
        self.too_large = len(self.free) > MOST_STATES
        return len(self.free) - 1

    def _sequence(self, items: Iterable[Any], start: int, end: int) -> None:
        here = start
        for item in items:
            after = self._state()
            if self.too_large:
                return
            self._item(item, here, after)
            here = after
        self.free[here].append(end)

    def _item(self, item: Any, start: int, end: int) -> None:
        kind, argument = str(item[0]), item[1]
        if kind == "BRANCH":
            for branch in argument[1]:
                first = self._state()
                self.free[start].append(first)
                self._sequence(branch, first, end)
        elif kind == "SUBPATTERN":
            self._sequence(argument[3], start, end)
        elif kind in ("MAX_REPEAT", "MIN_REPEAT"):
            least, most, body = argument
            self._repeat(least, most, body, start, end)
        elif kind in ("ASSERT", "ASSERT_NOT"):
            self.assertions.append(argument[1])
            self.free[start].append(end)
        elif kind in ("LITERAL", "NOT_LITERAL", "ANY", "IN"):
            here = self._state()
            self.free[start].append(here)
            key = f"{kind} {argument}"
            if key not in self._sets:
                self._sets[key] = frozenset(self._eaten(kind, argument))
            self.steps[here] = self._sets[key], end
        else:  # anchors; back-references; groups that never go back: nothing to repeat in them
            self.free[start].append(end)

    def _repeat(self, least: int, most: Any, body: Any, start: int, end: int) -> None:
        endless = most is _constants.MAXREPEAT or most > 3 * _COPIES
        here = start
        for _ in range(min(least, _COPIES)):
            after = self._state()
            if self.too_large:
                return
            self._sequence(body, here, after)
            here = after
        if endless:
            first, last = self._state(), self._state()
            self._sequence(body, first, last)
            self.free[here] += [first, end]
            self.free[last] += [first, end]
            return
        for _ in range(min(most, _COPIES) - min(least, _COPIES)):
            after = self._state()
            if self.too_large:
                return
            self.free[here].append(end)
            self._sequence(body, here, after)
            here = after
        self.free[here].append(end)

    def _eaten(self, kind: str, argument: Any) -> Iterable[int]:
        for number, char in enumerate(self._alphabet):
            forms = {char, char.lower(), char.upper()} if self._ignore_case else {char}
            if any(self._eats(kind, argument, form) for form in forms if len(form) == 1):
                yield number

    def _eats(self, kind: str, argument: Any, char: str) -> bool:
        if kind == "ANY":
            return self._dot_all or char != "\n"
        if kind == "IN":
            negated = str(argument[0][0]) == "NEGATE"
            found = any(_in_set(str(each[0]), each[1], char) for each in argument[negated:])
            return found != negated
        return bool(ord(char) == argument) == (kind == "LITERAL")

    def is_exponential(self) -> bool:
        """Whether a state leads back to itself on two ways with the same text."""
        eating = [number for number, step in enumerate(self.steps) if step]
        ways = {state: self._ways(state) for state in eating}  # eating state → next eating states, how often (1 or 2)
        for component in _components(eating, {state: list(found) for state, found in ways.items()}):
            inside = set(component)
            if any(count > 1 for state in component for after, count in ways[state].items() if after in inside):
                return True
            if self._splits_and_meets(component, {s: [a for a in ways[s] if a in inside] for s in component}):
                return True
        return False

    def _ways(self, state: int) -> dict[int, int]:
        """After the state's own step: the eating states that free steps lead to, on one way (1) or several (2)."""
        step = self.steps[state]
        counts: dict[int, int] = {}
        waiting: list[tuple[int, frozenset[int]]] = [(step[1], frozenset())] if step else []
        budget = 20 * MOST_STATES
        while waiting and budget:
            budget -= 1
            here, passed = waiting.pop()
            if self.steps[here]:
                counts[here] = min(2, counts.get(here, 0) + 1)
            waiting += [(after, passed | {here}) for after in self.free[here] if after not in passed and after != here]
        self.too_large |= not budget
        return counts

    def _splits_and_meets(self, component: Sequence[int], ways: dict[int, list[int]]) -> bool:
        """Whether a pair (p, p) leads to a pair of different states and back, both eating the same characters."""
        pairs: dict[tuple[int, int], list[tuple[int, int]]] = {}
        waiting = [(state, state) for state in component]
        while waiting:
            pair = waiting.pop()
            if pair in pairs:
                continue
            one, other = self.steps[pair[0]], self.steps[pair[1]]
            if one and other and one[0] & other[0]:
                pairs[pair] = [(a, b) for a in ways[pair[0]] for b in ways[pair[1]]]
            else:
                pairs[pair] = []
            waiting += pairs[pair]
            if len(pairs) > 40 * MOST_STATES:
                return True
        for group in _components(list(pairs), pairs):
            if any(a == b for a, b in group) and any(a != b for a, b in group):
                return True
        return False


def _in_set(kind: str, argument: Any, char: str) -> bool:
    if kind == "LITERAL":
        return bool(ord(char) == argument)
    if kind == "RANGE":
        return bool(argument[0] <= ord(char) <= argument[1])
    name = str(argument)
    classes = {"DIGIT": char.isdigit(), "SPACE": char.isspace(), "WORD": char.isalnum() or char == "_"}
    found = classes[name.rsplit("_", 1)[1]]
    return not found if "NOT" in name else found


def _literals(items: Any) -> Iterable[str]:
    """The characters that an expression names, and the ends of its ranges."""
    if isinstance(items, tuple) and len(items) == 2 and str(items[0]) in ("LITERAL", "NOT_LITERAL"):
        yield chr(items[1])
    elif isinstance(items, tuple) and len(items) == 2 and str(items[0]) == "RANGE":
        low, high = items[1]
        yield from (chr(low), chr(high))
        yield from (chr(code) for code in (low - 1, high + 1) if 0 <= code < 0x110000)
    elif isinstance(items, (list, tuple, _parser.SubPattern)):
        for each in items:
            yield from _literals(each)


def _components(nodes: Sequence[Any], edges: dict[Any, list[Any]]) -> list[list[Any]]:
    """The strongly connected components that have an edge within them (Tarjan, without recursion)."""
    index: dict[Any, int] = {}
    low: dict[Any, int] = {}
    stack: list[Any] = []
    on_stack: set[Any] = set()
    found: list[list[Any]] = []
    for root in nodes:
        if root in index:
            continue
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        work = [(root, iter(edges.get(root, ())))]
        while work:
            node, rest = work[-1]
            after = next((each for each in rest if each not in index or each in on_stack), None)
            if after is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    component: list[Any] = []
                    while not component or component[-1] != node:
                        component.append(stack.pop())
                        on_stack.discard(component[-1])
                    if len(component) > 1 or node in edges.get(node, ()):
                        found.append(component)
            elif after not in index:
                index[after] = low[after] = len(index)
                stack.append(after)
                on_stack.add(after)
                work.append((after, iter(edges.get(after, ()))))
            else:
                low[node] = min(low[node], index[after])
    return found
