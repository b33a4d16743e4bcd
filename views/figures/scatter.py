"""The scatter of a sampled design: an outcome against each parameter that varies, a dot a point."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from defection.batch_runs.outcomes import words
from defection.batch_runs.store.results import SweepResults
from defection.batch_runs.sweeps.text import points as counted
from defection.views.colours import BAND, OBSERVED, WARNING, Style
from defection.views.figures import scales
from defection.views.figures.cells import bins_for, cell_axis
from defection.views.figures.figure import Figure, drawn
from defection.views.figures.scales import ParameterScale

MOST_DOTS = 5_000
"""Points that are drawn; of more, every second, third ... is. The line of medians is of all."""


@drawn
def scatter(results: SweepResults, outcome: str = "total_successes") -> Figure:
    """Draw every point's mean over replicates against each parameter that varies.

    A parameter without effect leaves the line of medians flat; the scatter around the line is the
    effect of the other parameters, and chance. Orange triangles: at least half of the point's runs
    stopped early. Memory grows with the number of points, not of runs.

    Parameters
    ----------
    results : SweepResults
        A sweep in which at least one parameter varies.
    outcome : str
        A column of the table of runs, such as ``successes_2003``.

    Returns
    -------
    matplotlib.figure.Figure
        A drawing for each parameter: the points, and the median in slices of the parameter.

    Raises
    ------
    ResultsError
        No such outcome, nothing varies, or no run is done.

    Examples
    --------
    >>> import tempfile
    >>> from defection.batch_runs import run_sweep
    >>> design = {"kind": "random", "points": 12}
    >>> plan = {"seed": 1, "weeks": 60, "design": design, "parameters": {"famine_effect": {}}}
    >>> figure = scatter(run_sweep(plan, tempfile.mkdtemp(), engine="serial"))
    >>> figure.axes[0].get_xlabel()
    'famine_effect δ (log odds)'
    """
    table, names = scales.done_points(results, outcome), results.varied
    figure, axes = scales.small_multiples(names)
    scales.label_outcome(axes, outcome, table["mean"], mean=True)
    every = -(-len(table) // MOST_DOTS)
    for axis, name in zip(axes, names, strict=True):
        _draw(axis, scales.parameter_scale(results, name), table, table.iloc[::every])
    axes[0].legend(fontsize=7.5, frameon=True, framealpha=0.8)
    early = int((table["stopped_early"] >= 0.5).sum())
    ranks, strongest = rank_correlations(table, names), "no rank correlation is known"
    if len(ranks):
        strongest = f"{ranks.index[0]} orders it most (rank correlation {ranks.iloc[0]:+.2f})"
    title = f"Mean {words(outcome)} of {counted(len(table))}: {strongest}; "
    title += f"at {early:,} of them at least half of the runs stopped early"
    note = f"One point in {every:,} is drawn. " if every > 1 else ""
    note += "Line: median of the points in slices of the parameter."
    return scales.finish(figure, results, title, note)


def rank_correlations(table: pd.DataFrame, names: list[str]) -> pd.Series:
    """Return Spearman's correlation of means with each numeric parameter, the strongest first."""
    numbers = [name for name in names if pd.api.types.is_numeric_dtype(table[name])]
    if len(table) < 3:
        return pd.Series(dtype=float)
    ranks = table[numbers].rank().corrwith(table["mean"].rank())
    return ranks.dropna().sort_values(key=np.abs, ascending=False, kind="stable")


def _draw(axis: Axes, scale: ParameterScale, table: pd.DataFrame, drawn: pd.DataFrame) -> None:
    often = drawn["stopped_early"] >= 0.5
    size = 14 if len(drawn) < 500 else 5
    style: Style = {"s": size, "alpha": 0.6, "linewidths": 0, "rasterized": True}
    for dots, colour, marker, label in (
        (drawn[~often], BAND, "o", "point (mean)"),
        (drawn[often], WARNING, "^", "half stopped early"),
    ):
        x = scale.positions(dots[scale.name])
        axis.scatter(x, dots["mean"], color=colour, marker=marker, label=label, **style)
    cell = cell_axis(scale, table[scale.name], bins_for(len(table), None)).number
    x = pd.Series(scale.positions(table[scale.name])).groupby(cell).median()
    medians = pd.Series(table["mean"].to_numpy()).groupby(cell).median()
    marker, line = ("_", "") if scale.is_text else ("", "-")
    style = {"color": OBSERVED, "linewidth": 1.5, "markersize": 18, "label": "median in slices"}
    axis.plot(x, medians, marker=marker, linestyle=line, **style)
    scale.format_axis(axis)
