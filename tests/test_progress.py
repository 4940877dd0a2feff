"""What a terminal shows while a command runs: nothing for short work, then the step, the files, and how far it is."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from moro_lod import pipeline
from moro_lod.cli.common import after, steps
from moro_lod.project import Project

NAMES = {"load": "reading", "write": "writing"}


class Later:
    """A clock that a test turns: what is to happen later happens when the test says so."""

    def __init__(self) -> None:
        self.delays: list[float] = []
        self.actions: list[Callable[[], object]] = []
        self.cancelled = 0

    def __call__(self, seconds: float, action: Callable[[], object]) -> Callable[[], None]:
        self.delays.append(seconds)
        self.actions.append(action)
        return self.cancel

    def cancel(self) -> None:
        self.cancelled += 1


def terminal(*, is_terminal: bool = True) -> tuple[Console, io.StringIO]:
    screen = io.StringIO()
    return Console(file=screen, force_terminal=is_terminal, width=120, legacy_windows=False), screen


def test_work_of_less_than_a_second_shows_nothing() -> None:
    (console, screen), later = terminal(), Later()
    with steps(NAMES, console, later) as tell:
        tell("load")
        tell("write", files=100, share=0.5)
    assert later.delays == [1.0]
    assert later.cancelled == 1
    assert "reading" not in screen.getvalue()
    assert "writing" not in screen.getvalue()


def test_longer_work_shows_step_files_and_share_and_leaves_no_trace() -> None:
    (console, screen), later = terminal(), Later()
    with steps(NAMES, console, later) as tell:
        tell("write", files=1200, share=0.25)
        later.actions[0]()
        shown = screen.getvalue()
    assert "writing (1,200 files)" in shown or "writing (1.200 Dateien)" in shown
    assert "25%" in shown
    assert screen.getvalue().endswith(("\x1b[2K", "\x1b[?25h"))


def test_pipes_and_files_get_no_progress() -> None:
    (console, screen), later = terminal(is_terminal=False), Later()
    with steps(NAMES, console, later) as tell:
        tell("write", files=100, share=0.5)
    assert later.delays == []
    assert screen.getvalue() == ""


def test_what_is_cancelled_does_not_happen_afterwards() -> None:
    happened = threading.Event()
    cancel = after(3600, happened.set)
    cancel()
    assert not happened.is_set()


def test_publishing_tells_steps_and_how_far_the_writing_is(example: Path) -> None:
    told: list[tuple[str, int, float | None]] = []

    def progress(step: str, /, *, files: int = 0, share: float | None = None) -> None:
        told.append((step, files, share))

    outcome = pipeline.publish(Project.open(example), example, progress=progress)
    assert [step for step, files, _ in told if not files] == ["load", "validate", "write"]
    writing = [(files, share) for _, files, share in told if files]
    assert writing == sorted(writing)
    assert writing[-1][0] + pipeline.TOLD_EVERY > len(outcome.release.manifest.files) - pipeline.TOLD_EVERY
    assert 0.9 < (writing[-1][1] or 0) <= 1.0  # told every hundred files
