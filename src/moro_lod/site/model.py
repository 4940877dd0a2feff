"""The small tables that all pages share: paths, labels, sources, settings turned into terms."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from .. import conflicts, iris
from ..errors import MoroError, Text
from ..graphs import Graph, Triple
from ..namespaces import FOAF, GEO, RDF, RDFS
from ..terms import Term, is_iri, value
from . import addresses, assets, paths
from .geometry import can_be_drawn
from .names import alike
from .schema import Place, Schema

if TYPE_CHECKING:
    from ..description import Index
    from ..pipeline import Publication
    from ..project import DerivedSettings, LayerSettings, Settings, TableSettings

SAFE_SCHEMES = ("http://", "https://", "mailto:")

NOWHERE = Place(None, 10_000.0, 10_000.0, ())
"""The place of properties that no shape orders."""

_PLAIN_IRI = re.compile(r"https?://[^\s<>\"{}|\\^`\x00-\x20]+$|mailto:[^\s<>\"{}|\\^`\x00-\x20]+$")


@dataclass(frozen=True)
class ClassTable:
    """The table of one class."""

    cls: Term
    name: str  # in paths: list/{name}.html
    titles: Mapping[str, str]
    things: tuple[Term, ...]
    settings: TableSettings | None
    home: bool = False

    @property
    def is_technical(self) -> bool:
        """Whether it is for programs rather than readers."""
        return bool(self.settings and self.settings.technical)


@dataclass(frozen=True)
class Derived:
    """One table of derived facts, its paths read."""

    number: int
    settings: DerivedSettings
    classes: frozenset[Term]
    rows: paths.Path | None
    named_like: Term | None
    columns: tuple[paths.Path, ...]
    until: tuple[paths.Path | None, ...]
    shown: paths.Path | None
    replaces: frozenset[Term]
    through: paths.Path | None
    through_period: tuple[paths.Path, ...]
    row_period: tuple[paths.Path, ...]


@dataclass(frozen=True, slots=True)
class Naming:
    """How the things of a class are called for short, the paths read."""

    cls: Term
    path: paths.Path
    context: tuple[paths.Path, ...]


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one row of derived facts, the ends of its periods, and who says so. `disputed`: columns of a contradiction."""

    shown: tuple[Term, ...]
    columns: tuple[tuple[Term, ...], ...]
    ends: tuple[tuple[Term, ...], ...]
    sources: tuple[Term, ...]
    disputed: frozenset[int]


class Kind:
    """What is the same for all things with the same types."""

    __slots__ = ("_order", "alike", "derived", "hidden", "hidden_back", "is_record", "naming", "places", "replaced", "site")

    def __init__(self, types: tuple[Term, ...], site: Site) -> None:
        above = site.schema.with_superclasses(types)
        self.site = site
        self.places = site.places(types)
        self.derived = tuple(each for each in site.derived if any(cls in each.classes for cls in above))
        self.alike = any(each.named_like is not None for each in self.derived)
        self.hidden = site.hidden
        self.hidden_back = (site.hidden - {GEO.hasGeometry}) | site.hidden_back  # a geometry leads back to what has it
        self.is_record = bool(site.settings.sources.record_class) and site.record_class in above
        self.naming = next((each for each in site.naming if each.cls in above), None)
        self.replaced = frozenset(property_ for each in self.derived for property_ in each.replaces)
        self._order: dict[Term, tuple[float, float, str]] = {}

    def order(self, property_: str) -> tuple[float, float, str]:
        """The key that sorts properties, and what points to the thing by one: group, order within it, then the name."""
        found = self._order.get(property_)
        if found is None:
            place = self.places.get(property_, NOWHERE)
            name = self.site.curie(property_.removeprefix("^")) if place is NOWHERE else property_
            found = self._order[property_] = (place.group_order, place.order, name)
        return found


@dataclass(frozen=True)
class Site:
    """Everything that pages are made from beyond the description of their thing."""

    publication: Publication
    written: Mapping[str, int] = field(default_factory=dict)  # path of other files of the release → bytes

    @cached_property
    def settings(self) -> Settings:
        """The settings of the project."""
        return self.publication.settings

    @cached_property
    def index(self) -> Index:
        """Quads and labels."""
        return self.publication.index

    @cached_property
    def graph(self) -> Graph:
        """All published triples."""
        return self.publication.graph

    @cached_property
    def schema(self) -> Schema:
        """Ontology and shapes."""
        return Schema(self.publication.sources.ontology, self.publication.sources.shapes, self.index.labels)

    @cached_property
    def assets(self) -> assets.Assets:
        """Style sheets and scripts."""
        return assets.load()

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the pages; the first lies at /."""
        return self.settings.languages

    # where things are

    def section(self, key: str, language: str) -> PurePosixPath:
        """The path of a page that is no thing's page: `map.html`, `en/map.html`; `ontology.html`, `ontology.en.html`."""
        if key == "ontology":
            return PurePosixPath(key + iris.page_suffix(language, self.languages))
        path = PurePosixPath(f"{key}.html")
        return path if language == self.languages[0] else PurePosixPath(language) / path

    def root(self, key: str, language: str) -> str:
        """The way from such a page to the root of the site: "", `../`, …"""
        return "../" * (len(self.section(key, language).parts) - 1)

    @cached_property
    def _documents(self) -> dict[Term, PurePosixPath]:
        found: dict[Term, PurePosixPath] = {}
        for thing in self.index.things:
            path = iris.document_path(thing, self.index.base)
            if path is not None:
                found[thing] = path
        return found

    def document(self, thing: Term) -> PurePosixPath | None:
        """The path `doc/region/x` for what has a page of its own, else None."""
        return self._documents.get(thing)

    @cached_property
    def stems(self) -> dict[Term, str]:
        """`doc/region/x` for whatever has a page of its own, percent-encoded: what links begin with."""
        return {thing: iris.url_of(document, "") for thing, document in self._documents.items()}

    @cached_property
    def terms_of_ontology(self) -> frozenset[Term]:
        """The terms that the ontology's page lists: those of its own namespace."""
        own = f"{self.settings.ontology[:-1]}#"
        return frozenset(each for each in (*self.schema.classes, *self.schema.properties) if each.startswith(own))

    def anchor(self, term: Term) -> str:
        """The anchor of a term of the ontology on its page: the local name."""
        return term[len(self.settings.ontology) : -1]

    @cached_property
    def _prefixes(self) -> tuple[tuple[str, str], ...]:
        pairs = self.settings.all_prefixes.items()
        return tuple(sorted(pairs, key=lambda pair: (-len(pair[1]), pair[0])))

    def curie(self, term: Term) -> str:
        """`x:within`, or the IRI where no prefix fits."""
        text = value(term)
        for prefix, start in self._prefixes:
            if text.startswith(start) and re.fullmatch(r"[A-Za-z0-9_][\w.-]*", text[len(start) :]):
                return f"{prefix}:{text[len(start) :]}"
        return text

    def term(self, curie: str, key: str = "site") -> Term:
        """The term for a CURIE of the settings."""
        return self.publication.project.term(curie, key)

    def path(self, text: str, key: str) -> paths.Path:
        """A property path of the settings; `key` names the setting."""
        project = self.publication.project
        return paths.parse(text, lambda curie: project.term(curie, key), project.place(key))

    # sources

    @cached_property
    def inferred(self) -> Term:
        """The graph of what follows from the rest."""
        return self.term(self.settings.sources.inferred, "sources.inferred")

    @cached_property
    def record_class(self) -> Term:
        """The class of the source records."""
        return self.term(self.settings.sources.record_class, "sources.record_class")

    @cached_property
    def records(self) -> Term:
        """The graph of the source records."""
        return self.term(self.settings.sources.records, "sources.records")

    def sources_of(self, triple: Triple, names: tuple[Term, ...] | None = None) -> tuple[Term, ...]:
        """Who says a triple: the graphs that assert it, or its inverse; else the graph of inferred statements."""
        names = self.index.quads.sources(triple) if names is None else names
        inferred = self.inferred
        if len(names) == 1 and names[0] != inferred:
            return names if names[0] else ()
        if names != (inferred,):
            return tuple([name for name in names if name and name != inferred])
        inverse = self.schema.inverses.get(triple[1])
        if inverse is not None:
            asserted = self.index.quads.sources((triple[2], inverse, triple[0]))
            kept = tuple(name for name in asserted if name and name != self.inferred)
            if kept:
                return kept
        return names

    @cached_property
    def conflicts(self) -> tuple[conflicts.Conflict, ...]:
        """Where sources disagree."""
        return conflicts.find(self.index.quads, self.publication.sources.shapes)

    @cached_property
    def disputed(self) -> frozenset[tuple[Term, Term]]:
        """The thing and property of everything that is claimed where sources disagree."""
        return frozenset((each.subject, claim.property) for each in self.conflicts for claim in each.claims)

    @cached_property
    def kept_rows(self) -> dict[tuple[int, Term], list[tuple[Term, tuple[Term, ...]]]]:
        """Rows of derived tables that many things share, by the number of the table (things.py)."""
        return {}

    @cached_property
    def kept_bounds(self) -> dict[tuple[int, Term], tuple[str, str]]:
        """When such rows were."""
        return {}

    @cached_property
    def kept_cells(self) -> dict[tuple[int, Term], Cells]:
        """Cells of such rows."""
        return {}

    @cached_property
    def said(self) -> dict[Term, dict[Term, int]]:
        """Source with a page of its own → what it makes statements about → how many."""
        found: dict[Term, dict[Term, int]] = {}
        stems = self.stems
        for subject, _, _, name in self.index.quads:
            if name in stems and subject[0] != "_":
                about = found.get(name)
                if about is None:
                    about = found[name] = {}
                about[subject] = about.get(subject, 0) + 1
        return found

    @cached_property
    def source_counts(self) -> dict[Term, int]:
        """Graph name → how many statements it makes."""
        counts: dict[Term, int] = {}
        for _, _, _, name in self.index.quads:
            counts[name] = counts.get(name, 0) + 1
        return counts

    @cached_property
    def address_properties(self) -> tuple[Term, ...]:
        """The properties whose texts are printed web addresses."""
        return tuple(self.term(each, "site.address_properties") for each in self.settings.site.address_properties)

    def original(self, source: Term) -> str | None:
        """The address where a source itself can be read, or None. A host alone is no such address."""
        for property_ in self.address_properties:
            for each in self.graph.objects(source, property_):
                url = safe_url(each) if is_iri(each) else addresses.read(value(each)).url
                if url and url.count("/") > 2:
                    return url
        return None

    # classes

    @cached_property
    def members(self) -> dict[Term, tuple[Term, ...]]:
        """Class → the things that have it as their most special type, in the order of their IRIs."""
        found: dict[Term, list[Term]] = {}
        for thing in self.index.things:
            for cls in self.types(thing):
                found.setdefault(cls, []).append(thing)
        return {cls: tuple(things) for cls, things in found.items()}

    @cached_property
    def unlisted(self) -> frozenset[Term]:
        """Classes whose things stand in no list and no search."""
        return frozenset(self.term(each, "site.unlisted") for each in self.settings.site.unlisted)

    @cached_property
    def listed(self) -> tuple[Term, ...]:
        """The things that lists and search offer, in the order of their IRIs."""
        left_out = {thing for cls in self.unlisted for thing in self.members.get(cls, ())}
        return tuple(thing for thing in self.index.things if thing not in left_out)

    def types(self, thing: Term) -> tuple[Term, ...]:
        """The most special types of a thing."""
        return self._special(self.graph.objects(thing, RDF.type))

    def _special(self, types: tuple[Term, ...]) -> tuple[Term, ...]:
        known = self._special_types.get(types)
        if known is None:
            known = self._special_types[types] = self.schema.most_special(types)
        return known

    @cached_property
    def _special_types(self) -> dict[tuple[Term, ...], tuple[Term, ...]]:
        return {}

    def kind(self, types: tuple[Term, ...]) -> Kind:
        """What is the same for all things with these types."""
        known = self._kinds.get(types)
        if known is None:
            known = self._kinds[types] = Kind(types, self)
        return known

    @cached_property
    def _kinds(self) -> dict[tuple[Term, ...], Kind]:
        return {}

    @cached_property
    def label_properties(self) -> frozenset[Term]:
        """The properties whose values are names."""
        return frozenset(self.index.label_properties)

    @cached_property
    def description_properties(self) -> tuple[Term, ...]:
        """The properties whose texts introduce a thing on its page, in order of preference."""
        return tuple(self.term(each, "description_properties") for each in self.settings.description_properties)

    @cached_property
    def naming(self) -> tuple[Naming, ...]:
        """The short names of the settings."""
        return tuple(
            Naming(
                self.term(each.class_, f"site.names[{place}].class"),
                self.path(each.path, f"site.names[{place}].path"),
                tuple(self.path(one, f"site.names[{place}].context") for one in each.context),
            )
            for place, each in enumerate(self.settings.site.names)
        )

    @cached_property
    def hosts(self) -> tuple[tuple[str, str], ...]:
        """How addresses of other publishers begin, the longest first, and what those are called."""
        pairs = ((each.start, each.name) for each in self.settings.site.hosts)
        return tuple(sorted(pairs, key=lambda pair: (-len(pair[0]), pair)))

    def places(self, types: tuple[Term, ...]) -> dict[Term, Place]:
        """The places of properties on the pages of things with these types."""
        known = self._places.get(types)
        if known is None:
            known = self._places[types] = self.schema.places(types)
        return known

    @cached_property
    def _places(self) -> dict[tuple[Term, ...], dict[Term, Place]]:
        return {}

    @cached_property
    def tables(self) -> tuple[ClassTable, ...]:
        """The class tables: those of the settings in their order, then the others by name."""
        settings = {self.term(each.class_, "site.tables"): each for each in self.settings.site.tables}
        order = [
            *settings,
            *sorted((cls for cls in self.members if cls not in settings and cls not in self.unlisted), key=self.curie),
        ]
        taken: set[str] = set()
        found: list[ClassTable] = []
        for cls in order:
            things = self.members.get(cls, ())
            if not things:
                continue
            name = base = _kebab(self.curie(cls))
            number = 2
            while name in taken:
                name, number = f"{base}-{number}", number + 1
            taken.add(name)
            chosen = settings.get(cls)
            home = chosen.home if chosen else not settings
            found.append(ClassTable(cls, name, chosen.title if chosen else {}, things, chosen, home))
        return tuple(found)

    @cached_property
    def table_of(self) -> dict[Term, ClassTable]:
        """Class → its table."""
        return {table.cls: table for table in self.tables}

    @cached_property
    def hidden(self) -> frozenset[Term]:
        """Properties that pages do not list as facts."""
        return frozenset(
            (RDF.type, GEO.hasGeometry, GEO.asWKT, GEO.asGeoJSON, RDFS.isDefinedBy, FOAF.isPrimaryTopicOf,
             *(self.term(each, "site.hidden") for each in self.settings.site.hidden if each[:1] != "^"))
        )  # fmt: skip

    @cached_property
    def hidden_back(self) -> frozenset[Term]:
        """Properties by which pages do not say what points to their thing."""
        return frozenset(self.term(each[1:], "site.hidden") for each in self.settings.site.hidden if each[:1] == "^")

    @cached_property
    def derived(self) -> tuple[Derived, ...]:
        """The tables of derived facts."""
        return tuple(
            Derived(
                place,
                each,
                frozenset(self.term(cls, f"site.derived[{place}].classes") for cls in each.classes),
                None if each.named_like else self.path(each.rows, f"site.derived[{place}].rows"),
                self.term(each.named_like, f"site.derived[{place}].named_like") if each.named_like else None,
                tuple(self.path(column.path, f"site.derived[{place}].columns") for column in each.columns),
                tuple(
                    self.path(column.until, f"site.derived[{place}].columns") if column.until else None
                    for column in each.columns
                ),
                self.path(each.shown, f"site.derived[{place}].shown") if each.shown else None,
                frozenset(self.term(one, f"site.derived[{place}].replaces") for one in each.replaces),
                self.path(each.through, f"site.derived[{place}].through") if each.through else None,
                tuple(self.path(one, f"site.derived[{place}].through_period") for one in each.through_period),
                tuple(self.path(one, f"site.derived[{place}].row_period") for one in each.row_period),
            )
            for place, each in enumerate(self.settings.site.derived)
        )

    def alike(self, derived: Derived) -> Mapping[Term, tuple[Term, ...]]:
        """Thing → the rows of a table that finds them by name."""
        found = self._alike.get(derived.number)
        if found is None:
            number = derived.number
            properties = [*self.index.label_properties]
            properties += [self.term(each, f"site.derived[{number}].names") for each in derived.settings.names]

            def names(things: Iterable[Term]) -> dict[Term, list[str]]:
                objects = self.graph.objects
                return {one: [fold(value(text)) for each in properties for text in objects(one, each)] for one in things}

            assert derived.named_like is not None  # noqa: S101 - asked for those tables alone
            others = names(self.things_of(derived.named_like))
            found = {}
            for cls in sorted(derived.classes):
                found.update(alike(names(self.things_of(cls)), others))
            self._alike[number] = found
        return found

    @cached_property
    def _alike(self) -> dict[int, dict[Term, tuple[Term, ...]]]:
        return {}

    def things_of(self, cls: Term) -> tuple[Term, ...]:
        """The things of a class and of those below it, in the order of their IRIs."""
        above = self.schema.superclasses
        return tuple(
            sorted({one for each, things in self.members.items() if cls in above.get(each, (each,)) for one in things})
        )

    def counts(self, derived: Derived) -> Mapping[str, int]:
        """What the sentences of a table may count, by name."""
        found = self._counts.get(derived.number)
        if found is None:
            found = self._counts[derived.number] = {}
            for name, each in derived.settings.counts.items():
                key = f"site.derived[{derived.number}].counts.{name}"
                things = self.things_of(self.term(each.class_, key))
                path = self.path(each.having, key) if each.having else None
                found[name] = sum(1 for thing in things if path is None or path.ends(thing, self.graph))
        return found

    @cached_property
    def _counts(self) -> dict[int, dict[str, int]]:
        return {}

    @cached_property
    def sentences(self) -> tuple[tuple[frozenset[Term], Mapping[str, str], Mapping[str, paths.Path]], ...]:
        """Classes, text by language, and the paths in it."""
        found = []
        for place, each in enumerate(self.settings.site.sentences):
            key = f"site.sentences[{place}]"
            gaps = {name for text in each.text.values() for name in re.findall(r"\{([^{}]+)\}", text)}
            if "#label" in gaps:
                raise MoroError(
                    self.publication.project.place(f"{key}.text"),
                    Text(de="„{#label}“ zählt nichts", en='"{#label}" counts nothing'),
                    Text(de="„{label}“ oder „{#Pfad}“ schreiben", en='write "{label}" or "{#path}"'),
                )
            inside = {name.removeprefix("#") for name in gaps if name != "label"}
            found.append(
                (
                    frozenset(self.term(cls, f"{key}.classes") for cls in each.classes),
                    each.text,
                    {name: self.path(name, f"{key}.text") for name in sorted(inside)},
                )
            )
        return tuple(found)

    @cached_property
    def layers(self) -> tuple[tuple[LayerSettings, Term, paths.Path], ...]:
        """The layers of the map with class and path to the geometry."""
        return tuple(
            (each, self.term(each.class_, f"site.map.layers[{place}].class"), self.path(each.geometry, f"site.map.layers[{place}].geometry"))
            for place, each in enumerate(self.settings.site.map.layers)
        )  # fmt: skip

    @cached_property
    def has_map(self) -> bool:
        """Whether there is anything to draw."""
        return any(
            can_be_drawn(value(text))
            for _, cls, path in self.layers
            for thing in self.members.get(cls, ())
            for node in path.ends(thing, self.graph)
            for text in self.graph.objects(node, GEO.asWKT)
        )

    @cached_property
    def has_sources(self) -> bool:
        """Whether statements name sources that have a page."""
        return any(name != self.inferred and name in self.stems for name in self.source_counts)

    @property
    def contact_url(self) -> str:
        """The contact's own web page; "" where that is a page of this site."""
        url = self.settings.contact.url
        return "" if url.startswith((self.publication.project.site_url, self.settings.base)) else url

    @property
    def reachable(self) -> bool:
        """Whether readers have an address to report errors to."""
        return bool(self.settings.report_url or self.settings.contact.email or self.contact_url)

    def order_key(self, term: Term, language: str) -> tuple[str, str]:
        """A key that sorts things by label as dictionaries do."""
        found = self._order_keys.get((term, language))
        if found is None:
            if len(self._order_keys) > 300_000:
                self._order_keys.clear()
            found = self._order_keys[term, language] = fold(self.index.labels.best(term, language).text), term
        return found

    @cached_property
    def _order_keys(self) -> dict[tuple[Term, str], tuple[str, str]]:
        return {}


def safe_url(term: Term) -> str | None:
    """The address to link to, or None where linking would be unsafe (other schemes, spaces, quotes)."""
    text = value(term) if is_iri(term) else ""
    return text if _PLAIN_IRI.match(text) and text.startswith(SAFE_SCHEMES) else None


@lru_cache(maxsize=200_000)
def fold(text: str) -> str:
    """Text as search and sorting see it: small letters, accents and umlauts folded, ß as ss (`web/src/fold.js` does the same)."""
    lower = text.lower()
    if lower.isascii():
        return lower
    plain = [char for char in unicodedata.normalize("NFD", lower) if unicodedata.category(char)[0] != "M"]
    return unicodedata.normalize("NFC", "".join(plain).replace("ß", "ss"))


def _kebab(curie: str) -> str:
    local = re.split(r"[:/#]", curie)[-1] or "things"
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", local).lower()).strip("-") or "things"


def distinct(terms: Iterable[Term]) -> tuple[Term, ...]:
    """Each once, in the order of first appearance."""
    return tuple(dict.fromkeys(terms))
