"""The distances by name."""

from __future__ import annotations

import dataclasses
from typing import Any

from defection.batch_runs.errors import check_known
from defection.batch_runs.scores.distance import Distance, ScoreError
from defection.batch_runs.scores.likelihood import Likelihood as Likelihood
from defection.batch_runs.scores.root_scale import LogScale as LogScale
from defection.batch_runs.scores.root_scale import RootScale as RootScale
from defection.batch_runs.scores.vertical import Vertical as Vertical

DISTANCES: dict[str, type[Distance]] = {
    kind.name: kind
    for kind in list(vars().values())
    if isinstance(kind, type) and issubclass(kind, Distance) and kind is not Distance
}
"""Every distance that is imported above, by its name: one line makes a distance known."""


def distance(name: str, **settings: Any) -> Distance:
    """Make a distance.

    Parameters
    ----------
    name : str
        One of :data:`DISTANCES`.
    **settings
        Of that distance, such as ``ceiling``.

    Returns
    -------
    Distance

    Raises
    ------
    ScoreError
        There is no such distance or setting; the nearest name is told.

    Examples
    --------
    >>> distance("vertical", empty_weight=2.0).empty_weight
    2.0
    """
    check_known(f"there is no distance {name!r}", name, DISTANCES, ScoreError)
    known = [field.name for field in dataclasses.fields(DISTANCES[name])]
    for setting in settings:
        check_known(f"{name} has no setting {setting!r}", setting, known, ScoreError)
    return DISTANCES[name](**settings)
