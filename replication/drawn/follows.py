"""How well the record is followed: a fan chart of fresh seeds, and the error by year."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from defection.replication import Finding
from defection.replication.drawn.drawn import BAND, MIDDLE, RECORD, Drawn, famine, root_scale


def figures(finding: Finding) -> list[Drawn]:
    """Return the fan chart."""
    table = finding.tables["follows_years"]
    caption = (
        "Upper: yearly successes of fresh seeds of the best region (median, 50 % and 90 % of the runs) beside the record, on the root "
        "scale. Lower: RMS by year."
    )
    return [Drawn("follows", "The best region beside the record", caption, lambda: draw(table))]


def draw(table: pd.DataFrame) -> Figure:
    """Draw bands and errors."""
    figure = Figure(figsize=(8.5, 5.5), layout="constrained")
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[3, 1])
    famine(upper)
    upper.fill_between(
        table["year"],
        table["low_90"],
        table["high_90"],
        color=BAND,
        alpha=0.22,
        linewidth=0,
        label="90 % of the runs",
    )
    upper.fill_between(
        table["year"],
        table["low_50"],
        table["high_50"],
        color=BAND,
        alpha=0.45,
        linewidth=0,
        label="50 % of the runs",
    )
    upper.plot(
        table["year"], table["median"], color=MIDDLE, linewidth=2, label="median of the runs"
    )
    upper.plot(
        table["year"], table["record"], color=RECORD, marker="o", markersize=4, label="record"
    )
    root_scale(upper)
    upper.set_yticks([10, 100, 500, 1000, 2000, 3000, 4000])
    upper.set_ylabel("successes per year (root scale)")
    upper.legend(fontsize=8, frameon=False, loc="upper left")
    lower.bar(table["year"], table["rms"], color="#94a4a2")
    lower.set(ylabel="RMS of √run − √record", xlabel="year")
    lower.yaxis.label.set_fontsize(8)
    return figure
