"""What is new, changed and withdrawn, by date: from the lock (publication.lock) and the tombstones."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from .. import formats
from ..changes import Stamp, hash_of_quads
from ..files import File
from ..namespaces import DCTERMS, SKOS
from ..terms import Term, is_literal, language, value
from .data_pages import dataset_url
from .model import Site
from .rules import plain
from .view import View, first_upper

if TYPE_CHECKING:
    from ..catalogue import Dataset, Offer

PATH = PurePosixPath("changes.json")
SHOWN = 50  # things listed one by one; of more only the number of each kind


@dataclass(slots=True)
class Changes:
    """What happened on one day. Things in the order of their IRIs."""

    new: list[Term] = field(default_factory=list)
    changed: list[Term] = field(default_factory=list)
    withdrawn: list[Term] = field(default_factory=list)
    datasets: list[Dataset] = field(default_factory=list)


def collect(site: Site, offer: Offer | None) -> dict[datetime.date, Changes]:
    """Day → what happened on it, the newest first. Of several changes to one thing only the last is known."""
    publication = site.publication
    locked = publication.lock.stamps["things"]
    found: dict[datetime.date, Changes] = {}

    def on(day: datetime.date) -> Changes:
        return found.setdefault(day, Changes())

    for thing in site.index.things:
        iri = value(thing)
        stamp = Stamp("", publication.date, publication.date)
        if iri in locked:
            stamp = publication.lock.stamp("things", iri, hash_of_quads(publication.quads.about(thing)), publication.date)
        on(stamp.issued).new.append(thing)
        if stamp.modified != stamp.issued:
            on(stamp.modified).changed.append(thing)
    for thing in publication.sources.tombstones.subjects_sorted:
        day = _day(thing, site)
        if day:
            on(day).withdrawn.append(thing)
    for dataset in offer.catalogue.datasets if offer else ():
        on(dataset.modified).datasets.append(dataset)
    return dict(sorted(found.items(), reverse=True))


def _day(thing: Term, site: Site) -> datetime.date | None:
    text = value(site.publication.sources.tombstones.value(thing, DCTERMS.date) or '""')
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def files(site: Site, views: Sequence[View], offer: Offer | None) -> Iterator[File]:
    """The page in each language, and the same as JSON."""
    days = collect(site, offer)
    for view in views:
        yield _page(days, site, view)
    yield File(PATH, _json(days, site), formats.JSON.media_type)


def _page(days: dict[datetime.date, Changes], site: Site, view: View) -> File:
    _ = view.texts.gettext
    root = site.root("changes", view.language)
    first = min(days, default=None)
    shown = []
    for day, changes in days.items():
        groups = [
            _group(_("First published") if day == first else _("New"), changes.new, site, view, root, listed=day != first),
            _group(_("Changed"), changes.changed, site, view, root),
        ]
        shown.append(
            {
                "title": view.day(day),
                "first": day == first,
                "groups": [group for group in groups if group["count"]],
                "withdrawn": [_withdrawn(thing, site, view, root) for thing in changes.withdrawn],
                "datasets": [
                    {"title": view.words(each.titles), "url": dataset_url(each, site, view, root)}
                    for each in changes.datasets
                ],
            }
        )
    return view.section_page(
        "changes.html", "changes", _("Changes"), _("What is new, what changed and what was withdrawn, by date."),
        days=shown, only_first=len(days) < 2, json=root + str(PATH),
    )  # fmt: skip


def _group(title: str, things: list[Term], site: Site, view: View, root: str, *, listed: bool = True) -> dict[str, Any]:
    """Things one by one, or, when they are many, how many of each kind."""
    kinds: dict[Term, int] = {}
    for thing in things:
        for cls in site.types(thing)[:1]:
            kinds[cls] = kinds.get(cls, 0) + 1
    few = listed and len(things) <= SHOWN
    return {
        "title": title,
        "count": len(things),
        "things": [
            {"link": view.term(each, root), "kind": ", ".join(view.class_name(cls) for cls in site.types(each)[:1])}
            for each in sorted(things, key=lambda term: site.order_key(term, view.language))
        ]
        if few
        else [],
        "kinds": []
        if few
        else [
            {
                "title": view.table_title(site.table_of[cls]) if cls in site.table_of else view.class_name(cls),
                "url": view.url(f"list/{site.table_of[cls].name}", root) if cls in site.table_of else "",
                "count": count,
            }
            for cls, count in sorted(kinds.items(), key=lambda pair: (-pair[1], pair[0]))
        ],
    }


def _withdrawn(thing: Term, site: Site, view: View, root: str) -> dict[str, Any]:
    stones = site.publication.sources.tombstones
    names = (plain(stones, thing, property_, view) for property_ in site.index.label_properties)
    return {
        "name": next((each for each in names if each), "") or first_upper(view.label(thing).text),
        "reason": plain(stones, thing, SKOS.changeNote, view),
        "successors": [view.term(each, root) for each in stones.objects(thing, DCTERMS.isReplacedBy)],
    }


def _json(days: dict[datetime.date, Changes], site: Site) -> bytes:
    stones = site.publication.sources.tombstones
    document = {
        "days": [
            {
                "date": day.isoformat(),
                "new": [value(each) for each in changes.new],
                "changed": [value(each) for each in changes.changed],
                "withdrawn": [
                    {
                        "iri": value(each),
                        "reason": {
                            language(text): value(text) for text in stones.objects(each, SKOS.changeNote) if is_literal(text)
                        },
                        "replacedBy": [value(other) for other in stones.objects(each, DCTERMS.isReplacedBy)],
                    }
                    for each in changes.withdrawn
                ],
                "datasets": [value(each.iri) for each in changes.datasets],
            }
            for day, changes in days.items()
        ]
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")
