"""What is wrong with an RDF file, in the words of people who write data and know no grammar.

The parser says where it stopped and what it wanted there. Here stands what a person most likely did, and what to do about it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from .errors import Text

_LINE_BEFORE = Text(
    de="prüfen, ob davor ein „;“, ein „.“ oder ein Anführungszeichen fehlt",
    en='check whether a ";", a "." or a quotation mark is missing before it',
)
_END = Text(
    de="die vorige Zeile mit „;“ beenden, wenn zum selben Ding noch etwas folgt, sonst mit „.“",
    en='end the line before with ";" if more about the same thing follows, else with "."',
)
_PREFIX = Text(
    de="so schreiben: @prefix ex: <https://example.org/> .", en="write it like this: @prefix ex: <https://example.org/> ."
)
_STRAIGHT = "„“”‚‘’«»‹›′″`"
_SPACES = "\u00a0\u2007\u202f\u2009\u200b\u3000"


class _Slip(NamedTuple):
    """What the parser says (a pattern), what that means, and what to do. `{0}` is the first group of the pattern."""

    said: str
    problem: Text
    remedy: Text


_SLIPS = (
    _Slip(
        "Line jumps are not allowed in string literals",
        Text(de="ein Text hat kein Ende", en="a text does not end"),
        Text(
            de="das schließende Anführungszeichen ergänzen (ein Text über mehrere Zeilen steht zwischen \"\"\" und \"\"\")",
            en='add the closing quotation mark (a text of several lines stands between """ and """)',
        ),
    ),
    _Slip(
        f"'([{_STRAIGHT}])' is not allowed",
        Text(de="hier steht das Anführungszeichen {0}", en="here stands the quotation mark {0}"),
        Text(de='nur gerade Anführungszeichen verwenden: "…"', en='use straight quotation marks only: "…"'),
    ),
    _Slip(
        f"'([{_SPACES}])' is not allowed",
        Text(de="hier steht ein besonderes Leerzeichen", en="here stands a special kind of space"),
        Text(de="durch ein gewöhnliches Leerzeichen ersetzen", en="replace it by an ordinary space"),
    ),
    _Slip(
        "'(.*?)' is not allowed",
        Text(de="das Zeichen „{0}“ gehört hier nicht hin", en='the character "{0}" does not belong here'),
        _LINE_BEFORE,
    ),
    _Slip(
        r"^\{ is not a valid",
        Text(de="die geschweifte Klammer { gehört hier nicht hin", en="the brace { does not belong here"),
        Text(
            de="prüfen, ob der Block davor mit „}“ und sein letztes Ding mit „.“ endet",
            en='check that the block before ends in "}" and its last thing in "."',
        ),
    ),
    _Slip(
        r"^\^ is not a valid",
        Text(de="vor dem Datentyp steht nur ein ^", en="only one ^ stands before the datatype"),
        Text(de='^^ schreiben, etwa "2012-02"^^xsd:gYearMonth', en='write ^^, as in "2012-02"^^xsd:gYearMonth'),
    ),
    _Slip(
        r"^(.+) is not a valid predicate",
        Text(de="hier wird eine Eigenschaft erwartet, nicht {0}", en="a property is expected here, not {0}"),
        Text(
            de="mit ihrem Präfix schreiben (etwa dcterms:title) und prüfen, ob davor ein „;“ oder „.“ fehlt",
            en='write it with its prefix (dcterms:title, say) and check whether a ";" or "." is missing before it',
        ),
    ),
    _Slip(
        r"^(.+) is not a valid RDF object",
        Text(de="hier wird ein Wert erwartet, nicht {0}", en="a value is expected here, not {0}"),
        Text(
            de='einen "Text", eine Zahl oder einen Namen mit Präfix (region:moro-nord) schreiben',
            en='write a "text", a number or a name with its prefix (region:moro-nord)',
        ),
    ),
    _Slip(
        r"^(.+) is not a valid (?:RDF subject|subject|graph name)",
        Text(de="hier wird der Name eines Dings erwartet, nicht {0}", en="the name of a thing is expected here, not {0}"),
        _LINE_BEFORE,
    ),
    _Slip(
        r"(?:A '\}' or a '\.' is expected|A dot is expected|(?:should|must) be followed by a dot)",
        Text(de="davor fehlt ein „;“ oder „.“", en='a ";" or "." is missing before this'),
        _END,
    ),
    _Slip(
        "^Unexpected end",
        Text(de="die Datei endet mitten in einer Aussage", en="the file ends in the middle of a statement"),
        Text(
            de="prüfen, ob am Ende „.“, „}“ oder ein Anführungszeichen fehlt",
            en='check whether ".", "}" or a quotation mark is missing at the end',
        ),
    ),
    _Slip(
        "between .*: Unexpected end of file",
        Text(de="was hier beginnt, hat kein Ende", en="what begins here does not end"),
        Text(de='das schließende „>“ oder """ ergänzen', en='add the closing ">" or """'),
    ),
    _Slip(
        "should end with a '(.)'",
        Text(de="hier fehlt „{0}“", en='"{0}" is missing here'),
        Text(de="die Klammer schließen", en="close the bracket"),
    ),
    _Slip(
        r"(?:Expecting a datatype IRI|A literal datatype must be an IRI)(?:.*found (.+))?",
        Text(de="nach ^^ wird ein Datentyp erwartet", en="a datatype is expected after ^^"),
        Text(de="zum Beispiel xsd:date, xsd:gYearMonth oder xsd:integer schreiben", en="write xsd:date, xsd:gYearMonth or xsd:integer, for example"),
    ),
    _Slip(
        "language (?:code|subtag)|subtag may be",
        Text(de="nach @ steht keine Sprache", en="no language stands after @"),
        Text(de="@de oder @en schreiben", en="write @de or @en"),
    ),
    _Slip(
        r"escape character '(.+?)'",
        Text(de="„{0}“ hat in Texten keine Bedeutung", en='"{0}" means nothing in a text'),
        Text(de=r"für einen umgekehrten Schrägstrich \\ schreiben", en=r"write \\ for a backslash"),
    ),
    _Slip(
        "escape",
        Text(de="ein Name hat ein Zeichen, das hier nicht stehen darf", en="a name has a character that must not stand here"),
        Text(de="die ganze Adresse in spitze Klammern setzen: <https://…>", en="write the whole address in angle brackets: <https://…>"),
    ),
    _Slip(
        "Invalid IRI code point '(.)'",
        Text(de="eine Adresse <…> enthält das Zeichen „{0}“", en='an address <…> contains the character "{0}"'),
        Text(de="prüfen, ob das schließende „>“ fehlt, oder das Zeichen entfernen", en='check whether the closing ">" is missing, or remove the character'),
    ),
    _Slip(
        "PREFIX|not a valid prefix",
        Text(de="die Vereinbarung eines Präfixes ist unvollständig", en="the declaration of a prefix is incomplete"),
        _PREFIX,
    ),
)  # fmt: skip


def explain(message: str, extension: str) -> tuple[Text, Text]:
    """Problem and remedy for what the parser said about a file with that extension (`.trig`)."""
    said = message.replace("\n", " ")
    between = said.startswith("Parser error between")
    if not between:
        said = re.sub(r"^Parser error at line .*?: ", "", said)
    if extension == ".ttl" and said.startswith("{ is not"):
        return (
            Text(de="Blöcke mit { } gibt es nur in TriG-Dateien", en="blocks with { } exist only in TriG files"),
            Text(de="die Datei in .trig umbenennen", en="rename the file to .trig"),
        )
    if extension == ".jsonld":
        return (
            Text(de="Schreibfehler im JSON", en=f"syntax error ({said})"),
            Text(
                de="Klammern, Kommas und Anführungszeichen in dieser Zeile und der vorigen prüfen",
                en="check brackets, commas and quotation marks in that line and the one before",
            ),
        )
    for slip in _SLIPS:
        if found := re.search(slip.said, said):
            values = [_cut(each or "") for each in found.groups()]
            return Text(*(text.format(*values) if values else text for text in slip.problem)), slip.remedy
    rest = re.sub(r"^Parser error between .*?: ", "", said)
    return (
        Text(de=f"Schreibfehler ({rest})", en=f"syntax error ({rest})"),
        Text(de="diese Zeile und das Ende der vorigen prüfen", en="check that line and the end of the one before"),
    )


def _cut(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"
