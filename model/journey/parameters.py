"""The parameters of the journey: what is not in a country's files, written once.

:class:`defection.parameters.Parameters` has them beside those of the law. Only where ``journey`` is
on they stand in tables, plans and manifests: elsewhere they change nothing.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

from defection.checks import shown
from defection.parameter import ParameterError


def _journey(
    default: float | str,
    unit: str,
    search: tuple[float, float] | None,
    high: float,
    meaning: str,
    source: str,
    low: float = 0.0,
    **more: Any,
) -> Any:
    what = {"unit": unit, "low": low, "high": high, "search": search, "meaning": meaning, **more}
    start = "" if more.get("extension") else "registry: to start from, not fitted; "
    what |= {"source": f"{start}{source}", "group": "journey", "national": True}
    return dataclasses.field(default=default, metadata=what)


FEEDBACK = ("second_attempts_are_heard", "news_of_arrivals")
"""Those by which the law depends on the journey; time on the way depends on none of them."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class JourneyParameters:
    """The fields of :class:`defection.parameters.Parameters` that the journey reads."""

    onward_early: float = _journey(
        0.02, "per year", (0.001, 0.1), 20.0,
        "Hazard of going onward from China to another country in the early years",
        "0.009 to 0.038 in 2002: arrivals by people in China (model/data/SOURCES.md)",
    )  # fmt: skip
    onward_late: float = _journey(
        0.25, "per year", (0.05, 1.0), 20.0, "The same in the late years",
        "0.06 to 0.39 in 2009, by the estimate of people in China",
    )  # fmt: skip
    onward_midyear: float = _journey(
        2006.5, "year", (1998.0, 2012.0), 9999.0, "Year around which this hazard changes",
        "lags of those who arrived: about 4 years in 2005, 1.5 in 2009",
    )  # fmt: skip
    onward_width: float = _journey(
        1.0, "years", (0.2, 5.0), 100.0,
        "Half of the time in which it does the middle 46 % of its change", "assumption", 0.01,
    )  # fmt: skip
    onward_women_early: float = _journey(
        0.6, "ratio", (0.1, 3.0), 100.0, "Women's hazard of going onward as a multiple of men's, "
        "in the early years", "women's share of the arrivals: 12 % to 1998",
    )  # fmt: skip
    onward_women_late: float = _journey(
        1.2, "ratio", (0.1, 3.0), 100.0, "The same in the late years",
        "women's share of the arrivals: 77 % in 2009",
    )  # fmt: skip
    return_rate: float = _journey(
        0.2, "per year", (0.05, 0.6), 50.0,
        "Hazard of being returned by force, averaged over those who enter China",
        "0.04 to 0.30 in 2002 and 2005: returns by people in China",
    )  # fmt: skip
    exposed_share: float = _journey(
        0.3, "share", (0.05, 0.6), 1.0, "Share of those who enter China who are exposed",
        "a quarter of the survey was returned, and of these a quarter twice",
    )  # fmt: skip
    exposed_risk: float = _journey(
        14.0, "ratio", (1.0, 30.0), 1000.0,
        "Hazard of being returned of the exposed, as a multiple of the others'", "the same",
    )  # fmt: skip
    visit_rate: float = _journey(
        0.08, "per year", (0.0, 0.4), 50.0, "Hazard of going home by choice",
        "20 % of the survey had gone home by choice",
    )  # fmt: skip
    settle_rate: float = _journey(
        0.02, "per year", (0.0, 0.2), 50.0, "Hazard of settling in China for good", "assumption",
    )  # fmt: skip
    death_rate: float = _journey(
        0.0, "per year", (0.0, 0.02), 50.0, "Hazard of dying in China",
        "no source has a figure: none die unless it is asked for",
    )  # fmt: skip
    again_share: float = _journey(
        0.7, "share", (0.3, 1.0), 1.0,
        "Share of those who came home, by force or by choice, who will try again",
        "no source has a figure; repeated returns in the survey suggest a high one",
    )  # fmt: skip
    again_rate: float = _journey(
        2.0, "per year", (0.5, 12.0), 500.0, "Hazard of trying again, of those who will",
        "assumption: half a year after they came home",
    )  # fmt: skip
    second_attempts_are_heard: str = _journey(
        "off", "", None, math.inf,
        "Whether citizens hear of the further attempts of people who had been in China, and of "
        "which of them were stopped, as they hear of first attempts (with the probability K)",
        "no figure; the paper has first attempts only", choices=("off", "on"), extension=True,
    )  # fmt: skip
    news_of_arrivals: float = _journey(
        0.0, "share", None, 1.0,
        "Share of the arrivals in the South of which the province of origin may hear as of a "
        "success, and of the returns by force as of a failure (each with the probability K)",
        "range 0.22 to 0.47: settled people in contact with home, surveys of 2022 and 2018",
        extension=True,
    )  # fmt: skip
    work_speeds_onward: float = _journey(
        1.0, "ratio", (1.0, 5.0), 1000.0,
        "Hazard of going onward of those who work in China, as a multiple of the others'; work "
        "comes and goes within a stay, so that everybody has the mean hazard",
        "22 % of the survey worked; how much faster they leave has no source: off at 1",
        extension=True,
    )  # fmt: skip
    onward_by_status: float = _journey(
        1.0, "ratio", None, 100.0,
        "Hazard of going onward of people of the highest status as a multiple of the lowest's; "
        "statuses between stand at equal ratios, and the middle keeps the hazard",
        "the order alone: the better-off may leave China sooner (Chang, Haggard & Noland 2008, "
        "note 4, as one of two readings); no size has a source: off at 1",
        0.01, extension=True,
    )  # fmt: skip
    united_states_wish: float = _journey(
        0.0, "share", None, 1.0,
        "Share of those who go onward from China who would go to the United States; as many do as "
        "`united_states_capacity` lets in, the others go to the South. 0: the share in the data",
        "19 % of the survey wished to; how many of those who go onward is in no source: off at 0",
        extension=True,
    )  # fmt: skip
    united_states_capacity: float = _journey(
        19.0, "people per year", None, 1e9,
        "People whom the United States lets in, evenly over the weeks of a year in which the data "
        "have any; read where `united_states_wish` is above 0",
        "171 refugees in the fiscal years 2006 to 2014 (DHS), 19 a year",
        extension=True, needs="united_states_wish",
    )  # fmt: skip
    observed_measure: str = dataclasses.field(
        default="arrivals",
        metadata={
            "group": "journey", "choices": ("arrivals", "successes"), "constant": True,
            "meaning": "What is compared with what was observed: arrivals in the South, or, as in "
            "the paper, the successes at the border",
            "source": "a reading: what was observed are arrivals, and the paper's model has none",
        },
    )  # fmt: skip

    def _turn_on(self, stated: Mapping[str, object]) -> None:
        """Turn the journey on where one of its parameters is stated; refuse one that is idle."""
        own = [name for name, value in stated.items() if of_journey(name, value)]
        if own and "journey" not in stated:
            object.__setattr__(self, "journey", "on")
        for name in own:
            value = getattr(self, name)
            if vars(self)["journey"] == "off" and value != getattr(type(self), name):
                raise ParameterError(
                    f"{name} = {shown(value)} would change nothing: the journey is off; leave "
                    "journey out, or set it to on"
                )


def acting_back(values: Mapping[str, Any]) -> tuple[str, ...]:
    """Return those of :data:`FEEDBACK` by which the law depends on the journey.

    ``values`` are parameters by name, such as ``vars(parameters)``.
    """
    from defection.interventions import parsed  # which reads the registry

    own = {field.name: field.default for field in dataclasses.fields(JourneyParameters)}
    dated = {one.name for one in parsed(values["interventions"])}
    return tuple(n for n in FEEDBACK if values.get(n, own[n]) != own[n] or n in dated)


def acts_back(values: Mapping[str, Any]) -> str:
    """Return the first of them, or nothing."""
    return next(iter(acting_back(values)), "")


def wishes_to_elsewhere(parameters: Any) -> bool:
    """Whether a capacity of the United States decides who goes to the South, by ``Parameters``."""
    from defection.interventions import parsed  # which reads the registry

    dated = any(one.name == "united_states_wish" for one in parsed(parameters.interventions))
    return parameters.journey == "on" and (dated or parameters.united_states_wish > 0.0)


def dated_on_the_way(interventions: str) -> str:
    """Return the first parameter that time on the way depends on and that changes, or nothing."""
    from defection.interventions import parsed  # which reads the registry

    names = (one.name for one in parsed(interventions))
    own = (name for name in names if hasattr(JourneyParameters, name) and name not in FEEDBACK)
    return next(own, "")


def of_journey(name: str, value: object) -> bool:
    """Whether a parameter is one of the journey, or interventions that change one."""
    if name != "interventions" or value == "none":
        return hasattr(JourneyParameters, name)
    from defection.interventions import canonical, parsed  # which reads the registry

    return any(hasattr(JourneyParameters, one.name) for one in parsed(canonical(value)))
