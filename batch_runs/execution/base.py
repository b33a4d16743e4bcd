"""What an engine is: it runs tasks, in the manner of ``concurrent.futures``."""

from __future__ import annotations

import abc
from concurrent.futures import Future
from typing import Any


class Engine(abc.ABC):
    """Runs tasks; ``submit`` returns a future at once."""

    name: str
    fails_as_pool = True
    """Whether the death of one worker takes with it what the others were doing."""

    @abc.abstractmethod
    def submit(self, work: Any, task: Any) -> Future:
        """Have ``work(task)`` run."""

    def slots(self) -> int:
        """Return how many tasks are run at a time, at the moment."""
        return 1

    def has_died(self, error: BaseException) -> bool:  # noqa: ARG002
        """Whether an error means that the worker died, rather than that the work failed."""
        return False

    def rebuild(self) -> None:  # noqa: B027
        """Replace workers that died."""

    def close(self, *, now: bool = False) -> None:  # noqa: B027
        """End the workers, ``now`` or when they have finished."""
