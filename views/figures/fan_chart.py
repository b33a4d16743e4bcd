"""The fan chart of one point: yearly successes over its replicates, and what was observed."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from defection.batch_runs.outcomes import checked_point, done_runs
from defection.batch_runs.store.results import ResultsError, SweepResults
from defection.checks import counted
from defection.country import WEEKS_PER_YEAR
from defection.views.colours import MIDDLE, OBSERVED, WARNING, Style
from defection.views.figures import scales
from defection.views.figures.figure import Figure, drawn
from defection.views.figures.run import observed_label

FEW = 20
"""Up to so many runs are drawn one by one."""

Observed = dict[int, int]

ENOUGH = 5
"""From so many runs on there are bands."""


@drawn
def fan_chart(results: SweepResults, point: int) -> Figure:
    """Draw a point's yearly successes or arrivals: quantiles over its runs, and what was observed.

    Arrivals are drawn where the sweep follows the journey and compares them with what was observed.

    A run counts in every year that it has begun. One that stopped early has no later years, so that
    from then on the bands are of the others only; the lower drawing shows how many those are.

    Parameters
    ----------
    results : SweepResults
        A sweep, as :func:`~defection.batch_runs.open_results` gives it.
    point : int
        Number of the point, from 0.

    Returns
    -------
    matplotlib.figure.Figure
        Median, 50 % and 90 % band (from five runs on), and single runs (up to twenty).

    Raises
    ------
    ResultsError
        There is no such point, or none of its runs is done.

    Examples
    --------
    >>> import tempfile
    >>> from defection.batch_runs import run_sweep
    >>> plan = {"seed": 1, "weeks": 60, "design": {"kind": "grid", "replicates": 2}}
    >>> figure = fan_chart(run_sweep(plan, tempfile.mkdtemp(), engine="serial"), 0)
    >>> figure.get_suptitle()
    'Point 0: 2 runs and what was observed (fewer than 5: no bands)'
    """
    point = checked_point(results, point)
    flow = results.stated.get("observed_measure", "successes")
    columns = [f"{flow}_{year}" for year in results.years]
    names = ["weeks_run", "stopped_early", *columns]
    table = done_runs(results, names, point=point, whole=False)
    if table.empty:
        raise ResultsError(f"point {point:,} has no run that is done: there is nothing to draw")
    flows = yearly(table[columns].to_numpy(float), table["weeks_run"].to_numpy())
    years, running = np.array(results.years), np.isfinite(flows).sum(axis=0)
    ended, observed = int(table["stopped_early"].sum()), results.observed
    heights = [5, 1] if ended else [1]
    figure = Figure(figsize=(9, 6 if ended else 5), layout="constrained")
    axes = figure.subplots(len(heights), sharex=True, height_ratios=heights, squeeze=False)[:, 0]
    quantiles = np.full((len(scales.QUANTILES), len(years)), np.nan)
    quantiles[:, running > 0] = np.nanquantile(flows[:, running > 0], scales.QUANTILES, axis=0)
    _draw(axes[0], years, flows, quantiles, observed)
    wide = axes[0].get_yscale() == "symlog"
    axes[0].set_ylabel(f"{flow} per year{' (linear to 10, then log)' if wide else ''}")
    if ended:
        colours = [MIDDLE if count == len(table) else WARNING for count in running]
        axes[1].bar(years, running, color=colours, width=0.8)
        axes[1].set(ylim=(0, len(table)), ylabel="runs that\nbegin the year")
        axes[1].yaxis.set_major_locator(MaxNLocator(integer=True, nbins=3))
    early = f"{ended:,} of {len(table):,} runs" if ended else "No run"
    note = f"{early} of this point stopped early."
    last = results.weeks - WEEKS_PER_YEAR * (len(years) - 1)
    note += f" The last year has {last} weeks." if last < WEEKS_PER_YEAR else ""
    title = _title(flow, quantiles, years, observed, len(table))
    return scales.finish(figure, results, f"{scales.point_text(results, point)}: {title}", note)


def yearly(successes: np.ndarray, weeks_run: np.ndarray) -> np.ndarray:
    """Return yearly successes [runs, years], NaN in the years that a run has not begun."""
    begun = weeks_run[:, None] > np.arange(successes.shape[1]) * WEEKS_PER_YEAR
    return np.where(begun, successes, np.nan)


def _draw(
    axis: Axes, years: np.ndarray, flows: np.ndarray, quantiles: np.ndarray, observed: Observed
) -> None:
    if len(flows) >= ENOUGH:
        scales.draw_bands(axis, years, quantiles)
    if len(flows) <= FEW:
        lines = axis.plot(years, flows.T, color=MIDDLE, alpha=0.35, linewidth=0.7, label="_run")
        lines[0].set_label("single runs")
    median = f"median of {counted(len(flows), 'run')}"
    axis.plot(years, quantiles[2], color=MIDDLE, linewidth=2, label=median)
    known = {year: observed[year] for year in years.tolist() if year in observed}
    if known:
        style: Style = {"color": OBSERVED, "marker": "o", "markersize": 4, "linewidth": 1.2}
        axis.plot(list(known), list(known.values()), label=observed_label(observed), **style)
    top = max(float(np.nanmax(quantiles[4])), 1.0)
    wide = top > 4 * max(known.values(), default=top)
    wide = wide or top > 50 * max(1.0, float(np.nanmedian(quantiles[2])))
    if wide:
        axis.set_yscale("symlog", linthresh=10)
    axis.set_ylim(bottom=0)
    axis.yaxis.set_major_formatter(scales.COUNTS)
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    axis.legend(fontsize=8, frameon=False, loc="upper left")


def _title(
    flow: str, quantiles: np.ndarray, years: np.ndarray, observed: Observed, runs: int
) -> str:
    known = [i for i, year in enumerate(years.tolist()) if year in observed]
    if not known:
        return f"yearly {flow} of {counted(runs, 'run')}; this country has no observed numbers"
    if runs < ENOUGH:
        return f"{counted(runs, 'run')} and what was observed (fewer than {ENOUGH}: no bands)"
    inside = sum(quantiles[0, i] <= observed[int(years[i])] <= quantiles[4, i] for i in known)
    band = f"the 90 % band of its {runs:,} runs"
    return f"what was observed lies within {band} in {inside} of {len(known)} years"
