"""Write TriG as this project keeps it: `python scripts/format_trig.py data/fields.trig …` rewrites the files in place.

A file begins with comment lines that say what it holds; they are kept. Then come the prefixes in use, sorted, and a block for
each named graph, that is for each source, sorted. In a block the things are sorted by IRI, with one statement a line: class,
labels, texts, then the rest by name, German before English. Comments further down would be lost, so a file with such
comments is left alone, with a notice. `--check` changes nothing and ends with 1 if a file would change.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

BASE = "https://w3id.org/moro-lod/"
CLASS_WORDS = [
    "area",
    "competition",
    "concept",
    "district",
    "event",
    "field",
    "finding",
    "geometry",
    "link",
    "model-region",
    "nuts",
    "organisation",
    "participation",
    "programme",
    "project",
    "provision",
    "publication",
    "region",
    "scheme",
    "source",
    "state",
    "study",
]
PREFIXES = {
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "moro": f"{BASE}ontology#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    **{word: f"{BASE}id/{word}/" for word in CLASS_WORDS},
}
FIRST = (
    "a",
    "skos:prefLabel",
    "skos:altLabel",
    "moro:acronym",
    "moro:designation",
    "dcterms:title",
    "skos:notation",
    "skos:definition",
    "dcterms:description",
    "skos:note",
)
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?\Z")
_BY_LENGTH = sorted(PREFIXES.items(), key=lambda item: -len(item[1]))


def _iri(text: str, used: set[str]) -> str:
    for prefix, namespace in _BY_LENGTH:
        if text.startswith(namespace) and _LOCAL.match(text[len(namespace) :]):
            used.add(prefix)
            return f"{prefix}:{text[len(namespace) :]}"
    return f"<{text}>"


def _term(term: object, used: set[str]) -> str:
    if isinstance(term, ox.NamedNode):
        return _iri(term.value, used)
    if isinstance(term, ox.Literal):
        quoted = str(ox.Literal(term.value))
        if term.language:
            return f"{quoted}@{term.language}"
        if term.datatype.value == PREFIXES["xsd"] + "string":
            return quoted
        return f"{quoted}^^{_iri(term.datatype.value, used)}"
    raise ValueError(f"{term}: blank nodes are not used in the data")


def _statement_order(predicate: str, target: str) -> tuple[int, str, int, str]:
    place = FIRST.index(predicate) if predicate in FIRST else len(FIRST)
    return place, predicate, 0 if target.endswith("@de") else 1, target


def write_trig(quads: Iterable[ox.Quad], head: str) -> str:
    """The text of a file that holds the quads, under the given comment."""
    used: set[str] = set()
    graphs: dict[str, dict[str, set[tuple[str, str]]]] = defaultdict(lambda: defaultdict(set))
    for quad in quads:
        if not isinstance(quad.graph_name, ox.NamedNode):
            raise ValueError(f"{quad}: each statement stands in the graph of its source")
        predicate = "a" if quad.predicate.value == PREFIXES["rdf"] + "type" else _iri(quad.predicate.value, used)
        things = graphs[_iri(quad.graph_name.value, used)]
        things[_term(quad.subject, used)].add((predicate, _term(quad.object, used)))
    lines = [head.rstrip("\n"), *(f"@prefix {prefix}: <{PREFIXES[prefix]}> ." for prefix in sorted(used))]
    for name in sorted(graphs):
        lines += ["", f"{name} {{"]
        for subject in sorted(graphs[name]):
            lines += ["", subject]
            statements = sorted(graphs[name][subject], key=lambda pair: _statement_order(*pair))
            lines += [f"  {predicate} {target} ;" for predicate, target in statements]
            lines.append(".")
        lines += ["", "}"]
    return "\n".join(lines) + "\n"


def formatted(text: str) -> str:
    """The same statements in the project's form; raises ValueError where a comment would be lost."""
    head: list[str] = []
    rest = text.splitlines()
    while rest and rest[0].startswith("#"):
        head.append(rest.pop(0))
    if any(line.lstrip().startswith("#") for line in rest):
        raise ValueError("there are comments below the first lines")
    return write_trig(ox.parse(text.encode(), format=ox.RdfFormat.TRIG), "\n".join(head))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--check", action="store_true", help="change nothing; exit code 1 if a file would change")
    arguments = parser.parse_args()
    changed = False
    for path in arguments.files:
        before = path.read_text("utf-8")
        try:
            after = formatted(before)
        except ValueError as error:
            sys.stderr.write(f"{path}: {error}; left as it is\n")
            continue
        if after != before:
            changed = True
            sys.stdout.write(f"{path}\n")
            if not arguments.check:
                path.write_text(after, "utf-8")
    return 1 if changed and arguments.check else 0


if __name__ == "__main__":
    sys.exit(main())
