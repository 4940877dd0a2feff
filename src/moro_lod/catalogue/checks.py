"""Whether the settings of a catalogue can make a good feed: asked before anything is computed or written.

Every message names the line of the settings, what is wrong, and what to write instead.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ..errors import MoroError, Text
from ..terms import iri
from .tables import Table, language_term, table

if TYPE_CHECKING:
    from ..project import Project

_WEB = re.compile(r"https?://[^\s<>\"{}|\\^`]+$")
_MAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+$")


def check(project: Project) -> None:
    """Raise MoroError for the first setting that would spoil the catalogue. Projects without datasets have none to spoil."""
    for key, problem, remedy in _mistakes(project):
        raise MoroError(project.place(key), problem, remedy)


Mistake = tuple[str, Text, Text]


def _mistakes(project: Project) -> Iterator[Mistake]:
    if not project.settings.datasets:
        return
    yield from _licence(project)
    yield from _people(project)
    yield from _catalogue(project)
    yield from _datasets(project)


def _licence(project: Project) -> Iterator[Mistake]:
    licence = project.settings.licence
    german, european = table("licences"), table("eu-licences")
    if iri(licence.iri) not in german:
        yield from _not_in(german, "licence.iri", licence.iri, whole=True)
    elif licence.eu:
        if iri(licence.eu) not in european and iri(licence.eu) not in german.marked("europe"):
            yield from _not_in(european, "licence.eu", licence.eu, whole=True)
    elif iri(licence.iri) not in german.marked("europe"):
        yield (
            "licence.iri",
            Text(
                f"das europäische Portal kennt „{licence.iri}“ nicht",
                f'the European portal does not know "{licence.iri}"',
            ),
            Text(
                f"dieselbe Lizenz aus der EU-Liste als licence.eu angeben, zum Beispiel {european.prefix}CC_BY_4_0",
                f"give the same licence from the EU's list as licence.eu, for example {european.prefix}CC_BY_4_0",
            ),
        )
    yield from _code(table("licence-types"), "licence.kind", licence.kind)
    yield from _web("licence.url", licence.url)


def _people(project: Project) -> Iterator[Mistake]:
    publisher, contact = project.settings.publisher, project.settings.contact
    yield from _web("publisher.iri", publisher.iri)
    yield from _web("publisher.homepage", publisher.homepage)
    yield from _code(table("publisher-types"), "publisher.kind", publisher.kind)
    if not contact.email and not contact.url:
        yield (
            "contact",
            Text("der Kontakt hat weder E-Mail-Adresse noch Webseite", "the contact has neither e-mail address nor page"),
            Text("contact.email oder contact.url angeben", "give contact.email or contact.url"),
        )
    if contact.email and not _MAIL.match(contact.email.removeprefix("mailto:")):
        yield (
            "contact.email",
            Text(f"„{contact.email}“ ist keine E-Mail-Adresse", f'"{contact.email}" is no e-mail address'),
            Text("als name@beispiel.de schreiben", "write it as name@example.org"),
        )
    yield from _web("contact.url", contact.url)


def _catalogue(project: Project) -> Iterator[Mistake]:
    settings = project.settings.catalogue
    contributors = table("contributors")
    if settings.contributor and iri(settings.contributor) not in contributors:
        yield from _not_in(contributors, "catalogue.contributor", settings.contributor, whole=True)
    if not settings.contributor and settings.supplier == "direct":
        yield (
            "catalogue.supplier",
            Text(
                "wer direkt an GovData liefert, braucht eine Datenbereitsteller-ID (catalogue.contributor)",
                "who delivers to GovData directly needs a contributor ID (catalogue.contributor)",
            ),
            Text(
                f"die IRI aus der Liste {contributors.prefix} eintragen oder supplier = \"indirect\" setzen",
                f'enter the IRI from the list {contributors.prefix} or set supplier = "indirect"',
            ),
        )  # fmt: skip
    for name, code in (
        ("availabilities", "availability"),
        ("frequencies", "frequency"),
        ("access-rights", "access_rights"),
        ("political-levels", "political_level"),
        ("countries", "country"),
    ):
        yield from _code(table(name), f"catalogue.{code}", getattr(settings, code))
    yield from _web("catalogue.homepage", settings.homepage)
    for number, place in enumerate(settings.places):
        if "{code}" not in place.iri:
            yield (
                f"catalogue.places[{number}].iri",
                Text(f"in „{place.iri}“ fehlt {{code}}", f'"{place.iri}" lacks {{code}}'),
                Text("{code} schreiben, wo der Schlüssel des Ortes steht", "write {code} where the place's code belongs"),
            )
        yield from _web(f"catalogue.places[{number}].iri", place.iri.replace("{code}", "1"))
    for path in settings.dates:
        for step in path.split("/"):
            project.term(step, "catalogue.dates")
    for tag in project.settings.languages:
        if language_term(tag) is None:
            yield (
                "languages",
                Text(
                    f"für „{tag}“ kennt die Sprachenliste der EU hier keinen Eintrag",
                    f'the EU\'s list of languages has no entry for "{tag}" here',
                ),
                Text("eine der Amtssprachen der EU wählen", "choose one of the EU's official languages"),
            )


def _datasets(project: Project) -> Iterator[Mistake]:
    datasets = project.settings.datasets
    geojson = {each.file for each in project.settings.geojson}
    for number, each in enumerate(datasets):
        key = f"datasets[{number}]"
        if not (each.classes or each.whole or each.vocabulary):
            yield (
                key,
                Text(f"der Datensatz „{each.slug}“ ist leer", f'the dataset "{each.slug}" is empty'),
                Text(
                    "classes angeben, oder whole = true für alles, oder vocabulary = true für das Vokabular",
                    "give classes, or whole = true for everything, or vocabulary = true for the vocabulary",
                ),
            )
        if each.whole and any(other.whole for other in datasets[:number]):
            yield (
                f"{key}.whole",
                Text("zwei Datensätze sollen alles enthalten", "two datasets are to hold everything"),
                Text("einen davon entfernen", "remove one of them"),
            )
        for code in each.themes:
            yield from _code(table("data-themes"), f"{key}.themes", code)
        yield from _code(table("dataset-types"), f"{key}.kind", each.kind)
        yield from _web(f"{key}.previous_version", each.previous_version)
        for name in each.geojson:
            if name not in geojson:
                yield (
                    f"{key}.geojson",
                    Text(f"eine GeoJSON-Datei „{name}“ gibt es nicht", f'there is no GeoJSON file "{name}"'),
                    _instead(name, sorted(geojson), Text("unter [[geojson]] beschreiben", "describe it under [[geojson]]")),
                )
        for tag in each.keywords:
            if tag not in project.settings.languages:
                yield (
                    f"{key}.keywords.{tag}",
                    Text(f"„{tag}“ ist keine Sprache dieser Veröffentlichung", f'"{tag}" is no language of this publication'),
                    Text("eine aus languages verwenden", "use one of languages"),
                )  # fmt: skip


def _code(codes: Table, key: str, code: str) -> Iterator[Mistake]:
    if code and code not in codes.entries:
        yield from _not_in(codes, key, code, whole=False)


def _not_in(codes: Table, key: str, given: str, *, whole: bool) -> Iterator[Mistake]:
    """A term or code that is not in its list, with the nearest one that is."""
    known = [codes.prefix + code if whole else code for code in codes.entries]
    yield (
        key,
        Text(
            f"„{given}“ steht nicht in der Liste {codes.scheme} (Stand {codes.version})",
            f'"{given}" is not in the list {codes.scheme} (as of {codes.version})',
        ),
        _instead(given, known, Text("einen Eintrag dieser Liste verwenden", "use an entry of that list")),
    )


def _instead(given: str, known: Iterable[str], otherwise: Text) -> Text:
    names = list(known)
    folded = {each.casefold(): each for each in names}
    same = folded.get(given.casefold().rstrip("/"))
    near = [same] if same else difflib.get_close_matches(given, names, 1, 0.75)
    if not near:
        near = [folded[each] for each in difflib.get_close_matches(given.casefold(), list(folded), 1, 0.75)]
    return Text(f"gemeint ist wohl „{near[0]}“", f'"{near[0]}" may be meant') if near else otherwise


def _web(key: str, url: str) -> Iterator[Mistake]:
    if url and not _WEB.match(url):
        yield (
            key,
            Text(f"„{url}“ ist keine vollständige Webadresse", f'"{url}" is not a whole web address'),
            Text(
                "mit http:// oder https:// und ohne Leerzeichen schreiben",
                "write it with http:// or https:// and without spaces",
            ),
        )
