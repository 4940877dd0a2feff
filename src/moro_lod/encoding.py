"""Text files as editors save them: UTF-8 without a byte-order mark is what is read, everything else is told."""

from __future__ import annotations

from .errors import MoroError, Text

_REMEDY = Text(
    de="im Editor als UTF-8 ohne Byte-Reihenfolge-Marke (BOM) speichern",
    en="save it in the editor as UTF-8 without a byte-order mark (BOM)",
)


def decode(content: bytes, place: str) -> str:
    """The text of a file. Raises MoroError for other encodings, with the line of the first character that is not UTF-8."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise MoroError(place, Text(de="die Datei ist in UTF-16 gespeichert", en="the file is saved as UTF-16"), _REMEDY)
    if content.startswith(b"\xef\xbb\xbf"):
        raise MoroError(
            place,
            Text(de="die Datei beginnt mit einer Byte-Reihenfolge-Marke", en="the file begins with a byte-order mark"),
            _REMEDY,
        )
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise MoroError(
            f"{place}:{line}",
            Text(de="die Datei ist nicht in UTF-8 gespeichert", en="the file is not saved as UTF-8"),
            _REMEDY,
        ) from None
