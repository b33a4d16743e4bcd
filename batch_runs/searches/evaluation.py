"""What answers a search: points go in, a table of runs comes out."""

from __future__ import annotations

import concurrent.futures
from typing import Any, Protocol

import numpy as np
import pandas as pd
import pyarrow as pa

from defection.batch_runs.ensemble import cores
from defection.batch_runs.sweeps.chunk import Task, run_tables
from defection.batch_runs.sweeps.seeds import run_seed
from defection.batch_runs.sweeps.series import Series
from defection.compiled import law_fingerprint
from defection.country import checked_weeks, load
from defection.parameters import PARAMETERS

__all__ = ["Evaluate", "MemoryEvaluation", "SearchError", "run_seed"]

HANDFUL = 8
"""Runs that a thread takes at a time."""


class SearchError(ValueError):
    """A search cannot be made: a setting is wrong, or what it is given does not fit."""


class Evaluate(Protocol):
    """A function that runs points and returns their runs; point numbers count on from call to call."""

    def __call__(self, points: pd.DataFrame, replicates: int, /) -> pd.DataFrame:
        """Return a row per run, the replicates of a point one after the other; ``points`` has a column for every parameter."""


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
        self.country = load(country)
        self.weeks = checked_weeks(weeks, self.country)
        self.threads = cores() if threads is None else threads
        self.next_point = first_point
        self.runs_made = 0

    def __call__(self, points: pd.DataFrame, replicates: int) -> pd.DataFrame:
        """Run every point ``replicates`` times and return the table of runs."""
        if replicates < 1 or len(points) == 0:
            raise SearchError(f"there is nothing to run: {len(points)} points, {replicates} replicates")
        numbers = range(self.next_point, self.next_point + len(points))
        chosen = points[list(PARAMETERS)].to_dict("records")
        task = Task(
            law=law_fingerprint(),
            country=self.country,
            weeks=self.weeks,
            seed=self.root,
            same_luck=False,
            series=Series(),
            points=[number for number in numbers for _ in range(replicates)],
            replicates=[replicate for _ in numbers for replicate in range(replicates)],
            parameters=[point for point in chosen for _ in range(replicates)],
        )
        pieces = [task.some(range(start, min(start + HANDFUL, len(task)))) for start in range(0, len(task), HANDFUL)]
        if self.threads == 1:
            tables = [run_tables(task)[0]]
        else:
            halt = np.zeros(1, np.int64)
            with concurrent.futures.ThreadPoolExecutor(self.threads) as pool:
                try:
                    tables = list(pool.map(lambda piece: run_tables(piece, halt)[0], pieces))
                except BaseException:
                    halt[0] = 1  # Ctrl-C: the threads end within a simulated week
                    raise
        self.next_point += len(points)
        self.runs_made += len(task)
        return pa.concat_tables([table for some in tables for table in some]).to_pandas()
