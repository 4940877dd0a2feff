"""From identifiers to the places where they are published.

`{base}id/{class}/{slug}` names a thing; `doc/{class}/{slug}` is the path of its documents, without extension. The way from
IRI to file is one injective function: usual slugs are themselves, everything that file systems or hosts confuse (case,
Unicode forms, `%2F`, dots at the ends, over-long names) is written as `~` and hexadecimal digits.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from urllib.parse import quote

from .errors import MoroError, Text
from .formats import HTML, Format
from .terms import Term

IDENTIFIERS = "id"  # {base}id/… names things
DOCUMENTS = "doc"  # {base}doc/… are the documents about them
LONGEST_NAME = 120  # bytes; file systems allow 255, extensions and temporary names need room

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_.")
_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))]
)  # names that Windows keeps for itself


def local_part(thing: Term, base: str) -> str | None:
    """What follows `{base}id/` in the IRI of a thing, or None for other terms."""
    start = f"<{base}{IDENTIFIERS}/"
    return thing[len(start) : -1] if thing.startswith(start) and len(thing) > len(start) + 1 else None


def class_and_slug(thing: Term, base: str) -> tuple[str, str] | None:
    """The class word and the rest of `{base}id/{class}/{slug}`; ("", rest) without a class word; None outside the base."""
    local = local_part(thing, base)
    if local is None:
        return None
    word, slash, slug = local.partition("/")
    return (word, slug) if slash else ("", word)


def document_path(thing: Term, base: str) -> PurePosixPath | None:
    """The path of a thing's documents in the site, without extension: `doc/region/x`; None outside the base.

    Injective, with the extensions of documents and languages behind it too: two IRIs never share a path, also where case or
    Unicode forms are not told apart.
    """
    local = local_part(thing, base)
    if local is None:
        return None
    *folders, name = local.split("/")
    return PurePosixPath(DOCUMENTS, *map(safe_name, folders), _without_extension(safe_name(name)))


def _without_extension(name: str) -> str:
    """The name with its last dot escaped where an extension or a language could follow: `x.en`, `x.ttl`, not `v1.0`."""
    stem, dot, last = name.rpartition(".")
    return f"{stem}~2e{last}" if dot and last[:1].isalpha() else name


def file_path(thing: Term, base: str, file_format: Format) -> PurePosixPath | None:
    """The path of one document of a thing: `doc/region/x.ttl`."""
    path = document_path(thing, base)
    return None if path is None else path.with_name(path.name + file_format.extension)


def page_path(thing: Term, base: str, language: str, languages: tuple[str, ...]) -> PurePosixPath | None:
    """The path of a thing's page: `doc/region/x.html` in the first language, `doc/region/x.en.html` in others."""
    path = document_path(thing, base)
    return None if path is None else path.with_name(path.name + page_suffix(language, languages))


def refuse_shared_paths(things: Iterable[Term], others: Mapping[Term, str], base: str) -> None:
    """Raise MoroError where the documents of a thing and of something else would be the same files.

    `others` are what the program itself describes below the base (datasets): term → the place that names it.
    """
    paths = {path: place for other, place in others.items() if (path := document_path(other, base))}
    for thing in things:
        path = document_path(thing, base)
        if path in paths:
            raise MoroError(
                paths[path],
                Text(
                    de=f"{thing} in den Daten und der Datensatz dieser Einstellung wollen dieselben Dateien ({path}.html, {path}.ttl …)",
                    en=f"{thing} in the data and the dataset of this setting want the same files ({path}.html, {path}.ttl …)",
                ),
                Text(
                    de="dem Ding eine andere IRI oder dem Datensatz einen anderen „slug“ geben",
                    en='give the thing another IRI or the dataset another "slug"',
                ),
            )


def page_suffix(language: str, languages: tuple[str, ...]) -> str:
    """`.html` for the first language, `.en.html` and so on for others."""
    return HTML.extension if language == languages[0] else f".{language}{HTML.extension}"


def safe_name(segment: str, *, dots: bool = True) -> str:
    """A file name for one segment of an IRI path, injective and safe on every usual file system and host.

    Lower-case ASCII letters, digits, `-`, `_`, inner dots (if `dots`), and letters beyond ASCII that have one form only stand for
    themselves. All else becomes `~` + two hexadecimal digits for each byte of UTF-8; a name that grows too long ends
    in `~~` + the SHA-256 of the segment.
    """
    stable = unicodedata.normalize("NFC", segment) == segment
    last = len(segment) - 1
    parts = []
    for place, char in enumerate(segment):
        plain = char in _PLAIN and not (char == "." and (not dots or place in (0, last)))
        if plain or (stable and char > "\x7f" and _has_one_form(char)):
            parts.append(char)
        else:
            parts.append("".join(f"~{byte:02x}" for byte in char.encode("utf-8", "surrogatepass")))
    name = "".join(parts)
    if name.partition(".")[0] in _DEVICES:
        name = f"~{ord(name[0]):02x}{name[1:]}"
    if not name:
        return "~"
    if len(name.encode()) > LONGEST_NAME:
        digest = hashlib.sha256(segment.encode("utf-8", "surrogatepass")).hexdigest()
        name = f"{name.encode()[:40].decode(errors='ignore')}~~{digest}"
    return name


def _has_one_form(char: str) -> bool:
    """Whether a letter beyond ASCII looks and compares the same in every Unicode form and case."""
    return char.isalpha() and char.casefold() == char == unicodedata.normalize("NFKC", char)


def url_of(path: PurePosixPath | str, site_url: str) -> str:
    """The absolute URL of a file of the site, percent-encoded."""
    return site_url + quote(str(path), safe="/-._~")


def relative_url(target: PurePosixPath | str, page: PurePosixPath) -> str:
    """A relative, percent-encoded link from a page of the site to another file of the site."""
    here = page.parent.parts
    there = PurePosixPath(target).parts
    shared = 0
    while shared < min(len(here), len(there) - 1) and here[shared] == there[shared]:
        shared += 1
    return quote("/".join((*[".."] * (len(here) - shared), *there[shared:])), safe="/-._~")
