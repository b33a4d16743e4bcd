"""The paper's own search, made again with as many runs: what its good runs have in common, from stored results."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from defection.parameters import PARAMETERS
from defection.replication.best_regions import FOUND, read_regions
from defection.replication.finding import NOT, REPRODUCED, UNDECIDED, Finding, most, told
from defection.replication.reported import PAPER, PRIOR_LINE, Reported
from defection.replication.runs import Evidence

RULE = (
    "The paper does not say from which score on a run is good: each answer is given for the best 5 %, 1 % and 0.1 % of the walk's runs, "
    "and reproduced or not where all three agree. A parameter with a mean and a standard deviation: reproduced if the mean of the good "
    "runs lies within two of the paper's standard deviations of its mean and theirs is at most twice the paper's; not reproduced if "
    "neither. The line: reproduced if the residual standard error is at most twice the paper's. As a whole: reproduced if all are, not if "
    "more than half are not."
)


def of_shape(mean: float, deviation: float, paper: Reported) -> str:
    """Return the verdict on one parameter for one share of good runs."""
    low, high = paper.within()
    there, narrow = low <= mean <= high, deviation <= (high - low) / 2
    return REPRODUCED if there and narrow else UNDECIDED if there or narrow else NOT


def of_shares(verdicts: list[str]) -> str:
    """Return one verdict over the shares: theirs where all agree, else undecided."""
    return verdicts[0] if len(set(verdicts)) == 1 else UNDECIDED


def region() -> pd.DataFrame:
    """Return the stored means and standard deviations of the walk's good runs, by ``share`` and ``parameter``."""
    table = pd.read_csv(FOUND / "paper_walk_region.csv")
    return (
        table[~table["distinct"]]
        .drop(columns="distinct")
        .sort_values("share", ascending=False, kind="stable")
    )


def beside(table: pd.DataFrame) -> pd.DataFrame:
    """Return a row per parameter: the paper's words, ours for each share, and the verdict where the paper gives mean and deviation."""
    rows = []
    for name in table["parameter"].unique():
        paper = PAPER.get(name)
        part = table[table["parameter"] == name]
        cells = {
            f"best {row['share']:.1%}": f"{told(row['mean'])} (s.d. {told(row['deviation'])})"
            for row in part.to_dict("records")
        }
        verdict = ""
        if paper and paper.mean is not None and paper.deviation is not None:
            verdict = of_shares(
                [of_shape(row["mean"], row["deviation"], paper) for row in part.to_dict("records")]
            )
        rows.append(
            {
                "parameter": name,
                "the paper": paper.says if paper else "",
                **cells,
                "verdict": verdict,
            }
        )
    return pd.DataFrame(rows)


def lines(about: dict[str, Any]) -> pd.DataFrame:
    """Return the lines of α₀ on β₀ among the good runs, all of each share."""
    kept = [one for one in about["lines"] if not one["distinct"]]
    names = ("intercept", "slope", "residual", "correlation")
    return pd.DataFrame(
        [
            {"runs": f"best {one['share']:.1%}", **{name: one[name] for name in names}}
            for one in kept
        ]
    )


def finding(_evidence: Evidence) -> Finding:
    """Lay the good runs of the walk beside the paper's."""
    about = json.loads((FOUND / "paper_walk.json").read_text(encoding="utf-8"))
    best = read_regions(FOUND / "paper_walk.csv").sort_values("vertical", kind="stable").iloc[0]
    table, line = beside(region()), lines(about)
    of_line = of_shares(
        [REPRODUCED if error <= 2 * PRIOR_LINE.residual else NOT for error in line["residual"]]
    )
    judged = table[table["verdict"] != ""]
    last = judged.columns[-2]
    parts = [
        (
            f"{PARAMETERS[row['parameter']].symbol or row['parameter']}: {row['the paper']}",
            row["verdict"],
            f"{last}: {row[last]}",
        )
        for row in judged.to_dict("records")
    ]
    final = line.iloc[-1]
    said = f"{final['runs']}: α₀ = {told(final['intercept'])} + {final['slope']:.2f} β₀, residual s.e. {told(final['residual'])}"
    parts.append(("α₀ = 26 + 0.66 β₀, residual s.e. 4.01", of_line, said))
    return Finding(
        "walk",
        "The paper's own search, made again",
        "Close to 100,000 simulations, each near the last; high scores lie in a very small region (means and standard deviations below).",
        f"{about['walks']} walks with {about['runs_of_the_walks']:,} runs in all. The best point scores {told(best['vertical'])} by the "
        f"walk's distance on fresh seeds ({told(best['score_in_search'])} in the run that the walk saw), {told(best['score'])} on the root "
        f"scale. Even the best thousandth of its runs lie widely: {said}. They share a slow adjustment and a high first repression.",
        most([verdict for _, verdict, _ in parts]),
        RULE,
        {"walk": table, "walk_lines": line},
        (
            f"stored: replication/found/paper_walk* (scripts/walk_like_the_paper.py, root {about['root']})",
        ),
        tuple(parts),
    )
