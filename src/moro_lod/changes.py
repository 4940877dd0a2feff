"""Which content had which date: the lock (`publication.lock`), kept in git beside the data.

For every dataset, distribution and thing the lock holds the hash of its content and the first and last date on which that
changed. While the hash is the same, the last date stays, so that harvesters see a change exactly when there is one.
`publish` only reads the lock; `stamp` writes it.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from .errors import MoroError, Text
from .graphs import Quad, Quads, to_nquads
from .terms import Term, value

Kind: TypeAlias = Literal["datasets", "distributions", "things"]
KINDS: tuple[Kind, ...] = ("datasets", "distributions", "things")
LOCK_FILE = "publication.lock"


@dataclass(frozen=True, slots=True)
class Stamp:
    """A content hash (lower-case hex) with the dates of its first and last change."""

    sha256: str
    issued: datetime.date
    modified: datetime.date


@dataclass(frozen=True)
class Lock:
    """The stamps of everything that was published up to now; key: IRI without brackets, or path in the site."""

    stamps: Mapping[Kind, Mapping[str, Stamp]] = field(default_factory=lambda: {kind: {} for kind in KINDS})

    def stamp(self, kind: Kind, key: str, sha256: str, today: datetime.date) -> Stamp:
        """The stamp of some content now: the locked one while the hash is equal, else with `today` as its last change."""
        known = self.stamps[kind].get(key)
        if known is None:
            return Stamp(sha256, today, today)
        return known if known.sha256 == sha256 else Stamp(sha256, known.issued, max(today, known.modified))

    def stamped(self, contents: Mapping[Kind, Mapping[str, str]], today: datetime.date) -> Lock:
        """A new lock for the given contents (kind → key → hash)."""
        return Lock(
            {kind: {key: self.stamp(kind, key, each, today) for key, each in contents[kind].items()} for kind in KINDS}
        )

    def gone(self, things: Iterable[Term]) -> tuple[str, ...]:
        """The IRIs of things that were published once and are no longer among `things`, sorted."""
        return tuple(sorted(set(self.stamps["things"]) - {value(each) for each in things}))

    def to_json(self) -> bytes:
        """The bytes of the lock file: one line a stamp, sorted, so that changes read well in git."""
        blocks = []
        for kind in KINDS:
            lines = [
                f"  {json.dumps(key, ensure_ascii=False)}: "
                f'["{each.sha256}", "{each.issued.isoformat()}", "{each.modified.isoformat()}"]'
                for key, each in sorted(self.stamps[kind].items())
            ]
            body = ",\n".join(lines)
            blocks.append(f' "{kind}": {{\n{body}\n }}' if lines else f' "{kind}": {{}}')
        return ("{\n" + ",\n".join(blocks) + "\n}\n").encode()

    @classmethod
    def from_json(cls, text: bytes, place: str = LOCK_FILE) -> Lock:
        """Read the lock; raises MoroError when it is damaged."""
        try:
            document = json.loads(text)
            return cls(
                {
                    kind: {
                        key: Stamp(sha256, datetime.date.fromisoformat(issued), datetime.date.fromisoformat(modified))
                        for key, (sha256, issued, modified) in document[kind].items()
                    }
                    for kind in KINDS
                }
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise MoroError(
                f"{place}:{error.lineno}" if isinstance(error, json.JSONDecodeError) else place,
                Text(de="die Datei ist beschädigt", en="the file is damaged"),
                Text(de="aus git wiederherstellen", en="restore it from git"),
            ) from error


def hash_of_quads(quads: Iterable[Quad]) -> str:
    """The canonical hash of some quads: SHA-256 of their sorted N-Quads. Authored data have no blank nodes."""
    return hash_of_bytes(to_nquads(quads if isinstance(quads, Quads) else Quads(quads)))


def hash_of_bytes(content: bytes) -> str:
    """SHA-256, lower-case hex."""
    return hashlib.sha256(content).hexdigest()
