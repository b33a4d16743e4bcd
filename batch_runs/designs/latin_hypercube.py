"""A Latin hypercube: each range has as many slices as there are points, and one in each."""

import dataclasses
from typing import ClassVar

import numpy as np

from defection.batch_runs.designs.sampled import Sampled, generator


@dataclasses.dataclass(frozen=True)
class LatinHypercube(Sampled):
    """Points that cover each single range evenly; those added later are one of their own."""

    kind: ClassVar[str] = "latin-hypercube"

    def unit(self, dimensions: int, start: int, stop: int, seed: int) -> np.ndarray:
        """Return points ``start .. stop - 1`` of the unit cube."""
        from scipy.stats import qmc  # slow to load, and only this design needs it

        return qmc.LatinHypercube(dimensions, rng=generator(seed, start)).random(stop - start)
