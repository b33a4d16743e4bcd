"""Whether a border by province, and dated shares of sectors, change who leaves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from defection.batch_runs.ensemble import run_ensemble
from defection.country import load
from defection.parameters import Parameters
from defection.replication.markdown import four_digits, table
from defection.replication.reported import published
from defection.replication.result import Judgement, Result, Tables
from defection.replication.runs import Runs
from defection.replication.seeds import run_seed
from defection.replication.verdicts import of_votes, together
from defection.replication.who_leaves import shares

ROOT, SEEDS = 98_000, 60
BASELINE = "the baseline"
PRESETS = ("The paper's reported values", "Extended: news circles and a history of control")
OFF = "as it is"
READINGS: dict[str, dict[str, Any]] = {
    OFF: {},
    "border by province": {"border_measure": "by_province"},
    "dated shares": {"dated_shares": 1.0},
    "both": {"border_measure": "by_province", "dated_shares": 1.0},
    "no border": {"border_scale": 0.0},
}
NEARER, FARTHER, ALIKE = "nearer", "farther", "no difference"
RULE = (
    "With and without each reading the same fresh seeds. Provinces: half the sum of the absolute "
    "differences between the shares among successes and among arrivals of the seven provinces that "
    "are known. Women: the mean absolute difference between their shares among attempts and among "
    "arrivals, over the rows of arrivals from 1999 on. A reading is nearer, or farther, where this "
    "distance, of a run against the run of the same seed without it, is lower, or higher, on "
    "average by more than two standard errors; else it makes no difference. A reading is "
    "reproduced, as a reason for who leaves, if it is nearer at every point, not reproduced if at "
    "none, and undecided else. No weight and no share was fitted to who leaves. *No border* shows "
    "how much the border does at all."
)


def points() -> dict[str, Parameters]:
    """Return the points by name.

    Examples
    --------
    >>> [point.news_circles for point in points().values()]
    [1, 1, 20]
    """
    presets = {one.name: one.parameters() for one in load("north_korea").presets}
    return {BASELINE: Parameters(), **{name: presets[name] for name in PRESETS}}


def measured(runs: Runs, point: Parameters, seeds: int) -> dict[str, np.ndarray]:
    """Return the shares of provinces [runs, 7] and of women [runs, rows], and successes [runs]."""
    record = ("yearly", "yearly_by_province", "by_gender")
    numbers = [run_seed(ROOT, 0, number) for number in range(seeds)]
    data = run_ensemble(point, numbers, record=record, country=runs.country, threads=runs.threads)
    origins, women = published("origins"), _women()
    by_province = data["yearly_successes_by_province"].sum("year")
    by_gender = data["yearly_attempts_by_gender"].sel(gender=["female", "male"])
    spans = zip(women["first_year"], women["last_year"], strict=True)
    found = [shares(by_gender.sel(year=slice(*span)).sum("year"))[:, 0] for span in spans]
    return {
        "provinces": shares(by_province.sel(province=origins["province"].tolist())),
        "women": np.column_stack(found),
        "successes": data["yearly_successes"].sum("year").to_numpy().astype(float),
    }


def _women() -> pd.DataFrame:
    every = published("women")
    return every[every["first_year"] >= 1999]


def observed() -> dict[str, np.ndarray]:
    """Return the observed shares of the seven provinces, and of women by row."""
    origins, women = published("origins")["arrivals"], _women()
    return {
        "provinces": (origins / origins.sum()).to_numpy(float),
        "women": (women["women"] / (women["men"] + women["women"])).to_numpy(float),
    }


def distances(found: np.ndarray, what: str) -> np.ndarray:
    """Return how far shares [runs, n] lie from those observed, run by run.

    Examples
    --------
    >>> distances(observed()["provinces"][None], "provinces").tolist()
    [0.0]
    """
    gaps = np.abs(found - observed()[what])
    return gaps.sum(axis=1) / 2 if what == "provinces" else gaps.mean(axis=1)


def verdict(change: np.ndarray) -> str:
    """Return whether distances became less or more, by changes of pairs.

    Examples
    --------
    >>> verdict(np.array([-1.0, -1.1, -0.9])), verdict(np.array([1.0, -1.0]))
    ('nearer', 'no difference')
    """
    known = change[np.isfinite(change)]
    error = known.std(ddof=1) / np.sqrt(known.size) if known.size > 1 else np.inf
    mean = known.mean() if known.size else 0.0
    return ALIKE if abs(mean) <= 2 * error else NEARER if mean < 0 else FARTHER


def compute(runs: Runs) -> Tables:
    """Return a row per point and reading."""
    seeds, rows = (3 if runs.quick else SEEDS), []
    names = published("origins")["province"].tolist()
    for name, point in points().items():
        runs.log(f"border and shares: {name}")
        off: dict[str, np.ndarray] = {}
        for reading, changes in READINGS.items():
            found = measured(runs, point.replace(**changes), seeds)
            off = off or found
            of_province = dict(zip(names, np.nanmean(found["provinces"], axis=0), strict=True))
            row: dict[str, Any] = {"point": name, "reading": reading, **of_province}
            row |= {"women, first": np.nanmean(found["women"][:, 0]),
                    "women, last": np.nanmean(found["women"][:, -1]),
                    "successes": found["successes"].mean()}  # fmt: skip
            for what in observed():
                now, then = (distances(each[what], what) for each in (found, off))
                row[f"{what}, distance"] = np.nanmean(now)
                row[f"{what}, verdict"] = "" if reading == OFF else verdict(now - then)
            rows.append(row)
    return {"border_and_shares": four_digits(pd.DataFrame(rows))}


def judge(tables: Tables) -> Judgement:
    """Return whether each reading brings provinces, or women, nearer to what was observed."""
    own, parts = tables["border_and_shares"].set_index(["reading", "point"]), []
    for reading, what in (("border by province", "provinces"), ("dated shares", "women")):
        part = own.loc[reading]
        votes = [one == NEARER for one in part[f"{what}, verdict"]]
        before = own.loc[OFF][f"{what}, distance"]
        said = "; ".join(
            f"{point}: distance {100 * before[point]:.2f} to {100 * row[f'{what}, distance']:.2f} "
            f"points, {row[f'{what}, verdict']}"
            for point, row in part.iterrows()
        )
        parts.append((f"{reading}: {what}", of_votes(votes), said))
    whole = together([part[1] for part in parts])
    return Judgement(whole, " ".join(f"{name}: {said}." for name, _, said in parts),
                     parts=tuple(parts))  # fmt: skip


def text(tables: Tables) -> str:
    """Return the rule, the verdicts and a table with what was observed."""
    own, wanted = tables["border_and_shares"], observed()
    names = published("origins")["province"].tolist()
    shown = [names.index(one) for one in ("North Hamgyong", "Ryanggang", "Jagang")]
    women = _women()
    first, last = (f"women, {row['first_year']}-{row['last_year']}" for _, row in
                   women.iloc[[0, -1]].iterrows())  # fmt: skip
    head = ("point", "reading", *(names[i] for i in shown), "distance of provinces",
            first, last.split("-")[0], "distance of women", "successes")  # fmt: skip
    rows = []
    for row in own.to_dict("records"):
        cells = [f"{100 * row[names[i]]:.1f} %" for i in shown]
        gaps = [
            f"{100 * row[f'{what}, distance']:.2f}" + (f", {said}" if said else "")
            for what in wanted
            for said in [row[f"{what}, verdict"]]
        ]
        women_shares = [f"{100 * row[f'women, {which}']:.1f} %" for which in ("first", "last")]
        successes = f"{row['successes']:,.0f}"
        place = (row["point"], row["reading"])
        rows.append((*place, *cells, gaps[0], *women_shares, gaps[1], successes))
    ends = [f"{100 * wanted['women'][i]:.1f} %" for i in (0, -1)]
    cells = [f"{100 * wanted['provinces'][i]:.1f} %" for i in shown]
    rows.append(("observed", "", *cells, "", *ends, "", ""))
    verdicts = [f"* {name}: **{said}** ({figure})" for name, said, figure in judge(tables).parts]
    return "\n\n".join([f"{RULE} {SEEDS} seeds.", "\n".join(verdicts), table(head, rows)])


RESULT = Result(
    name="border_and_shares", title="A border by province, and dated shares", compute=compute,
    folder="found", circles=True, journey=True, rule=RULE, judge=judge, seconds=60,
    texts={"border-and-shares": text},
    reads=(
        "published/origins.csv", "published/women.csv", "data/north_korea/border.csv",
        "data/north_korea/dated_shares.csv", "data/north_korea/presets.toml",
    ),
    paper="'Citizens in provinces that border China are assumed to have much better "
    "opportunities'; its shares are those of 2008 in all years.",
)  # fmt: skip
