"""Search for the regions in which the model follows the record: ``python scripts/find_regions.py`` renews ``batch_runs/searches/found``.

For the paper's model and for each other reading of what the paper leaves open: a screen of Sobol' points, evolution from its best points
(and, for other readings, from the best region of the first), winners scored again on 50 fresh seeds, and the best of them on 200 more.
Everything follows from the settings below and the root of each search; ``--quick`` makes a small search, for tests.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import pathlib
import time
from typing import Any

import pandas as pd

import defection
from defection.batch_runs.designs import Space
from defection.batch_runs.scores import Objective, Target
from defection.batch_runs.searches import Evolution, MemoryEvaluation, Screen, SearchError, best, noise_floor, rescored, winners
from defection.batch_runs.searches.shipped import FOUND, read_regions
from defection.compiled import law_fingerprint
from defection.country import load
from defection.parameters import PARAMETERS

BASE = "the paper's ranges"
READINGS: dict[str, dict[str, Any]] = {
    BASE: {},
    "once more": {},
    "refined": {},
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
"""What each search changes; all other parameters vary over their own ranges, readings keep their defaults.

``once more`` changes nothing: it has the other readings' budget and their first points, so it is what they are to be compared with.
``refined`` changes nothing either: it spends more on those first points, with short steps and more replicates.
"""
EARLIER = FOUND / "earlier.csv"
"""What a first try found before this script stood (8 Sobol' starts, 120 generations of 12 points, 4 runs each; 50 fresh seeds); its script
was not kept. Its best region is one of the first points of every search but the first, since that one did not find it."""
BORDERS = {"border of two provinces": ("Ryanggang", "North Hamgyong")}
"""Readings under which other provinces than the country's own count as border provinces."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Budget:
    """How much is spent on a search."""

    screened: int = 2048
    starts: int = 6
    generations: int = 60
    halving: int | None = 15
    population: int = 12
    replicates: int = 4
    step: float = 0.05
    fresh: int = 50
    last: int = 200


FINE = Budget(screened=64, starts=2, generations=80, halving=40, replicates=8, step=0.03)
FULL, LARGE = Budget(), Budget(screened=8192, starts=16, generations=200, halving=None, step=0.15)
QUICK = Budget(screened=64, starts=2, generations=2, halving=1, population=6, replicates=2, fresh=4, last=6)


def search(name: str, root: int, budget: Budget, first: pd.DataFrame | None = None) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the winners of one search, scored again, best first, and what was spent on it."""
    began = time.perf_counter()
    space, objective = Space.of(READINGS[name], vary="all"), Objective(Target.of_country(), "root_scale")
    country = load("north_korea")
    if name in BORDERS:
        country = country.replace(border=[float(province in BORDERS[name]) for province in country.provinces])
    evaluate = MemoryEvaluation(root, country=country)
    screen = Screen(space=space, objective=objective, points=budget.screened).run(evaluate, seed=root)
    names = list(PARAMETERS)
    seeds = best(screen, budget.starts, apart=0.1, space=space)[names]
    if first is not None:
        guest = space.complete(first[space.names])
        seeds = pd.concat([guest, seeds.iloc[: budget.starts - len(guest)]], ignore_index=True)
    evolution = Evolution(
        space=space, objective=objective, starts=budget.starts, generations=budget.generations,
        halving=budget.halving, population=budget.population, replicates=budget.replicates, step=budget.step,
    )  # fmt: skip
    trace = evolution.run(evaluate, seed=root, first=seeds)
    table = rescored(winners(trace), objective, evaluate, replicates=budget.fresh)
    table = table.drop_duplicates("start").reset_index(drop=True)  # the better of a start's two candidates
    runs = evaluate(table[names].head(1), budget.last)
    last = objective.of_points(runs).iloc[0]
    try:
        floor = noise_floor(runs, objective).to_dict()
    except SearchError as error:
        floor = {"floor": None, "spread": None, "why": str(error)}
    shares = screen[["dead", "between", "burst"]].mean()
    table.insert(0, "reading", name)
    table.insert(1, "root", root)
    about = {
        "reading": name, "root": root, "given": READINGS[name], "border": BORDERS.get(name), "budget": dataclasses.asdict(budget), "runs": evaluate.runs_made,
        "seconds": round(time.perf_counter() - began), "screen": shares.round(4).to_dict(), "best_of_screen": float(screen["score"].min()),
        "best": {
            "point": int(last["point"]), "replicates": budget.last, "score": float(last["score"]), "spread": float(last["spread"]),
            "standard_error": float(last["standard_error"]), "stopped": float(last["stopped"]),
            "noise_floor": floor["floor"], "noise_floor_spread": floor["spread"],
        },
    }  # fmt: skip
    return table, about


def main(arguments: list[str] | None = None) -> None:
    """Search under one reading or all and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=pathlib.Path, default=FOUND)
    parser.add_argument("--only", choices=list(READINGS), action="append")
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args(arguments)
    asked.out.mkdir(parents=True, exist_ok=True)
    first: pd.DataFrame | None = None
    for number, name in enumerate(READINGS):
        if asked.only and name not in asked.only:
            continue
        file = asked.out / f"{name.replace(' ', '_').replace(chr(39), '')}.csv"
        if name != BASE:
            found = [asked.out / f"{BASE.replace(' ', '_').replace(chr(39), '')}.csv", EARLIER]
            first = pd.concat([read_regions(one).head(1)[list(PARAMETERS)] for one in found], ignore_index=True)
        budget = QUICK if asked.quick else LARGE if name == BASE else FINE if name == "refined" else FULL
        table, about = search(name, 1000 + number, budget, first)
        table.to_csv(file, index=False)
        print(f"{name}: {about['best']['score']:.2f} after {about['runs']:,} runs", flush=True)
        about |= {"defection": defection.__version__, "law": law_fingerprint(), "country": load("north_korea").fingerprint}
        file.with_suffix(".json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
