"""Searches for the mechanisms: each from nothing, then from the regions that it contains.

A screen of Sobol' points, rough evolution from its best, fine evolution from what that found. All
points of a generation have the same seeds; candidates are scored on seeds of their own.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import qmc

from defection.batch_runs.ensemble import run_ensemble
from defection.batch_runs.scores import Target
from defection.batch_runs.scores.objective import Scoring
from defection.batch_runs.searches import Evolution, best, winners
from defection.batch_runs.searches.generation import BELOW_ONE, generation
from defection.parameters import Parameters
from defection.replication.extended_regions import (
    ASSUMED_TARGET,
    LAW,
    REGIONS,
    SPLITS,
    Region,
    fitted_years,
)  # fmt: skip
from defection.replication.kept_points import SEED_STEP, KeptPoints, part, renewed, times_renewed
from defection.replication.seeds import run_seed

ROOT = 7000
NOTHING_KEPT = KeptPoints()

BUDGET = {
    "screened": 2048, "starts": 6, "population": 16, "generations": 60, "halving": 12,
    "last_starts": 3, "last_generations": 70, "replicates": 2, "scored": 16,
}  # fmt: skip
QUICK = {
    "screened": 8, "starts": 1, "population": 4, "generations": 1, "halving": 1,
    "last_starts": 1, "last_generations": 1, "replicates": 1, "scored": 2,
}  # fmt: skip


@dataclasses.dataclass(frozen=True)
class SomeYears(Scoring):
    """The root mean square over some years of √run - √observed."""

    years: tuple[int, ...]
    over: str = "mean"

    def score_runs(self, runs: pd.DataFrame) -> pd.DataFrame:
        """Return the score of each run; a year that was not reached counts as nobody."""
        target = Target.from_country()
        observed = dict(zip(target.years, target.counts, strict=True))
        found = runs[[f"successes_{year}" for year in self.years]].to_numpy(float)
        differences = np.sqrt(found) - np.sqrt([observed[year] for year in self.years])
        score = np.sqrt((differences**2).mean(axis=1))
        return pd.DataFrame({"point": runs["point"].to_numpy(), "score": score})


class YearlyPoints:
    """Runs points; the points of one call have the same seeds."""

    def __init__(self, root: int, threads: int | None = None) -> None:
        self.root, self.threads = root, threads
        self.calls = self.runs_made = 0

    def __call__(self, points: pd.DataFrame, replicates: int) -> pd.DataFrame:
        """Return a row per run: point, replicate, whether it stopped, yearly successes."""
        seeds = [run_seed(self.root, self.calls, number) for number in range(replicates)]
        self.calls, self.runs_made = self.calls + 1, self.runs_made + replicates * len(points)
        each = points[LAW].loc[points.index.repeat(replicates)].reset_index(drop=True)
        data = run_ensemble(each, seeds * len(points), threads=self.threads)
        years = [f"successes_{year}" for year in data["year"].to_numpy()]
        counts = dict(zip(years, data["yearly_successes"].to_numpy().T, strict=True))
        return pd.DataFrame({
            "point": np.repeat(np.arange(len(points)), replicates),
            "replicate": np.tile(np.arange(replicates), len(points)),
            "stopped_early": data["stopped_early"].to_numpy(), **counts,
        })  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Searching:
    """One search: its region, which years are fitted, and how long it is."""

    region: Region
    split: str
    budget: Mapping[str, int]
    threads: int | None = None
    log: Callable[[str], object] = lambda _message: None

    def run(self, starts: pd.DataFrame | None = None) -> dict[str, Any]:
        """Search from nothing and from ``starts``; return the best point and how it was found."""
        size, space, root = self.budget, self.region.space(), self._root
        evaluate = YearlyPoints(root, self.threads)
        names = list(dict.fromkeys([*space.names, *LAW]))
        screened = self._scored(evaluate, _screened(space, size["screened"], root), names, 1)
        first = best(screened, size["starts"], min_distance=0.05, space=space)
        how: dict[str, Any] = {"starts": len(first), "halving": size["halving"], "step": 0.15}
        rough = self._evolved(evaluate, root, first[names], 1, size["generations"], **how)
        more = [] if starts is None else [space.complete(starts[space.names])]
        every = pd.concat([winners(rough)[names], *more], ignore_index=True)
        late = best(self._scored(evaluate, every, names, size["scored"] // 2), size["last_starts"])
        how = {"starts": len(late), "halving": size["last_generations"] // 3 + 1, "step": 0.06}
        replicates, last = size["replicates"], size["last_generations"]
        fine = self._evolved(evaluate, root + 1, late[names], replicates, last, **how)
        return self._best(evaluate, root, [late, winners(fine)])

    def renewed(self, row: Mapping[str, Any], generations: int) -> dict[str, Any]:
        """Search on from a point that was found before, finely; return the best of both."""
        space = self.region.space()
        root = self._root + SEED_STEP * (1 + times_renewed(row))
        evaluate = YearlyPoints(root, self.threads)
        start = space.complete(pd.DataFrame([row["parameters"]])[space.names])
        replicates = self.budget["replicates"]
        fine = self._evolved(evaluate, root + 1, start, replicates, generations, step=0.06)
        return renewed(row, self._best(evaluate, root, [start, winners(fine)]), generations)

    def _best(self, evaluate: YearlyPoints, root: int, points: list[Any]) -> dict[str, Any]:
        space = self.region.space()
        names = list(dict.fromkeys([*space.names, *LAW]))
        every = pd.concat(points, ignore_index=True)
        found = best(self._scored(evaluate, every, names, self.budget["scored"]), 1).iloc[0]
        self.log(f"{self.region.name}, {self.split}: {found['score']:.2f}, "
                 f"{evaluate.runs_made:,} runs")  # fmt: skip
        return {
            "region": self.region.name, "split": self.split, "root": root,
            "budget": dict(self.budget), "runs": evaluate.runs_made, "searched": space.names,
            "score_in_search": float(found["score"]),
            "parameters": json.loads(found[LAW].to_json()),
        }  # fmt: skip

    @property
    def _root(self) -> int:
        return ROOT + 100 * SPLITS.index(self.split) + 2 * self.region.number

    def _scored(
        self, evaluate: YearlyPoints, points: pd.DataFrame, names: list[str], runs: int
    ) -> pd.DataFrame:
        objective: Any = SomeYears(years=fitted_years(self.split))
        return generation(evaluate, objective, points[names], runs)[0]

    def _evolved(
        self, evaluate: YearlyPoints, seed: int, first: pd.DataFrame, replicates: int,
        generations: int, starts: int = 1, **how: Any,
    ) -> pd.DataFrame:  # fmt: skip
        objective: Any = SomeYears(years=fitted_years(self.split))
        return Evolution(
            space=self.region.space(), objective=objective, starts=starts,
            population=self.budget["population"], generations=generations, replicates=replicates,
            **how,
        ).run(evaluate, seed=seed, first=first)  # fmt: skip


def _screened(space: Any, count: int, root: int) -> pd.DataFrame:
    rng = np.random.default_rng(np.random.SeedSequence(root))
    power = max(0, int(count - 1).bit_length())
    unit = qmc.Sobol(len(space.names), rng=rng).random_base2(power)[:count]
    table: pd.DataFrame = space.table(np.minimum(unit, BELOW_ONE))
    return table


def found(
    job: tuple[str, str],
    budget: Mapping[str, int],
    folder: Any,
    before: list[dict[str, Any]],
    kept: KeptPoints = NOTHING_KEPT,
    **how: Any,
) -> dict[str, Any]:
    """Return a search's result; what a working folder has is not searched again.

    ``before`` are the results so far; those whose whole this region is are starting points. What is
    ``kept`` of an earlier search is taken, or searched on, where it holds.
    """
    region, said = REGIONS[job[0]], {"budget": dict(budget)}
    searching = Searching(region, job[1], budget, **how)
    name = re.sub(r"\W+", "_", " ".join(job))

    def search() -> dict[str, Any]:
        make = functools.partial(searching.run, _starts(region, job[1], before))
        return part(folder, name, make, lambda one: one["budget"] == said["budget"])

    def further(row: Mapping[str, Any], generations: int) -> dict[str, Any]:
        make = functools.partial(searching.renewed, row, generations)
        return part(folder, f"{name}_renewed", make, lambda one: one["renewed"]["from"] == row)

    return kept.found(job, region.space(), said, search, further)


def _starts(region: Region, split: str, before: list[dict[str, Any]]) -> pd.DataFrame | None:
    """Return the points from which a region is searched beside those of its screen."""
    parts = [
        one for one in before if one["split"] == split
        and (REGIONS[one["region"]].whole == region.name or one["region"] == region.near)
    ]  # fmt: skip
    points = [one["parameters"] for one in parts]
    if not region.law and not region.tightens and split == "all years":
        points.append(Parameters().as_dict())  # the baseline: what a longer search found
    inside = [one for point in points for one in _inside(region, point)]
    return pd.DataFrame(inside) if inside else None


def _inside(region: Region, point: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a point of a part in the space of the whole: what is added has little effect."""
    own = dict(point)
    count = int(region.law.get("news_circles", 1))
    if count > 1 and point["news_circles"] == 1:  # each circle hears of as many as the province did
        own["observation_probability"] = min(1.0, point["observation_probability"] * count)
    own["news_between_circles"] = max(own["news_between_circles"], 1e-3)
    if not region.tightens or point["interventions"] != "none":
        return [own]
    return [{**own, "control_target": target} for target in (0.8, 0.9, ASSUMED_TARGET)]
