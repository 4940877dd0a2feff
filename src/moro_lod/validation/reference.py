"""The reference engine: pyshacl on rdflib, fed term by term, so that every literal keeps its spelling."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..errors import MoroError, Text
from ..graphs import Graph
from ..terms import Term, datatype, iri, is_blank, is_iri, language, literal, value
from . import results
from .results import Result

if TYPE_CHECKING:
    import rdflib
    from rdflib.term import Identifier, Node

NAME = "pyshacl"


def run(data: Graph, shapes: Graph) -> tuple[Result, ...]:
    """The results of pyshacl. Raises MoroError when it cannot carry out the validation."""
    import pyshacl

    with _exact_literals(), _quiet("pyshacl-validate", "rdflib.term"):
        try:
            _, report, text = pyshacl.validate(
                to_rdflib(data),
                shacl_graph=to_rdflib(shapes),
                inference="none",
                advanced=False,
                meta_shacl=False,
                do_owl_imports=False,
                js=False,
            )
        except Exception as error:
            raise failure(str(error) or type(error).__name__) from error
        if not hasattr(report, "triples"):
            raise failure(str(text))
        return results.read(from_rdflib(report))


def failure(reason: str) -> MoroError:
    """The error for a validation that an engine could not carry out."""
    first = reason.strip().splitlines()[0][:300]
    return MoroError(
        "SHACL",
        Text(de=f"die Prüfung ließ sich nicht ausführen ({first})", en=f"the validation could not be carried out ({first})"),
        Text(de="die genannte Shape berichtigen", en="correct the shape that is named"),
    )


@contextmanager
def _quiet(*loggers: str) -> Iterator[None]:
    """Nothing on standard error: what matters is in the report or in our messages."""
    chosen = [logging.getLogger(name) for name in loggers]
    before = [logger.disabled for logger in chosen]
    for logger in chosen:
        logger.disabled = True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, disabled in zip(chosen, before, strict=True):
            logger.disabled = disabled


@contextmanager
def _exact_literals() -> Iterator[None]:
    """rdflib rewrites literals to its own spelling unless told otherwise, pyshacl's copies of them included."""
    import rdflib

    before = rdflib.NORMALIZE_LITERALS
    rdflib.NORMALIZE_LITERALS = False
    try:
        yield
    finally:
        rdflib.NORMALIZE_LITERALS = before


def to_rdflib(graph: Graph) -> rdflib.Graph:
    """A graph as rdflib has it, every term as it is written here."""
    import rdflib

    known: dict[Term, Identifier] = {}

    def node(term: Term) -> Identifier:
        found = known.get(term)
        if found is None:
            found = known[term] = _node(term)
        return found

    result = rdflib.Graph(bind_namespaces="none")
    for s, p, o in graph:
        result.add((node(s), node(p), node(o)))
    return result


def _node(term: Term) -> Identifier:
    from rdflib import BNode, Literal, URIRef

    if is_iri(term):
        return URIRef(value(term))
    if is_blank(term):
        return BNode(value(term))
    tag = language(term)
    if tag:
        return Literal(value(term), lang=tag)
    plain = term[-1] == '"'
    return Literal(value(term), datatype=None if plain else URIRef(datatype(term)), normalize=False)


def from_rdflib(graph: rdflib.Graph, *, skip_invalid: bool = False) -> Graph:
    """An rdflib graph in our form. `skip_invalid` leaves out statements about literals, which RDF does not allow."""
    from rdflib import Literal

    return Graph((_term(s), _term(p), _term(o)) for s, p, o in graph if not (skip_invalid and isinstance(s, Literal)))


def _term(node: Node) -> Term:
    from rdflib import BNode, Literal

    if isinstance(node, Literal):
        return literal(str(node), node.language, None if node.datatype is None else str(node.datatype))
    return f"_:{node}" if isinstance(node, BNode) else iri(str(node))
