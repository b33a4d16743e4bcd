"""The space that a design covers: for every parameter a fixed value, a list or a range."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from defection.batch_runs.designs.axes import Axis, Fixed, Listed, Range, axis, levels
from defection.batch_runs.errors import DesignError, in_field
from defection.checks import shown
from defection.counties import COUNTIES
from defection.country import Country
from defection.idle import check_read
from defection.interventions import check_distinct, check_interventions
from defection.journey.parameters import of_journey
from defection.parameter import SearchRange
from defection.parameters import (
    ALL_PARAMETERS,
    JOURNEY_PARAMETERS,
    PARAMETERS,
    RANGES,
    ParameterError,
    Parameters,
    parameter,
)  # fmt: skip
from defection.readings import check_reading


def _stated(one: Axis) -> list[Any]:
    """Return the values of an axis, of a range its ends."""
    return [one.low, one.high] if isinstance(one, Range) else levels(one)


def check_dated(name: str, texts: Iterable[str], country: Country) -> None:
    """Refuse famine years or interventions that do not fit a country."""
    checks: dict[str, Callable[[str], object]] = {
        "famine_years": country.famine,
        "interventions": partial(check_interventions, country=country),
    }
    for text in dict.fromkeys(texts) if name in checks else ():
        with in_field("parameters", name):
            checks[name](text)
            if name == "interventions":
                check_distinct(text, country)


REGISTRY = Parameters()
"""What a space has of parameters of which nothing is said, unless it is told of a country's."""


@dataclasses.dataclass(frozen=True)
class Space:
    """One axis for every parameter in the documentation's order, the journey's where it is on.

    Parameters
    ----------
    axes : tuple of Fixed, Listed or Range
        What each parameter does; :meth:`from_parameters` makes them.
    defaults : Parameters
        The values of parameters of which nothing is said.

    Examples
    --------
    >>> space = Space.from_parameters({"famine_effect": {"low": 0.0, "high": 2.0}})
    >>> space.names
    ['famine_effect']
    >>> space.table([[0.25], [0.75]])["famine_effect"].tolist()
    [0.5, 1.5]
    """

    axes: tuple[Axis, ...]
    defaults: Parameters = dataclasses.field(default_factory=Parameters, compare=False)

    @classmethod
    def from_parameters(
        cls,
        parameters: Mapping[str, Any] | None = None,
        *,
        vary: str | Iterable[str] = (),
        ranges: Mapping[str, SearchRange] = RANGES,
        defaults: Parameters = REGISTRY,
    ) -> Space:
        """Make the space of a mapping of names to values, lists or ranges.

        A range is ``{"low", "high", "scale", "steps"}``, all optional. What is absent keeps its
        default. Those named in ``vary`` vary over their own ranges unless ``parameters`` says
        otherwise; ``"all"`` means every one of the model that has a range (readings only where they
        are named, the journey's where ``parameters`` turns it on). ``ranges`` are the country's
        (``Country.ranges``), if left out North Korea's; ``defaults`` are the values of what is
        absent: the registry's, or a country's (``Country.defaults``).
        """
        stated = parameters or {}
        on = stated.get("journey") == "on" or any(name in JOURNEY_PARAMETERS for name in stated)
        if vary == "all":
            if not ranges:
                raise DesignError(
                    "the country brings no ranges (ranges.csv): say what varies, with low and high",
                    "design",
                    "vary",
                )
            group = {name: parameter(name).group for name in ranges}
            vary = [n for n in ranges if group[n] != "reading" and (on or group[n] != "journey")]
        elif not isinstance(vary, (list, tuple)) or not all(isinstance(n, str) for n in vary):
            said = f"vary must be a list of names, or 'all', not {shown(vary)}"
            raise DesignError(said, "design", "vary")
        else:
            for name in vary:
                if name in stated and isinstance(axis(name, stated[name], ranges), Fixed):
                    said = f"{name} is to vary, but is fixed under [parameters]"
                    raise DesignError(said, "design", "vary")
        says = {**{name: {} for name in vary}, **stated}
        read = {name: axis(name, value, ranges) for name, value in says.items()}
        own = [one for one in read.values() if any(of_journey(one.name, v) for v in _stated(one))]
        read.setdefault("journey", Fixed("journey", "on" if own else defaults.journey))
        for one in own if read["journey"] == Fixed("journey", "off") else ():
            for value in _stated(one):
                with in_field("parameters", one.name):
                    Parameters(**{"journey": "off", one.name: value})
        return cls._with_axes(read, defaults)

    @classmethod
    def _with_axes(cls, mine: Mapping[str, Axis], defaults: Parameters) -> Space:
        on = mine["journey"] == Fixed("journey", "on")
        known = ALL_PARAMETERS if on else PARAMETERS
        axes = (mine.get(name, Fixed(name, getattr(defaults, name))) for name in known)
        return cls(tuple(axes), defaults)

    @property
    def has_journey(self) -> bool:
        """Whether the journey is on."""
        return Fixed("journey", "on") in self.axes

    @property
    def has_neighbours(self) -> bool:
        """Whether runs depend on counties, or on which provinces are neighbours."""
        mine = {one.name: _stated(one) for one in self.axes}
        dated = " ".join(map(str, mine.get("interventions", ())))
        near = "neighbours" in mine.get("hearing", ()) or "hearing=neighbours" in dated
        return near or COUNTIES in mine.get("news_circles", ())

    @property
    def has_readings(self) -> bool:
        """Whether runs depend on weights of the border by province, or on dated shares."""
        mine = {one.name: _stated(one) for one in self.axes}
        dated = " ".join(map(str, mine.get("interventions", ())))
        weights = "by_province" in mine.get("border_measure", ())
        shares = any(value > 0 for value in mine.get("dated_shares", ()))
        return weights or shares or "border_measure=by_province" in dated

    def following(self, journey: str = "on") -> Space:
        """Return the space with the journey on, and axes for its parameters; or without it."""
        mine = {one.name: one for one in self.axes} | {"journey": Fixed("journey", journey)}
        return self._with_axes(mine, self.defaults)

    def listing(self, columns: Mapping[str, Iterable[Any]]) -> Space:
        """Return the space of a table of points: of each column the values that stand in it."""
        mine: dict[str, Axis] = {one.name: one for one in self.axes}
        for name, column in columns.items():
            values = tuple(dict.fromkeys(column))
            mine[name] = Listed(name, values) if len(values) > 1 else Fixed(name, values[0])
        return self._with_axes(mine, self.defaults)

    @property
    def varied(self) -> tuple[Listed | Range, ...]:
        """The axes that vary."""
        return tuple(one for one in self.axes if not isinstance(one, Fixed))

    @property
    def names(self) -> list[str]:
        """The names of the parameters that vary."""
        return [one.name for one in self.varied]

    @property
    def fixed(self) -> dict[str, Any]:
        """The values of the parameters that do not vary."""
        return {one.name: one.value for one in self.axes if isinstance(one, Fixed)}

    def table(self, unit: Any) -> pd.DataFrame:
        """Map points of the unit cube [n, varied] to a row per point, a column per parameter."""
        unit = np.asarray(unit, np.float64)
        if unit.ndim != 2 or unit.shape[1] != len(self.varied):
            said = f"{unit.shape} does not fit: the space has {len(self.varied)} dimensions"
            raise DesignError(f"{said} ({', '.join(self.names)})")
        columns = {one.name: one.values(unit[:, i]) for i, one in enumerate(self.varied)}
        return self.complete(pd.DataFrame(columns, index=range(len(unit))))

    def check(self, country: Country) -> None:
        """Refuse dated texts and a journey that do not fit a country, and idle parameters."""
        if self.has_journey and country.journey is None:
            raise DesignError(f"{country.name} has no journey", "parameters", "journey")
        known = {one.name: parameter(one.name) for one in self.axes}
        texts = {
            one.name: levels(one)
            for one in self.axes
            if known[one.name].choices or known[one.name].is_text
        }
        moved = [
            one.name
            for one in self.axes
            if not isinstance(one, Fixed) or one.value != getattr(self.defaults, one.name)
        ]
        try:
            dated = " ".join(texts["interventions"])
            circles = next((_stated(one) for one in self.axes if one.name == "news_circles"), [1])
            check_read(moved, texts["policy"], dated, circles, moved, texts["hearing"])
        except ParameterError as error:
            raise DesignError(str(error), "parameters", str(error).split()[0]) from None
        for one in self.axes:
            with in_field("parameters", one.name):
                for value in _stated(one):
                    check_reading(country, one.name, value)
            if parameter(one.name).is_text:
                check_dated(one.name, levels(one), country)

    def complete(self, table: pd.DataFrame) -> pd.DataFrame:
        """Add the fixed parameters to a table; columns in the order of the documentation."""
        fixed = {name: value for name, value in self.fixed.items() if name not in table}
        return table.assign(**fixed)[[one.name for one in self.axes]]

    def unit(self, table: pd.DataFrame) -> np.ndarray:
        """Map a table of parameters to points of the unit cube [n, varied]."""
        return np.stack([one.unit(table[one.name].to_numpy()) for one in self.varied], axis=1)
