"""What answers a search: points go in, a table of runs comes out."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
import pandas as pd

from defection.batch_runs.ensemble import run_ensemble
from defection.measures import FLOWS
from defection.parameters import PARAMETERS


class SearchError(ValueError):
    """A search cannot be made: a setting is wrong, or what it is given does not fit."""


class Evaluate(Protocol):
    """A function that runs points and returns their runs; point numbers count on from call to call."""

    def __call__(self, points: pd.DataFrame, replicates: int, /) -> pd.DataFrame:
        """Return a row per run, the replicates of a point one after the other; ``points`` has a column for every parameter."""


def run_seed(root: int, point: int, replicate: int) -> int:
    """Return the seed of a run: the same for the same root, point and replicate, wherever and whenever it is run."""
    sequence = np.random.SeedSequence(root, spawn_key=(point, replicate))
    return int(sequence.generate_state(1, np.uint64)[0] >> 1)


class MemoryEvaluation:
    """Runs points at once and keeps nothing.

    Parameters
    ----------
    root : int
        Number from which the seed of every run follows.
    country, weeks, threads
        As for :func:`defection.batch_runs.run_ensemble`.
    first_point : int
        Number of the next point: how many have been answered elsewhere, where a search goes on.
    """

    def __init__(
        self, root: int, *, country: Any = "north_korea", weeks: int | None = None, threads: int | None = 1, first_point: int = 0
    ) -> None:
        self.root = root
        self.country = country
        self.weeks = weeks
        self.threads = threads
        self.next_point = first_point
        self.runs_made = 0

    def __call__(self, points: pd.DataFrame, replicates: int) -> pd.DataFrame:
        """Run every point ``replicates`` times and return the table of runs."""
        if replicates < 1 or len(points) == 0:
            raise SearchError(f"there is nothing to run: {len(points)} points, {replicates} replicates")
        numbers = [(self.next_point + i, replicate) for i in range(len(points)) for replicate in range(replicates)]
        seeds = [run_seed(self.root, *number) for number in numbers]
        sets = points[list(PARAMETERS)].loc[points.index.repeat(replicates)].reset_index(drop=True)
        data = run_ensemble(sets, seeds, country=self.country, weeks=self.weeks, threads=self.threads)
        self.next_point += len(points)
        self.runs_made += len(numbers)
        head = pd.DataFrame(
            {
                "run_id": [f"{point}-{replicate}" for point, replicate in numbers],
                "point": [point for point, _ in numbers],
                "replicate": [replicate for _, replicate in numbers],
                "seed": seeds,
                "status": "done",
                "error": "",
                "weeks_run": data["weeks_run"].to_numpy(),
                "stopped_early": data["stopped_early"].to_numpy(),
            }
        )
        flows: dict[str, np.ndarray] = {}
        for flow in FLOWS:
            counts = data[f"yearly_{flow}"].to_numpy()
            flows |= {f"{flow}_{year}": counts[:, i] for i, year in enumerate(data["year"].to_numpy().tolist())}
            flows[f"total_{flow}"] = counts.sum(axis=1)
        return pd.concat([head, sets, pd.DataFrame(flows)], axis=1)
