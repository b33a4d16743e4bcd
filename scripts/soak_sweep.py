"""Kill a sweep again and again at random moments, and compare what it ends with to an unbroken one.

    python scripts/soak_sweep.py --runs 20000 --kills 50

Each time either everything (the sweep and its workers), the sweep alone, or one worker is killed
with SIGKILL; then the same command goes on. At the end every planned run must be there exactly
once, the sorted table must be the same to the byte as that of a sweep that nobody killed, and
nothing half-written may lie about. Prints what it did, and ends with status 1 if anything differs.
"""

from __future__ import annotations

import argparse
import collections
import hashlib
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

import psutil
import pyarrow as pa

from defection.batch_runs import open_results, run_sweep

KINDS = ("everything", "the sweep alone", "one worker")
DESIGN = """seed = 11
[design]
kind = "random"
points = {points}
replicates = 2
vary = "all"
"""


def content(folder: pathlib.Path) -> str:
    """Return the SHA-256 of a sweep's sorted table."""
    table = pa.Table.from_pandas(open_results(folder).runs(), preserve_index=False)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table.combine_chunks())
    return hashlib.sha256(sink.getvalue()).hexdigest()


def start(design: pathlib.Path, out: pathlib.Path, chunk: int) -> subprocess.Popen:
    """Start the sweep, or go on with it, in a process group of its own."""
    command = [
        sys.executable,
        "-m",
        "defection",
        "sweep",
        str(design),
        "--out",
        str(out),
        "--chunk",
        str(chunk),
        "--workers",
        "2",
        "--quiet",
    ]
    return subprocess.Popen(command, start_new_session=True)  # noqa: S603


def family(sweep: subprocess.Popen) -> list[psutil.Process]:
    """Return all processes that a sweep has started, and theirs."""
    try:
        return psutil.Process(sweep.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def kill(sweep: subprocess.Popen, kind: str, luck: random.Random) -> bool:
    """Kill what is to be killed; returns whether it was there."""
    children = family(sweep)
    if kind == "one worker":
        workers = [child for child in children if not has_children(child)]
        if not workers or sweep.poll() is not None:
            return False
        luck.choice(workers).kill()
        return True
    if sweep.poll() is not None:
        return False
    if kind == "everything":
        os.killpg(sweep.pid, signal.SIGKILL)
    else:
        sweep.kill()
    sweep.wait()
    deadline = time.monotonic() + 10
    while any(
        child.is_running() and child.status() != psutil.STATUS_ZOMBIE
        for child in children
        if alive(child)
    ):
        if time.monotonic() > deadline:
            raise SystemExit("workers outlived their sweep by ten seconds")
        time.sleep(0.02)
    return True


def alive(process: psutil.Process) -> bool:
    """Whether a process is there."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def has_children(process: psutil.Process) -> bool:
    """Whether a process has started others: then it is no worker."""
    try:
        return bool(process.children())
    except psutil.NoSuchProcess:
        return True


def parts(out: pathlib.Path) -> int:
    """Return how many parts there are."""
    return len(list((out / "runs").glob("*.parquet")))


def soak(folder: pathlib.Path, points: int, kills: int, seed: int) -> bool:
    """Do it all in ``folder``; returns whether nothing differs."""
    luck = random.Random(seed)  # noqa: S311 - chance, not secrecy
    design, out = folder / "design.toml", folder / "results"
    design.write_text(DESIGN.format(points=points), encoding="utf-8")
    chunks = max(8 * kills, 40)
    chunk = max(1, 2 * points // chunks)
    done: collections.Counter[str] = collections.Counter()
    sweep: subprocess.Popen | None = None
    while done.total() < kills:
        if sweep is None or sweep.poll() is not None:
            sweep = start(design, out, chunk)
        before, begun = parts(out), time.monotonic()
        longest = (
            luck.uniform(0.0, 4.0) if luck.random() < 0.2 else float("inf")
        )  # at any moment, starting included
        more = luck.randint(1, 3)
        while (
            parts(out) < before + more
            and sweep.poll() is None
            and time.monotonic() - begun < longest
        ):
            time.sleep(0.005)
        time.sleep(luck.uniform(0.0, 0.1))
        kind = luck.choice(KINDS)
        was_there = kill(sweep, kind, luck)
        done[kind] += was_there
        print(
            f"{done.total():3d} {kind if was_there else 'too late':16s} {time.monotonic() - begun:5.1f} s, {parts(out):,} parts",
            flush=True,
        )
        if sweep.poll() == 0:
            break
    last = (sweep if sweep and sweep.poll() is None else start(design, out, chunk)).wait()
    results = open_results(out)
    unbroken = run_sweep(design, folder / "unbroken", engine="threads")
    ids = results.runs(["run_id"])["run_id"]
    litter = [
        f.name for f in out.rglob("*") if f.name.startswith(".") or f.suffix in (".tmp", ".lock")
    ]
    same = content(out) == content(unbroken.path)
    once = len(ids) == len(set(ids)) == results.plan.runs
    print(f"killed {done.total()} times: " + ", ".join(f"{kind} {done[kind]}" for kind in KINDS))
    print(
        f"{len(ids):,} of {results.plan.runs:,} planned runs, each once: {once}; the same to the byte as unbroken: {same}; litter: {litter or 'none'}"
    )
    return last == 0 and once and same and not litter and done.total() == kills


def main() -> int:
    """Run the soak."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--runs", type=int, default=20_000, help="planned runs (default: %(default)s)"
    )
    parser.add_argument("--kills", type=int, default=50, help="kills (default: %(default)s)")
    parser.add_argument(
        "--seed", type=int, default=1, help="seed of the moments and kinds (default: %(default)s)"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return (
            0 if soak(pathlib.Path(folder), options.runs // 2, options.kills, options.seed) else 1
        )


if __name__ == "__main__":
    sys.exit(main())
