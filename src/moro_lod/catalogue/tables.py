"""The official tables that a catalogue speaks in, pinned: which codes exist, and what they are called.

A feed carries every term that it uses with type, scheme and labels, so that a portal can check the bare file without fetching
the tables. Each file in `tables/` names its scheme and the state of the list that it was taken from; columns are code,
German label, English label, marks. Some lists have German labels only; where a table has no German wording of its
own, the wording is ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

from ..graphs import Triple
from ..namespaces import DCTERMS, PREFIXES, RDF, SKOS
from ..terms import Term, iri, literal, value


@dataclass(frozen=True, slots=True)
class Entry:
    """One code of a table: its labels (language → text) and what else the table marks it with."""

    code: str
    labels: Mapping[str, str]
    marks: frozenset[str]


@dataclass(frozen=True, slots=True)
class Table:
    """One official list: a SKOS scheme and its codes."""

    scheme: Term
    prefix: str  # IRI text of a term without its code
    labels: Mapping[str, str]  # of the scheme
    version: str  # state of the list, or the month it was read
    types: tuple[Term, ...]  # further types of its terms
    entries: Mapping[str, Entry]

    def term(self, code: str) -> Term:
        """The IRI of a code; the code need not be in the list."""
        return iri(self.prefix + code)

    def code(self, term: Term) -> str | None:
        """The code of a term of this list, or None for any other term."""
        text = value(term)
        code = text.removeprefix(self.prefix) if text.startswith(self.prefix) else ""
        return code if code in self.entries else None

    def __contains__(self, term: object) -> bool:
        return isinstance(term, str) and self.code(term) is not None

    def marked(self, mark: str) -> frozenset[Term]:
        """The terms that carry a mark."""
        return frozenset(self.term(code) for code, entry in self.entries.items() if mark in entry.marks)

    def about(self, term: Term) -> Iterator[Triple]:
        """What a feed carries along with one of its terms: types, scheme, labels, and the scheme's own label.

        Nothing for a term that is not in the list.
        """
        code = self.code(term)
        if code is None:
            return
        yield term, RDF.type, SKOS.Concept
        for kind in self.types:
            yield term, RDF.type, kind
        yield term, SKOS.inScheme, self.scheme
        for language, text in self.entries[code].labels.items():
            yield term, SKOS.prefLabel, literal(text, language)
        yield from self.about_scheme()

    def about_scheme(self) -> Iterator[Triple]:
        """The scheme itself with its label, twice: DCAT-AP asks for a title, SKOS has prefLabel."""
        yield self.scheme, RDF.type, SKOS.ConceptScheme
        for language, text in self.labels.items():
            yield self.scheme, DCTERMS.title, literal(text, language)
            yield self.scheme, SKOS.prefLabel, literal(text, language)


@cache
def table(name: str) -> Table:
    """One of the pinned tables by the name of its file, e.g. `data-themes`."""
    text = (resources.files(__package__) / "tables" / f"{name}.tsv").read_text(encoding="utf-8")
    head: dict[str, str] = {}
    entries: dict[str, Entry] = {}
    for line in text.splitlines():
        if line.startswith("# "):
            key, _, content = line[2:].partition("\t")
            head[key] = content
            continue
        code, german, english, marks = (*line.split("\t"), "", "", "")[:4]
        labels = {language: label for language, label in (("de", german), ("en", english)) if label}
        entries[code] = Entry(code, MappingProxyType(labels), frozenset(marks.split()))
    types = tuple(
        iri(PREFIXES[prefix] + local) for prefix, _, local in (each.partition(":") for each in head["types"].split())
    )
    names = MappingProxyType({"de": head["de"], "en": head["en"]})
    return Table(iri(head["scheme"]), head["prefix"], names, head["version"], types, MappingProxyType(entries))


NAMES = (
    "access-rights", "availabilities", "contributors", "countries", "data-themes", "dataset-types",
    "distribution-statuses", "eu-licences", "file-types", "frequencies", "languages", "licence-types", "licences",
    "political-levels", "publisher-types",
)  # fmt: skip


def about(terms: Iterator[Term] | frozenset[Term] | set[Term]) -> Iterator[Triple]:
    """What a feed carries along for those of the terms that stand in some pinned table."""
    for term in sorted(terms):
        for name in NAMES:
            yield from table(name).about(term)


def language_term(tag: str) -> Term | None:
    """The EU's term for a language tag (`de` → …/language/DEU), or None when the pinned table has none."""
    short = tag.partition("-")[0].lower()
    languages = table("languages")
    return next((languages.term(code) for code, entry in languages.entries.items() if short in entry.marks), None)


def language_tag(term: Term) -> str:
    """The two-letter tag of one of the EU's language terms, or ""."""
    code = table("languages").code(term)
    return "" if code is None else next(iter(table("languages").entries[code].marks), "")
