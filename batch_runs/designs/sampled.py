"""What the designs that sample ranges have in common: a number of points of the unit cube."""

import abc
import dataclasses

import numpy as np
import pandas as pd

from defection.batch_runs.designs.design import Design
from defection.batch_runs.designs.space import DesignError, Space


def generator(seed: int, *key: int) -> np.random.Generator:
    """Return the generator of a design; runs use keys of two numbers, designs keys of one."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))


@dataclasses.dataclass(frozen=True)
class Sampled(Design):
    """``points`` points drawn from all that varies; every value of a list has the same share."""

    points: int

    def size(self, space: Space) -> int:
        """Return the number of points."""
        if not space.varied:
            what = "give a range or a list under [parameters], or name parameters in design.vary"
            raise DesignError(f"nothing varies in this {self.kind} design: {what}", "parameters")
        return self.points

    def table(self, space: Space, seed: int) -> pd.DataFrame:
        """Return all points, a row each, with a column for every parameter."""
        return self.more(space, seed, 0, self.points)

    def more(self, space: Space, seed: int, before: int, total: int) -> pd.DataFrame:
        """Return the points numbered ``before .. total - 1`` of the design continued."""
        return space.table(self.unit(len(space.varied), before, total, seed))

    @abc.abstractmethod
    def unit(self, dimensions: int, start: int, stop: int, seed: int) -> np.ndarray:
        """Return points ``start .. stop - 1`` of the unit cube, [stop - start, dimensions]."""
