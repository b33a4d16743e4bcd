"""One factor at a time: what each parameter does alone, starting from the same base point."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from defection.batch_runs.outcomes import checked_outcome, done_runs, words
from defection.batch_runs.store.results import ResultsError, SweepResults
from defection.batch_runs.sweeps.text import number
from defection.views.figures.scales import (
    BAND,
    MIDDLE,
    QUANTILES,
    WARNING,
    ParameterScale,
    dress_outcome,
    outcome_values,
    parameter_scale,
    say_source,
    say_title,
    show_nought,
)

COLUMNS = 3
"""Drawings beside each other."""


def one_at_a_time(results: SweepResults, outcome: str = "total_successes") -> Figure:
    """Draw an outcome against each parameter that varies, the others at the base point: median, 50 % and 90 % of the replicates.

    All drawings have the same vertical axis. Hollow points: at least half of the runs stopped
    early.

    Raises
    ------
    ResultsError
        No such outcome, no run that is done, or another design (which has no base point).
    """
    checked_outcome(results, outcome)
    kind = results.plan.about["specification"]["design"]["kind"]
    if kind != "one-at-a-time":
        raise ResultsError(
            f"this sweep has a {kind} design, without a base point from which one parameter changes: take heat_map or scatter"
        )
    names = results.varied
    if not names:
        raise ResultsError("nothing varies in this sweep: there is nothing to draw")
    summary = quantiles(results, outcome)
    if summary.empty:
        raise ResultsError("no run of this sweep is done: there is nothing to draw")
    points = results.points()
    rows = -(-len(names) // COLUMNS)
    figure = Figure(figsize=(12, 1.2 + 3.2 * rows), layout="constrained")
    axes = figure.subplots(rows, COLUMNS, sharey=True, squeeze=False).ravel()
    dress_outcome(axes[0], outcome, summary["median"].to_numpy())
    for n, name in enumerate(names):
        others = [other for other in names if other != name]
        alone = (points[others] == points[others].iloc[0]).all(axis=1)
        _draw(
            axes[n],
            parameter_scale(results, name),
            points.loc[alone, name],
            summary,
            points[name].iloc[0],
        )
        axes[n].yaxis.set_tick_params(labelleft=n % COLUMNS == 0)
    for axis in axes[len(names) :]:
        axis.set_visible(False)
    for axis in axes[COLUMNS : len(names) : COLUMNS]:
        axis.set_ylabel(axes[0].get_ylabel())
    show_nought(axes[0])
    axes[0].legend(fontsize=7.5, frameon=False)
    most, span = _strongest(summary, points, names)
    say_title(
        figure,
        f"{words(outcome)[:1].upper()}{words(outcome)[1:]}, one parameter at a time: {most} moves the median most "
        f"(from {number(span[0])} to {number(span[1])}, the others at the base point)",
        width=120,
    )
    said = "Dotted: the base point, from which one parameter at a time differs. Hollow: at least half of the runs stopped early."
    say_source(figure, results, said)
    return figure


def quantiles(results: SweepResults, outcome: str) -> pd.DataFrame:
    """Return a row per point that has runs (its number is the index): quantiles over its replicates, and the share stopped early.

    Columns: ``low``, ``lower``, ``median``, ``upper``, ``high`` (5, 25, 50, 75, 95 %) and
    ``stopped``.
    """
    frame = done_runs(results, [outcome, "stopped_early"])
    frame = frame.assign(
        value=outcome_values(frame, outcome), stopped=frame["stopped_early"].astype(float)
    )
    groups = frame.groupby("point")
    names = ("low", "lower", "median", "upper", "high")
    table = pd.DataFrame(
        {
            name: groups["value"].quantile(level)
            for name, level in zip(names, QUANTILES, strict=True)
        }
    )
    return table.assign(stopped=groups["stopped"].mean())


def _draw(
    axis: Axes, scale: ParameterScale, values: pd.Series, summary: pd.DataFrame, base: object
) -> None:
    values = values[values.index.isin(summary.index)]
    place = scale.placed(values)
    order = np.argsort(place, kind="stable")
    x, table = place[order], summary.loc[values.index[order]]
    if scale.is_text:
        axis.vlines(
            x,
            table["low"],
            table["high"],
            color=BAND,
            alpha=0.35,
            linewidth=6,
            label="90 % of the runs",
        )
        axis.vlines(
            x,
            table["lower"],
            table["upper"],
            color=BAND,
            alpha=0.8,
            linewidth=6,
            label="50 % of the runs",
        )
    else:
        axis.fill_between(
            x,
            table["low"],
            table["high"],
            color=BAND,
            alpha=0.22,
            linewidth=0,
            label="90 % of the runs",
        )
        axis.fill_between(
            x,
            table["lower"],
            table["upper"],
            color=BAND,
            alpha=0.45,
            linewidth=0,
            label="50 % of the runs",
        )
        axis.plot(x, table["median"], color=MIDDLE, linewidth=1.5)
    often = table["stopped"].to_numpy() >= 0.5
    axis.plot(x[~often], table["median"][~often], "o", color=MIDDLE, markersize=4, label="median")
    axis.plot(
        x[often],
        table["median"][often],
        "o",
        color=WARNING,
        markerfacecolor="white",
        markersize=5,
        label="median, half stopped early",
    )
    axis.axvline(float(scale.placed([base])[0]), color="#555555", linestyle=":", linewidth=1)
    scale.dress(axis)
    if scale.is_text:
        axis.set_xlim(-0.6, len(scale.levels) - 0.4)


def _strongest(
    summary: pd.DataFrame, points: pd.DataFrame, names: list[str]
) -> tuple[str, tuple[float, float]]:
    """Return the parameter over whose values the median differs most, and its smallest and largest median."""
    spans = {}
    for name in names:
        others = [other for other in names if other != name]
        alone = points.index[(points[others] == points[others].iloc[0]).all(axis=1)]
        medians = summary.loc[summary.index.intersection(alone), "median"]
        spans[name] = (float(medians.min()), float(medians.max())) if len(medians) else (0.0, 0.0)
    most = max(spans, key=lambda name: spans[name][1] - spans[name][0])
    return most, spans[most]
