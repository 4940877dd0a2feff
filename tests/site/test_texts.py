"""Words, dates and numbers in both languages; the German catalogue is complete."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from moro_lod.site import charts
from moro_lod.site.texts import Texts, date_key, has_catalogue, key_date, last_date_key

XSD = "http://www.w3.org/2001/XMLSchema#"
SITE = Path(__file__).resolve().parents[2] / "src" / "moro_lod" / "site"


@pytest.mark.parametrize(
    ("text", "german", "english"),
    [
        ("2012", "2012", "2012"),
        ("2012-02", "Februar 2012", "February 2012"),
        ("2012-05-01", "1. Mai 2012", "1 May 2012"),
        ("2012-05-01T10:00:00Z", "1. Mai 2012", "1 May 2012"),
        ("1995~", "um 1995", "about 1995"),
        ("2007?", "2007 (unsicher)", "2007 (uncertain)"),
        ("2007/2008", "2007–2008", "2007–2008"),
        ("2012-02/2013-09", "Februar 2012 – September 2013", "February 2012 – September 2013"),
        ("../2013-04", "bis April 2013", "until April 2013"),
        ("2013/..", "seit 2013", "since 2013"),
        ("[2009..2017]", "irgendwann von 2009 bis 2017", "some time from 2009 to 2017"),
        ("[..1996]", "1996 oder früher", "1996 or earlier"),
        ("2012-13", "2012-13", "2012-13"),
        ("nonsense", "nonsense", "nonsense"),
    ],
)
def test_dates_of_every_precision_are_words(text: str, german: str, english: str) -> None:
    assert Texts("de").date(text) == german
    assert Texts("en").date(text) == english


def test_numbers_have_the_separators_of_the_language() -> None:
    assert Texts("de").literal("6908724", f"{XSD}integer") == "6.908.724"
    assert Texts("en").literal("6908724", f"{XSD}integer") == "6,908,724"
    assert Texts("de").literal("56.73", f"{XSD}decimal") == "56,73"
    assert Texts("de").literal("true", f"{XSD}boolean") == "ja"
    assert Texts("de").literal("2016", f"{XSD}gYear") == "2016"
    assert Texts("de").literal("no number", f"{XSD}decimal") == "no number"
    assert Texts("de").literal("a word", f"{XSD}string") is None


def test_dates_sort_by_their_first_and_last_day() -> None:
    assert date_key("[2009..2017]") == "2009"
    assert last_date_key("[2009..2017]") == "2017"
    assert date_key("2012-02~") == "2012-02"
    assert date_key("unknown") == ""
    assert last_date_key("2012-2013") == "2013"


def test_years_before_zero_sort_before_all_others_and_among_themselves() -> None:
    dates = ["-0100", "-0044-03-15", "-0001", "0012", "2012-02"]
    assert sorted(dates, key=date_key) == dates
    assert [key_date(date_key(each)) for each in dates] == dates
    assert charts.year_fraction(date_key("-0044"), end=False) == -44


def test_an_unknown_language_falls_back_to_english() -> None:
    assert Texts("tlh").gettext("Search") == "Search"
    assert not has_catalogue("tlh")
    assert has_catalogue("de")
    assert has_catalogue("en")


def test_the_german_catalogue_is_complete_and_has_nothing_to_spare() -> None:
    found = {
        message
        for _, _, message, _, _ in extract_from_dir(
            str(SITE),
            method_map=[("templates/**.html", "jinja2.ext:babel_extract"), ("**.py", "python")],
            options_map={"templates/**.html": {"silent": "false"}},
            keywords={"_": None, "gettext": None, "ngettext": (1, 2)},
        )
    }
    catalogue = read_po(BytesIO((SITE / "locale/de/LC_MESSAGES/site.po").read_bytes()), locale="de")
    translated = {message.id for message in catalogue if message.id and message.string and all(message.string)}
    assert found - translated == set()
    assert translated - found == set()


def test_translations_keep_the_placeholders_of_the_source_text() -> None:
    catalogue = read_po(BytesIO((SITE / "locale/de/LC_MESSAGES/site.po").read_bytes()), locale="de")
    for message in catalogue:
        source = message.id if isinstance(message.id, str) else " ".join(message.id)
        for text in [message.string] if isinstance(message.string, str) else message.string:
            if message.id:
                assert _gaps(text) <= _gaps(source), message.id
                assert isinstance(message.id, tuple) or _gaps(text) == _gaps(source), message.id


def _gaps(text: str) -> set[str]:
    import re

    return set(re.findall(r"%\(\w+\)s|%[dst]\b", text))
