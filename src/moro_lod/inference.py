"""What follows from the asserted statements: a subset of RDFS and OWL 2 RL, then the project's own rules.

The subset (names as in OWL 2 RL): rdfs:subClassOf (cax-sco), rdfs:subPropertyOf (prp-spo1), owl:inverseOf (prp-inv1, -inv2),
owl:SymmetricProperty (prp-symp), owl:TransitiveProperty (prp-trp), rdfs:domain (prp-dom) and rdfs:range (prp-rng). The
vocabulary is read first and turned into a plan for each property; then each statement is looked at once. Nothing is said
about the vocabulary itself: no closure of its hierarchy, no rdfs:Resource, no owl:Thing, no types of literals.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import pyoxigraph

from . import sparql
from .errors import MoroError, Text
from .graphs import Graph, Triple
from .lexical import stored_forms
from .namespaces import OWL, RDF, RDFS, XSD
from .terms import Term, is_blank, is_iri, is_literal

ROUNDS = 1000  # a chain of rules that is longer does not end
GROWTH = 50  # times as many new statements as asserted ones, plus a hundred thousand: does not end either

_TOO_GENERAL = frozenset({RDFS.Resource, OWL.Thing, RDFS.Literal, OWL.topObjectProperty, f"<{OWL.iri}topDataProperty>"})

_Node = TypeVar("_Node", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Rule:
    """One inference rule of a project: a CONSTRUCT query. `path` is its file, for messages."""

    path: str
    query: str


def infer(asserted: Graph, ontology: Graph, rules: Iterable[Rule] = ()) -> Graph:
    """The statements that follow from `asserted` under `ontology`, without those already asserted.

    `asserted` may contain the ontology. Applies the subset above, then the rules in the order given, each seeing what the
    earlier ones and the subset have added, again and again until nothing is new. The arguments are not changed. Inferring
    again from the union adds nothing. Blank nodes keep their labels, literals their spelling.

    Raises MoroError for a rule that is no CONSTRUCT query, reaches elsewhere, invents blank nodes, makes new terms without
    end, or makes a literal that the data spell in several ways.
    """
    rules = tuple(rules)
    for rule in rules:
        check_rule(rule)
    closure = _Closure(_Vocabulary(ontology), asserted)
    closure.add(asserted)
    if rules:
        _run(rules, closure, len(asserted))
    return Graph(closure.added)


@dataclass(frozen=True, slots=True)
class _Plan:
    """All that one statement x p y says, hierarchies followed to their ends."""

    forward: tuple[Term, ...]  # q with x q y
    backward: tuple[Term, ...]  # q with y q x
    subject_types: tuple[Term, ...]
    object_types: tuple[Term, ...]


class _Vocabulary:
    """What an ontology says about classes and properties."""

    def __init__(self, ontology: Graph) -> None:
        parents: dict[Term, set[Term]] = defaultdict(set)
        for child, parent in ontology.pairs(RDFS.subClassOf):
            if _is_named(child, parent):
                parents[child].add(parent)
        self.superclasses: dict[Term, tuple[Term, ...]] = {
            each: tuple(sorted(_reachable(each, parents) - {each})) for each in sorted(parents)
        }
        ways = _ways(ontology)
        straight = {start: {each for each in ends if each[1] == start[1]} for start, ends in ways.items()}
        datatypes = frozenset(ontology.subjects(RDF.type, RDFS.Datatype))
        domains = _classes(ontology.pairs(RDFS.domain), datatypes)
        ranges = _classes(ontology.pairs(RDFS.range), datatypes)
        transitive = [each for each in ontology.subjects(RDF.type, OWL.TransitiveProperty) if is_iri(each)]
        properties = sorted({*(name for name, _ in ways), *domains, *ranges, *transitive})

        def plan(reached: set[tuple[Term, bool]], own: Term) -> _Plan:
            subject_types: set[Term] = set()
            object_types: set[Term] = set()
            for name, flipped in reached:
                subject_types.update(self._with_superclasses((ranges if flipped else domains).get(name, ())))
                object_types.update(self._with_superclasses((domains if flipped else ranges).get(name, ())))
            return _Plan(
                forward=tuple(sorted(name for name, flipped in reached if not flipped and name != own)),
                backward=tuple(sorted(name for name, flipped in reached if flipped)),
                subject_types=tuple(sorted(subject_types)),
                object_types=tuple(sorted(object_types)),
            )

        reached = {each: _reachable((each, False), ways) | {(each, False)} for each in properties}
        self.plans = {each: plan(reached[each], each) for each in properties}
        # A literal is never a subject, so nothing follows from it by way of an inverse.
        self.literal_plans = {each: plan(_reachable((each, False), straight) | {(each, False)}, each) for each in properties}

        kept: list[Term] = []
        names = {each: {name for name, _ in found} for each, found in reached.items()}
        for each in transitive:
            if not any(other in names[each] and each in names[other] for other in kept):
                kept.append(each)  # an inverse of one that is kept has the same closure
        self.transitive = tuple(kept)

    def _with_superclasses(self, classes: Iterable[Term]) -> Iterable[Term]:
        for each in classes:
            yield each
            yield from self.superclasses.get(each, ())


def _ways(ontology: Graph) -> Mapping[tuple[Term, bool], set[tuple[Term, bool]]]:
    """Property → properties that hold as well; True beside a property means with subject and object exchanged."""
    ways: dict[tuple[Term, bool], set[tuple[Term, bool]]] = defaultdict(set)

    def way(child: Term, parent: Term, flipped: bool) -> None:
        if _is_named(child, parent):
            for turned in (False, True):
                ways[child, turned].add((parent, turned ^ flipped))

    for child, parent in ontology.pairs(RDFS.subPropertyOf):
        way(child, parent, False)
    for one, other in ontology.pairs(OWL.inverseOf):
        way(one, other, True)
        way(other, one, True)
    for each in ontology.subjects(RDF.type, OWL.SymmetricProperty):
        way(each, each, True)
    return ways


def _is_named(child: Term, parent: Term) -> bool:
    return is_iri(child) and is_iri(parent) and parent not in _TOO_GENERAL and child not in _TOO_GENERAL


def _classes(pairs: Iterable[tuple[Term, Term]], datatypes: frozenset[Term]) -> dict[Term, set[Term]]:
    """Property → its declared domains or ranges, as far as they are named classes."""
    found: dict[Term, set[Term]] = {}
    for property_, class_ in pairs:
        is_class = class_ not in datatypes and not class_.startswith(f"<{XSD.iri}")
        if is_class and _is_named(property_, class_):
            found.setdefault(property_, set()).add(class_)
    return found


def _reachable(start: _Node, edges: Mapping[_Node, set[_Node]]) -> set[_Node]:
    """Everything that edges lead to from a node, directly or not; the node itself only if it lies on a circle."""
    seen: set[_Node] = set()
    waiting = [start]
    while waiting:
        fresh = edges.get(waiting.pop(), set()) - seen
        seen |= fresh
        waiting.extend(fresh)
    return seen


class _Closure:
    """Statements that grow, and everything that follows from them."""

    def __init__(self, vocabulary: _Vocabulary, asserted: Graph) -> None:
        self._vocabulary = vocabulary
        self.known: set[Triple] = set(asserted)
        self.added: list[Triple] = []
        self._steps: dict[Term, dict[Term, set[Term]]] = {each: {} for each in vocabulary.transitive}

    def add(self, statements: Iterable[Triple]) -> list[Triple]:
        """Add statements; returns those among them and their consequences that are new."""
        statements = list(statements)
        before = len(self.added)
        fresh = [each for each in statements if each not in self.known]
        self.known.update(fresh)
        self.added += fresh
        after = len(self.added)
        self._expand(statements)
        steps = [*statements, *self.added[after:]]
        for property_, successors in self._steps.items():
            pairs = [(s, o) for s, p, o in steps if p == property_ and o[0] != '"']
            if pairs:
                for one, other in pairs:
                    successors.setdefault(one, set()).add(other)
                self._close(property_, successors)
        return self.added[before:]

    def _close(self, property_: Term, successors: Mapping[Term, set[Term]]) -> None:
        known = self.known
        derived = []
        for start in sorted(successors):
            for end in _reachable(start, successors):
                if (start, property_, end) not in known:
                    derived.append((start, property_, end))
        known.update(derived)
        self.added += derived
        self._expand(derived)

    def _expand(self, statements: Iterable[Triple]) -> None:
        """What follows from each statement by itself."""
        plans, literal_plans = self._vocabulary.plans, self._vocabulary.literal_plans
        superclasses, known, added = self._vocabulary.superclasses, self.known, self.added
        type_ = RDF.type

        def say(statement: Triple) -> None:
            if statement not in known:
                known.add(statement)
                added.append(statement)

        for subject, property_, object_ in statements:
            if property_ == type_:
                for class_ in superclasses.get(object_, ()):
                    say((subject, type_, class_))
            is_text = object_[0] == '"'
            plan = (literal_plans if is_text else plans).get(property_)
            if plan is None:
                continue
            for other in plan.forward:
                say((subject, other, object_))
                if other == type_:
                    for class_ in superclasses.get(object_, ()):
                        say((subject, type_, class_))
            for class_ in plan.subject_types:
                say((subject, type_, class_))
            if not is_text:
                for other in plan.backward:
                    say((object_, other, subject))
                for class_ in plan.object_types:
                    say((object_, type_, class_))


# The project's own rules


_REFUSED: Mapping[str, tuple[Text, Text]] = {
    **{
        word: (
            Text(de=f"{word} ist in Regeln nicht erlaubt", en=f"{word} is not allowed in rules"),
            Text(
                de="weglassen: Regeln sehen alle Aussagen zusammen und sonst nichts",
                en="leave it out: rules see all statements together and nothing else",
            ),
        )
        for word in ("SERVICE", "FROM", "GRAPH", "LOAD")
    },
    **{
        word: (
            Text(de=f"{word} ergibt bei jedem Lauf etwas anderes", en=f"{word} gives something different in every run"),
            Text(
                de="aus den Angaben selbst ableiten, etwa mit IRI(CONCAT(…))",
                en="derive it from the statements, for instance with IRI(CONCAT(…))",
            ),
        )
        for word in ("NOW", "RAND", "UUID", "STRUUID", "BNODE")
    },
}


def check_rule(rule: Rule) -> None:
    """Raise MoroError, with line and column, for a query that is no rule."""
    form = sparql.form(rule.query)
    if form != "CONSTRUCT":
        shown = form or "–"
        raise MoroError(
            rule.path,
            Text(de=f"eine Regel ist eine CONSTRUCT-Abfrage, nicht {shown}", en=f"a rule is a CONSTRUCT query, not {shown}"),
            Text(
                de="CONSTRUCT { neue Aussagen } WHERE { Bedingung } schreiben",
                en="write CONSTRUCT { new statements } WHERE { condition }",
            ),
        )
    sparql.refuse_words(rule.query, rule.path, _REFUSED)
    sparql.parse(rule.query, rule.path)
    depth = 0
    for word in sparql.tokens(rule.query):
        depth += (word.text == "{") - (word.text == "}")
        if word.text == "}" and depth == 0:
            break  # the end of the template
        if depth and (word.kind == "blank" or word.text in ("[", "(")):
            raise _new_blank_node(rule, word)


def _new_blank_node(rule: Rule, word: sparql.Token | None = None) -> MoroError:
    return MoroError(
        sparql.place(rule.path, word),
        Text(de="die Regel erfindet namenlose Knoten", en="the rule invents blank nodes"),
        Text(
            de="dem Ding mit BIND(IRI(CONCAT(…)) AS ?ding) einen Namen geben",
            en="give the thing a name with BIND(IRI(CONCAT(…)) AS ?thing)",
        ),
    )


def _run(rules: tuple[Rule, ...], closure: _Closure, asserted: int) -> None:
    """Run the rules in turn until a whole round adds nothing. The store gets only what some rule can look at."""
    looked_at = [sparql.properties(rule.query) for rule in rules]
    everything = any(each is None for each in looked_at)
    wanted: frozenset[Term] = frozenset().union(*(each or () for each in looked_at))
    store = pyoxigraph.Store()
    spellings = _Spellings(closure.known)

    def put(statements: Iterable[Triple]) -> None:
        lines = "".join([f"{s} {p} {o} .\n" for s, p, o in statements if everything or p in wanted])
        store.bulk_extend(pyoxigraph.parse(lines, format=pyoxigraph.RdfFormat.N_TRIPLES, rename_blank_nodes=False))

    put(closure.known)
    waiting = set(range(len(rules)))  # rules for which something has changed since they ran last
    latest = rules[0]
    for _ in range(ROUNDS):
        for number, rule in enumerate(rules):
            if number not in waiting:
                continue
            waiting.discard(number)
            made = [each for each in _made(rule, store, spellings) if each not in closure.known]
            if not made:
                continue
            latest = rule
            fresh = closure.add(sorted(made))
            spellings.learn(fresh)
            put(fresh)
            changed = {property_ for _, property_, _ in fresh}
            waiting.update(n for n, each in enumerate(looked_at) if each is None or each & changed)
        if not waiting:
            return
        if len(closure.added) > GROWTH * asserted + 100_000:
            break
    raise MoroError(
        latest.path,
        Text(de="die Regel kommt zu keinem Ende", en="the rule does not come to an end"),
        Text(
            de="prüfen, ob sie aus ihren eigenen Ergebnissen immer neue Namen oder Werte bildet",
            en="check whether it makes ever new names or values from its own results",
        ),
    )


def _made(rule: Rule, store: pyoxigraph.Store, spellings: _Spellings) -> set[Triple]:
    """What a rule says about the statements in the store, in the data's own spelling."""
    results = store.query(rule.query)
    assert isinstance(results, pyoxigraph.QueryTriples)  # noqa: S101
    lines = (results.serialize(format=pyoxigraph.RdfFormat.N_TRIPLES) or b"").decode()
    made = set()
    for line in lines.splitlines():
        subject, property_, object_ = line[:-2].split(" ", 2)
        subject, object_ = spellings.term(subject, rule), spellings.term(object_, rule)
        made.add((subject, spellings.term(property_, rule), object_))
    return made


class _Spellings:
    """From the terms that a store gives back to the ones that the data use: same object, same spelling."""

    def __init__(self, statements: Iterable[Triple]) -> None:
        self._terms: dict[Term, Term] = {}
        self._unread: list[Term] = []  # terms whose form in the store is not known yet
        self._written: dict[Term, set[Term]] = {}  # form in the store → spellings of the data that differ from it
        self.learn(statements)

    def learn(self, statements: Iterable[Triple]) -> None:
        """Remember the terms of statements."""
        for statement in statements:
            for term in statement:
                if term not in self._terms:
                    self._terms[term] = term
                    self._unread.append(term)

    def term(self, stored: Term, rule: Rule) -> Term:
        """The term of the data for a term of the store; a new IRI or literal stays as the store has it."""
        if is_literal(stored):
            if stored[-1] == '"':
                return self._terms.get(stored, stored)
            return self._literal(stored, rule)
        if stored not in self._terms:
            if is_blank(stored):
                raise _new_blank_node(rule)
            return self._terms.setdefault(stored, stored)
        return self._terms[stored]

    def _literal(self, stored: Term, rule: Rule) -> Term:
        for term, form in stored_forms(self._unread).items():
            self._written.setdefault(form, set()).add(term)
        self._unread.clear()
        spellings = self._written.get(stored, set())
        if stored in self._terms:
            spellings = spellings | {stored}
        if len(spellings) > 1:
            shown = ", ".join(sorted(spellings))
            raise MoroError(
                rule.path,
                Text(
                    de=f"die Regel ergibt einen Wert, der in den Daten verschieden geschrieben ist: {shown}",
                    en=f"the rule makes a value that the data spell in different ways: {shown}",
                ),
                Text(de=f"überall {stored} schreiben", en=f"write {stored} everywhere"),
            )
        return next(iter(spellings), stored)
