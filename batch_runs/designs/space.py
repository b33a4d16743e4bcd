"""The space that a design covers: for every parameter a fixed value, a list of values or a range."""

from __future__ import annotations

import dataclasses
import math
import numbers
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from defection.parameters import PARAMETERS, ParameterError, nearest, parameter

SCALES = ("linear", "log")
RANGE_KEYS = ("low", "high", "scale", "steps")


MOST_STEPS = 1_000_000
"""Steps that a range can be cut into."""


class DesignError(ValueError):
    """A design cannot be made; ``field`` is the path of keys that is at fault, such as ``("parameters", "famine_effect", "low")``."""

    def __init__(self, message: str, *field: str) -> None:
        super().__init__(message)
        self.field = field


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
        position = np.minimum(
            (np.asarray(unit) * len(self.choices)).astype(np.int64), len(self.choices) - 1
        )
        return np.array(self.choices, dtype=object if isinstance(self.choices[0], str) else None)[
            position
        ]

    def unit(self, values: Any) -> np.ndarray:
        """Map values of the list to the middle of their shares of [0, 1)."""
        return np.array([(self.choices.index(value) + 0.5) / len(self.choices) for value in values])


@dataclasses.dataclass(frozen=True)
class Range:
    """A parameter that varies from ``low`` to ``high``, evenly in its value or in its logarithm; whole ones take each number alike."""

    name: str
    low: float
    high: float
    log: bool = False
    steps: int | None = None

    @property
    def whole(self) -> bool:
        """Whether the parameter takes whole numbers only."""
        return PARAMETERS[self.name].kind == "whole"

    def _ends(self) -> tuple[float, float]:
        low, high = (self.low - 0.5, self.high + 0.5) if self.whole else (self.low, self.high)
        return (
            (math.log(max(low, 0.5) if self.whole else low), math.log(high))
            if self.log
            else (low, high)
        )

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
    """Return the values that an axis takes where each is tried: a list's own, or ``steps`` of a range, both ends among them."""
    if isinstance(one, Fixed):
        return [one.value]
    if isinstance(one, Listed):
        return list(one.choices)
    count = one.steps or steps
    if count is None:
        at = ("parameters", one.name)
        raise DesignError(
            f"{one.name} is a range, which this design needs in steps: add steps = 5, or give a list of values",
            *at,
        )
    if count > MOST_STEPS:
        raise DesignError(
            f"{one.name}: steps = {count:,} is more than {MOST_STEPS:,}",
            "parameters",
            one.name,
            "steps",
        )
    points = (
        np.geomspace(one.low, one.high, count) if one.log else np.linspace(one.low, one.high, count)
    )
    points = np.clip(points, one.low, one.high)
    return (
        list(dict.fromkeys(int(p) for p in np.round(points)))
        if one.whole
        else [float(p) for p in points]
    )


def axis(name: str, given: Any) -> Axis:
    """Read what a design says of a parameter: a value fixes it, a list enumerates, a table samples a range.

    Raises
    ------
    DesignError
        Unknown name, value out of the parameter's limits, low above high, empty list, unknown key.
    """
    if name not in PARAMETERS:
        raise DesignError(
            f"there is no parameter {name!r}{nearest(name, PARAMETERS)}", "parameters", name
        )
    if isinstance(given, Mapping):
        return _range(name, given)
    if isinstance(given, Sequence) and not isinstance(given, str):
        if not given:
            raise DesignError(
                f"{name} is an empty list: give at least one value", "parameters", name
            )
        values = tuple(_checked(name, value) for value in given)
        if len(set(values)) < len(values):
            double = next(value for i, value in enumerate(values) if value in values[:i])
            raise DesignError(f"{name} lists {double!r} twice", "parameters", name)
        return Listed(name, values) if len(values) > 1 else Fixed(name, values[0])
    return Fixed(name, _checked(name, given))


def _checked(name: str, value: Any, *key: str) -> Any:
    try:
        return parameter(name).checked(value)
    except ParameterError as error:
        raise DesignError(str(error), "parameters", name, *key) from None


def _range(name: str, given: Mapping[str, Any]) -> Axis:
    known, at = PARAMETERS[name], ("parameters", name)
    for key in given:
        if key not in RANGE_KEYS:
            raise DesignError(
                f"{name}: there is no key {key!r}{nearest(key, RANGE_KEYS)}; there are {', '.join(RANGE_KEYS)}",
                *at,
                key,
            )
    if known.kind == "choice" and not given:
        return Listed(name, known.choices)
    if known.kind in ("choice", "years"):
        raise DesignError(
            f"{name} is text and has no range: give a value, or a list of values", *at
        )
    own: tuple[Any, Any] = known.search or (None, None)
    ends = []
    for key, default in zip(("low", "high"), own, strict=True):
        value = given.get(key, default)
        if value is None:
            raise DesignError(f"{name} has no range of its own: give low and high", *at)
        ends.append(_checked(name, value, key))
    low, high = ends
    if low > high:
        raise DesignError(f"{name}: low = {low:g} is above high = {high:g}", *at, "low")
    scale = given.get("scale", "log" if known.log_search and low > 0 else "linear")
    if scale not in SCALES:
        raise DesignError(
            f"{name}: scale = {scale!r} is not one of {', '.join(SCALES)}{nearest(str(scale), SCALES)}",
            *at,
            "scale",
        )
    if scale == "log" and low <= 0:
        raise DesignError(
            f"{name}: a log scale needs low above 0, not {low:g}",
            *at,
            "low" if "low" in given else "scale",
        )
    steps = given.get("steps")
    if steps is not None and (
        isinstance(steps, bool) or not isinstance(steps, numbers.Integral) or steps < 2
    ):
        raise DesignError(
            f"{name}: steps = {steps!r} must be a whole number of at least 2", *at, "steps"
        )
    if steps is not None and int(steps) > MOST_STEPS:
        raise DesignError(f"{name}: steps = {steps:,} is more than {MOST_STEPS:,}", *at, "steps")
    return (
        Fixed(name, low)
        if low == high
        else Range(name, low, high, scale == "log", None if steps is None else int(steps))
    )


@dataclasses.dataclass(frozen=True)
class Space:
    """One axis for every parameter, in the order of the documentation."""

    axes: tuple[Axis, ...]

    @classmethod
    def from_parameters(
        cls, given: Mapping[str, Any] | None = None, *, vary: str | Iterable[str] = ()
    ) -> Space:
        """Make the space of a mapping of names to values, lists or ranges; what is absent keeps its default.

        ``vary`` names parameters that vary over their own ranges unless ``given`` says otherwise;
        ``"all"`` means every parameter of the model that has a range of its own (readings only
        where they are named).
        """
        if vary == "all":
            vary = [
                p.name for p in PARAMETERS.values() if p.search is not None and p.group != "reading"
            ]
        elif not isinstance(vary, (list, tuple)) or not all(isinstance(name, str) for name in vary):
            raise DesignError(
                f"vary must be a list of names, or 'all', not {vary!r}", "design", "vary"
            )
        else:
            for name in vary:
                if name in (given or {}) and isinstance(axis(name, (given or {})[name]), Fixed):
                    raise DesignError(
                        f"{name} is to vary, but is fixed under [parameters]", "design", "vary"
                    )
        says = {**{name: {} for name in vary}, **(given or {})}
        read = {name: axis(name, value) for name, value in says.items()}
        return cls(tuple(read.get(p.name, Fixed(p.name, p.default)) for p in PARAMETERS.values()))

    @property
    def varied(self) -> tuple[Listed | Range, ...]:
        """The axes that vary."""
        return tuple(one for one in self.axes if not isinstance(one, Fixed))

    @property
    def names(self) -> list[str]:
        """The names of the parameters that vary."""
        return [one.name for one in self.varied]

    def table(self, unit: np.ndarray) -> pd.DataFrame:
        """Map points of the unit cube [n, varied] to a row per point and a column for every parameter."""
        unit = np.asarray(unit, np.float64)
        if unit.ndim != 2 or unit.shape[1] != len(self.varied):
            raise DesignError(
                f"{unit.shape} does not fit: the space has {len(self.varied)} dimensions ({', '.join(self.names)})"
            )
        columns = {one.name: one.values(unit[:, i]) for i, one in enumerate(self.varied)}
        return self.complete(pd.DataFrame(columns, index=range(len(unit))))

    def complete(self, table: pd.DataFrame) -> pd.DataFrame:
        """Add the fixed parameters to a table of those that vary; columns in the order of the documentation."""
        fixed = {one.name: one.value for one in self.axes if isinstance(one, Fixed)}
        names = [one.name for one in self.axes]
        return table.assign(
            **{name: value for name, value in fixed.items() if name not in table.columns}
        )[names]

    def unit(self, table: pd.DataFrame) -> np.ndarray:
        """Map a table of parameters to points of the unit cube [n, varied]."""
        return np.stack([one.unit(table[one.name].to_numpy()) for one in self.varied], axis=1)
