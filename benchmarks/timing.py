"""How things are timed: in turn in one process, as medians of ratios; memory in another process."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping

import numpy as np


def rounds(
    rivals: Mapping[str, Callable[[int], int]],
    count: int,
    clock: Callable[[], float] = time.process_time,
) -> dict[str, list[float]]:
    """Let rivals run in turn, ``count`` times; returns seconds per run, by rival and round.

    Each gets the number of the round and returns how many runs it did. One round before is not
    counted. Seconds are those of the processor, of which other programs take none.
    """
    seconds: dict[str, list[float]] = {name: [] for name in rivals}
    for k in range(-1, count):
        for name, rival in rivals.items():
            start = clock()
            runs = rival(k + 1)
            if k >= 0:
                seconds[name].append((clock() - start) / runs)
    return seconds


def ratio(above: list[float], below: list[float]) -> tuple[float, float, float]:
    """Return the median, smallest and largest ratio of paired times."""
    ratios = [a / b for a, b in zip(above, below, strict=True)]
    return statistics.median(ratios), min(ratios), max(ratios)


def exponent(
    sizes: list[int], work: Callable[[int], object], repeats: int
) -> tuple[float, list[float]]:
    """Return the exponent with which time grows with size (least squares on logs), and medians."""
    for size in sizes:
        work(size)
    times: dict[int, list[float]] = {size: [] for size in sizes}
    for _ in range(repeats):
        for size in sizes:
            start = time.process_time()
            work(size)
            times[size].append(time.process_time() - start)
    medians = [statistics.median(times[size]) for size in sizes]
    slope = np.polyfit(np.log(sizes), np.log(medians), 1)[0]
    return float(slope), medians


def peak_memory(code: str) -> tuple[float, float, str]:
    """Run code in a process of its own; return its peak memory in MB, seconds, and output."""
    # the high-water mark of this process's own memory (Linux); getrusage would count that of its
    # parent too
    tail = (
        "\nimport sys; lines = open('/proc/self/status')"
        "\npeak = next(line for line in lines if line.startswith('VmHWM')).split()[1]"
        "\nprint('PEAK', peak, file=sys.stderr)"
    )
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code + tail], capture_output=True, text=True, check=True
    )
    seconds = time.perf_counter() - start
    return int(done.stderr.rsplit("PEAK", 1)[1]) / 1024, seconds, done.stdout.strip()
