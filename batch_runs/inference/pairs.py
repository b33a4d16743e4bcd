"""What a posterior learns from: where runs lay in the space, and what they brought forth."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pandas as pd

from defection.batch_runs.designs import Space
from defection.batch_runs.inference.errors import PosteriorError
from defection.batch_runs.sensitivity.outcomes import finished, successes

Simulate = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
"""Takes positions of the unit cube [n, d] and the luck of each run, whole numbers [n] below :data:`MOST_LUCK`; returns the yearly
successes [n, years] and which runs are usable, bool [n]. The same position with the same luck is
the same run."""

MOST_LUCK = 2**62

FEWEST_YEARS = 5
"""Years with successes in a run that is worth learning from."""

FEWEST = 100
"""Successes of all years, likewise."""


@dataclasses.dataclass(frozen=True)
class Pairs:
    """Runs as numbers; n runs, d varied parameters, y years."""

    names: tuple[str, ...]
    unit: np.ndarray
    """Where each run lay in the unit cube, [n, d]."""
    successes: np.ndarray
    """Successes of each year, [n, y]."""
    luck: np.ndarray
    """The seed of each run, whole numbers [n]."""

    def __post_init__(self) -> None:
        if (
            self.unit.ndim != 2
            or self.unit.shape[1] != len(self.names)
            or not len(self.unit) == len(self.successes) == len(self.luck)
        ):
            raise PosteriorError(
                f"positions {self.unit.shape}, {len(self.names)} parameters, successes {self.successes.shape} and luck {self.luck.shape}"
                " do not match"
            )

    def __len__(self) -> int:
        return len(self.unit)

    @classmethod
    def from_runs(
        cls,
        runs: pd.DataFrame,
        space: Space,
        *,
        fewest: int = FEWEST,
        fewest_years: int = FEWEST_YEARS,
    ) -> Pairs:
        """Read the runs of a table that are usable: finished, never stopped, with leavers in several years.

        Leaving out the others is a condition on what a run brings forth, not on its parameters: for
        a record that only a usable run can explain the posterior is the same.

        Raises
        ------
        PosteriorError
            No run is usable.
        """
        done = finished(runs)
        told, _ = successes(done)
        usable = usable_runs(told, done["stopped_early"].to_numpy(bool), fewest, fewest_years)
        if not usable.any():
            raise PosteriorError(
                f"none of {len(done):,} runs is usable: all stopped, or had under {fewest} successes or under {fewest_years} years with one"
            )
        return cls(
            tuple(space.names),
            space.unit(done)[usable].clip(0.0, 1.0),
            told[usable],
            done["seed"].to_numpy(np.int64)[usable],
        )

    def part(self, rows: np.ndarray) -> Pairs:
        """Return some of the pairs."""
        return Pairs(self.names, self.unit[rows], self.successes[rows], self.luck[rows])

    def joined(self, other: Pairs) -> Pairs:
        """Return these pairs and others of the same parameters."""
        if self.names != other.names:
            raise PosteriorError(
                f"pairs of {', '.join(self.names)} and of {', '.join(other.names)} cannot be joined"
            )
        fields = (
            (getattr(self, name), getattr(other, name)) for name in ("unit", "successes", "luck")
        )
        return Pairs(self.names, *(np.concatenate(both) for both in fields))


def usable_runs(
    told: np.ndarray,
    stopped_early: np.ndarray,
    fewest: int = FEWEST,
    fewest_years: int = FEWEST_YEARS,
) -> np.ndarray:
    """Return which runs are worth learning from, bool [n], given successes [n, years] and which were stopped, bool [n]."""
    return np.asarray(
        ~stopped_early & ((told > 0).sum(axis=1) >= fewest_years) & (told.sum(axis=1) >= fewest)
    )


MARGIN = 1e-6
"""Positions nearer than this to a wall of the cube count as at this distance from it."""


def to_line(unit: np.ndarray) -> np.ndarray:
    """Return positions of the unit cube as log odds, where no wall is in the way."""
    inside = np.clip(unit, MARGIN, 1 - MARGIN)
    return np.log(inside / (1 - inside))


def from_line(line: np.ndarray) -> np.ndarray:
    """Return log odds as positions of the unit cube."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(line, -40.0, 40.0))))
