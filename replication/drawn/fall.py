"""The fall after 2011: the ratio of the last years to the peak, on record and in runs."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from defection.replication import Finding
from defection.replication.drawn.drawn import BAND, MIDDLE, RECORD, Drawn


def figures(finding: Finding) -> list[Drawn]:
    """Return the ratios by place."""
    caption = (
        "Successes of 2012-2014 as a multiple of those of 2009-2011: median and 90 % of each place's runs that did not stop; line: the "
        "record."
    )
    return [Drawn("fall", "The fall after 2011", caption, lambda: draw(finding.tables["fall"]))]


def draw(table: pd.DataFrame) -> Figure:
    """Draw the ratios."""
    figure = Figure(figsize=(8, 3.2), layout="constrained")
    axis = figure.subplots()
    runs = table.iloc[1:]
    place = np.arange(len(runs))
    reach = [runs["ratio, median"] - runs["5 %"], runs["95 %"] - runs["ratio, median"]]
    axis.errorbar(
        runs["ratio, median"], place, xerr=reach, fmt="o", color=MIDDLE, ecolor=BAND, capsize=3
    )
    axis.axvline(table.iloc[0]["ratio, median"], color=RECORD, label="record")
    axis.axvline(1, color="#94a4a2", linestyle=":")
    axis.set_yticks(place, runs["place"].tolist())
    axis.invert_yaxis()
    axis.set_xscale("log")
    axis.set_xticks([0.1, 0.25, 0.5, 1, 2, 4], ["0.1", "0.25", "0.5", "1", "2", "4"], minor=False)
    axis.minorticks_off()
    axis.set_xlabel("2012-2014 as a multiple of 2009-2011 (log scale)")
    axis.legend(fontsize=8, frameon=False)
    return figure
