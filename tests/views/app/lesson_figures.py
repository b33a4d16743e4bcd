"""What a lesson's expressions are worked out with: its runs over many seeds, and ways of writing numbers.

``python -m tests.views.app.lesson_figures`` writes the figures into the lessons' heads.
"""

from __future__ import annotations

import functools
import re
import sys
from collections.abc import Mapping
from typing import Any

import numpy as np

from defection import DefectionModel, Parameters, equations
from defection.batch_runs import run_ensemble
from defection.batch_runs.outcomes import YearlyCounts
from defection.batch_runs.scores import RootScale, Target
from defection.country import load
from defection.presets import preset_called
from defection.scenario import Scenario
from defection.views.app import rescue_view
from defection.views.app.lesson import FOLDER, Lesson, LessonRun, lessons
from defection.views.app.words import chance_words, percent

SEEDS = tuple(range(1, 51))
SEEDS_OF_RESCUES = 10
"""Of a lesson's seeds, those in which programmes are followed."""
MANY_SEEDS = tuple(range(1, 201))
LAND = load("north_korea")
RECORD = ("yearly", "weekly_by_province", "states_by_province", "by_category")
CACHE: dict[tuple, Many] = {}


class Many:
    """One scenario with many seeds; all arrays have an entry for each run first."""

    def __init__(self, changes: Mapping[str, Any], seeds: tuple[int, ...]) -> None:
        self.changes, self.seeds = dict(changes), seeds

    @functools.cached_property
    def data(self) -> Any:
        """The runs, when something of them is wanted."""
        return run_ensemble(Parameters(**self.changes), list(self.seeds), record=RECORD, threads=2)

    def additional(self, horizon: int) -> np.ndarray:
        """Return additional arrivals for a rescue by a horizon of the panel, in some of the runs."""
        parts = []
        for seed in self.seeds[:SEEDS_OF_RESCUES]:
            scenario = Scenario(seed, Parameters(**self.changes))
            effects = rescue_view.computed(scenario, rescue_view.Choice())[2].effects
            parts.append(effects["additional_arrivals"][horizon] / effects["rescues"][horizon])
        return np.concatenate(parts)

    @classmethod
    def made(cls, changes: Mapping[str, Any], seeds: tuple[int, ...] = SEEDS) -> Many:
        """Return it; what was run once is kept."""
        key = (tuple(sorted(changes.items())), seeds)
        if key not in CACHE:
            CACHE[key] = cls(changes, seeds)
        return CACHE[key]

    def _years(self, flow: str, first: int, last: int) -> np.ndarray:
        return self.data[f"yearly_{flow}"].sel(year=slice(first, last)).sum("year").to_numpy()

    def attempts(self, first: int = LAND.years[0], last: int = LAND.years[-1]) -> np.ndarray:
        """Return the attempts of some years."""
        return self._years("attempts", first, last)

    def successes(self, first: int = LAND.years[0], last: int = LAND.years[-1]) -> np.ndarray:
        """Return the successes of some years."""
        return self._years("successes", first, last)

    def week(self, week: int, flow: str = "attempts") -> np.ndarray:
        """Return a flow of the whole country in a week."""
        return self.data[f"weekly_{flow}_by_province"][:, week].sum("province").to_numpy()

    def here(self, province: str, flow: str = "attempts") -> np.ndarray:
        """Return a flow of a province in the whole run."""
        column = LAND.provinces.index(province)
        return self.data[f"weekly_{flow}_by_province"][:, :, column].sum("week").to_numpy()

    def belief(self, week: int) -> np.ndarray:
        """Return the mean of the belief in each province, [run, province]."""
        alpha, beta = (
            self.data[f"weekly_belief_{name}_by_province"][:, week].to_numpy()
            for name in ("alpha", "beta")
        )
        return alpha / (alpha + beta)

    def known(self) -> np.ndarray:
        """Return the attempts that became known in the whole run."""
        return self.data["weekly_known_attempts_by_province"].sum(("week", "province")).to_numpy()

    def largest_change_of_belief(self) -> np.ndarray:
        """Return by how much the belief of a province moved at most from a week to the next."""
        alpha, beta = (
            self.data[f"weekly_belief_{name}_by_province"].to_numpy() for name in ("alpha", "beta")
        )
        return np.abs(np.diff(alpha / (alpha + beta), axis=1)).max((1, 2))

    def repression(self, week: int) -> np.ndarray:
        """Return repression in each province, [run, province]."""
        return self.data["weekly_repression_by_province"][:, week].to_numpy()

    def share(self, dimension: str, value: str) -> np.ndarray:
        """Return the share of the attempts that people of this kind make."""
        total = self.data["yearly_attempts_by_category"].sum("year").to_numpy()
        position = list(LAND.dimensions).index(dimension)
        kinds = np.array([traits[position] == value for traits in LAND.traits])
        tables = total.reshape(len(self.seeds), len(LAND.provinces), -1)
        return tables[:, :, kinds].sum((1, 2)) / total.sum(1)

    @property
    def stopped(self) -> np.ndarray:
        """Whether each run stopped early."""
        return self.data["stopped_early"].to_numpy()

    @property
    def end(self) -> np.ndarray:
        """The year in which each run ended."""
        return np.array([LAND.year_of(int(weeks) - 1) for weeks in self.data["weeks_run"]])

    def last_week_share(self) -> np.ndarray:
        """Return the share of the last week's attempts that are made in the province that has most of them."""
        weekly = self.data["weekly_attempts_by_province"].to_numpy()
        last = weekly[np.arange(len(self.seeds)), self.data["weeks_run"].to_numpy() - 1]
        return last.max(axis=1) / last.sum(axis=1)

    def last_province(self) -> np.ndarray:
        """Return the number of the province that has most attempts in the last week."""
        weekly = self.data["weekly_attempts_by_province"].to_numpy()
        return weekly[np.arange(len(self.seeds)), self.data["weeks_run"].to_numpy() - 1].argmax(
            axis=1
        )

    def _in_last_province(self, name: str, weeks_before: int = 0) -> np.ndarray:
        states = self.data[f"weekly_{name}_by_province"].to_numpy()
        weeks = self.data["weeks_run"].to_numpy() - 1 - weeks_before
        return states[np.arange(len(self.seeds)), weeks, self.last_province()]

    def last_repression(self) -> np.ndarray:
        """Return repression in the last week, where most attempts are made."""
        return self._in_last_province("repression")

    def last_belief(self, weeks_before: int) -> np.ndarray:
        """Return the mean of the belief so many weeks before the last one, in that province."""
        alpha, beta = (
            self._in_last_province(f"belief_{n}", weeks_before) for n in ("alpha", "beta")
        )
        return alpha / (alpha + beta)

    @property
    def score(self) -> np.ndarray:
        """Score of each run."""
        target, counts = Target.from_country(LAND), YearlyCounts.from_ensemble(self.data)
        return np.sqrt(
            RootScale().by_year(counts.part(target.years), np.array(target.counts)).mean(axis=1)
        )

    def first_year(self, flow: str, more_than: float) -> np.ndarray:
        """Return the first year with more than so many people."""
        above = self.data[f"yearly_{flow}"].to_numpy() > more_than
        return np.where(above.any(axis=1), np.array(LAND.years)[above.argmax(axis=1)], 9999)


@functools.cache
def readiest_cutoff() -> float:
    """Return the highest cut-off of all categories in the first week, at the baseline."""
    return max(
        category.cutoff
        for category in DefectionModel(seed=1, weeks=1, **Parameters().as_dict()).citizens
    )


def tail(alpha: float, beta: float) -> float:
    """Return the chance of those who leave most readily in the first year under a belief."""
    return equations.defection_probability(readiest_cutoff(), alpha, beta)


def whole(number: Any) -> str:
    return f"{round(float(number)):,}"


def times(number: Any) -> str:
    return f"{float(number):.1f}"


def decimals(number: Any, digits: int = 2) -> str:
    return f"{float(number):.{digits}f}"


def percentage(share: Any) -> str:
    return percent(float(share))


def half_width(values: np.ndarray) -> float:
    """Return half of the 95 % interval of a mean."""
    return float(1.96 * values.std(ddof=1) / len(values) ** 0.5)


FUNCTIONS = {
    "median": lambda x: float(np.median(x)), "mean": lambda x: float(np.mean(x)), "tail": tail,
    "low": lambda x: float(np.quantile(x, 0.05)), "high": lambda x: float(np.quantile(x, 0.95)),
    "sd": lambda x: float(np.std(x, ddof=1)), "count": lambda x: int(np.sum(x)), "all": np.all,
    "any": np.any, "whole": whole, "year": lambda x: str(int(x)), "made": Many.made,
    "rate": lambda x: f"{100 * x:g} %", "times": times, "decimals": decimals, "percent": percentage,
    "chance": lambda x: chance_words(float(x)), "half_width": half_width, "abs": np.abs,
    "paper": dict(preset_called("the paper", LAND.presets, LAND.name).changes), "max": max, "min": min, "np": np, "land": LAND, "sum": sum, "set": set, "len": len, "many": MANY_SEEDS,
}  # fmt: skip


def space(lesson: Lesson) -> dict[str, Any]:
    """Return the names of a lesson's expressions: ``A``, ``B`` ... are its runs with many seeds.

    ``a``, ``b`` ... are the same scenarios with the lesson's own seed: what the learner sees.
    """
    names: dict[str, Any] = {**FUNCTIONS, "default": Many.made({}), "p_default": Parameters()}
    for letter, run in zip("ABCDE", lesson.runs, strict=False):
        names[letter], names[letter.lower()] = (
            Many.made(run.changes),
            Many.made(run.changes, (run.seed,)),
        )
        names["p_" + letter] = run.parameters
    return names


def worked_out(expression: str, lesson: Lesson) -> Any:
    """Return the value of an expression of a lesson."""
    return eval(expression, {"__builtins__": {}}, space(lesson))


def agents(run: LessonRun) -> DefectionModel:
    """Return a run as the app runs it."""
    return DefectionModel(seed=run.seed, weeks=run.weeks, **run.parameters.as_dict()).run()


def fill() -> None:
    """Write the value of every figure into the heads."""
    for lesson in lessons().values():
        path = FOLDER / f"{lesson.name}.md"
        text = path.read_text(encoding="utf-8")
        for name, figure in lesson.figures.items():
            value = worked_out(figure["is"], lesson)
            pattern = rf"^({name} = \{{.*value = )\"[^\"]*\""
            text, found = re.subn(pattern, rf'\g<1>"{value}"', text, flags=re.MULTILINE)
            assert found == 1, (lesson.name, name)
        path.write_text(text, encoding="utf-8")
        print(lesson.name, "filled")


if __name__ == "__main__":
    sys.exit(fill())
