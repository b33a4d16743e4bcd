"""One chunk after the other, in this process."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any


class Serial:
    """Runs what is submitted at once; for debugging, and for machines on which nothing else may start."""

    name = "serial"
    fails_as_pool = True

    def slots(self) -> int:
        """Return how many chunks are run at a time."""
        return 1

    def submit(self, work: Any, task: Any) -> Future:
        """Run ``work(task)`` now, and return a future that is done."""
        future: Future = Future()
        try:
            future.set_result(work(task))
        except Exception as error:
            future.set_exception(error)
        return future

    def has_died(self, error: BaseException) -> bool:
        """Whether an error means that a worker died: here there are none."""
        del error
        return False

    def rebuild(self) -> None:
        """Nothing can die."""

    def close(self, *, now: bool = False) -> None:
        """Nothing is left running."""
