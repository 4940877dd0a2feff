"""Printed web addresses."""

from __future__ import annotations

import pytest

from moro_lod.site import addresses


@pytest.mark.parametrize(
    ("printed", "url", "text", "remark"),
    [
        ("example.org/a/b.html", "https://example.org/a/b.html", "example.org/a/b.html", ""),
        ("www.example.org (final report, p. 12)", "https://www.example.org", "www.example.org", "(final report, p. 12)"),
        ("http://example.org/?id=3&x=1 (p. 9)", "http://example.org/?id=3&x=1", "http://example.org/?id=3&x=1", "(p. 9)"),
        ("de.example.org/wiki/Göttingen", "https://de.example.org/wiki/G%C3%B6ttingen", "de.example.org/wiki/Göttingen", ""),
        ("example.org/a%20b, later", "https://example.org/a%20b", "example.org/a%20b", "later"),
    ],
)
def test_an_address_is_taken_apart(printed: str, url: str, text: str, remark: str) -> None:
    assert addresses.read(printed) == (url, text, remark)


@pytest.mark.parametrize(
    "printed",
    [
        "", "page of 13, ?docId=4 (events)", "owner/repository folder/file.rdf", "same, older copy", "report.pdf (p. 3)",
        "javascript:alert(1)", "javascript://example.org/%0aalert(1)", "user@example.org", "1.2.3.4/x", "version 1.2.3", "localhost/x",
        "example.org:80/x", 'example.org/"onclick', "example.org/<b>", "-example.org/x", "exa_mple.org/x", "data:text/html,x", "//example.org/x",
    ],
)  # fmt: skip
def test_what_is_no_address_is_no_link(printed: str) -> None:
    assert addresses.read(printed) == ("", printed, "")
