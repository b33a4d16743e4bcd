"""The scatter of a sampled design: an outcome against each parameter that varies, a dot a point."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from defection.batch_runs.outcomes import by_point, checked_outcome, words
from defection.batch_runs.store.results import ResultsError, SweepResults
from defection.batch_runs.sweeps.text import points as counted
from defection.views.figures.cells import bins_for, cell_axis
from defection.views.figures.scales import (
    BAND,
    RECORD,
    WARNING,
    ParameterScale,
    dress_outcome,
    parameter_scale,
    say_source,
    say_title,
    show_nought,
)

COLUMNS = 3
"""Drawings beside each other."""

MOST_DOTS = 5_000
"""Points that are drawn; of more, every second, third ... is. The line of medians is of all."""


def scatter(results: SweepResults, outcome: str = "total_successes") -> Figure:
    """Draw the mean over replicates of every point against each parameter that varies, with the median in slices of it.

    A parameter that does nothing leaves the line flat; the scatter around it is what the others do,
    and luck. Orange triangles: at least half of the point's runs stopped early. Memory grows with
    the number of points, not of runs.

    Raises
    ------
    ResultsError
        No such outcome, nothing varies, or no run is done.
    """
    checked_outcome(results, outcome)
    names = results.varied
    if not names:
        raise ResultsError("nothing varies in this sweep: there is nothing to draw")
    table = by_point(results, outcome)
    table = table[table["runs"] > 0]
    if table.empty:
        raise ResultsError("no run of this sweep is done: there is nothing to draw")
    rows = -(-len(names) // COLUMNS)
    columns = min(COLUMNS, len(names))
    figure = Figure(figsize=(max(7, 4 * columns), 1.2 + 3.2 * rows), layout="constrained")
    axes = figure.subplots(rows, columns, sharey=True, squeeze=False).ravel()
    dress_outcome(axes[0], outcome, table["mean"].to_numpy(), mean=True)
    every = -(-len(table) // MOST_DOTS)
    for n, name in enumerate(names):
        _draw(axes[n], parameter_scale(results, name), table, table.iloc[::every])
    for axis in axes[len(names) :]:
        axis.set_visible(False)
    for axis in axes[columns : len(names) : columns]:
        axis.set_ylabel(axes[0].get_ylabel())
    show_nought(axes[0])
    axes[0].legend(fontsize=7.5, frameon=True, framealpha=0.8)
    early = int((table["stopped_early"] >= 0.5).sum())
    ranks = rank_correlations(table, names)
    first = (
        f"{ranks.index[0]} orders it most (rank correlation {ranks.iloc[0]:+.2f})"
        if len(ranks)
        else "no rank correlation is known"
    )
    say_title(
        figure,
        f"Mean {words(outcome)} of {counted(len(table))}: {first}; "
        f"at {early:,} of them at least half of the runs stopped early",
        width=max(70, 40 * columns),
    )  # fmt: skip
    thinned = f"One point in {every:,} is drawn. " if every > 1 else ""
    say_source(figure, results, f"{thinned}Line: median of the points in slices of the parameter.")
    return figure


def rank_correlations(table: pd.DataFrame, names: list[str]) -> pd.Series:
    """Return Spearman's rank correlation of the points' means with each parameter that is a number, the strongest first."""
    numbers = [name for name in names if pd.api.types.is_numeric_dtype(table[name])]
    ranks = table["mean"].rank()
    with np.errstate(invalid="ignore", divide="ignore"):
        found = pd.Series(
            {
                name: np.corrcoef(table[name].rank(), ranks)[0, 1] if len(table) > 2 else np.nan
                for name in numbers
            },
            dtype=float,
        )
    return found.dropna().sort_values(key=np.abs, ascending=False, kind="stable")


def _draw(axis: Axes, scale: ParameterScale, table: pd.DataFrame, drawn: pd.DataFrame) -> None:
    often = (drawn["stopped_early"] >= 0.5).to_numpy()
    x, y = scale.placed(drawn[scale.name]), drawn["mean"].to_numpy()
    size = 14 if len(drawn) < 500 else 5
    axis.scatter(
        x[~often],
        y[~often],
        s=size,
        color=BAND,
        alpha=0.6,
        linewidths=0,
        label="point (mean)",
        rasterized=True,
    )
    axis.scatter(
        x[often],
        y[often],
        s=size,
        color=WARNING,
        alpha=0.6,
        marker="^",
        linewidths=0,
        label="half stopped early",
        rasterized=True,
    )
    cut = cell_axis(scale, table[scale.name], bins_for(len(table), None))
    middles = pd.Series(scale.placed(table[scale.name])).groupby(cut.number).median()
    medians = pd.Series(table["mean"].to_numpy()).groupby(cut.number).median()
    axis.plot(middles, medians, color=RECORD, linewidth=1.5, marker="_" if scale.is_text else "", linestyle="" if scale.is_text else "-",
              markersize=18, label="median in slices")  # fmt: skip
    scale.dress(axis)
    if scale.is_text:
        axis.set_xlim(-0.6, len(scale.levels) - 0.4)
