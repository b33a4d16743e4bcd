"""One factor at a time: what each parameter does alone, starting from the same base point."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from defection.batch_runs.outcomes import checked_outcome, done_runs, words
from defection.batch_runs.store.results import ResultsError, SweepResults
from defection.batch_runs.sweeps.text import number
from defection.views.colours import MIDDLE, NOTE, WARNING, Style
from defection.views.figures import scales
from defection.views.figures.figure import Figure, drawn

BANDS = ("low", "lower", "median", "upper", "high")
"""Columns of the quantiles over replicates."""


@drawn
def one_at_a_time(results: SweepResults, outcome: str = "total_successes") -> Figure:
    """Draw an outcome against each parameter that varies, the others at the base point.

    All drawings have the same vertical axis. Hollow points: at least half of the runs stopped
    early.

    Parameters
    ----------
    results : SweepResults
        A sweep of the design ``one-at-a-time``.
    outcome : str
        A column of the table of runs, such as ``successes_2003``.

    Returns
    -------
    matplotlib.figure.Figure
        A drawing for each parameter: median, 50 % and 90 % of the replicates.

    Raises
    ------
    ResultsError
        No such outcome, no run that is done, or another design (which has no base point).

    Examples
    --------
    >>> import tempfile
    >>> from defection.batch_runs import run_sweep
    >>> design = {"kind": "one-at-a-time", "steps": 3, "replicates": 2}
    >>> plan = {"seed": 1, "weeks": 60, "design": design, "parameters": {"famine_effect": {}}}
    >>> figure = one_at_a_time(run_sweep(plan, tempfile.mkdtemp(), engine="serial"))
    >>> figure.axes[0].get_xlabel()
    'famine_effect δ (log odds)'
    """
    checked_outcome(results, outcome)
    if results.kind != "one-at-a-time":
        base = "without a base point from which one parameter changes"
        raise ResultsError(
            f"this sweep has a {results.kind} design, {base}: take heat_map or scatter"
        )
    scales.done_points(results, outcome)
    summary, points, names = quantiles(results, outcome), results.points(), results.varied
    figure, axes = scales.small_multiples(names)
    scales.label_outcome(axes, outcome, summary["median"])
    ranges = {}
    for axis, name in zip(axes, names, strict=True):
        others = points[[other for other in names if other != name]]
        alone = points.index[(others == others.iloc[0]).all(axis=1)]
        table = summary.loc[summary.index.intersection(alone)]
        scale = scales.parameter_scale(results, name)
        _draw(axis, scale, points.loc[table.index, name], table)
        base = scale.positions([points[name].iloc[0]])[0]
        axis.axvline(base, color=NOTE, linestyle=":", linewidth=1)
        ranges[name] = (table["median"].min(), table["median"].max()) if len(table) else (0.0, 0.0)
    axes[0].legend(fontsize=7.5, frameon=False)
    most = max(ranges, key=lambda name: ranges[name][1] - ranges[name][0])
    low, high = (number(float(end)) for end in ranges[most])
    title = f"{words(outcome)[:1].upper()}{words(outcome)[1:]}, one parameter at a time: {most} "
    title += f"moves the median most (from {low} to {high}, the others at the base point)"
    note = "Dotted: the base point, from which one parameter at a time differs. "
    note += "Hollow: at least half of the runs stopped early."
    return scales.finish(figure, results, title, note)


def quantiles(results: SweepResults, outcome: str) -> pd.DataFrame:
    """Return quantiles over the replicates (``BANDS``) and the share stopped early, by point."""
    frame = done_runs(results, [outcome, "stopped_early"])
    groups = frame.astype({outcome: float, "stopped_early": float}).groupby("point")
    levels = dict(zip(BANDS, scales.QUANTILES, strict=True))
    table = {name: groups[outcome].quantile(level) for name, level in levels.items()}
    return pd.DataFrame({**table, "stopped_early": groups["stopped_early"].mean()})


def _draw(axis: Axes, scale: scales.ParameterScale, values: pd.Series, table: pd.DataFrame) -> None:
    positions = scale.positions(values)
    order = np.argsort(positions, kind="stable")
    x, table = positions[order], table.iloc[order]
    scales.draw_bands(axis, x, table[list(BANDS)].to_numpy().T, single=scale.is_text)
    if not scale.is_text:
        axis.plot(x, table["median"], color=MIDDLE, linewidth=1.5)
    often, median = table["stopped_early"].to_numpy() >= 0.5, table["median"].to_numpy()
    hollow: Style = {"color": WARNING, "markerfacecolor": "white", "markersize": 5}
    axis.plot(x[~often], median[~often], "o", color=MIDDLE, markersize=4, label="median")
    axis.plot(x[often], median[often], "o", **hollow, label="median, half stopped early")
    scale.format_axis(axis)
