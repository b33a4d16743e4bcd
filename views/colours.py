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

ATTEMPTS, STOPPED, SUCCESSES, BELIEF = COLOURS[0], COLOURS[2], COLOURS[1], COLOURS[4]

Style = dict[str, Any]
"""Keywords of a function of Matplotlib."""

LEVELS = 256


@functools.cache
def _table(name: str) -> tuple[str, ...]:
    return tuple(to_hex(colour) for colour in mpl.colormaps[name](range(LEVELS)))


@dataclasses.dataclass(frozen=True)
class ColourScale:
    """A colour map of Matplotlib, a value's position (0..1) on it, and the ticks of its legend."""

    colour_map: str
    position: Callable[[float], float]
    ticks: tuple[float, ...]

    def colour(self, value: float) -> str:
        """Return the colour of a value; what lies beyond an end has the end's colour."""
        share = min(1.0, max(0.0, self.position(value)))
        return _table(self.colour_map)[round(share * (LEVELS - 1))]

    def legend(self) -> dict[str, list[Any]]:
        """Return the colours from low to high, and the ticks: position and text."""
        stops = [_table(self.colour_map)[round(step * (LEVELS - 1) / 16)] for step in range(17)]
        ticks = [[min(1.0, self.position(tick)), f"{tick:,g}"] for tick in self.ticks]
        return {"stops": stops, "ticks": ticks}


PROBABILITY = ColourScale("viridis_r", lambda value: value, (0, 0.25, 0.5, 0.75, 1))
PEOPLE = ColourScale("viridis_r", lambda value: math.log10(1 + value) / 4, (0, 9, 99, 999, 9999))
DIFFERENCE = ColourScale("PuOr_r", lambda value: value + 0.5, (-0.5, -0.25, 0, 0.25, 0.5))
