"""Figure 2 redrawn: the assumed impacts on ability and on motivation."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from defection.replication import Finding
from defection.replication.drawn.drawn import Drawn


def figures(finding: Finding) -> list[Drawn]:
    """Return the figure of the impacts."""
    caption = "Bars to the right raise, to the left lower; units of impact, which s multiplies. The famine has its own coefficient, δ."
    return [
        Drawn(
            "figure_2",
            "Figure 2: assumed impacts on ability and motivation",
            caption,
            lambda: draw(finding.tables["figure_2"]),
        )
    ]


def draw(table: pd.DataFrame) -> Figure:
    """Draw the impacts as bars."""
    figure = Figure(figsize=(8, 3.6), layout="constrained")
    axis = figure.subplots()
    place = np.arange(len(table))
    axis.barh(place - 0.2, table["ability"], 0.38, color="#3f90da", label="ability")
    axis.barh(place + 0.2, table["motivation"], 0.38, color="#ffa90e", label="motivation")
    axis.set_yticks(place, table["trait"].tolist())
    axis.invert_yaxis()
    axis.axvline(0, color="#222222", linewidth=0.8)
    axis.set_xlabel("units of impact")
    axis.legend(fontsize=8, frameon=False)
    return figure
