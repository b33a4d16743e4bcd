"""What a worker gets: some runs, with all that they depend on."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from defection import provenance
from defection.batch_runs.store.series import Series
from defection.country import Country
from defection.parameters import Parameters

SEED_BITS = 53
"""Bits of a run's seed: as many as a float holds, so that no tool on the way changes it."""


def run_seed(
    root: int,
    point: int,
    replicate: int,
    *,
    common_random_numbers: bool = False,
    bits: int = SEED_BITS,
) -> int:
    """Return the whole number that seeds a run.

    Parameters
    ----------
    root, point, replicate : int
        It is made of ``SeedSequence(root, spawn_key=(point, replicate))`` alone.
    common_random_numbers : bool
        Whether all points have the seeds of point 0, replicate by replicate, so that what differs
        between them is the effect of their parameters.
    bits : int
        It is below ``2**bits``; plans of format 1 and 2 have 63.

    Returns
    -------
    int

    Examples
    --------
    >>> run_seed(7, 0, 0) == run_seed(7, 5, 0, common_random_numbers=True)
    True
    """
    key = (0 if common_random_numbers else point, replicate)
    word = np.random.SeedSequence(root, spawn_key=key).generate_state(1, np.uint64)[0]
    return int(word >> np.uint64(64 - bits))


class Measure(Protocol):
    """What else is worked out of each run, from who crossed in it."""

    @property
    def columns(self) -> Sequence[str]:
        """The columns that it adds to the table of runs, numbers."""

    def record_for(self, points: Iterable[Parameters]) -> Sequence[str]:
        """Return what must be recorded of runs of these points."""

    def measure(
        self, crossings: np.ndarray, repression: np.ndarray, parameters: Parameters
    ) -> np.ndarray:
        """Return them for a run, by its crossings and the repression in each week run, [weeks, P].

        Crossings are rows of :data:`defection.crossings.CROSSING`, or people by week, province
        and gender, as it is recorded.
        """


@dataclasses.dataclass(frozen=True)
class Task:
    """Some runs: the next ``len(points)`` entries of points, replicates and parameters."""

    country: Country
    weeks: int
    seed: int
    points: list[int]
    replicates: list[int]
    parameters: list[dict[str, Any]]
    common_random_numbers: bool = False
    series: Series = dataclasses.field(default_factory=Series)
    seed_bits: int = SEED_BITS
    rows: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """What the worker's own :func:`~defection.batch_runs.execution.worker.golden_rows` must be."""
    measure: Measure | None = None
    behaviour: Mapping[str, str] = dataclasses.field(default_factory=provenance.behaviour)

    def __len__(self) -> int:
        return len(self.points)

    def some(self, which: Iterable[int]) -> Task:
        """Return the task of these of its runs alone."""
        kept = list(which)
        return dataclasses.replace(
            self,
            points=[self.points[i] for i in kept],
            replicates=[self.replicates[i] for i in kept],
            parameters=[self.parameters[i] for i in kept],
        )

    @property
    def run_ids(self) -> list[str]:
        """The name of every run, POINT-REPLICATE."""
        return [f"{p}-{r}" for p, r in zip(self.points, self.replicates, strict=True)]

    def seeds(self) -> list[int]:
        """Return the seed of every run."""
        common, bits = self.common_random_numbers, self.seed_bits
        pairs = zip(self.points, self.replicates, strict=True)
        return [
            run_seed(self.seed, point, replicate, common_random_numbers=common, bits=bits)
            for point, replicate in pairs
        ]
