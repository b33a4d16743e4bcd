"""The paper's search: a random walk that goes on where it improves, and sometimes where it does not."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd

from defection.batch_runs.designs import Space
from defection.batch_runs.execution.evaluation import Evaluate
from defection.batch_runs.scores import Objective
from defection.batch_runs.searches.generation import (
    asked,
    check_between,
    check_varied,
    check_whole,
    reflected,
    table_of,
)


@dataclasses.dataclass(frozen=True, kw_only=True)
class PaperWalk:
    """Many walks side by side, each as in the paper ('Results').

    "After each simulation propose new parameter values that are randomly selected close to the
    previous simulation, and whether or not to continue the parameter search in that direction
    depends on the relative improvement in the score: if it improves we continue, if it does not, we
    randomly decide whether to continue or not." The paper gives neither the size of a step nor the
    chance of going on; both are settings here. Every score is that of one run, as in the paper, so
    a walk keeps what luck gave it: score winners again.

    Parameters
    ----------
    space : Space
        Where it may go.
    objective : Objective
        What it makes small; the paper's own is near ``Objective(target, "vertical")``.
    walks : int
        Walks side by side; each generation asks one point for each.
    steps : int
        Steps of each walk.
    step : float
        Standard deviation of a step in each dimension, as a share of the parameter's range.
    continue_worse : float
        Probability of going on from a point that is worse.
    patience : int
        A walk starts anew at a random point after so many steps without a new best of its own.
    replicates : int
        Runs of each point.
    """

    space: Space
    objective: Objective
    walks: int = 20
    steps: int = 500
    step: float = 0.05
    continue_worse: float = 0.1
    patience: int = 200
    replicates: int = 1

    def __post_init__(self) -> None:
        check_varied(self.space, "paper walk")
        check_whole(
            "paper walk",
            walks=self.walks,
            steps=self.steps,
            patience=self.patience,
            replicates=self.replicates,
        )
        check_between("paper walk", 0.0, 1.0, step=self.step, continue_worse=self.continue_worse)

    def run(self, evaluate: Evaluate, *, seed: int) -> pd.DataFrame:
        """Walk, and return the trace.

        Returns
        -------
        pandas.DataFrame
            A row per point asked: ``generation``, ``start`` (the walk), ``restart`` (how often it
            had begun anew), ``moved`` (whether the walk went on from here), the scores and the
            parameters.
        """
        rng = np.random.default_rng(np.random.SeedSequence(seed))
        dimensions = len(self.space.varied)
        here, score = np.empty((self.walks, dimensions)), np.full(self.walks, np.inf)
        best, waited, restarts = (
            np.full(self.walks, np.inf),
            np.zeros(self.walks, int),
            np.zeros(self.walks, int),
        )
        begin = np.ones(self.walks, bool)
        trace = []
        for generation in range(self.steps):
            near = (
                reflected(here + self.step * rng.standard_normal(here.shape))
                if generation
                else here
            )
            proposed = np.where(begin[:, None], rng.random(here.shape), near)
            luck = rng.random(self.walks)
            rows = asked(
                evaluate,
                self.objective,
                table_of(self.space, proposed),
                self.replicates,
                generation=generation,
                start=np.arange(self.walks),
            )
            found = rows["score"].to_numpy()
            moved = begin | (found < score) | (luck < self.continue_worse)
            rows.insert(2, "restart", restarts.copy())
            rows.insert(3, "moved", moved)
            trace.append(rows)
            here, score = np.where(moved[:, None], proposed, here), np.where(moved, found, score)
            waited = np.where(found < best, 0, waited + 1)
            best = np.minimum(best, found)
            begin = waited >= self.patience
            restarts, waited, best = (
                restarts + begin,
                np.where(begin, 0, waited),
                np.where(begin, np.inf, best),
            )
        return pd.concat(trace, ignore_index=True)
