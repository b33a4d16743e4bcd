"""What every posterior can do."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from defection.batch_runs.scores.likelihood import checked_counts


class PosteriorError(ValueError):
    """A posterior cannot be made or judged; the message names what is missing."""


class Posterior(Protocol):
    """Which parameters observed counts leave possible, as draws.

    Examples
    --------
    >>> from defection.batch_runs.inference import draws_for
    >>> class Prior:
    ...     names = ("famine_effect",)
    ...     def sample(self, observed, draws, *, seed):
    ...         return np.random.default_rng(seed).random((draws, 1))
    >>> draws_for(Prior(), np.ones((2, 23)), 5, seed=1).shape
    (2, 5, 1)
    """

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters, in the order of the columns of draws."""

    def sample(self, observed: np.ndarray, draws: int, *, seed: int) -> np.ndarray:
        """Return positions of the unit cube, [draws, d], for counts [Y]; see ``Space.table``."""


def checked_observed(observed: np.ndarray, years: int, draws: int = 1) -> np.ndarray:
    """Return observed counts as numbers, [Y]; refuses another length, gaps and negative counts."""
    counts = checked_counts(observed)
    if counts.shape != (years,):
        raise PosteriorError(
            f"the observed counts have the shape {counts.shape}, but the runs have {years} years"
        )
    if draws < 1:
        raise PosteriorError(f"draws = {draws!r} must be at least 1")
    return counts
