"""The official shapes of the application profiles: which files there are, where they come from, and what is wrong with them.

The files are not part of this program: it reads them from a folder and checks them against pinned SHA-256 sums
(`moro-lod profiles fetch` gets them). Known faults of the files are worked around, and each work-around is reported.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from ..catalogue.feed import Profile
from ..errors import MoroError, Text
from ..graphs import Graph, Triple
from ..namespaces import ADMS, DCATAP, OWL, RDF, SH
from ..terms import Term, iri, is_iri, value
from . import feeds

_SEMIC = "https://raw.githubusercontent.com/SEMICeu/DCAT-AP/7c531da7f154/releases/"
_GOVDATA = "https://raw.githubusercontent.com/GovDataOfficial/DCAT-AP.de/fe590fae2597/" + quote(
    "Releases/DCAT-AP.de V3.0/shacl/"
)
_WRONG_R5R = "http://data.europa.eu/r5r#"
_NO_TERM = f"<{SH.iri}shape>"
_SPDX_PATTERN = '"^https://spdx.org/rdf/terms"'


@dataclass(frozen=True, slots=True)
class ShapesFile:
    """One official file: its place in a folder of profiles, its source, the SHA-256 of the state that was examined.

    `binding` files hold rules; the results of others are advice.
    """

    path: str
    url: str
    sha256: str
    binding: bool = True


@dataclass(frozen=True, slots=True)
class ProfileSet:
    """An application profile: the feed that follows it and its files."""

    key: str
    title: str
    feed: Profile
    files: tuple[ShapesFile, ...]


def _file(folder: str, name: str, source: str, sha256: str, *, binding: bool = True) -> ShapesFile:
    return ShapesFile(f"{folder}/{name}", source + name, sha256, binding)


_HTML = _SEMIC + "3.0.1/html/shacl/"

PROFILES: tuple[ProfileSet, ...] = (
    ProfileSet(
        "dcat-ap-3.0.1",
        "DCAT-AP 3.0.1",
        Profile.EUROPEAN,
        (
            _file("dcat-ap-3.0.1", "dcat-ap-SHACL.ttl", _SEMIC + "3.0.1/shacl/",
                  "990d3e42721de6a4be8cc338a7171559f195e62dea89c0b56531356b78cc026f"),
            _file("dcat-ap-3.0.1", "ranges.ttl", _SEMIC + "3.0.1/shacl/",
                  "a6eed0fae8d0f5ca977fe2098ca12081ac60b0efe1ddce802d5c08e49505ebcc"),
            _file("dcat-ap-3.0.1-html", "shapes.ttl", _HTML,
                  "7fe9815e0f32b10f5cbce74fa6ccd0290aae3ef9e5080fb84e2d8093eb984d1d"),
            _file("dcat-ap-3.0.1-html", "range.ttl", _HTML,
                  "24d3bfd0fa17a3d0e877c9ebb91c8174124e5038538e1bf081b2cb679ad0f1b2"),
            _file("dcat-ap-3.0.1-html", "shapes_recommended.ttl", _HTML,
                  "9afbf23f1f56d10d6839259684934137e20506a9aedce0249b619bbc593b9abd", binding=False),
            _file("dcat-ap-3.0.1-html", "mdr-vocabularies.shape.ttl", _HTML,
                  "2362f83971766a15cc20b2b54420022dc10547dd2c483da02080847c61b4b45a", binding=False),
            _file("dcat-ap-3.0.1-html", "deprecateduris.ttl", _HTML,
                  "30a20a51a487c40ab7ae04f5905f02ef28238ec5cb390e37053334d835021948", binding=False),
        ),
    ),
    ProfileSet(
        "dcat-ap-de-3.0",
        "DCAT-AP.de 3.0",
        Profile.GERMAN,
        (
            _file("dcat-ap-3.0.0", "dcat-ap-SHACL.ttl", _SEMIC + "3.0.0/shacl/",
                  "92f76609d78d257123e75bc6b7155df5cc0a63f14c29fbc12b0ac95c56af2059"),
            _file("dcat-ap-de-3.0", "dcat-ap-SHACL-DE.ttl", _GOVDATA,
                  "f37caba134234963a0555b05ae84c26163b5493a366b154a2b5688320d67f7a0"),
            _file("dcat-ap-de-3.0", "dcat-ap-spec-german-additions.ttl", _GOVDATA,
                  "86a51b5eef5df4e6ea80e2cf33e4375ee61af2bb955fb80808975d90088765f6"),
            _file("dcat-ap-de-3.0", "dcat-ap-de-controlledvocabularies.ttl", _GOVDATA,
                  "5a83bf7d17f60598f8959062c74c536b7659972eee370e425817bd063efe49e8"),
            _file("dcat-ap-de-3.0", "dcat-ap-de-deprecated.ttl", _GOVDATA,
                  "236c038de933af7b3fe7fff0e58d483b44f42ec2b74ede5d56775ac5f324d61c"),
            _file("dcat-ap-de-3.0", "dcat-ap-de-imports.ttl", _GOVDATA,
                  "83a171feda8438e9661445ae167a70a7318422a99ba2294c0829a00abcb9e77c"),
        ),
    ),
)  # fmt: skip
"""What is checked: DCAT-AP 3.0.1, and DCAT-AP.de 3.0, which builds on the files of DCAT-AP 3.0.0."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The shapes of one profile, repaired. `faults` says what was worked around, `changed` which files are not the pinned ones."""

    binding: Graph
    advice: Graph
    faults: tuple[Text, ...]
    changed: tuple[str, ...]


def load(profile: ProfileSet, folder: Path) -> Rules:
    """The shapes of a profile from a folder. Raises MoroError when a file is missing or cannot be read."""
    parts: dict[bool, list[Graph]] = {True: [], False: []}
    changed = []
    faults: list[Text] = []
    for each in profile.files:
        path = folder / each.path
        try:
            content = path.read_bytes()
        except OSError as error:
            raise MoroError(
                str(path),
                Text(f"eine amtliche Datei fehlt ({error.strerror})", f"an official file is missing ({error.strerror})"),
                Text(
                    "mit `moro-lod profiles fetch` holen oder --profiles ändern",
                    "get it with `moro-lod profiles fetch` or change --profiles",
                ),
            ) from error
        if hashlib.sha256(content).hexdigest() != each.sha256:
            changed.append(each.path)
        graph, found = _repaired(feeds.parse(content, path.suffix, str(path)), each.path)
        faults += found
        parts[each.binding].append(_renamed(graph, each.path))
    binding, pathless = _with_paths(_union(parts[True]))
    if pathless:
        faults.append(
            Text(
                f"{profile.title}: {len(pathless)} Eigenschafts-Shapes ohne sh:path ausgelassen (SEMICeu/DCAT-AP#448)",
                f"{profile.title}: {len(pathless)} property shapes without sh:path left out (SEMICeu/DCAT-AP#448)",
            )
        )
    for orphan in _orphans(binding):
        faults.append(
            Text(
                f"{profile.title}: {value(orphan)} gehört zu keiner Shape mit Ziel und prüft nie etwas",
                f"{profile.title}: {value(orphan)} belongs to no shape with a target and never checks anything",
            )
        )
    return Rules(binding, _with_paths(_union(parts[False]))[0], tuple(faults), tuple(changed))


def _union(graphs: Iterable[Graph]) -> Graph:
    return Graph(triple for graph in graphs for triple in graph)


def _renamed(graph: Graph, name: str) -> Graph:
    """Blank nodes told apart by file, so that those of several files do not fall together."""
    mark = hashlib.sha256(name.encode()).hexdigest()[:8]

    def fresh(term: Term) -> Term:
        return f"_:f{mark}{term[2:]}" if term.startswith("_:") else term

    return Graph((fresh(s), p, fresh(o)) for s, p, o in graph)


def _repaired(graph: Graph, name: str) -> tuple[Graph, list[Text]]:
    """A file without its known faults, and a sentence for each of them."""
    faults: list[Text] = []
    dropped: set[Triple] = {triple for triple in graph if triple[1] == OWL.imports}
    wrong = [(s, o) for s, o in graph.pairs(SH.path) if o.startswith(f"<{_WRONG_R5R}")]
    added: list[Triple] = []
    for subject, path in wrong:
        dropped.add((subject, SH.path, path))
        added.append((subject, SH.path, iri(DCATAP.iri + value(path).removeprefix(_WRONG_R5R))))
    if wrong:
        faults.append(
            Text(
                f"{name}: {len(wrong)} Regeln meinen {_WRONG_R5R} statt {DCATAP.iri} und griffen nie; berichtigt",
                f"{name}: {len(wrong)} rules mean {_WRONG_R5R} instead of {DCATAP.iri} and never applied; corrected",
            )
        )
    for subject, pattern in graph.pairs(SH.pattern):
        if pattern == _SPDX_PATTERN:
            dropped.add((subject, SH.pattern, pattern))
            added.append((subject, SH.pattern, '"^https?://spdx.org/rdf/terms"'))
            faults.append(
                Text(
                    f"{name}: verlangt https://spdx.org, der Namensraum von SPDX beginnt aber mit http://; berichtigt",
                    f"{name}: asks for https://spdx.org, but the namespace of SPDX begins with http://; corrected",
                )
            )
    unknown = graph.pairs(_NO_TERM)
    for subject, shape in unknown:
        dropped.add((subject, _NO_TERM, shape))
        added.append((subject, SH.node, shape))
    if unknown:
        faults.append(
            Text(
                f"{name}: {len(unknown)} Regeln benutzen sh:shape, das es nicht gibt, und prüfen nichts; als sh:node gelesen",
                f"{name}: {len(unknown)} rules use sh:shape, which does not exist, and check nothing; read as sh:node",
            )
        )
    for shape, part in graph.pairs(SH.property):
        old_list = any(value(node).endswith("StatusRestrictionADMS") for node in graph.objects(part, SH.node))
        if graph.value(part, SH.path) == ADMS.status and old_list:
            dropped.add((shape, SH.property, part))
            faults.append(
                Text(
                    f"{name}: beanstandet adms:status aus der neuen, vorgeschriebenen Liste und lässt die alte gelten; "
                    "ausgelassen",
                    f"{name}: objects to adms:status from the new list, which is prescribed, and accepts the old one; left out",
                )
            )
    return Graph((*(triple for triple in graph if triple not in dropped), *added)), faults


def _with_paths(graph: Graph) -> tuple[Graph, tuple[Term, ...]]:
    """A shapes graph without links to property shapes that have no sh:path: no engine can carry those out."""
    paths = {subject for subject, _ in graph.pairs(SH.path)}
    pathless = {part for _, part in graph.pairs(SH.property) if part not in paths}
    kept = (t for t in graph if not (t[1] == SH.property and t[2] in pathless) and t[0] not in pathless)
    return Graph(kept), tuple(sorted(pathless))


def _orphans(graph: Graph) -> tuple[Term, ...]:
    """Named property shapes with a path that no other shape refers to and that have no target."""
    targets = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
    return tuple(
        subject
        for subject, _ in graph.pairs(SH.path)
        if is_iri(subject)
        and not any(graph.objects(subject, target) for target in targets)
        and not any(
            p in (SH.property, SH.node, RDF.first, SH["not"], SH.qualifiedValueShape) for _, p in graph.incoming(subject)
        )
    )
