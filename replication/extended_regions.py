"""Mechanisms that the paper's law has not, alone and together: where each is searched."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import pandas as pd

from defection.batch_runs.designs import Space
from defection.batch_runs.scores import Target
from defection.batch_runs.searches import search_space
from defection.country import load
from defection.parameters import PARAMETERS

LAW = [name for name in PARAMETERS if name != "journey"]
"""Parameters of a point."""
K = "observation_probability"
NEWS = {"low": 1e-4, "high": 1.0, "scale": "log"}
"""Where K is looked for."""
TIGHTENED = {"control_target": {"low": 0.5, "high": 1.0}}
"""Where that repression is searched to which a border tightens."""
SINCE, TIGHTENING_RATE = 2010, 0.0025
"""From when the border tightens, and by which share a week: from 0.75 to 0.97 in two years. The
years are those of patrols, a fence and higher bribes (``control.csv``)."""
ASSUMED_TARGET = 0.97
"""What the border tightens to where that is not fitted: the assumption in ``control.csv``."""


@dataclasses.dataclass(frozen=True)
class Region:
    """One region: what is added to the paper's law, and where the parameters are searched.

    Parameters
    ----------
    name : str
        What is added.
    number : int
        Its seeds follow from it.
    law : mapping
        Values and ranges, as in a design file; the others vary over the ranges of searches.
    tightens : bool
        Whether the border tightens from 2010 on, to a repression that is searched too.
    whole : str
        Which region has everything that this one has, if any: it is searched from here as well.
    near : str
        Another region from whose best point this one is searched too.
    """

    name: str
    number: int
    law: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    tightens: bool = False
    whole: str = ""
    near: str = ""

    def space(self) -> Space:
        """Return where the search may go.

        Examples
        --------
        >>> len(REGIONS["the paper's law"].space().names)
        11
        >>> len(REGIONS["20 circles, tightening"].space().names)
        12
        """
        ours = search_space().names
        vary = [name for name in ours if isinstance(self.law.get(name, {}), Mapping)]
        law = {K: NEWS, **self.law}
        if self.tightens:
            law |= TIGHTENED
        space = search_space(law, vary=vary)
        return Tightening(space.axes) if self.tightens else space


class Tightening(Space):
    """A space in which the border tightens to the control target of each point."""

    def complete(self, table: pd.DataFrame) -> pd.DataFrame:
        """Add the fixed parameters, and the dated interventions of the border."""
        every = super().complete(table)
        texts = [tightening(target) for target in every["control_target"]]
        return every.assign(interventions=texts)


def tightening(target: float) -> str:
    """Return the interventions by which the border tightens towards a repression.

    Examples
    --------
    >>> tightening(0.9).split("; ")[-1]
    '2010 adjustment_rate=0.0025'
    """
    values = {
        "policy": "history", "history_weight": 1, "control_target": f"{target:.4f}",
        "adjustment_rate": TIGHTENING_RATE,
    }  # fmt: skip
    return "; ".join(f"{SINCE} {name}={value}" for name, value in values.items())


def _control() -> dict[str, Any]:
    presets = {preset.name: preset.changes for preset in load("north_korea").presets}
    changes = presets["A history of control"]
    kept = {name: changes[name] for name in ("policy", "interventions")}
    return {**kept, "history_weight": {"low": 0.0, "high": 1.0}}


def _log(low: float, high: float) -> dict[str, Any]:
    return {"low": low, "high": high, "scale": "log"}


_20 = {"news_circles": 20}
TWO_RATES = {"policy": "two_rates", "relaxation_rate": _log(1e-5, 1e-2)}
WHOLE = "20 circles, tightening"
"""The scenario of all of it, as it was planned."""
CONTROLLED = "20 circles, history of control"
"""Fitted to some of the years as well since it was found to fit all years best."""

REGIONS: dict[str, Region] = {
    one.name: one
    for one in (
        Region("the paper's law", 0, whole="tightening"),
        Region("two rates", 1, TWO_RATES),
        Region("history of control", 4, _control(), whole=CONTROLLED),
        Region("tightening", 5, tightens=True, whole=WHOLE),
        Region("20 circles", 6, _20, whole=WHOLE),
        Region(CONTROLLED, 8, {**_20, **_control()}),
        Region(WHOLE, 9, _20, tightens=True, whole="20 circles, tightening, shared news"),
        Region("50 circles, tightening", 11, {"news_circles": 50}, tightens=True, near=WHOLE),
        Region("counties, tightening", 12, {"news_circles": 0}, tightens=True, near=WHOLE),
        Region(
            "20 circles, tightening, shared news", 13,
            {**_20, "news_between_circles": _log(1e-3, 1.0)}, tightens=True,
        ),
    )
}  # fmt: skip
"""The regions by name; each stands before the one that has all of it."""

SPLITS = ("all years", "odd years", "to 2008")
"""Which years are fitted: all; every second, the others checked; or those up to 2008."""

HALVES = ("the paper's law", WHOLE, "history of control", CONTROLLED)
"""Regions that are fitted to every second year as well."""

EARLY = ("the paper's law", "20 circles", "history of control", CONTROLLED)
"""Regions that are fitted to the years up to 2008, of which the numbers are then of those years.
For the later years the border tightens to ``ASSUMED_TARGET``, or does not; a history of control has
its dates and targets of all years, which are assumptions and are not fitted."""

JOBS = (
    [(name, "all years") for name in REGIONS]
    + [(name, "odd years") for name in HALVES]
    + [(name, "to 2008") for name in EARLY]
)
"""Region and fitted years of each search."""


def fitted_years(split: str) -> tuple[int, ...]:
    """Return the years whose observed numbers a search uses.

    Examples
    --------
    >>> fitted_years("to 2008")[-1], fitted_years("odd years")[:2]
    (2008, (1993, 1995))
    """
    years = Target.from_country().years
    if split == "odd years":
        return tuple(year for year in years if year % 2)
    return tuple(year for year in years if split == "all years" or year <= 2008)
