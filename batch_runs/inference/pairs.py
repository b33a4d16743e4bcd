"""What a posterior is made from: where runs lay in the space, and their yearly successes."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Protocol

import numpy as np
import pandas as pd

from defection.batch_runs.designs import Space
from defection.batch_runs.outcomes import SUSTAINED, YearlyCounts, fates, finished
from defection.batch_runs.scores.likelihood import checked_counts

Simulate = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
"""Takes positions of the unit cube [n, d] and seeds, whole numbers [n] below :data:`SEEDS`; returns
the yearly successes [n, Y], or what else is compared with what was observed, and which runs are
usable, bool [n]. The same position with the same seed is the same run."""

SEEDS = 2**62
"""Seeds of runs are drawn from 0 to below this."""


class Observation(Protocol):
    """How what is observed varies around a run."""

    def log_likelihood(self, observed: np.ndarray, runs: np.ndarray) -> np.ndarray:
        """Return the log likelihood of what was observed, [Y], given runs, [..., Y] -> [...]."""


MARGIN = 1e-6
"""Positions nearer than this to a wall of the cube count as at this distance from it."""


class PosteriorError(ValueError):
    """A posterior cannot be made or judged; the message names what is missing."""


@dataclasses.dataclass(frozen=True)
class Pairs:
    """Sustained runs as numbers; n runs, d varied parameters, Y years.

    Parameters
    ----------
    names : tuple of str
        The varied parameters, [d].
    unit : numpy.ndarray
        Where each run lay in the unit cube, [n, d].
    successes : numpy.ndarray
        Successes of each year, [n, Y].
    seeds : numpy.ndarray
        The seed of each run, whole numbers [n].

    Raises
    ------
    PosteriorError
        The shapes do not match.

    Examples
    --------
    >>> pairs = Pairs(("a",), np.array([[0.1], [0.9]]), np.ones((2, 3)), np.arange(2))
    >>> len(pairs.part([0]))
    1
    """

    names: tuple[str, ...]
    unit: np.ndarray
    successes: np.ndarray
    seeds: np.ndarray

    def __post_init__(self) -> None:
        n, d = self.unit.shape if self.unit.ndim == 2 else (-1, -1)
        if d != len(self.names) or not n == len(self.successes) == len(self.seeds):
            raise PosteriorError(
                f"positions {self.unit.shape}, {len(self.names)} parameters, successes "
                f"{self.successes.shape} and seeds {self.seeds.shape} do not match"
            )

    def __len__(self) -> int:
        return len(self.unit)

    @classmethod
    def from_runs(cls, runs: pd.DataFrame, space: Space) -> Pairs:
        """Read the finished, sustained runs of a table; ``PosteriorError`` if there are none.

        Leaving out the others is a condition on what a run does, not on its parameters: for counts
        that only a sustained run can explain the posterior is the same.
        """
        done = finished(runs)
        counts = YearlyCounts.from_runs(done)
        usable = fates(counts, done["stopped_early"].to_numpy(bool)) == SUSTAINED
        if not usable.any():
            raise PosteriorError(f"none of {len(done):,} runs is sustained")
        unit, seeds = space.unit(done)[usable].clip(0.0, 1.0), done["seed"].to_numpy(np.int64)
        return cls(tuple(space.names), unit, counts.counts[usable], seeds[usable])

    def part(self, rows: np.ndarray) -> Pairs:
        """Return some of the pairs."""
        return Pairs(self.names, self.unit[rows], self.successes[rows], self.seeds[rows])

    def joined(self, other: Pairs) -> Pairs:
        """Return these pairs and others of the same parameters."""
        if self.names != other.names:
            raise PosteriorError(
                f"pairs of {', '.join(self.names)} and of {', '.join(other.names)} cannot be joined"
            )
        fields = ("unit", "successes", "seeds")
        both = ((getattr(self, name), getattr(other, name)) for name in fields)
        return Pairs(self.names, *(np.concatenate(arrays) for arrays in both))


def to_line(unit: np.ndarray) -> np.ndarray:
    """Return positions of the unit cube as log odds, where no wall is in the way."""
    inside = np.clip(unit, MARGIN, 1 - MARGIN)
    return np.log(inside / (1 - inside))


def from_line(line: np.ndarray) -> np.ndarray:
    """Return log odds as positions of the unit cube."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(line, -40.0, 40.0))))


def checked_observed(observed: np.ndarray, years: int, draws: int = 1) -> np.ndarray:
    """Return observed counts as numbers, [Y]; refuses another length, gaps and negative counts."""
    counts = checked_counts(observed)
    if counts.shape != (years,):
        raise PosteriorError(
            f"the observed counts have the shape {counts.shape}, but the runs have {years} years"
        )
    if draws < 1:
        raise PosteriorError(f"draws = {draws!r} must be at least 1")
    return counts
