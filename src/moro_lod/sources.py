"""From files to quads: everything that a project's folders hold, parsed by pyoxigraph, with the file of each statement.

    ontology/**/*.ttl   terms and concept schemes; ontology/rules/*.rq what is inferred
    data/**/*           statements about the world, a named graph a source
    shapes/**/*.ttl     constraints

Whatever comes from outside is hostile until parsed: sizes and nesting are bounded, remote contexts and XML entities are
refused, nothing is fetched.
"""

from __future__ import annotations

import difflib
import io
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from xml.parsers import expat  # entities are refused before it reads anything

import pyoxigraph

from . import formats, syntax
from .encoding import decode
from .errors import MoroError, Text, unreadable
from .graphs import DEFAULT_GRAPH, Graph, Quad, Quads, Triple, parse_nquads
from .inference import Rule
from .namespaces import PREFIXES
from .project import Limits, Project, read_text
from .terms import Term, value

_RDF_FORMATS = {
    ".ttl": pyoxigraph.RdfFormat.TURTLE,
    ".trig": pyoxigraph.RdfFormat.TRIG,
    ".nt": pyoxigraph.RdfFormat.N_TRIPLES,
    ".nq": pyoxigraph.RdfFormat.N_QUADS,
    ".rdf": pyoxigraph.RdfFormat.RDF_XML,
    ".owl": pyoxigraph.RdfFormat.RDF_XML,
    ".jsonld": pyoxigraph.RdfFormat.JSON_LD,
}
_WITH_LINES = {".ttl", ".trig", ".nt", ".nq"}
_BESIDES = {".md", ".txt", ".csv", ".rq", ".json"}  # notes and tables that may lie beside the data
_TOMBSTONES = "tombstones.ttl"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a statement was written. `line` counts from 1; None where the format has no lines to speak of."""

    file: str  # path in the project, with slashes
    line: int | None = None

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True)
class SourceFile:
    """One parsed file. `location` is where it lies on disk."""

    path: str
    quads: Quads
    location: Path | None = None

    @cached_property
    def _lines(self) -> dict[Quad, int]:
        """The line of each statement, for the formats that are written line by line; read again from disk, when asked."""
        if self.location is None or self.location.suffix.lower() not in _WITH_LINES:
            return {}
        lines: dict[Quad, int] = {}
        try:
            reader = _ByLine(self.location.read_bytes())
            for found in pyoxigraph.parse(reader, format=_RDF_FORMATS[self.location.suffix.lower()]):
                graph = DEFAULT_GRAPH if isinstance(found.graph_name, pyoxigraph.DefaultGraph) else str(found.graph_name)
                quad = (str(found.subject), str(found.predicate), str(found.object), graph)
                lines.setdefault(quad, reader.line)
        except (OSError, SyntaxError, ValueError):  # changed since it was read
            return {}
        return lines

    def line(self, quad: Quad) -> int | None:
        """The line on which a statement ends; None where that is not known (statements about blank nodes, say)."""
        return self._lines.get(quad) or self._lines.get((*quad[:3], DEFAULT_GRAPH))


class _ByLine(io.BytesIO):
    """A file that hands out one line at a time: when the parser has a statement, it has read just so far."""

    line = 0
    _at_start = True

    def read(self, size: int | None = -1) -> bytes:
        """The next line, or of a long one the next part: never more than `size` bytes, on which the parser relies."""
        self.line += self._at_start
        part = self.readline(-1 if size is None else size)
        self._at_start = part.endswith(b"\n")
        return part


@dataclass(frozen=True)
class Sources:
    """Everything that a project states, before anything is inferred or checked.

    `asserted` holds the published statements, each in the graph of its source, the source records, and the ontology in
    the graph `{base}ontology`. `unverified` holds the statements of graphs that are kept but not published.
    """

    asserted: Quads
    unverified: Quads
    ontology: Graph
    shapes: Graph
    rules: tuple[Rule, ...]
    tombstones: Graph
    files: tuple[SourceFile, ...]

    @cached_property
    def _origins(self) -> dict[Quad, list[int]]:
        index: dict[Quad, list[int]] = {}
        for number, file in enumerate(self.files):
            for quad in file.quads:
                index.setdefault(quad, []).append(number)
        return index

    def origins(self, quad: Quad) -> tuple[Origin, ...]:
        """Where a statement stands, in the order of the files."""
        files = [self.files[number] for number in self._origins.get(quad, ())]
        return tuple(Origin(file.path, file.line(quad)) for file in files)

    def origins_of_triple(self, triple: Triple) -> tuple[Origin, ...]:
        """Where a triple stands, in whatever graphs."""
        return tuple(
            dict.fromkeys(
                origin
                for graph in (*self.asserted.sources(triple), *self.unverified.sources(triple), DEFAULT_GRAPH)
                for origin in self.origins((*triple, graph))
            )
        )


def load(project: Project) -> Sources:
    """Read a project's ontology, rules, data and shapes. Raises MoroError for the first file that cannot be read."""
    settings = project.settings
    interned: dict[str, str] = {}
    numbers = iter(range(1_000_000))

    def read(folder: str, *, required: bool) -> list[SourceFile]:
        paths = [path for path in _files_below(project.folder, folder) if not _lies_beside(path, project.folder)]
        if not paths and required:
            raise MoroError(
                str(project.folder / folder),
                Text(de="hier liegt keine RDF-Datei", en="there is no RDF file here"),
                Text(de="mindestens eine anlegen (.ttl oder .trig)", en="create at least one (.ttl or .trig)"),
            )
        return [_read(project.folder, path, settings.limits, interned, f"f{next(numbers)}x") for path in paths]

    ontology_files = read("ontology", required=True)
    data_files = read("data", required=True)
    shapes_files = read("shapes", required=False)

    def graph_of(files: Iterable[SourceFile]) -> Graph:
        return Graph(triple for file in files for triple in file.quads.union())

    ontology = graph_of(ontology_files)
    tombstones = graph_of(file for file in data_files if Path(file.path).name == _TOMBSTONES)
    data_files = [_in_named_graphs(file, project) for file in data_files if Path(file.path).name != _TOMBSTONES]
    everything = Quads(quad for file in data_files for quad in file.quads)
    hidden = unverified_graphs(everything, project)
    ontology_name = interned.setdefault(settings.ontology, settings.ontology)
    ontology_files = [SourceFile(f.path, Quads.of_graph(f.quads.union(), ontology_name), f.location) for f in ontology_files]
    return Sources(
        asserted=everything.without(hidden) | Quads.of_graph(ontology, ontology_name),
        unverified=everything.only(hidden),
        ontology=ontology,
        shapes=graph_of(shapes_files),
        rules=tuple(_rules(project)),
        tombstones=tombstones,
        files=(*ontology_files, *data_files, *shapes_files),
    )


def unverified_graphs(quads: Quads, project: Project) -> tuple[Term, ...]:
    """The graphs that a project keeps but does not publish: those whose record has the settings' kind "unverified"."""
    wanted = project.settings.sources
    if not (wanted.kind_property and wanted.unverified):
        return ()
    records = quads.graph(project.term(wanted.records, "sources.records"))
    kind = project.term(wanted.kind_property, "sources.kind_property")
    return records.subjects(kind, project.term(wanted.unverified, "sources.unverified"))


def parse_file(
    path: Path, limits: Limits | None = None, interned: dict[str, str] | None = None, prefix: str = "f0x"
) -> Quads:
    """The quads of one RDF file, format by its extension; blank nodes get labels that begin with `prefix`.

    Raises MoroError (*file:line: problem; what to do*) for whatever is wrong with the file.
    """
    return _read(path.parent, path, limits or Limits(), {} if interned is None else interned, prefix).quads


def parse_text(text: bytes, extension: str, place: str, prefix: str = "f0x") -> Quads:
    """The quads of RDF in memory; `extension` (".ttl") tells the format, `place` stands in messages."""
    return _parse(text, extension, place, Limits(), {}, prefix)


def _files_below(root: Path, name: str) -> list[Path]:
    """All files below the folder `name`, sorted by path; hidden ones and those of editors left out.

    Raises MoroError for a folder that cannot be read, and for something called like an RDF file that is none.
    """

    def fail(error: OSError) -> None:
        path = Path(error.filename)
        if path != root / name or path.exists():
            raise unreadable(path.relative_to(root).as_posix(), error) from error

    found = []
    for folder, inner, files in os.walk(root / name, onerror=fail):
        inner[:] = [each for each in inner if not _is_hidden(each)]
        for each in [*inner, *files]:
            path = Path(folder, each)
            if path.is_file() and not _is_hidden(each):
                found.append(path)
            elif path.suffix.lower() in _RDF_FORMATS and not _is_hidden(each):
                raise MoroError(
                    path.relative_to(root).as_posix(),
                    Text(
                        de="heißt wie eine RDF-Datei, ist aber keine Datei", en="is called like an RDF file, but is no file"
                    ),
                    Text(de="umbenennen oder durch eine Datei ersetzen", en="rename it or replace it by a file"),
                )
    return sorted(found)


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name.endswith("~")


def _lies_beside(path: Path, root: Path) -> bool:
    """Whether a file is a note or table beside the data. Raises MoroError for RDF under the name of a note."""
    if path.suffix.lower() not in _BESIDES:
        return False
    if path.suffix.lower() == ".txt":
        meant = Path(path.stem).suffix.lower()
        try:
            with path.open("rb") as file:
                start = file.read(4096)
        except OSError as error:
            raise unreadable(path.relative_to(root).as_posix(), error) from error
        is_rdf = meant in _RDF_FORMATS or re.search(rb"(?mi)^\s*@?prefix\s+\S*:\s*<", start)
        if is_rdf:
            better = path.stem if meant in _RDF_FORMATS else f"{path.stem}.trig"
            raise MoroError(
                path.relative_to(root).as_posix(),
                Text(
                    de="hier stehen Daten in einer Textdatei, die nicht gelesen wird",
                    en="data in a text file, which is not read",
                ),
                Text(de=f"in {better} umbenennen", en=f"rename it to {better}"),
            )
    return True


def _read(root: Path, path: Path, limits: Limits, interned: dict[str, str], prefix: str) -> SourceFile:
    name = path.relative_to(root).as_posix()
    extension = path.suffix.lower()
    if extension not in _RDF_FORMATS:
        known = " ".join(_RDF_FORMATS)
        raise MoroError(
            name,
            Text(de=f"die Dateiart „{extension}“ ist unbekannt", en=f'the file type "{extension}" is unknown'),
            Text(de=f"eine von diesen verwenden: {known}", en=f"use one of these: {known}"),
        )
    try:
        size = path.stat().st_size
        if size > limits.file_megabytes * 1_000_000:
            raise MoroError(
                name,
                Text(
                    de=f"mit {size // 1_000_000:,} MB zu groß".replace(",", "."),
                    en=f"too large with {size // 1_000_000:,} MB",
                ),
                Text(
                    de="aufteilen oder limits.file_megabytes in moro-lod.toml erhöhen",
                    en="split it or raise limits.file_megabytes in moro-lod.toml",
                ),
            )
        content = path.read_bytes()
        if not content.strip():
            raise MoroError(
                name,
                Text(de="die Datei ist leer", en="the file is empty"),
                Text(de="wiederherstellen oder löschen", en="restore or delete it"),
            )
    except OSError as error:
        raise unreadable(name, error) from error
    return SourceFile(name, _parse(content, extension, name, limits, interned, prefix), path)


def _parse(content: bytes, extension: str, place: str, limits: Limits, interned: dict[str, str], prefix: str) -> Quads:
    _refuse_dangerous(content, extension, place, limits)
    try:
        text = pyoxigraph.serialize(
            pyoxigraph.parse(content, format=_RDF_FORMATS[extension]), format=pyoxigraph.RdfFormat.N_QUADS
        )
    except SyntaxError as error:
        raise _syntax_error(error, content, place, extension) from None
    except (ValueError, OSError) as error:
        raise MoroError(
            place,
            Text(de=f"nicht lesbar ({error})", en=f"cannot be read ({error})"),
            Text(de="die Datei prüfen", en="check the file"),
        ) from None
    if text is None:
        return Quads()
    if b"<<(" in text:
        raise MoroError(
            place,
            Text(de="Aussagen über Aussagen (<<…>>) werden nicht unterstützt", en="triple terms (<<…>>) are not supported"),
            Text(de="die Quelle als benannten Graphen angeben", en="give the source as a named graph"),
        )
    if b"_:" in text:
        text = _with_stable_blank_nodes(text, prefix)
    quads = parse_nquads(text.decode(), interned)
    _refuse_dotted_iris(quads, content, place)
    return quads


_BLANK = re.compile(rb"(?:^|(?<= ))_:(\S+)(?= )")


_BLANK = re.compile(rb"(?:^|(?<= ))_:(\S+)(?= )", re.MULTILINE)


def _with_stable_blank_nodes(text: bytes, prefix: str) -> bytes:
    """Blank nodes numbered in the order in which the file names them; the parser's own labels are random."""
    labels: dict[bytes, bytes] = {}
    start = f"_:{prefix}".encode()

    def relabel(found: re.Match[bytes]) -> bytes:
        return labels.setdefault(found[1], start + str(len(labels)).encode())

    lines = []
    for line in text.split(b"\n"):
        head, quote, tail = line.partition(b'"')
        inside, closing, rest = tail.rpartition(b'"')  # a text may hold what looks like a label
        lines.append(_BLANK.sub(relabel, head) + quote + inside + closing + (_BLANK.sub(relabel, rest) if quote else b""))
    return b"\n".join(lines)


def _refuse_dangerous(content: bytes, extension: str, place: str, limits: Limits) -> None:
    """What would harm the parser or what the parser would read otherwise than people expect."""
    decode(content, place)
    if b"\0" in content[:65536]:
        raise MoroError(
            place,
            Text(de="die Datei enthält Nullbytes und ist kein Text", en="the file has zero bytes and is no text"),
            Text(de="durch eine RDF-Datei ersetzen", en="replace it by an RDF file"),
        )
    if extension in (".rdf", ".owl") and re.search(rb"<!(DOCTYPE|ENTITY)", content, re.IGNORECASE):
        raise MoroError(
            place,
            Text(de="DOCTYPE und ENTITY sind in RDF/XML nicht erlaubt", en="DOCTYPE and ENTITY are not allowed in RDF/XML"),
            Text(de="Namensräume mit xmlns angeben", en="give namespaces with xmlns"),
        )
    deepest = _deepest_elements(content, place) if extension in (".rdf", ".owl") else _deepest_nesting(content)
    if deepest > limits.nesting:
        raise MoroError(
            place,
            Text(
                de=f"{'Elemente' if extension in ('.rdf', '.owl') else 'Klammern'} sind {deepest} Ebenen tief geschachtelt",
                en=f"{'elements' if extension in ('.rdf', '.owl') else 'brackets'} are nested {deepest} levels deep",
            ),
            Text(de=f"flacher schreiben (höchstens {limits.nesting})", en=f"write it flatter ({limits.nesting} at most)"),
        )


def _deepest_elements(content: bytes, place: str) -> int:
    """How deep the elements of an XML document are nested. Raises MoroError for what is no XML, with its line.

    The RDF parser itself takes a truncated document for a whole one.
    """
    depth = deepest = 0

    def begin(_name: str, _attributes: object) -> None:
        nonlocal depth, deepest
        depth += 1
        deepest = max(deepest, depth)

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    reader = expat.ParserCreate()
    reader.StartElementHandler, reader.EndElementHandler = begin, end
    try:
        reader.Parse(content, True)
    except expat.ExpatError as error:
        raise MoroError(
            f"{place}:{error.lineno}",
            Text(de=f"kein gültiges XML{_line(content, error.lineno)}", en=f"not valid XML{_line(content, error.lineno)}"),
            Text(
                de="prüfen, ob davor ein Element nicht geschlossen oder ein „&“ nicht als „&amp;“ geschrieben ist",
                en='check whether an element before it is not closed, or an "&" not written as "&amp;"',
            ),
        ) from None
    return deepest


_NOT_BRACKETS = re.compile(rb'"""(?:[^"\\]|\\.|"(?!""))*"""|"(?:[^"\\\n]|\\.)*"|<[^<>\s]*>|#[^\n]*|[^\[\](){}"<#]+')


def _deepest_nesting(content: bytes) -> int:
    """How deep brackets are nested, comments, texts and IRIs left out; an upper bound where the file is malformed."""
    if content.count(b"[") + content.count(b"(") + content.count(b"{") < 200:
        return 0
    depth = deepest = 0
    for char in _NOT_BRACKETS.sub(b"", content):
        if char in b"[({":
            depth += 1
            deepest = max(deepest, depth)
        elif char in b"])}":
            depth -= 1
    return deepest


_MISSING_PREFIX = re.compile(r"The prefix (\S*:) has not been declared")


def _syntax_error(error: SyntaxError, content: bytes, place: str, extension: str) -> MoroError:
    line = min(error.lineno, content.rstrip().count(b"\n") + 1) if error.lineno else None
    where = f"{place}:{line}" if line else place
    problem = re.sub(r"^Parser error at line .*?: ", "", error.msg).replace("\n", " ")
    if found := _MISSING_PREFIX.search(problem):
        missing = found[1]
        declared = re.findall(r"(?i)@?prefix\s+([^\s:]*:)\s*<", content.decode("utf-8", "replace"))
        near = difflib.get_close_matches(missing, declared, 1)
        target = PREFIXES.get(missing[:-1], "…")
        return MoroError(
            where,
            Text(de=f"das Präfix „{missing}“ ist nicht vereinbart", en=f'the prefix "{missing}" is not declared'),
            Text(de=f"gemeint ist wohl „{near[0]}“", en=f'"{near[0]}" may be meant')
            if near
            else Text(
                de=f"oben „@prefix {missing} <{target}> .“ ergänzen oder ein vereinbartes verwenden",
                en=f'add "@prefix {missing} <{target}> ." at the top or use a declared one',
            ),
        )
    if "No scheme found" in problem:
        shown = _line(content, line)
        return MoroError(
            where,
            Text(de=f"relative IRI{shown}", en=f"relative IRI{shown}"),
            Text(
                de="die ganze IRI mit https:// schreiben oder ein Präfix verwenden",
                en="write the whole IRI with https:// or use a prefix",
            ),
        )
    if "remote contexts" in problem:
        return MoroError(
            where,
            Text(de="ein @context im Netz wird nicht geladen", en="a remote @context is not fetched"),
            Text(de="den Kontext in die Datei schreiben", en="write the context into the file"),
        )
    what, remedy = syntax.explain(error.msg, extension)
    shown = _line(content, line)
    return MoroError(where, Text(*(f"{each}{shown}" for each in what)), remedy)


def _line(content: bytes, number: int | None) -> str:
    """The line itself, shortened, for messages."""
    lines = content.decode("utf-8", "replace").split("\n")
    if number is None or not 0 < number <= len(lines):
        return ""
    text = lines[number - 1].strip()
    return f" ({text[:100]}{'…' if len(text) > 100 else ''})" if text else ""


def _refuse_dotted_iris(quads: Quads, content: bytes, place: str) -> None:
    """IRIs with `.` or `..` segments mean another place to every browser and server than to RDF."""
    if b"/." not in content:
        return
    for quad in quads:
        for term in quad:
            if term[:1] == "<" and "/." in term and re.search(r"/\.\.?(/|>|\?|#)", term):
                tail = re.search(r"/\.\.?(?=[/>?#]).*(?=>)", term)
                written = [value(term).encode(), tail[0].encode() if tail else b"/."]
                found = next((at for at in map(content.find, written) if at >= 0), -1)
                raise MoroError(
                    f"{place}:{content.count(bytes([10]), 0, found) + 1}" if found >= 0 else place,
                    Text(
                        de=f"die IRI {term} hat „.“ oder „..“ als Teil ihres Pfads",
                        en=f'the IRI {term} has "." or ".." as a part of its path',
                    ),
                    Text(de="den Pfad ausschreiben", en="write the path in full"),
                )


def _in_named_graphs(file: SourceFile, project: Project) -> SourceFile:
    """The file's quads with the settings' default source for statements that name none."""
    if DEFAULT_GRAPH not in file.quads.names:
        return file
    default = project.settings.sources.default
    if not default:
        bare = [(*triple, DEFAULT_GRAPH) for triple in file.quads.graph(DEFAULT_GRAPH)]
        line, (s, p, o, _) = min((file.line(quad) or 0, quad) for quad in bare)
        raise MoroError(
            str(Origin(file.path, line or None)),
            Text(de=f"die Aussage {s} {p} {o} hat keine Quelle", en=f"the statement {s} {p} {o} has no source"),
            Text(
                de="in einen benannten Graphen setzen (<…/id/source/…> { … }) oder sources.default in moro-lod.toml angeben",
                en="put it into a named graph (<…/id/source/…> { … }) or set sources.default in moro-lod.toml",
            ),
        )
    name = project.term(default, "sources.default")
    return SourceFile(file.path, Quads((s, p, o, g or name) for s, p, o, g in file.quads), file.location)


def _rules(project: Project) -> Iterator[Rule]:
    folder = project.folder / "ontology" / "rules"
    for path in sorted(folder.glob("*.rq")):
        name = path.relative_to(project.folder).as_posix()
        yield Rule(name, read_text(path, name))


def extension_of(format_name: str) -> str | None:
    """The extension of an RDF format's name (`turtle`, `json-ld`), for options of the command line."""
    wanted = format_name.lower().replace("-", "")
    return next((each.extension for each in formats.RDF_FORMATS if each.name.lower().replace("-", "") == wanted), None)
