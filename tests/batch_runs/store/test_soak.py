"""Sweeps and searches that are killed again and again end as those that nobody killed.

Five kills among 400 runs of a sweep, three of a search; with ``pytest
tests/batch_runs/store/test_soak.py -m "long or not long" --soak`` fifty among 20,000, twenty of a
search (an hour or so). Dask's workers and scheduler are killed in ``execution/test_cluster.py``.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time

import psutil
import pytest

from defection.batch_runs import open_results, run_sweep
from defection.batch_runs.searches import open_search

DESIGN = 'seed = 11\n[design]\nkind = "random"\npoints = {}\nreplicates = 2\nvary = "all"\n'
KINDS = ("everything", "the sweep alone", "one worker")


def start(design, out, chunk):
    """Start the sweep, or go on with it, in a process group of its own."""
    command = [sys.executable, "-m", "defection", "sweep", design, "--out", out, "--chunk", chunk]
    command += ["--workers", "2", "--quiet"]
    return subprocess.Popen([str(word) for word in command], start_new_session=True)


def descendants(sweep):
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(sweep.pid).children(recursive=True)
    return []


def is_worker(process):
    """Whether a process has started no others."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return not process.children()
    return False


def kill(sweep, kind, chance):
    """Kill what is to be killed; return whether it was there."""
    children = descendants(sweep)
    workers = [child for child in children if is_worker(child)]
    if sweep.poll() is not None or (kind == "one worker" and not workers):
        return False
    if kind == "one worker":
        with contextlib.suppress(psutil.NoSuchProcess):
            chance.choice(workers).kill()
            return True
        return False
    if kind == "everything":
        os.killpg(sweep.pid, signal.SIGKILL)
    else:
        sweep.kill()
    sweep.wait()
    _, alive = psutil.wait_procs(children, timeout=10)
    assert not alive, "workers outlived their sweep by ten seconds"
    return True


def parts(out):
    return len(list((out / "runs").glob("*.parquet")))


@pytest.mark.slow
def test_a_sweep_killed_at_random_moments_ends_as_if_nobody_had(request, tmp_path, content):
    points, kills = (10_000, 50) if request.config.getoption("--soak") else (200, 5)
    chance, chunk = random.Random(2), max(1, 2 * points // max(8 * kills, 40))
    design, out = tmp_path / "design.toml", tmp_path / "results"
    design.write_text(DESIGN.format(points), encoding="utf-8")
    done, sweep = 0, start(design, out, chunk)
    while done < kills:
        if sweep.poll() is not None:
            assert sweep.returncode != 0, "it ended before it was killed often enough"
            sweep = start(design, out, chunk)
        first, begun, more = parts(out), time.monotonic(), chance.randint(1, 3)
        longest = chance.uniform(0.0, 4.0) if chance.random() < 0.2 else 600.0
        while parts(out) < first + more and sweep.poll() is None:
            time.sleep(0.005)
            if time.monotonic() - begun > longest:  # at any moment, while it starts included
                break
        time.sleep(chance.uniform(0.0, 0.1))
        done += kill(sweep, chance.choice(KINDS), chance)
    last = sweep if sweep.poll() is None else start(design, out, chunk)
    assert last.wait() == 0
    results = open_results(out)
    ids = results.runs(["run_id"])["run_id"]
    assert len(ids) == len(set(ids)) == results.plan.runs
    assert content(out) == content(run_sweep(design, tmp_path / "whole", engine="threads").path)
    left = [file.name for file in out.rglob("*") if file.name.startswith(".")]
    left += [file.name for file in out.rglob("*") if file.suffix in (".tmp", ".lock")]
    assert not left


SEARCH = ("search", "--method", "paper", "--seed", "5", "--set", "patience=1000", "--quiet")


def search(out, chains, engine):
    """Start a search, or go on with it."""
    words = [*SEARCH, "--set", f"chains={chains}", "--set", "steps=30", "--out", out, *engine]
    command = [sys.executable, "-m", "defection", *map(str, words)]
    return subprocess.Popen(command, start_new_session=True)


@pytest.mark.long
def test_a_search_killed_at_random_moments_finds_what_one_does_that_nobody_killed(
    request, tmp_path
):
    chains, kills = (400, 20) if request.config.getoption("--soak") else (100, 3)
    chance, out, done = random.Random(3), tmp_path / "search", 0
    engine = ("--engine", "processes", "--workers", "2")
    while done < kills:
        running = search(out, chains, engine)
        before, begun = len(list(out.glob("answers/*"))), time.monotonic()
        longest = chance.uniform(0.0, 6.0) if chance.random() < 0.3 else 120.0
        while running.poll() is None and time.monotonic() - begun < longest:
            time.sleep(0.01)
            if len(list(out.glob("answers/*"))) > before:
                break
        assert running.poll() is None, "it ended before it was killed often enough"
        done += kill(running, "everything" if chance.random() < 0.5 else "the sweep alone", chance)
    assert search(out, chains, engine).wait() == 0
    assert search(tmp_path / "whole", chains, ("--engine", "threads")).wait() == 0
    for name in ("trace.parquet", "found.csv"):
        assert (out / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    runs, whole = (open_search(tmp_path / name).runs() for name in ("search", "whole"))
    assert runs.equals(whole)
    assert not [f.name for f in out.rglob("*") if f.name.startswith(".") or f.suffix == ".lock"]
