"""The table of runs of points, made at once in memory; a sweep's store returns the same table from disk."""

from __future__ import annotations

import numpy as np
import pandas as pd

from defection.batch_runs.ensemble import run_ensemble
from defection.country import Country
from defection.measures import FLOWS
from defection.parameters import PARAMETERS


def seed_of(root: int, point: int, replicate: int) -> int:
    """Return the seed of a run, made of the root seed, its point and its replicate."""
    return int(np.random.SeedSequence(root, spawn_key=(point, replicate)).generate_state(1, np.uint64)[0] >> 1)


def run_points(
    points: pd.DataFrame, *, root: int, replicates: int = 1, country: str | Country = "north_korea", threads: int | None = 1
) -> pd.DataFrame:
    """Run every row of a table of parameters ``replicates`` times and return the table of runs."""
    point, replicate = (index.ravel() for index in np.mgrid[: len(points), :replicates])
    seeds = [seed_of(root, int(p), int(r)) for p, r in zip(point, replicate, strict=True)]
    told = points[list(PARAMETERS)].iloc[point].reset_index(drop=True)
    data = run_ensemble(told, seeds, country=country, threads=threads)
    about = {
        "run_id": [f"{p}-{r}" for p, r in zip(point, replicate, strict=True)],
        "point": point,
        "replicate": replicate,
        "seed": seeds,
        "status": "done",
        "error": "",
        "weeks_run": data["weeks_run"].to_numpy(),
        "stopped_early": data["stopped_early"].to_numpy(),
    }
    flows: dict[str, np.ndarray] = {}
    for flow in FLOWS:
        yearly = data[f"yearly_{flow}"].to_numpy()
        flows.update({f"{flow}_{year}": yearly[:, y] for y, year in enumerate(data["year"].to_numpy())})
        flows[f"total_{flow}"] = yearly.sum(axis=1)
    return pd.concat([pd.DataFrame(about), told, pd.DataFrame(flows)], axis=1)
