"""What lets the flow rise, and fall: news circles, a border that tightens, other policies.

The searches are those of :mod:`defection.replication.extended_search`; here their best points are
run on fresh seeds and judged by a rule that was written before any of the scenarios was known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from defection.batch_runs.ensemble import run_ensemble
from defection.batch_runs.scores import Target
from defection.country import load
from defection.parameters import Parameters
from defection.replication import extended_page, extended_verdicts, kept
from defection.replication import extended_search as searched
from defection.replication.extended_regions import (
    ASSUMED_TARGET,
    JOBS,
    REGIONS,
    fitted_years,
    tightening,
)
from defection.replication.journey_fit import quantiles, root_rms
from defection.replication.kept_points import KeptPoints, lacking, working_folder
from defection.replication.result import Result, Tables
from defection.replication.runs import Runs
from defection.replication.seeds import run_seed

FRESH_ROOT = 97_000
"""Root of the fresh seeds on which the best points are scored; all points have the same."""
FRESH = 100
"""Fresh seeds of each point."""
LATE, BEFORE, AFTER, EARLY = (2009, 2014), (2009, 2011), (2012, 2014), (1992, 1998)
RECORD = ("yearly", "yearly_by_province", "by_gender")


def compute(runs: Runs, jobs: Sequence[tuple[str, str]] = tuple(JOBS)) -> Tables:
    """Return what was found in every region, on fresh seeds."""
    budget = searched.QUICK if runs.quick else searched.BUDGET
    folder = working_folder(runs, RESULT.name)
    points = KeptPoints.from_runs(runs, RESULT, "extended.json")
    count = 3 if runs.quick else FRESH
    regions: list[dict[str, Any]] = []
    for job in jobs:
        how: dict[str, Any] = {"threads": runs.threads, "log": runs.log}
        regions.append(searched.found(job, budget, folder, regions, points, **how))
    parts: dict[str, list[pd.DataFrame]] = {}
    for one in regions:
        runs.log(f"{count} fresh seeds: {one['region']}, {one['split']}")
        for name, table in scored(one, count, runs.threads).items():
            parts.setdefault(name, []).append(table)
    tables = {name: pd.concat(each, ignore_index=True) for name, each in parts.items()}
    return {**tables, "extended.json": {"fitted": regions, "fresh": count, "root": FRESH_ROOT}}


def scored(one: Mapping[str, Any], count: int, threads: int | None) -> dict[str, pd.DataFrame]:
    """Return what a point says on fresh seeds, by table.

    One that was fitted to 2008 is run as it is, and with the border that tightens as assumed.
    """
    seeds = [run_seed(FRESH_ROOT, 0, number) for number in range(count)]
    point = Parameters(**one["parameters"])
    later = {"as it was fitted": point}
    if one["split"] == "to 2008" and point.interventions == "none":
        changed = {"interventions": tightening(ASSUMED_TARGET)}
        later[f"tightens to {ASSUMED_TARGET:g}"] = point.replace(**changed)
    tables: dict[str, list[pd.DataFrame]] = {"extended_scores": [], "extended_years": []}
    for label, run in later.items():
        data = run_ensemble(run, seeds, record=RECORD, threads=threads)
        fewer = run_ensemble(run.replace(famine_years="none"), seeds, threads=threads)
        without = fewer["yearly_successes"].to_numpy().astype(float)
        labels = {"region": one["region"], "split": one["split"], "from_2009": label}
        said = {"searched": len(one["searched"]), "runs": one["runs"]}
        said |= {"K": run.observation_probability} | of_runs(data, without, one["split"])
        tables["extended_scores"].append(pd.DataFrame([labels | said]))
        tables["extended_years"].append(_years(data).assign(**labels))
    return {name: pd.concat(each) for name, each in tables.items()}


def of_runs(data: Any, without: np.ndarray, split: str) -> dict[str, float]:
    """Return how far runs are from what was observed, what they do, and who leaves.

    ``floor`` is the root mean square distance of runs from the mean of their roots: a model whose
    mean is exactly what was observed has it too.
    """
    target, years = Target.from_country(), data["year"].to_numpy()
    observed = np.array([dict(zip(target.years, target.counts, strict=True))[y] for y in years])
    found = data["yearly_successes"].to_numpy().astype(float)
    fitted = np.isin(years, fitted_years(split))
    parts = {"rms": np.full(len(years), True), "rms_fitted": fitted, "rms_checked": ~fitted}
    parts["rms_late"] = _within(years, LATE)
    said: dict[str, float] = {}
    for name, which in parts.items():
        if which.any():
            each = root_rms(found[:, which], observed[which])
            said |= {name: each.mean(), f"{name}_se": each.std(ddof=1) / np.sqrt(len(each))}
        else:
            said |= {name: np.nan, f"{name}_se": np.nan}
    mean = np.sqrt(found).mean(axis=0)
    said["floor"] = np.sqrt(((np.sqrt(found) - mean) ** 2).mean(axis=1)).mean()
    sums = [found[:, _within(years, span)].sum(axis=1) for span in (BEFORE, AFTER, EARLY)]
    decline = np.divide(sums[1], sums[0], out=np.zeros(len(found)), where=sums[0] > 0)
    ends = np.quantile(decline, [0.05, 0.5, 0.95])
    said |= dict(zip(("decline_low", "decline", "decline_high"), ends, strict=True))
    low, _, high = quantiles(found)
    said["years_inside"] = ((low <= observed) & (observed <= high)).mean()
    said["before_1999"] = np.median(sums[2])
    dating = load("north_korea").datings[0]
    famine = _within(years, (dating.first_year, dating.last_year))
    said["left_without_famine"] = np.median(
        without[:, famine].sum(axis=1) / np.maximum(found[:, famine].sum(axis=1), 1.0)
    )
    said["stopped_early"] = float(data["stopped_early"].mean())
    return said | _shares(data)


def _within(years: np.ndarray, span: tuple[int, int]) -> np.ndarray:
    return np.asarray((years >= span[0]) & (years <= span[1]))


def _shares(data: Any) -> dict[str, float]:
    """Return shares of all attempts: of one province and of women; and of the first year."""
    attempts = data["yearly_attempts"].sum("run")
    by_province = data["yearly_attempts_by_province"].sum(("run", "year"))
    by_gender = data["yearly_attempts_by_gender"].sum(("run", "year"))
    total = max(1.0, float(attempts.sum()))
    return {
        "north_hamgyong": float(by_province.sel(province="North Hamgyong")) / total,
        "women": float(by_gender.sel(gender="female")) / total,
        "attempts": float(attempts.sum()) / data.sizes["run"],
        "first_year": float(attempts[0]) / total,
    }


def _years(data: Any) -> pd.DataFrame:
    """Return a row per year: what was observed, and the median and 90 % of the runs."""
    target, found = Target.from_country(), data["yearly_successes"].to_numpy().astype(float)
    low, median, high = quantiles(found)
    observed = dict(zip(target.years, target.counts, strict=True))
    years = data["year"].to_numpy()
    columns = {"year": years, "observed": [observed[year] for year in years.tolist()]}
    return pd.DataFrame({**columns, "low": low, "median": median, "high": high})


def fitted(region: str, split: str = "all years") -> Parameters:
    """Return the fitted parameters of a region.

    Parameters
    ----------
    region : str
        A name of ``defection.replication.extended_regions.REGIONS``.
    split : str
        Which years were fitted: ``all years``, ``odd years`` or ``to 2008``.

    Raises
    ------
    ReplicationError
        That region was not fitted to these years.

    Examples
    --------
    >>> fitted("20 circles, tightening").news_circles
    20
    """
    every = kept.Kept().tables(RESULT.name)["extended.json"]["fitted"]
    known = {f"{one['region']}, {one['split']}": one["parameters"] for one in every}
    if (wanted := f"{region}, {split}") not in known:
        near = f"{kept.nearest(wanted, known)}; there are {'; '.join(known)}"
        raise kept.ReplicationError(f"no region {wanted!r} is fitted{near}")
    return Parameters(**known[wanted])


RESULT = Result(
    name="extended_fit", title="What lets the flow rise, and fall: mechanisms beside the paper's",
    compute=compute, folder="found", circles=True, seconds=3600,
    reads=("data/north_korea/counties.csv",),
    missing=lambda tables: lacking(tables["extended.json"]["fitted"], JOBS, REGIONS),
    texts={"extended-fit": extended_page.text},
    figures=extended_page.figures, rule=extended_verdicts.RULE, judge=extended_verdicts.judge,
    paper="Its last pages ask for other policies of the state and for what else citizens hear.",
)  # fmt: skip
