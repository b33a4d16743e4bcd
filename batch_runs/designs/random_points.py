"""Independent random points."""

import dataclasses
from typing import ClassVar

import numpy as np

from defection.batch_runs.designs.sampled import Sampled, generator


@dataclasses.dataclass(frozen=True)
class Random(Sampled):
    """Points drawn independently and uniformly."""

    kind: ClassVar[str] = "random"

    def unit(self, dimensions: int, start: int, stop: int, seed: int) -> np.ndarray:
        """Return points ``start .. stop - 1`` of the unit cube."""
        return generator(seed, 0).random((stop, dimensions))[start:]
