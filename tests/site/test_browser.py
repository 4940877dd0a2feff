"""The real site in a real browser: no foreign request, no error, accessible, usable by keyboard and without script."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import pytest
from browsing import FOCUS, SMALL_TARGETS, Watched
from page_types import TYPES, english, in_both

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

SLICES = 8  # of the long test, for as many workers
TABS = 30  # times Tab on a page of each type


def colours_of(path: str) -> str:
    """Light in English, dark in German."""
    return "light" if path.startswith("en/") or ".en." in path else "dark"


@pytest.mark.parametrize("path", in_both(TYPES))
def test_a_page_of_each_type_is_accessible_private_and_without_errors(watch: Callable[..., Watched], path: str) -> None:
    watched = watch(axe=True, color_scheme=colours_of(path))
    page = watched.go(path)
    assert watched.axe() == []
    assert page.evaluate(SMALL_TARGETS) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    for landmark in ("header", "main", "footer", "nav"):
        assert page.locator(landmark).count() >= 1
    assert page.evaluate("document.cookie") == ""
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert watched.errors == []
    assert watched.foreign == []


@pytest.mark.parametrize("path", TYPES)
def test_at_320_pixels_nothing_sticks_out_and_targets_are_large_enough(watch: Callable[..., Watched], path: str) -> None:
    watched = watch(axe=True, width=320)
    page = watched.go(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert watched.axe() == []
    assert page.evaluate(SMALL_TARGETS) == []
    assert watched.errors == []


@pytest.mark.parametrize("path", in_both(TYPES))
def test_the_focus_is_visible_and_never_hidden(watch: Callable[..., Watched], path: str) -> None:
    page = watch(reduced_motion="reduce", color_scheme=colours_of(path)).go(path)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    for _ in range(TABS):
        seen = page.evaluate(FOCUS)
        if seen["isPage"]:
            break
        assert seen["outlined"], seen["text"]
        assert seen["onTop"], seen["text"]
        page.keyboard.press("Tab")


@pytest.mark.parametrize("path", TYPES)
def test_without_script_a_page_of_each_type_has_its_content_and_no_dead_control(
    watch: Callable[..., Watched], path: str
) -> None:
    watched = watch(java_script_enabled=False)
    page = watched.go(path)
    assert page.locator("h1").is_visible()
    assert page.locator("main a, main p").locator("visible=true").count() > 0
    assert page.locator(".main-nav a").first.is_visible()
    assert page.locator("button:not([type=submit])").locator("visible=true").count() == 0
    assert page.locator("input").locator("visible=true").count() == page.locator("form[action] input").count()
    assert watched.foreign == []


def test_without_script_tables_maps_and_the_index_lead_everywhere(watch: Callable[..., Watched]) -> None:
    watched = watch(java_script_enabled=False)
    page = watched.go("list/district.html")
    assert page.locator("tbody tr").count() == 200
    page.get_by_role("navigation", name="Seiten").get_by_role("link", name="Seite 2").click()
    assert page.locator("tbody tr").count() == 200
    watched.go("map.html")
    assert page.locator("svg a").count() > 400
    watched.go("index.html")
    page.get_by_label("Was suchen Sie?").fill("Heidekreis")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=Heidekreis")
    page.get_by_role("link", name=re.compile("^H")).first.click()
    assert page.get_by_role("link", name="Heidekreis (Landkreis)", exact=True).count() == 1


def test_a_journalist_learns_by_keyboard_whether_heidekreis_took_part_and_who_says_so(watch: Callable[..., Watched]) -> None:
    watched = watch()
    page = watched.go("index.html")
    field = page.get_by_label("Was suchen Sie?")
    watched.tab_to(field)
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
    watched.tab_to(reference)
    page.keyboard.press("Enter")
    target = page.locator(".source-list li:target")
    assert target.is_visible()
    watched.tab_to(target.get_by_role("link").first)
    page.keyboard.press("Enter")
    page.wait_for_url("**/doc/source/*.html")
    assert watched.errors == []


def test_search_is_complete_by_keyboard(watch: Callable[..., Watched]) -> None:
    watched = watch(axe=True)
    page = watched.go("en/data.html")
    field = watched.tab_to(page.locator("#q"))
    page.keyboard.type("nuernb")
    page.get_by_role("option").first.wait_for()
    assert page.get_by_role("listbox").is_visible()
    assert "suggestions" in page.locator("form[role=search] [role=status]").inner_text()
    watched.press("ArrowDown")
    assert page.get_by_role("option", selected=True).count() == 1
    assert watched.axe() == []
    watched.press("Escape")
    assert not page.get_by_role("listbox").is_visible()
    assert field.input_value() == "nuernb"
    watched.press("ArrowUp", "Enter")
    page.wait_for_url("**/*.en.html")
    assert page.locator("html").get_attribute("lang") == "en"
    assert watched.errors == []


def test_the_search_page_is_complete_by_keyboard_and_falls_back_to_the_index(watch: Callable[..., Watched]) -> None:
    watched = watch(axe=True)
    page = watched.go("search.html")
    watched.tab_to(page.get_by_label("Was suchen Sie?"))
    page.keyboard.type("stuttgart")
    watched.press("Enter")
    first = page.locator("#results li a").first
    first.wait_for()
    page.wait_for_function("document.activeElement.matches('#results li:first-child a')")
    assert page.locator(".more-hits li").count() > 0
    assert not page.locator(".more-hits li").first.is_visible()
    assert page.locator("#results li").count() > 2
    assert watched.axe() == []
    page.wait_for_url("**/search.html?q=stuttgart")
    page.get_by_label("Was suchen Sie?").fill("qqqqqq")
    page.get_by_text("Nichts gefunden").wait_for()
    assert page.locator("#index").is_visible()
    watched.go("search.html?q=kreis")
    page.get_by_text("Die ersten 100 von").wait_for()
    assert page.locator("#results > ol li").count() == 100


def test_search_works_again_after_a_failed_request(watch: Callable[..., Watched]) -> None:
    page = watch().go("data.html")
    page.route("**/search.json", lambda route: route.abort(), times=1)
    page.locator("#q").focus()
    with page.expect_event("requestfailed"):
        page.keyboard.type("he")
    page.keyboard.type("idekreis")
    page.get_by_role("option").first.wait_for()


def test_a_table_is_complete_by_keyboard_and_remembered_in_the_address(watch: Callable[..., Watched]) -> None:
    watched = watch(axe=True)
    page = watched.go("list/district.html")
    count = page.locator("[data-count]")
    assert "403" in count.inner_text()
    watched.tab_to(page.get_by_label(re.compile(r"^Schleswig-Holstein")))
    watched.press("Space")
    assert count.inner_text().startswith("15 von")
    assert page.evaluate("document.activeElement.type") == "checkbox"
    watched.tab_to(page.get_by_role("link", name="CSV"))
    with page.expect_download() as download:
        watched.press("Enter")
    assert download.value.suggested_filename == "district-gefiltert.csv"
    assert len(Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()) == 16
    watched.tab_to(page.get_by_role("link", name="JSON", exact=True))
    with page.expect_download() as download:
        watched.press("Enter")
    assert len(json.loads(Path(download.value.path()).read_text(encoding="utf-8"))) == 15
    watched.tab_to(page.get_by_role("link", name="GeoJSON"))
    with page.expect_download() as download:
        watched.press("Enter")
    assert len(json.loads(Path(download.value.path()).read_text(encoding="utf-8"))["features"]) == 15
    watched.tab_to(page.get_by_role("button", name=re.compile("^Amtlicher")))
    watched.press("Enter", "Enter")
    assert "sort=-ags" in page.url
    assert count.inner_text().endswith(", absteigend")
    assert page.locator("tbody tr").first.inner_text().startswith("Stormarn")
    assert watched.axe() == []
    page.reload()
    watched.ready()
    assert count.inner_text().startswith("15 von")
    assert page.locator("tbody tr").first.inner_text().startswith("Stormarn")
    watched.tab_to(page.get_by_label("Enthält den Text"))
    page.keyboard.type("lübeck")
    page.wait_for_url("**q=l%C3%BCbeck**")
    assert page.locator("tbody tr").count() == 1
    page.get_by_label("Enthält den Text").fill("qqqq")
    watched.tab_to(page.locator("[data-empty]").get_by_role("button", name="Alle Filter entfernen"))
    watched.press("Enter")
    assert "403" in count.inner_text()
    assert watched.errors == []


def test_links_of_the_second_page_of_a_table_lead_to_things(watch: Callable[..., Watched]) -> None:
    page = watch().go("list/district/2.html")
    page.locator("tbody th a").first.click()
    page.wait_for_url("**/moro-lod/doc/district/*.html")
    assert page.locator("h1").is_visible()


def test_the_map_is_complete_by_keyboard(watch: Callable[..., Watched]) -> None:
    watched = watch(axe=True, reduced_motion="reduce")
    page = watched.go("map.html")
    before = page.locator(".leaflet-container svg.map").bounding_box()
    watched.tab_to(page.get_by_role("button", name="Vergrößern"))
    watched.press("Enter")
    page.wait_for_function(
        "width => document.querySelector('svg.map').getBoundingClientRect().width > width + 10", arg=before["width"]
    )  # type: ignore[index]
    page.get_by_role("link", name="Zum Inhalt").focus()
    field = watched.tab_to(page.get_by_label("Kreis oder Stadt"))
    answer = page.locator("[data-answer]")
    page.keyboard.type("Landkreis Heidekreis")
    watched.press("Enter")
    assert answer.inner_text().startswith("Ja. Heidekreis (Landkreis) gehörte zu 2 Regionen:")
    assert "Projektpartnerschaft Nord" in answer.inner_text()
    assert page.locator("svg.map > :last-child .found").count() == 1  # above everything else
    assert "#place=doc/district/03358" in page.url
    field.fill("Ansbach")
    watched.press("Enter")
    assert answer.get_by_role("button").count() == 2
    watched.tab_to(answer.get_by_role("button", name="Ansbach (Landkreis)"))
    watched.press("Enter")
    assert "Metropolregion Nürnberg" in answer.inner_text()
    assert watched.axe() == []
    field.fill("Nirgendwo")
    watched.press("Enter")
    assert "Kein Ort" in answer.inner_text()
    assert answer.get_by_role("link", name="Nach „Nirgendwo“ suchen").get_attribute("href") == "search.html?q=Nirgendwo"
    field.fill("Ulm")
    watched.press("Enter")
    assert answer.inner_text().startswith("Keine der ")
    watched.tab_to(answer.get_by_role("link", name="Mehr über Ulm (Stadtkreis)"))
    watched.press("Enter")
    page.wait_for_url("**/doc/district/08421.html")
    assert watched.errors == []


def test_the_address_of_the_map_brings_back_what_it_showed(watch: Callable[..., Watched]) -> None:
    watched = watch(reduced_motion="reduce")
    page = watched.go("map.html")
    page.locator("[data-layer]").first.uncheck()
    page.get_by_label("Kreis oder Stadt").fill("Heidekreis")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Vergrößern").click()
    page.wait_for_url("**at=**")
    address = page.url.partition("#")[2]
    box = page.locator("svg.map").first.bounding_box()
    watched.go(f"en/map.html#{address}")
    assert not page.locator("[data-layer]").first.is_checked()
    assert page.locator("[data-answer]").inner_text().startswith("Yes. Heidekreis")
    again = page.locator("svg.map").first.bounding_box()
    assert box
    assert again
    assert again["width"] == pytest.approx(box["width"], rel=0.01)
    assert again["x"] == pytest.approx(box["x"], abs=10)


def test_the_first_touch_of_a_region_says_what_it_is_and_the_link_beside_leads_there(watch: Callable[..., Watched]) -> None:
    watched = watch(width=375, has_touch=True, reduced_motion="reduce")
    page = watched.go("map.html")
    page.locator(".names text").first.scroll_into_view_if_needed()
    box = page.locator(".names text").first.bounding_box()
    assert box
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    note = page.locator("[data-map-note]")
    note.locator(".answer-rows a").first.wait_for()
    assert page.url.endswith("map.html")
    note.locator(".answer-rows a").first.tap()
    page.wait_for_url("**/doc/region/*.html")


def test_regions_of_the_map_are_links_in_the_order_of_tabs(watch: Callable[..., Watched]) -> None:
    watched = watch(reduced_motion="reduce")
    page = watched.go("map.html")
    watched.tab_to(page.locator("svg.map a.region").first)
    assert page.locator("[data-map-note]").inner_text() != ""
    watched.press("Enter")
    page.wait_for_url("**/doc/region/*.html")


def test_a_region_of_several_fields_stays_until_none_of_them_is_chosen(watch: Callable[..., Watched]) -> None:
    watched = watch()
    page = watched.go("map.html")
    regions = page.locator("svg.map a.region[data-in*=' ']")
    boxes = page.locator("[data-layer]")
    layers = regions.first.get_attribute("data-in").split()
    for number in range(boxes.count()):
        watched.tab_to(boxes.nth(number))
        if boxes.nth(number).get_attribute("data-layer") in layers:
            assert regions.first.is_visible()
            watched.press("Space")
    assert not regions.first.is_visible()
    assert re.fullmatch(r"\d von \d Regionen sind zu sehen\.", page.locator("[data-map-note]").inner_text())
    watched.press("Space")
    assert page.locator("[data-layer]:focus").is_checked()


def test_a_question_is_answered_in_the_browser_by_keyboard(watch: Callable[..., Watched]) -> None:
    watched = watch(axe=True)
    requests: list[str] = []
    watched.page.on("request", lambda request: requests.append(request.url))
    page = watched.go("query.html")
    assert "MB" in page.locator("[data-start]").inner_text()
    assert not any(each.endswith((".wasm", ".nq", ".gz")) for each in requests)
    watched.tab_to(page.get_by_role("button", name="Ausführen"))
    watched.press("Enter", "Enter")  # the second changes nothing
    page.locator("[data-output] tbody tr").first.wait_for(timeout=60_000)
    assert len([each for each in requests if each.endswith(".wasm")]) == 1
    assert re.match(r"\d+ Zeilen", page.locator("[data-state]").inner_text())
    assert page.url.endswith("#question=01-model-regions-and-projects")
    watched.tab_to(page.locator("[data-output] .sort").first)
    watched.press("Enter")
    assert page.locator("[data-output] th[aria-sort]").count() == 1
    watched.tab_to(page.get_by_role("button", name="CSV"))
    with page.expect_download() as download:
        watched.press("Enter")
    assert Path(download.value.path()).read_bytes().count(b"\r\n") >= 2
    assert watched.axe() == []
    assert watched.errors == []
    assert watched.foreign == []


def open_query(watched: Watched, query: str) -> Page:
    """The query page with a query."""
    return watched.go(f"query.html#{urlencode({'query': query}, quote_via=quote)}")


def test_each_form_of_query_is_answered_in_the_browser_and_things_have_names(watch: Callable[..., Watched]) -> None:
    watched = watch()
    district = "<https://w3id.org/moro-lod/id/district/03358>"
    page = open_query(
        watched,
        f"SELECT ?b ?never ?a WHERE {{ VALUES (?a ?b) {{ ({district} 1) }} OPTIONAL {{ ?a a ?never . FILTER(false) }} }}",
    )
    run, state, output = (
        page.get_by_role("button", name="Ausführen"),
        page.locator("[data-state]"),
        page.locator("[data-output]"),
    )
    run.click()
    output.get_by_role("link", name="Heidekreis (Landkreis)").wait_for(timeout=60_000)
    assert output.locator("thead th").all_inner_texts() == ["b", "never", "a"]
    assert output.get_by_role("link").get_attribute("title") == district[1:-1]
    for form, sign in (
        (f"DESCRIBE {district}", "Heidekreis"),
        (f"CONSTRUCT {{ {district} a ?t }} WHERE {{ {district} a ?t }}", "District"),
    ):
        page.evaluate("query => document.querySelector('.CodeMirror').CodeMirror.setValue(query)", form)
        run.click()
        output.locator("pre").wait_for()
        assert sign in output.locator("pre").inner_text()
        assert output.get_by_role("button", name="Turtle").is_visible()
    page.evaluate("query => document.querySelector('.CodeMirror').CodeMirror.setValue(query)", f"ASK {{ {district} a ?t }}")
    run.click()
    state.get_by_text(re.compile("^Ja ")).or_(state.filter(has_text=re.compile("^Ja "))).first.wait_for()


def test_an_answer_never_comes_from_a_part_of_the_dump(watch: Callable[..., Watched]) -> None:
    page = open_query(watch(), "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }")
    half = b"<https://example.org/a> <https://example.org/b> <https://example.org/c> <https://example.org/g> .\nbroken"
    page.context.route("**/data/*.nq*", lambda route: route.fulfill(body=half), times=1)
    run = page.get_by_role("button", name="Ausführen")
    run.click()
    page.get_by_text("Die Abfrage funktioniert nicht").wait_for(timeout=60_000)
    run.click()
    cell = page.locator("[data-output] tbody td").first
    cell.wait_for(timeout=60_000)
    assert int(cell.inner_text()) > 10_000


def test_a_wrong_question_is_written_run_and_shown_where_it_is_wrong_by_keyboard(watch: Callable[..., Watched]) -> None:
    watched = watch()
    page = watched.go("query.html")
    watched.tab_to(page.get_by_role("link", name="Eine eigene Abfrage schreiben"))
    watched.press("Enter")
    editor = page.locator(".CodeMirror textarea")
    assert editor.evaluate("each => each === document.activeElement")
    watched.press("Control+a")
    page.keyboard.insert_text("SELECT ?s WHERE { ?s a moro:Programme ; ?p }")
    watched.press("Control+Enter")
    page.get_by_text("Zeile 1, Zeichen 24: Das Präfix „moro:“ ist nicht erklärt.").wait_for(timeout=60_000)
    assert page.locator(".wrong").count() >= 1
    assert editor.evaluate("each => each === document.activeElement")
    page.get_by_role("button", name="PREFIX moro: ergänzen").click()
    page.get_by_text(re.compile("^Zeile 2, Zeichen ")).wait_for()
    page.evaluate("query => document.querySelector('.CodeMirror').CodeMirror.setValue(query)", "DELETE WHERE { ?s ?p ?o }")
    page.get_by_role("button", name="Ausführen").click()
    page.get_by_text("Es werden nur lesende Abfragen beantwortet").wait_for()


def test_a_long_question_is_cancelled_by_keyboard(watch: Callable[..., Watched]) -> None:
    watched = watch()
    page = open_query(watched, "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    run = watched.tab_to(page.get_by_role("button", name="Ausführen"))
    watched.press("Enter")
    page.get_by_text("Es wird gesucht").wait_for(timeout=60_000)
    watched.tab_to(page.get_by_role("button", name="Abbrechen"))
    watched.press("Enter")
    page.get_by_text("Abgebrochen.").wait_for()
    assert run.evaluate("each => each === document.activeElement")
    assert run.is_enabled()


def test_geometries_of_a_result_are_drawn(watch: Callable[..., Watched]) -> None:
    page = watch(reduced_motion="reduce").go("query.html#question=15-map-of-model-regions")
    page.get_by_role("button", name="Ausführen").click()
    regions = page.locator("svg.result-map a.region")
    regions.first.wait_for(timeout=60_000)
    assert regions.count() > 1
    assert page.locator("svg.result-map image").count() == 1
    assert page.locator("svg.result-map").bounding_box()["height"] >= 480
    assert "Umriss (auf der Karte)" in page.locator("[data-output] tbody").inner_text()
    with page.expect_download() as download:
        page.get_by_role("button", name="GeoJSON").click()
    assert download.value.suggested_filename == "15-map-of-model-regions.geojson"


def test_a_chosen_question_is_answered_at_once_after_the_first_and_keeps_its_fields_in_the_address(
    watch: Callable[..., Watched],
) -> None:
    watched = watch(width=375)
    page = watched.go("query.html")
    run = page.get_by_role("button", name=re.compile(r"^Ausführen \(lädt .* MB\)"))
    assert run.bounding_box()["y"] < 900  # no 25 questions before it
    run.click()
    row = page.locator("[data-output] tbody tr")
    row.first.wait_for(timeout=60_000)
    page.locator("[data-questions] summary").click()
    page.get_by_role("link", name="Liegt mein Landkreis in einer Modellregion, und in welcher?").click()
    row.filter(has_text="Heidekreis").first.wait_for()
    assert page.evaluate("document.activeElement.matches('h2[data-title]')")
    page.get_by_label("Kreis oder kreisfreie Stadt").select_option(label="Ulm (Stadtkreis) · 08421")
    page.get_by_text("Keine Zeilen").wait_for()
    assert page.url.endswith("#question=11-is-my-district-in-it&ags=08421")
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**/en/query.html#question=11-is-my-district-in-it&ags=08421")
    assert page.get_by_label("District", exact=True).input_value() == '"08421"'


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["index.html", "map.html", "list/district.html"])
def test_what_is_typed_can_be_read_while_it_is_typed(watch: Callable[..., Watched], path: str, scheme: str) -> None:
    page = watch(color_scheme=scheme).go(path)
    field = page.locator("main input:is([type=search], [type=text], :not([type]))").locator("visible=true").first
    field.fill("Heidekreis")
    field.hover()
    colours = field.evaluate("each => [getComputedStyle(each).color, getComputedStyle(each).backgroundColor]")
    text, ground = ([int(number) for number in re.findall(r"\d+", colour)[:3]] for colour in colours)
    assert abs(sum(text) - sum(ground)) > 380, colours


def test_the_language_switch_stays_on_the_page_by_keyboard(watch: Callable[..., Watched]) -> None:
    watched = watch()
    page = watched.go("doc/district/03358.html?q=a%20b#sources")
    watched.tab_to(page.get_by_role("link", name="English"))
    watched.press("Enter")
    page.wait_for_url("**/doc/district/03358.en.html?q=a%20b#sources")
    assert page.locator("html").get_attribute("lang") == "en"
    page.evaluate("scrollTo(0, 0)")
    watched.tab_to(page.get_by_role("link", name="Deutsch"))
    watched.press("Enter")
    page.wait_for_url("**/doc/district/03358.html?q=a%20b#sources")


def test_the_menu_of_a_phone_opens_in_the_header_and_closes_by_keyboard(watch: Callable[..., Watched]) -> None:
    watched = watch(axe=True, width=320)
    page = watched.go("doc/district/03358.html")
    menu = watched.tab_to(page.locator(".menu summary"))
    watched.press("Enter")
    links = page.locator(".menu a")
    assert links.first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate(SMALL_TARGETS) == []
    assert watched.axe() == []
    watched.press("Tab", "Escape")
    assert not links.first.is_visible()
    assert menu.evaluate("each => each === document.activeElement")
    watched.press("Enter")
    page.locator("h1").click()
    assert not links.first.is_visible()
    page = watch(width=320, java_script_enabled=False).go("map.html")
    page.locator(".menu summary").click()
    page.locator(".menu").get_by_role("link", name="Ontologie").click()
    page.wait_for_url("**/ontology.html")


def test_the_terms_of_the_ontology_are_found_beside_it(watch: Callable[..., Watched]) -> None:
    page = watch().go("ontology.html")
    page.get_by_label("Begriffe filtern").fill("kreis")
    shown = page.locator(".side-list li").locator("visible=true")
    assert 0 < shown.count() < 10
    shown.get_by_text("Kreis", exact=True).click()
    assert page.url.endswith("#District")
    assert page.locator(".side-list").bounding_box()["y"] >= 0  # it stays in sight


@pytest.mark.parametrize(
    "options",
    [{"forced_colors": "active"}, {"reduced_motion": "reduce"}, {"color_scheme": "dark"}],
    ids=["forced colours", "reduced motion", "dark"],
)
@pytest.mark.parametrize("path", ["index.html", "map.html", "doc/district/03358.html"])
def test_pages_hold_under_the_wishes_of_their_readers(
    watch: Callable[..., Watched], path: str, options: dict[str, str]
) -> None:
    watched = watch(axe=True, **options)
    page = watched.go(path)
    assert page.locator("h1").is_visible()
    if "forced_colors" not in options:
        assert watched.axe() == []
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
@pytest.mark.parametrize("part", range(SLICES))
def test_every_page_is_accessible_private_and_without_errors(watch: Callable[..., Watched], served: Any, part: int) -> None:
    watched = watch(axe=True)
    wrong = []
    for path in sorted(served.folder.rglob("*.html"))[part::SLICES]:
        name = path.relative_to(served.folder).as_posix()
        watched.go(name)
        found = watched.axe()
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
