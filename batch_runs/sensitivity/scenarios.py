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
"""Runs a table of parameters in a country and returns the table of runs; the same points get the
same seeds in every scenario."""


def figure_2(country: Country, factors: Iterable[float] = (0.8, 1.2)) -> list[Scenario]:
    """Return the assumed impacts: all, all but the economy's, the economy's, and one by one."""
    made = []
    for factor in factors:
        economy = {
            impact: number * factor
            for impact, number in variants.impacts(country).items()
            if impact[:2] == variants.ECONOMY
        }
        changed = {
            "all_impacts": variants.as_a_group(country, factor),
            "all_but_economy": variants.as_a_group(country, factor, economy=False),
            "economy": variants.with_impacts(country, economy),
            **variants.one_by_one(country, factor),
        }
        made += [Scenario(f"{name} x {factor:g}", variant) for name, variant in changed.items()]
    return made


def economy(
    country: Country, scales: Iterable[float] = (-1.0, -0.1, -0.01, 0.0, 0.1, 1.0)
) -> list[Scenario]:
    """Return the sensitivity to the economy's own coefficient, the parameter ``economy_scale``."""
    return [Scenario(f"economy_scale = {s:g}", country, {"economy_scale": s}) for s in scales]


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
    """Return what each scenario changes in each outcome, averaged over points (``scenario``).

    ``points`` has a row per point and a column for every parameter. ``run`` makes as many
    replicates of each as it likes; pairs share their seeds (common random numbers), so that a
    difference is not chance. ``value`` of the tidy table is the mean difference from the
    ``baseline``, with a t interval over points (over the replicates of a single point); ``quality``
    is the baseline's mean.
    """
    first = run(points, baseline)
    before = outcomes(first, score=score, good=good).astype(float)
    if len(before) < 2:
        raise ImportanceError(
            "one run is too few to tell an effect from chance: give at least 2 points or replicates"
        )
    group = first["point"].to_numpy() if len(first["point"].unique()) > 1 else np.arange(len(first))
    tables = []
    for scenario in scenarios:
        values = scenario.parameters.items()
        known = {name: Parameters(**{name: value}).as_dict()[name] for name, value in values}
        runs = run(points.assign(**known), scenario.country)
        same = list(runs["seed"]) == list(first["seed"]) and len(before) == len(runs)
        if not same or not (runs["status"] == "done").all():
            raise ImportanceError(
                f"{scenario.name}: its runs do not match the baseline's seed by seed, so they "
                "cannot be compared in pairs"
            )
        after = outcomes(runs, score=score, good=good).astype(float)
        change = (after - before).groupby(group).mean()
        for name in before.columns:
            about = {"quality": float(before[name].mean()), "quality_name": "baseline"}
            numbers = _interval(change[name].to_numpy())
            rows = tidy(name, "scenario", [scenario.name], *numbers, **about, runs=len(runs))
            tables.append(rows)
    return joined(tables)


def _interval(change: np.ndarray) -> tuple[list[float], list[float], list[float]]:
    n, mean = len(change), change.mean()
    half = scipy.stats.t.ppf(0.5 + LEVEL / 2, n - 1) * change.std(ddof=1) / np.sqrt(n)
    return [mean], [mean - half], [mean + half]
