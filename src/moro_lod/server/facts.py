"""What the server has to know of a publication besides its files: `_hosting/server.json`, written by `publish`."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ..errors import MoroError, Text

FACTS = "_hosting/server.json"  # in the site


class QueryParameter(msgspec.Struct, frozen=True):
    """A variable of a named query that callers may set."""

    name: str
    default: str  # N-Triples text of the term
    descriptions: dict[str, str] = {}


class Query(msgspec.Struct, frozen=True):
    """A named query: SPARQL with title and parameters. Texts: language → text."""

    name: str
    text: str
    titles: dict[str, str] = {}
    descriptions: dict[str, str] = {}
    limits: dict[str, str] = {}
    parameters: tuple[QueryParameter, ...] = ()

    def title(self, language: str) -> str:
        """The title in the language, else in any, else the name."""
        return self.titles.get(language) or next(iter(self.titles.values()), self.name)

    def description(self, language: str) -> str:
        """The description in the language, else in any, else nothing."""
        return self.descriptions.get(language) or next(iter(self.descriptions.values()), "")


class Facts(msgspec.Struct, frozen=True):
    """The settings that matter at run time."""

    base: str = "http://localhost/"
    site_url: str = ""
    endpoint_url: str = ""
    report_url: str = ""
    languages: tuple[str, ...] = ("de", "en")
    title: dict[str, str] = {}
    description: dict[str, str] = {}
    licence_url: str = ""
    publisher: dict[str, str] = {}
    email: str = ""
    version: str = ""
    date: str = ""
    prefixes: dict[str, str] = {}
    queries: tuple[Query, ...] = ()
    stylesheets: tuple[str, ...] = ()  # paths in the site: the server's own pages look like the site
    search: dict[str, str] = {}  # language → path of the search page

    def name(self, language: str) -> str:
        """The title of the publication in the language, else in any."""
        return self.title.get(language) or next(iter(self.title.values()), "Linked Open Data")


def to_json(facts: Facts) -> bytes:
    """The bytes of server.json, the same for the same facts."""
    return msgspec.json.format(msgspec.json.encode(facts, order="sorted"), indent=1) + b"\n"


def read(site: Path, fallback: Facts) -> Facts:
    """The facts of a site; `fallback` where the release has none. Raises MoroError when they cannot be read."""
    path = site / FACTS
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return fallback
    try:
        return msgspec.json.decode(content, type=Facts)
    except msgspec.MsgspecError as error:
        raise MoroError(
            str(path),
            Text(de=f"nicht lesbar ({error})", en=f"cannot be read ({error})"),
            Text(de="mit `moro-lod publish` neu veröffentlichen", en="publish again with `moro-lod publish`"),
        ) from error
