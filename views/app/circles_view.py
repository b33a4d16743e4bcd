"""The news circles of a province: what each believes and attempts in the week that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from defection.counties import COUNTIES
from defection.views.app.believed import Believed
from defection.views.app.words import percent
from defection.views.colours import PROBABILITY, ColourScale, diverging

if TYPE_CHECKING:
    from defection.agents import Circle
    from defection.model import DefectionModel

SCALES: dict[str, tuple[str, ColourScale]] = {
    "belief": ("Believed repression", PROBABILITY),
    "gap": ("Difference from the province's mean", diverging(0.02)),
}
"""How circles can be coloured: on the map's scale, or on one that shows small differences."""

MOST_WITH_NUMBERS = 60
"""Circles that are drawn with their numbers; of more there is room for the colour alone."""


def province_circles(model: DefectionModel, province: int) -> dict[str, Any]:
    """Return the circles of a province for the browser; nothing where each province is one.

    ``province``, ``kind`` (what a circle is), ``says`` (sentences), ``numbers`` (whether there is
    room for them) and ``circles``: name, by each of ``SCALES`` a colour and that of the text on it,
    the believed repression, its difference from the province's mean, the share of the people, and
    the latest week's flows.
    """
    here = list(model.provinces)[province]
    if not here.circles:
        return {}
    counties = model.parameters.news_circles == COUNTIES
    kind = "county" if counties else "circle"
    return {
        "province": here.name,
        "kind": kind,
        "says": _sentence(model, province, "counties" if counties else "circles"),
        "numbers": len(here.circles) <= MOST_WITH_NUMBERS,
        "circles": [_tile(circle, here.belief.mean) for circle in here.circles],
    }


def legends() -> list[dict[str, Any]]:
    """Return what does not change in a run: name, title and legend of each of ``SCALES``."""
    return [
        {"name": name, "title": title, **scale.legend()} for name, (title, scale) in SCALES.items()
    ]


def _tile(circle: Circle, average: float) -> dict[str, Any]:
    mean = circle.belief.mean
    values = {"belief": mean, "gap": mean - average}
    colours = {name: scale.colour(values[name]) for name, (_, scale) in SCALES.items()}
    return {
        "name": circle.name,
        "fills": {name: [colour, ink(colour)] for name, colour in colours.items()},
        "belief": f"{mean:.3f}",
        "gap": _signed(mean - average),
        "share": percent(circle.share),
        **{name: getattr(circle, name) for name in ("attempts", "stopped", "known_attempts")},
    }


def _signed(difference: float) -> str:
    text = f"{difference:+.3f}".replace("-", "−")
    return "0.000" if text[1:] == "0.000" else text


def ink(colour: str) -> str:
    """Return black or white, whichever is easier to read on a colour ``#rrggbb``."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    luminance = sum(w * v for w, v in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return "#000000" if luminance > 0.179 else "#ffffff"


def _sentence(model: DefectionModel, province: int, kind: str) -> str:
    here = list(model.provinces)[province]
    believed = Believed.from_province(here)
    means, count = believed.means, len(here.circles)
    if count == 1:
        return f"The whole province is one circle, {here.circles[0].name}."
    busy = sum(1 for circle in here.circles if circle.attempts)
    known = sum(1 for circle in here.circles if circle.known_attempts)
    said = f"{count} {kind}. The believed repression is {means.min():.3f} to {means.max():.3f}, "
    said += f"{believed.mean:.3f} on average (true: {here.repression:.3f}). "
    if not model.week:
        return said + "No week has passed yet."
    said += f"In the latest week somebody attempted to leave in {busy or 'none'} of them"
    return said + (f", and in {known or 'none'} an attempt became known." if busy else ".")
