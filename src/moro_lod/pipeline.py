"""The pipeline: sources → load → infer → validate → describe → distributions → catalogue → site → release.

Each step is a function from values to values; files are read at the beginning and written at the end.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Protocol

from . import changes, formats, inference, iris, queries, sources
from .changes import Lock
from .description import Index
from .errors import MoroError, Text, unreadable
from .files import File, media_path
from .graphs import Graph, Quads, collection_frozen, to_nquads
from .namespaces import DCTERMS
from .project import Project, Settings
from .queries import NamedQuery
from .release import ReleaseView, write_release
from .sources import Sources
from .terms import iri, value

if TYPE_CHECKING:
    from .validation import ValidationReport


class Progress(Protocol):
    """Told the name of each step when it begins, and now and then how far the writing is."""

    def __call__(self, step: str, /, *, files: int = 0, share: float | None = None) -> object:
        """`files` are written up to now; `share` (0 to 1) of the things has its files, None where that is not known."""


def silent(step: str, /, *, files: int = 0, share: float | None = None) -> None:
    """Progress that nobody sees."""


TOLD_EVERY = 100  # files


@dataclass(frozen=True)
class Publication:
    """Everything that one publication is made from: what each step after validation gets.

    `quads` are all published statements: asserted and inferred ones, source records, ontology.
    """

    project: Project
    sources: Sources
    quads: Quads
    lock: Lock
    queries: tuple[NamedQuery, ...] = ()

    @property
    def settings(self) -> Settings:
        """The settings of the project."""
        return self.project.settings

    @property
    def graph(self) -> Graph:
        """The union of all quads."""
        return self.quads.union()

    @property
    def date(self) -> datetime.date:
        """The day of this release, from the settings: the program has no clock."""
        return self.settings.release.date

    @cached_property
    def index(self) -> Index:
        """The index that descriptions and labels come from."""
        settings = self.settings
        return Index.build(
            self.quads,
            base=settings.base,
            label_properties=tuple(self.project.term(each, "label_properties") for each in settings.label_properties),
            languages=settings.languages,
            licence=iri(settings.licence.iri),
            neighbours=settings.limits.neighbours,
        )


@dataclass(frozen=True)
class Outcome:
    """What a run published."""

    release: ReleaseView
    report: ValidationReport
    publication: Publication


def prepare(project: Project) -> Publication:
    """Load a project's sources and infer what follows. Raises MoroError for input that cannot be read."""
    loaded = sources.load(project)
    inferred_name = project.term(project.settings.sources.inferred, "sources.inferred")
    inferred = inference.infer(loaded.asserted.union(), loaded.ontology, loaded.rules)
    return Publication(
        project, loaded, loaded.asserted | Quads.of_graph(inferred, inferred_name), _lock(project), queries.load(project)
    )


def _lock(project: Project) -> Lock:
    try:
        return Lock.from_json((project.folder / changes.LOCK_FILE).read_bytes())
    except FileNotFoundError:
        return Lock()
    except OSError as error:
        raise unreadable(changes.LOCK_FILE, error) from error


def check(publication: Publication, engine: str = "fast") -> ValidationReport:
    """Validate everything that would be published. Findings are in the report; MoroError means that it could not run."""
    from . import validation

    asked = [(query.path, query.text) for query in publication.queries]
    return validation.check(publication.sources, publication.quads, publication.project, engine=engine, queries=asked)


def site_files(publication: Publication, profiles: Path | None = None) -> Iterator[File]:
    """Every file of the site, in the order of the pipeline: distributions, catalogue, descriptions, pages, sitemap.

    Nothing is written yet; files come one by one, so that they need not be in memory together. `profiles` is a folder with the
    official shapes for the quality report; without it that says what was not measured.
    """
    from . import catalogue, distributions, preflight, site
    from .server import hosting

    paths: list[PurePosixPath] = []

    def noted(files: Iterable[File]) -> Iterator[File]:
        for file in files:
            paths.append(file.path)
            yield file

    yield from _video(publication)
    dumps = tuple(distributions.files(publication))
    offer = catalogue.make(publication, dumps)
    datasets = {
        each.iri: publication.project.place(f"datasets[{n}].slug") for n, each in enumerate(offer.catalogue.datasets)
    }
    iris.refuse_shared_paths(publication.index.things, datasets, publication.settings.base)
    measured = preflight.of_publication(publication, offer, dumps, profiles)
    yield from noted(dumps)
    yield from noted(offer.files)
    if measured is not None:
        yield from noted(preflight.files(measured, publication.settings.base, publication.settings.all_prefixes))
    yield from noted(distributions.resource_files(publication))
    yield from noted(_tombstones(publication))
    yield from noted(hosting.files(publication))
    yield from noted(site.files(publication, offer, dumps, measured))
    yield from catalogue.closing(publication, offer, paths)


def publish(
    project: Project, target: Path, *, engine: str = "fast", progress: Progress = silent, profiles: Path | None = None
) -> Outcome:
    """Run the whole pipeline and switch `target`'s release over to the new one.

    Raises MoroError when something cannot be read or written. Raises NotConformingError when the data must not be published.
    The previous release is untouched then.
    """
    from . import catalogue

    catalogue.check(project)
    progress("load")
    publication = prepare(project)
    refuse_silent_removal(publication)
    progress("validate")
    report = check(publication, engine)
    if report.exit_code() != 0:
        raise NotConformingError(report, publication)
    progress("write")
    with collection_frozen():
        release = write_release(
            target,
            _counted(site_files(publication, profiles), publication, progress),
            version=project.settings.release.version,
            date=project.settings.release.date.isoformat(),
            base=project.settings.base,
            site_url=project.site_url,
            nquads=to_nquads(publication.quads),
            build_store=lambda folder: _build_store(folder, publication.quads),
        )
    return Outcome(release, report, publication)


def _counted(files: Iterable[File], publication: Publication, progress: Progress) -> Iterator[File]:
    """The same files, telling on the way how many there were and what share of the things is through: data first, then pages."""
    wanted = (formats.TURTLE.extension, *(iris.page_suffix(tag, publication.settings.languages) for tag in publication.settings.languages))  # fmt: skip
    total = len(publication.index.things) * (1 + len(publication.settings.languages))
    done = 0
    for number, file in enumerate(files, 1):
        yield file
        done += file.path.parts[0] == str(iris.DOCUMENTS) and file.path.name.endswith(wanted)
        if number % TOLD_EVERY == 0:
            progress("write", files=number, share=min(1.0, done / total) if total else None)


class NotConformingError(Exception):
    """The data have violations and must not be published."""

    def __init__(self, report: ValidationReport, publication: Publication) -> None:
        super().__init__("the data do not conform to the shapes")
        self.report = report
        self.publication = publication


def stamp(publication: Publication) -> Lock:
    """The lock for what would be published now: hashes of datasets, distributions and things with their dates."""
    from . import catalogue, distributions

    things = {value(thing): changes.hash_of_quads(publication.quads.about(thing)) for thing in publication.index.things}
    offered = catalogue.hashes(publication, tuple(distributions.files(publication)))
    return publication.lock.stamped({"things": things, **offered}, publication.date)


def refuse_silent_removal(publication: Publication) -> None:
    """A published identifier never just disappears: whoever follows it must learn why."""
    explained = publication.sources.tombstones
    gone = [each for each in publication.lock.gone(publication.index.things) if not explained.about(iri(each))]
    if gone:
        shown = ", ".join(gone[:3]) + (" …" if len(gone) > 3 else "")
        raise MoroError(
            "data/tombstones.ttl",
            Text(
                de=f"{len(gone)} veröffentlichte Dinge fehlen in den Daten ({shown})",
                en=f"{len(gone)} published things are missing from the data ({shown})",
            ),
            Text(
                de="wiederherstellen oder mit Grund (skos:changeNote), Datum (dcterms:date) und, wenn es eins gibt, "
                "Nachfolger (dcterms:isReplacedBy) hier eintragen",
                en="restore them or enter them here with reason (skos:changeNote), date (dcterms:date) and, where there "
                "is one, successor (dcterms:isReplacedBy)",
            ),
        )
    for thing in explained.subjects_sorted:
        if explained.value(thing, DCTERMS.date) is None:
            raise MoroError(
                "data/tombstones.ttl",
                Text(de=f"{thing} hat kein Datum", en=f"{thing} has no date"),
                Text(de="dcterms:date ergänzen", en="add dcterms:date"),
            )


def _tombstones(publication: Publication) -> Iterator[File]:
    from .distributions import turtle

    if len(publication.sources.tombstones):
        content = turtle.write_turtle(publication.sources.tombstones, publication.settings.all_prefixes)
        yield File(PurePosixPath("tombstones.ttl"), content, formats.TURTLE.media_type)


def _video(publication: Publication) -> Iterator[File]:
    """The explanations in sign language, copied from the project into the release."""
    name = publication.settings.site.sign_language
    if not name:
        return
    place = publication.project.place("site.sign_language")
    known = formats.by_extension(PurePosixPath(name).suffix)
    if known not in (formats.MP4, formats.WEBM):
        raise MoroError(
            place,
            Text(de=f"„{name}“ ist kein Video, das Browser abspielen", en=f'"{name}" is no video that browsers play'),
            Text(de="ein Video als .mp4 oder .webm angeben", en="give a video as .mp4 or .webm"),
        )
    path = publication.project.folder / name
    if not path.resolve().is_relative_to(publication.project.folder.resolve()):
        raise MoroError(
            place,
            Text(de=f"„{name}“ liegt nicht im Projektordner", en=f'"{name}" does not lie in the project\'s folder'),
            Text(de="das Video in den Projektordner legen", en="put the video into the project's folder"),
        )
    try:
        content = path.read_bytes()
    except OSError as error:
        raise unreadable(f"{place}: {name}", error) from error
    yield File(media_path(name), content, known.media_type)


def _build_store(folder: Path, quads: Quads) -> None:
    from . import store

    store.build(folder, quads)
