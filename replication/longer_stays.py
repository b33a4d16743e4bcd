"""Why women are longer in China: which of the survey's two explanations alone is enough.

Chang, Haggard & Noland (2008) find 41 % of women and 23 % of men in China for three years or more,
and name two explanations: marriage and servitude keep women there (a lower risk of going onward),
or more women crossed in the famine (entry). Here each is switched off, and each alone is made as
strong as the difference asks for.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from defection.batch_runs.ensemble import run_ensemble
from defection.batch_runs.scores.facts import RECORD, Facts, crossings_by_run
from defection.batch_runs.scores.facts_of_run import CLOCKS, FollowedRun
from defection.batch_runs.survey import run_survey
from defection.country import WEEKS_PER_YEAR, Country
from defection.journey.facts import Fact
from defection.parameters import Parameters
from defection.replication import longer_stays_page as page
from defection.replication.journey_fit import fitted
from defection.replication.journey_regions import points_found
from defection.replication.longer_stays_page import (
    NEEDED,
    ONWARD,
    SETTLED,
    VARIANTS,
    published_difference,
)  # fmt: skip
from defection.replication.result import Part, Result, Tables
from defection.replication.runs import Runs

ROOT = 94_000
SEEDS, SURVEYS, SEARCHED = 30, 100, 8
"""Runs of each point: for the explanations, for the surveys, and for the strength needed."""
BASELINE = "baseline"
POINTS = (BASELINE, "free", "paper's region, K free", "history of control", "hearing nationwide")
STEPS = 16


@dataclasses.dataclass(frozen=True, eq=False)
class Reweighted(FollowedRun):
    """A run of whose people those who crossed are multiplied by a factor, [weeks, G]."""

    factor: Callable[[np.ndarray], np.ndarray] = lambda crossed: crossed

    def crossed(self, dimension: str = "", value: str = "") -> np.ndarray:
        """Return people of each group who crossed, as reweighted."""
        return self.factor(super().crossed(dimension, value))


def equalised(crossed: np.ndarray, is_female: np.ndarray) -> np.ndarray:
    """Return people who crossed, [weeks, P x genders], with constant shares of the genders.

    Of each province as many cross in a week, and as many of each gender in all weeks together.

    Examples
    --------
    >>> equalised(np.array([[3.0, 1.0], [0.0, 4.0]]), np.array([False, True])).tolist()
    [[1.5, 2.5], [1.5, 2.5]]
    """
    by_group = crossed.reshape(len(crossed), -1, is_female.size)
    every = by_group.sum(axis=2, keepdims=True)
    total = every.sum(axis=0, keepdims=True)
    shares = np.divide(by_group.sum(axis=0, keepdims=True), total, where=total > 0,
                       out=np.zeros((1, *by_group.shape[1:])))  # fmt: skip
    return (every * shares).reshape(crossed.shape)


def with_odds(
    crossed: np.ndarray, is_female: np.ndarray, weeks: np.ndarray, odds: float
) -> np.ndarray:
    """Return people who crossed with women's odds multiplied in some weeks, and as many in each.

    Examples
    --------
    >>> crossed = with_odds(np.array([[2.0, 2.0]]), np.array([False, True]), np.array([True]), 3.0)
    >>> crossed.tolist()
    [[1.0, 3.0]]
    """
    by_group = crossed.reshape(len(crossed), -1, is_female.size)
    changed = by_group * np.where(is_female, odds, 1.0)
    every, now = by_group.sum(axis=2, keepdims=True), changed.sum(axis=2, keepdims=True)
    scale = np.divide(every, now, out=np.ones_like(every), where=now > 0)
    by_group = np.where(weeks[: len(crossed), None, None], changed * scale, by_group)
    return by_group.reshape(crossed.shape)


@dataclasses.dataclass(frozen=True)
class Stays:
    """The runs of a point, and what women's and men's stays are under changes."""

    country: Country
    parameters: Parameters
    runs: tuple[tuple[np.ndarray, np.ndarray], ...]
    facts: tuple[Fact, ...]
    famine: np.ndarray

    def differences(
        self,
        onward: float | None,
        odds: float | None,
        clock: str = "first",
        settled: float | None = None,
    ) -> np.ndarray:
        """Return women's and men's share of three years or more, in percent, [runs, 2].

        ``onward`` is the constant multiple of men's hazard, ``odds`` the factor of women in the
        famine years on equalised entries, ``settled`` the hazard of settling; None leaves what the
        point has.
        """
        point, factor = self.parameters, lambda crossed: crossed
        if onward is not None:
            point = point.replace(onward_women_early=onward, onward_women_late=onward)
        if settled is not None:
            point = point.replace(settle_rate=settled)
        found = []
        for crossings, repression in self.runs:
            plain = FollowedRun.from_crossings(self.country, crossings, repression, point)
            if odds is not None:
                factor = self._factor(plain.journey.is_female, odds)
            run = Reweighted(
                self.country, plain.journey, point, crossings, repression, clock, factor
            )  # fmt: skip
            found.append([100.0 * run.value(fact) for fact in self.facts])
        return np.array(found)

    def _factor(self, is_female: np.ndarray, odds: float) -> Callable[[np.ndarray], np.ndarray]:
        return lambda crossed: with_odds(
            equalised(crossed, is_female), is_female, self.famine, odds
        )

    def needed(self, explanation: str, settled: float | None) -> float:
        """Return how strong an explanation alone must be; not a number where none is enough."""
        first, last = np.log(NEEDED[explanation])
        few = dataclasses.replace(self, runs=self.runs[:SEARCHED])

        def mean(strength: float) -> float:
            change = (strength, 1.0) if explanation == ONWARD else (1.0, strength)
            women, men = few.differences(*change, settled=settled).mean(axis=0)
            return float(women - men)

        if mean(float(np.exp(last))) < published_difference()[0]:
            return np.nan
        for _ in range(STEPS):
            middle = (first + last) / 2.0
            enough = mean(float(np.exp(middle))) >= published_difference()[0]
            first, last = (first, middle) if enough else (middle, last)
        return float(np.exp(last))


def stays_of(runs: Runs, name: str, count: int) -> Stays:
    """Return the runs of a point, to the last week of the survey."""
    every = Facts.from_country(runs.country).facts
    own = {fact.group[1]: fact for fact in every if fact.fact == "stay_share"}
    facts = own["female"], own["male"]
    parameters = point(name)
    seeds = range(ROOT, ROOT + count)
    data = run_ensemble(parameters, seeds, record=RECORD, weeks=facts[0].weeks[1] + 1,
                        country=runs.country, threads=runs.threads)  # fmt: skip
    dating, years = runs.country.datings[0], np.array(runs.country.years)
    during = (years >= dating.first_year) & (years <= dating.last_year)
    famine = np.repeat(during, WEEKS_PER_YEAR)
    kept = tuple(crossings_by_run(data))
    return Stays(runs.country, parameters, kept, facts, famine)


def point(name: str) -> Parameters:
    """Return the parameters of a point: the baseline, or what was fitted in a region."""
    return Parameters(journey="on") if name == BASELINE else fitted(name)


def points_read(tables: Tables) -> dict[str, dict[str, Any]]:
    """Return what is read of the fit: the parameters of the points that are not the baseline."""
    return points_found(tables, [name for name in POINTS if name != BASELINE])


def compute(runs: Runs, names: tuple[str, ...] = POINTS) -> Tables:
    """Return the differences under each explanation, what is needed, and surveys of the points."""
    count = 3 if runs.quick else SEEDS
    rows, needed, surveys = [], [], []
    wanted = published_difference()
    for name in names:
        runs.log(f"stays in China: {name}")
        stays = stays_of(runs, name, count)
        cases = itertools.product(CLOCKS, SETTLED.items(), VARIANTS.items())
        for clock, (settled, rate), (variant, change) in cases:
            found = stays.differences(*change, clock=clock, settled=rate)
            difference = found[:, 0] - found[:, 1]
            low, middle, high = np.quantile(difference, [0.05, 0.5, 0.95])
            women, men = np.median(found, axis=0)
            rows.append({
                "point": name, "clock": clock, "settled": settled, "explanation": variant,
                "women": women, "men": men, "low": low, "median": middle, "high": high,
                "enough": bool(low <= wanted[1] and high >= wanted[0]),
            })  # fmt: skip
        for settled, rate in SETTLED.items():
            row = {"point": name, "settled": settled}
            needed.append(row | {one: stays.needed(one, rate) for one in NEEDED})
        for clock in CLOCKS:
            survey = run_survey(
                point(name), runs=3 if runs.quick else SURVEYS, seed=ROOT, clock=clock,
                threads=runs.threads,
            )  # fmt: skip
            own = survey.margins[survey.margins["class"] == "simulated"]
            columns = ["item", "group", "published_low", "published_high", "simulated_median",
                       "simulated_5", "simulated_95", "verdict"]  # fmt: skip
            surveys.append(own[columns].assign(point=name, clock=clock))
    return {
        "longer_stays": pd.DataFrame(rows),
        "longer_stays_needed": pd.DataFrame(needed),
        "survey_points": pd.concat(surveys, ignore_index=True),
    }


RESULT = Result(
    name="longer_stays", title="Why women are longer in China", compute=compute, folder="found",
    needs=("journey_fit",), parts={"journey_fit": Part(points_read)}, journey=True,
    reads=("data/north_korea/survey", "data/north_korea/journey"),
    seconds=400, rule=page.RULE, judge=page.judge,
    texts={"longer-stays": page.text, "survey-points": page.margins},
    paper="Not of the paper: Chang, Haggard & Noland (2008), who name the two explanations.",
)  # fmt: skip
