"""Worker processes on this machine: one that dies is replaced, and what it was doing is done again."""

from __future__ import annotations

import contextlib
import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import forkserver
from typing import Any

PATIENCE = 3.0
"""Seconds within which the pool notices by itself that a worker has died."""


class Processes:
    """So many worker processes."""

    name = "processes"
    fails_as_pool = True

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._context = prepare()
        self._pool = self._new()

    def _new(self) -> ProcessPoolExecutor:
        self._died_at: float | None = None
        return ProcessPoolExecutor(self._workers, mp_context=self._context, initializer=_begin)

    def slots(self) -> int:
        """Return how many chunks are run at a time; wakes a pool that waits for the rest of what a dead worker was telling."""
        if self._is_stuck():
            self._end_all()
        return self._workers

    def _is_stuck(self) -> bool:
        """Whether a worker has been dead for some seconds and the pool has not noticed: it was killed in the middle of its answer."""
        if not multiprocessing.connection.wait(
            [worker.sentinel for worker in self._processes()], timeout=0
        ):
            self._died_at = None
            return False
        self._died_at = self._died_at or time.monotonic()
        return time.monotonic() - self._died_at > PATIENCE

    def _end_all(self) -> None:
        """Kill the workers, and let go of this process's own end of the pipe they answer by: then there is nothing to wait for."""
        answers: Any = getattr(self._pool, "_result_queue", None)
        for worker in self._processes():
            with contextlib.suppress(Exception):
                worker.kill()
        with contextlib.suppress(Exception):
            answers._writer.close()

    def _processes(self) -> list[Any]:
        return list(
            (getattr(self._pool, "_processes", None) or {}).values()
        )  # there is no public name for them before Python 3.14

    def submit(self, work: Any, task: Any) -> Future:
        """Have ``work(task)`` run by a process."""
        return self._pool.submit(work, task)

    def has_died(self, error: BaseException) -> bool:
        """Whether an error means that a worker died."""
        return isinstance(error, BrokenProcessPool)

    def rebuild(self) -> None:
        """Replace all workers."""
        self.close(now=True)
        self._pool = self._new()

    def close(self, *, now: bool = False) -> None:
        """End the workers, ``now`` or when they have finished."""
        if now:
            self._end_all()
        self._pool.shutdown(wait=True, cancel_futures=True)


def prepare() -> Any:
    """Have the process started from which workers come, with the law loaded, so that each of them is there at once; returns at once."""
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["defection.batch_runs.execution.worker"])
    with _deaf_to_interrupts():
        forkserver.ensure_running()
    return context


@contextlib.contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Let what is started here, and all that it starts, leave Ctrl-C to the sweep."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _begin() -> None:
    """Make a worker leave Ctrl-C to the sweep, and end when the sweep is gone, however it went."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: Any) -> None:
    parent.join()
    os._exit(1)
