"""Figure 2: the assumed impacts."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure as Drawing

from defection.replication import drawing
from defection.replication.result import NOTHING, SHOWN, Figure, Judgement, Result, Tables
from defection.replication.runs import Runs


def impacts(runs: Runs) -> Tables:
    """Return the assumed impacts."""
    rows = [
        {"trait": f"{dimension}: {value}", "ability": ability, "motivation": motivation}
        for (dimension, value), (ability, motivation) in runs.country.impacts.items()
    ]
    return {"figure_2": pd.DataFrame(rows)}


def draw_impacts(table: pd.DataFrame) -> Drawing:
    """Draw the impacts as bars."""
    figure, axis = drawing.one_axis(8, 3.6)
    place = np.arange(len(table))
    for shift, name, colour in (
        (-0.2, "ability", drawing.BAND),
        (0.2, "motivation", drawing.YELLOW),
    ):
        axis.barh(place + shift, table[name], 0.38, color=colour, label=name)
    axis.set_yticks(place, table["trait"].tolist())
    axis.invert_yaxis()
    axis.axvline(0, color=drawing.OBSERVED, linewidth=0.8)
    axis.set_xlabel("units of impact")
    axis.legend(**drawing.LEGEND)
    return figure


RESULT = Result(
    name="figure_2",
    title="Figure 2: assumed impacts",
    compute=impacts,
    reads=("model/data/north_korea/impacts.csv",),
    paper="'Assumed impacts of variables on motivation and ability to defect', 'inserted by "
    "assumption'.",
    rule=NOTHING,
    judge=lambda tables: Judgement(
        SHOWN,
        f"{len(tables['figure_2'])} impacts, as printed in the equations; the famine's is the "
        "parameter δ.",
    ),
    figures=lambda tables: [
        Figure(
            "figure_2",
            "Figure 2: assumed impacts on ability and motivation",
            "Bars to the right raise, to the left lower; units of impact, which s multiplies. "
            "The famine has its own coefficient, δ.",
            lambda: draw_impacts(tables["figure_2"]),
        )
    ],
)
