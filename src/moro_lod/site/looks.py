"""How regions of maps look: their colours and hatchings, and the swatches of legends."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

COLOURS = 8  # classes c0 … c7 of the style sheet
HATCHES = 4  # lines, crossed lines, dots, double lines
LOOKS = COLOURS * HATCHES  # that people can tell apart


def hatching(look: int) -> tuple[int, float]:
    """Kind and angle of the hatching of a look: lines, crossed lines, dots, double lines."""
    kind, number = divmod(look % LOOKS, COLOURS)
    return kind, (number * 180 / COLOURS + 20) % 180


def hatchings(looks: Iterable[int]) -> Markup:
    """The patterns h0, h1 … that shapes with some looks are filled with."""
    return Markup("".join(map(_pattern, sorted(set(looks)))))  # noqa: S704 - numbers alone


def _pattern(look: int) -> Markup:
    kind, angle = hatching(look)
    marks = (
        '<rect class="stroke" width="1.8" height="12"/>',
        '<rect class="stroke" width="1.4" height="12"/><rect class="stroke" width="12" height="1.4"/>',
        '<circle class="stroke" cx="6" cy="6" r="2.4"/>',
        '<rect class="stroke" width="1.4" height="12"/><rect class="stroke" x="3.4" width="1.4" height="12"/>',
    )[kind]
    return Markup(  # noqa: S704 - numbers alone
        f'<pattern id="h{look}" class="c{look % COLOURS}" width="12" height="12" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate({angle:g})"><rect class="ground" width="12" height="12"/>{marks}</pattern>'
    )


def swatch(look: int, *, is_network: bool) -> Markup:
    """What a legend shows of a region: its colour and hatching, or the points of a network."""
    colour = look % COLOURS
    if is_network:
        return Markup(
            '<svg class="swatch region c{}" viewBox="0 0 28 20" aria-hidden="true"><path class="net" d="M6 14 14 5l8 9"/>'
            '<circle class="dot shape" cx="6" cy="14" r="4"/><circle class="dot shape" cx="14" cy="6" r="4"/><circle class="dot shape" cx="22" cy="14" r="4"/></svg>'
        ).format(colour)
    return Markup(
        '<svg class="swatch region c{}" viewBox="0 0 28 20" aria-hidden="true"><rect class="shape" width="28" height="20" '
        'fill="url(#h{})"/></svg>'
    ).format(colour, look)
