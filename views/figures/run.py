"""The figure of one run: yearly successes, and attempts, repression and belief of provinces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from defection.country import WEEKS_PER_YEAR, load
from defection.views.colours import BAND, COLOURS, FAMINE, OBSERVED, Style
from defection.views.figures.figure import Figure, drawn

if TYPE_CHECKING:
    from defection.model import DefectionModel


@drawn
def run_figure(model: DefectionModel) -> Figure:
    """Draw a run: yearly successes and what was observed, and every province's weeks.

    Parameters
    ----------
    model : DefectionModel
        A model that has run at least one week.

    Returns
    -------
    matplotlib.figure.Figure
        Four drawings: successes per year (people); and by province attempts per year (people),
        repression and the mean of believed repression (probabilities, weekly).

    Examples
    --------
    >>> from defection import DefectionModel
    >>> figure = run_figure(DefectionModel(seed=1, weeks=60).run())
    >>> figure.get_suptitle()
    'North Korea, seed 1'
    >>> len(figure.axes)
    4
    """
    figure = Figure(figsize=(11, 8), layout="constrained")
    successes, attempts, repression, belief = figure.subplots(2, 2).ravel()
    weekly, first = model.weekly(), model.country.years[0]
    weekly["believed"] = weekly["belief_alpha"] / (weekly["belief_alpha"] + weekly["belief_beta"])
    for p, (name, here) in enumerate(weekly.groupby("province", observed=False)):
        label = f" {name}" if name.startswith("_") else name  # which legends leave out
        style: Style = {"color": COLOURS[p % len(COLOURS)], "linewidth": 1.2, "label": label}
        style["linestyle"] = "-" if p < len(COLOURS) else "--"
        yearly = here.groupby("year")["attempts"].sum()
        attempts.plot(yearly.index + 0.5, yearly, marker="o", markersize=3, **style)
        time = first + here["week"] / WEEKS_PER_YEAR
        repression.plot(time, here["repression"], **style)
        belief.plot(time, here["believed"], **style)
    _draw_successes(successes, model)
    for axis, title, unit in (
        (successes, "Successful defections per year", "people"),
        (attempts, "Attempts per year, by province", "attempts (linear to 10, then log)"),
        (repression, "Repression, by province", "probability of being stopped"),
        (belief, "Believed repression (mean), by province", "probability of being stopped"),
    ):
        axis.set_title(title, loc="left", fontsize=10)
        axis.set(ylabel=unit, xlim=(first, first + model.weeks / WEEKS_PER_YEAR))
        for span in famine_spans(model):
            axis.axvspan(*span, color=FAMINE, alpha=0.4, linewidth=0, zorder=0, label="famine")
    repression.set_ylim(0, 1)
    belief.set_ylim(0, 1)
    attempts.set_yscale("symlog", linthresh=10)
    attempts.set_ylim(bottom=0)
    attempts.legend(fontsize=7, ncols=2, frameon=False, loc="best")
    successes.legend(fontsize=8, frameon=False, loc="upper left")
    early = f", stopped after {model.week} weeks" if model.stopped_early else ""
    figure.suptitle(f"{model.country.name}, seed {model.seed}{early}", fontsize=12)
    return figure


def _draw_successes(axis: Axes, model: DefectionModel) -> None:
    table = model.yearly()
    axis.bar(table["year"] + 0.5, table["successes"], width=0.8, color=BAND, label="model")
    known = table.dropna(subset="observed")
    if len(known):
        label = observed_label({year: number for year, number, _ in model.country.observed})
        style: Style = {"color": OBSERVED, "marker": "o", "markersize": 4, "linewidth": 1}
        axis.plot(known["year"] + 0.5, known["observed"].astype(float), label=label, **style)


def famine_spans(model: DefectionModel) -> list[list[int]]:
    """Return first and end year of each run of famine years."""
    steps = np.diff([0.0, *model.famine, 0.0])
    ends = zip(np.flatnonzero(steps > 0), np.flatnonzero(steps < 0), strict=True)
    return [[model.country.years[0] + int(year) for year in span] for span in ends]


def observed_label(observed: Mapping[int, int]) -> str:
    """Return the legend of a country's yearly observations: the paper's Table 1, or its own."""
    table_1 = {year: number for year, number, _ in load("north_korea").observed}
    return "observed (Table 1)" if dict(observed) == table_1 else "observed"
