"""From a project, its statements and the files of a release to the catalogue: which datasets there are, in which forms.

Everything comes from the settings and from the release itself: no size, checksum, date or coverage is written by hand.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from .. import changes, formats, iris
from ..changes import Lock
from ..description import Labels
from ..errors import MoroError, Text
from ..formats import Format
from ..graphs import Graph, Quads
from ..namespaces import DCTERMS, OWL, RDF
from ..terms import Term, iri, language, value
from . import coverage as covering
from .model import Agent, Catalogue, Contact, Coverage, Dataset, Distribution, Licence, Place, Service, Words
from .tables import table

if TYPE_CHECKING:
    import datetime

    from ..files import File
    from ..project import DatasetSettings, Project

GZIP = Format("gzip", "application/gzip", ".gz", "GZIP", text=False)
ZSTANDARD = Format("Zstandard", "application/zstd", ".zst", text=False)
_COMPRESSIONS = {each.extension: each for each in (GZIP, ZSTANDARD)}

DATA = PurePosixPath("data")
SUBSET_FORMATS = (
    formats.TURTLE, formats.JSON_LD, formats.RDF_XML, formats.N_TRIPLES, formats.TRIG, formats.N_QUADS,
)  # fmt: skip
"""The RDF forms that every dataset of some classes gets, best known first."""

_ORDER = (*SUBSET_FORMATS, formats.CSV, formats.XLSX, formats.GEOJSON)
_COMMENTS = re.compile(rb"\A(?:#[^\n]*\n|\s*\n)+")
_XML_COMMENTS = re.compile(rb"<!--.*?-->\s*", re.DOTALL)
_VOCABULARY_STEMS = ("ontology", "shapes")


@dataclass(frozen=True, slots=True)
class Selection:
    """Which published things a dataset holds, and the statements about them."""

    settings: DatasetSettings
    iri: Term
    classes: tuple[Term, ...]
    things: tuple[Term, ...]
    quads: Quads


def dataset_iri(base: str, slug: str) -> Term:
    """The identifier of a dataset."""
    return iri(f"{base}{iris.IDENTIFIERS}/dataset/{slug}")


def catalogue_iri(base: str) -> Term:
    """The identifier of the catalogue; `#…` names what belongs to it."""
    return iri(f"{base}catalogue")


def select(project: Project, quads: Quads, things: Sequence[Term]) -> tuple[Selection, ...]:
    """What each dataset of the settings holds, in the order of the settings.

    `things` are all published things. A dataset of some classes has the things with one of these types, a vocabulary also
    the ontology, the whole everything.
    """
    graph = quads.union()
    known = frozenset(things)
    selections = []
    for number, each in enumerate(project.settings.datasets):
        classes = tuple(project.term(curie, f"datasets[{number}].classes") for curie in each.classes)
        if each.whole:
            chosen, part = tuple(things), quads
        else:
            found = {thing for class_ in classes for thing in graph.subjects(RDF.type, class_) if thing in known}
            chosen = tuple(sorted(found))
            part = Quads(quad for thing in chosen for quad in quads.about(thing))
            if each.vocabulary:
                part |= Quads.of_graph(quads.graph(project.settings.ontology), project.settings.ontology)
        selections.append(Selection(each, dataset_iri(project.settings.base, each.slug), classes, chosen, part))
    return tuple(selections)


def subset_files(
    selections: Iterable[Selection], name: str, write: Callable[[Quads, Format], bytes]
) -> Iterator[tuple[PurePosixPath, Format, bytes]]:
    """The RDF files of the datasets that no dump or ontology file holds already: `data/{name}-{slug}.ttl` and so on."""
    for selection in selections:
        if not selection.settings.whole and not selection.settings.vocabulary and len(selection.quads):
            for file_format in SUBSET_FORMATS:
                path = DATA / f"{name}-{selection.settings.slug}{file_format.extension}"
                yield path, file_format, write(selection.quads, file_format)


def hashes(selections: Iterable[Selection]) -> dict[str, str]:
    """The canonical hash of each dataset by its IRI without brackets: what its dct:modified depends on."""
    return {value(each.iri): changes.hash_of_quads(each.quads) for each in selections}


def build(
    project: Project,
    quads: Quads,
    selections: Sequence[Selection],
    files: Iterable[File],
    lock: Lock,
    labels: Labels,
    *,
    has_pages: bool = True,
) -> Catalogue:
    """The catalogue of a release.

    `files` are the files of the site that datasets may consist of (others are passed over). Raises MoroError, with the
    line of the settings, for a dataset without any distribution.
    """
    settings = project.settings
    today = settings.release.date
    graph = quads.union()
    known = {each.path: each for each in files}
    iri_of = catalogue_iri(settings.base)
    whole = _coverage(project, graph, sorted({thing for each in selections for thing in each.things}), labels)
    sums = hashes(selections)
    datasets = []
    for number, selection in enumerate(selections):
        distributions = tuple(_distributions(project, selection, known, lock, labels))
        if not distributions:
            raise MoroError(
                project.place(f"datasets[{number}]"),
                Text(
                    de=f"der Datensatz „{selection.settings.slug}“ hat keine Distribution",
                    en=f'the dataset "{selection.settings.slug}" has no distribution',
                ),
                Text(
                    de="Klassen nennen, von denen es veröffentlichte Dinge gibt, oder den Datensatz entfernen",
                    en="list classes that have published things, or remove the dataset",
                ),
            )
        own = _coverage(project, graph, selection.things, labels)
        key = value(selection.iri)
        stamp = lock.stamp("datasets", key, sums[key], today)
        page = PurePosixPath(iris.DOCUMENTS, "dataset", f"{selection.settings.slug}{formats.HTML.extension}")
        datasets.append(
            Dataset(
                iri=selection.iri,
                slug=selection.settings.slug,
                titles=selection.settings.title,
                descriptions=selection.settings.description,
                keywords=selection.settings.keywords,
                themes=selection.settings.themes,
                kind=selection.settings.kind,
                classes=selection.classes,
                things=selection.things,
                coverage=_filled(own, whole),
                distributions=distributions,
                sha256=sums[key],
                issued=stamp.issued,
                modified=stamp.modified,
                landing_page=iris.url_of(page, project.site_url) if has_pages else "",
                whole=selection.settings.whole,
                previous_version=iri(old) if (old := selection.settings.previous_version) else None,
                service=_service(project, selection) if selection.settings.whole else None,
            )
        )
    standard, standard_titles = _standard(settings.ontology, graph)
    catalogue = Catalogue(
        iri=iri_of,
        base=settings.base,
        site_url=project.site_url,
        languages=settings.languages,
        titles=settings.catalogue.title or settings.title,
        descriptions=settings.catalogue.description or settings.description,
        homepage=settings.catalogue.homepage or project.site_url,
        publisher=Agent(project.publisher, settings.publisher.name, settings.publisher.kind, settings.publisher.homepage),
        contact=Contact(
            iri(f"{value(iri_of)}#contact"), settings.contact.name, settings.contact.email, settings.contact.url
        ),
        licence=licence(project),
        rights=settings.catalogue.rights or _rights(settings.licence.title, settings.licence.attribution),
        provenance=settings.catalogue.provenance or _provenance(settings.title),
        contributor=iri(settings.catalogue.contributor) if settings.catalogue.contributor else None,
        contributor_notes=settings.catalogue.contributor_note,
        availability=settings.catalogue.availability,
        frequency=settings.catalogue.frequency,
        access_rights=settings.catalogue.access_rights,
        political_level=settings.catalogue.political_level,
        country=settings.catalogue.country,
        version=settings.release.version,
        standard=standard,
        standard_titles=standard_titles,
        coverage=whole,
        issued=today,
        modified=today,
        datasets=tuple(datasets),
        page_size=settings.catalogue.page_size,
    )
    stamp = lock.stamp("datasets", value(iri_of), catalogue_hash(catalogue), today)
    return replace(catalogue, issued=settings.catalogue.issued or stamp.issued, modified=stamp.modified)


def catalogue_hash(catalogue: Catalogue) -> str:
    """The hash of what the catalogue lists: its datasets with their content and every text about them."""
    digest = hashlib.sha256()
    for each in catalogue.datasets:
        parts = (
            each.iri,
            each.sha256,
            _flat(each.titles),
            _flat(each.descriptions),
            *(d.substance for d in each.distributions),
        )
        digest.update("\0".join(parts).encode() + b"\n")
    digest.update(f"{_flat(catalogue.titles)}\0{_flat(catalogue.descriptions)}".encode())
    return digest.hexdigest()


def _flat(words: Words) -> str:
    return "\1".join(f"{tag}\2{text}" for tag, text in sorted(words.items()))


def licence(project: Project) -> Licence:
    """The licence of the settings in both lists. The EU's IRI is the German one where the European portal knows that."""
    own = project.settings.licence
    return Licence(
        german=iri(own.iri),
        european=iri(own.eu or own.iri),
        url=own.url,
        titles=own.title,
        attributions=own.attribution,
        kind=own.kind,
    )


def _rights(titles: Words, attributions: Words) -> dict[str, str]:
    """A sentence on rights from the licence, where the settings have none of their own."""
    patterns = {"de": "{licence}. Quellenvermerk: {attribution}", "en": "{licence}. Attribution: {attribution}"}
    return {
        tag: patterns.get(tag, "{licence}. {attribution}").format(licence=titles[tag], attribution=attributions[tag])
        for tag in titles
        if tag in attributions
    }


def _provenance(titles: Words) -> dict[str, str]:
    patterns = {
        "de": "Zusammengestellt für „{title}“; jede Aussage trägt im TriG- und N-Quads-Format ihre Quelle.",
        "en": 'Compiled for "{title}"; in TriG and N-Quads every statement carries its source.',
    }
    return {tag: pattern.format(title=titles[tag]) for tag, pattern in patterns.items() if tag in titles}


def _standard(ontology: Term, graph: Graph) -> tuple[Term | None, dict[str, str]]:
    """The versioned ontology document and its titles."""
    version = graph.value(ontology, OWL.versionIRI)
    number = graph.value(ontology, OWL.versionInfo)
    titles = {language(each): value(each) for each in graph.objects(ontology, DCTERMS.title) if language(each)}
    if version is None or not titles:
        return None, {}
    suffix = f" {value(number)}" if number else ""
    return version, {tag: f"{text}{suffix}" for tag, text in titles.items()}


def _coverage(project: Project, graph: Graph, things: Sequence[Term], labels: Labels) -> Coverage:
    paths = [_path(project, each, "catalogue.dates") for each in project.settings.catalogue.dates]
    start, end = covering.period(graph, things, paths)
    return Coverage(start, end, tuple(_places(project, graph, things, labels)), covering.box(graph, things))


def _places(project: Project, graph: Graph, things: Sequence[Term], labels: Labels) -> Iterator[Place]:
    """The places that portals know by a code: those that the things link to, or the things themselves without links."""
    for number, each in enumerate(project.settings.catalogue.places):
        key = f"catalogue.places[{number}]"
        class_, code = project.term(each.class_, f"{key}.class"), project.term(each.code, f"{key}.code")
        reached: set[Term] = set() if each.links else set(things)
        for path in each.links:
            reached |= covering.follow(graph, things, _path(project, path, f"{key}.links"))
        for place in sorted(reached & set(graph.subjects(RDF.type, class_))):
            for text in graph.objects(place, code):
                names = {tag: label for tag, label in labels.texts.get(place, {}).items() if tag}
                yield Place(iri(each.iri.replace("{code}", value(text))), names)


def _path(project: Project, text: str, key: str) -> covering.Path:
    """A path of the settings: CURIEs joined with `/`."""
    return tuple(project.term(step, key) for step in text.split("/"))


def _filled(own: Coverage, whole: Coverage) -> Coverage:
    """A dataset's coverage; what its own things do not tell is that of the whole publication."""
    dated = own.start is not None or own.end is not None
    return Coverage(
        own.start if dated else whole.start,
        own.end if dated else whole.end,
        own.places or whole.places,
        own.box or whole.box,
    )


def _distributions(
    project: Project, selection: Selection, files: Mapping[PurePosixPath, File], lock: Lock, labels: Labels
) -> Iterator[Distribution]:
    today: datetime.date = project.settings.release.date
    found = []
    for path in _paths(project, selection, files):
        inner, compression = path, _COMPRESSIONS.get(path.suffix)
        if compression:
            inner = path.with_suffix("")
        file_format = formats.by_extension(inner.suffix)
        if file_format is not None and file_format.file_type_iri:
            rank = _ORDER.index(file_format) if file_format in _ORDER else len(_ORDER)
            found.append((compression is not None, rank, str(path), file_format, compression))
    for _, _, name, file_format, compression in sorted(found, key=lambda each: each[:3]):
        path = PurePosixPath(name)
        content = files[path].content
        substance = content_hash(path, files)
        stamp = lock.stamp("distributions", name, substance, today)
        titles, descriptions = _words(selection, path, file_format, compression, labels, project)
        yield Distribution(
            iri=iri(f"{value(selection.iri)}#{path.name.replace('.', '-')}"),
            titles=titles,
            descriptions=descriptions,
            format=file_format,
            path=path,
            url=iris.url_of(path, project.site_url),
            size=len(content),
            sha256=changes.hash_of_bytes(content),
            substance=substance,
            issued=stamp.issued,
            modified=stamp.modified,
            compression=compression,
        )


def content_hash(path: PurePosixPath, files: Mapping[PurePosixPath, File]) -> str:
    """The hash of what a file says: without the version and date that stand in the header of some formats.

    A spreadsheet says what the table of the same name says, a compressed file what the plain one says.
    """
    if path.suffix in _COMPRESSIONS and path.with_suffix("") in files:
        return content_hash(path.with_suffix(""), files)
    if path.suffix == formats.XLSX.extension and path.with_suffix(formats.CSV.extension) in files:
        return content_hash(path.with_suffix(formats.CSV.extension), files)
    content = files[path].content
    if path.suffix in (formats.TURTLE.extension, formats.TRIG.extension):
        content = _COMMENTS.sub(b"", content)
    elif path.suffix == formats.RDF_XML.extension:
        content = _XML_COMMENTS.sub(b"", content)
    return changes.hash_of_bytes(content)


def _paths(project: Project, selection: Selection, files: Mapping[PurePosixPath, File]) -> Iterator[PurePosixPath]:
    """The files of a dataset: its RDF forms, the tables of its classes, its GeoJSON."""
    own = selection.settings
    base = project.settings.base
    words = {found[0] for thing in selection.things if (found := iris.class_and_slug(thing, base))}
    stem = project.settings.name if own.whole else f"{project.settings.name}-{own.slug}"
    for path in files:
        name = path.name.partition(".")[0]
        ending = path.suffixes[0] if path.suffixes else ""
        kind = formats.by_extension(ending)
        if path.parent == DATA:
            rdf = kind is not None and kind.rdf and name == stem and not own.vocabulary
            packed = path.suffix in _COMPRESSIONS
            is_table = kind in (formats.CSV, formats.XLSX) and name in words and not own.whole and not packed
            if rdf or is_table or (path.name in own.geojson):
                yield path
        elif own.vocabulary and len(path.parts) == 1 and name in _VOCABULARY_STEMS and kind is not None and kind.rdf:
            yield path


def _words(
    selection: Selection,
    path: PurePosixPath,
    file_format: Format,
    compression: Format | None,
    labels: Labels,
    project: Project,
) -> tuple[dict[str, str], dict[str, str]]:
    """Title and description of a distribution in each language of the dataset's title."""
    name = file_format.name + (f", {compression.name}" if compression else "")
    titles, descriptions = {}, {}
    for tag, title in selection.settings.title.items():
        german = tag.startswith("de")
        if file_format in (formats.CSV, formats.XLSX):
            subject = _table_name(selection, path.stem, labels, tag, project)
            text = Text(
                f"Tabelle „{subject}“, eine Zeile für jedes Ding, als {name}.",
                f'Table "{subject}", one row for each thing, as {name}.',
            )
            titles[tag] = f"{title}: {subject} ({name})"
        elif file_format is formats.GEOJSON:
            text = Text(
                f"Umrisse mit ihren Eigenschaften als {name} (WGS 84): {path.stem}.",
                f"Outlines with their properties as {name} (WGS 84): {path.stem}.",
            )
            titles[tag] = f"{title}: {path.stem} ({name})"
        elif path.parent != DATA:
            what = Text("SHACL-Regeln", "SHACL shapes") if path.stem == "shapes" else Text("Ontologie", "Ontology")
            text = Text(f"{what.de} als RDF im Format {name}.", f"{what.en} as RDF in {name}.")
            titles[tag] = f"{title}: {what.de if german else what.en} ({name})"
        elif file_format.quads:
            text = Text(
                f"Alle Aussagen dieses Datensatzes als RDF im Format {name}, jede im Graphen ihrer Quelle.",
                f"All statements of this dataset as RDF in {name}, each in the graph of its source.",
            )
            titles[tag] = f"{title} ({name})"
        else:
            text = Text(
                f"Alle Aussagen dieses Datensatzes als RDF im Format {name}.",
                f"All statements of this dataset as RDF in {name}.",
            )
            titles[tag] = f"{title} ({name})"
        descriptions[tag] = text.pick(tag)
    return titles, descriptions


def _table_name(selection: Selection, word: str, labels: Labels, tag: str, project: Project) -> str:
    """The label of the class that a table lists: the one class of the dataset whose things have the class word."""
    base = project.settings.base
    members = {thing for thing in selection.things if (found := iris.class_and_slug(thing, base)) and found[0] == word}
    best = word
    for class_ in selection.classes:
        typed = set(_typed(selection.quads, class_))
        if members and members <= typed and labels.has(class_):
            best = labels.best(class_, tag).text
            break
    return best


def _typed(quads: Quads, class_: Term) -> Iterator[Term]:
    yield from quads.union().subjects(RDF.type, class_)


def _service(project: Project, selection: Selection) -> Service | None:
    endpoint = project.settings.endpoint_url
    if not endpoint:
        return None
    titles, descriptions, patterns = {}, {}, {"de": "SPARQL-Endpunkt", "en": "SPARQL endpoint"}
    for tag, title in selection.settings.title.items():
        titles[tag] = f"{title}: {patterns.get(tag, patterns['en'])}"
        descriptions[tag] = Text(
            "Abfragen in SPARQL 1.1 über alle Aussagen; jeder benannte Graph ist eine Quelle.",
            "Queries in SPARQL 1.1 over all statements; each named graph is a source.",
        ).pick(tag)
    return Service(
        iri=iri(f"{value(catalogue_iri(project.settings.base))}#sparql"),
        distribution=iri(f"{value(selection.iri)}#sparql"),
        titles=titles,
        descriptions=descriptions,
        endpoint_url=endpoint,
        description_url=iris.url_of(".well-known/void", project.site_url),
    )


def country_names(code: str) -> Words:
    """The names of a country of the EU's table."""
    return table("countries").entries[code].labels
