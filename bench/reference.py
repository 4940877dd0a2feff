"""The plain way to the same results: owlrl and pyshacl on rdflib, brought into our form so that they can be compared."""

from __future__ import annotations

import warnings

from moro_lod.graphs import Graph, Triple
from moro_lod.inference import infer
from moro_lod.namespaces import OWL, RDF, RDFS, XSD
from moro_lod.terms import Term, is_iri, is_literal
from moro_lod.validation.reference import from_rdflib, to_rdflib

_VOCABULARY = (RDF.iri, RDFS.iri, OWL.iri, XSD.iri)
_AXIOMS = {RDFS.subClassOf, RDFS.subPropertyOf, OWL.inverseOf, RDFS.domain, RDFS.range}
_KINDS = {OWL.TransitiveProperty, OWL.SymmetricProperty, RDFS.Datatype}


def schema(ontology: Graph) -> Graph:
    """The axioms of an ontology that the declared subset knows; owlrl would draw further conclusions from the others."""
    return Graph(
        (s, p, o) for s, p, o in ontology if (p in _AXIOMS and is_iri(s) and is_iri(o)) or (p == RDF.type and o in _KINDS)
    )


def owlrl_closure(graph: Graph) -> Graph:
    """Everything that owlrl's full OWL 2 RL run says, its input included."""
    import owlrl

    rdf = to_rdflib(graph)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(rdf)
    return from_rdflib(rdf, skip_invalid=True)


def declared_subset(closure: Graph, asserted: Graph) -> Graph:
    """What of a full closure belongs to the declared subset: statements about things, not about the vocabulary.

    Left out are literals as subjects, terms of RDF, RDFS, OWL and XSD but for rdf:type, classes of these vocabularies,
    everything about the terms themselves, and literals that no statement about the same subject has (owlrl puts equal
    values in the place of each other).
    """
    terms = {s for s, p, o in asserted if p in _AXIOMS or (p == RDF.type and _is_vocabulary(o))}
    values = {(s, o) for s, _, o in asserted if is_literal(o)}

    def belongs(statement: Triple) -> bool:
        s, p, o = statement
        if statement in asserted or is_literal(s) or s in terms or _is_vocabulary(s) or not is_iri(p):
            return False
        if p == RDF.type:
            return is_iri(o) and not _is_vocabulary(o)
        return not _is_vocabulary(p) and ((s, o) in values if is_literal(o) else not _is_vocabulary(o))

    return Graph(filter(belongs, closure))


def _is_vocabulary(term: Term) -> bool:
    return term[1:].startswith(_VOCABULARY)


def same_inference(asserted: Graph, ontology: Graph) -> tuple[Graph, Graph]:
    """Ours and owlrl's conclusions about things, from the same axioms; equal if all is well."""
    axioms = schema(ontology)
    ours = infer(asserted | axioms, axioms)
    theirs = declared_subset(owlrl_closure(asserted | axioms), asserted | axioms)
    return declared_subset(ours, asserted | axioms), theirs
