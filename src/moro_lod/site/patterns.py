"""Templates that are rendered once, with gaps; filling the gaps is one `%` of Python.

A page for each of a hundred thousand things differs in few places. Jinja2 makes the text around them once (escaped,
translated), and what fills the gaps is HTML already.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from jinja2 import Environment, TemplateError
from markupsafe import Markup

from ..errors import MoroError, Text

CHECK = Text(de="die Vorlage prüfen; veröffentlicht wurde nichts", en="check the template; nothing was published")


class Pattern:
    """Text with named gaps. Whatever fills a gap must be HTML: escaped text or markup."""

    __slots__ = ("_order", "_text")

    def __init__(self, make: Callable[[dict[str, Markup]], str], names: tuple[str, ...]) -> None:
        """`make` renders with a mark for each of the names."""
        marks = {name: Markup(f"\ue000{number}\ue001") for number, name in enumerate(names)}  # noqa: S704 - a mark
        text = make(marks)
        gaps = re.compile("\ue000(" + "|".join(str(number) for number in range(len(names))) + ")\ue001")
        self._order = tuple(names[int(number)] for number in gaps.findall(text))
        self._text = gaps.sub("%s", text.replace("%", "%%"))

    def fill(self, values: dict[str, str]) -> str:
        """The text with its gaps filled."""
        return self._text % tuple([values[name] for name in self._order])

    def __call__(self, *values: str) -> str:
        """The same for patterns whose gaps stand once each, in the order of their names."""
        return self._text % values


def macro(environment: Environment, template: str, name: str, *names: str) -> Pattern:
    """A macro of a template as a pattern; each argument must be used once, in order. Raises MoroError for any other."""
    try:
        function = getattr(environment.get_template(template).module, name)
        pattern = Pattern(lambda marks: str(function(**marks)), names)
    except (TemplateError, TypeError, AttributeError) as error:
        raise broken(template, error, Text(de=f"das Makro {name}", en=f"the macro {name}")) from error
    if pattern._order != names:
        wanted, found = ", ".join(names), ", ".join(pattern._order) or "–"
        raise MoroError(
            f"templates/{template}",
            Text(
                de=f"das Makro {name} muss {wanted} je einmal in dieser Reihenfolge verwenden und verwendet {found}",
                en=f"the macro {name} must use {wanted} once each, in this order, and uses {found}",
            ),
            CHECK,
        )
    return pattern


def broken(template: str, error: Exception, what: Text) -> MoroError:
    """The message for a template that fails; with the line where that is known."""
    line = getattr(error, "lineno", None)
    name = getattr(error, "name", None) if isinstance(error, TemplateError) else None
    return MoroError(
        f"templates/{name or template}" + (f":{line}" if line else ""),
        Text(de=f"{what.de} lässt sich nicht bauen ({error})", en=f"{what.en} cannot be made ({error})"),
        CHECK,
    )
