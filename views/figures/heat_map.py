"""The heat map of two parameters: the mean of an outcome, and what the mean hides."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm, Normalize, SymLogNorm
from matplotlib.ticker import NullFormatter, NullLocator

from defection.batch_runs.outcomes import checked_outcome, unit, words
from defection.batch_runs.store.results import ResultsError, SweepResults
from defection.batch_runs.sweeps.text import number, points
from defection.views.colours import EMPTY, Style
from defection.views.figures import scales
from defection.views.figures.cells import CellAxis, bins_for, cell_axis, cell_table
from defection.views.figures.figure import Figure, drawn

MOST_TEXTS = 9
"""Cells along an axis up to which each cell has its number as text."""

TITLES = {
    "replicates": "Standard deviation over the replicates of a point",
    "between": "Standard deviation between the points of a cell",
    "stopped_early": "Share of runs that stopped early",
}

Cells = dict[str, np.ndarray]


@drawn
def heat_map(
    results: SweepResults,
    x: str,
    y: str,
    outcome: str = "total_successes",
    *,
    bins: int | None = None,
) -> Figure:
    """Draw the mean of an outcome over two parameters, its variation, and what stopped early.

    Where both parameters took chosen values (a grid), a cell is a pair of values; a range that was
    sampled is cut into cells. The standard deviation over replicates is chance alone; the one
    between the points of a cell is the effect of the parameters that are not drawn, and what is
    left of chance in the means (exactly: :func:`~defection.views.figures.cells.cell_table`). Cells
    without a run are grey.

    Parameters
    ----------
    results : SweepResults
        A sweep in which both parameters vary.
    x, y : str
        The parameters across and up.
    outcome : str
        A column of the table of runs, such as ``successes_2003``.
    bins : int, optional
        Cells along a range that was sampled; if left out, so that a cell has about five points.

    Returns
    -------
    matplotlib.figure.Figure
        Three drawings, or four where a cell has several points.

    Raises
    ------
    ResultsError
        No such outcome, a parameter that does not vary (the nearest is named), twice the same, or
        no run that is done.

    Examples
    --------
    >>> import tempfile
    >>> from defection.batch_runs import run_sweep
    >>> plan = {"seed": 1, "weeks": 60, "design": {"kind": "grid", "replicates": 2}}
    >>> plan["parameters"] = {"famine_effect": [0.2, 0.8], "memory_weeks": [52, 520]}
    >>> results = run_sweep(plan, tempfile.mkdtemp(), engine="serial")
    >>> figure = heat_map(results, "famine_effect", "memory_weeks")
    >>> figure.axes[0].get_title(loc="left")
    'Mean successes in the whole run'
    """
    checked_outcome(results, outcome)
    if x == y:
        raise ResultsError(f"a heat map needs two parameters, not {x} twice")
    drawn = scales.parameter_scale(results, x), scales.parameter_scale(results, y)
    table = scales.done_points(results, outcome)
    count = bins_for(len(table), bins)
    across, up = (cell_axis(scale, table[scale.name], count) for scale in drawn)
    cells = cell_table(table, across, up)
    several = bool(cells["points"].max() > 1)
    figure = Figure(figsize=(11, 8.4) if several else (14, 4.9), layout="constrained")
    axes = (figure.subplots(2, 2) if several else figure.subplots(1, 3)).ravel()
    names = ["mean", "replicates", *(["between"] if several else []), "stopped_early"]
    titles = {**TITLES, "mean": f"Mean {words(outcome)}{' (and number of points)' * several}"}
    norm = _norm(cells)
    for axis, name in zip(axes, names, strict=True):
        share = name == "stopped_early"
        scale, colours = (Normalize(0, 1), "cividis") if share else (norm, None)
        values = np.ma.masked_invalid(cells[name])
        mesh = axis.pcolormesh(across.edges, up.edges, values, norm=scale, cmap=colours)
        bar = figure.colorbar(mesh, ax=axis, label="share" if share else unit(outcome))
        bar.ax.yaxis.set_major_formatter(scales.COUNTS)
        bar.ax.yaxis.set_minor_formatter(NullFormatter())
        axis.set_facecolor(EMPTY)
        axis.set_title(titles[name], loc="left", fontsize=10)
        if max(across.count, up.count) <= MOST_TEXTS:
            _write_numbers(axis, cells, name, across, up, scale)
        _format_axis(axis, drawn[0], across, "x")
        _format_axis(axis, drawn[1], up, "y")
    often = _hatch(axes[0], cells["stopped_early"], across, up)
    if np.isnan(cells["replicates"]).all():
        note = "not known: no point has\ntwo replicates"
        axes[1].text(0.5, 0.5, note, ha="center", va="center", transform=axes[1].transAxes)
    filled = int((cells["runs"] > 0).sum())
    title = f"Mean {words(outcome)} over {x} and {y}: in {often} of {filled} cells at least half "
    title += "of the runs stopped early"
    if often and outcome.startswith("total_"):
        title += ", so that their totals cover fewer weeks"
    hatched = " Hatched: at least half of the runs stopped early." if often else ""
    return scales.finish(figure, results, title, _cells_text(cells, filled, several) + hatched)


def _norm(cells: Cells) -> Normalize:
    """Return one colour scale for the mean and the standard deviations, so that they compare."""
    values = np.concatenate([cells[name].ravel() for name in ("mean", "replicates", "between")])
    values = values[np.isfinite(values)]
    low, high = float(values.min()), float(values.max())
    if not scales.is_wide(cells["mean"][np.isfinite(cells["mean"])]):
        return Normalize(min(low, 0.0), high if high > min(low, 0.0) else 1.0)
    return LogNorm(low, high) if low > 0 else SymLogNorm(linthresh=1, vmin=0, vmax=high)


def _write_numbers(
    axis: Axes, cells: Cells, name: str, across: CellAxis, up: CellAxis, norm: Normalize
) -> None:
    """Write the number of each cell into it, with the mean also how many points a cell has."""
    several = name == "mean" and cells["points"].max() > 1
    for (row, column), value in np.ndenumerate(cells[name]):
        if np.isfinite(value):
            text = scales.percent(value) if name == "stopped_early" else number(value)
            text += f"\n({cells['points'][row, column]:.0f})" if several else ""
            colour = "white" if float(norm(value)) < 0.55 else "black"
            centre: Style = {"ha": "center", "va": "center", "fontsize": 7.5, "color": colour}
            axis.text(across.middle(column), up.middle(row), text, **centre)


def _hatch(axis: Axes, stopped_early: np.ndarray, across: CellAxis, up: CellAxis) -> int:
    """Hatch the cells in which at least half of the runs stopped early; return how many."""
    often = np.argwhere(np.nan_to_num(stopped_early) >= 0.5)
    look: Style = {"facecolor": "none", "edgecolor": "white", "hatch": "//", "alpha": 0.45}
    for row, column in often:
        axis.fill_between(
            across.edges[column : column + 2], *up.edges[row : row + 2], linewidth=0, **look
        )
    return len(often)


def _format_axis(axis: Axes, scale: scales.ParameterScale, cut: CellAxis, which: str) -> None:
    if scale.regular or not scale.levels:
        scale.format_axis(axis, which)
    side = getattr(axis, f"{which}axis")
    even = scale.levels and not scale.regular  # cells of one width, whatever the levels
    side.set_label_text(scale.label.removesuffix(", log scale") if even else scale.label)
    if len(cut.ticks):
        keep = slice(None, None, -(-cut.count // 10))
        slanted = which == "x" and max(map(len, cut.labels)) > 4
        turned = {"rotation": 35, "ha": "right"} if slanted else {}
        side.set_ticks(cut.ticks[keep], labels=cut.labels[keep], **turned)
        side.set_minor_locator(NullLocator())
    axis.set(**{f"{which}lim": (cut.edges[0], cut.edges[-1])})


def _cells_text(cells: Cells, filled: int, several: bool) -> str:
    count = cells["points"][cells["points"] > 0]
    empty = cells["runs"].size - filled
    grey = f"; {empty} grey cell{'' if empty == 1 else 's'} without a run" if empty else ""
    if not several:
        same = "Mean and standard deviation have the same colour scale."
        return f"{filled} cells, a point each{grey}. {same}"
    least = "" if count.min() == count.max() else f"{count.min():.0f} to "
    each = f"{least}{points(int(count.max()))} each, which weigh the same"
    return f"{filled} cells with {each}{grey}. One colour scale for mean and standard deviations."
