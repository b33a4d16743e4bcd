"""Which parameters matter: importances by four methods, and what single changes do at the baseline.

A full measurement takes about ten minutes of one core; its tables are in ``tables/importance``.
"""

from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import qmc

from defection.batch_runs.designs import Space
from defection.batch_runs.scores import Objective, Target
from defection.batch_runs.sensitivity import morris, rank, scenarios, sobol
from defection.batch_runs.sensitivity.table import joined
from defection.batch_runs.sweeps.specification import described_axis
from defection.country import load
from defection.idle import IDLE
from defection.parameters import Parameters
from defection.replication.importance import (
    appendix,
    noise_floor,
    part_of,
    rank_correlation,
    without_dummies,
)
from defection.replication.markdown import four_digits, shown, table
from defection.replication.result import Result, Tables
from defection.replication.seeds import run_points

ROOT = 2017
GOOD = 0.05
"""Share of runs that are called good."""

FULL = {
    "sobol": 1024, "morris": 100, "sample": 4096, "rounds": 4, "per_round": 2000, "trees": 100,
    "scenario_runs": 100,
}  # fmt: skip
QUICK = {
    "sobol": 64, "morris": 10, "sample": 512, "rounds": 1, "per_round": 512, "trees": 20,
    "scenario_runs": 6,
}  # fmt: skip
SHOWN = (
    ("score", "sobol_total", "whole box"),
    ("score", "permutation", "whole box"),
    ("score", "forest", "search"),
    ("score", "permutation", "search"),
    ("good", "permutation", "search"),
)
"""Outcome, method and sample of the rankings that the page shows."""
METHODS = {"sobol_total": "Sobol' total", "morris": "Morris"}


def score(runs: pd.DataFrame) -> np.ndarray:
    """Return the root-scale distance of each run from Table 1, [runs]."""
    return Objective(Target.from_country(), "root_scale")(runs)


def compute(runs: Any) -> Tables:
    """Measure the importances and the scenarios."""
    size = QUICK if runs.quick else FULL
    space = Space.from_parameters(vary="all")
    names = ["score", "total", "peak_year", "onset_year", "stopped_early"]
    tables = []
    for method, design in (
        ("morris", morris.design(space.names, trajectories=size["morris"], seed=1)),
        ("sobol", sobol.design(space.names, points=size["sobol"], seed=1)),
    ):
        made = run_points(design.table(space), root=ROOT)
        part = rank(made, method, space=space, names=names, score=score, design=design)
        tables.append(part.assign(runs_from="whole box"))
    unit = qmc.Sobol(len(space.names), seed=2).random(size["sample"])
    box = run_points(space.table(unit), root=ROOT + 1)
    found = after_a_search(space, box, size)
    for label, made, wanted in (("whole box", box, names), ("search", found, [*names, "good"])):
        good = float(np.quantile(score(made), GOOD))
        for method in ("forest", "permutation"):
            part = rank(
                made, method, space=space, names=wanted, score=score, trees=size["trees"], good=good
            )
            tables.append(part.assign(runs_from=label))
    every = joined(tables)
    by_sample = every.groupby("runs_from")
    agreement = [rank_correlation(part).assign(runs_from=name) for name, part in by_sample]
    return {
        "importance": four_digits(every),
        "rank_correlation": four_digits(joined(agreement)),
        "scenarios": four_digits(effects(size["scenario_runs"])),
        "settings.json": settings_of(space, size),
    }


def effects(runs: int) -> pd.DataFrame:
    """Return what single changes do at the baseline, with common random numbers."""
    korea = load("north_korea")
    changes = [*scenarios.figure_2(korea), *scenarios.economy(korea), *scenarios.famine(korea)]
    return scenarios.effects(
        pd.DataFrame([Parameters().as_dict()]), changes, baseline=korea, score=score,
        run=lambda points, country: run_points(
            points, root=ROOT + 60, replicates=runs, country=country
        ),
    )  # fmt: skip


def settings_of(space: Space, size: dict[str, int] = FULL) -> dict[str, Any]:
    """Return what was measured: fixed parameters that are read, ranges of the others, sizes."""
    written = {one.name: described_axis(one) for one in space.axes if one.name not in IDLE}
    return {
        "root": ROOT, "score": "root_scale", "good": GOOD, "sizes": size,
        "fixed": {name: value for name, value in written.items() if name not in space.names},
        "varied": {name: written[name] for name in space.names},
    }  # fmt: skip


def after_a_search(space: Space, runs: pd.DataFrame, size: dict[str, int]) -> pd.DataFrame:
    """Return runs as a search leaves them: each round steps from the best twentieth so far."""
    rng, rounds = np.random.default_rng(ROOT), [runs]
    for number in range(size["rounds"]):
        so_far = pd.concat(rounds, ignore_index=True)
        best = np.argsort(score(so_far), kind="stable")[: max(20, len(so_far) // 20)]
        start = space.unit(so_far.loc[best])[rng.integers(len(best), size=size["per_round"])]
        step = np.abs((start + rng.normal(0.0, 0.1, start.shape)) % 2.0)
        unit = np.clip(np.where(step > 1, 2 - step, step), 0, np.nextafter(1, 0))
        fresh = run_points(space.table(unit), root=ROOT + 10 + number)
        rounds.append(fresh.assign(point=fresh["point"] + len(so_far)))
    return pd.concat(rounds, ignore_index=True)


def text(tables: Tables) -> str:
    """Return the figures of ``docs/importance.md``."""
    about, importance = tables["settings.json"], tables["importance"]
    fixed = ", ".join(f"`{name}` = {value}" for name, value in about["fixed"].items())
    agreement = tables["rank_correlation"]
    return "\n\n".join((
        f"Measured with root {about['root']}. All else varied; fixed were {fixed}.",
        ranking(importance, SHOWN),
        _most_important(importance),
        shown(agreement[agreement["outcome"].isin(["score", "good"])]),
        _scenarios(tables["scenarios"]),
    ))  # fmt: skip


def ranking(frame: pd.DataFrame, wanted: tuple[tuple[str, str, str], ...]) -> str:
    """Return a row per parameter beside the paper's; bold: above the interval of every dummy."""
    paper = appendix().set_index("parameter")["share"]
    parts = [part_of(frame, *one) for one in wanted]
    floors = [noise_floor(part) for part in parts]
    rows: list[list[object]] = []
    for name in [*paper.index, "utility_intercept"]:
        cells = []
        for part, floor in zip(parts, floors, strict=True):
            row = part.loc[name]
            cell = f"{row['value']:.2g} ({row['low']:.2g}, {row['high']:.2g})"
            cells.append(f"**{cell}**" if row["low"] > floor else cell)
        rows.append([f"`{name}`", f"{paper[name]:.2f}" if name in paper else "not listed", *cells])
    quality = [f"{p['quality'].iloc[0]:.2f} ({p['quality_name'].iloc[0]})" for p in parts]
    rows.append(["dummies, up to", "", *(f"{floor:.2g}" for floor in floors)])
    rows.append(["quality", "", *quality])
    rows.append(["runs", "", *(f"{part['runs'].iloc[0]:,}" for part in parts)])
    head = [f"{outcome}: {METHODS.get(method, method)}, {runs}" for outcome, method, runs in wanted]
    return table(["parameter", "paper, share", *head], rows)


def _most_important(frame: pd.DataFrame) -> str:
    """Return each outcome's three most important parameters."""
    columns = (("morris", "whole box"), ("sobol_total", "whole box"), ("permutation", "search"))
    rows = []
    for outcome in ("score", "total", "peak_year", "onset_year", "stopped_early"):
        parts = [part_of(frame, outcome, *column) for column in columns]
        own = [without_dummies(part)["value"].nlargest(3) for part in parts]
        first = [", ".join(f"`{name}`" for name in part.index) for part in own]
        rows.append([f"`{outcome}`", *first, f"{parts[1]['quality'].iloc[0]:.2f}"])
    head = [f"{METHODS.get(method, method)}, {runs}" for method, runs in columns]
    return table(["outcome", *head, "sum of S1"], rows)


def _scenarios(frame: pd.DataFrame) -> str:
    """Return the changes of the score whose interval excludes 0, and those of whole groups."""
    scores, totals = (
        frame[frame["outcome"] == outcome].set_index("parameter") for outcome in ("score", "total")
    )
    clear = scores[np.sign(scores["low"]) == np.sign(scores["high"])]
    order = clear["value"].abs().sort_values(ascending=False, kind="stable").index
    groups = [name for name in scores.index if name.startswith(("all_", "economy", "famine"))]
    names = [*order, *(name for name in groups if name not in clear.index)]
    rows = [
        (name, _change(scores.loc[name], ".2f"), _change(totals.loc[name], ".3f")) for name in names
    ]
    return (
        f"The baseline's mean score is {scores['quality'].iloc[0]:.1f} ({scores['runs'].iloc[0]} "
        f"runs). Of {len(scores)} changes {len(clear)} move it by an interval that excludes 0, the "
        "largest first; below them those of whole groups that do not:\n\n"
        + table(["change", "score (lower is nearer)", "log10 of all successes"], rows)
    )


def _change(row: pd.Series, form: str) -> str:
    return f"{row['value']:+{form}} ({row['low']:+{form}}, {row['high']:+{form}})"


RESULT = Result(
    name="sensitivity", title="Importances, and what single changes do", compute=compute,
    folder="tables/importance", seconds=600, texts={"importance": text},
)  # fmt: skip
