"""Identifiers and their files."""

from pathlib import PurePosixPath
from unicodedata import normalize

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from moro_lod import iris
from moro_lod.errors import MoroError
from moro_lod.formats import TURTLE

BASE = "https://example.org/"


def test_a_usual_slug_is_its_own_path() -> None:
    assert iris.document_path("<https://example.org/id/region/hannover-2012>", BASE) == PurePosixPath(
        "doc/region/hannover-2012"
    )


@pytest.mark.parametrize("slug", ["v1.0", "2012.5", "a-b_c"])
def test_dots_that_begin_no_extension_stay(slug: str) -> None:
    assert iris.document_path(f"<https://example.org/id/x/{slug}>", BASE) == PurePosixPath("doc/x", slug)


SUFFIXES = (".html", ".en.html", ".de-x-leicht.html", ".ttl", ".trig", ".jsonld", ".nt", ".rdf")


@given(st.text("ab.~", min_size=1, max_size=6), st.text("ab.~", min_size=1, max_size=6))
@example("x", "x.en")
@example("x.html", "x")
@example("x", "x~2een")
def test_documents_never_share_a_file_with_their_extensions_and_languages(one: str, other: str) -> None:
    if one != other:
        first, second = (iris.document_path(f"<{BASE}id/x/{slug}>", BASE) for slug in (one, other))
        assert {f"{first}{suffix}" for suffix in SUFFIXES}.isdisjoint({f"{second}{suffix}" for suffix in SUFFIXES})
        assert not any(str(first) == f"{second}{suffix}" for suffix in SUFFIXES)


def test_a_thing_that_is_a_dataset_too_is_refused_with_both_and_a_remedy() -> None:
    thing = "<https://example.org/id/dataset/x>"
    with pytest.raises(MoroError, match=r"moro-lod.toml:7: .*id/dataset/x.*doc/dataset/x\.html.*slug"):
        iris.refuse_shared_paths([thing], {thing: "moro-lod.toml:7"}, BASE)
    iris.refuse_shared_paths([thing], {"<https://example.org/id/dataset/y>": "moro-lod.toml:7"}, BASE)


def test_things_outside_of_the_base_have_no_path() -> None:
    assert iris.document_path("<https://elsewhere.org/id/region/x>", BASE) is None
    assert iris.document_path("<https://example.org/idx/region/x>", BASE) is None


def test_pages_are_at_the_iri_in_the_first_language_and_carry_the_tag_in_others() -> None:
    thing = "<https://example.org/id/region/x>"
    assert iris.page_path(thing, BASE, "de", ("de", "en")) == PurePosixPath("doc/region/x.html")
    assert iris.page_path(thing, BASE, "en", ("de", "en")) == PurePosixPath("doc/region/x.en.html")
    assert iris.file_path(thing, BASE, TURTLE) == PurePosixPath("doc/region/x.ttl")


@pytest.mark.parametrize(
    "segment", ["..", ".", "", "con", "NUL", "a/b", "a\\b", "x\0y", "é" * 300, "<script>", "a.", "%2F", "~"]
)
def test_names_that_file_systems_cannot_bear_become_safe(segment: str) -> None:
    name = iris.safe_name(segment)
    assert name not in ("", ".", "..")
    assert len(name.encode()) <= iris.LONGEST_NAME
    assert not set(name) & set('/\\\0<>:"|?*%')
    assert not name.endswith(".")


@given(st.text(max_size=40), st.text(max_size=40))
def test_two_names_never_share_a_file_even_where_case_and_unicode_forms_are_not_told_apart(one: str, other: str) -> None:
    if one != other:
        first, second = iris.safe_name(one), iris.safe_name(other)
        assert normalize("NFKC", first).casefold() != normalize("NFKC", second).casefold()


@pytest.mark.parametrize(
    "pair", [("Heide", "heide"), ("a\u0308", "ä"), ("ß", "ss"), ("a/b", "a~2fb"), ("ﬁ", "fi"), ("x" * 200, "x" * 201)]
)
def test_look_alikes_get_different_files(pair: tuple[str, str]) -> None:
    assert iris.safe_name(pair[0]).casefold() != iris.safe_name(pair[1]).casefold()


@pytest.mark.parametrize(
    ("target", "page", "expected"),
    [
        ("doc/region/x.html", "doc/region/y.html", "x.html"),
        ("doc/district/x.html", "doc/region/y.html", "../district/x.html"),
        ("index.html", "doc/region/y.html", "../../index.html"),
        ("doc/region/x.html", "index.html", "doc/region/x.html"),
        ("doc/region/ä b.html", "index.html", "doc/region/%C3%A4%20b.html"),
    ],
)
def test_links_inside_the_site_are_relative(target: str, page: str, expected: str) -> None:
    assert iris.relative_url(target, PurePosixPath(page)) == expected
