"""Whether the good region is the only one, and how rare good runs are."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd

from defection.batch_runs.scores import Objective, Target
from defection.batch_runs.searches import MemoryEvaluation, groups, line_scan, regions, search_space
from defection.parameters import PARAMETERS
from defection.replication.best_regions import FOUND
from defection.replication.finding import NOT, REPRODUCED, UNDECIDED, Finding, together, told
from defection.replication.fit import scores
from defection.replication.points import MARGIN
from defection.replication.reported import PAPER
from defection.replication.runs import Evidence

APART, RIDGE, STRICT = 0.2, 3.0, 2.0
PAPER_SPREADS = {name: one.deviation for name, one in PAPER.items() if one.deviation is not None}
"""Standard deviations that the paper reports of its good region."""

ONLY_RULE = (
    f"Regions fit nearly as well as the best if their stored score is at most {MARGIN:g} worse. Groups: average distance in the unit cube "
    f"of the searched ranges below {APART:g}. Not reproduced: two groups, and on a straight line between them a point scores more than "
    f"{RIDGE:g} worse than the worse end. Reproduced: one group. Undecided: several groups with passable lines between them, or with none "
    f"looked at (--quick): one long ridge rather than one small region. The same is asked of the regions whose mean score here is at most "
    f"{STRICT:g} worse; undecided where the two answers differ."
)
NARROW_RULE = (
    "Reproduced: over the regions that fit nearly as well, the standard deviation of each of δ, H, K and the tolerated number is at most "
    "twice the paper's. Not reproduced: none is. Undecided: some are, or there are fewer than three regions."
)
RARE_RULE = "Reproduced: fewer than 5 % of the points of a screen of the whole space neither die nor burst. Not reproduced: more. (One run each.)"


def of_groups(close: np.ndarray, joined: np.ndarray | None) -> str:
    """Return the verdict on 'the only region' from groups by nearness and, where looked at, regions by passages."""
    if len(set(close.tolist())) == 1:
        return REPRODUCED if len(close) > 1 else UNDECIDED
    return UNDECIDED if joined is None or len(set(joined.tolist())) == 1 else NOT


def of_margins(worth: np.ndarray, close: np.ndarray, joined: np.ndarray | None) -> str:
    """Return the verdict on 'the only region' over all regions and over those at most ``STRICT`` worse; undecided where they differ."""
    near = worth - worth.min() <= STRICT
    return together(
        [of_groups(close, joined), of_groups(close[near], None if joined is None else joined[near])]
    )


def of_spreads(table: pd.DataFrame) -> str:
    """Return the verdict on narrow ranges from a table with ``spread`` and ``paper_spread``."""
    within = (table["spread"] <= 2 * table["paper_spread"]).tolist()
    return REPRODUCED if all(within) else UNDECIDED if any(within) else NOT


def screen() -> dict[str, float]:
    """Return the shares of dead, in-between and burst points of the stored screen of the whole space, news on an even scale."""
    return json.loads((FOUND / "baseline.json").read_text(encoding="utf-8"))["screen"]


def finding(evidence: Evidence) -> Finding:
    """Compare the regions that fit nearly as well."""
    space, good = search_space(), evidence.good
    points = pd.DataFrame([place.parameters.as_dict() for place in good])
    objective = Objective(Target.from_country())
    close = groups(points, space, min_distance=APART)
    joined, tables = None, {}
    worth = scores(evidence).head(len(good))["score"].to_numpy()
    if not evidence.quick and len(good) > 1:
        evidence.tell("runs on the lines between regions")
        with MemoryEvaluation(evidence.root + 1, workers=evidence.threads) as evaluate:
            lines = line_scan(points, space, objective, evaluate, stops=3, replicates=8)
        joined = regions(points.assign(score=worth), lines, ridge=RIDGE)
        tables["passages"] = lines[
            ["first", "second", "share", "score", "sd", "stopped_early"]
        ].assign(first=lines["first"].astype(str))
    names = [place.name for place in good]
    rows = [{"parameter": "score", **{n: told(v) for n, v in zip(names, worth, strict=True)}}]
    rows += [
        {"parameter": name, **{n: told(v) for n, v in zip(names, points[name], strict=True)}}
        for name in space.names
    ]
    rows += [{"parameter": "group by nearness", **dict(zip(names, map(str, close), strict=True))}]
    if joined is not None:
        rows += [
            {"parameter": "region by passages", **dict(zip(names, map(str, joined), strict=True))}
        ]
    spreads = pd.DataFrame(
        [
            {
                "parameter": name,
                "smallest": float(points[name].min()),
                "largest": float(points[name].max()),
                "spread": float(points[name].std(ddof=1)),
                "paper_spread": paper,
            }
            for name, paper in PAPER_SPREADS.items()
        ]
    )
    fates = screen()
    only, narrow = (
        of_margins(worth, close, joined),
        of_spreads(spreads) if len(good) > 2 else UNDECIDED,
    )
    rare = REPRODUCED if fates["between"] < 0.05 else NOT
    wide = ", ".join(
        f"{PARAMETERS[r.parameter].symbol or r.parameter} {told(r.smallest)} to {told(r.largest)}"
        for r in spreads.itertuples()
    )
    behind = [*evidence.behind(*good), "screen: replication/found/baseline.json, root 90004"]
    if joined is not None:
        behind.append(
            f"lines: root {evidence.root + 1}, points 0 to {len(tables['passages']) - 1}, 8 runs each"
        )
    return Finding(
        "regions",
        "Other regions that fit nearly as well, and how rare they are",
        "The region is 'very small indeed'; close to 100,000 simulations 'certainly suggest' that it is the only one. Under most "
        "configurations there are no defections or an immediate stream.",
        f"{len(good)} regions fit nearly as well as the best, in {len(set(close.tolist()))} groups by nearness"
        + (
            f" and {len(set(joined.tolist()))} by passages"
            if joined is not None
            else " (lines between them not looked at)"
        )
        + f". Their parameters range widely: {wide}. Of a screen of the whole space {fates['dead']:.0%} die, {fates['burst']:.0%} burst, "
        f"{fates['between']:.1%} do neither.",
        only if only == narrow == rare else UNDECIDED,
        f"Only region: {ONLY_RULE} Narrow: {NARROW_RULE} Rare: {RARE_RULE} As a whole undecided where these differ.",
        {"regions": pd.DataFrame(rows), "regions_spreads": spreads, **tables},
        tuple(behind),
        (
            (
                "the only region",
                only,
                f"{len(set(close.tolist()))} groups"
                + ("" if joined is None else f", {len(set(joined.tolist()))} by passages"),
            ),
            ("narrow ranges", narrow, wide),
            ("good runs are rare", rare, f"{fates['between']:.1%} of a screen of the whole space"),
        ),
    )
