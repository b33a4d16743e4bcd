"""One factor at a time: each parameter in turn takes its values while the others stay."""

import dataclasses
from typing import Any, ClassVar

import pandas as pd

from defection.batch_runs.designs.design import Design
from defection.batch_runs.designs.space import Space, levels
from defection.parameters import PARAMETERS


@dataclasses.dataclass(frozen=True)
class OneAtATime(Design):
    """The base point (defaults, and what is fixed), then a row for each value that varies."""

    steps: int | None = 11
    kind: ClassVar[str] = "one-at-a-time"

    def size(self, space: Space) -> int:
        """Return the number of points."""
        return len(self._rows(space))

    def table(self, space: Space, seed: int) -> pd.DataFrame:
        """Return all points, a row each, the base point first; nothing is drawn."""
        del seed
        return space.complete(pd.DataFrame(self._rows(space), columns=list(PARAMETERS)))

    def _rows(self, space: Space) -> list[dict[str, Any]]:
        base = {name: one.default for name, one in PARAMETERS.items()} | space.fixed
        rows = [base]
        for one in space.varied:
            values = (value for value in levels(one, self.steps) if value != base[one.name])
            rows += [{**base, one.name: value} for value in values]
        return rows
