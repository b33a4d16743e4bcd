"""How near the model comes: the scores, the way to the defaults, and the best region year by year."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from defection.batch_runs.scores import DISTANCES, Objective, Target
from defection.batch_runs.searches import noise_floor
from defection.replication.best_regions import readings
from search_page.common import BASELINE, table


def scores(default: pd.DataFrame, reported: pd.DataFrame) -> str:
    """Return how the defaults and the paper's reported values score by every distance and target."""
    record = Target.from_country()
    targets = {
        "Table 1, corrected": record, "Table 1, as printed": Target.from_country(printed=True), "smoothed over 3 years": record.smoothed(3),
        "smoothed over 5 years": record.smoothed(5), "1999-2014 only": record.part(1999, 2014), "1992-2011 only": record.part(1992, 2011),
    }  # fmt: skip
    rows: list[list[object]] = []
    for name, target in targets.items():
        found = [Objective(target).score_points(runs).iloc[0] for runs in (default, reported)]
        rows.append(
            ["root_scale", name, *(f"{one['score']:.2f} ± {one['spread']:.2f}" for one in found)]
        )
    for name in DISTANCES:
        if name != "root_scale":
            found = [
                Objective(record, name).score_points(runs).iloc[0] for runs in (default, reported)
            ]
            rows.append(
                [
                    name,
                    "Table 1, corrected",
                    *(f"{one['score']:.2f} ± {one['spread']:.2f}" for one in found),
                ]
            )
    floor = noise_floor(default, Objective(record))
    rows.append(
        [
            "root_scale",
            "own runs (noise floor)",
            f"{floor['floor']:.2f} ± {floor['spread']:.2f}",
            "",
        ]
    )
    rows.append(
        [
            "",
            "share of runs that stop early",
            *(f"{runs['stopped_early'].mean():.3f}" for runs in (default, reported)),
        ]
    )
    return table(rows, ["distance", "target", "the defaults", "the paper's reported values"])


def by_year(best: pd.DataFrame, data: xr.Dataset) -> str:
    """Return record and runs year by year."""
    record = Target.from_country()
    whole = best[~best["stopped_early"]]
    rows: list[list[object]] = []
    counts = whole[[f"successes_{year}" for year in record.years]].to_numpy(float)
    squares = ((np.sqrt(counts) - np.sqrt(record.counts)) ** 2).mean(axis=0)
    attempts = whole[[f"attempts_{year}" for year in record.years]].to_numpy(float)
    repression = (
        data["weekly_repression_by_province"]
        .mean(["run", "province"])
        .to_numpy()
        .reshape(-1, 52)
        .mean(axis=1)
    )
    for i, (year, people) in enumerate(zip(record.years, record.counts, strict=True)):
        low, middle, high = np.quantile(counts[:, i], [0.05, 0.5, 0.95])
        share = 100 * squares[i] / squares.sum()
        rows.append(
            [
                year,
                *(f"{x:,.0f}" for x in (people, middle, low, high, np.median(attempts[:, i]))),
                f"{repression[i]:.2f}",
                f"{share:.0f} %",
            ]
        )
    return table(
        rows,
        [
            "year",
            "record",
            "successes, median",
            "5 %",
            "95 %",
            "attempts, median",
            "repression",
            "share of the squared error",
        ],
    )


def from_nothing() -> str:
    """Return how the defaults were found."""
    about = readings()[BASELINE]
    rows: list[list[object]] = []
    for one in about["searches"]:
        reached = [f"{one['best_of_stage'][stage]:.1f}" for stage in ("screen", "rough")]
        rows.append(
            [
                one["root"],
                f"{one['runs']:,}",
                *reached,
                f"{one['best']['score']:.2f} ± {one['best']['spread']:.2f}",
            ]
        )
    best, kept = about["best"], about["rounded_scores"]
    text = table(
        rows,
        [
            "root",
            "runs",
            "best single run of the screen",
            "of the rough stage",
            "best candidate, 200 fresh seeds",
        ],
    )
    return (
        f"{text}\n\nThe best of all candidates scores {best['score']:.2f} ± {best['spread']:.2f} on {best['replicates']} more seeds. Rounded to "
        f"{about['digits']} significant digits, which are the defaults, it scores {kept['score']:.2f} ± {kept['spread']:.2f} on "
        f"{kept['replicates']} others (standard error {kept['standard_error']:.2f}; noise floor {kept['noise_floor']:.2f}); "
        f"{100 * kept['stopped']:.1f} % of these runs stop early."
    )
