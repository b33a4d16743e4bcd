"""Scoring again: what winners are worth on seeds that did not choose them, and how well the model itself could do."""

from __future__ import annotations

import numpy as np
import pandas as pd

from defection.batch_runs.execution.evaluation import Evaluate, SearchError
from defection.batch_runs.scores import Objective, Target
from defection.batch_runs.scores.seen import YearlyCounts
from defection.batch_runs.searches.generation import asked, check_whole
from defection.parameters import PARAMETERS

QUANTILES = {"low": 0.05, "middle": 0.5, "high": 0.95}
"""Columns of quantiles over replicates."""


def rescored(
    winners: pd.DataFrame, objective: Objective, evaluate: Evaluate, *, replicates: int = 50
) -> pd.DataFrame:
    """Run points again with fresh seeds and score them.

    Returns
    -------
    pandas.DataFrame
        Best first, a row per point: ``start``, ``centre`` and ``score_in_search`` (where
        ``winners`` has them), ``point``, ``score``, ``spread``, ``standard_error``, ``replicates``,
        ``stopped``, ``low``, ``middle`` and ``high`` (5, 50 and 95 % of runs), and the parameters.
    """
    check_whole("rescoring", 2, replicates=replicates)
    if len(winners) == 0:
        raise SearchError("there are no winners to score again")
    answers: list[pd.DataFrame] = []

    def kept(points: pd.DataFrame, count: int) -> pd.DataFrame:
        answers.append(evaluate(points, count))
        return answers[-1]

    table = asked(kept, objective, winners[list(PARAMETERS)].reset_index(drop=True), replicates)
    scores = objective.score_runs(answers[0])["score"].to_numpy().reshape(len(winners), replicates)
    place = table.columns.get_loc("stopped") + 1
    for name, share in reversed(QUANTILES.items()):
        table.insert(place, name, np.quantile(scores, share, axis=1))
    for column, name in {"score": "score_in_search", "centre": "centre", "start": "start"}.items():
        if column in winners.columns:
            table.insert(0, name, winners[column].to_numpy())
    return table.sort_values("score", kind="stable").reset_index(drop=True)


def noise_floor(runs: pd.DataFrame, objective: Objective) -> pd.Series:
    """Return how well a point scores on records that it made itself: the best that any search could expect if it were the truth.

    Every run that was not stopped is taken for the record once, and the others are scored against
    it.

    Parameters
    ----------
    runs : pandas.DataFrame
        Replicates of one point, at least 3 of them complete and with somebody.
    objective : Objective
        What scores; its target only says which years count.

    Returns
    -------
    pandas.Series
        ``floor`` (mean over records of the mean score), ``spread`` (standard deviation of that over
        records) and ``records``.
    """
    assert not isinstance(objective.distance, str)
    seen = YearlyCounts.from_runs(runs, objective.target, flow=objective.distance.flow)
    usable = np.flatnonzero(seen.complete.all(axis=1) & (seen.counts.sum(axis=1) > 0))
    if usable.size < 3:
        raise SearchError(
            f"{usable.size} of {len(runs)} runs are complete and have somebody: at least 3 are needed for a noise floor"
        )
    means = []
    for i in usable:
        record = Target(objective.target.years, tuple(seen.counts[i]), f"run {i}")
        scores = objective.distance(runs.drop(index=runs.index[i]), record)["score"]
        means.append(float(scores.mean()))
    return pd.Series(
        {"floor": np.mean(means), "spread": np.std(means, ddof=1), "records": usable.size}
    )
