"""The language of what the command line says: `--lang`, else the environment's locale; German and English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..errors import Text

_chosen = ["en"]


def choose(arguments: Sequence[str], environment: Mapping[str, str]) -> None:
    """Settle the language once, before any command is loaded, since help texts are made then."""
    for place, argument in enumerate(arguments):
        given = argument.removeprefix("--lang=") if argument.startswith("--lang=") else None
        if argument == "--lang" and place + 1 < len(arguments):
            given = arguments[place + 1]
        if given:
            _chosen[0] = given
            return
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((environment[name] for name in names if environment.get(name)), "")
    _chosen[0] = "de" if locale.lower().startswith("de") else "en"


def language() -> str:
    """The chosen language: "de" or "en"."""
    return _chosen[0]


def say(de: str, en: str) -> str:
    """The wording in the chosen language."""
    return Text(de, en).pick(language())
