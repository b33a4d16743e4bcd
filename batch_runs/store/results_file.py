"""All runs of a sweep or a search as one CSV file."""

from __future__ import annotations

import pathlib

import pandas as pd
import pyarrow as pa

from defection.batch_runs.store.reading import Results
from defection.files import replaced_file


def write_table(results: Results, file: str | pathlib.Path, force: bool = False) -> None:
    """Write the table of all runs as CSV, in the order of the plan, in little memory.

    What a failed run does not have is empty.
    """
    kinds = {}  # of pandas, that keep whole numbers and truths as they are where some are missing
    for field in results.dataset().schema:
        if pa.types.is_integer(field.type) or pa.types.is_boolean(field.type):
            kinds[field.name] = "Int64" if pa.types.is_integer(field.type) else "boolean"
    with (
        replaced_file(file, force=force) as beside,
        beside.open("w", encoding="utf-8", newline="") as stream,
    ):
        pd.DataFrame(columns=results.columns).to_csv(stream, index=False)
        for batch in results.batches():
            batch.astype(kinds).to_csv(stream, index=False, header=False)
