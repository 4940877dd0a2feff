"""The mistakes that people make in Turtle and TriG, and what they are told, in German and English, without grammar."""

import random
import re
from pathlib import Path

import pytest

from moro_lod import sources
from moro_lod.errors import MoroError

HEAD = """@prefix ex: <https://example.org/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

"""
GOOD = (
    HEAD
    + """ex:source {
  ex:bridge
    skos:prefLabel "Alte Brücke"@de ;
    ex:end "2013-09"^^xsd:gYearMonth ;
    ex:begin "2012"^^xsd:gYear ;
  .

  ex:other ex:long 1 .
}

ex:second {
  ex:bridge ex:long 2 .
}
"""
)


def message(tmp_path: Path, text: str, name: str = "a.trig", language: str = "en") -> str:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8", newline="")
    with pytest.raises(MoroError) as caught:
        sources.parse_file(path)
    return caught.value.message(language)


def test_the_text_without_mistakes_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.trig").write_text(GOOD, encoding="utf-8")
    assert len(sources.parse_file(tmp_path / "a.trig")) == 5


@pytest.mark.parametrize(
    ("right", "wrong", "english", "german"),
    [
        ('"2013-09"^^', '"2013-09^^', "8: a text does not end", "ein Text hat kein Ende"),
        ('"2013-09"^^', '2013-09"^^', "8: the name of a thing is expected here, not -09", "der Name eines Dings erwartet"),
        ('"2013-09"^^', "„2013-09“^^", "8: here stands the quotation mark „", "hier steht das Anführungszeichen „"),
        ('"2013-09"^^', '"2013-09"^', "8: only one ^ stands before the datatype", "nur ein ^"),
        ("^^xsd:gYearMonth", "^^xsdgYearMonth", "8: a datatype is expected after ^^", "ein Datentyp erwartet"),
        ("gYearMonth ;", "gYearMonth", '9: a ";" or "." is missing before this', "davor fehlt ein „;“ oder „.“"),
        ("ex:end ", "end ", "8: a property is expected here, not end", "eine Eigenschaft erwartet, nicht end"),
        ("ex:end ", "xe:end ", '8: the prefix "xe:" is not declared; "ex:" may be meant', "gemeint ist wohl „ex:“"),
        ("ex:end ", "geo:end ", r'8: the prefix "geo:" is not declared; add "@prefix geo: <http://www.opengis', "ergänzen"),
        ("ex:end ", "\u00a0 ex:end ", "8: here stands a special kind of space", "ein besonderes Leerzeichen"),
        ("@de", "@", "7: no language stands after @", "nach @ steht keine Sprache"),
        ("Alte Brücke", r"Alte\Brücke", r'7: "\B" means nothing in a text', "hat in Texten keine Bedeutung"),
        ("ex:other ex:long 1", "ex:other ex:long", "12: a value is expected here, not .", "ein Wert erwartet, nicht ."),
        ("}\n\nex:second", "\n\nex:second", "15: the brace { does not belong here", "Klammer { gehört hier nicht hin"),
        ("ex:long 2 .\n}", "ex:long 2 .\n", "16: the file ends in the middle of a statement", "endet mitten in einer Aussage"),
        ("core#> .", "core# .", "2: an address <…> contains the character \" \"", "enthält das Zeichen „ “"),
        ("@prefix ex:", "@prefix ex", "1: the declaration of a prefix is incomplete", "eines Präfixes ist unvollständig"),
        ("ex:other ex:long 1", "ex:other ex:long [ ex:a 1", '12: "]" is missing here', "hier fehlt „]“"),
    ],
)  # fmt: skip
def test_a_slip_is_told_in_plain_words_with_its_line(
    tmp_path: Path, right: str, wrong: str, english: str, german: str
) -> None:
    assert right in GOOD
    text = GOOD.replace(right, wrong, 1)
    said = message(tmp_path, text)
    assert said.startswith(f"a.trig:{english}"), said
    assert german in message(tmp_path, text, language="de")
    assert (
        message(tmp_path, text.replace("\n", "\r\n")).partition(" (")[0] == said.partition(" (")[0]
    )  # as Windows ends lines


def test_blocks_in_a_turtle_file_ask_for_another_name(tmp_path: Path) -> None:
    assert message(tmp_path, GOOD, "a.ttl").startswith(
        "a.ttl:5: blocks with { } exist only in TriG files (ex:source {); rename"
    )


def test_whatever_is_damaged_the_message_is_one_line_with_a_remedy(tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311
    said = set()
    for _ in range(400):
        place = chance.randrange(20, len(GOOD))
        change = chance.choice(["", chance.choice("\"'<>{}[]();.,@^:\\#%\u00a0„"), None])
        text = GOOD[:place] if change is None else GOOD[:place] + change + GOOD[place + (change == "") :]
        path = tmp_path / "a.trig"
        path.write_text(text, encoding="utf-8")
        try:
            sources.parse_file(path)
        except MoroError as error:
            said.add(str(error))
            assert re.fullmatch(r"a\.trig:\d+: [^\n]+; [^\n]+", str(error))
            assert not re.search(r"Schreibfehler|is not|expected|Unexpected", error.message("de").partition(" (")[0])
    assert len(said) > 50
