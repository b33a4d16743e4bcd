"""The cells of a heat map: which points fall into each, and what their runs give."""

import dataclasses
from typing import Any

import numpy as np
import pandas as pd

from defection.batch_runs.store.results import ResultsError
from defection.checks import whole
from defection.views.figures.scales import ParameterScale

POINTS_A_CELL = 5
"""Points that a cell of a sampled design should have, on average."""

MOST = 12
"""Cells along an axis, at most, where a range is sampled."""


@dataclasses.dataclass(frozen=True)
class CellAxis:
    """``edges`` [cells + 1] in the drawing's coordinates; ``ticks`` and ``labels`` of levels."""

    edges: np.ndarray
    ticks: np.ndarray
    labels: tuple[str, ...]
    number: np.ndarray
    """The cell of every point, [points]."""

    @property
    def count(self) -> int:
        """Number of cells along the axis."""
        return len(self.edges) - 1

    def middle(self, cell: int) -> float:
        """Return the coordinate of a cell's middle."""
        if len(self.ticks):
            return float(self.ticks[cell])
        low, high = self.edges[cell], self.edges[cell + 1]
        linear = np.allclose(np.diff(self.edges), self.edges[1] - self.edges[0])
        return float((low + high) / 2 if linear else np.sqrt(low * high))


def cell_axis(scale: ParameterScale, values: pd.Series, bins: int) -> CellAxis:
    """Cut a parameter's axis into a cell a level, or ``bins`` of one width (log on a log scale)."""
    if not scale.levels:
        space = np.geomspace if scale.log else np.linspace
        edges = space(scale.low, scale.high, bins + 1)
        cells = np.searchsorted(edges, values.to_numpy(float), side="right") - 1
        return CellAxis(edges, np.array([]), (), np.clip(cells, 0, bins - 1))
    count = len(scale.levels)
    number = np.array([scale.levels.index(value) for value in values])
    labels = tuple(_label(level) for level in scale.levels)
    if not scale.regular or count == 1:
        return CellAxis(np.arange(count + 1) - 0.5, np.arange(count, dtype=float), labels, number)
    levels = np.array(scale.levels, float)
    line = np.log(levels) if scale.log else levels
    inner = (line[1:] + line[:-1]) / 2
    edges = np.array([2 * line[0] - inner[0], *inner, 2 * line[-1] - inner[-1]])
    return CellAxis(np.exp(edges) if scale.log else edges, levels, labels, number)


def _label(level: Any) -> str:
    if isinstance(level, str):
        return level
    return f"{level:,}" if isinstance(level, int) else f"{level:.2g}"


def bins_for(points: int, bins: Any) -> int:
    """Return into how many cells a range is cut: ``bins``, or so that a cell has five points."""
    if bins is None:
        return int(np.clip(round(np.sqrt(points / POINTS_A_CELL)), 2, MOST))
    return whole("bins", bins, most=200, error=ResultsError)


def cell_table(points: pd.DataFrame, across: CellAxis, up: CellAxis) -> dict[str, np.ndarray]:
    """Return what is known of each cell, as arrays [up, across]; NaN where nothing is.

    ``points`` (of :func:`~defection.batch_runs.outcomes.by_point`) weigh the same whatever the
    number of their runs. ``points``: number of points with a run; ``runs``; ``mean``: mean over
    points of their means; ``replicates``: standard deviation over the replicates of a point (square
    root of the mean variance of points with two runs or more); ``between``: standard deviation
    between the means of the cell's points (two or more); ``stopped_early``: share of the runs.
    """
    frame = points.assign(across=across.number, up=up.number, variance=points["sd"] ** 2)
    groups = frame.groupby(["up", "across"])
    table = {
        "points": groups.size(),
        "runs": groups["runs"].sum(),
        "mean": groups["mean"].mean(),
        "replicates": np.sqrt(groups["variance"].mean()),
        "between": groups["mean"].std(),
        "stopped_early": groups["stopped_early"].mean(),
    }
    arrays = {name: np.full((up.count, across.count), np.nan) for name in table}
    arrays["points"][:] = arrays["runs"][:] = 0
    for name, column in table.items():
        rows, columns = (column.index.get_level_values(level) for level in (0, 1))
        arrays[name][rows, columns] = column
    return arrays
