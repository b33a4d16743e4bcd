"""What a whole machine does: its cores, its memory, and many runs in one call."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

from benchmarks.page import MANY
from benchmarks.timing import peak_memory, ratio, rounds
from defection.batch_runs import run_ensemble
from defection.parameters import Parameters

Part = tuple[str, dict[str, Any]]
"""The text of a part of the page, and its numbers."""

SOURCES = {
    "random": (
        "random parameters from the searched ranges",
        "Random({count}).table(Space.from_parameters(vary='all'), 1)",
    ),
    "near": (
        "parameters near the baseline (draws of the posterior)",
        "[shipped().rows[i % len(shipped())] for i in range({count})]",
    ),
}
"""Points of many runs: what they are, and the code that makes them."""


def cores(count: int) -> Part:
    """Time one thread against two at the same work."""

    def runner(threads: int) -> Callable[[int], int]:
        def work(k: int) -> int:
            run_ensemble(Parameters(), range(1000 * k, 1000 * k + 200), threads=threads)
            return 200

        return work

    rivals = {"one": runner(1), "two": runner(2)}
    seconds = rounds(rivals, count, time.perf_counter)
    two = ratio(seconds["one"], seconds["two"])
    busy = rounds(rivals, count)
    middle, low, high = two
    return (
        f"Two threads do {middle:.2f} ({low:.2f} to {high:.2f}) times the runs per second of one "
        f"(200 runs a round), and take {ratio(busy['two'], busy['one'])[0]:.2f} times the "
        "processor's seconds for a run. Other programs must leave both cores free for this."
    ), {"two": two}


def memory(_: int) -> Part:
    """Measure the peak memory of a process that does one thing, imports and all."""
    loops = (
        "from benchmarks.reference_loops import *\n"
        "from defection.country import load\nc = load('north_korea')\n"
    )
    codes = {
        "(a) this engine, 1,000 runs, yearly totals": "from defection.batch_runs import "
        "run_ensemble\nfrom defection import Parameters\nrun_ensemble(Parameters(), range(1000))",
        "(b) the model of agents, one run": "from defection import DefectionModel, Parameters\n"
        "DefectionModel(seed=1, **Parameters().as_dict()).run()",
        "(c) NumPy + SciPy loop, one run": loops + "numpy_loop(c, Parameters(), 1)",
        "(d) plain Mesa, one run": loops + "plain_mesa(c, Parameters(), 1)",
        "only the imports of (a)": "import defection.batch_runs",
    }
    peaks = {name: peak_memory(code)[0] for name, code in codes.items()}
    lines = ["| process | peak memory, MB |", "|---|---:|"]
    lines += [f"| {name} | {peak:,.0f} |" for name, peak in peaks.items()]
    return "\n".join(lines), {name: round(peak) for name, peak in peaks.items()}


def many(count: int) -> Part:
    """Run many points in one go, each in a process of its own: of the whole space, and draws."""
    said, numbers = [], {}
    for name, (what, source) in SOURCES.items():
        code = (
            "import time\nfrom defection import Parameters\n"
            "from defection.batch_runs import Space, run_ensemble\n"
            "from defection.batch_runs.designs import Random\n"
            "from defection.draws import shipped\n"
            f"points = {source.format(count=count)}\nstart = time.perf_counter()\n"
            f"data = run_ensemble(points, range({count}))\n"
            "print(time.perf_counter() - start, int(data['stopped_early'].sum()), "
            "int((data['yearly_attempts'].sum('year') == 0).sum()))"
        )
        peak, _, printed = peak_memory(code)
        seconds, stopped, silent = printed.split()
        minutes = float(seconds) / 60
        if count >= MANY:
            numbers[name] = [minutes * MANY / count] * 3
        said.append(
            f"{count:,} runs of {what}, each with its own seed, yearly totals kept, in one call: "
            f"{minutes:.1f} minutes, {count / float(seconds):,.0f} runs per second on "
            f"{len(os.sched_getaffinity(0))} cores, peak memory of the process {peak:,.0f} MB. "
            f"{int(stopped):,} of them stopped early and in {int(silent):,} nobody ever attempted "
            "to leave."
        )
    return "\n\n".join(said), numbers
