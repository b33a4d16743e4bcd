"""What the journey changes: law and journey fitted together, beside the paper's reading and a null.

The searches are those of :mod:`defection.replication.journey_search`; here their best points are
run on fresh seeds, and compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from defection.batch_runs.ensemble import run_ensemble
from defection.batch_runs.scores.facts import Facts
from defection.batch_runs.scores.facts_null import null_of_arrivals
from defection.batch_runs.scores.facts_scores import column, facts_table, misfit_by_kind
from defection.batch_runs.searches import search_space
from defection.journey.facts import CHECK, FIT
from defection.parameters import ALL_PARAMETERS, Parameters
from defection.replication import default_page, journey_page, kept
from defection.replication import journey_search as searched
from defection.replication.journey_regions import FITS, JOBS, LAW, NAMES, SPLITS, facts_of
from defection.replication.journey_verdicts import RULE, START, SUCCESSES, TRIGGERED, judge
from defection.replication.kept_points import KeptPoints, lacking, working_folder
from defection.replication.result import Result, Tables
from defection.replication.runs import Runs

FRESH_ROOT = 93_000
"""Root of the fresh seeds on which the best points are scored."""
FRESH = 50
"""Fresh seeds of each point."""
LATE, BEFORE, AFTER = 2009, (2009, 2011), (2012, 2014)


def compute(runs: Runs, jobs: Sequence[tuple[str, str]] = tuple(JOBS)) -> Tables:
    """Return what was found in every region, on fresh seeds, and what it is compared with."""
    budget = searched.QUICK if runs.quick else searched.BUDGET
    folder = working_folder(runs, RESULT.name)
    points = KeptPoints.from_runs(runs, RESULT, "journey.json")
    count = 3 if runs.quick else FRESH
    how: dict[str, Any] = {"threads": runs.threads, "log": runs.log}
    regions: list[dict[str, Any]] = []
    for job in jobs:
        regions.append(searched.found(job, budget, folder, regions, points, **how))
    regions = [searched.rounded(one) for one in regions]
    defaults = {name: one.default for name, one in ALL_PARAMETERS.items()}
    start = {"region": START, "split": "rule", "searched": [], "runs": 0, "parameters": defaults}
    parts: dict[str, list[pd.DataFrame]] = {}
    for number, one in enumerate([start, *regions]):
        runs.log(f"{count} fresh seeds: {one['region']}, {one['split']}")
        for name, table in scored(one, FRESH_ROOT + number, count, runs.threads).items():
            parts.setdefault(name, []).append(table)
    tables = {name: pd.concat(each, ignore_index=True) for name, each in parts.items()}
    tables["journey_null"] = nulls({split for _, split in jobs})
    return {**tables, "journey.json": {"fitted": regions, "fresh": count, "root": FRESH_ROOT}}


def scored(
    one: Mapping[str, Any], root: int, count: int, threads: int | None
) -> dict[str, pd.DataFrame]:
    """Return what a point says on fresh seeds, with and without the famine, by table.

    Of the point that was not fitted also what its successes say where they are read as arrivals.
    """
    facts = facts_of(one["split"])
    point = Parameters(**{**one["parameters"], "journey": "on"}).as_dict()  # and what was added
    made = searched.FollowedPoints(root, facts, threads)(pd.DataFrame([point])[NAMES], count)
    law = Parameters(**{name: point[name] for name in LAW})
    seeds = searched.seeds_of(root, 0, count)
    fewer = run_ensemble(law.replace(famine_years="none"), seeds, threads=threads)
    without = fewer["yearly_successes"].to_numpy().astype(float)
    values = made[[column(fact) for fact in facts.facts]].to_numpy(float)
    labels = {"region": one["region"], "split": one["split"]}
    crossings = made[[f"successes_{year}" for year in facts.country.years]].to_numpy(float)
    stopped = made["stopped_early"].to_numpy(bool)
    arrivals = by_year(facts, values)
    said: dict[str, Any] = {"searched": len(one["searched"]), "runs": one["runs"]}
    said |= {"stopped_early": stopped.mean(), "K": one["parameters"]["observation_probability"]}
    tables = {
        "journey_scores": pd.DataFrame([
            labels | said | misfits(facts, values) | of_arrivals(arrivals, facts)
            | of_famine(crossings, without, facts)
        ]),
        "journey_facts": facts_table(facts, values).drop(columns="source"),
        "journey_kinds": misfit_by_kind(facts, values),
        "journey_years": _years(facts, arrivals, crossings, values),
    }  # fmt: skip
    if one["region"] == START:
        read = {**labels, "region": SUCCESSES} | said | {"searched": len(search_space().names)}
        own = _arrival_misfits(facts, crossings) | of_arrivals(crossings, facts)
        more = pd.DataFrame([read | own | of_famine(crossings, without, facts)])
        tables["journey_scores"] = pd.concat([more, tables["journey_scores"]])
    for name, table in tables.items():
        if name != "journey_scores":
            for label, value in reversed(labels.items()):
                table.insert(0, label, value)
    return tables


def by_year(facts: Facts, values: np.ndarray) -> np.ndarray:
    """Return arrivals in single years among what runs say, [R, F], in order, [R, Y]."""
    return values[:, [position for position, _ in _single_years(facts)]]


def _single_years(facts: Facts) -> list[tuple[int, int]]:
    """Return the position of the arrivals of every year among the facts, and the year."""
    years = {str(year): year for year in facts.country.years}
    found = [(i, years[f.when]) for i, f in enumerate(facts.facts)
             if f.fact == "arrivals" and f.when in years]  # fmt: skip
    return sorted(found, key=lambda pair: pair[1])


def misfits(facts: Facts, values: np.ndarray) -> dict[str, float]:
    """Return the misfit of the fitted and of the checked facts: mean and sd over runs."""
    found: dict[str, float] = {}
    for name, use in (("fitted", FIT), ("checked", CHECK)):
        each = facts.misfit(values, use)
        found |= {name: each.mean(), f"{name}_sd": each.std(ddof=1)}
    return found | _arrival_misfits(facts, by_year(facts, values))


def _arrival_misfits(facts: Facts, arrivals: np.ndarray) -> dict[str, float]:
    """Return the mean misfit of the arrivals of single years, [R, Y], fitted and checked."""
    own = tuple(facts.facts[position] for position, _ in _single_years(facts))
    part = Facts(facts.country, own)
    return {f"arrivals_{name}": float(part.misfit(arrivals, use).mean())
            for name, use in (("fitted", FIT), ("checked", CHECK))}  # fmt: skip


def root_rms(arrivals: np.ndarray, observed: np.ndarray) -> np.ndarray:
    """Return the root mean square over years of √run − √observed, [..., Y]; 0 for missing years.

    Examples
    --------
    >>> float(root_rms(np.array([4.0, 25.0]), np.array([9.0, 16.0])))
    1.0
    """
    differences = np.sqrt(np.nan_to_num(arrivals)) - np.sqrt(observed)
    return np.asarray(np.sqrt((differences**2).mean(axis=-1)))


def quantiles(values: np.ndarray) -> np.ndarray:
    """Return 5 %, median and 95 % of runs, [R, N], that have a value, [3, N]; nan where none has.

    Examples
    --------
    >>> quantiles(np.array([[1.0, np.nan], [np.nan, np.nan]]))[1].tolist()
    [1.0, nan]
    """
    has = np.isfinite(values).any(axis=0)
    found = np.full((3, values.shape[1]), np.nan)
    found[:, has] = np.nanquantile(values[:, has], [0.05, 0.5, 0.95], axis=0)
    return found


def of_arrivals(arrivals: np.ndarray, facts: Facts) -> dict[str, float]:
    """Return how arrivals, [R, Y], compare with those observed: distances, band, decline."""
    positions = _single_years(facts)
    observed = facts.observed[[position for position, _ in positions]]
    years = np.array([year for _, year in positions])
    late, rms = years >= LATE, root_rms(arrivals, observed)
    after_all = root_rms(arrivals[:, late], observed[late])
    low, _, high = quantiles(arrivals)
    inside = ((low <= observed) & (observed <= high)).mean()
    sums = [np.nan_to_num(arrivals[:, (years >= a) & (years <= b)]).sum(axis=1)
            for a, b in (BEFORE, AFTER)]  # fmt: skip
    decline = np.divide(sums[1], sums[0], out=np.zeros(len(rms)), where=sums[0] > 0)
    ends = dict(
        zip(("low", "median", "high"), np.quantile(decline, [0.05, 0.5, 0.95]), strict=True)
    )
    return {
        "rms": rms.mean(), "rms_sd": rms.std(ddof=1), "rms_late": after_all.mean(),
        "rms_late_sd": after_all.std(ddof=1), "years_inside": inside,
        **{f"decline_{name}": value for name, value in ends.items()},
    }  # fmt: skip


def of_famine(crossings: np.ndarray, without: np.ndarray, facts: Facts) -> dict[str, float]:
    """Return what is left of the crossings of the famine years without it, of pairs of runs."""
    dating, years = facts.country.datings[0], np.array(facts.country.years)
    during = (years >= dating.first_year) & (years <= dating.last_year)
    left = without[:, during].sum(axis=1) / np.maximum(crossings[:, during].sum(axis=1), 1.0)
    return {
        "crossings": np.median(crossings.sum(axis=1)),
        "crossings_famine": np.median(crossings[:, during].sum(axis=1)),
        "left_without_famine": np.median(left), "triggered": np.mean(left <= TRIGGERED),
    }  # fmt: skip


def _years(
    facts: Facts, arrivals: np.ndarray, crossings: np.ndarray, values: np.ndarray
) -> pd.DataFrame:
    """Return a row per year: arrivals, crossings and women's share, observed and of runs."""
    positions = _single_years(facts)
    table = pd.DataFrame({
        "year": [year for _, year in positions],
        "observed": facts.observed[[position for position, _ in positions]],
    })  # fmt: skip
    for name, each in (("arrivals", arrivals), ("crossings", crossings)):
        for end, row in zip(("low", "median", "high"), quantiles(each), strict=True):
            table[f"{name}_{end}"] = row
    middle = quantiles(values)[1]
    shares = {f.when: (f.value, middle[i]) for i, f in enumerate(facts.facts)
              if f.fact == "arrivals_share" and f.group == ("gender", "female")}  # fmt: skip
    women = [shares.get(str(year), (np.nan, np.nan)) for year in table["year"]]
    return table.assign(**dict(zip(("women_observed", "women"), np.array(women).T, strict=True)))


def nulls(splits: set[str]) -> pd.DataFrame:
    """Return what a smooth curve of the observed arrivals scores, and what no change does.

    The curve has as many parameters as the free region, or as there are arrivals to fit it to if
    these are fewer; and half of them.
    """
    rows = []
    for split in (one for one in SPLITS if one in splits):
        facts = facts_of(split)
        fitted_years = sum(fact.fact == "arrivals" for fact in facts.part(FIT).facts)
        most = min(len(FITS["free"].space().names), fitted_years)
        for knots in (most, most // 2):
            own, curve = null_of_arrivals(facts, knots)
            row = {"null": f"smooth curve, {knots} parameters", "split": split}
            rows.append(row | _of_null(own, curve))
        own, _ = null_of_arrivals(facts, 1)
        last = max(year for i, year in _single_years(own) if own.facts[i].use == FIT)
        at = {year: own.observed[i] for i, year in _single_years(own)}
        fitted = {f.when for f in own.facts if f.use == FIT}
        goes_on = np.array([at[int(f.when)] if f.when in fitted else at[last] for f in own.facts])
        if SPLITS[split] is not None:
            row = {"null": "the last fitted year goes on", "split": split}
            rows.append(row | _of_null(own, goes_on))
    return pd.DataFrame(rows)


def _of_null(facts: Facts, curve: np.ndarray) -> dict[str, float]:
    arrivals = by_year(facts, curve[None])
    years = np.array([year for _, year in _single_years(facts)])
    observed = by_year(facts, facts.observed[None])
    late = years >= LATE
    rms = {"rms": root_rms(arrivals, observed)[0]}
    rms["rms_late"] = root_rms(arrivals[:, late], observed[:, late])[0]
    return _arrival_misfits(facts, arrivals) | rms


def regions_fitted(split: str = "rule") -> list[str]:
    """Return the names of the regions that are fitted.

    Examples
    --------
    >>> "free" in regions_fitted()
    True
    """
    every = kept.Kept().tables(RESULT.name)["journey.json"]["fitted"]
    return [one["region"] for one in every if one["split"] == split]


def fitted(region: str, split: str = "rule") -> Parameters:
    """Return the fitted parameters of a region, of the law and of the journey.

    Parameters
    ----------
    region : str
        A name of ``defection.replication.journey_regions.FITS``.
    split : str
        ``rule``, or ``to 2008`` where only the years up to then were fitted.

    Raises
    ------
    ReplicationError
        That region was not fitted.

    Examples
    --------
    >>> found = fitted("free")
    >>> found.journey, found.observation_probability < 0.1
    ('on', True)
    """
    every = kept.Kept().tables(RESULT.name)["journey.json"]["fitted"]
    known = {f"{one['region']}, {one['split']}": one["parameters"] for one in every}
    if (wanted := f"{region}, {split}") not in known:
        regions = regions_fitted(split)
        near = f"{kept.nearest(region, regions)}; there are {'; '.join(regions)}"
        raise kept.ReplicationError(f"no region {region!r} is fitted ({split}){near}")
    return Parameters(journey="on", **known[wanted])


RESULT = Result(
    name="journey_fit", title="What the journey changes: law and journey fitted together",
    compute=compute, folder="found", circles=True, journey=True, seconds=3000,
    missing=lambda tables: lacking(tables["journey.json"]["fitted"], JOBS, FITS),
    texts={"journey-fit": journey_page.text, **default_page.TEXTS},
    reads=tuple(f"data/north_korea/journey/{name}.csv" for name in (
        "destinations", "events", "other_ways", "penalties", "targets",
    )),
    figures=journey_page.figures, rule=RULE, judge=judge,
    paper="Table 1 counts arrivals, the model makes departures: the paper's first caveat.",
)  # fmt: skip
