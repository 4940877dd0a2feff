"""The command line: parse, call one function, print, exit.

Commands are loaded when they are called, so that `--help` and small commands start at once. Exit codes: 0 done,
1 the data do not conform (or a check found something), 2 could not run.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import click

from ..errors import MoroError, Text
from . import speech
from .speech import say


class Entry(NamedTuple):
    """A command: the module and attribute that it lives in, and one line of help."""

    module: str
    attribute: str
    help: Text


COMMANDS: Mapping[str, Entry] = {
    "init": Entry(
        ".start",
        "init",
        Text(
            "Ein kleines Projekt zum Anfangen schreiben.",
            "Write a small project to begin with.",
        ),
    ),
    "publish": Entry(
        ".data",
        "publish",
        Text(
            "Alles prüfen und als vollständige Veröffentlichung schreiben.",
            "Check everything and write a complete release.",
        ),
    ),
    "validate": Entry(
        ".data",
        "validate",
        Text(
            "Daten und Ontologie gegen die Regeln prüfen.",
            "Check data and ontology against the shapes.",
        ),
    ),
    "export": Entry(
        ".data",
        "export",
        Text(
            "Den ganzen Datenbestand in einem Format ausgeben.",
            "Write all data in one format.",
        ),
    ),
    "query": Entry(
        ".data",
        "query",
        Text(
            "Eine SPARQL-Abfrage beantworten.",
            "Answer a SPARQL query.",
        ),
    ),
    "stats": Entry(
        ".data",
        "stats",
        Text(
            "Zählen: Dinge, Aussagen, Quellen, Sprachen.",
            "Count things, statements, sources, languages.",
        ),
    ),
    "conflicts": Entry(
        ".data",
        "conflicts",
        Text(
            "Widersprüche zwischen Quellen zeigen.",
            "Show where sources contradict each other.",
        ),
    ),
    "unverified": Entry(
        ".data",
        "unverified",
        Text(
            "Ungeprüfte Aussagen zeigen, die nicht veröffentlicht werden.",
            "Show unverified statements that are not published.",
        ),
    ),
    "stamp": Entry(
        ".data",
        "stamp",
        Text(
            "Änderungsdaten in publication.lock festhalten.",
            "Record dates of change in publication.lock.",
        ),
    ),
    "serve": Entry(
        ".serve",
        "serve",
        Text(
            "Die Veröffentlichung und ihren SPARQL-Endpunkt anbieten.",
            "Serve the release and its SPARQL endpoint.",
        ),
    ),
    "probe": Entry(
        ".serve",
        "probe",
        Text(
            "Einen Host von außen prüfen.",
            "Check a host from outside.",
        ),
    ),
    "preflight": Entry(
        ".harvest",
        "preflight",
        Text(
            "Den Katalog prüfen, bevor ein Portal es tut.",
            "Check the catalogue before a portal does.",
        ),
    ),
    "profiles": Entry(
        ".harvest",
        "profiles",
        Text(
            "Die amtlichen DCAT-AP-Regeln besorgen.",
            "Get the official DCAT-AP shapes.",
        ),
    ),
}


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """All commands, in the order of the work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Load one command."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        command = getattr(importlib.import_module(entry.module, __package__), entry.attribute)
        assert isinstance(command, click.Command)  # noqa: S101  (a mistake in the table above)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list of commands, without importing them."""
        with formatter.section(say("Befehle", "Commands")):
            formatter.write_dl([(name, entry.help.pick(speech.language())) for name, entry in COMMANDS.items()])


def _group() -> click.Group:
    """The group, made when the language is known."""

    @click.group(
        cls=LazyGroup,
        name="moro-lod",
        help=say(
            "Veröffentlicht das Wissen einer Behörde als Linked Open Data: geprüft, exportiert, abfragbar, für Datenportale.",
            "Publishes an agency's knowledge as linked open data: checked, exported, queryable, ready for data portals.",
        ),
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    @click.option(
        "--lang",
        type=click.Choice(["de", "en"]),
        help=say("Sprache der Ausgaben.", "Language of the output."),
        expose_value=False,
    )
    @click.version_option(package_name="moro-lod", message="%(prog)s %(version)s")
    def group() -> None:
        pass

    return group


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code. Nothing but this function turns errors into messages."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    speech.choose(given, os.environ)
    try:
        result = _group().main(args=given, prog_name="moro-lod", standalone_mode=False)
    except MoroError as error:
        click.echo(error.message(speech.language()), err=True)
        return 2
    except click.ClickException as error:
        error.show()
        return 2
    except click.exceptions.Exit as error:
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo(say("abgebrochen", "interrupted"), err=True)
        return 130
    except BrokenPipeError:  # `moro-lod query … | head`
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115  (the interpreter flushes it at exit)
        return 0
    return result if isinstance(result, int) else 0
