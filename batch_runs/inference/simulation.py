"""The runs of the model that posteriors need."""

import dataclasses
from typing import Any

import numpy as np
from scipy.stats import qmc

from defection.batch_runs.designs import Space
from defection.batch_runs.ensemble import run_ensemble
from defection.batch_runs.inference.coordinates import FirstWeek
from defection.batch_runs.inference.pairs import SEEDS, Pairs, PosteriorError, Simulate
from defection.batch_runs.outcomes import SUSTAINED, YearlyCounts, fates
from defection.country import Country, load

POINTS = 2**16
"""Points of a batch of :func:`pairs_from_space`, those that are not run among them."""

BATCH = 4096
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

    Examples
    --------
    >>> from defection.batch_runs.searches import search_space
    >>> successes, sustained = Simulator(search_space())(np.full((2, 11), 0.5), np.array([1, 2]))
    >>> successes.shape, sustained.dtype
    ((2, 23), dtype('bool'))
    """

    space: Space
    country: Country = dataclasses.field(default_factory=lambda: load("north_korea"))
    threads: int | None = None

    def __call__(self, unit: np.ndarray, seeds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return yearly successes [n, Y] of positions [n, d] and which runs are sustained, [n]."""
        table = self.space.table(np.clip(unit, 0.0, np.nextafter(1.0, 0.0)))
        table = table.assign(seed=np.asarray(seeds, np.int64))
        # particles may share point and seed: the same run, which is made once
        runs, which = table[~table.duplicated()], table.groupby([*table], sort=False).ngroup()
        parts = []
        for start in range(0, len(runs), BATCH):
            part = runs[start : start + BATCH]
            how: dict[str, Any] = {"country": self.country, "threads": self.threads}
            data = run_ensemble(part.drop(columns="seed"), part["seed"].tolist(), **how)
            counts = YearlyCounts.from_ensemble(data)
            does = fates(counts, data["stopped_early"].to_numpy())
            parts.append((counts.counts, does == SUSTAINED))
        made = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
        successes, sustained = (array[which] for array in made)
        return successes, sustained


def pairs_from_space(
    coordinates: FirstWeek,
    simulate: Simulate,
    number: int,
    *,
    points: int | None = None,
    expected: tuple[float, float] = (-20.0, 12.0),
    seed: int,
) -> Pairs:
    """Run one batch of 65,536 uniform points of a space, but for those that cannot be sustained.

    Where next to nobody is expected to leave in the first week hardly anyone does later, and where
    a hundred thousand are the run stops at once: of the sustained runs of points drawn uniformly
    from the whole of the model's own space, 1 in 2,000 lies outside of the default limits.

    Parameters
    ----------
    coordinates : FirstWeek
        Of the space.
    simulate : function
        Runs points (``Simulate``).
    number : int
        Of the batch: batches are different points.
    points : int, optional
        How many, a power of 2; ``POINTS`` if left out.
    expected : two numbers
        Limits of the logarithm of the attempts that are expected in the first week.
    seed : int
        Of points and runs.

    Returns
    -------
    Pairs
        The sustained runs.

    Raises
    ------
    PosteriorError
        No run is sustained.

    Examples
    --------
    >>> coordinates = FirstWeek(Space.from_parameters(vary="all"))
    >>> pairs_from_space(coordinates, Simulator(coordinates.space), 0, expected=(11, 11), seed=1)
    Traceback (most recent call last):
    defection.batch_runs.inference.pairs.PosteriorError: none of the 0 runs of batch 0 is sustained
    """
    names = tuple(coordinates.space.names)
    scrambled = qmc.Sobol(len(names), seed=np.random.default_rng([seed, number]))
    unit = scrambled.random(points or POINTS)
    first = coordinates.expected(unit)
    unit = unit[(first > expected[0]) & (first < expected[1])]
    seeds = np.random.default_rng([seed + 1, number]).integers(SEEDS, size=len(unit))
    if len(unit):
        successes, sustained = simulate(unit, seeds)
        if sustained.any():
            return Pairs(names, unit[sustained], successes[sustained], seeds[sustained])
    raise PosteriorError(f"none of the {len(unit):,} runs of batch {number} is sustained")
