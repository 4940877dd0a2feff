"""Words, dates and numbers of the interface in the reader's language.

English texts are the keys; `locale/{language}/LC_MESSAGES/site.po` has the others (gettext, read by Babel).
"""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations

from ..namespaces import XSD
from ..terms import value

SOURCE_LANGUAGE = "en"
_REGION = {"en": "en_GB", "de": "de_DE"}

_YEAR, _MONTH, _DAY = value(XSD.gYear), value(XSD.gYearMonth), value(XSD.date)
_MOMENTS = {value(XSD.dateTime), value(XSD.dateTimeStamp)}
_WHOLE = {
    value(each) for each in (XSD.integer, XSD.int, XSD.long, XSD.nonNegativeInteger, XSD.positiveInteger)
}  # fmt: skip
_FRACTIONS = {value(each) for each in (XSD.decimal, XSD.double, XSD.float)}
NUMBERS = frozenset(_WHOLE | _FRACTIONS)
DATES = frozenset({_YEAR, _MONTH, _DAY, *_MOMENTS, "http://id.loc.gov/datatypes/edtf/EDTF"})

_ISO = re.compile(r"(-?\d{4})(?:-(\d\d))?(?:-(\d\d))?([~?%]?)(?:T.*|Z|[+-]\d\d:\d\d)?$")


class Period(NamedTuple):
    """A date as text and as a key that sorts."""

    text: str
    key: str


class Texts:
    """Everything that depends on the language of the reader."""

    def __init__(self, language: str) -> None:
        self.language = language
        try:
            self.locale = Locale.parse(_REGION.get(language, language.replace("-", "_")))
        except (UnknownLocaleError, ValueError):
            self.locale = Locale.parse("en_GB")
        self._catalogue = _catalogue(language)
        self.gettext: Callable[[str], str] = self._catalogue.gettext
        self.ngettext: Callable[[str, str, int], str] = self._catalogue.ngettext

    def number(self, number: int | float | Decimal) -> str:
        """A number with the separators of the language."""
        return str(format_decimal(number, locale=self.locale, decimal_quantization=False))

    def join(self, parts: list[str]) -> str:
        """ "a, b and c"."""
        return format_list(parts, locale=self.locale)

    def day(self, date: datetime.date) -> str:
        """A day: "23. November 2026"."""
        return str(format_date(date, "d. MMMM y" if self.language.startswith("de") else "long", locale=self.locale))

    def literal(self, text: str, datatype: str) -> str | None:
        """A typed literal as people of the language write it; None when it is not a date, number or truth value."""
        if datatype in NUMBERS:
            try:
                return self.number(Decimal(text))
            except InvalidOperation:
                return text
        if datatype in DATES:
            return self.date(text)
        if datatype == value(XSD.boolean):
            return self.gettext("yes") if text in ("true", "1") else self.gettext("no")
        return None

    def date(self, text: str) -> str:
        """A date of any precision, EDTF included, in words; what is not understood stays as it is."""
        return self._date(text.strip()) or text

    def _date(self, text: str) -> str | None:
        if found := _ISO.fullmatch(text):
            return self._simple(found[1], found[2], found[3], found[4])
        if found := re.fullmatch(r"\[(\d[\d-]*)?\.\.(\d[\d-]*)?\]", text):
            first, last = self._date(found[1] or ""), self._date(found[2] or "")
            if first and last:
                return self.gettext("some time from %(first)s to %(last)s") % {"first": first, "last": last}
            if last:
                return self.gettext("%(date)s or earlier") % {"date": last}
            if first:
                return self.gettext("%(date)s or later") % {"date": first}
        if "/" in text:
            begin, _, end = text.partition("/")
            first, last = self._date(begin), self._date(end)
            if first and last:
                return self.period(first, last)
            if last and begin in ("", ".."):
                return self.gettext("until %(date)s") % {"date": last}
            if first and end in ("", ".."):
                return self.gettext("since %(date)s") % {"date": first}
        return None

    def period(self, first: str, last: str) -> str:
        """ "Februar 2012 – September 2013"; years alone stand close: "2012–2013"."""
        if first == last:
            return first
        return f"{first}–{last}" if first.isdigit() and last.isdigit() else f"{first} – {last}"

    def span(self, start: str, end: str) -> str:
        """From one date to another, given as keys; what is not known is said. "" when neither is."""
        first, last = (self.date(key_date(key)) if key else "" for key in (start, end))
        if first and last:
            return self.period(first, last)
        if first:
            return self.gettext("from %(date)s, end unknown") % {"date": first}
        return self.gettext("until %(date)s, begin unknown") % {"date": last} if last else ""

    def _simple(self, year: str, month: str | None, day: str | None, mark: str) -> str | None:
        try:
            if day and month:
                words = self.day(datetime.date(int(year), int(month), int(day)))
            elif month:
                date = datetime.date(int(year), int(month), 1)
                words = str(format_skeleton("yMMMM", date, locale=self.locale))
            else:
                words = year
        except ValueError:
            return None
        if mark == "~":
            return self.gettext("about %(date)s") % {"date": words}
        if mark == "?":
            return self.gettext("%(date)s (uncertain)") % {"date": words}
        if mark == "%":
            return self.gettext("about %(date)s (uncertain)") % {"date": words}
        return words


_KEY = re.compile(r"(?<!\d)-?\d{4}(?:-\d\d(?!\d)){0,2}")


def date_key(text: str) -> str:
    """A key that sorts dates of any precision by their first day; "" for what has no year. `key_date` turns it back."""
    found = _KEY.search(text)
    return _mirrored(found[0]) if found else ""


def last_date_key(text: str) -> str:
    """The same for the end of a period: of an interval its last date."""
    found: list[str] = _KEY.findall(text)
    return _mirrored(found[-1]) if found else ""


def key_date(key: str) -> str:
    """The date that a key stands for."""
    return _mirrored(key)


def year(date: str) -> str:
    """The year of a date, "" for none."""
    return date[: 5 if date.startswith("-") else 4]


def _mirrored(date: str) -> str:
    """Years before the year 0 counted from -9999 on, so that -0044 sorts after -0100; its own opposite."""
    return f"-{9999 - int(date[1:5]):04}{date[5:]}" if date.startswith("-") else date


@lru_cache(maxsize=16)
def _catalogue(language: str) -> NullTranslations:
    """The catalogue of a language; for English, and for languages without one, the source texts themselves."""
    if language == SOURCE_LANGUAGE:
        return NullTranslations()
    file = resources.files(__package__).joinpath("locale", language, "LC_MESSAGES", "site.po")
    if not file.is_file():
        return NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(file.read_bytes()), locale=language.replace("-", "_")))
    compiled.seek(0)
    return Translations(compiled)


def has_catalogue(language: str) -> bool:
    """Whether the interface is translated into a language."""
    folder = resources.files(__package__).joinpath("locale", language, "LC_MESSAGES", "site.po")
    return language == SOURCE_LANGUAGE or folder.is_file()
