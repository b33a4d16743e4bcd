"""Whether citizens learn what repression is, or repression falls to what they believe."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from defection.country import WEEKS_PER_YEAR
from defection.replication.finding import FEWEST, NOT, REPRODUCED, UNDECIDED, Finding, spread, told
from defection.replication.points import Place
from defection.replication.runs import MOST_WEEKLY, Evidence, whole

LEARN_RULE = (
    "The gap between repression and the mean of the belief closes because either moves; of each run of the best region, the part of "
    "the way that the "
    "belief goes (mean over provinces, first to last week). Reproduced: at least half in 95 % of runs. Not reproduced: less than half "
    "in 95 % of runs. "
    "Undecided: neither, or fewer than 10 runs."
)
FALL_RULE = "Reproduced: repression is lower in the last week than in the first at every region that fits nearly as well. Not reproduced: at none."


def way(belief: np.ndarray, repression: np.ndarray) -> np.ndarray:
    """Return which part of the closing of the gap is the belief's doing, from first and last values, each [runs, 2]; limited to 0..1."""
    sign = np.sign(repression[:, 0] - belief[:, 0])
    up, down = sign * (belief[:, 1] - belief[:, 0]), sign * (repression[:, 0] - repression[:, 1])
    up, down = np.maximum(up, 0.0), np.maximum(down, 0.0)
    return np.divide(up, up + down, out=np.full(len(up), np.nan), where=up + down > 0)


def of_ways(parts: np.ndarray) -> str:
    """Return the verdict on learning from the belief's part of the way, a number per run."""
    known = parts[np.isfinite(parts)]
    if known.size < FEWEST:
        return UNDECIDED
    return (
        REPRODUCED
        if np.mean(known >= 0.5) >= 0.95
        else NOT
        if np.mean(known < 0.5) >= 0.95
        else UNDECIDED
    )


def courses(data: xr.Dataset) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean of the belief and repression, means over provinces, [runs, weeks], of runs that did not stop."""
    finished = whole(data)
    alpha, beta = (finished[f"weekly_belief_{side}_by_province"] for side in ("alpha", "beta"))
    return (alpha / (alpha + beta)).mean("province").to_numpy(), finished[
        "weekly_repression_by_province"
    ].mean("province").to_numpy()


def _yearly(place: Place, belief: np.ndarray, repression: np.ndarray, first: int) -> pd.DataFrame:
    weeks = np.arange(0, belief.shape[1], WEEKS_PER_YEAR)
    middle = {
        "belief": np.median(belief, axis=0)[weeks],
        "repression": np.median(repression, axis=0)[weeks],
    }
    return pd.DataFrame({"place": place.name, "year": first + weeks // WEEKS_PER_YEAR, **middle})


def finding(evidence: Evidence) -> Finding:
    """Ask who moves, the belief or repression."""
    rows, tables, parts, falls = [], [], {}, []
    for place in evidence.points:
        belief, repression = courses(evidence.weekly(place))
        if not len(belief):
            continue
        parts[place.name] = way(belief[:, [0, -1]], repression[:, [0, -1]])
        falls += [bool((repression[:, -1] < repression[:, 0]).all())] if place.good else []
        both = {"belief": belief, "repression": repression}
        medians = {
            f"{name} {end}": float(np.median(of[:, week]))
            for name, of in both.items()
            for end, week in (("first", 0), ("last", -1))
        }
        part = float(np.nanmedian(parts[place.name]))
        rows.append(
            {
                "place": place.name,
                "runs": len(belief),
                **medians,
                "belief's part of the way, median": part,
            }
        )
        tables.append(_yearly(place, belief, repression, evidence.country.years[0]))
    table = pd.DataFrame(rows)
    best, mine = table.iloc[0], parts[evidence.best.name]
    learn, fall = of_ways(mine), REPRODUCED if all(falls) else UNDECIDED if any(falls) else NOT
    runs = min(evidence.runs, MOST_WEEKLY)
    return Finding(
        "learning",
        "Citizens who learn, and repression that falls",
        "North Koreans were 'relatively optimistic' and 'have updated their expectations to more accurately reflect the actual levels "
        "of repression'; the regime "
        "'has been reducing its repression levels over time'.",
        f"In the best region the mean of the belief goes from {told(best['belief first'])} to {told(best['belief last'])} and "
        f"repression from "
        f"{told(best['repression first'])} to {told(best['repression last'])}: of the way on which they meet, the belief goes "
        f"{spread(mine)}. Where that "
        "part is small, citizens do not learn; repression falls to what they always believed.",
        learn if learn == fall else UNDECIDED,
        f"Learning: {LEARN_RULE} Falling: {FALL_RULE}",
        {"learning": table, "learning_years": pd.concat(tables, ignore_index=True)},
        tuple(
            f"runs {p.number}-0 to {p.number}-{runs - 1} of root {evidence.root} ({p.name})"
            for p in evidence.points
        ),
        (
            ("citizens learn", learn, f"the belief's part of the way: {spread(mine)}"),
            (
                "repression falls",
                fall,
                f"best region {told(best['repression first'])} to {told(best['repression last'])}",
            ),
        ),
    )
