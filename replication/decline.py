"""The fall after 2011, and repression that only falls."""

from __future__ import annotations

import numpy as np
import pandas as pd

from defection.batch_runs.scores import Target
from defection.replication.finding import Finding, of_range, spread, told
from defection.replication.runs import Evidence, whole

BEFORE, AFTER = (2009, 2011), (2012, 2014)
RULE = (
    "The record's ratio of 2012-2014 to 2009-2011 is compared with that of each run that did not stop. Reproduced: it lies in the central "
    "90 % of the best region's runs. Not reproduced: outside. Undecided: fewer than 10 runs."
)


def ratio(counts: np.ndarray, years: np.ndarray) -> np.ndarray:
    """Return successes after the turn as a share of those before, [runs]; not a number where nobody left before."""
    sums = [
        counts[:, (years >= first) & (years <= last)].sum(axis=1).astype(float)
        for first, last in (AFTER, BEFORE)
    ]
    return np.divide(sums[0], sums[1], out=np.full(len(counts), np.nan), where=sums[1] > 0)


def finding(evidence: Evidence) -> Finding:
    """Compare the fall with runs of every place."""
    target = Target.from_country()
    years = np.array(target.years)
    known = float(ratio(np.array([target.counts]), years)[0])
    rows, ratios = [], {}
    for place in evidence.points:
        data = whole(evidence.yearly(place))
        ratios[place.name] = ratio(data["yearly_successes"].to_numpy(), data["year"].to_numpy())
        states = whole(evidence.weekly(place))["weekly_repression_by_province"]
        ends = [
            states.sel(week=slice((year - years[0]) * 52, (year - years[0]) * 52 + 51))
            .mean()
            .item()
            for year in (2009, 2012, 2014)
        ]
        low, middle, high = (
            np.nanquantile(ratios[place.name], [0.05, 0.5, 0.95])
            if np.isfinite(ratios[place.name]).any()
            else [np.nan] * 3
        )
        rows.append({"place": place.name, "runs": data.sizes["run"], "ratio, median": middle, "5 %": low, "95 %": high,
                     **{f"repression {year}": end for year, end in zip((2009, 2012, 2014), ends, strict=True)}})  # fmt: skip
    best = ratios[evidence.best.name]
    table = pd.DataFrame([{"place": "the record", "ratio, median": known}, *rows])
    tightening = rows[0]["repression 2012"] - rows[0]["repression 2009"]
    return Finding(
        "fall",
        "The fall after 2011",
        "'After 2011 the trend clearly reverses'; the model is said to follow 'not only the start, but also the decline of a cascade'.",
        f"On record the years 2012-2014 have {told(known)} times as many as 2009-2011; in the best region {spread(best)}. Repression "
        f"there changes by {tightening:+.3f} from 2009 to 2012, the years in which the border was in fact tightened: nothing in the model "
        f"can raise it while the week's attempts stay below the tolerated number.",
        of_range(known, best),
        RULE,
        {"fall": table},
        evidence.behind(*evidence.points),
        figure=f"record {told(known)}, best region {spread(best)}",
    )
