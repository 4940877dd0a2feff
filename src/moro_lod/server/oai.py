"""OAI-PMH 2.0 over the catalogue: each dataset is a record, as Dublin Core (oai_dc) and as DCAT-AP in RDF/XML (dcat_ap).

Harvesters ask six verbs; a resumption token says where a list goes on, and belongs to one release: after a new one it is
refused, as the protocol provides, rather than continued in a different list. Withdrawn datasets stay as deleted records.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import pyoxigraph

from .facts import Facts
from .published import Published
from .sparql import BadRequestError, parse_form

PAGE = 50  # records of a list in one answer
CATALOGUES = ("catalogue-de.ttl", "catalogue.ttl")

_DCAT = "http://www.w3.org/ns/dcat#"
_DCT = "http://purl.org/dc/terms/"
_FOAF = "http://xmlns.com/foaf/0.1/"
_RDF_TYPE = pyoxigraph.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_OAI = "http://www.openarchives.org/OAI/2.0/"
_DAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FORMATS = {
    "oai_dc": ("http://www.openarchives.org/OAI/2.0/oai_dc.xsd", f"{_OAI}oai_dc/"),
    "dcat_ap": (f"{_OAI}rdf.xsd", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
}
_ALLOWED: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {  # verb → (required, optional) arguments
    "Identify": (frozenset(), frozenset()),
    "ListMetadataFormats": (frozenset(), frozenset({"identifier"})),
    "ListSets": (frozenset(), frozenset({"resumptionToken"})),
    "GetRecord": (frozenset({"identifier", "metadataPrefix"}), frozenset()),
    "ListIdentifiers": (frozenset({"metadataPrefix"}), frozenset({"from", "until", "set"})),
    "ListRecords": (frozenset({"metadataPrefix"}), frozenset({"from", "until", "set"})),
}


@dataclass(frozen=True, slots=True)
class Record:
    """A dataset as harvesters see it. `metadata` is ready XML for each format, empty for a deleted record."""

    identifier: str  # IRI of the dataset
    date: str  # YYYY-MM-DD
    sets: tuple[str, ...]
    metadata: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All records, in the order of lists, and the names of the sets."""

    records: tuple[Record, ...]
    sets: Mapping[str, str]


class _ProblemError(Exception):
    def __init__(self, code: str, text: str) -> None:
        super().__init__(code)
        self.code = code
        self.text = text


def load(published: Published) -> Catalogue:
    """The records of a release's catalogue, none when it has no catalogue."""
    path = next((published.site / name for name in CATALOGUES if name in published.entries), None)
    records = list(_records(path, published.facts)) if path else []
    known = {each.identifier for each in records}
    dataset_start = f"{published.facts.base}id/dataset/"
    for stone in published.tombstones.values():
        if stone.thing.startswith(dataset_start) and stone.thing not in known:
            records.append(Record(stone.thing, stone.date or published.facts.date, (), {}))
    records.sort(key=lambda each: (each.date, each.identifier))
    names = {code: code for each in records for code in each.sets}
    return Catalogue(tuple(records), dict(sorted(names.items())))


def _records(path: Path, facts: Facts) -> list[Record]:
    dataset = pyoxigraph.Dataset(pyoxigraph.parse(path=str(path), format=pyoxigraph.RdfFormat.TURTLE))
    node = pyoxigraph.NamedNode
    found = []
    modified = {}  # by what a catalogue record is about
    for quad in dataset.quads_for_predicate(node(f"{_FOAF}primaryTopic")):
        for each in dataset.quads_for_subject(quad.subject):
            if each.predicate == node(f"{_DCT}modified"):
                modified[quad.object] = each.object.value  # type: ignore[union-attr]
    for quad in dataset.quads_for_object(node(f"{_DCAT}Dataset")):
        if quad.predicate != _RDF_TYPE or not isinstance(quad.subject, node):
            continue
        thing = quad.subject
        own = list(dataset.quads_for_subject(thing))
        dates = [each.object.value for each in own if each.predicate.value in (f"{_DCT}modified", f"{_DCT}issued")]  # type: ignore[union-attr]
        date = (modified.get(thing) or (max(dates) if dates else facts.date) or "1970-01-01")[:10]
        themes = [each.object.value for each in own if each.predicate.value == f"{_DCAT}theme"]  # type: ignore[union-attr]
        sets = tuple(sorted({f"theme:{re.sub('[^A-Za-z0-9_.~-]', '_', each.rsplit('/', 1)[-1])}" for each in themes}))
        metadata = {"oai_dc": _dublin_core(own, dataset), "dcat_ap": _rdf_xml(thing, dataset)}
        found.append(Record(thing.value, date, sets, metadata))
    return found


def _text(value: str) -> str:
    return escape(_NOT_XML.sub("", value))


def _dublin_core(own: Sequence[pyoxigraph.Quad], dataset: pyoxigraph.Dataset) -> str:
    """Unqualified Dublin Core of a dataset."""
    names = {
        f"{_DCT}title": "title", f"{_DCT}creator": "creator", f"{_DCAT}keyword": "subject", f"{_DCT}description": "description",
        f"{_DCT}publisher": "publisher", f"{_DCT}contributor": "contributor", f"{_DCT}modified": "date",
        f"{_DCT}language": "language", f"{_DCT}spatial": "coverage", f"{_DCT}license": "rights", f"{_DCAT}landingPage": "relation",
    }  # fmt: skip
    lines = ["<dc:type>Dataset</dc:type>"]
    if own:
        lines.append(f"<dc:identifier>{_text(own[0].subject.value)}</dc:identifier>")  # type: ignore[union-attr]
    for quad in own:
        element = names.get(quad.predicate.value)
        if element is None:
            continue
        for value, language in _readable(quad.object, dataset):
            tag = f' xml:lang="{_text(language)}"' if language else ""
            lines.append(f"<dc:{element}{tag}>{_text(value)}</dc:{element}>")
    return (
        f'<oai_dc:dc xmlns:oai_dc="{_OAI}oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        f' xsi:schemaLocation="{_OAI}oai_dc/ {_FORMATS["oai_dc"][0]}">' + "".join(sorted(lines)) + "</oai_dc:dc>"
    )


def _readable(term: object, dataset: pyoxigraph.Dataset) -> list[tuple[str, str]]:
    """A literal with its language; for a node its names, else its IRI."""
    if isinstance(term, pyoxigraph.Literal):
        return [(term.value, term.language or "")]
    if isinstance(term, pyoxigraph.NamedNode | pyoxigraph.BlankNode):
        names = [
            (each.object.value, each.object.language or "")
            for each in dataset.quads_for_subject(term)
            if each.predicate.value in (f"{_FOAF}name", "http://www.w3.org/2004/02/skos/core#prefLabel")
            and isinstance(each.object, pyoxigraph.Literal)
        ]
        if names:
            return names
        return [(term.value, "")] if isinstance(term, pyoxigraph.NamedNode) else []
    return []


def _rdf_xml(thing: pyoxigraph.NamedNode, dataset: pyoxigraph.Dataset) -> str:
    """A dataset with its distributions, agents and other nodes that the catalogue describes, as RDF/XML."""
    triples: list[pyoxigraph.Triple] = []
    seen: set[object] = set()
    waiting: list[tuple[object, int]] = [(thing, 0)]
    catalogue = pyoxigraph.NamedNode(f"{_DCAT}Catalog")
    while waiting:
        subject, depth = waiting.pop()
        if subject in seen or not isinstance(subject, pyoxigraph.NamedNode | pyoxigraph.BlankNode):
            continue
        seen.add(subject)
        about = list(dataset.quads_for_subject(subject))
        if depth and any(each.object in (catalogue, pyoxigraph.NamedNode(f"{_DCAT}Dataset")) for each in about):
            continue
        triples += [each.triple for each in about]
        if depth < 3:
            waiting += [(each.object, depth + 1) for each in about]
    triples.sort(key=str)
    text = (pyoxigraph.serialize(triples, format=pyoxigraph.RdfFormat.RDF_XML) or b"").decode()
    return _NOT_XML.sub("", re.sub(r"^<\?xml[^>]*\?>\s*", "", text))


# -- the protocol -----------------------------------------------------------------------------------------------------


def respond(arguments: bytes, catalogue: Catalogue, published: Published, page: int = PAGE) -> bytes:
    """The answer to the arguments of a GET or POST request: XML, errors of the protocol included. Raises BadRequestError."""
    address = f"{published.facts.site_url}oai"
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    shown = ""
    try:
        verb, given = _arguments(arguments)
        shown = "".join(f' {name}="{_text(value)}"' for name, value in (("verb", verb), *sorted(given.items())))
        body = _verb(verb, given, catalogue, published, page)
    except _ProblemError as problem:
        if problem.code in ("badVerb", "badArgument"):
            shown = ""
        body = f'<error code="{problem.code}">{_text(problem.text)}</error>'
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<OAI-PMH xmlns="{_OAI}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        f' xsi:schemaLocation="{_OAI} {_OAI}OAI-PMH.xsd">\n'
        f"<responseDate>{now}</responseDate>\n<request{shown}>{_text(address)}</request>\n{body}\n</OAI-PMH>\n"
    ).encode()


def _arguments(data: bytes) -> tuple[str, dict[str, str]]:
    try:
        pairs = parse_form(data)
    except BadRequestError as error:
        raise _ProblemError("badArgument", error.detail.en) from error
    given: dict[str, str] = {}
    for name, value in pairs:
        if name in given:
            raise _ProblemError("badVerb" if name == "verb" else "badArgument", f"{name} is repeated")
        given[name] = value
    verb = given.pop("verb", "")
    if verb not in _ALLOWED:
        raise _ProblemError("badVerb", "verb is one of: " + ", ".join(_ALLOWED))
    required, optional = _ALLOWED[verb]
    if "resumptionToken" in given and verb in ("ListIdentifiers", "ListRecords", "ListSets"):
        if len(given) > 1:
            raise _ProblemError("badArgument", "resumptionToken stands alone")
        return verb, given
    missing, unknown = required - given.keys(), given.keys() - required - optional
    if missing or unknown:
        raise _ProblemError("badArgument", f"missing: {', '.join(missing) or '-'}; not allowed: {', '.join(unknown) or '-'}")
    return verb, given


def _verb(verb: str, given: Mapping[str, str], catalogue: Catalogue, published: Published, page: int) -> str:
    if verb == "Identify":
        return _identify(catalogue, published.facts)
    if verb == "ListMetadataFormats":
        return _formats(given, catalogue)
    if verb == "ListSets":
        if "resumptionToken" in given:
            raise _ProblemError("badResumptionToken", "the list of sets is complete in one answer")
        if not catalogue.sets:
            raise _ProblemError("noSetHierarchy", "there are no sets")
        sets = "".join(
            f"<set><setSpec>{_text(code)}</setSpec><setName>{_text(name)}</setName></set>"
            for code, name in {"theme": "EU data theme", **catalogue.sets}.items()
        )
        return f"<ListSets>{sets}</ListSets>"
    if verb == "GetRecord":
        record = next((each for each in catalogue.records if each.identifier == given["identifier"]), None)
        if record is None:
            raise _ProblemError("idDoesNotExist", "there is no such record")
        prefix = _known_format(given["metadataPrefix"])
        return f"<GetRecord>{_record(record, prefix)}</GetRecord>"
    return _list(verb, given, catalogue, published, page)


def _identify(catalogue: Catalogue, facts: Facts) -> str:
    earliest = min((each.date for each in catalogue.records), default=facts.date or "1970-01-01")
    email = facts.email or f"postmaster@{re.sub('^https?://', '', facts.site_url).split('/')[0] or 'localhost'}"
    return (
        f"<Identify><repositoryName>{_text(facts.name('en'))}</repositoryName><baseURL>{_text(facts.site_url)}oai</baseURL>"
        f"<protocolVersion>2.0</protocolVersion><adminEmail>{_text(email)}</adminEmail>"
        f"<earliestDatestamp>{_text(earliest)}</earliestDatestamp><deletedRecord>persistent</deletedRecord>"
        "<granularity>YYYY-MM-DD</granularity></Identify>"
    )


def _formats(given: Mapping[str, str], catalogue: Catalogue) -> str:
    if "identifier" in given:
        record = next((each for each in catalogue.records if each.identifier == given["identifier"]), None)
        if record is None:
            raise _ProblemError("idDoesNotExist", "there is no such record")
        if not record.metadata:
            raise _ProblemError("noMetadataFormats", "the record is deleted")
    listed = "".join(
        f"<metadataFormat><metadataPrefix>{name}</metadataPrefix><schema>{schema}</schema>"
        f"<metadataNamespace>{namespace}</metadataNamespace></metadataFormat>"
        for name, (schema, namespace) in _FORMATS.items()
    )
    return f"<ListMetadataFormats>{listed}</ListMetadataFormats>"


def _known_format(prefix: str) -> str:
    if prefix not in _FORMATS:
        raise _ProblemError("cannotDisseminateFormat", "metadataPrefix is one of: " + ", ".join(_FORMATS))
    return prefix


def _header(record: Record) -> str:
    deleted = "" if record.metadata else ' status="deleted"'
    sets = "".join(f"<setSpec>{_text(each)}</setSpec>" for each in record.sets)
    return (
        f"<header{deleted}><identifier>{_text(record.identifier)}</identifier>"
        f"<datestamp>{_text(record.date)}</datestamp>{sets}</header>"
    )


def _record(record: Record, prefix: str) -> str:
    metadata = f"<metadata>{record.metadata[prefix]}</metadata>" if record.metadata else ""
    return f"<record>{_header(record)}{metadata}</record>"


def _list(verb: str, given: Mapping[str, str], catalogue: Catalogue, published: Published, page: int) -> str:
    start = 0
    if "resumptionToken" in given:
        start, given = _read_token(given["resumptionToken"], verb, published)
    prefix = _known_format(given["metadataPrefix"])
    first, last, chosen = given.get("from", ""), given.get("until", ""), given.get("set", "")
    for each in (first, last):
        if each and not _DAY.fullmatch(each):
            raise _ProblemError("badArgument", "dates are YYYY-MM-DD")
    if first and last and first > last:
        raise _ProblemError("badArgument", "from is later than until")
    if chosen and not catalogue.sets:
        raise _ProblemError("noSetHierarchy", "there are no sets")
    found = [
        each for each in catalogue.records
        if (not first or each.date >= first) and (not last or each.date <= last)
        and (not chosen or any(code == chosen or code.startswith(chosen + ":") for code in each.sets))
    ]  # fmt: skip
    if not found:
        raise _ProblemError("noRecordsMatch", "no record fits")
    if start >= len(found):
        raise _ProblemError("badResumptionToken", "the list has ended")
    items = "".join(
        _record(each, prefix) if verb == "ListRecords" else _header(each) for each in found[start : start + page]
    )
    token = ""
    if len(found) > page:
        follows = start + page
        text = _write_token(follows, verb, given, published) if follows < len(found) else ""
        token = f'<resumptionToken completeListSize="{len(found)}" cursor="{start}">{text}</resumptionToken>'
    return f"<{verb}>{items}{token}</{verb}>"


def _write_token(start: int, verb: str, given: Mapping[str, str], published: Published) -> str:
    fields = (published.identity[:16], verb, str(start), *(given.get(name, "") for name in _TOKEN_FIELDS))
    return base64.urlsafe_b64encode("\n".join(fields).encode()).decode().rstrip("=")


_TOKEN_FIELDS = ("metadataPrefix", "from", "until", "set")


def _read_token(token: str, verb: str, published: Published) -> tuple[int, dict[str, str]]:
    bad = _ProblemError("badResumptionToken", "the token is not valid, or the data have changed since; start again")
    try:
        text = base64.urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4)).decode()
        identity, token_verb, start, *values = text.split("\n")
        if identity != published.identity[:16] or token_verb != verb or len(values) != len(_TOKEN_FIELDS):
            raise bad
        if not re.fullmatch(r"\d{1,9}", start, re.ASCII):
            raise bad
        return int(start), {name: value for name, value in zip(_TOKEN_FIELDS, values, strict=True) if value}
    except ValueError as error:
        raise bad from error
