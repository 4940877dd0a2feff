"""The rules of the shapes (SHACL) in words, for the class or the property that they are about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from ..graphs import Graph
from ..namespaces import RDF, RDFS, SH
from ..terms import Term, is_blank, is_iri, is_literal, language, value
from .model import Site, fold
from .view import View, first_upper

_TRUE = ("true", "1")
_DEEPEST = 5  # shapes inside shapes


@dataclass(frozen=True, slots=True)
class Rule:
    """What one shape expects."""

    name: str  # of the property, or of what is meant
    count: str  # how many values: "1", "0..1", "1..n"; "" where it is not about values
    severity: str
    words: tuple[str, ...]  # what is expected of a value
    messages: tuple[Markup, ...]
    patterns: tuple[str, ...]  # regular expressions

    @property
    def is_required(self) -> bool:
        """Whether there must be a value."""
        return self.count[:1] not in ("", "0")


def of_term(term: Term, site: Site, view: View) -> list[Rule]:
    """What shapes expect of the things of a class, of what has a property, and of the property's values."""
    return Words(site, view).of_term(term)


class Words:
    """Turns shapes into words of one language."""

    def __init__(self, site: Site, view: View) -> None:
        self.site = site
        self.view = view
        self.graph: Graph = site.publication.sources.shapes

    def of_term(self, term: Term) -> list[Rule]:
        """The rules about a class or a property: what must be there first, then by name; each once."""
        _ = self.view.texts.gettext
        found: dict[Rule, None] = {}
        for shapes, itself in (
            (self.site.schema.node_shapes.get(term, ()), _("The thing itself")),
            (self.graph.subjects(SH.targetSubjectsOf, term), _("What has this")),
            (self.graph.subjects(SH.targetObjectsOf, term), _("The values")),
        ):
            for shape in shapes:
                found.update(dict.fromkeys(self._rules(shape, itself)))
        return sorted(
            found,
            key=lambda rule: (not rule.is_required, fold(rule.name), rule.words, [str(each) for each in rule.messages]),
        )

    def _rules(self, shape: Term, itself: str) -> Iterator[Rule]:
        if self._is_true(shape, SH.deactivated):
            return
        rule = self._rule(shape, itself)
        if rule:
            yield rule
        for each in self.graph.objects(shape, SH.property):
            yield from self._rules(each, itself)

    def _rule(self, shape: Term, itself: str) -> Rule | None:
        path = self.graph.value(shape, SH.path)
        messages = texts(self.graph, shape, SH.message, self.view)
        for each in self.graph.objects(shape, SH.sparql):
            messages += [one for one in texts(self.graph, each, SH.message, self.view) if one not in messages]
        words = self.words(shape, apart=path is not None)
        count = "" if path is None or (not words and self._bounds(shape) == ("0", "")) else self._count(shape)
        patterns = tuple(value(each) for each in self.graph.objects(shape, SH.pattern))
        if not words and not messages and not patterns and not count:
            return None
        name = itself
        if path is not None:
            name = plain(self.graph, shape, SH.name, self.view) or self._path_name(path)
        return Rule(first_upper(name), count, self._severity(shape), tuple(words), tuple(messages), patterns)

    def _count(self, shape: Term) -> str:
        low, high = self._bounds(shape)
        return low if low == high else f"{low}..{high or 'n'}"

    def _bounds(self, shape: Term) -> tuple[str, str]:
        """The least and the most values; "" for no limit."""
        least, most = (self.graph.value(shape, each) for each in (SH.minCount, SH.maxCount))
        return value(least) if least else "0", value(most) if most else ""

    def _path_name(self, path: Term) -> str:
        if is_iri(path):
            return self.view.label(path).text
        inverse = self.graph.value(path, SH.inversePath)
        if inverse is not None and is_iri(inverse):
            opposite = self.site.schema.inverses.get(inverse)
            return (
                self.view.label(opposite).text
                if opposite
                else self._quoted(self.view.texts.gettext("named as “%(name)s” by"), inverse)
            )
        return self.view.texts.gettext("over several steps")

    def _severity(self, shape: Term) -> str:
        _ = self.view.texts.gettext
        return {SH.Warning: _("warning"), SH.Info: _("note")}.get(self.graph.value(shape, SH.severity) or "", _("error"))

    def _is_true(self, shape: Term, property_: Term) -> bool:
        found = self.graph.value(shape, property_)
        return found is not None and value(found) in _TRUE

    def words(self, shape: Term, *, apart: bool = False, depth: int = 0) -> list[str]:
        """What a shape itself expects, without the shapes of its properties.

        With `apart`, number of values and patterns stand elsewhere.
        """
        _ = self.view.texts.gettext
        graph = self.graph
        found = [] if apart else [*self._counts(shape)]
        for each in graph.objects(shape, SH["class"]):
            found.append(self._quoted(_("a thing of the kind “%(name)s”"), each))
        for each in graph.objects(shape, SH.datatype):
            found.append(self.view.label(each).text)
        kinds = {
            SH.IRI: _("a thing with an address (IRI)"), SH.Literal: _("a text or value"), SH.BlankNode: _("a thing without an address"),
            SH.BlankNodeOrIRI: _("a thing, not a text"), SH.IRIOrLiteral: _("a thing with an address (IRI), or a text or value"),
            SH.BlankNodeOrLiteral: _("a thing without an address, or a text or value"),
        }  # fmt: skip
        found += [kinds[each] for each in graph.objects(shape, SH.nodeKind) if each in kinds]
        if not apart:
            found += [_("of the form %(pattern)s") % {"pattern": value(each)} for each in graph.objects(shape, SH.pattern)]
        for property_, pattern in (
            (SH.minInclusive, _("not less than %(value)s")), (SH.maxInclusive, _("not more than %(value)s")),
            (SH.minExclusive, _("more than %(value)s")), (SH.maxExclusive, _("less than %(value)s")),
            (SH.minLength, _("at least %(value)s characters")), (SH.maxLength, _("at most %(value)s characters")),
            (SH.hasValue, _("%(value)s is among them")),
        ):  # fmt: skip
            found += [pattern % {"value": self.view.plain(each)} for each in graph.objects(shape, property_)]
        for property_, pattern in (
            (SH.equals, _("the same as under “%(name)s”")), (SH.disjoint, _("nothing that stands under “%(name)s”, too")),
            (SH.lessThan, _("less or earlier than “%(name)s”")), (SH.lessThanOrEquals, _("not more or later than “%(name)s”")),
        ):  # fmt: skip
            found += [self._quoted(pattern, each) for each in graph.objects(shape, property_)]
        if self._is_true(shape, SH.uniqueLang):
            found.append(_("one for each language"))
        for head in graph.objects(shape, SH.languageIn):
            names = [value(each) for each in self._list(head)]
            found.append(_("in one of the languages %(names)s") % {"names": ", ".join(names)})
        for head in graph.objects(shape, SH["in"]):
            names = [self.view.plain(each) for each in self._list(head)]
            found.append(_("one of: %(values)s") % {"values": ", ".join(names)})
        if depth < _DEEPEST:
            found += self._combined(shape, depth + 1)
        return found

    def _counts(self, shape: Term) -> Iterator[str]:
        _ = self.view.texts.gettext
        low, high = self._bounds(shape)
        if high == "0":
            yield _("must not be given")
        elif low == high:
            yield _("exactly %(count)s") % {"count": low}
        else:
            if low != "0":
                yield _("at least %(count)s") % {"count": low}
            if high:
                yield _("at most %(count)s") % {"count": high}

    def _combined(self, shape: Term, depth: int) -> Iterator[str]:
        """What other shapes say: all of them, one of them, none of them, so many of them."""
        _ = self.view.texts.gettext
        graph = self.graph
        for each in graph.objects(shape, SH.node):
            yield self._named(each, depth)
        for head in graph.objects(shape, SH["and"]):
            yield from (self._named(each, depth) for each in self._list(head))
        for property_ in (SH["or"], SH.xone):
            for head in graph.objects(shape, property_):
                names = [self._named(each, depth) for each in self._list(head)]
                yield _("one of: %(values)s") % {"values": "; ".join(dict.fromkeys(names))}
        for each in graph.objects(shape, SH["not"]):
            yield _("not: %(name)s") % {"name": self._named(each, depth)}
        for each in graph.objects(shape, SH.qualifiedValueShape):
            for property_, pattern in (
                (SH.qualifiedMinCount, _("at least %(count)s of them: %(name)s")), (SH.qualifiedMaxCount, _("at most %(count)s of them: %(name)s")),
            ):  # fmt: skip
                for count in graph.objects(shape, property_):
                    yield pattern % {"count": value(count), "name": self._named(each, depth)}
        if self._is_true(shape, SH.closed):
            yield _("nothing else than what is named here")

    def _named(self, shape: Term, depth: int) -> str:
        """A shape by its label, else by what it says."""
        for property_ in (RDFS.label, SH.name):
            label = plain(self.graph, shape, property_, self.view)
            if label:
                return label
        words = self.words(shape, depth=depth)
        for each in self.graph.objects(shape, SH.property):
            path = self.graph.value(each, SH.path)
            if path is not None:
                words.append(f"{self._path_name(path)} ({', '.join(self.words(each, depth=depth))})")
        return ", ".join(words) or self.view.label(shape).text

    def _quoted(self, pattern: str, term: Term) -> str:
        return pattern % {"name": self.view.label(term).text}

    def _list(self, head: Term) -> list[Term]:
        found: list[Term] = []
        at: Term | None = head
        while at and at != RDF.nil and is_blank(at) and len(found) < 1000:
            first = self.graph.value(at, RDF.first)
            if first is None:
                break
            found.append(first)
            at = self.graph.value(at, RDF.rest)
        return found


def texts(graph: Graph, term: Term, property_: Term, view: View) -> list[Markup]:
    """The texts of a property in the view's language, else in the next that has some."""
    found: dict[str, list[Term]] = {}
    for each in graph.objects(term, property_):
        if is_literal(each):
            found.setdefault(language(each), []).append(each)
    chosen = next((tag for tag in (view.language, *view.site.languages, "") if tag in found), min(found, default=""))
    return [view.term(each, "") for each in found.get(chosen, ())]


def plain(graph: Graph, term: Term, property_: Term, view: View) -> str:
    """The same as one plain text, "" for none."""
    found = {language(each): value(each) for each in graph.objects(term, property_) if is_literal(each)}
    return view.words(found) or found.get("", "")
