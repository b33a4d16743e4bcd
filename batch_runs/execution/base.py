"""What an engine is: it runs tasks, in the manner of ``concurrent.futures``."""

from concurrent.futures import Future
from typing import Any


class Engine:
    """Runs tasks on workers of its own; this one has a pool with ``submit``."""

    fails_as_pool = True
    """Whether the death of one worker takes with it what the others were doing."""

    _pool: Any
    _workers = 1

    def submit(self, work: Any, task: Any) -> Future:
        """Have ``work(task)`` run; returns a future at once."""
        return self._pool.submit(work, task)

    def slots(self) -> int:
        """Return how many tasks are run at a time, at the moment."""
        return self._workers

    def has_died(self, error: BaseException) -> bool:  # noqa: ARG002
        """Whether an error means that the worker died, rather than that the work failed."""
        return False

    def rebuild(self) -> None:
        """Replace workers that died."""

    def close(self, *, now: bool = False) -> None:
        """End the workers, ``now`` or when they have finished."""
