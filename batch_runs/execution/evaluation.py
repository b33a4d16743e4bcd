"""What answers a search: points go in, a table of runs comes out."""

from __future__ import annotations

import types
from concurrent.futures import Executor
from typing import Any, Protocol

import pandas as pd
import pyarrow as pa

from defection.batch_runs.ensemble import cores
from defection.batch_runs.execution.driver import Chunk, Driver, Work
from defection.batch_runs.execution.engine import Engine, check_engine, engine_of
from defection.batch_runs.execution.worker import Task, run_rows
from defection.batch_runs.store import table as rows
from defection.batch_runs.store.seeds import run_seed
from defection.batch_runs.store.series import Series
from defection.compiled import law_fingerprint
from defection.country import checked_weeks, load
from defection.parameters import PARAMETERS

__all__ = ["Evaluate", "MemoryEvaluation", "SearchError", "run_seed"]

PIECES = 3
"""Pieces into which a question is cut for each of several slots, so that short and long runs even out."""

BATCH_SIZE, MOST = 8, 64
"""Runs in a piece: at least, as far as there is one for every slot, and at most."""

TABLES = Work(
    run_rows,
    lambda task, error: rows.runs_table(task, None, error),
    lambda _task, tables: pa.concat_tables(tables),
)
"""What workers do for a search: tables as they are, since writing files would take longer than a few short runs."""


class SearchError(ValueError):
    """A search cannot be made: a setting is wrong, or what it is given does not fit."""


class Evaluate(Protocol):
    """A function that runs points and returns their runs; point numbers count on from call to call."""

    def __call__(self, points: pd.DataFrame, replicates: int, /) -> pd.DataFrame:
        """Return a row per run, the replicates of a point one after the other; ``points`` has a column for every parameter."""


def piece_size(runs: int, slots: int) -> int:
    """Return how many runs of a question are handed out at a time; results do not depend on it."""
    share = -(-runs // slots)
    return min(MOST, share if slots == 1 else max(-(-share // PIECES), min(BATCH_SIZE, share)))


class MemoryEvaluation:
    """Runs points at once, on an engine, and keeps nothing.

    The engine is started with the first question and serves all of them; :meth:`close`, or leaving
    ``with``, ends it. Workers that die are replaced, and what they did is done again; a run that
    kills its worker is a row with its error, as in a sweep. The answers do not depend on the engine
    or the number of workers.

    Parameters
    ----------
    root : int
        Number from which the seed of every run follows.
    country, weeks
        As for :func:`defection.batch_runs.run_ensemble`.
    engine, workers, cluster
        As for :func:`defection.batch_runs.run_sweep`; one worker if left out, one for each core
        where ``workers`` is ``None``.
    first_point : int
        Number of the next point: how many have been answered elsewhere, where a search goes on.
    """

    def __init__(
        self,
        root: int,
        *,
        country: Any = "north_korea",
        weeks: int | None = None,
        engine: str | Executor = "threads",
        workers: int | None = 1,
        cluster: str | None = None,
        first_point: int = 0,
    ) -> None:
        check_engine(engine)
        self.root = root
        self.country = load(country)
        self.weeks = checked_weeks(weeks, self.country)
        self.next_point = first_point
        self.runs_made = 0
        self._how = (engine, cores() if workers is None else workers, cluster)
        self._engine: Engine | None = None

    def __call__(self, points: pd.DataFrame, replicates: int) -> pd.DataFrame:
        """Run every point ``replicates`` times and return the table of runs."""
        if replicates < 1 or len(points) == 0:
            raise SearchError(
                f"there is nothing to run: {len(points)} points, {replicates} replicates"
            )
        numbers = range(self.next_point, self.next_point + len(points))
        chosen = points[list(PARAMETERS)].to_dict("records")
        task = Task(
            law=law_fingerprint(),
            country=self.country,
            weeks=self.weeks,
            seed=self.root,
            common_random_numbers=False,
            series=Series(),
            points=[number for number in numbers for _ in range(replicates)],
            replicates=[replicate for _ in numbers for replicate in range(replicates)],
            parameters=[point for point in chosen for _ in range(replicates)],
        )
        table = self._run(task)
        self.next_point += len(points)
        self.runs_made += len(task)
        return table.to_pandas()

    def _run(self, task: Task) -> pa.Table:
        if self._engine is None:
            self._engine = engine_of(*self._how)
        size = piece_size(len(task), self._engine.slots())
        pieces = [(first, min(first + size, len(task))) for first in range(0, len(task), size)]
        tables: dict[Chunk, pa.Table] = {}
        driver = Driver(
            self._engine,
            lambda piece: task.some(range(*piece)),
            tables.__setitem__,
            lambda _runs: None,
            TABLES,
        )
        try:
            driver.run_jobs(pieces)
        except BaseException:
            self._engine = None  # the driver has ended it
            raise
        return pa.concat_tables([tables[piece] for piece in pieces])

    def close(self, *, now: bool = False) -> None:
        """End the workers, ``now`` or when they have finished; a further question starts new ones."""
        engine, self._engine = self._engine, None
        if engine is not None:
            engine.close(now=now)

    def __enter__(self) -> MemoryEvaluation:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: types.TracebackType | None,
    ) -> None:
        self.close(now=kind is not None)
