"""One factor at a time: each parameter in turn takes its values while the others stay."""

import dataclasses
from typing import Any, ClassVar

import pandas as pd

from defection.batch_runs.designs.axes import Axis, levels
from defection.batch_runs.designs.design import Design
from defection.batch_runs.designs.space import Space


@dataclasses.dataclass(frozen=True)
class OneAtATime(Design):
    """The base point (defaults, and what is fixed), then a row for each value that varies."""

    steps: int | None = 11
    kind: ClassVar[str] = "one-at-a-time"

    def size(self, space: Space) -> int:
        """Return the number of points."""
        return 1 + sum(len(self._others(space, one)) for one in space.varied)

    def table(self, space: Space, seed: int) -> pd.DataFrame:
        """Return all points, a row each, the base point first; nothing is drawn."""
        del seed
        return space.complete(pd.DataFrame(self._rows(space)))

    def _rows(self, space: Space) -> list[dict[str, Any]]:
        base = _base(space)
        changes = [(one.name, value) for one in space.varied for value in self._others(space, one)]
        return [base, *({**base, name: value} for name, value in changes)]

    def _others(self, space: Space, one: Axis) -> list[Any]:
        base = _base(space)[one.name]
        return [value for value in levels(one, self.steps) if value != base]


def _base(space: Space) -> dict[str, Any]:
    return {one.name: getattr(space.defaults, one.name) for one in space.axes} | space.fixed
