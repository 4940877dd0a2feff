"""Named queries: SPARQL files with a header that says, in comments, what they answer.

    # title@de: In welcher Modellregion liegt ein Kreis?
    # title@en: Which model region does a district lie in?
    # description@en: …
    # limits@en: what the known facts cannot answer
    # param ags: "03358"
    # param@en ags: official district key, five digits
    # column@en regionName: region

A parameter is a variable of the query. Its value is put in by the engine, never into the text. The default tells which kind of
term is expected: a text, a number, a typed literal, or an IRI. Where a parameter is called `language`, the website fills in the
language of its page. A column is a variable of the answer; the text is what people read above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from . import sparql
from .errors import MoroError, Text
from .project import Project, expand, read_text
from .terms import Term, datatype, iri, is_iri, literal, value

FOLDER = "queries"

_HEADER = re.compile(r"#\s*(title|description|limits)@([A-Za-z-]+)\s*:\s*(.+)")
_PARAMETER = re.compile(r"#\s*param\s+(\w+)\s*:\s*(.+)")
_PARAMETER_TEXT = re.compile(r"#\s*param@([A-Za-z-]+)\s+(\w+)\s*:\s*(.+)")
_COLUMN = re.compile(r"#\s*column@([A-Za-z-]+)\s+(\w+)\s*:\s*(.+)")
_XSD = "http://www.w3.org/2001/XMLSchema#"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A variable of a query that its user may set. `descriptions`: language → text."""

    name: str
    default: Term
    descriptions: Mapping[str, str]

    def parse(self, text: str) -> Term:
        """The term for a text that a user gave: an IRI where the default is one, else a literal like the default.

        Raises MoroError when an IRI is expected and the text is none.
        """
        if is_iri(self.default):
            bare = text.strip().removeprefix("<").removesuffix(">")
            if not re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20]*", bare):
                raise MoroError(
                    self.name,
                    Text(de=f"„{text}“ ist keine IRI", en=f'"{text}" is not an IRI'),
                    Text(de=f"zum Beispiel {value(self.default)} angeben", en=f"give, for example, {value(self.default)}"),
                )
            return iri(bare)
        return literal(text, datatype=datatype(self.default))


@dataclass(frozen=True, slots=True)
class NamedQuery:
    """One query file. `name` is the file's name without extension; texts: language → text."""

    name: str
    path: str  # in the project
    text: str
    titles: Mapping[str, str]
    descriptions: Mapping[str, str]
    limits: Mapping[str, str]
    parameters: tuple[Parameter, ...]
    columns: Mapping[str, Mapping[str, str]]  # variable of the answer → language → what stands above it

    def substitutions(self, given: Mapping[str, str]) -> dict[str, Term]:
        """The terms of all parameters: the given texts, defaults for the rest. Raises MoroError for unknown names."""
        names = [each.name for each in self.parameters]
        for name in given:
            if name not in names:
                known = ", ".join(names) or "–"
                raise MoroError(
                    self.path,
                    Text(de=f"den Parameter „{name}“ gibt es nicht", en=f'there is no parameter "{name}"'),
                    Text(de=f"bekannt sind: {known}", en=f"known are: {known}"),
                )
        return {each.name: each.parse(given[each.name]) if each.name in given else each.default for each in self.parameters}


def load(project: Project) -> tuple[NamedQuery, ...]:
    """All query files of a project (`queries/**/*.rq`), sorted by name. Raises MoroError for one that cannot run."""
    paths = sorted((project.folder / FOLDER).rglob("*.rq"))
    found = tuple(sorted((read(path, project) for path in paths), key=lambda each: each.name))
    for query in found:
        _check(query, project)
    return found


_SERVICE = {
    "SERVICE": (
        Text(
            de="SERVICE ist nicht erlaubt: es würde andere Rechner abfragen",
            en="SERVICE is not allowed: it would ask other hosts",
        ),
        Text(de="die Abfrage ohne SERVICE schreiben", en="write the query without SERVICE"),
    )
}


def _check(query: NamedQuery, project: Project) -> None:
    """Raise MoroError for a published query that is no query, has a mistake, or would ask other hosts."""
    form = sparql.form(query.text)
    if form not in ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE"):
        raise MoroError(
            query.path,
            Text(de=f"eine Abfrage beginnt nicht mit {form or '–'}", en=f"a query does not begin with {form or '–'}"),
            Text(de="SELECT, ASK, CONSTRUCT oder DESCRIBE schreiben", en="write SELECT, ASK, CONSTRUCT or DESCRIBE"),
        )
    sparql.refuse_words(query.text, query.path, _SERVICE)
    known = {name: target for name, target in project.settings.all_prefixes.items() if name not in _declared(query.text)}
    sparql.parse("".join(f"PREFIX {name}: <{target}> " for name, target in known.items()) + query.text, query.path)


def read(path: Path, project: Project) -> NamedQuery:
    """Read one query file. Raises MoroError when it cannot be read or its header is wrong."""
    try:
        name = path.relative_to(project.folder).as_posix()
    except ValueError:
        name = str(path)
    return parse(read_text(path, name), name, project)


def parse(text: str, place: str, project: Project) -> NamedQuery:
    """A query from its text; `place` names it in messages."""
    texts: dict[str, dict[str, str]] = {"title": {}, "description": {}, "limits": {}}
    parameters: dict[str, Term] = {}
    meanings: dict[str, dict[str, str]] = {}
    columns: dict[str, dict[str, str]] = {}
    prefixes = {**project.settings.all_prefixes, **_declared(text)}
    for number, line in _comment_lines(text):
        if found := _HEADER.fullmatch(line):
            so_far = texts[found[1]].get(found[2])
            texts[found[1]][found[2]] = f"{so_far} {found[3].strip()}" if so_far else found[3].strip()
        elif found := _PARAMETER_TEXT.fullmatch(line):
            meanings.setdefault(found[2], {})[found[1]] = found[3].strip()
        elif found := _COLUMN.fullmatch(line):
            columns.setdefault(found[2], {})[found[1]] = found[3].strip()
        elif found := _PARAMETER.fullmatch(line):
            parameters[found[1]] = _term(found[2].strip(), prefixes, f"{place}:{number}")
        elif re.match(r"#\s*(param|column|title|description|limits)\b\S*\s*(\w+\s*)?$", line):
            raise MoroError(
                f"{place}:{number}",
                Text(de=f"diese Kopfzeile ist unvollständig ({line})", en=f"this header line is incomplete ({line})"),
                Text(
                    de='als „# title@de: …“ oder „# param ags: "03358"“ schreiben',
                    en='write it as "# title@en: …" or as # param ags: "03358"',
                ),
            )
    return NamedQuery(
        name=Path(place).stem,
        path=place,
        text=text,
        titles=texts["title"],
        descriptions=texts["description"],
        limits=texts["limits"],
        parameters=tuple(Parameter(name, default, meanings.get(name, {})) for name, default in parameters.items()),
        columns=columns,
    )


def _comment_lines(text: str) -> Iterator[tuple[int, str]]:
    """The comment lines before the query itself, with their numbers."""
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if stripped.startswith("#"):
            yield number, stripped
        elif stripped and not re.match(r"(?i)(prefix|base)\b", stripped):
            return


def _declared(text: str) -> dict[str, str]:
    return dict(re.findall(r"(?im)^\s*prefix\s+([\w.-]*):\s*<([^>]*)>", text))


def _term(text: str, prefixes: dict[str, str], place: str) -> Term:
    """The term for a SPARQL constant: `"text"`, `"text"^^xsd:date`, `12`, `1.5`, `<iri>`, `prefix:name`."""
    if found := re.fullmatch(r'"((?:[^"\\]|\\.)*)"(?:\^\^(\S+))?', text):
        return literal(found[1], datatype=value(expand(found[2], prefixes, place)) if found[2] else None)
    if re.fullmatch(r"[+-]?\d+", text):
        return literal(text, datatype=f"{_XSD}integer")
    if re.fullmatch(r"[+-]?\d*\.\d+", text):
        return literal(text, datatype=f"{_XSD}decimal")
    return expand(text, prefixes, place)
