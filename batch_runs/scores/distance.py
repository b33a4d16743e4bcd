"""What all distances share: a deviation for each year, and the worst one for years that were not run."""

from __future__ import annotations

import abc
import dataclasses
import math
from typing import ClassVar

import numpy as np
import pandas as pd

from defection.batch_runs.scores.seen import ScoreError, YearlyCounts
from defection.batch_runs.scores.target import Target

LABELS = ("run_id", "point", "replicate")
"""Columns of a runs table that its scores keep, where it has them."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Distance(abc.ABC):
    """How far runs are from a target; lower is better, and a run that stopped is never better off for being short.

    A year that was not run to its end counts as the worst year there can be: nobody, or ``ceiling``
    people, whichever is further from the record. Counts above ``ceiling`` count as ``ceiling``, so
    no year that was run is worse than one that was not.

    Parameters
    ----------
    ceiling : float
        People in a year above which more make no difference. The default, 100,000, is about what
        leaves in a year in which every week comes near the default threshold at which runs stop,
        10,000 attempts, and a fifth of them succeed.
    flow : str
        Which yearly flow is compared; one of ``defection.measures.FLOWS``.
    """

    name: ClassVar[str]
    summary: ClassVar[str]
    ceiling: float = 100_000.0
    flow: str = "successes"

    def __post_init__(self) -> None:
        if not (
            isinstance(self.ceiling, int | float)
            and math.isfinite(self.ceiling)
            and self.ceiling > 0
        ):
            raise ScoreError(
                f"ceiling = {self.ceiling!r} must be a finite number of people above 0"
            )

    def __call__(self, runs: pd.DataFrame, target: Target) -> pd.DataFrame:
        """Score every run of a table.

        Parameters
        ----------
        runs : pandas.DataFrame
            A row per run: ``weeks_run`` and the yearly flows, such as ``successes_1992``;
            ``status`` if runs may have failed.
        target : Target
            The record.

        Returns
        -------
        pandas.DataFrame
            A row per run under the same index: ``run_id``, ``point`` and ``replicate`` where the
            runs have them, the terms of this distance, and ``score``.
        """
        if max(target.counts) > self.ceiling:
            raise ScoreError(
                f"ceiling = {self.ceiling:g} lies below the target's {max(target.counts):g} people: raise it"
            )
        seen = YearlyCounts.from_runs(runs, target, flow=self.flow)
        labels = runs[[label for label in LABELS if label in runs.columns]]
        return labels.assign(**self.terms(seen, np.array(target.counts)))

    @abc.abstractmethod
    def terms(self, seen: YearlyCounts, record: np.ndarray) -> dict[str, np.ndarray]:
        """Return the terms and, last, ``score``, each [R]."""

    def of_years(self, seen: YearlyCounts, record: np.ndarray) -> np.ndarray:
        """Return the deviation of each year, [R, Y], with the worst one in years that were not run to their end."""
        worst = np.maximum(
            self.deviation(np.zeros_like(record), record),
            self.deviation(np.full_like(record, self.ceiling), record),
        )
        return np.where(
            seen.complete, self.deviation(np.minimum(seen.counts, self.ceiling), record), worst
        )

    @abc.abstractmethod
    def deviation(self, counts: np.ndarray, record: np.ndarray) -> np.ndarray:
        """Return how bad ``counts`` are where the record has ``record``; it must not fall as counts move away from the record."""
