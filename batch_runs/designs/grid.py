"""The full grid: every combination of the values of all lists, and of the steps of all ranges."""

import dataclasses
import itertools
import math
from typing import ClassVar

import pandas as pd

from defection.batch_runs.designs.axes import levels
from defection.batch_runs.designs.design import Design
from defection.batch_runs.designs.space import Space


@dataclasses.dataclass(frozen=True)
class Grid(Design):
    """Every combination; the last parameter varies fastest.

    A range is cut into ``steps`` values unless it says how many itself.
    """

    steps: int | None = None
    kind: ClassVar[str] = "grid"

    def size(self, space: Space) -> int:
        """Return the number of points."""
        return math.prod(len(levels(one, self.steps)) for one in space.varied)

    def table(self, space: Space, seed: int) -> pd.DataFrame:
        """Return all points, a row each, with a column for every parameter; nothing is drawn."""
        del seed
        combinations = itertools.product(*(levels(one, self.steps) for one in space.varied))
        return space.complete(pd.DataFrame(list(combinations), columns=space.names))
