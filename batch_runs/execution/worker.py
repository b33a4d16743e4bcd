"""What a worker does: it runs a task and returns a part, or a table of runs.

A worker knows nothing of any folder: it may sit on another machine.
"""

import dataclasses
import functools
import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from defection import golden
from defection.arrays import Results
from defection.batch_runs.errors import PlanError
from defection.batch_runs.inputs import Runs
from defection.batch_runs.prepared import Prepared
from defection.batch_runs.records import Records
from defection.batch_runs.store import table as tables
from defection.batch_runs.store.series import COLUMNS as SERIES_COLUMNS
from defection.batch_runs.store.series import Series
from defection.batch_runs.store.task import Task
from defection.country import WEEKS_PER_YEAR
from defection.files import digest
from defection.measures import FLOWS, STATES
from defection.parameters import PARAMETERS, Parameters
from defection.provenance import changed_behaviour

BATCH = {"none": 256, "where": 256, "all": 32}
"""Runs simulated in one go, held in memory together, by what is kept of their weekly series."""


REPRESSION = STATES.index("repression")

RUN_ERRORS = (ValueError, ArithmeticError)
"""Errors of a run: its parameters lead to them every time. It is kept as a row that has failed.
Every other error is of the machine (memory, disk, an installation) or of the program: it stops
all, nothing is kept of the run, and it is run when the work is gone on with."""


class Halted(RuntimeError):
    """The work was stopped while this task was running."""


@dataclasses.dataclass(frozen=True)
class Part:
    """The results of a chunk as Parquet files in memory; ``series`` is empty if none are kept."""

    runs: bytes
    series: bytes


@dataclasses.dataclass(frozen=True)
class Work:
    """What workers do with a task, and what stands for its result where they cannot."""

    run: Callable[..., Any]
    """``run(task)`` or, in threads, ``run(task, halt)``."""
    failed: Callable[[Task, str], Any]
    """``failed(task, error)``: the result of runs that gave none."""
    merged: Callable[[Task, list[Any]], Any]
    """``merged(task, results)``: the result of a task that was run in pieces."""


def run_chunk(task: Task, halt: np.ndarray | None = None) -> Part:
    """Run a task and return its part. ``halt`` set to 1 ends it with :class:`Halted`."""
    return _part(task, *_run(task, halt))


def failed_part(task: Task, error: str) -> Part:
    """Return the part of runs that gave no result, for the same reason."""
    return _part(task, [_runs_table(task, None, {}, error)], [])


def merged(task: Task, parts: list[Part]) -> Part:
    """Return the part of a chunk that was run in pieces."""
    runs = [tables.decoded(part.runs) for part in parts]
    return _part(task, runs, [tables.decoded(part.series) for part in parts if part.series])


def run_rows(task: Task, halt: np.ndarray | None = None) -> pa.Table:
    """Run a task and return its table of runs as it is: for few runs, which are wanted at once."""
    return pa.concat_tables(_run(task, halt)[0])


PARTS = Work(run_chunk, failed_part, merged)
"""The work of a sweep, encoded by the workers."""

TABLES = Work(
    run_rows,
    lambda task, error: _runs_table(task, None, {}, error),
    lambda _task, parts: pa.concat_tables(parts),
)
"""The work of a search: making files would take longer than a few short runs."""


def _part(task: Task, runs: list[pa.Table], series: list[pa.Table]) -> Part:
    whole = pa.concat_tables(runs)
    if task.series.keep == "none":
        return Part(tables.encoded(whole), b"")
    kept = pa.concat_tables([tables.series_schema(task).empty_table(), *series])
    return Part(tables.encoded(whole), tables.encoded(kept))


def _run(task: Task, halt: np.ndarray | None) -> tuple[list[pa.Table], list[pa.Table]]:
    """Return the tables of runs and of series, batch by batch."""
    changed = changed_behaviour(task.behaviour)
    if changed:
        raise PlanError(
            "this worker has another version of the model's law: it gives other counts in "
            f"{', '.join(changed)}; install the same version"
        )
    if task.rows and dict(task.rows) != golden_rows():
        raise PlanError("this worker fills the table of runs otherwise; install the same version")
    halt = np.zeros(1, np.int64) if halt is None else halt
    runs: list[pa.Table] = []
    series: list[pa.Table] = []
    size = BATCH[task.series.keep]
    for start in range(0, len(task), size):
        _run_batch(task.some(range(start, min(start + size, len(task)))), halt, runs, series)
    return runs, series


@functools.cache
def golden_rows() -> dict[str, str]:
    """Return digests of the tables of a few golden runs: what fills them, seeds included.

    Columns of parameters that are no part of the golden base may be added and change nothing.
    """
    points = [{**golden.BASE, "famine_effect": effect} for effect in (0.3, 0.9)]
    points = [Parameters(**point).as_dict() for point in (points[0], *points)]
    task = Task(
        golden.country(), golden.YEARS * WEEKS_PER_YEAR, 7, [0, 0, 1], [0, 1, 0], points,
        series=Series("all", tuple(name for name in SERIES_COLUMNS if name != "crossings")),
    )  # fmt: skip
    runs: list[pa.Table] = []
    series: list[pa.Table] = []
    _run_batch(task, np.zeros(1, np.int64), runs, series)
    added = [name for name in PARAMETERS if name not in golden.BASE]
    tables_ = {"rows": runs[0].drop_columns(added), "series": series[0]}
    said = {name: json.dumps(table.to_pydict(), default=str) for name, table in tables_.items()}
    return {name: digest(text.encode())[:8] for name, text in said.items()}


def _run_batch(task: Task, halt: np.ndarray, runs: list[pa.Table], series: list[pa.Table]) -> None:
    keep = task.series.keep
    try:
        results, crossings = _simulate(task, halt, weekly=keep == "all")
        table = _runs_table(task, results, crossings)
    except RUN_ERRORS as error:
        if len(task) == 1:
            runs.append(_runs_table(task, None, {}, f"{type(error).__name__}: {error}"))
        else:
            for i in range(len(task)):  # one by one, to find those that fail
                _run_batch(task.some([i]), halt, runs, series)
        return
    runs.append(table)
    if keep == "all":
        series.append(tables.series_table(task, results, crossings))
    elif keep == "where":
        chosen = np.flatnonzero(task.series.chosen(table.to_pandas()))
        for start in range(0, chosen.size, BATCH["all"]):  # these few are simulated once more
            some = task.some(chosen[start : start + BATCH["all"]])
            series.append(tables.series_table(some, *_simulate(some, halt, weekly=True)))


def _runs_table(
    task: Task,
    results: Results | None,
    crossings: Mapping[int, np.ndarray],
    error: str | None = None,
) -> pa.Table:
    """Return the table of runs, with what else is measured of each."""
    table = tables.runs_table(task, results, error)
    if task.measure is None:
        return table
    values = np.full((len(task), len(task.measure.columns)), np.nan)
    for run, point in enumerate(task.parameters if results else ()):
        assert results is not None
        repression = results.states[run, REPRESSION, : int(results.weeks_run[run])]
        values[run] = task.measure.measure(crossings[run], repression, Parameters(**point))
    for number, name in enumerate(task.measure.columns):
        table = table.append_column(name, pa.array(values[:, number]))
    return table


def _simulate(
    task: Task, halt: np.ndarray, *, weekly: bool
) -> tuple[Results, dict[int, np.ndarray]]:
    """Return the results of a task's runs, and the crossings of each if they are kept."""
    names, columns = ["yearly"], set(task.series.columns)
    points = tuple(Parameters(**values) for values in task.parameters)
    if task.measure:
        names += task.measure.record_for(points)
    if weekly:
        names += ["weekly_by_province"] if columns & set(FLOWS) else []
        names += ["states_by_province"] if columns & set(STATES) else []
        names += ["crossings"] if "crossings" in columns else []
    records = Records.from_names(names, task.country, task.weeks).for_points(points)
    runs = Runs(points, tuple(task.seeds()), (task.country,) * len(task))
    results = records.allocate(len(runs))
    prepared, numbers = Prepared.from_runs(runs, records), np.arange(len(runs))
    crossings = prepared.simulate(task.country, numbers, results, halt)
    if halt[0]:
        raise Halted
    return results, crossings
