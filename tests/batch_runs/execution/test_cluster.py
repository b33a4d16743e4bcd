"""Sweeps on a Dask cluster over loopback: workers die and join, the scheduler dies, the results are the same."""

from __future__ import annotations

import builtins
from concurrent.futures import CancelledError

import pytest

from defection.batch_runs import open_results, run_sweep
from defection.batch_runs.errors import ClusterError
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


def test_a_cluster_that_is_not_there_is_named(design_file, tmp_path, monkeypatch):
    from defection.batch_runs.execution import cluster as engine

    with pytest.raises(
        ClusterError, match=r"no Dask cluster with a worker at tcp://127\.0\.0\.1:9"
    ):
        engine.Cluster("tcp://127.0.0.1:9", 1, patience=0.5)
    with pytest.raises(ClusterError, match="no Dask cluster with a worker at nonsense://x"):
        engine.Cluster("nonsense://x", 1, patience=0.5)


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

    from defection.batch_runs.execution.cluster import Cluster

    engine = Cluster.__new__(Cluster)
    engine._dask = distributed
    for error in (CancelledError(), distributed.CancelledError("key")):
        with pytest.raises(ClusterError, match="the cluster was lost"):
            engine.has_died(error)
    assert not engine.has_died(ValueError())
