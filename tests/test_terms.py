"""Terms are exactly pyoxigraph's N-Triples text."""

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moro_lod import terms
from moro_lod.namespaces import SKOS, XSD

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(TEXT)
def test_a_literal_is_written_as_pyoxigraph_writes_it(text: str) -> None:
    quad = pyoxigraph.Quad(
        pyoxigraph.NamedNode("https://example.org/s"),
        pyoxigraph.NamedNode("https://example.org/p"),
        pyoxigraph.Literal(text),
    )
    line = pyoxigraph.serialize([quad], format=pyoxigraph.RdfFormat.N_TRIPLES).decode()
    assert line == f"<https://example.org/s> <https://example.org/p> {terms.literal(text)} .\n"


@given(TEXT)
def test_the_value_of_a_literal_is_the_text_it_was_made_from(text: str) -> None:
    for term in (
        terms.literal(text),
        terms.literal(text, language="de"),
        terms.literal(text, datatype="https://example.org/d"),
    ):
        assert terms.value(term) == text


@pytest.mark.parametrize(
    ("term", "value", "language", "datatype"),
    [
        ('"a"', "a", "", terms.XSD_STRING),
        ('"a"@de-AT', "a", "de-AT", terms.RDF_LANG_STRING),
        ('"2012"^^<http://www.w3.org/2001/XMLSchema#gYear>', "2012", "", "http://www.w3.org/2001/XMLSchema#gYear"),
        ('"say \\"hi\\"@en"', 'say "hi"@en', "", terms.XSD_STRING),
        ("<https://example.org/>", "https://example.org/", "", ""),
        ("_:b0", "b0", "", ""),
    ],
)
def test_the_parts_of_a_term(term: str, value: str, language: str, datatype: str) -> None:
    assert (terms.value(term), terms.language(term), terms.datatype(term)) == (value, language, datatype)


def test_xsd_string_has_no_suffix() -> None:
    assert terms.literal("a", datatype=XSD.string) == '"a"'


def test_a_misspelt_term_of_a_vocabulary_fails_at_once() -> None:
    with pytest.raises(AttributeError, match="prefLable"):
        SKOS.prefLable  # noqa: B018
