"""Engines of this process: one task after the other, or threads; and an executor passed in."""

import itertools
import os
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor, wait
from typing import Any

import numpy as np

from defection.batch_runs.execution.base import Engine


class Serial(Engine):
    """One task after the other; for debugging, and where nothing else may start."""

    def submit(self, work: Any, task: Any) -> Future:
        """Run ``work(task)`` now, and return a future that is done."""
        future: Future = Future()
        try:
            future.set_result(work(task))
        except Exception as error:
            future.set_exception(error)
        return future


class Threads(Engine):
    """So many threads: the compiled law runs on all cores; ended within a simulated week."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._halt = np.zeros(1, np.int64)
        self._pool = ThreadPoolExecutor(workers)

    def submit(self, work: Any, task: Any) -> Future:
        """Have ``work(task, halt)`` run by a thread."""
        return self._pool.submit(work, task, self._halt)

    def close(self, *, now: bool = False) -> None:
        """End the threads, ``now`` or when they have finished."""
        if now:
            self._halt[0] = 1
        self._pool.shutdown(wait=True, cancel_futures=now)


class ExternalExecutor(Engine):
    """Somebody else's executor (of MPI, of a batch system); neither rebuilt nor shut down here."""

    def __init__(self, executor: Executor, workers: int) -> None:
        self._pool = executor
        self._workers = getattr(executor, "_max_workers", None) or workers

    def has_died(self, error: BaseException) -> bool:
        """Whether the executor lost its workers."""
        return isinstance(error, BrokenExecutor)

    def rebuild(self) -> None:
        """Refuse: only its owner can make the executor anew."""
        raise OSError(
            "the executor that was given has lost its workers: make a new one, and run the sweep "
            "again to go on"
        )


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_jobs(
    do: Callable[[Any, np.ndarray], int],
    jobs: Sequence[Any],
    threads: int,
    report: Callable[[int], object],
) -> None:
    """Do all jobs in threads, each taking the next one as it gets free.

    ``report`` gets the sum of what ``do(job, halt)`` returns as it grows. An interruption (Ctrl-C)
    or an error sets ``halt``, waits for the threads, and goes on.
    """
    engine = Threads(min(threads, len(jobs)))
    queue, done = itertools.count(), [0] * len(jobs)

    def take(_: object, halt: np.ndarray) -> None:
        while halt[0] == 0 and (number := next(queue)) < len(jobs):
            done[number] = do(jobs[number], halt)

    try:
        report(0)
        running = {engine.submit(take, None) for _ in range(engine.slots())}
        while running:
            ended, running = wait(running, timeout=0.1, return_when="FIRST_COMPLETED")
            for future in ended:
                future.result()
            report(sum(done))
        engine.close()
    except BaseException:
        engine.close(now=True)
        raise
