"""How the mean over replicates converges, and how many replicates are enough."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter
from scipy.special import stdtrit

from defection.batch_runs.outcomes import checked_outcome, checked_point, done_runs, words
from defection.batch_runs.store.results import ResultsError, SweepResults
from defection.batch_runs.sweeps.text import number, points
from defection.views.colours import BAND, MIDDLE, WARNING, Style
from defection.views.figures import scales
from defection.views.figures.figure import Figure, drawn, one_axis

LEVEL = 0.9
"""Confidence of the intervals."""

FEW = 5
"""With fewer replicates the number that is enough is called a guess."""

MOST = 10_000_000
"""More replicates than this are not counted."""

TWO_NEEDED = "an interval needs at least two replicates (defection extend)"


@drawn
def convergence(
    results: SweepResults,
    outcome: str = "total_successes",
    point: int | None = None,
    *,
    half_width: float = 0.1,
) -> Figure:
    """Draw how the mean of an outcome and its 90 % interval converge with the replicates.

    After n replicates with mean m and standard deviation s the mean lies in m -+ t(n - 1) s /
    sqrt(n), where t(k) is the 95 % quantile of Student's t with k degrees of freedom. Replicates
    are *enough* for the relative half-width w from the smallest n on for which t(n - 1) s / sqrt(n)
    <= w abs(m), with m and s of all replicates that there are (:func:`enough`). The formula trusts
    s, which few replicates estimate badly where some runs end in a cascade: look again when the
    number has been run.

    Parameters
    ----------
    results : SweepResults
        A sweep with at least two replicates.
    outcome : str
        A column of the table of runs, such as ``successes_2003``.
    point : int, optional
        Number of a point; if left out, quantiles over all points of the relative half-width.
    half_width : float
        The relative half-width that is wanted, above 0; 0.1 is 10 %.

    Returns
    -------
    matplotlib.figure.Figure
        One drawing over the number of replicates.

    Raises
    ------
    ResultsError
        No such outcome or point; fewer than two replicates are done; ``half_width`` is not above 0.

    Examples
    --------
    >>> import tempfile
    >>> from defection.batch_runs import run_sweep
    >>> plan = {"seed": 1, "weeks": 60, "design": {"kind": "grid", "replicates": 6}}
    >>> figure = convergence(run_sweep(plan, tempfile.mkdtemp(), engine="serial"), point=0)
    >>> figure.axes[0].get_xlabel()
    'replicates n'
    """
    checked_outcome(results, outcome)
    is_number = isinstance(half_width, int | float) and not isinstance(half_width, bool)
    if not is_number or not 0 < half_width < np.inf:
        raise ResultsError(f"half_width = {half_width!r} must be a number above 0, such as 0.1")
    if point is None:
        return _all_points(results, outcome, half_width)
    return _one_point(results, outcome, checked_point(results, point), half_width)


def running(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return mean, and half-width of its 90 % interval, of the first 1, 2 ... values of each row.

    The half-width of one value is NaN; NaN ends a row.
    """
    count = np.arange(1, values.shape[-1] + 1)
    first = values[..., :1]  # subtracted, so that no digit is lost
    mean = np.cumsum(values - first, axis=-1) / count
    square = np.cumsum((values - first) ** 2, axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        sd = np.sqrt(np.maximum(square - count * mean**2, 0) / (count - 1))
        half = stdtrit(np.maximum(count - 1, 1), (1 + LEVEL) / 2) * sd / np.sqrt(count)
    return mean + first, half


def enough(mean: float, sd: float, half_width: float) -> int | None:
    """Return the smallest n >= 2 with t(n - 1) sd / sqrt(n) <= half_width |mean|, to ``MOST``."""
    if sd == 0:
        return 2
    limit = half_width * abs(mean) / sd

    def holds(n: int) -> bool:
        return bool(stdtrit(n - 1, (1 + LEVEL) / 2) / np.sqrt(n) <= limit)

    low, high = 1, 2  # low does not hold, high does (t / sqrt(n) declines as n rises)
    while not holds(high):
        low, high = high, 2 * high
        if high > MOST:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def _one_point(results: SweepResults, outcome: str, point: int, half_width: float) -> Figure:
    values = done_runs(results, [outcome], point=point)[outcome].dropna().to_numpy(float)
    if len(values) < 2:
        raise ResultsError(f"point {point:,} has {len(values)} run(s) done: {TWO_NEEDED}")
    mean, half = running(values)
    count, last = np.arange(1, len(values) + 1), float(mean[-1])
    figure, axis = one_axis(9, 5)
    if len(values) <= 1000:
        label = "single runs, in their order"
        axis.plot(count, values, ".", color="#888888", markersize=4, label=label)
    band: Style = {"color": BAND, "alpha": 0.35, "linewidth": 0}
    low, high = (mean - half)[1:], (mean + half)[1:]
    axis.fill_between(count[1:], low, high, label="90 % interval of the mean", **band)
    axis.plot(count, mean, color=MIDDLE, linewidth=2, label="mean of the first n")
    wanted = f"± {scales.percent(half_width)}"
    for factor, label in ((1 - half_width, f"mean of all, {wanted}"), (1 + half_width, "_other")):
        axis.axhline(factor * last, color=WARNING, linewidth=1, linestyle="--", label=label)
    scales.label_outcome([axis], outcome, [0, 1])
    axis.set(xlabel="replicates n", xlim=(1, len(values)))
    axis.legend(fontsize=8, frameon=False)
    reached = scales.percent(half[-1] / abs(last)) if last else number(float(half[-1]))
    need = _count_text(enough(last, float(values.std(ddof=1)), half_width))
    title = f"{scales.point_text(results, point)}: {len(values):,} replicates give a mean of "
    title += f"{number(last)} ± {reached}; for {wanted}, {need} are enough"
    note = f"Outcome: {words(outcome)}. Half-width of the interval: t(n - 1; 0.95) s / sqrt(n)."
    return scales.finish(figure, results, title, note)


def _all_points(results: SweepResults, outcome: str, half_width: float) -> Figure:
    frame = done_runs(results, [outcome]).dropna()
    order = frame.groupby("point").cumcount().to_numpy()
    table = np.full((results.plan.points, int(order.max(initial=0)) + 1), np.nan)
    table[frame["point"].to_numpy(), order] = frame[outcome].to_numpy(float)
    counts = np.isfinite(table).sum(axis=1)
    table, single = table[counts >= 2], int((counts == 1).sum())
    if not len(table):
        raise ResultsError(f"no point of this sweep has two runs done: {TWO_NEEDED}")
    mean, half = running(table)
    last = mean[np.arange(len(table)), counts[counts >= 2] - 1]
    known = last != 0
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = (half / np.abs(mean))[known, 1:]
    relative[~np.isfinite(relative)] = np.nan
    if not np.isfinite(relative).any():
        raise ResultsError(f"{words(outcome)} is 0 in every run: it has no relative half-width")
    figure, axis = one_axis(9, 5)
    _draw_relative(axis, relative, half_width)
    variation = np.nanstd(table, axis=1, ddof=1)[known] / np.abs(last[known])
    ends = np.quantile(variation, (0.5, 0.9), method="inverted_cdf")  # what is enough rises with it
    half_of, most_of = (_count_text(enough(1.0, float(end), half_width)) for end in ends)
    title = f"Mean {words(outcome)} to ± {scales.percent(half_width)}: {half_of} replicates are "
    title += f"enough at half of the points, {most_of} at nine of ten; {table.shape[1]:,} are there"
    note = "Half-width of the 90 % interval of the mean: t(n - 1; 0.95) s / sqrt(n), divided by "
    note += "the mean."
    if table.shape[1] < FEW:
        note += " So few replicates estimate s badly: a rough guess."
    if single:
        note += f" Left out: {points(single)} with one run."
    if not known.all():
        note += f" Left out: {points(int((~known).sum()))} with a mean of 0."
    return scales.finish(figure, results, title, note)


def _draw_relative(axis: Axes, relative: np.ndarray, half_width: float) -> None:
    """Draw quantiles over points of the relative half-width [points, n = 2, 3 ...]."""
    known = np.isfinite(relative).any(axis=0)
    sizes = np.arange(2, relative.shape[1] + 2)[known]
    quantiles = np.nanquantile(relative[:, known], scales.QUANTILES, axis=0)
    axis.set(xlabel="replicates n", xlim=(1.5, sizes[-1] + 0.5))
    axis.set_ylabel("half-width of the mean's 90 % interval\n(share of the mean)")
    if quantiles[0].min() > 0:
        axis.set_yscale("log")
        axis.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axis.yaxis.set_minor_formatter(NullFormatter())
    axis.yaxis.set_major_formatter("{x:.10g}")
    axis.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    scales.draw_bands(axis, sizes, quantiles, "points", single=len(sizes) == 1)
    line: Style = {"color": MIDDLE, "linewidth": 2, "marker": "o", "markersize": 3}
    axis.plot(sizes, quantiles[2], label=f"median of {points(len(relative))}", **line)
    wanted: Style = {"color": WARNING, "linestyle": "--", "linewidth": 1}
    axis.axhline(half_width, label=f"wanted: ± {scales.percent(half_width)}", **wanted)
    axis.legend(fontsize=8, frameon=False)


def _count_text(count: int | None) -> str:
    return f"more than {MOST:,}" if count is None else f"{count:,}"
