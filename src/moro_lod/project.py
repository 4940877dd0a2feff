"""A project: a folder with settings (`moro-lod.toml`), ontology, shapes, rules, data and queries.

Everything that makes one publication differ from another stands in its settings; the program knows no project's terms.
"""

from __future__ import annotations

import datetime
import difflib
import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct, field

from .encoding import decode
from .errors import MoroError, Text, unreadable
from .namespaces import PREFIXES
from .terms import Term, iri

SETTINGS_FILE = "moro-lod.toml"

Words = dict[str, str]
"""One text in several languages: language tag → text."""

Slug = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
LanguageTag = Annotated[str, Meta(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")]
Count = Annotated[int, Meta(ge=1)]


class ReleaseSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """What is published now: a version (semantic versioning) and the day it is published."""

    version: Annotated[str, Meta(pattern=r"^\d+\.\d+\.\d+([-+].+)?$")]  # of the data: 1.0.0
    date: datetime.date  # the day it is published; portals see it where something has changed


class Licence(Struct, frozen=True, forbid_unknown_fields=True):
    """The licence of data, ontology and shapes, and the attribution that it asks for."""

    iri: str  # as the German licence list names it (dcat-ap.de)
    url: str  # where its text can be read
    title: Words  # its name
    attribution: Words  # how to name the source
    eu: str = ""  # as the EU's licence table names it; default: `iri`, if the European portal knows that
    kind: str = "Attribution"  # code of the ADMS licence types


class Publisher(Struct, frozen=True, forbid_unknown_fields=True):
    """Who publishes (foaf:Agent)."""

    name: Words  # of the agency
    iri: str = ""  # default: {base}id/organisation/publisher
    kind: str = ""  # code of the ADMS publisher types: NationalAuthority, NonProfitOrganisation, …
    homepage: str = ""  # its web address


class Contact(Struct, frozen=True, forbid_unknown_fields=True):
    """Whom readers and portals can ask: an address or a page, or both."""

    name: Words  # an office, not a person
    email: str = ""  # its address
    url: str = ""  # a page with a form or an address


class SourceSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """How a project says where its statements come from. Terms are CURIEs; `id:` stands for `{base}id/`."""

    records: str = "id:source/records"  # graph with the source records themselves
    inferred: str = "id:source/inferred"  # graph for what follows from the rest
    default: str = ""  # graph for statements in files that name none; "": such statements are an error
    record_class: str = ""  # class of the source records; "" when a project keeps none
    kind_property: str = ""  # property of a record that says what kind of source it is
    unverified: str = ""  # its value for graphs that are kept, but not published


class GeoJsonSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """One GeoJSON file: the things of some classes that have a geometry."""

    file: str  # e.g. "regions.geojson"
    classes: tuple[str, ...]  # whose things it shows
    properties: tuple[str, ...] = ()  # CURIEs of the properties that become GeoJSON properties
    geometry: tuple[str, ...] = ("geo:hasGeometry",)  # path of properties from the thing to its geometry


class PlaceSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Places that portals know by a code: things of a class, the property with their code, and the IRI made of it."""

    class_: str = field(name="class")  # whose things have an official code
    code: str  # CURIE of the property that holds the code
    iri: str  # IRI with `{code}`, e.g. "http://dcat-ap.de/def/politicalGeocoding/stateKey/{code}"
    links: tuple[str, ...] = ()  # property paths from a thing to its place, where it is none itself


class DatasetSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """One dcat:Dataset: the things of some classes, or everything."""

    slug: Slug  # in its identifier: {base}id/dataset/{slug}
    title: Words  # as portals show it
    description: Words  # as portals show it
    classes: tuple[str, ...] = ()  # whose things it holds
    whole: bool = False  # everything published: the dump
    vocabulary: bool = False  # ontology, concept schemes and shapes
    keywords: dict[str, tuple[str, ...]] = {}  # language → keywords
    themes: tuple[str, ...] = ()  # codes of the EU data-theme table: REGI, GOVE, …
    geojson: tuple[str, ...] = ()  # files of [[geojson]] that belong to it
    kind: str = ""  # code of the EU dataset-type table: GEOSPATIAL, STATISTICAL, …
    previous_version: str = ""  # IRI of the version before


class CatalogueSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """What portals are told about the catalogue as a whole."""

    title: Words = {}  # default: that of the publication
    description: Words = {}  # default: that of the publication
    homepage: str = ""  # default: the site
    contributor: str = ""  # dcatde:contributorID, an IRI from the German list of contributors
    supplier: Literal["direct", "indirect"] = (
        "indirect"  # whether GovData harvests this feed itself or through another portal
    )
    availability: str = "STABLE"  # code of the EU table of planned availabilities
    frequency: str = "IRREG"  # code of the EU table of frequencies
    access_rights: str = "PUBLIC"  # code of the EU table of access rights
    political_level: str = "federal"  # code of the German list of political levels
    country: str = "DEU"  # code of the EU table of countries, for the coverage
    issued: datetime.date | None = None  # when the catalogue first appeared, default: the first date in publication.lock
    page_size: Count = 100  # datasets a page of the feed
    contributor_note: Words = {}  # what the contributor ID means here, if not that the contributor publishes
    rights: Words = {}  # who may do what with the data; default: the licence and its attribution
    provenance: Words = {}  # where the data come from
    dates: tuple[str, ...] = ()  # paths (CURIEs joined with /) from things to dates, for the temporal coverage
    places: tuple[PlaceSettings, ...] = ()


class Limits(Struct, frozen=True, forbid_unknown_fields=True):
    """Where something would grow beyond what people or programs can handle."""

    neighbours: Count = 50  # values shown for one property before "all …"
    table_rows: Count = 200  # rows of a table on one page
    file_megabytes: Count = 512  # size of one source file
    nesting: Count = 200  # depth of brackets in a source file


class ColumnSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """A column of a class table with a heading of its own."""

    path: str  # what the column shows
    label: Words  # its head


class TableSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """How the table of one class looks. Columns are property paths (`x:actor/x:within`, `^x:contains`)."""

    class_: str = field(name="class")  # whose things the table lists
    title: Words = {}  # in the plural; default: the label of the class
    columns: tuple[str | ColumnSettings, ...] = ()  # default: what the shapes order first
    facets: tuple[str, ...] = ()  # default: the columns with few different values
    home: bool = False  # on the first page
    technical: bool = False  # for programs rather than readers: last in the search, and not in the index from A to Z
    intro: Words = {}  # what readers find in it, in a sentence; default: the definition of the class
    group: str = ""  # key of the group of tables that it belongs to; default: the last


class TableGroupSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """A group of tables on the page that lists them all."""

    key: str  # what `group` of a table names
    title: Words  # the heading
    plain: bool = False  # a list of names instead of cards


class CountSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """How many things of a class there are, or how many for which a path leads somewhere."""

    class_: str = field(name="class")  # whose things are counted
    having: str = ""  # path: only those from which it leads anywhere


class DerivedColumn(Struct, frozen=True, forbid_unknown_fields=True):
    """One column of a table on a thing's page: a property path from the thing of the row."""

    path: str  # from the thing of the row
    label: Words = {}  # default: the label of the last property
    until: str = ""  # a second path: the column shows the period from the one to the other


class DerivedSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """A table on the pages of some classes: what follows over several steps, with the sources of every step."""

    classes: tuple[str, ...]  # on whose pages it stands
    title: Words  # the heading
    rows: str = ""  # property path from the thing (or from what `through` leads to) to the things of the rows
    named_like: str = (
        ""  # instead: a class; rows are those of its things whose name contains the thing's, if no table before has them
    )
    names: tuple[str, ...] = ("skos:altLabel",)  # properties with further names, of the thing and of the rows
    through: str = ""  # property path to what stands between, shown in the last column
    through_label: Words = {}  # head of that column; without it there is none
    through_period: tuple[str, ...] = ()  # paths from there to begin and end
    row_period: tuple[str, ...] = ()  # paths from the row to begin and end: rows of another time are left out
    columns: tuple[DerivedColumn, ...] = ()
    label: Words = {}  # head of the first column, default: the class of the rows
    shown: str = ""  # path from the row to what the first column shows, default: the thing of the row itself
    replaces: tuple[str, ...] = ()  # properties that the page need not list again
    answer: Words = {}  # sentence above the table; {label}, {count} and what `counts` names are put in
    answer_one: Words = {}  # the same for a single row
    none: Words = {}  # sentence when there are no rows; "": the table is left out
    counts: dict[str, CountSettings] = {}  # name of a gap in these sentences → what it counts


class NameSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """What the things of a class are called where the page says the rest of their name anyway: as headings, in tables."""

    class_: str = field(name="class")  # of which things
    path: str  # to the short name, or to the thing whose name it is
    context: tuple[str, ...] = ()  # paths to what stands above the heading, since the short name leaves it out


class SentenceSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """A sentence for the short description of things, `{label}` and `{path}` are put in; left out where a path is empty."""

    classes: tuple[str, ...]  # on whose pages it stands
    text: Words  # {path} is what a path leads to, {#path} how many; without an answer the sentence is left out


class LayerSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """One layer of the map: the things of a class, or the rows of a derived path, with their geometry."""

    class_: str = field(name="class")  # whose things it shows
    kind: Literal["outline", "place", "region"] = "region"  # the land, places to look up, or what is shown in colour
    title: Words = {}  # default: the label of the class
    geometry: str = "geo:hasGeometry"  # path from the thing to its geometry
    of: str = ""  # path to what the thing is a version of: a region, when the layer has its territories in time
    groups: str = ""  # path to what took place there: research fields, say
    period: tuple[str, ...] = ()  # paths to begin and end of the thing
    group_period: tuple[str, ...] = ()  # paths to begin and end of a group
    members: str = ""  # path from a place to the things of the region layer that it belongs to (kind "place")
    short: str = ""  # path from a region to its short names for the map, default: skos:altLabel and its label


class LocatorSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Where the things of a class lie that have no geometry of their own: what their pages show on a small map."""

    class_: str = field(name="class")  # on whose pages
    path: str  # from the thing to what the map's layers show, or to what that is a version of
    groups: str = ""  # path to the groups whose time counts, default: the thing itself where it is one


class MapSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """The map; none without layers. The words have neutral defaults."""

    layers: tuple[LayerSettings, ...] = ()
    locators: tuple[LocatorSettings, ...] = ()
    attribution: Words = {}  # whose boundaries these are
    lead: Words = {}  # what the map shows, in a sentence or two
    regions: Words = {}  # what the things of the region layer are called together
    region: Words = {}  # the same for one of them
    groups: Words = {}  # how a region is related to its groups: "Took part in"
    place: Words = {}  # what the things of the place layer are: "District or city"
    unknown: Words = {}  # what is added where no region contains a place: "Of the others the area is not known."


class HostSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Addresses of another publisher: what begins with `start` is shown as `name` and the rest, "Wikidata Q64"."""

    start: str  # what their addresses begin with
    name: str  # what people call them


class TimelineSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """The time line: the things of some classes with begin and end."""

    classes: tuple[str, ...] = ()  # whose things it shows, in the order of the legend
    start: str = ""  # property with the begin
    end: str = ""  # property with the end


class ChartSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """One bar chart: how many things a path leads to, for each thing of a class."""

    class_: str = field(name="class")  # a bar for each of its things
    count: str  # path to what is counted
    title: Words  # the heading
    unit: Words = {}  # what the numbers count
    zero: Literal["count", "unknown"] = "count"  # "unknown": where nothing is found, nothing is known
    note: Words = {}  # how much the chart rests on; {total} and {known} are put in
    total: str = ""  # class whose things {total} counts
    known: str = ""  # path: {known} counts those of them from which it leads anywhere


class SiteSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """What the site shows beyond what ontology, shapes and data say by themselves."""

    official_header: bool = False  # the strip "Offizielle Website", for German authorities only
    official_text: Words = {}  # what it says, default: of the Federal Republic of Germany
    short_title: Words = {}  # in the header and in browser tabs, default: the title
    tagline: Words = {}  # the small line below it
    headline: Words = {}  # of the first page, default: the title
    kicker: Words = {}  # the line above the headline, default: the title
    table_groups: tuple[TableGroupSettings, ...] = ()
    tables: tuple[TableSettings, ...] = ()
    derived: tuple[DerivedSettings, ...] = ()
    sentences: tuple[SentenceSettings, ...] = ()
    names: tuple[NameSettings, ...] = ()
    hidden: tuple[str, ...] = ()  # properties that pages leave to the data files; "^x:y": only what points to a thing by it
    address_properties: tuple[str, ...] = ()  # of sources: printed web addresses, "example.org/report (p. 12)"
    hosts: tuple[HostSettings, ...] = ()  # other publishers' addresses that pages link to
    unlisted: tuple[str, ...] = ()  # classes whose things have pages, but stand in no list and no search
    map: MapSettings = MapSettings()
    timeline: TimelineSettings = TimelineSettings()
    charts: tuple[ChartSettings, ...] = ()
    search_examples: tuple[str, ...] = ()  # things offered below the search field on the first page
    imprint: Words = {}  # plain paragraphs
    privacy: Words = {}  # what the host keeps of visits, in plain paragraphs
    accessibility: Words = {}  # the operator's own statement, default: a draft that says what is to be filled in
    easy_language: Words = {}  # what this is, in Easy Language
    sign_language: str = ""  # path of a video that is published along


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """The settings of a publication (moro-lod.toml)."""

    base: str  # what all identifiers begin with, ending in "/"
    name: Slug  # in the names of files: data/{name}.ttl
    title: Words  # of the publication
    description: Words  # what it holds, in a sentence or two
    release: ReleaseSettings
    licence: Licence
    publisher: Publisher
    contact: Contact
    site_url: str = ""  # where the files lie, default: the base
    endpoint_url: str = ""  # of a SPARQL endpoint, if there is one; the query page then asks it
    report_url: str = ""  # where readers report errors: a page or mailto:
    languages: tuple[LanguageTag, ...] = ("de", "en")  # of the pages, the first at /, the others below /{tag}/
    label_properties: tuple[str, ...] = (  # whose texts name a thing, the best first
        "skos:prefLabel", "rdfs:label", "dcterms:title", "foaf:name", "schema:name", "sh:name", "skos:altLabel",
    )  # fmt: skip
    description_properties: tuple[str, ...] = (  # whose texts introduce a thing on its page, the best first
        "skos:definition", "dcterms:description", "dcterms:abstract", "schema:description", "rdfs:comment",
    )  # fmt: skip
    prefixes: dict[str, str] = {}  # prefix → namespace, for this file and for what is written
    sources: SourceSettings = SourceSettings()
    catalogue: CatalogueSettings = CatalogueSettings()
    datasets: tuple[DatasetSettings, ...] = ()
    geojson: tuple[GeoJsonSettings, ...] = ()
    limits: Limits = Limits()
    site: SiteSettings = SiteSettings()

    @property
    def all_prefixes(self) -> dict[str, str]:
        """Every prefix → namespace IRI: the program's, the project's, and `id:` for `{base}id/`; sorted by prefix."""
        return dict(sorted({**PREFIXES, **self.prefixes, "id": f"{self.base}id/"}.items()))

    @property
    def ontology(self) -> Term:
        """The IRI of the ontology, which is also the name of its graph."""
        return iri(f"{self.base}ontology")

    @property
    def shapes(self) -> Term:
        """The IRI of the shapes graph."""
        return iri(f"{self.base}shapes")


@dataclass(frozen=True)
class Project:
    """A project on disk."""

    folder: Path
    settings: Settings
    text: str  # of the settings file, for places in messages

    @classmethod
    def open(cls, folder: Path) -> Project:
        """Read the settings of a project. Raises MoroError with file and line for whatever is wrong in them."""
        path = folder / SETTINGS_FILE
        if not path.exists():
            raise MoroError(
                str(folder),
                Text(
                    de=f"hier liegt kein Projekt (keine {SETTINGS_FILE})",
                    en=f"there is no project here (no {SETTINGS_FILE})",
                ),
                Text(de="in den Projektordner wechseln oder --project angeben", en="change to its folder or give --project"),
            )
        text = read_text(path, SETTINGS_FILE)
        return cls(folder, _decode(text), text)

    @classmethod
    def find(cls, start: Path) -> Project:
        """The project of a folder: its own settings, or those of the nearest folder above."""
        for folder in (start, *start.resolve().parents):
            if (folder / SETTINGS_FILE).is_file():
                return cls.open(folder)
        return cls.open(start)

    def place(self, key: str) -> str:
        """Where a setting stands, for messages: `moro-lod.toml:31` for `catalogue.contributor` or `datasets[2].slug`.

        Without the setting itself the place of the table that it belongs to.
        """
        return place_of(self.text, key)

    @cached_property
    def _terms(self) -> dict[str, Term]:
        return {}

    def term(self, curie: str, key: str = "") -> Term:
        """The IRI for a CURIE of the settings (`moro:Source`, `id:source/records`) or for `<…>`.

        `key` names the setting, for the message when the prefix is unknown.
        """
        known = self._terms.get(curie)
        if known is None:
            known = self._terms[curie] = expand(curie, self.settings.all_prefixes, self.place(key))
        return known

    @property
    def site_url(self) -> str:
        """Where the files of the site lie, with a slash at the end."""
        return self.settings.site_url or self.settings.base

    @property
    def publisher(self) -> Term:
        """The IRI of the publisher."""
        return iri(self.settings.publisher.iri or f"{self.settings.base}id/organisation/publisher")


def read_text(path: Path, place: str) -> str:
    """The text of a file of the project. Raises MoroError at `place` when it cannot be read or is not UTF-8."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise unreadable(place, error) from error
    return decode(content, place)


def expand(curie: str, prefixes: dict[str, str], place: str) -> Term:
    """The term for a CURIE or an IRI in angle brackets; raises MoroError at `place` when the prefix is unknown."""
    if curie.startswith("<") and curie.endswith(">"):
        return curie
    prefix, colon, local = curie.partition(":")
    if not colon or prefix not in prefixes:
        raise MoroError(
            place,
            Text(de=f"„{curie}“ hat kein bekanntes Präfix", en=f'"{curie}" has no known prefix'),
            Text(
                de="als präfix:name schreiben und das Präfix unter [prefixes] nennen, oder <IRI>",
                en="write prefix:name and list the prefix under [prefixes], or <IRI>",
            ),
        )
    return iri(prefixes[prefix] + local)


def place_of(text: str, key: str) -> str:
    """`moro-lod.toml:LINE` of a key like `catalogue.contributor` or `datasets[2].title.de`."""
    wanted = _steps(key)
    best, best_length = 0, 0
    table: tuple[str, ...] = ()
    counts: dict[tuple[str, ...], int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*(\[\[?)\s*([^\]]+?)\s*\]", line):
            name = tuple(part.strip().strip("\"'") for part in header[2].split("."))
            if header[1] == "[[":
                counts[name] = counts.get(name, -1) + 1
                name = (*name, str(counts[name]))
            elif (owner := name[:1]) in counts and len(name) > 1:
                name = (*owner, str(counts[owner]), *name[1:])
            here = table = name
        elif pair := re.match(r"\s*([A-Za-z0-9_.\"'-]+)\s*=", line):
            here = (*table, *(part.strip("\"'") for part in pair[1].split(".")))
        else:
            continue
        if wanted[: len(here)] == here and len(here) > best_length:
            best, best_length = number, len(here)
    return f"{SETTINGS_FILE}:{best}" if best else SETTINGS_FILE


def _steps(key: str) -> tuple[str, ...]:
    return tuple(step for step in re.split(r"[.\[\]]+", key) if step)


def _decode(text: str) -> Settings:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _malformed(text, str(error)) from None
    try:
        settings = msgspec.convert(table, Settings)
    except msgspec.ValidationError as error:
        raise _misfit(text, str(error)) from None
    _check(settings, text)
    return settings


def _malformed(text: str, message: str) -> MoroError:
    """The message of the TOML reader, in our form and in both languages."""
    lines = text.rstrip().split("\n")
    found = re.search(r"line (\d+)", message)
    number = int(found[1]) if found else len(lines)
    line = f" ({lines[number - 1].strip()[:100]})" if number <= len(lines) else ""
    problem, remedy = (
        Text(de=f"Schreibfehler{line}", en=f"syntax error{line}"),
        Text(
            de="Anführungszeichen, Klammern und = in dieser Zeile und der vorigen prüfen",
            en="check quotes, brackets and = in that line and the one before",
        ),
    )
    if "twice" in message or "overwrite" in message:
        problem = Text(de=f"das steht schon weiter oben{line}", en=f"this stands further up already{line}")
        remedy = Text(de="eins von beiden entfernen", en="remove one of the two")
    elif not found:
        problem = Text(de="ein Text oder eine Klammer hat kein Ende", en="a text or a bracket does not end")
        remedy = Text(de="Anführungszeichen und Klammern prüfen", en="check quotes and brackets")
    return MoroError(f"{SETTINGS_FILE}:{number}", problem, remedy)


_UNKNOWN = re.compile(r"Object contains unknown field `(.+?)`")
_MISSING = re.compile(r"Object missing required field `(.+?)`")
_EXPECTED = re.compile(r"Expected `(.+?)`, got `(.+?)`")
_PATTERN = re.compile(r"Expected `str` matching regex (.+)")


def _misfit(text: str, message: str) -> MoroError:
    """The message of msgspec, in our form and in both languages."""
    what, _, where = message.partition(" - at ")
    key = where.strip("`").removeprefix("$").removeprefix(".").replace("[...]", "")
    if found := _UNKNOWN.match(what):
        full = f"{key}.{found[1]}".strip(".")
        near = difflib.get_close_matches(found[1], _field_names(key), 1)
        hint_de = f"gemeint ist wohl „{near[0]}“" if near else "entfernen oder den Namen in der README nachsehen"
        hint_en = f'"{near[0]}" may be meant' if near else "remove it or look its name up in the README"
        return MoroError(
            place_of(text, full),
            Text(de=f"die Einstellung „{full}“ gibt es nicht", en=f'there is no setting "{full}"'),
            Text(de=hint_de, en=hint_en),
        )
    if found := _MISSING.match(what):
        full = f"{key}.{found[1]}".strip(".")
        return MoroError(
            place_of(text, key),
            Text(de=f"die Einstellung „{full}“ fehlt", en=f'the setting "{full}" is missing'),
            Text(de="ergänzen; die README zeigt ein Beispiel", en="add it; the README shows an example"),
        )
    if found := _EXPECTED.match(what):
        return MoroError(
            place_of(text, key),
            Text(
                de=f"„{key}“ soll {found[1]} sein, ist aber {found[2]}", en=f'"{key}" should be {found[1]} but is {found[2]}'
            ),
            Text(de="den Wert ändern", en="change the value"),
        )
    if found := _PATTERN.match(what):
        return MoroError(
            place_of(text, key),
            Text(de=f"„{key}“ hat nicht die Form {found[1]}", en=f'"{key}" does not have the form {found[1]}'),
            Text(de="den Wert ändern", en="change the value"),
        )
    return MoroError(
        place_of(text, key),
        Text(de=f"„{key}“: {what}", en=f'"{key}": {what}'),
        Text(de="den Wert ändern", en="change the value"),
    )


def _field_names(key: str) -> list[str]:
    """The names of the settings that a table may have."""
    kind: Any = Settings
    for step in _steps(key):
        if step.isdigit():
            continue
        hint = next((each.type for each in msgspec.structs.fields(kind) if each.name == step), None)
        candidates = [hint, *getattr(hint, "__args__", ())]
        kind = next((each for each in candidates if isinstance(each, type) and issubclass(each, Struct)), None)
        if kind is None:
            return []
    return [each.name for each in msgspec.structs.fields(kind)]


_URL = re.compile(r"https?://[^\s<>\"{}|\\^`/]+(/[^\s<>\"{}|\\^`]*)?$")


def _check(settings: Settings, text: str) -> None:
    """What types cannot say."""

    def fail(key: str, problem: Text, remedy: Text) -> None:
        raise MoroError(place_of(text, key), problem, remedy)

    for key, url, folder in (
        ("base", settings.base, True),
        ("site_url", settings.site_url, True),
        ("endpoint_url", settings.endpoint_url, False),
    ):
        if url and not _URL.match(url):
            fail(
                key,
                Text(de=f"„{url}“ ist keine vollständige Adresse", en=f'"{url}" is not a whole address'),
                Text(
                    de="mit http:// oder https:// und dem Namen des Rechners schreiben",
                    en="write it with http:// or https:// and the host",
                ),
            )
        if url and folder and not url.endswith("/"):
            fail(
                key,
                Text(de=f"„{url}“ endet nicht mit „/“", en=f'"{url}" does not end in "/"'),
                Text(de=f"„{url}/“ schreiben", en=f'write "{url}/"'),
            )
    if settings.report_url and not re.match(r"(https?://|mailto:)\S+$", settings.report_url):
        fail(
            "report_url",
            Text(
                de=f"„{settings.report_url}“ ist weder Webadresse noch mailto:",
                en=f'"{settings.report_url}" is neither a web address nor mailto:',
            ),
            Text(de="eine davon angeben", en="give one of them"),
        )
    if not settings.languages or len(set(settings.languages)) != len(settings.languages):
        fail(
            "languages",
            Text(de="keine Sprache oder eine doppelt", en="no language, or one twice"),
            Text(de='zum Beispiel ["de", "en"] schreiben', en='write ["de", "en"], for example'),
        )
    texts: list[tuple[str, Words]] = [
        ("title", settings.title),
        ("description", settings.description),
        ("licence.title", settings.licence.title),
        ("licence.attribution", settings.licence.attribution),
        ("publisher.name", settings.publisher.name),
        ("contact.name", settings.contact.name),
    ]
    for number, dataset in enumerate(settings.datasets):
        texts += [(f"datasets[{number}].title", dataset.title), (f"datasets[{number}].description", dataset.description)]
    for key, words in texts:
        for language in settings.languages:
            if not words.get(language, "").strip():
                fail(
                    f"{key}.{language}",
                    Text(
                        de=f"„{key}“ fehlt in der Sprache „{language}“",
                        en=f'"{key}" is missing in the language "{language}"',
                    ),
                    Text(de="ergänzen", en="add it"),
                )
    groups = [each.key for each in settings.site.table_groups]
    for number, table in enumerate(settings.site.tables):
        if table.group and table.group not in groups:
            fail(
                f"site.tables[{number}].group",
                Text(de=f"die Gruppe „{table.group}“ gibt es nicht", en=f'there is no group "{table.group}"'),
                Text(
                    de="eine nennen, die unter [[site.table_groups]] steht, oder sie dort ergänzen",
                    en="name one that stands under [[site.table_groups]], or add it there",
                ),
            )
    slugs = [each.slug for each in settings.datasets]
    for number, slug in enumerate(slugs):
        if slug in slugs[:number]:
            fail(
                f"datasets[{number}].slug",
                Text(de=f"zwei Datensätze heißen „{slug}“", en=f'two datasets are called "{slug}"'),
                Text(de="einen umbenennen", en="rename one"),
            )
    prefixes = settings.all_prefixes
    for key, curies in (
        ("label_properties", settings.label_properties),
        ("description_properties", settings.description_properties),
        ("sources.records", (settings.sources.records,)),
        ("sources.inferred", (settings.sources.inferred,)),
        *((f"sources.{name}", (getattr(settings.sources, name),)) for name in _OPTIONAL_TERMS),
        *((f"datasets[{n}].classes", each.classes) for n, each in enumerate(settings.datasets)),
        *((f"geojson[{n}].classes", each.classes) for n, each in enumerate(settings.geojson)),
    ):
        for curie in curies:
            if curie:
                expand(curie, prefixes, place_of(text, key))


_OPTIONAL_TERMS = ("default", "record_class", "kind_property", "unverified")
