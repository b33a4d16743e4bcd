"""Where the near-best points lie, whether they are one region, and which of the paper's statements hold there."""

from __future__ import annotations

import numpy as np
import pandas as pd

from defection import PARAMETERS, Parameters
from defection.batch_runs.scores import Objective, Target
from defection.batch_runs.searches import (
    MemoryEvaluation,
    groups,
    indistinguishable,
    passages,
    regions,
    search_space,
)
from defection.replication.best_regions import regions_of
from defection.replication.search_statements import held
from search_page.common import BASELINE, MARGIN, SEED, VARIED, number, table


def best_of_starts() -> pd.DataFrame:
    """Return the best candidate of every start of the searches from nothing, best first, with a ``name``."""
    found = (
        regions_of(BASELINE)
        .sort_values("score", kind="stable")
        .drop_duplicates(["root", "start"], ignore_index=True)
    )
    return found.assign(
        name=[
            f"root {root:.0f}, start {start:.0f}"
            for root, start in zip(found["root"], found["start"], strict=True)
        ]
    )


def winners() -> str:
    """Return the best of each start that comes near the best of all, with their parameters and groups."""
    found = best_of_starts()
    near = indistinguishable(found, margin=MARGIN)
    space = search_space()
    lines = (
        passages(
            near,
            space,
            Objective(Target.from_country()),
            MemoryEvaluation(SEED + 1),
            stops=3,
            replicates=8,
        )
        if len(near) > 1
        else None
    )
    joined = regions(near, lines, ridge=3.0) if lines is not None else np.zeros(1, int)
    close = groups(near, space, apart=0.2)
    rows: list[list[object]] = [
        ["score (50 fresh seeds)", *(f"{s:.2f}" for s in near["score"])],
        ["spread", *(f"{s:.2f}" for s in near["spread"])],
    ]
    rows += [
        ["runs that stopped", *(f"{s:.2f}" for s in near["stopped"])],
        ["group by nearness", *close],
        ["region by passages", *joined],
    ]
    rows += [
        [
            "prior mean",
            *(number(p) for p in near["prior_alpha"] / (near["prior_alpha"] + near["prior_beta"])),
        ]
    ]
    rows += [[f"`{name}`", *(number(value) for value in near[name])] for name in VARIED]
    others = ", ".join(f"{score:.1f}" for score in found["score"].iloc[len(near) :]) or "none"
    return (
        table(rows, ["", *near["name"]])
        + f"\n\nScores of the other {len(found) - len(near)} finalists: {others}."
    )


def statements() -> str:
    """Return which statements of the paper hold at the best points."""
    near = indistinguishable(best_of_starts(), margin=MARGIN)
    checked = [held(Parameters(**row)) for row in near[list(PARAMETERS)].to_dict("records")]
    rows: list[list[object]] = []
    for i, one in checked[0].iterrows():
        cells = [
            ("yes " if t.loc[i, "holds"] else "no ") + f"({number(t.loc[i, 'value'])})"
            for t in checked
        ]
        rows.append([one["statement"], one["says"], *cells])
    rows.append(
        ["statements that hold", "", *(f"{int(t['holds'].sum())} of {len(t)}" for t in checked)]
    )
    return table(rows, ["statement", "the paper", *near["name"]])
