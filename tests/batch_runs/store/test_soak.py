"""A sweep that is killed again and again ends as one that nobody killed.

Five kills among 400 runs; with ``pytest tests/batch_runs/store/test_soak.py --soak`` fifty among
20,000 (an hour or so).
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
