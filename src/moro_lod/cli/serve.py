"""`moro-lod serve` and `moro-lod probe`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from ..errors import MoroError, Text
from .common import project_option
from .speech import language, say

_MEGABYTE = 1024 * 1024


def _find_release(folder: Path | None) -> Path:
    """Where the release is: below the folder given, else below the project of the current folder, else here."""
    from ..release import LINK, POINTER

    if folder is not None:
        return folder
    here = Path.cwd()
    for each in (here, *here.parents):
        if (each / LINK).is_symlink() or (each / POINTER).is_file():
            return each
        if (each / "moro-lod.toml").is_file():
            return each
    return here


@click.command(
    help=say(
        "Bietet die Veröffentlichung im Browser und für Programme an: Seiten, Daten, SPARQL unter /sparql, OAI-PMH unter /oai."
        " Ohne Angaben: was `moro-lod publish` hier geschrieben hat. Strg-C beendet; SIGHUP übernimmt eine neue"
        " Veröffentlichung sofort, sonst geschieht es binnen einer Sekunde.",
        "Serve the release to browsers and programs: pages, data, SPARQL at /sparql, OAI-PMH at /oai. Without options:"
        " what `moro-lod publish` wrote here. Ctrl-C stops; SIGHUP takes a new release over at once, otherwise that"
        " happens within a second.",
    )
)
@project_option
@click.option(
    "--release",
    type=click.Path(path_type=Path),
    help=say("Ordner mit der Veröffentlichung.", "Folder with the release."),
)
@click.option("--host", default="127.0.0.1", show_default=True, help=say("Adresse zum Lauschen.", "Address to listen on."))
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help=say("0: ein freier.", "0: a free one.")
)
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    help=say("Abfrageprozesse (Standard: Kerne, mindestens 2).", "Query processes (default: cores, at least 2)."),
)
@click.option(
    "--timeout",
    "seconds",
    default=10.0,
    show_default=True,
    type=click.FloatRange(0.1, 3600),
    help=say("Sekunden für eine Abfrage.", "Seconds for a query."),
)
@click.option(
    "--memory",
    default=1024,
    show_default=True,
    type=click.IntRange(64),
    help=say("MB für einen Prozess.", "MB for a process."),
)
@click.option(
    "--max-result",
    default=64,
    show_default=True,
    type=click.IntRange(1, 1024),
    help=say("MB für ein Ergebnis.", "MB for a result."),
)
@click.option(
    "--prefix",
    default="",
    help=say("Pfad, unter dem der Server eingehängt ist (/daten).", "Path below which the server is mounted (/data)."),
)
@click.option(
    "--trusted-proxy",
    "trusted",
    multiple=True,
    help=say(
        "Netz, dessen X-Forwarded-For und X-Forwarded-Prefix gelten (mehrfach möglich).",
        "Network whose X-Forwarded-For and X-Forwarded-Prefix are believed (repeatable).",
    ),
)
@click.option(
    "--rate",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0),
    help=say(
        "Rechensekunden, die einem Client je Sekunde nachwachsen; 0: unbegrenzt.",
        "Seconds of computing that a client gets back each second; 0: no limit.",
    ),
)
@click.option(
    "--log",
    type=click.Choice(["all", "problems", "off"]),
    help=say("Protokoll (JSON) auf die Fehlerausgabe.", "Log (JSON) to standard error."),
)
@click.option(
    "--no-sandbox",
    is_flag=True,
    help=say(
        "Abfrageprozesse nicht vom Netz trennen: nur, wo es nicht anders geht.",
        "Do not cut query processes off from the network: only where nothing else works.",
    ),
)
def serve(
    folder: Path | None,
    release: Path | None,
    host: str,
    port: int,
    workers: int | None,
    seconds: float,
    memory: int,
    max_result: int,
    prefix: str,
    trusted: tuple[str, ...],
    rate: float,
    log: str | None,
    no_sandbox: bool,
) -> int:
    """Serve a release."""
    import re
    import sys

    if sys.platform == "win32":
        raise MoroError(
            "serve",
            Text(de="der Server läuft unter Linux", en="the server runs on Linux"),
            Text(de="dort oder in einem Container betreiben", en="run it there or in a container"),
        )
    import ipaddress

    from ..server.app import Options
    from ..server.pool import PoolLimits
    from ..server.run import Setup
    from ..server.run import serve as run

    prefix = prefix.rstrip("/")
    if not re.fullmatch(r"(/[A-Za-z0-9._~-]+)*", prefix):
        raise MoroError(
            f"--prefix {prefix}",
            Text(de="das ist kein Pfad", en="this is no path"),
            Text(de="zum Beispiel /daten angeben", en="give, for example, /data"),
        )
    for each in trusted:
        try:
            ipaddress.ip_network(each, strict=False)
        except ValueError as error:
            raise MoroError(
                f"--trusted-proxy {each}",
                Text(de="das ist weder Adresse noch Netz", en="this is neither an address nor a network"),
                Text(de="zum Beispiel 127.0.0.1 oder 10.0.0.0/8 angeben", en="give, for example, 127.0.0.1 or 10.0.0.0/8"),
            ) from error
    setup = Setup(
        release=_find_release(release or folder),
        host=host,
        port=port,
        pool=PoolLimits(
            workers=workers or max(2, os.cpu_count() or 2),
            seconds=seconds,
            memory=memory * _MEGABYTE,
            result=max_result * _MEGABYTE,
            sandbox=not no_sandbox,
        ),
        options=Options(prefix=prefix, trusted=trusted, rate=rate, burst=6 * seconds),
        log=log or ("problems" if sys.stderr.isatty() else "all"),
    )

    def started(address: str, taken: int) -> None:
        shown = f"[{address}]" if ":" in address else address
        shown = "localhost" if address in ("127.0.0.1", "0.0.0.0", "::") else shown  # noqa: S104
        click.echo(
            say(
                f"http://{shown}:{taken}{prefix}/  (SPARQL: http://{shown}:{taken}{prefix}/sparql, Ende mit Strg-C)",
                f"http://{shown}:{taken}{prefix}/  (SPARQL: http://{shown}:{taken}{prefix}/sparql, stop with Ctrl-C)",
            )
        )

    run(setup, started)
    return 0


@click.command(
    help=say(
        "Prüft einen Host von außen: Adressen der Dinge, Formen, Sprachen, SPARQL-Protokoll, Katalog, CORS, Zwischenspeicher,"
        " Sicherheit. Nur diese Adresse wird abgerufen. Exit-Code 1, wenn etwas fehlt, das da sein soll.",
        "Check a host from outside: addresses of things, formats, languages, SPARQL protocol, catalogue, CORS, caching,"
        " security. Only this address is fetched. Exit code 1 when something is missing that should be there.",
    )
)
@click.argument("url")
@click.option(
    "--thing",
    help=say("Adresse eines Dings (/id/…), sonst aus der Sitemap.", "Address of a thing (/id/…), else from the sitemap."),
)
@click.option(
    "--sparql",
    "endpoint",
    help=say("Adresse des Endpunkts (Standard: URL + sparql).", "Address of the endpoint (default: URL + sparql)."),
)
@click.option("--json", "as_json", is_flag=True, help=say("Ergebnis als JSON.", "Result as JSON."))
@click.option("--timeout", default=20.0, show_default=True, help=say("Sekunden je Abruf.", "Seconds for a request."))
def probe(url: str, thing: str | None, endpoint: str | None, as_json: bool, timeout: float) -> int:
    """Probe a host."""
    from ..server.probe import probe as run
    from ..server.probe import report_json, summary

    results = run(url, thing=thing, endpoint=endpoint, timeout=timeout)
    if as_json:
        click.echo(report_json(url, results))
    else:
        from .common import print_table

        marks = {"pass": "✓", "fail": "✗", "skip": "–", "note": "i"}
        print_table(
            (say("", ""), say("Prüfung", "Check"), say("Ergebnis", "Result")),
            [
                (marks[each.outcome], f"{each.name}  {each.title.pick(language())}", each.detail.pick(language()))
                for each in results
            ],
        )
        click.echo(summary(results).pick(language()))
    return 1 if any(each.outcome == "fail" for each in results) else 0
