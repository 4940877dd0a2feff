"""The page of each thing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from urllib.parse import quote

from markupsafe import Markup, escape

from .. import iris
from ..files import File
from ..formats import HTML, JSON_LD, N_TRIPLES, RDF_XML, TRIG, TURTLE
from ..terms import Term, value
from . import all_pages, things
from .locators import Locators
from .model import Site
from .parts import MANY, Parts
from .patterns import Pattern
from .sentences import Sentences
from .things import Thing
from .view import Others, View, language_name

FORMATS = (TURTLE, TRIG, JSON_LD, N_TRIPLES, RDF_XML)
LONG_HEADING = 60  # characters from which on a heading is smaller
DESCRIPTION_LENGTH = 160  # characters of a page's meta description


def files(site: Site, views: Sequence[View], locators: Locators) -> Iterator[File]:
    """The pages of all things, in all languages."""
    pages = [Pages(site, view, locators) for view in views]
    for thing in site.index.things:
        content = things.arrange(thing, site)
        for each in pages:
            if content.varies and each.view.language != content.language:
                content = things.arrange(thing, site, each.view.language)
            yield each.page(content)
            if content.long:
                yield from all_pages.files(content, each.parts)


class Pages:
    """The pages of things in one language. What is the same for all things of a kind is made once."""

    def __init__(self, site: Site, view: View, locators: Locators | None) -> None:
        self.site = site
        self.view = view
        self.locators = locators
        self.parts = Parts(site, view)
        self.sentences = Sentences(site, view)
        self._site_url = escape(site.publication.project.site_url)
        self._kinds: dict[tuple[Term, ...], str] = {}
        self._skeletons: dict[tuple[tuple[Term, ...], str], Pattern] = {}

    def page(self, content: Thing) -> File:
        """The page of one thing."""
        site, view, parts = self.site, self.view, self.parts
        document = content.document
        whole_stem = site.stems[content.thing]
        root = "../" * whole_stem.count("/")
        numbers = parts.numbers_of(content)
        label = view.label(content.thing)
        kinds = self._kinds.get(content.types)
        if kinds is None:
            kinds = self._kinds[content.types] = ", ".join([view.class_name(cls) for cls in content.types])
        summary = self.sentences.summary(content.thing, content.types, root)
        texts = parts.in_language(content.texts.values) if content.texts else ()
        short = view.short(content.thing, content.types)
        heading = escape(short) if short else view.text(content.thing)
        context = self._context(content, root) if short else ""
        introduction = f"{parts.lead(summary)}\n" if summary else ""
        for each in texts:
            introduction += f"{parts.text(view.term(each.term, root), parts.refs_of(each.sources, numbers))}\n"
        if content.texts and content.texts.total > len(content.texts.values):
            introduction += f"<p>{parts.more_of(content.texts, content, root)}</p>\n"
        sections = []
        if content.tables:
            sections.append(parts.tables_of(content, numbers, root))
        number = 1
        for group in content.groups:
            section = parts.group_of(group, number, content, numbers, root)
            if section:
                number += 1
                sections.append(section)
        if content.said is not None:
            sections.append(parts.said_of(content, root))
        if numbers:
            sections.append(parts.sources_of(numbers, root))
        skeleton = self._skeletons.get((content.types, root))
        if skeleton is None:
            skeleton = self._skeletons[content.types, root] = self._skeleton(content, root)
        stem = whole_stem.rpartition("/")[2]
        iri = escape(value(content.thing))
        locator = self.locators.locator(content.thing, view, root) if self.locators is not None else None
        html = skeleton.fill(
            {
                "title": escape(label.text),
                "heading": heading,
                "long": ' class="long"' if len(short or label.text) > LONG_HEADING else "",
                "context": context,
                "description": escape(_description(label.text, kinds, summary, view.term(texts[0].term, root) if texts else "")),
                "stem": stem,
                "stem_url": self._site_url + whole_stem,  # percent-encoded, so nothing is left to escape
                "introduction": introduction,
                "content": "".join(sections),
                "locator": locator or "",
                "iri": iri,
                "modified": view.day(content.modified),
                "report": escape(_report(content.thing, site, view) or f"{view.url('imprint', root)}#contact"),
            }
        )  # fmt: skip
        return File(_page_path(document, view), html.encode("utf-8", "replace"), HTML.media_type)

    def _context(self, content: Thing, root: str) -> str:
        """What the short name of a thing leaves out, as links behind its kind."""
        naming = self.site.kind(content.types).naming
        ends = [end for path in naming.context for end in path.ends(content.thing, self.site.graph)] if naming else []
        return "".join([f" · {self.view.term(end, root)}" for end in ends[:MANY]])

    def _skeleton(self, content: Thing, root: str) -> Pattern:
        """The page of a kind of thing, with gaps."""
        site, view = self.site, self.view
        kinds = []
        tables = [site.table_of[cls] for cls in content.types if cls in site.table_of]
        for cls in content.types:
            table = site.table_of.get(cls)
            kinds.append({"name": view.title(cls), "url": view.url(f"list/{table.name}", root) if table else ""})
        first = {"url": view.url(f"list/{tables[0].name}", root), "title": view.table_heading(tables[0])} if tables else None

        def make(marks: dict[str, Markup]) -> str:
            stem, stem_url = marks["stem"], marks["stem_url"]
            suffixes = {tag: iris.page_suffix(tag, site.languages) for tag in site.languages}
            absolute = [(tag, stem_url + suffix) for tag, suffix in suffixes.items()]
            absolute.append(("x-default", stem_url + suffixes[site.languages[0]]))
            relative = [
                (tag, language_name(tag), "" if tag == view.language else stem + suffix) for tag, suffix in suffixes.items()
            ]
            return view.html(
                "thing.html",
                _page_path(content.document, view),
                {
                    **marks,
                    "canonical": stem_url + view.suffix,
                    "versions": Others(tuple(absolute), tuple(relative)),
                    "kinds": kinds,
                    "list": first,
                    "formats": FORMATS,
                },
            )

        names = (
            "title",
            "heading",
            "long",
            "context",
            "description",
            "stem",
            "stem_url",
            "introduction",
            "content",
            "locator",
            "iri",
            "modified",
            "report",
        )
        return Pattern(make, names)


def _page_path(document: PurePosixPath, view: View) -> PurePosixPath:
    return PurePosixPath(f"{document}{view.suffix}")


def _description(title: str, kinds: str, summary: str, text: str) -> str:
    """The meta description: what it is, then what is known."""
    more = Markup(summary or text).striptags() if summary or text else ""  # noqa: S704 - only to strip its tags
    whole = f"{title} ({kinds}). {more}" if kinds else f"{title}. {more}"
    return whole if len(whole) <= DESCRIPTION_LENGTH else whole[: DESCRIPTION_LENGTH - 1].rsplit(" ", 1)[0] + "…"


def _report(thing: Term, site: Site, view: View) -> str:
    """Where to report an error: the address of the settings, with the thing in it where that is possible."""
    url = site.settings.report_url
    if url.startswith("mailto:"):
        subject = quote(view.texts.gettext("Error on the page %(iri)s") % {"iri": value(thing)})
        return f"{url}{'&' if '?' in url else '?'}subject={subject}"
    return url
