"""Pages a second: every thing's page in one language, made, compressed, written.

Runs on generated data of our kind (by default 100,000 things) in one process and counts its processor time, so that what
else the machine does hardly matters. Against it, on a sample, a Jinja2 site that asks a store for each page. Run as
`python -m bench.site [--things N]`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pyoxigraph as ox
from jinja2 import Environment

from bench.steps import ROOT
from moro_lod import inference, iris, sources
from moro_lod.changes import Lock
from moro_lod.files import File
from moro_lod.graphs import Quads, collection_frozen, to_nquads
from moro_lod.pipeline import Publication
from moro_lod.project import Project
from moro_lod.release import write_files
from moro_lod.site import thing_pages, things
from moro_lod.site.model import Site
from moro_lod.site.precompressed import gzipped, twins
from moro_lod.site.view import View
from moro_lod.terms import value

WANTED = 5000  # pages a second a core, written
STATEMENTS_PER_THING = 10.2
SAMPLE = 2000

PLAIN = """<!DOCTYPE html><html lang="de"><head><title>{{ title }}</title></head><body><h1>{{ title }}</h1>
<dl>{% for property, values in facts %}<dt>{{ property }}</dt>{% for text, url, sources in values %}<dd>{% if url %}<a href="{{ url }}">{{ text }}</a>
{% else %}{{ text }}{% endif %}{% for source in sources %}<sup>{{ source }}</sup>{% endfor %}</dd>{% endfor %}{% endfor %}</dl>
<ul>{% for text, url in incoming %}<li><a href="{{ url }}">{{ text }}</a></li>{% endfor %}</ul></body></html>"""

_LABEL = "OPTIONAL {{ ?{0} {1} ?{0}Label . FILTER(LANG(?{0}Label) = 'de') }}"
_PREFERRED = "<http://www.w3.org/2004/02/skos/core#prefLabel>"
_PROPERTY = _LABEL.format("p", "<http://www.w3.org/2000/01/rdf-schema#label>")
_OBJECT, _GRAPH, _SUBJECT = (_LABEL.format(name, _PREFERRED) for name in "ogs")
ABOUT = (
    "SELECT ?p ?pLabel ?o ?oLabel ?g ?gLabel WHERE { GRAPH ?g { %s ?p ?o } "
    + f"{_PROPERTY} {_OBJECT} {_GRAPH} }} ORDER BY ?p ?o ?g"
)
TO = "SELECT ?s ?sLabel WHERE { ?s ?p %s " + f"{_SUBJECT} }} LIMIT 50"
NAME = "SELECT ?label WHERE { %s " + _PREFERRED + " ?label . FILTER(LANG(?label) = 'de') }"


def publication(trig: bytes, *, project: Project | None = None) -> Publication:
    """A publication of generated data with the ontology, shapes and settings of this project."""
    project = project or Project.open(ROOT)
    loaded = sources.load(project)
    data = sources.parse_text(trig, ".trig", "generated.trig")
    asserted = data | Quads.of_graph(loaded.ontology, project.settings.ontology)
    inferred = inference.infer(asserted.union(), loaded.ontology, loaded.rules)
    name = project.term(project.settings.sources.inferred)
    return Publication(project, replace(loaded, asserted=asserted), asserted | Quads.of_graph(inferred, name), Lock())


def plain_pages(quads: Quads, chosen: Sequence[str], base: str) -> Iterator[tuple[str, bytes]]:
    """The usual way: for each page some queries, then a template."""
    store = ox.Store()
    store.bulk_load(to_nquads(quads), ox.RdfFormat.N_QUADS)
    template = Environment(autoescape=True).from_string(PLAIN)

    def link(term: object) -> str:
        return str(term.value) if isinstance(term, ox.NamedNode) else ""

    def text(term: object, label: object) -> str:
        return str(getattr(label, "value", None) or getattr(term, "value", term))

    for thing in chosen:
        facts: dict[str, dict[tuple[str, str], list[str]]] = {}
        for row in store.query(ABOUT % thing, use_default_graph_as_union=True):
            value_ = (text(row["o"], row["oLabel"]), link(row["o"]))
            facts.setdefault(text(row["p"], row["pLabel"]), {}).setdefault(value_, []).append(text(row["g"], row["gLabel"]))
        incoming = [
            (text(row["s"], row["sLabel"]), link(row["s"]))
            for row in store.query(TO % thing, use_default_graph_as_union=True)
        ]
        names = [row["label"].value for row in store.query(NAME % thing, use_default_graph_as_union=True)]
        html = template.render(
            title=names[0] if names else value(thing).rpartition("/")[2],
            facts=[(name, [(*pair, names) for pair, names in found.items()]) for name, found in facts.items()],
            incoming=incoming,
        )
        yield str(iris.document_path(thing, base)), html.encode()


def bare_writing(files: Sequence[tuple[str, int]]) -> float:
    """Seconds of processor time to create files (path, bytes) of these sizes, without any work on what is in them."""
    content = b"x" * max((size for _, size in files), default=0)
    with tempfile.TemporaryDirectory() as folder:
        for parent in {path.rpartition("/")[0] for path, _ in files}:
            Path(folder, parent).mkdir(parents=True, exist_ok=True)
        start = time.process_time()
        for path, size in files:
            with open(f"{folder}/{path}", "xb") as target:  # noqa: PTH123 - a Path costs as much as the file
                target.write(memoryview(content)[:size])
        return time.process_time() - start


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 0 when the promise is kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--things", type=int, default=100_000)
    wanted = parser.parse_args(arguments)
    from bench.generate import generate, trig

    clock = time.process_time
    made = publication(trig(generate(int(wanted.things * STATEMENTS_PER_THING))).encode())
    site = Site(made)
    everyone = [thing_pages.Pages(site, View(site, language), None) for language in site.languages]
    pages = everyone[0]
    chosen = list(islice(site.index.things, wanted.things))
    site.graph.incoming("")
    print(f"{len(made.quads):,} quads, {len(site.index.things):,} things; pages of {len(chosen):,}")
    for thing in chosen[:SAMPLE]:  # the tables that all pages share, as they are when all languages are made
        content = things.arrange(thing, site)
        for each in everyone:
            each.page(content)
    sample = []
    made_files: list[tuple[str, int]] = []

    def made_pages() -> Iterator[File]:
        for thing in chosen:
            file = pages.page(things.arrange(thing, site))
            if len(sample) < SAMPLE:
                sample.append(file)
            made_files.append((str(file.path), len(file.content)))
            yield file

    with tempfile.TemporaryDirectory() as folder, collection_frozen():
        start = clock()
        written = sum(entry.size for entry in write_files(Path(folder), made_pages()))
        seconds = clock() - start
        some = chosen[:: max(1, len(chosen) // SAMPLE)]
        start = clock()
        contents = [things.arrange(thing, site) for thing in some]
        middle = clock()
        for each in contents:
            pages.page(each)
        micro = {"arrange": (middle - start) / len(some) * 1e6, "page": (clock() - middle) / len(some) * 1e6}
    rate = len(chosen) / seconds
    micro["hash and write"] = 1e6 / rate - sum(micro.values())
    print(
        f"written: {rate:,.0f} pages/s a core, {written / len(chosen):,.0f} bytes each;",
        ", ".join(f"{n} {m:.0f} µs" for n, m in micro.items()),
    )
    limit = len(chosen) / bare_writing(made_files)
    print(f"the machine's limit, the same files created with nothing else: {limit:,.0f} files/s a core")
    start = clock()
    sizes = [len(twins(file)[0].content) for file in sample]
    both = (clock() - start) / len(sample)
    start = clock()
    for file in sample:
        gzipped(file.content)
    gzip = (clock() - start) / len(sample)
    print(
        f"with br-5 and gz: {1 / (1 / rate + both):,.0f} pages/s a core (br {(both - gzip) * 1e6:.0f} µs, gz {gzip * 1e6:.0f} µs, "
        f"{sum(sizes) / len(sizes):,.0f} bytes with br)"
    )
    start = clock()
    count = sum(1 for _ in plain_pages(made.quads, chosen[:: max(1, len(chosen) // SAMPLE)][:SAMPLE], site.index.base))
    usual = count / (clock() - start)
    print(
        f"a Jinja2 site that asks a store for each page: {usual:,.0f} pages/s a core, store filled included; ours {rate / usual:.1f} times as fast"
    )
    print(f"promise: {WANTED:,} pages/s a core written: {'kept' if rate >= WANTED else 'missed'}")
    return 0 if rate >= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
