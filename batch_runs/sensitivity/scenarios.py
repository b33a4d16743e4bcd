"""What one change does at given points: every scenario beside the baseline, with the same seeds."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import scipy.stats

from defection.batch_runs.sensitivity import variants
from defection.batch_runs.sensitivity.outcomes import Score, outcomes
from defection.batch_runs.sensitivity.table import LEVEL, ImportanceError, joined, tidy
from defection.country import Country
from defection.parameters import Parameters


@dataclasses.dataclass(frozen=True)
class Scenario:
    """A change of the country, of parameters, or of both."""

    name: str
    country: Country
    parameters: Mapping[str, Any] = dataclasses.field(default_factory=dict)


Run = Callable[[pd.DataFrame, Country], pd.DataFrame]
"""Runs a table of parameters in a country and returns the table of runs; the same points get the same seeds in every scenario."""


def figure_2(country: Country, factors: Iterable[float] = (0.8, 1.2)) -> list[Scenario]:
    """Return the sensitivity to the assumed impacts: all together, all but the economy's, the economy's alone, and one by one."""
    made = []
    for factor in factors:
        sign = f" x {factor:g}"
        economy = {
            impact: number * factor
            for impact, number in variants.impacts(country).items()
            if impact[:2] == ("country", "economy")
        }
        made.append(Scenario("all_impacts" + sign, variants.as_a_group(country, factor)))
        made.append(
            Scenario("all_but_economy" + sign, variants.as_a_group(country, factor, economy=False))
        )
        made.append(Scenario("economy" + sign, variants.with_impacts(country, economy)))
        made += [
            Scenario(name + sign, variant)
            for name, variant in variants.one_by_one(country, factor).items()
        ]
    return made


def economy(
    country: Country, scales: Iterable[float] = (-1.0, -0.1, -0.01, 0.0, 0.1, 1.0)
) -> list[Scenario]:
    """Return the sensitivity to the economy's own coefficient, the parameter ``economy_scale``."""
    return [
        Scenario(f"economy_scale = {scale:g}", country, {"economy_scale": scale})
        for scale in scales
    ]


def famine(
    country: Country, spans: Iterable[str] = ("1994-1998", "1995-1997", "1996-1999", "none")
) -> list[Scenario]:
    """Return the sensitivity to the famine years."""
    return [Scenario(f"famine_years = {span}", country, {"famine_years": span}) for span in spans]


def effects(
    points: pd.DataFrame,
    scenarios: Iterable[Scenario],
    *,
    baseline: Country,
    run: Run,
    score: Score | None = None,
    good: float | None = None,
) -> pd.DataFrame:
    """Return what each scenario changes in each outcome, averaged over the points (method ``scenario``).

    Parameters
    ----------
    points : DataFrame
        A row per point and a column for every parameter: ``Space.table``, or draws of a posterior.
    scenarios : iterable of Scenario
        Such as ``figure_2(country)``.
    baseline : Country
        The country without a change.
    run : function
        ``Run``, with as many replicates of each point as it likes; pairs share their seeds, so that
        a difference is not luck.
    score, good
        As for ``importance.outcomes``.

    Returns
    -------
    DataFrame
        The tidy table: ``value`` is the mean difference from the baseline, with a t interval over
        points (over the replicates of a single point); ``quality`` is the baseline's mean.
    """
    first = run(points, baseline)
    before = outcomes(first, score=score, good=good).astype(float)
    if len(before) < 2:
        raise ImportanceError(
            "one run is too few to tell an effect from luck: give at least 2 points or 2 replicates"
        )
    group = first["point"].to_numpy() if len(first["point"].unique()) > 1 else np.arange(len(first))
    tables = []
    for scenario in scenarios:
        changed = points.assign(
            **{
                name: Parameters(**{name: value}).as_dict()[name]
                for name, value in scenario.parameters.items()
            }
        )
        runs = run(changed, scenario.country)
        if (
            list(runs["seed"]) != list(first["seed"])
            or not (runs["status"] == "done").all()
            or len(before) != len(runs)
        ):
            raise ImportanceError(
                f"{scenario.name}: its runs do not match the baseline's seed by seed, so they cannot be compared in pairs"
            )
        change = (
            (outcomes(runs, score=score, good=good).astype(float) - before).groupby(group).mean()
        )
        tables += [
            _row(
                scenario.name, name, change[name].to_numpy(), float(before[name].mean()), len(runs)
            )
            for name in before.columns
        ]
    return joined(tables)


def _row(
    scenario: str, outcome: str, change: np.ndarray, baseline: float, runs: int
) -> pd.DataFrame:
    mean, half = (
        change.mean(),
        scipy.stats.t.ppf(0.5 + LEVEL / 2, len(change) - 1)
        * change.std(ddof=1)
        / np.sqrt(len(change)),
    )
    about = {"quality": baseline, "quality_name": "baseline", "runs": runs}
    return tidy(outcome, "scenario", [scenario], [mean], [mean - half], [mean + half], **about)
