"""The pages that are no thing's page: home, data, quality, query, changes."""

from __future__ import annotations

import datetime
import html
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import unquote

import msgspec
import pyoxigraph
import pytest

from moro_lod import catalogue, distributions, pipeline, site, store
from moro_lod.changes import Lock, Stamp, hash_of_quads
from moro_lod.errors import MoroError
from moro_lod.pipeline import Publication
from moro_lod.release import ReleaseView
from moro_lod.server.pages import site_policy

Make = Callable[..., Mapping[str, str]]


def text_of(page: str) -> str:
    main = page.partition("<main")[2].partition("</main>")[0]
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", main)))


def row_of(page: str, title: str) -> list[str]:
    """The names of the files in the row of a table with a title."""
    row = next(each for each in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if title in text_of(f"<main>{each}</main>"))
    return re.findall(r'<a href="[^"]*" type="[^"]*" download>([^<]*?) <', row)


def test_downloads_have_human_titles_and_their_formats_side_by_side(release: ReleaseView) -> None:
    page = (release.site / "data.html").read_text(encoding="utf-8")
    assert row_of(page, "Kreise und kreisfreie Städte") == ["CSV", "XLSX", "GeoJSON"]
    assert row_of(page, "Studien") == ["CSV", "XLSX"]
    assert row_of(page, "Wie Turtle, dazu bei jeder Aussage ihre Quelle") == ["ungepackt", "gzip", "zstd"]
    assert "moro-participations" not in text_of(page)
    assert page.count(">XLSX <") == len(list((release.site / "data").glob("*.xlsx")))


def test_publish_home_data_and_quality_count_the_same(release: ReleaseView) -> None:
    triples = f"{len((release.site / 'data/moro.nt').read_bytes().splitlines()):,}"
    for path in ("en/index.html", "en/data.html", "en/quality.html"):
        words = text_of((release.site / path).read_text(encoding="utf-8"))
        assert triples in words, path
        assert "2,543" in words, path


def test_only_a_project_with_sources_claims_them(pages: Make) -> None:
    plain = pages('thing:a a x:Thing ; skos:prefLabel "A" .')
    assert "statements from sources" not in text_of(plain["en/index.html"])
    assert "Every statement has a source" not in text_of(plain["en/sources.html"])
    assert "source has a record" not in text_of(plain["en/quality.html"])
    sourced = pages(
        trig='source:one { thing:a a x:Thing ; skos:prefLabel "A" . } source:records { source:one skos:prefLabel "Eins"@de . }'
    )
    assert "statements from sources" in text_of(sourced["en/index.html"])
    assert "Every statement has a source" in text_of(sourced["en/sources.html"])


def test_sources_stand_in_the_order_of_dictionaries(pages: Make) -> None:
    page = pages(
        trig="""
        source:z { thing:a a x:Thing . } source:a { thing:a x:p "1" . } source:o { thing:a x:p "2" . }
        source:records { source:z skos:prefLabel "Zoo"@de . source:a skos:prefLabel "Acker"@de . source:o skos:prefLabel "Öl"@de . }
        """
    )["sources.html"]
    assert re.findall(">(Acker|Öl|Zoo)<", page.partition('id="all"')[2]) == ["Acker", "Öl", "Zoo"]


def test_without_questions_the_query_page_begins_with_a_query_that_runs(
    publication: Callable[..., Publication],
) -> None:
    made = publication('thing:a a x:Thing ; rdfs:label "A" .')
    page = next(each for each in site.pages(made) if str(each.path) == "query.html").content.decode()
    query = html.unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)[1])
    rows = list(store.in_memory(made.quads).query(query, use_default_graph_as_union=True))
    assert "A" in {row["label"].value for row in rows}


def test_questions_are_examples_wherever_their_files_lie(example_release: ReleaseView) -> None:
    page = (example_release.site / "query.html").read_text(encoding="utf-8")
    assert "Which bridges were built in or after a year?" in text_of(page)


def test_where_nothing_can_be_drawn_no_page_links_to_a_map(pages: Make) -> None:
    settings = '[[site.map.layers]]\nclass = "x:Thing"\n'
    nothing = pages('thing:a a x:Thing ; skos:prefLabel "A" .', settings=settings)
    assert "map.html" not in nothing
    assert [path for path, page in nothing.items() if 'map.html"' in page] == []
    something = pages(
        'thing:a a x:Thing ; geo:hasGeometry thing:g . thing:g geo:asWKT "POINT (10 50)"^^geo:wktLiteral .',
        settings=settings,
    )
    assert "map.html" in something
    assert 'href="map.html"' in something["index.html"]


def test_words_of_the_map_are_neutral_unless_the_settings_have_others(pages: Make) -> None:
    data = 'thing:a a x:Thing ; skos:prefLabel "A" ; geo:hasGeometry thing:g . thing:g geo:asWKT "POINT (10 50)"^^geo:wktLiteral .'
    layer = '[[site.map.layers]]\nclass = "x:Thing"\n'
    plain = text_of(pages(data, settings=layer)["en/map.html"])
    assert "Belongs to" in plain
    assert not re.search("Took part|District|city networks", plain)
    own = text_of(pages(data, settings=f'{layer}[site.map.groups]\nen = "Sailed with"\n[site.map.lead]\nen = "Where ships lie."\n')["en/map.html"])  # fmt: skip
    assert "Sailed with" in own
    assert "Where ships lie." in own


def test_statuses_of_checks_are_one_css_class_each(release: ReleaseView) -> None:
    page = (release.site / "quality.html").read_text(encoding="utf-8")
    assert 'class="status not-measured"' in page
    assert re.findall(r'class="status ([^"]* [^"]*)"', page) == []


def test_things_without_a_label_count_even_where_lists_leave_them_out(pages: Make) -> None:
    page = pages("thing:a a x:Thing .", settings='[site]\nunlisted = ["x:Thing"]\n')["en/quality.html"]
    assert "things without a label 1" in text_of(page)


def test_the_strip_of_authorities_is_a_setting_and_so_is_its_text(pages: Make) -> None:
    data = 'thing:a a x:Thing ; skos:prefLabel "A" .'
    assert "kern-kopfzeile" not in pages(data)["index.html"]
    federal = pages(data, settings="[site]\nofficial_header = true\n")
    assert "Offizielle Website – Bundesrepublik Deutschland" in federal["index.html"]
    assert "kern-kopfzeile" in federal["doc/thing/a.html"]
    state = pages(data, settings='[site]\nofficial_header = true\nofficial_text = { de = "Ein Land", en = "A state" }\n')[
        "en/index.html"
    ]
    assert "A state" in state
    assert "Federal Republic" not in state


def test_texts_in_easy_language_come_from_the_settings(pages: Make) -> None:
    data = 'thing:a a x:Thing ; skos:prefLabel "A" .'
    empty = pages(data)["easy-language.html"]
    assert "noch keine Erläuterung" in text_of(empty)
    page = pages(data, settings='[site.easy_language]\nde = "Das ist leicht.\\n\\nDas <b> auch."\n')["easy-language.html"]
    assert "<p>Das ist leicht.</p>" in page
    assert "<p>Das &lt;b&gt; auch.</p>" in page
    assert "noch keine Erläuterung" not in page


def test_properties_that_introduce_a_thing_are_a_setting(publication: Callable[..., Publication]) -> None:
    made = publication('thing:a a x:Thing ; skos:prefLabel "A" ; x:story "Once upon a time." .', ontology='x:story rdfs:label "story"@en .')  # fmt: skip

    def lead(made: Publication) -> str:
        page = next(each for each in site.pages(made) if str(each.path) == "doc/thing/a.html").content.decode()
        return page.partition("<h1")[2].partition('<div class="thing-main"')[0]

    assert "Once" not in lead(made)
    told = msgspec.structs.replace(made.settings, description_properties=("x:story",))
    assert "Once upon a time." in lead(replace(made, project=replace(made.project, settings=told)))


# changes


def changed(publication: Callable[..., Publication]) -> Mapping[str, str]:
    made = publication('thing:a a x:Thing ; skos:prefLabel "Alt" . thing:b a x:Thing ; skos:prefLabel "Neu" . thing:c a x:Thing ; skos:prefLabel "Anders" .')  # fmt: skip
    old, today = datetime.date(2025, 5, 1), made.date
    same = hash_of_quads(made.quads.about("<https://example.org/t/id/thing/a>"))
    stamps = {
        "https://example.org/t/id/thing/a": Stamp(same, old, old),
        "https://example.org/t/id/thing/c": Stamp("0", old, old),
    }
    made = replace(made, lock=Lock({"datasets": {}, "distributions": {}, "things": stamps}))
    assert today > old
    return {str(each.path): each.content.decode() for each in site.pages(made) if "changes" in str(each.path)}


def test_what_is_new_and_what_changed_stands_under_its_day(publication: Callable[..., Publication]) -> None:
    made = changed(publication)
    words = text_of(made["changes.html"])
    order = ["1. Januar 2026", "Neu 1", "Neu", "Geändert 1", "Anders", "1. Mai 2025", "Zuerst veröffentlicht 2"]
    places = [words.find(each) for each in order]
    assert -1 not in places
    assert places == sorted(places)
    days = json.loads(made["changes.json"])["days"]
    assert [(day["date"], len(day["new"]), len(day["changed"])) for day in days] == [
        ("2026-01-01", 1, 1),
        ("2025-05-01", 2, 0),
    ]


def test_a_first_release_is_called_one(pages: Callable[..., Mapping[str, str]]) -> None:
    words = text_of(pages('thing:a a x:Thing ; skos:prefLabel "A" .')["en/changes.html"])
    assert "This is the first release; nothing has changed since." in words


def test_changes_stand_under_the_days_of_their_releases(release: ReleaseView) -> None:
    words = text_of((release.site / "en/changes.html").read_text(encoding="utf-8"))
    assert words.index("27 November 2026") < words.index("23 November 2026")
    assert "Districts 403" in words
    for path in ("en/index.html", "en/data.html"):
        assert 'changes.html"' in (release.site / path).read_text(encoding="utf-8")


def test_what_was_withdrawn_says_why_and_what_replaces_it(publication: Callable[..., Publication]) -> None:
    made = publication('thing:a a x:Thing ; skos:prefLabel "A" .')
    (made.project.folder / "data" / "tombstones.ttl").write_text(
        """@prefix dcterms: <http://purl.org/dc/terms/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        <https://example.org/t/id/thing/old> dcterms:date "2026-01-01" ; skos:changeNote "Doppelt."@de ;
          skos:prefLabel "Altes Ding"@de ; dcterms:isReplacedBy <https://example.org/t/id/thing/a> .""",
        encoding="utf-8",
    )
    made = pipeline.prepare(made.project)
    page = next(each for each in site.pages(made) if str(each.path) == "changes.html").content.decode()
    assert re.search(r'Altes Ding <span class="muted">Doppelt\.</span> Ersetzt durch <a href="doc/thing/a.html">A</a>', page)


def test_more_than_fifty_are_counted_by_kind(publication: Callable[..., Publication]) -> None:
    made = publication(" ".join(f'thing:n{n} a x:Thing ; skos:prefLabel "N{n}" .' for n in range(51)) + ' thing:old a x:Thing ; skos:prefLabel "Alt" .')  # fmt: skip
    old = "https://example.org/t/id/thing/old"
    stamp = Stamp(hash_of_quads(made.quads.about(f"<{old}>")), datetime.date(2025, 1, 1), datetime.date(2025, 1, 1))
    made = replace(made, lock=Lock({"datasets": {}, "distributions": {}, "things": {old: stamp}}))
    words = text_of(next(each for each in site.pages(made) if str(each.path) == "changes.html").content.decode())
    assert "Neu 51 Ding 51" in words
    assert "N7" not in words


# linked data in pages


def test_json_ld_of_data_pages_is_json_and_rdf(publication: Callable[..., Publication]) -> None:
    made = publication(
        'thing:a a x:Thing ; skos:prefLabel "A" .',
        settings='[[datasets]]\nslug = "all"\nwhole = true\ntitle = { de = "</script><b>", en = "All" }\ndescription = { de = "D", en = "D" }\n',
    )
    licence = msgspec.structs.replace(
        made.settings.licence, eu="http://publications.europa.eu/resource/authority/licence/CC0"
    )
    made = replace(made, project=replace(made.project, settings=msgspec.structs.replace(made.settings, licence=licence)))
    dumps = tuple(distributions.files(made))
    offer = catalogue.make(made, dumps)
    seen: list[str] = []
    for page in site.pages(made, offer, dumps):
        if str(page.path) not in ("data.html", "doc/dataset/all.html"):
            continue
        seen.append(str(page.path))
        blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.content.decode(), re.DOTALL)
        assert len(blocks) == 1, page.path
        document = json.loads(blocks[0])
        assert document["@context"] == "https://schema.org/"
        assert "</script><b>" in json.dumps(document, ensure_ascii=False)
        local = json.dumps({**document, "@context": {"@vocab": "https://schema.org/"}})  # the real one is elsewhere
        triples = set(pyoxigraph.parse(local, pyoxigraph.RdfFormat.JSON_LD))
        dataset = pyoxigraph.NamedNode("https://example.org/t/id/dataset/all")
        names = {each.object.value for each in triples if each.subject == dataset and each.predicate.value.endswith("/name")}
        assert names == {"</script><b>"}
    assert sorted(seen) == ["data.html", "doc/dataset/all.html"]


# what the operator gives


def test_the_imprint_shows_every_way_to_reach_the_contact(pages: Make) -> None:
    data = 'thing:a a x:Thing ; skos:prefLabel "A" .'
    mail = pages(data)["imprint.html"]
    assert 'Niemand · <a href="mailto:nobody@example.org">nobody@example.org</a>' in mail
    assert "noch keine Adresse" not in mail


def with_contact(made: Publication, **contact: str) -> Publication:
    """The same publication with another contact."""
    own = msgspec.structs.replace(made.settings.contact, email="", **contact)
    return replace(made, project=replace(made.project, settings=msgspec.structs.replace(made.settings, contact=own)))


@pytest.mark.parametrize(
    ("url", "shown", "reachable"),
    [
        ("", False, False),
        ("https://example.org/t/imprint.html", False, False),  # the page itself is no way out of it
        ("https://agency.example/contact", True, True),
    ],
)
def test_without_an_address_for_reports_page_and_publish_say_so(
    publication: Callable[..., Publication], url: str, shown: bool, reachable: bool
) -> None:
    made = with_contact(publication('thing:a a x:Thing ; skos:prefLabel "A" .'), url=url)
    page = next(each for each in site.pages(made) if str(each.path) == "en/imprint.html").content.decode()
    assert (f'<a href="{url}" rel="external">{url}</a>' in page) == shown
    assert ("not given an address for reports" in page) != reachable
    assert any("an address for reports of errors" in str(each) for each in site.warnings(made)) != reachable


@pytest.mark.parametrize("name", ["film/Gebärden 1.mp4", "signs.webm"])
def test_a_video_in_sign_language_is_published_and_may_be_played(publication: Callable[..., Publication], name: str) -> None:
    made = publication('thing:a a x:Thing ; skos:prefLabel "A" .', settings=f'[site]\nsign_language = "{name}"\n')
    video = made.project.folder / name
    video.parent.mkdir(exist_ok=True)
    video.write_bytes(b"moving hands")
    files = {str(each.path): each for each in pipeline.site_files(made)}
    page = files["en/sign-language.html"].content.decode()
    source = unquote(re.search(r'<video controls preload="metadata" src="\.\./([^"]*)">', page)[1])
    assert files[source].content == b"moving hands"
    assert files[source].media_type.startswith("video/")
    assert "noch kein Video" not in text_of(files["sign-language.html"].content.decode())


@pytest.mark.parametrize(("name", "problem"), [("signs.mp4", "signs.mp4"), ("signs.avi", "no video"), ("../signs.mp4", "lie in")])  # fmt: skip
def test_a_video_that_cannot_be_published_is_named(publication: Callable[..., Publication], name: str, problem: str) -> None:
    made = publication('thing:a a x:Thing ; skos:prefLabel "A" .', settings=f'[site]\nsign_language = "{name}"\n')
    with pytest.raises(MoroError, match=problem) as found:
        list(pipeline.site_files(made))
    assert "moro-lod.toml:" in str(found.value)


def directives(policy: str) -> dict[str, set[str]]:
    """A Content-Security-Policy, taken apart."""
    return {name: set(values) for name, *values in (each.split() for each in policy.split(";") if each.strip())}


def test_the_policy_that_hosts_send_allows_what_pages_allow(pages: Make) -> None:
    sent = directives(site_policy())
    for path, page in pages('thing:a a x:Thing ; skos:prefLabel "A" .').items():
        if not path.endswith(".html"):
            continue
        own = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
        assert own, path
        for name, values in directives(html.unescape(own[1])).items():
            assert values <= sent.get(name, sent["default-src"]), (path, name)


def test_without_a_statement_of_the_operator_accessibility_is_a_marked_draft(
    publication: Callable[..., Publication],
) -> None:
    data = 'thing:a a x:Thing ; skos:prefLabel "A" .'

    def page(made: Publication) -> str:
        return text_of(next(each for each in site.pages(made) if str(each.path) == "accessibility.html").content.decode())

    made = publication(data)
    draft = page(made)
    for part in (
        "Dies ist ein Entwurf",
        "Wie weit die Anforderungen erfüllt sind",
        "nicht barrierefrei",
        "Barrieren melden",
        "§ 16",
    ):
        assert part in draft
    assert "1. Januar 2026" in draft
    assert "wurde nicht bewertet" in draft
    assert any("accessibility statement" in str(each) for each in site.warnings(made))
    own = publication(data, settings='[site.accessibility]\nde = "Diese Website ist teilweise barrierefrei."\n')
    assert "teilweise barrierefrei" in page(own)
    assert "nobody@example.org" in page(own)
    assert not re.search("Entwurf|§ 16", page(own))
    assert not any("accessibility statement" in str(each) for each in site.warnings(own))


def test_the_script_of_a_table_finds_its_data(pages: Make) -> None:
    made = pages('thing:a a x:Thing ; skos:prefLabel "A" .')
    named = re.search(r'data-table="([^"]*)"', made["list/thing.html"])
    assert named
    assert json.loads(made[f"list/{named[1].rpartition('/')[2]}"])["rows"][0][2] == "https://example.org/t/id/thing/a"
    assert json.loads(made["list/thing.de.json"]) == [{"@id": "https://example.org/t/id/thing/a", "label": "A"}]


GROUPED = """
[site]
kicker = { de = "Ein Programm", en = "A programme" }
headline = { de = "Wer und wo", en = "Who and where" }
[[site.table_groups]]
key = "main"
title = { de = "Wichtiges", en = "What matters" }
[[site.table_groups]]
key = "rest"
title = { de = "Technik", en = "Technical matters" }
plain = true
[[site.tables]]
class = "x:Thing"
group = "main"
home = true
intro = { de = "Was es gibt.", en = "What there is." }
"""


def test_lists_stand_in_groups_and_what_belongs_to_none_in_the_last(pages: Callable[..., Mapping[str, str]]) -> None:
    data = 'id:a a x:Thing ; skos:prefLabel "A" . id:b a x:Other ; skos:prefLabel "B" .'
    made = pages(data, ontology='x:Other a owl:Class ; rdfs:label "Anderes"@de .', settings=GROUPED)
    first, last = made["browse.html"].partition("</section>")[::2]
    assert 'id="g1">Wichtiges</h2>' in first
    assert "<p>Was es gibt.</p>" in first
    assert 'id="g2">Technik</h2>' in last
    assert re.search(r'<li><a href="list/other.html">Anderes</a> <span class="tally">1</span></li>', last)
    assert 'href="list/thing.html"' not in last.partition("</main>")[0]
    assert '<p class="kicker">Ein Programm</p>' in made["index.html"]
    assert "<p>Was es gibt.</p>" in made["index.html"]


def test_lists_need_no_groups(pages: Callable[..., Mapping[str, str]]) -> None:
    made = pages('id:a a x:Thing ; skos:prefLabel "A" .', ontology='x:Thing skos:definition "Was ist."@de .')
    assert re.search(
        r'<h2><a href="list/thing.html">Ding</a></h2><p>Was ist.</p>', made["browse.html"]
    )  # the definition stands in for an intro


def test_a_group_of_lists_that_does_not_exist_is_named_with_its_line(publication: Callable[..., object]) -> None:
    with pytest.raises(MoroError, match=r'moro-lod.toml:\d+: there is no group "nowhere"; name one'):
        publication(settings=GROUPED.replace('group = "main"', 'group = "nowhere"'))
