"""Scoring again: winners on fresh seeds, and how well the model itself could do."""

import numpy as np
import pandas as pd

from defection.batch_runs.errors import SearchError
from defection.batch_runs.execution.evaluation import Evaluate
from defection.batch_runs.scores import Objective, Target
from defection.batch_runs.scores.objective import Scoring
from defection.batch_runs.searches.generation import check_whole, generation
from defection.parameters import parameters_among

FINALISTS, FRESH = 10, 50
"""Points that most searches score on fresh seeds, and how many seeds."""

QUANTILES = {"low": 0.05, "middle": 0.5, "high": 0.95}
"""Columns of quantiles over replicates."""


def rescored(
    winners: pd.DataFrame, objective: Scoring, evaluate: Evaluate, *, replicates: int = FRESH
) -> pd.DataFrame:
    """Run points again with fresh seeds and score them.

    Parameters
    ----------
    winners : pandas.DataFrame
        A row per point with every parameter, such as rows of a trace.
    objective : Objective or FactsObjective
        What scores.
    evaluate : Evaluate
        What runs the points; its next seeds are fresh.
    replicates : int
        Runs of each point, at least 2.

    Returns
    -------
    pandas.DataFrame
        Best first, a row per point: ``start``, ``centre`` and ``score_in_search`` (where
        ``winners`` has them), ``point``, ``score``, ``sd``, ``standard_error``, ``replicates``,
        ``stopped_early``, ``low``, ``middle`` and ``high`` (5, 50 and 95 % of runs), parameters.

    Raises
    ------
    SearchError
        No winners, or fewer than 2 replicates.

    Examples
    --------
    >>> from defection.batch_runs.searches import MemoryEvaluation, search_space
    >>> points, objective = search_space().table([[0.5] * 11]), Objective(Target.from_country())
    >>> rescored(points, objective, MemoryEvaluation(root=1), replicates=2)["replicates"].tolist()
    [2]
    """
    check_whole("rescoring", 2, replicates=replicates)
    if len(winners) == 0:
        raise SearchError("there are no winners to score again")
    points = winners[parameters_among(winners.columns)].reset_index(drop=True)
    table, runs = generation(evaluate, objective, points, replicates)
    scores = objective(runs).reshape(len(winners), replicates)
    after = table.columns.get_loc("stopped_early") + 1
    for name, share in reversed(QUANTILES.items()):
        table.insert(after, name, np.quantile(scores, share, axis=1))
    for column, name in {"score": "score_in_search", "centre": "centre", "start": "start"}.items():
        if column in winners.columns:
            table.insert(0, name, winners[column].to_numpy())
    return table.sort_values("score", kind="stable").reset_index(drop=True)


def noise_floor(runs: pd.DataFrame, objective: Objective) -> pd.Series:
    """Return how well a point scores on counts that it made itself: the best to be expected.

    Every run that completed all years is taken for what was observed once, and the others are
    scored against it.

    Parameters
    ----------
    runs : pandas.DataFrame
        Replicates of one point, at least 3 of them complete and with somebody.
    objective : Objective
        What scores; its target only says which years count.

    Returns
    -------
    pandas.Series
        ``floor`` (mean of the mean scores), ``sd`` (their standard deviation) and ``runs`` (how
        many were taken).

    Raises
    ------
    SearchError
        Fewer than 3 runs are complete and have somebody.

    Examples
    --------
    >>> runs = pd.DataFrame({"weeks_run": 52, "successes_1992": [4, 9, 16]})
    >>> float(noise_floor(runs, Objective(Target((1992,), (9,))))["floor"].round(2))
    1.33
    """
    assert not isinstance(objective.distance, str)
    counts = objective.distance.counts(runs, objective.target)
    usable = np.flatnonzero(counts.complete.all(axis=1) & (counts.counts.sum(axis=1) > 0))
    if usable.size < 3:
        raise SearchError(
            f"{usable.size} of {len(runs)} runs are complete and have somebody: at least 3 are "
            "needed for a noise floor"
        )
    means = []
    for i in usable:
        target = Target(objective.target.years, tuple(counts.counts[i]), f"run {i}")
        scores = objective.distance(runs.drop(index=runs.index[i]), target)["score"]
        means.append(float(scores.mean()))
    return pd.Series({"floor": np.mean(means), "sd": np.std(means, ddof=1), "runs": usable.size})
