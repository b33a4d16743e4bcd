"""The margins of a virtual survey beside the published ones, coloured by class."""

import numpy as np
import pandas as pd

from defection.views.colours import COLOURS, MIDDLE, OBSERVED, WARNING
from defection.views.figures.figure import Figure, drawn

CLASS_COLOURS = {
    "simulated": MIDDLE, "drawn": COLOURS[5], "set": COLOURS[4], "another survey": COLOURS[8],
    "function": COLOURS[9],
}  # fmt: skip
"""Colours of classes of margins and columns; outside ones that count have ``WARNING``."""


@drawn
def survey_margins(margins: pd.DataFrame, kind: str) -> Figure:
    """Draw the margins of one class: published intervals, and those of the runs' samples.

    Parameters
    ----------
    margins : DataFrame
        Of a ``Survey``.
    kind : str
        A class of margins that are modelled.

    Returns
    -------
    matplotlib.figure.Figure
        A row for each margin: a band (published) and a line with a dot (5 %, median, 95 %).

    Examples
    --------
    >>> from defection.batch_runs.survey import run_survey
    >>> figure = survey_margins(run_survey(runs=1, size=20).margins, "simulated")
    >>> len(figure.axes[0].get_yticklabels())
    24
    """
    rows = margins[(margins["class"] == kind) & margins["simulated_median"].notna()]
    figure = Figure(figsize=(9, 1.1 + 0.27 * len(rows)), layout="constrained")
    axis = figure.subplots()
    positions = np.arange(len(rows))[::-1]
    width = rows["published_high"] - rows["published_low"]
    low = rows["published_low"] - np.maximum(0.0, 0.8 - width) / 2  # narrow ones stay visible
    axis.barh(positions, np.maximum(width, 0.8), left=low, height=0.62, color=OBSERVED, alpha=0.35,
              label="published interval")  # fmt: skip
    outside = (rows["verdict"] == "outside").to_numpy()
    for chosen, colour, label in (
        (~outside, CLASS_COLOURS[kind], f"{kind}: median, 5 % and 95 % of the runs"),
        (outside, WARNING, "the same, outside"),
    ):
        if chosen.any():
            part = rows[chosen]
            reach = [part["simulated_median"] - part["simulated_5"],
                     part["simulated_95"] - part["simulated_median"]]  # fmt: skip
            axis.errorbar(part["simulated_median"], positions[chosen], xerr=reach, fmt="o", ms=4,
                          lw=1.6, color=colour, label=label)  # fmt: skip
    axis.set_yticks(positions, [row_name(row) for row in rows.to_dict("records")], fontsize=8)
    axis.set(xlim=(-1, 101), ylim=(-0.7, len(rows) - 0.3), xlabel="percent")
    axis.grid(axis="x", color="#dddddd", lw=0.6)
    axis.set_axisbelow(True)
    axis.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, fontsize=8, frameon=False)
    return figure


def row_name(row: dict[str, object]) -> str:
    """Return what a margin is called in figures and tables.

    Examples
    --------
    >>> row_name({"item": "women", "group": "all"})
    'women'
    """
    return str(row["item"]) if row["group"] == "all" else f"{row['item']}, {row['group']}"
