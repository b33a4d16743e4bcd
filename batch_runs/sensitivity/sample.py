"""What importances are computed from: where each run lay in the space, and what came of it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd

from defection.batch_runs.designs import Space
from defection.batch_runs.sensitivity.outcomes import finished
from defection.batch_runs.sensitivity.table import DUMMY, ImportanceError
from defection.parameters import nearest

NOISE = (0x6E6F697365,)
"""The stream of the dummies, their own: a user's ``default_rng(seed)`` may have made the runs."""


@dataclasses.dataclass(frozen=True)
class Sample:
    """Runs as numbers; n runs, d varied parameters."""

    names: tuple[str, ...]
    """The varied parameters."""
    unit: np.ndarray
    """Where each run lay in the unit cube, [n, d]."""
    point: np.ndarray
    """The point of each run, [n]: replicates share one."""
    outcomes: pd.DataFrame
    """A row per run and a column per outcome; columns of bool are yes and no."""

    def __post_init__(self) -> None:
        if self.unit.shape != (len(self.point), len(self.names)) or len(self.outcomes) != len(
            self.point
        ):
            raise ImportanceError(
                f"{self.unit.shape} positions, {len(self.point)} points, {len(self.outcomes)} outcomes, {len(self.names)} names differ"
            )

    @classmethod
    def from_runs(cls, runs: pd.DataFrame, space: Space, outcomes: pd.DataFrame) -> Sample:
        """Read a table of runs; ``outcomes`` are those of its finished runs (``importance.outcomes``)."""
        done = finished(runs)
        for name in space.names:
            if name not in done.columns:
                raise ImportanceError(f"the table of runs has no column {name!r}")
        return cls(tuple(space.names), space.unit(done), done["point"].to_numpy(), outcomes)

    def outcome(self, name: str) -> np.ndarray:
        """Return one outcome, [n]; refuses what does not vary or is not a number."""
        if name not in self.outcomes.columns:
            known = tuple(self.outcomes.columns)
            raise ImportanceError(
                f"there is no outcome {name!r}{nearest(name, known)}; there are {', '.join(known)}"
            )
        values = self.outcomes[name].to_numpy()
        if values.dtype != bool and not np.isfinite(values).all():
            raise ImportanceError(
                f"{name} is not a finite number in {int((~np.isfinite(values)).sum()):,} of {len(values):,} runs"
            )
        if (values == values[0]).all():
            raise ImportanceError(
                f"{name} is {values[0]} in all {len(values):,} runs: there is nothing to explain"
            )
        return values

    def with_dummies(self, count: int, seed: int) -> tuple[tuple[str, ...], np.ndarray]:
        """Return names and positions with ``count`` columns of noise, the same for all runs of a point."""
        points, which = np.unique(self.point, return_inverse=True)
        noise = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=NOISE)).random(
            (len(points), count)
        )[which]
        return (*self.names, *(f"{DUMMY}_{i + 1}" for i in range(count))), np.hstack(
            [self.unit, noise]
        )
