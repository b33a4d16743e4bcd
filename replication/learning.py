"""Whether citizens learn what repression is, or repression falls to what they believe."""

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from defection.country import WEEKS_PER_YEAR
from defection.replication import drawing
from defection.replication.result import Judgement, Result, Tables
from defection.replication.runs import Runs, whole
from defection.replication.verdicts import formatted, interval, of_all, of_runs, together
from defection.views.figures.figure import Figure as Drawing

RULE = (
    "Learning: the gap between repression and the mean of the belief closes because either moves; "
    "of each run of the best region, the part of the way that the belief goes (mean over "
    "provinces, first to last week). Reproduced: at least half in 95 % of runs. Not reproduced: "
    "less than half in 95 % of runs. Undecided: neither, or fewer than 10 runs. Falling: "
    "reproduced if repression is lower in the last week than in the first at every region that "
    "fits nearly as well; not reproduced if at none."
)


def belief_part(belief: np.ndarray, repression: np.ndarray) -> np.ndarray:
    """Return which part of the closing of the gap is the belief's doing, in 0..1.

    ``belief`` and ``repression`` hold first and last values, each [runs, 2].
    """
    sign = np.sign(repression[:, 0] - belief[:, 0])
    up = np.maximum(sign * (belief[:, 1] - belief[:, 0]), 0.0)
    down = np.maximum(sign * (repression[:, 0] - repression[:, 1]), 0.0)
    return np.divide(up, up + down, out=np.full(len(up), np.nan), where=up + down > 0)


def of_parts(parts: np.ndarray) -> str:
    """Return the verdict on learning from the belief's part of the way, a number per run."""
    return of_runs(parts[np.isfinite(parts)] >= 0.5)


def courses(data: xr.Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Return belief (mean) and repression, means over provinces, [runs, weeks], of whole runs."""
    finished = whole(data)
    alpha, beta = (finished[f"weekly_belief_{side}_by_province"] for side in ("alpha", "beta"))
    means = (alpha / (alpha + beta), finished["weekly_repression_by_province"])
    belief, repression = (one.mean("province").to_numpy() for one in means)
    return belief, repression


def compute(runs: Runs) -> Tables:
    """Return first and last values of every run, and the median course of every point."""
    ends, yearly = [], []
    for point in runs.points:
        belief, repression = courses(runs.weekly(point))
        if not len(belief):
            continue
        both = {"belief": belief, "repression": repression}
        columns: dict[str, Any] = {"point": point.name, "good": point.good}
        for name, values in both.items():
            columns |= {f"{name} first": values[:, 0], f"{name} last": values[:, -1]}
        columns["belief's part"] = belief_part(belief[:, [0, -1]], repression[:, [0, -1]])
        ends.append(pd.DataFrame(columns))
        weeks = np.arange(0, belief.shape[1], WEEKS_PER_YEAR)
        medians = {name: np.median(values, axis=0)[weeks] for name, values in both.items()}
        year = runs.country.years[0] + weeks // WEEKS_PER_YEAR
        yearly.append(pd.DataFrame({"point": point.name, "year": year, **medians}))
    table = pd.concat(ends, ignore_index=True)
    numbers = table.columns[2:]
    medians = table.groupby("point", sort=False)[list(numbers)].median()
    medians.insert(0, "runs", table.groupby("point").size())
    return {
        "learning": medians.reset_index(),
        "learning_runs": table,
        "learning_years": pd.concat(yearly, ignore_index=True),
    }


def _judge(tables: Tables) -> Judgement:
    best, runs = tables["learning"].iloc[0], tables["learning_runs"]
    good = runs[runs["good"]]
    lower = (good["repression last"] < good["repression first"]).groupby(good["point"]).all()
    part = good.loc[good["point"] == best["point"], "belief's part"].to_numpy()
    learn, decline = of_parts(part), of_all(lower.tolist())
    ends = {
        name: f"{formatted(best[f'{name} first'])} to {formatted(best[f'{name} last'])}"
        for name in ("belief", "repression")
    }
    return Judgement(
        together([learn, decline]),
        f"In the best region the mean of the belief goes from {ends['belief']} and repression from "
        f"{ends['repression']}: of the way on which they meet, the belief goes {interval(part)}. "
        "Where that part is small, citizens do not learn; repression falls to what they always "
        "believed.",
        parts=(
            ("citizens learn", learn, f"the belief's part of the way: {interval(part)}"),
            ("repression falls", decline, f"best region {ends['repression']}"),
        ),
    )


def _draw(tables: Tables) -> Drawing:
    figure, axis = drawing.one_axis(8.5, 4)
    table = tables["learning_years"]
    for number, (name, part) in enumerate(table.groupby("point", sort=False)):
        colour = drawing.COLOURS[number % len(drawing.COLOURS)]
        axis.plot(part["year"], part["repression"], color=colour, label=str(name))
        axis.plot(part["year"], part["belief"], color=colour, linestyle="--")
    axis.set(ylim=(0, 1), ylabel="probability of being stopped", xlabel="year")
    axis.set_xticks(np.arange(table["year"].min() + 3, table["year"].max() + 1, 5))
    axis.legend(fontsize=7, frameon=False, loc="lower left", ncols=2)
    return figure


RESULT = Result(
    name="learning", title="Citizens who learn, and repression that falls", compute=compute,
    judge=_judge, needs=("points",), rule=RULE,
    paper="North Koreans were 'relatively optimistic' and 'have updated their expectations to more "
    "accurately reflect the actual levels of repression'; the regime 'has been reducing its "
    "repression levels over time'.",
    figures=drawing.figures(("learning", "The belief and repression over time",
     "Medians over runs that did not stop, means over provinces, at the start of each year: "
     "repression (solid) and the mean of the belief (dashed); a colour per point.", _draw)),
)  # fmt: skip
