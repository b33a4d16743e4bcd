"""What a worker does: run a chunk of a sweep and return its part, encoded, or a piece of a search and return its table.

A worker knows nothing of any folder: it may sit on another machine. It gets a :class:`Task` and
returns bytes, or rows.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from defection.batch_runs.ensemble import Prepared
from defection.batch_runs.inputs import Runs
from defection.batch_runs.records import Records
from defection.batch_runs.store import table as rows
from defection.batch_runs.store.seeds import run_seed
from defection.batch_runs.store.series import Series
from defection.compiled import law_fingerprint
from defection.country import Country
from defection.measures import FLOWS, STATES
from defection.parameters import Parameters
from defection.week import Results

BATCH = {"none": 256, "where": 256, "all": 32}
"""Runs simulated in one go, by what is kept of their weekly series: those of one batch are held in memory together."""


class WrongLaw(RuntimeError):
    """A worker has another version of the law than who gives it work."""


class Halted(RuntimeError):
    """The sweep or the search was stopped while this chunk was running."""


@dataclasses.dataclass(frozen=True)
class Task:
    """A chunk of runs: the next ``len(points)`` entries of points, replicates and parameters."""

    law: str
    country: Country
    weeks: int
    seed: int
    common_random_numbers: bool
    series: Series
    points: list[int]
    replicates: list[int]
    parameters: list[dict[str, Any]]

    def __len__(self) -> int:
        return len(self.points)

    def some(self, which: Iterable[int]) -> Task:
        """Return the task of these of its runs alone."""
        kept = list(which)
        return dataclasses.replace(
            self,
            points=[self.points[i] for i in kept],
            replicates=[self.replicates[i] for i in kept],
            parameters=[self.parameters[i] for i in kept],
        )

    def seeds(self) -> list[int]:
        """Return the seed of every run."""
        pairs = zip(self.points, self.replicates, strict=True)
        return [
            run_seed(self.seed, point, replicate, common_random_numbers=self.common_random_numbers)
            for point, replicate in pairs
        ]


@dataclasses.dataclass(frozen=True)
class Part:
    """The results of a chunk as Parquet files in memory; ``series`` is empty where none are kept."""

    runs: bytes
    series: bytes
    failed: int


def run_chunk(task: Task, halt: np.ndarray | None = None) -> Part:
    """Run a chunk. A run that fails becomes a row with its error; ``halt`` set to 1 ends the chunk with :class:`Halted`."""
    _check_law(task)
    return part_of(task, *run_tables(task, halt))


def run_rows(task: Task, halt: np.ndarray | None = None) -> pa.Table:
    """Run a chunk as :func:`run_chunk` does, and return its table of runs as it is: for few runs, which are wanted at once."""
    _check_law(task)
    return pa.concat_tables(run_tables(task, halt)[0])


def run_tables(task: Task, halt: np.ndarray | None = None) -> tuple[list[pa.Table], list[pa.Table]]:
    """Run a chunk and return its tables of runs and of series, piece by piece."""
    halt = np.zeros(1, np.int64) if halt is None else halt
    tables: list[pa.Table] = []
    series: list[pa.Table] = []
    size = BATCH[task.series.keep]
    for start in range(0, len(task), size):
        _run_batch(task.some(range(start, min(start + size, len(task)))), halt, tables, series)
    return tables, series


def failed_part(task: Task, error: str) -> Part:
    """Return the part of runs that gave no result, for the same reason."""
    return part_of(task, [rows.runs_table(task, None, error)], [])


def part_of(task: Task, tables: list[pa.Table], series: list[pa.Table]) -> Part:
    """Put the tables of a chunk's pieces together; where series are kept, the second file is there even if no run has any."""
    runs = pa.concat_tables(tables)
    failed = int(pc.sum(pc.equal(runs["status"], "failed")).as_py())
    if task.series.keep == "none":
        return Part(rows.encoded(runs), b"", failed)
    return Part(
        rows.encoded(runs),
        rows.encoded(pa.concat_tables([rows.series_schema(task).empty_table(), *series])),
        failed,
    )


def merged(task: Task, parts: list[Part]) -> Part:
    """Return the part of a chunk that was run in pieces."""
    return part_of(
        task,
        [rows.decoded(part.runs) for part in parts],
        [rows.decoded(part.series) for part in parts if part.series],
    )


def _check_law(task: Task) -> None:
    if task.law != law_fingerprint():
        raise WrongLaw(
            f"this worker has the law {law_fingerprint()}, the runs were planned with {task.law}: install the same version"
        )


def _run_batch(
    task: Task, halt: np.ndarray, tables: list[pa.Table], series: list[pa.Table]
) -> None:
    keep = task.series.keep
    try:
        results = _simulate(task, halt, weekly=keep == "all")
        table = rows.runs_table(task, results)
    except Halted:
        raise
    except Exception as error:
        if len(task) == 1:
            tables.append(rows.runs_table(task, None, f"{type(error).__name__}: {error}"))
        else:
            for i in range(len(task)):  # one by one, to find those that fail
                _run_batch(task.some([i]), halt, tables, series)
        return
    tables.append(table)
    if keep == "all":
        series.append(rows.series_table(task, results))
    elif keep == "where" and (chosen := np.flatnonzero(task.series.chosen(table.to_pandas()))).size:
        for start in range(0, chosen.size, BATCH["all"]):
            some = task.some(chosen[start : start + BATCH["all"]])  # told once more, for these few
            series.append(rows.series_table(some, _simulate(some, halt, weekly=True)))


def _simulate(task: Task, halt: np.ndarray, *, weekly: bool) -> Results:
    keeps = ["yearly"]
    if weekly:
        keeps += ["weekly_by_province"] if set(task.series.columns) & set(FLOWS) else []
        keeps += ["states_by_province"] if set(task.series.columns) & set(STATES) else []
    records = Records.from_names(keeps, task.country, task.weeks)
    runs = Runs(
        tuple(Parameters(**values) for values in task.parameters),
        tuple(task.seeds()),
        (task.country,) * len(task),
    )
    results = records.allocate(len(runs))
    Prepared.from_runs(runs, records).simulate(task.country, np.arange(len(runs)), results, halt)
    if halt[0]:
        raise Halted
    return results
