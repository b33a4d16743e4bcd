"""Real processes that are killed at random moments, and given again until the work is done."""

from __future__ import annotations

import collections
import contextlib
import os
import pathlib
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import psutil

from defection.batch_runs import open_results, run_sweep
from defection.batch_runs.errors import ClusterError
from defection.batch_runs.searches import open_search
from tests.batch_runs.execution.workers import LoopbackCluster

DESIGN = 'seed = 11\n[design]\nkind = "random"\npoints = {}\nreplicates = 2\nvary = "all"\n'
EVERYTHING, ALONE, WORKER = "all processes at once", "the command alone", "a worker"
SEARCH = ("search", "--method", "paper", "--seed", "5", "--set", "patience=1000", "--quiet")
WORKERS = ("--workers", "2", "--quiet")

Kills = collections.Counter[str]
"""How often what was killed."""


def started(words: Sequence[Any]) -> subprocess.Popen[bytes]:
    """Give a command in a process group of its own."""
    command = [sys.executable, "-m", "defection", *map(str, words)]
    return subprocess.Popen(command, start_new_session=True)


def killed(command: subprocess.Popen[bytes], kind: str, chance: random.Random) -> bool:
    """Kill what is to be killed; return whether it was there. No worker outlives its command."""
    children: list[psutil.Process] = []
    with contextlib.suppress(psutil.NoSuchProcess):
        children = psutil.Process(command.pid).children(recursive=True)
    workers = [child for child in children if _has_no_children(child)]
    if command.poll() is not None or (kind == WORKER and not workers):
        return False
    if kind == WORKER:
        with contextlib.suppress(psutil.NoSuchProcess):
            chance.choice(workers).kill()
            return True
        return False
    if kind == EVERYTHING:
        os.killpg(command.pid, signal.SIGKILL)
    else:
        command.kill()
    command.wait()
    _, alive = psutil.wait_procs(children, timeout=10)
    assert not alive, "workers outlived their command by ten seconds"
    return True


def _has_no_children(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return not process.children()
    return False


def sweep(place: pathlib.Path, points: int, kills: int, number: int = 2) -> Kills:
    """Kill a sweep of two replicates of North Korea so often; check that it ends as unbroken."""
    chance, chunk = random.Random(number), max(1, 2 * points // max(8 * kills, 40))
    design, out, done = place / "design.toml", place / "results", Kills()
    design.write_text(DESIGN.format(points), encoding="utf-8")
    words = ("sweep", design, "--out", out, "--chunk", chunk, *WORKERS)
    parts = lambda: len(list((out / "runs").glob("*.parquet")))  # noqa: E731
    running = started(words)
    while done.total() < kills:
        if running.poll() is not None:
            assert running.returncode != 0, "it ended before it was killed often enough"
            running = started(words)
        first, begun, more = parts(), time.monotonic(), chance.randint(1, 3)
        longest = chance.uniform(0.0, 4.0) if chance.random() < 0.2 else 600.0
        while parts() < first + more and running.poll() is None:
            time.sleep(0.005)
            if time.monotonic() - begun > longest:  # at any moment, while it starts included
                break
        time.sleep(chance.uniform(0.0, 0.1))
        kind = chance.choice((EVERYTHING, ALONE, WORKER))
        done[kind] += killed(running, kind, chance)
    last = running if running.poll() is None else started(words)
    assert last.wait() == 0
    whole = run_sweep(design, place / "whole", engine="threads", chunk=chunk).path
    _check_sweep(out, whole)
    return done


def _check_sweep(out: pathlib.Path, whole: pathlib.Path) -> None:
    results = open_results(out)
    ids = results.runs(["run_id"])["run_id"]
    assert len(ids) == len(set(ids)) == results.plan.runs
    assert _files(out) == _files(whole)


def _files(folder: pathlib.Path) -> dict[str, bytes]:
    files = [file for file in folder.rglob("*") if file.is_file()]
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


def search(place: pathlib.Path, chains: int, kills: int, number: int = 3) -> Kills:
    """Kill a search so often; check that it finds what one does that nobody has killed."""
    chance, done = random.Random(number), Kills()
    more = ("--set", f"chains={chains}", "--set", "steps=30", "--out")
    words = (*SEARCH, *more, place / "search", "--engine", "processes", "--workers", "2")
    batches = lambda: len(list(place.glob("search/answers/*")))  # noqa: E731
    while done.total() < kills:
        running, before, begun = started(words), batches(), time.monotonic()
        longest = chance.uniform(0.0, 6.0) if chance.random() < 0.3 else 120.0
        while running.poll() is None and time.monotonic() - begun < longest:
            time.sleep(0.01)
            if batches() > before:
                break
        assert running.poll() is None, "it ended before it was killed often enough"
        kind = chance.choice((EVERYTHING, ALONE))
        done[kind] += killed(running, kind, chance)
    assert started(words).wait() == 0
    assert started((*SEARCH, *more, place / "whole", "--engine", "threads")).wait() == 0
    for name in ("trace.parquet", "found.csv", "search.json"):
        assert (place / "search" / name).read_bytes() == (place / "whole" / name).read_bytes()
    runs, whole = (open_search(place / name).runs() for name in ("search", "whole"))
    assert runs.equals(whole)
    left = [file.name for file in (place / "search").rglob("*")]
    assert not [name for name in left if name.startswith(".") or name.endswith(".lock")]
    return done


def cluster(place: pathlib.Path, points: int, kills: int, number: int = 4) -> Kills:
    """Kill Dask's scheduler so often, and a worker before each time; go on with another cluster."""
    chance, done = random.Random(number), Kills()
    design, out = place / "design.toml", place / "results"
    design.write_text(DESIGN.format(points), encoding="utf-8")
    chunk = max(1, 2 * points // (20 * (kills + 1)))
    for number in range(kills + 1):
        (place / f"cluster-{number}").mkdir()
        dask = LoopbackCluster(place / f"cluster-{number}")
        try:
            workers = [dask.add_worker(), dask.add_worker()]
            if number == kills:
                run_sweep(design, out, cluster=dask.address, chunk=chunk)
            else:
                with contextlib.suppress(ClusterError):
                    strike = _struck(dask, workers, done, 2 * points // (kills + 1), chance)
                    run_sweep(design, out, cluster=dask.address, chunk=chunk, progress=strike)
                    raise AssertionError("the cluster was lost and nothing said so")
        finally:
            dask.close()
    _check_sweep(out, run_sweep(design, place / "whole", engine="threads", chunk=chunk).path)
    return done


def _struck(
    dask: LoopbackCluster,
    workers: list[subprocess.Popen[bytes]],
    done: Kills,
    runs: int,
    chance: random.Random,
) -> Callable[[int, int], None]:
    """Return what kills a worker, and later the scheduler, as a sweep goes on by so many ``runs``."""
    ends = sorted(chance.sample(range(runs // 10, 9 * runs // 10), 2))
    first: list[int] = []

    def strike(now: int, _total: int) -> None:
        first[:] = first or [now]
        if ends and now - first[0] >= ends[0]:
            ends.pop(0)
            (workers[0] if ends else dask.scheduler).kill()
            done["a worker" if ends else "the scheduler"] += 1
            if ends:
                dask.add_worker()

    return strike
