"""Pages for `make bench`: every thing's page in one language, ours against a Jinja2 site that asks a store for each page."""

from __future__ import annotations

import html
import re

from bench.site import plain_pages, publication
from bench.steps import HUNDRED_K, TEN_K, Clock, Inputs, Lines, Step
from moro_lod.site import thing_pages, things
from moro_lod.site.model import Site
from moro_lod.site.view import View

_TITLE = re.compile(rb"<h1>(.*?)</h1>")
_TAGS = re.compile(r"<abbr.*?</abbr>|<[^>]*>")


def _ours(inputs: Inputs, clock: Clock) -> Lines:
    made = publication(inputs.path("data.trig").read_bytes())
    made.quads.about("")
    with clock:
        site = Site(made)
        pages = thing_pages.Pages(site, View(site, "de"), None)
        found = [pages.page(things.arrange(thing, site)) for thing in site.index.things]
    return [f"{file.path.with_suffix('')} {_title(file.content)}" for file in found]


def _plain(inputs: Inputs, clock: Clock) -> Lines:
    made = publication(inputs.path("data.trig").read_bytes())
    chosen = made.index.things
    with clock:
        found = list(plain_pages(made.quads, chosen, made.settings.base))
    return [f"{path} {_title(content)}" for path, content in found]


def _title(content: bytes) -> str:
    found = _TITLE.search(content)
    return html.unescape(_TAGS.sub("", found[1].decode())) if found else ""


STEPS: tuple[Step, ...] = (
    Step(
        "pages",
        "pages of all things, one language",
        "Jinja2 + SPARQL a page",
        {TEN_K: 0, HUNDRED_K: 1},
        _ours,
        _plain,
        rounds=1,
    ),
)
