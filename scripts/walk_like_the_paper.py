"""Search as the paper did: ``python scripts/walk_like_the_paper.py`` renews ``replication/found/paper_walk*``.

Fifty walks side by side, 2,000 steps each, one run a point, the paper-like vertical distance:
100,000 runs, near what the paper made. Every run is kept in a folder (``--kept``) as ``defection
search --method paper`` keeps it, so that a walk that was stopped goes on. Then: the best points on
fresh seeds by that distance and by the root-scale one; what the good runs have in common; and the
importance of the parameters by a random forest grown on the walk's own runs, as in the appendix.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import pathlib
from typing import Any

import numpy as np
import pandas as pd

import defection
from defection.batch_runs.designs import Space
from defection.batch_runs.scores import Objective, Target
from defection.batch_runs.searches import MemoryEvaluation, PaperWalk, rescored
from defection.batch_runs.searches.generation import settings_of
from defection.batch_runs.searches.good_region import described, good_runs, prior_line
from defection.batch_runs.searches.run import run_search
from defection.batch_runs.sensitivity import Evidence, rank_correlation
from defection.batch_runs.sensitivity.forest import forest
from defection.batch_runs.sensitivity.permutation import permutation
from defection.compiled import law_fingerprint
from defection.country import load
from defection.parameters import PARAMETERS
from defection.replication.best_regions import FOUND

ROOT = 9000
SHARES = (0.05, 0.01, 0.001)
"""The paper does not say from which score on a run is good: three answers."""

FULL = {"walks": 50, "steps": 2000, "fresh": 50, "trees": 50, "explained": 20_000}
QUICK = {"walks": 8, "steps": 40, "fresh": 2, "trees": 10, "explained": 320}


def walked(
    folder: pathlib.Path, size: dict[str, int]
) -> tuple[PaperWalk, pd.DataFrame, pd.DataFrame]:
    """Walk into a folder, or go on there; return the search, its trace and its best points by both distances on fresh seeds."""
    search = PaperWalk(
        space=Space.from_parameters(vary="all"),
        objective=Objective(Target.from_country(), "vertical"),
        walks=size["walks"],
        steps=size["steps"],
    )
    best = run_search(search, folder, seed=ROOT)
    trace = pd.read_parquet(folder / "trace.parquet")
    judge = MemoryEvaluation(ROOT + 1)
    columns = ["score", "spread", "standard_error", "stopped"]
    table = best.rename(columns={"score": "vertical", "spread": "vertical_spread"}).drop(
        columns=["standard_error", "replicates", "stopped"]
    )
    root = rescored(
        best[[*PARAMETERS, "start"]],
        Objective(Target.from_country(), "root_scale"),
        judge,
        replicates=size["fresh"],
    )
    keep = ["start", "score_in_search", "vertical", "vertical_spread"]
    table = table[[*keep, *PARAMETERS]].merge(
        root[["start", *columns]], on="start", validate="one_to_one"
    )
    return search, trace, table[[*keep, *columns, *PARAMETERS]]


def regions(trace: pd.DataFrame, space: Space) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Return what the good runs have in common for each share, and the lines of the prior."""
    tables, lines = [], []
    for share in SHARES:
        for distinct in (False, True):
            good = good_runs(trace, share, distinct=distinct)
            about = {
                "share": share,
                "distinct": distinct,
                "points": len(good),
                "worst": float(good["score"].max()),
            }
            if len(good) >= 3:
                tables.append(described(good, space).assign(**about))
                lines.append({**about, **dataclasses.asdict(prior_line(good))})
    return pd.concat(tables, ignore_index=True), lines


def importances(trace: pd.DataFrame, space: Space, trees: int, explained: int) -> pd.DataFrame:
    """Return the forest's and the permutation's importances for the score and for being among the best twentieth."""
    finite = trace[np.isfinite(trace["score"])]
    some = finite.sample(
        min(explained, len(finite)), random_state=ROOT
    )  # a forest of all runs takes an hour
    outcomes = pd.DataFrame(
        {"score": some["score"], "good": some["score"] <= finite["score"].quantile(0.05)}
    ).reset_index(drop=True)
    evidence = Evidence(tuple(space.names), space.unit(some), some["point"].to_numpy(), outcomes)
    return pd.concat(
        [how(evidence, name, trees=trees) for name in outcomes for how in (forest, permutation)],
        ignore_index=True,
    )


def main(arguments: list[str] | None = None) -> None:
    """Walk and write what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=pathlib.Path, default=FOUND)
    parser.add_argument(
        "--kept", type=pathlib.Path, required=True, help="folder for every run of the walk"
    )
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args(arguments)
    asked.out.mkdir(parents=True, exist_ok=True)
    size = QUICK if asked.quick else FULL
    search, trace, table = walked(asked.kept, size)
    table.to_csv(asked.out / "paper_walk.csv", index=False)
    region, lines = regions(trace, search.space)
    region.to_csv(asked.out / "paper_walk_region.csv", index=False, float_format="%.6g")
    ranking = importances(trace, search.space, size["trees"], size["explained"])
    ranking.to_csv(asked.out / "paper_walk_importance.csv", index=False, float_format="%.4g")
    settings = {name: value for name, value in settings_of(search).items() if name not in size}
    about = {
        "method": "the paper's walk", "root": ROOT, **size, **settings, "runs_of_the_walks": len(trace), "restarts": int(trace["restart"].max()),
        "stopped": float(trace["stopped"].mean()), "lines": lines, "rank_correlation": rank_correlation(ranking).to_dict("records"),
        "defection": defection.__version__, "law": law_fingerprint(), "country": load("north_korea").fingerprint,
    }  # fmt: skip
    (asked.out / "paper_walk.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    print(
        f"best: vertical {table['vertical'].iloc[0]:.2f}, root scale {table['score'].min():.2f} after {len(trace):,} runs"
    )


if __name__ == "__main__":
    main()
