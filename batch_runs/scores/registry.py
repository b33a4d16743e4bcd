"""The distances by name."""

from __future__ import annotations

import dataclasses
from typing import Any

from defection.batch_runs.scores.distance import Distance
from defection.batch_runs.scores.likelihood import Likelihood
from defection.batch_runs.scores.log_scale import LogScale
from defection.batch_runs.scores.root_scale import RootScale
from defection.batch_runs.scores.seen import ScoreError
from defection.batch_runs.scores.vertical import Vertical
from defection.parameters import nearest

DISTANCES: dict[str, type[Distance]] = {
    kind.name: kind for kind in (Vertical, RootScale, LogScale, Likelihood)
}
"""Every distance by its name."""


def distance(name: str, **settings: Any) -> Distance:
    """Make the distance called ``name``; errors name the nearest right name of a distance or of a setting."""
    if name not in DISTANCES:
        raise ScoreError(
            f"there is no distance {name!r}{nearest(str(name), tuple(DISTANCES))}; there are {', '.join(DISTANCES)}"
        )
    known = tuple(field.name for field in dataclasses.fields(DISTANCES[name]))
    for setting in settings:
        if setting not in known:
            raise ScoreError(
                f"{name} has no setting {setting!r}{nearest(setting, known)}; it has {', '.join(known)}"
            )
    return DISTANCES[name](**settings)
