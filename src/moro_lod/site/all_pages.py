"""The pages "all …" for properties and tables with many values."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from markupsafe import Markup, escape

from .. import iris
from ..files import File
from . import things
from .all_addresses import all_path, name_of
from .model import Site
from .pager import pager
from .parts import Parts
from .things import Long, Part, Thing
from .view import plain_text

ALL_PAGE = 500  # entries of one page


def files(content: Thing, parts: Parts) -> Iterator[File]:
    """The pages "all …" of a thing: every value of what its page, or one of these, shows in part."""
    site = parts.site
    waiting = list(content.long)
    done: set[str] = set()
    for long in waiting:
        name = name_of(long, site)
        if name in done:
            continue
        done.add(name)
        size = _page_size(long, site)
        for number in range(1, _count_pages(long.total, size) + 1):
            shown = things.part(long, (number - 1) * size, number * size, site, parts.view.language)
            waiting += shown.long
            yield _page(content, parts, long, name, number, shown)


def _page(content: Thing, parts: Parts, long: Long, name: str, number: int, shown: Part) -> File:
    site, view = parts.site, parts.view
    path = all_path(content.document, name, number, view.suffix)
    root = "../" * (len(path.parts) - 1)
    size = _page_size(long, site)
    total = _count_pages(long.total, size)
    numbers = parts.numbers_of(content)
    own = long.subject == content.thing
    items = table = ""
    if long.derived:
        what = view.phrase(long.derived.settings.title)
        table = parts.table_of(long.derived, shown.rows, "1", numbers, root)
    elif long.said:
        what = escape(view.texts.gettext("What this source says"))
        items = parts.said_items(shown.said, root)
    else:
        what = view.property_name(content.types if own else (), long.property, long.inverse)
        items = parts.values_of(long.property, shown.values, parts.long_item, parts.nested_item, content, numbers, root)
    title = f"{view.label(content.thing).text}: {plain_text(what).unescape()}"
    versions = {}
    for tag in site.languages:
        suffix = iris.page_suffix(tag, site.languages)
        there = long.counts[tag] if own else 0
        pages = _count_pages(there, size)
        if tag == view.language:
            versions[tag] = path
        elif there > site.settings.limits.neighbours:
            versions[tag] = all_path(content.document, name, min(number, pages), suffix)
        else:  # there the page of the thing shows all of them
            versions[tag] = PurePosixPath(f"{content.document}{suffix}")
    return view.render(
        "all.html",
        path,
        {
            "title": title + (f" ({number})" if number > 1 else ""),
            "heading": title,
            "description": f"{title} – {view.texts.number(long.total)}",
            "versions": view.others(versions, path),
            "thing_link": view.term(content.thing, root),
            "name": what,
            "count": long.total,
            "first": (number - 1) * size + 1,
            "items": Markup(items),  # noqa: S704 - made of patterns
            "css": "said-rows" if long.said else "values" if any(each.nested for each in shown.values) else "columns",
            "table": Markup(table),  # noqa: S704 - made of patterns
            "sources": Markup(parts.sources_of(numbers, root) if numbers else ""),  # noqa: S704 - same
            "pages": pager(number, total, lambda n: iris.url_of(all_path(content.document, name, n, view.suffix).name, "")),
        },
    )


def _page_size(long: Long, site: Site) -> int:
    return site.settings.limits.table_rows if long.derived else ALL_PAGE


def _count_pages(total: int, size: int) -> int:
    return -(-total // size)
