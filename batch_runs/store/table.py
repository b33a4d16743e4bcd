"""The tables of a sweep: a row per run, and the weekly series of those runs that keep them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from defection.country import WEEKS_PER_YEAR
from defection.measures import FLOWS, STATES
from defection.parameters import PARAMETERS
from defection.week import Results

if TYPE_CHECKING:
    from defection.batch_runs.execution.worker import Task

KINDS = {"number": pa.float64(), "whole": pa.int64(), "choice": pa.string(), "years": pa.string()}


def years_of(years: Sequence[int], weeks: int) -> tuple[int, ...]:
    """Return those of a country's years that the weeks touch."""
    return tuple(years[: -(-weeks // WEEKS_PER_YEAR)])


def schema(years: tuple[int, ...]) -> pa.Schema:
    """Return the columns of the table of runs, with their types; what a failed run does not have is null."""
    fields = [
        ("run_id", pa.string()),
        ("point", pa.int64()),
        ("replicate", pa.int64()),
        ("seed", pa.int64()),
    ]
    fields += [
        ("status", pa.string()),
        ("error", pa.string()),
        ("weeks_run", pa.int64()),
        ("stopped_early", pa.bool_()),
    ]
    fields += [(p.name, KINDS[p.kind]) for p in PARAMETERS.values()]
    fields += [(f"total_{flow}", pa.int64()) for flow in FLOWS]
    fields += [(f"{flow}_{year}", pa.int64()) for flow in FLOWS for year in years]
    return pa.schema(fields)


def runs_table(task: Task, results: Results | None, error: str | None = None) -> pa.Table:
    """Return a row per run of a task; without results, rows that say ``error``."""
    count, years = len(task), years_of(task.country.years, task.weeks)
    ids = [
        f"{point}-{replicate}"
        for point, replicate in zip(task.points, task.replicates, strict=True)
    ]
    columns: dict[str, Any] = {
        "run_id": ids,
        "point": task.points,
        "replicate": task.replicates,
        "seed": task.seeds(),
    }
    columns["status"] = ["done" if results is not None else "failed"] * count
    columns["error"] = [error] * count
    for name in PARAMETERS:
        columns[name] = [values[name] for values in task.parameters]
    if results is not None:
        national = results.yearly.sum(axis=3)  # [runs, flows, years]
        columns["weeks_run"], columns["stopped_early"] = (
            results.weeks_run,
            results.weeks_run < task.weeks,
        )
        for i, flow in enumerate(FLOWS):
            columns[f"total_{flow}"] = national[:, i].sum(axis=1)
            columns.update({f"{flow}_{year}": national[:, i, y] for y, year in enumerate(years)})
    fields = schema(years)
    arrays = [
        pa.array(columns[f.name], f.type) if f.name in columns else pa.nulls(count, f.type)
        for f in fields
    ]
    return pa.Table.from_arrays(arrays, schema=fields)


def series_schema(task: Task) -> pa.Schema:
    """Return the columns of the table of series: each a list of weeks x provinces, week by week."""
    size = task.weeks * len(task.country.provinces)
    kinds = {name: pa.int32() if name in FLOWS else pa.float64() for name in task.series.columns}
    return pa.schema(
        [
            ("run_id", pa.string()),
            ("weeks_run", pa.int64()),
            *((name, pa.list_(kind, size)) for name, kind in kinds.items()),
        ]
    )


def series_table(task: Task, results: Results) -> pa.Table:
    """Return a row per run with its weekly series; after a run has stopped early flows are 0 and states not a number."""
    fields = series_schema(task)
    ids = [
        f"{point}-{replicate}"
        for point, replicate in zip(task.points, task.replicates, strict=True)
    ]
    arrays = [pa.array(ids), pa.array(results.weeks_run)]
    for name in task.series.columns:
        if name in FLOWS:
            values = results.weekly[:, FLOWS.index(name)]
        else:
            values = results.states[:, STATES.index(name), : task.weeks].copy()
            for run, weeks_run in enumerate(results.weeks_run):
                values[run, weeks_run:] = np.nan
        arrays.append(
            pa.FixedSizeListArray.from_arrays(
                pa.array(values.ravel()), fields.field(name).type.list_size
            )
        )
    return pa.Table.from_arrays(
        [array.cast(f.type) for array, f in zip(arrays, fields, strict=True)], schema=fields
    )


def encoded(table: pa.Table) -> bytes:
    """Return a table as a Parquet file; the same rows give the same bytes however they were put together."""
    sink = pa.BufferOutputStream()
    pq.write_table(table.combine_chunks(), sink, compression="zstd", write_statistics=False)
    return sink.getvalue().to_pybytes()


def decoded(file: bytes) -> pa.Table:
    """Return the table of a Parquet file."""
    return pq.read_table(pa.BufferReader(file))
