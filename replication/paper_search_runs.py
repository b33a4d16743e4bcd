"""A search as the paper's own, with as many runs."""

import dataclasses
import pathlib
import tempfile
from typing import Any

import numpy as np
import pandas as pd

from defection.batch_runs.designs import Space
from defection.batch_runs.scores import Objective, Target
from defection.batch_runs.searches import PaperSearch, rescored
from defection.batch_runs.searches.generation import settings_of
from defection.batch_runs.searches.region import described, good_runs, prior_line
from defection.batch_runs.searches.run import run_search
from defection.batch_runs.sensitivity.forest import forest, permutation
from defection.batch_runs.sensitivity.sample import Sample
from defection.country import load
from defection.replication.importance import rank_correlation
from defection.replication.markdown import shown
from defection.replication.result import Result, Tables
from defection.replication.searches import NAMES
from defection.replication.seeds import MemoryEvaluation
from defection.replication.sensitivity import ranking

ROOT = 9000
SHARES = (0.05, 0.01, 0.001)
"""The paper does not say from which score on a run is good: three answers."""
SHOWN = tuple(
    (outcome, method, "paper's search")
    for outcome in ("score", "good")
    for method in ("forest", "permutation")
)
FULL = {"chains": 50, "steps": 2000, "fresh": 50, "trees": 50, "explained": 20_000}

QUICK = {"chains": 8, "steps": 40, "fresh": 2, "trees": 10, "explained": 320}


def paper_search(folder: pathlib.Path, size: dict[str, int] = FULL) -> Tables:
    """Search as the paper did, with as many runs; the folder keeps every run to go on from.

    Return the best points by the paper-like distance, scored again by it and on the root scale;
    what good runs have in common; and importances by a forest grown on the search's own runs.
    """
    space, observed = Space.from_parameters(vary="all"), Target.from_country()
    searched = PaperSearch(
        space=space,
        objective=Objective(observed, "vertical"),
        chains=size["chains"],
        steps=size["steps"],
    )
    best = run_search(searched, folder, seed=ROOT)
    trace = pd.read_parquet(folder / "trace.parquet")
    columns = ["score", "sd", "standard_error", "stopped_early"]
    again = rescored(
        best[[*NAMES, "start"]], Objective(observed, "root_scale"), MemoryEvaluation(ROOT + 1),
        replicates=size["fresh"],
    )  # fmt: skip
    points = best.rename(columns={"score": "vertical", "sd": "vertical_sd"})
    points = points[["start", "score_in_search", "vertical", "vertical_sd", *NAMES]].merge(
        again[["start", *columns]], on="start", validate="one_to_one"
    )
    points = points[[*points.columns[:4], *columns, *NAMES]]
    region, lines = _regions(trace, space)
    ranking = _importances(trace, space, size)
    settings = {name: value for name, value in settings_of(searched).items() if name not in size}
    about = {
        "root": ROOT, **size, **settings, "points": len(trace),
        "restarts": int(trace["restart"].max()),
        "stopped_early": float(trace["stopped_early"].mean()),
        "lines": lines, "rank_correlation": rank_correlation(ranking).to_dict("records"),
        "country": load("north_korea").fingerprint,
    }  # fmt: skip
    return {
        "paper_search": points, "paper_search_region": region,
        "paper_search_importance": ranking, "paper_search.json": about,
    }  # fmt: skip


def _regions(trace: pd.DataFrame, space: Space) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Return what the good runs have in common for each share, and the lines of the prior."""
    tables, lines = [], []
    for share in SHARES:
        for distinct in (False, True):
            good = good_runs(trace, share, distinct=distinct)
            about = {"share": share, "distinct": distinct, "points": len(good)}
            about["worst"] = float(good["score"].max())
            if len(good) >= 3:
                tables.append(described(good, space).assign(**about))
                lines.append(about | dataclasses.asdict(prior_line(good)))
    return pd.concat(tables, ignore_index=True), lines


def _importances(trace: pd.DataFrame, space: Space, size: dict[str, int]) -> pd.DataFrame:
    """Return importances for the score and for being among the best twentieth."""
    finite = trace[np.isfinite(trace["score"])]
    some = finite.sample(min(size["explained"], len(finite)), random_state=ROOT)
    good = some["score"] <= finite["score"].quantile(0.05)
    outcomes = pd.DataFrame({"score": some["score"], "good": good}).reset_index(drop=True)
    names, unit = tuple(space.names), space.unit(some)
    sample = Sample(names, unit, some["point"].to_numpy(), outcomes)
    tables = [
        how(sample, name, trees=size["trees"]) for name in outcomes for how in (forest, permutation)
    ]
    return pd.concat(tables, ignore_index=True)


def compute(runs: Any) -> Tables:
    """Search in the working folder, or in one that is not kept."""
    size = QUICK if runs.quick else FULL
    if runs.work is not None:
        return paper_search(runs.work / "paper_search", size)
    with tempfile.TemporaryDirectory() as folder:
        return paper_search(pathlib.Path(folder) / "paper_search", size)


def text(tables: Tables) -> str:
    """Return what the paper's own search came to, and its importances."""
    about, points = tables["paper_search.json"], tables["paper_search"]
    best = points.sort_values("vertical", kind="stable").iloc[0]
    importance = tables["paper_search_importance"].assign(runs_from="paper's search")
    return (
        f"{about['chains']} chains of {about['steps']:,} steps, {about['points']:,} runs;"
        f" a chain begins anew after {about['patience']} steps without a new best of its own. "
        f"{100 * about['stopped_early']:.0f} % of the runs stopped early. The best point by the "
        f"search's own distance scores {best['vertical']:.2f} ± {best['vertical_sd']:.2f} on fresh "
        f"seeds ({best['score_in_search']:.2f} in the search), which is {best['score']:.2f} on the "
        f"root scale; of its best ten the nearest there has {points['score'].min():.2f}.\n\n"
        f"{ranking(importance, SHOWN)}\n\n{shown(pd.DataFrame(about['rank_correlation']))}"
    )


RESULT = Result(
    name="paper_search_runs", title="The paper's own search with as many runs", compute=compute,
    folder="found", seconds=2400, texts={"search-paper-search": text},
)  # fmt: skip
