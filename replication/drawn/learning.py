"""Who moves, the belief or repression: both by year, for the regions that fit nearly as well and the paper's values."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from defection.replication import Finding
from defection.replication.drawn.drawn import Drawn
from defection.views.colours import COLOURS


def figures(finding: Finding) -> list[Drawn]:
    """Return the courses of belief and repression."""
    caption = (
        "Medians over runs that did not stop, means over provinces, at the start of each year: repression (solid) and the mean of the "
        "belief (dashed); "
        "a colour per place."
    )
    return [
        Drawn(
            "learning",
            "The belief and repression over time",
            caption,
            lambda: draw(finding.tables["learning_years"]),
        )
    ]


def draw(table: pd.DataFrame) -> Figure:
    """Draw both courses of every place."""
    figure = Figure(figsize=(8.5, 4), layout="constrained")
    axis = figure.subplots()
    for number, (name, part) in enumerate(table.groupby("place", sort=False)):
        colour = COLOURS[number % len(COLOURS)]
        axis.plot(part["year"], part["repression"], color=colour, label=str(name))
        axis.plot(part["year"], part["belief"], color=colour, linestyle="--")
    axis.set(ylim=(0, 1), ylabel="probability of being stopped", xlabel="year")
    axis.set_xticks(np.arange(table["year"].min() + 3, table["year"].max() + 1, 5))
    axis.legend(fontsize=7, frameon=False, loc="lower left", ncols=2)
    return figure
