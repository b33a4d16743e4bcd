"""Several regions or one: winners are grouped by where they lie and by what lies between them."""

import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse.csgraph import connected_components

from defection.batch_runs.designs import Space
from defection.batch_runs.errors import SearchError
from defection.batch_runs.execution.evaluation import Evaluate
from defection.batch_runs.scores import Objective
from defection.batch_runs.searches.generation import (
    check_between,
    check_whole,
    generation,
    table_of,
    unit_of,
)


def groups(winners: pd.DataFrame, space: Space, *, min_distance: float = 0.15) -> np.ndarray:
    """Group winners that lie close together.

    Parameters
    ----------
    winners : pandas.DataFrame
        A row per winner with the parameters.
    space : Space
        Distances are root mean squares over the dimensions of its unit cube.
    min_distance : float
        Two groups are joined while their winners are on average nearer than that.

    Returns
    -------
    numpy.ndarray
        A number for each winner, 0 for the group of the first.

    Examples
    --------
    >>> space = Space.from_parameters(vary=["famine_effect"])
    >>> groups(space.table([[0.1], [0.9], [0.12]]), space).tolist()
    [0, 1, 0]
    """
    check_between("groups", 0.0, 1.0, min_distance=min_distance)
    if len(winners) == 1:
        return np.zeros(1, np.int64)
    unit = unit_of(space, winners) / np.sqrt(len(space.varied))
    labels = fcluster(linkage(unit, "average"), min_distance, "distance")
    return pd.factorize(labels)[0]


def line_scan(
    winners: pd.DataFrame,
    space: Space,
    objective: Objective,
    evaluate: Evaluate,
    *,
    stops: int = 3,
    replicates: int = 20,
) -> pd.DataFrame:
    """Score points on the straight lines between all pairs of winners, to see ridges between.

    Parameters
    ----------
    winners : pandas.DataFrame
        A row per winner with the parameters; at least 2.
    space, objective, evaluate
        Of the search.
    stops : int
        Points on each line.
    replicates : int
        Runs of each point.

    Returns
    -------
    pandas.DataFrame
        A row per point: ``first`` and ``second`` (positions of the winners), ``share`` (of the
        way), the scores and the parameters.

    Raises
    ------
    SearchError
        There is one winner only.

    Examples
    --------
    >>> from defection.batch_runs.scores import Target
    >>> from defection.batch_runs.searches import MemoryEvaluation, search_space
    >>> space, objective = search_space(), Objective(Target.from_country())
    >>> points = space.table([[0.4] * 11, [0.6] * 11])
    >>> evaluate = MemoryEvaluation(root=1)
    >>> line_scan(points, space, objective, evaluate, stops=1, replicates=2)["share"].tolist()
    [0.5]
    """
    check_whole("line scan", stops=stops)
    unit = unit_of(space, winners)
    pairs = [(i, j) for i in range(len(winners)) for j in range(i + 1, len(winners))]
    if not pairs:
        raise SearchError("line scan: there is one winner only, and nothing between")
    shares = np.arange(1, stops + 1) / (stops + 1)
    between = np.concatenate([unit[i] + shares[:, None] * (unit[j] - unit[i]) for i, j in pairs])
    first, second = (np.repeat([pair[side] for pair in pairs], stops) for side in (0, 1))
    labels = {"first": first, "second": second, "share": np.tile(shares, len(pairs))}
    return generation(evaluate, objective, table_of(space, between), replicates, **labels)[0]


def regions(winners: pd.DataFrame, lines: pd.DataFrame, *, ridge: float) -> np.ndarray:
    """Group winners that are joined by passable lines.

    Two winners in different regions may still be joined by a bent path: this shows that a straight
    one is closed, not that every one is.

    Parameters
    ----------
    winners : pandas.DataFrame
        A row per winner with ``score``.
    lines : pandas.DataFrame
        What :func:`line_scan` returned.
    ridge : float
        A line is passable if none of its points scores more than that worse than the worse of its
        two ends.

    Returns
    -------
    numpy.ndarray
        A number for each winner, 0 for the region of the first.

    Examples
    --------
    >>> lines = pd.DataFrame({"first": [0, 0, 1], "second": [1, 2, 2], "score": [9.0, 1.1, 9.0]})
    >>> regions(pd.DataFrame({"score": [1.0, 1.0, 1.0]}), lines, ridge=0.5).tolist()
    [0, 1, 0]
    """
    score, count = winners["score"].to_numpy(), len(winners)
    joined = np.zeros((count, count), bool)
    for (i, j), line in lines.groupby(["first", "second"]):
        joined[i, j] = line["score"].max() <= max(score[i], score[j]) + ridge
    return pd.factorize(connected_components(joined, directed=False)[1])[0]
