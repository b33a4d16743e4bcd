"""Colours that the colour-blind can tell apart: those of figures, and fixed scales of the map."""

import dataclasses
import functools
import math
from collections.abc import Callable
from typing import Any

import matplotlib as mpl
from matplotlib.colors import to_hex

COLOURS = (
    "#3f90da", "#ffa90e", "#bd1f01", "#94a4a2", "#832db6",
    "#a96b59", "#e76300", "#b9ac70", "#717581", "#92dadd",
)  # fmt: skip
"""Ten colours that the colour-blind can tell apart (Petroff 2021, arXiv 2107.02270)."""

BAND, MIDDLE, OBSERVED, WARNING = COLOURS[0], "#1f5f99", "#222222", COLOURS[6]
"""Colours of bands and bars, of medians, of what was observed, and of runs that stopped early."""

EMPTY, NOTE, FAMINE = "#e4e4e4", "#555555", "#d9c9a3"
"""Colours of cells without a run, of notes and reference lines, and of famine years."""

ATTEMPTS, STOPPED, SUCCESSES, BELIEF = MIDDLE, "#4a4f58", "#b35900", COLOURS[4]
STOPPED_AREA = "#c9ced6"

Style = dict[str, Any]
"""Keywords of a function of Matplotlib."""

LEVELS = 256


@functools.cache
def _table(name: str) -> tuple[str, ...]:
    return tuple(to_hex(colour) for colour in mpl.colormaps[name](range(LEVELS)))


@dataclasses.dataclass(frozen=True)
class ColourScale:
    """A colour map of Matplotlib, a value's position (0..1) on it, and the ticks of its legend.

    ``beyond`` says what the first and the last tick stand for besides themselves.
    """

    colour_map: str
    position: Callable[[float], float]
    ticks: tuple[float, ...]
    beyond: tuple[str, str] = ("", "")

    def colour(self, value: float) -> str:
        """Return the colour of a value; what lies beyond an end has the end's colour."""
        share = min(1.0, max(0.0, self.position(value)))
        return _table(self.colour_map)[round(share * (LEVELS - 1))]

    def legend(self) -> dict[str, list[Any]]:
        """Return the colours from low to high, and the ticks: position and text."""
        stops = [_table(self.colour_map)[round(step * (LEVELS - 1) / 16)] for step in range(17)]
        ends = {0: self.beyond[0], len(self.ticks) - 1: self.beyond[1]}
        ticks = [
            [min(1.0, self.position(tick)), f"{tick:,g}{ends.get(number, '')}"]
            for number, tick in enumerate(self.ticks)
        ]
        return {"stops": stops, "ticks": ticks}


def _logarithmic(most: float) -> ColourScale:
    """Return a scale from 0 to ``most`` logarithmic beyond 1, with ticks at powers of ten."""
    end = math.log1p(most)
    low = (10.0**power for power in range(round(math.log10(most))))  # the last text is long
    ticks = (0.0, *(tick for tick in low if math.log1p(tick) < 0.7 * end), most)
    return ColourScale("viridis_r", lambda x: math.log1p(x) / end, ticks, ("", " and more"))


def diverging(most: float) -> ColourScale:
    """Return a scale around 0, to ``most`` on either side."""
    ticks = (-most, -most / 2, 0, most / 2, most)
    beyond = (" and less", " and more")
    return ColourScale("PuOr_r", lambda x: 0.5 + x / (2 * most), ticks, beyond)


PROBABILITY = ColourScale("viridis_r", lambda value: value, (0, 0.25, 0.5, 0.75, 1))
PEOPLE, RATE = _logarithmic(10_000), _logarithmic(1_000)
"""Scales of shares, of people in a week, and of people in a year and in 100,000."""
