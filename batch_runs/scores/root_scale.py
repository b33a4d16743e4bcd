"""The root-scale distance: as fair to years with fifty people as to years with three thousand."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

import numpy as np

from defection.batch_runs.scores.distance import Distance
from defection.batch_runs.scores.seen import YearlyCounts


@dataclasses.dataclass(frozen=True, kw_only=True)
class RootScale(Distance):
    """Root mean square over years of √run - √record.

    The root makes the chance of a Poisson count about the same in every year (a standard deviation
    of one half), so a score of 0.5 is what counts that scatter around the record by chance alone
    would get.
    """

    name: ClassVar[str] = "root_scale"
    summary: ClassVar[str] = "root mean square difference of the square roots"

    def terms(self, seen: YearlyCounts, record: np.ndarray) -> dict[str, np.ndarray]:
        """Return the score alone, in roots of people."""
        return {"score": np.sqrt(self.of_years(seen, record).mean(axis=1))}

    def deviation(self, counts: np.ndarray, record: np.ndarray) -> np.ndarray:
        """Return the squared difference of the roots."""
        return (np.sqrt(counts) - np.sqrt(record)) ** 2
