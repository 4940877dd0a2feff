"""What goes wrong and can be repaired by a person."""

from __future__ import annotations

import errno
from typing import NamedTuple


class Text(NamedTuple):
    """One sentence for people, German and English."""

    de: str
    en: str

    def pick(self, language: str) -> str:
        """The German wording for `de` and its regional forms, else the English one."""
        return self.de if language.lower().startswith("de") else self.en


class MoroError(Exception):
    """A problem that the user can repair.

    Its text is the whole message, *place: problem; what to do*. `place` is a file with line where that is known
    (`data/regions.trig:12`), a setting, a URL or a command. Library code raises this error and never prints;
    the command line shows it in the user's language and ends with exit code 2.
    """

    def __init__(self, place: str, problem: Text, remedy: Text) -> None:
        super().__init__(place, problem, remedy)
        self.place = place
        self.problem = problem
        self.remedy = remedy

    def message(self, language: str = "en") -> str:
        """*place: problem; what to do* in German (`de`) or English."""
        return f"{self.place}: {self.problem.pick(language)}; {self.remedy.pick(language)}"

    def __str__(self) -> str:
        return self.message("en")


_REASONS = {
    errno.EACCES: Text("keine Berechtigung", "no permission"),
    errno.EPERM: Text("keine Berechtigung", "no permission"),
    errno.EROFS: Text("der Datenträger lässt sich nur lesen", "the disk is read-only"),
    errno.ENOSPC: Text("der Datenträger ist voll", "the disk is full"),
    errno.EDQUOT: Text("der zugeteilte Platz ist voll", "the allotted space is full"),
    errno.EFBIG: Text("die Datei würde zu groß", "the file would become too large"),
    errno.ENOENT: Text("nicht vorhanden", "not there"),
    errno.EEXIST: Text("gibt es schon, ist aber kein Ordner", "is there already, but is no folder"),
    errno.ENOTDIR: Text("kein Ordner", "not a folder"),
    errno.EISDIR: Text("ein Ordner, keine Datei", "a folder, not a file"),
    errno.ENAMETOOLONG: Text("der Name ist zu lang", "the name is too long"),
    errno.EIO: Text("Fehler des Datenträgers", "disk error"),
    errno.EMFILE: Text("zu viele Dateien zugleich offen", "too many open files"),
}


def reason(error: OSError) -> Text:
    """Why the operating system refused something; its own wording where it is a rare reason."""
    plain = error.strerror or str(error)
    if error.errno is None and "No space left" in plain:  # told by the query store
        return _REASONS[errno.ENOSPC]
    return _REASONS.get(error.errno or 0, Text(plain, plain))


def unreadable(place: str, error: OSError) -> MoroError:
    """The message for a file or folder that cannot be read."""
    why = reason(error)
    return MoroError(
        place,
        Text(de=f"nicht lesbar ({why.de})", en=f"cannot be read ({why.en})"),
        Text(de="Rechte und Datenträger prüfen", en="check permissions and disk"),
    )
