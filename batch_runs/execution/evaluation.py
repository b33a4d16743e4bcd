"""One evaluation of points: parameters go in, a table of runs comes out.

:class:`MemoryEvaluation` runs them; :func:`run_points` does it once.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any

import pandas as pd
import pyarrow as pa

from defection.batch_runs.errors import SearchError
from defection.batch_runs.execution import worker
from defection.batch_runs.execution.base import Engine
from defection.batch_runs.execution.driver import Chunk, Driver
from defection.batch_runs.execution.engine import check_engine, engine_of
from defection.batch_runs.execution.in_process import cores
from defection.batch_runs.store.task import SEED_BITS, Measure, Task
from defection.country import checked_weeks, load
from defection.parameters import PARAMETERS, parameters_among
from defection.provenance import behaviour

PIECES = 3
"""Pieces for each of several slots, so that short and long runs even out."""

SMALLEST, LARGEST = 8, 64
"""Runs in a piece: at least, as far as there is one for every slot, and at most."""


Evaluate = Callable[[pd.DataFrame, int], pd.DataFrame]
"""Takes points and a number of replicates; returns a row per run, those of a point together."""


def piece_size(runs: int, slots: int) -> int:
    """Return how many of some runs make a piece; results do not depend on it."""
    share = -(-runs // slots)
    return min(LARGEST, share if slots == 1 else max(-(-share // PIECES), min(SMALLEST, share)))


class MemoryEvaluation:
    """Runs points on an engine, and keeps nothing.

    The engine is started at the first call and serves all of them; :meth:`close`, or leaving
    ``with``, ends it. Workers that die are replaced, and what they did is done again; a run that
    kills its worker is a row with its error, as in a sweep. The results do not depend on the engine
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
        Number of the next point (``next_point``): how many were run elsewhere, where a search goes
        on.
    seed_bits : int
        As for :func:`defection.batch_runs.searches.run_seed`.
    measure : Measure, optional
        What else is worked out of each run, as further columns.

    Raises
    ------
    SweepError
        There is no such engine.
    CountryError, ParameterError
        There is no such country, or it has not so many weeks.

    Examples
    --------
    >>> from defection.batch_runs.designs import Space
    >>> points = Space.from_parameters({"famine_effect": [0.2, 0.8]}).table([[0.0], [0.9]])
    >>> MemoryEvaluation(1, weeks=52)(points, replicates=2)["run_id"].tolist()
    ['0-0', '0-1', '1-0', '1-1']
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
        seed_bits: int = SEED_BITS,
        measure: Measure | None = None,
    ) -> None:
        check_engine(engine)
        self.root = root
        self.country = load(country)
        self.weeks = checked_weeks(weeks, self.country)
        self.next_point, self._seed_bits = first_point, seed_bits
        self.runs_made, self._measure = 0, measure
        self._how = (engine, cores() if workers is None else workers, cluster)
        self._engine: Engine | None = None

    def __call__(self, points: pd.DataFrame, replicates: int) -> pd.DataFrame:
        """Run every point ``replicates`` times; return a row per run, as of a sweep."""
        if replicates < 1 or len(points) == 0:
            raise SearchError(
                f"there is nothing to run: {len(points)} points, {replicates} replicates"
            )
        numbers = range(self.next_point, self.next_point + len(points))
        chosen = points[parameters_among([*PARAMETERS, *points.columns])].to_dict("records")
        task = Task(
            country=self.country,
            weeks=self.weeks,
            seed=self.root,
            points=[number for number in numbers for _ in range(replicates)],
            replicates=list(range(replicates)) * len(points),
            parameters=[point for point in chosen for _ in range(replicates)],
            seed_bits=self._seed_bits,
            measure=self._measure,
            behaviour=behaviour(journey=chosen[0]["journey"] == "on"),
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
            worker.TABLES,
            lambda piece: task.some(range(*piece)),
            tables.__setitem__,
            lambda _runs: None,
        )
        try:
            driver.run(pieces)
        except BaseException:
            self._engine = None  # the driver has ended it
            raise
        return pa.concat_tables([tables[piece] for piece in pieces])

    def close(self, *, now: bool = False) -> None:
        """End the workers, ``now`` or when they have finished; a further call starts new ones."""
        engine, self._engine = self._engine, None
        if engine is not None:
            engine.close(now=now)

    def __enter__(self) -> MemoryEvaluation:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.close(now=kind is not None)


def run_points(
    points: pd.DataFrame,
    *,
    root: int,
    replicates: int = 1,
    country: Any = "north_korea",
    threads: int | None = 1,
    **how: Any,
) -> pd.DataFrame:
    """Run every row of a table of parameters once: :class:`MemoryEvaluation` in a call."""
    with MemoryEvaluation(root, country=country, workers=threads, **how) as evaluate:
        return evaluate(points, replicates)
