"""What goes wrong and can be repaired by a person."""

from __future__ import annotations

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
