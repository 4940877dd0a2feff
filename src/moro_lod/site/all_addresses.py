"""The addresses of the pages "all …", which have every value of one property or table of a thing."""

from __future__ import annotations

from pathlib import PurePosixPath

from .. import iris
from ..terms import Term, is_blank, value
from .model import Derived, Site
from .things import Long

ALL = PurePosixPath("all")
SAID = "said"  # the name of the pages with everything that a source is about


def all_name(subject: Term, property_: Term, inverse: bool, site: Site) -> str:
    """The name of the pages "all …" of a property, injective: `x-part`, `x-part.from` for what points to the thing.

    Dots of the name itself are escaped, so that no name ends like another one's page number or language. What belongs to a
    blank node has its label at the end.
    """
    curie = site.curie(property_)
    prefix, _, local = curie.partition(":")
    short = curie != value(property_) and "-" not in prefix
    name = iris.safe_name(f"{prefix}-{local}" if short else curie, dots=False)
    if inverse:
        name += ".from"
    return f"{name}.{iris.safe_name(subject[2:], dots=False)}" if is_blank(subject) else name


def table_name(derived: Derived) -> str:
    """The same for a table of derived facts. (Names of properties have no `table` without a `-` after it.)"""
    return f"table.{derived.number + 1}"


def name_of(long: Long, site: Site) -> str:
    """The name of the pages for what a page of a thing shows in part."""
    if long.said:
        return SAID
    return table_name(long.derived) if long.derived else all_name(long.subject, long.property, long.inverse, site)


def all_path(document: PurePosixPath, name: str, number: int, suffix: str) -> PurePosixPath:
    """`all/region/x/x-part.html`, `….2.html`: the pages with every value of one property."""
    return ALL / document.relative_to(iris.DOCUMENTS) / f"{name}{f'.{number}' if number > 1 else ''}{suffix}"
