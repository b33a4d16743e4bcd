"""All runs of a sweep as one CSV file."""

from __future__ import annotations

import pathlib

import pandas as pd
import pyarrow as pa

from defection.batch_runs.store.results import SweepResults
from defection.files import replaced_file


def write_table(results: SweepResults, file: str | pathlib.Path, force: bool = False) -> None:
    """Write the table of all runs as CSV, a row per run in the order in which they were planned.

    The rows are written some at a time, so that memory does not grow with their number. What a
    failed run does not have is empty.

    Raises
    ------
    FolderError
        The file exists (without ``force``), or cannot be written.
    """
    kinds = {f.name: _whole(f.type) for f in results.dataset().schema if _whole(f.type)}
    with (
        replaced_file(file, force=force) as beside,
        beside.open("w", encoding="utf-8", newline="") as stream,
    ):
        pd.DataFrame(columns=results.columns).to_csv(stream, index=False)
        for batch in results.batches():
            batch.astype(kinds).to_csv(stream, index=False, header=False)


def _whole(kind: pa.DataType) -> str:
    """Return the type of pandas that keeps whole numbers and truths as they are where some are missing."""
    return "Int64" if pa.types.is_integer(kind) else "boolean" if pa.types.is_boolean(kind) else ""
