"""Commands for whoever deals with data portals: preflight, profiles."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import MoroError, Text
from . import speech
from .common import console, open_project, print_table, project_option, write_output
from .speech import say

if TYPE_CHECKING:
    from ..preflight import Check, Measured, Part
    from ..project import Project
    from ..release import ReleaseView

PROFILES_FOLDER = "profiles"
_LONGEST = 10  # findings of one check that are shown; all of them are in the JSON
_LARGEST = 8 * 1024 * 1024  # bytes of one official file


@click.command(
    help=say(
        "Prüft den Katalog einer Veröffentlichung, wie Portale es tun: amtliche DCAT-AP- und DCAT-AP.de-Regeln, Konventionen "
        "von GovData, die 405 Punkte von data.europa.eu, Zurücklesen jeder Datei, Maßstäbe für verlinkte Daten. Ohne Netz; "
        "was so nicht messbar ist, steht als „nicht gemessen“ da. Ende mit 1, wenn etwas fehlschlägt.",
        "Checks the catalogue of a release the way portals do: official DCAT-AP and DCAT-AP.de shapes, GovData's conventions, the "
        "405 points of data.europa.eu, reading back every file, linked-data yardsticks. Works offline; what cannot be measured "
        "so is shown as 'not measured'. Ends with 1 when something fails.",
    )
)
@project_option
@click.option(
    "--target",
    type=click.Path(file_okay=False, path_type=Path),
    help=say(
        "Ordner mit der Veröffentlichung (Standard: Projektordner).", "Folder of the release (default: the project's)."
    ),
)
@click.option(
    "--profiles",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help=say(
        "Ordner mit den amtlichen Regeln (Standard: profiles/ im Projekt, wenn es ihn gibt).",
        "Folder with the official shapes (default: profiles/ in the project, if there).",
    ),
)
@click.option(
    "--base-url",
    help=say(
        "Adresse eines laufenden Servers, an dem die Erreichbarkeit gemessen wird, z. B. http://localhost:8000/.",
        "Address of a running server on which reachability is measured, e.g. http://localhost:8000/.",
    ),
)
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help=say("Den Bericht als JSON ausgeben.", "Write the report as JSON."),
)
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help=say("Das JSON in eine Datei schreiben.", "Write the JSON to a file.")
)  # fmt: skip
@click.option(
    "--all", "everything", is_flag=True, help=say("Auch alle erfüllten Prüfungen zeigen.", "Show all passed checks too.")
)
@click.option("--strict", is_flag=True, help=say("Hinweise zählen wie Fehler.", "Warnings count as failures."))
def preflight(
    folder: Path | None,
    target: Path | None,
    profiles: Path | None,
    base_url: str | None,
    as_json: bool,
    output: Path | None,
    everything: bool,
    strict: bool,
) -> int:
    """See the help text above."""
    from ..release import open_release

    project = open_project(folder)
    release = open_release(target or project.folder)
    measured = measure(project, release, profiles or default_profiles(project), base_url)
    if as_json or output:
        write_output(measured.report.to_json(), output)
    if not as_json:
        _print(measured, everything=everything)
    return measured.report.exit_code(strict=strict)


def default_profiles(project: Project) -> Path | None:
    """The folder `profiles` of a project, if there is one."""
    folder = project.folder / PROFILES_FOLDER
    return folder if folder.is_dir() else None


def measure(project: Project, release: ReleaseView, profiles: Path | None, base_url: str | None) -> Measured:
    """The preflight of a release of a project."""
    from .. import preflight as core
    from ..preflight import feeds

    contents = core.Contents.of_release(release)
    dump = f"data/{project.settings.name}.nt"
    content = contents.read(dump)
    if content is None:
        raise MoroError(
            dump,
            Text("die Veröffentlichung hat diesen Dump nicht", "the release lacks this dump"),
            Text("mit `moro-lod publish` neu veröffentlichen", "publish again with `moro-lod publish`"),
        )
    reach = None
    if base_url:
        if not base_url.startswith(("http://", "https://")):
            raise MoroError(
                "--base-url",
                Text(f"„{base_url}“ ist keine vollständige Adresse", f'"{base_url}" is not a whole address'),
                Text("als http://localhost:8000/ schreiben", "write it as http://localhost:8000/"),
            )
        reach = core.Server(base_url.rstrip("/") + "/", contents.site_url, contents.base)
    return core.measure(
        contents,
        feeds.parse(content, ".nt", dump),
        label_properties=[project.term(each, "label_properties") for each in project.settings.label_properties],
        languages=project.settings.languages,
        folder=profiles,
        reach=reach,
    )


def _print(measured: Measured, *, everything: bool) -> None:
    language = speech.language()
    for part in measured.report.parts:
        click.echo()
        console().print(f"[bold]{part.title.pick(language)}[/bold]  {_summary(part)}")
        if part.note.en:
            click.echo(part.note.pick(language))
        rows = [_row(check) for check in part.checks if everything or _worth_showing(check)]
        if rows:
            print_table(
                (say("Stand", "status"), say("Prüfung", "check"), say("Punkte", "points"), say("Erläuterung", "note")),
                rows,
                (2,),
            )
        for check in part.checks:
            if check.findings:
                click.echo(f"  {check.title.pick(language)}")
            for finding in check.findings[:_LONGEST]:
                click.echo(f"    {finding.where}: {finding.problem.pick(language)}")
            if len(check.findings) > _LONGEST:
                rest = len(check.findings) - _LONGEST
                click.echo(say(f"    … und {rest} weitere (alle mit --json)", f"    … and {rest} more (all with --json)"))
    click.echo()
    click.echo(say("Ergebnis: ", "Result: ") + measured.report.status.label.pick(language))


def _worth_showing(check: Check) -> bool:
    from ..preflight import Status

    return check.status is not Status.PASSED or bool(check.note.en)


def _row(check: Check) -> tuple[str, str, str, str]:
    language = speech.language()
    points = "" if check.most is None else f"{_figure(check.points)} / {_figure(check.most)}"
    return check.status.label.pick(language), check.title.pick(language), points, check.note.pick(language)


def _figure(points: float | None) -> str:
    """Points with at most two decimals, in the form of the language; a dash while they are not measured."""
    if points is None:
        return "–"
    text = f"{points:.2f}".rstrip("0").rstrip(".")
    return say(text.replace(".", ","), text)


def _summary(part: Part) -> str:
    from ..preflight import Status

    language = speech.language()
    counts = [(each, part.count(each)) for each in Status]
    text = ", ".join(f"{count} {status.label.pick(language)}" for status, count in counts if count)
    if part.key == "score" and part.points is not None:
        text += f" · {_figure(part.points)} / {_figure(part.most)}"
    return text


@click.group(
    help=say(
        "Die amtlichen DCAT-AP-Regeln, die preflight anwendet. Sie sind nicht Teil dieses Programms.",
        "The official DCAT-AP shapes that preflight applies. They are not part of this program.",
    )
)
def profiles() -> None:
    """See the help text above."""


@profiles.command(
    help=say(
        "Lädt die amtlichen Dateien aus dem Netz und prüft ihre SHA-256-Summen. Der einzige Befehl neben --base-url, der "
        "selbst eine Verbindung aufbaut.",
        "Downloads the official files from the network and checks their SHA-256 sums. Besides --base-url the only command "
        "that makes a connection.",
    )
)
@project_option
@click.option(
    "--to",
    "target",
    type=click.Path(file_okay=False, path_type=Path),
    help=say("Zielordner (Standard: profiles/ im Projekt).", "Folder to write to (default: profiles/ in the project)."),
)
def fetch(folder: Path | None, target: Path | None) -> int:
    """See the help text above."""
    from ..preflight.profiles import PROFILES

    goal = target or open_project(folder).folder / PROFILES_FOLDER
    for each in dict.fromkeys(file for profile in PROFILES for file in profile.files):
        path = goal / each.path
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == each.sha256:
            click.echo(say(f"vorhanden  {each.path}", f"present    {each.path}"))
            continue
        content = download(each.url)
        if hashlib.sha256(content).hexdigest() != each.sha256:
            raise MoroError(
                each.url,
                Text("die Datei ist nicht die geprüfte Fassung (SHA-256)", "the file is not the examined one (SHA-256)"),
                Text(
                    "nichts wurde gespeichert; von Hand ansehen und mit --profiles verwenden",
                    "nothing was stored; look at it and use it with --profiles",
                ),
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}-{os.getpid()}")
        fresh.write_bytes(content)
        fresh.replace(path)
        click.echo(say(f"geholt     {each.path}", f"fetched    {each.path}"))
    return 0


def download(url: str) -> bytes:
    """The content of a web address. Raises MoroError when nothing comes."""
    import urllib.request

    request = urllib.request.Request(url, headers={"User-Agent": "moro-lod"})  # noqa: S310  (pinned https addresses)
    try:
        with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
            content: bytes = response.read(_LARGEST)
            return content
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        raise MoroError(
            url,
            Text(f"nicht erreichbar ({reason})", f"cannot be reached ({reason})"),
            Text(
                "mit Netzverbindung wiederholen oder die Dateien von Hand in den Ordner legen",
                "repeat with a network connection, or put the files into the folder by hand",
            ),
        ) from error
