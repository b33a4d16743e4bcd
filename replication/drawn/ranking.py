"""Importance beside the appendix: shares of the paper and of our forests and permutations."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from defection.batch_runs.sensitivity.table import is_dummy
from defection.replication import Finding
from defection.replication.appendix import appendix
from defection.replication.drawn.drawn import Drawn
from defection.replication.measured import measured

SHOWN = (("score", "forest"), ("good", "permutation"))


def figures(_finding: Finding) -> list[Drawn]:
    """Return three rankings side by side."""
    caption = (
        "The appendix's impurity importances as shares; ours by forest (for the score) and by permutation (for 'among the good runs'), "
        "with intervals of 90 %; grey: up to the highest interval of the dummies, columns of noise."
    )
    return [Drawn("importance", "Importance beside the appendix", caption, draw)]


def draw() -> Figure:
    """Draw the rankings in the appendix's order."""
    figure = Figure(figsize=(10, 4), layout="constrained")
    axes = figure.subplots(1, 3, sharey=True)
    paper, table = appendix(), measured("importance")
    place = np.arange(len(paper))
    axes[0].barh(place, paper["share"], color="#e76300")
    axes[0].set_title("the appendix, share", loc="left", fontsize=9)
    for axis, (outcome, method) in zip(axes[1:], SHOWN, strict=True):
        chosen = (
            (table["outcome"] == outcome)
            & (table["method"] == method)
            & (table["runs_from"] == "search")
        )
        part: pd.DataFrame = table[chosen].set_index("parameter")
        floor = part.loc[is_dummy(part.index.to_series()), "high"].max()
        ours = part.loc[paper["parameter"]]
        reach = [ours["value"] - ours["low"], ours["high"] - ours["value"]]
        axis.axvspan(
            min(0.0, float(ours["low"].min())),
            float(floor),
            color="#94a4a2",
            alpha=0.4,
            linewidth=0,
        )
        axis.errorbar(
            ours["value"], place, xerr=reach, fmt="o", markersize=4, color="#1f5f99", capsize=2
        )
        axis.set_title(f"{outcome}: {method}, runs of a search", loc="left", fontsize=9)
    axes[0].set_yticks(place, paper["parameter"].tolist(), fontsize=8)
    axes[0].invert_yaxis()
    return figure
