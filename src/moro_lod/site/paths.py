"""Property paths as settings write them: `x:partOf/^x:territory/x:role`, `(a:x|^a:y)/a:z?`.

A subset of SPARQL 1.1 §9: sequence, inverse, alternatives in brackets, optional steps. Following one keeps the statements
on the way, so that what is concluded over several steps can name the sources of each.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from ..errors import MoroError, Text
from ..graphs import Graph, Triple
from ..terms import Term

_TOKEN = re.compile(r"<[^<>\s]*>|[A-Za-z_][\w.-]*:[\w.-]*|[/^|()?]|\s+|.")


@dataclass(frozen=True, slots=True)
class Step:
    """One step: any of some properties, each forward or against its direction."""

    choices: tuple[tuple[Term, bool], ...]  # property, inverse?
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Path:
    """A sequence of steps. `text` is what the settings say, and valid in a SPARQL query with their prefixes."""

    text: str
    steps: tuple[Step, ...]

    @property
    def last(self) -> Term:
        """The property of the last step, which names what the path leads to."""
        return self.steps[-1].choices[0][0]

    def follow(self, start: Term, graph: Graph) -> dict[Term, tuple[Triple, ...]]:
        """What the path leads to, each with the statements on the first way there, in the order of the statements."""
        here: dict[Term, tuple[Triple, ...]] = {start: ()}
        for step in self.steps:
            there: dict[Term, tuple[Triple, ...]] = dict(here) if step.optional else {}
            for term, way in here.items():
                for property_, inverse in step.choices:
                    if inverse:
                        for subject in graph.subjects(property_, term):
                            there.setdefault(subject, (*way, (subject, property_, term)))
                    else:
                        for target in graph.objects(term, property_):
                            there.setdefault(target, (*way, (term, property_, target)))
            here = there
        return here

    def ends(self, start: Term, graph: Graph) -> tuple[Term, ...]:
        """What the path leads to, sorted."""
        if len(self.steps) == 1 and len(self.steps[0].choices) == 1 and not self.steps[0].optional:
            property_, inverse = self.steps[0].choices[0]
            return graph.subjects(property_, start) if inverse else graph.objects(start, property_)
        return tuple(sorted(self.follow(start, graph)))


def parse(text: str, expand: Callable[[str], Term], place: str) -> Path:
    """Read a path. `expand` turns a CURIE into a term. Raises MoroError at `place`, the setting's place."""
    tokens = [token for token in _TOKEN.findall(text) if not token.isspace()]
    steps: list[Step] = []
    position = 0

    def fail() -> MoroError:
        return MoroError(
            place,
            Text(de=f"„{text}“ ist kein Pfad von Eigenschaften", en=f'"{text}" is not a property path'),
            Text(
                de="Eigenschaften mit „/“ trennen, „^“ davor kehrt die Richtung um: x:actor/^x:within",
                en='separate properties by "/", "^" in front reverses them: x:actor/^x:within',
            ),
        )

    def choice() -> tuple[Term, bool]:
        nonlocal position
        inverse = position < len(tokens) and tokens[position] == "^"
        position += inverse
        if position >= len(tokens) or tokens[position] in "/^|()?" or not re.search(r"[:<]", tokens[position]):
            raise fail()
        position += 1
        return expand(tokens[position - 1]), inverse

    while True:
        if position < len(tokens) and tokens[position] == "(":
            position += 1
            choices = [choice()]
            while position < len(tokens) and tokens[position] == "|":
                position += 1
                choices.append(choice())
            if position >= len(tokens) or tokens[position] != ")":
                raise fail()
            position += 1
        else:
            choices = [choice()]
        optional = position < len(tokens) and tokens[position] == "?"
        position += optional
        steps.append(Step(tuple(choices), optional))
        if position == len(tokens):
            return Path(text, tuple(steps))
        if tokens[position] != "/":
            raise fail()
        position += 1
