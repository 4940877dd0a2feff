"""Reading files: whatever is wrong with them gives one message with the place, and nothing is fetched."""

import json
import os
from pathlib import Path

import pytest

from moro_lod import sources
from moro_lod.errors import MoroError
from moro_lod.project import Limits, Project

PREFIX = "@prefix ex: <https://example.org/> .\n"


def parse(tmp_path: Path, content: str | bytes, name: str = "file.ttl") -> sources.Quads:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return sources.parse_file(path)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.ttl", PREFIX + 'ex:a ex:b "c" \nex:d ex:e ex:f .', r"a\.ttl:3: a \";\" or \"\.\" is missing before this \(ex:d ex:e ex:f \.\); end the line before"),
        ("a.ttl", PREFIX + "ex:a ex:b 1 .\nex:a dct:b 1 .", r'a\.ttl:3: the prefix "dct:" is not declared; add "@prefix dct:'),
        ("a.ttl", PREFIX + "ex:a ex:b <c> .", r"a\.ttl:2: relative IRI \(ex:a ex:b <c> \.\)"),
        ("a.ttl", (PREFIX + "ex:a ex:b 'Tür' .").encode("latin-1"), r"a\.ttl:2: the file is not saved as UTF-8"),
        ("a.ttl", PREFIX.encode("utf-16"), r"a\.ttl: the file is saved as UTF-16"),
        ("a.ttl", b"\xef\xbb\xbf" + PREFIX.encode(), r"a\.ttl: the file begins with a byte-order mark; save it in the editor as UTF-8 without"),
        ("a.ttl", b"\0" * 5000, r"a\.ttl: the file has zero bytes"),
        ("a.ttl", PREFIX + "ex:a ex:b <https://example.org/x/../y> .", r"a\.ttl:2: the IRI .* has \"\.\" or \"\.\.\""),
        ("a.ttl", PREFIX + 'ex:a ex:b "see /." .\nex:a ex:b\n <https://example.org/x/../y> .', r"a\.ttl:4: the IRI"),
        ("a.ttl", PREFIX + "ex:a ex:b " + "(" * 5000 + ")" * 5000 + " .", r"a\.ttl: brackets are nested 5000 levels deep"),
        ("a.ttl", PREFIX + "<< ex:a ex:b ex:c >> ex:d 1 .", r"a\.ttl: triple terms"),
        ("a.jsonld", '{"@context": "https://example.org/c", "@id": "https://example.org/a"}', r"a\.jsonld: a remote @context is not fetched"),
        ("a.jsonld", '{"a":' * 4000 + "1" + "}" * 4000, r"a\.jsonld: brackets are nested 4000 levels deep"),
        ("a.rdf", '<!DOCTYPE r [<!ENTITY a "b">]><r/>', r"a\.rdf: DOCTYPE and ENTITY are not allowed"),
        ("a.rdf", '<r xmlns="https://example.org/">\n<a></r>', r"a\.rdf:2: not valid XML \(<a></r>\)"),
        ("a.rdf", '<r xmlns="https://example.org/">\n<a>', r"a\.rdf:2: not valid XML"),
        ("a.rdf", "<a xmlns='https://example.org/'>" * 5000 + "</a>" * 5000, r"a\.rdf: elements are nested 5000 levels deep"),
        ("a.jsonld", '{"@id": "https://example.org/a",\n"b"}', r"a\.jsonld:2: syntax error"),
        ("a.ttl", " \n", r"a\.ttl: the file is empty; restore or delete it"),
        ("a.docx", "x", r'a\.docx: the file type "\.docx" is unknown; use one of these: \.ttl'),
    ],
)  # fmt: skip
def test_a_bad_file_gives_one_message_with_its_place(tmp_path: Path, name: str, content: str | bytes, message: str) -> None:
    with pytest.raises(MoroError, match=message) as caught:
        parse(tmp_path, content, name)
    assert "\n" not in str(caught.value)
    assert caught.value.message("de") != str(caught.value)


def test_blank_nodes_are_named_alike_in_each_run_however_many_look_alike(tmp_path: Path) -> None:
    chain = " ".join(f"_:n{number} <urn:p> _:n{number + 1} ." for number in range(20_000))
    text = f'{chain} _:n0 <urn:p> "a _:b c" .'.encode()
    first, again = (sources.parse_text(text, ".ttl", "x", "f0x") for _ in range(2))
    assert first == again
    assert len(first) == 20_001
    assert '"a _:b c"' in {quad[2] for quad in first}
    assert {quad[0][:6] for quad in first} == {"_:f0x0", *(f"_:f0x{digit}" for digit in range(1, 10))}


@pytest.mark.parametrize(("old", "new"), [("bridges.trig", "bridges.trig.txt"), ("bridges.trig", "bridges.txt")])
def test_data_under_the_name_of_a_note_are_not_passed_over(example: Path, old: str, new: str) -> None:
    (example / "data" / old).rename(example / "data" / new)
    with pytest.raises(MoroError, match=rf"data/{new}: data in a text file, which is not read; rename it to bridges\.trig"):
        sources.load(Project.open(example))


def test_two_gigabytes_of_zeros_are_refused_without_reading_them(tmp_path: Path) -> None:
    path = tmp_path / "zeros.ttl"
    with path.open("wb") as file:
        os.truncate(file.fileno(), 2_000_000_000)
    with pytest.raises(MoroError, match=r"zeros\.ttl: too large with 2,000 MB"):
        sources.parse_file(path)


def test_the_size_limit_is_a_setting(tmp_path: Path) -> None:
    path = tmp_path / "a.nt"
    path.write_text("<https://example.org/a> <https://example.org/b> <https://example.org/c> .\n" * 30_000)
    with pytest.raises(MoroError, match="too large"):
        sources.parse_file(path, Limits(file_megabytes=1))
    assert len(sources.parse_file(path)) == 1


def test_brackets_in_texts_do_not_count_as_nesting(tmp_path: Path) -> None:
    assert len(parse(tmp_path, PREFIX + 'ex:a ex:b "' + "(" * 5000 + '" .')) == 1


def test_literals_keep_their_spelling(tmp_path: Path) -> None:
    quads = parse(tmp_path, PREFIX + 'ex:a ex:b 1.50, "01"^^<http://www.w3.org/2001/XMLSchema#integer> .')
    assert [quad[2].split("^")[0] for quad in quads] == ['"01"', '"1.50"']


def test_blank_nodes_get_the_same_labels_each_time_and_different_ones_in_each_file(tmp_path: Path) -> None:
    content = PREFIX + 'ex:a ex:b [ ex:c "_:c14n0 is text" ], [ ex:c 2 ] .'
    assert parse(tmp_path, content) == parse(tmp_path, content)
    other = sources.parse_text(content.encode(), ".ttl", "x", prefix="other")
    own = {term for quad in parse(tmp_path, content) for term in quad if term.startswith("_:")}
    assert len(own) == 2
    assert not own & {term for quad in other for term in quad}
    assert any(quad[2] == '"_:c14n0 is text"' for quad in other)


def test_thousands_of_blank_nodes_that_look_alike_are_read_at_once() -> None:
    chain = "".join(f"_:n{i} <urn:p> _:n{i + 1} . " for i in range(20_000))
    assert len(sources.parse_text(chain.encode(), ".ttl", "x")) == 20_000


def test_unverified_statements_are_kept_apart(example: Path) -> None:
    loaded = sources.load(Project.open(example))
    assert [quad[2][:6] for quad in loaded.unverified] == ['"1910"']
    assert not any("tavern" in quad[3] for quad in loaded.asserted)


def test_the_file_and_line_of_each_statement_are_known(example: Path) -> None:
    loaded = sources.load(Project.open(example))
    quad = next(quad for quad in loaded.asserted if quad[2].startswith('"1790"'))
    assert [str(origin) for origin in loaded.origins(quad)] == ["data/bridges.trig:44"]
    assert [str(origin) for origin in loaded.origins_of_triple(quad[:3])] == ["data/bridges.trig:44"]


def test_the_line_is_known_after_lines_of_any_length(example: Path) -> None:
    text = (
        "@prefix br: <https://example.org/bridges/ontology#> .\n@prefix source: <https://example.org/bridges/id/source/> .\n"
    )
    text += "source:x {\n"
    lines = [f'source:a br:name "{length} {"ü" * length}" .\n' for length in (1, 2000, 5000, 100_000, 3)]
    (example / "data" / "long.trig").write_text(text + "".join(lines) + "}\n", encoding="utf-8")
    loaded = sources.load(Project.open(example))
    quads = [quad for quad in loaded.asserted if quad[3].endswith("source/x>")]
    found = {quad[2].split(" ")[0]: str(loaded.origins(quad)[0]) for quad in quads}
    assert found == {f'"{length}': f"data/long.trig:{4 + place}" for place, length in enumerate((1, 2000, 5000, 100_000, 3))}


def test_a_file_that_is_not_written_in_lines_has_no_line_numbers(example: Path) -> None:
    statement = {"@id": "https://example.org/x", "https://example.org/p": "one"}
    graph = {"@id": "https://example.org/bridges/id/source/chronicle", "@graph": [statement]}
    (example / "data" / "more.jsonld").write_text(json.dumps(graph))
    loaded = sources.load(Project.open(example))
    quad = next(quad for quad in loaded.asserted if quad[2] == '"one"')
    assert [str(origin) for origin in loaded.origins(quad)] == ["data/more.jsonld"]


def test_the_ontology_is_part_of_what_is_published(example: Path) -> None:
    project = Project.open(example)
    assert project.settings.ontology in sources.load(project).asserted.names


def test_a_statement_without_a_source_is_refused_unless_the_settings_name_one(example: Path) -> None:
    (example / "data" / "plain.ttl").write_text(PREFIX + "ex:a ex:b ex:c .")
    with pytest.raises(MoroError, match=r"data/plain\.ttl:2: the statement .* has no source"):
        sources.load(Project.open(example))
    settings = example / "moro-lod.toml"
    settings.write_text(settings.read_text().replace("[sources]\n", '[sources]\ndefault = "id:source/own"\n'))
    assert "<https://example.org/bridges/id/source/own>" in sources.load(Project.open(example)).asserted.names


def test_an_empty_folder_is_told(example: Path) -> None:
    for path in (example / "data").iterdir():
        path.unlink()
    with pytest.raises(MoroError, match="data: there is no RDF file here"):
        sources.load(Project.open(example))


def test_a_link_that_leads_nowhere_is_told(example: Path) -> None:
    (example / "data" / "link.ttl").symlink_to(example / "nowhere.ttl")
    with pytest.raises(MoroError, match=r"data/link\.ttl: is called like an RDF file, but is no file"):
        sources.load(Project.open(example))


def test_hidden_files_and_editors_copies_are_left_out(example: Path) -> None:
    (example / "data" / ".hidden.ttl").write_text("nonsense")
    (example / "data" / "bridges.trig~").write_text("nonsense")
    assert sources.load(Project.open(example))
