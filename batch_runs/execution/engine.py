"""The engines by name: who runs the chunks of a sweep or the points of a search."""

from concurrent.futures import Executor
from typing import Any

from defection.batch_runs.errors import SweepError, check_known
from defection.batch_runs.execution.base import Engine
from defection.batch_runs.execution.cluster import Cluster
from defection.batch_runs.execution.in_process import ExternalExecutor, Serial, Threads
from defection.batch_runs.execution.processes import Processes
from defection.checks import shown

ENGINES = ("processes", "threads", "serial")
"""Names of the engines of this machine."""


def check_engine(engine: Any) -> None:
    """Refuse what is neither the name of an engine nor an executor, before anything starts."""
    if isinstance(engine, str):
        check_known(f"there is no engine {shown(engine)}", engine, ENGINES, SweepError)
    elif not callable(getattr(engine, "submit", None)):
        known = ", ".join(ENGINES)
        said = f"an engine is one of {known}, or an executor with submit(), not {engine!r}"
        raise SweepError(said)


def engine_of(engine: str | Executor, workers: int, cluster: str | None = None) -> Engine:
    """Start an engine by name, a Dask cluster by its address (or ``local``), or any executor."""
    if cluster is not None:
        return Cluster(cluster, workers)
    check_engine(engine)
    if not isinstance(engine, str):
        return ExternalExecutor(engine, workers)
    if engine == "serial":
        return Serial()
    return Threads(workers) if engine == "threads" else Processes(workers)
