"""The runs of the model that posteriors ask for."""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy.stats import qmc

from defection.batch_runs.designs import Space
from defection.batch_runs.ensemble import run_ensemble
from defection.batch_runs.inference.coordinates import FirstWeek
from defection.batch_runs.inference.errors import PosteriorError
from defection.batch_runs.inference.pairs import MOST_LUCK, Pairs, Simulate, usable_runs
from defection.country import Country, load

POINTS = 2**16
"""Points of a batch of :func:`of_space`, those that are not run among them."""

AT_ONCE = 4096
"""Runs that are made at once."""


@dataclasses.dataclass(frozen=True)
class Simulator:
    """Runs positions of the unit cube of a space (a ``Simulate``).

    Parameters
    ----------
    space : Space
        What varies.
    country : Country
        Whose citizens.
    threads : int, optional
        One for each core if left out; the runs do not depend on it.
    """

    space: Space
    country: Country = dataclasses.field(default_factory=lambda: load("north_korea"))
    threads: int | None = None

    def __call__(self, unit: np.ndarray, luck: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the yearly successes of runs at positions [n, d] with the seeds ``luck`` [n], and which runs are usable."""
        table = self.space.table(np.clip(unit, 0.0, np.nextafter(1.0, 0.0)))
        told = []
        for start in range(0, len(table), AT_ONCE):
            part = slice(start, start + AT_ONCE)
            runs = run_ensemble(
                table[part],
                [int(one) for one in luck[part]],
                country=self.country,
                threads=self.threads,
            )
            successes = runs["yearly_successes"].to_numpy().astype(float)
            told.append((successes, usable_runs(successes, runs["stopped_early"].to_numpy())))
        successes, usable = (np.concatenate(parts) for parts in zip(*told, strict=True))
        return successes, usable


def of_space(
    coordinates: FirstWeek,
    simulate: Simulate,
    number: int,
    *,
    expected: tuple[float, float] = (-20.0, 12.0),
    seed: int,
) -> Pairs:
    """Run one batch of 65,536 points drawn evenly from a space, but for those whose first week foretells that no run is usable.

    Where next to nobody is expected to leave in the first week hardly anyone does later, and where
    a hundred thousand are the run stops at once: of the usable runs of points drawn evenly from the
    whole of the model's own space, 1 in 2,000 lies outside of the default limits.

    Parameters
    ----------
    coordinates : FirstWeek
        Of the space.
    simulate : function
        Runs points (``Simulate``).
    number : int
        Of the batch: batches are different points.
    expected : two numbers
        Limits of the logarithm of the attempts that are expected in the first week.
    seed : int
        Of points and luck.

    Returns
    -------
    Pairs
        The usable runs.

    Raises
    ------
    PosteriorError
        No run is usable.
    """
    names = tuple(coordinates.space.names)
    unit = qmc.Sobol(len(names), seed=np.random.default_rng([seed, number])).random(POINTS)
    first = coordinates.expected(unit)
    unit = unit[(first > expected[0]) & (first < expected[1])]
    luck = np.random.default_rng([seed + 1, number]).integers(MOST_LUCK, size=len(unit))
    successes, usable = simulate(unit, luck) if len(unit) else (np.empty((0, 0)), np.zeros(0, bool))
    if not usable.any():
        raise PosteriorError(f"none of the {len(unit):,} runs of batch {number} is usable")
    return Pairs(names, unit[usable], successes[usable], luck[usable])
