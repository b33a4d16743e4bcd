"""Regions in which law and journey are fitted together, and the divisions of the facts."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd

from defection.batch_runs.designs import Space
from defection.batch_runs.scores.facts import Facts
from defection.batch_runs.searches import search_space
from defection.country import load
from defection.parameters import JOURNEY_PARAMETERS, PARAMETERS, RANGES
from defection.replication.extended_regions import TIGHTENED, TWO_RATES, Tightening
from defection.replication.reported import PAPER, PRIOR_LINE, PRIOR_MEAN
from defection.replication.result import Tables

LAW = [name for name in PARAMETERS if name != "journey"]
WAY = [
    name for name, one in JOURNEY_PARAMETERS.items() if one.kind == "number" and not one.extension
]
NAMES = [*LAW, *WAY]
"""Parameters of a point: of the law, and of the journey."""
NOT_SEARCHED = ("death_rate", "work_speeds_onward")
"""Parameters of the journey that no fact bears on, or not apart from others."""
DEVIATIONS = 2.0
"""Standard deviations around the paper's values that count as its region."""
K = "observation_probability"
NEWS: dict[str, Any] = {"low": 1e-5, "high": 1.0, "scale": "log"}
"""Where K is looked for: further down than in other searches, so that no limit decides it."""


@dataclasses.dataclass(frozen=True)
class Fit:
    """One region in which law and journey are fitted together.

    Parameters
    ----------
    name : str
        What it is called.
    number : int
        Its seeds follow from it.
    law : mapping or None
        What is said of the law's parameters, as in a design file; the others vary over the ranges
        of searches. None where the law is the baseline's.
    on_line : bool
        Whether the prior lies on the paper's line.
    also_from : str
        Another region from whose best point it is searched as well.
    holds : mapping
        The values with which it is that region's law, where it holds that: a number, or the name of
        the parameter that has the same.
    tightens : bool
        Whether the border tightens from 2010 on, to a repression that is searched too.
    """

    name: str
    number: int
    law: Mapping[str, Any] | None
    on_line: bool = False
    also_from: str = ""
    holds: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    tightens: bool = False

    def inside(self, point: Mapping[str, Any]) -> dict[str, Any]:
        """Return a point of another region in the space of this one.

        Each circle hears of as many people as the whole province did.

        Examples
        --------
        >>> point = FITS["free"].space().table([[0.5] * 24]).iloc[0]
        >>> found = FITS["20 circles"].inside(point)
        >>> int(found["news_circles"]), round(float(found[K] / point[K]), 6)
        (20, 20.0)
        """
        space, circles = self.space(), (self.law or {}).get("news_circles", 1)
        own = dict(point)
        own |= {name: own.get(value, value) for name, value in self.holds.items()}
        if circles > 1 and point["news_circles"] == 1:
            own[K] = min(NEWS["high"], point[K] * circles)
        return dict(space.complete(pd.DataFrame([own])[space.names]).iloc[0])

    def space(self) -> Space:
        """Return where the search may go: axes of the law, then those of the journey.

        Examples
        --------
        >>> len(FITS["journey alone"].space().names), len(FITS["free"].space().names)
        (13, 24)
        """
        ours = [] if self.law is None else search_space().names
        vary = [name for name in ours if isinstance((self.law or {}).get(name, {}), Mapping)]
        way = {name: _range(name) for name in WAY if name not in NOT_SEARCHED}
        space = search_space({"journey": "on", **(self.law or {}), **way}, vary=vary)
        if self.tightens:
            return Tightening(space.axes)
        return _OnLine(space.axes) if self.on_line else space


class _OnLine(Space):
    def complete(self, table: pd.DataFrame) -> pd.DataFrame:
        """Add the fixed parameters, and the prior's α₀ on the paper's line."""
        every = super().complete(table)
        alpha = PRIOR_LINE.intercept + PRIOR_LINE.slope * every["prior_beta"]
        return every.assign(prior_alpha=alpha)


def _range(name: str) -> dict[str, Any]:
    """Return a range of the journey's, on a log scale where it is wide."""
    low, high = RANGES[name].low, RANGES[name].high
    return {"low": low, "high": high, "scale": "log" if low > 0 and high >= 10 * low else "linear"}


def paper_region() -> dict[str, Any]:
    """Return the paper's region: what it reports, two standard deviations around, its prior's mean.

    Examples
    --------
    >>> paper_region()["tolerated_attempts"]
    {'low': 169, 'high': 191}
    """
    found: dict[str, Any] = {"prior_alpha": PRIOR_LINE.intercept}  # set on the line
    for name, one in PAPER.items():
        known, span = PARAMETERS[name], one.span(DEVIATIONS)
        if span is None or known.search is None:
            continue
        low, high = max(span[0], known.search[0]), min(span[1], known.search[1])
        whole = known.kind == "whole"
        ends = (math.ceil(low), math.floor(high)) if whole else (low, high)
        found[name] = dict(zip(("low", "high"), ends, strict=True))
    # the line's mean of the prior is m where beta = a (1 - m) / (m (1 + b) - b)
    a, b = PRIOR_LINE.intercept, PRIOR_LINE.slope
    betas = sorted(a * (1 - mean) / (mean * (1 + b) - b) for mean in PRIOR_MEAN)
    return {**found, "prior_beta": dict(zip(("low", "high"), betas, strict=True))}


def _control() -> dict[str, Any]:
    """Return the readings and dates of the country's preset with a history of control."""
    presets = {preset.name: preset.changes for preset in load("north_korea").presets}
    changes = presets["A history of control"]
    kept = {name: changes[name] for name in ("policy", "interventions")}
    return {**kept, "history_weight": {"low": 0.0, "high": 1.0}}


FREE: dict[str, Any] = {K: NEWS}
DISCONTENT = {"policy": "discontent", "discontent_response": {"low": 0.0, "high": 5.0}}
PROPORTIONAL = {"policy": "proportional", "gain": {"low": 0.01, "high": 100.0, "scale": "log"}}

CIRCLES = "20 circles, history of control"
TWENTY, TWENTY_TIGHTENING = "20 circles", "20 circles, tightening"
LATER = (
    CIRCLES, "tightening", "two rates", "discontent", "proportional", TWENTY, TWENTY_TIGHTENING,
)  # fmt: skip
"""Added when the others were known: news circles, which had been tried without a journey, each
other mechanism alone, and circles without a history of control."""

FITS: dict[str, Fit] = {
    one.name: one
    for one in (
        Fit("journey alone", 0, None),
        Fit("paper's region, K free", 2, {**paper_region(), **FREE}, on_line=True),
        Fit("free", 1, FREE, also_from="paper's region, K free"),
        Fit("paper's region", 3, paper_region(), on_line=True),
        Fit(
            "history of control",
            4,
            {**_control(), **FREE},
            also_from="free",
            holds={"history_weight": 0.0},
        ),
        Fit("hearing nationwide", 5, {"hearing": "nationwide", **FREE}, also_from="free"),
        Fit(CIRCLES, 6, {"news_circles": 20, **_control(), **FREE}, also_from="history of control"),
        Fit("tightening", 7, {**TIGHTENED, **FREE}, also_from="free", tightens=True),
        Fit(
            "two rates",
            8,
            {**TWO_RATES, **FREE},
            also_from="free",
            holds={"relaxation_rate": "adjustment_rate"},
        ),
        Fit(
            "discontent",
            9,
            {**DISCONTENT, **FREE},
            also_from="free",
            holds={"discontent_response": 0.0},
        ),
        Fit("proportional", 20, {**PROPORTIONAL, **FREE}, also_from="free"),
        Fit(TWENTY, 21, {"news_circles": 20, **FREE}, also_from="free"),
        Fit(
            TWENTY_TIGHTENING,
            22,
            {"news_circles": 20, **TIGHTENED, **FREE},
            tightens=True,
            also_from="tightening",  # which has a target that was fitted; of 20 circles none is
        ),
    )
}
"""The regions by name."""

SPLITS = {"rule": None, "to 2008": 2008}
"""Divisions of the facts: by the written rule, or by time, with the last year that is fitted."""

HELD_OUT = ("paper's region, K free", "free", "history of control", CIRCLES)
"""Regions that are fitted to the years up to 2008 as well; the law of the baseline, which "journey
alone" keeps, were fitted to all years."""

_ALL = [(name, "rule") for name in FITS] + [(name, "to 2008") for name in HELD_OUT]
JOBS = sorted(_ALL, key=lambda job: ("", *LATER).index(job[0]) if job[0] in LATER else 0)
"""Region and division of each search; added ones last, so that the others keep their seeds."""


def points_found(tables: Tables, regions: Collection[str]) -> dict[str, dict[str, Any]]:
    """Return the parameters of regions that were fitted by the rule, among the tables of the fit.

    Raises
    ------
    KeyError
        One of them was not fitted.
    """
    fitted = tables["journey.json"]["fitted"]
    found = {one["region"]: one["parameters"] for one in fitted if one["split"] == "rule"}
    return {region: found[region] for region in regions}


def facts_of(split: str) -> Facts:
    """Return the facts, divided as a split says."""
    facts, year = Facts.from_country(), SPLITS[split]
    return facts if year is None else facts.held_out_after(year)
