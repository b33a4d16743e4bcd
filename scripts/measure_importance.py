"""Measure the importance of the parameters, write the tables into ``replication/tables/importance/`` and the figures into ``docs/importance.md``.

``python scripts/measure_importance.py [FOLDER] [--quick] [--scenarios]``; one core, about ten
minutes (--quick: half a minute, for the tests). What scenarios do is measured at the defaults:
where these change, ``--scenarios`` renews that table alone, in about a minute.
"""

from __future__ import annotations

import json
import pathlib
import sys
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import qmc

import defection
from defection.batch_runs.designs import Space
from defection.batch_runs.execution.evaluation import run_points
from defection.batch_runs.sensitivity import (
    joined,
    morris,
    rank,
    rank_correlation,
    scenarios,
    sobol,
)
from defection.batch_runs.sensitivity.outcomes import successes
from defection.batch_runs.sweeps.specification import described_axis
from defection.compiled import law_fingerprint
from defection.country import WEEKS_PER_YEAR, load
from defection.parameters import Parameters

ROOT = 2017
GOOD = 0.05
"""Share of a search's runs that are called good; no leavers at all score 34.2."""

FULL = {
    "sobol": 1024,
    "morris": 100,
    "sample": 4096,
    "rounds": 4,
    "per_round": 2000,
    "trees": 100,
    "scenario_runs": 100,
}
QUICK = {
    "sobol": 64,
    "morris": 10,
    "sample": 512,
    "rounds": 1,
    "per_round": 512,
    "trees": 20,
    "scenario_runs": 6,
}


def root_scale_rms(runs: pd.DataFrame) -> np.ndarray:
    """Return the RMS of root successes against the record; years that a stopped run never finished count at their worst."""
    counts, years = successes(runs)
    record = {year: number for year, number, _ in load("north_korea").observed}
    target = np.sqrt([record[int(year)] for year in years])
    whole = runs["weeks_run"].to_numpy()[:, None] >= WEEKS_PER_YEAR * (np.arange(len(years)) + 1)
    largest = counts.max(axis=1, keepdims=True)  # a burst that goes on
    worst = np.maximum(target, np.abs(np.sqrt(largest) - target))
    return np.sqrt((np.where(whole, np.abs(np.sqrt(counts) - target), worst) ** 2).mean(axis=1))


def main(folder: pathlib.Path, size: dict[str, int]) -> None:
    """Run everything and write the tables."""
    folder.mkdir(parents=True, exist_ok=True)
    space = Space.from_parameters(vary="all")
    names = ["score", "total", "peak_year", "onset_year", "stopped_early"]
    tables = []
    for method, design in (
        ("morris", morris.design(space.names, trajectories=size["morris"], seed=1)),
        ("sobol", sobol.design(space.names, points=size["sobol"], seed=1)),
    ):
        runs = run_points(design.table(space), root=ROOT)
        tables.append(
            rank(
                runs, method, space=space, names=names, score=root_scale_rms, design=design
            ).assign(runs_from="whole box")
        )
    box = run_points(
        space.table(qmc.Sobol(len(space.names), seed=2).random(size["sample"])), root=ROOT + 1
    )
    found = searched(space, box, size)
    samples = {"whole box": (box, names), "search": (found, [*names, "good"])}
    for label, (runs, wanted) in samples.items():
        for method in ("forest", "permutation"):
            good = float(np.quantile(root_scale_rms(runs), GOOD))
            part = rank(
                runs,
                method,
                space=space,
                names=wanted,
                trees=size["trees"],
                score=root_scale_rms,
                good=good,
            )
            tables.append(part.assign(runs_from=label))
    write(pd.concat(tables, ignore_index=True), folder / "importance.csv")
    paper = [
        rank_correlation(part).assign(runs_from=label)
        for label, part in pd.concat(tables).groupby("runs_from")
    ]
    write(joined(paper), folder / "rank_correlation.csv")
    changed(folder, size)


def changed(folder: pathlib.Path, size: dict[str, int]) -> None:
    """Write what scenarios do at the defaults, and what all tables were measured with."""
    space = Space.from_parameters(vary="all")
    write(scenario_effects(size["scenario_runs"]), folder / "scenarios.csv")
    (folder / "manifest.json").write_text(
        json.dumps(manifest(space, size), indent=1) + "\n", encoding="utf-8"
    )


def manifest(space: Space, size: dict[str, int]) -> dict[str, Any]:
    """Return what the tables follow from: the law, the data, the parameters that were fixed, the ranges of the others, the sizes."""
    said = {one.name: described_axis(one) for one in space.axes}
    return {
        "defection": defection.__version__,
        "law": law_fingerprint(),
        "country": load("north_korea").fingerprint,
        "root": ROOT,
        "good": GOOD,
        "sizes": size,
        "fixed": {name: value for name, value in said.items() if name not in space.names},
        "varied": {name: said[name] for name in space.names},
        "defaults": Parameters().as_dict(),
    }


def searched(space: Space, runs: pd.DataFrame, size: dict[str, int]) -> pd.DataFrame:
    """Return runs as a search leaves them: each round steps from the best twentieth so far."""
    rng, rounds = np.random.default_rng(ROOT), [runs]
    for number in range(size["rounds"]):
        so_far = pd.concat(rounds, ignore_index=True)
        best = so_far.loc[
            np.argsort(root_scale_rms(so_far), kind="stable")[: max(20, len(so_far) // 20)]
        ]
        start = space.unit(best)[rng.integers(len(best), size=size["per_round"])]
        step = np.abs((start + rng.normal(0.0, 0.1, start.shape)) % 2.0)
        fresh = run_points(
            space.table(np.clip(np.where(step > 1, 2 - step, step), 0, np.nextafter(1, 0))),
            root=ROOT + 10 + number,
        )
        rounds.append(fresh.assign(point=fresh["point"] + len(so_far)))
    return pd.concat(rounds, ignore_index=True)


def scenario_effects(runs: int) -> pd.DataFrame:
    """Return what changes of Figure 2, of the economy's coefficient and of the famine years do at the defaults, with the same luck."""
    korea = load("north_korea")
    changes = [*scenarios.figure_2(korea), *scenarios.economy(korea), *scenarios.famine(korea)]
    return scenarios.effects(
        pd.DataFrame([Parameters().as_dict()]),
        changes,
        baseline=korea,
        score=root_scale_rms,
        run=lambda table, country: run_points(
            table, root=ROOT + 60, replicates=runs, country=country
        ),
    )


def write(table: pd.DataFrame, file: pathlib.Path) -> None:
    """Write a table with four digits."""
    table.to_csv(file, index=False, float_format="%.4g")


if __name__ == "__main__":
    given = [word for word in sys.argv[1:] if not word.startswith("-")]
    place = (
        pathlib.Path(given[0])
        if given
        else pathlib.Path(__file__).parent.parent / "batch_runs" / "importance" / "tables"
    )
    measure = changed if "--scenarios" in sys.argv else main
    measure(place, QUICK if "--quick" in sys.argv else FULL)
