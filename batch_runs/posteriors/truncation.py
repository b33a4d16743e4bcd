"""Points drawn evenly from the part of the unit cube in which a density is high: a truncated prior."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np

from defection.batch_runs.posteriors.errors import PosteriorError

FIRST, APART, EACH = 20, 5, 5
"""Moves of a chain along random lines before its first point, between its points, and points of a chain."""

SHRINKS = 60
"""The most halvings or so of a line until a point inside is found; the point stays where none is."""


@dataclasses.dataclass(frozen=True)
class Region:
    """Where a log density is at least a limit."""

    density: Callable[[np.ndarray], np.ndarray]
    """Takes positions [n, d], returns [n]."""
    limit: float

    def holds(self, unit: np.ndarray) -> np.ndarray:
        """Return which positions lie inside, bool [n]."""
        return np.asarray(self.density(unit) >= self.limit)


def evenly(regions: Sequence[Region], around: np.ndarray, count: int, *, seed: int) -> np.ndarray:
    """Return points drawn evenly from where all regions overlap, [count, d].

    Many chains step along random lines (hit and run), each line cut short until the point drawn on it lies inside (Neal 2003).

    Parameters
    ----------
    regions : sequence of Region
        All must hold a point.
    around : array
        Positions near them, [n, d], where chains begin and by which lines are directed.
    count : int
        How many points; a fifth as many chains.
    seed : int
        Of the chains.
    """
    rng = np.random.default_rng(seed)
    start = around[_inside(regions, around)]
    if len(start) < 2:
        raise PosteriorError("the regions of the rounds do not overlap: the posterior has lost the region")
    chains = -(-count // EACH)
    at = start[rng.integers(len(start), size=chains)]
    found = []
    for step in range(1, FIRST + APART * (EACH - 1) + 1):
        ends = start[rng.integers(len(start), size=(2, chains))]
        at = _moved(regions, at, ends[1] - ends[0] + rng.normal(0.0, 1e-6, at.shape), rng)
        if step >= FIRST and (step - FIRST) % APART == 0:
            found.append(at)
    return np.concatenate(found)[:count]


def _inside(regions: Sequence[Region], unit: np.ndarray) -> np.ndarray:
    told = np.asarray(((unit > 0) & (unit < 1)).all(axis=1))
    for region in regions:
        if told.any():
            told[told] = region.holds(unit[told])
    return told


def _moved(regions: Sequence[Region], at: np.ndarray, line: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    walls = np.stack([-at / line, (1 - at) / line])
    low, high = walls.min(axis=0).max(axis=1), walls.max(axis=0).min(axis=1)
    moved, waiting = at.copy(), np.arange(len(at))
    for _ in range(SHRINKS):
        step = rng.uniform(low[waiting], high[waiting])
        there = at[waiting] + step[:, None] * line[waiting]
        fits = _inside(regions, there)
        moved[waiting[fits]] = there[fits]
        waiting, step = waiting[~fits], step[~fits]
        if not len(waiting):
            break
        back = step < 0
        low[waiting[back]], high[waiting[~back]] = step[back], step[~back]
    return moved
