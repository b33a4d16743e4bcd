"""How much the findings depend on Figure 2's numbers, which are assumptions: each, and together."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from defection.batch_runs.ensemble import run_ensemble
from defection.batch_runs.scores import Objective, Target
from defection.batch_runs.sensitivity import variants
from defection.country import Country
from defection.replication.markdown import four_digits, number, table
from defection.replication.points import Point
from defection.replication.result import Judgement, Result, Tables
from defection.replication.runs import Runs, table_of
from defection.replication.seeds import run_seed
from defection.replication.verdicts import SHOWN

ROOT = 61_000
SEEDS, DRAWS, OF_A_DRAW = 60, 200, 8
"""Pairs of runs of each number; draws of all numbers together, and runs of each."""
PAPER = "the paper's values"
UNIT, FACTORS = 1.0, (0.5, 1.5)
"""How far a number is moved alone; between which factors all are drawn together."""
OUTCOMES = {
    "score": "root mean square from Table 1", "successes": "successes in all years",
    "decline": "2012-2014 to 2009-2011", "women": "women's share of attempts",
    "north_hamgyong": "North Hamgyong's share of attempts",
    "left": "left of the famine years' successes without the famine",
}  # fmt: skip
RULE = (
    "At the best region, and at the paper's values. Each number that is not 0 is moved by one "
    "unit, up and down, with the same seeds: what changes for one unit, with its standard error "
    "over pairs. Together: all numbers are multiplied by factors drawn between 0.5 and 1.5."
)


def compute(runs: Runs) -> Tables:
    """Return a row per number and outcome, and one per outcome for all numbers together."""
    sizes = (4, 3, 2) if runs.quick else (SEEDS, DRAWS, OF_A_DRAW)
    tables: dict[str, list[pd.DataFrame]] = {"figure_2_single": [], "figure_2_group": []}
    for point in (runs.best, runs.point(PAPER)):
        runs.log(f"Figure 2 at {point.name}")
        base = outcomes(runs, point, runs.country, sizes[0])
        single, group = _single(runs, point, base, sizes[0]), _group(runs, point, base, *sizes[1:])
        for name, found in zip(tables, (single, group), strict=True):
            found.insert(0, "point", point.name)
            tables[name].append(four_digits(found))
    return {name: pd.concat(each, ignore_index=True) for name, each in tables.items()}


def _single(runs: Runs, point: Point, base: Mapping[str, np.ndarray], seeds: int) -> pd.DataFrame:
    rows = []
    for impact, value in variants.impacts(runs.country).items():
        moved = [{impact: value - UNIT}, {impact: value + UNIT}]
        countries = [variants.with_impacts(runs.country, changed) for changed in moved]
        low, high = (outcomes(runs, point, country, seeds) for country in countries)
        for name in OUTCOMES:
            change = (high[name] - low[name]) / (2 * UNIT)
            known = np.isfinite(change)
            error = change[known].std(ddof=1) / np.sqrt(known.sum()) if known.sum() > 1 else np.nan
            mean = change[known].mean() if known.any() else np.nan
            row = (": ".join(impact[:2]), impact[2], value, name, mean, error)
            rows.append((*row, np.nanmean(base[name])))
    columns = ["trait", "kind", "value", "outcome", "change", "standard_error", "at_the_value"]
    return pd.DataFrame(rows, columns=columns)


def _group(
    runs: Runs, point: Point, base: Mapping[str, np.ndarray], draws: int, each: int
) -> pd.DataFrame:
    rng = np.random.default_rng(np.random.SeedSequence(ROOT))
    found: dict[str, list[float]] = {name: [] for name in OUTCOMES}
    for _ in range(draws):
        factors = rng.uniform(*FACTORS, (len(runs.country.impacts), 2))
        drawn = {trait: (both[0] * factor[0], both[1] * factor[1])
                 for (trait, both), factor in zip(runs.country.impacts.items(), factors,
                                                  strict=True)}  # fmt: skip
        for name, values in outcomes(
            runs, point, variants.with_numbers(runs.country, drawn), each
        ).items():
            found[name].append(float(np.nanmedian(values)))
    rows = [(name, np.nanmedian(base[name]), *np.nanquantile(found[name], [0.05, 0.5, 0.95]))
            for name in OUTCOMES]  # fmt: skip
    return pd.DataFrame(rows, columns=["outcome", "as_assumed", "low", "median", "high"])


def outcomes(runs: Runs, point: Point, country: Country, seeds: int) -> dict[str, np.ndarray]:
    """Return each outcome of runs of a point in a country, [runs]."""
    numbers = [run_seed(ROOT, 0, number) for number in range(seeds)]
    how: dict[str, Any] = {"country": country, "threads": runs.threads}
    record = ("yearly", "yearly_by_province", "by_gender")
    data = run_ensemble(point.parameters, numbers, record=record, **how)
    without = run_ensemble(point.parameters.replace(famine_years="none"), numbers, **how)
    attempts = data["yearly_attempts"].sum("year").to_numpy().astype(float)
    attempts[attempts == 0] = np.nan
    by_province = data["yearly_attempts_by_province"].sum("year")
    by_gender = data["yearly_attempts_by_gender"].sum("year")
    own, successes = data["yearly_successes"], data["yearly_successes"].sum("year").to_numpy()

    def between(first: int, last: int, flow: Any = own) -> np.ndarray:
        return np.asarray(flow.sel(year=slice(first, last)).sum("year").to_numpy(), float)

    dating = country.datings[0]
    during = dating.first_year, dating.last_year
    before, famine = between(2009, 2011), between(*during)
    before[before == 0], famine[famine == 0] = np.nan, np.nan
    score = Objective(Target.from_country()).score_runs(table_of(data))["score"].to_numpy(float)
    return {
        "score": score, "successes": successes.astype(float),
        "decline": between(2012, 2014) / before,
        "women": by_gender.sel(gender="female").to_numpy() / attempts,
        "north_hamgyong": by_province.sel(province="North Hamgyong").to_numpy() / attempts,
        "left": between(*during, without["yearly_successes"]) / famine,
    }  # fmt: skip


def text(tables: Tables) -> str:
    """Return the section of the page."""
    parts = [RULE]
    for point in dict.fromkeys(tables["figure_2_single"]["point"]):
        single, group = (frame[frame["point"] == point] for frame in tables.values())
        rows = []
        for (trait, kind), own in single.groupby(["trait", "kind"], sort=False):
            by = own.set_index("outcome")
            cells = [_pm(by.loc[name, "change"], by.loc[name, "standard_error"])
                     for name in OUTCOMES]  # fmt: skip
            rows.append((f"{trait}, {kind}", number(own["value"].iloc[0]), *cells))
        parts += [
            f"**At {point}: what one unit more changes (± standard error).**",
            table(["number", "value", *OUTCOMES.values()], rows, right=True),
            f"**At {point}: all numbers together.**",
            table(["outcome", "as assumed", "5 %", "median", "95 %"], _rows(group), right=True),
        ]
    return "\n\n".join(parts)


def _pm(change: float, error: float) -> str:
    return f"{change:+.2g} ± {error:.1g}" if np.isfinite(change) else "-"


def _rows(group: pd.DataFrame) -> list[tuple[str, ...]]:
    return [
        (OUTCOMES[row.outcome], *map(number, (row.as_assumed, row.low, row.median, row.high)))
        for row in group.itertuples()
    ]


def _judge(tables: Tables) -> Judgement:
    said = []
    for point, group in tables["figure_2_group"].groupby("point", sort=False):
        by = group.set_index("outcome")
        each = [f"{OUTCOMES[name]} {number(by.loc[name, 'low'])} to {number(by.loc[name, 'high'])}"
                for name in ("score", "women", "left")]  # fmt: skip
        said.append(f"At {point}: {'; '.join(each)}.")
    here = "With all numbers between half and one and a half of what is assumed (90 % of draws). "
    return Judgement(SHOWN, here + " ".join(said))


RESULT = Result(
    name="figure_2_sensitivity", title="How much depends on Figure 2's numbers", compute=compute,
    judge=_judge, needs=("points",), reads=("model/data/north_korea/impacts.csv",), rule=RULE,
    seconds=120, texts={"figure-2-sensitivity": text},
    paper="'Inserted by assumption'; the paper asks how sensitive the findings are to them.",
)  # fmt: skip
