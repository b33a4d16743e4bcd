"""Figure 4: the belief about repression, and its prior."""

import numpy as np
import pandas as pd
import scipy.stats

from defection.replication import drawing
from defection.replication.points import winners
from defection.replication.reported import PRIOR_LINE, PRIOR_MEAN, line_text
from defection.replication.result import Judgement, Result, Tables
from defection.replication.runs import Runs
from defection.replication.verdicts import NOTHING, SHOWN
from defection.views.figures.figure import Figure as Drawing


def compute(runs: Runs) -> Tables:
    """Return the winners' priors, and the belief in the first and last week of a run of a point."""
    table = winners()[["name", "score", "prior_alpha", "prior_beta"]]
    table["prior_mean"] = table["prior_alpha"] / (table["prior_alpha"] + table["prior_beta"])
    table["line"] = PRIOR_LINE.intercept + PRIOR_LINE.slope * table["prior_beta"]
    rows = []
    for point in runs.points:
        data = runs.weekly(point)
        run = int(np.argmin(data["stopped_early"].to_numpy()))
        for week in (0, data.sizes["week"] - 1):
            one = data.isel(run=run, week=week).mean("province")
            about = {"point": point.name, "run": f"{point.number}-{run}", "week": week}
            names = ("belief_alpha", "belief_beta", "repression")
            rows.append(about | {name: one[f"weekly_{name}_by_province"].item() for name in names})
    return {"figure_4": table, "figure_4_beliefs": pd.DataFrame(rows)}


def _judge(tables: Tables) -> Judgement:
    table = tables["figure_4"]
    near = int((np.abs(table["prior_alpha"] - table["line"]) <= 2 * PRIOR_LINE.residual).sum())
    return Judgement(
        SHOWN,
        f"{near} of {len(table)} winners of all searches lie within two residual standard errors "
        "of the line.",
    )


def _draw_beliefs(tables: Tables) -> Drawing:
    table = tables["figure_4_beliefs"]
    names = list(dict.fromkeys(table["point"]))
    figure = Drawing(figsize=(9, 5), layout="constrained")
    x = np.linspace(0, 1, 1001)
    axes = figure.subplots(2, 2, sharex=True).ravel()
    for axis, name in zip(axes, [*names[:2], *names[-2:]], strict=False):
        axis.axvspan(0, 0.5, color=drawing.GREY, alpha=0.2, linewidth=0)
        rows = table[table["point"] == name].to_dict("records")
        for row, colour in zip(rows, (drawing.YELLOW, drawing.BAND), strict=True):
            if np.isfinite(row["belief_alpha"]):
                density = scipy.stats.beta.pdf(x, row["belief_alpha"], row["belief_beta"])
                axis.plot(x, density, color=colour, label=f"week {row['week']}")
                axis.axvline(row["repression"], color=colour, linestyle=":")
        axis.set_title(name, loc="left", fontsize=9)
        axis.set(ylim=(0, None), xlim=(0, 1))
        axis.legend(fontsize=7, frameon=False, loc="upper left")
    figure.supxlabel("repression", fontsize=9)
    figure.supylabel("density of the belief", fontsize=9)
    return figure


def _draw_priors(tables: Tables) -> Drawing:
    figure, axis = drawing.one_axis(7, 5)
    table = tables["figure_4"]
    beta = np.linspace(0, 120, 121)
    line, width = PRIOR_LINE.intercept + PRIOR_LINE.slope * beta, 2 * PRIOR_LINE.residual
    axis.fill_between(beta, line - width, line + width, color=drawing.YELLOW, alpha=0.25, lw=0)
    axis.plot(beta, line, color=drawing.ORANGE, label=f"the paper: {line_text(PRIOR_LINE)}")
    for mean, style in zip(PRIOR_MEAN, (":", "--"), strict=True):
        odds, label = mean / (1 - mean), f"prior mean {mean:g}"
        axis.plot(beta, beta * odds, color=drawing.COLOURS[8], ls=style, lw=1, label=label)
    dots = axis.scatter(
        table["prior_beta"], table["prior_alpha"], s=45, c=table["score"], cmap="viridis", vmax=25,
        zorder=3, label="winners of searches",
    )  # fmt: skip
    figure.colorbar(dots, ax=axis, label="score (25 and more alike)")
    axis.set(xlabel="β₀", ylabel="α₀", xlim=(0, 120), ylim=(0, 125))
    figure.legend(**drawing.LEGEND, loc="outside lower center", ncols=4)
    return figure


RESULT = Result(
    name="figure_4", title="Figure 4: the belief, and its prior", compute=compute,
    needs=("points",), rule=NOTHING, judge=_judge,
    paper="The figure shows a beta distribution of the expected repression and the area up to the "
    "benefit, which is the probability of leaving. The text adds: good scores where "
    f"{line_text(PRIOR_LINE)}.",
    figures=drawing.figures(("figure_4", "Figure 4: the belief in the first and in the last week",
     "Density of the believed repression (mean of the provinces' parameters, first run of each "
     "point that did not stop); dotted: actual repression; grey: at most one half, where the "
     "cut-off of every citizen lies.", _draw_beliefs),
    ("figure_4_prior", "The prior's two parameters beside the paper's line",
     "Every winner of the searches (darker: better score) in the plane of β₀ and α₀; line and "
     "band: the paper's line and two residual standard errors; dotted and dashed: prior means 0.47 "
     "and 0.65.", _draw_priors)),
)  # fmt: skip
