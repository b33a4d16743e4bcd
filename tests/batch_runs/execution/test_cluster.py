"""Sweeps on a Dask cluster over loopback: workers die and join, the scheduler dies, the results are the same."""

from __future__ import annotations

import builtins
import os
import time
import urllib.error
import urllib.request
from concurrent.futures import CancelledError

import psutil
import pytest

from defection.batch_runs import open_results, run_sweep
from defection.batch_runs.errors import ClusterError
from defection.batch_runs.execution.cluster import Cluster
from tests.batch_runs.execution.workers import LoopbackCluster

pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")


@pytest.fixture
def cluster(tmp_path):
    cluster = LoopbackCluster(tmp_path)
    yield cluster
    cluster.close()


def test_a_worker_killed_and_a_worker_added_in_the_middle_change_nothing(
    cluster, design_file, tmp_path, content
):
    first, changes = cluster.add_worker(), []

    def change(done, total):
        if done > 100 and not changes:
            cluster.add_worker()
            changes.append("added")
        if done > 300 and len(changes) == 1:
            first.kill()
            changes.append("killed")

    file = design_file(points=400)
    results = run_sweep(file, tmp_path / "out", cluster=cluster.address, chunk=10, progress=change)
    assert changes == ["added", "killed"]
    assert results.counts() == {"planned": 800, "done": 800, "failed": 0, "missing": 0}
    assert content(results.path) == content(
        run_sweep(file, tmp_path / "whole", engine="threads").path
    )


def test_a_killed_scheduler_stops_the_sweep_clearly_and_another_cluster_goes_on(
    cluster, design_file, tmp_path, content
):
    cluster.add_worker()

    def kill(done, total):
        if done > 100:
            cluster.scheduler.kill()

    file = design_file(points=400)
    with pytest.raises(ClusterError, match="the cluster was lost"):
        run_sweep(file, tmp_path / "out", cluster=cluster.address, chunk=10, progress=kill)
    assert 100 < open_results(tmp_path / "out").counts()["done"] < 800
    results = run_sweep(None, tmp_path / "out", cluster="local", workers=2)
    assert results.counts()["missing"] == 0
    assert content(results.path) == content(
        run_sweep(file, tmp_path / "whole", engine="threads").path
    )


def test_a_local_cluster_has_no_port_at_which_others_can_run_code():
    before = listening()
    engine = Cluster("local", 3)
    try:
        assert engine.slots() == 3
        assert engine.submit(_process, None).result(timeout=30) == os.getpid()
        assert engine._client.scheduler.address.startswith("inproc://")
        opened = listening() - before
        assert {host for host, _ in opened} == {"127.0.0.1"}
        for host, port in opened:
            for page in ("", "info/main/workers.html", "api/v1/retire_workers", "json/counts.json"):
                with pytest.raises(urllib.error.HTTPError, match="404"):
                    urllib.request.urlopen(f"http://{host}:{port}/{page}", timeout=10)
    finally:
        engine.close()
    assert listening() == before


def _process(task, halt):
    return os.getpid()


def _until_halted(task, halt):
    while not halt[0]:
        time.sleep(0.01)


def test_a_local_cluster_is_ended_at_once():
    engine = Cluster("local", 1)
    running = engine.submit(_until_halted, None)
    while not running.running() and not engine._client.processing():
        time.sleep(0.01)
    begun = time.monotonic()
    engine.close(now=True)
    assert time.monotonic() - begun < 10


def listening():
    """Return the addresses at which this process and its children can be reached."""
    processes = [psutil.Process(), *psutil.Process().children(recursive=True)]
    found = [one for process in processes for one in process.net_connections()]
    return {tuple(one.laddr) for one in found if one.status == psutil.CONN_LISTEN}


def test_a_cluster_that_is_not_there_is_named(design_file, tmp_path, monkeypatch):
    with pytest.raises(
        ClusterError, match=r"no Dask cluster with a worker at tcp://127\.0\.0\.1:9"
    ):
        Cluster("tcp://127.0.0.1:9", 1, patience=0.5)
    with pytest.raises(ClusterError, match="no Dask cluster with a worker at nonsense://x"):
        Cluster("nonsense://x", 1, patience=0.5)


def test_without_dask_the_extra_is_named(design_file, tmp_path, monkeypatch):
    real = builtins.__import__

    def without(name, *rest, **more):
        if name == "distributed":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ClusterError, match=r"to install it: .*pip install "):
        run_sweep(design_file(), tmp_path / "out", cluster="local")


def test_a_task_that_was_cancelled_means_that_the_cluster_was_lost():
    import distributed

    engine = Cluster.__new__(Cluster)
    engine._dask = distributed
    for error in (CancelledError(), distributed.CancelledError("key")):
        with pytest.raises(ClusterError, match="the cluster was lost"):
            engine.has_died(error)
    assert not engine.has_died(ValueError())
