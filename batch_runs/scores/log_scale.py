"""The logarithmic distance: ratios count, whatever the size of a year."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

import numpy as np

from defection.batch_runs.scores.distance import Distance
from defection.batch_runs.scores.seen import YearlyCounts


@dataclasses.dataclass(frozen=True, kw_only=True)
class LogScale(Distance):
    """Root mean square over years of ln(1 + run) - ln(1 + record): a score of 0.7 means off by a factor of about two."""

    name: ClassVar[str] = "log_scale"
    summary: ClassVar[str] = "root mean square difference of ln(1 + count)"

    def terms(self, seen: YearlyCounts, record: np.ndarray) -> dict[str, np.ndarray]:
        """Return the score alone, in natural logarithms."""
        return {"score": np.sqrt(self.of_years(seen, record).mean(axis=1))}

    def deviation(self, counts: np.ndarray, record: np.ndarray) -> np.ndarray:
        """Return the squared difference of the logarithms."""
        return (np.log1p(counts) - np.log1p(record)) ** 2
