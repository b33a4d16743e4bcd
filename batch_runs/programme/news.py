"""What home hears of a programme, and what follows from it: paired runs of the law.

Both runs of a pair have the same parameters, among them the share of arrivals that home hears of,
and the same uniform random numbers. In one the programme takes people out of China, who are heard
of as others who arrive or are returned; where ``free_pull`` is on, who remembers one who was
rescued is the abler to leave. In the other it takes those only whom other groups would
have taken. The difference is the indirect effect; the direct one (the shadow) is no part of it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from defection.batch_runs.ensemble import run_rescued
from defection.batch_runs.programme.effects import of_run
from defection.batch_runs.programme.inputs import ProgrammeError
from defection.batch_runs.programme.paths import CrossedRun, Plan, closed, rescue_of
from defection.batch_runs.scores.facts import crossings_by_run
from defection.country import WEEKS_PER_YEAR, Country
from defection.journey.data import JourneyArrays, journey_arrays
from defection.journey.shadow import TAKEN, WORLD_ONWARD, WORLD_RETURNED
from defection.parameters import Parameters

if TYPE_CHECKING:
    from defection.batch_runs.programme.world import Found

RECORD = ("yearly_by_province", "crossings", "states_by_province")
LAW = ("attempts", "successes", "stopped")
MEASURES = {
    "attempts": "attempts to cross",
    "successes": "attempts to cross that succeeded",
    "stopped": "attempts to cross that were stopped",
    "repression": "share of attempts that is stopped, mean of the weeks and provinces",
    "arrivals": "arrivals of people who would not have crossed, less those who did not cross",
    "returns": "returns by force, likewise",
}
"""What is compared in the runs of a pair."""
EVERY = "all"
"""All years, or all provinces."""
COLUMNS = ("measure", "year", "province", "median", "percentile_5", "percentile_95", "pairs_se")

Changes = Mapping[str, np.ndarray]


def heard(
    country: Country, point: Parameters, share: float, plan: Plan, journey: JourneyArrays,
    seeds: Sequence[int],
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:  # fmt: skip
    """Return what changes because home hears of a programme, as means over paired runs.

    Parameters
    ----------
    country, point
        Of the law; the journey is on.
    share : float
        Share of arrivals and returns of which home may hear (``news_of_arrivals``).
    plan, journey
        What is done, and the journey with further years.
    seeds : sequence of int
        One for each pair.

    Returns
    -------
    tuple of dict
        By name of the effect, by both horizons; and by :data:`MEASURES` the mean of the pairs and
        its standard error, [2, years and all of them, provinces and all of them].

    Raises
    ------
    ProgrammeError
        In fewer than two pairs both runs went on to the end.
    """
    return means(pairs_of(country, point, share, plan, journey, seeds), len(seeds))


Pair = tuple[list[list[float]], list[np.ndarray]]
"""What differs in the runs of a pair: arrivals and returns by both horizons, and ``MEASURES``."""


def pairs_of(
    country: Country, point: Parameters, share: float, plan: Plan, journey: JourneyArrays,
    seeds: Sequence[int],
) -> list[Pair]:  # fmt: skip
    """Return what differs in the runs of each pair of which both went on to the end.

    Parameters are those of :func:`heard`.
    """
    point = point.replace(news_of_arrivals=share)
    if share == 0.0:  # so nobody remembers a rescue
        plan = dataclasses.replace(plan, pull=0.0)
    pairs: list[Pair] = []
    both = [_runs(country, point, plan, done, seeds) for done in (plan.other_groups, 1.0)]
    for without, ahead in zip(*both, strict=True):
        if without is None or ahead is None:
            continue
        (base, before), (run, after) = without, ahead
        _, weekly, answered = of_run(country, point, base, plan, journey, ahead=run)
        assert answered is not None
        more = answered - weekly
        arrived = (1.0 - plan.failure) * more[:, TAKEN] + more[:, WORLD_ONWARD]
        returned = more[:, WORLD_RETURNED] + plan.failure * more[:, TAKEN]
        ends = (len(run.crossed), len(more))
        effects = [
            [float(np.ones(end) @ flow[:end]) for end in ends] for flow in (arrived, returned)
        ]
        by_year = [flow.reshape(-1, WEEKS_PER_YEAR).sum(axis=1) for flow in (arrived, returned)]
        pairs.append((effects, [*(after[n] - before[n] for n in range(len(before))), *by_year]))
    return pairs


def means(
    pairs: Sequence[Pair], wanted: int
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Return what :func:`heard` does, of so many pairs that were wanted."""
    if len(pairs) < 2:
        raise ProgrammeError(
            f"news: of {wanted} pairs of runs {wanted - len(pairs)} stopped early, and two are "
            "needed: take other parameters, or less news"
        )
    mean, error = _mean(np.array([effects for effects, _ in pairs]))
    found = {
        "further_arrivals": mean[0], "further_arrivals_error": error[0],
        "further_returns": mean[1], "further_returns_error": error[1],
    }  # fmt: skip
    changes = {"left_out": np.array([wanted - len(pairs)])}
    for number, name in enumerate(MEASURES):
        each = [_with_all(pair[number], mean=name == "repression") for _, pair in pairs]
        changes[name] = np.array(_mean(np.array(each)))
    return found, changes


def _runs(
    country: Country, point: Parameters, plan: Plan, done: float, seeds: Sequence[int]
) -> list[tuple[CrossedRun, list[np.ndarray]] | None]:
    """Run the law with a share of the plan done; None for a run that stopped early."""
    journey = journey_arrays(country)
    rescue = rescue_of(journey, plan, country.weeks, country.weeks, done)
    data = run_rescued(
        point, seeds, rescue, record=RECORD, country=country, threads=1,
        journey=closed(journey, plan.lost),
    )  # fmt: skip
    counts = [data[f"yearly_{name}_by_province"].to_numpy().astype(float) for name in LAW]
    runs: list[tuple[CrossedRun, list[np.ndarray]] | None] = []
    for i, (rows, repression) in enumerate(crossings_by_run(data)):
        if len(repression) < country.weeks:
            runs.append(None)
            continue
        by_year = repression.reshape(len(country.years), WEEKS_PER_YEAR, -1).mean(axis=1)
        run = CrossedRun.from_rows(journey, rows, repression)
        runs.append((run, [*(count[i] for count in counts), by_year]))
    return runs


def _mean(each: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean over the first axis and its standard error."""
    return each.mean(axis=0), each.std(axis=0, ddof=1) / np.sqrt(len(each))


def _with_all(values: np.ndarray, *, mean: bool) -> np.ndarray:
    """Return values by year and province with a last row and a last column of all of them."""
    of_all = np.mean if mean else np.sum
    if values.ndim == 1:  # all provinces only
        values = values[:, None]
    else:
        values = np.concatenate([values, of_all(values, axis=1, keepdims=True)], axis=1)
    return np.concatenate([values, of_all(values, axis=0, keepdims=True)], axis=0)


def news_table(found: Sequence[Found], country: Country) -> pd.DataFrame:
    """Return a row per measure, year and province: what changes because home hears of a programme.

    Median and 5 to 95 % are over the points, of which each has the mean of its pairs; ``pairs_se``
    is the standard error of such a mean, by its root mean square over the points. Counts are those
    of the runs. Arrivals and returns are of all provinces, and go on.
    """
    if not found or not found[0].news:
        return pd.DataFrame([], columns=list(COLUMNS))
    tables, runs = [], next(iter(found[0].effects.values())).shape[1]
    for name in MEASURES:
        values = np.array([one.news[name] for one in found])
        again = runs // values.shape[1]  # as often as all other effects are counted
        values = np.repeat(values.reshape(-1, *values.shape[2:]), again, axis=0)
        years, provinces = values.shape[2] - 1, values.shape[3] - 1
        at = [*range(country.years[0], country.years[0] + years), EVERY]
        where = [*(country.provinces if provinces else ()), EVERY]
        middle, low, high = np.quantile(values[:, 0], [0.5, 0.05, 0.95], axis=0)
        error = np.sqrt((values[:, 1] ** 2).mean(axis=0))
        tables.append(pd.DataFrame({
            "measure": name, "year": np.repeat(np.array(at, dtype=object), len(where)),
            "province": where * len(at), "median": middle.ravel(), "percentile_5": low.ravel(),
            "percentile_95": high.ravel(), "pairs_se": error.ravel(),
        }))  # fmt: skip
    return pd.concat(tables, ignore_index=True)


def pairs_left_out(found: Sequence[Found]) -> int:
    """Return how many pairs were left out of the means, for a run of them stopped early."""
    return sum(int(one.news["left_out"].sum()) for one in found if one.news)
