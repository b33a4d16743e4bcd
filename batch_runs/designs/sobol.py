"""Sobol' points: a scrambled low-discrepancy sequence, which covers the whole space evenly."""

import dataclasses
import warnings
from typing import ClassVar

import numpy as np

from defection.batch_runs.designs.sampled import Sampled, generator
from defection.batch_runs.designs.space import DesignError, Space

LARGEST = 2**30
"""Points of SciPy's sequence."""


@dataclasses.dataclass(frozen=True)
class Sobol(Sampled):
    """Points of a scrambled Sobol' sequence (SciPy); their number is best a power of two."""

    kind: ClassVar[str] = "sobol"

    def size(self, space: Space) -> int:
        """Return the number of points."""
        if self.points > LARGEST:
            said = (
                f"points = {self.points:,} is more than the {LARGEST:,} that Sobol' points go up to"
            )
            raise DesignError(said, "design", "points")
        return super().size(space)

    def unit(self, dimensions: int, start: int, stop: int, seed: int) -> np.ndarray:
        """Return points ``start .. stop - 1`` of the unit cube."""
        from scipy.stats import qmc  # slow to load, and only this design needs it

        sequence = qmc.Sobol(dimensions, rng=generator(seed, 0))
        if start:
            sequence.fast_forward(start)
        with warnings.catch_warnings():  # the documentation says so
            warnings.filterwarnings("ignore", "The balance properties", category=UserWarning)
            return sequence.random(stop - start)
