"""Several regions or one: winners are grouped by where they lie and by what lies between them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse.csgraph import connected_components

from defection.batch_runs.designs import Space
from defection.batch_runs.execution.evaluation import Evaluate, SearchError
from defection.batch_runs.scores import Objective
from defection.batch_runs.searches.generation import (
    asked,
    check_between,
    check_whole,
    table_of,
    unit_of,
)


def indistinguishable(rescored: pd.DataFrame, *, margin: float | None = None) -> pd.DataFrame:
    """Return the winners that score as well as the best.

    Without ``margin`` a winner does if the difference is below two standard errors of the
    difference; else if it is below ``margin``.
    """
    ranked = rescored.sort_values("score", kind="stable").reset_index(drop=True)
    if len(ranked) == 0:
        raise SearchError("there are no winners to compare")
    first = ranked.iloc[0]
    if margin is None:
        limit = 2.0 * np.sqrt(
            first["standard_error"] ** 2 + ranked["standard_error"].to_numpy() ** 2
        )
    else:
        limit = np.full(len(ranked), margin)
    return ranked[ranked["score"].to_numpy() - first["score"] <= limit].reset_index(drop=True)


def groups(winners: pd.DataFrame, space: Space, *, apart: float = 0.15) -> np.ndarray:
    """Return a number for each winner, 0 for the group of the first: winners of one group lie close together.

    Distances are root mean squares over the dimensions of the unit cube; two groups are joined
    while their winners are on average nearer than ``apart``.
    """
    check_between("groups", 0.0, 1.0, apart=apart)
    if len(winners) == 1:
        return np.zeros(1, np.int64)
    unit = unit_of(space, winners) / np.sqrt(len(space.varied))
    found = fcluster(linkage(unit, "average"), apart, "distance")
    return _in_order(found)


def passages(
    winners: pd.DataFrame,
    space: Space,
    objective: Objective,
    evaluate: Evaluate,
    *,
    stops: int = 3,
    replicates: int = 20,
) -> pd.DataFrame:
    """Score points on the straight lines between all pairs of winners, to see whether a ridge of bad points divides them.

    Returns
    -------
    pandas.DataFrame
        A row per point: ``first`` and ``second`` (positions of the winners), ``share`` (of the
        way), the scores and the parameters.
    """
    check_whole("passages", stops=stops)
    unit = unit_of(space, winners)
    pairs = [(i, j) for i in range(len(winners)) for j in range(i + 1, len(winners))]
    if not pairs:
        raise SearchError("passages: there is one winner only, and nothing between")
    shares = np.arange(1, stops + 1) / (stops + 1)
    between = np.concatenate([unit[i] + shares[:, None] * (unit[j] - unit[i]) for i, j in pairs])
    first, second = (np.repeat([pair[side] for pair in pairs], stops) for side in (0, 1))
    labels = {"first": first, "second": second, "share": np.tile(shares, len(pairs))}
    return asked(evaluate, objective, table_of(space, between), replicates, **labels)


def regions(winners: pd.DataFrame, lines: pd.DataFrame, *, ridge: float) -> np.ndarray:
    """Return a number for each winner, 0 for the region of the first: winners of one region are joined by passable lines.

    A line is passable if none of its points scores more than ``ridge`` worse than the worse of its
    two ends. Two winners in different regions may still be joined by a bent path: this shows that a
    straight one is closed, not that every one is.
    """
    score, count = winners["score"].to_numpy(), len(winners)
    joined = np.zeros((count, count), bool)
    for (i, j), line in lines.groupby(["first", "second"]):
        joined[i, j] = line["score"].max() <= max(score[i], score[j]) + ridge
    return _in_order(connected_components(joined, directed=False)[1])


def _in_order(labels: np.ndarray) -> np.ndarray:
    order = {label: number for number, label in enumerate(dict.fromkeys(labels.tolist()))}
    return np.array([order[label] for label in labels.tolist()])
