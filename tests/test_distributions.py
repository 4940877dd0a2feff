"""Everything that is published of a project, on the example of another domain and on generated data of our kind."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import pyoxigraph as ox
import pytest
import zstandard
from pyld import jsonld

from moro_lod import distributions, formats
from moro_lod.files import File
from moro_lod.graphs import Quads, parse_nquads
from moro_lod.pipeline import Publication, prepare
from moro_lod.project import Project
from rdf_readers import _refuse, difference, normal, read_with_pyld, read_with_pyoxigraph, read_with_rdflib

FORMATS = {
    ".ttl": (ox.RdfFormat.TURTLE, "turtle"),
    ".trig": (ox.RdfFormat.TRIG, "trig"),
    ".nt": (ox.RdfFormat.N_TRIPLES, "nt"),
    ".nq": (ox.RdfFormat.N_QUADS, "nquads"),
    ".rdf": (ox.RdfFormat.RDF_XML, "xml"),
    ".jsonld": (ox.RdfFormat.JSON_LD, "json-ld"),
}
Files = Mapping[str, File]


@pytest.fixture(scope="module")
def publication(root: Path) -> Publication:
    return prepare(Project.open(root / "tests" / "example"))


@pytest.fixture(scope="module")
def files(publication: Publication) -> Files:
    return {str(each.path): each for each in distributions.files(publication)}


@pytest.fixture(scope="module")
def documents(publication: Publication) -> Files:
    return {str(each.path): each for each in distributions.resource_files(publication)}


def said(quads: Quads, extension: str) -> Quads:
    """What a file in a format can say of some quads."""
    return quads if extension in (".trig", ".nq") else Quads.of_graph(quads.union())


@pytest.mark.parametrize("extension", FORMATS)
def test_every_dump_says_exactly_what_is_published(files: Files, publication: Publication, extension: str) -> None:
    content = files[f"data/bridges{extension}"].content
    ours, theirs = FORMATS[extension]
    expected = normal(said(publication.quads, extension))
    for seen in (read_with_pyoxigraph(content, ours), read_with_rdflib(content, theirs)):
        assert seen == expected, difference(expected, seen)
    if extension == ".jsonld":
        assert read_with_pyld(content.decode()) == expected


@pytest.mark.parametrize("extension", FORMATS)
def test_decimals_keep_their_form_and_strings_stay_plain_in_every_dump(extension: str) -> None:
    """Traps 1 and 2: a store would make 778389.00 into 778389, some parsers make "x" into "x"^^xsd:string."""
    turtle = (
        "@prefix ex: <https://example.org/> . ex:a ex:p 778389.00, 14.26130 ; ex:q 1.0, 007 ; ex:r \"de\", true, '1'^^ex:t ."
    )
    parsed = ox.parse(turtle, format=ox.RdfFormat.TURTLE)
    quads = parse_nquads((ox.serialize(parsed, format=ox.RdfFormat.N_QUADS) or b"").decode())
    from moro_lod.catalogue.writing import write

    prefixes = {"ex": "https://example.org/"}
    content = write(quads, formats.by_extension(extension) or formats.TURTLE, prefixes)
    ours, theirs = FORMATS[extension]
    assert read_with_pyoxigraph(content, ours) == quads
    assert read_with_rdflib(content, theirs) == quads
    assert "XMLSchema#string" not in content.decode()
    assert "xsd:string" not in content.decode()
    for form in ("778389.00", "14.26130", "007"):
        assert form in content.decode()


def test_compressed_dumps_hold_the_same(files: Files) -> None:
    for extension in FORMATS:
        name = f"data/bridges{extension}"
        assert gzip.decompress(files[f"{name}.gz"].content) == files[name].content
        assert zstandard.ZstdDecompressor().decompress(files[f"{name}.zst"].content) == files[name].content


def test_dumps_have_title_version_and_licence_in_their_header(files: Files) -> None:
    for extension in (".ttl", ".trig", ".rdf"):
        head = files[f"data/bridges{extension}"].content.decode()[:400]
        assert "Bridges of Musterfluss, version 0.3.0" in head
        assert "https://creativecommons.org/publicdomain/zero/1.0/" in head


def test_every_file_has_the_media_type_of_its_format(files: Files, documents: Files) -> None:
    for path, each in {**files, **documents}.items():
        expected = formats.by_extension(PurePosixPath(path).suffix)
        if expected is not None:
            assert each.media_type == expected.media_type, path


def test_there_is_a_table_a_spreadsheet_and_a_frame_for_each_kind(files: Files) -> None:
    for kind in ("bridge", "builder"):
        assert {f"data/{kind}.csv", f"data/{kind}.xlsx", f"frames/{kind}.jsonld"} <= files.keys()
    rows = list(csv.reader(io.StringIO(files["data/bridge.csv"].content.decode(), newline="")))
    assert rows[0] == [
        "IRI", "name (en)", "name (de)", "year built", "length in metres", "built by", "built by (IRI)",
    ]  # fmt: skip
    by_iri = {row[0].rpartition("/")[2]: row for row in rows[1:]}
    assert by_iri["old"][1:] == [
        "Old Bridge", "Alte Brücke", "1788 | 1790", "84", "Town of Musterfluss", "https://example.org/bridges/id/builder/town",
    ]  # fmt: skip


def test_the_map_file_has_the_bridge_that_has_a_place(files: Files) -> None:
    document = json.loads(files["data/bridges.geojson"].content)
    assert [each["properties"]["name"] for each in document["features"]] == ["Old Bridge"]
    assert document["features"][0]["geometry"] == {"type": "Point", "coordinates": [9.5, 51.25]}


def test_a_frame_makes_plain_nested_json_of_a_document(files: Files, documents: Files) -> None:
    document = json.loads(documents["doc/bridge/old.jsonld"].content)
    framed = jsonld.frame(document, json.loads(files["frames/bridge.jsonld"].content), {"documentLoader": _refuse})
    assert framed["id"] == "https://example.org/bridges/id/bridge/old"
    assert framed["prefLabel"] == {"de": ["Alte Brücke"], "en": ["Old Bridge"]}
    assert framed["lengthInMetres"] == ["84"]
    assert framed["builtBy"][0]["prefLabel"] == {"de": ["Stadt Musterfluss"], "en": ["Town of Musterfluss"]}


def test_the_published_context_explains_a_document_as_well_as_its_own(files: Files, documents: Files) -> None:
    document = json.loads(documents["doc/bridge/old.jsonld"].content)
    with_shared = {**document, "@context": json.loads(files["context.jsonld"].content)["@context"]}
    assert read_with_pyld(with_shared) == read_with_pyld(document)


def test_each_thing_has_its_documents_and_they_agree(documents: Files, publication: Publication) -> None:
    assert len(documents) == 5 * len(publication.index.things)
    stem = "doc/bridge/old"
    expected = read_with_pyoxigraph(documents[f"{stem}.trig"].content, ox.RdfFormat.TRIG)
    for extension, (ours, _) in FORMATS.items():
        if extension != ".nq":
            seen = read_with_pyoxigraph(documents[stem + extension].content, ours)
            assert seen.union() == expected.union()
    thing = "<https://example.org/bridges/id/bridge/old>"
    assert set(publication.quads.about(thing)) <= set(expected)


def test_a_document_begins_with_the_thing_that_it_is_about(documents: Files) -> None:
    text = documents["doc/bridge/old.ttl"].content.decode()
    blocks = [block for block in text.split("\n\n") if not block.startswith(("@prefix", "#"))]
    assert blocks[0].startswith("<https://example.org/bridges/id/bridge/old>")
    assert json.loads(documents["doc/bridge/old.jsonld"].content)["@graph"][0]["id"].endswith("/id/bridge/old")


def test_nothing_keeps_the_example_from_being_published(publication: Publication) -> None:
    assert distributions.findings(publication) == ()


def _digest(root: Path, seed: str) -> str:
    code = (
        "import hashlib, sys, pathlib\n"
        "from moro_lod import distributions\n"
        "from moro_lod.pipeline import prepare\n"
        "from moro_lod.project import Project\n"
        "p = prepare(Project.open(pathlib.Path(sys.argv[1])))\n"
        "h = hashlib.sha256()\n"
        "for f in (*distributions.files(p), *distributions.resource_files(p)):\n"
        "    h.update(str(f.path).encode() + f.content)\n"
        "print(h.hexdigest())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(root)],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_another_hash_seed_and_another_folder_give_the_same_bytes(example: Path, root: Path) -> None:
    assert _digest(example, "1") == _digest(root / "tests" / "example", "2")


def _generated(root: Path, statements: int) -> Any:
    sys.path.insert(0, str(root))
    try:
        from bench import generate
    finally:
        sys.path.remove(str(root))
    return generate, generate.generate(statements)


def test_generated_data_are_the_same_each_time(root: Path) -> None:
    module, data = _generated(root, 3000)
    again = module.generate(3000)
    assert module.trig(data) == module.trig(again)
    assert data.count >= 3000
    with_mistakes = module.trig(module.generate(3000, mistakes=0.005))
    assert hashlib.sha256(with_mistakes.encode()) != hashlib.sha256(module.trig(data).encode())
    assert with_mistakes == module.trig(module.generate(3000, mistakes=0.005))


@pytest.mark.parametrize("statements", [3000, pytest.param(100_000, marks=pytest.mark.long)])
def test_generated_data_survive_every_format(root: Path, statements: int) -> None:
    from moro_lod.catalogue.writing import write

    module, data = _generated(root, statements)
    parsed = ox.parse(module.trig(data), format=ox.RdfFormat.TRIG)
    quads = parse_nquads((ox.serialize(parsed, format=ox.RdfFormat.N_QUADS) or b"").decode())
    for extension, (ours, _) in FORMATS.items():
        content = write(quads, formats.by_extension(extension) or formats.TURTLE, module.PREFIXES)
        assert read_with_pyoxigraph(content, ours) == said(quads, extension), extension
