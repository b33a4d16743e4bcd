"""Figure 4 redrawn: the belief about repression, and the priors of all winners beside the paper's line."""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy.stats
from matplotlib.figure import Figure

from defection.replication import Finding
from defection.replication.drawn.drawn import Drawn
from defection.replication.reported import PRIOR_LINE


def figures(finding: Finding) -> list[Drawn]:
    """Return the beliefs and the priors."""
    beliefs, priors = finding.tables["figure_4_beliefs"], finding.tables["figure_4"]
    return [
        Drawn("figure_4", "Figure 4: the belief in the first and in the last week",
              "Density of the believed repression (mean of the provinces' parameters, first run of each place that did not stop); "
              "dotted: actual "
              "repression; grey: at most one half, "
              "where the cut-off of every citizen lies.", lambda: draw(beliefs)),
        Drawn("figure_4_prior", "The prior's two parameters beside the paper's line",
              "Every winner of the searches (darker: better score) in the plane of β₀ and α₀; line: α₀ = 26 + 0.66 β₀, band: two residual "
              "standard errors; dotted and dashed: prior "
              "means 0.47 and 0.65.", lambda: draw_prior(priors)),
    ]  # fmt: skip


def draw(table: pd.DataFrame) -> Figure:
    """Draw a density for each place at both ends."""
    names = list(dict.fromkeys(table["place"]))
    names = [
        *names[:2],
        *[name for name in names[2:] if name in ("the defaults", "the paper's values")],
    ]
    figure = Figure(figsize=(9, 5), layout="constrained")
    x = np.linspace(0, 1, 1001)
    for axis, name in zip(figure.subplots(2, 2, sharex=True).ravel(), names, strict=False):
        axis.axvspan(0, 0.5, color="#94a4a2", alpha=0.2, linewidth=0)
        for (_, row), colour in zip(
            table[table["place"] == name].iterrows(), ("#ffa90e", "#3f90da"), strict=False
        ):
            if np.isfinite(row["alpha"]):
                axis.plot(
                    x,
                    scipy.stats.beta.pdf(x, row["alpha"], row["beta"]),
                    color=colour,
                    label=f"week {row['week']}",
                )
                axis.axvline(row["repression"], color=colour, linestyle=":")
        axis.set_title(name, loc="left", fontsize=9)
        axis.set(ylim=(0, None), xlim=(0, 1))
        axis.legend(fontsize=7, frameon=False, loc="upper left")
    figure.supxlabel("repression", fontsize=9)
    figure.supylabel("density of the belief", fontsize=9)
    return figure


def draw_prior(table: pd.DataFrame) -> Figure:
    """Draw the winners and the line."""
    figure = Figure(figsize=(7, 5), layout="constrained")
    axis = figure.subplots()
    beta = np.linspace(0, 120, 121)
    line, width = PRIOR_LINE.intercept + PRIOR_LINE.slope * beta, 2 * PRIOR_LINE.residual
    axis.fill_between(beta, line - width, line + width, color="#ffa90e", alpha=0.25, linewidth=0)
    axis.plot(beta, line, color="#e76300", label="the paper: α₀ = 26 + 0.66 β₀")
    for mean, style in ((0.47, ":"), (0.65, "--")):
        axis.plot(
            beta,
            beta * mean / (1 - mean),
            color="#717581",
            linestyle=style,
            linewidth=1,
            label=f"prior mean {mean:g}",
        )
    dots = axis.scatter(
        table["prior_beta"],
        table["prior_alpha"],
        c=table["score"],
        cmap="viridis",
        vmax=25,
        s=45,
        zorder=3,
        label="winners of searches",
    )
    figure.colorbar(dots, ax=axis, label="score (25 and more alike)")
    axis.set(xlabel="β₀", ylabel="α₀", xlim=(0, 120), ylim=(0, 125))
    figure.legend(fontsize=8, frameon=False, loc="outside lower center", ncols=4)
    return figure
