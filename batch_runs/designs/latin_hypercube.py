"""A Latin hypercube: every parameter's range is cut into as many slices as there are points, and each slice is hit once."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

import numpy as np

from defection.batch_runs.designs.sampled import Sampled, generator


@dataclasses.dataclass(frozen=True)
class LatinHypercube(Sampled):
    """Points that cover each single range evenly; points added later make a Latin hypercube of their own."""

    kind: ClassVar[str] = "latin-hypercube"

    def unit(self, dimensions: int, start: int, stop: int, seed: int) -> np.ndarray:
        """Return points ``start .. stop - 1`` of the unit cube."""
        from scipy.stats import qmc  # slow to load, and only this design needs it

        return qmc.LatinHypercube(dimensions, rng=generator(seed, start)).random(stop - start)
