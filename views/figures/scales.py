"""What the figures of sweeps share: scales of parameters and outcomes, bands, titles, sources."""

import dataclasses
import re
import textwrap
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, NullFormatter

from defection.batch_runs.outcomes import by_point, unit, words
from defection.batch_runs.store.results import ResultsError, SweepResults
from defection.batch_runs.sweeps.text import number, points
from defection.parameters import ALL_PARAMETERS, nearest, parameter
from defection.views.colours import BAND, NOTE, Style
from defection.views.figures.figure import Figure

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Edges of the 90 % and of the 50 % band, and the median between them."""

COUNTS = "{x:,.10g}"
"""Format of the ticks of an axis of counts."""


@dataclasses.dataclass(frozen=True)
class ParameterScale:
    """How a parameter that varies is drawn; ``levels`` are chosen values, empty for a range.

    ``regular``: the levels are regular steps of a range.
    """

    name: str
    low: float
    high: float
    log: bool
    levels: tuple[Any, ...]
    regular: bool

    @property
    def is_text(self) -> bool:
        """Whether the values are words."""
        return isinstance(parameter(self.name).default, str)

    @property
    def label(self) -> str:
        """Name, symbol and unit."""
        known = parameter(self.name)
        unit = f" ({known.unit})" if known.unit else ""
        return f"{known.name} {known.symbol}".strip() + unit + (", log scale" if self.log else "")

    def positions(self, values: Any) -> np.ndarray:
        """Return the positions of values on the axis; words are at 0, 1, 2 ..."""
        return np.array([self.levels.index(v) if self.is_text else v for v in values], float)

    def format_axis(self, axis: Axes, which: str = "x") -> None:
        """Give an axis of a drawing this parameter's scale, ticks and label."""
        side = getattr(axis, f"{which}axis")
        side.set_label_text(self.label)
        if self.is_text:
            side.set_ticks(range(len(self.levels)), labels=list(self.levels))
            axis.set(**{f"{which}lim": (-0.6, len(self.levels) - 0.4)})
        elif self.log:
            axis.set(**{f"{which}scale": "log"})
            narrow = self.high < 30 * self.low
            side.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0) if narrow else (1.0,)))
            side.set_major_formatter("{x:g}")
            side.set_minor_formatter(NullFormatter())


def parameter_scale(results: SweepResults, name: str) -> ParameterScale:
    """Return how the plan makes a parameter vary; ``ResultsError`` where it does not."""
    varied = results.varied
    if name not in varied:
        what = "does not vary in this sweep" if name in ALL_PARAMETERS else "is not a parameter"
        near = nearest(str(name), tuple(varied))
        raise ResultsError(f"{name} {what}{near}; what varies: {', '.join(varied) or 'nothing'}")
    stated, values = results.stated[name], results.points()[name]
    distinct = values.drop_duplicates().tolist()
    if isinstance(distinct[0], str):
        return ParameterScale(name, 0.0, len(distinct) - 1.0, False, tuple(distinct), False)
    low, high, log = float(values.min()), float(values.max()), parameter(name).log_search
    ranged = isinstance(stated, dict)
    if ranged:
        low, high = min(low, stated["low"]), max(high, stated["high"])
        log = stated["scale"] == "log"
    chosen = isinstance(stated, list) or results.kind in ("grid", "one-at-a-time")
    levels = sorted(distinct) if chosen or (not ranged and len(distinct) <= 8) else ()
    regular = ranged and results.kind == "grid"
    return ParameterScale(name, low, high, log and low > 0, tuple(levels), regular)


def done_points(results: SweepResults, outcome: str) -> pd.DataFrame:
    """Return the points with a run, as ``by_point`` does; ``ResultsError`` where there is none."""
    table = by_point(results, outcome)
    if not table["runs"].any():
        raise ResultsError("no run of this sweep is done: there is nothing to draw")
    return table[table["runs"] > 0]


def small_multiples(names: list[str]) -> tuple[Figure, list[Axes]]:
    """Return a figure with a drawing for each parameter, up to three in a row, and one y axis."""
    if not names:
        raise ResultsError("nothing varies in this sweep: there is nothing to draw")
    columns, rows = min(3, len(names)), -(-len(names) // 3)
    figure = Figure(figsize=(max(7, 4 * columns), 1.2 + 3.2 * rows), layout="constrained")
    axes = figure.subplots(rows, columns, sharey=True, squeeze=False).ravel()
    for axis in axes[len(names) :]:
        axis.set_visible(False)
    return figure, list(axes[: len(names)])


def label_outcome(axes: list[Axes], outcome: str, values: Any, *, mean: bool = False) -> None:
    """Label the vertical axis with an outcome; logarithmic where it is wide (:func:`is_wide`)."""
    values = np.asarray(values, float)
    values = values[np.isfinite(values)]
    scale = ""
    if is_wide(values):
        positive = values.min() > 0
        scale = ", log scale" if positive else ", linear to 1, then log"
        axes[0].set_yscale("log") if positive else axes[0].set_yscale("symlog", linthresh=1)
    for axis in axes[::3]:
        axis.set_ylabel(f"{'mean ' if mean else ''}{words(outcome)}\n({unit(outcome)}{scale})")
    axes[0].yaxis.set_major_formatter(COUNTS)


def is_wide(values: np.ndarray) -> bool:
    """Return whether values (none negative) differ by more than a factor of fifty."""
    positive = values[values > 0]
    if not positive.size or values.min() < 0:
        return False
    return bool(positive.max() > 50 * max(1e-9, np.quantile(positive, 0.02)))


def draw_bands(
    axis: Axes, x: np.ndarray, quantiles: np.ndarray, what: str = "runs", *, single: bool = False
) -> None:
    """Draw the 90 % and the 50 % band of ``quantiles`` [5, x], or bars where x are ``single``."""
    for low, high, share, alpha in ((0, 4, 90, 0.22), (1, 3, 50, 0.45)):
        style: Style = {"color": BAND, "alpha": alpha, "label": f"{share} % of the {what}"}
        if single:
            axis.vlines(x, quantiles[low], quantiles[high], linewidth=6, **style)
        else:
            axis.fill_between(x, quantiles[low], quantiles[high], linewidth=0, **style)


def finish(figure: Figure, results: SweepResults, title: str, note: str) -> Figure:
    """Write a sentence as the title; below the figure a note, the design, runs and version."""
    kept = re.sub(r" (?=%)|(?<=±) ", "\u00a0", title)  # no line begins with a per-cent sign
    lines = textwrap.wrap(kept, round(10 * figure.get_figwidth()))
    figure.suptitle("\n".join(lines).replace("\u00a0", " "), x=0.01, ha="left", fontsize=11)
    counts, about, plan = results.counts(), results.plan.about, results.plan
    made = f"{points(plan.points)} x {plan.replicates:,} replicates"
    runs = f"{counts['done']:,} of {counts['planned']:,} runs done"
    runs += f", {counts['failed']:,} failed, {counts['missing']:,} missing"
    runs += f"; damaged files: {len(results.damaged):,}" if results.damaged else ""
    version = f"defection {about['defection']}, behaviour {plan.law[:8]}"
    text = f"{note}\n{about['country']}, {results.kind} design, {made}: {runs}. {version}"
    if results.invented:
        text += f"\nInvented, not data: {results.invented}"
    figure.supxlabel(text, x=0.01, ha="left", fontsize=7.5, color=NOTE)
    for axis in figure.axes:
        if axis.get_yscale() == "symlog" and axis.get_ylim()[0] < 0:
            axis.set_ylim(bottom=-0.3)  # nothing is negative
    return figure


def percent(share: float) -> str:
    """Return a share in percent, such as ``10 %``."""
    return f"{100 * share:.0f} %"


def point_text(results: SweepResults, point: int) -> str:
    """Return the number of a point and the values of what varies there."""
    row = results.points().iloc[point]
    texts = [
        f"{name} = {row[name] if isinstance(row[name], str) else number(float(row[name]))}"
        for name in results.varied
    ]
    return f"Point {point:,}" + (f" ({', '.join(texts)})" if texts else "")
