"""Any executor of the shape of ``concurrent.futures``, given from Python: of MPI, of a batch system, of a notebook."""

from __future__ import annotations

from concurrent.futures import BrokenExecutor, Executor, Future
from typing import Any


class ExternalExecutor:
    """Somebody else's executor; it is neither rebuilt nor shut down here."""

    name = "executor"
    fails_as_pool = True

    def __init__(self, executor: Executor, workers: int) -> None:
        self._executor = executor
        self._workers = getattr(executor, "_max_workers", None) or workers

    def slots(self) -> int:
        """Return how many chunks are run at a time."""
        return self._workers

    def submit(self, work: Any, task: Any) -> Future:
        """Have ``work(task)`` run by the executor."""
        return self._executor.submit(work, task)

    def has_died(self, error: BaseException) -> bool:
        """Whether an error means that the executor lost its workers."""
        return isinstance(error, BrokenExecutor)

    def rebuild(self) -> None:
        """Refuse: only its owner can make the executor anew."""
        raise OSError(
            "the executor that was given has lost its workers: make a new one, and run the sweep again to go on"
        )

    def close(self, *, now: bool = False) -> None:
        """Leave the executor to its owner."""
