"""The website: every thing a page, in every language of the settings; static files that any host can serve.

files(publication, offer, written)  all files of the site, compressed twins included
warnings(publication)               what the site lacks, as messages that stop nothing
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ..errors import MoroError, Text
from ..files import File
from . import search_index, sections, tables, texts, thing_pages
from .locators import Locators
from .maps import Drawing
from .model import Site
from .precompressed import with_twins
from .view import View

if TYPE_CHECKING:
    from ..catalogue import Offer
    from ..pipeline import Publication
    from ..preflight import Measured

__all__ = ["files", "pages", "warnings"]


def files(
    publication: Publication, offer: Offer | None = None, written: Iterable[File] = (), measured: Measured | None = None
) -> Iterator[File]:
    """Every file of the site with its compressed twins.

    `written` are the files of data that lie in the same release; `measured` is the report for the quality page.
    """
    yield from with_twins(pages(publication, offer, written, measured))


def pages(
    publication: Publication, offer: Offer | None = None, written: Iterable[File] = (), measured: Measured | None = None
) -> Iterator[File]:
    """Every file of the site, uncompressed. Raises MoroError when a template fails or settings name unknown terms."""
    sizes = {str(file.path): len(file.content) for file in written}
    if offer is not None:
        sizes.update((str(file.path), len(file.content)) for file in offer.files)
    site = Site(publication, sizes)
    views = tuple(View(site, language) for language in site.languages)
    drawing = Drawing(site)
    locators = Locators(drawing)
    drawn = drawing if site.has_map else None
    for path, content, media_type in site.assets.files():
        yield File(path, content, media_type)
    yield from sections.files(site, views, drawn, offer, measured)
    yield from tables.files(site, views)
    yield from search_index.files(site, views)
    yield from thing_pages.files(site, views, locators)
    yield from locators.files()


def warnings(publication: Publication) -> tuple[MoroError, ...]:
    """What the site lacks: bundles, translations, Easy Language, things that get no page. None of it stops publishing."""
    site = Site(publication)
    project = publication.project
    own = publication.settings.site
    found: list[MoroError] = []
    if site.assets.missing:
        found.append(
            MoroError(
                "src/moro_lod/site/assets/built",
                Text(
                    de=f"die Browser-Teile sind nicht gebaut ({', '.join(site.assets.missing)}); die Seiten gehen ohne Suche mit Vorschlägen, "
                    "Filter der Tabellen, bewegliche Karte und Abfrage im Browser hinaus",
                    en=f"the browser parts are not built ({', '.join(site.assets.missing)}); the pages go out without search suggestions, "
                    "filters of tables, movable map and queries in the browser",
                ),
                Text(de="`make assets` aufrufen (braucht Node.js)", en="run `make assets` (needs Node.js)"),
            )
        )
    for tag in site.languages:
        if not texts.has_catalogue(tag):
            found.append(
                MoroError(
                    project.place("languages"),
                    Text(de=f"die Oberfläche ist nicht ins „{tag}“ übersetzt und erscheint englisch", en=f'the interface is not translated into "{tag}" and appears in English'),
                    Text(de=f"src/moro_lod/site/locale/{tag}/LC_MESSAGES/site.po ergänzen", en=f"add src/moro_lod/site/locale/{tag}/LC_MESSAGES/site.po"),
                )
            )  # fmt: skip
    slots = (
        (
            "site.easy_language",
            own.easy_language,
            Text(de="Erläuterungen in Leichter Sprache", en="explanations in Easy Language"),
        ),
        (
            "site.sign_language",
            own.sign_language,
            Text(de="Erläuterungen in Gebärdensprache", en="explanations in sign language"),
        ),
        ("site.imprint", own.imprint, Text(de="das Impressum", en="the imprint")),
        (
            "site.privacy",
            own.privacy,
            Text(de="Angaben zum Datenschutz beim Betreiber", en="what the host says about privacy"),
        ),
        (
            "site.accessibility",
            own.accessibility,
            Text(de="die Erklärung zur Barrierefreiheit", en="the accessibility statement"),
        ),
    )
    for key, content, name in slots:
        if not content:
            found.append(
                MoroError(
                    project.place(key),
                    Text(de=f"es fehlt: {name.de}; die Seite sagt das", en=f"missing: {name.en}; the page says so"),
                    Text(de=f"in den Einstellungen „{key}“ ergänzen; öffentliche Stellen des Bundes müssen das (BITV 2.0, DDG)", en=f'add it to the settings as "{key}"; German federal bodies must (BITV 2.0, DDG)'),
                )
            )  # fmt: skip
    if not site.reachable:
        found.append(
            MoroError(
                project.place("contact"),
                Text(
                    de="es fehlt eine Adresse für Fehlermeldungen; „Fehler melden“ führt zu einem Namen ohne Adresse",
                    en='missing: an address for reports of errors; "report an error" leads to a name without an address',
                ),
                Text(
                    de="contact.email, contact.url oder report_url angeben",
                    en="give contact.email, contact.url or report_url",
                ),
            )
        )
    found += _left_out(site)
    found += Drawing(site).checked()
    return tuple(found)


def _left_out(site: Site) -> list[MoroError]:
    """What lies outside the base, has no label, or whose class no shape knows: named, not hidden."""
    found = []
    elsewhere = site.index.elsewhere
    total = len(elsewhere) + len(site.index.things)
    if elsewhere:
        shown = ", ".join(each[1:-1] for each in elsewhere[:3]) + (" …" if len(elsewhere) > 3 else "")
        found.append(
            MoroError(
                site.publication.project.place("base"),
                Text(
                    de=f"{len(elsewhere)} von {total} beschriebenen Dingen liegen außerhalb von {site.settings.base}id/ und bekommen keine Seite ({shown})",
                    en=f"{len(elsewhere)} of {total} described things lie outside {site.settings.base}id/ and get no page ({shown})",
                ),
                Text(de="ihre IRIs unter die Basis legen oder sie so lassen: in den Datendateien stehen sie", en="move their IRIs below the base, or leave them: the data files have them"),
            )
        )  # fmt: skip
    unlabelled = [thing for thing in site.listed if not site.index.labels.has(thing)]
    if unlabelled:
        shown = ", ".join(each[1:-1] for each in unlabelled[:3]) + (" …" if len(unlabelled) > 3 else "")
        found.append(
            MoroError(
                site.publication.project.place("label_properties"),
                Text(
                    de=f"{len(unlabelled)} von {len(site.index.things)} Dingen haben keine Bezeichnung, die Seiten zeigen das Ende der IRI ({shown})",
                    en=f"{len(unlabelled)} of {len(site.index.things)} things have no label, pages show the end of the IRI ({shown})",
                ),
                Text(de="eine Bezeichnung ergänzen (label_properties nennt die Eigenschaften)", en="add a label (label_properties names the properties)"),
            )
        )  # fmt: skip
    shapeless = [
        table
        for table in site.tables
        if not any(cls in site.schema.node_shapes for cls in site.schema.superclasses.get(table.cls, (table.cls,)))
    ]
    if shapeless:
        names = ", ".join(site.curie(table.cls) for table in shapeless[:5]) + (" …" if len(shapeless) > 5 else "")
        found.append(
            MoroError(
                "shapes/",
                Text(
                    de=f"{len(shapeless)} Klassen haben keine Shape, ihre Seiten ordnen die Angaben nach dem Namen ({names})",
                    en=f"{len(shapeless)} classes have no shape, their pages order the facts by name ({names})",
                ),
                Text(
                    de="eine Shape mit sh:targetClass, sh:order und sh:group ergänzen",
                    en="add a shape with sh:targetClass, sh:order and sh:group",
                ),
            )
        )
    return found
