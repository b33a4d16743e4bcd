"""The tables of sweeps and searches: a row per run, and weekly series of runs that keep them."""

import os
import pathlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.fs as fs
import pyarrow.parquet as pq

from defection.arrays import Results
from defection.batch_runs.store.task import Task
from defection.country import WEEKS_PER_YEAR
from defection.crossings import CROSSING
from defection.journey import cells
from defection.measures import FLOWS, STATES
from defection.parameters import ALL_PARAMETERS, JOURNEY_PARAMETERS, PARAMETERS, parameters_among

KINDS = {"number": pa.float64(), "whole": pa.int64()}
"""Types of parameters by their kind; all others are text."""

JOURNEY_FLOWS = ("arrivals", "returned", "tried_again", "settled")
JOURNEY_COLUMNS = (*JOURNEY_FLOWS, "in_china")
"""What is kept of each year of the journey, where it is on; of the stock its end."""


def years_of(years: Sequence[int], weeks: int) -> tuple[int, ...]:
    """Return those of a country's years that the weeks touch."""
    return tuple(years[: -(-weeks // WEEKS_PER_YEAR)])


def complete_after(column: str, years: Sequence[int]) -> int:
    """Return the weeks after which a column is complete: a year's flow after its last week."""
    flow, _, year = column.rpartition("_")
    yearly = flow in (*FLOWS, *JOURNEY_COLUMNS) and year.isdecimal()
    return (int(year) - years[0] + 1) * WEEKS_PER_YEAR if yearly else 0


def schema(years: Sequence[int], names: Sequence[str] = tuple(PARAMETERS)) -> pa.Schema:
    """Return the columns of the table of runs; what a failed run does not have is null."""
    text, whole = pa.string(), pa.int64()
    fields = {"run_id": text, "point": whole, "replicate": whole, "seed": whole}
    fields |= {"status": text, "error": text, "weeks_run": whole, "stopped_early": pa.bool_()}
    fields |= {name: KINDS.get(ALL_PARAMETERS[name].kind, text) for name in names}
    fields |= {f"total_{flow}": whole for flow in FLOWS}
    fields |= {f"{flow}_{year}": whole for flow in FLOWS for year in years}
    if set(names) & set(JOURNEY_PARAMETERS):
        fields |= {f"total_{flow}": pa.float64() for flow in JOURNEY_FLOWS}
        fields |= {f"{name}_{year}": pa.float64() for name in JOURNEY_COLUMNS for year in years}
    return pa.schema(list(fields.items()))


def runs_table(task: Task, results: Results | None, error: str | None = None) -> pa.Table:
    """Return a row per run of a task; without results, rows that say ``error``."""
    count, years = len(task), years_of(task.country.years, task.weeks)
    columns: dict[str, Any] = {
        "run_id": task.run_ids,
        "point": task.points,
        "replicate": task.replicates,
        "seed": task.seeds(),
        "status": ["failed" if results is None else "done"] * count,
        "error": [error] * count,
    }
    names = parameters_among(task.parameters[0])
    columns |= {name: [values[name] for values in task.parameters] for name in names}
    if results is not None:
        national = results.yearly.sum(axis=3)  # [runs, flows, years]
        columns["weeks_run"] = results.weeks_run
        columns["stopped_early"] = results.weeks_run < task.weeks
        for i, flow in enumerate(FLOWS):
            columns[f"total_{flow}"] = national[:, i].sum(axis=1)
            columns |= {f"{flow}_{year}": national[:, i, y] for y, year in enumerate(years)}
        columns |= _journey_columns(results, years)
    fields = schema(years, names)
    arrays = [
        pa.array(columns[f.name], f.type) if f.name in columns else pa.nulls(count, f.type)
        for f in fields
    ]
    return pa.Table.from_arrays(arrays, schema=fields)


def _journey_columns(results: Results, years: Sequence[int]) -> dict[str, Any]:
    """Return what happened after the border, of the whole country, where it was followed."""
    columns: dict[str, Any] = {}
    if len(results.journey_flows) == 0:
        return columns
    for name in JOURNEY_COLUMNS:
        said, kept = (cells.FLOWS, results.journey_flows)
        if name in cells.STOCKS:
            said, kept = (cells.STOCKS, results.journey_stocks)
        national = kept[:, :, list(said).index(name)].sum(axis=2)  # [runs, years]
        columns[f"total_{name}"] = national.sum(axis=1)
        columns |= {f"{name}_{year}": national[:, y] for y, year in enumerate(years)}
    return columns


def completed(table: pa.Table, fields: pa.Schema | None = None) -> pa.Table:
    """Return a table with the columns of ``fields``; of parameters added since, their defaults.

    Without ``fields`` it keeps its own columns, and gets those of parameters that it lacks.
    """
    if fields is None:
        lacking = [name for name in PARAMETERS if name not in table.column_names]
        own = [field for field in table.schema if field.name not in ALL_PARAMETERS]
        at = next((i for i, f in enumerate(table.schema) if f.name in ALL_PARAMETERS), len(own))
        known = {field.name: field for field in table.schema}
        added = schema((), lacking)
        both = [
            known[name] if name in known else added.field(name)
            for name in parameters_among([*known, *lacking])
        ]
        fields = pa.schema([*own[:at], *both, *own[at:]])
    columns = []
    for field in fields:
        if field.name in table.column_names:
            column = table[field.name].cast(field.type)
        else:
            column = pa.nulls(len(table), field.type)
        if field.name in ALL_PARAMETERS and column.null_count:
            column = pc.fill_null(column, ALL_PARAMETERS[field.name].default)
        columns.append(column)
    return pa.Table.from_arrays(columns, schema=fields)


def series_schema(task: Task) -> pa.Schema:
    """Return the columns of the table of series, each a list of weeks x provinces.

    Crossings are three lists, an entry for each row of :data:`defection.crossings.CROSSING`.
    """
    size = task.weeks * len(task.country.provinces)
    plain = [name for name in task.series.columns if name != "crossings"]
    kinds = {name: pa.int32() if name in FLOWS else pa.float64() for name in plain}
    lists = [(name, pa.list_(kind, size)) for name, kind in kinds.items()]
    if "crossings" in task.series.columns:
        lists += [(f"crossing_{name}", pa.list_(pa.int32())) for name in CROSSING.names or ()]
    return pa.schema([("run_id", pa.string()), ("weeks_run", pa.int64()), *lists])


def series_table(task: Task, results: Results, crossings: Mapping[int, np.ndarray]) -> pa.Table:
    """Return a row per run with its weekly series; ``crossings`` are those of each run by number.

    After a run has stopped early its flows are 0 and its states not a number.
    """
    fields = series_schema(task)
    arrays = [pa.array(task.run_ids), pa.array(results.weeks_run)]
    for name in task.series.columns:
        if name == "crossings":
            continue
        if name in FLOWS:
            values = results.weekly[:, FLOWS.index(name)]
        else:
            values = results.states[:, STATES.index(name), : task.weeks].copy()
            for run, weeks_run in enumerate(results.weeks_run):
                values[run, weeks_run:] = np.nan
        flat, size = pa.array(values.ravel()), fields.field(name).type.list_size
        arrays.append(pa.FixedSizeListArray.from_arrays(flat, size))
    if "crossings" in task.series.columns:
        for name in CROSSING.names or ():
            arrays.append(pa.array([crossings[run][name] for run in range(len(task))]))
    arrays = [array.cast(f.type) for array, f in zip(arrays, fields, strict=True)]
    return pa.Table.from_arrays(arrays, schema=fields)


def from_frame(frame: pd.DataFrame, fields: pa.Schema | None = None) -> pa.Table:
    """Return a frame as a table whose types are the same with every version of pandas.

    Columns of ``fields`` have their types; other text is ``string``. Nothing of pandas is noted.
    """
    known = {field.name: field.type for field in fields or ()}
    columns = {}
    for name in frame:
        column = frame[name]
        if name in known and pa.types.is_integer(known[name]) and column.isna().any():
            column = column.astype("Int64")
        array = pa.Array.from_pandas(column, type=known.get(name))
        columns[name] = array.cast(pa.string()) if pa.types.is_large_string(array.type) else array
    return pa.table(columns)


def uniform(table: pa.Table) -> pa.Table:
    """Return a table that an earlier version wrote with the types of now, whatever its pandas."""
    known = {field.name: field.type for field in schema(())}
    types = [(field.name, known.get(field.name, field.type)) for field in table.schema]
    return table.cast(pa.schema(types))


def encoded(table: pa.Table) -> bytes:
    """Return a table as a Parquet file; the same rows give the same bytes however put together."""
    sink = pa.BufferOutputStream()
    pq.write_table(table.combine_chunks(), sink, compression="zstd", write_statistics=False)
    return sink.getvalue().to_pybytes()


def decoded(file: bytes) -> pa.Table:
    """Return the table of a Parquet file."""
    return pq.read_table(pa.BufferReader(file))


class _Files(fs.FSSpecHandler):
    """Files by the bytes of their names, each a character: Arrow takes no name that is no text."""

    def open_input_file(self, path: str) -> pa.OSFile:
        return pa.OSFile(path.encode("latin-1"))


def opened(file: pathlib.Path) -> pq.ParquetFile:
    """Open a Parquet file of this machine; a name such as ``run:1`` is no address."""
    return pq.ParquetFile(pa.OSFile(os.fsencode(file)))


def dataset(files: Sequence[pathlib.Path], fields: pa.Schema | None = None) -> ds.Dataset:
    """Return the rows of Parquet files of this machine as a lazy dataset."""
    here: fs.FileSystem = fs.LocalFileSystem()
    names = [str(file.absolute()) for file in files]
    if any(name.encode("utf-8", "replace").decode() != name for name in names):
        here = fs.PyFileSystem(_Files(None))
        names = [os.fsencode(name).decode("latin-1") for name in names]
    fields, kind = fields or opened(files[0]).schema_arrow, ds.ParquetFileFormat()
    return ds.FileSystemDataset.from_paths(names, schema=fields, format=kind, filesystem=here)
