"""The ontology keeps its promises: declared, named and defined terms, sound hierarchies, consistent with OWL 2 RL, rules that
say what they should. What OOPS! looks for is looked for here, as far as a program can."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import owlrl
import pyoxigraph
import pytest
import rdflib

from moro_lod import sparql
from moro_lod.graphs import Graph, to_ntriples
from moro_lod.inference import infer
from moro_lod.namespaces import (
    BIBO,
    DCTERMS,
    EURIO,
    FOAF,
    FRAPO,
    GEO,
    KNOWN,
    ORG,
    OWL,
    PROV,
    RDF,
    RDFS,
    SCHEMA,
    SKOS,
    VANN,
    XSD,
)
from moro_lod.project import Project
from moro_lod.sources import Sources, load, parse_file
from moro_lod.terms import Term, is_blank, is_iri, is_literal, language, literal, value

ROOT = Path(__file__).resolve().parent.parent
BASE = "https://w3id.org/moro-lod/"
MORO = f"{BASE}ontology#"
HEADER = f"<{BASE}ontology>"
EX = "http://example.org/"
EDTF = "http://id.loc.gov/datatypes/edtf/EDTF"
FILES = sorted((ROOT / "ontology").rglob("*.ttl"))
SHAPES_FILES = sorted((ROOT / "shapes").rglob("*.ttl"))
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)


@cache
def sources() -> Sources:
    return load(Project.open(ROOT))


def ontology() -> Graph:
    return sources().ontology


def moro(name: str) -> Term:
    return f"<{MORO}{name}>"


def terms(*kinds: Term) -> list[Term]:
    return sorted({term for kind in kinds or KINDS for term in ontology().subjects(RDF.type, kind)})


def languages(subject: Term, link: Term) -> list[str]:
    return sorted(language(text) or "" for text in ontology().objects(subject, link))


# Header and terms


def test_header_has_all_that_a_fair_ontology_states() -> None:
    header = dict.fromkeys(
        [
            *(DCTERMS.title, DCTERMS.description, DCTERMS.abstract, DCTERMS.license, DCTERMS.creator, DCTERMS.contributor),
            *(DCTERMS.publisher, DCTERMS.created, DCTERMS.issued, DCTERMS.modified, DCTERMS.bibliographicCitation),
            *(DCTERMS.source, DCTERMS.language, OWL.versionIRI, OWL.versionInfo, BIBO.status),
            *(VANN.preferredNamespacePrefix, VANN.preferredNamespaceUri),
        ]
    )
    stated = {link for link, _ in ontology().about(HEADER)}
    assert set(header) <= stated
    assert ontology().subjects(RDF.type, OWL.Ontology) == (HEADER,)
    assert languages(HEADER, DCTERMS.title) == languages(HEADER, DCTERMS.description) == ["de", "en"]
    version = value(ontology().value(HEADER, OWL.versionInfo) or "")
    assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    assert ontology().value(HEADER, OWL.versionIRI) == f"<{BASE}ontology/{version}>"
    assert ontology().value(HEADER, VANN.preferredNamespaceUri) == literal(MORO)
    assert ontology().value(HEADER, DCTERMS.license) == "<https://www.govdata.de/dl-de/by-2-0>"
    prior = ontology().value(HEADER, OWL.priorVersion)
    assert (prior is not None) == (version != "1.0.0"), "a prior version only when there is one"
    assert not ontology().objects(HEADER, OWL.imports)


def test_the_classes_that_were_agreed_are_there() -> None:
    agreed = (
        "Programme ResearchField RegionalProject Study Competition ModelRegion CooperationRegion Area AreaVersion "
        "AdministrativeUnit District State Organisation Participation Event Publication Source"
    )
    assert {moro(name) for name in agreed.split()} <= set(terms(OWL.Class))


@pytest.mark.parametrize(
    ("name", "domain", "target", "inverse"),
    [
        ("partOfProgramme", "Activity", "Programme", "hasActivity"),
        ("follows", "Activity", "Activity", "followedBy"),
        ("modelRegionOf", "ModelRegion", "Activity", "hasModelRegion"),
        ("actor", "ModelRegion", "CooperationRegion", "playsRole"),
        ("hasProject", "ModelRegion", "RegionalProject", "carriedOutIn"),
        ("territory", "CooperationRegion", "AreaVersion", "territoryOf"),
        ("consistsOf", "AreaVersion", "District", "partOfArea"),
        ("within", "District", "State", "contains"),
        ("participant", "Participation", "Agent", None),
        ("activity", "Participation", "Activity", "hasParticipation"),
        ("responsibleMinistry", "Activity", "Agent", None),
        ("nuts", "AdministrativeUnit", "NutsCode", "nutsOf"),
        ("reportsOn", "Publication", "Activity", "reportedIn"),
    ],
)
def test_properties_lead_in_the_agreed_direction(name: str, domain: str, target: str, inverse: str | None) -> None:
    assert moro(domain) in ontology().objects(moro(name), SCHEMA.domainIncludes)
    assert moro(target) in ontology().objects(moro(name), SCHEMA.rangeIncludes)
    assert ontology().value(moro(name), OWL.inverseOf) == (moro(inverse) if inverse else None)


def test_every_term_has_name_definition_and_origin_in_both_languages() -> None:
    for term in terms():
        assert languages(term, RDFS.label) == ["de", "en"], term
        assert languages(term, SKOS.definition) == ["de", "en"], term
        assert ontology().objects(term, RDFS.isDefinedBy) == (HEADER,), term
        for note in (SKOS.scopeNote, SKOS.example):
            counts = Counter(languages(term, note))
            assert counts["de"] == counts["en"] and not counts.keys() - {"de", "en"}, (term, note)


def test_terms_are_named_by_their_kind() -> None:
    for term in terms():
        upper = term in terms(OWL.Class)
        assert re.fullmatch(r"[A-Z][A-Za-z0-9]*" if upper else r"[a-z][A-Za-z0-9]*", value(term).removeprefix(MORO)), term


def test_every_term_is_of_one_kind_only() -> None:
    for term in terms():
        assert len([kind for kind in KINDS if term in ontology().subjects(RDF.type, kind)]) == 1, term


def test_names_are_not_used_twice() -> None:
    """Two classes, or two properties of the same kind of thing, with one name would be one thing with two identifiers."""
    for of in ((OWL.Class,), (OWL.ObjectProperty, OWL.DatatypeProperty)):
        for tag in ("de", "en"):
            seen: dict[tuple[str, Term], Term] = {}
            for term in terms(*of):
                for text in ontology().objects(term, RDFS.label):
                    for domain in ontology().objects(term, SCHEMA.domainIncludes) or ("",):
                        if language(text) == tag:
                            other = seen.setdefault((value(text), domain), term)
                            assert other == term, (text, other, term)


def test_definitions_do_not_repeat_each_other() -> None:
    texts = Counter(text for term in terms() for text in ontology().objects(term, SKOS.definition))
    assert [text for text, count in texts.items() if count > 1] == []


def test_every_property_says_where_it_belongs_and_leads() -> None:
    known = {*terms(OWL.Class), OWL.Thing, OWL.ObjectProperty, RDF.Property, RDF.langString, SKOS.Concept, ORG.ChangeEvent}
    known |= {XSD.string, XSD.date, XSD.gYear, XSD.gYearMonth, XSD.integer, XSD.decimal, f"<{EDTF}>"}
    for term in terms(OWL.ObjectProperty, OWL.DatatypeProperty):
        for link in (SCHEMA.domainIncludes, SCHEMA.rangeIncludes):
            found = set(ontology().objects(term, link))
            assert found and found <= known, (term, link, found - known)


def test_every_class_is_connected() -> None:
    links = (SCHEMA.domainIncludes, SCHEMA.rangeIncludes, RDFS.subClassOf)
    for term in terms(OWL.Class):
        assert any(ontology().subjects(link, term) for link in links) or ontology().objects(term, RDFS.subClassOf), term


def test_domains_and_ranges_are_single() -> None:
    for term in terms(OWL.ObjectProperty, OWL.DatatypeProperty):
        assert len(ontology().objects(term, RDFS.domain)) <= 1, term
        assert len(ontology().objects(term, RDFS.range)) <= 1, term


def test_inverses_mirror_each_other() -> None:
    for term in terms(OWL.ObjectProperty):
        for inverse in ontology().objects(term, OWL.inverseOf):
            assert ontology().objects(inverse, OWL.inverseOf) == (term,)
            assert inverse != term
            mirrored = ontology().objects(inverse, SCHEMA.rangeIncludes)
            assert ontology().objects(term, SCHEMA.domainIncludes) == mirrored, (term, inverse)


@pytest.mark.parametrize("link", [RDFS.subClassOf, RDFS.subPropertyOf, SKOS.broader], ids=["class", "property", "concept"])
def test_hierarchies_have_no_cycles(link: Term) -> None:
    def walk(term: Term, above: tuple[Term, ...]) -> None:
        assert term not in above, (*above, term)
        for upper in ontology().objects(term, link):
            walk(upper, (*above, term))

    for subject, _ in ontology().pairs(link):
        walk(subject, ())


def test_nothing_is_stated_about_foreign_terms() -> None:
    own = (MORO, f"{BASE}id/concept/", f"{BASE}id/scheme/")
    for subject in ontology().subjects_sorted:
        assert not is_blank(subject), ontology().about(subject)
        assert subject == HEADER or value(subject).startswith(own), subject


def test_superterms_come_only_from_vocabularies_that_are_safe_to_specialise() -> None:
    safe = (MORO, FRAPO.iri, FOAF.iri, PROV.iri, ORG.iri, GEO.iri)
    for _, upper in ontology().pairs(RDFS.subClassOf):
        assert value(upper).startswith(safe), upper
    for _, upper in ontology().pairs(RDFS.subPropertyOf):
        assert value(upper).startswith((*safe, DCTERMS.iri)), upper
    for link in (RDFS.subClassOf, RDFS.subPropertyOf):
        for _, upper in ontology().pairs(link):
            assert not value(upper).startswith((SCHEMA.iri, EURIO.iri)), "their classes say more than ours mean"


def test_mappings_stand_apart_from_definitions() -> None:
    mapping = {RDFS.subClassOf, RDFS.subPropertyOf, SKOS.closeMatch, SKOS.exactMatch, SKOS.broadMatch, SKOS.relatedMatch}
    for path in FILES:
        graph = parse_file(path).union()
        foreign = {p for _, p, o in graph if p in mapping and not value(o).startswith(MORO)}
        if path.parent.name == "alignments":
            assert {p for _, p, _ in graph} <= mapping, path
        else:
            assert not foreign, path


# Every term used is declared


def declared() -> set[Term]:
    return {s for s, p, _ in ontology() if p == RDF.type} | {term for namespace in KNOWN for term in namespace}


def test_terms_used_in_ontology_and_shapes_are_declared() -> None:
    closed = (*tuple(f"<{namespace.iri}" for namespace in KNOWN), f"<{MORO}", f"<{BASE}id/concept/", f"<{BASE}id/scheme/")
    known = declared() | {f"<{namespace.iri}>" for namespace in KNOWN} | {f"<{MORO}>"}
    for graph in (ontology(), sources().shapes):
        for triple in graph:
            for term in triple:
                if is_iri(term) and term.startswith(closed):
                    assert term in known, triple


def test_terms_used_in_rules_and_queries_are_declared() -> None:
    known = declared() | {f"<{namespace.iri}>" for namespace in KNOWN}
    closed = (*tuple(f"<{namespace.iri}" for namespace in KNOWN), f"<{MORO}", f"<{BASE}id/concept/", f"<{BASE}id/scheme/")
    paths = sorted((ROOT / "ontology" / "rules").glob("*.rq")) + sorted((ROOT / "queries").rglob("*.rq"))
    assert paths
    for path in paths:
        for use in sparql.uses(path.read_text(encoding="utf-8")):
            if use.term.startswith(closed):
                assert use.term in known, (path.name, use)


def test_one_prefix_has_one_namespace_everywhere() -> None:
    found: dict[str, set[str]] = {}
    paths = [*FILES, *SHAPES_FILES, *(ROOT / "data").rglob("*.trig"), *(ROOT / "ontology").rglob("*.rq")]
    for path in [*paths, *(ROOT / "queries").rglob("*.rq"), *(ROOT / "tests" / "shapes").rglob("*.ttl")]:
        text = path.read_text(encoding="utf-8")
        for prefix, iri in re.findall(r"^(?:@prefix|PREFIX) ([\w-]*): <([^>]*)>", text, re.MULTILINE):
            found.setdefault(prefix, set()).add(iri)
    del found["ex"]  # examples
    assert {prefix: iris for prefix, iris in found.items() if len(iris) > 1} == {}


# Concepts


def test_every_concept_is_in_the_scheme_of_its_file_and_defined() -> None:
    for path in sorted((ROOT / "ontology" / "concepts").glob("*.ttl")):
        graph = parse_file(path).union()
        (scheme,) = graph.subjects(RDF.type, SKOS.ConceptScheme)
        assert scheme == f"<{BASE}id/scheme/{path.stem}>"
        concepts = graph.subjects(RDF.type, SKOS.Concept)
        assert concepts and set(graph.objects(scheme, SKOS.hasTopConcept)) == set(concepts)
        for concept in concepts:
            assert graph.objects(concept, SKOS.inScheme) == graph.objects(concept, SKOS.topConceptOf) == (scheme,)
            assert languages(concept, SKOS.prefLabel) == languages(concept, SKOS.definition) == ["de", "en"], concept
            assert re.fullmatch(rf"{BASE}id/concept/[a-z0-9-]+", value(concept))
        for tag in ("de", "en"):
            names = Counter(
                value(text)
                for concept in concepts
                for text in graph.objects(concept, SKOS.prefLabel)
                if language(text) == tag
            )
            assert not [name for name, count in names.items() if count > 1]


def test_every_role_has_a_short_cut_that_leads_to_an_agent() -> None:
    roles = ontology().subjects(SKOS.inScheme, f"<{BASE}id/scheme/roles>")
    assert len(roles) >= 12
    shortcuts = [ontology().objects(role, moro("shortcut")) for role in roles]
    assert all(len(each) == 1 for each in shortcuts)
    assert len({each[0] for each in shortcuts}) == len(roles)
    for (shortcut,) in shortcuts:
        assert shortcut in terms(OWL.ObjectProperty)
        assert moro("involves") in ontology().objects(shortcut, RDFS.subPropertyOf)


def test_related_concepts_exist() -> None:
    for _, other in ontology().pairs(SKOS.related):
        assert other in ontology().subjects(RDF.type, SKOS.Concept)


# OWL 2 RL


def closure(turtle: str) -> rdflib.Graph:
    graph = rdflib.Graph().parse(data=to_ntriples(ontology()), format="nt")
    graph.parse(data=f"@prefix moro: <{MORO}> . @prefix ex: <{EX}> . @prefix xsd: <{value(XSD.string)[:-6]}> .\n{turtle}")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return graph


def errors(graph: rdflib.Graph) -> list[str]:
    found = [str(text) for text in graph.objects(None, rdflib.URIRef(f"{owlrl.Namespaces.ERRNS}error"))]
    nothing = graph.subjects(rdflib.RDF.type, rdflib.OWL.Nothing)
    return found + [str(thing) for thing in nothing if str(thing).startswith(EX)]


def sample() -> str:
    """One thing of each class, and each property between things that it is for."""
    classes = terms(OWL.Class)
    lines = [f"ex:{value(each).removeprefix(MORO).lower()} a {each} ." for each in classes]

    def thing(kind: Term) -> str:
        return f"ex:{value(kind).removeprefix(MORO).lower()}" if kind in classes else "ex:other"

    for term in terms(OWL.ObjectProperty):
        for kind in ontology().objects(term, SCHEMA.domainIncludes):
            lines += [f"{thing(kind)} {term} {thing(target)} ." for target in ontology().objects(term, SCHEMA.rangeIncludes)]
    for term in terms(OWL.DatatypeProperty):
        for kind in ontology().objects(term, SCHEMA.domainIncludes):
            lines.append(f'{thing(kind)} {term} "2012"^^xsd:gYear .')
    return "\n".join(lines)


def test_a_thing_of_every_class_with_every_property_is_consistent() -> None:
    assert errors(closure(sample())) == []


def test_a_thing_of_two_kinds_is_inconsistent() -> None:
    """The check above would see a mistake."""
    assert errors(closure("ex:a a moro:ResearchField, moro:Organisation ."))


@pytest.mark.long
def test_the_real_data_are_consistent() -> None:
    graph = rdflib.Graph().parse(data=to_ntriples(sources().asserted.union()), format="nt")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    assert list(graph.objects(None, rdflib.URIRef(f"{owlrl.Namespaces.ERRNS}error"))) == []


# Rules


def inferred(turtle: str) -> set[tuple[str, str, str]]:
    """What follows from some statements, as short names."""
    text = f"@prefix moro: <{MORO}> . @prefix ex: <{EX}> . @prefix skos: <{SKOS.iri}> . @prefix xsd: <{XSD.iri}> .\n"
    text += f"@prefix concept: <{BASE}id/concept/> . @prefix edtf: <{EDTF.removesuffix('EDTF')}> .\n" + turtle
    asserted = Graph(
        (str(q.subject), str(q.predicate), str(q.object))
        for q in pyoxigraph.parse(text.encode(), format=pyoxigraph.RdfFormat.TURTLE)
    )
    found = infer(asserted | ontology(), ontology(), sources().rules)
    assert len(infer(asserted | ontology() | found, ontology(), sources().rules)) == 0, "a second run adds something"

    def short(term: Term) -> str:
        return value(term).removeprefix(MORO).removeprefix(EX) if not is_literal(term) else term

    return {(short(s), short(p), short(o)) for s, p, o in found if s.startswith(f"<{EX}")}


@pytest.mark.parametrize(
    ("start", "day"),
    [
        ('"2012"^^xsd:gYear', "2012-01-01"),
        ('"2012-02"^^xsd:gYearMonth', "2012-02-01"),
        ('"2012-02-29"^^xsd:date', "2012-02-29"),
        ('"2007/2008"^^edtf:EDTF', "2007-01-01"),
        ('"2007-11/2008"^^edtf:EDTF', "2007-11-01"),
        ('"1995~"^^edtf:EDTF', "1995-01-01"),
        ('"2012-02?"^^edtf:EDTF', "2012-02-01"),
        ('"199X"^^edtf:EDTF', "1990-01-01"),
        ('"19XX"^^edtf:EDTF', "1900-01-01"),
        ('"2012-XX"^^edtf:EDTF', "2012-01-01"),
        ('"[2009..2017]"^^edtf:EDTF', "2009-01-01"),
        ('"2016/.."^^edtf:EDTF', "2016-01-01"),
        ('"2016/"^^edtf:EDTF', "2016-01-01"),
        ('"../2008"^^edtf:EDTF', None),
        ('"/2008"^^edtf:EDTF', None),
        ('"[..2008]"^^edtf:EDTF', None),
        ('"Mitte 1995"^^edtf:EDTF', None),
        ('"2012"^^xsd:gYear, "2011-04"^^xsd:gYearMonth, "2011-12-01"^^xsd:date', "2011-04-01"),
    ],
)
def test_earliest_start_is_the_first_day_that_a_start_allows(start: str, day: str | None) -> None:
    found = {o for _, p, o in inferred(f"ex:a moro:startDate {start} .") if p == "earliestStart"}
    assert found == ({f'"{day}"^^{XSD.date}'} if day else set())


@pytest.mark.parametrize(
    ("end", "day"),
    [
        ('"2013"^^xsd:gYear', "2013-12-31"),
        ('"2013-09"^^xsd:gYearMonth', "2013-09-30"),
        ('"2013-10"^^xsd:gYearMonth', "2013-10-31"),
        ('"2012-02"^^xsd:gYearMonth', "2012-02-29"),
        ('"2013-02"^^xsd:gYearMonth', "2013-02-28"),
        ('"2000-02"^^xsd:gYearMonth', "2000-02-29"),
        ('"1900-02"^^xsd:gYearMonth', "1900-02-28"),
        ('"2013-09-15"^^xsd:date', "2013-09-15"),
        ('"2007/2008"^^edtf:EDTF', "2008-12-31"),
        ('"2007/2008-06~"^^edtf:EDTF', "2008-06-30"),
        ('"1996~"^^edtf:EDTF', "1996-12-31"),
        ('"199X"^^edtf:EDTF', "1999-12-31"),
        ('"2012-XX"^^edtf:EDTF', "2012-12-31"),
        ('"[2009..2017]"^^edtf:EDTF', "2017-12-31"),
        ('"../2008"^^edtf:EDTF', "2008-12-31"),
        ('"2016/.."^^edtf:EDTF', None),
        ('"2016/"^^edtf:EDTF', None),
        ('"2014-06"^^xsd:gYearMonth, "2016-03"^^xsd:gYearMonth', "2016-03-31"),
    ],
)
def test_latest_end_is_the_last_day_that_an_end_allows(end: str, day: str | None) -> None:
    found = {o for _, p, o in inferred(f"ex:a moro:endDate {end} .") if p == "latestEnd"}
    assert found == ({f'"{day}"^^{XSD.date}'} if day else set())


def test_whoever_participates_is_linked_by_the_short_cut_of_the_role() -> None:
    found = inferred(
        "ex:p moro:participant ex:org ; moro:activity ex:field ; moro:role concept:role-project-management ."
        " ex:q moro:participant ex:org ; moro:activity ex:field ; moro:role concept:role-funder ."
    )
    assert ("field", "projectManagement", "org") in found
    assert ("field", "fundedBy", "org") in found
    assert ("field", "involves", "org") in found
    assert ("org", "involvedIn", "field") in found
    assert ("field", "hasParticipation", "p") in found
    assert ("field", value(PROV.wasAssociatedWith), "org") in found
    assert ("field", value(FRAPO.isFundedBy), "org") in found
    assert not [triple for triple in found if triple[1] == "responsibleMinistry"]


@pytest.mark.parametrize("links", ["ex:role moro:hasProject ex:project", "ex:project moro:carriedOutIn ex:role"])
def test_projects_belong_to_the_field_of_their_model_region(links: str) -> None:
    found = inferred(f"ex:role moro:modelRegionOf ex:field . {links} . ex:part moro:subProjectOf ex:project .")
    assert ("project", "projectOf", "field") in found
    assert ("field", "hasRegionalProject", "project") in found
    assert ("part", "projectOf", "field") in found
    assert not [triple for triple in found if triple[1] == value(DCTERMS.spatial)]


def test_the_actor_of_a_model_region_takes_part() -> None:
    found = inferred("ex:role moro:modelRegionOf ex:field ; moro:actor ex:region .")
    assert {("field", "participatingRegion", "region"), ("region", "playsRole", "role")} <= found


def test_an_area_touches_the_states_of_its_districts() -> None:
    found = inferred(
        "ex:area moro:consistsOf ex:one ; moro:includesPartOf ex:two ; moro:represents ex:three ."
        " ex:one moro:within ex:hamburg . ex:two moro:within ex:saxony . ex:three moro:within ex:bavaria ."
    )
    assert {o for s, p, o in found if p == "touchesState"} == {"hamburg", "saxony"}
    assert ("hamburg", "contains", "one") in found


def test_participations_and_links_without_a_name_get_one() -> None:
    found = inferred(
        'ex:org skos:prefLabel "Amt"@de, "office"@en . ex:field skos:prefLabel "Feld"@de, "field"@en .'
        " ex:p moro:participant ex:org ; moro:activity ex:field ; moro:role concept:role-funder ."
        ' ex:named moro:participant ex:org ; moro:activity ex:field ; moro:role concept:role-funder ; skos:prefLabel "X"@de .'
        " ex:link moro:linkSubject ex:org ; moro:linkTarget <http://example.org/target> ."
        " ex:known moro:linkSubject ex:org ; moro:linkTarget <http://www.wikidata.org/entity/Q64> ."
    )
    names = {(s, o) for s, p, o in found if p == value(SKOS.prefLabel)}
    assert names == {
        ("p", '"Amt – Förderer – Feld"@de'),
        ("p", '"office – funder – field"@en'),
        ("named", '"office – funder – field"@en'),
        ("link", '"Amt → example.org/target"@de'),
        ("link", '"office → example.org/target"@en'),
        ("known", '"Amt → Wikidata Q64"@de'),
        ("known", '"office → Wikidata Q64"@en'),
    }


def test_only_what_may_be_inferred_is_inferred_in_the_real_data() -> None:
    """Short-cuts and other derived statements are never authored."""
    derived = {term for term in terms() if any("bgeleitet" in value(n) for n in ontology().objects(term, SKOS.scopeNote))}
    assert len(derived) > 10
    assert {p for _, p, _ in sources().asserted.union()} & derived == set()


# Files


@pytest.mark.parametrize("path", [*FILES, *SHAPES_FILES], ids=lambda path: f"{path.parent.name}/{path.name}")
def test_files_are_in_the_agreed_form(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# ") and text.endswith("\n.\n")
    prefixes = re.findall(r"^@prefix ([\w-]*):", text, re.MULTILINE)
    assert prefixes == sorted(prefixes), "prefixes sorted"
    body = re.sub(r'"""[\s\S]*?"""|"(?:[^"\\]|\\.)*"|<[^>\s]*>|^#.*$|^@prefix.*$', "", text, flags=re.MULTILINE)
    assert {prefix for prefix in prefixes if not re.search(rf"(?<![\w-]){prefix}:", body)} == set(), "prefixes used"
    names = dict(re.findall(r"^@prefix ([\w-]*): <([^>]*)>", text, re.MULTILINE))
    subjects = re.findall(r"^([\w-]+:[\w-]+|<[^>]*>)$", text, re.MULTILINE)
    iris = [s[1:-1] if s[0] == "<" else names[s.split(":")[0]] + s.split(":")[1] for s in subjects]
    heads = [iri for iri in iris if iri in (f"{BASE}ontology", f"{BASE}shapes") or "/id/scheme/" in iri]
    assert iris == heads + sorted(set(iris) - set(heads)), "one block a term, sorted, the header first"
    queries = re.sub(r'"""[\s\S]*?"""', '""', text)
    for line in queries.splitlines():
        assert line == line.rstrip() and "\t" not in line
        assert not line or line.startswith(("#", "@", "  ", "<")) or line == "." or re.fullmatch(r"[\w-]+:[\w-]+", line), (
            line
        )
        assert not line.startswith("  ") or line.endswith(" ;"), f"one statement a line: {line}"
