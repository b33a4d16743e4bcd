"""Provinces of origin, and ages, of those who leave."""

from __future__ import annotations

import numpy as np
import pandas as pd

from defection.replication.finding import Finding, most, of_range
from defection.replication.observed import fact
from defection.replication.runs import Evidence, whole

RULE = (
    "The share of each origin (of all arrivals to 2016 whose origin is among the seven provinces that are known) is compared with its "
    "share among the successes 1992-2014 of the best region's runs in the same seven. Reproduced: every province lies in the central 90 % "
    "of the runs. Not reproduced: more than half lie outside. Undecided else, or where there are fewer than 10 runs. Ages: the same, but "
    "age at arrival for age at departure."
)


def shares(flow: np.ndarray) -> np.ndarray:
    """Return rows that add up to 1; not a number where nobody left."""
    flow = np.asarray(flow, float)
    every = flow.sum(axis=1, keepdims=True)
    return np.divide(flow, every, out=np.full(flow.shape, np.nan), where=every > 0)


def compared(
    names: list[str], known: np.ndarray, runs: np.ndarray, people: np.ndarray
) -> pd.DataFrame:
    """Return a row per group: its share on record, in the runs and in the population, and the verdict."""
    low, middle, high = np.nanquantile(runs, [0.05, 0.5, 0.95], axis=0)
    verdicts = [of_range(float(known[i]), runs[:, i]) for i in range(len(names))]
    return pd.DataFrame(
        {
            "group": names,
            "record": known,
            "best region, median": middle,
            "5 %": low,
            "95 %": high,
            "population": people,
            "verdict": verdicts,
        }
    )


def _provinces(evidence: Evidence) -> pd.DataFrame:
    known = fact("origins")
    names = known["province"].tolist()
    flow = (
        whole(evidence.yearly(evidence.best))["yearly_successes_by_province"]
        .sum("year")
        .sel(province=names)
        .to_numpy()
    )
    people = evidence.country.categories().groupby("province")["share"].sum()[names].to_numpy()
    table = compared(
        names,
        known["arrivals"].to_numpy() / known["arrivals"].sum(),
        shares(flow),
        people / people.sum(),
    )
    border = dict(zip(evidence.country.provinces, evidence.country.border, strict=True))
    return table.assign(borders_china=["yes" if border[name] else "no" for name in names])


def _ages(evidence: Evidence) -> pd.DataFrame:
    known = fact("ages")
    names = known["age"].tolist()
    flow = (
        whole(evidence.yearly(evidence.best))["yearly_attempts_by_age"]
        .sum("year")
        .sel(age=names)
        .to_numpy()
    )
    people = evidence.country.categories().groupby("age")["share"].sum()[names].to_numpy()
    return compared(
        names, known["arrivals"].to_numpy() / known["arrivals"].sum(), shares(flow), people
    )


def finding(evidence: Evidence) -> Finding:
    """Compare origins and ages."""
    provinces, ages = _provinces(evidence), _ages(evidence)
    by_name = provinces.set_index("group")
    north, jagang = by_name.loc["North Hamgyong"], by_name.loc["Jagang"]
    apart = float((provinces["record"] - provinces["best region, median"]).abs().sum() / 2)
    old = ages.set_index("group").loc["old"]
    return Finding(
        "origins",
        "Where those who leave come from, and how old they are",
        "Citizens in provinces that border China are 'assumed to have much better opportunities'; one dummy stands for all four of them.",
        f"On record {north['record']:.1%} come from North Hamgyong and {jagang['record']:.1%} from Jagang; in the best region "
        f"{north['best region, median']:.1%} and {jagang['best region, median']:.1%}: {apart:.0%} of all would have to come from "
        f"elsewhere. The old are {old['record']:.1%} of arrivals and {old['best region, median']:.1%} of attempts in the best region.",
        most([*provinces["verdict"], *ages["verdict"]]),
        RULE,
        {"origins": provinces, "ages": ages},
        (*evidence.behind(evidence.best), "record: replication/known/origins.csv, ages.csv"),
        (
            (
                "provinces",
                most(provinces["verdict"].tolist()),
                f"North Hamgyong {north['record']:.1%}, best region {north['best region, median']:.1%}",
            ),
            (
                "ages",
                most(ages["verdict"].tolist()),
                f"old {old['record']:.1%}, best region {old['best region, median']:.1%}",
            ),
        ),
    )
