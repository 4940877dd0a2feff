"""Settings: what is wrong in them is said with the line."""

import importlib.util
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from moro_lod.errors import MoroError
from moro_lod.project import Project, place_of


@pytest.fixture
def refused(example: Path) -> Callable[[str, str], str]:
    """The message for the example's settings with one text replaced."""

    def run(old: str, new: str) -> str:
        path = example / "moro-lod.toml"
        text = path.read_text(encoding="utf-8")
        assert re.search(old, text), old
        path.write_text(re.sub(old, lambda _: new, text, count=1), encoding="utf-8")
        with pytest.raises(MoroError) as caught:
            Project.open(example)
        german = caught.value.message("de")
        assert german != str(caught.value)
        assert german.startswith("moro-lod.toml")
        return str(caught.value)

    return run


def test_the_settings_of_the_example_are_read(example: Path) -> None:
    project = Project.open(example)
    assert project.settings.languages == ("en", "de")
    assert project.term("br:Bridge") == "<https://example.org/bridges/ontology#Bridge>"
    assert project.site_url == "https://data.example.org/open/bridges/"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (r'name = "bridges"', 'nome = "bridges"', r'moro-lod.toml:\d+: there is no setting "nome"; "name" may be meant'),
        (r'version = "0.3.0"', 'version = "three"', r'moro-lod.toml:22: "release.version" does not have the form'),
        (r'version = "0.3.0"', "version = 3", r'moro-lod.toml:22: "release.version" should be str but is int'),
        (r'base = "https', 'base = "ftp', r'moro-lod.toml:3: "ftp://example.org/bridges/" is not a whole address'),
        (r"bridges/\"\nsite", 'bridges"\nsite', r'moro-lod.toml:3: "https://example.org/bridges" does not end in "/"'),
        (r'de = "Brücken von Musterfluss"\n', "", r'moro-lod.toml:\d+: "title" is missing in the language "de"'),
        (r'record_class = "br:', 'record_class = "xx:', r'moro-lod.toml:\d+: "xx:Record" has no known prefix'),
        (r'slug = "dump"', 'slug = "bridges"', r'moro-lod.toml:\d+: two datasets are called "bridges"'),
        (r"\[title\]", "[title", r"moro-lod.toml:\d+: syntax error \(\[title\); check quotes"),
        (
            r"\[title\]",
            "[title]\nen = 'x'",
            r"moro-lod.toml:11: this stands further up already \(en = \"Bridges of Musterfluss\"\)",
        ),
        (r'de = \["Brücke"\]\n\Z', 'de = ["Brücke"', r"moro-lod.toml:\d+: a text or a bracket does not end"),
        (
            r"\[release\]\nversion = \"0.3.0\"\n",
            "[release]\n",
            r'moro-lod.toml:\d+: the setting "release.version" is missing',
        ),
        (r'languages = \["en", "de"\]', 'languages = ["en", "en"]', r"moro-lod.toml:\d+: no language, or one twice"),
        (r"mailto:bridges", "javascript:bridges", r"moro-lod.toml:\d+: .* is neither a web address nor mailto:"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_a_remedy(
    refused: Callable[[str, str], str], old: str, new: str, message: str
) -> None:
    assert re.match(message, refused(old, new))


def test_the_place_of_a_setting_is_its_line() -> None:
    text = "a = 1\n[b]\nc = 2\n[[d]]\ne = 3\n[[d]]\ne = 4\n[d.f]\nde = 5\n"
    assert place_of(text, "b.c") == "moro-lod.toml:3"
    assert place_of(text, "d[0].e") == "moro-lod.toml:5"
    assert place_of(text, "d.1.e") == "moro-lod.toml:7"
    assert place_of(text, "d[1].f.de") == "moro-lod.toml:9"
    assert place_of(text, "b.unknown") == "moro-lod.toml:2"


def test_a_folder_without_settings_is_no_project(tmp_path: Path) -> None:
    with pytest.raises(MoroError, match="there is no project here"):
        Project.open(tmp_path)


def test_the_project_is_found_from_a_folder_below(example: Path) -> None:
    assert Project.find(example / "data").settings.name == "bridges"


def test_every_setting_stands_in_the_reference_with_its_meaning(root: Path) -> None:
    specification = importlib.util.spec_from_file_location("document_settings", root / "scripts" / "document_settings.py")
    assert specification is not None and specification.loader is not None
    script = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = script  # dataclasses look their module up
    specification.loader.exec_module(script)
    page = script.PAGE.read_text(encoding="utf-8")
    assert page == script.page(), "old: run python scripts/document_settings.py"
    assert [line for line in page.splitlines() if line.endswith("|  |") and line.startswith("|")] == []
    assert "| `named_like` |" in page and "## `[[site.map.layers]]`" in page
