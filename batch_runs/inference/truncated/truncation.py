"""Points drawn evenly from the part of the unit cube in which a density is high: a truncated prior."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np

from defection.batch_runs.inference.coordinates import Coordinates
from defection.batch_runs.inference.errors import PosteriorError
from defection.batch_runs.inference.steps import halves, steps

FEWEST = 4
"""Positions inside all regions by which chains can be directed."""


@dataclasses.dataclass(frozen=True)
class Region:
    """Where a log density is at least a limit."""

    density: Callable[[np.ndarray], np.ndarray]
    """Takes positions [n, d], returns [n]."""
    limit: float

    def holds(self, unit: np.ndarray) -> np.ndarray:
        """Return which positions lie inside, bool [n]."""
        return np.asarray(self.density(unit) >= self.limit)


def evenly(
    regions: Sequence[Region],
    around: np.ndarray,
    density: np.ndarray,
    count: int,
    *,
    coordinates: Coordinates,
    moves: int = 25,
    seed: int,
) -> np.ndarray:
    """Return points drawn evenly from where all regions overlap, [count, d].

    Draws of a density, drawn anew by its inverse, are nearly even already; a Markov chain of each
    that keeps the even prior inside the regions makes up for where they are few.

    Parameters
    ----------
    regions : sequence of Region
        All must hold a point.
    around : array
        Draws of a density, [n, d].
    density : array
        Its logarithm in the unit cube at each of them, [n].
    count : int
        How many points.
    coordinates : Coordinates
        In which steps are made.
    moves : int
        Of each chain.
    seed : int
        Of draws and chains.

    Raises
    ------
    PosteriorError
        The regions hold fewer than four of the draws.
    """
    rng, inside = np.random.default_rng(seed), _inside(regions, around)
    if inside.sum() < FEWEST:
        raise PosteriorError(
            "the regions of the rounds do not overlap: the posterior has lost the region"
        )
    weight = np.exp(density[inside].min() - density[inside])
    unit = around[inside][
        rng.choice(int(inside.sum()), size=count + count % 2, p=weight / weight.sum())
    ]
    there, prior = coordinates.of(unit)
    for _ in range(moves):
        for mine, theirs in halves(len(there), rng):
            new = there[mine] + steps(there[theirs], len(mine), rng)
            position, density_of_prior = coordinates.back(new)
            fits = np.log(rng.random(len(mine))) < density_of_prior - prior[mine]
            fits[fits] = _inside(regions, position[fits])
            rows = mine[fits]
            there[rows], unit[rows], prior[rows] = new[fits], position[fits], density_of_prior[fits]
    return unit[:count]


def _inside(regions: Sequence[Region], unit: np.ndarray) -> np.ndarray:
    told = np.asarray(((unit > 0) & (unit < 1)).all(axis=1))
    for region in regions:
        if told.any():
            told[told] = region.holds(unit[told])
    return told
