"""The DCAT feeds: complete, closed, stable, and paged when they are large."""

from __future__ import annotations

import dataclasses
import datetime

import pytest

from moro_lod.catalogue import feed
from moro_lod.catalogue.feed import Profile
from moro_lod.catalogue.model import Catalogue
from moro_lod.catalogue.tables import table
from moro_lod.graphs import Graph
from moro_lod.namespaces import DCAT, DCATAP, DCATDE, DCTERMS, FOAF, HYDRA, RDF, SKOS
from moro_lod.preflight import shapes
from moro_lod.terms import iri, is_blank, value

from .conftest import BASE, SITE, make_catalogue, make_dataset

BOTH = pytest.mark.parametrize("profile", list(Profile))


def whole(catalogue: Catalogue, profile: Profile) -> Graph:
    return feed.union(graph for _, graph in feed.all_pages(catalogue, profile))


@BOTH
def test_nothing_reachable_from_a_dataset_is_another_dataset_or_the_catalogue(
    catalogue: Catalogue, profile: Profile
) -> None:
    graph = whole(catalogue, profile)
    datasets = set(graph.subjects(RDF.type, DCAT.Dataset))
    assert len(datasets) == 3
    for dataset in datasets:
        reached = feed.closure(graph, dataset)
        assert reached & (datasets | {catalogue.iri}) == {dataset}


@BOTH
def test_only_the_whole_has_the_endpoint_and_the_service_serves_only_it(catalogue: Catalogue, profile: Profile) -> None:
    graph = whole(catalogue, profile)
    (service,) = graph.subjects(RDF.type, DCAT.DataService)
    everything = catalogue.datasets[0].iri
    assert graph.objects(service, DCAT.servesDataset) == (everything,)
    (distribution,) = {s for s, _ in graph.pairs(DCAT.accessService)}
    assert graph.subjects(DCAT.distribution, distribution) == (everything,)
    assert graph.objects(distribution, DCAT.downloadURL) == ()
    assert graph.objects(distribution, DCAT.accessURL) == graph.objects(service, DCAT.endpointURL)


@BOTH
def test_previous_versions_are_named_but_not_described(catalogue: Catalogue, profile: Profile) -> None:
    graph = whole(catalogue, profile)
    (previous,) = graph.objects(catalogue.datasets[0].iri, DCAT.previousVersion)
    assert graph.about(previous) == ()


@BOTH
def test_the_standard_has_a_title_and_nothing_else(catalogue: Catalogue, profile: Profile) -> None:
    graph = whole(catalogue, profile)
    assert catalogue.standard is not None
    assert {p for p, _ in graph.about(catalogue.standard)} == {RDF.type, DCTERMS.title}
    assert catalogue.standard not in {each.iri for each in catalogue.datasets}


@BOTH
def test_blank_nodes_are_only_periods(catalogue: Catalogue, profile: Profile) -> None:
    graph = whole(catalogue, profile)
    blank = {term for s, _, o in graph for term in (s, o) if is_blank(term)}
    assert blank == set(graph.subjects(RDF.type, DCTERMS.PeriodOfTime))
    assert len(blank) == 3


@BOTH
def test_terms_of_official_tables_are_carried_with_type_scheme_and_labels(catalogue: Catalogue, profile: Profile) -> None:
    graph = whole(catalogue, profile)
    german = table("languages").term("DEU")
    assert DCTERMS.LinguisticSystem in graph.objects(german, RDF.type)
    assert graph.objects(german, SKOS.inScheme) == (table("languages").scheme,)
    assert set(graph.objects(german, SKOS.prefLabel)) == {'"Deutsch"@de', '"German"@en'}
    themes = {o for _, o in graph.pairs(DCAT.theme)}
    assert all(graph.objects(each, SKOS.prefLabel) for each in themes)


@BOTH
def test_every_mandatory_and_recommended_property_of_both_profiles_is_there(catalogue: Catalogue, profile: Profile) -> None:
    graph = whole(catalogue, profile)
    lists = [shapes.MANDATORY[Profile.EUROPEAN], shapes.RECOMMENDED[Profile.EUROPEAN]]
    if profile is Profile.GERMAN:
        lists += [shapes.MANDATORY[profile], shapes.RECOMMENDED[profile]]
    official = ("<http://publications.europa.eu/", "<http://dcat-ap.de/")
    for wanted in lists:
        for class_, properties in wanted.items():
            nodes = [
                each
                for each in graph.subjects(RDF.type, class_)
                if not (class_ == DCTERMS.Location and each.startswith(official))
            ]
            assert nodes, class_
            for node in nodes:
                assert not [p for p in properties if not graph.objects(node, p)], node


def test_the_german_feed_adds_what_govdata_wants(catalogue: Catalogue) -> None:
    german, european = whole(catalogue, Profile.GERMAN), whole(catalogue, Profile.EUROPEAN)
    for dataset in catalogue.datasets:
        assert german.objects(dataset.iri, DCATDE.contributorID) == (catalogue.contributor,)
        assert len(german.objects(dataset.iri, DCATAP.availability)) == 1
        for distribution in german.objects(dataset.iri, DCAT.distribution):
            assert len(german.objects(distribution, DCATDE.licenseAttributionByText)) == 2
    assert not [p for _, p, _ in european if p.startswith(f"<{DCATDE.iri}")]
    description = [value(each) for each in german.objects(catalogue.iri, DCTERMS.description)]
    assert any("Nicht von Oldenburg" in each for each in description)


def test_feeds_differ_in_the_licence_where_the_lists_do(catalogue: Catalogue) -> None:
    german, eu = iri("http://dcat-ap.de/def/licenses/cc-by/4.0"), table("eu-licences").term("CC_BY_4_0")
    other = dataclasses.replace(catalogue, licence=dataclasses.replace(catalogue.licence, german=german, european=eu))
    for profile, wanted in ((Profile.GERMAN, german), (Profile.EUROPEAN, eu)):
        assert {o for _, o in whole(other, profile).pairs(DCTERMS.license)} == {wanted}


def test_a_small_feed_has_one_page_without_paging() -> None:
    catalogue = make_catalogue(10, page_size=10)
    (page,) = feed.pages(catalogue)
    assert len(feed.links(catalogue, Profile.GERMAN, page, ".ttl")) == 0


def test_fifty_datasets_come_on_five_pages_that_lead_to_each_other() -> None:
    catalogue = make_catalogue(50, page_size=10)
    pages = feed.pages(catalogue)
    assert [len(page.datasets) for page in pages] == [10] * 5
    seen = []
    for page in pages:
        links = feed.links(catalogue, Profile.GERMAN, page, ".rdf")
        for property_ in (HYDRA.next, HYDRA.nextPage):
            expected = (iri(f"{SITE}catalogue-de-page-{page.number + 1}.rdf"),) if page.number < 5 else ()
            assert tuple(o for _, o in links.pairs(property_)) == expected
        ((_, total),) = links.pairs(HYDRA.totalItems)
        assert value(total) == "50"
        seen += feed.write(catalogue, Profile.GERMAN, page).subjects(RDF.type, DCAT.Dataset)
    assert len(seen) == len(set(seen)) == 50


def test_every_page_stands_alone_and_the_service_is_on_the_page_of_its_dataset() -> None:
    catalogue = make_catalogue(4, page_size=2)
    first, second = (graph for _, graph in feed.all_pages(catalogue, Profile.EUROPEAN))
    assert len(first.subjects(RDF.type, DCAT.DataService)) == 1
    assert second.subjects(RDF.type, DCAT.DataService) == ()
    for graph in (first, second):
        assert graph.objects(catalogue.iri, DCTERMS.publisher) and graph.objects(catalogue.publisher.iri, FOAF.name)


def test_a_dataset_changes_in_the_feed_only_when_its_content_does(catalogue: Catalogue) -> None:
    later = dataclasses.replace(catalogue, datasets=tuple(
        dataclasses.replace(each, modified=each.modified + datetime.timedelta(each.slug == "part-1")) for each in catalogue.datasets
    ))  # fmt: skip
    before, after = whole(catalogue, Profile.GERMAN), whole(later, Profile.GERMAN)
    assert {s for s, _, _ in after - before} == {iri(f"{BASE}id/dataset/part-1")}


def test_the_description_of_a_dataset_is_its_part_of_the_feed_alone(catalogue: Catalogue) -> None:
    part = catalogue.datasets[1]
    graph = feed.description(catalogue, part)
    assert graph.subjects(RDF.type, DCAT.Dataset) == (part.iri,)
    assert (catalogue.iri, DCAT.dataset, part.iri) in graph
    assert graph.about(part.iri) == whole(catalogue, Profile.EUROPEAN).about(part.iri)


def test_a_catalogue_without_datasets_has_one_empty_page() -> None:
    catalogue = dataclasses.replace(make_catalogue(), datasets=())
    (page,) = feed.pages(catalogue)
    assert feed.write(catalogue, Profile.EUROPEAN, page).subjects(RDF.type, DCAT.Dataset) == ()


def test_a_dataset_without_dates_has_no_period() -> None:
    dataset = make_dataset("timeless")
    bare = dataclasses.replace(dataset, coverage=dataclasses.replace(dataset.coverage, start=None, end=None))
    catalogue = dataclasses.replace(make_catalogue(), datasets=(bare,))
    assert whole(catalogue, Profile.GERMAN).subjects(RDF.type, DCTERMS.PeriodOfTime) == ()
