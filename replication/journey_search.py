"""Searches over the law and the journey together, with the facts for fitting as what is fitted.

Each begins from nothing: a screen of the law, rough evolution of law and journey together, fine
evolution, and both once more from what was found. Candidates are scored on seeds of their own;
all points of a generation have the same seeds.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import qmc

from defection.batch_runs.designs import Space
from defection.batch_runs.ensemble import run_ensemble
from defection.batch_runs.scores.facts import Facts
from defection.batch_runs.scores.facts_scores import FactsObjective, columns
from defection.batch_runs.searches import Evolution, best, winners
from defection.batch_runs.searches.generation import BELOW_ONE, generation, unit_of
from defection.parameters import Parameters, parameter
from defection.replication.journey_regions import FITS, JOBS, LAW, NAMES, SPLITS, WAY, Fit, facts_of
from defection.replication.kept_points import SEED_STEP, KeptPoints, part, renewed, times_renewed
from defection.replication.seeds import run_seed

__all__ = ["BUDGET", "FITS", "JOBS", "QUICK", "FollowedPoints", "Searching", "found", "seeds_of"]

ROOT = 3000
DIGITS = 5
"""Significant digits to which what was found is rounded, before it is scored on fresh seeds."""
NOTHING_KEPT = KeptPoints()

BUDGET = {
    "screened": 512, "starts": 4, "population": 32, "generations": 60, "halving": 15,
    "last_generations": 20, "replicates": 2, "scored": 16, "further": 150,
}  # fmt: skip
QUICK = {
    "screened": 8, "starts": 1, "population": 4, "generations": 1, "halving": 1,
    "last_generations": 1, "replicates": 1, "scored": 2, "further": 1,
}  # fmt: skip


class FollowedPoints:
    """Runs points of law and journey; the points of one call have the same seeds.

    Parameters
    ----------
    root : int
        Number from which all seeds follow.
    facts : Facts
        What is measured.
    threads : int, optional
        As for :func:`defection.batch_runs.run_ensemble`.
    """

    def __init__(self, root: int, facts: Facts, threads: int | None = None) -> None:
        self.root, self.facts, self.threads = root, facts, threads
        self.calls = self.runs_made = 0

    def __call__(self, points: pd.DataFrame, replicates: int) -> pd.DataFrame:
        """Return a row per run: point, replicate, whether it stopped, facts, yearly successes."""
        seeds = seeds_of(self.root, self.calls, replicates)
        self.calls, self.runs_made = self.calls + 1, self.runs_made + replicates * len(points)
        laws, ways = points[LAW], points[WAY].to_dict("records")
        journeys = [Parameters(journey="on", **way) for way in ways]
        once = not (laws != laws.iloc[0]).any(axis=None)  # of one law a seed is run once
        rows = laws.head(1 if once else None).to_dict("records")
        each = [Parameters(**row) for row in rows for _ in seeds]
        how: dict[str, Any] = {"country": self.facts.country, "threads": self.threads}
        data = run_ensemble(each, seeds * len(rows), record=self.facts.record_for(journeys), **how)
        if once:
            every = [self.facts.measure_ensemble(data, j, threads=self.threads) for j in journeys]
            measured = np.concatenate(every)
            data = data[["yearly_successes"]].isel(run=[*range(replicates)] * len(points))
        else:
            repeated = [journey for journey in journeys for _ in seeds]
            measured = self.facts.measure_ensemble(data, repeated, threads=self.threads)
        years = [f"successes_{year}" for year in data["year"].to_numpy()]
        return columns(self.facts, measured).assign(
            point=np.repeat(np.arange(len(points)), replicates),
            replicate=np.tile(np.arange(replicates), len(points)),
            stopped_early=data["stopped_early"].to_numpy(),
            **dict(zip(years, data["yearly_successes"].to_numpy().T, strict=True)),
        )


def seeds_of(root: int, call: int, count: int) -> list[int]:
    """Return the seeds of a call of :class:`FollowedPoints`."""
    return [run_seed(root, call, number) for number in range(count)]


@dataclasses.dataclass(frozen=True)
class Searching:
    """One search: its region, which facts are fitted (no others are measured), root and budget."""

    fit: Fit
    split: str
    budget: Mapping[str, int]
    threads: int | None = None
    log: Callable[[str], object] = lambda _message: None

    @functools.cached_property
    def facts(self) -> Facts:
        """The facts that are fitted."""
        return facts_of(self.split).part("fit")

    def first(self) -> dict[str, Any]:
        """Search from nothing; return the best point and how it was found."""
        size, space, root = self.budget, self.fit.space(), self._root
        evaluate = FollowedPoints(root, self.facts, self.threads)
        screen = self._scored(evaluate, _screened(self.fit, space, size["screened"], root), 1)
        first = best(screen, size["starts"], min_distance=0.05, space=space)
        how: dict[str, Any] = {"starts": len(first), "halving": size["halving"], "step": 0.15}
        rough = self._evolved(evaluate, root, first, 1, size["generations"], **how)
        late = best(self._scored(evaluate, winners(rough), size["scored"] // 2), 1)
        replicates, generations = size["replicates"], size["last_generations"]
        fine = self._evolved(evaluate, root + 1, late, replicates, generations, step=0.05)
        return self._best(evaluate, [late, winners(fine)])

    def further(self, found: Mapping[str, Any], number: int = 1) -> dict[str, Any]:
        """Search on from what was found, with other seeds; return the best of both."""
        size, root = self.budget, self._root + SEED_STEP * number
        start = pd.DataFrame([found["parameters"]])
        evaluate = FollowedPoints(root, self.facts, self.threads)
        wide = self._evolved(evaluate, root, start, 1, size["further"], step=0.1)
        late = best(self._scored(evaluate, winners(wide), size["scored"] // 2), 1)
        replicates, generations = size["replicates"], size["last_generations"] // 2 + 1
        fine = self._evolved(evaluate, root + 1, late, replicates, generations, step=0.05)
        made = self._best(evaluate, [start, late, winners(fine)])
        return made | {"runs": found["runs"] + made["runs"]}

    def renewed(self, row: Mapping[str, Any], generations: int) -> dict[str, Any]:
        """Search on from a point that was found before, finely; return the best of both."""
        root = self._root + SEED_STEP * (3 + times_renewed(row))
        evaluate = FollowedPoints(root, self.facts, self.threads)
        space, replicates = self.fit.space(), self.budget["replicates"]
        start = space.complete(pd.DataFrame([row["parameters"]])[space.names])
        fine = self._evolved(evaluate, root + 1, start, replicates, generations, step=0.05)
        return renewed(row, self._best(evaluate, [start, winners(fine)]), generations)

    @property
    def _root(self) -> int:
        return ROOT + 10 * list(SPLITS).index(self.split) + self.fit.number

    @functools.cached_property
    def _objective(self) -> Any:
        return FactsObjective(self.facts)

    def _scored(self, evaluate: FollowedPoints, points: pd.DataFrame, runs: int) -> pd.DataFrame:
        return generation(evaluate, self._objective, points[NAMES], runs)[0]

    def _evolved(
        self, evaluate: FollowedPoints, seed: int, first: pd.DataFrame, replicates: int,
        generations: int, starts: int = 1, **how: Any,
    ) -> pd.DataFrame:  # fmt: skip
        return Evolution(
            space=self.fit.space(), objective=self._objective, starts=starts,
            population=self.budget["population"], generations=generations, replicates=replicates,
            **how,
        ).run(evaluate, seed=seed, first=first[NAMES])  # fmt: skip

    def _best(self, evaluate: FollowedPoints, points: list[pd.DataFrame]) -> dict[str, Any]:
        every = pd.concat(points, ignore_index=True)
        last = best(self._scored(evaluate, every, self.budget["scored"]), 1).iloc[0]
        said = f"{last['score']:.1f} after {evaluate.runs_made:,} runs"
        self.log(f"{self.fit.name}, {self.split}: {said}")
        return {
            "region": self.fit.name, "split": self.split, "root": self._root,
            "budget": dict(self.budget), "runs": evaluate.runs_made,
            "facts_fitted": len(self.facts.facts), "searched": self.fit.space().names,
            "score_in_search": float(last["score"]),
            "parameters": json.loads(last[NAMES].to_json()),
        }  # fmt: skip


def rounded(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was found with the searched parameters rounded; the others follow from them.

    Examples
    --------
    >>> here = FITS["free"].space().table([[0.123456789] * 24]).iloc[0].to_dict()
    >>> made = rounded({"region": "free", "parameters": here})["parameters"]
    >>> made["famine_effect"], made["journey"]
    (0.24691, 'on')
    """
    space, own = FITS[found["region"]].space(), dict(found["parameters"])
    short = {n: float(f"{own[n]:.{DIGITS}g}") if isinstance(own[n], float) else own[n]
             for n in space.names}  # fmt: skip
    last = space.complete(pd.DataFrame([short])).iloc[0].to_dict()
    return {**found, "parameters": {**own, **{name: last[name] for name in own if name in last}}}


def _screened(fit: Fit, space: Space, count: int, root: int) -> pd.DataFrame:
    """Return Sobol' points; where the law varies, the journey is at what it starts from."""
    rng = np.random.default_rng(np.random.SeedSequence(root))
    power = max(0, int(count - 1).bit_length())
    unit = qmc.Sobol(len(space.names), rng=rng).random_base2(power)[:count]
    if fit.law is not None:
        starts = {name: [parameter(name).default] for name in WAY}
        here = space.table(unit[:1]).assign(**starts)
        moved = [name in WAY for name in space.names]
        unit[:, moved] = unit_of(space, here)[0, moved]
    return space.table(np.minimum(unit, BELOW_ONE))


def found(
    job: tuple[str, str],
    budget: Mapping[str, int],
    folder: Any = None,
    others: Sequence[Mapping[str, Any]] = (),
    kept: KeptPoints = NOTHING_KEPT,
    **how: Any,
) -> dict[str, Any]:
    """Return a search's result; parts that a working folder has are not made again.

    ``others`` are results of regions before, where a region is to be searched from one as well.
    What is ``kept`` of an earlier search is taken, or searched on, where it holds.
    """
    searching = Searching(FITS[job[0]], job[1], budget, **how)
    name = re.sub(r"\W+", "_", " ".join(job))
    said = {"budget": dict(budget), "facts_fitted": len(searching.facts.facts)}

    def made(name: str, make: Callable[..., dict[str, Any]], *what: Any) -> dict[str, Any]:
        same = lambda one: one["budget"] == said["budget"]  # noqa: E731
        return part(folder, name, functools.partial(make, *what), same)

    def search() -> dict[str, Any]:
        first = made(name, searching.first)
        on = made(f"{name}_further", searching.further, first)
        for other in others:
            if (other["region"], other["split"]) == (searching.fit.also_from, job[1]):
                inside = searching.fit.inside(other["parameters"])
                start = {"parameters": inside, "runs": on["runs"]}
                also = made(f"{name}_also", searching.further, start, 2)
                better = min(on, also, key=lambda one: float(one["score_in_search"]))
                on = {**better, "runs": also["runs"]}
        return on

    def further(row: Mapping[str, Any], generations: int) -> dict[str, Any]:
        make = functools.partial(searching.renewed, row, generations)
        return part(folder, f"{name}_renewed", make, lambda one: one["renewed"]["from"] == row)

    return kept.found(job, searching.fit.space(), said, search, further)
