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
from collections.abc import Iterable
from typing import Any

from defection.policies import POLICIES

SPAN = re.compile(r"(\d{1,4})\s*-\s*(\d{1,4})")
"""A span of years as text, such as ``1994-1998``."""


class ParameterError(ValueError):
    """A parameter has an unknown name, a wrong type or a value outside its range."""


@dataclasses.dataclass(frozen=True)
class Reported:
    """What the paper reports of one parameter in its good region: numbers where it gives them."""

    value: float | None = None
    sd: float | None = None
    """Standard deviation over good runs."""
    low: float | None = None
    high: float | None = None
    says: str = ""
    """What the numbers do not say."""

    def __str__(self) -> str:
        limits = [f">= {self.low:g}"] if self.low is not None else []
        limits += [f"<= {self.high:g}"] if self.high is not None else []
        typical = [] if self.value is None else [f"{'typically ' if limits else ''}{self.value:g}"]
        text = ", ".join([*limits, *typical]) + (f" (s.d. {self.sd:g})" if self.sd else "")
        return "; ".join(part for part in (text, self.says) if part) or "not reported"

    def span(self, deviations: float = 1.0) -> tuple[float, float] | None:
        """Return its limits, or so many standard deviations around its value; None without both."""
        if self.value is not None and self.sd is not None:
            return self.value - deviations * self.sd, self.value + deviations * self.sd
        if self.low is None and self.high is None:
            return None
        return (
            -math.inf if self.low is None else self.low,
            math.inf if self.high is None else self.high,
        )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Parameter:
    """What is known of one parameter: name, meaning, unit, default, ranges and source."""

    name: str
    default: float | int | str
    symbol: str = ""
    meaning: str
    unit: str = ""
    group: str
    low: float = -math.inf
    high: float = math.inf
    search: tuple[float, float] | None = None
    log_search: bool = False
    paper: Reported = Reported()
    """What the paper reports of its good region."""
    choices: tuple[str, ...] = ()
    text: str = ""
    """Kind of a text that is no choice: ``years`` (a span) or ``interventions``."""
    national: bool = False
    """Whether it cannot differ between provinces."""
    source: str

    @property
    def kind(self) -> str:
        """``number``, ``whole``, ``choice`` (of a list), ``years`` or ``interventions``."""
        if self.choices:
            return "choice"
        return self.text or ("whole" if isinstance(self.default, int) else "number")

    @property
    def is_text(self) -> bool:
        """Whether a value is text that compiled code cannot read."""
        return bool(self.text)

    def checked(self, value: object) -> float | int | str:
        """Return ``value`` as a plain Python value of this kind, or raise ``ParameterError``."""
        if self.kind == "interventions":
            from defection.interventions import canonical

            return canonical(value)
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
        if self.kind not in ("number", "whole"):
            return self.checked(text)
        try:
            whole = re.fullmatch(r"[+-]?\d+", text.strip())
            return self.checked(int(text) if whole else float(text))
        except ParameterError:
            raise
        except ValueError:
            raise ParameterError(f"{self.name} must be a number, not {text!r}") from None


def nearest(name: str, names: Iterable[str]) -> str:
    """Return ``; did you mean NAME?`` for the nearest of ``names``, or nothing if none is near."""
    close = difflib.get_close_matches(name, list(names), n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _parameter(default: float | int | str, **what: Any) -> Any:
    return dataclasses.field(default=default, metadata=what)


_PAPER = "paper, 'Determining the probability of defection' and 'Results'"
_FOUND = (
    "default found by `defection replicate baseline`, recorded in `replication/found/baseline.json`"
)
_NOT_REPORTED = f"the paper reports neither value nor range; {_FOUND}"
_PRIOR_MEAN = "prior mean 0.47 to 0.65"


@dataclasses.dataclass(frozen=True, init=False)
class Parameters:
    """One complete, checked set of parameters and readings; the defaults are the baseline.

    Parameters
    ----------
    **values
        Values by the names of :data:`PARAMETERS`; the others keep their defaults.

    Raises
    ------
    ParameterError
        A name is unknown, a value has a wrong type or lies out of its range.

    Examples
    --------
    >>> Parameters(famine_effect=0.9).famine_effect
    0.9
    >>> Parameters(famine_efect=0.9)
    Traceback (most recent call last):
    ...
    defection.parameters.ParameterError: there is no parameter 'famine_efect'; did you mean famine_effect?
    """

    prior_alpha: float = _parameter(
        95.0, symbol="α₀", group="belief", unit="attempts", low=0.01, high=1e6, search=(1.0, 120.0),
        meaning="Weight of 'it will be stopped' in the belief about repression before anything is heard of",
        paper=Reported(says=f"α₀ = 26 + 0.66 β₀ (residual s.e. 4.01); {_PRIOR_MEAN}"), source=f"{_PAPER}; {_FOUND}",
    )  # fmt: skip
    prior_beta: float = _parameter(
        57.0, symbol="β₀", group="belief", unit="attempts", low=0.01, high=1e6, search=(1.0, 120.0),
        meaning="Weight of 'it will succeed' in the belief about repression before anything is heard of",
        paper=Reported(says=_PRIOR_MEAN), source=f"{_PAPER}; {_FOUND}",
    )  # fmt: skip
    observation_probability: float = _parameter(
        0.0015, symbol="K", group="belief", unit="probability", low=0.0, high=1.0, search=(0.0, 1.0),
        meaning="Probability that an attempt becomes known to the citizens",
        paper=Reported(0.5, 0.044), source=f"paper, 'Results'; {_FOUND}",
    )  # fmt: skip
    memory_weeks: int = _parameter(
        580, symbol="H", group="belief", unit="weeks", low=1, high=1_000_000, search=(200, 1196),
        meaning="Weeks for which a known attempt is remembered",
        paper=Reported(380, 53), source=f"paper, 'Results'; {_FOUND}",
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
        paper=Reported(0.84, 0.04), source=f"paper, 'Results'; {_FOUND}",
    )  # fmt: skip
    policy: str = _parameter(
        next(iter(POLICIES)), group="repression", choices=tuple(POLICIES),
        meaning="Policy of the state: how a province changes its repression",
        source="paper, 'Updating levels of repression by the state'",
    )  # fmt: skip
    initial_repression: float = _parameter(
        1.0, symbol="R₀", group="repression", unit="probability", low=0.0, high=1.0, search=(0.0, 1.0),
        meaning="Probability that an attempt is stopped, in every province in the first week",
        paper=Reported(low=0.8), source=f"paper, 'Results'; {_FOUND}",
    )  # fmt: skip
    adjustment_rate: float = _parameter(
        0.00023, symbol="r", group="repression", unit="share per week", low=0.0, high=1.0, search=(0.0001, 0.01), log_search=True,
        meaning="Share by which a province raises or lowers its repression each week",
        paper=Reported(0.0005, high=0.001),
        source=f"paper, 'Results' (its '30 % a year' is an error: 1.0005^52 - 1 = 2.6 %); {_FOUND}",
    )  # fmt: skip
    tolerated_attempts: int = _parameter(
        110, group="repression", unit="per province and week", low=0, high=1_000_000_000, search=(100, 500),
        meaning="Number up to which a province lets its repression fall",
        paper=Reported(180, 5.64), source=f"paper, 'Results'; {_FOUND}",
    )  # fmt: skip
    economy_scale: float = _parameter(
        0.01, group="reading", unit="per percent of growth", low=-10.0, high=10.0, search=(-1.0, 1.0),
        meaning="Unit of economy_t: 0.01 makes growth a fraction, 1 leaves it in percent, a negative value lets a dire economy motivate",
        source="a reading: the paper says only 'growth rates'",
    )  # fmt: skip
    hearing: str = _parameter(
        "province", group="reading", choices=("province", "nationwide"),
        meaning="Whose attempts a citizen can hear of: those from the own province, or all",
        source="a reading: the belief carries the province's index in the paper",
    )  # fmt: skip
    tolerated_measure: str = _parameter(
        "attempts", group="reading", choices=("attempts", "successes", "stopped"),
        meaning="What a province compares with the tolerated number",
        source="a reading: 'the state observes all defections', and a defection is an attempt",
    )  # fmt: skip
    famine_years: str = _parameter(
        "country", group="reading", unit="years", text="years",
        meaning="Famine years: 'country' (the first dating in its data), 'none', another dating's name, or a span such as 1994-1998",
        source="a reading: the paper says 'mid-1990s'",
    )  # fmt: skip
    stop_threshold: int = _parameter(
        10_000, group="reading", unit="attempts per week", low=0, high=2_000_000_000, national=True,
        meaning="A run stops after a week with more attempts than this in the whole country",
        source="a reading: the paper stops runs at a 'preset threshold' that it does not report",
    )  # fmt: skip
    interventions: str = _parameter(
        "none", group="scenario", text="interventions", national=True,
        meaning="Dated changes of other parameters, such as '2010-01 tolerated_attempts=50; 2012 adjustment_rate=0.001 in PROVINCE + PROVINCE'",
        source="no part of the paper: what a user wants to know",
    )  # fmt: skip

    def __init__(self, **values: object) -> None:
        for name in values:
            parameter(name)
        for name, one in PARAMETERS.items():
            object.__setattr__(self, name, one.checked(values.get(name, one.default)))

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
