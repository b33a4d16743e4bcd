"""How the mean over replicates settles, and how many replicates are enough."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter
from scipy import stats

from defection.batch_runs.outcomes import checked_outcome, checked_point, done_runs, words
from defection.batch_runs.store.results import ResultsError, SweepResults
from defection.batch_runs.sweeps.text import number, points
from defection.views.figures.scales import (
    BAND,
    MIDDLE,
    QUANTILES,
    WARNING,
    described,
    dress_outcome,
    outcome_values,
    percent,
    say_source,
    say_title,
)

LEVEL = 0.9
"""Confidence of the intervals."""

FEW = 5
"""With fewer replicates the number that is enough is called a guess."""

MOST = 10_000_000
"""More replicates than this are not counted."""


def convergence(
    results: SweepResults, outcome: str = "total_successes", point: int | None = None, *, half_width: float = 0.1
) -> Figure:  # fmt: skip
    """Draw how the mean of an outcome and its 90 % interval settle with the number of replicates, of one point or of all.

    After n replicates with mean m and standard deviation s the mean lies in m -+ t(n - 1) s /
    sqrt(n), where t(k) is the 95 % quantile of Student's t with k degrees of freedom. Replicates
    are *enough* for the relative half-width w (``half_width``, 0.1 is 10 %) from the smallest n on
    for which t(n - 1) s / sqrt(n) <= w |m|, with m and s of all the replicates there are
    (:func:`enough`). The formula trusts s, which few replicates tell badly where some runs end in a
    cascade: look again when the number has been run.

    Without ``point``: the relative half-width after n replicates, as quantiles over the points.

    Raises
    ------
    ResultsError
        No such outcome or point; fewer than two replicates are done; ``half_width`` is not above 0.
    """
    checked_outcome(results, outcome)
    if (
        isinstance(half_width, bool)
        or not isinstance(half_width, (int, float))
        or not 0 < half_width < np.inf
    ):
        raise ResultsError(
            f"half_width = {half_width!r} must be a number above 0, such as 0.1 for 10 %"
        )
    if point is None:
        return _of_all(results, outcome, half_width)
    return _of_one(results, outcome, checked_point(results, point), half_width)


def running(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean of the first 1, 2 ... values, and the half-width of its 90 % interval (not a number for one), along the last axis.

    Values that are not a number end a row.
    """
    count = np.arange(1, values.shape[-1] + 1)
    middle = values[..., :1]  # subtracted, so that no digit is lost
    mean = np.cumsum(values - middle, axis=-1) / count
    square = np.cumsum((values - middle) ** 2, axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        sd = np.sqrt(np.maximum(square - count * mean**2, 0) / (count - 1))
        half = stats.t.ppf((1 + LEVEL) / 2, np.maximum(count - 1, 1)) * sd / np.sqrt(count)
    return mean + middle, half


def enough(mean: float, sd: float, half_width: float) -> int | None:
    """Return the smallest n >= 2 with t(n - 1) sd / sqrt(n) <= half_width |mean|; None where there is none below ten million."""
    if sd == 0:
        return 2
    allowed = half_width * abs(mean) / sd

    def holds(n: int) -> bool:
        return bool(stats.t.ppf((1 + LEVEL) / 2, n - 1) / np.sqrt(n) <= allowed)

    low, high = 1, 2  # low does not hold, high does (t / sqrt(n) falls as n rises)
    while not holds(high):
        low, high = high, 2 * high
        if high > MOST:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def _of_one(results: SweepResults, outcome: str, point: int, half_width: float) -> Figure:
    values = outcome_values(done_runs(results, [outcome], point=point).dropna(), outcome)
    if len(values) < 2:
        raise ResultsError(
            f"point {point:,} has {len(values)} run(s) done: an interval needs at least two replicates (defection extend)"
        )
    mean, half = running(values)
    count, last = np.arange(1, len(values) + 1), float(mean[-1])
    figure = Figure(figsize=(9, 5), layout="constrained")
    axis = figure.subplots()
    if len(values) <= 1000:
        axis.plot(
            count, values, ".", color="#888888", markersize=4, label="single runs, in their order"
        )
    axis.fill_between(
        count[1:],
        (mean - half)[1:],
        (mean + half)[1:],
        color=BAND,
        alpha=0.35,
        linewidth=0,
        label="90 % interval of the mean",
    )
    axis.plot(count, mean, color=MIDDLE, linewidth=2, label="mean of the first n")
    for side, label in (
        (1 - half_width, f"mean of all, ± {percent(half_width)}"),
        (1 + half_width, "_again"),
    ):
        axis.axhline(side * last, color=WARNING, linewidth=1, linestyle="--", label=label)
    dress_outcome(axis, outcome, [0, 1])
    axis.set(xlabel="replicates n", xlim=(1, len(values)))
    axis.legend(fontsize=8, frameon=False)
    reached = f"± {percent(half[-1] / abs(last))}" if last else f"± {number(float(half[-1]))}"
    say_title(
        figure,
        f"{described(results, point)}: {len(values):,} replicates give a mean of {number(last)} {reached}; "
        f"for ± {percent(half_width)}, {_said(enough(last, float(values.std(ddof=1)), half_width))} are enough",
        width=100,
    )
    say_source(
        figure,
        results,
        f"Outcome: {words(outcome)}. Half-width of the interval: t(n - 1; 0.95) s / sqrt(n).",
    )
    return figure


def _of_all(results: SweepResults, outcome: str, half_width: float) -> Figure:
    frame = done_runs(results, [outcome]).dropna()
    order = frame.groupby("point").cumcount().to_numpy()
    table = np.full((results.plan.points, int(order.max(initial=0)) + 1), np.nan)
    table[frame["point"].to_numpy(), order] = outcome_values(frame, outcome)
    counts = np.isfinite(table).sum(axis=1)
    table, single = table[counts >= 2], int((counts == 1).sum())
    if not len(table):
        raise ResultsError(
            "no point of this sweep has two runs done: an interval needs at least two replicates (defection extend)"
        )
    mean, half = running(table)
    last = mean[np.arange(len(table)), counts[counts >= 2] - 1]
    known = last != 0
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = (half / np.abs(mean))[known, 1:]
    relative[~np.isfinite(relative)] = np.nan
    if not np.isfinite(relative).any():
        raise ResultsError(f"{words(outcome)} is 0 in every run: it has no relative half-width")
    figure = Figure(figsize=(9, 5), layout="constrained")
    axis = figure.subplots()
    _draw_relative(axis, relative, half_width)
    sd = np.nanstd(table, axis=1, ddof=1)
    spread = np.quantile(
        sd[known] / np.abs(last[known]), (0.5, 0.9), method="inverted_cdf"
    )  # what is enough rises with it
    half_of, most_of = (enough(1.0, float(one), half_width) for one in spread)
    say_title(
        figure,
        f"Mean {words(outcome)} to ± {percent(half_width)}: {_said(half_of)} replicates are enough at half of the points, "
        f"{_said(most_of)} at nine of ten; {table.shape[1]:,} are there",
        width=100,
    )
    few = (
        " So few replicates tell their spread badly: a rough guess." if table.shape[1] < FEW else ""
    )
    left = f" Left out: {points(single)} with one run." if single else ""
    zero = f" Left out: {points(int((~known).sum()))} with a mean of 0." if not known.all() else ""
    say_source(
        figure,
        results,
        f"Half-width of the 90 % interval of the mean: t(n - 1; 0.95) s / sqrt(n), divided by the mean.{few}{left}{zero}",
    )
    return figure


def _draw_relative(axis: Axes, relative: np.ndarray, half_width: float) -> None:
    """Draw quantiles over points of the relative half-width [points, n = 2, 3 ...]."""
    seen = np.isfinite(relative).any(axis=0)
    sizes = np.arange(2, relative.shape[1] + 2)[seen]
    low, lower, median, upper, high = np.nanquantile(relative[:, seen], QUANTILES, axis=0)
    axis.set(
        xlabel="replicates n",
        ylabel="half-width of the mean's 90 % interval\n(share of the mean)",
        xlim=(1.5, sizes[-1] + 0.5),
    )
    if low.min() > 0:
        axis.set_yscale("log")
        axis.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axis.yaxis.set_minor_formatter(NullFormatter())
    axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.10g}"))
    axis.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    for bottom, top, alpha, share in ((low, high, 0.22, 90), (lower, upper, 0.45, 50)):
        label = f"{share} % of the points"
        if len(sizes) > 1:
            axis.fill_between(sizes, bottom, top, color=BAND, alpha=alpha, linewidth=0, label=label)
        else:
            axis.bar(
                sizes, top - bottom, bottom=bottom, width=0.1, color=BAND, alpha=alpha, label=label
            )
    axis.plot(
        sizes,
        median,
        color=MIDDLE,
        linewidth=2,
        marker="o",
        markersize=3,
        label=f"median of {points(len(relative))}",
    )
    axis.axhline(
        half_width,
        color=WARNING,
        linestyle="--",
        linewidth=1,
        label=f"wanted: ± {percent(half_width)}",
    )
    axis.legend(fontsize=8, frameon=False)


def _said(count: int | None) -> str:
    return f"more than {MOST:,}" if count is None else f"{count:,}"
