"""One factor at a time: from a base point, each parameter in turn takes its values while the others stay."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

import pandas as pd

from defection.batch_runs.designs.space import Fixed, Space, levels
from defection.parameters import PARAMETERS


@dataclasses.dataclass(frozen=True)
class OneAtATime:
    """The base point (defaults, and what is fixed), then for every parameter that varies its values, one row each."""

    steps: int | None = 11
    kind: ClassVar[str] = "one-at-a-time"

    def size(self, space: Space) -> int:
        """Return the number of points."""
        return len(self._rows(space))

    def table(self, space: Space, seed: int) -> pd.DataFrame:
        """Return all points, a row each, with a column for every parameter; the base point comes first."""
        del seed  # nothing is drawn
        return space.complete(pd.DataFrame(self._rows(space), columns=list(PARAMETERS)))

    def _rows(self, space: Space) -> list[dict[str, object]]:
        base = {
            one.name: one.value if isinstance(one, Fixed) else PARAMETERS[one.name].default
            for one in space.axes
        }
        varied = [
            {**base, one.name: value}
            for one in space.varied
            for value in levels(one, self.steps)
            if value != base[one.name]
        ]
        return [base, *varied]
