"""Find the default parameters: ``python scripts/find_baseline.py`` renews ``replication/found/baseline.csv`` and ``.json``.

For each of :data:`ROOTS` a staged search from nothing (no region found before is used): a screen of
Sobol' points over the space of searches, rough evolution, fine evolution, candidates scored on
fresh seeds. The best of all candidates is run with 200 more, rounded to the fewest significant
digits that cost nothing, and the rounded point is run with 200 more again. Everything follows from
the settings below; ``--quick`` makes a small search, for tests. The defaults of
``model/parameters.py`` are the rounded point, copied; a test compares.
"""

from __future__ import annotations

import argparse
import json
import pathlib
import time
from typing import Any

import pandas as pd

import defection
from defection.batch_runs.designs import Space
from defection.batch_runs.scores import Objective, Target
from defection.batch_runs.searches import (
    MemoryEvaluation,
    Screen,
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
from defection.replication.best_regions import FOUND

NAME = "baseline"
ROOTS = (2017, 2018, 2019)
"""Roots of the searches, one after the other; the seed of every run follows from the root of its search."""
LAST, ROUNDING, ROUNDED, EVEN, EACH = 90_001, 90_002, 90_003, 90_004, 90_010
"""Roots of the runs that score the best candidate, choose how many digits are kept, score what was kept, screen the even ranges, and score the best of
each search."""


FULL: dict[str, int] = {}
QUICK = {
    "screened": 256, "starts": 4, "generations": 4, "halving": 2, "population": 6, "finalists": 2, "last_generations": 2, "replicates": 2,
    "fresh": 4,
}  # fmt: skip
"""How much is spent on each search: settings of :class:`Staged` other than its own."""


def rounded(point: pd.Series, digits: int, space: Space) -> pd.DataFrame:
    """Return a point with the searched numbers rounded to significant digits, as a table of one row."""
    values = {
        name: float(f"{point[name]:.{digits}g}") if name in space.names else point[name]
        for name in PARAMETERS
    }
    return pd.DataFrame([{name: PARAMETERS[name].checked(value) for name, value in values.items()}])


def measured(
    points: pd.DataFrame, objective: Objective, root: int, runs: int
) -> list[dict[str, Any]]:
    """Return for each point what it scores on fresh seeds, and its noise floor where enough runs are complete."""
    table = MemoryEvaluation(root)(points, runs)
    found = []
    for score in objective.score_points(table).to_dict("records"):
        about = {"root": root, "point": int(score["point"]), "replicates": runs}
        about |= {
            name: float(score[name]) for name in ("score", "spread", "standard_error", "stopped")
        }
        try:
            floor = noise_floor(
                table[table["point"] == score["point"]].reset_index(drop=True), objective
            ).to_dict()
        except SearchError as error:
            floor = {"floor": None, "spread": None, "why": str(error)}
        found.append(about | {"noise_floor": floor["floor"], "noise_floor_spread": floor["spread"]})
    return found


def evenly(objective: Objective, points: int) -> dict[str, float]:
    """Return what becomes of runs anywhere in the parameters' own ranges, news on an even scale: shares of the dead, the burst, the others."""
    screen = Screen(
        space=Space.from_parameters(vary="all"), objective=objective, points=points, batch=2048
    ).run(MemoryEvaluation(EVEN), seed=EVEN)
    return {
        name: float(share) for name, share in screen[["dead", "between", "burst"]].mean().items()
    }


def find(budget: dict[str, int], last: int) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the candidates of all searches, best first, and how they were found, scored and rounded."""
    began = time.perf_counter()
    space, objective = search_space(), Objective(Target.from_country(), "root_scale")
    search = Staged(space=space, objective=objective, **budget)
    tables, searches = [], []
    for number, root in enumerate(ROOTS):
        evaluate = MemoryEvaluation(root)
        trace = search.run(evaluate, seed=root)
        table = outcome(trace)
        table.insert(0, "root", root)
        tables.append(table)
        reached = trace.groupby("stage", sort=False)["score"].min().to_dict()
        searches.append(
            {
                "root": root,
                "runs": evaluate.runs_made,
                "best_of_stage": {name: float(score) for name, score in reached.items()},
                "best": measured(table[list(PARAMETERS)].head(1), objective, EACH + number, last)[
                    0
                ],
            }
        )
        print(
            f"root {root}: {table['score'].iloc[0]:.2f} after {evaluate.runs_made:,} runs, {time.perf_counter() - began:,.0f} s",
            flush=True,
        )
    found = pd.concat(tables, ignore_index=True).sort_values(
        "score", kind="stable", ignore_index=True
    )
    found = found.drop(columns=["stage"]).drop_duplicates(list(PARAMETERS), ignore_index=True)
    found.insert(0, "reading", NAME)
    names = list(PARAMETERS)
    winner = found.iloc[0]
    best = measured(found[names].head(1), objective, LAST, last)[0]
    tries = {digits: rounded(winner, digits, space) for digits in (2, 3, 4)}
    judged = measured(
        pd.concat([found[names].head(1), *tries.values()], ignore_index=True),
        objective,
        ROUNDING,
        last,
    )
    exact, shorter = judged[0], dict(zip(tries, judged[1:], strict=True))
    limit = exact["score"] + 2 * exact["standard_error"]
    digits = next(
        (
            n
            for n, one in shorter.items()
            if one["score"] <= limit and one["stopped"] <= exact["stopped"]
        ),
        4,
    )
    about = {
        "reading": NAME, "given": {}, "target": "Table 1, corrected", "distance": "root_scale", "budget": settings_of(search),
        "searches": searches, "runs": sum(one["runs"] for one in searches), "best": best,
        "digits": digits, "digits_tried": {str(n): one for n, one in {"all": exact, **shorter}.items()},
        "rounded": tries[digits].iloc[0].to_dict(), "rounded_scores": measured(tries[digits], objective, ROUNDED, last)[0],
        "screen": evenly(objective, search.screened),
    }  # fmt: skip
    return found, about


def main(arguments: list[str] | None = None) -> None:
    """Search and write what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=pathlib.Path, default=FOUND)
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args(arguments)
    asked.out.mkdir(parents=True, exist_ok=True)
    table, about = find(QUICK if asked.quick else FULL, 6 if asked.quick else 200)
    table.to_csv(asked.out / f"{NAME}.csv", index=False)
    about |= {
        "defection": defection.__version__,
        "law": law_fingerprint(),
        "country": load("north_korea").fingerprint,
    }
    (asked.out / f"{NAME}.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    kept = about["rounded_scores"]
    print(
        f"best {about['best']['score']:.2f}, rounded to {about['digits']} digits {kept['score']:.2f}, stopped {kept['stopped']:.3f}"
    )


if __name__ == "__main__":
    main()
