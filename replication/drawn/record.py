"""Figure 1 redrawn: the record, both versions of 2006, and smoothed."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from defection.replication import Finding
from defection.replication.drawn.drawn import BAND, RECORD, Drawn, famine


def figures(finding: Finding) -> list[Drawn]:
    """Return the figure of the record."""
    table = finding.tables["figure_1"]
    caption = (
        "Yearly arrivals in South Korea (Table 1): as corrected, the 2006 that is printed, and moving averages over 3 and 5 years on the "
        "root scale."
    )
    return [Drawn("figure_1", "Figure 1: the record", caption, lambda: draw(table))]


def draw(table: pd.DataFrame) -> Figure:
    """Draw the record."""
    figure = Figure(figsize=(8, 4), layout="constrained")
    axis = figure.subplots()
    famine(axis)
    axis.plot(
        table["year"],
        table["smoothed_3"],
        color=BAND,
        linestyle="--",
        label="smoothed over 3 years",
    )
    axis.plot(table["year"], table["smoothed_5"], color="#e76300", label="smoothed over 5 years")
    axis.plot(
        table["year"],
        table["corrected"],
        color=RECORD,
        marker="o",
        markersize=4,
        label="Table 1, 2006 corrected",
    )
    other = table[table["printed"] != table["corrected"]]
    axis.plot(
        other["year"],
        other["printed"],
        color="#bd1f01",
        marker="x",
        linestyle="none",
        label="2006 as printed",
    )
    axis.set(ylabel="arrivals per year", xlabel="year", ylim=(0, None))
    axis.legend(fontsize=8, frameon=False, loc="upper left")
    return figure
