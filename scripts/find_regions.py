"""Search under the other readings of what the paper leaves open: ``python scripts/find_regions.py`` renews ``replication/found``.

Each reading gets one staged search from nothing, with the budget of those of
``scripts/find_baseline.py``, which search under the default readings three times; its best
candidate is scored on 200 more seeds. Three minutes each on one core. Everything follows from the
root of each search; ``--quick`` makes a small one, for tests.
"""

from __future__ import annotations

import argparse
import json
import pathlib
from typing import Any

import pandas as pd

import defection
from defection.batch_runs.scores import Objective, Target
from defection.batch_runs.searches import (
    MemoryEvaluation,
    SearchError,
    Staged,
    noise_floor,
    outcome,
    search_space,
)
from defection.batch_runs.searches.generation import settings_of
from defection.compiled import law_fingerprint
from defection.country import load
from defection.parameters import PARAMETERS
from defection.replication.best_regions import FOUND, with_border

READINGS: dict[str, dict[str, Any]] = {
    "hearing nationwide": {"hearing": "nationwide"},
    "tolerated successes": {"tolerated_measure": "successes"},
    "tolerated stopped": {"tolerated_measure": "stopped"},
    "growth in percent": {"economy_scale": 1.0},
    "a dire economy motivates": {"economy_scale": {"low": -1.0, "high": -0.01}},
    "famine 1994-1998": {"famine_years": "1994-1998"},
    "no famine": {"famine_years": "none"},
    "border of two provinces": {},
    "tolerance from one a week": {"tolerated_attempts": {"low": 1, "high": 500, "scale": "log"}},
    "wider ranges": {
        "prior_alpha": {"low": 1.0, "high": 1000.0, "scale": "log"},
        "prior_beta": {"low": 1.0, "high": 1000.0, "scale": "log"},
        "memory_weeks": {"low": 20, "high": 1196},
        "demographic_effect": {"low": 0.0, "high": 4.0},
        "famine_effect": {"low": -2.0, "high": 4.0},
        "tolerated_attempts": {"low": 1, "high": 500, "scale": "log"},
        "adjustment_rate": {"low": 0.0001, "high": 0.05},
    },
}
"""What each search changes; all else varies over the space of searches, and other readings keep their defaults."""

BORDERS = {"border of two provinces": ("Ryanggang", "North Hamgyong")}
"""Readings under which other provinces than the country's own count as border provinces."""

ROOT, LAST = 1000, 200
QUICK = {
    "screened": 64, "starts": 3, "generations": 2, "halving": 1, "population": 6, "finalists": 2, "last_generations": 2, "replicates": 2,
    "fresh": 4,
}  # fmt: skip


def search(
    name: str, root: int, budget: dict[str, int], last: int = LAST
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the candidates of one search with their scores on fresh seeds, best first, and what was spent on it."""
    objective = Objective(Target.from_country(), "root_scale")
    country = with_border(load("north_korea"), BORDERS.get(name))
    evaluate = MemoryEvaluation(root, country=country)
    staged = Staged(space=search_space(READINGS[name]), objective=objective, **budget)
    trace = staged.run(evaluate, seed=root)
    table = (
        outcome(trace).drop(columns="stage").drop_duplicates(list(PARAMETERS), ignore_index=True)
    )
    runs = evaluate(table[list(PARAMETERS)].head(1), last)
    best = objective.score_points(runs).iloc[0]
    try:
        floor = noise_floor(runs, objective).to_dict()
    except SearchError as error:
        floor = {"floor": None, "spread": None, "why": str(error)}
    table.insert(0, "reading", name)
    table.insert(1, "root", root)
    about = {
        "reading": name, "root": root, "given": READINGS[name], "border": BORDERS.get(name), "budget": settings_of(staged),
        "runs": evaluate.runs_made,
        "best_of_stage": {stage: float(score) for stage, score in trace.groupby("stage", sort=False)["score"].min().items()},
        "best": {
            "point": int(best["point"]), "replicates": last, "score": float(best["score"]), "spread": float(best["spread"]),
            "standard_error": float(best["standard_error"]), "stopped": float(best["stopped"]),
            "noise_floor": floor["floor"], "noise_floor_spread": floor["spread"],
        },
    }  # fmt: skip
    return table, about


def main(arguments: list[str] | None = None) -> None:
    """Search under some readings or all and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=pathlib.Path, default=FOUND)
    parser.add_argument("--only", choices=list(READINGS), action="append")
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args(arguments)
    asked.out.mkdir(parents=True, exist_ok=True)
    for number, name in enumerate(READINGS):
        if asked.only and name not in asked.only:
            continue
        table, about = search(
            name, ROOT + number, QUICK if asked.quick else {}, 6 if asked.quick else LAST
        )
        file = asked.out / f"{name.replace(' ', '_')}.csv"
        table.to_csv(file, index=False)
        print(f"{name}: {about['best']['score']:.2f} after {about['runs']:,} runs", flush=True)
        about |= {
            "defection": defection.__version__,
            "law": law_fingerprint(),
            "country": load("north_korea").fingerprint,
        }
        file.with_suffix(".json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
