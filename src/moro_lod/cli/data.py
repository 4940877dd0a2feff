"""Commands for data stewards: publish, validate, export, query, stats, conflicts, unverified, stamp."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import MoroError, Text
from . import speech
from .common import counted, number, open_project, print_table, project_option, seconds_since, shown, steps, write_output
from .harvest import default_profiles
from .speech import say

if TYPE_CHECKING:
    from pyoxigraph import Store

    from ..graphs import Graph
    from ..pipeline import Publication
    from ..project import Project
    from ..terms import Term
    from ..validation import ValidationReport

ENGINES = ("fast", "pyshacl")

_engine_option = click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default="fast",
    show_default=True,
    help=say(
        "SHACL-Programm: das schnelle oder pyshacl zum Vergleich.", "SHACL engine: the fast one, or pyshacl to compare."
    ),
)


@click.command(
    help=say(
        "Liest Ontologie, Daten und Regeln, leitet ab, prüft und schreibt alles nach releases/; der Verweis „release“ zeigt "
        "danach auf das Neue. Geht etwas schief, bleibt die bisherige Veröffentlichung unverändert.",
        "Reads ontology, data and shapes, infers, checks, and writes everything to releases/; the link 'release' then points "
        "to the new one. If anything goes wrong, the previous release stays as it is.",
    )
)
@project_option
@click.option(
    "--target",
    type=click.Path(file_okay=False, path_type=Path),
    help=say(
        "Wohin die Veröffentlichung geschrieben wird (Standard: Projektordner).",
        "Where the release is written (default: the project's folder).",
    ),
)
@_engine_option
@click.option(
    "--profiles",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help=say(
        "Ordner mit den amtlichen DCAT-AP-Regeln für den Qualitätsbericht (Standard: profiles/ im Projekt, wenn es ihn gibt).",
        "Folder with the official DCAT-AP shapes for the quality report (default: profiles/ in the project, if there).",
    ),
)
def publish(folder: Path | None, target: Path | None, engine: str, profiles: Path | None) -> int:
    """See the help text above."""
    from .. import site
    from ..pipeline import NotConformingError
    from ..pipeline import publish as run

    start = time.perf_counter()
    project = open_project(folder)
    names = {
        "load": say("Quellen lesen und ableiten", "reading sources, inferring"),
        "validate": say("prüfen", "validating"),
        "write": say("schreiben", "writing"),
    }
    try:
        with steps(names) as progress:
            outcome = run(
                project,
                target or project.folder,
                engine=engine,
                progress=progress,
                profiles=profiles or default_profiles(project),
            )
    except NotConformingError as error:
        _print_report(error.report, error.publication)
        click.echo(
            say(
                "Nicht veröffentlicht: Die Daten verletzen Regeln. Die bisherige Veröffentlichung ist unverändert.",
                "Not published: the data violate shapes. The previous release is unchanged.",
            ),
            err=True,
        )
        return 1
    release, publication = outcome.release, outcome.publication
    size = sum(each.size for each in release.manifest.files)
    settings = project.settings
    click.echo(
        say(
            f"Veröffentlicht: {settings.title.get('de', settings.name)}, Version {settings.release.version}",
            f"Published: {settings.title.get('en', settings.name)}, version {settings.release.version}",
        )
    )
    click.echo(
        say(
            f"  {number(len(publication.index.things))} Dinge, {number(len(publication.graph))} Aussagen "
            f"aus {number(len(publication.quads.names))} Quellen",
            f"  {number(len(publication.index.things))} things, {number(len(publication.graph))} statements "
            f"from {number(len(publication.quads.names))} sources",
        )
    )
    click.echo(
        say(
            f"  {number(len(release.manifest.files))} Dateien, {number(size // 1000)} kB in {seconds_since(start)} s",
            f"  {number(len(release.manifest.files))} files, {number(size // 1000)} kB in {seconds_since(start)} s",
        )
    )
    for warning in site.warnings(publication):
        click.echo(say("  Hinweis: ", "  Note: ") + warning.message(speech.language()))
    click.echo("  " + outcome.report.summary(speech.language()))
    place = _shortest(release.folder, target or project.folder)
    click.echo(say(f"  Ordner:   {place}", f"  Folder:   {place}"))
    click.echo(say("  Ansehen:  ", "  Look at:  ") + f"{_called()} serve")
    return 0


def _called() -> str:
    """How the reader can call this program: by its name where the shell finds it, else the way it was called."""
    name = Path(sys.argv[0]).name
    if name == "__main__.py":
        return "python -m moro_lod"
    return name if shutil.which(name) or not os.access(sys.argv[0], os.X_OK) else sys.argv[0]


def _shortest(folder: Path, target: Path) -> str:
    link = target / "release"
    try:
        return str(link.absolute().relative_to(Path.cwd())) if link.exists() else str(folder)
    except ValueError:
        return str(link if link.exists() else folder)


@click.command(
    help=say(
        "Prüft alles, was veröffentlicht würde. Rückgabewert 0: in Ordnung; 1: Verstöße; 2: Prüfung nicht möglich.",
        "Checks everything that would be published. Exit code 0: conforms; 1: violations; 2: could not run.",
    )
)
@project_option
@_engine_option
@click.option("--strict", is_flag=True, help=say("Auch Warnungen gelten als Fehler.", "Warnings fail, too."))
@click.option("--format", "output_format", type=click.Choice(["text", "json", "turtle"]), default="text", show_default=True)
def validate(folder: Path | None, engine: str, strict: bool, output_format: str) -> int:
    """See the help text above."""
    from ..pipeline import check, prepare

    publication = prepare(open_project(folder))
    report = check(publication, engine)
    if output_format == "text":
        _print_report(report, publication)
    else:
        write_output(
            report.to_json() if output_format == "json" else report.to_turtle(publication.settings.all_prefixes), None
        )
    return report.exit_code(strict=strict)


def _print_report(report: ValidationReport, publication: Publication) -> None:
    from ..validation.report import lines

    for line in lines(report, publication.index.labels, publication.sources.shapes, speech.language()):
        click.echo(line)


FORMATS = ("turtle", "trig", "json-ld", "n-triples", "n-quads", "rdf-xml")


@click.command(help=say("Gibt alles Veröffentlichte in einem Format aus.", "Writes everything published in one format."))
@project_option
@click.option("--format", "-f", "name", type=click.Choice(FORMATS), default="turtle", show_default=True)
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help=say("Datei (Standard: Ausgabe).", "File (default: output)."),
)
def export(folder: Path | None, name: str, output: Path | None) -> None:
    """See the help text above."""
    from ..distributions import dump
    from ..pipeline import prepare

    write_output(dump(prepare(open_project(folder)), name), output)


@click.command(
    help=say(
        "Beantwortet eine SPARQL-Abfrage: aus einer Datei, von der Standardeingabe (-) oder mit -q. Gefragt wird das Projekt, "
        "wie es jetzt in den Dateien steht, oder mit --release eine Veröffentlichung.",
        "Answers a SPARQL query: from a file, from standard input (-), or given with -q. The project is asked as it stands in "
        "the files now, or, with --release, a release.",
    )
)
@click.argument("file", required=False, type=click.Path(allow_dash=True))
@click.option("-q", "--text", "query_text", help=say("Die Abfrage selbst.", "The query itself."))
@click.option(
    "--param", "-p", "given", multiple=True, metavar="NAME=TEXT", help=say("Wert eines Parameters.", "Value of a parameter.")
)
@click.option(
    "--release",
    type=click.Path(exists=True, path_type=Path),
    help=say("Eine Veröffentlichung statt der Quellen fragen.", "Ask a release instead of the sources."),
)
@click.option(
    "--format",
    "-f",
    "output_format",
    type=click.Choice(["table", "csv", "tsv", "json", "xml", "turtle"]),
    default="table",
    show_default=True,
)
@project_option
def query(
    file: str | None,
    query_text: str | None,
    given: tuple[str, ...],
    release: Path | None,
    output_format: str,
    folder: Path | None,
) -> None:
    """See the help text above."""
    from .. import answers, queries

    if (file is None) == (query_text is None):
        raise MoroError(
            "query",
            Text(de="keine Abfrage oder zwei angegeben", en="no query or two given"),
            Text(de="entweder eine Datei (oder -) oder -q verwenden", en="use either a file (or -) or -q"),
        )
    project = open_project(folder)
    if query_text is not None:
        named = queries.parse(query_text, "-q", project)
    elif file == "-":
        named = queries.parse(sys.stdin.buffer.read().decode("utf-8", "replace"), "-", project)
    else:
        named = queries.read(Path(str(file)), project)
    values = dict(each.partition("=")[::2] for each in given)
    if any(each.name == "language" for each in named.parameters):
        values.setdefault("language", speech.language())
    store = _store(project, release)
    answer = answers.ask(store, named, values, project.settings.all_prefixes)
    if output_format == "table":
        _print_answer(answer, project)
    else:
        write_output(answer.serialize(output_format), None)


def _store(project: Project, release: Path | None) -> Store:
    from .. import store

    if release is None:
        from ..pipeline import prepare

        return store.in_memory(prepare(project).quads)
    from ..release import open_release

    return store.read_only(open_release(release).store)


def _print_answer(answer: object, project: Project) -> None:
    from ..answers import Boolean, Rows, Triples

    prefixes = project.settings.all_prefixes
    if isinstance(answer, Boolean):
        click.echo(say("ja" if answer.value else "nein", "yes" if answer.value else "no"))
    elif isinstance(answer, Rows):
        print_table(answer.variables, [[shown(cell, prefixes) for cell in row] for row in answer.rows])
        count = len(answer.rows)
        click.echo(counted(count, ("Zeile", "Zeilen"), ("row", "rows")), err=True)
    elif isinstance(answer, Triples):
        write_output(answer.serialize("turtle"), None)


@click.command(
    help=say("Zählt Dinge je Klasse, Aussagen je Quelle und Texte je Sprache.", "Counts things, statements and texts.")
)
@project_option
@click.option("--format", "output_format", type=click.Choice(["text", "json"]), default="text", show_default=True)
def stats(folder: Path | None, output_format: str) -> None:
    """See the help text above."""
    from .. import statistics
    from ..pipeline import prepare

    publication = prepare(open_project(folder))
    figures = statistics.count(publication.quads, publication.index)
    if output_format == "json":
        write_output(figures.to_json(), None)
        return
    labels, wanted, prefixes = publication.index.labels, speech.language(), publication.settings.all_prefixes

    def name(term: Term) -> str:
        return labels.best(term, wanted).text if labels.has(term) else shown(term, prefixes)

    click.echo(
        say(
            f"{number(figures.statements)} Aussagen über {number(figures.things)} Dinge aus {number(len(figures.by_source))} Quellen\n",
            f"{number(figures.statements)} statements about {number(figures.things)} things from {number(len(figures.by_source))} sources\n",
        )
    )
    print_table(
        [say("Klasse", "Class"), say("Dinge", "Things")], [[name(c), number(n)] for c, n in figures.by_class], right=[1]
    )
    click.echo()
    print_table(
        [say("Quelle", "Source"), say("Aussagen", "Statements")],
        [[name(s), number(n)] for s, n in figures.by_source],
        right=[1],
    )
    click.echo()
    print_table(
        [say("Sprache", "Language"), say("Texte", "Texts"), say("Dinge mit Namen", "Things with a label")],
        [
            [tag or "–", number(texts), f"{100 * named / max(figures.things, 1):.0f} %"]
            for tag, texts, named in figures.by_language
        ],
        right=[1, 2],
    )


@click.command(
    help=say("Zeigt, wo Quellen einander widersprechen, mit den Quellen.", "Shows where sources contradict each other.")
)
@project_option
def conflicts(folder: Path | None) -> None:
    """See the help text above."""
    from .. import conflicts as contradictions
    from ..pipeline import prepare

    publication = prepare(open_project(folder))
    labels, wanted, prefixes = publication.index.labels, speech.language(), publication.settings.all_prefixes
    shapes = publication.sources.shapes
    found = contradictions.find(publication.quads, shapes)
    rows = [
        [
            labels.best(each.subject, wanted).text if first else "",
            _path_name(each.property, shapes, wanted, prefixes) if first else "",
            ("" if claim.property == each.property else f"{_path_name(claim.property, shapes, wanted, prefixes)}: ")
            + (labels.best(claim.value, wanted).text if claim.value[0] == "<" else shown(claim.value, prefixes)),
            "; ".join(labels.best(source, wanted).text for source in claim.sources),
        ]
        for each in found
        for first, claim in zip([True] + [False] * len(each.claims), each.claims, strict=False)
    ]
    print_table([say("Ding", "Thing"), say("Angabe", "Property"), say("Wert", "Value"), say("Quellen", "Sources")], rows)
    click.echo(counted(len(found), ("Widerspruch", "Widersprüche"), ("contradiction", "contradictions")))


def _path_name(path: Term, shapes: Graph, wanted: str, prefixes: dict[str, str]) -> str:
    """What the shapes call a property in a language."""
    from ..namespaces import SH
    from ..terms import language, value

    names = Counter(
        value(name)
        for shape in shapes.subjects(SH.path, path)
        for name in shapes.objects(shape, SH.name)
        if language(name) == wanted
    )
    return names.most_common(1)[0][0] if names else shown(path, prefixes)


@click.command(
    help=say(
        "Listet die Aussagen, die aufbewahrt, aber nicht veröffentlicht werden, weil niemand sie geprüft hat.",
        "Lists the statements that are kept but not published, since nobody has verified them.",
    )
)
@project_option
def unverified(folder: Path | None) -> None:
    """See the help text above."""
    from ..description import Labels
    from ..pipeline import prepare

    publication = prepare(open_project(folder))
    kept = publication.sources.unverified
    index, wanted, prefixes = publication.index, speech.language(), publication.settings.all_prefixes
    everything = kept.union() | publication.graph  # a thing may be named by an unverified statement alone
    labels = Labels.build(everything, index.label_properties, publication.settings.languages)

    def name(term: Term) -> str:
        return labels.best(term, wanted).text if labels.has(term) else shown(term, prefixes)

    rows = [
        [name(graph), name(s), _path_name(p, publication.sources.shapes, wanted, prefixes), name(o)]
        for graph in kept.names
        for s, p, o in kept.graph(graph)
    ]
    print_table([say("Liste", "List"), say("Ding", "Thing"), say("Angabe", "Property"), say("Wert", "Value")], rows)
    click.echo(
        counted(len(rows), ("ungeprüfte Aussage", "ungeprüfte Aussagen"), ("unverified statement", "unverified statements"))
    )


@click.command(
    help=say(
        "Hält in publication.lock fest, was sich seit der letzten Veröffentlichung geändert hat. Vor dem Einchecken aufrufen.",
        "Records in publication.lock what has changed since the last release. Run it before you commit.",
    )
)
@project_option
def stamp(folder: Path | None) -> None:
    """See the help text above."""
    from .. import changes
    from ..pipeline import prepare, refuse_silent_removal
    from ..pipeline import stamp as make

    project = open_project(folder)
    publication = prepare(project)
    refuse_silent_removal(publication)
    lock = make(publication)
    old = publication.lock
    path = project.folder / changes.LOCK_FILE
    write_output(lock.to_json(), path)
    new = sum(key not in old.stamps[kind] for kind in changes.KINDS for key in lock.stamps[kind])
    changed = sum(
        key in old.stamps[kind] and old.stamps[kind][key].sha256 != each.sha256
        for kind in changes.KINDS
        for key, each in lock.stamps[kind].items()
    )
    click.echo(
        say(
            f"{path}: {number(new)} neu, {number(changed)} geändert, Stand {project.settings.release.date.isoformat()}",
            f"{path}: {number(new)} new, {number(changed)} changed, as of {project.settings.release.date.isoformat()}",
        )
    )
