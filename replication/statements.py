"""The paper's statements about its good region, beside the regions found here."""

import dataclasses
import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import xarray as xr

from defection.batch_runs.designs import Space
from defection.batch_runs.ensemble import run_ensemble
from defection.country import Country
from defection.parameters import PARAMETERS, Parameters
from defection.replication.markdown import shown
from defection.replication.reported import LAST_REPRESSION, PAPER, PRIOR_LINE, PRIOR_MEAN, line_text
from defection.replication.result import Judgement, Result, Tables
from defection.replication.runs import WEEKLY, Runs, whole
from defection.replication.verdicts import formatted, most, of_votes

SPACE_POINTS = 4096
PARAMETERS_ALONE, RUNS, WHOLE_RUNS = "parameters", "runs", "runs that did not stop early"
"""What a statement is about."""

ABOUT = 0.05
"""What is taken as 'about' and as 'tight around'."""

RULE = (
    "Reproduced: holds at every region that fits nearly as well as the best (two or more). Not "
    "reproduced: holds at none. Undecided: at some. Where the paper gives a mean and a standard "
    "deviation, 'holds' means within two of them. 'By chance' is the share of the searched ranges "
    "in which the statement holds anyway: reproducing one that mostly holds says little. As a "
    "whole: reproduced if all are, not if more than half are not."
)


@dataclasses.dataclass(frozen=True)
class Statement:
    """A number that follows from parameters or from their runs, and the limits it should keep."""

    name: str
    says: str
    measure: Callable[[Parameters, xr.Dataset], float]
    low: float
    high: float
    about: str = PARAMETERS_ALONE

    def holds(self, value: float) -> bool:
        """Return whether a number lies within the limits."""
        return bool(self.low <= value <= self.high)


def _last_repression(_: Parameters, data: xr.Dataset) -> float:
    return float(data["weekly_repression_by_province"].isel(week=-1).mean())


def _belief_gap(_: Parameters, data: xr.Dataset) -> float:
    last = data.isel(week=-1)
    alpha, beta = (last[f"weekly_belief_{side}_by_province"] for side in ("alpha", "beta"))
    return float(abs(alpha / (alpha + beta) - last["weekly_repression_by_province"]).mean())


def _passed(p: Parameters, data: xr.Dataset) -> float:
    above = data["weekly_attempts_by_province"] > p.tolerated_attempts
    return float(above.any(["week", "province"]).mean())


def _first_success(_: Parameters, data: xr.Dataset) -> float:
    first = data.isel(week=slice(0, 52))
    attempts = float(first["weekly_attempts_by_province"].sum())
    successes = float(first["weekly_successes_by_province"].sum())
    return successes / attempts if attempts else math.nan


def _of(name: str) -> Callable[[Parameters, xr.Dataset], float]:
    return lambda p, _: float(getattr(p, name))


def _above_the_line(p: Parameters, _: xr.Dataset) -> float:
    return float(PRIOR_LINE.above(p.prior_alpha, p.prior_beta))


def _reported(name: str, parameter: str) -> Statement:
    paper = PAPER[parameter]
    says = f"{PARAMETERS[parameter].symbol} {paper}".strip()
    return Statement(name, says, _of(parameter), *(paper.span(2.0) or ()))


STATEMENTS: tuple[Statement, ...] = (
    Statement("prior line", line_text(PRIOR_LINE), _above_the_line, -2 * PRIOR_LINE.residual,
              2 * PRIOR_LINE.residual),
    Statement("prior mean", "between {} and {}".format(*PRIOR_MEAN), _of("prior_mean"),
              *PRIOR_MEAN),
    _reported("memory", "memory_weeks"),
    _reported("observation", "observation_probability"),
    _reported("famine", "famine_effect"),
    _reported("adjustment", "adjustment_rate"),
    _reported("first repression", "initial_repression"),
    _reported("tolerance", "tolerated_attempts"),
    Statement("tolerance never reached", "share of runs in which it is passed: none", _passed, 0.0,
              0.0, RUNS),
    Statement("last repression", "falls to about 0.44 (0.05 either way taken as about)",
              _last_repression, LAST_REPRESSION - ABOUT, LAST_REPRESSION + ABOUT, WHOLE_RUNS),
    Statement("last belief", "tight around repression (its mean within 0.05 taken as that)",
              _belief_gap, 0.0, ABOUT, WHOLE_RUNS),
)  # fmt: skip
"""The eight statements about single parameters ('Results'), and note 8 on the runs of Figure 5."""

FIRST_SUCCESSES = Statement(
    "first successes",
    "'the actual success rate is less than 20 %' at the start (share of 1992's attempts)",
    _first_success, 0.0, 0.2, RUNS,
)  # fmt: skip
"""Of the paper's 'Interpretation'."""


def held(
    parameters: Parameters,
    *,
    country: Country | str = "north_korea",
    runs: int = 20,
    threads: int | None = 1,
) -> pd.DataFrame:
    """Return each statement's number at a point (seeds 1, 2, ...), its limits, whether it holds."""
    seeds = range(1, runs + 1)
    data = run_ensemble(parameters, seeds, country=country, record=WEEKLY, threads=threads)
    rows = [_row(one, one.measure(parameters, data)) for one in STATEMENTS]
    return pd.DataFrame(rows)


def _row(one: Statement, value: float, **about: object) -> dict[str, object]:
    limits = {"low": one.low, "high": one.high, "holds": one.holds(value)}
    return {"statement": one.name, "says": one.says, **about, "value": value, **limits}


def measured(runs: Runs) -> pd.DataFrame:
    """Return a row per statement and point."""
    rows = []
    for point in runs.points:
        data = runs.weekly(point)
        finished = whole(data)
        for one in (*STATEMENTS, FIRST_SUCCESSES):
            these = finished if one.about == WHOLE_RUNS else data
            value = one.measure(point.parameters, these) if these.sizes["run"] else math.nan
            rows.append(_row(one, value, point=point.name, good=point.good))
    return pd.DataFrame(rows)


def by_chance() -> dict[str, float]:
    """Return in which share of the searched ranges each statement about parameters holds."""
    space, nothing = Space.from_parameters(vary="all"), xr.Dataset()
    unit = np.random.default_rng(0).random((SPACE_POINTS, len(space.names)))
    points = [Parameters(**row) for row in space.table(unit).to_dict("records")]
    return {
        one.name: float(np.mean([one.holds(one.measure(p, nothing)) for p in points]))
        for one in STATEMENTS
        if one.about == PARAMETERS_ALONE
    }


def summarised(table: pd.DataFrame, chance: dict[str, float]) -> pd.DataFrame:
    """Return a row per statement: the value at each point, by chance, and the verdict."""
    rows = []
    for name, part in table.groupby("statement", sort=False):
        values = {
            str(row["point"]): f"{formatted(row['value'])} ({'yes' if row['holds'] else 'no'})"
            for row in part.to_dict("records")
        }
        share = f"{chance[str(name)]:.0%}" if name in chance else ""
        verdict = of_votes(part.loc[part["good"], "holds"].tolist())
        row = {"statement": name, "the paper": part["says"].iloc[0], **values}
        rows.append(row | {"by chance": share, "verdict": verdict})
    return pd.DataFrame(rows)


def compute(runs: Runs) -> Tables:
    """Return the statements side by side, and their values."""
    values = measured(runs)
    return {"statements": summarised(values, by_chance()), "statements_values": values}


def _judge(tables: Tables) -> Judgement:
    table, values = tables["statements"], tables["statements_values"]
    verdicts = table["verdict"].tolist()
    counts = ", ".join(f"{verdicts.count(one)} {one}" for one in dict.fromkeys(verdicts))
    best, *others = values.loc[values["good"], "point"].unique()
    return Judgement(
        most(verdicts),
        f"Of {len(table)} statements: {counts}. Compared at {1 + len(others)} regions that fit "
        "nearly as well as the best; the baseline and the paper's own values stand beside them "
        "without a vote. Each search began from nothing; two regions of one search share its "
        "screen.",
        parts=tuple(
            (f"{one['statement']}: {one['the paper']}", one["verdict"], f"best region {one[best]}")
            for one in table.to_dict("records")
        ),
    )


RESULT = Result(
    name="statements", title="The statements about the good region", compute=compute, judge=_judge,
    needs=("points",), texts={"search-statements": lambda tables: shown(tables["statements"])},
    rule=RULE,
    paper="High scores are found only in a small region: "
    + "; ".join(one.says for one in STATEMENTS[:8])
    + "; in two of the best runs repression falls from about 0.85 to about 0.44 and the tolerated "
    "number is never reached.",
)  # fmt: skip
