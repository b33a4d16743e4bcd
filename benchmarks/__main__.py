"""Measure the engines side by side: ``python -m benchmarks`` (about four minutes).

Renews ``docs/performance.md`` and its figure.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import platform
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from benchmarks.growth import with_categories, with_years
from benchmarks.profile import profile
from benchmarks.reference_loops import numpy_loop, plain_mesa
from benchmarks.regimes import REGIMES, STEADY, TITLES
from benchmarks.timing import exponent, peak_memory, ratio, rounds
from defection import DefectionModel, Parameters
from defection.batch_runs import run_ensemble
from defection.country import load

ROOT = pathlib.Path(__file__).parent.parent
PAGE, FIGURE = ROOT / "docs" / "performance.md", ROOT / "docs" / "images" / "performance.png"
BEGIN, END = "<!-- made by python -m benchmarks -->\n", "<!-- end -->\n"
NAMES = {
    "ensemble": "(a) this engine, one core",
    "agents": "(b) the model of agents",
    "numpy": "(c) NumPy + SciPy loop",
    "mesa": "(d) plain Mesa",
}


def engines(count: int) -> tuple[str, dict[str, list[float]]]:
    """Time one whole run of North Korea with the defaults by each engine."""
    country, p = load("north_korea"), Parameters()

    def agents(k: int) -> int:
        DefectionModel(seed=k).run()
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
    for name, title in NAMES.items():
        middle, low, high = ratio(seconds[name], seconds["ensemble"])
        lines.append(
            f"| {title} | {1000 * float(np.median(seconds[name])):,.1f} "
            f"| {middle:,.1f} ({low:,.1f} to {high:,.1f}) |"
        )
    middle, low, high = ratio(seconds["agents"], seconds["numpy"])
    lines += [
        "",
        f"The model of agents takes {middle:.2f} ({low:.2f} to {high:.2f}) times as long as "
        "the NumPy + SciPy loop.",
    ]
    return "\n".join(lines), seconds


def ensemble(changes: dict[str, Any], runs: int) -> Callable[[int], int]:
    """Return a rival: runs by this engine on one core."""

    def work(k: int) -> int:
        run_ensemble(changes, range(runs * k, runs * (k + 1)), threads=1)
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


def regimes(count: int) -> str:
    """Pair this engine with the NumPy + SciPy loop under every regime."""
    lines = ["| parameters | ms per run (median) | times as long takes (c) |", "|---|---:|---:|"]
    for name, changes in REGIMES.items():
        runs = 20 if name == "bursting" else 200
        seconds = rounds({"ensemble": ensemble(changes, runs), "numpy": loop(changes, 1)}, count)
        middle, low, high = ratio(seconds["numpy"], seconds["ensemble"])
        milliseconds = 1000 * float(np.median(seconds["ensemble"]))
        lines.append(
            f"| {TITLES[name]} | {milliseconds:,.2f} | {middle:,.1f} ({low:,.1f} to {high:,.1f}) |"
        )
    return "\n".join(lines)


def cores(count: int) -> str:
    """Time one thread against two at the same work."""

    def runner(threads: int) -> Callable[[int], int]:
        def work(k: int) -> int:
            run_ensemble({}, range(1000 * k, 1000 * k + 200), threads=threads)
            return 200

        return work

    rivals = {"one": runner(1), "two": runner(2)}
    seconds = rounds(rivals, count, time.perf_counter)
    middle, low, high = ratio(seconds["one"], seconds["two"])
    busy = rounds(rivals, count)
    return (
        f"Two threads do {middle:.2f} ({low:.2f} to {high:.2f}) times the runs per second of one "
        f"(200 runs a round), and take {ratio(busy['two'], busy['one'])[0]:.2f} times the "
        "processor's seconds for a run. Other programs must leave both cores free for this."
    )


def growth(repeats: int) -> tuple[str, dict[str, tuple[float, list[int], list[float]]]]:
    """Measure how time grows with categories, weeks and runs."""
    p = Parameters(**STEADY)
    bigger = {720 * times: with_categories(times) for times in (1, 3, 10, 30, 100)}
    longer = {52 * years: with_years(years) for years in (6, 12, 23, 46, 92)}
    series = {
        "categories": (
            list(bigger),
            lambda size: run_ensemble(p, range(4), country=bigger[size], weeks=104, threads=1),
        ),
        "weeks": (
            list(longer),
            lambda size: run_ensemble(p, range(20), country=longer[size], threads=1),
        ),
        "runs": (
            [50, 100, 200, 400, 800],
            lambda size: run_ensemble(p, range(size), weeks=520, threads=1),
        ),
    }
    lines, measured = ["| grows with | from | to | exponent |", "|---|---:|---:|---:|"], {}
    for name, (sizes, work) in series.items():
        slope, medians = exponent(sizes, work, repeats)
        measured[name] = (slope, sizes, medians)
        lines.append(f"| {name} | {sizes[0]:,} | {sizes[-1]:,} | {slope:.3f} |")
    return "\n".join(lines), measured


def memory() -> str:
    """Measure the peak memory of a process that does one thing, imports and all."""
    loops = (
        "from benchmarks.reference_loops import *\n"
        "from defection.country import load\nc = load('north_korea')\n"
    )
    codes = {
        "(a) this engine, 1,000 runs, yearly totals": "from defection.batch_runs import "
        "run_ensemble\nrun_ensemble({}, range(1000))",
        "(b) the model of agents, one run": "from defection import DefectionModel\n"
        "DefectionModel(seed=1).run()",
        "(c) NumPy + SciPy loop, one run": loops + "numpy_loop(c, Parameters(), 1)",
        "(d) plain Mesa, one run": loops + "plain_mesa(c, Parameters(), 1)",
        "only the imports of (a)": "import defection.batch_runs",
    }
    lines = ["| process | peak memory, MB |", "|---|---:|"]
    return "\n".join(
        lines + [f"| {name} | {peak_memory(code)[0]:,.0f} |" for name, code in codes.items()]
    )


def many(count: int) -> str:
    """Run many points in one go, each in a process of its own: of the whole space, and draws."""
    points = {
        "random parameters from the searched ranges": "Random({count}).table("
        "Space.from_parameters(vary='all'), 1)",
        "parameters near the defaults (draws of the posterior)": "[shipped().rows[i % "
        "len(shipped())] for i in range({count})]",
    }
    said = []
    for what, source in points.items():
        code = (
            "import time\nfrom defection.batch_runs import Space, run_ensemble\n"
            "from defection.batch_runs.designs import Random\n"
            "from defection.draws import shipped\n"
            f"points = {source.format(count=count)}\nstart = time.perf_counter()\n"
            f"data = run_ensemble(points, range({count}))\n"
            "print(time.perf_counter() - start, int(data['stopped_early'].sum()), "
            "int((data['yearly_attempts'].sum('year') == 0).sum()))"
        )
        peak, _, printed = peak_memory(code)
        seconds, stopped, silent = printed.split()
        said.append(
            f"{count:,} runs of {what}, each with its own seed, yearly totals kept, in one call: "
            f"{count / float(seconds):,.0f} runs per second on "
            f"{len(os.sched_getaffinity(0))} cores, peak memory of the process {peak:,.0f} MB. "
            f"{int(stopped):,} of them stopped early and in {int(silent):,} nobody ever attempted "
            "to leave."
        )
    return "\n\n".join(said)


def draw(
    seconds: dict[str, list[float]], measured: dict[str, tuple[float, list[int], list[float]]]
) -> None:
    """Draw the engines' times and the growth."""
    figure = Figure(figsize=(10, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    middles = [1000 * float(np.median(seconds[name])) for name in NAMES]
    left.barh(list(NAMES.values()), middles, color="#3f90da")
    left.set_xscale("log")
    left.invert_yaxis()
    left.set_xlabel("ms per run of North Korea (log scale)")
    for row, middle in enumerate(middles):
        left.text(middle, row, f" {middle:,.1f}", va="center", fontsize=8)
    left.set_xlim(right=max(middles) * 4)
    for (name, (slope, sizes, medians)), colour in zip(
        measured.items(), ("#3f90da", "#ffa90e", "#bd1f01"), strict=True
    ):
        sizes_array, medians_array = np.array(sizes), np.array(medians)
        right.loglog(
            sizes_array / sizes_array[0],
            medians_array / medians_array[0],
            marker="o",
            color=colour,
            label=f"{name} (exponent {slope:.2f})",
        )
    right.plot([1, 100], [1, 100], color="#94a4a2", linewidth=1, linestyle="--", label="linear")
    right.set_xlabel("size, times the smallest")
    right.set_ylabel("time, times the smallest")
    right.legend(fontsize=8, frameon=False)
    figure.savefig(FIGURE, dpi=90)


def main() -> None:
    """Measure everything and renew the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--rounds", type=int, default=7, help="paired rounds (default: %(default)s)"
    )
    parser.add_argument(
        "--many", type=int, default=100_000, help="runs in one call (default: %(default)s)"
    )
    parser.add_argument("--print-only", action="store_true", help="leave the page alone")
    options = parser.parse_args()
    start = time.perf_counter()
    table, seconds = engines(options.rounds)
    grown, measured = growth(max(3, options.rounds // 2))
    parts = [
        f"Python {platform.python_version()}, {len(os.sched_getaffinity(0))} cores of a shared "
        f"machine, {options.rounds} paired rounds.",
        "## Side by side, with the defaults", table,
        "## By what happens", regimes(options.rounds),
        "## Where the time goes", profile(options.rounds),
        "## Cores", cores(options.rounds), "## Growth", grown, "## Memory", memory(),
        "## Many runs in one call", many(options.many),
    ]  # fmt: skip
    text = "\n\n".join(parts) + "\n"
    print(text, f"\n({time.perf_counter() - start:.0f} s)")
    if not options.print_only:
        draw(seconds, measured)
        page = PAGE.read_text(encoding="utf-8")
        begin, end = page.index(BEGIN) + len(BEGIN), page.index(END)
        PAGE.write_text(page[:begin] + "\n" + text + "\n" + page[end:], encoding="utf-8")


if __name__ == "__main__":
    main()
