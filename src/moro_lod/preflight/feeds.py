"""Reading the feeds of a release back, as a harvester does."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pyoxigraph

from ..catalogue.feed import Profile
from ..errors import MoroError, Text
from ..formats import JSON_LD, RDF_XML, TURTLE, Format
from ..graphs import Graph, Triple, to_ntriples
from ..namespaces import DCAT, HYDRA, RDF
from ..terms import Term
from .contents import Contents

FORMATS = (TURTLE, RDF_XML, JSON_LD)
_OXIGRAPH = {
    ".ttl": pyoxigraph.RdfFormat.TURTLE,
    ".trig": pyoxigraph.RdfFormat.TRIG,
    ".nt": pyoxigraph.RdfFormat.N_TRIPLES,
    ".nq": pyoxigraph.RdfFormat.N_QUADS,
    ".rdf": pyoxigraph.RdfFormat.RDF_XML,
    ".jsonld": pyoxigraph.RdfFormat.JSON_LD,
}


@dataclass(frozen=True, slots=True)
class FeedPage:
    """One page of a feed in one format."""

    path: str
    size: int
    graph: Graph

    @property
    def without_paging(self) -> Graph:
        """Its statements but for the links between pages."""
        start = f"<{HYDRA.iri}"
        paging = {s for s, p, _ in self.graph if p.startswith(start)}
        return Graph(triple for triple in self.graph if triple[0] not in paging)

    @property
    def next(self) -> str | None:
        """The address of the next page, or None on the last."""
        found = self.graph.pairs(HYDRA.next) or self.graph.pairs(HYDRA.nextPage)
        return found[0][1].strip("<>") if found else None


@dataclass(frozen=True)
class Feed:
    """A feed in all its formats, page by page."""

    profile: Profile
    pages: dict[str, tuple[FeedPage, ...]]  # extension → pages

    @cached_property
    def main(self) -> tuple[FeedPage, ...]:
        """The pages in Turtle, or in the first format that is there."""
        return next((self.pages[each.extension] for each in FORMATS if self.pages.get(each.extension)), ())

    @cached_property
    def graph(self) -> Graph:
        """All statements of all pages but the links between them."""
        return Graph(triple for page in self.main for triple in page.without_paging)

    @cached_property
    def datasets(self) -> tuple[Term, ...]:
        """The datasets, sorted."""
        return self.graph.subjects(RDF.type, DCAT.Dataset)

    def distributions(self, dataset: Term) -> tuple[Term, ...]:
        """The distributions of a dataset, sorted."""
        return self.graph.objects(dataset, DCAT.distribution)


def read(contents: Contents, profile: Profile) -> Feed:
    """A feed of a release, following the links between its pages. Raises MoroError when it is missing or damaged."""
    pages = {each.extension: tuple(_pages(contents, profile, each)) for each in FORMATS}
    if not any(pages.values()):
        raise MoroError(
            f"{profile.value}{TURTLE.extension}",
            Text("die Veröffentlichung hat keinen Katalog", "the release has no catalogue"),
            Text(
                "Datensätze unter [[datasets]] beschreiben und neu veröffentlichen",
                "describe datasets under [[datasets]] and publish again",
            ),
        )
    return Feed(profile, pages)


def _pages(contents: Contents, profile: Profile, file_format: Format) -> list[FeedPage]:
    path: str | None = f"{profile.value}{file_format.extension}"
    found: list[FeedPage] = []
    seen: set[str] = set()
    while path and path in contents.files and path not in seen:
        seen.add(path)
        content = contents.read(path) or b""
        page = FeedPage(path, len(content), parse(content, file_format.extension, path))
        found.append(page)
        path = contents.path_of(page.next) if page.next else None
    return found


def parse(content: bytes, extension: str, place: str) -> Graph:
    """The statements of an RDF file, without the names of graphs. Raises MoroError for what is no such file."""
    try:
        parsed = pyoxigraph.parse(content, format=_OXIGRAPH[extension])
        triples: list[Triple] = [(str(q.subject), str(q.predicate), str(q.object)) for q in parsed]
    except (SyntaxError, ValueError, KeyError) as error:
        raise MoroError(
            place,
            Text(f"nicht lesbar ({error})", f"cannot be read ({error})"),
            Text("neu veröffentlichen", "publish again"),
        ) from error
    return Graph(triples)


def canonical(graph: Graph) -> Graph:
    """The graph with canonical labels of its blank nodes (RDFC-1.0), so that equal graphs are equal."""
    if not any(term.startswith("_:") for s, _, o in graph for term in (s, o)):
        return graph
    dataset = pyoxigraph.Dataset(pyoxigraph.parse(to_ntriples(graph), format=pyoxigraph.RdfFormat.N_TRIPLES))
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    return Graph((str(q.subject), str(q.predicate), str(q.object)) for q in dataset)
