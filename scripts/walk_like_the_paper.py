"""Search as the paper did: ``python scripts/walk_like_the_paper.py`` renews ``batch_runs/searches/found/paper_walk.csv`` and ``.json``.

Sixteen walks side by side, one run a point, the paper-like vertical distance; then the best point of each walk on 50 fresh seeds, by that
distance and by the root-scale one. The paper made close to 100,000 runs (``--steps 6250``); the default makes 6,400.
"""

from __future__ import annotations

import argparse
import json
import pathlib

import pandas as pd

import defection
from defection.batch_runs.designs import Space
from defection.batch_runs.scores import Objective, Target
from defection.batch_runs.searches import MemoryEvaluation, PaperWalk, rescored
from defection.batch_runs.searches.shipped import FOUND
from defection.parameters import PARAMETERS

ROOT, WALKS, FRESH = 9000, 16, 50


def walked(steps: int, fresh: int = FRESH) -> tuple[pd.DataFrame, dict]:
    """Return the best point of each walk, scored again by both distances, and the settings."""
    target, evaluate = Target.of_country(), MemoryEvaluation(ROOT)
    search = PaperWalk(space=Space.of(vary="all"), objective=Objective(target, "vertical"), walks=WALKS, steps=steps, patience=100)
    trace = search.run(evaluate, seed=ROOT)
    spent = evaluate.runs_made
    best = trace.loc[trace.groupby("start")["score"].idxmin()]
    vertical = rescored(best, Objective(target, "vertical"), evaluate, replicates=fresh)
    root = rescored(vertical[[*PARAMETERS, "start"]], Objective(target, "root_scale"), evaluate, replicates=fresh)
    table = vertical.merge(root[["start", "score", "spread", "stopped"]], on="start", suffixes=("", "_root_scale"))
    about = {
        "method": "the paper's walk", "root": ROOT, "walks": WALKS, "steps": steps, "step": search.step, "continue_worse": search.continue_worse,
        "patience": search.patience, "fresh": fresh, "runs_of_the_walks": spent, "defection": defection.__version__,
    }  # fmt: skip
    return table, about


def main(arguments: list[str] | None = None) -> None:
    """Walk and write what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=pathlib.Path, default=FOUND)
    parser.add_argument("--steps", type=int, default=400)
    asked = parser.parse_args(arguments)
    asked.out.mkdir(parents=True, exist_ok=True)
    table, about = walked(asked.steps)
    table.to_csv(asked.out / "paper_walk.csv", index=False)
    (asked.out / "paper_walk.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
