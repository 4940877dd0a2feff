"""The fast engine: the compiled SHACL engine of pyshacl-turbo, in the rdflib-turbo wheel.

The public functions of both packages take and give rdflib objects; the compiled module below them takes N-Triples and
gives plain tuples, blank nodes and spellings unchanged, and needs no rdflib. That module is not meant for others, so the
version is pinned, and a test compares it with the public functions.
"""

from __future__ import annotations

import importlib
import importlib.machinery
import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from ..graphs import Graph, to_ntriples
from ..terms import Term, iri, literal
from . import results
from .results import Result

NAME = "fast"

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
    dataset = native.NativeDataset()
    try:
        dataset.load(to_ntriples(data).decode(), "nt", None, True)
        program = native.SharedShapes(to_ntriples(shapes).decode(), False, [], False)
        _, report, _, _ = program.validate(dataset, _SETTINGS, False)
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise UnavailableError(str(error).strip() or type(error).__name__) from error
    return results.read(_graph(*report))


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
