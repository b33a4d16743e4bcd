"""Every free parameter of the model, written once.

Sliders, checks, the bounds of searches, the command line and ``docs/parameters.md`` all read the
fields of :class:`Parameters`. "The paper" is Dukalskis, Elkink & Xiong (2017).
"""

from __future__ import annotations

import dataclasses
import difflib
import math
import numbers
import re
from collections.abc import Iterator, Mapping
from typing import Any

SPAN = re.compile(r"(\d{1,4})\s*-\s*(\d{1,4})")
"""A span of years as text, such as ``1994-1998``."""


class ParameterError(ValueError):
    """A parameter has an unknown name, a wrong type or a value outside its range."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Parameter:
    """What is known of one parameter: its name, meaning, unit, default, ranges and source."""

    name: str
    default: float | int | str
    symbol: str
    meaning: str
    unit: str
    group: str
    low: float = -math.inf
    high: float = math.inf
    search: tuple[float, float] | None = None
    log_search: bool = False
    region: str = "not reported"
    choices: tuple[str, ...] = ()
    source: str

    @property
    def kind(self) -> str:
        """``number``, ``whole`` (a whole number), ``choice`` (of a list) or ``years`` (a span)."""
        if self.choices:
            return "choice"
        if isinstance(self.default, str):
            return "years"
        return "whole" if isinstance(self.default, int) else "number"

    def checked(self, value: object) -> float | int | str:
        """Return ``value`` as a plain Python value of this parameter's kind, or raise ``ParameterError``."""
        if self.kind in ("choice", "years"):
            return self._checked_text(value)
        if isinstance(value, bool) or not isinstance(value, numbers.Real):
            raise ParameterError(
                f"{self.name} must be a number, not {value!r} ({type(value).__name__})"
            )
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            raise ParameterError(f"{self.name} must be finite, not {value!r}")
        if self.kind == "whole" and number != int(number):
            raise ParameterError(f"{self.name} must be a whole number, not {value!r}")
        if not self.low <= number <= self.high:
            limit = "at least" if number < self.low else "at most"
            bound = self.low if number < self.low else self.high
            raise ParameterError(
                f"{self.name} = {value!r} is out of range: it must be {limit} {bound:g}"
            )
        return int(number) if self.kind == "whole" else number

    def _checked_text(self, value: object) -> str:
        if not isinstance(value, str):
            raise ParameterError(
                f"{self.name} must be text, not {value!r} ({type(value).__name__})"
            )
        if self.choices and value not in self.choices:
            raise ParameterError(
                f"{self.name} = {value!r} is not one of {', '.join(self.choices)}"
                + nearest(value, self.choices)
            )
        span = SPAN.fullmatch(value)
        if self.kind == "years" and span and int(span[1]) > int(span[2]):
            raise ParameterError(f"{self.name} = {value!r} ends before it begins")
        return value

    def from_text(self, text: str) -> float | int | str:
        """Read a value typed by a person, such as ``0.49`` or ``nationwide``, and check it."""
        if self.kind in ("choice", "years"):
            return self.checked(text)
        try:
            return self.checked(
                int(text) if re.fullmatch(r"[+-]?\d+", text.strip()) else float(text)
            )
        except ParameterError:
            raise
        except ValueError:
            raise ParameterError(f"{self.name} must be a number, not {text!r}") from None


def nearest(name: str, names: Iterator[str] | tuple[str, ...] | Mapping[str, Any]) -> str:
    """Return ``; did you mean NAME?`` for the nearest of ``names``, or nothing where none is near."""
    close = difflib.get_close_matches(name, list(names), n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _parameter(default: float | int | str, **what: Any) -> Any:
    return dataclasses.field(default=default, metadata=what)


_PAPER = "paper, 'Determining the probability of defection' and 'Results'"
_FOUND = (
    "default found by `defection replicate baseline`, recorded in `replication/found/baseline.json`"
)
_NOT_REPORTED = f"the paper reports neither value nor range; {_FOUND}"


@dataclasses.dataclass(frozen=True, init=False)
class Parameters:
    """One complete, checked set of parameters and readings.

    The defaults are the baseline: the best region that searches found, rounded.
    ``Parameters(famine_effect=0.9)`` takes every other value from its default. Unknown names, wrong
    types and values out of range raise :class:`ParameterError`. Instances cannot be changed and
    compare by value.
    """

    prior_alpha: float = _parameter(
        95.0, symbol="α₀", group="belief", unit="attempts", low=0.01, high=1e6, search=(1.0, 120.0),
        meaning="Weight of 'it will be stopped' in the belief about repression before anything is heard of",
        region="α₀ = 26 + 0.66 β₀ (residual s.e. 4.01); prior mean 0.47 to 0.65",
        source=f"{_PAPER}; {_FOUND}",
    )  # fmt: skip
    prior_beta: float = _parameter(
        57.0, symbol="β₀", group="belief", unit="attempts", low=0.01, high=1e6, search=(1.0, 120.0),
        meaning="Weight of 'it will succeed' in the belief about repression before anything is heard of",
        region="prior mean 0.47 to 0.65",
        source=f"{_PAPER}; {_FOUND}",
    )  # fmt: skip
    observation_probability: float = _parameter(
        0.0015, symbol="K", group="belief", unit="probability", low=0.0, high=1.0, search=(0.0, 1.0),
        meaning="Probability that an attempt becomes known to the citizens",
        region="0.50 (s.d. 0.044)", source=f"paper, 'Results'; {_FOUND}",
    )  # fmt: skip
    memory_weeks: int = _parameter(
        580, symbol="H", group="belief", unit="weeks", low=1, high=1_000_000, search=(200, 1196),
        meaning="Weeks for which a known attempt is remembered",
        region="380 (s.d. 53)", source=f"paper, 'Results'; {_FOUND}",
    )  # fmt: skip
    utility_intercept: float = _parameter(
        -6.9, symbol="γ₁", group="utility", unit="log odds", low=-100.0, high=100.0, search=(-10.0, 0.0),
        meaning="Log odds of the utility of leaving where motivation or ability is nil",
        source=f"paper, utility equation; {_NOT_REPORTED}",
    )  # fmt: skip
    utility_slope: float = _parameter(
        14.0, symbol="γ₂", group="utility", unit="log odds", low=-100.0, high=100.0, search=(0.0, 20.0),
        meaning="What full motivation with full ability adds to the log odds of the utility of leaving",
        source=f"paper, utility equation; {_NOT_REPORTED}",
    )  # fmt: skip
    demographic_effect: float = _parameter(
        1.3, symbol="s", group="utility", unit="log odds per unit of impact", low=0.0, high=100.0, search=(0.0, 2.0),
        meaning="Strength of the assumed impacts (Figure 2) on ability and motivation",
        source=f"paper, ability and motivation equations; {_NOT_REPORTED}",
    )  # fmt: skip
    famine_effect: float = _parameter(
        0.44, symbol="δ", group="utility", unit="log odds", low=-100.0, high=100.0, search=(0.0, 2.0),
        meaning="What a famine year adds to the log odds of motivation",
        region="0.84 (s.d. 0.04)", source=f"paper, 'Results'; {_FOUND}",
    )  # fmt: skip
    initial_repression: float = _parameter(
        1.0, symbol="R₀", group="repression", unit="probability", low=0.0, high=1.0, search=(0.0, 1.0),
        meaning="Probability that an attempt is stopped, in every province in the first week",
        region=">= 0.8", source=f"paper, 'Results'; {_FOUND}",
    )  # fmt: skip
    adjustment_rate: float = _parameter(
        0.00023, symbol="r", group="repression", unit="share per week", low=0.0, high=1.0, search=(0.0001, 0.01), log_search=True,
        meaning="Share by which a province raises or lowers its repression each week",
        region="<= 0.001, typically 0.0005", source=f"paper, 'Results' (its '30 % a year' is a slip: 1.0005^52 - 1 = 2.6 %); {_FOUND}",
    )  # fmt: skip
    tolerated_attempts: int = _parameter(
        110, symbol="", group="repression", unit="per province and week", low=0, high=1_000_000_000, search=(100, 500),
        meaning="Number up to which a province lets its repression fall",
        region="180 (s.d. 5.64)", source=f"paper, 'Results'; {_FOUND}",
    )  # fmt: skip
    economy_scale: float = _parameter(
        0.01, symbol="", group="reading", unit="per percent of growth", low=-10.0, high=10.0, search=(-1.0, 1.0),
        meaning="Unit of economy_t: 0.01 makes growth a fraction, 1 leaves it in percent, a negative value lets a dire economy motivate",
        source="a reading: the paper says only 'growth rates'",
    )  # fmt: skip
    hearing: str = _parameter(
        "province", symbol="", group="reading", unit="", choices=("province", "nationwide"),
        meaning="Whose attempts a citizen can hear of: those from the own province, or all",
        source="a reading: the belief carries the province's index in the paper",
    )  # fmt: skip
    tolerated_measure: str = _parameter(
        "attempts", symbol="", group="reading", unit="", choices=("attempts", "successes", "stopped"),
        meaning="What a province compares with the tolerated number",
        source="a reading: 'the state observes all defections', and a defection is an attempt",
    )  # fmt: skip
    famine_years: str = _parameter(
        "country", symbol="", group="reading", unit="years",
        meaning="Famine years: 'country' (the first dating in its data), 'none', another dating's name, or a span such as 1994-1998",
        source="a reading: the paper says 'mid-1990s'",
    )  # fmt: skip
    stop_threshold: int = _parameter(
        10_000, symbol="", group="reading", unit="attempts per week", low=0, high=2_000_000_000,
        meaning="A run stops after a week with more attempts than this in the whole country",
        source="a reading: the paper stops runs at a 'preset threshold' that it does not report",
    )  # fmt: skip

    def __init__(self, **values: object) -> None:
        for name in values:
            if name not in PARAMETERS:
                raise ParameterError(f"there is no parameter {name!r}{nearest(name, PARAMETERS)}")
        for name, parameter in PARAMETERS.items():
            object.__setattr__(self, name, parameter.checked(values.get(name, parameter.default)))

    @classmethod
    def draw(cls, number: int) -> Parameters:
        """Return one of the shipped draws from the posterior given the record (``docs/posterior.md``), counted from 0.

        Raises
        ------
        ParameterError
            There is no draw of this number; the message says how many there are.
        """
        from defection.draws import shipped

        return shipped().draw(number)

    def replace(self, **values: object) -> Parameters:
        """Return a copy in which the named values are others."""
        return Parameters(**{**self.as_dict(), **values})

    def as_dict(self) -> dict[str, Any]:
        """Return all values by name, in the order of the documentation."""
        return {name: getattr(self, name) for name in PARAMETERS}

    @property
    def prior_mean(self) -> float:
        """Mean of the belief about repression before anything is heard of, α₀ / (α₀ + β₀)."""
        return self.prior_alpha / (self.prior_alpha + self.prior_beta)


PARAMETERS: dict[str, Parameter] = {
    field.name: Parameter(name=field.name, **{"default": field.default, **field.metadata})
    for field in dataclasses.fields(Parameters)
}
"""Every parameter by name, in the order of the documentation."""


def parameter(name: str) -> Parameter:
    """Return the parameter called ``name``; the error for a misspelt name says the nearest."""
    if name not in PARAMETERS:
        raise ParameterError(f"there is no parameter {name!r}{nearest(name, PARAMETERS)}")
    return PARAMETERS[name]
