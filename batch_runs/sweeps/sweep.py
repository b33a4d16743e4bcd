"""Running a sweep: what is planned and not there yet is run; nothing is run twice."""

import dataclasses
import pathlib
import re
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from typing import Any

import numpy as np
import pandas as pd

from defection.batch_runs.errors import PlanError, SweepError
from defection.batch_runs.execution import processes, worker
from defection.batch_runs.execution.base import Engine
from defection.batch_runs.execution.driver import Chunk, Driver, stop
from defection.batch_runs.execution.engine import check_engine, engine_of
from defection.batch_runs.execution.in_process import cores
from defection.batch_runs.store.folder import Folder
from defection.batch_runs.store.plan import Block, Plan, check_same
from defection.batch_runs.store.results import SweepResults, open_results
from defection.batch_runs.store.table import completed
from defection.batch_runs.store.task import Task
from defection.batch_runs.store.versions import library_changes
from defection.batch_runs.sweeps.design_file import read
from defection.batch_runs.sweeps.specification import Specification
from defection.checks import notice, whole
from defection.country import load
from defection.progress import Progress, reporting
from defection.provenance import behaviour

CHUNK_SECONDS = 0.5
"""How long a chunk should take: far more than it costs to give out, and little enough to lose."""

SAMPLE = 48
"""Runs from all over the design that are timed to find the size of a chunk."""

LARGEST_CHUNK = 4096
SMALLEST_COUNT = 16
"""A block is cut into at least so many chunks, so that there is something for every worker."""


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
    warn: Callable[[str], object] = notice,
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
    warn : function
        Gets, in a sentence, what the user should know (a damaged part, for instance).

    Returns
    -------
    SweepResults
        What is in the folder now.

    Raises
    ------
    DesignError, PlanError, SweepError, FolderError, ClusterError
        All of them ``ValueError`` or ``OSError``. What was kept before an error stays.

    Examples
    --------
    >>> import tempfile
    >>> from defection.batch_runs import run_sweep
    >>> design = {"seed": 1, "weeks": 52, "design": {"kind": "random", "points": 3}}
    >>> design["parameters"] = {"famine_effect": {"low": 0.0, "high": 2.0}}
    >>> run_sweep(design, tempfile.mkdtemp(), engine="serial").counts()
    {'planned': 3, 'done': 3, 'failed': 0, 'missing': 0}
    """
    mine = None if shard is None else checked_shard(shard)
    count = cores() if workers is None else whole("workers", workers, error=SweepError)
    if chunk is not None:
        whole("chunk", chunk, error=SweepError)
    if cluster is None:
        check_engine(engine)
    wanted = _specification(design)
    folder = Folder(out)
    if folder.check():
        plan = folder.read_plan()
        now = wanted or Specification.from_plan(plan)
        points = planned_points(folder, plan)
        check_same(plan, now.about(points), str(folder.path), points)
    elif wanted is None:
        raise SweepError(f"there is no sweep in {folder.path} to go on with: give a design")
    if engine == "processes" and cluster is None:
        processes.prepare()  # workers get ready while the sweep is planned
    with folder.locked(mine):
        if not folder.check():
            assert wanted is not None
            _begin(folder, wanted, chunk)
        plan = folder.read_plan()
        if wanted is not None:  # somebody else may have planned meanwhile
            points = planned_points(folder, plan)
            check_same(plan, wanted.about(points), str(folder.path), points)
            plan = dataclasses.replace(plan, moved={**plan.moved, "country": wanted.country})
            more = check_points(folder, plan, wanted)
            if more:
                warn(
                    f"{more:,} more points are given than were planned in {folder.path}: "
                    "defection extend runs them"
                )
        start = lambda: engine_of(engine, count, cluster)  # noqa: E731
        _carry_out(folder, plan, mine, retry_failed, progress, warn, start)
    return open_results(folder.path)


def checked_shard(text: str) -> tuple[int, int]:
    """Read ``i/n``."""
    found = re.fullmatch(r"\s*(\d+)\s*/\s*(\d+)\s*", text)
    if not found or not 1 <= int(found[1]) <= int(found[2]):
        raise SweepError(f"shard = {text!r} must be i/n with i from 1 to n, such as 2/8")
    return int(found[1]), int(found[2])


def task_maker(folder: Folder, plan: Plan) -> Callable[[list[tuple[int, int]]], Task]:
    """Return the function that makes the task of some runs, given as point and replicate."""
    design, points = Specification.from_plan(plan), folder.read_points(plan)
    country = load(design.country)

    def task_of(members: list[tuple[int, int]]) -> Task:
        numbers = [point for point, _ in members]
        distinct = list(dict.fromkeys(numbers))
        rows = dict(zip(distinct, points.take(distinct).to_pylist(), strict=True))
        return Task(
            country=country,
            weeks=plan.about["weeks"],
            seed=design.seed,
            common_random_numbers=design.common_random_numbers,
            series=design.series,
            points=numbers,
            replicates=[replicate for _, replicate in members],
            parameters=[rows[point] for point in numbers],
            seed_bits=plan.seed_bits,
            rows=plan.about.get("rows", {}),
            behaviour=behaviour(journey=design.space.has_journey or design.series.keeps_crossings),
        )

    return task_of


def planned_points(folder: Folder, plan: Plan) -> Callable[[], pd.DataFrame]:
    """Return what reads the points of a plan, where they are wanted."""
    return lambda: completed(folder.read_points(plan)).to_pandas()


def check_points(folder: Folder, plan: Plan, wanted: Specification) -> int:
    """Refuse a file of points that was changed since it was planned; return how many were added."""
    if wanted.design.kind != "points":
        return 0
    planned = completed(folder.read_points(plan)).to_pylist()
    now = wanted.design.table(wanted.space, wanted.seed).to_dict("records")
    for row, point in enumerate(planned):
        if row >= len(now) or now[row] != point:
            raise PlanError(
                f"the points given differ from those planned in {folder.path}: point {row} is "
                "another; use a new folder"
            )
    return len(now) - len(planned)


def _specification(design: Any) -> Specification | None:
    if design is None or isinstance(design, Specification):
        return design
    return Specification.from_mapping(design) if isinstance(design, Mapping) else read(design)


def _begin(folder: Folder, wanted: Specification, chunk: int | None) -> None:
    points = wanted.design.table(wanted.space, wanted.seed)
    table = folder.write_points(0, points)
    block = Block((0, len(points)), (0, wanted.replicates), chunk or 1)
    plan = Plan(wanted.about(lambda: points), (table,), (block,))
    if chunk is None:
        block = dataclasses.replace(block, chunk=chunk_size(folder, plan, block))
    folder.write_plan(Plan(plan.about, plan.tables, (block,)), new=True)


def chunk_size(folder: Folder, plan: Plan, block: Block) -> int:
    """Time some runs from all over a block; return how many take about half a second."""
    one = dataclasses.replace(block, chunk=1)
    chosen = np.linspace(0, block.runs - 1, min(SAMPLE, block.runs))
    members = [member for run in chosen for member in one.members(int(run))]
    sample = task_maker(folder, plan)(members)
    try:
        worker.run_chunk(sample.some([0]))  # compiles, where it has to
        start = time.thread_time()  # not disturbed by what else the machine does
        worker.run_chunk(sample)
    except Exception as error:
        stop(error)
    rate = len(sample) / max(time.thread_time() - start, 1e-6)
    return max(1, min(round(rate * CHUNK_SECONDS), LARGEST_CHUNK, -(-block.runs // SMALLEST_COUNT)))


def _carry_out(
    folder: Folder,
    plan: Plan,
    shard: tuple[int, int] | None,
    retry_failed: bool,
    progress: bool | Progress,
    warn: Callable[[str], object],
    start_engine: Callable[[], Engine],
) -> None:
    make, found = task_maker(folder, plan), folder.find(plan)
    for file in found.damaged:
        warn(f"{file} is damaged: its runs are done again")
    folder.clean(found, shard)
    again = SweepResults(folder, plan, found).failed_chunks() if retry_failed else set()
    failed = {(p.block, p.first): p for p in found.parts if (p.block, p.first) in again}
    first, step = shard or (1, 1)
    chunks = list(plan.chunks())[first - 1 :: step]
    there = found.done() - again
    waiting = [chunk for chunk in chunks if chunk not in there]

    def size(some: list[Chunk]) -> int:
        return sum(plan.blocks[block].size(number) for block, number in some)

    total, left = size(chunks), size(waiting)
    with reporting(progress) as report:
        report(total - left, total)
        if not waiting:
            return

        def keep(chunk: Chunk, part: worker.Part) -> None:
            if chunk in failed:  # first, so that a chunk never has two parts
                for old in failed[chunk].files:
                    old.unlink(missing_ok=True)
            folder.write_part(plan, chunk[0], chunk[1], chunk[1], part.runs, part.series)

        def count(runs: int) -> None:
            nonlocal left
            left -= runs
            report(total - left, total)

        if changed := library_changes(plan.about):
            warn(f"{folder.path} was {changed}")
        driver = Driver(
            start_engine(),
            worker.PARTS,
            lambda chunk: make(plan.blocks[chunk[0]].members(chunk[1])),
            keep,
            count,
        )
        driver.run(waiting, close=True)
