"""Negotiation is a table: header → what is chosen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moro_lod.negotiation import DOCUMENT_OFFERS, choose, choose_encodings, choose_language, media_quality, parse

OFFERS = (
    "text/html",
    "text/turtle",
    "application/ld+json",
    "application/trig",
    "application/n-triples",
    "application/rdf+xml",
)


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "text/html"),
        ("", "text/html"),
        ("*/*", "text/html"),
        ("text/turtle", "text/turtle"),
        ("TEXT/Turtle", "text/turtle"),
        ("text/turtle;q=0.3, application/rdf+xml", "application/rdf+xml"),
        ("text/turtle;q=0.3, application/rdf+xml;q=0.2", "text/turtle"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("application/rdf+xml, text/turtle", "text/turtle"),
        ("text/html;q=0, */*", "text/turtle"),
        ("text/*;q=0, */*;q=0.1", "application/ld+json"),
        ("*/*;q=0", None),
        ("image/png", None),
        (";;;,,,", None),
        ("image/png, */*;q=0.1", "text/html"),
        ("application/*", "application/ld+json"),
        ("text/turtle;q=0", None),
        ("text/turtle; charset=utf-8; q=0.4, text/html;q=0.3", "text/turtle"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted, x;q=0"', "application/ld+json"),
        ("text/turtle;q=nonsense, application/trig", "application/trig"),
        ("text/turtle;q=1.5, application/trig;q=0.1", "application/trig"),
        ("text/turtle;q=0.0001, application/trig;q=0.001", "application/trig"),
        (", ,text/turtle,,", "text/turtle"),
        ("text/turtle ; q = 0.5 , text/html ; q = 0.6", "text/html"),
        ("*", "text/html"),
        ("text", None),
        ("text/turtle;q=0.5, */*;q=0.5", "text/html"),
        ("application/trig;q=0.9, text/*;q=0.8", "application/trig"),
        ("text/html;q=0.2, text/*;q=0.9", "text/turtle"),
        ("application/n-triples", "application/n-triples"),
    ],
)
def test_the_best_media_type_is_chosen(accept: str | None, chosen: str | None) -> None:
    place = choose(accept, OFFERS)
    assert (None if place is None else OFFERS[place]) == chosen


@pytest.mark.parametrize(
    ("accept", "extension"),
    [
        ("application/json", ".jsonld"),
        ("application/xml", ".rdf"),
        ("text/xml", ".rdf"),
        ("text/plain", ".nt"),
        ("text/n3", ".ttl"),
        ("application/x-turtle", ".ttl"),
        ("application/json;q=0.1, application/ld+json;q=0.2", ".jsonld"),
    ],
)
def test_older_names_get_the_same_files(accept: str, extension: str) -> None:
    place = choose(accept, [each.media_type for each in DOCUMENT_OFFERS])
    assert place is not None and DOCUMENT_OFFERS[place].extension == extension


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        (None, "de"),
        ("en", "en"),
        ("en-GB,en;q=0.9,de;q=0.8", "en"),
        ("de-AT, en;q=0.9", "de"),
        ("fr", "de"),
        ("fr, en;q=0.1", "en"),
        ("*", "de"),
        ("en;q=0, de", "de"),
        ("en;q=0.2, de;q=0.3", "de"),
        ("english", "de"),
        ("DE", "de"),
    ],
)
def test_the_best_language_is_chosen(header: str | None, chosen: str) -> None:
    assert choose_language(header, ("de", "en")) == chosen


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        (None, ()),
        ("gzip", ("gzip",)),
        ("gzip, br", ("br", "gzip")),
        ("gzip;q=1.0, br;q=0.5", ("gzip", "br")),
        ("br;q=0, gzip", ("gzip",)),
        ("*", ("br", "gzip")),
        ("identity", ()),
        ("identity;q=1, gzip;q=0.5", ()),
        ("*;q=0", ()),
        ("deflate", ()),
    ],
)
def test_content_codings(header: str | None, chosen: tuple[str, ...]) -> None:
    assert choose_encodings(header, ("br", "gzip")) == chosen


@given(st.text(max_size=200))
def test_no_header_breaks_the_choice(header: str) -> None:
    place = choose(header, OFFERS)
    assert place is None or 0 <= place < len(OFFERS)
    assert choose_language(header, ("de", "en")) in ("de", "en")
    assert set(choose_encodings(header, ("br", "gzip"))) <= {"br", "gzip"}
    assert all(0 <= quality <= 1 for _, quality in parse(header))


@given(
    st.lists(
        st.tuples(st.sampled_from((*OFFERS, "text/*", "application/*", "*/*")), st.integers(0, 10)), min_size=1, max_size=6
    )
)
def test_nothing_chosen_is_less_welcome_than_another(ranges: list[tuple[str, int]]) -> None:
    header = ", ".join(f"{name};q={quality / 10}" for name, quality in ranges)
    place = choose(header, OFFERS)
    qualities = [media_quality(each, parse(header)) for each in OFFERS]
    if place is None:
        assert max(qualities) == 0
    else:
        assert qualities[place] == max(qualities) > 0
        assert all(each < qualities[place] for each in qualities[:place])
