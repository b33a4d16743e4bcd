"""Fixed colour scales that the colour-blind can read: the same number always has the same colour."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Callable

import matplotlib as mpl
from matplotlib.colors import to_hex

LEVELS = 256


@functools.cache
def _table(name: str) -> tuple[str, ...]:
    return tuple(to_hex(colour) for colour in mpl.colormaps[name](range(LEVELS)))


def _share(value: float) -> float:
    return value


def _logarithmic(value: float) -> float:
    """Return where a weekly number stands between 0 and 10,000 on a scale that begins with 0, 9, 99."""
    return math.log10(1 + value) / 4


def _signed(value: float) -> float:
    """Return where a difference stands between -0.5 and 0.5."""
    return value + 0.5


@dataclasses.dataclass(frozen=True)
class Scale:
    """A colour map of Matplotlib and how a value is placed on it, with the ticks of its legend."""

    colour_map: str
    placed: Callable[[float], float]
    ticks: tuple[float, ...]

    def colour(self, value: float) -> str:
        """Return the colour of a value; what lies beyond an end has the end's colour."""
        share = min(1.0, max(0.0, self.placed(value)))
        return _table(self.colour_map)[round(share * (LEVELS - 1))]

    def legend(self) -> dict[str, list]:
        """Return the colours from low to high and the ticks, each as its place (0..1) and its text."""
        stops = [_table(self.colour_map)[round(step * (LEVELS - 1) / 16)] for step in range(17)]
        return {
            "stops": stops,
            "ticks": [[min(1.0, self.placed(tick)), f"{tick:,g}"] for tick in self.ticks],
        }


PROBABILITY = Scale("viridis_r", _share, (0, 0.25, 0.5, 0.75, 1))
PEOPLE = Scale("viridis_r", _logarithmic, (0, 9, 99, 999, 9999))
DIFFERENCE = Scale("PuOr_r", _signed, (-0.5, -0.25, 0, 0.25, 0.5))
