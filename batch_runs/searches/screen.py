"""The screen: points spread evenly over the whole space, and what their runs do."""

import dataclasses
from typing import ClassVar

import numpy as np
import pandas as pd
from scipy.stats import qmc

from defection.batch_runs.designs import Space
from defection.batch_runs.errors import SearchError
from defection.batch_runs.execution.evaluation import Evaluate
from defection.batch_runs.outcomes import FATES, YearlyCounts, fates
from defection.batch_runs.searches.generation import BELOW_ONE, Search, generation
from defection.batch_runs.searches.rescoring import FINALISTS, FRESH, rescored


@dataclasses.dataclass(frozen=True, kw_only=True)
class Screen(Search):
    """Sobol' points over a space: each is run, scored, and called extinct, sustained or runaway.

    Parameters
    ----------
    space, objective
        What is covered, and what scores the points.
    points : int
        How many; a power of two covers the space most evenly.
    replicates : int
        Runs of each point.
    batch : int
        Points evaluated at a time.

    Raises
    ------
    SearchError
        Nothing varies, or a number is not a whole one of at least 1.

    Examples
    --------
    >>> from defection.batch_runs.scores import Objective, Target
    >>> from defection.batch_runs.searches import MemoryEvaluation, search_space
    >>> screen = Screen(space=search_space(), objective=Objective(Target.from_country()), points=4)
    >>> screen.run(MemoryEvaluation(root=1), seed=1)[["extinct", "sustained", "runaway"]].shape
    (4, 3)
    """

    method: ClassVar[str] = "screen"
    points: int = 4096
    replicates: int = 1
    batch: int = 512

    def sizes(self) -> list[tuple[int, int, int]]:
        """Return the batches, and the finalists."""
        batches = -(-self.points // self.batch)
        size = min(self.batch, self.points)
        return [(batches, size, self.replicates), (1, min(FINALISTS, self.points), FRESH)]

    def run(self, evaluate: Evaluate, *, seed: int) -> pd.DataFrame:
        """Return a row per point.

        Columns: ``generation`` (the batch), ``point``, the scores, the parameters, and the shares
        of the replicates that are ``extinct``, ``sustained`` and ``runaway``.
        """
        power = max(0, int(self.points - 1).bit_length())
        rng = np.random.default_rng(np.random.SeedSequence(seed))
        sobol = qmc.Sobol(len(self.space.varied), rng=rng).random_base2(power)
        unit, trace = np.minimum(sobol[: self.points], BELOW_ONE), []
        for number, start in enumerate(range(0, self.points, self.batch)):
            table = self.space.table(unit[start : start + self.batch])
            rows, runs = generation(
                evaluate, self.objective, table, self.replicates, generation=number
            )
            found = fates(YearlyCounts.from_runs(runs), runs["stopped_early"].to_numpy(bool))
            does = pd.DataFrame({fate: found == fate for fate in FATES})
            shares = does.groupby(runs["point"].to_numpy(), sort=False).mean()
            first = rows.columns.get_loc(table.columns[0])
            for offset, fate in enumerate(FATES):
                rows.insert(first + offset, fate, shares[fate].to_numpy())
            trace.append(rows)
        return pd.concat(trace, ignore_index=True)

    def finalists(self, trace: pd.DataFrame, evaluate: Evaluate) -> pd.DataFrame:
        """Return the ten best points that lie apart, with their scores on fresh seeds."""
        count = min(FINALISTS, len(trace))
        chosen = best(trace, count, min_distance=0.1, space=self.space)
        return rescored(chosen, self.objective, evaluate)


def best(
    trace: pd.DataFrame, count: int, *, min_distance: float = 0.0, space: Space | None = None
) -> pd.DataFrame:
    """Return the best points of a trace, best first.

    Parameters
    ----------
    trace : pandas.DataFrame
        A row per point with ``score`` (lower is better) and the parameters.
    count : int
        How many, at most.
    min_distance : float
        A point nearer than that to a better one is left out: the root mean square distance over
        the dimensions of the unit cube.
    space : Space, optional
        Whose unit cube; needed with ``min_distance``.

    Returns
    -------
    pandas.DataFrame
        Rows of the trace with a fresh index.

    Raises
    ------
    SearchError
        ``min_distance`` without a space.

    Examples
    --------
    >>> best(pd.DataFrame({"score": [3.0, 1.0, 2.0]}), 2)["score"].tolist()
    [1.0, 2.0]
    """
    ranked = trace.sort_values("score", kind="stable")
    if min_distance <= 0:
        return ranked.head(count).reset_index(drop=True)
    if space is None:
        raise SearchError("best: min_distance needs the space in which distances are measured")
    unit = space.unit(ranked)
    kept: list[int] = []
    for i in range(len(ranked)):
        if all(np.sqrt(((unit[i] - unit[j]) ** 2).mean()) >= min_distance for j in kept):
            kept.append(i)
        if len(kept) == count:
            break
    return ranked.iloc[kept].reset_index(drop=True)
