"""What the paper says of its good region, each statement as something that can be checked at a point."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from defection.batch_runs.ensemble import run_ensemble
from defection.parameters import Parameters
from defection.replication.reported import PAPER, PRIOR_LINE

Measured = Callable[[Parameters, xr.Dataset], float]


@dataclasses.dataclass(frozen=True)
class Statement:
    """One statement: a number that follows from the parameters or from their runs, and the limits between which it should lie.

    Where the paper gives a mean and a standard deviation, the limits are the mean less and plus two
    of them.
    """

    name: str
    says: str
    measure: Measured
    low: float = -math.inf
    high: float = math.inf


def _last_repression(_: Parameters, data: xr.Dataset) -> float:
    return float(data["weekly_repression_by_province"].isel(week=-1).mean())


def _belief_gap(_: Parameters, data: xr.Dataset) -> float:
    alpha, beta = (
        data[f"weekly_belief_{side}_by_province"].isel(week=-1) for side in ("alpha", "beta")
    )
    return float(
        abs(alpha / (alpha + beta) - data["weekly_repression_by_province"].isel(week=-1)).mean()
    )


def _reached(p: Parameters, data: xr.Dataset) -> float:
    return float(
        (data["weekly_attempts_by_province"] > p.tolerated_attempts)
        .any(["week", "province"])
        .mean()
    )


STATEMENTS: tuple[Statement, ...] = (
    Statement(
        "prior line",
        "α₀ = 26 + 0.66 β₀, residual s.e. 4.01",
        lambda p, _: float(PRIOR_LINE.above(p.prior_alpha, p.prior_beta)),
        -2 * PRIOR_LINE.residual,
        2 * PRIOR_LINE.residual,
    ),
    Statement("prior mean", "between 0.47 and 0.65", lambda p, _: p.prior_mean, 0.47, 0.65),
    Statement(
        "memory",
        "H about 380 weeks, s.d. 53",
        lambda p, _: p.memory_weeks,
        *PAPER["memory_weeks"].within(),
    ),
    Statement(
        "observation",
        "K about 0.50, s.d. 0.044",
        lambda p, _: p.observation_probability,
        *PAPER["observation_probability"].within(),
    ),
    Statement(
        "famine",
        "δ about 0.84, s.d. 0.04",
        lambda p, _: p.famine_effect,
        *PAPER["famine_effect"].within(),
    ),
    Statement("adjustment", "r at most 0.001", lambda p, _: p.adjustment_rate, 0.0, 0.001),
    Statement("first repression", "R₀ at least 0.8", lambda p, _: p.initial_repression, 0.8, 1.0),
    Statement(
        "tolerance",
        "about 180 a week, s.d. 5.64",
        lambda p, _: p.tolerated_attempts,
        *PAPER["tolerated_attempts"].within(),
    ),
    Statement(
        "tolerance never reached", "share of runs in which it is passed: none", _reached, 0.0, 0.0
    ),
    Statement(
        "last repression",
        "falls to about 0.44 (0.05 either way taken as about)",
        _last_repression,
        0.39,
        0.49,
    ),
    Statement(
        "last belief",
        "tight around repression (its mean within 0.05 taken as that)",
        _belief_gap,
        0.0,
        0.05,
    ),
)
"""The eight statements about single parameters ('Results'), and what note 8 says of the two runs of Figure 5."""


def held(
    parameters: Parameters, *, country: Any = "north_korea", runs: int = 20, threads: int | None = 1
) -> pd.DataFrame:
    """Return for each statement the number at this point, its limits and whether it holds.

    Returns
    -------
    pandas.DataFrame
        A row per statement: ``statement``, ``says``, ``value``, ``low``, ``high``, ``holds``. What
        concerns runs is averaged over ``runs`` seeds, 1, 2 and so on; runs that stopped early are
        left out where their last week is meant.
    """
    data = run_ensemble(
        parameters,
        range(1, runs + 1),
        country=country,
        record=["weekly_by_province", "states_by_province"],
        threads=threads,
    )
    rows = []
    for one in STATEMENTS:
        value = one.measure(parameters, data)
        holds = bool(one.low <= value <= one.high)
        rows.append(
            {
                "statement": one.name,
                "says": one.says,
                "value": value,
                "low": one.low,
                "high": one.high,
                "holds": holds,
            }
        )
    return pd.DataFrame(rows).replace({np.inf: np.nan, -np.inf: np.nan})
