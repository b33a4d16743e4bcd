"""Threads of this process: the compiled law runs on all cores at once, and nothing has to be started."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np


class Threads:
    """So many threads; stopped within a simulated week."""

    name = "threads"
    fails_as_pool = True

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._halt = np.zeros(1, np.int64)
        self._pool = ThreadPoolExecutor(workers)

    def slots(self) -> int:
        """Return how many chunks are run at a time."""
        return self._workers

    def submit(self, work: Any, task: Any) -> Future:
        """Have ``work(task, halt)`` run by a thread."""
        return self._pool.submit(work, task, self._halt)

    def has_died(self, error: BaseException) -> bool:
        """Whether an error means that a worker died: a thread dies only with the process."""
        del error
        return False

    def rebuild(self) -> None:
        """Nothing can die."""

    def close(self, *, now: bool = False) -> None:
        """End the threads, ``now`` or when they have finished."""
        if now:
            self._halt[0] = 1
        self._pool.shutdown(wait=True, cancel_futures=now)
