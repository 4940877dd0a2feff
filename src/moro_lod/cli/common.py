"""What several commands share: options, tables, a line of progress."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..terms import Term, datatype, is_iri, is_literal, language, value
from .speech import say

if TYPE_CHECKING:
    from rich.console import Console

    from ..pipeline import Progress
    from ..project import Project

PATIENCE = 1.0  # seconds without a word

F = TypeVar("F", bound=Callable[..., Any])


def project_option(command: F) -> F:
    """`--project DIR`: default is the current folder or the nearest one above it that has a moro-lod.toml."""
    return click.option(
        "--project",
        "folder",
        type=click.Path(file_okay=False, path_type=Path),
        help=say("Ordner des Projekts (Standard: der aktuelle).", "Folder of the project (default: the current one)."),
    )(command)


def open_project(folder: Path | None) -> Project:
    """The project of a folder that was given, or the nearest one from here upwards."""
    from ..project import Project

    return Project.open(folder) if folder else Project.find(Path())


def console(*, err: bool = False) -> Console:
    """A terminal that colours where people look and writes plain text into files and pipes."""
    from rich.console import Console

    return Console(stderr=err, highlight=False, soft_wrap=True)


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]], right: Iterable[int] = ()) -> None:
    """A table for people; `right` are the numbers of the columns with figures."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    figures = set(right)
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="right" if number in figures else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_plain(cell) for cell in row))
    terminal = console()
    terminal.soft_wrap = False
    if not terminal.is_terminal:
        terminal.width = 200
    terminal.print(table)


def _plain(cell: str) -> str:
    """Text that neither rich nor the terminal takes for mark-up or control."""
    from rich.markup import escape

    return escape("".join(char if char.isprintable() or char == "\n" else "�" for char in cell))


def shown(term: Term | None, prefixes: dict[str, str]) -> str:
    """A term as people read it: prefixed name, text with its language, or the value of other literals."""
    if term is None:
        return ""
    if is_iri(term):
        text = value(term)
        for prefix, namespace in sorted(prefixes.items(), key=lambda pair: -len(pair[1])):
            if text.startswith(namespace) and len(text) > len(namespace):
                return f"{prefix}:{text[len(namespace) :]}"
        return f"<{text}>"
    if is_literal(term):
        tag = language(term)
        known = datatype(term).startswith("http://www.w3.org/2001/XMLSchema#") or tag
        return f"{value(term)} ({tag})" if tag else value(term) if known else f"{value(term)} ({datatype(term)})"
    return term


def after(seconds: float, action: Callable[[], object]) -> Callable[[], None]:
    """Do something a little later, unless what this returns is called before. That returns when the action is over."""
    timer = threading.Timer(seconds, action)
    timer.daemon = True
    timer.start()

    def cancel() -> None:
        timer.cancel()
        timer.join()

    return cancel


@contextmanager
def steps(
    names: dict[str, str],
    terminal: Console | None = None,
    later: Callable[[float, Callable[[], object]], Callable[[], None]] = after,
) -> Iterator[Progress]:
    """Tell each step while it runs and how far it is: on a terminal only, and only for work that takes over a second."""
    terminal = terminal or console(err=True)
    if not terminal.is_terminal:
        from ..pipeline import silent

        yield silent
        return
    from rich import progress as rich

    bar = rich.Progress(
        rich.SpinnerColumn(), rich.TextColumn("{task.description}"), rich.BarColumn(), rich.TaskProgressColumn(),
        rich.TimeElapsedColumn(), console=terminal, transient=True,
    )  # fmt: skip
    task = bar.add_task("", total=None)

    def tell(step: str, /, *, files: int = 0, share: float | None = None) -> None:
        count = f" ({counted(files, ('Datei', 'Dateien'), ('file', 'files'))})" if files else ""
        bar.update(task, description=names.get(step, step) + count, total=None if share is None else 1, completed=share or 0)

    cancel = later(PATIENCE, bar.start)
    try:
        yield tell
    finally:
        cancel()
        bar.stop()


def seconds_since(start: float) -> str:
    """The time since `start` (time.perf_counter) with one decimal, in the form of the language."""
    text = f"{time.perf_counter() - start:.1f}"
    return say(text.replace(".", ","), text)


def number(count: int) -> str:
    """A count in the form of the language: 12.345 or 12,345."""
    text = f"{count:,}"
    return say(text.replace(",", "."), text)


def counted(count: int, german: tuple[str, str], english: tuple[str, str]) -> str:
    """A count with its noun in the right form: (one, many) in each language."""
    many = count != 1
    return f"{number(count)} {say(german[many], english[many])}"


def write_output(content: bytes, output: Path | None) -> None:
    """Write to a file, or to standard output."""
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    from ..errors import MoroError, Text, reason

    try:
        output.write_bytes(content)
    except OSError as error:
        why = reason(error)
        raise MoroError(
            str(output),
            Text(de=f"nicht schreibbar ({why.de})", en=f"cannot be written ({why.en})"),
            Text(de="Ordner, Rechte und freien Platz prüfen", en="check folder, permissions and free space"),
        ) from error
