"""The figure of one run: yearly successes, and attempts, repression and belief of provinces."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from defection.country import WEEKS_PER_YEAR, load, shipped
from defection.views.colours import (
    ATTEMPTS,
    BAND,
    BELIEF,
    FAMINE,
    MIDDLE,
    NOTE,
    OBSERVED,
    STOPPED,
    Style,
)  # fmt: skip
from defection.views.figures.figure import Figure, drawn

if TYPE_CHECKING:
    from defection.model import DefectionModel


MOST, ACROSS = 25, 5
"""Provinces that are drawn, and how many side by side."""

FIRST = {
    "off": "Successful defections per year",
    "on": "Crossed, in China, arrived in the South (expected; linear to 100, then log)",
}
"""Title of the first drawing, without and with the journey."""


@drawn
def run_figure(model: DefectionModel) -> Figure:
    """Draw a run: yearly successes and what was observed, and each province in its own drawings.

    Parameters
    ----------
    model : DefectionModel
        A model that has run at least one week.

    Returns
    -------
    matplotlib.figure.Figure
        Successes per year (people), where the journey is on arrivals beside those who crossed;
        attempts per year (people) of each province, before those of all others; repression and the
        mean of believed repression (probabilities, weekly) of each. Of a country with more than
        ``MOST`` provinces those with most attempts.

    Examples
    --------
    >>> from defection import DefectionModel
    >>> figure = run_figure(DefectionModel(seed=1, weeks=60).run())
    >>> figure.get_suptitle()
    'North Korea, seed 1'
    >>> len(figure.axes)  # one, and two for each of ten provinces
    21
    """
    weekly, first = model.weekly(), model.country.years[0]
    weekly["believed"] = weekly["belief_alpha"] / (weekly["belief_alpha"] + weekly["belief_beta"])
    yearly = weekly.pivot_table("attempts", "year", "province", aggfunc="sum", observed=False)
    shown = yearly.columns.isin(yearly.sum().nlargest(MOST).index)
    names, count = yearly.columns[shown], len(yearly.columns)
    rows = math.ceil(len(names) / ACROSS)
    figure = Figure(figsize=(11, 3.5 + 2 * 1.75 * rows), layout="constrained")
    heights = [2.2, 0.4 + rows, 0.4 + rows]
    grid = figure.add_gridspec(3, 1, height_ratios=heights)
    above, middle, below = (figure.add_subfigure(grid[row]) for row in range(3))
    successes = above.subplots()
    attempts, repression = (
        part.subplots(rows, min(ACROSS, count), sharex=True, sharey=True, squeeze=False).ravel()
        for part in (middle, below)
    )
    _draw_successes(successes, model)
    # all provinces as one line that is broken between them
    everyone = yearly.reindex([*yearly.index, yearly.index[-1] + 1]).to_numpy(float).T.ravel()
    years = np.tile([*yearly.index + 0.5, np.nan], count)
    for name, axis, beside in zip(names, attempts, repression, strict=False):
        axis.plot(years, everyone, color=NOTE, alpha=0.3, linewidth=0.7, zorder=1)
        axis.plot(yearly.index + 0.5, yearly[name], color=ATTEMPTS, marker="o", markersize=2)
        here = weekly[weekly["province"] == name]
        time = first + here["week"] / WEEKS_PER_YEAR
        beside.plot(time, here["repression"], color=STOPPED)
        beside.plot(time, here["believed"], color=BELIEF, linestyle="--")
        for one in (axis, beside):
            one.set_title(name, loc="left", fontsize=8)
            one.tick_params(labelsize=7)
    for axis in (*attempts[len(names) :], *repression[len(names) :]):
        axis.remove()
    for axis in figure.axes:
        axis.set_xlim(first, first + model.weeks / WEEKS_PER_YEAR)
        axis.xaxis.set_major_locator(MaxNLocator(5, integer=True))
        for span in famine_spans(model):
            axis.axvspan(*span, color=FAMINE, alpha=0.4, linewidth=0, zorder=0, label="famine")
    attempts[0].set_yscale("symlog", linthresh=10)
    attempts[0].set_ylim(0, max(10, 2 * yearly.max(axis=None)))
    repression[0].set_ylim(0, 1.05)  # a line at 1 lies below the frame
    if model.journey:  # room for the legend, in one line above all curves
        successes.set_ylim(0, 8 * successes.get_ylim()[1])
    columns = 5 if model.journey else 1
    successes.legend(fontsize=8, frameon=False, loc="upper left", ncols=columns)
    each = "each province" if len(names) == count else f"the {MOST} of {count} provinces with most"
    for part, title in (
        (above, FIRST[model.parameters.journey]),
        (middle, f"Attempts per year of {each} (linear to 10, then log); grey: all others"),
        (below, f"Repression of {each}: in force (solid) and believed (dashed, the mean)"),
    ):
        part.suptitle(title, x=0.01, ha="left", fontsize=10)
    early = f", stopped after {model.week} weeks" if model.stopped_early else ""
    figure.suptitle(f"{model.country.name}, seed {model.seed}{early}", fontsize=12)
    if invented := model.country.about.invented:
        said = f"Invented, not data: {invented}"
        figure.supxlabel(said, x=0.01, ha="left", fontsize=7, color=NOTE)
    return figure


def _draw_successes(axis: Axes, model: DefectionModel) -> None:
    table = model.yearly()
    if model.journey:
        crossed: Style = {"color": NOTE, "linestyle": ":", "label": "model: crossed"}
        axis.step(table["year"] + 0.5, table["crossed"], where="mid", **crossed)
        axis.plot(table["year"] + 0.5, table["in_china"], color=MIDDLE, label="model: in China")
        axis.set_yscale("symlog", linthresh=100)
    flow = model.parameters.observed_measure if model.journey else "successes"
    name = {"arrivals": "model: arrived", "successes": "model"}[flow]
    axis.bar(table["year"] + 0.5, table[flow], width=0.8, color=BAND, label=name)
    known = table.dropna(subset="observed")
    if len(known):
        label = observed_label({year: number for year, number, _ in model.country.observed})
        style: Style = {"color": OBSERVED, "marker": "o", "markersize": 4, "linewidth": 1}
        axis.plot(known["year"] + 0.5, known["observed"].astype(float), label=label, **style)


def famine_spans(model: DefectionModel) -> list[list[int]]:
    """Return first and end year of each run of famine years."""
    return spans_of(model.famine, model.country.years[0])


def spans_of(famine: Sequence[float], first: int) -> list[list[int]]:
    """Return first and end year of each run of years that are 1; the first of them is ``first``."""
    steps = np.diff([0.0, *famine, 0.0])
    ends = zip(np.flatnonzero(steps > 0), np.flatnonzero(steps < 0), strict=True)
    return [[first + int(year) for year in span] for span in ends]


def observed_label(observed: Mapping[int, int]) -> str:
    """Return the legend of yearly observations: the paper's Table 1, or whom they count."""
    for name in shipped():
        country = load(name)
        if dict(observed) == {year: number for year, number, _ in country.observed}:
            said = "Table 1" if country.paper else country.about.observed
            return f"observed ({said})" if said else "observed"
    return "observed"
