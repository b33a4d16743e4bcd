"""Many machines: a Dask cluster, local or at an address. Needs the extra ``cluster``."""

import contextlib
import math
import time
from concurrent.futures import CancelledError, Future
from typing import Any

import numpy as np

from defection.batch_runs.errors import ClusterError
from defection.batch_runs.execution.base import Engine
from defection.extras import install_command

REFRESH_SECONDS = 0.5
"""How old the known number of workers may be: the scheduler sits at the other end of a network."""


_HALTS: dict[int, np.ndarray] = {}
"""What ends the tasks of a local cluster, by the number of its engine: Dask copies arguments."""


class Cluster(Engine):
    """A Dask cluster at ``tcp://host:port``, or one of so many threads here (``local``).

    Dask itself repeats what a dead worker was doing, and uses workers that join later. Whoever can
    reach the port of a scheduler can run code in its workers. The local cluster therefore has no
    such port: it lives in this process.
    """

    fails_as_pool = False

    def __init__(self, address: str, workers: int, *, patience: float = 30.0) -> None:
        try:
            import distributed
        except ImportError:
            raise ClusterError(
                "a cluster needs Dask, which is not installed; to install it: "
                f"{install_command('cluster')}"
            ) from None
        self._dask = distributed
        self._own = None
        try:
            if address == "local":
                self._own = _cluster_in_this_process(workers)
                self._client = distributed.Client(self._own, set_as_default=False)
            else:
                self._client = distributed.Client(address, set_as_default=False, timeout=patience)
            self._client.wait_for_workers(1, timeout=patience)
        except (OSError, TimeoutError, ValueError) as error:
            raise ClusterError(
                f"no Dask cluster with a worker at {address} ({type(error).__name__}: {error})"
            ) from None
        self._pool = self._client.get_executor(pure=False)
        self._slots, self._counted = 1, -math.inf
        _HALTS[id(self)] = np.zeros(1, np.int64)

    def slots(self) -> int:
        """Return how many threads the workers have that are there now."""
        if self._client.status != "running":
            raise ClusterError("the cluster was lost")
        if time.monotonic() - self._counted > REFRESH_SECONDS:
            workers = self._client.scheduler_info()["workers"].values()
            self._slots = max(1, sum(worker["nthreads"] for worker in workers))
            self._counted = time.monotonic()
        return self._slots

    def submit(self, work: Any, task: Any) -> Future:
        """Have ``work(task)`` run by a worker of the cluster."""
        try:
            if self._own is not None:
                return self._pool.submit(_run_here, id(self), work, task)
            return self._pool.submit(work, task)
        except Exception as error:
            raise ClusterError(f"the cluster was lost ({type(error).__name__}: {error})") from None

    def has_died(self, error: BaseException) -> bool:
        """Whether workers died again and again over one task; a lost scheduler is an error."""
        if isinstance(error, (CancelledError, self._dask.CancelledError)):
            raise ClusterError("the cluster was lost") from None
        return isinstance(error, self._dask.KilledWorker)

    def close(self, *, now: bool = False) -> None:
        """Leave the cluster; end it if it was started here, ``now`` within a simulated week."""
        halt = _HALTS.pop(id(self), np.zeros(1, np.int64))
        halt[0] = now
        with contextlib.suppress(Exception):
            self._pool.shutdown(wait=not now)
        with contextlib.suppress(Exception):
            self._client.close(timeout=2)
        if self._own is not None:
            with contextlib.suppress(Exception):
                self._own.close(timeout=2)


def _run_here(engine: int, work: Any, task: Any) -> Any:
    return work(task, _HALTS[engine])


def _cluster_in_this_process(threads: int) -> Any:
    """Start a scheduler and a worker; all that they offer to others is a page that is not there."""
    import dask
    import distributed

    nowhere = "127.0.0.1:0"  # any port: another cluster may have the usual one
    without: dict[str, list[str]] = {
        f"distributed.{one}.http.routes": [] for one in ("scheduler", "worker")
    }
    with dask.config.set(without):
        return distributed.LocalCluster(
            n_workers=1,
            threads_per_worker=threads,
            processes=False,
            protocol="inproc://",
            memory_limit=0,
            dashboard_address=None,
            scheduler_kwargs={"dashboard_address": nowhere},
            worker_dashboard_address=nowhere,
            silence_logs=50,
        )
