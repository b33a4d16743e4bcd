"""What all distances share: a deviation for each year, the worst one for years not completed."""

import abc
import dataclasses
import math
from collections.abc import Iterable
from typing import ClassVar

import numpy as np
import pandas as pd

from defection.batch_runs.outcomes import YearlyCounts, observed_flow
from defection.batch_runs.scores.target import Target

LABELS = ("run_id", "point", "replicate")
"""Columns of a runs table that its scores keep, where it has them."""


class ScoreError(ValueError):
    """Runs cannot be scored, or a distance is not what it should be."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Distance(abc.ABC):
    """How far runs are from a target; lower is better, and a cut-short run is never better off.

    A year that was not run to its end counts as the worst year there can be: nobody, or ``ceiling``
    people, whichever is further from what was observed. Counts above ``ceiling`` count as
    ``ceiling``, so no year that was run is worse than one that was not. A distance of one's own is
    a subclass with ``name``, ``summary``, ``terms`` and ``deviation``, and a line in ``registry``.

    Parameters
    ----------
    ceiling : float
        People in a year above which more make no difference. The default, 100,000, is about what
        leaves in a year in which every week comes near the default threshold at which runs stop,
        10,000 attempts, and a fifth of them succeed.
    flow : str
        Which yearly flow is compared; in place of ``successes`` the one that runs which follow the
        journey say in ``observed_measure``.

    Raises
    ------
    ScoreError
        The ceiling is not a finite number above 0.

    Examples
    --------
    >>> from defection.batch_runs.scores import RootScale, Target
    >>> runs = pd.DataFrame({"weeks_run": [52, 30], "successes_1992": [16, 4]})
    >>> RootScale()(runs, Target((1992,), (9,)))["score"].round(1).tolist()
    [1.0, 313.2]
    """

    name: ClassVar[str]
    summary: ClassVar[str]
    ceiling: float = 100_000.0
    flow: str = "successes"

    def __post_init__(self) -> None:
        number = isinstance(self.ceiling, int | float)
        if not (number and math.isfinite(self.ceiling) and self.ceiling > 0):
            raise ScoreError(
                f"ceiling = {self.ceiling!r} must be a finite number of people above 0"
            )

    def __call__(self, runs: pd.DataFrame, target: Target) -> pd.DataFrame:
        """Return a row per run of a table, under the same index.

        Columns: ``run_id``, ``point`` and ``replicate`` where the runs have them, the terms of this
        distance, and ``score``. Refused are a ceiling below the target, and runs that do not cover
        its years or lack a column.
        """
        self.check(target, target.years)
        labels = runs[[label for label in LABELS if label in runs.columns]]
        return labels.assign(**self.terms(self.counts(runs, target), np.array(target.counts)))

    def check(self, target: Target, years: Iterable[int]) -> None:
        """Refuse a target with years that are not run, or above the ceiling."""
        target.check_years(years)
        if max(target.counts) > self.ceiling:
            raise ScoreError(
                f"ceiling = {self.ceiling:g} lies below the target's {max(target.counts):g} people:"
                " raise it"
            )

    def counts(self, runs: pd.DataFrame, target: Target) -> YearlyCounts:
        """Return the flow of a table of runs in the target's years."""
        flow = observed_flow(runs) if self.flow == "successes" else self.flow
        counts = YearlyCounts.from_runs(runs, flow=flow)
        target.check_years(counts.years.tolist())
        return counts.part(target.years)

    @abc.abstractmethod
    def terms(self, counts: YearlyCounts, observed: np.ndarray) -> dict[str, np.ndarray]:
        """Return the terms and, last, ``score``, each [R]."""

    @abc.abstractmethod
    def deviation(self, counts: np.ndarray, observed: np.ndarray) -> np.ndarray:
        """Return how bad ``counts`` are; it must not fall as they move away from ``observed``."""

    def by_year(self, counts: YearlyCounts, observed: np.ndarray) -> np.ndarray:
        """Return the deviation of each year, [R, Y], with the worst one in incomplete years."""
        worst = np.maximum(
            self.deviation(np.zeros_like(observed), observed),
            self.deviation(np.full_like(observed, self.ceiling), observed),
        )
        found = self.deviation(np.minimum(counts.counts, self.ceiling), observed)
        return np.where(counts.complete, found, worst)
