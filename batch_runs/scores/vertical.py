"""The paper-like distance: vertical distance, length of the run, some defectors."""

import dataclasses
import math
from typing import ClassVar

import numpy as np

from defection.batch_runs.outcomes import YearlyCounts
from defection.batch_runs.scores.distance import Distance, ScoreError


@dataclasses.dataclass(frozen=True, kw_only=True)
class Vertical(Distance):
    """Mean vertical distance, plus penalties for weeks that were not run and for years with nobody.

    The paper's note 6: the score "is largely based on the vertical distances between the empirical
    and the simulation series, but also awards points for running a longer simulation and for having
    at least some defectors". The paper reports no formula and no weights; those here are a reading,
    and every term stands in its own column.

    ``length_weight`` is what a run that stopped at once loses for its length, in units of the mean
    observed count; ``empty_weight`` what a run in which nobody ever leaves loses for that,
    likewise.
    """

    name: ClassVar[str] = "vertical"
    summary: ClassVar[str] = "as in the paper: mean difference, length of the run, some defectors"
    length_weight: float = 1.0
    empty_weight: float = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("length_weight", "empty_weight"):
            value = getattr(self, name)
            if not (isinstance(value, int | float) and math.isfinite(value) and value >= 0):
                raise ScoreError(f"{name} = {value!r} must be a finite number of at least 0")

    def terms(self, counts: YearlyCounts, observed: np.ndarray) -> dict[str, np.ndarray]:
        """Return ``deviation`` (people a year), ``unrun``, ``empty`` (shares) and ``score``."""
        deviation = self.by_year(counts, observed).mean(axis=1)
        unrun = 1.0 - counts.share_run
        empty = (~counts.complete | (counts.counts == 0)).mean(axis=1)
        score = deviation / observed.mean() + self.length_weight * unrun + self.empty_weight * empty
        return {"deviation": deviation, "unrun": unrun, "empty": empty, "score": score}

    def deviation(self, counts: np.ndarray, observed: np.ndarray) -> np.ndarray:
        """Return the absolute difference, people."""
        return np.abs(counts - observed)
