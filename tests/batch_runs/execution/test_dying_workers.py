"""Workers die, sweeps do not: a dead worker is replaced, a run that kills its workers is found, kills are survived."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import psutil
import pytest

from defection.batch_runs import open_results, run_sweep
from defection.batch_runs.execution import worker
from defection.batch_runs.store.task import Task
from tests.batch_runs.execution.workers import worker_processes
from tests.conftest import ROOT


def test_a_worker_killed_in_the_middle_is_replaced_and_nothing_is_lost(
    design_file, tmp_path, content
):
    killed = []

    def kill_now_and_then(done, total):
        if total > done > 100 * (len(killed) + 1) and len(killed) < 3:
            with contextlib.suppress(
                psutil.NoSuchProcess, IndexError
            ):  # it may be gone, or not be there yet
                worker_processes()[-1].kill()
                killed.append(done)

    file = design_file(points=500)
    results = run_sweep(
        file, tmp_path / "out", engine="processes", workers=2, chunk=20, progress=kill_now_and_then
    )
    assert len(killed) == 3
    assert results.counts() == {"planned": 1000, "done": 1000, "failed": 0, "missing": 0}
    assert content(results.path) == content(
        run_sweep(file, tmp_path / "whole", engine="threads").path
    )


def _kills_its_worker(task: Task, halt: np.ndarray | None = None):
    if 3 in task.points:
        os.kill(os.getpid(), signal.SIGKILL)
    return worker.run_chunk(task, halt)


def test_a_run_that_kills_its_workers_becomes_a_row_with_its_error(
    design_file, tmp_path, monkeypatch
):
    monkeypatch.setattr(worker, "PARTS", dataclasses.replace(worker.PARTS, run=_kills_its_worker))
    results = run_sweep(
        design_file(points=8, replicates=1),
        tmp_path / "out",
        engine="processes",
        workers=1,
        chunk=4,
    )
    assert results.counts() == {"planned": 8, "done": 7, "failed": 1, "missing": 0}
    failed = results.failed()
    assert failed["run_id"].tolist() == ["3-0"]
    assert (
        failed["error"]
        .iloc[0]
        .startswith("WorkerDied: the worker died while it ran this run alone")
    )


def test_workers_end_when_the_sweep_is_killed(design_file, tmp_path):
    file = design_file(points=4000)
    command = [
        sys.executable,
        "-m",
        "defection",
        "sweep",
        str(file),
        "--out",
        str(tmp_path / "out"),
        "--workers",
        "2",
        "--chunk",
        "20",
        "--quiet",
    ]
    sweep = subprocess.Popen(command, cwd=ROOT, start_new_session=True, stderr=subprocess.DEVNULL)
    while not list((tmp_path / "out").glob("runs/*.parquet")):
        assert sweep.poll() is None
        time.sleep(0.02)
    children = psutil.Process(sweep.pid).children(recursive=True)
    assert len(children) >= 3  # two workers and what starts them
    sweep.kill()
    sweep.wait()
    _, left = psutil.wait_procs(children, timeout=10)
    assert not left
    assert 0 < open_results(tmp_path / "out").counts()["done"] < 8000


@pytest.mark.long
def test_an_executor_that_lost_its_workers_is_named_and_a_new_one_goes_on(
    design_file, tmp_path, monkeypatch
):
    with monkeypatch.context() as patched, ProcessPoolExecutor(1) as executor:
        patched.setattr(worker, "PARTS", dataclasses.replace(worker.PARTS, run=_kills_its_worker))
        with pytest.raises(
            OSError, match="the executor that was given has lost its workers: make a new one"
        ):
            run_sweep(design_file(), tmp_path / "out", engine=executor, chunk=2)
    with ProcessPoolExecutor(1) as executor:
        assert run_sweep(None, tmp_path / "out", engine=executor).counts()["done"] == 60
    assert threading.active_count() < 20
