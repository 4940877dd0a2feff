"""Class tables: what script filters and sorts, and the same as SPARQL, CSV, JSON and GeoJSON."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest

from moro_lod import pipeline, site
from moro_lod.distributions.tables import harmless
from moro_lod.graphs import to_nquads
from moro_lod.release import ReleaseView
from moro_lod.site.texts import date_key

CASES = """
import { MISSING, Rows } from "{src}/rows.js";
import { csv } from "{src}/csv.js";
const found = input.map(({ name, language, data }) => {
  const rows = new Rows(data, language);
  const cases = [{}];
  data.columns.forEach((column, place) => {
    const [first] = rows.counts(place).keys();
    if (column.facet) cases.push({ facets: [[column.id, [first]]] });
    if (column.facet && rows.counts(place).has(MISSING)) cases.push({ facets: [[column.id, [MISSING]]] }, { facets: [[column.id, [first, MISSING]]] });
    if (column.kind === "number" || column.kind === "date") cases.push({ sort: column.id }, { sort: column.id, down: true });
  });
  const facets = [...new Map(cases.flatMap((each) => each.facets ?? []))];
  if (facets.length > 1) cases.push({ facets });
  cases.push({ q: data.rows[0][0].slice(0, 5), sort: "label", down: true });
  return {
    name, csv: csv(rows.lines("Name")),
    cases: cases.map(({ q = "", sort = "", down = false, facets: chosen = [] }) => {
      rows.state = { q, sort, down, facets: new Map(chosen.map(([id, terms]) => [id, new Set(terms)])) };
      const address = rows.write();
      rows.read(new URLSearchParams(address));
      return {
        address, query: rows.sparql("hint"), columns: data.columns, sort,
        rows: rows.visible().map((row) => ({ iri: row[2], label: row[0], cells: data.columns.map((_, place) => rows.cell(row, place)) })),
      };
    }),
  };
});
answer(found);
"""


def tables_of(folder: Path, languages: tuple[str, ...]) -> list[dict[str, Any]]:
    """The data of all tables of a site."""
    return [
        {"name": path.name, "language": language, "data": json.loads(path.read_text(encoding="utf-8"))}
        for language in languages
        for path in sorted(folder.glob(f"*.{language}.table.json"))
    ]


@pytest.fixture(scope="module")
def real(node: Callable[..., Any], release: ReleaseView) -> list[dict[str, Any]]:
    """All tables of the real site in several states, as the page's own logic has them."""
    return node(CASES, tables_of(release.site / "list", ("de",)))


def store_of(file: Path) -> pyoxigraph.Store:
    store = pyoxigraph.Store()
    store.load(path=str(file), format=pyoxigraph.RdfFormat.N_QUADS)
    return store


def text_of(term: list[str]) -> set[str]:
    """What the query may say for a term: the text of a literal; the name of a thing, or its IRI where it has none."""
    if term[1].startswith("<"):
        return {term[0], term[1][1:-1]}
    literal = next(iter(pyoxigraph.parse(f"<a:a> <a:a> {term[1]} .".encode(), pyoxigraph.RdfFormat.N_TRIPLES))).object
    return {literal.value}


def check(case: dict[str, Any], store: pyoxigraph.Store) -> None:
    """The query of a case gives the rows shown, cell by cell; sorted columns in their order."""
    solutions = list(store.query(case["query"], use_default_graph_as_union=True))
    found = {row["thing"].value: row for row in solutions}
    assert len(found) == len(solutions), "rows multiply"
    assert set(found) == {row["iri"] for row in case["rows"]}
    for row in case["rows"]:
        answer = found[row["iri"]]
        assert answer["label"].value in (row["label"], row["iri"])
        for column, cell in zip(case["columns"], row["cells"], strict=True):
            bound = answer[column["id"]]
            values = bound.value.split("; ") if bound is not None else []
            ways = [text_of(term) for term in cell]
            if any("; " in way for each in ways for way in each):
                continue
            assert len(values) == len({min(way) for way in ways}), (row["iri"], column["id"])
            assert all(any(value in way for way in ways) for value in values), (row["iri"], column["id"], values, ways)
    if case["sort"] not in ("", "label"):
        place = next(n for n, column in enumerate(case["columns"]) if column["id"] == case["sort"])
        key = date_key if case["columns"][place]["kind"] == "date" else str
        shown = [min((key(min(text_of(term))) for term in row["cells"][place]), default="") for row in case["rows"]]
        answers = [row[case["sort"]] for row in solutions]
        assert [min(map(key, each.value.split("; "))) if each else "" for each in answers] == shown


def test_the_query_of_every_table_gives_what_the_table_shows(real: list[dict[str, Any]], release: ReleaseView) -> None:
    store = store_of(release.site / "data" / "moro.nq")
    assert len(real) > 15
    for table in real:
        for case in table["cases"]:
            try:
                check(case, store)
            except AssertionError as error:
                raise AssertionError(f"{table['name']}?{case['address']}: {error}\n{case['query']}") from error


def test_the_query_of_every_table_of_the_example_gives_what_the_table_shows(
    node: Callable[..., Any], example_release: ReleaseView
) -> None:
    store = store_of(example_release.site / "data" / "bridges.nq")
    for table in node(CASES, tables_of(example_release.site / "list", ("en", "de"))):
        for case in table["cases"]:
            check(case, store)


def test_the_query_on_the_page_is_the_one_that_script_writes(real: list[dict[str, Any]], release: ReleaseView) -> None:
    for table in real:
        page = (release.site / "list" / table["name"].replace(".de.table.json", ".html")).read_text(encoding="utf-8")
        found = re.search(r"<code>(.*?)</code>", page[page.index("data-sparql") :], re.DOTALL)
        assert found
        assert html.unescape(found[1]) == table["cases"][0]["query"]


def test_csv_is_the_same_with_and_without_script(real: list[dict[str, Any]], release: ReleaseView) -> None:
    for table in real:
        published = (release.site / "list" / table["name"].replace(".table.json", ".csv")).read_bytes().decode()
        assert table["csv"] == published


def test_json_without_script_is_a_list_of_plain_records(release: ReleaseView) -> None:
    german, english = (
        json.loads((release.site / f"list/cooperation-region.{tag}.json").read_text(encoding="utf-8"))
        for tag in ("de", "en")
    )
    nuremberg = next(each for each in german if each["@id"].endswith("metropolregion-nuernberg"))
    assert nuremberg["label"] == "Europäische Metropolregion Nürnberg (EMN)"
    assert {"@id": "https://w3id.org/moro-lod/id/state/09", "label": "Bayern"} in nuremberg["touchesState"]
    assert list(english[0]) == list(german[0])
    fields = json.loads((release.site / "list/research-field.de.json").read_text(encoding="utf-8"))
    assert all(isinstance(number, int) for each in fields for number in each["modelRegionCount"])


def test_json_with_script_has_the_records_shown_in_their_order(node: Callable[..., Any], release: ReleaseView) -> None:
    (table,) = (each for each in tables_of(release.site / "list", ("de",)) if each["name"].startswith("cooperation-region."))
    records = json.loads((release.site / "list/cooperation-region.de.json").read_text(encoding="utf-8"))
    code = """
    import { Rows } from "{src}/rows.js";
    const rows = new Rows(input.data, "de");
    rows.state = { q: "", sort: "label", down: true, facets: new Map() };
    answer(rows.records(input.records));
    """
    assert node(code, {"data": table["data"], "records": records}) == records[::-1]


FEATURES = """
import { Rows } from "{src}/rows.js";
answer(input.map(({ data, geojson, q }) => {
  const rows = new Rows(data, "de");
  rows.state.q = q;
  const { bbox, features } = rows.features(geojson);
  return { shown: rows.visible().map((row) => row[2]), found: features.map((each) => each.properties.iri), bbox, properties: features[0].properties };
}));
"""


def test_geojson_has_every_geometry_of_the_rows_shown_and_no_other(node: Callable[..., Any], release: ReleaseView) -> None:
    data = {each["name"]: each["data"] for each in tables_of(release.site / "list", ("de",))}
    cases = []
    for name, typed in (
        ("cooperation-region", ""), ("cooperation-region", "Metropolregion"), ("district", "ulm"), ("state", "sachsen"), ("area-version", "nürnberg"),
    ):  # fmt: skip
        page = (release.site / "list" / f"{name}.html").read_text(encoding="utf-8")
        link = re.search(r'href="([^"]*)" data-save="geojson"', page)
        assert link, name
        geojson = json.loads((release.site / "list" / link[1]).read_text(encoding="utf-8"))
        cases.append({"data": data[f"{name}.de.table.json"], "geojson": geojson, "q": typed})
    for case, result in zip(cases, node(FEATURES, cases), strict=True):
        placed = {each["properties"]["iri"] for each in case["geojson"]["features"]}
        assert set(result["found"]) == set(result["shown"]) & placed != set()
        assert case["q"] or len(result["found"]) == len(case["geojson"]["features"])
        west, south, east, north = case["geojson"]["bbox"]
        own = result["bbox"]
        assert west <= own[0] < own[2] <= east and south <= own[1] < own[3] <= north
        assert case["q"] != "ulm" or own != case["geojson"]["bbox"]
    ulm = next(result for case, result in zip(cases, node(FEATURES, cases), strict=True) if case["q"] == "ulm")
    assert ulm["properties"]["ags"] == "08421"
    assert ulm["properties"]["within"] == "Baden-Württemberg"


FACETS = """
thing:a a x:Thing ; skos:prefLabel "A"@de ; x:colour "rot" ; x:shape "rund" .
thing:b a x:Thing ; skos:prefLabel "B"@de ; x:colour "rot" .
thing:c a x:Thing ; skos:prefLabel "C"@de ; x:shape "rund" .
"""


def test_a_facet_stays_while_others_narrow_down_and_offers_rows_without_a_value(
    node: Callable[..., Any], pages: Callable[..., dict[str, str]]
) -> None:
    settings = '[[site.tables]]\nclass = "x:Thing"\ncolumns = ["x:colour", "x:shape"]\nfacets = ["x:colour", "x:shape"]\n'
    data = json.loads(pages(FACETS, settings=settings)["list/thing.de.table.json"])
    code = """
    import { MISSING, Rows } from "{src}/rows.js";
    const rows = new Rows(input, "de");
    const shown = () => rows.visible().map((row) => row[0]).join("");
    rows.read(new URLSearchParams("colour="));
    const without = shown();
    answer({ without, address: rows.write(), counts: [...rows.counts(1).values()], divides: rows.divides(1), filled: rows.filled(rows.visible()) });
    """
    found = node(code, data)
    assert found == {"without": "C", "address": "colour=", "counts": [1], "divides": True, "filled": [1]}


TERMS = """
thing:a a x:Thing ; skos:prefLabel "A"@de , "A"@en ; x:year "2012"^^xsd:gYear ; x:word "chat"@de .
thing:b a x:Thing ; skos:prefLabel "B"@de , "B"@en ; x:year "2012~"^^<http://id.loc.gov/datatypes/edtf/EDTF> ; x:word "chat"@en .
thing:c a x:Thing ; skos:prefLabel "C"@de , "C"@en ; x:year "2011-05"^^xsd:gYearMonth ; x:word "hund"@de , "dog"@en .
"""
TERMS_ONTOLOGY = (
    'x:year a owl:DatatypeProperty ; rdfs:label "Jahr"@de . x:word a owl:DatatypeProperty ; rdfs:label "Wort"@de .'
)
TERMS_SETTINGS = """
[[site.tables]]
class = "x:Thing"
columns = ["x:year", "x:word"]
facets = ["x:year", "x:word"]
"""


def test_terms_that_sort_or_read_alike_are_chosen_one_by_one(
    node: Callable[..., Any], publication: Callable[..., pipeline.Publication]
) -> None:
    made = publication(TERMS, ontology=TERMS_ONTOLOGY, settings=TERMS_SETTINGS)
    file = next(each for each in site.pages(made) if str(each.path) == "list/thing.de.table.json")
    code = """
    import { Rows } from "{src}/rows.js";
    answer(input.terms.map((_, term) => {
      const rows = new Rows(input, "de");
      const place = rows.counts(0).has(term) ? 0 : 1;
      rows.state.facets.set(input.columns[place].id, new Set([term]));
      rows.read(new URLSearchParams(rows.write()));
      return { shown: rows.visible().map((row) => row[2]), query: rows.sparql("") };
    }));
    """
    store = pyoxigraph.Store()
    store.load(to_nquads(made.quads), pyoxigraph.RdfFormat.N_QUADS)
    chosen = node(code, json.loads(file.content))
    assert sorted(len(each["shown"]) for each in chosen) == [1] * 6
    for each in chosen:
        found = [row["thing"].value for row in store.query(each["query"], use_default_graph_as_union=True)]
        assert found == each["shown"]


def test_values_of_several_columns_do_not_multiply(publication: Callable[..., pipeline.Publication]) -> None:
    many = " , ".join(f'"{number}"' for number in range(45))
    properties = [f"x:p{number}" for number in range(5)]
    data = 'thing:a a x:Thing ; skos:prefLabel "A"@de ' + "".join(f"; {each} {many} " for each in properties) + "."
    settings = f'[[site.tables]]\nclass = "x:Thing"\ncolumns = {json.dumps(properties)}\n'
    made = publication(data, settings=settings)
    page = next(each for each in site.pages(made) if str(each.path) == "list/thing.html").content.decode()
    found = re.search(r"<code>(.*?)</code>", page[page.index("data-sparql") :], re.DOTALL)
    store = pyoxigraph.Store()
    store.load(to_nquads(made.quads), pyoxigraph.RdfFormat.N_QUADS)
    assert found
    (row,) = store.query(html.unescape(found[1]), use_default_graph_as_union=True)
    assert len(row["p4"].value.split("; ")) == 45


def test_links_of_a_table_lead_to_pages_from_each_of_its_pages(
    pages: Callable[..., dict[str, str]], publication: Callable[..., pipeline.Publication]
) -> None:
    data = "".join(f'thing:t{number} a x:Thing ; skos:prefLabel "T{number}"@de . ' for number in range(3))
    found = pages(data, settings="[limits]\ntable_rows = 2\n")
    table = json.loads(found["list/thing.de.table.json"])
    for page, depth in (("list/thing.html", "../"), ("list/thing/2.html", "../../")):
        assert f'data-root="{depth}"' in found[page]
        assert f'href="{depth}{table["rows"][2][1]}"' in found["list/thing/2.html"] or depth == "../"
    assert table["rows"][0][1] in found


CELLS = [
    ("+49", False, "'+49"),
    ("+49", True, "'+49"),
    ("-5,3", True, "-5,3"),
    ("-5,3", False, "'-5,3"),
    ("-1.234,5", True, "-1.234,5"),
    ("=1+1", True, "'=1+1"),
    ("@x", False, "'@x"),
    ("-x", True, "'-x"),
    ("-1+1", True, "'-1+1"),
    ("＝1", False, "'＝1"),
    ("\tx", False, "'\tx"),
    ("\nx", False, "'\nx"),
    ("12", False, "12"),
    ("", False, ""),
]


def test_cells_that_spreadsheets_take_for_formulas_are_made_harmless_alike(node: Callable[..., Any]) -> None:
    expected = [safe for _, _, safe in CELLS]
    assert [harmless(text, is_number=is_number) for text, is_number, _ in CELLS] == expected
    code = """
    import { csv, harmless } from "{src}/csv.js";
    answer({ cells: input.map(([text, isNumber]) => harmless(text, isNumber)), csv: csv([input]) });
    """
    made = node(code, [[text, is_number] for text, is_number, _ in CELLS])
    assert made["cells"] == expected
    assert next(csv.reader(io.StringIO(made["csv"].removeprefix("\ufeff"), newline=""))) == expected
