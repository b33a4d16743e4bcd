"""The cells of a heat map: which points fall into each, and what their runs say."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pandas as pd

from defection.batch_runs.store.results import ResultsError
from defection.views.figures.scales import ParameterScale

POINTS_A_CELL = 5
"""Points that a cell of a sampled design should have, on average."""

MOST = 12
"""Cells along an axis, at most, where a range is sampled."""


@dataclasses.dataclass(frozen=True)
class CellAxis:
    """How an axis is cut: ``edges`` [cells + 1] in the coordinates of the drawing, ``ticks`` and their labels where levels are shown."""

    edges: np.ndarray
    ticks: np.ndarray
    labels: tuple[str, ...]
    number: np.ndarray
    """The cell of every point, [points]."""

    @property
    def count(self) -> int:
        """Number of cells along the axis."""
        return len(self.edges) - 1


def cell_axis(scale: ParameterScale, values: pd.Series, bins: int) -> CellAxis:
    """Cut a parameter's axis into a cell for each level, or into ``bins`` cells of the same width (in the logarithm, on a log scale)."""
    if scale.levels:
        count = len(scale.levels)
        number = np.array([scale.levels.index(value) for value in values])
        labels = tuple(_label(level) for level in scale.levels)
        if scale.evenly and count > 1:
            middles = np.array(scale.levels, float)
            line = np.log(middles) if scale.log else middles
            inner = (line[1:] + line[:-1]) / 2
            edges = np.array(
                [line[0] - (inner[0] - line[0]), *inner, line[-1] + (line[-1] - inner[-1])]
            )
            return CellAxis(np.exp(edges) if scale.log else edges, middles, labels, number)
        return CellAxis(np.arange(count + 1) - 0.5, np.arange(count, dtype=float), labels, number)
    edges = (
        np.geomspace(scale.low, scale.high, bins + 1)
        if scale.log
        else np.linspace(scale.low, scale.high, bins + 1)
    )
    number = np.clip(np.searchsorted(edges, values.to_numpy(float), side="right") - 1, 0, bins - 1)
    return CellAxis(edges, np.array([]), (), number)


def _label(level: Any) -> str:
    if isinstance(level, str):
        return level
    return f"{level:,}" if isinstance(level, int) else f"{level:.2g}"


def bins_for(points: int, asked: Any) -> int:
    """Return into how many cells a sampled range is cut: as asked, or so that a cell has about five points."""
    if asked is None:
        return int(np.clip(round(np.sqrt(points / POINTS_A_CELL)), 2, MOST))
    if isinstance(asked, bool) or not isinstance(asked, (int, np.integer)) or not 1 <= asked <= 200:
        raise ResultsError(f"bins = {asked!r} must be a whole number from 1 to 200")
    return int(asked)


def cell_table(points: pd.DataFrame, across: CellAxis, up: CellAxis) -> dict[str, np.ndarray]:
    """Return what is known of each cell, as arrays [up, across]; not a number where nothing is.

    ``points`` (of :func:`~defection.batch_runs.outcomes.by_point`) weigh the same whatever the
    number of their runs. ``points``: number of points with a run; ``runs``; ``mean``: mean over
    points of their means; ``replicates``: standard deviation over the replicates of a point (square
    root of the mean variance of points with two runs or more); ``between``: standard deviation
    between the means of the cell's points (two or more); ``stopped``: share of the runs that
    stopped early.
    """
    frame = points.assign(across=across.number, up=up.number, variance=points["sd"] ** 2)
    groups = frame[frame["runs"] > 0].groupby(["up", "across"])
    table = pd.DataFrame({
        "points": groups.size(), "runs": groups["runs"].sum(), "mean": groups["mean"].mean(),
        "replicates": np.sqrt(groups["variance"].mean()), "between": groups["mean"].std(), "stopped": groups["stopped_early"].mean(),
    })  # fmt: skip
    arrays = {}
    for name in table:
        arrays[name] = np.full(
            (up.count, across.count), 0.0 if name in ("points", "runs") else np.nan
        )
        arrays[name][table.index.get_level_values(0), table.index.get_level_values(1)] = table[name]
    return arrays
