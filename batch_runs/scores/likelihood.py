"""A likelihood: the record as negative binomial counts around what a run says."""

from __future__ import annotations

import dataclasses
import math
from typing import ClassVar

import numpy as np
from scipy.special import gammaln, xlog1py, xlogy

from defection.batch_runs.scores.distance import Distance
from defection.batch_runs.scores.seen import ScoreError, YearlyCounts

DISPERSIONS = tuple(np.geomspace(1e-3, 1e2, 51).tolist())
"""Dispersions among which the likeliest is chosen for each run; neighbours differ by a quarter."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Likelihood(Distance):
    """Minus the log likelihood of the record, each year negative binomial with the run's count m as its mean and variance m + d m².

    Parameters
    ----------
    dispersion : float, optional
        d; if left out, the likeliest of :data:`DISPERSIONS` for each run (profiled).
    least : float
        Mean below which no year is taken (people a year): a run with nobody would otherwise make
        any record impossible.
    """

    name: ClassVar[str] = "likelihood"
    summary: ClassVar[str] = "minus the log likelihood, negative binomial around the run's counts"
    dispersion: float | None = None
    least: float = 0.5

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.dispersion is not None and not (
            math.isfinite(self.dispersion) and self.dispersion > 0
        ):
            raise ScoreError(
                f"dispersion = {self.dispersion!r} must be a finite number above 0, or None to be profiled"
            )
        if not (math.isfinite(self.least) and 0 < self.least < self.ceiling):
            raise ScoreError(
                f"least = {self.least!r} must lie above 0 and below the ceiling, {self.ceiling:g}"
            )

    def terms(self, seen: YearlyCounts, record: np.ndarray) -> dict[str, np.ndarray]:
        """Return ``dispersion`` (given or profiled) and ``score``."""
        tried = DISPERSIONS if self.dispersion is None else (self.dispersion,)
        sums = np.stack(
            [
                dataclasses.replace(self, dispersion=d).of_years(seen, record).sum(axis=1)
                for d in tried
            ]
        )
        best = sums.argmin(axis=0)
        return {
            "dispersion": np.array(tried)[best],
            "score": np.take_along_axis(sums, best[None, :], axis=0)[0],
        }

    def deviation(self, counts: np.ndarray, record: np.ndarray) -> np.ndarray:
        """Return minus the log probability of the record; least where the run's count equals it."""
        if self.dispersion is None:
            raise ScoreError("a deviation needs a dispersion")
        mean, shape = np.maximum(counts, self.least), 1.0 / self.dispersion
        found = gammaln(record + shape) - gammaln(shape) - gammaln(record + 1.0)
        return -(found - xlog1py(shape, mean / shape) + xlogy(record, mean / (mean + shape)))
