"""Whatever is wrong with a project or its disk: one line, exit code 2, and the release of before stays as it is."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from moro_lod import cli

BASE = "https://example.org/bridges/"
SHAPES = f"@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix br: <{BASE}ontology#> .\n@prefix s: <{BASE}shapes#> .\n"
IMPORTS = "<http://www.w3.org/2002/07/owl#imports> <https://elsewhere.example/terms>"
XML = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="https://example.org/">'
ENDLESS = f'CONSTRUCT {{ ?new <{BASE}ontology#builtBy> ?b }} WHERE {{ ?b <{BASE}ontology#builtBy> ?o BIND(IRI(CONCAT(STR(?b), "x")) AS ?new) }}'

Change = Callable[[Path], object]


def write(name: str, content: str | bytes) -> Change:
    def change(project: Path) -> None:
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_bytes(content if isinstance(content, bytes) else content.encode())

    return change


def replace(name: str, old: str, new: str) -> Change:
    def change(project: Path) -> None:
        text = (project / name).read_text(encoding="utf-8")
        assert old in text
        (project / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def recode(name: str, encoding: str, mark: bytes = b"") -> Change:
    def change(project: Path) -> None:
        path = project / name
        path.write_bytes(mark + path.read_text(encoding="utf-8").encode(encoding))

    return change


def zeros(project: Path) -> None:
    with (project / "data" / "zeros.ttl").open("wb") as file:
        os.truncate(file.fileno(), 2_000_000_000)


def empty(name: str) -> Change:
    def change(project: Path) -> None:
        for path in (project / name).iterdir():
            path.unlink()

    return change


DATA = "data/bridges.trig"
CASES: dict[str, tuple[Change, str]] = {
    "a missing quotation mark": (replace(DATA, '"Old Bridge"@en', '"Old Bridge@en'), r"data/bridges\.trig:13: a text does not end"),
    "an undeclared prefix": (replace(DATA, "br:builtBy", "bro:builtBy"), r'data/bridges\.trig:15: the prefix "bro:" is not declared'),
    "a relative IRI": (replace(DATA, "builder:town", "<town>"), r"data/bridges\.trig:15: relative IRI"),
    "an IRI with ..": (replace(DATA, "id/geometry/old", "id/../geometry/old"), r"data/bridges\.trig:17: the IRI .* has"),
    "Latin-1": (recode(DATA, "latin-1"), r"data/bridges\.trig:1[0-9]: the file is not saved as UTF-8"),
    "UTF-16": (recode(DATA, "utf-16"), r"data/bridges\.trig: the file is saved as UTF-16"),
    "a byte-order mark": (recode(DATA, "utf-8", b"\xef\xbb\xbf"), r"data/bridges\.trig: the file begins with a byte-order mark"),
    "an unknown file type": (write("data/notes.docx", "x"), r'data/notes\.docx: the file type "\.docx" is unknown'),
    "an empty file": (write("data/more.trig", ""), r"data/more\.trig: the file is empty"),
    "an empty folder": (empty("data"), r"data: there is no RDF file here"),
    "no ontology": (lambda project: shutil.rmtree(project / "ontology"), r"ontology: there is no RDF file here"),
    "two gigabytes of zeros": (zeros, r"data/zeros\.ttl: too large with 2,000 MB"),
    "zeros": (write("data/zeros.ttl", bytes(100_000)), r"data/zeros\.ttl: the file has zero bytes"),
    "a folder called like a file": (lambda project: (project / "data" / "x.ttl").mkdir(), r"data/x\.ttl: is called like an RDF file"),
    "a named pipe": (lambda project: os.mkfifo(project / "data" / "x.ttl"), r"data/x\.ttl: is called like an RDF file"),
    "settings with a mistake": (replace("moro-lod.toml", "[title]", "[title"), r"moro-lod\.toml:9: syntax error \(\[title\)"),
    "settings with an unknown name": (replace("moro-lod.toml", "report_url", "reprot_url"), r'moro-lod\.toml:5: there is no setting'),
    "settings with a byte-order mark": (recode("moro-lod.toml", "utf-8", b"\xef\xbb\xbf"), r"moro-lod\.toml: the file begins with"),
    "settings in Latin-1": (recode("moro-lod.toml", "latin-1"), r"moro-lod\.toml:\d+: the file is not saved as UTF-8"),
    "no settings": (write("moro-lod.toml", ""), r'moro-lod\.toml: the setting "base" is missing'),
    "sh:js": (write("shapes/x.ttl", SHAPES + "s:X a sh:NodeShape ; sh:targetClass br:Bridge ; sh:js [] ."), r"sh:js is not supported"),
    "owl:imports in the ontology": (write("ontology/x.ttl", f"<{BASE}ontology> {IMPORTS} ."), r"owl:imports .* is not followed"),
    "owl:imports in the data": (write("data/x.trig", f"<{BASE}id/source/plaque> {{ <{BASE}id/x> {IMPORTS} }}"), r"owl:imports .* is not followed"),
    "a remote context": (write("data/x.jsonld", '{"@context": "https://elsewhere.example/c"}'), r"data/x\.jsonld.*: a remote @context is not fetched"),
    "deep Turtle": (write("data/x.ttl", "<a:b> <c:d> " + "[ <e:f> " * 100_000), r"data/x\.ttl: brackets are nested 100000 levels deep"),
    "deep JSON-LD": (write("data/x.jsonld", '{"a:b":' * 100_000), r"data/x\.jsonld: brackets are nested 100000 levels deep"),
    "deep RDF/XML": (write("data/x.rdf", XML + "<e:A><e:p>" * 9999 + "</e:p></e:A>" * 9999 + "</rdf:RDF>"), r"data/x\.rdf: elements are nested 19999 levels"),
    "truncated RDF/XML": (write("data/x.rdf", XML + "\n<e:A>"), r"data/x\.rdf:2: not valid XML"),
    "an entity": (write("data/x.rdf", '<!DOCTYPE r [<!ENTITY a "b">]><r/>'), r"data/x\.rdf: DOCTYPE and ENTITY are not allowed"),
    "a rule that asks elsewhere": (write("ontology/rules/x.rq", "CONSTRUCT { ?s <e:p> 1 } WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"), r"rules/x\.rq:1:34: SERVICE is not allowed"),
    "a rule that is no rule": (write("ontology/rules/x.rq", "SELECT * WHERE { ?s ?p ?o }"), r"rules/x\.rq: a rule is a CONSTRUCT query, not SELECT"),
    "a query with half a header": (write("queries/x.rq", "# param ags\nSELECT * WHERE { ?s ?p ?ags }"), r"queries/x\.rq:1: this header line is incomplete"),
    "a query with a mistake": (write("queries/x.rq", "SELECT * WHERE {\n?s ?p }"), r"queries/x\.rq:2:\d+: not valid SPARQL"),
    "a query that asks elsewhere": (write("queries/x.rq", "SELECT * WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"), r"queries/x\.rq:1:18: SERVICE is not allowed"),
    "an update": (write("queries/x.rq", "DELETE WHERE { ?s ?p ?o }"), r"queries/x\.rq: a query does not begin with DELETE"),
    "a damaged lock": (write("publication.lock", '{"datasets": {\n<<<<<<< HEAD'), r"publication\.lock:2: the file is damaged"),
    "a lock that is a folder": (lambda project: (project / "publication.lock").mkdir(), r"publication\.lock: cannot be read \(a folder"),
}  # fmt: skip


@pytest.fixture
def project(tmp_path: Path, example: Path) -> Path:
    """A copy of the example with a release of before."""
    with_release(example)
    return example


def with_release(target: Path) -> None:
    (target / "releases" / "before" / "site").mkdir(parents=True)
    (target / "releases" / "before" / "site" / "index.html").write_text("before")
    (target / "release").symlink_to("releases/before")


def assert_untouched(target: Path) -> None:
    assert (target / "release").readlink() == Path("releases/before")
    assert (target / "release" / "site" / "index.html").read_text() == "before"
    assert {each.name for each in (target / "releases").iterdir()} <= {"before", ".publishing"}


def publish(capfd: pytest.CaptureFixture[str], project: Path, language: str = "en") -> str:
    assert cli.run(["--lang", language, "publish", "--project", str(project)]) == 2
    said = capfd.readouterr()
    assert said.out == ""
    assert re.fullmatch(r"[^\n]+: [^\n]+; [^\n]+\n", said.err)
    return said.err


@pytest.mark.parametrize("name", CASES)
def test_one_line_says_what_is_wrong_and_nothing_is_published(
    name: str, project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    change, message = CASES[name]
    change(project)
    said = publish(capfd, project)
    assert re.search(message, said), said
    assert_untouched(project)


def test_the_same_is_said_in_german(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    replace(DATA, '"Old Bridge"@en', '"Old Bridge@en')(project)
    assert ": ein Text hat kein Ende (" in publish(capfd, project, "de")


def test_something_in_the_place_of_the_link_is_told_and_kept(example: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (example / "release").mkdir()
    (example / "release" / "mine.txt").write_text("mine")
    assert "release: the link to the release belongs here, but something else is in its place" in publish(capfd, example)
    assert (example / "release" / "mine.txt").read_text() == "mine"


@pytest.mark.long
def test_a_rule_that_never_ends_is_told(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    write("ontology/rules/x.rq", ENDLESS)(project)
    assert "ontology/rules/x.rq: the rule does not come to an end; " in publish(capfd, project)
    assert_untouched(project)


# A disk that is full or cannot be written


def moro_lod(*arguments: str, prefix: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*prefix, sys.executable, "-m", "moro_lod", "--lang", "en", *arguments],
        text=True, capture_output=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    folder = tmp_path / "disk"
    folder.mkdir()

    def mount(kilobytes: int) -> Path:
        made = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", folder], capture_output=True, check=False
        )
        if made.returncode:
            pytest.skip("only an administrator can mount a small disk")
        with_release(folder)
        return folder

    yield mount
    subprocess.run(["umount", folder], capture_output=True, check=False)


@pytest.mark.parametrize("share", [0.05, 0.7, 0.99])
def test_a_full_disk_is_told_and_the_space_is_given_back(
    share: float, small_disk: Callable[[int], Path], example: Path, published_example: Path
) -> None:
    wanted = sum(path.stat().st_size for path in (published_example / "release").resolve().rglob("*") if path.is_file())
    target = small_disk(int(wanted * share) // 1024)
    before = shutil.disk_usage(target).used
    result = moro_lod("publish", "--project", str(example), "--target", str(target))
    assert result.returncode == 2
    assert "cannot be written (the disk is full); the previous release is unchanged; make room" in result.stderr
    assert result.stderr.count("\n") == 1
    assert_untouched(target)
    assert shutil.disk_usage(target).used - before < 8192


def bound_by_permissions() -> list[str]:
    """What to put before a command so that file permissions bind it, also when the tests run as an administrator."""
    if os.geteuid() != 0:
        return []
    prefix = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    if not shutil.which("setpriv") or subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode:
        pytest.skip("an administrator may read and write everything, and setpriv is missing")
    return prefix


@pytest.mark.parametrize(
    "name", ["data/bridges.trig", "moro-lod.toml", "queries/built-after.rq", "ontology/rules/century.rq", "shapes"]
)
def test_a_file_or_folder_without_permission_is_told(name: str, example: Path) -> None:
    prefix = bound_by_permissions()
    project = example
    with_release(project)
    (project / name).chmod(0)
    try:
        result = moro_lod("publish", "--project", str(project), prefix=prefix)
    finally:
        (project / name).chmod(0o755)
    assert (result.returncode, result.stderr) == (2, f"{name}: cannot be read (no permission); check permissions and disk\n")
    assert_untouched(project)


def test_a_target_without_permission_is_told(tmp_path: Path, example: Path) -> None:
    prefix = bound_by_permissions()
    project, target = example, tmp_path / "target"
    with_release(target)
    for folder in (target, target / "releases"):
        folder.chmod(0o555)
    result = moro_lod("publish", "--project", str(project), "--target", str(target), prefix=prefix)
    assert result.returncode == 2
    assert re.fullmatch(
        r"\S+: cannot be written \(no permission\); the previous release is unchanged; [^\n]+\n", result.stderr
    )
    assert_untouched(target)


# What a release has to survive


def test_a_damaged_release_is_told_by_those_who_read_it_and_mended_by_publishing(
    example: Path, published_example: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(published_example / "releases", example / "releases")
    (example / "release").symlink_to((published_example / "release").readlink())
    manifest = example / "release" / "manifest.json"
    manifest.write_text(manifest.read_text()[:2000])
    asked = ["--lang", "en", "query", "-q", "ASK {}", "--project", str(example), "--release", str(example / "release")]
    assert cli.run(asked) == 2
    assert re.fullmatch(
        r"\S+manifest\.json: the manifest cannot be read [^\n]+; publish again[^\n]+\n", capfd.readouterr().err
    )
    assert cli.run(["publish", "--project", str(example)]) == 0
    assert json.loads(manifest.read_text())["manifestVersion"] == 1


def test_an_interrupted_run_leaves_nothing_behind(project: Path) -> None:
    run = subprocess.Popen(
        [sys.executable, "-m", "moro_lod", "publish", "--project", str(project)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with contextlib.closing(run.stdout), contextlib.closing(run.stderr):  # type: ignore[type-var]
        while run.poll() is None and not list((project / "releases").glob("building-*/site/*")):
            pass
        run.send_signal(signal.SIGINT)
        run.wait(30)
    assert run.returncode in (130, -signal.SIGINT)
    assert_untouched(project)
