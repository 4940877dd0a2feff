"""`moro-lod init`: a project to begin with."""

from pathlib import Path

import pytest

from moro_lod import example, pipeline
from moro_lod.cli import run
from moro_lod.errors import MoroError
from moro_lod.project import Project


def test_what_init_writes_can_be_published_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "project"
    written = example.write(folder)
    assert {"moro-lod.toml", "queries/built-after.rq"} <= {str(path) for path in written}
    outcome = pipeline.publish(Project.open(folder), folder)
    assert outcome.report.violations == 0
    assert (folder / "release" / "site" / "index.html").is_file()


def test_init_touches_nothing_in_a_folder_that_holds_something(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(MoroError, match="not empty"):
        example.write(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_init_names_a_folder_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert run(["--lang", "en", "init", str(tmp_path / "file" / "project")]) == 2
    assert "cannot be written" in capsys.readouterr().err
