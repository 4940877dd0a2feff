"""The real site in a real browser: no foreign request, no error, accessible, usable by keyboard and without script."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from page_types import TYPES, english, in_both

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


pytestmark = pytest.mark.browser

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Watched:
    """A page in the browser with what went wrong on it."""

    def __init__(self, page: Page, address: Any) -> None:
        self.page = page
        self.address = address
        self.errors: list[str] = []
        self.foreign: list[str] = []
        page.on(
            "console", lambda message: self.errors.append(message.text) if message.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._request)

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.address.url, "data:", "blob:")):
            self.foreign.append(request.url)

    def go(self, path: str) -> Page:
        """Open a page of the site and wait until it is quiet."""
        self.page.goto(self.address.url + path)
        self.page.wait_for_load_state("networkidle")
        return self.page

    def axe(self, node_modules: Path) -> list[str]:
        """What axe-core finds, in short. Injected by the debugger, which the policy of the page does not stop."""
        self.page.evaluate((node_modules / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))
        result = self.page.evaluate(
            "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})", AXE_TAGS
        )
        return [
            f"{each['id']}: {node['target']} {node['failureSummary'][:160]}"
            for each in result["violations"]
            for node in each["nodes"][:3]
        ]


@pytest.fixture
def watch(browser: Browser, served: Any) -> Iterator[Callable[..., Watched]]:
    """Open pages; options are those of a browser context (width, color_scheme, java_script_enabled …)."""
    contexts = []

    def open_(width: int = 1280, **options: Any) -> Watched:
        context = browser.new_context(viewport={"width": width, "height": 900}, locale="de-DE", **options)
        contexts.append(context)
        return Watched(context.new_page(), served)

    yield open_
    for context in contexts:
        context.close()


@pytest.mark.parametrize(
    "path", [path for path in in_both(TYPES) if not path.endswith(("404.html", "district.html", "district/2.html"))]
)
def test_a_page_of_each_type_is_accessible_private_and_without_errors(
    watch: Callable[..., Watched], node_modules: Path, path: str
) -> None:
    watched = watch(color_scheme="light" if path.startswith("en/") or ".en." in path else "dark")
    page = watched.go(path)
    assert watched.axe(node_modules) == []
    assert watched.errors == []
    assert watched.foreign == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    for landmark in ("header", "main", "footer", "nav"):
        assert page.locator(landmark).count() >= 1
    assert page.evaluate("document.cookie") == ""
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


@pytest.mark.parametrize(
    "path",
    [
        "index.html",
        "doc/district/03358.html",
        "map.html",
        "list/district.html",
        "query.html",
        "timeline.html",
        "ontology.en.html",
    ],
)
def test_at_320_pixels_nothing_sticks_out_and_targets_are_large_enough(
    watch: Callable[..., Watched], node_modules: Path, path: str
) -> None:
    watched = watch(width=320)
    page = watched.go(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert watched.axe(node_modules) == []
    small = page.evaluate(
        """() => [...document.querySelectorAll('a, button, input, summary')].filter(each => {
             const box = each.getBoundingClientRect();
             const style = getComputedStyle(each);
             const inText = each.tagName === 'A' && style.display.startsWith('inline') && !each.closest('nav, .refs, .letters, .formats');
             return box.width && box.height && !inText && !each.closest('svg, .CodeMirror, .skip, .sr-only') && (box.width < 24 || box.height < 24);
           }).map(each => each.outerHTML.slice(0, 120)).slice(0, 5)"""
    )
    assert small == []
    assert watched.errors == []


@pytest.mark.parametrize("path", ["index.html", "doc/district/03358.html", "list/district.html", "map.html", "query.html"])
def test_without_script_everything_but_enhancements_works(watch: Callable[..., Watched], path: str) -> None:
    watched = watch(java_script_enabled=False)
    page = watched.go(path)
    assert page.locator("h1").is_visible()
    hidden = {"list/district.html": "[data-facets]", "query.html": "[data-run]"}
    if path in hidden:
        assert not page.locator(hidden[path]).is_visible()
    if path == "list/district.html":
        assert page.locator("tbody tr").count() == 200
        page.get_by_role("navigation", name="Seiten").get_by_role("link", name="Seite 2").click()
        assert page.locator("tbody tr").count() == 200
    if path == "map.html":
        assert page.locator("svg a").count() > 400
        page.get_by_text("Orte", exact=False).locator("visible=true").last.scroll_into_view_if_needed()
    if path == "index.html":
        page.get_by_label("Was suchen Sie?").fill("Heidekreis")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search.html?q=Heidekreis")
        page.get_by_role("link", name=re.compile("^H")).first.click()
        assert page.get_by_role("link", name="Heidekreis (Landkreis)", exact=True).count() == 1


def test_a_journalist_learns_by_keyboard_whether_heidekreis_took_part_and_who_says_so(watch: Callable[..., Watched]) -> None:
    watched = watch()
    page = watched.go("index.html")
    field = page.get_by_label("Was suchen Sie?")
    field.focus()
    page.keyboard.type("Heidekreis")
    options = page.get_by_role("option")
    options.first.wait_for()
    assert "Heidekreis" in options.first.inner_text()
    page.keyboard.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant")
    page.keyboard.press("Enter")
    page.wait_for_url("**/doc/district/03358.html")
    answer = page.locator("section.answer").first
    assert "Ja." in answer.inner_text()
    assert "Projektpartnerschaft Nord" in answer.inner_text()
    assert "Februar 2012 – September 2013" in answer.inner_text()
    reference = answer.locator(".refs a").first
    reference.focus()
    page.keyboard.press("Enter")
    target = page.locator(".source-list li:target")
    assert target.is_visible()
    target.get_by_role("link").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/doc/source/*.html")
    assert watched.errors == []


def test_search_works_by_keyboard_and_closes_with_escape(watch: Callable[..., Watched]) -> None:
    watched = watch()
    page = watched.go("en/data.html")
    field = page.get_by_role("search").get_by_role("combobox").or_(page.get_by_role("searchbox"))
    field.focus()
    page.keyboard.type("nuernb")
    page.get_by_role("option").first.wait_for()
    assert page.get_by_role("listbox").is_visible()
    assert "suggestions" in page.locator("form[role=search] [role=status]").inner_text()
    page.keyboard.press("Escape")
    assert not page.get_by_role("listbox").is_visible()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/*.en.html")
    assert page.locator("html").get_attribute("lang") == "en"


def test_the_search_page_lists_results_and_falls_back_to_the_index(watch: Callable[..., Watched]) -> None:
    page = watch().go("search.html?q=stuttgart")
    page.locator("#results li").first.wait_for()
    assert page.locator("#results li").count() > 2
    page.get_by_label("Was suchen Sie?").fill("qqqqqq")
    page.get_by_text("Nichts gefunden").wait_for()
    assert page.locator("#index").is_visible()


def test_a_table_is_filtered_sorted_and_remembered_in_the_address(watch: Callable[..., Watched]) -> None:
    watched = watch()
    page = watched.go("list/district.html")
    assert "403" in page.locator("[data-count]").inner_text()
    box = page.get_by_label(re.compile(r"^Schleswig-Holstein"))
    page.get_by_text("weitere").first.click()
    box.focus()
    page.keyboard.press("Space")
    assert page.locator("[data-count]").inner_text().startswith("15 von")
    assert "within=" in page.url
    assert page.evaluate("document.activeElement.type") == "checkbox"
    page.get_by_role("button", name=re.compile("^Amtlicher")).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert "sort=-ags" in page.url
    assert page.locator("tbody tr").first.inner_text().startswith("Stormarn")
    page.reload()
    page.wait_for_load_state("networkidle")
    assert page.locator("[data-count]").inner_text().startswith("15 von")
    assert page.locator("tbody tr").first.inner_text().startswith("Stormarn")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    lines = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 16
    with page.expect_download() as download:
        page.get_by_role("link", name="GeoJSON").click()
    import json

    assert len(json.loads(Path(download.value.path()).read_text())["features"]) == 15
    page.get_by_label("Enthält den Text").fill("lübeck")
    assert page.locator("tbody tr").count() == 1
    page.get_by_role("button", name="Alle Filter entfernen").click()
    assert "403" in page.locator("[data-count]").inner_text()
    assert watched.errors == []


def test_the_query_of_a_table_gives_exactly_the_rows_shown(watch: Callable[..., Watched], root: Path) -> None:
    import pyoxigraph

    from moro_lod import pipeline
    from moro_lod.graphs import to_nquads
    from moro_lod.project import Project

    page = watch().go("list/research-field.html")
    store = pyoxigraph.Store()
    store.load(to_nquads(pipeline.prepare(Project.open(root)).quads), pyoxigraph.RdfFormat.N_QUADS)

    def compare() -> int:
        page.locator("[data-sparql] summary").click()
        query = page.locator("[data-sparql] code").inner_text()
        page.locator("[data-sparql] summary").click()
        rows = [row["label"].value for row in store.query(query, use_default_graph_as_union=True)]
        shown = page.locator("tbody th").all_inner_texts()
        assert sorted(rows) == sorted(shown)
        return len(rows)

    everything = compare()
    page.locator("[data-facets] input").first.check()
    assert 0 < compare() < everything


def test_the_map_zooms_finds_a_place_and_is_reached_by_keyboard(watch: Callable[..., Watched]) -> None:
    watched = watch()
    page = watched.go("map.html")
    page.locator(".leaflet-container").wait_for()
    before = page.locator(".leaflet-container svg.map").bounding_box()
    page.get_by_role("button", name="Vergrößern").focus()
    page.keyboard.press("Enter")
    page.wait_for_function(
        "width => document.querySelector('svg.map').getBoundingClientRect().width > width + 10", arg=before["width"]
    )  # type: ignore[index]
    page.get_by_label("Kreis oder Stadt").fill("Heidekreis (Landkreis)")
    page.keyboard.press("Enter")
    assert "Projektpartnerschaft Nord" in page.locator("[data-answer]").inner_text()
    assert page.locator(".found").count() == 1
    page.get_by_label("Kreis oder Stadt").fill("Nirgendwo")
    page.keyboard.press("Enter")
    assert "Kein Ort" in page.locator("[data-answer]").inner_text()
    region = page.locator("svg.map a.region").first
    region.focus()
    assert page.locator("[data-map-note]").inner_text() != ""
    page.keyboard.press("Enter")
    page.wait_for_url("**/doc/region/*.html")
    assert watched.errors == []


def test_a_question_is_answered_in_the_browser_by_keyboard(watch: Callable[..., Watched]) -> None:
    watched = watch()
    page = watched.go("query.html")
    assert "MB" in page.locator("[data-tools]").inner_text()
    assert not any(each.endswith((".wasm", ".nq", ".gz")) for each in watched.foreign)
    page.get_by_role("button", name="Ausführen").focus()
    page.keyboard.press("Enter")
    page.locator("[data-output] tbody tr").first.wait_for(timeout=60_000)
    assert re.match(r"\d+ Zeilen", page.locator("[data-state]").inner_text())
    assert "query=" in page.url
    page.locator("[data-output] .sort").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("[data-output] th[aria-sort]").count() == 1
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    assert Path(download.value.path()).read_bytes().count(b"\r\n") >= 2
    assert watched.errors == []
    assert watched.foreign == []


def test_a_wrong_question_shows_where_it_is_wrong(watch: Callable[..., Watched]) -> None:
    page = watch().go("query.html#query=SELECT%20*%20WHERE%20%7B%20%3Fs%20%3Fp%20%7D")
    page.get_by_role("button", name="Ausführen").click()
    page.get_by_text("Die Abfrage funktioniert nicht").wait_for(timeout=60_000)
    assert page.locator(".wrong").count() >= 1


def test_a_long_question_can_be_cancelled(watch: Callable[..., Watched]) -> None:
    page = watch().go(
        "query.html#query=SELECT%20(COUNT(*)%20AS%20%3Fn)%20WHERE%20%7B%20%3Fa%20%3Fb%20%3Fc%20.%20%3Fd%20%3Fe%20%3Ff%20.%20%3Fg%20%3Fh%20%3Fi%20%7D"
    )
    page.get_by_role("button", name="Ausführen").click()
    page.get_by_text("Es wird gesucht").wait_for(timeout=60_000)
    page.get_by_role("button", name="Abbrechen").click()
    page.get_by_text("Abgebrochen.").wait_for()
    assert page.get_by_role("button", name="Ausführen").is_enabled()


def test_geometries_of_a_result_are_drawn(watch: Callable[..., Watched]) -> None:
    page = watch().go("query.html")
    page.locator(".examples-side").get_by_role("link", name=re.compile("Karte")).first.click()
    page.get_by_role("button", name="Ausführen").click()
    page.locator("svg.result-map path").first.wait_for(timeout=60_000)
    assert page.locator("svg.result-map path").count() > 1


def test_the_language_switch_stays_on_the_page(watch: Callable[..., Watched]) -> None:
    page = watch().go("doc/district/03358.html")
    page.get_by_role("link", name="English").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/doc/district/03358.en.html")
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_role("link", name="Deutsch").click()
    page.wait_for_url("**/doc/district/03358.html")


def test_the_focus_is_visible_and_never_hidden(watch: Callable[..., Watched]) -> None:
    page = watch(reduced_motion="reduce").go("doc/district/03358.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    for _ in range(40):
        seen = page.evaluate(
            """() => {
                 const each = document.activeElement, box = each.getBoundingClientRect(), style = getComputedStyle(each);
                 const y = (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2;
                 const top = document.elementFromPoint(box.x + Math.min(box.width / 2, 20), y);
                 return [style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2, !!top && (each.contains(top) || top.contains(each)), each.outerHTML.slice(0, 80)];
               }"""
        )
        assert seen[0], seen[2]
        assert seen[1], seen[2]
        page.keyboard.press("Tab")


@pytest.mark.parametrize(
    "options",
    [{"forced_colors": "active"}, {"reduced_motion": "reduce"}, {"color_scheme": "dark"}],
    ids=["forced colours", "reduced motion", "dark"],
)
@pytest.mark.parametrize("path", ["index.html", "map.html", "doc/district/03358.html"])
def test_pages_hold_under_the_wishes_of_their_readers(
    watch: Callable[..., Watched], node_modules: Path, path: str, options: dict[str, str]
) -> None:
    watched = watch(**options)
    page = watched.go(path)
    assert page.locator("h1").is_visible()
    if "forced_colors" not in options:
        assert watched.axe(node_modules) == []
    if "reduced_motion" in options:
        assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    assert watched.errors == []


def test_print_shows_the_content_and_leaves_out_the_navigation(watch: Callable[..., Watched]) -> None:
    page = watch().go("doc/district/03358.html")
    page.emulate_media(media="print")
    assert page.locator("h1").is_visible()
    assert page.locator(".answer").first.is_visible()
    assert page.locator("#sources").is_visible()
    assert not page.locator(".main-nav").is_visible()
    assert not page.locator("form[role=search]").is_visible()


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_every_page_is_accessible_private_and_without_errors(
    watch: Callable[..., Watched], node_modules: Path, served: Any
) -> None:
    watched = watch()
    wrong = []
    for path in sorted(served.folder.rglob("*.html")):
        name = path.relative_to(served.folder).as_posix()
        if name == "404.html":
            continue
        watched.go(name)
        found = watched.axe(node_modules)
        if found or watched.errors or watched.foreign:
            wrong.append((name, found, list(watched.errors), list(watched.foreign)))
            watched.errors.clear()
            watched.foreign.clear()
    assert wrong == []


def test_both_languages_of_a_page_type_have_the_same_parts(watch: Callable[..., Watched]) -> None:
    watched = watch(java_script_enabled=False)
    for path in ("index.html", "map.html", "data.html", "doc/district/03358.html"):
        german = watched.go(path).evaluate("[...document.querySelectorAll('h2')].length")
        assert watched.go(english(path)).evaluate("[...document.querySelectorAll('h2')].length") == german, path
