"""The figure of one run, for print: flows against the record, and what the provinces did and were believed to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from defection.country import WEEKS_PER_YEAR

if TYPE_CHECKING:
    from defection.model import DefectionModel

# Ten colours that the colour-blind can tell apart (Petroff 2021, arXiv 2107.02270)
COLOURS = (
    "#3f90da",
    "#ffa90e",
    "#bd1f01",
    "#94a4a2",
    "#832db6",
    "#a96b59",
    "#e76300",
    "#b9ac70",
    "#717581",
    "#92dadd",
)
MODEL_COLOUR, RECORD_COLOUR = "#3f90da", "#222222"


def run_figure(model: DefectionModel) -> Figure:
    """Draw a run: yearly successes beside the record, and weekly attempts, repression and belief by province."""
    figure = Figure(figsize=(11, 8), layout="constrained")
    axes = figure.subplots(2, 2)
    weekly = model.weekly()
    years = (
        weekly["week"].to_numpy().reshape(-1, len(model.country.provinces))[:, 0] / WEEKS_PER_YEAR
        + model.country.years[0]
    )
    _successes(axes[0, 0], model)
    for axis, title in (
        (axes[0, 1], "Attempts per year, by province"),
        (axes[1, 0], "Repression, by province"),
        (axes[1, 1], "Believed repression (mean), by province"),
    ):
        axis.set_title(title, loc="left", fontsize=10)
        _shade_famine(axis, model)
        axis.set_xlim(model.country.years[0], model.country.years[0] + model.weeks / WEEKS_PER_YEAR)
    mean_belief = weekly["belief_alpha"] / (weekly["belief_alpha"] + weekly["belief_beta"])
    for p, name in enumerate(model.country.provinces):
        here = weekly["province"] == name
        look = {
            "color": COLOURS[p % len(COLOURS)],
            "linewidth": 1.2,
            "label": name,
            "linestyle": "-" if p < len(COLOURS) else "--",
        }
        yearly = weekly[here].groupby("year")["attempts"].sum()
        axes[0, 1].plot(yearly.index + 0.5, yearly, marker="o", markersize=3, **look)
        axes[1, 0].plot(years, weekly.loc[here, "repression"], **look)
        axes[1, 1].plot(years, mean_belief[here], **look)
    axes[0, 1].set_yscale("symlog", linthresh=10)
    axes[0, 1].set_ylim(bottom=0)
    axes[0, 1].set_ylabel("attempts (linear to 10, then log)")
    for axis in axes[1]:
        axis.set_ylim(0, 1)
        axis.set_ylabel("probability of being stopped")
    axes[0, 1].legend(fontsize=7, ncols=2, frameon=False, loc="best")
    stopped = f", stopped in week {model.week}" if model.stopped_early else ""
    figure.suptitle(f"{model.country.name}, seed {model.seed}{stopped}", fontsize=12)
    return figure


def _successes(axis: Axes, model: DefectionModel) -> None:
    table = model.yearly()
    axis.bar(table["year"] + 0.5, table["successes"], width=0.8, color=MODEL_COLOUR, label="model")
    if table["observed"].notna().any():
        record = table.dropna(subset="observed")
        axis.plot(
            record["year"] + 0.5,
            record["observed"].astype(float),
            color=RECORD_COLOUR,
            marker="o",
            markersize=4,
            linewidth=1,
            label="observed",
        )
    _shade_famine(axis, model)
    axis.set_title("Successful defections per year", loc="left", fontsize=10)
    axis.set_ylabel("people")
    axis.set_xlim(model.country.years[0], model.country.years[0] + model.weeks / WEEKS_PER_YEAR)
    axis.legend(fontsize=8, frameon=False, loc="upper left")


def _shade_famine(axis: Axes, model: DefectionModel) -> None:
    """Shade the famine years, once each run of years."""
    famine = np.array([0.0, *model.famine, 0.0])
    first = model.country.years[0]
    starts, ends = (
        np.flatnonzero(np.diff(famine) > 0).tolist(),
        np.flatnonzero(np.diff(famine) < 0).tolist(),
    )
    for start, end in zip(starts, ends, strict=True):
        axis.axvspan(
            first + start,
            first + end,
            color="#d9c9a3",
            alpha=0.4,
            linewidth=0,
            zorder=0,
            label="famine",
        )
