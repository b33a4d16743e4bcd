"""Figure 5 redrawn: week by week in every province, for the best run of each place."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from defection.country import WEEKS_PER_YEAR, load
from defection.replication import Finding
from defection.replication.drawn.drawn import Drawn
from defection.views.colours import COLOURS

FIRST = load("north_korea").years[0]


def figures(finding: Finding) -> list[Drawn]:
    """Return a figure per place."""
    weekly, about = finding.tables["figure_5_weekly"], finding.tables["figure_5"]
    drawn = []
    for number, row in enumerate(about.to_dict("records")):
        part = weekly[weekly["place"] == row["place"]]
        title = f"Figure 5: {row['place']}, run {row['run']}, score {row['score']:.1f}"
        caption = (
            f"Left: attempts a week in each province (moving mean over 8 weeks) beside the tolerated number {row['tolerated']} (dashed). "
            f"Middle: repression. Right: mean of the belief. A line per province; the run has {row['weeks run']:,} weeks."
        )
        drawn.append(
            Drawn(f"figure_5_{number}", title, caption, lambda part=part, row=row: draw(part, row))
        )  # type: ignore[misc]
    return drawn


def draw(weekly: pd.DataFrame, about: dict) -> Figure:
    """Draw one run."""
    figure = Figure(figsize=(10, 3.4), layout="constrained")
    axes = figure.subplots(1, 3)
    names = list(dict.fromkeys(weekly["province"]))
    for p, name in enumerate(names):
        here = weekly[weekly["province"] == name].iloc[: about["weeks run"]]
        week = FIRST + here["week"] / WEEKS_PER_YEAR
        look = {"color": COLOURS[p % len(COLOURS)], "linewidth": 0.9, "label": name}
        axes[0].plot(week, here["attempts"].rolling(8, min_periods=1).mean(), **look)
        axes[1].plot(week, here["repression"], **look)
        axes[2].plot(
            week, here["belief_alpha"] / (here["belief_alpha"] + here["belief_beta"]), **look
        )
    axes[0].axhline(about["tolerated"], color="#222222", linestyle="--", linewidth=0.9)
    axes[0].set_yscale("symlog", linthresh=1)
    axes[0].set_ylim(0, 1.5 * max(about["tolerated"], axes[0].get_ylim()[1]))
    for axis, title in zip(
        axes,
        ("attempts a week (linear to 1, then log)", "repression", "mean of the belief"),
        strict=True,
    ):
        _dress(axis, title)
    for axis in axes[1:]:
        axis.set_ylim(0, 1)
    axes[1].legend(fontsize=6, ncols=2, frameon=False, loc="lower left")
    return figure


def _dress(axis: Axes, title: str) -> None:
    axis.set_title(title, loc="left", fontsize=9)
    axis.set_xlim(FIRST, FIRST + 23)
    axis.set_xticks(np.arange(FIRST + 3, FIRST + 24, 5))
    axis.tick_params(labelsize=8)
