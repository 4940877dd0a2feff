"""A project that wants to do harm publishes into a safe site."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from moro_lod import pipeline, site
from moro_lod.files import File

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
URLS = {"href", "src", "action", "data-table", "data-script", "data-index"}


class Reader(HTMLParser):
    """What could act on a page: elements with attributes, and the contents of script elements."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.problems: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: content or "" for name, content in attrs}
        self.elements.append((tag, attributes))
        if tag not in VOID:
            self.open.append(tag)
        for name, content in attributes.items():
            if name.startswith("on"):
                self.problems.append(f"{tag} has {name}")
            if name == "style":
                self.problems.append(f"{tag} has an inline style")
            if name in URLS and urlsplit(content.strip()).scheme.lower() not in ("", "http", "https", "mailto"):
                self.problems.append(f"{tag} leads to {content}")
        if tag == "script" and "src" not in attributes and not attributes.get("type", "").startswith("application/"):
            self.problems.append("inline script")
        if tag in ("style", "iframe", "object", "embed", "base", "img"):
            self.problems.append(f"a {tag} element")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> closes another element")


@pytest.fixture(scope="module")
def files(hostile: pipeline.Publication) -> tuple[File, ...]:
    return tuple(site.pages(hostile))


def test_no_page_of_a_hostile_project_holds_anything_that_acts(files: tuple[File, ...]) -> None:
    for file in files:
        if file.path.suffix == ".html":
            reader = Reader()
            reader.feed(file.content.decode())
            assert reader.problems == [], file.path
            assert reader.open == [], file.path


def test_texts_appear_as_they_are(files: tuple[File, ...]) -> None:
    page = next(file.content.decode() for file in files if str(file.path) == "doc/thing/script.html")
    assert "&lt;script&gt;alert(&#39;label&#39;)&lt;/script&gt;</h1>" in page
    assert "&lt;svg onload=alert(&#39;text&#39;)&gt;" in page
    assert "{{ 7*7 }} {% raw %} ${7*7} %s %(x)s {label}" in page
    assert "49" not in page.partition("<main")[2].partition("</main>")[0]


def test_characters_that_turn_the_direction_of_writing_do_not_leave_their_value(files: tuple[File, ...]) -> None:
    assert not any("\u202e" in file.content.decode() for file in files if file.path.suffix == ".html")


def test_data_inside_script_elements_cannot_end_them(files: tuple[File, ...]) -> None:
    for file in files:
        for content in re.findall(rb'<script type="application/[^"]*"[^>]*>(.*?)</script>', file.content, re.DOTALL):
            assert b"<" not in content, file.path


def test_names_that_differ_little_get_files_of_their_own(files: tuple[File, ...]) -> None:
    paths = [str(file.path) for file in files]
    assert len({path.casefold() for path in paths}) == len(paths)
    for path in paths:
        assert ".." not in PurePosixPath(path).parts
        assert not PurePosixPath(path).is_absolute()
        assert all(len(part.encode()) < 255 for part in PurePosixPath(path).parts)


def test_names_that_look_like_another_s_extension_or_language_get_files_of_their_own(files: tuple[File, ...]) -> None:
    for slug, label in (
        ("x", "without extension"),
        ("x.en", "language"),
        ("x.html", "extension"),
        ("x.ttl", "extension of data"),
    ):
        path = f"doc/thing/{slug.replace('.', '~2e')}.html"
        page = next(file.content.decode() for file in files if str(file.path) == path)
        assert f"<h1>{label}</h1>" in page


def test_pages_for_all_values_of_properties_that_differ_little_are_apart(files: tuple[File, ...]) -> None:
    found = [file.path for file in files if str(file.path).startswith("all/thing/many/") and ".en." not in file.path.name]
    assert len(found) == 5


def test_every_link_inside_a_hostile_site_leads_somewhere(files: tuple[File, ...]) -> None:
    documents = (".ttl", ".trig", ".jsonld", ".nt", ".rdf")  # made by another step
    known = {str(file.path) for file in files}
    for file in files:
        if file.path.suffix != ".html" or file.path.name == "404.html":
            continue
        reader = Reader()
        reader.feed(file.content.decode())
        for tag, attributes in reader.elements:
            target = attributes.get("href") or attributes.get("src") or ""
            if not target or urlsplit(target).scheme or target.startswith("#") or attributes.get("rel") == "canonical":
                continue
            path = unquote(urlsplit(urljoin(f"http://h/{quoted(file)}", target)).path)[1:]
            assert path in known or path.endswith(documents) or path.startswith("data/"), (file.path, tag, target)


def quoted(file: File) -> str:
    from moro_lod.iris import url_of

    return url_of(file.path, "")


def test_what_was_not_published_is_said(hostile: pipeline.Publication) -> None:
    said = [str(each) for each in site.warnings(hostile)]
    assert any("1 of 31 described things lie outside https://example.org/hostile/id/" in each for each in said)
    assert any("have no label" in each and "thing/unnamed" in each for each in said)
    assert any("have no shape" in each and "elsewhere#Unknown" in each for each in said)
    assert any("geometry/broken" in each and "WKT" in each for each in said)
    assert all(each.message("de") and ";" in each.message("de") for each in site.warnings(hostile))
