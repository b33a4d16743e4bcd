"""The screen: points spread evenly over the whole space, and what became of their runs."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
from scipy.stats import qmc

from defection.batch_runs.designs import Space
from defection.batch_runs.execution.evaluation import Evaluate, SearchError
from defection.batch_runs.scores import Objective, ScoreError
from defection.batch_runs.scores.seen import YearlyCounts
from defection.batch_runs.searches.generation import BELOW_ONE, check_varied, check_whole

DEAD, BETWEEN, BURST = "dead", "between", "burst"
FATES = (DEAD, BETWEEN, BURST)
"""What becomes of a run: (nearly) nobody leaves, people leave year after year, or so many that it stops early."""


def fates(runs: pd.DataFrame, objective: Objective) -> np.ndarray:
    """Return the fate of each run: ``burst`` if it stopped early, ``dead`` if in most years of the target nobody left, else ``between``."""
    if "stopped_early" not in runs.columns:
        raise ScoreError("the table of runs has no column stopped_early: bursts cannot be told")
    seen = YearlyCounts.from_runs(runs, objective.target)
    empty = (seen.counts == 0).mean(axis=1) > 0.5
    return np.where(runs["stopped_early"].to_numpy(bool), BURST, np.where(empty, DEAD, BETWEEN))


@dataclasses.dataclass(frozen=True, kw_only=True)
class Screen:
    """Sobol' points over a space, each run and told apart: dead, in between or burst.

    Parameters
    ----------
    space : Space
        What is covered.
    objective : Objective
        What scores the points.
    points : int
        How many; a power of two covers the space most evenly.
    replicates : int
        Runs of each point.
    batch : int
        Points asked at a time.
    """

    space: Space
    objective: Objective
    points: int = 4096
    replicates: int = 1
    batch: int = 512

    def __post_init__(self) -> None:
        check_varied(self.space, "screen")
        check_whole("screen", points=self.points, replicates=self.replicates, batch=self.batch)

    def run(self, evaluate: Evaluate, *, seed: int) -> pd.DataFrame:
        """Run the points.

        Returns
        -------
        pandas.DataFrame
            A row per point: ``generation`` (the batch), ``point``, the scores, ``dead``,
            ``between`` and ``burst`` (shares of its replicates) and the parameters.
        """
        power = max(0, int(self.points - 1).bit_length())
        sobol = qmc.Sobol(
            len(self.space.varied), rng=np.random.default_rng(np.random.SeedSequence(seed))
        )
        unit = np.minimum(sobol.random_base2(power)[: self.points], BELOW_ONE)
        trace = []
        for generation, start in enumerate(range(0, self.points, self.batch)):
            table = self.space.table(unit[start : start + self.batch])
            runs = evaluate(table, self.replicates)
            scores = self.objective.score_points(runs)
            if len(scores) != len(table):
                raise SearchError(
                    f"{len(table)} points were asked for, {len(scores)} were answered"
                )
            found = fates(runs, self.objective)
            shares = (
                pd.DataFrame({fate: found == fate for fate in FATES})
                .groupby(runs["point"].to_numpy(), sort=False)
                .mean()
            )
            rows = pd.concat(
                [scores, shares.reset_index(drop=True), table.reset_index(drop=True)], axis=1
            )
            rows.insert(0, "generation", generation)
            trace.append(rows)
        return pd.concat(trace, ignore_index=True)


def best(
    trace: pd.DataFrame, count: int, *, apart: float = 0.0, space: Space | None = None
) -> pd.DataFrame:
    """Return the ``count`` best points of a trace, best first.

    With ``apart`` above 0, a point nearer than that to a better one is left out: the root mean
    square distance over the dimensions of the unit cube of ``space``.
    """
    ranked = trace.sort_values("score", kind="stable")
    if apart <= 0:
        return ranked.head(count).reset_index(drop=True)
    if space is None:
        raise SearchError("best: apart needs the space in which distances are measured")
    unit = space.unit(ranked)
    kept: list[int] = []
    for i in range(len(ranked)):
        if all(np.sqrt(((unit[i] - unit[j]) ** 2).mean()) >= apart for j in kept):
            kept.append(i)
        if len(kept) == count:
            break
    return ranked.iloc[kept].reset_index(drop=True)
