"""The paper's search: a random walk that goes on where it improves, and sometimes where not."""

import dataclasses
from typing import ClassVar

import numpy as np
import pandas as pd

from defection.batch_runs.execution.evaluation import Evaluate
from defection.batch_runs.searches.generation import (
    Search,
    check_between,
    generation,
    reflected,
    table_of,
)
from defection.batch_runs.searches.rescoring import FINALISTS, FRESH, rescored


@dataclasses.dataclass(frozen=True, kw_only=True)
class PaperSearch(Search):
    """Many chains side by side, each as in the paper ('Results').

    "After each simulation propose new parameter values that are randomly selected close to the
    previous simulation, and whether or not to continue the parameter search in that direction
    depends on the relative improvement in the score: if it improves we continue, if it does not, we
    randomly decide whether to continue or not." The paper gives neither the size of a step nor the
    chance of going on; both are settings here. Every score is that of one run, as in the paper, so
    a chain keeps what its seeds gave it: score winners again.

    Parameters
    ----------
    space, objective
        Where it may go, and what it makes small (near the paper's own: the ``vertical`` score).
    chains : int
        Chains side by side; each generation evaluates one point of each.
    steps : int
        Steps of each chain.
    step : float
        Standard deviation of a step in each dimension, as a share of the parameter's range.
    continue_worse : float
        Probability of going on from a point that is worse.
    patience : int
        A chain starts anew at a random point after so many steps without a new best of its own.
    replicates : int
        Runs of each point.

    Raises
    ------
    SearchError
        Nothing varies, or a setting is out of range.

    Examples
    --------
    >>> from defection.batch_runs.scores import Objective, Target
    >>> from defection.batch_runs.searches import MemoryEvaluation, search_space
    >>> objective = Objective(Target.from_country(), "vertical")
    >>> search = PaperSearch(space=search_space(), objective=objective, chains=2, steps=2)
    >>> search.run(MemoryEvaluation(root=1), seed=1)[["generation", "start"]].values.tolist()
    [[0, 0], [0, 1], [1, 0], [1, 1]]
    """

    method: ClassVar[str] = "paper search"
    chains: int = 20
    steps: int = 500
    step: float = 0.05
    continue_worse: float = 0.1
    patience: int = 200
    replicates: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        check_between("paper search", 0.0, 1.0, step=self.step, continue_worse=self.continue_worse)

    def sizes(self) -> list[tuple[int, int, int]]:
        """Return the steps, and the finalists."""
        finalists = (1, min(FINALISTS, self.chains), FRESH)
        return [(self.steps, self.chains, self.replicates), finalists]

    def run(self, evaluate: Evaluate, *, seed: int) -> pd.DataFrame:
        """Return a row per point evaluated.

        Columns: ``generation``, ``start`` (the chain), ``restart`` (how often it had begun anew),
        ``moved`` (whether the chain went on from here), the scores and the parameters.
        """
        rng, count = np.random.default_rng(np.random.SeedSequence(seed)), self.chains
        here, score = np.empty((count, len(self.space.varied))), np.full(count, np.inf)
        best, waited, restarts = score.copy(), np.zeros(count, int), np.zeros(count, int)
        begin, trace = np.ones(count, bool), []
        for number in range(self.steps):
            near = here
            if number:
                near = reflected(here + self.step * rng.standard_normal(here.shape))
            proposed = np.where(begin[:, None], rng.random(here.shape), near)
            uniforms, points = rng.random(count), table_of(self.space, proposed)
            labels = {"generation": number, "start": np.arange(count)}
            rows, _ = generation(evaluate, self.objective, points, self.replicates, **labels)
            found = rows["score"].to_numpy()
            moved = begin | (found < score) | (uniforms < self.continue_worse)
            rows.insert(2, "restart", restarts.copy())
            rows.insert(3, "moved", moved)
            trace.append(rows)
            here, score = np.where(moved[:, None], proposed, here), np.where(moved, found, score)
            waited, best = np.where(found < best, 0, waited + 1), np.minimum(best, found)
            begin = waited >= self.patience
            waited, best = np.where(begin, 0, waited), np.where(begin, np.inf, best)
            restarts = restarts + begin
        return pd.concat(trace, ignore_index=True)

    def finalists(self, trace: pd.DataFrame, evaluate: Evaluate) -> pd.DataFrame:
        """Return the best point of each of the ten best chains, with scores on fresh seeds."""
        ranked = trace.loc[trace.groupby("start")["score"].idxmin()].sort_values(
            "score", kind="stable"
        )
        return rescored(ranked.head(FINALISTS), self.objective, evaluate)
