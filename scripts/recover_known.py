"""Do searches find what is known? ``python scripts/recover_known.py`` renews ``batch_runs/searches/found/recovery.csv`` and ``.json``.

A record is made by one run with known parameters. Ten searches with different seeds look for it, each with a screen of its own, evolution
on single runs that gives up the worse starts, and evolution with replicates from where the best of them came to. Each winner and the truth are then run with the same number of fresh seeds. A search counts as
successful if its winner's mean score is at most that of the truth plus the truth's spread over replicates.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import pathlib
import time
from collections.abc import Callable

import pandas as pd

import defection
from defection.batch_runs.designs import Space
from defection.batch_runs.scores import Objective, Target
from defection.batch_runs.searches import Evolution, MemoryEvaluation, Screen, best, noise_floor, rescored, winners
from defection.batch_runs.searches.shipped import FOUND
from defection.parameters import PARAMETERS, Parameters

TRUTH = Parameters(
    prior_alpha=110.0, prior_beta=70.0, observation_probability=0.015, memory_weeks=210, utility_intercept=-3.6, utility_slope=9.8,
    demographic_effect=1.75, famine_effect=0.65, initial_repression=0.99, adjustment_rate=0.00035, tolerated_attempts=126,
)  # fmt: skip
"""A point at which people leave in every year and runs hardly ever stop early; round numbers near what a first search of the record met."""

ROOT = 5000


@dataclasses.dataclass(frozen=True, kw_only=True)
class Budget:
    """How much is spent on each search."""

    searches: int = 10
    screened: int = 8192
    starts: int = 12
    generations: int = 80
    halving: int = 20
    population: int = 12
    finalists: int = 2
    last_generations: int = 60
    replicates: int = 4
    last_step: float = 0.05
    fresh: int = 50


QUICK = Budget(
    searches=2, screened=256, starts=4, generations=12, halving=4, population=8, last_generations=8, replicates=2, fresh=20
)  # fmt: skip


def synthetic(truth: Parameters, root: int, **settings: object) -> tuple[Target, pd.DataFrame]:
    """Return a record that the first complete run with ``truth`` made, and the truth as a table of one point."""
    point = pd.DataFrame([truth.as_dict()])
    runs = MemoryEvaluation(root, **settings)(point, 20)  # type: ignore[arg-type]
    complete = runs[~runs["stopped_early"]]
    years = tuple(int(name.removeprefix("successes_")) for name in runs.columns if name.startswith("successes_"))
    counts = complete.iloc[0][[f"successes_{year}" for year in years]]
    return Target(years, tuple(float(count) for count in counts), "synthetic"), point


def late_points(trace: pd.DataFrame, budget: Budget) -> pd.DataFrame:
    """Return the centres, and the best late point of each start that was given up at the last halving but one or after."""
    late = trace[~trace["centre"] & (trace["generation"] >= budget.generations - 2 * budget.halving)]
    return pd.concat([trace[trace["centre"]], late.loc[late.groupby("start")["score"].idxmin()]], ignore_index=True)


def recover(
    space: Space, truth: Parameters, budget: Budget, root: int = ROOT, report: Callable[[str], object] = print, **settings: object
) -> tuple[pd.DataFrame, dict]:
    """Return a row for each search: its winner, its fresh score and whether it is as good as the truth; and what the truth scores."""
    target, point = synthetic(truth, root, **settings)
    objective = Objective(target, "root_scale")
    judge = MemoryEvaluation(root + 1, **settings)  # type: ignore[arg-type]
    own = rescored(point, objective, judge, replicates=4 * budget.fresh).iloc[0]
    floor = noise_floor(MemoryEvaluation(root + 2, **settings)(point, budget.fresh), objective)  # type: ignore[arg-type]
    rows = []
    for number in range(budget.searches):
        began = time.perf_counter()
        evaluate = MemoryEvaluation(root + 10 + number, **settings)  # type: ignore[arg-type]
        seed = root + 10 + number
        screen = Screen(space=space, objective=objective, points=budget.screened, batch=2048).run(evaluate, seed=seed)
        rough = Evolution(
            space=space, objective=objective, starts=budget.starts, generations=budget.generations, halving=budget.halving,
            population=budget.population, replicates=1,
        ).run(evaluate, seed=seed, first=best(screen, budget.starts, apart=0.1, space=space))  # fmt: skip
        finalists = rescored(late_points(rough, budget), objective, evaluate, replicates=budget.replicates * 2)
        fine = Evolution(
            space=space, objective=objective, starts=budget.finalists, generations=budget.last_generations, step=budget.last_step,
            population=budget.population, replicates=budget.replicates,
        ).run(evaluate, seed=seed, first=finalists)  # fmt: skip
        chosen = rescored(winners(fine), objective, evaluate, replicates=budget.fresh).head(1)
        final = rescored(chosen, objective, judge, replicates=4 * budget.fresh)
        final.insert(0, "recovered", final["score"] <= own["score"] + own["spread"])
        final.insert(0, "best_of_screen", screen["score"].min())
        final.insert(0, "best_of_rough", rough["score"].min())
        final.insert(0, "runs", evaluate.runs_made)
        final.insert(0, "search", number)
        final.insert(0, "seconds", round(time.perf_counter() - began))
        rows.append(final)
        report(
            f"search {number}: {final['score'].iloc[0]:.2f} after {evaluate.runs_made:,} runs; the truth: {own['score']:.2f}, spread {own['spread']:.2f}"
        )
    table = pd.concat(rows, ignore_index=True)
    about = {
        "truth": truth.as_dict(), "root": root, "budget": dataclasses.asdict(budget), "record": dict(zip(target.years, target.counts, strict=True)),
        "truth_score": float(own["score"]), "truth_spread": float(own["spread"]), "noise_floor": float(floor["floor"]),
        "recovered": int(table["recovered"].sum()), "searches": len(table), "defection": defection.__version__,
    }  # fmt: skip
    return table, about


def main(arguments: list[str] | None = None) -> None:
    """Make the record, search for it and write what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=pathlib.Path, default=FOUND)
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args(arguments)
    asked.out.mkdir(parents=True, exist_ok=True)
    table, about = recover(Space.of(vary="all"), TRUTH, QUICK if asked.quick else Budget())
    columns = [name for name in table.columns if name not in PARAMETERS]
    table[[*columns, *PARAMETERS]].to_csv(asked.out / "recovery.csv", index=False)
    (asked.out / "recovery.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
