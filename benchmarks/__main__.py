"""Measure the engines side by side, and renew docs/performance.md and its figure.

    python -m benchmarks                     (all parts, about fifteen minutes of a free machine)
    python -m benchmarks cores many          (only these; the others stay as they are)

What takes both cores (``cores``, ``many``) needs a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.circles import circles
from benchmarks.growth import growth
from benchmarks.journey import journey
from benchmarks.machine import Part, cores, many, memory
from benchmarks.page import ENGINES, MANY, conditions, keep
from benchmarks.profile import profile
from benchmarks.reference_loops import numpy_loop, plain_mesa
from benchmarks.regimes import REGIMES, TITLES
from benchmarks.timing import ratio, rounds
from defection import DefectionModel, Parameters
from defection.batch_runs import run_ensemble
from defection.country import load


def engines(count: int) -> Part:
    """Time one whole run of North Korea with the baseline by each engine."""
    country, p = load("north_korea"), Parameters()

    def agents(k: int) -> int:
        DefectionModel(seed=k, **Parameters().as_dict()).run()
        return 1

    def mesa(k: int) -> int:
        plain_mesa(country, p, k)
        return 1

    rivals = {
        "ensemble": ensemble({}, 200), "agents": agents, "numpy": loop({}, 1), "mesa": mesa,
    }  # fmt: skip
    seconds = rounds(rivals, count)
    lines = [
        "| engine | ms per run (median) "
        "| times as long as (a): median (smallest to largest of the rounds) |",
        "|---|---:|---:|",
    ]
    milliseconds, numbers = {}, {}
    for name, title in ENGINES.items():
        numbers[name] = ratio(seconds[name], seconds["ensemble"])
        milliseconds[name] = 1000 * float(np.median(seconds[name]))
        middle, low, high = numbers[name]
        lines.append(
            f"| {title} | {milliseconds[name]:,.1f} | {middle:,.1f} ({low:,.1f} to {high:,.1f}) |"
        )
    numbers["agents"] = ratio(seconds["agents"], seconds["numpy"])
    middle, low, high = numbers["agents"]
    lines += [
        "",
        f"The model of agents takes {middle:.2f} ({low:.2f} to {high:.2f}) times as long as "
        "the NumPy + SciPy loop.",
    ]
    return "\n".join(lines), {**numbers, "milliseconds": milliseconds}


def ensemble(changes: dict[str, Any], runs: int) -> Callable[[int], int]:
    """Return a rival: runs by this engine on one core."""

    def work(k: int) -> int:
        run_ensemble(Parameters(**changes), range(runs * k, runs * (k + 1)), threads=1)
        return runs

    return work


def loop(changes: dict[str, Any], runs: int) -> Callable[[int], int]:
    """Return a rival: runs by the NumPy + SciPy loop."""
    country, p = load("north_korea"), Parameters(**changes)

    def work(k: int) -> int:
        for seed in range(runs * k, runs * (k + 1)):
            numpy_loop(country, p, seed)
        return runs

    return work


def regimes(count: int) -> Part:
    """Pair this engine with the NumPy + SciPy loop under every regime."""
    lines = ["| parameters | ms per run (median) | times as long takes (c) |", "|---|---:|---:|"]
    numbers = {}
    for name, changes in REGIMES.items():
        runs = 20 if name == "bursting" else 200
        seconds = rounds({"ensemble": ensemble(changes, runs), "numpy": loop(changes, 1)}, count)
        numbers[name] = ratio(seconds["numpy"], seconds["ensemble"])
        middle, low, high = numbers[name]
        milliseconds = 1000 * float(np.median(seconds["ensemble"]))
        lines.append(
            f"| {TITLES[name]} | {milliseconds:,.2f} | {middle:,.1f} ({low:,.1f} to {high:,.1f}) |"
        )
    return "\n".join(lines), numbers


PARTS: dict[str, Callable[[int], Part]] = {
    "engines": engines, "regimes": regimes, "profile": lambda count: (profile(count), {}),
    "cores": cores, "growth": growth, "memory": memory, "many": many, "circles": circles,
    "journey": journey,
}  # fmt: skip


def main() -> None:
    """Measure the parts that are named and renew the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)} (default: all)"
    )
    parser.add_argument(
        "--rounds", type=int, default=7, help="paired rounds (default: %(default)s)"
    )
    parser.add_argument(
        "--many", type=int, default=MANY, help="runs in one call (default: %(default)s)"
    )
    parser.add_argument("--print-only", action="store_true", help="leave the page alone")
    options = parser.parse_args()
    for name in set(options.parts) - set(PARTS):
        parser.error(f"there is no part {name!r}; there are {', '.join(PARTS)}")
    if options.rounds < 1 or options.many < 1:
        parser.error("--rounds and --many must be at least 1")
    run_ensemble(Parameters(), range(8))  # compiled before anything is timed
    for part in options.parts or PARTS:
        count = options.many if part == "many" else options.rounds
        start, before = time.perf_counter(), conditions(None if part == "many" else count)
        text, numbers = PARTS[part](count)
        text = f"{text}\n\n*{before}.*"
        print(f"{text}\n({part}: {time.perf_counter() - start:.0f} s)\n", flush=True)
        if not options.print_only:
            keep(part, text, numbers)


if __name__ == "__main__":
    main()
