"""Do searches find what is known? ``python scripts/recover_known.py`` renews ``replication/found/recovery.csv`` and ``.json``.

A record is made by one run with known parameters. Ten searches with different seeds look for it,
each with a screen of its own, evolution on single runs that gives up the worse starts, and
evolution with replicates from where the best of them came to. Each winner and the truth are then
run with the same number of fresh seeds. A search counts as successful if its winner's mean score is
at most that of the truth plus the truth's spread over replicates.
"""

from __future__ import annotations

import argparse
import json
import pathlib
from collections.abc import Callable

import pandas as pd

import defection
from defection.batch_runs.designs import Space
from defection.batch_runs.scores import Objective, Target
from defection.batch_runs.searches import (
    MemoryEvaluation,
    Staged,
    noise_floor,
    outcome,
    rescored,
    search_space,
)
from defection.batch_runs.searches.generation import settings_of
from defection.compiled import law_fingerprint
from defection.parameters import PARAMETERS, Parameters
from defection.replication.best_regions import FOUND, read_regions

TRUTH = Parameters(
    prior_alpha=110.0, prior_beta=70.0, observation_probability=0.015, memory_weeks=210, utility_intercept=-3.6, utility_slope=9.8,
    demographic_effect=1.75, famine_effect=0.65, initial_repression=0.99, adjustment_rate=0.00035, tolerated_attempts=126,
)  # fmt: skip
"""A point at which people leave in every year and runs hardly ever stop early; round numbers near what a first search of the record met."""

ROOT = 5000


FULL = {"searches": 10}
QUICK = {
    "searches": 2, "screened": 256, "starts": 4, "generations": 12, "halving": 4, "population": 8, "last_generations": 8, "replicates": 2,
    "fresh": 20,
}  # fmt: skip
"""How many searches, and how much is spent on each: settings of :class:`Staged` other than its own."""


def synthetic(truth: Parameters, root: int, **settings: object) -> tuple[Target, pd.DataFrame]:
    """Return a record that the first complete run with ``truth`` made, and the truth as a table of one point."""
    point = pd.DataFrame([truth.as_dict()])
    runs = MemoryEvaluation(root, **settings)(point, 20)  # type: ignore[arg-type]
    complete = runs[~runs["stopped_early"]]
    years = tuple(
        int(name.removeprefix("successes_"))
        for name in runs.columns
        if name.startswith("successes_")
    )
    counts = complete.iloc[0][[f"successes_{year}" for year in years]]
    return Target(years, tuple(float(count) for count in counts), "synthetic"), point


def searched(search: Staged, evaluate: MemoryEvaluation, seed: int) -> pd.DataFrame:
    """Return the winner of one search (one row), with the best scores of its screen and of its rough stage."""
    trace = search.run(evaluate, seed=seed)
    reached = trace.groupby("stage")["score"].min()
    return (
        outcome(trace)
        .head(1)
        .assign(best_of_screen=reached["screen"], best_of_rough=reached["rough"])
    )


def spent(
    budget: dict[str, int], space: Space, objective: Objective
) -> tuple[Staged, dict[str, int]]:
    """Return the search of a budget, and the whole budget with every setting written out."""
    search = Staged(
        space=space,
        objective=objective,
        **{name: value for name, value in budget.items() if name != "searches"},
    )
    return search, {"searches": budget["searches"], **settings_of(search)}


def recover(
    space: Space, truth: Parameters, budget: dict[str, int], root: int = ROOT, report: Callable[[str], object] = print,
    keep: Callable[[pd.DataFrame, dict], object] | None = None, done: pd.DataFrame | None = None, **settings: object,
) -> tuple[pd.DataFrame, dict]:  # fmt: skip
    """Return a row for each search: its winner, its fresh score and whether it is as good as the truth; and what the truth scores.

    ``keep`` is given both after every search; searches whose rows are in ``done`` are not made
    again.
    """
    target, point = synthetic(truth, root, **settings)
    objective = Objective(target, "root_scale")
    search, whole = spent(budget, space, objective)

    def judged(points: pd.DataFrame, number: int) -> pd.DataFrame:
        judge = MemoryEvaluation(root + 1, first_point=number, **settings)  # type: ignore[arg-type]
        return rescored(points, objective, judge, replicates=4 * search.fresh)

    own = judged(point, 0).iloc[0]
    floor = noise_floor(MemoryEvaluation(root + 2, **settings)(point, search.fresh), objective)  # type: ignore[arg-type]
    rows = [] if done is None else [done.iloc[[i]] for i in range(len(done))]
    about: dict = {}
    for number in range(len(rows), whole["searches"]):
        evaluate = MemoryEvaluation(root + 10 + number, **settings)  # type: ignore[arg-type]
        winner = searched(search, evaluate, root + 10 + number)
        final = judged(winner, 1 + number)
        recovered = bool(final["score"].iloc[0] <= own["score"] + own["spread"])
        labels = {"search": number, "recovered": recovered, "runs": evaluate.runs_made}
        for name in ("best_of_rough", "best_of_screen"):
            labels[name] = winner[name].iloc[0]
        rows.append(pd.concat([pd.DataFrame([labels]), final], axis=1))
        table = pd.concat(rows, ignore_index=True)
        about = {
            "truth": truth.as_dict(), "root": root, "budget": whole,
            "record": dict(zip(target.years, target.counts, strict=True)), "truth_score": float(own["score"]),
            "truth_spread": float(own["spread"]), "noise_floor": float(floor["floor"]),
            "recovered": int(table["recovered"].sum()), "searches": len(table), "defection": defection.__version__,
            "law": law_fingerprint(), "country": MemoryEvaluation(root, **settings).country.fingerprint,  # type: ignore[arg-type]
        }  # fmt: skip
        report(
            f"search {number}: {final['score'].iloc[0]:.2f} after {evaluate.runs_made:,} runs, the truth {own['score']:.2f}"
        )
        if keep is not None:
            keep(table, about)
    return table, about


def main(arguments: list[str] | None = None) -> None:
    """Make the record, search for it and write what came of it, search by search; a second call goes on where the first ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=pathlib.Path, default=FOUND)
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args(arguments)
    asked.out.mkdir(parents=True, exist_ok=True)
    file, budget = asked.out / "recovery.csv", QUICK if asked.quick else FULL

    def keep(table: pd.DataFrame, about: dict) -> None:
        columns = [name for name in table.columns if name not in PARAMETERS]
        table[[*columns, *PARAMETERS]].to_csv(file, index=False)
        file.with_suffix(".json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")

    done = None
    if file.exists():
        about = json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))
        _, whole = spent(budget, search_space(), Objective(Target.from_country()))
        if about["budget"] == whole and about["truth"] == TRUTH.as_dict() and about["root"] == ROOT:
            done = read_regions(file)
            if len(done) == whole["searches"]:
                return
    recover(search_space(), TRUTH, budget, keep=keep, done=done)


if __name__ == "__main__":
    main()
