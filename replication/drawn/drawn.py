"""A figure of the report: what it is called, how to read it, and how it is drawn."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from defection.country import load
from defection.views.colours import BAND, MIDDLE, OBSERVED as RECORD

__all__ = ["BAND", "MIDDLE", "RECORD", "Drawn", "famine", "root_scale"]


@dataclasses.dataclass(frozen=True)
class Drawn:
    """One figure; ``caption`` is also its alternative text, after the title."""

    name: str
    title: str
    caption: str
    draw: Callable[[], Figure]

    @property
    def alt(self) -> str:
        """The figure in words, for those who do not see it."""
        return f"{self.title}. {self.caption}"


def root_scale(axis: Axes) -> None:
    """Give an axis the root scale, on which the distance from the record is measured."""
    axis.set_yscale("function", functions=(lambda y: abs(y) ** 0.5, lambda y: y**2))
    axis.set_ylim(bottom=0)


def famine(axis: Axes) -> None:
    """Shade the famine years of the first dating."""
    first = load("north_korea").datings[0]
    axis.axvspan(
        first.first_year - 0.5,
        first.last_year + 0.5,
        color="#d9c9a3",
        alpha=0.4,
        linewidth=0,
        zorder=0,
        label="famine",
    )
