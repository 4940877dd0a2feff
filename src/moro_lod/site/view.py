"""Pages in one language: terms become links and texts, contexts become HTML."""

from __future__ import annotations

import dataclasses
import datetime
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import PurePosixPath
from typing import Any, NamedTuple
from urllib.parse import unquote

from babel import Locale, UnknownLocaleError
from jinja2 import Environment, PackageLoader, StrictUndefined, TemplateError, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from .. import iris
from ..description import Label
from ..errors import Text
from ..files import File
from ..formats import HTML, JSON_LD, TURTLE
from ..namespaces import GEO, XSD
from ..terms import Term, datatype, is_blank, is_iri, is_literal, language, value
from . import addresses, standard_terms
from .model import ClassTable, Site, fold, safe_url
from .patterns import broken
from .schema import Place, pointing
from .texts import Texts

LONGEST_TEXT = 20_000  # characters of one literal on a page
_TAGS = re.compile(r"<[^>]*>")
_RIGHT_TO_LEFT = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]")
_NAME = re.compile(r"[A-Za-z][\w.-]*:[^\s:]\S*|[\w-]+(?:\.[\w-]+)+/\S*")
_WKT = {value(GEO.wktLiteral), value(GEO.geoJSONLiteral)}


class Others(NamedTuple):
    """One page in all languages: (language, absolute URL), and (language, its name, relative link or "" for this one)."""

    absolute: tuple[tuple[str, str], ...]
    relative: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """One entry of the navigation."""

    key: str
    label: str


class View:
    """Everything for pages in one language."""

    def __init__(self, site: Site, language: str) -> None:
        self.site = site
        self.language = language
        self.texts = Texts(language)
        self.suffix = iris.page_suffix(language, site.languages)
        self._terms: dict[tuple[Term, str], Markup] = {}
        self._short: dict[tuple[Term, str], Markup] = {}
        self._labels: dict[Term, Label] = {}
        self._urls: dict[str, str] = {}
        self._days: dict[datetime.date, str] = {}
        self._names: dict[tuple[tuple[Term, ...], Term, bool], Markup] = {}
        self._chrome: dict[tuple[str, str], dict[str, Markup]] = {}
        self.environment = _environment()
        self.environment.globals.update(
            _=self._translate,
            ngettext=self.texts.ngettext,
            number=self.texts.number,
            view=self,
            site=site,
            settings=site.settings,
            language=language,
            assets=site.assets,
        )

    def _translate(self, text: str, **values: object) -> str:
        """`_("…")` of the templates."""
        translated = self.texts.gettext(text)
        return translated % values if values else translated

    def words(self, texts: Mapping[str, str]) -> str:
        """A text of the settings in this language, else in the next that has it."""
        chosen = self._chosen(texts)
        return texts[chosen] if chosen is not None else ""

    def _chosen(self, texts: Mapping[str, str]) -> str | None:
        return next((each for each in (self.language, *self.site.languages, *sorted(texts)) if texts.get(each)), None)

    def phrase(self, texts: Mapping[str, str]) -> Markup:
        """The same as markup, beginning with a capital, and marked where it is in another language."""
        chosen = self._chosen(texts)
        if chosen is None:
            return Markup("")
        return tagged(Label(first_upper(texts[chosen]), chosen, bool(chosen) and chosen != self.language), self.texts)

    # terms

    def label(self, term: Term) -> Label:
        """The label of a term, without invisible characters that turn the direction of writing."""
        found = self._labels.get(term)
        if found is None:
            best = self.site.index.labels.best(term, self.language)
            text = " ".join(_RIGHT_TO_LEFT.sub("", best.text).split()) or self.texts.gettext("(without a name)")
            found = Label(text, best.language, best.is_fallback, best.is_missing)
            if best.is_missing and is_iri(term):
                if self.site.document(term) is None:
                    text = standard_terms.name(term, self.language) or self.shortened(term)
                    found = dataclasses.replace(found, text=text)
                else:
                    found = self._label_by_owner(term) or found
            if len(self._labels) > 300_000:
                self._labels.clear()
            self._labels[term] = found
        return found

    def _label_by_owner(self, term: Term) -> Label | None:
        """What to call a thing without a label that belongs to one other thing: "Geometry of Springfield"."""
        owners = {subject for subject, _ in self.site.graph.incoming(term) if subject != term}
        types = self.site.types(term)
        if len(owners) != 1 or not types:
            return None
        (owner,) = owners
        if not self.site.index.labels.has(owner):
            return None
        kind, name = self.label(types[0]), self.label(owner)
        text = self.texts.gettext("%(kind)s of %(name)s") % {"kind": first_upper(kind.text), "name": name.text}
        return Label(text, "", is_fallback=False, is_missing=True)

    def shortened(self, term: Term) -> str:
        """How an address without a label is shown: by its publisher (`Wikidata Q64`), else without scheme, not too long."""
        for start, name in self.site.hosts:
            if value(term).startswith(start):
                rest = unquote(value(term)[len(start) :]).replace("_", " ")
                return " ".join(_RIGHT_TO_LEFT.sub("", f"{name} {rest}").split())
        curie = self.site.curie(term)
        if curie != value(term):
            return curie
        text = re.sub(r"^https?://(www\.)?", "", value(term))
        return text if len(text) <= 80 else f"{text[:60]}…{text[-15:]}"

    def lang(self, term: Term) -> Markup:
        """The attribute `lang` for an element that holds the label of a term; "" where that is in the page's language."""
        label = self.label(term)
        return Markup(' lang="{}"').format(_tag(label)) if label.is_fallback and label.language else Markup("")

    def text(self, term: Term) -> Markup:
        """The label of a term with `lang` and, on fallback, a small tag; no link."""
        return tagged(self.label(term), self.texts)

    def page(self, term: Term, root: str) -> str | None:
        """A relative link to what this site says about a term; None where it has no page and no place on one."""
        stem = self.site.stems.get(term)
        if stem is not None:
            return f"{root}{stem}{self.suffix}"
        if term in self.site.terms_of_ontology:
            return f"{self.url('ontology', root)}#{self.site.anchor(term)}"
        return None

    def href(self, term: Term, root: str) -> str | None:
        """Where a term leads to, from a page whose way to the site's root is `root`; None for nowhere."""
        return self.page(term, root) or safe_url(term)

    def term(self, term: Term, root: str) -> Markup:
        """A term as a person sees it: a link with a label, or a text in the language's form."""
        key = (term, root)
        found = self._terms.get(key)
        if found is None:
            found = self._term(term, root)
            if len(self._terms) > 300_000:
                self._terms.clear()
            self._terms[key] = found
        return found

    def _term(self, term: Term, root: str) -> Markup:
        if is_literal(term):
            return self._literal(term)
        if is_blank(term):
            return Markup("")
        text = self.text(term)
        page = self.page(term, root)
        if page is not None:
            return Markup(f'<a href="{escape(page)}">{text}</a>')  # noqa: S704 - escaped
        url = safe_url(term)
        if url is not None:
            return Markup(f'<a class="outward" href="{escape(url)}" rel="external">{text}</a>')  # noqa: S704 - escaped
        return Markup(f'<bdi class="plain">{text}</bdi>')  # noqa: S704 - markup already

    def _literal(self, term: Term) -> Markup:
        text = value(term)
        tag = language(term)
        kind = datatype(term)
        if kind in _WKT:
            shape = re.sub(r"^\s*(<[^>]*>)?\s*", "", text).partition("(")[0].strip()[:30].upper()
            return Markup("<bdi>{}</bdi>").format(shape or self.texts.gettext("geometry"))
        formatted = None if tag else self.texts.literal(text, kind)
        if formatted is not None:
            return Markup('<span class="nobreak">{}</span>').format(formatted) if len(formatted) < 25 else escape(formatted)
        if kind == value(XSD.anyURI) and (url := safe_url(f"<{text}>")):
            return Markup('<a class="outward" href="{}" rel="external">{}</a>').format(url, text)
        if len(text) > LONGEST_TEXT:
            text = f"{text[:LONGEST_TEXT]} …"
        text = _RIGHT_TO_LEFT.sub("", text)
        if tag:
            return tagged(Label(text, tag, tag.split("-")[0].lower() != self.language.split("-")[0]), self.texts)
        return Markup(f"<bdi>{escape(text)}</bdi>")  # noqa: S704 - escaped

    def address(self, term: Term, root: str) -> Markup:
        """A printed web address as a link, with the remark behind it; whatever is none as `term` shows it."""
        found = addresses.read(_RIGHT_TO_LEFT.sub("", value(term)))
        if not is_literal(term) or not found.url:
            return self.term(term, root)
        link = Markup('<a class="outward" href="{}" rel="external"><bdi>{}</bdi></a>').format(found.url, found.text)
        return link + Markup(' <span class="muted">{}</span>').format(found.remark) if found.remark else link

    def original(self, source: Term) -> Markup:
        """A small link to where a source itself can be read; "" where no address is known."""
        url = self.site.original(source)
        if url is None:
            return Markup("")
        name = self.texts.gettext("Open the original page of %(source)s") % {"source": self.label(source).text}
        return Markup(
            ' <a class="original" href="{}" rel="external" title="{}"><span aria-hidden="true">↗</span><span class="sr-only">{}</span></a>'
        ).format(url, name, name)

    def short(self, thing: Term, types: tuple[Term, ...] | None = None) -> str:
        """What a thing is called for short, by the settings; "" where that is its label."""
        if not self.site.naming:
            return ""
        naming = self.site.kind(self.site.types(thing) if types is None else types).naming
        ends = naming.path.ends(thing, self.site.graph) if naming else ()
        if not ends:
            return ""
        order = (self.language, "", *self.site.languages)
        ranks = {tag: rank for rank, tag in reversed(list(enumerate(order)))}
        return self.plain(min(ends, key=lambda each: ranks.get(language(each) if is_literal(each) else "", len(order))))

    def name(self, thing: Term, root: str) -> Markup:
        """The same as `term`, with the short name of a thing: for the first column of a table."""
        found = self._short.get((thing, root))
        if found is None:
            text = self.short(thing)
            page = self.page(thing, root) if text else None
            found = Markup('<a href="{}">{}</a>').format(page, text) if page else self.term(thing, root)
            if len(self._short) > 100_000:
                self._short.clear()
            self._short[thing, root] = found
        return found

    def statements(self, count: int) -> str:
        """How many statements: "1 statement"."""
        return self.texts.ngettext("%(num)s statement", "%(num)s statements", count) % {"num": self.texts.number(count)}

    def plain(self, term: Term) -> str:
        """A term as text alone, for titles, sorting and attributes."""
        if is_literal(term) and not language(term):
            return self.texts.literal(value(term), datatype(term)) or value(term)
        return self.label(term).text

    def property_name(self, types: tuple[Term, ...], property_: Term, inverse: bool) -> Markup:
        """What a person calls a property on the page of a thing: sh:name, the property's label, or its inverse's."""
        key = (types, property_, inverse)
        found = self._names.get(key)
        if found is None:
            found = self._names[key] = self._property_name(property_, inverse, self.site.places(types))
        return found

    def _property_name(self, property_: Term, inverse: bool, places: Mapping[Term, Place]) -> Markup:
        if not inverse:
            place = places.get(property_)
            name = place.name(self.language) if place else None
            return escape(first_upper(name)) if name else self.title(property_)
        place = places.get(pointing(property_))
        name = place.name(self.language) if place else None
        if name:
            return escape(first_upper(name))
        opposite = self.site.schema.inverses.get(property_)
        if opposite is not None:
            return self.title(opposite)
        if property_ == GEO.hasGeometry:
            return escape(self.texts.gettext("Geometry of"))
        return escape(self.texts.gettext("Named as “%(property)s” by") % {"property": self.label(property_).text})

    def title(self, term: Term) -> Markup:
        """The label of a class or property as a heading: beginning with a capital, and marked where it is in another language."""
        label = self.label(term)
        return tagged(Label(first_upper(label.text), label.language, label.is_fallback, label.is_missing), self.texts)

    def class_name(self, cls: Term) -> str:
        """The label of a class, beginning with a capital."""
        return first_upper(self.label(cls).text)

    def table_heading(self, table: ClassTable) -> Markup:
        """The heading of a class table, marked where it is in another language."""
        return self.phrase(table.titles) or self.title(table.cls)

    def table_title(self, table: ClassTable) -> str:
        """The heading of a class table."""
        return self.words(table.titles) or self.class_name(table.cls)

    # pages

    @cached_property
    def navigation(self) -> tuple[NavigationItem, ...]:
        """The main navigation."""
        _ = self.texts.gettext
        site = self.site.settings.site
        items = [("browse", _("Browse"))]
        if self.site.has_map:
            items.append(("map", _("Map")))
        if site.timeline.classes:
            items.append(("timeline", _("Timeline")))
        items += [("sources", _("Sources")), ("query", _("Ask questions")), ("data", _("Data"))]
        return tuple(NavigationItem(*item) for item in items)

    @cached_property
    def footer(self) -> tuple[tuple[str, tuple[NavigationItem, ...]], ...]:
        """The groups of links at the foot of every page: everything that the site has."""
        _ = self.texts.gettext
        groups: list[tuple[str, list[tuple[str, str]]]] = [
            (_("Find"), [("index", _("Home")), ("search", _("Search and A–Z")), *((i.key, i.label) for i in self.navigation[:-3])]),
            (_("Understand"), [("sources", _("Sources and contradictions")), ("ontology", _("Ontology")), ("concepts", _("Concept schemes")), ("quality", _("Quality")), ("changes", _("Changes"))]),
            (_("Use the data"), [("data", _("Catalogue and downloads")), ("query", _("Ask questions")), ("api", _("Access by program"))]),
            (_("About this site"), [("imprint", _("Imprint")), ("privacy", _("Privacy")), ("accessibility", _("Accessibility")), ("easy-language", _("Easy Language")), ("sign-language", _("Sign language"))]),
        ]  # fmt: skip
        return tuple((title, tuple(NavigationItem(*item) for item in items)) for title, items in groups)

    def policy(self, active: str) -> str:
        """The Content-Security-Policy of a section: nothing from elsewhere; WebAssembly and workers on the query page alone."""
        connect = "'self'"
        script = "'self'"
        worker = ""
        if active == "query":
            script += " 'wasm-unsafe-eval'"
            worker = "; worker-src 'self'"
            endpoint = self.site.settings.endpoint_url
            if endpoint and re.fullmatch(r"https?://[^\s;,'\"]+", endpoint):
                origin = "/".join(endpoint.split("/")[:3])
                connect += f" {origin}"
        return (
            f"default-src 'none'; script-src {script}; style-src 'self'; img-src 'self' data:; font-src 'self'; "
            f"media-src 'self'; connect-src {connect}; form-action 'self'; base-uri 'none'{worker}"
        )

    def section_alternates(self, root: str) -> list[tuple[str, str]]:
        """The data behind a page that has none of its own: the catalogue and the dump."""
        found = []
        for name in ("catalogue", f"data/{self.site.settings.name}"):
            for each in (TURTLE, JSON_LD):
                path = f"{name}{each.extension}"
                if not self.site.written or path in self.site.written:
                    found.append((each.media_type, root + path))
        return found

    def others(self, paths: Mapping[str, PurePosixPath], here: PurePosixPath) -> Others:
        """The same page in all languages. `paths`: language → path."""
        base = self.site.publication.project.site_url
        absolute = [(tag, iris.url_of(path, base)) for tag, path in paths.items()]
        absolute.append(("x-default", iris.url_of(paths[self.site.languages[0]], base)))
        relative = [
            (tag, language_name(tag), "" if tag == self.language else iris.relative_url(path, here))
            for tag, path in paths.items()
        ]
        return Others(tuple(absolute), tuple(relative))

    def section_page(self, template: str, key: str, heading: str, description: str, **context: Any) -> File:
        """A page that is no thing's page. `active` may be given where the navigation should point elsewhere."""
        path = self.site.section(key, self.language)
        paths = {tag: self.site.section(key, tag) for tag in self.site.languages}
        return self.render(
            template,
            path,
            {
                "active": key,
                "heading": heading,
                "title": heading,
                "description": description,
                "versions": self.others(paths, path),
                **context,
            },
        )

    def day(self, date: datetime.date) -> str:
        """A day in words."""
        found = self._days.get(date)
        if found is None:
            found = self._days[date] = self.texts.day(date)
        return found

    def url(self, key: str, root: str) -> str:
        """A relative link to a section page."""
        found = self._urls.get(key)
        if found is None:
            found = self._urls[key] = iris.url_of(self.site.section(key, self.language), "")
        return root + found

    def asset(self, name: str, root: str) -> str:
        """A relative link to a style sheet or script, "" when it was not built."""
        path = self.site.assets.paths.get(name)
        return root + iris.url_of(path, "") if path else ""

    def chrome(self, root: str, active: str) -> dict[str, Markup]:
        """Header and footer, made once for each depth and section."""
        key = (root, active)
        found = self._chrome.get(key)
        if found is None:
            template = self.environment.get_template("chrome.html")
            module = template.make_module({"root": root, "active": active})
            names = ("head", "header_before", "header_after", "footer")
            found = self._chrome[key] = {name: getattr(module, name)() for name in names}
        return found

    def render(self, template: str, path: PurePosixPath, context: Mapping[str, Any]) -> File:
        """One page. `context` has title and description; alternates and paths are added here."""
        return File(path, self.html(template, path, context).encode("utf-8", "replace"), HTML.media_type)

    def html(self, template: str, path: PurePosixPath, context: Mapping[str, Any]) -> str:
        """The text of one page. Raises MoroError naming template and page when a template fails."""
        root = context.get("root") or "../" * (len(path.parts) - 1)
        try:
            return self.environment.get_template(template).render(
                path=path,
                canonical=context.get("canonical") or iris.url_of(path, self.site.publication.project.site_url),
                chrome=self.chrome(root, context.get("active", "")),
                **{"active": "", **{key: item for key, item in context.items() if key != "canonical"}, "root": root},
            )
        except (TemplateError, TypeError, KeyError, AttributeError) as error:
            raise broken(template, error, Text(de=f"die Seite {path}", en=f"the page {path}")) from error


def tagged(label: Label, texts: Texts) -> Markup:
    """A text with `lang` where it is not in the page's language, and a small tag that says so."""
    if not label.is_fallback or not label.language:
        return escape(label.text)
    tag = _tag(label)
    return Markup('<span lang="{}">{}</span><abbr class="tag" title="{}">{}</abbr>').format(
        tag, label.text, texts.gettext("not in the language of this page"), tag
    )


def _tag(label: Label) -> str:
    return re.sub(r"[^A-Za-z0-9-]", "", label.language)


def plain_text(html: Markup) -> Markup:
    """The text of a heading, still escaped, without the tag that names another language: for attributes and titles."""
    return Markup(re.sub(r"<abbr.*?</abbr>|<[^>]*>", "", html))  # noqa: S704 - without tags, escaped as before


def sort_text(html: str) -> str:
    """What HTML is sorted by: its text, folded."""
    return fold(_TAGS.sub("", html))


def first_upper(text: str) -> str:
    """The text with a capital at its beginning; CURIEs and addresses stay as they are."""
    return text if _NAME.fullmatch(text) else text[:1].upper() + text[1:]


def script_json(data: Any) -> Markup:
    """JSON that may stand inside a script element: no `<`, so that nothing can end it."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True)
    return Markup(  # noqa: S704 - no character that could end an element is left
        text.replace("&", "\\u0026")
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029")
    )


@pass_context
def _link(context: Context, term: Term) -> Markup:
    """`{{ term|link }}` on any page."""
    return context["view"].term(term, context["root"])  # type: ignore[no-any-return]


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("moro_lod.site"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        auto_reload=False, cache_size=-1,
    )  # fmt: skip
    environment.filters["link"] = _link
    environment.filters["script_json"] = script_json
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "sort_keys": True}
    return environment


@lru_cache(maxsize=32)
def language_name(tag: str) -> str:
    """What the speakers of a language call it."""
    try:
        return first_upper(Locale.parse(tag.replace("-", "_")).display_name or tag)
    except (UnknownLocaleError, ValueError):
        return tag
