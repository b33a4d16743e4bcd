"""The axes of the figures of sweeps: a parameter's scale, an outcome's scale, and what is said below every figure."""

from __future__ import annotations

import dataclasses
import re
import textwrap
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from defection.batch_runs.outcomes import unit, words
from defection.batch_runs.store.results import ResultsError, SweepResults
from defection.batch_runs.sweeps.text import number, points
from defection.parameters import PARAMETERS, nearest

BAND, MIDDLE, RECORD, WARNING, EMPTY = "#3f90da", "#1f5f99", "#222222", "#e76300", "#e4e4e4"
"""Colours of bands, of the middle, of the record, of what stopped early, and of where nothing is."""

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Edges of the 90 % and of the 50 % band, and the median between them."""


@dataclasses.dataclass(frozen=True)
class ParameterScale:
    """How a parameter that varies is drawn: ``levels`` are its values where each was chosen, empty where a range was sampled."""

    name: str
    low: float
    high: float
    log: bool
    levels: tuple[Any, ...]
    evenly: bool
    """Whether the levels are steps of a range, so that they stand evenly on its scale."""

    @property
    def is_text(self) -> bool:
        """Whether the values are words."""
        return PARAMETERS[self.name].kind in ("choice", "years")

    @property
    def label(self) -> str:
        """Name, symbol and unit."""
        known = PARAMETERS[self.name]
        return (
            f"{known.name} {known.symbol}".strip()
            + (f" ({known.unit})" if known.unit else "")
            + (", log scale" if self.log else "")
        )

    def placed(self, values: Any) -> np.ndarray:
        """Return where values stand on the axis; words stand at 0, 1, 2 ..."""
        if self.is_text:
            return np.array([self.levels.index(value) for value in values], float)
        return np.asarray(values, float)

    def dress(self, axis: Axes, which: str = "x") -> None:
        """Give an axis of a drawing this parameter's scale, ticks and label."""
        side = getattr(axis, f"{which}axis")
        getattr(axis, f"set_{which}label")(self.label)
        if self.is_text:
            side.set_ticks(range(len(self.levels)), labels=list(self.levels))
        elif self.log:
            getattr(axis, f"set_{which}scale")("log")
            side.set_major_locator(
                LogLocator(subs=(1.0, 2.0, 5.0) if self.high < 30 * self.low else (1.0,))
            )
            side.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
            side.set_minor_formatter(NullFormatter())


def parameter_scale(results: SweepResults, name: str) -> ParameterScale:
    """Return how the plan makes a parameter vary.

    Raises
    ------
    ResultsError
        The parameter does not vary in this sweep; the message says the nearest that does.
    """
    varied = results.varied
    if name not in varied:
        what = "does not vary in this sweep" if name in PARAMETERS else "is not a parameter"
        raise ResultsError(
            f"{name} {what}{nearest(str(name), tuple(varied))}; what varies: {', '.join(varied) or 'nothing'}"
        )
    about = results.plan.about["specification"]
    given, kind = about["parameters"][name], about["design"]["kind"]
    values: pd.Series = results.points()[name]
    distinct = values.drop_duplicates().tolist()
    if isinstance(distinct[0], str):
        return ParameterScale(name, 0.0, len(distinct) - 1.0, False, tuple(distinct), False)
    low, high = float(values.min()), float(values.max())
    levelled = (
        isinstance(given, list)
        or kind in ("grid", "one-at-a-time")
        or (not isinstance(given, dict) and len(distinct) <= 8)
    )
    levels = tuple(sorted(distinct)) if levelled else ()
    if isinstance(given, dict):
        low, high = min(low, given["low"]), max(high, given["high"])
        return ParameterScale(name, low, high, given["scale"] == "log", levels, kind == "grid")
    return ParameterScale(name, low, high, PARAMETERS[name].log_search and low > 0, levels, False)


def dress_outcome(axis: Axes, outcome: str, values: Any, *, mean: bool = False) -> None:
    """Label the vertical axis with an outcome; it is logarithmic where the values differ by more than a factor of fifty."""
    values = np.asarray(values, float)
    values = values[np.isfinite(values)]
    said = ""
    if is_wide(values):
        said = ", log scale" if values.min() > 0 else ", linear to 1, then log"
        axis.set_yscale("log") if values.min() > 0 else axis.set_yscale("symlog", linthresh=1)
    axis.set_ylabel(f"{'mean ' if mean else ''}{words(outcome)}\n({unit(outcome)}{said})")
    axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))


def show_nought(axis: Axes) -> None:
    """End a vertical axis that is linear to 1, then logarithmic, right below 0: there is nothing negative."""
    if axis.get_yscale() == "symlog":
        axis.set_ylim(bottom=-0.3)


def is_wide(values: np.ndarray) -> bool:
    """Return whether values (none negative) differ by more than a factor of fifty."""
    positive = values[values > 0]
    return bool(
        positive.size
        and values.min() >= 0
        and positive.max() > 50 * max(1e-9, np.quantile(positive, 0.02))
    )


def outcome_values(frame: pd.DataFrame, outcome: str) -> np.ndarray:
    """Return a column of a table of runs as numbers (true is 1)."""
    return frame[outcome].astype(float).to_numpy()


def say_source(figure: Figure, results: SweepResults, *more: str) -> None:
    """Write below a figure what it is made of: design, runs done, failed and missing, version; and ``more``."""
    counts, about = results.counts(), results.plan.about
    kind = about["specification"]["design"]["kind"]
    made = f"{about['country']}, {kind} design, {points(results.plan.points)} x {results.plan.replicates:,} replicates"
    runs = f"{counts['done']:,} of {counts['planned']:,} runs done, {counts['failed']:,} failed, {counts['missing']:,} missing"
    damaged = f"; damaged files: {len(results.damaged):,}" if results.damaged else ""
    text = "\n".join(
        [*more, f"{made}: {runs}{damaged}. defection {about['defection']}, law {results.plan.law[:8]}"]
    )
    figure.supxlabel(text, x=0.01, ha="left", fontsize=7.5, color="#555555")


def percent(share: float) -> str:
    """Return a share in percent, such as ``10 %``."""
    return f"{100 * share:.0f} %"


def described(results: SweepResults, point: int) -> str:
    """Return the number of a point and the values of what varies there."""
    row = results.points().iloc[point]
    values = [
        f"{name} = {row[name] if isinstance(row[name], str) else number(float(row[name]))}"
        for name in results.varied
    ]
    return f"Point {point:,}" + (f" ({', '.join(values)})" if values else "")


def say_title(figure: Figure, sentence: str, *, width: int = 110) -> None:
    """Give a figure a sentence as its title, broken into lines."""
    lines = textwrap.wrap(
        re.sub(r" (?=%)|(?<=±) ", "\u00a0", sentence), width
    )  # no line begins with a per-cent sign
    figure.suptitle("\n".join(lines).replace("\u00a0", " "), x=0.01, ha="left", fontsize=11)
