"""How well the record is followed: the distance from it, year by year, beside the noise floor."""

from __future__ import annotations

import numpy as np
import pandas as pd

from defection.batch_runs.inference.predictive import band_coverage, bands
from defection.batch_runs.scores import Objective, Target
from defection.batch_runs.searches import SearchError, noise_floor
from defection.replication.finding import NOT, REPRODUCED, UNDECIDED, Finding, told
from defection.replication.runs import Evidence, table_of, whole

RULE = (
    "Score: root mean square over the years of √run − √record, averaged over runs with fresh seeds. Noise floor: the same for records "
    "that the best region made itself. Reproduced: the mean score lies within two standard deviations of the floor. Not reproduced: above "
    "that, and the record lies outside the central 90 % of runs in more than a tenth of the years. Undecided else."
)


def scores(evidence: Evidence) -> pd.DataFrame:
    """Return a row per place: mean score, spread, standard error, share of runs that stopped early."""
    objective = Objective(Target.from_country())
    rows = []
    for place in evidence.points:
        one = objective.score_points(table_of(evidence.yearly(place))).iloc[0]
        rows.append(
            {
                "place": place.name,
                **{
                    name: float(one[name])
                    for name in ("score", "spread", "standard_error", "stopped")
                },
            }
        )
    return pd.DataFrame(rows)


def years(evidence: Evidence) -> pd.DataFrame:
    """Return a row per year of the best region: record, median and bands of runs, root-scale RMS, share of the squared error."""
    target = Target.from_country()
    data = whole(evidence.yearly(evidence.best))
    counts = data["yearly_successes"].sel(year=list(target.years)).to_numpy().astype(float)
    table = bands(counts, target.years, np.array(target.counts))
    squares = ((np.sqrt(counts) - np.sqrt(target.counts)) ** 2).mean(axis=0)
    return table.assign(rms=np.sqrt(squares), share_of_squared_error=squares / squares.sum())


def verdict(score: float, floor: float, floor_spread: float, covered: float) -> str:
    """Return the verdict by ``RULE``; ``covered`` is the share of years with the record inside the 90 % band."""
    if score <= floor + 2 * floor_spread:
        return REPRODUCED
    return NOT if covered < 0.9 else UNDECIDED


def finding(evidence: Evidence) -> Finding:
    """Measure how well the best region follows the record."""
    by_place, by_year = scores(evidence), years(evidence)
    best = by_place.iloc[0]
    covered = band_coverage(by_year)[0.9]
    objective = Objective(Target.from_country())
    try:
        floor = noise_floor(table_of(evidence.yearly(evidence.best)), objective)
        level, width = float(floor["floor"]), float(floor["spread"])
    except SearchError:
        level = width = float("nan")
    worst = by_year.nlargest(3, "share_of_squared_error")
    said = ", ".join(f"{row.year} ({row.share_of_squared_error:.0%})" for row in worst.itertuples())
    others = ", ".join(
        f"{row.place} {told(row.score)} ± {told(row.spread)}"
        for row in by_place.iloc[1:].itertuples()
    )
    return Finding(
        "follows",
        "How well the record is followed",
        "Two of the best results show 'similar trends and levels to the empirical data' (Figure 5).",
        f"The best region scores {told(best['score'])} ± {told(best['spread'])} (mean and standard deviation over {evidence.runs:,} "
        f"runs); its noise floor is {told(level)} ± {told(width)}. The record lies inside the central 90 % of its runs in {covered:.0%} "
        f"of the years; most of the squared error comes from {said}. Elsewhere: {others}.",
        verdict(float(best["score"]), level, width, covered) if np.isfinite(level) else UNDECIDED,
        RULE,
        {"follows_scores": by_place, "follows_years": by_year},
        evidence.behind(*evidence.points),
        figure=f"score {told(best['score'])}, noise floor {told(level)} ± {told(width)}",
    )
