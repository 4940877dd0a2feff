"""The real site, page by page: links, anchors, heads, policies, budgets, valid HTML."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import brotli
import pytest
from page_types import TYPES, in_both

from moro_lod.project import Project
from moro_lod.release import ReleaseView
from moro_lod.site.precompressed import gzipped


@pytest.fixture(scope="module")
def html(release: ReleaseView) -> dict[str, str]:
    """Path → text of every page."""
    found = release.site.rglob("*.html")
    return {path.relative_to(release.site).as_posix(): path.read_text(encoding="utf-8") for path in found}


def test_every_type_of_page_is_there_in_both_languages(html: dict[str, str]) -> None:
    assert [path for path in in_both(TYPES) if path not in html] == []


_LINK = re.compile(r'\s(?:href|src)="([^"]*)"')
_ID = re.compile(r'\sid="([^"]*)"')


def test_no_link_and_no_anchor_inside_the_site_is_broken(release: ReleaseView, html: dict[str, str]) -> None:
    files = {path.relative_to(release.site).as_posix() for path in release.site.rglob("*") if path.is_file()}

    @cache
    def anchors(path: str) -> frozenset[str]:
        return frozenset(unescape(each) for each in _ID.findall(html[path]))

    broken = []
    for page, text in html.items():
        base = f"http://site/{page}"
        if page == "404.html":
            continue
        for link in set(_LINK.findall(text)):
            target = urlsplit(urljoin(base, unescape(link)))
            if target.netloc != "site":
                continue
            path = unquote(target.path)[1:]
            if path not in files:
                broken.append(f"{page}: {link}")
                continue
            anchor = unquote(target.fragment)
            if anchor and path.endswith(".html") and "=" not in anchor and anchor not in anchors(path):
                broken.append(f"{page}: {link} (no such anchor)")
    assert broken[:20] == []


def unescape(text: str) -> str:
    import html as entities

    return entities.unescape(text)


def test_every_page_has_a_head_that_search_engines_and_programs_need(html: dict[str, str]) -> None:
    for path, text in html.items():
        head = text.partition("</head>")[0]
        assert re.search(r"<title>[^<]{3,}</title>", head), path
        assert re.search(r'<meta name="description" content="[^"]{5,}">', head), path
        assert len(re.findall(r'<link rel="canonical" href="https://w3id.org/moro-lod/', head)) == 1, path
        assert {"de", "en", "x-default"} == set(re.findall(r'<link rel="alternate" hreflang="([^"]+)"', head)), path
        assert re.search(r'<link rel="alternate[a-z ]*" type="(text/turtle|application/ld\+json|text/csv)"', head), path
        assert text.count("<h1") == 1, path
        ids = _ID.findall(text)
        assert len(ids) == len(set(ids)), path


def test_titles_tell_pages_of_one_language_apart(html: dict[str, str]) -> None:
    seen: dict[tuple[str, str], str] = {}
    for path, text in sorted(html.items()):
        if path.startswith(("doc/", "all/")):
            continue  # things may share a name
        language = re.search(r'<html lang="(\w+)"', text)
        title = re.search(r"<title>([^<]*)", text)
        assert language
        assert title
        key = (language[1], title[1])
        assert key not in seen, (path, seen.get(key))
        seen[key] = path


def test_the_policy_is_strict_and_webassembly_is_for_the_query_page_alone(html: dict[str, str]) -> None:
    for path, text in html.items():
        policy = unescape(re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)"', text)[1])  # type: ignore[index]
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in policy
        assert "http" not in policy
        assert ("wasm-unsafe-eval" in policy) == (path.removeprefix("en/") == "query.html"), path
        assert ("worker-src" in policy) == (path.removeprefix("en/") == "query.html"), path
        assert not re.search(r"\sstyle=|<style|\son\w+=\"", text), path
        for script in re.findall(r"<script([^>]*)>", text):
            assert "src=" in script or 'type="application/' in script, path


def test_headings_do_not_leave_out_a_level(html: dict[str, str]) -> None:
    for path, text in html.items():
        before = 0
        for level in (
            int(each) for each in re.findall(r"<h([1-6])[ >]", text.partition("<main")[2].partition("</main>")[0])
        ):
            assert level <= before + 1, path
            before = level


def test_pages_stay_within_their_budgets(release: ReleaseView, html: dict[str, str]) -> None:
    """Compressed, without fonts, with style sheets and scripts that the page names: 60 kB, the map 250 kB."""
    sizes: dict[Path, int] = {}

    def weight(file: Path) -> int:
        if file not in sizes:
            twin = file.with_name(file.name + ".br")
            sizes[file] = twin.stat().st_size if twin.exists() else len(brotli.compress(file.read_bytes(), quality=5))
        return sizes[file]

    for path in in_both(TYPES):
        if path in ("404.html",):
            continue
        text = html[path]
        parts = re.findall(r'<(?:link rel="stylesheet" href|script type="module" src)="([^"]*)"', text)
        total = weight(release.site / path)
        total += sum(weight((release.site / path).parent / part) for part in parts)
        limit = 250_000 if path.endswith(("map.html", "query.html")) else 60_000
        assert total <= limit, (path, total)


def test_compressed_twins_hold_what_the_file_holds(release: ReleaseView) -> None:
    import gzip

    for name in ("index.html", "doc/district/03358.html", "search.json"):
        content = (release.site / name).read_bytes()
        assert brotli.decompress((release.site / f"{name}.br").read_bytes()) == content
        assert gzip.decompress((release.site / f"{name}.gz").read_bytes()) == content
        assert gzipped(content) == gzipped(content)


_SHOWN_AS_CODE = re.compile(r"<(code|pre|script|textarea)\b.*?</\1>", re.DOTALL)
_OUTWARD = re.compile(r'<a class="outward" href="([^"]*)"[^>]*>([^<]*)</a>')
_ADDRESS = re.compile(r"https?://\w[^\s<>\"]*")
_OWN_ADDRESS = ("imprint.html", "accessibility.html")  # pages that name the site by its address


def test_people_see_no_iris_and_no_curies(release: ReleaseView, html: dict[str, str], root: Path) -> None:
    """Identifiers stand in code; a web page may be named by its address without scheme; what a source says stays as it is."""
    settings = Project.open(root).settings
    prefixes = "|".join(re.escape(each) for each in settings.all_prefixes)
    curie = re.compile(rf"(?<![\w/.-])(?:{prefixes}):[A-Za-z_][\w.-]*", re.IGNORECASE)
    quoted = set(_ADDRESS.findall("\n".join(re.findall(r'"(?:[^"\\]|\\.)*"', (release.site / "data/moro.nt").read_text()))))
    identifiers = tuple(re.sub(r"^https?://(www\.)?", "", each.start) for each in settings.site.hosts)
    found = []

    def without(link: re.Match[str]) -> str:
        """Nothing in place of a link that is named by its own address, if that is a page and no identifier."""
        address, text = re.sub(r"^https?://(www\.)?", "", unescape(link[1])), unescape(link[2])
        ends = text.split("…")
        if address.startswith(ends[0]) and address.endswith(ends[-1]):
            return f"http://{address}" if address.startswith(identifiers) else " "
        return link[0]

    for path, page in html.items():
        visible = _OUTWARD.sub(without, _SHOWN_AS_CODE.sub(" ", page.partition("<body")[2]))
        text = unescape(re.sub(r"<[^>]*>", " ", visible))
        shown = [each for each in _ADDRESS.findall(text) if each not in quoted]
        if path.removeprefix("en/") in _OWN_ADDRESS:
            shown = [each for each in shown if each.rstrip(".") != settings.base]
        found += [f"{path}: {each}" for each in (*shown, *curie.findall(text))]
    assert found == [], "\n".join(found[:20])


def checked(node_modules: Path, files: list[Path]) -> str:
    """What the Nu HTML checker says about some files."""
    jar = node_modules / "vnu-jar" / "build" / "dist" / "vnu.jar"
    if not jar.is_file():
        pytest.skip("the HTML checker (vnu-jar) is absent: run `make assets`")
    try:
        run = subprocess.run(
            ["java", "-Xss2m", "-jar", str(jar), "--errors-only", "--filterpattern", ".*(CSS:|Content-Security-Policy).*", *map(str, files)],
            capture_output=True, text=True, timeout=1200, check=False,
        )  # fmt: skip
    except FileNotFoundError:
        pytest.skip("the HTML checker needs Java 17")
    return run.stderr


def test_one_page_of_each_type_is_valid_html(release: ReleaseView, node_modules: Path) -> None:
    assert checked(node_modules, [release.site / path for path in in_both(TYPES)]) == ""


@pytest.mark.long
def test_every_page_is_valid_html(release: ReleaseView, node_modules: Path) -> None:
    files = sorted(release.site.rglob("*.html"))
    for start in range(0, len(files), 1000):
        assert checked(node_modules, files[start : start + 1000]) == ""


def test_a_hostile_site_is_valid_html(hostile: object, node_modules: Path, tmp_path: Path) -> None:
    from moro_lod import site

    files = []
    for number, file in enumerate(site.pages(hostile)):  # type: ignore[arg-type]
        if file.path.suffix == ".html":
            path = tmp_path / f"{number}.html"
            path.write_bytes(file.content)
            files.append(path)
    assert checked(node_modules, files) == ""
