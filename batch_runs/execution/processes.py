"""Worker processes on this machine: one that dies is replaced, and its work is done again."""

import contextlib
import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import forkserver
from typing import Any

from defection.batch_runs.execution.base import Engine

PATIENCE = 3.0
"""Seconds within which the pool notices by itself that a worker has died."""


class Processes(Engine):
    """So many worker processes."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._context = prepare()
        self._pool = self._new()

    def _new(self) -> ProcessPoolExecutor:
        self._died_at: float | None = None
        return ProcessPoolExecutor(self._workers, mp_context=self._context, initializer=_begin)

    def slots(self) -> int:
        """Return the number of processes; wakes a pool that waits for a dead worker's result."""
        if self._is_stuck():
            self._end_all()
        return self._workers

    def _is_stuck(self) -> bool:
        """Whether a worker died while it sent its result, and the pool waits for the rest of it."""
        sentinels = [worker.sentinel for worker in self._processes()]
        if not multiprocessing.connection.wait(sentinels, timeout=0):
            self._died_at = None
            return False
        self._died_at = self._died_at or time.monotonic()
        return time.monotonic() - self._died_at > PATIENCE

    def _end_all(self) -> None:
        """Kill the workers and close this process's own end of their pipe: nothing waits on it."""
        results: Any = getattr(self._pool, "_result_queue", None)
        for worker in self._processes():
            with contextlib.suppress(Exception):
                worker.kill()
        with contextlib.suppress(Exception):
            results._writer.close()

    def _processes(self) -> list[Any]:
        # there is no public name for them before Python 3.14
        return list((getattr(self._pool, "_processes", None) or {}).values())

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
    """Start the process from which workers come, with the law loaded; returns at once."""
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["defection.batch_runs.execution.worker"])
    with _interrupts_ignored():
        forkserver.ensure_running()
    return context


@contextlib.contextmanager
def _interrupts_ignored() -> Iterator[None]:
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
