"""Sobol' points: a scrambled low-discrepancy sequence, which covers the whole space evenly."""

from __future__ import annotations

import dataclasses
import warnings
from typing import ClassVar

import numpy as np
from scipy.stats import qmc

from defection.batch_runs.designs.sampled import Sampled, generator


@dataclasses.dataclass(frozen=True)
class Sobol(Sampled):
    """Points of a scrambled Sobol' sequence (SciPy); best balanced when their number is a power of two."""

    kind: ClassVar[str] = "sobol"

    def unit(self, dimensions: int, start: int, stop: int, seed: int) -> np.ndarray:
        """Return points ``start .. stop - 1`` of the unit cube."""
        sequence = qmc.Sobol(dimensions, rng=generator(seed, 0))
        if start:
            sequence.fast_forward(start)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="The balance properties", category=UserWarning)  # the documentation says so
            return sequence.random(stop - start)
