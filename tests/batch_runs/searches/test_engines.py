"""Who runs a search changes nothing in it: not the engine, not the number of workers, not their death."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import psutil
import pytest

from defection.batch_runs.errors import ClusterError, SearchError, SweepError
from defection.batch_runs.execution import evaluation, worker
from defection.batch_runs.execution.evaluation import piece_size
from defection.batch_runs.searches import MemoryEvaluation, open_search, run_search
from defection.commands.main import main
from tests.batch_runs.execution.workers import LoopbackCluster, worker_processes
from tests.batch_runs.searches.small import PAPER, SPACE, written
from tests.conftest import LIVELY, ROOT, TINY

POINTS = SPACE.table(np.array([[0.1, 0.2], [0.5, 0.5], [0.7, 0.3], [0.9, 0.6]]))


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Return the folder of a search that was run one run after the other."""
    folder = tmp_path_factory.mktemp("search") / "whole"
    run_search(PAPER, folder, seed=3, country=str(TINY), engine="serial")
    return folder


def test_threads_and_a_given_executor_write_the_same_bytes_as_one_run_after_the_other(
    whole, tmp_path
):
    run_search(PAPER, tmp_path / "threads", seed=3, country=str(TINY), engine="threads", workers=3)
    with ThreadPoolExecutor(2) as executor:
        run_search(PAPER, tmp_path / "given", seed=3, country=str(TINY), engine=executor)
        assert executor.submit(int).result() == 0  # it is its owner's, and still open
    assert written(tmp_path / "threads") == written(tmp_path / "given") == written(whole)


@pytest.mark.long
def test_processes_killed_in_the_middle_are_replaced_and_the_bytes_are_the_same(whole, tmp_path):
    killed = []

    def kill(runs):
        if runs >= 60 * (len(killed) + 1) and len(killed) < 2 and worker_processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                worker_processes()[-1].kill()
                killed.append(runs)

    run_search(
        PAPER,
        tmp_path / "out",
        seed=3,
        country=str(TINY),
        engine="processes",
        workers=2,
        progress=kill,
    )
    assert len(killed) == 2
    assert written(tmp_path / "out") == written(whole)
    assert not worker_processes()


def _kills_its_worker(task, halt=None):
    if 2 in task.points:
        os.kill(os.getpid(), signal.SIGKILL)
    return worker.run_rows(task, halt)


@pytest.mark.long
def test_a_run_that_kills_its_workers_is_a_row_with_its_error(tiny, monkeypatch):
    with MemoryEvaluation(7, country=tiny) as evaluate:
        usual = evaluate(POINTS, 1)
    killing = dataclasses.replace(worker.TABLES, run=_kills_its_worker)
    monkeypatch.setattr(worker, "TABLES", killing)
    with MemoryEvaluation(7, country=tiny, engine="processes") as evaluate:
        runs = evaluate(POINTS, 1)
    assert runs["status"].tolist() == ["done", "done", "failed", "done"]
    assert runs["error"][2].startswith("WorkerDied")
    good = [0, 1, 3]
    pd.testing.assert_frame_equal(
        runs.iloc[good], usual.iloc[good], check_dtype=False
    )  # whole numbers, beside one that is missing


@pytest.mark.long
def test_a_killed_worker_of_a_dask_cluster_changes_nothing(tmp_path):
    pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
    cluster, killed, short = LoopbackCluster(tmp_path), [], dataclasses.replace(PAPER, steps=5)

    def kill(runs):
        if runs >= 32 and not killed:
            cluster.add_worker()
            first.kill()
            killed.append(runs)

    try:
        first = cluster.add_worker()
        run_search(
            short,
            tmp_path / "out",
            seed=3,
            country=str(TINY),
            cluster=cluster.address,
            progress=kill,
        )
        assert killed == [32]  # of 280
        run_search(short, tmp_path / "whole", seed=3, country=str(TINY), engine="serial")
        assert written(tmp_path / "out") == written(tmp_path / "whole")
    finally:
        cluster.close()


def test_a_search_goes_on_with_another_engine_when_its_cluster_is_lost(
    whole, tmp_path, monkeypatch
):
    real, tasks = evaluation.engine_of, []

    class Lost:
        name, fails_as_pool = "cluster", False

        def slots(self):
            if len(tasks) > 5:
                raise ClusterError("the cluster was lost")
            return 1

        def submit(self, work, task):
            tasks.append(task)
            return ThreadPoolExecutor(1).submit(work, task)

        def close(self, *, now=False):
            pass

    monkeypatch.setattr(evaluation, "engine_of", lambda *how: Lost())
    with pytest.raises(ClusterError, match="the cluster was lost"):
        run_search(PAPER, tmp_path / "out", seed=3, country=str(TINY), cluster="tcp://nowhere:1")
    kept = len(open_search(tmp_path / "out").runs())
    assert 0 < kept < 200
    started = []
    monkeypatch.setattr(evaluation, "engine_of", lambda *how: started.append(how) or real(*how))
    counts = []
    run_search(
        PAPER, tmp_path / "out", seed=3, country=str(TINY), workers=2, progress=counts.append
    )
    assert counts[0] == kept
    assert started == [("threads", 2, None)]  # one engine for all questions
    assert written(tmp_path / "out") == written(whole)
    run_search(PAPER, tmp_path / "out", seed=3, country=str(TINY), workers=2)
    assert len(started) == 1  # nothing is left to run: none is started


def test_engines_and_workers_that_cannot_be_are_refused_before_anything_is_written(tmp_path):
    for how, error, message in (
        ({"engine": "proceses"}, SweepError, "did you mean processes"),
        ({"engine": 3}, SweepError, "not 3"),
        ({"workers": 0}, SearchError, "workers = 0 must be"),
        ({"workers": True}, SearchError, "workers = True must be"),
    ):
        with pytest.raises(error, match=message):
            run_search(PAPER, tmp_path / "out", seed=3, country=str(TINY), **how)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("runs", "slots", "size"),
    [(48, 2, 8), (48, 1, 48), (2048, 1, 64), (2048, 2, 64), (48, 16, 3), (12, 2, 6), (1, 8, 1)],
)
def test_a_batch_is_cut_so_that_every_worker_has_something_to_do(runs, slots, size):
    assert piece_size(runs, slots) == size


@pytest.fixture
def started():
    """Collect processes that are started; none of them outlives the test."""
    processes = []
    yield processes
    for process in processes:
        process.kill()
        process.wait()


def test_the_command_stopped_at_any_moment_on_one_engine_ends_on_another_as_an_unbroken_one(
    tmp_path, seed, started
):
    """Ctrl-C on processes, SIGKILL on threads, the rest one run after the other."""
    space, out, said = tmp_path / "space.toml", tmp_path / "out", tmp_path / "said"
    varied = {"famine_effect", "stop_threshold", "utility_intercept"}
    fixed = "".join(f"{name} = {value}\n" for name, value in LIVELY.items() if name not in varied)
    space.write_text(
        f"[parameters]\n{fixed}stop_threshold = 10000\nfamine_effect = {{ low = 0, high = 2 }}\nutility_intercept = {{ low = -10, high = 0 }}\n"
    )
    rest = [
        str(space),
        "--method",
        "paper",
        "--set",
        "chains=20",
        "--set",
        "steps=150",
        "--country",
        str(TINY),
    ]
    assert main(["search", *rest, "--out", str(tmp_path / "whole"), "--quiet"]) == 0

    def begun(engine):
        command, before = (
            [sys.executable, "-m", "defection", "search", *rest],
            len(list(out.glob("answers/*.parquet"))),
        )
        with said.open("w") as stream:
            command += ["--out", str(out), "--engine", engine, "--workers", "2"]
            process = subprocess.Popen(command, cwd=ROOT, start_new_session=True, stderr=stream)
        started.append(process)
        while process.poll() is None and len(list(out.glob("answers/*.parquet"))) <= before:
            time.sleep(0.01)
        return process

    process = begun("processes")
    workers = psutil.Process(process.pid).children(recursive=True)
    assert len(workers) >= 3  # two workers and what starts them
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 130, said.read_text()
    _, left = psutil.wait_procs(workers, timeout=30)
    assert not left
    assert re.search(
        r"interrupted: [\d,]+ runs are kept in .*; to go on, give the same command again",
        said.read_text(),
    )
    process = begun("threads")
    time.sleep(np.random.default_rng(seed).uniform(0, 0.3))
    process.kill()
    process.wait()
    assert main(["search", *rest, "--out", str(out), "--engine", "serial", "--quiet"]) == 0
    assert written(out) == written(tmp_path / "whole")
    assert not list(out.rglob("*.tmp"))
