"""Searches for known parameters, given the counts of one run of theirs."""

import pathlib
from collections.abc import Callable
from typing import Any

import pandas as pd

from defection.batch_runs.designs import Space
from defection.batch_runs.scores import Objective, Target
from defection.batch_runs.searches import Staged, noise_floor, rescored, search_space
from defection.batch_runs.searches.generation import settings_of
from defection.parameters import PARAMETERS, Parameters
from defection.replication.kept import read_table
from defection.replication.markdown import shown
from defection.replication.result import Result, Tables
from defection.replication.searches import NAMES, QUICK
from defection.replication.seeds import MemoryEvaluation

ROOT = 5000
TRUTH = Parameters(
    prior_alpha=110.0, prior_beta=70.0, observation_probability=0.015, memory_weeks=210,
    utility_intercept=-3.6, utility_slope=9.8, demographic_effect=1.75, famine_effect=0.65,
    initial_repression=0.99, adjustment_rate=0.00035, tolerated_attempts=126,
)  # fmt: skip
"""To be found again: people leave in every year, and runs hardly ever stop early."""
SEARCHES = 10


def synthetic(truth: Parameters, root: int, **settings: Any) -> tuple[Target, pd.DataFrame]:
    """Return the counts of the first complete run with ``truth``, and the truth as one point."""
    point = pd.DataFrame([truth.as_dict()])
    runs = MemoryEvaluation(root, **settings)(point, 20)
    flow = runs[~runs["stopped_early"]].iloc[0].filter(like="successes_")
    years = tuple(int(name.removeprefix("successes_")) for name in flow.index)
    return Target(years, tuple(float(count) for count in flow), "synthetic"), point


def recover(
    space: Space,
    truth: Parameters,
    budget: dict[str, int],
    *,
    searches: int = SEARCHES,
    root: int = ROOT,
    kept: pathlib.Path | None = None,
    log: Callable[[str], object] = lambda _: None,
    **settings: Any,
) -> Tables:
    """Search for the parameters behind the counts of one run, again and again.

    A search recovers them where its winner's mean score on fresh seeds is at most the truth's plus
    the truth's standard deviation over runs. Rows that a file ``kept`` holds are not made again.
    """
    target, point = synthetic(truth, root, **settings)
    objective = Objective(target, "root_scale")
    staged = Staged(space=space, objective=objective, **budget)

    def judged(points: pd.DataFrame, first: int) -> pd.DataFrame:
        judge = MemoryEvaluation(root + 1, first_point=first, **settings)
        return rescored(points, objective, judge, replicates=4 * staged.fresh)

    own = judged(point, 0).iloc[0]
    floor = noise_floor(MemoryEvaluation(root + 2, **settings)(point, staged.fresh), objective)
    found = read_table(kept) if kept is not None and kept.exists() else pd.DataFrame()
    for i in range(len(found), searches):
        evaluate = MemoryEvaluation(root + 10 + i, **settings)
        trace = staged.run(evaluate, seed=evaluate.root)
        final = judged(staged.finalists(trace, evaluate).head(1), 1 + i)
        reached = trace.groupby("stage")["score"].min()
        labels = {
            "search": i, "recovered": final["score"].iloc[0] <= own["score"] + own["sd"],
            "runs": evaluate.runs_made, "best_of_rough": reached["rough"],
            "best_of_screen": reached["screen"],
        }  # fmt: skip
        row = pd.concat([pd.DataFrame([labels]), final], axis=1)
        found = pd.concat([found, row], ignore_index=True)
        log(f"search {i}: {final['score'].iloc[0]:.2f}, the truth {own['score']:.2f}")
        if kept is not None:
            kept.parent.mkdir(parents=True, exist_ok=True)
            found.to_csv(kept, index=False)
    about = {
        "truth": truth.as_dict(), "root": root,
        "budget": {"searches": searches, **settings_of(staged)},
        "observed": dict(zip(target.years, target.counts, strict=True)),
        "truth_score": float(own["score"]), "truth_sd": float(own["sd"]),
        "noise_floor": float(floor["floor"]), "recovered": int(found["recovered"].sum()),
        "searches": searches,
        "country": MemoryEvaluation(root, **settings).country.fingerprint,
    }  # fmt: skip
    columns = [name for name in found.columns if name not in PARAMETERS]
    return {"recovery": found[[*columns, *NAMES]], "recovery.json": about}


def compute(runs: Any) -> Tables:
    """Search ten times."""
    budget, searches = (QUICK, 2) if runs.quick else ({}, SEARCHES)
    file = None if runs.work is None else runs.work / f"recovery_{searches}.csv"
    return recover(search_space(), TRUTH, budget, searches=searches, kept=file, log=runs.log)


def text(tables: Tables) -> str:
    """Return what the searches for known parameters came to."""
    about = tables["recovery.json"]
    columns = ["search", "score", "best_of_rough", "best_of_screen", "runs", "recovered"]
    return (
        f"{shown(tables['recovery'][columns])}\n\n{about['recovered']} of {about['searches']} "
        f"searches came within the truth's own {about['truth_score']:.2f} plus its standard "
        f"deviation over runs, {about['truth_sd']:.2f} (noise floor "
        f"{about['noise_floor']:.2f})."
    )


RESULT = Result(
    name="recovery", title="Known parameters found again", compute=compute, folder="found",
    seconds=2000, texts={"search-recovery": text},
)  # fmt: skip
