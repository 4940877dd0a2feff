"""Settings that would spoil the catalogue stop publishing, with their line, before anything is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from moro_lod import catalogue
from moro_lod.cli import run
from moro_lod.errors import MoroError
from moro_lod.project import SETTINGS_FILE, Project

LICENCE = 'iri = "http://dcat-ap.de/def/licenses/cc-zero"'
EU = 'eu = "http://publications.europa.eu/resource/authority/licence/CC0"'
MAIL = 'email = "bridges@example.org"'
LEVEL = 'political_level = "municipality"'


def change(example: Path, old: str, new: str) -> int:
    """Replace a line of the settings; gives its number."""
    path = example / SETTINGS_FILE
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def refusal(example: Path) -> MoroError:
    with pytest.raises(MoroError) as caught:
        catalogue.check(Project.open(example))
    return caught.value


def test_good_settings_pass(example: Path) -> None:
    catalogue.check(Project.open(example))


@pytest.mark.parametrize(
    ("old", "new", "german", "english"),
    [
        (LICENCE, 'iri = "https://creativecommons.org/publicdomain/zero/1.0/"', "steht nicht in der Liste", "is not in the list"),
        (LICENCE, 'iri = "http://dcat-ap.de/def/licenses/cc-zero/"', "gemeint ist wohl „http://dcat-ap.de/def/licenses/cc-zero“", "may be meant"),
        (EU, 'eu = "http://publications.europa.eu/resource/authority/licence/CC1"', "steht nicht in der Liste", "is not in the list"),
        (LEVEL, 'contributor = "http://dcat-ap.de/def/contributors/niemand"', "steht nicht in der Liste", "as of 2025-10-21"),
        (LEVEL, 'contributor = "http://dcat-ap.de/def/contributors/stadtoldenburg"', "stadtOldenburg“", 'stadtOldenburg" may be meant'),
        (LEVEL, 'supplier = "direct"', "braucht eine Datenbereitsteller-ID", "needs a contributor ID"),
        (LEVEL, 'political_level = "town"', "steht nicht in der Liste", "is not in the list"),
        (LEVEL, 'frequency = "irregular"', "steht nicht in der Liste", "is not in the list"),
        (LEVEL, 'country = "GER"', "steht nicht in der Liste", "is not in the list"),
        (LEVEL, 'homepage = "www.example.org"', "keine vollständige Webadresse", "not a whole web address"),
        ('themes = ["TRAN"]', 'themes = ["TRNA"]', "gemeint ist wohl „TRAN“", '"TRAN" may be meant'),
        ('kind = "LocalAuthority"', 'kind = "Town"', "steht nicht in der Liste", "is not in the list"),
        ('url = "https://creativecommons.org', 'url = "creativecommons.org', "keine vollständige Webadresse", "whole web address"),
        (MAIL, 'email = "the bridge office"', "keine E-Mail-Adresse", "no e-mail address"),
        ('slug = "dump"\nwhole = true', 'slug = "dump"', "ist leer", "is empty"),
        ('slug = "dump"\nwhole = true', 'slug = "dump"\nwhole = true\ngeojson = ["bridge.geojson"]', "gemeint ist wohl „bridges.geojson“", '"bridges.geojson" may be meant'),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_named_with_its_line(example: Path, old: str, new: str, german: str, english: str) -> None:
    change(example, old, new)
    error = refusal(example)
    assert error.place.startswith(f"{SETTINGS_FILE}:")
    line = (example / SETTINGS_FILE).read_text(encoding="utf-8").splitlines()[int(error.place.rpartition(":")[2]) - 1]
    shown = new.partition("\n")[0] if "geojson" not in new else "geojson"
    assert shown.split(" =")[0] in line or line.startswith("[")
    assert german in error.message("de")
    assert english in error.message("en")


def test_a_contact_without_any_address_is_refused_at_its_table(example: Path) -> None:
    number = change(example, MAIL + "\n", "")
    error = refusal(example)
    assert error.place == f"{SETTINGS_FILE}:{number - 1}"
    assert "weder E-Mail-Adresse noch Webseite" in error.message("de")


def test_a_licence_unknown_to_the_european_portal_needs_its_counterpart(example: Path) -> None:
    change(example, EU + "\n", "")
    assert "licence.eu" in refusal(example).message("en")


def test_the_four_german_data_licences_serve_both_lists(example: Path) -> None:
    change(example, EU + "\n", "")
    change(example, LICENCE, 'iri = "http://dcat-ap.de/def/licenses/dl-zero-de/2.0"')
    catalogue.check(Project.open(example))


def test_nothing_is_written_when_a_setting_is_wrong(
    example: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = change(example, 'themes = ["TRAN"]', 'themes = ["TRAFFIC"]')
    target = tmp_path / "out"
    assert run(["--lang", "de", "publish", "--project", str(example), "--target", str(target)]) == 2
    assert not target.exists()
    assert capsys.readouterr().err.startswith(f"{SETTINGS_FILE}:{number}: „TRAFFIC“ steht nicht in der Liste")


def test_a_dataset_without_any_distribution_stops_publishing(
    example: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(example, 'classes = ["br:Bridge", "br:Builder"]', 'classes = ["br:Nothing"]')
    target = tmp_path / "out"
    assert run(["--lang", "en", "publish", "--project", str(example), "--target", str(target)]) == 2
    message = capsys.readouterr().err
    assert message.startswith(f"{SETTINGS_FILE}:") and 'the dataset "bridges" has no distribution' in message
    assert not (target / "release").exists()


def test_a_project_without_datasets_needs_no_catalogue_settings(example: Path) -> None:
    path = example / SETTINGS_FILE
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text[: text.index("[[datasets]]")].replace(LICENCE, 'iri = "https://example.org/ours"'), encoding="utf-8"
    )
    catalogue.check(Project.open(path.parent))
