"""What importances are computed from: where each run lay in the space, and what came of it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd

from defection.batch_runs.designs import Space
from defection.batch_runs.errors import check_known
from defection.batch_runs.outcomes import finished
from defection.batch_runs.sensitivity.table import DUMMY, ImportanceError

NOISE = (0x6E6F697365,)
"""The stream of the dummies, their own: a user's ``default_rng(seed)`` may have made the runs."""


@dataclasses.dataclass(frozen=True)
class Sample:
    """Runs as numbers; n runs, d varied parameters.

    ``names`` of the parameters, [d]; ``unit``: where each run lay in the unit cube, [n, d];
    ``point``: the point of each run, [n]: replicates share one; ``outcomes``: a row per run, a
    column per outcome, of bool for yes and no.
    """

    names: tuple[str, ...]
    unit: np.ndarray
    point: np.ndarray
    outcomes: pd.DataFrame

    def __post_init__(self) -> None:
        n, d = len(self.point), len(self.names)
        if self.unit.shape != (n, d) or len(self.outcomes) != n:
            raise ImportanceError(
                f"{self.unit.shape} positions, {n} points, {len(self.outcomes)} outcomes, {d} names"
                " differ"
            )

    @classmethod
    def from_runs(cls, runs: pd.DataFrame, space: Space, outcomes: pd.DataFrame) -> Sample:
        """Read a table of runs; ``outcomes`` are those of its finished runs."""
        done = finished(runs)
        for name in space.names:
            if name not in done.columns:
                raise ImportanceError(f"the table of runs has no column {name!r}")
        return cls(tuple(space.names), space.unit(done), done["point"].to_numpy(), outcomes)

    def outcome(self, name: str) -> np.ndarray:
        """Return one outcome, [n]; refuses what does not vary or is not a number."""
        check_known(f"there is no outcome {name!r}", name, self.outcomes.columns, ImportanceError)
        values = self.outcomes[name].to_numpy()
        if values.dtype != bool and not np.isfinite(values).all():
            bad = int((~np.isfinite(values)).sum())
            raise ImportanceError(
                f"{name} is not a finite number in {bad:,} of {len(values):,} runs"
            )
        if (values == values[0]).all():
            raise ImportanceError(
                f"{name} is {values[0]} in all {len(values):,} runs: there is nothing to explain"
            )
        return values

    def with_dummies(self, count: int, seed: int) -> tuple[tuple[str, ...], np.ndarray]:
        """Return names and positions with columns of noise, the same for all runs of a point."""
        points, which = np.unique(self.point, return_inverse=True)
        rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=NOISE))
        noise = rng.random((len(points), count))[which]
        names = (*self.names, *(f"{DUMMY}_{i + 1}" for i in range(count)))
        return names, np.hstack([self.unit, noise])
