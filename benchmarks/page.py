"""The page of performance: parts that are renewed one by one, and the aims that follow from them.

What was measured is kept as numbers in ``measured.json``, from which the figure and the table of
aims are made: a part that is measured alone leaves the others as they are.
"""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import platform
from typing import Any

import numpy as np
from matplotlib.figure import Figure

ROOT = pathlib.Path(__file__).parent.parent
PAGE, FIGURE = ROOT / "docs" / "performance.md", ROOT / "docs" / "images" / "performance.png"
KEPT = ROOT / "benchmarks" / "measured.json"
ENGINES = {
    "ensemble": "(a) this engine, one core",
    "agents": "(b) the model of agents",
    "numpy": "(c) NumPy + SciPy loop",
    "mesa": "(d) plain Mesa",
}
MANY = 100_000
"""Runs of which an aim speaks."""


@dataclasses.dataclass(frozen=True)
class Aim:
    """What the engine is to reach, and where the number that says so is kept."""

    said: str
    part: str
    name: str
    limit: float
    above: bool = True
    unit: str = ""


AIMS = (
    Aim("with the baseline at least 60 times (c) on one core", "engines", "numpy", 60),
    Aim("with the baseline at least 1,000 times (d)", "engines", "mesa", 1000),
    Aim("at least 100 times (c) where few leave", "regimes", "quiet", 100),
    Aim("at least 100 times (c) where nobody leaves", "regimes", "nobody", 100),
    Aim("two cores at least 1.8 times one", "cores", "two", 1.8),
    Aim(
        f"{MANY:,} runs near the baseline in less than eight minutes", "many", "near", 8,
        above=False, unit=" minutes",
    ),
    Aim("the model of agents at most 2 times (c)", "engines", "agents", 2, above=False),
    Aim(
        "20 news circles at most 4 times one circle, with the baseline", "circles",
        "the baseline, 20 circles", 4, above=False,
    ),
    Aim(
        "a run of the defaults, which have the journey, at most 1.25 times one without", "journey",
        "the defaults", 1.25, above=False,
    ),
)  # fmt: skip


def conditions(rounds: int | None = None) -> str:
    """Return with what a part is measured, and how busy the machine is before it."""
    said = f"Python {platform.python_version()}, {len(os.sched_getaffinity(0))} cores"
    if rounds:
        said += f", {rounds} paired rounds"
    return f"{said}; before it {os.getloadavg()[0]:.1f} processes ran or waited (one minute's mean)"


def kept() -> dict[str, Any]:
    """Return what was measured, by part."""
    numbers: dict[str, Any] = json.loads(KEPT.read_text(encoding="utf-8"))
    return numbers


def renew(part: str, text: str) -> None:
    """Put the text of a part in its place on the page."""
    page = PAGE.read_text(encoding="utf-8")
    marks = [f"<!-- {part}: {end} -->" for end in ("begin", "end")]
    begin, end = (page.index(mark) for mark in marks)
    begin += len(marks[0])
    PAGE.write_text(f"{page[:begin]}\n{text.strip()}\n{page[end:]}", encoding="utf-8")


def keep(part: str, text: str, numbers: dict[str, Any]) -> None:
    """Renew a part of the page, its numbers, and the figure and the aims that follow from them."""
    renew(part, text)
    everything = {**kept(), part: numbers}
    KEPT.write_text(json.dumps(everything, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    renew("aims", aims(everything))
    if part in ("engines", "growth") and {"engines", "growth"} <= everything.keys():
        draw(everything)


def aims(numbers: dict[str, Any]) -> str:
    """Return the table of aims; what counts is the median."""
    lines = ["| aim | measured: median (smallest to largest) | |", "|---|---|---|"]
    for aim in AIMS:
        found = numbers.get(aim.part, {}).get(aim.name)
        if found is None:
            lines.append(f"| {aim.said} | not measured | not shown |")
            continue
        middle, low, high = found
        met = middle >= aim.limit if aim.above else middle <= aim.limit
        shown, least, most = (f"{x:,.0f}" if x >= 100 else f"{x:.3g}" for x in found)
        span = f" ({least} to {most})" if low < high else ", once"
        lines.append(f"| {aim.said} | {shown}{aim.unit}{span} | {'met' if met else 'not met'} |")
    return "\n".join(lines)


def draw(numbers: dict[str, Any]) -> None:
    """Draw the engines' times and the growth."""
    figure = Figure(figsize=(10, 3.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    middles = [numbers["engines"]["milliseconds"][name] for name in ENGINES]
    left.barh(list(ENGINES.values()), middles, color="#3f90da")
    left.set_xscale("log")
    left.invert_yaxis()
    left.set_xlabel("ms per run of North Korea (log scale)")
    for row, middle in enumerate(middles):
        left.text(middle, row, f" {middle:,.1f}", va="center", fontsize=8)
    left.set_xlim(right=max(middles) * 4)
    for name, colour in (("categories", "#3f90da"), ("weeks", "#ffa90e"), ("runs", "#bd1f01")):
        slope, *points = numbers["growth"][name]
        sizes, seconds = (np.array(values) / values[0] for values in points)
        label = f"{name} (exponent {slope:.2f})"
        right.loglog(sizes, seconds, marker="o", color=colour, label=label)
    right.plot([1, 100], [1, 100], color="#94a4a2", linewidth=1, linestyle="--", label="linear")
    right.set_xlabel("size, times the smallest")
    right.set_ylabel("time, times the smallest")
    right.legend(fontsize=8, frameon=False)
    figure.savefig(FIGURE, dpi=90)
