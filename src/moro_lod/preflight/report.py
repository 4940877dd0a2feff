"""What a preflight says: parts with checks, each passed, failed, or plainly not measured. Nothing is green that was not measured."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from ..errors import Text


class Status(Enum):
    """How a check ended, gravest first."""

    FAILED = "failed"
    WARNING = "warning"
    NOT_MEASURED = "not measured"
    EXTERNAL = "external"  # only the outside can tell
    NOTE = "note"  # nothing was checked, but something is to be known
    PASSED = "passed"

    @property
    def label(self) -> Text:
        """The status in words."""
        return _LABELS[self]


_LABELS = {
    Status.FAILED: Text("Fehler", "failed"),
    Status.WARNING: Text("Hinweis", "warning"),
    Status.NOT_MEASURED: Text("nicht gemessen", "not measured"),
    Status.EXTERNAL: Text("nur von außen messbar", "external"),
    Status.NOTE: Text("zur Kenntnis", "note"),
    Status.PASSED: Text("erfüllt", "passed"),
}
_NOTHING = Text("", "")
_RANK = {status: rank for rank, status in enumerate(Status)}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found: where (an IRI, a path, a URL) and what."""

    where: str
    problem: Text
    status: Status = Status.FAILED


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `points` and `most` are set where a yardstick counts points; `points` is None while not measured."""

    key: str
    title: Text
    status: Status
    note: Text = _NOTHING
    findings: tuple[Finding, ...] = ()
    points: float | None = None
    most: float | None = None

    @classmethod
    def of(cls, key: str, title: Text, findings: Sequence[Finding], note: Text = _NOTHING) -> Check:
        """A check that was carried out: as grave as its gravest finding."""
        status = min((each.status for each in findings), key=_RANK.__getitem__, default=Status.PASSED)
        return cls(key, title, status, note, tuple(findings))

    @classmethod
    def not_measured(cls, key: str, title: Text, why: Text) -> Check:
        """A check that could not be carried out, and why."""
        return cls(key, title, Status.NOT_MEASURED, why)


@dataclass(frozen=True, slots=True)
class Part:
    """Checks that belong together. `note` sums them up."""

    key: str
    title: Text
    checks: tuple[Check, ...]
    note: Text = _NOTHING

    @property
    def status(self) -> Status:
        """The gravest status of its checks; external ones and notes aside."""
        own = [each.status for each in self.checks if each.status not in (Status.EXTERNAL, Status.NOTE)]
        return min(own, key=_RANK.__getitem__, default=Status.NOT_MEASURED)

    @property
    def points(self) -> float | None:
        """The points that were reached; None where nothing counts points or none was measured."""
        reached = [each.points for each in self.checks if each.most is not None and each.points is not None]
        return sum(reached) if reached else None

    @property
    def most(self) -> float | None:
        """The points that can be reached."""
        known = [each.most for each in self.checks if each.most is not None]
        return sum(known) if known else None

    def count(self, status: Status) -> int:
        """How many checks ended so."""
        return sum(each.status is status for each in self.checks)


@dataclass(frozen=True, slots=True)
class Report:
    """A whole preflight of one release."""

    version: str
    date: str
    parts: tuple[Part, ...]

    def part(self, key: str) -> Part:
        """One part by its key."""
        return next(each for each in self.parts if each.key == key)

    def check(self, part: str, key: str) -> Check:
        """One check by the keys of its part and its own."""
        return next(each for each in self.part(part).checks if each.key == key)

    @property
    def status(self) -> Status:
        """The gravest status of all parts."""
        return min((each.status for each in self.parts), key=_RANK.__getitem__)

    def exit_code(self, *, strict: bool = False) -> int:
        """0 when nothing failed, else 1; `strict`: warnings count as well."""
        if self.status is Status.FAILED or (strict and any(part.count(Status.WARNING) for part in self.parts)):
            return 1
        return 0

    def checks(self) -> Iterator[tuple[Part, Check]]:
        """Every check with its part."""
        for part in self.parts:
            for each in part.checks:
                yield part, each

    def to_json(self) -> bytes:
        """The report for programs: texts in both languages."""
        document = {
            "version": self.version,
            "date": self.date,
            "status": self.status.value,
            "parts": [_part(each) for each in self.parts],
        }
        return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _part(part: Part) -> dict[str, Any]:
    return {
        "key": part.key,
        "title": _text(part.title),
        "status": part.status.value,
        **({"points": part.points, "most": part.most} if part.most is not None else {}),
        **({"note": _text(part.note)} if part.note.en else {}),
        "checks": [_check(each) for each in part.checks],
    }


def _check(check: Check) -> dict[str, Any]:
    return {
        "key": check.key,
        "title": _text(check.title),
        "status": check.status.value,
        **({"points": check.points, "most": check.most} if check.most is not None else {}),
        **({"note": _text(check.note)} if check.note.en else {}),
        "findings": [
            {"where": each.where, "status": each.status.value, "problem": _text(each.problem)} for each in check.findings
        ],
    }


def _text(text: Text) -> dict[str, str]:
    return {"de": text.de, "en": text.en}
