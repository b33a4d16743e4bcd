"""What a design says of one parameter: a fixed value, a list, or a range."""

import collections
import dataclasses
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from defection.batch_runs.errors import DesignError, check_known, in_field
from defection.checks import shown, whole
from defection.parameter import SearchRange
from defection.parameters import ALL_PARAMETERS, RANGES, nearest, parameter

SCALES = ("linear", "log")
RANGE_KEYS = ("low", "high", "scale", "steps")
MOST_STEPS = 1_000_000
"""Steps that a range can be cut into."""


@dataclasses.dataclass(frozen=True)
class Fixed:
    """A parameter that does not vary."""

    name: str
    value: Any


@dataclasses.dataclass(frozen=True)
class Listed:
    """A parameter that takes each value of a list."""

    name: str
    choices: tuple[Any, ...]

    def values(self, unit: np.ndarray) -> np.ndarray:
        """Map numbers of [0, 1) to the values of the list, each with the same share."""
        count = len(self.choices)
        position = np.minimum((np.asarray(unit) * count).astype(np.int64), count - 1)
        kind = object if isinstance(self.choices[0], str) else None
        return np.array(self.choices, dtype=kind)[position]

    def unit(self, values: Any) -> np.ndarray:
        """Map values of the list to the middle of their shares of [0, 1)."""
        return np.array([(self.choices.index(value) + 0.5) / len(self.choices) for value in values])


@dataclasses.dataclass(frozen=True)
class Range:
    """A parameter that varies evenly from ``low`` to ``high``, in its value or its logarithm.

    Of one that takes whole numbers only each has the same share.
    """

    name: str
    low: float
    high: float
    log: bool = False
    steps: int | None = None

    @property
    def whole(self) -> bool:
        """Whether the parameter takes whole numbers only."""
        return parameter(self.name).kind == "whole"

    def _ends(self) -> tuple[float, float]:
        low, high = (self.low - 0.5, self.high + 0.5) if self.whole else (self.low, self.high)
        if not self.log:
            return low, high
        return math.log(max(low, 0.5) if self.whole else low), math.log(high)

    def values(self, unit: np.ndarray) -> np.ndarray:
        """Map numbers of [0, 1) to values of the range."""
        low, high = self._ends()
        value = low + np.asarray(unit, np.float64) * (high - low)
        value = np.exp(value) if self.log else value
        if self.whole:
            return np.clip(np.floor(value + 0.5), self.low, self.high).astype(np.int64)
        return np.clip(value, self.low, self.high)

    def unit(self, values: Any) -> np.ndarray:
        """Map values of the range back to numbers of [0, 1]."""
        low, high = self._ends()
        value = np.asarray(values, np.float64)
        return ((np.log(value) if self.log else value) - low) / (high - low)


Axis = Fixed | Listed | Range


def levels(one: Axis, steps: int | None = None) -> list[Any]:
    """Return the values of an axis: a list's own, or ``steps`` of a range, both ends included."""
    if isinstance(one, Fixed):
        return [one.value]
    if isinstance(one, Listed):
        return list(one.choices)
    count, at = one.steps or steps, ("parameters", one.name)
    if count is None:
        said = "is a range, which this design needs in steps: add steps = 5, or list its values"
        raise DesignError(f"{one.name} {said}", *at)
    if count > MOST_STEPS:
        said = f"{one.name}: steps = {count:,} is more than {MOST_STEPS:,}"
        raise DesignError(said, *at, "steps")
    spaced = np.geomspace if one.log else np.linspace
    points = np.clip(spaced(one.low, one.high, count), one.low, one.high)
    return list(dict.fromkeys(map(int, np.round(points)))) if one.whole else points.tolist()


def axis(name: str, stated: Any, ranges: Mapping[str, SearchRange] = RANGES) -> Axis:
    """Read what a design says of a parameter: a value fixes it, a list or a table lets it vary."""
    at = ("parameters", name)
    if name not in ALL_PARAMETERS:
        near = nearest(name, ALL_PARAMETERS)
        raise DesignError(f"there is no parameter {shown(name)}{near}", *at)
    if isinstance(stated, Mapping):
        return _range(name, stated, ranges.get(name))
    if not isinstance(stated, Sequence) or isinstance(stated, str):
        return Fixed(name, _checked(name, stated))
    if not stated:
        raise DesignError(f"{name} is an empty list: give at least one value", *at)
    values = tuple(_checked(name, value) for value in stated)
    counts = collections.Counter(values)
    if parameter(name).constant and len(values) > 1:
        raise DesignError(f"{name} is the same in all runs: give one value", *at)
    if len(counts) < len(values):
        raise DesignError(f"{name} lists {shown(counts.most_common(1)[0][0])} twice", *at)
    return Listed(name, values) if len(values) > 1 else Fixed(name, values[0])


def _checked(name: str, value: Any, *key: str) -> Any:
    with in_field("parameters", name, *key):
        return parameter(name).checked(value)


def _range(name: str, stated: Mapping[str, Any], searched: SearchRange | None) -> Axis:
    known, at = parameter(name), ("parameters", name)
    for key in stated:
        said = f"{name}: there is no key {shown(key)}"
        check_known(said, key, RANGE_KEYS, DesignError, *at, key)
    if known.kind == "choice" and not stated and not known.constant:
        return Listed(name, known.choices)
    if known.kind not in ("number", "whole"):
        raise DesignError(f"{name} is text and has no range: give a value, or a list", *at)
    own = {key: getattr(searched, key, None) for key in ("low", "high")}
    if any(stated.get(key, own[key]) is None for key in own):
        raise DesignError(
            f"{name} has no range of its own in this country: give low and high, or put a "
            "ranges.csv into the country's folder",
            *at,
        )
    low, high = (_checked(name, stated.get(key, own[key]), key) for key in own)
    if low > high:
        raise DesignError(f"{name}: low = {low:g} is above high = {high:g}", *at, "low")
    scale = stated.get("scale", "log" if searched and searched.log and low > 0 else "linear")
    said = f"{name}: scale = {shown(scale)} is not one of them"
    check_known(said, scale, SCALES, DesignError, *at, "scale")
    if scale == "log" and low <= 0:
        said = f"{name}: a log scale needs low above 0, not {low:g}"
        raise DesignError(said, *at, "low" if "low" in stated else "scale")
    steps = stated.get("steps")
    if steps is not None:
        with in_field(*at, "steps"):
            steps = whole(f"{name}: steps", steps, 2, most=MOST_STEPS)
    return Fixed(name, low) if low == high else Range(name, low, high, scale == "log", steps)
