"""All runs of a sweep as one CSV file, and how a file is written so that it is never half there."""

from __future__ import annotations

import contextlib
import os
import pathlib
import tempfile
from collections.abc import Iterator

import pandas as pd
import pyarrow as pa

from defection.batch_runs.sweeps.results import SweepResults
from defection.run_folder import FolderError, check_place


def check_file(file: str | pathlib.Path, *, force: bool) -> pathlib.Path:
    """Refuse early, before any work: an existing file without ``force``, a folder, a place that cannot be written."""
    file = pathlib.Path(file)
    if file.is_dir():
        raise FolderError(f"{file} is a folder; name a file")
    if file.exists() and not force:
        raise FolderError(f"{file} exists; choose another name, or replace it with --force (force=True)")
    check_place(file)
    return file


@contextlib.contextmanager
def replaced_file(file: str | pathlib.Path, *, force: bool = False) -> Iterator[pathlib.Path]:
    """Give the path of a new file beside ``file`` to write; rename it into place when all went well, drop it when not."""
    file = check_file(file, force=force).absolute()
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{file.stem}-", suffix=file.suffix, dir=file.parent)
    os.close(handle)
    beside = pathlib.Path(name)
    try:
        yield beside
        beside.chmod(0o644)
        os.replace(beside, file)
    finally:
        beside.unlink(missing_ok=True)


def write_table(results: SweepResults, file: str | pathlib.Path, force: bool = False) -> None:
    """Write the table of all runs as CSV, a row per run in the order in which they were planned.

    The rows are written some at a time, so that memory does not grow with their number. What a failed run does not have is empty.

    Raises
    ------
    FolderError
        The file exists (without ``force``), or cannot be written.
    """
    kinds = {f.name: _whole(f.type) for f in results.dataset().schema if _whole(f.type)}
    with replaced_file(file, force=force) as beside, beside.open("w", encoding="utf-8", newline="") as stream:
        pd.DataFrame(columns=results.columns).to_csv(stream, index=False)
        for batch in results.batches():
            batch.astype(kinds).to_csv(stream, index=False, header=False)


def _whole(kind: pa.DataType) -> str:
    """Return the type of pandas that keeps whole numbers and truths as they are where some are missing."""
    return "Int64" if pa.types.is_integer(kind) else "boolean" if pa.types.is_boolean(kind) else ""
