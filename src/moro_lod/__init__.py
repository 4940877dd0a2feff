"""moro-lod: publish an agency's knowledge as linked open data.

The steps of the command line, for Python:

    import moro_lod

    project = moro_lod.open_project(".")
    publication = moro_lod.prepare(project)  # load and infer
    report = moro_lod.validate(publication)  # results sorted by severity
    rows = moro_lod.query(publication, "SELECT …")
    outcome = moro_lod.publish(project, "public")  # a whole release, or an exception
    dataset = moro_lod.load(".")  # rdflib.Dataset, named graphs = sources

Heavy libraries are imported when a step needs them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .errors import MoroError

if TYPE_CHECKING:
    import rdflib

    from .answers import Boolean, Rows, Triples
    from .pipeline import Outcome, Publication
    from .project import Project
    from .validation import ValidationReport

__all__ = ["MoroError", "load", "open_project", "prepare", "publish", "query", "validate"]


def open_project(folder: str | Path = ".") -> Project:
    """The project of a folder (the one with moro-lod.toml). Raises MoroError for whatever is wrong in its settings."""
    from .project import Project

    return Project.open(Path(folder))


def prepare(project: Project) -> Publication:
    """Read a project's sources and infer what follows. Raises MoroError for a file that cannot be read."""
    from . import pipeline

    return pipeline.prepare(project)


def validate(publication: Publication, engine: str = "fast") -> ValidationReport:
    """Check everything that would be published; `engine` is "fast" or "pyshacl". Findings are in the report."""
    from . import pipeline

    return pipeline.check(publication, engine)


def query(publication: Publication, text: str, **parameters: str) -> Rows | Boolean | Triples:
    """Answer a SPARQL query on a publication; the project's prefixes need no declaration.

    Rows hold terms as N-Triples text (`moro_lod.terms` takes them apart), None where unbound.
    """
    from . import answers, queries, store

    named = queries.parse(text, "query", publication.project)
    return answers.ask(store.in_memory(publication.quads), named, parameters, publication.settings.all_prefixes)


def publish(project: Project, target: str | Path | None = None) -> Outcome:
    """Write a release below `target` (default: the project's folder).

    Raises MoroError when something cannot be read or written, and `moro_lod.pipeline.NotConformingError` when the data violate
    shapes; the previous release is untouched then.
    """
    from . import pipeline

    return pipeline.publish(project, Path(target) if target is not None else project.folder)


def load(folder: str | Path = ".") -> rdflib.Dataset:
    """Everything that a project publishes as an rdflib Dataset: one named graph a source, their union as default graph."""
    import rdflib

    from .graphs import to_nquads

    dataset = rdflib.Dataset(default_union=True)
    dataset.parse(data=to_nquads(prepare(open_project(folder)).quads), format="nquads")
    for prefix, namespace in open_project(folder).settings.all_prefixes.items():
        dataset.bind(prefix, namespace, replace=True)
    return dataset
