"""The parameters of the journey: what is not in a country's files, written once.

:class:`defection.parameters.Parameters` has them beside those of the law. Only where ``journey`` is
on they stand in tables, plans and manifests: elsewhere they change nothing.
"""

from __future__ import annotations

import dataclasses
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
    what |= {"source": f"to start from, not fitted; {source}", "group": "journey", "national": True}
    return dataclasses.field(default=default, metadata=what)


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


def of_journey(name: str, value: object) -> bool:
    """Whether a parameter is one of the journey, or interventions that change one."""
    if name != "interventions" or value == "none":
        return hasattr(JourneyParameters, name)
    from defection.interventions import canonical, parsed  # which reads the registry

    return any(hasattr(JourneyParameters, one.name) for one in parsed(canonical(value)))
