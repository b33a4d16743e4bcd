"""Measure the engines side by side: ``python -m benchmarks`` (about four minutes).

Renews ``docs/performance.md`` and its figure.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import platform
import time

import numpy as np
from matplotlib.figure import Figure

from benchmarks.growth import OUTBREAKS, QUIET, STEADY, with_categories, with_years
from benchmarks.reference_loops import numpy_loop, plain_mesa
from benchmarks.timing import exponent, peak_memory, ratio, rounds
from defection import DefectionModel, Parameters
from defection.batch_runs import run_ensemble
from defection.compiled import compiled
from defection.country import load
from defection.streams import fill, start_states

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
    """Time one whole run of North Korea by each engine."""
    country, p = load("north_korea"), Parameters(**OUTBREAKS)

    def ensemble(k: int) -> int:
        run_ensemble(p, range(100 * k, 100 * k + 40), threads=1)
        return 40

    def agents(k: int) -> int:
        for seed in (2 * k, 2 * k + 1):
            DefectionModel(seed=seed, **OUTBREAKS).run()
        return 2

    def numpy(k: int) -> int:
        for seed in range(4 * k, 4 * k + 4):
            numpy_loop(country, p, seed)
        return 4

    def mesa(k: int) -> int:
        plain_mesa(country, p, k)
        return 1

    seconds = rounds({"ensemble": ensemble, "agents": agents, "numpy": numpy, "mesa": mesa}, count)
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


def quiet(count: int) -> str:
    """Time the engines where nearly nobody leaves."""
    country, p = load("north_korea"), Parameters(**QUIET)

    def ensemble(k: int) -> int:
        run_ensemble(p, range(100 * k, 100 * k + 100), threads=1)
        return 100

    def numpy(k: int) -> int:
        numpy_loop(country, p, k)
        return 1

    seconds = rounds({"ensemble": ensemble, "numpy": numpy}, count)
    middle, low, high = ratio(seconds["numpy"], seconds["ensemble"])
    return (
        f"Where nearly nobody leaves (`QUIET`) (c) takes {middle:,.0f} "
        f"({low:,.0f} to {high:,.0f}) times as long as (a)."
    )


@compiled
def _floor(states: np.ndarray, uniforms: np.ndarray, values: np.ndarray, weeks: int) -> float:
    total = 0.0
    for _ in range(weeks):
        fill(states, 0, uniforms)
        for i in range(values.size):
            total += np.exp(values[i] + total * 1e-300)
    return total


def floor(count: int) -> str:
    """Compare the engine with one uniform number and one exponential for each category and week."""
    states, uniforms, values = start_states(1), np.empty(720, np.int64), np.linspace(-10, 0, 720)

    def bare(_: int) -> int:
        for _ in range(20):
            _floor(states, uniforms, values, 1196)
        return 20

    def busy(k: int) -> int:
        run_ensemble(OUTBREAKS, range(100 * k, 100 * k + 40), threads=1)
        return 40

    def calm(k: int) -> int:
        run_ensemble(QUIET, range(100 * k, 100 * k + 40), threads=1)
        return 40

    seconds = rounds({"bare": bare, "busy": busy, "calm": calm}, count)
    return (
        "Against a compiled loop that draws one uniform number and takes one exponential (`exp` of "
        "the C library) for each category and week, a run takes "
        f"{ratio(seconds['busy'], seconds['bare'])[0]:.2f} times as long with these parameters and "
        f"{ratio(seconds['calm'], seconds['bare'])[0]:.2f} times where nearly nobody leaves: "
        "thresholds need an exponential only where a belief has changed."
    )


def cores(count: int) -> str:
    """Time one thread against two, four times over, at the same work."""

    def runner(threads: int):
        def work(k: int) -> int:
            run_ensemble(OUTBREAKS, range(1000 * k, 1000 * k + 400), threads=threads)
            return 400

        return work

    seconds = rounds({"one": runner(1), "two": runner(2)}, count)
    middle, low, high = ratio(seconds["one"], seconds["two"])
    return (
        f"Two threads do {middle:.2f} ({low:.2f} to {high:.2f}) times the runs per second of one "
        "(400 runs a round)."
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
    start = "from benchmarks.growth import OUTBREAKS\n"
    loops = (
        f"{start}from benchmarks.reference_loops import *\n"
        "from defection.country import load\nc = load('north_korea')\n"
    )
    codes = {
        "(a) this engine, 1,000 runs, yearly totals": start
        + "from defection.batch_runs import run_ensemble\nrun_ensemble(OUTBREAKS, range(1000))",
        "(b) the model of agents, one run": start
        + "from defection import DefectionModel\nDefectionModel(seed=1, **OUTBREAKS).run()",
        "(c) NumPy + SciPy loop, one run": loops + "numpy_loop(c, Parameters(**OUTBREAKS), 1)",
        "(d) plain Mesa, one run": loops + "plain_mesa(c, Parameters(**OUTBREAKS), 1)",
        "only the imports of (a)": "import defection.batch_runs",
    }
    lines = ["| process | peak memory, MB |", "|---|---:|"]
    return "\n".join(
        lines + [f"| {name} | {peak_memory(code)[0]:,.0f} |" for name, code in codes.items()]
    )


def hundred_thousand() -> str:
    """Run 100,000 random points of the searched ranges in one go, in a process of its own."""
    code = (
        "import time\nfrom defection.batch_runs import Space, run_ensemble\n"
        "from defection.batch_runs.designs import Random\n"
        "points = Random(100_000).table(Space.from_parameters(vary='all'), 1)\n"
        "start = time.perf_counter()\ndata = run_ensemble(points, range(100_000))\n"
        "print(time.perf_counter() - start, int(data['stopped_early'].sum()), "
        "int((data['yearly_attempts'].sum('year') == 0).sum()))"
    )
    peak, _, printed = peak_memory(code)
    seconds, stopped, silent = printed.split()
    return (
        "100,000 runs of random parameters from the searched ranges, each with its own seed, "
        f"yearly totals kept, in one call: {100_000 / float(seconds):,.0f} runs per second on "
        f"{len(os.sched_getaffinity(0))} cores, peak memory of the process {peak:,.0f} MB. "
        f"{int(stopped):,} of them stopped early and in {int(silent):,} nobody ever attempted "
        "to leave."
    )


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
    parser.add_argument("--quick", action="store_true", help="without the 100,000 runs, print only")
    options = parser.parse_args()
    start = time.perf_counter()
    table, seconds = engines(options.rounds)
    grown, measured = growth(max(3, options.rounds // 2))
    parts = [
        f"Python {platform.python_version()}, {len(os.sched_getaffinity(0))} cores of a shared "
        f"machine, {options.rounds} paired rounds.",
        "## Side by side", table, quiet(options.rounds), floor(options.rounds),
        "## Cores", cores(options.rounds), "## Growth", grown, "## Memory", memory(),
    ]  # fmt: skip
    if not options.quick:
        parts += ["## A hundred thousand runs", hundred_thousand()]
    text = "\n\n".join(parts) + "\n"
    print(text, f"\n({time.perf_counter() - start:.0f} s)")
    if not options.quick:
        draw(seconds, measured)
        page = PAGE.read_text(encoding="utf-8")
        begin, end = page.index(BEGIN) + len(BEGIN), page.index(END)
        PAGE.write_text(page[:begin] + "\n" + text + "\n" + page[end:], encoding="utf-8")


if __name__ == "__main__":
    main()
