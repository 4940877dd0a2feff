"""Terms and graphs that hypothesis may pick: nasty strings, IRIs, language tags, datatypes, blank nodes, lists."""

from __future__ import annotations

import os

from hypothesis import settings
from hypothesis import strategies as st

from moro_lod.graphs import Graph, Quads
from moro_lod.namespaces import RDF, RDFS, SKOS, XSD
from moro_lod.terms import Term, iri, literal

LONG = bool(os.environ.get("MORO_LONG"))
FEW = settings(max_examples=1000 if LONG else 40, deadline=None)
"""For tests whose other side is slow."""

EXAMPLE = "https://example.org/"
PREFIXES = {
    "ex": EXAMPLE,
    "id": f"{EXAMPLE}id/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

_TRICKY = (
    "", "a", " a ", "a\nb", 'say "x"', '"""', "back\\slash", "\\n", "tab\there", "cr\rlf\r\n", "a .\n", '" .\n', "x <b", "_:b",
    "ü ẞ 東京 🚆", "e\u0301", "\u2028", "\xa0", "\ufeff", "]]>", "&amp; <b>&lt;", "'", "# no comment", "=1+1", "@de", "{}", "%41",
)  # fmt: skip
_CONTROL = ("\x00", "\x01", "\x0b", "\x1f", "\x7f", "\ufffe", "\uffff")
_IRI_ENDS = (
    "", "a", "b", "a.b", "a.", ".a", "-a", "a-", "1", "a/b", "a#b", "a?q=1&r=2", "ü", "東", "%C3%BC", "a:b", "a(b)", "a'b", "a;b",
    "a,b", "a~b", "a@b", "a!b$c*d+e=f", "_a", "a_b", "true", "urn", "𐐀", "é", "e\u0301", "item·", "id/x", "id/x/y", "id/",
)  # fmt: skip

texts = st.one_of(st.sampled_from(_TRICKY), st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=8))
any_texts = st.one_of(texts, st.sampled_from(_CONTROL))
iris = st.one_of(
    st.sampled_from(_IRI_ENDS).map(lambda end: iri(EXAMPLE + end)),
    st.sampled_from(
        ["urn:x:y", "mailto:a@example.org", "geo:48.2,16.3", "ex:a", "skos:a", "file:///a", "HTTP://A/", "x:"]
    ).map(iri),
    st.sampled_from([SKOS.prefLabel, RDFS.label, RDF.nil, RDF.first, XSD.string]),
)
predicates = st.one_of(
    st.sampled_from(["a", "b", "p", "label", "Label", "a.b", "a-b", "_x", "ü", "p1"]).map(lambda end: iri(EXAMPLE + end)),
    st.sampled_from([RDF.type, RDFS.label, SKOS.prefLabel, SKOS.altLabel, SKOS.definition]),
)
languages = st.sampled_from(["de", "en", "de-at", "zh-hant-tw", "x-1"])
_NUMBERS = (
    "1", "01", "-1", "+1", "0", "1.50", "1.5", "1.", ".5", "-.5", "1e0", "1.0E0", "NaN", "INF", "true", "false", "1 ", " true",
    "778389.00", "14.26130", "0.0000001", "-0", "-0.0", "12345678901234567890.12345678901234567890", "TRUE", "",
)  # fmt: skip
datatypes = st.sampled_from(
    [XSD.integer, XSD.decimal, XSD.double, XSD.boolean, XSD.date, XSD.gYear, XSD.gYearMonth, f"<{EXAMPLE}dt>", RDF.HTML]
)


def literals_of(strings: st.SearchStrategy[str]) -> st.SearchStrategy[Term]:
    """Plain, tagged and typed literals."""
    return st.one_of(
        strings.map(literal),
        st.builds(literal, strings, languages),
        st.builds(lambda text, datatype: literal(text, datatype=datatype), strings, datatypes),
        st.builds(lambda text, datatype: literal(text, datatype=datatype), st.sampled_from(_NUMBERS), datatypes),
    )


blank_nodes = st.integers(0, 4).map(lambda number: f"_:b{number}")


def triples_of(strings: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[Term, Term, Term]]:
    """Triples with blank nodes here and there."""
    return st.tuples(
        st.one_of(iris, iris, blank_nodes),
        predicates,
        st.one_of(iris, literals_of(strings), literals_of(strings), blank_nodes),
    )


@st.composite
def lists(draw: st.DrawFn) -> list[tuple[Term, Term, Term]]:
    """An RDF list, at times a damaged one."""
    members = draw(st.lists(st.one_of(iris, literals_of(texts), blank_nodes), min_size=1, max_size=3))
    name = draw(st.sampled_from(["l", "m"]))
    triples = [(draw(iris), draw(predicates), f"_:{name}0")]
    for place, member in enumerate(members):
        rest = f"_:{name}{place + 1}" if place + 1 < len(members) else RDF.nil
        triples += [(f"_:{name}{place}", RDF.first, member), (f"_:{name}{place}", RDF.rest, rest)]
    if draw(st.integers(0, 3)) == 0:
        triples.append((f"_:{name}{draw(st.integers(0, len(members) - 1))}", draw(predicates), draw(iris)))
    if draw(st.integers(0, 5)) == 0:
        triples.append((draw(iris), draw(predicates), f"_:{name}{draw(st.integers(0, len(members) - 1))}"))
    return triples


def graphs_of(strings: st.SearchStrategy[str] = texts) -> st.SearchStrategy[Graph]:
    """Graphs, some with lists."""
    return st.builds(
        lambda triples, more: Graph([*triples, *(triple for each in more for triple in each)]),
        st.lists(triples_of(strings), max_size=14),
        st.lists(lists(), max_size=2),
    )


def quads_of(strings: st.SearchStrategy[str] = texts) -> st.SearchStrategy[Quads]:
    """Quads in a few graphs and the default graph."""
    names = st.one_of(
        st.just(""), st.sampled_from(["s1", "s2", "a b".replace(" ", "/")]).map(lambda end: iri(EXAMPLE + end))
    )
    return st.builds(
        lambda quads, more: Quads([*quads, *((*triple, name) for name, each in more for triple in each)]),
        st.lists(st.tuples(triples_of(strings), names).map(lambda pair: (*pair[0], pair[1])), max_size=14),
        st.lists(st.tuples(names, lists()), max_size=2),
    )
