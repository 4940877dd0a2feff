"""The fast engine: the compiled SHACL engine of pyshacl-turbo, in the rdflib-turbo wheel.

The public functions of both packages take and give rdflib objects; the compiled module below them takes N-Triples and
gives plain tuples, blank nodes and spellings unchanged, and needs no rdflib. That module is not meant for others, so the
version is pinned, and a test compares it with the public functions.
"""

from __future__ import annotations

import importlib
import importlib.machinery
import importlib.util
import itertools
import json
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from ..errors import MoroError, Text
from ..graphs import Graph, to_ntriples
from ..terms import Term, iri, literal
from . import results
from .results import Result

NAME = "fast"

CHUNK = 100_000  # statements
SECONDS = 900  # a million statements take a quarter of a minute
STACK = 64 * 1024 * 1024  # bytes; the engine follows paths and queries recursively

_PACKAGE, _MODULE = "rdflib_turbo", "rdflib_turbo._native"
_SETTINGS = json.dumps(
    {
        "iterate_rules": False,
        "max_rule_iterations": 1,
        "max_validation_depth": 15,
        "allow_infos": False,
        "allow_warnings": False,
        "abort_on_first": False,
        "focus_nodes": [],
        "use_shapes": [],
    }
)


class UnavailableError(Exception):
    """The engine is not installed here, or cannot do what the shapes ask; its text says why."""


def run(data: Graph, shapes: Graph) -> tuple[Result, ...]:
    """The results of the fast engine. Raises UnavailableError when another engine has to do it."""
    native = _native()
    outcome: list[Any] = []

    def work() -> None:
        try:
            dataset = native.NativeDataset()
            for text in _chunks(data):
                dataset.load(text, "nt", None, True)
            program = native.SharedShapes(to_ntriples(shapes).decode(), False, [], False)
            outcome.append(program.validate(dataset, _SETTINGS, False))
        except BaseException as error:  # noqa: BLE001 - a panic of the compiled module is no Exception
            outcome.append(error)

    _wait_for(work)
    if not outcome:
        raise _endless()
    if isinstance(outcome[0], BaseException):
        raise UnavailableError(str(outcome[0]).strip() or type(outcome[0]).__name__) from outcome[0]
    _, report, _, _ = outcome[0]
    return results.read(_graph(*report))


def _chunks(graph: Graph) -> Iterator[str]:
    """The graph as N-Triples, in pieces, so that it is not in memory as one text besides."""
    statements = iter(graph)
    while piece := list(itertools.islice(statements, CHUNK)):
        yield "".join([f"{s} {p} {o} .\n" for s, p, o in piece])


def _wait_for(work: Callable[[], None]) -> None:
    """Do the work in another thread, with a deep stack, so that Ctrl-C and the time limit are heeded meanwhile."""
    before = threading.stack_size(STACK)
    try:
        worker = threading.Thread(target=work, name="shacl", daemon=True)
        worker.start()
    finally:
        threading.stack_size(before)
    worker.join(SECONDS)


def _endless() -> MoroError:
    return MoroError(
        "SHACL",
        Text(
            de=f"die Prüfung ist nach {SECONDS // 60} Minuten nicht fertig geworden",
            en=f"the validation did not finish within {SECONDS // 60} minutes",
        ),
        Text(
            de="in den Shapes mit sh:sparql nach Mustern suchen, die alles mit allem verbinden",
            en="look in the shapes with sh:sparql for patterns that join everything with everything",
        ),
    )


def _native() -> Any:
    """The compiled module, without the Python package around it, which would import rdflib."""
    loaded = sys.modules.get(_MODULE)
    if loaded is not None:
        return loaded
    try:
        package = importlib.util.find_spec(_PACKAGE)
        if package is None or not package.submodule_search_locations:
            raise UnavailableError(f"{_PACKAGE} is not installed")
        for folder in package.submodule_search_locations:
            for suffix in importlib.machinery.EXTENSION_SUFFIXES:
                path = Path(folder) / f"_native{suffix}"
                if path.is_file():
                    return _load(path)
    except ImportError as error:
        raise UnavailableError(str(error)) from error
    raise UnavailableError(f"{_PACKAGE} has no compiled module for this machine")


def _load(path: Path) -> ModuleType:
    loader = importlib.machinery.ExtensionFileLoader(_MODULE, str(path))
    spec = importlib.util.spec_from_file_location(_MODULE, path, loader=loader)
    if spec is None:
        raise UnavailableError(f"{path.name} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    sys.modules[_MODULE] = module  # it can be initialised only once; a later import of the package finds it here
    return module


def _graph(records: list[tuple[int, str, str | None, str | None]], quads: list[tuple[int, int, int, int | None]]) -> Graph:
    """The report from the engine's numbered terms."""
    terms = [_term(*record) for record in records]
    return Graph((terms[s], terms[p], terms[o]) for s, p, o, _ in quads)


def _term(kind: int, text: str, datatype: str | None, language: str | None) -> Term:
    if kind == 2:
        return literal(text, language, datatype)
    return iri(text) if kind == 0 else f"_:{text}"
