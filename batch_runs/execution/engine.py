"""Engines: who runs the chunks of a sweep or of a search, one engine a file, all of the shape of ``concurrent.futures``."""

from __future__ import annotations

from concurrent.futures import Executor, Future
from typing import Any, Protocol

from defection.batch_runs.execution.cluster import Cluster, ClusterError
from defection.batch_runs.execution.executor import ExternalExecutor
from defection.batch_runs.execution.processes import Processes
from defection.batch_runs.execution.serial import Serial
from defection.batch_runs.execution.threads import Threads
from defection.parameters import nearest

__all__ = ["ENGINES", "ClusterError", "Engine", "EngineError", "check_engine", "engine_of"]

ENGINES = ("processes", "threads", "serial")
"""Names of the engines of this machine."""


class EngineError(ValueError):
    """There is no such engine."""


class Engine(Protocol):
    """Runs tasks; ``submit`` returns a future at once."""

    name: str
    fails_as_pool: bool
    """Whether the death of one worker takes with it what the others were doing."""

    def slots(self) -> int:
        """Return how many tasks are run at a time, at the moment."""
        ...

    def submit(self, work: Any, task: Any) -> Future:
        """Have ``work(task)`` run."""
        ...

    def has_died(self, error: BaseException) -> bool:
        """Whether an error means that the worker died, rather than that the work failed."""
        ...

    def rebuild(self) -> None:
        """Replace workers that died."""
        ...

    def close(self, *, now: bool = False) -> None:
        """End the workers, ``now`` or when they have finished."""
        ...


def check_engine(engine: Any) -> None:
    """Refuse what is neither the name of an engine of this machine nor an executor, before anything is started."""
    if not isinstance(engine, str):
        if not callable(getattr(engine, "submit", None)):
            raise EngineError(
                f"an engine is one of {', '.join(ENGINES)}, or an executor with submit(), not {engine!r}"
            )
    elif engine not in ENGINES:
        raise EngineError(
            f"there is no engine {engine!r}{nearest(engine, ENGINES)}; there are {', '.join(ENGINES)}"
        )


def engine_of(engine: str | Executor, workers: int, cluster: str | None = None) -> Engine:
    """Start an engine: one of this machine by name, a Dask cluster by its address (or ``local``), or any executor."""
    if cluster is not None:
        return Cluster(cluster, workers)
    check_engine(engine)
    if not isinstance(engine, str):
        return ExternalExecutor(engine, workers)
    if engine == "serial":
        return Serial()
    return Threads(workers) if engine == "threads" else Processes(workers)
