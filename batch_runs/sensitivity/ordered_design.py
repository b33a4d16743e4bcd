"""A design whose points have an order that its analysis needs, as a table that a sweep can run."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd

from defection.batch_runs.designs import Space
from defection.batch_runs.sensitivity.table import ImportanceError


@dataclasses.dataclass(frozen=True)
class Design:
    """Points of the unit cube in the order of a method; made again by the same call, so only its settings need be kept."""

    method: str
    names: tuple[str, ...]
    """The columns of ``unit``; a dummy, where there is one, is the last."""
    unit: np.ndarray
    """[points, names]"""
    count: int
    """Base points (Sobol') or trajectories (Morris)."""

    def table(self, space: Space) -> pd.DataFrame:
        """Return the points as a table of parameters, a row per point: what a sweep runs. The dummy is left out."""
        expected = self.names[: len(space.names)]
        if tuple(space.names) != expected or len(self.names) > len(space.names) + 1:
            raise ImportanceError(
                f"the design varies {', '.join(self.names)}, but the space {', '.join(space.names)}"
            )
        return space.table(np.clip(self.unit[:, : len(space.names)], 0.0, np.nextafter(1.0, 0.0)))

    def check(self, runs: pd.DataFrame, space: Space) -> None:
        """Refuse runs that are not of this design: a point that it does not have, or a parameter with another value."""
        planned, point = self.table(space), runs["point"].to_numpy()
        if len(point) and (point.min() < 0 or point.max() >= len(planned)):
            raise ImportanceError(
                f"the design has the points 0 to {len(planned) - 1}, but there is a run of point {point.max()}"
            )
        for name in space.names:
            told, meant = runs[name].to_numpy(), planned[name].to_numpy()[point]
            same = (
                told == meant
                if meant.dtype == object
                else np.isclose(told.astype(float), meant.astype(float), rtol=1e-9)
            )
            if not same.all():
                first = int(np.argmin(same))
                raise ImportanceError(
                    f"point {point[first]} has {name} = {told[first]}, but {meant[first]} in the design: it was run from another"
                )

    def by_point(self, point: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the mean over the replicates of each point and their variance (NaN with one), both [points].

        Raises ``ImportanceError`` where a point of the design has no finished run.
        """
        numbers = pd.Series(np.asarray(values, float)).groupby(np.asarray(point))
        means, within = (
            told.reindex(range(len(self.unit))) for told in (numbers.mean(), numbers.var(ddof=1))
        )
        missing = means.index[means.isna()]
        if len(missing):
            raise ImportanceError(
                f"{len(missing):,} of the {len(self.unit):,} points of the design have no finished run, the first is point {missing[0]}: "
                f"{self.method} needs them all"
            )
        return means.to_numpy(), within.to_numpy()


def columns(names: tuple[str, ...], dummy: bool) -> tuple[str, ...]:
    """Return the names of a design's columns; refuses an empty list."""
    if not names:
        raise ImportanceError("nothing varies: name at least one parameter")
    return (*names, "dummy") if dummy else names
