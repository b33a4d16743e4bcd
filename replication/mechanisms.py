"""What single mechanisms do at the best region: the same seeds with one thing changed."""

from typing import Any

import numpy as np
import pandas as pd

from defection.batch_runs.scores import Objective, Target
from defection.parameters import PARAMETERS
from defection.replication.reported import FIRST_REPRESSION, PAPER
from defection.replication.result import Judgement, Result, Tables
from defection.replication.runs import Runs
from defection.replication.verdicts import (
    FEWEST,
    NOT,
    REPRODUCED,
    UNDECIDED,
    formatted,
    interval,
    of_runs,
    together,
)

RISE = (2004, 2009)
NO_FAMINE = {"famine_years": "none"}
FULL_MEMORY, LEFT = "full memory (H = 1196)", "2004-2009 left, median"


def _paper_s(symbol: str, name: str) -> dict[str, dict[str, Any]]:
    value = PARAMETERS[name].checked(PAPER[name].value)
    return {f"the paper's {symbol} ({value:.3g})": {name: value}}


CHANGES: dict[str, dict[str, Any]] = {
    "no famine": NO_FAMINE,
    FULL_MEMORY: {"memory_weeks": 1196},
    **_paper_s("H", "memory_weeks"),
    **_paper_s("K", "observation_probability"),
    **_paper_s("δ", "famine_effect"),
    f"the paper's R₀ ({FIRST_REPRESSION:g})": {"initial_repression": FIRST_REPRESSION},
    **_paper_s("tolerance", "tolerated_attempts"),
    "growth without effect": {"economy_scale": 0.0},
    "repression stays (r = 0)": {"adjustment_rate": 0.0},
}
RULE = (
    "Famine: the same seeds with and without famine years; of each pair, successes of 2004-2009 "
    "without as a share of those with. Reproduced: at most a half in 95 % of pairs. Not "
    "reproduced: more than a half in 95 % of pairs. Undecided: neither, or fewer than 10 runs. As "
    "a whole: what all regions that fit nearly as well say; undecided where they differ. Memory: "
    "the same seeds with a full memory (H = 1196). Reproduced: the mean score rises by more than "
    "two standard errors of the paired difference. Not reproduced: it does not. Undecided: fewer "
    "than 10 runs. The other half of the statement (too short) lies outside the paper's own range."
)


def rise(table: pd.DataFrame) -> np.ndarray:
    """Return successes of the years of the rise, [runs]."""
    names = [f"successes_{year}" for year in range(RISE[0], RISE[1] + 1)]
    return table[names].sum(axis=1).to_numpy(float)


def of_left(left: np.ndarray) -> str:
    """Return the verdict on the famine from what is left of the rise without it, [runs]."""
    return of_runs(left <= 0.5)


def of_difference(mean: float, error: float, runs: int) -> str:
    """Return the verdict on a change that should do harm, from its paired differences of scores."""
    return UNDECIDED if runs < FEWEST else REPRODUCED if mean > 2 * error else NOT


def compute(runs: Runs) -> Tables:
    """Return a row per change, and what is left of the rise without the famine at every region."""
    objective = Objective(Target.from_country())
    base = runs.table(runs.best)
    start, rows, left = objective.score_runs(base)["score"].to_numpy(), [], []
    for name, change in {"the best region": {}, **CHANGES}.items():
        table = runs.table(runs.best, **change)
        difference = objective.score_runs(table)["score"].to_numpy() - start
        error = np.std(difference, ddof=1) / np.sqrt(len(start))
        left_over = np.median(rise(table) / np.maximum(rise(base), 1.0))
        score, stopped = np.mean(start + difference), table["stopped_early"].mean()
        rows.append((name, score, np.mean(difference), error, left_over, stopped))
    columns = ["change", "score", "difference", "standard_error", LEFT, "stopped_early"]
    for point in runs.good:
        with_famine, without = runs.table(point), runs.table(point, **NO_FAMINE)
        share = rise(without) / np.maximum(rise(with_famine), 1.0)
        left.append(pd.DataFrame({"point": point.name, "run": range(len(share)), "left": share}))
    return {
        "mechanisms": pd.DataFrame(rows, columns=columns),
        "mechanisms_famine": pd.concat(left, ignore_index=True),
    }


def _judge(tables: Tables) -> Judgement:
    every = tables["mechanisms_famine"].groupby("point", sort=False)["left"]
    left = {str(name): part.to_numpy() for name, part in every}
    best, *others = left
    famine = together([of_left(shares) for shares in left.values()])
    full = tables["mechanisms"].set_index("change").loc[FULL_MEMORY]
    change, error = full["difference"], full["standard_error"]
    memory = of_difference(change, error, len(left[best]))
    elsewhere = "".join(f", {formatted(np.median(left[name]))} at {name}" for name in others)
    without, said = interval(left[best]), f"score {change:+.2f}, standard error {error:.2f}"
    return Judgement(
        together([famine, memory]),
        f"Without the famine {without} of the successes of 2004-2009 are left at the best "
        f"region{elsewhere}. With a full memory the score changes by {change:+.2f} (standard error "
        f"{error:.2f}) and {full[LEFT]:.2f} of them are left.",
        parts=(
            ("the famine triggers the rise", famine, f"left of 2004-2009 without it: {without}"),
            ("full memory does harm", memory, said),
        ),
    )


RESULT = Result(
    name="mechanisms", title="What triggers the rise: famine and memory", compute=compute,
    judge=_judge, needs=("points",), rule=RULE,
    paper="The famine 'is indeed what triggers the cascade'; no good simulations are obtained when "
    "citizens 'learn too little or too much from the past'.",
)  # fmt: skip
