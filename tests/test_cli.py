"""The command line: one line for what a person can repair, exit codes, both languages."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from moro_lod.cli import COMMANDS


def moro_lod(*arguments: str, cwd: Path, text: str | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "moro_lod", *arguments],
        cwd=cwd,
        input=text,
        env={**os.environ, "LANG": "C.UTF-8", "LC_ALL": "", "LC_MESSAGES": "", "NO_COLOR": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("name", list(COMMANDS))
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_command_has_help_in_both_languages(name: str, language: str, tmp_path: Path) -> None:
    result = moro_lod("--lang", language, name, "--help", cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert len(result.stdout.splitlines()) > 3


def test_the_locale_chooses_the_language_and_the_option_wins(tmp_path: Path) -> None:
    assert "Veröffentlicht das Wissen" in moro_lod("--help", cwd=tmp_path, LANG="de_DE.UTF-8").stdout
    assert "Publishes an agency" in moro_lod("--lang", "en", "--help", cwd=tmp_path, LANG="de_DE.UTF-8").stdout
    assert "hier liegt kein Projekt" in moro_lod("validate", cwd=tmp_path, LC_ALL="de_AT.UTF-8").stderr


@pytest.mark.parametrize("name", ["publish", "validate", "export", "stats", "conflicts", "unverified", "stamp"])
def test_outside_of_a_project_every_command_says_so(name: str, tmp_path: Path) -> None:
    result = moro_lod(name, cwd=tmp_path)
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert "there is no project here" in result.stderr


def test_a_mistake_in_the_data_is_one_line_with_its_place(example: Path) -> None:
    path = example / "data" / "bridges.trig"
    path.write_text(path.read_text().replace("skos:prefLabel", "skso:prefLabel", 1))
    result = moro_lod("validate", cwd=example)
    assert result.returncode == 2
    assert result.stderr == 'data/bridges.trig:13: the prefix "skso:" is not declared; "skos:" may be meant\n'
    german = moro_lod("validate", "--lang", "de", cwd=example)
    assert german.returncode == 2


def test_validate_tells_warnings_and_strict_makes_them_fail(example: Path) -> None:
    result = moro_lod("validate", cwd=example)
    assert result.returncode == 0
    assert "Old Bridge" in result.stdout
    assert "Sources give different years." in result.stdout
    assert "plaque on the bridge" in result.stdout
    assert "Quellen nennen verschiedene Baujahre." in moro_lod("--lang", "de", "validate", cwd=example).stdout
    assert moro_lod("validate", "--strict", cwd=example).returncode == 1


@pytest.mark.parametrize("name", ["turtle", "trig", "json-ld", "n-triples", "n-quads", "rdf-xml"])
def test_export_writes_every_format(name: str, example: Path, tmp_path: Path) -> None:
    output = tmp_path / "output"
    assert moro_lod("export", "-f", name, "-o", str(output), cwd=example).returncode == 0
    assert b"Alte Br" in output.read_bytes()


def test_an_output_that_cannot_be_written_is_told(example: Path) -> None:
    result = moro_lod("export", "-o", str(example / "nowhere" / "x.ttl"), cwd=example)
    assert result.returncode == 2
    assert "cannot be written" in result.stderr


QUERY = "PREFIX br: <https://example.org/bridges/ontology#> SELECT ?b ?y WHERE { ?b br:yearBuilt ?y } ORDER BY ?y"


def test_a_query_is_answered_as_a_table_and_in_the_standard_formats(example: Path) -> None:
    table = moro_lod("query", "-q", QUERY, cwd=example)
    assert table.returncode == 0, table.stderr
    assert "1788" in table.stdout
    assert moro_lod("query", "-q", QUERY, "-f", "csv", cwd=example).stdout.splitlines()[:2] == [
        "b,y",
        "https://example.org/bridges/id/bridge/old,1788",
    ]
    for name in ("tsv", "json", "xml"):
        assert "1788" in moro_lod("query", "-q", QUERY, "-f", name, cwd=example).stdout


def test_a_query_may_come_from_a_file_or_from_standard_input_and_take_parameters(example: Path) -> None:
    assert "New Bridge" in moro_lod("query", "queries/built-after.rq", cwd=example).stdout
    old = moro_lod("query", "queries/built-after.rq", "-p", "since=1780", cwd=example).stdout
    assert "Old Bridge" in old
    assert "1912" in moro_lod("query", "-", cwd=example, text=QUERY).stdout
    wrong = moro_lod("query", "queries/built-after.rq", "-p", "until=1780", cwd=example)
    assert wrong.returncode == 2
    assert 'there is no parameter "until"; known are: since' in wrong.stderr


def test_project_prefixes_need_no_declaration(example: Path) -> None:
    assert "yes" in moro_lod("query", "-q", "ASK { ?b a br:Bridge }", cwd=example).stdout
    assert (
        "br:Bridge" in moro_lod("query", "-q", "CONSTRUCT { ?b a br:Bridge } WHERE { ?b a br:Bridge }", cwd=example).stdout
    )


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT * WHERE { ?s ?p }", "the query has a syntax error"),
        ("SELECT * WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "SERVICE is not allowed"),
        ("INSERT DATA { <a:b> <a:b> <a:b> }", "the query has a syntax error"),
    ],
)
def test_a_bad_query_is_one_line(query: str, message: str, example: Path) -> None:
    result = moro_lod("query", "-q", query, cwd=example)
    assert result.returncode == 2
    assert message in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_release_can_be_asked_instead_of_the_sources(example: Path, published_example: Path) -> None:
    result = moro_lod("query", "-q", QUERY, "--release", str(published_example), "-f", "csv", cwd=example)
    assert "1788" in result.stdout


def test_statistics_count_things_statements_and_languages(example: Path) -> None:
    result = moro_lod("stats", cwd=example)
    assert "bridge" in result.stdout
    assert '"things": ' in moro_lod("stats", "--format", "json", cwd=example).stdout


def test_contradictions_are_listed_with_their_sources(example: Path) -> None:
    output = moro_lod("conflicts", cwd=example).stdout
    assert "1788" in output
    assert "1790" in output
    assert "town chronicle" in output
    assert "1 contradiction" in output


def test_unverified_statements_are_listed(example: Path) -> None:
    output = moro_lod("unverified", cwd=example).stdout
    assert "1910" in output
    assert "told at the tavern" in output


def test_help_starts_at_once_without_heavy_imports(tmp_path: Path) -> None:
    program = "import sys, moro_lod.cli as c; c.run(['--help']); print([m for m in ('rdflib', 'pyshacl', 'pyoxigraph', 'jinja2', 'rich') if m in sys.modules])"
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.splitlines()[-1] == "[]"
