"""The decline after 2011, and repression that only falls."""

import numpy as np
import pandas as pd

from defection.batch_runs.scores import Target
from defection.country import WEEKS_PER_YEAR
from defection.replication import drawing
from defection.replication.result import Judgement, Result, Tables
from defection.replication.runs import Runs, whole
from defection.replication.verdicts import formatted, interval, of_range
from defection.views.figures.figure import Figure as Drawing

BEFORE, AFTER = (2009, 2011), (2012, 2014)
RULE = (
    "The observed ratio of 2012-2014 to 2009-2011 is compared with that of each run that did not "
    "stop. Reproduced: it lies in the central 90 % of the best region's runs. Not reproduced: "
    "outside. Undecided: fewer than 10 runs."
)


def ratio(counts: np.ndarray, years: np.ndarray) -> np.ndarray:
    """Return successes after the turn as a multiple of those before, [runs]; nan where none."""
    before, after = (
        counts[:, (years >= first) & (years <= last)].sum(axis=1).astype(float)
        for first, last in (BEFORE, AFTER)
    )
    return np.divide(after, before, out=np.full(len(counts), np.nan), where=before > 0)


def compute(runs: Runs) -> Tables:
    """Return the ratios of every point's runs, with repression, beside what was observed."""
    target = Target.from_country()
    observed = ratio(np.array([target.counts]), np.array(target.years))[0]
    rows, ratios = [{"point": "observed", "ratio, median": observed}], {}
    for point in runs.points:
        data = whole(runs.yearly(point))
        found = ratio(data["yearly_successes"].to_numpy(), data["year"].to_numpy())
        states = whole(runs.weekly(point))["weekly_repression_by_province"]
        row = {"point": point.name, "runs": data.sizes["run"]}
        if np.isfinite(found).any():
            quantiles = np.nanquantile(found, [0.5, 0.05, 0.95])
            row |= dict(zip(("ratio, median", "5 %", "95 %"), quantiles, strict=True))
        for year in (2009, 2012, 2014):
            week = (year - runs.country.years[0]) * WEEKS_PER_YEAR
            here = states.sel(week=slice(week, week + WEEKS_PER_YEAR - 1))
            row[f"repression {year}"] = here.mean().item()
        rows.append(row)
        ratios[point.name] = found
    best = pd.DataFrame({"ratio": ratios[runs.best.name]})
    return {"decline": pd.DataFrame(rows), "decline_runs": best}


def _judge(tables: Tables) -> Judgement:
    table, best = tables["decline"], tables["decline_runs"]["ratio"].to_numpy()
    observed, region = table["ratio, median"].iloc[0], table.iloc[1]
    change = region["repression 2012"] - region["repression 2009"]
    return Judgement(
        of_range(observed, best),
        f"Observed in 2012-2014 are {formatted(observed)} times as many as in 2009-2011; in the "
        f"best region {interval(best)}. Repression there changes by {change:+.3f} from 2009 to "
        "2012, the years in which the border was in fact tightened: nothing in the model can raise "
        "it while the week's attempts stay below the tolerated number.",
        f"observed {formatted(observed)}, best region {interval(best)}",
    )


def _draw(tables: Tables) -> Drawing:
    figure, axis = drawing.one_axis(8, 3.2)
    table = tables["decline"]
    runs = table.iloc[1:]
    place, middle = drawing.rows(axis, runs["point"]), runs["ratio, median"]
    axis.errorbar(middle, place, xerr=[middle - runs["5 %"], runs["95 %"] - middle], **drawing.BARS)
    axis.axvline(table["ratio, median"].iloc[0], color=drawing.OBSERVED, label="observed")
    axis.axvline(1, color=drawing.GREY, linestyle=":")
    axis.set_xscale("log")
    axis.set_xticks([0.1, 0.25, 0.5, 1, 2, 4], ["0.1", "0.25", "0.5", "1", "2", "4"], minor=False)
    axis.minorticks_off()
    axis.set_xlabel("2012-2014 as a multiple of 2009-2011 (log scale)")
    axis.legend(**drawing.LEGEND)
    return figure


RESULT = Result(
    name="decline", title="The decline after 2011", compute=compute, judge=_judge,
    needs=("points",), rule=RULE,
    paper="'After 2011 the trend clearly reverses'; the model is said to follow 'not only the "
    "start, but also the decline of a cascade'.",
    figures=drawing.figures(("decline", "The decline after 2011",
     "Successes of 2012-2014 as a multiple of those of 2009-2011: median and 90 % of each point's "
     "runs that did not stop; line: observed.", _draw)),
)  # fmt: skip
