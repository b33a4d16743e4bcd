"""What the best region is made of: what each mechanism does there, and who attempts to leave."""

from __future__ import annotations

import numpy as np

from defection import Parameters
from defection.batch_runs import run_ensemble
from defection.batch_runs.scores import Target
from defection.country import load
from search_page.common import table


def levers(p: Parameters) -> str:
    """Return what becomes of the flow by period if one thing about the best region is changed: what each mechanism does there."""
    periods = {"1992-94": (1992, 1994), "1995-98": (1995, 1998), "1999-2003": (1999, 2003), "2004-09": (2004, 2009), "2010-11": (2010, 2011),
               "2012-14": (2012, 2014)}  # fmt: skip
    record = dict(zip(Target.from_country().years, Target.from_country().counts, strict=True))
    changes: dict[str, dict] = {
        "the best region": {}, "no famine": {"famine_years": "none"}, "growth without effect": {"economy_scale": 0.0},
        "full memory (1,196 weeks)": {"memory_weeks": 1196}, "nobody hears of anything": {"observation_probability": 0.0},
        "repression stays": {"adjustment_rate": 0.0}, "tolerance 10 a week": {"tolerated_attempts": 10},
        "tolerance 3 a week": {"tolerated_attempts": 3},
    }  # fmt: skip
    rows: list[list[object]] = [
        [
            "record",
            *(
                f"{np.mean([record[y] for y in range(first, last + 1)]):,.0f}"
                for first, last in periods.values()
            ),
            "",
            "",
        ]
    ]
    for name, change in changes.items():
        data = run_ensemble(p.replace(**change), range(1, 41), threads=1)
        flow = data["yearly_successes"].median("run")
        cells = [
            f"{float(flow.sel(year=slice(first, last)).mean()):,.0f}"
            for first, last in periods.values()
        ]
        share = float((data["yearly_successes"].sum() / data["yearly_attempts"].sum()).item())
        rows.append([name, *cells, f"{share:.2f}", f"{float(data['stopped_early'].mean()):.2f}"])
    return table(rows, ["", *periods, "share of attempts that succeed", "runs that stop"])


def who(p: Parameters) -> str:
    """Return who attempts to leave in the best region, in percent of all attempts, beside the population."""
    country = load("north_korea")
    data = run_ensemble(
        p,
        range(1, 41),
        record=[f"by_{dimension}" for dimension in country.dimensions] + ["yearly_by_province"],
        threads=1,
    )
    people = country.categories()
    rows: list[list[object]] = []
    for dimension in (*country.dimensions, "province"):
        name = (
            "yearly_attempts_by_province"
            if dimension == "province"
            else f"yearly_attempts_by_{dimension}"
        )
        attempts = data[name].sum(["run", "year"]).to_series()
        share = people.groupby(dimension)["share"].sum()
        rows += [
            [
                f"{dimension}: {value}",
                f"{100 * attempts[value] / attempts.sum():.1f}",
                f"{100 * share[value]:.1f}",
            ]
            for value in attempts.index
        ]
    return table(rows, ["", "attempts, %", "population, %"])
