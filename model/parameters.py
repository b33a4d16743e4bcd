"""Every free parameter of the model, written once.

Sliders, checks, the bounds of searches, the command line and ``docs/parameters.md`` all read the
fields of :class:`Parameters`. "The paper" is Dukalskis, Elkink & Xiong (2017).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Container
from typing import TYPE_CHECKING, Any

from defection.checks import shown
from defection.extensions import ExtensionParameters
from defection.journey.parameters import JourneyParameters, of_journey
from defection.parameter import SPAN, Parameter, ParameterError, Reported, SearchRange, nearest
from defection.place_parameters import PlaceParameters
from defection.policies import POLICIES

__all__ = [
    "ALL_PARAMETERS", "JOURNEY_PARAMETERS", "PARAMETERS", "RANGES", "SPAN", "Parameter",
    "ParameterError", "Parameters", "Reported", "nearest", "parameter",
    "parameters_among",
]  # fmt: skip


def _parameter(default: float | int | str, **what: Any) -> Any:
    return dataclasses.field(default=default, metadata=what)


_PAPER = "paper, 'Determining the probability of defection' and 'Results'"
_FOUND = (
    "default found by `defection replicate baseline`, recorded in `replication/found/baseline.json`"
)
_NOT_REPORTED = f"the paper reports neither value nor range; {_FOUND}"
_NOTE = "paper, note 3, names other policies, without numbers; the default is a value to start from"
_PRIOR_MEAN = "prior mean 0.47 to 0.65"


@dataclasses.dataclass(frozen=True, kw_only=True, repr=False)
class Parameters(ExtensionParameters, PlaceParameters):
    """One complete, checked set of parameters and readings; what is not named is the baseline's.

    Parameters
    ----------
    **values
        Values by the names of :data:`ALL_PARAMETERS`; the others are the registry's. One of the
        journey turns ``journey`` on.

    Raises
    ------
    ParameterError
        A name is unknown, a value is none or out of range; or one of the journey, which is off.

    Examples
    --------
    >>> Parameters(famine_effect=0.9)
    Parameters(famine_effect=0.9)
    >>> Parameters(return_rate=0.3)
    Parameters(journey='on', return_rate=0.3)
    >>> Parameters(hearin="nationwide")
    Traceback (most recent call last):
    ...
    defection.parameter.ParameterError: there is no parameter 'hearin'; did you mean hearing?
    """

    prior_alpha: float = _parameter(
        95.0, symbol="α₀", group="belief", unit="attempts", low=0.01, high=1e6,
        search=(1.0, 120.0),
        meaning="Weight of 'it will be stopped' in the belief before anything is heard of",
        paper=Reported(says=f"α₀ = 26 + 0.66 β₀ (residual s.e. 4.01); {_PRIOR_MEAN}"),
        source=f"{_PAPER}; {_FOUND}",
    )  # fmt: skip
    prior_beta: float = _parameter(
        57.0, symbol="β₀", group="belief", unit="attempts", low=0.01, high=1e6,
        search=(1.0, 120.0),
        meaning="Weight of 'it will succeed' in the belief before anything is heard of",
        paper=Reported(says=_PRIOR_MEAN), source=f"{_PAPER}; {_FOUND}",
    )  # fmt: skip
    observation_probability: float = _parameter(
        0.0015, symbol="K", group="belief", unit="probability", low=0.0, high=1.0,
        search=(0.0, 1.0), meaning="Probability that an attempt becomes known to the citizens",
        paper=Reported(0.5, 0.044), source=f"paper, 'Results'; {_FOUND}",
    )  # fmt: skip
    memory_weeks: int = _parameter(
        580, symbol="H", group="belief", unit="weeks", low=1, high=1_000_000, search=(200, 1196),
        meaning="Weeks for which a known attempt is remembered", paper=Reported(380, 53),
        source=f"paper, 'Results'; {_FOUND}",
    )  # fmt: skip
    utility_intercept: float = _parameter(
        -6.9, symbol="γ₁", group="utility", unit="log odds", low=-100.0, high=100.0,
        search=(-10.0, 0.0),
        meaning="Log odds of the utility of leaving where motivation or ability is nil",
        source=f"paper, utility equation; {_NOT_REPORTED}",
    )  # fmt: skip
    utility_slope: float = _parameter(
        14.0, symbol="γ₂", group="utility", unit="log odds", low=-100.0, high=100.0,
        search=(0.0, 20.0),
        meaning="What full motivation with full ability adds to the log odds of the utility of "
        "leaving",
        source=f"paper, utility equation; {_NOT_REPORTED}",
    )  # fmt: skip
    demographic_effect: float = _parameter(
        1.3, symbol="s", group="utility", unit="log odds per unit of impact", low=0.0, high=100.0,
        search=(0.0, 2.0),
        meaning="Strength of the assumed impacts (Figure 2) on ability and motivation",
        source=f"paper, ability and motivation equations; {_NOT_REPORTED}",
    )  # fmt: skip
    famine_effect: float = _parameter(
        0.44, symbol="δ", group="utility", unit="log odds", low=-100.0, high=100.0,
        search=(0.0, 2.0), meaning="What a famine year adds to the log odds of motivation",
        paper=Reported(0.84, 0.04), source=f"paper, 'Results'; {_FOUND}",
    )  # fmt: skip
    policy: str = _parameter(
        next(iter(POLICIES)), group="repression", choices=tuple(POLICIES),
        meaning="Policy of the state: how a province changes its repression",
        source="paper, 'Updating levels of repression by the state'",
    )  # fmt: skip
    initial_repression: float = _parameter(
        1.0, symbol="R₀", group="repression", unit="probability", low=0.0, high=1.0,
        search=(0.0, 1.0),
        meaning="Probability that an attempt is stopped, in every province in the first week",
        paper=Reported(low=0.8), source=f"paper, 'Results'; {_FOUND}",
    )  # fmt: skip
    adjustment_rate: float = _parameter(
        0.00023, symbol="r", group="repression", unit="share per week", low=0.0, high=1.0,
        search=(0.0001, 0.01), log_search=True,
        meaning="Share by which a province raises or lowers its repression each week",
        paper=Reported(0.0005, high=0.001),
        source=f"paper, 'Results' (its '30 % a year' is an error: 1.0005^52 - 1 = 2.6 %); {_FOUND}",
    )  # fmt: skip
    tolerated_attempts: int = _parameter(
        110, group="repression", unit="per province and week", low=0, high=1_000_000_000,
        search=(100, 500), meaning="Number up to which a province lets its repression fall",
        paper=Reported(180, 5.64), source=f"paper, 'Results'; {_FOUND}",
    )  # fmt: skip
    relaxation_rate: float = _parameter(
        0.00023, group="policy", policy="two_rates", unit="share per week", low=0.0, high=1.0,
        meaning="Share by which a province lowers its repression each week", source=_NOTE,
    )  # fmt: skip
    discontent_response: float = _parameter(
        1.0, group="policy", policy="discontent", unit="ratio", low=0.0, high=1000.0, source=_NOTE,
        meaning="By how much of its number more is tolerated where the mean motivation is twice "
        "that of the first week",
    )  # fmt: skip
    history_weight: float = _parameter(
        0.5, group="policy", policy="history", unit="share", low=0.0, high=1.0, source=_NOTE,
        meaning="Weight of the step towards the target, against the paper's step",
    )  # fmt: skip
    control_target: float = _parameter(
        1.0, group="policy", policy="history", unit="probability", low=0.0, high=1.0, source=_NOTE,
        meaning="Repression towards which a province is drawn; dated interventions change it",
    )  # fmt: skip
    gain: float = _parameter(
        1.0, group="policy", policy="proportional", unit="ratio", low=0.0, high=1000.0,
        meaning="Steps of the adjustment rate where twice the tolerated number is observed",
        source=_NOTE,
    )  # fmt: skip
    economy_scale: float = _parameter(
        0.01, group="reading", unit="per percent of growth", low=-10.0, high=10.0,
        search=(-1.0, 1.0),
        meaning="Unit of economy_t: 0.01 makes growth a fraction, 1 leaves it in percent, a "
        "negative value lets a dire economy motivate",
        source="a reading: the paper says only 'growth rates'",
    )  # fmt: skip
    hearing: str = _parameter(
        "province", group="reading", choices=("province", "nationwide", "neighbours"),
        meaning="Whose attempts citizens hear of: the own province's, all, or its neighbours' too",
        source="a reading: the belief carries the province's index in the paper",
    )  # fmt: skip
    news_circles: int = _parameter(
        1, group="reading", unit="circles per province", low=0, high=200, from_start=True,
        extension=True,
        meaning="Circles of equal size in each province whose people hear of their own attempts "
        "only; 1 is the whole province, 0 the counties of the country's data",
        source="a reading: the paper lets all in a province hear the same",
    )  # fmt: skip
    news_between_circles: float = _parameter(
        0.0, group="reading", unit="share", low=0.0, high=1.0, circles=True,
        meaning="Share of the attempts known in a news circle that become known in its whole "
        "province: 0 keeps news inside, 1 makes the province one circle",
        source="no part of the paper, which has one circle in each province",
    )  # fmt: skip
    tolerated_measure: str = _parameter(
        "attempts", group="reading", choices=("attempts", "successes", "stopped"),
        meaning="What a province compares with the tolerated number",
        source="a reading: 'the state observes all defections', and a defection is an attempt",
    )  # fmt: skip
    famine_years: str = _parameter(
        "country", group="reading", unit="years", text="years",
        meaning="Famine years: 'country' (the first dating in its data), 'none', another "
        "dating's name, or a span such as 1994-1998",
        source="a reading: the paper says 'mid-1990s'",
    )  # fmt: skip
    stop_threshold: int = _parameter(
        10_000, group="reading", unit="attempts per week", low=0, high=2_000_000_000,
        national=True,
        meaning="A run stops after a week with more attempts than this in the whole country",
        source="a reading: the paper stops runs at a 'preset threshold' that it does not report",
    )  # fmt: skip
    interventions: str = _parameter(
        "none", group="scenario", text="interventions", national=True,
        meaning="Dated changes of other parameters, such as '2010-01 tolerated_attempts=50; "
        "2012 adjustment_rate=0.001 in PROVINCE + PROVINCE'",
        source="no part of the paper: what a user wants to know",
    )  # fmt: skip

    journey: str = _parameter(
        "off", group="journey", choices=("off", "on"), constant=True,
        meaning="Whether those who crossed are followed until they arrive in the South; no attempt "
        "depends on it unless second_attempts_are_heard or news_of_arrivals says so",
        source="no part of the paper, whose model ends at the border",
    )  # fmt: skip

    if not TYPE_CHECKING:  # type checkers read the fields, so that they know every name

        def __init__(self, **values: object) -> None:
            for name in values:
                parameter(name)
            for name, one in ALL_PARAMETERS.items():
                value = one.checked(values[name]) if name in values else one.default
                object.__setattr__(self, name, value)
            self._turn_on(values)

    def __repr__(self) -> str:
        values = self.as_dict()
        other = [
            f"{name}={value!r}"
            for name, value in values.items()
            if value != ALL_PARAMETERS[name].default
        ]
        return f"Parameters({', '.join(other)})"

    def replace(self, **values: object) -> Parameters:
        """Return a copy in which the named values are others."""
        mine = self.as_dict()
        if any(of_journey(*pair) for pair in values.items()):
            del mine["journey"]  # they turn it on
        return Parameters(**{**mine, **values})

    def as_dict(self) -> dict[str, Any]:
        """Return all values by name, in the order of the documentation.

        Those of the journey only where it is on.
        """
        names = ALL_PARAMETERS if self.journey == "on" else PARAMETERS
        return {name: getattr(self, name) for name in names}

    @property
    def prior_mean(self) -> float:
        """Mean of the belief about repression before anything is heard of, α₀ / (α₀ + β₀)."""
        return self.prior_alpha / (self.prior_alpha + self.prior_beta)


def _place(field: dataclasses.Field[Any]) -> tuple[bool, int, list[bool]]:
    """Return where a field stands in the documentation: the law's by group, the paper's first."""
    own, group = hasattr(JourneyParameters, field.name), field.metadata["group"]
    later = [hasattr(other, field.name) for other in (ExtensionParameters, PlaceParameters)]
    return own, 0 if own else GROUPS.index(group), later


GROUPS = ("belief", "utility", "repression", "policy", "reading", "scenario", "journey")
ALL_PARAMETERS: dict[str, Parameter] = {
    field.name: Parameter(name=field.name, **{"default": field.default, **field.metadata})
    for field in sorted(dataclasses.fields(Parameters), key=_place)
}
"""Every parameter by name, in the order of the documentation."""

JOURNEY_PARAMETERS = {
    name: one for name, one in ALL_PARAMETERS.items() if hasattr(JourneyParameters, name)
}
"""Those that matter only where the journey is followed."""

PARAMETERS = {name: one for name, one in ALL_PARAMETERS.items() if name not in JOURNEY_PARAMETERS}
"""All others: those of the law, and ``journey`` itself."""

RANGES: dict[str, SearchRange] = {
    name: SearchRange(*one.search, one.log_search)
    for name, one in ALL_PARAMETERS.items()
    if one.search is not None
}
"""Where the parameters of the paper's country are looked for; another country brings its own."""


def parameter(name: str) -> Parameter:
    """Return the parameter called ``name``; the error for a misspelt name says the nearest."""
    if name not in ALL_PARAMETERS:
        raise ParameterError(f"there is no parameter {shown(name)}{nearest(name, ALL_PARAMETERS)}")
    return ALL_PARAMETERS[name]


def parameters_among(names: Container[str]) -> list[str]:
    """Return the parameters among some names (of columns, say), in the documentation's order."""
    return [name for name in ALL_PARAMETERS if name in names]
