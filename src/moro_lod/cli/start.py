"""The command for those who begin: init."""

from __future__ import annotations

from pathlib import Path

import click

from .speech import say


@click.command(
    help=say(
        "Schreibt ein kleines vollständiges Projekt in einen neuen Ordner: Einstellungen, Ontologie, Regeln, Daten, eine "
        "Abfrage. Es lässt sich gleich veröffentlichen; dann Schritt für Schritt durch Eigenes ersetzen.",
        "Writes a small complete project into a new folder: settings, ontology, shapes, data, a query. It can be published at "
        "once; then replace it step by step by your own.",
    )
)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def init(folder: Path) -> int:
    """See the help text above."""
    from .. import example

    for path in example.write(folder):
        click.echo(f"  {path}")
    place = folder.as_posix()
    click.echo(say("Weiter mit:", "Go on with:"))
    click.echo(f"  cd {place}\n  moro-lod publish\n  moro-lod serve")
    return 0
