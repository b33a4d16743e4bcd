"""What the figures of results share: colours, one drawing, the root scale, the famine."""

import functools
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from defection.country import load
from defection.replication.result import Figure, Tables
from defection.views.colours import BAND, COLOURS, MIDDLE, OBSERVED
from defection.views.figures.figure import Figure as Drawing
from defection.views.figures.figure import drawn, one_axis

__all__ = ["BAND", "COLOURS", "MIDDLE", "OBSERVED", "one_axis"]

YELLOW, GREY, ORANGE, FAMINE = COLOURS[1], COLOURS[3], COLOURS[6], "#d9c9a3"
BARS: dict[str, Any] = {"fmt": "o", "color": MIDDLE, "ecolor": BAND, "capsize": 3}
DOTS: dict[str, Any] = {"color": OBSERVED, "marker": "o", "markersize": 4}
LEGEND: dict[str, Any] = {"fontsize": 8, "frameon": False}


def figures(
    *these: tuple[str, str, str, Callable[[Tables], Drawing]],
) -> Callable[[Tables], list[Figure]]:
    """Return the figures of a result from name, title, caption and what draws its tables."""
    return lambda tables: [
        Figure(name, title, caption, functools.partial(drawn(draw), tables))
        for name, title, caption, draw in these
    ]


def rows(axis: Axes, names: Iterable[str], **style: Any) -> np.ndarray:
    """Give an axis a row per name, the first on top; return their positions."""
    names = list(names)
    axis.set_yticks(range(len(names)), names, **style)
    axis.invert_yaxis()
    return np.arange(len(names))


def root_scale(axis: Axes) -> None:
    """Give an axis the root scale, on which the distance from Table 1 is measured."""
    axis.set_yscale("function", functions=(lambda y: abs(y) ** 0.5, lambda y: y**2))
    axis.set_ylim(bottom=0)


def shade_famine(axis: Axes) -> None:
    """Shade the famine years of the first dating."""
    first = load("north_korea").datings[0]
    span = (first.first_year - 0.5, first.last_year + 0.5)
    axis.axvspan(*span, color=FAMINE, alpha=0.4, linewidth=0, zorder=0, label="famine")
