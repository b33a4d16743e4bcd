"""Running a sweep: plan, parts, resume. What is planned and not there yet is run; nothing is run twice."""

from __future__ import annotations

import contextlib
import dataclasses
import pathlib
import re
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from typing import Any

import numpy as np

from defection.batch_runs.ensemble import cores
from defection.batch_runs.execution import processes
from defection.batch_runs.execution.driver import Chunk, Driver
from defection.batch_runs.execution.engine import engine_of
from defection.batch_runs.execution.worker import Part, Task, run_chunk
from defection.batch_runs.store import plan as plans
from defection.batch_runs.store.folder import Folder
from defection.batch_runs.store.plan import Block, Plan, PointTable
from defection.batch_runs.store.results import SweepResults, open_results
from defection.batch_runs.sweeps.design_file import read
from defection.batch_runs.sweeps.specification import Specification
from defection.country import load

CHUNK_SECONDS = 0.5
"""How long a chunk should take: far more than it costs to hand it out, and little enough to lose."""

SAMPLE = 48
"""Runs, spread over the design, that are timed to find the size of a chunk."""

LARGEST_CHUNK = 4096
SMALLEST_COUNT = 16
"""A block is cut into at least so many chunks (as far as it has runs), so that there is something for every worker."""

Progress = Callable[[int, int], object]


class SweepError(ValueError):
    """A sweep is asked for in a way that cannot be."""


def run_sweep(
    design: str | pathlib.Path | Mapping[str, Any] | Specification | None,
    out: str | pathlib.Path,
    *,
    engine: str | Executor = "processes",
    workers: int | None = None,
    cluster: str | None = None,
    shard: str | None = None,
    chunk: int | None = None,
    retry_failed: bool = False,
    progress: bool | Progress = False,
    tell: Callable[[str], object] = warnings.warn,
) -> SweepResults:
    """Run what a design asks for into a folder, or go on with what is not there yet.

    Parameters
    ----------
    design : path, mapping or Specification, optional
        A design file (TOML), or the same as a mapping; left out, the folder's own plan is carried
        on with.
    out : path
        The sweep's folder. Where it holds a sweep already, the design must be the same.
    engine : str or executor
        ``processes``, ``threads`` or ``serial``, or any executor of the shape of
        ``concurrent.futures``. A script that uses processes needs Python's ``if __name__ ==
        "__main__":``.
    workers : int, optional
        How many; one for each core if left out.
    cluster : str, optional
        Address of a Dask scheduler (``tcp://host:port``), or ``local`` to start one here.
    shard : str, optional
        ``i/n``: run only every n-th chunk, beginning with the i-th (from 1). The shards of a sweep
        may run at the same time, on machines that share the folder.
    chunk : int, optional
        Runs in a chunk; if left out, as many as take about half a second. Results do not depend on
        it.
    retry_failed : bool
        Run again the chunks in which a run has failed.
    progress : bool or function
        True shows a bar; a function is called as ``progress(runs done, runs)``.
    tell : function
        Is told, in a sentence, what the user should know (a damaged part, for instance); a warning
        by default.

    Returns
    -------
    SweepResults
        What is in the folder now.

    Raises
    ------
    DesignError, DesignFileError, PlanError, SweepError, EngineError, FolderError, ClusterError
        All of them ``ValueError`` or ``OSError``. What was kept before an error stays.
    """
    mine = None if shard is None else checked_shard(shard)
    count = cores() if workers is None else at_least_one("workers", workers)
    if chunk is not None:
        at_least_one("chunk", chunk)
    asked = _asked(design)
    folder = Folder(out)
    exists = folder.check()
    if exists:
        stored = folder.read_plan()
        plans.check_same(stored, stored.specification if asked is None else asked, str(folder.path))
    elif asked is None:
        raise SweepError(f"there is no sweep in {folder.path} to go on with: give a design")
    if engine == "processes" and cluster is None:
        processes.prepare()  # workers get ready while the sweep is planned
    with folder.locked(mine):
        if not folder.check():
            assert asked is not None
            _begin(folder, asked, chunk)
        plan = folder.read_plan()
        if asked is not None:  # somebody else may have planned meanwhile
            plans.check_same(plan, asked, str(folder.path))
            more = check_points(folder, plan, asked)
            if more:
                tell(
                    f"{more:,} more points are given than were planned in {folder.path}: defection extend runs them"
                )
        _carry_out(
            folder,
            plan,
            mine,
            retry_failed,
            progress,
            tell,
            lambda: engine_of(engine, count, cluster),
        )
    return open_results(folder.path)


def checked_shard(text: str) -> tuple[int, int]:
    """Read ``i/n``."""
    found = re.fullmatch(r"\s*(\d+)\s*/\s*(\d+)\s*", text)
    if not found or not 1 <= int(found[1]) <= int(found[2]):
        raise SweepError(f"shard = {text!r} must be i/n with i from 1 to n, such as 2/8")
    return int(found[1]), int(found[2])


def task_maker(folder: Folder, plan: Plan) -> Callable[[list[tuple[int, int]]], Task]:
    """Return the function that makes the task of some runs, given as point and replicate."""
    asked, points = plan.specification, folder.read_points(plan)
    country = load(asked.country)
    about = {
        "law": plan.about["law"],
        "country": country,
        "weeks": plan.about["weeks"],
        "seed": asked.seed,
    }

    def task_of(members: list[tuple[int, int]]) -> Task:
        numbers, replicates = (
            [point for point, _ in members],
            [replicate for _, replicate in members],
        )
        wanted = dict.fromkeys(numbers)
        rows = dict(zip(wanted, points.take(list(wanted)).to_pylist(), strict=True))
        parameters = [rows[point] for point in numbers]
        return Task(
            **about,
            common_random_numbers=asked.common_random_numbers,
            series=asked.series,
            points=numbers,
            replicates=replicates,
            parameters=parameters,
        )

    return task_of


def check_points(folder: Folder, plan: Plan, asked: Specification) -> int:
    """Refuse a file of points that was changed since the sweep was planned; return how many rows were added to it."""
    if asked.design.kind != "points":
        return 0
    planned, given = (
        folder.read_points(plan).to_pylist(),
        asked.design.table(asked.space, asked.seed).to_dict("records"),
    )
    for row, point in enumerate(planned):
        if row >= len(given) or given[row] != point:
            raise plans.PlanError(
                f"the points given differ from those planned in {folder.path}: point {row} is another; use a new folder"
            )
    return len(given) - len(planned)


def _asked(design: Any) -> Specification | None:
    if design is None or isinstance(design, Specification):
        return design
    return Specification.from_mapping(design) if isinstance(design, Mapping) else read(design)


def _begin(folder: Folder, asked: Specification, chunk: int | None) -> None:
    points = asked.design.table(asked.space, asked.seed)
    name, digest = folder.write_points(0, points)
    whole = Block((0, len(points)), (0, asked.replicates), chunk or 1)
    plan = Plan(plans.about_sweep(asked), (PointTable(name, (0, len(points)), digest),), (whole,))
    if chunk is None:
        plan = Plan(
            plan.about,
            plan.tables,
            (dataclasses.replace(whole, chunk=chunk_size(folder, plan, whole)),),
        )
    folder.write_plan(plan, new=True)


def chunk_size(folder: Folder, plan: Plan, block: Block) -> int:
    """Time some runs spread over a block, and return how many take about half a second."""
    task_of = task_maker(folder, plan)
    spread = np.linspace(0, block.runs - 1, min(SAMPLE, block.runs))
    sample = task_of(
        [
            member
            for run in spread
            for member in dataclasses.replace(block, chunk=1).members(int(run))
        ]
    )
    run_chunk(sample.some([0]))  # compiles, where it has to
    start = time.thread_time()  # not disturbed by what else the machine does
    run_chunk(sample)
    rate = len(sample) / max(time.thread_time() - start, 1e-6)
    return max(1, min(round(rate * CHUNK_SECONDS), LARGEST_CHUNK, -(-block.runs // SMALLEST_COUNT)))


def _carry_out(
    folder: Folder,
    plan: Plan,
    shard: tuple[int, int] | None,
    retry_failed: bool,
    progress: bool | Progress,
    tell: Callable[[str], object],
    start_engine: Callable[[], Any],
) -> None:
    found = folder.find(plan)
    for file in found.damaged:
        tell(f"{file} is damaged: its runs are done again")
    folder.clean(found, shard)
    done = found.done()
    again = SweepResults(folder, plan, found).failed_chunks() if retry_failed else set()
    failed = {
        (part.block, part.first): part for part in found.parts if (part.block, part.first) in again
    }
    done -= again
    chunks = [
        chunk
        for n, chunk in enumerate(plan.chunks())
        if shard is None or n % shard[1] == shard[0] - 1
    ]
    waiting = [chunk for chunk in chunks if chunk not in done]
    sizes = {chunk: plan.blocks[chunk[0]].size(chunk[1]) for chunk in chunks}
    total = sum(sizes.values())
    with _reporting(progress, total, total - sum(sizes[chunk] for chunk in waiting)) as report:
        if not waiting:
            return

        def keep(chunk: Chunk, part: Part) -> None:
            if (
                chunk in failed
            ):  # first, so that a chunk never has two parts: a kill in between leaves it to be run again
                for old in (failed[chunk].file, failed[chunk].series):
                    if old is not None:
                        old.unlink(missing_ok=True)
            folder.write_part(plan, chunk[0], chunk[1], chunk[1], part.runs, part.series)

        task_of = task_maker(folder, plan)
        Driver(
            start_engine(),
            lambda chunk: task_of(plan.blocks[chunk[0]].members(chunk[1])),
            keep,
            report,
        ).run(waiting)


@contextlib.contextmanager
def _reporting(
    progress: bool | Progress, total: int, before: int
) -> Iterator[Callable[[int], object]]:
    done = before
    if callable(progress):
        function = progress
        function(done, total)

        def report(runs: int) -> None:
            nonlocal done
            done += runs
            function(done, total)

        yield report
        return
    from tqdm.auto import tqdm

    with tqdm(
        total=total, initial=before, unit=" runs", desc="runs", disable=not progress, smoothing=0.1
    ) as bar:
        yield bar.update


def at_least_one(name: str, value: Any) -> int:
    """Return ``value`` as a whole number of at least 1, or raise :class:`SweepError`."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
        raise SweepError(f"{name} = {value!r} must be a whole number of at least 1")
    return int(value)
