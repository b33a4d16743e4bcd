"""The fan chart of one point: yearly successes over its replicates, beside the record."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from defection.batch_runs.outcomes import checked_point, done_runs
from defection.batch_runs.store.results import ResultsError, SweepResults
from defection.country import WEEKS_PER_YEAR
from defection.views.figures.scales import (
    BAND,
    MIDDLE,
    QUANTILES,
    RECORD,
    WARNING,
    described,
    say_source,
    say_title,
)

FEW = 20
"""Up to so many runs are drawn one by one."""

ENOUGH = 5
"""From so many runs on there are bands."""


def fan_chart(results: SweepResults, point: int) -> Figure:
    """Draw the yearly successes of one point: median, 50 % and 90 % of its runs, single runs where they are few, and the record.

    A run counts in every year that it has begun: one that stopped early has no later years, so that
    from then on the bands tell of the others only; the lower drawing says how many those are.

    Raises
    ------
    ResultsError
        There is no such point, or none of its runs is done.
    """
    number = checked_point(results, point)
    table = done_runs(
        results,
        ["weeks_run", "stopped_early", *(f"successes_{year}" for year in results.years)],
        point=number,
    )
    if table.empty:
        raise ResultsError(f"point {number:,} has no run that is done: there is nothing to draw")
    told = yearly(
        table.filter(regex=r"^successes_\d+$").to_numpy(float), table["weeks_run"].to_numpy()
    )
    years, running = np.array(results.years), np.isfinite(told).sum(axis=0)
    record = results.observed
    stopped = int(table["stopped_early"].astype(bool).sum())
    figure = Figure(figsize=(9, 6 if stopped else 5), layout="constrained")
    axes = (
        figure.subplots(2, 1, sharex=True, height_ratios=[5, 1]) if stopped else [figure.subplots()]
    )
    quantiles = np.full((len(QUANTILES), len(years)), np.nan)
    quantiles[:, running > 0] = np.nanquantile(told[:, running > 0], QUANTILES, axis=0)
    _draw(axes[0], years, told, quantiles, record)
    if stopped:
        _draw_running(axes[1], years, running, len(table))
    say_title(
        figure,
        f"{described(results, number)}: {_verdict(quantiles, years, record, len(table))}",
        width=100,
    )
    early = (
        f"{stopped:,} of {len(table):,} runs of this point stopped early. "
        if stopped
        else "No run of this point stopped early. "
    )
    last = results.plan.about["weeks"] - WEEKS_PER_YEAR * (len(years) - 1)
    partly = f"The last year has {last} weeks." if last < WEEKS_PER_YEAR else ""
    say_source(figure, results, f"{early}{partly}".strip())
    return figure


def yearly(successes: np.ndarray, weeks_run: np.ndarray) -> np.ndarray:
    """Return yearly successes [runs, years], not a number in the years that a run has not begun."""
    begun = weeks_run[:, None] > np.arange(successes.shape[1]) * WEEKS_PER_YEAR
    return np.where(begun, successes, np.nan)


def _draw(
    axis: Axes, years: np.ndarray, told: np.ndarray, quantiles: np.ndarray, record: dict[int, int]
) -> None:
    runs = len(told)
    if runs >= ENOUGH:
        axis.fill_between(
            years,
            quantiles[0],
            quantiles[4],
            color=BAND,
            alpha=0.22,
            linewidth=0,
            label="90 % of the runs",
        )
        axis.fill_between(
            years,
            quantiles[1],
            quantiles[3],
            color=BAND,
            alpha=0.45,
            linewidth=0,
            label="50 % of the runs",
        )
    if runs <= FEW:
        for run, line in enumerate(told):
            axis.plot(
                years,
                line,
                color=MIDDLE,
                alpha=0.35,
                linewidth=0.7,
                label="_run" if run else "single runs",
            )
    axis.plot(
        years,
        quantiles[2],
        color=MIDDLE,
        linewidth=2,
        label=f"median of {runs:,} run{'' if runs == 1 else 's'}",
    )
    known = [year for year in years.tolist() if year in record]
    if known:
        numbers = [record[year] for year in known]
        axis.plot(
            known, numbers, color=RECORD, marker="o", markersize=4, linewidth=1.2, label="record"
        )
    top = max(float(np.nanmax(quantiles[4])), 1.0)
    wide = top > 4 * max((record[year] for year in known), default=top)
    if wide or top > 50 * max(1.0, float(np.nanmedian(quantiles[2]))):
        axis.set_yscale("symlog", linthresh=10)
    axis.set_ylim(bottom=0)
    axis.set_ylabel(
        "successes per year"
        + (" (linear to 10, then log)" if axis.get_yscale() == "symlog" else "")
    )
    axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    axis.legend(fontsize=8, frameon=False, loc="upper left")


def _draw_running(axis: Axes, years: np.ndarray, running: np.ndarray, runs: int) -> None:
    axis.bar(
        years, running, color=[MIDDLE if count == runs else WARNING for count in running], width=0.8
    )
    axis.set(ylim=(0, runs), ylabel="runs that\nbegin the year")
    axis.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=3))


def _verdict(quantiles: np.ndarray, years: np.ndarray, record: dict[int, int], runs: int) -> str:
    known = [i for i, year in enumerate(years.tolist()) if year in record]
    if not known:
        return f"yearly successes of {runs:,} run{'' if runs == 1 else 's'}; this country has no record"
    if runs < ENOUGH:
        return f"{runs:,} run{'' if runs == 1 else 's'} beside the record (fewer than {ENOUGH}: no bands)"
    inside = sum(bool(quantiles[0, i] <= record[int(years[i])] <= quantiles[4, i]) for i in known)
    return f"the record lies within the 90 % band of its {runs:,} runs in {inside} of {len(known)} years"
