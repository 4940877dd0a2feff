"""What follows from what is stated: the RDFS/OWL subset, the project's own rules, and messages for wrong rules."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from bench.reference import declared_subset, same_inference, schema
from hypothesis import given, settings
from hypothesis import strategies as st

from moro_lod import sparql
from moro_lod.errors import MoroError
from moro_lod.graphs import Graph, Triple
from moro_lod.inference import Rule, infer
from moro_lod.namespaces import OWL, RDF, RDFS
from moro_lod.project import Project
from moro_lod.sources import parse_text

PREFIXES = {
    "": "https://example.org/",
    "owl": OWL.iri,
    "rdf": RDF.iri,
    "rdfs": RDFS.iri,
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
HEAD = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
QUERY_HEAD = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())


def turtle(text: str) -> Graph:
    return parse_text((HEAD + text).encode(), ".ttl", "test.ttl").union()


def rule(text: str, path: str = "rules/test.rq") -> Rule:
    return Rule(path, QUERY_HEAD + text)


def follows(data: str, ontology: str, *rules: str) -> Graph:
    return infer(turtle(data), turtle(ontology), [rule(each) for each in rules])


# The subset


def test_things_belong_to_all_superclasses_of_their_class() -> None:
    found = follows(":x a :Dog .", ":Dog rdfs:subClassOf :Mammal . :Mammal rdfs:subClassOf :Animal .")
    assert found == turtle(":x a :Mammal, :Animal .")


def test_nothing_is_said_about_the_vocabulary_itself() -> None:
    ontology = """
        :Dog a owl:Class ; rdfs:subClassOf :Animal, owl:Thing, rdfs:Resource, [ a owl:Restriction ; owl:onProperty :p ] .
        :Animal a owl:Class ; rdfs:subClassOf :Being .
        :p rdfs:subPropertyOf :q, owl:topObjectProperty ; owl:inverseOf [ owl:inverseOf :r ] ; rdfs:range xsd:date, rdfs:Literal .
        :q rdfs:subPropertyOf :s ; rdfs:domain [ owl:unionOf ( :Dog :Cat ) ] .
    """
    data = ":x a :Dog ; :p :y ."
    assert infer(turtle(data) | turtle(ontology), turtle(ontology)) == turtle(":x a :Animal, :Being ; :q :y ; :s :y .")


def test_statements_hold_for_superproperties_and_turned_round_for_inverses() -> None:
    ontology = (
        ":hasHead rdfs:subPropertyOf :hasMember . :hasMember owl:inverseOf :memberOf . :memberOf rdfs:subPropertyOf :knows ."
    )
    assert follows(":a :hasHead :b .", ontology) == turtle(":a :hasMember :b . :b :memberOf :a ; :knows :a .")
    assert follows(":b :memberOf :a .", ontology) == turtle(":a :hasMember :b . :b :knows :a .")


def test_symmetric_properties_hold_both_ways_also_when_a_superproperty_is_symmetric() -> None:
    assert follows(":a :twinOf :b .", ":twinOf rdfs:subPropertyOf :near . :near a owl:SymmetricProperty .") == turtle(
        ":a :near :b . :b :near :a ."
    )


def test_transitive_properties_reach_through_chains_circles_and_inverses() -> None:
    ontology = ":within a owl:TransitiveProperty ; owl:inverseOf :contains . :contains rdfs:subPropertyOf :touches ."
    assert follows(":a :within :b . :c :contains :b .", ontology) == turtle(
        ":b :within :c . :a :within :c . :b :contains :a . :c :contains :a . :c :touches :b, :a . :b :touches :a ."
    )
    circle = follows(":a :near :b . :b :near :a .", ":near a owl:TransitiveProperty .")
    assert circle == turtle(":a :near :a . :b :near :b .")


def test_domain_and_range_give_types_but_none_to_literals() -> None:
    ontology = (
        ":owns rdfs:domain :Person ; rdfs:range :Thing . :Person rdfs:subClassOf :Agent . :ownedBy owl:inverseOf :owns ."
    )
    assert follows(":a :owns :b, 'a car' . :d :ownedBy :c .", ontology) == turtle(
        ":a a :Person, :Agent . :b a :Thing . :b :ownedBy :a . :c a :Person, :Agent ; :owns :d . :d a :Thing ."
    )


def test_literals_never_become_subjects() -> None:
    ontology = ":p a owl:SymmetricProperty, owl:TransitiveProperty ; owl:inverseOf :q ; rdfs:range :C ."
    assert follows(":a :p 'text' .", ontology) == Graph()


def test_blank_nodes_and_spellings_survive() -> None:
    data = turtle(":a :has [ :height 1.50 ; :tall '1'^^xsd:boolean ] .")
    found = infer(
        data, turtle(":has rdfs:subPropertyOf :owns . :height rdfs:subPropertyOf :size . :tall rdfs:subPropertyOf :big .")
    )
    node = data.value("<https://example.org/a>", "<https://example.org/has>")
    assert set(found) == {
        ("<https://example.org/a>", "<https://example.org/owns>", node),
        (node, "<https://example.org/size>", '"1.50"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        (node, "<https://example.org/big>", '"1"^^<http://www.w3.org/2001/XMLSchema#boolean>'),
    }


def test_what_is_asserted_is_not_inferred_again() -> None:
    assert follows(":x a :Dog, :Animal .", ":Dog rdfs:subClassOf :Animal .") == Graph()


NAMES = st.sampled_from([f"<https://example.org/{name}>" for name in "abcdef"])
PROPERTIES = st.sampled_from([f"<https://example.org/p{number}>" for number in range(4)])
CLASSES = st.sampled_from([f"<https://example.org/C{number}>" for number in range(4)])
AXIOMS = st.one_of(
    st.tuples(CLASSES, st.just(RDFS.subClassOf), CLASSES),
    st.tuples(PROPERTIES, st.sampled_from([RDFS.subPropertyOf, OWL.inverseOf]), PROPERTIES),
    st.tuples(PROPERTIES, st.just(RDF.type), st.sampled_from([OWL.TransitiveProperty, OWL.SymmetricProperty])),
    st.tuples(PROPERTIES, st.sampled_from([RDFS.domain, RDFS.range]), CLASSES),
)
STATEMENTS = st.one_of(
    st.tuples(
        NAMES, PROPERTIES, st.one_of(NAMES, st.sampled_from(['"x"', '"1.50"^^<http://www.w3.org/2001/XMLSchema#decimal>']))
    ),
    st.tuples(NAMES, st.just(RDF.type), CLASSES),
)


def by_the_book(asserted: Graph, ontology: Graph) -> set[Triple]:
    """Every rule of the subset applied to everything until nothing is new, as the specification writes them down."""
    known = set(asserted)
    while True:
        new: set[Triple] = set()
        for s, p, o in known:
            if p == RDF.type:
                new |= {(s, p, up) for low, up in ontology.pairs(RDFS.subClassOf) if low == o}
            new |= {(s, up, o) for low, up in ontology.pairs(RDFS.subPropertyOf) if low == p}
            new |= {(s, RDF.type, each) for of, each in ontology.pairs(RDFS.domain) if of == p}
            if o[0] == '"':
                continue
            new |= {(o, RDF.type, each) for of, each in ontology.pairs(RDFS.range) if of == p}
            new |= {(o, q, s) for one, q in ontology.pairs(OWL.inverseOf) if one == p}
            new |= {(o, one, s) for one, q in ontology.pairs(OWL.inverseOf) if q == p}
            if (p, RDF.type, OWL.SymmetricProperty) in ontology:
                new.add((o, p, s))
            if (p, RDF.type, OWL.TransitiveProperty) in ontology:
                new |= {(s, p, z) for y, q, z in known if y == o and q == p and z[0] != '"'}
        if new <= known:
            return known - set(asserted)
        known |= new


@settings(max_examples=150, deadline=None)
@given(st.lists(STATEMENTS, max_size=10), st.lists(AXIOMS, max_size=7))
def test_one_pass_says_what_applying_every_rule_until_the_end_says(data: list[Triple], axioms: list[Triple]) -> None:
    asserted, ontology = Graph(data), Graph(axioms)
    found = infer(asserted, ontology)
    literal_chains = {t for t in found if t[2][0] == '"' and (t[1], RDF.type, OWL.TransitiveProperty) in ontology}
    assert set(found) - literal_chains == {t for t in by_the_book(asserted, ontology) if t not in literal_chains}
    assert infer(asserted | found, ontology) == Graph()


ZOO = """
    :Dog rdfs:subClassOf :Mammal . :Mammal rdfs:subClassOf :Animal . :Owner rdfs:subClassOf :Person .
    :owns rdfs:subPropertyOf :keeps ; owl:inverseOf :ownedBy ; rdfs:domain :Owner ; rdfs:range :Animal .
    :near a owl:SymmetricProperty ; rdfs:subPropertyOf :knows . :within a owl:TransitiveProperty ; owl:inverseOf :contains .
    :nickname rdfs:subPropertyOf :name .
"""


def zoo(count: int) -> Graph:
    return turtle(
        "".join(
            f":d{n} a :Dog ; :nickname 'dog {n}'@en ; :near :d{n * 7 % count} . :o{n} :owns :d{n} ; :within :v{n % 9} .\n"
            f":v{n % 9} :within :w{n % 3} . :w{n % 3} :within :earth ; :area {n % 3}.5 ."
            for n in range(count)
        )
    )


def test_conclusions_equal_those_of_owlrl_on_the_declared_subset() -> None:
    ours, theirs = same_inference(zoo(40), turtle(ZOO))
    assert len(ours) > 300
    assert ours == theirs


def test_conclusions_equal_those_of_owlrl_on_the_ontology_of_this_project(root: Path) -> None:
    from bench.generate import generate, trig

    from moro_lod.sources import parse_file

    ontology = Graph(t for path in sorted((root / "ontology").rglob("*.ttl")) for t in parse_file(path).union())
    data = parse_text(trig(generate(1_200)).encode(), ".trig", "generated").union()
    ours, theirs = same_inference(data, ontology)
    assert len(ours) > 500
    assert ours == theirs


def test_inference_is_at_least_fifty_times_as_fast_as_owlrl() -> None:
    from bench.reference import owlrl_closure

    data, axioms = zoo(150), schema(turtle(ZOO))
    start = time.process_time()
    closure = owlrl_closure(data | axioms)
    slow = time.process_time() - start
    best = min(_seconds(data, axioms) for _ in range(5))
    assert slow / best >= 50, f"{slow:.2f} s / {best:.4f} s"
    assert declared_subset(closure, data | axioms)


def _seconds(data: Graph, axioms: Graph) -> float:
    start = time.process_time()
    infer(data | axioms, axioms)
    return time.process_time() - start


def test_cost_grows_linearly_with_the_data() -> None:
    axioms = schema(turtle(ZOO))
    small, large = zoo(300), zoo(3000)
    ratio = min(_seconds(large, axioms) for _ in range(3)) / min(_seconds(small, axioms) for _ in range(5))
    assert ratio < 25, ratio


# Rules


def test_rules_see_what_the_subset_and_the_other_rules_have_added() -> None:
    found = follows(
        ":x a :Puppy ; :livesIn :y . :y :livesIn :z .",
        ":Puppy rdfs:subClassOf :Dog . :homeOf owl:inverseOf :livesIn .",
        "CONSTRUCT { ?d :is :loyal } WHERE { ?d a :Dog }",
        "CONSTRUCT { ?d :lovedBy ?h } WHERE { ?d :is :loyal . ?h :homeOf ?d }",
    )
    assert found == turtle(":x a :Dog ; :is :loyal ; :lovedBy :y . :y :homeOf :x . :z :homeOf :y .")


def test_rules_run_until_nothing_is_new() -> None:
    chain = "".join(f":n{n} :next :n{n + 1} . " for n in range(30))
    found = follows(
        chain, "", "CONSTRUCT { ?a :before ?c } WHERE { ?a :next ?b { BIND(?b AS ?c) } UNION { ?b :before ?c } }"
    )
    found = infer(
        turtle(chain),
        Graph(),
        [
            rule("CONSTRUCT { ?a :before ?b } WHERE { ?a :next ?b }"),
            rule("CONSTRUCT { ?a :before ?c } WHERE { ?a :next ?b . ?b :before ?c }"),
        ],
    )
    assert len(found) == 30 * 31 // 2


@pytest.mark.parametrize(
    "literal",
    [
        "1.50",
        "'1'^^xsd:boolean",
        "'007'^^xsd:integer",
        "'2012-01-01+00:00'^^xsd:date",
        "1e0",
        "'P12M'^^xsd:duration",
        "'x'@de-AT",
    ],
)
def test_rules_copy_literals_as_the_sources_spell_them_though_the_store_does_not_keep_them(literal: str) -> None:
    copied = follows(f":x :p {literal} .", "", "CONSTRUCT { ?y :copy ?v } WHERE { ?y :p ?v }")
    assert copied == turtle(f":x :copy {literal} .")
    again = follows(f":x :p {literal} ; :copy {literal} .", "", "CONSTRUCT { ?y :copy ?v } WHERE { ?y :p ?v }")
    assert again == Graph()


def test_a_value_that_the_sources_spell_in_two_ways_is_refused_and_not_guessed() -> None:
    with pytest.raises(MoroError) as caught:
        follows(":x :p 1.50 . :y :p 1.5 .", "", "CONSTRUCT { ?y :copy ?v } WHERE { ?y :p ?v }")
    assert '"1.50"' in str(caught.value)
    assert '"1.5"' in str(caught.value)
    assert str(caught.value).startswith("rules/test.rq: ")


def test_computed_values_are_new_literals() -> None:
    found = follows(":x :p 1.5 .", "", "CONSTRUCT { ?x :double ?d } WHERE { ?x :p ?v BIND(?v * 2 AS ?d) }")
    assert found == turtle(":x :double '3'^^xsd:decimal .")


def test_rules_keep_blank_nodes_of_the_data() -> None:
    data = turtle(":x :period [ :from 2012 ] . [] :from 2013 .")
    found = infer(data, Graph(), [rule("CONSTRUCT { ?node a :Period } WHERE { ?node :from ?year }")])
    assert {s for s, _, _ in found} == {s for s, p, _ in data if p == "<https://example.org/from>"}


def test_inferring_again_adds_nothing_and_arguments_stay_as_they_are() -> None:
    data, ontology = turtle(":x a :Dog ; :near [ :height 1.50 ] ."), turtle(ZOO)
    rules = [
        rule("CONSTRUCT { ?b :knownBy ?a } WHERE { ?a :knows ?b }"),
        rule("CONSTRUCT { ?a :h ?v } WHERE { ?a :height ?v }"),
    ]
    before = tuple(data)
    found = infer(data, ontology, rules)
    assert len(found) > 5
    assert infer(data | found, ontology, rules) == Graph()
    assert tuple(data) == before
    assert infer(data, ontology, rules) == found


@pytest.mark.parametrize(
    ("text", "place", "german", "english"),
    [
        ("CONSTRUCT { ?s :p ?o } WHERE { ?s :q }", "6:39", "kein gültiges SPARQL", "not valid SPARQL"),
        ("CONSTRUCT { ?s ex:p ?o } WHERE { ?s :q ?o }", "6:16", "„ex:“ ist nicht vereinbart", '"ex:" is not declared'),
        ("SELECT * WHERE { ?s :q ?o }", "", "CONSTRUCT-Abfrage, nicht SELECT", "CONSTRUCT query, not SELECT"),
        ("DELETE WHERE { ?s :q ?o }", "", "nicht DELETE", "not DELETE"),
        ("", "", "CONSTRUCT-Abfrage", "CONSTRUCT query"),
        ("CONSTRUCT { ?s :p ?o } WHERE {\n SERVICE <http://localhost/> { ?s :q ?o } }", "7:2", "SERVICE ist", "SERVICE is"),
        ("CONSTRUCT { ?s :p ?o } FROM :g WHERE { ?s :q ?o }", "6:24", "FROM ist", "FROM is"),
        ("CONSTRUCT { ?s :p ?o } WHERE { GRAPH ?g { ?s :q ?o } }", "6:32", "GRAPH ist", "GRAPH is"),
        ("CONSTRUCT { ?s :p ?o } WHERE { ?s :q ?x BIND(NOW() AS ?o) }", "6:46", "bei jedem Lauf", "every run"),
        ("CONSTRUCT { ?s :p ?o } WHERE { ?s :q ?x BIND(UUID() AS ?o) }", "6:46", "UUID ergibt", "UUID gives"),
        ("CONSTRUCT { ?s :p [ :r ?o ] } WHERE { ?s :q ?o }", "6:19", "namenlose Knoten", "blank nodes"),
        ("CONSTRUCT { ?s :p _:new } WHERE { ?s :q ?o }", "6:19", "namenlose Knoten", "blank nodes"),
        ("CONSTRUCT { ?s :p <x> } WHERE { ?s :q ?o }", "6:19", "relative", "relative"),
        (
            "CONSTRUCT { ?s :p ?o } WHERE { ?s :q ?o FILTER(" + "(" * 5000 + "1" + ")" * 5000 + ") }",
            "6:",
            "geschachtelt",
            "nested",
        ),
        ("CONSTRUCT { ?s :p ?o } WHERE { ?s :q ?o FILTER(" + "1||" * 5000 + "1) }", "6:", "Verknüpfungen", "operators"),
    ],
)
def test_a_wrong_rule_is_named_with_line_and_column_in_both_languages(
    text: str, place: str, german: str, english: str
) -> None:
    with pytest.raises(MoroError) as caught:
        infer(turtle(":a :q :b ."), Graph(), [rule(text)])
    message = caught.value.message("de")
    assert message.startswith(f"rules/test.rq:{place}" if place else "rules/test.rq: "), message
    assert german in message
    assert english in str(caught.value)
    assert re.fullmatch(r"[^:]+(:\d+:\d+)?: .+; .+", message, re.DOTALL)


def test_words_in_texts_names_and_comments_of_a_rule_are_no_key_words() -> None:
    found = follows(
        ":x :service 'FROM now' .",
        "",
        "# no SERVICE here\nCONSTRUCT { ?x :graph 'FROM' } WHERE { ?x :service ?now FILTER(?now = \"FROM now\") }",
    )
    assert found == turtle(":x :graph 'FROM' .")


def test_a_rule_that_makes_ever_new_names_is_stopped() -> None:
    with pytest.raises(MoroError, match=r"rules/test\.rq: the rule does not come to an end"):
        follows(":a :q :b .", "", 'CONSTRUCT { ?n :q :b } WHERE { ?s :q :b BIND(IRI(CONCAT(STR(?s), "x")) AS ?n) }')


@pytest.mark.parametrize(
    ("where", "is_known"),
    [
        ("?s :p ?o . ?q :r ?s", True),
        ("?s ?p ?o", False),
        ("?s :p ?o ; ?p 'x'", False),
        ("?s :p :y, ?o ; a :C", True),
        ("?s :p [ ?q ?o ]", False),
        ("[] ?q ?o", False),
        ("[ :a :b ] :q ?o FILTER(?o > 1 && !BOUND(?z)) ?s :p ?o", True),
        ("?s !:p ?o", False),
        ("?s !(:p|:q) ?o", False),
        ("?s :p* ?o", False),
        ("?s :p? ?o", False),
        ("?s :p+/^:q|:r ?o", True),
        ("{ SELECT ?s ?z (COUNT(*) AS ?n) WHERE { ?s :p ?o } GROUP BY ?s ?z } BIND(?a * ?b AS ?c)", True),
        ("?s :p ?o FILTER(NOT EXISTS { ?s ?q ?o })", False),
        ("?s :p ?o FILTER NOT EXISTS { ?s :q true } FILTER(:f(?s, ?o) = 2)", True),
        ("?s ?p true", False),
        ("?s ?p -5", False),
        ("?s :p ?o . VALUES ?o { 1 2 } VALUES (?a ?b) { (1 2) }", True),
        ("( 1 2 ) ?p ?o", False),
        ("?s ?p ( 1 2 )", False),
        ("?s ?p _:b", False),
    ],
)
def test_a_rule_that_may_look_at_any_property_is_told_from_one_that_looks_at_some(where: str, is_known: bool) -> None:
    for template in ("CONSTRUCT { ?s ?anything ?o } WHERE", "CONSTRUCT { ?s :x [ :y ?o ] }"):
        found = sparql.properties(f"{QUERY_HEAD}{template} {{ {where} }}")
        assert (found is not None) == is_known, found


def test_rules_find_the_same_whether_they_are_given_all_statements_or_those_they_look_at(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bench.generate import generate, trig

    from moro_lod.sources import load

    sources = load(Project.open(root))
    data = parse_text(trig(generate(3_000)).encode(), ".trig", "generated").union() | sources.ontology
    quick = infer(data, sources.ontology, sources.rules)
    monkeypatch.setattr(sparql, "properties", lambda _: None)
    assert infer(data, sources.ontology, sources.rules) == quick
