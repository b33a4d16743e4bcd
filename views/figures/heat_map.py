"""The heat map of two parameters: the mean of an outcome, and what the mean hides."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm, Normalize, SymLogNorm
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter, NullLocator

from defection.batch_runs.outcomes import by_point, checked_outcome, unit, words
from defection.batch_runs.store.results import ResultsError, SweepResults
from defection.batch_runs.sweeps.text import number, points
from defection.views.figures.cells import CellAxis, bins_for, cell_axis, cell_table
from defection.views.figures.scales import (
    EMPTY,
    ParameterScale,
    is_wide,
    parameter_scale,
    percent,
    say_source,
    say_title,
)

MOST_TEXTS = 9
"""Cells along an axis up to which each cell says its number."""


def heat_map(
    results: SweepResults,
    x: str,
    y: str,
    outcome: str = "total_successes",
    *,
    bins: int | None = None,
) -> Figure:
    """Draw the mean of an outcome over two parameters, and beside it the spread and the share of runs that stopped early.

    Where both parameters took chosen values (a grid), a cell is a pair of values; where a range was
    sampled it is cut into ``bins`` cells (if left out, so that a cell has about five points). The
    spread over replicates is luck alone; the spread between the points of a cell is what the
    parameters that are not drawn do, with what is left of luck in the means. What each number is
    exactly: :func:`~defection.views.figures.cells.cell_table`. Cells without a run are grey.

    Raises
    ------
    ResultsError
        No such outcome, a parameter that does not vary (the nearest is named), twice the same, or
        no run that is done.
    """
    checked_outcome(results, outcome)
    if x == y:
        raise ResultsError(f"a heat map needs two parameters, not {x} twice")
    scales = parameter_scale(results, x), parameter_scale(results, y)
    table = by_point(results, outcome)
    if not table["runs"].any():
        raise ResultsError("no run of this sweep is done: there is nothing to draw")
    count = bins_for(int((table["runs"] > 0).sum()), bins)
    across, up = (cell_axis(scale, table[scale.name], count) for scale in scales)
    cells = cell_table(table, across, up)
    several = bool(np.nanmax(cells["points"]) > 1)
    figure = Figure(figsize=(11, 8.4) if several else (14, 4.9), layout="constrained")
    axes = figure.subplots(2, 2).ravel() if several else figure.subplots(1, 3)
    norm = _norm(cells)
    mean = f"Mean {words(outcome)}" + (" (and number of points)" if several else "")
    _draw(
        figure,
        axes[0],
        cells["mean"],
        across,
        up,
        norm,
        f"{mean}",
        unit(outcome),
        cells["points"] if several else None,
    )
    often = _hatch(axes[0], cells["stopped"], across, up)
    _draw(
        figure,
        axes[1],
        cells["replicates"],
        across,
        up,
        norm,
        "Standard deviation over the replicates of a point",
        unit(outcome),
    )
    if np.isnan(cells["replicates"]).all():
        axes[1].text(
            0.5,
            0.5,
            "not known: no point has\ntwo replicates",
            ha="center",
            va="center",
            transform=axes[1].transAxes,
        )
    if several:
        _draw(
            figure,
            axes[2],
            cells["between"],
            across,
            up,
            norm,
            "Standard deviation between the points of a cell",
            unit(outcome),
        )
    _draw(
        figure,
        axes[-1],
        cells["stopped"],
        across,
        up,
        Normalize(0, 1),
        "Share of runs that stopped early",
        "share",
        colours="cividis",
    )
    for axis in axes:
        _dress(axis, scales[0], across, "x")
        _dress(axis, scales[1], up, "y")
    filled = int((cells["runs"] > 0).sum())
    say_title(
        figure,
        f"Mean {words(outcome)} over {x} and {y}: in {often} of {filled} cells at least half of the runs stopped early"
        + (
            ", so that their totals cover fewer weeks"
            if often and outcome.startswith("total_")
            else ""
        ),
        width=120,
    )
    hatched = " Hatched: at least half of the runs stopped early." if often else ""
    say_source(figure, results, _said(cells, filled, several) + hatched)
    return figure


def _norm(cells: dict[str, np.ndarray]) -> Normalize:
    """Return one colour scale for the mean and its spreads, so that the drawings can be compared."""
    values = np.concatenate([cells[name].ravel() for name in ("mean", "replicates", "between")])
    values = values[np.isfinite(values)]
    low, high = float(values.min()), float(values.max())
    if not is_wide(cells["mean"][np.isfinite(cells["mean"])]):
        return Normalize(min(low, 0.0), high if high > min(low, 0.0) else 1.0)
    return LogNorm(low, high) if low > 0 else SymLogNorm(linthresh=1, vmin=0, vmax=high)


def _draw(
    figure: Figure, axis: Axes, values: np.ndarray, across: CellAxis, up: CellAxis, norm: Normalize, title: str, said: str,
    counts: np.ndarray | None = None, *, colours: str = "viridis",
) -> None:  # fmt: skip
    axis.set_facecolor(EMPTY)
    mesh = axis.pcolormesh(
        across.edges, up.edges, np.ma.masked_invalid(values), norm=norm, cmap=colours
    )
    bar = figure.colorbar(mesh, ax=axis, label=said)
    bar.ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    bar.ax.yaxis.set_minor_formatter(NullFormatter())
    axis.set_title(title, loc="left", fontsize=10)
    if max(across.count, up.count) > MOST_TEXTS:
        return
    for (row, column), value in np.ndenumerate(values):
        if np.isfinite(value):
            place = _middle(across, column), _middle(up, row)
            dark = float(norm(value)) < 0.55
            text = percent(value) if said == "share" else number(value)
            text += "" if counts is None else f"\n({counts[row, column]:.0f})"
            axis.text(
                *place,
                text,
                ha="center",
                va="center",
                fontsize=7.5,
                color="white" if dark else "black",
            )


def _middle(cut: CellAxis, cell: int) -> float:
    if len(cut.ticks):
        return float(cut.ticks[cell])
    low, high = cut.edges[cell], cut.edges[cell + 1]
    evenly = np.isclose(np.diff(cut.edges), cut.edges[1] - cut.edges[0]).all()
    return float((low + high) / 2 if evenly else np.sqrt(low * high))


def _hatch(axis: Axes, stopped: np.ndarray, across: CellAxis, up: CellAxis) -> int:
    """Hatch the cells in which at least half of the runs stopped early; returns how many those are."""
    often = np.nan_to_num(stopped) >= 0.5
    for row, column in np.argwhere(often):
        corners = across.edges[column : column + 2], up.edges[row : row + 2]
        axis.fill_between(
            corners[0],
            *corners[1],
            facecolor="none",
            edgecolor="white",
            hatch="//",
            linewidth=0,
            alpha=0.45,
        )
    return int(often.sum())


def _dress(axis: Axes, scale: ParameterScale, cut: CellAxis, which: str) -> None:
    if not len(cut.ticks) or scale.evenly:
        scale.dress(axis, which)
    side = getattr(axis, f"{which}axis")
    getattr(axis, f"set_{which}label")(
        scale.label if scale.evenly or not scale.levels else scale.label.removesuffix(", log scale")
    )
    if len(cut.ticks):
        keep = slice(None, None, -(-cut.count // 10))
        slanted = (
            {"rotation": 35, "ha": "right"}
            if which == "x" and max(map(len, cut.labels)) > 4
            else {}
        )
        side.set_ticks(cut.ticks[keep], labels=cut.labels[keep], **slanted)
        side.set_minor_locator(NullLocator())
    getattr(axis, f"set_{which}lim")(cut.edges[0], cut.edges[-1])


def _said(cells: dict[str, np.ndarray], filled: int, several: bool) -> str:
    count = cells["points"][cells["points"] > 0]
    empty = cells["runs"].size - filled
    grey = f"; {empty} grey cell{'' if empty == 1 else 's'} without a run" if empty else ""
    if several:
        least = "" if count.min() == count.max() else f"{count.min():.0f} to "
        each = f"{least}{points(int(count.max()))} each, which weigh the same"
        return f"{filled} cells with {each}{grey}. One colour scale for mean and spreads."
    return f"{filled} cells, a point each{grey}. Mean and standard deviation have the same colour scale."
