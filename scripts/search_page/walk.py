"""What the paper's own walk came to: its best points, what its good runs have in common, and its importances."""

from __future__ import annotations

import json

import pandas as pd

from defection.batch_runs.sensitivity.table import is_dummy
from defection.replication import appendix
from defection.replication.best_regions import FOUND, read_regions
from defection.replication.reported import PAPER, PRIOR_LINE
from search_page.common import VARIED, number, table


def walk() -> str:
    """Return the tables of the walk."""
    about = json.loads((FOUND / "paper_walk.json").read_text(encoding="utf-8"))
    return "\n\n".join([_found(about), _region(), _lines(about), _ranking(about)])


def _found(about: dict) -> str:
    found = read_regions(FOUND / "paper_walk.csv").sort_values("vertical", kind="stable")
    best, near = found.iloc[0], found.loc[found["score"].idxmin()]
    return (
        f"{about['walks']} walks of {about['steps']:,} steps, {about['runs_of_the_walks']:,} runs; a walk begins anew after "
        f"{about['patience']} steps without a new best of its own. {100 * about['stopped']:.0f} % of the runs stopped early. The best point "
        f"by the walk's own distance scores {best['vertical']:.2f} ± {best['vertical_spread']:.2f} on fresh seeds ({best['score_in_search']:.2f} "
        f"in the run that the walk saw), which is {best['score']:.2f} on the root scale; the nearest of its best ten on the root scale "
        f"{near['score']:.2f} ± {near['spread']:.2f}."
    )


def _region() -> str:
    region = pd.read_csv(FOUND / "paper_walk_region.csv")
    region = region[~region["distinct"]]
    shares = sorted(set(region["share"]), reverse=True)
    rows: list[list[object]] = []
    for name in VARIED:
        one = region[region["parameter"] == name].set_index("share")
        cells = [
            f"{number(one.loc[s, 'mean'])} ({number(one.loc[s, 'deviation'])}); {one.loc[s, 'narrowing']:.2f}"
            for s in shares
        ]
        rows.append([f"`{name}`", PAPER[name].says if name in PAPER else "", *cells])
    counts = region.drop_duplicates("share").set_index("share")
    heads = [
        f"best {100 * s:g} % ({counts.loc[s, 'points']:,} runs, up to {counts.loc[s, 'worst']:.2f})"
        for s in shares
    ]
    return table(rows, ["parameter", "the paper", *heads])


def _lines(about: dict) -> str:
    rows: list[list[object]] = [
        [
            "the paper",
            "",
            number(PRIOR_LINE.intercept),
            f"{PRIOR_LINE.slope:.2f}",
            number(PRIOR_LINE.residual),
            "",
        ]
    ]
    for one in about["lines"]:
        kind = "one of each walk and restart" if one["distinct"] else "all"
        rows.append(
            [f"best {100 * one['share']:g} %, {kind}", f"{one['points']:,}", number(one["intercept"]), f"{one['slope']:.2f}",
             number(one["residual"]), f"{one['correlation']:.2f}"]
        )  # fmt: skip
    return table(
        rows, ["α₀ on β₀ among", "runs", "intercept", "slope", "residual s.e.", "correlation"]
    )


def _ranking(about: dict) -> str:
    found = pd.read_csv(FOUND / "paper_walk_importance.csv")
    paper = appendix().set_index("parameter")["share"]
    parts = {
        (outcome, method): found[
            (found["outcome"] == outcome) & (found["method"] == method)
        ].set_index("parameter")
        for outcome in ("score", "good")
        for method in ("forest", "permutation")
    }
    floors = {
        key: part.loc[is_dummy(part.index.to_series()), "high"].max() for key, part in parts.items()
    }
    rows: list[list[object]] = []
    for name in [*paper.index, "utility_intercept"]:
        cells = [
            f"{part.loc[name, 'value']:.2g}"
            + ("" if part.loc[name, "low"] > floors[key] else " (noise)")
            for key, part in parts.items()
        ]
        rows.append([f"`{name}`", f"{paper[name]:.2f}" if name in paper else "not listed", *cells])
    for key, what in (("correlation", "rank correlation with the paper"), ("chance", "by chance")):
        told = {(one["outcome"], one["method"]): one[key] for one in about["rank_correlation"]}
        rows.append([what, "", *(f"{told[pair]:.2f}" for pair in parts)])
    return table(
        rows,
        ["parameter", "the paper, share", *(f"{outcome}: {method}" for outcome, method in parts)],
    )
