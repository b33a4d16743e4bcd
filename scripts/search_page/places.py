"""Where the near-best points lie, whether they are one region, and which of the paper's statements hold there."""

from __future__ import annotations

import numpy as np
import pandas as pd

from defection import PARAMETERS, Parameters
from defection.batch_runs.designs import Space
from defection.batch_runs.scores import Objective, Target
from defection.batch_runs.searches import MemoryEvaluation, as_good, groups, passages, regions, rescored
from defection.batch_runs.searches.shipped import FOUND, read_regions, readings, regions_of
from defection.batch_runs.searches.statements import held
from search_page.common import BASE, MARGIN, SAME_MODEL, SEED, VARIED, number, table


def same_model() -> pd.DataFrame:
    """Return the winners of the first search, the best of the later ones and of the earlier try, best first, with their ``name``."""
    first, names = regions_of(BASE), list(PARAMETERS)
    first.insert(0, "name", [f"start {int(start)}" for start in first["start"]])
    later = [regions_of(name).head(1).assign(name=name) for name in SAME_MODEL if name != BASE and name in readings()]
    earlier = read_regions(FOUND / "earlier.csv").head(1)[names]
    earlier = rescored(earlier, Objective(Target.of_country()), MemoryEvaluation(SEED + 2), replicates=50).assign(name="earlier try")
    found = pd.concat([*later, earlier, first], ignore_index=True).sort_values("score", kind="stable")
    return found.drop_duplicates(VARIED, ignore_index=True)[["name", "score", "spread", "standard_error", "stopped", *names]]


def winners() -> str:
    """Return the winners of the first search with their parameters and groups."""
    found = same_model()
    near = as_good(found, margin=MARGIN)
    space = Space.of(vary="all")
    lines = (
        passages(near, space, Objective(Target.of_country()), MemoryEvaluation(SEED + 1), stops=3, replicates=8) if len(near) > 1 else None
    )
    joined = regions(near, lines, ridge=3.0) if lines is not None else np.zeros(1, int)
    close = groups(near, space, apart=0.2)
    rows: list[list[object]] = [
        ["score (50 fresh seeds)", *(f"{s:.2f}" for s in near["score"])],
        ["spread", *(f"{s:.2f}" for s in near["spread"])],
    ]
    rows += [["runs that stopped", *(f"{s:.2f}" for s in near["stopped"])], ["group by nearness", *close], ["region by passages", *joined]]
    rows += [["prior mean", *(number(p) for p in near["prior_alpha"] / (near["prior_alpha"] + near["prior_beta"]))]]
    rows += [[f"`{name}`", *(number(value) for value in near[name])] for name in VARIED]
    others = ", ".join(f"{score:.1f}" for score in found["score"].iloc[len(near) :])
    return (
        table(
            rows,
            [
                "",
                *near["name"],
            ],
        )
        + f"\n\nScores of the other {len(found) - len(near)} starts: {others}."
    )


def statements() -> str:
    """Return which statements of the paper hold at the best points."""
    near = as_good(same_model(), margin=MARGIN)
    checked = [held(Parameters(**row)) for row in near[list(PARAMETERS)].to_dict("records")]
    rows: list[list[object]] = []
    for i, one in checked[0].iterrows():
        cells = [("yes " if t.loc[i, "holds"] else "no ") + f"({number(t.loc[i, 'value'])})" for t in checked]
        rows.append([one["statement"], one["says"], *cells])
    rows.append(["statements that hold", "", *(f"{int(t['holds'].sum())} of {len(t)}" for t in checked)])
    return table(
        rows,
        [
            "statement",
            "the paper",
            *near["name"],
        ],
    )
