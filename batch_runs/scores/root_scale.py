"""Distances on a scale that is fair to years with fifty people and to years with thousands."""

import dataclasses
from typing import ClassVar

import numpy as np

from defection.batch_runs.outcomes import YearlyCounts
from defection.batch_runs.scores.distance import Distance


@dataclasses.dataclass(frozen=True, kw_only=True)
class RootScale(Distance):
    """Root mean square over years of √run - √observed.

    The root gives a Poisson count about the same standard deviation in every year, one half, so
    that counts which vary around what was observed by chance alone score 0.5.

    Parameters
    ----------
    ceiling, flow
        As for :class:`Distance`.

    Examples
    --------
    >>> import pandas as pd
    >>> from defection.batch_runs.scores import Target
    >>> runs = pd.DataFrame({"weeks_run": [52], "successes_1992": [16]})
    >>> float(RootScale()(runs, Target((1992,), (9,)))["score"].iloc[0])
    1.0
    """

    name: ClassVar[str] = "root_scale"
    summary: ClassVar[str] = "root mean square difference of the square roots"

    def terms(self, counts: YearlyCounts, observed: np.ndarray) -> dict[str, np.ndarray]:
        """Return the score alone, in roots of people."""
        return {"score": np.sqrt(self.by_year(counts, observed).mean(axis=1))}

    def deviation(self, counts: np.ndarray, observed: np.ndarray) -> np.ndarray:
        """Return the squared difference of the roots."""
        return (np.sqrt(counts) - np.sqrt(observed)) ** 2


@dataclasses.dataclass(frozen=True, kw_only=True)
class LogScale(RootScale):
    """Root mean square over years of ln(1 + run) - ln(1 + observed).

    0.7 is a factor of about two.
    """

    name: ClassVar[str] = "log_scale"
    summary: ClassVar[str] = "root mean square difference of ln(1 + count)"

    def deviation(self, counts: np.ndarray, observed: np.ndarray) -> np.ndarray:
        """Return the squared difference of the logarithms."""
        return (np.log1p(counts) - np.log1p(observed)) ** 2
