"""Who leaves, beside what is known: women by year, provinces, ages."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from defection.replication import Finding
from defection.replication.drawn.drawn import BAND, MIDDLE, RECORD, Drawn


def women(finding: Finding) -> list[Drawn]:
    """Return the women's share by year."""
    caption = (
        "Share of women among arrivals (record; 1999-2001 are one figure) and among attempts in runs of the best region (median and 90 % "
        "of the runs)."
    )
    return [
        Drawn(
            "women",
            "Women among those who leave",
            caption,
            lambda: draw_women(finding.tables["women"]),
        )
    ]


def origins(finding: Finding) -> list[Drawn]:
    """Return the shares by province and by age."""
    caption = (
        "Shares in percent: on record, in runs of the best region (bar: 90 % of the runs), and in the population. Left: seven provinces; "
        "right: ages."
    )
    return [
        Drawn(
            "origins",
            "Where those who leave come from, and how old they are",
            caption,
            lambda: draw_groups(finding.tables),
        )
    ]


def draw_women(table: pd.DataFrame) -> Figure:
    """Draw record and runs by year."""
    figure = Figure(figsize=(8, 3.6), layout="constrained")
    axis = figure.subplots()
    middle = (table["first_year"] + table["last_year"]) / 2
    axis.fill_between(
        middle,
        100 * table["5 %"],
        100 * table["95 %"],
        color=BAND,
        alpha=0.3,
        linewidth=0,
        label="90 % of the runs",
    )
    axis.plot(
        middle,
        100 * table["best region, median"],
        color=MIDDLE,
        linewidth=2,
        label="best region, median",
    )
    axis.plot(middle, 100 * table["record"], color=RECORD, marker="o", markersize=4, label="record")
    axis.set(ylim=(0, 100), ylabel="women, %", xlabel="year")
    axis.legend(fontsize=8, frameon=False, loc="lower right")
    return figure


def draw_groups(tables: object) -> Figure:
    """Draw the shares of groups as bars."""
    figure = Figure(figsize=(10, 4), layout="constrained")
    for axis, name in zip(
        figure.subplots(1, 2, width_ratios=[7, 3]), ("origins", "ages"), strict=True
    ):
        table: pd.DataFrame = tables[name]  # type: ignore[index]
        place = np.arange(len(table))
        axis.bar(place - 0.27, 100 * table["record"], 0.26, color=RECORD, label="record")
        middle = 100 * table["best region, median"]
        reach = [middle - 100 * table["5 %"], 100 * table["95 %"] - middle]
        axis.bar(
            place,
            middle,
            0.26,
            yerr=reach,
            color=BAND,
            ecolor=MIDDLE,
            capsize=2,
            label="best region",
        )
        axis.bar(place + 0.27, 100 * table["population"], 0.26, color="#d9c9a3", label="population")
        axis.set_xticks(place, [group.replace(" ", "\n") for group in table["group"]], fontsize=8)
        axis.set_ylabel("%")
    figure.axes[0].legend(fontsize=8, frameon=False)
    return figure
