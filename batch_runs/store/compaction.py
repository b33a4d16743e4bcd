"""Merging the many small parts of a sweep into few large ones; the rows stay the same."""

import pathlib
from collections.abc import Iterator

import pyarrow as pa

from defection.batch_runs.store import table as tables
from defection.batch_runs.store.folder import Folder, StoredPart
from defection.batch_runs.store.results import SweepResults, open_results

LARGEST_RUNS = 50_000
LARGEST_SERIES = 256e6
"""Runs, and bytes of weekly series, that one merged part may hold."""


def compact(folder: str | pathlib.Path) -> SweepResults:
    """Merge the parts of a sweep that follow on each other.

    A merged part is written before the small ones are removed, so that a kill loses nothing. Parts
    in which a run has failed stay as they are, so that they can be run again.

    Parameters
    ----------
    folder : path
        The sweep's folder.

    Returns
    -------
    SweepResults
        What is in the folder now.

    Raises
    ------
    FolderError, PlanError
        The folder holds no sweep, is being written to, or its plan was changed.

    Examples
    --------
    >>> import tempfile
    >>> from defection.batch_runs import compact, run_sweep
    >>> design = {"seed": 1, "weeks": 52, "design": {"kind": "grid", "replicates": 3}}
    >>> results = run_sweep(design, tempfile.mkdtemp(), engine="serial", chunk=1)
    >>> len(results.parts()), len(compact(results.path).parts())
    (3, 1)
    """
    place = Folder(folder)
    plan = place.read_plan()
    with place.locked():
        found = place.find(plan)
        place.clean(found)
        failed = SweepResults(place, plan, found).failed_chunks()
        merged: list[StoredPart] = []
        for group in _neighbours([part for part in found.parts if not part.chunks() & failed]):
            whole = pa.concat_tables([tables.opened(part.file).read() for part in group])
            kept = [tables.opened(part.series).read() for part in group if part.series]
            series = tables.encoded(pa.concat_tables(kept)) if kept else b""
            ends = group[0].block, group[0].first, group[-1].last
            place.write_part(plan, *ends, tables.encoded(whole), series)
            merged += group
        for part in merged:  # only now: who reads meanwhile finds the small or the large ones
            for file in part.files:
                file.unlink()
    return open_results(place.path)


def _neighbours(parts: list[StoredPart]) -> Iterator[list[StoredPart]]:
    group: list[StoredPart] = []
    runs, series = 0, 0.0
    for part in parts:
        more_runs, more_series = tables.opened(part.file).metadata.num_rows, _series_bytes(part)
        fits = runs + more_runs <= LARGEST_RUNS and series + more_series <= LARGEST_SERIES
        if (
            not group
            or (group[-1].block, group[-1].last + 1) != (part.block, part.first)
            or not fits
        ):
            if len(group) > 1:
                yield group
            group, runs, series = [], 0, 0.0
        group.append(part)
        runs, series = runs + more_runs, series + more_series
    if len(group) > 1:
        yield group


def _series_bytes(part: StoredPart) -> float:
    if part.series is None:
        return 0.0
    file = tables.opened(part.series)
    lists = [field.type for field in file.schema_arrow if pa.types.is_fixed_size_list(field.type)]
    sizes = (kind.list_size * kind.value_type.bit_width // 8 for kind in lists)
    return float(file.metadata.num_rows * sum(sizes))
