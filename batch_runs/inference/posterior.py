"""What every posterior can do."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from defection.batch_runs.inference.errors import PosteriorError
from defection.batch_runs.inference.observation import checked_counts


class Posterior(Protocol):
    """Which parameters a record leaves possible, as draws."""

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters, in the order of the columns of draws."""

    def sample(self, record: np.ndarray, draws: int, *, seed: int) -> np.ndarray:
        """Return positions of the unit cube, [draws, d], given the counts of a record, [years]; see ``Space.table``."""


class Density(Posterior, Protocol):
    """A posterior that can tell how dense it is."""

    def log_density(self, record: np.ndarray, unit: np.ndarray) -> np.ndarray:
        """Return the log density of positions [n, d] in the unit cube, where that of the even prior is 0, [n]."""


def checked_record(record: np.ndarray, years: int, draws: int) -> np.ndarray:
    """Return a record as numbers, [years]; refuses one of another length, gaps and negative counts."""
    told = checked_counts(record)
    if told.shape != (years,):
        raise PosteriorError(
            f"the record has the shape {told.shape}, but the posterior was trained on {years} years"
        )
    if draws < 1:
        raise PosteriorError(f"draws = {draws!r} must be at least 1")
    return told
