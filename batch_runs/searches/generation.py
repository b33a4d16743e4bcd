"""One generation of a search: points are run, scored and written down."""

from __future__ import annotations

import dataclasses
import numbers
from typing import Any

import numpy as np
import pandas as pd

from defection.batch_runs.designs import Space
from defection.batch_runs.execution.evaluation import Evaluate, SearchError
from defection.batch_runs.scores import Objective

BELOW_ONE = 1.0 - 1e-12
"""The largest number of a unit cube that is asked for: lists give each value the same share of [0, 1)."""


def asked(
    evaluate: Evaluate, objective: Objective, points: pd.DataFrame, replicates: int, **labels: Any
) -> pd.DataFrame:
    """Run and score points.

    Returns
    -------
    pandas.DataFrame
        A row per point: the labels (such as ``generation`` and ``start``), ``point``, what
        :meth:`Objective.score_points` says, and every parameter.
    """
    scores = objective.score_points(evaluate(points, replicates))
    if len(scores) != len(points):
        raise SearchError(f"{len(points)} points were asked for, {len(scores)} were answered")
    return pd.concat(
        [pd.DataFrame(labels, index=range(len(points))), scores, points.reset_index(drop=True)],
        axis=1,
    )


def table_of(space: Space, unit: np.ndarray) -> pd.DataFrame:
    """Return the parameters of points in the unit cube [n, D]; what lies outside is moved to the border."""
    return space.table(np.clip(unit, 0.0, BELOW_ONE))


def unit_of(space: Space, points: pd.DataFrame) -> np.ndarray:
    """Return where points lie in the unit cube [n, D]; what lies outside the space is moved to its border."""
    return np.clip(space.unit(points), 0.0, BELOW_ONE)


def reflected(unit: np.ndarray) -> np.ndarray:
    """Fold numbers back into 0..1 at both ends, so that proposals near a border keep their density."""
    folded = np.abs(unit) % 2.0
    return np.minimum(np.where(folded > 1.0, 2.0 - folded, folded), BELOW_ONE)


def settings_of(search: Any) -> dict[str, Any]:
    """Return the settings of a search by name: all but where it looks and what it makes small."""
    return {
        f.name: getattr(search, f.name)
        for f in dataclasses.fields(search)
        if f.name not in ("space", "objective")
    }


def check_varied(space: Space, method: str) -> None:
    """Refuse a space in which nothing varies."""
    if not space.varied:
        raise SearchError(
            f"{method}: nothing varies in this space; name parameters that vary, or a range"
        )


def check_whole(method: str, least: int = 1, **settings: Any) -> None:
    """Refuse a setting that is not a whole number of at least ``least``."""
    for name, value in settings.items():
        if isinstance(value, bool) or not isinstance(value, numbers.Integral) or value < least:
            raise SearchError(
                f"{method}: {name} = {value!r} must be a whole number of at least {least}"
            )


def check_between(method: str, low: float, high: float, **settings: Any) -> None:
    """Refuse a setting that does not lie in ``low..high``."""
    for name, value in settings.items():
        if (
            isinstance(value, bool)
            or not isinstance(value, numbers.Real)
            or not low <= float(value) <= high
        ):
            raise SearchError(f"{method}: {name} = {value!r} must lie between {low:g} and {high:g}")
