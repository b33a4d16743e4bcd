"""Figure 5: the best runs, week by week."""

import functools
from typing import Any

import numpy as np
import pandas as pd

from defection.batch_runs.scores import Objective, Target
from defection.country import WEEKS_PER_YEAR, load
from defection.replication import drawing
from defection.replication.result import Figure, Judgement, Result, Tables
from defection.replication.runs import Runs
from defection.replication.verdicts import NOTHING, SHOWN, formatted
from defection.views.figures.figure import Figure as Drawing
from defection.views.figures.figure import drawn


def compute(runs: Runs) -> Tables:
    """Return the best run of the two best regions, of the baseline and of the paper's values."""
    rows, series, objective = [], [], Objective(Target.from_country())
    sides = ("attempts", "repression", "belief_alpha", "belief_beta")
    for point in (*runs.good[:2], *runs.points[-2:]):
        scores = objective.score_runs(runs.table(point))["score"].to_numpy()
        replicate = int(scores.argmin())
        data = runs.one(point, replicate)
        weeks, tolerated = int(data["weeks_run"][0]), point.parameters.tolerated_attempts
        names = {f"weekly_{side}_by_province": side for side in sides}
        data = data[list(names)].isel(run=0, drop=True).rename(names)
        repression = data["repression"].isel(week=slice(0, weeks)).mean("province")
        row: dict[str, Any] = {"point": point.name, "run": f"{point.number}-{replicate}"}
        row |= {"seed": str(runs.seeds(point)[replicate]), "score": scores[replicate]}
        row |= {"mean of all runs": scores.mean(), "repression first": repression[0].item()}
        row |= {"repression last": repression[-1].item()}
        row["most attempts (province, week)"] = int(data["attempts"].max())
        above = (data["attempts"] > tolerated).any("province").sum()
        row |= {"weeks above tolerated": int(above), "tolerated": tolerated, "weeks run": weeks}
        rows.append(row)
        table = data.to_dataframe().reset_index()[["province", "week", *sides]]
        series.append(table.assign(point=point.name))
    weekly = pd.concat(series, ignore_index=True)
    return {"figure_5": pd.DataFrame(rows), "figure_5_weekly": weekly}


def _judge(tables: Tables) -> Judgement:
    first = tables["figure_5"].iloc[0]
    return Judgement(
        SHOWN,
        f"The best run of the best region scores {formatted(first['score'])} (mean of all runs: "
        f"{formatted(first['mean of all runs'])}: the lowest of many scores is low by chance). "
        f"Repression falls from {first['repression first']:.2f} to {first['repression last']:.2f}; "
        f"the tolerated number ({first['tolerated']}) is passed in "
        f"{first['weeks above tolerated']} of {first['weeks run']:,} weeks, with "
        f"{first['most attempts (province, week)']:,} attempts in a province at most.",
    )


@drawn
def _draw_run(weekly: pd.DataFrame, about: dict[str, Any]) -> Drawing:
    figure = Drawing(figsize=(10, 3.4), layout="constrained")
    attempts, repression, belief = axes = figure.subplots(1, 3)
    first = load("north_korea").years[0]
    for p, (name, part) in enumerate(weekly.groupby("province", sort=False)):
        here = part.iloc[: about["weeks run"]]
        week = first + here["week"] / WEEKS_PER_YEAR
        mean = here["belief_alpha"] / (here["belief_alpha"] + here["belief_beta"])
        look = {"color": drawing.COLOURS[p % len(drawing.COLOURS)], "lw": 0.9, "label": name}
        attempts.plot(week, here["attempts"].rolling(8, min_periods=1).mean(), **look)
        repression.plot(week, here["repression"], **look)
        belief.plot(week, mean, **look)
    attempts.axhline(about["tolerated"], color=drawing.OBSERVED, linestyle="--", linewidth=0.9)
    attempts.set_yscale("symlog", linthresh=1)
    attempts.set_ylim(0, 1.5 * max(about["tolerated"], attempts.get_ylim()[1]))
    titles = ("attempts a week (linear to 1, then log)", "repression", "mean of the belief")
    for axis, title in zip(axes, titles, strict=True):
        axis.set_title(title, loc="left", fontsize=9)
        axis.set(xlim=(first, first + 23), xticks=np.arange(first + 3, first + 24, 5))
        axis.tick_params(labelsize=8)
    for axis in axes[1:]:
        axis.set_ylim(0, 1)
    repression.legend(fontsize=6, ncols=2, frameon=False, loc="lower left")
    return figure


def figures_of(tables: Tables) -> list[Figure]:
    """Return a figure for each point whose weekly series are there."""
    figures, weekly = [], tables.get("figure_5_weekly", pd.DataFrame())
    for number, row in enumerate(tables["figure_5"].to_dict("records") if len(weekly) else ()):
        part = weekly[weekly["point"] == row["point"]]
        title = f"Figure 5: {row['point']}, run {row['run']}, score {row['score']:.1f}"
        caption = (
            "Left: attempts a week in each province (moving mean over 8 weeks) beside the "
            f"tolerated number {row['tolerated']} (dashed). Middle: repression. Right: mean of the "
            f"belief. A line per province; the run has {row['weeks run']:,} weeks."
        )
        draw = functools.partial(_draw_run, part, row)
        figures.append(Figure(f"figure_5_{number}", title, caption, draw))
    return figures


RESULT = Result(
    name="figure_5", title="Figure 5: the best runs", compute=compute, needs=("points",),
    rule=NOTHING + " The statements of note 8 are judged below.", judge=_judge, figures=figures_of,
    paper="Two of the best runs; defection levels never reach the tolerated level, repression "
    "falls from about 85 % to about 44 %, and the belief ends tight around it (note 8).",
)  # fmt: skip
