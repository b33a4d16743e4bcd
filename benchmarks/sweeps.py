"""A large sweep against the bare ensemble, side by side: runs per second, memory, size on disk.

    python -m benchmarks.sweeps                 (three rounds of 20,000 runs, and one sweep of
    100,000)

Both run the same points with the same seeds on all cores; the sweep as a person starts it, from the
command line. Renews the section on sweeps of docs/performance.md.
"""

from __future__ import annotations

import argparse
import pathlib
import subprocess
import sys
import tempfile
import threading
import time

import numpy as np
import psutil

from benchmarks.page import conditions, renew
from defection.batch_runs import Space, compact, open_results, run_ensemble
from defection.batch_runs.designs import Random
from defection.parameters import Parameters

DESIGN = """seed = 5
[design]
kind = "random"
points = {points}
vary = "all"
"""


def sweep(folder: pathlib.Path, points: int, engine: str) -> tuple[float, dict[str, float]]:
    """Run a sweep from the command line; returns seconds and the largest memory, MB.

    Memory is that of the command and of any worker.
    """
    design = folder / "design.toml"
    design.write_text(DESIGN.format(points=points), encoding="utf-8")
    words = ["sweep", str(design), "--out", str(folder / "results"), "--engine", engine, "--quiet"]
    command = [sys.executable, "-m", "defection", *words]
    start = time.perf_counter()
    process = subprocess.Popen(command)
    peak, done = {"command": 0.0, "worker": 0.0}, threading.Event()
    watcher = threading.Thread(target=watch, args=(psutil.Process(process.pid), peak, done))
    watcher.start()
    status = process.wait()
    seconds = time.perf_counter() - start
    done.set()
    watcher.join()
    if status:
        raise SystemExit(status)
    return seconds, peak


def watch(process: psutil.Process, peak: dict[str, float], done: threading.Event) -> None:
    """Keep the largest resident memory of a process and of its largest descendant."""
    while not done.wait(0.1):
        try:
            peak["command"] = max(peak["command"], process.memory_info().rss / 1e6)
            for child in process.children(recursive=True):
                peak["worker"] = max(peak["worker"], child.memory_info().rss / 1e6)
        except psutil.NoSuchProcess:
            continue


def size(folder: pathlib.Path) -> float:
    """Return the bytes of all files of a folder."""
    return float(sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()))


def main() -> None:
    """Measure, print, and renew the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sweeps", description=__doc__)
    parser.add_argument(
        "--rounds", type=int, default=3, help="paired rounds (default: %(default)s)"
    )
    parser.add_argument(
        "--points", type=int, default=20_000, help="runs of a round (default: %(default)s)"
    )
    parser.add_argument(
        "--large", type=int, default=100_000, help="runs of the large sweep (default: %(default)s)"
    )
    parser.add_argument("--print-only", action="store_true", help="leave the page alone")
    options = parser.parse_args()
    run_ensemble(Parameters(), range(8))  # compiled before anything is timed
    before = f"\n*{conditions()}.*"
    text = "\n".join(
        [*small(options.rounds, options.points), large(options.large), f"\n*{before}.*"]
    )
    print(text)
    if not options.print_only:
        renew("sweeps", text)


def small(rounds: int, count: int) -> list[str]:
    """Pair sweeps of ``count`` runs with the bare ensemble."""
    ratios: dict[str, list[float]] = {"processes": [], "threads": []}
    for k in range(rounds):
        points = Random(count).table(Space.from_parameters(vary="all"), 5)
        for engine, shares in ratios.items():
            with tempfile.TemporaryDirectory() as folder:
                swept, _ = sweep(pathlib.Path(folder), count, engine)
                seeds = (
                    open_results(pathlib.Path(folder) / "results").runs(["seed"])["seed"].tolist()
                )
            start = time.perf_counter()
            run_ensemble(points, seeds)
            shares.append((time.perf_counter() - start) / swept)
            print(f"round {k + 1}, {engine}: {shares[-1]:.3f}", file=sys.stderr)
    return [
        f"* A sweep of {count:,} runs on {engine}, from the command line and with its start, does "
        f"{np.median(shares):.2f} ({min(shares):.2f} to {max(shares):.2f}) times the runs per "
        f"second of the bare ensemble ({rounds} paired rounds)."
        for engine, shares in ratios.items()
    ]


def large(count: int) -> str:
    """Run one large sweep, and the bare ensemble just after."""
    with tempfile.TemporaryDirectory() as folder:
        seconds, peak = sweep(pathlib.Path(folder), count, "processes")
        results = open_results(pathlib.Path(folder) / "results")
        before, parts = size(results.path), len(results.parts())
        points, seeds = (
            Random(count).table(Space.from_parameters(vary="all"), 5),
            results.runs(["seed"])["seed"].tolist(),
        )
        start = time.perf_counter()
        run_ensemble(points, seeds)
        bare = time.perf_counter() - start
        after = size(compact(results.path).path)
    return (
        f"* {count:,} runs of random parameters on processes: {count / seconds:,.0f} runs per "
        f"second, {bare / seconds:.2f} times those of the bare ensemble just after; largest memory "
        f"of the command {peak['command']:,.0f} MB, of a worker {peak['worker']:,.0f} MB; "
        f"{before / 1e6:,.1f} MB on disk in {parts:,} parts, "
        f"{after / 1e6:,.1f} MB after compacting."
    )


if __name__ == "__main__":
    main()
