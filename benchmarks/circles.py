"""News circles: how much longer a run takes with twenty of them, and with the counties."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.timing import ratio, rounds
from defection.batch_runs import run_ensemble
from defection.parameters import PARAMETERS, Parameters

HEARS = PARAMETERS["observation_probability"].default
POINTS: dict[str, dict[str, Any]] = {
    "the baseline": {},
    "nobody leaves": {"utility_intercept": -40.0},
    "everything becomes known": {"observation_probability": 1.0},
}
CIRCLES = {"20 circles": 20, "the counties": 0}


def ensemble(changes: dict[str, Any], runs: int = 20) -> Callable[[int], int]:
    """Return a rival: runs on one core."""

    def work(k: int) -> int:
        run_ensemble(Parameters(**changes), range(runs * k, runs * (k + 1)), threads=1)
        return runs

    return work


def circles(count: int) -> tuple[str, dict[str, Any]]:
    """Pair runs with circles with runs of the same parameters with one."""
    lines = [
        "| parameters | ms per run with one circle | times as long: 20 circles | the counties |",
        "|---|---:|---:|---:|",
    ]
    numbers = {}
    for name, changes in POINTS.items():
        known = changes.get("observation_probability", HEARS)
        rivals = {"one": ensemble(changes)}
        for title, setting in CIRCLES.items():  # each circle hears of as many as the province did
            hears = min(1.0, known * (setting or 18))
            own = {**changes, "news_circles": setting, "observation_probability": hears}
            rivals[title] = ensemble(own)
        seconds = rounds(rivals, count)
        cells = [f"{1000 * float(np.median(seconds['one'])):,.2f}"]
        for title in CIRCLES:
            numbers[f"{name}, {title}"] = ratio(seconds[title], seconds["one"])
            middle, low, high = numbers[f"{name}, {title}"]
            cells.append(f"{middle:.1f} ({low:.1f} to {high:.1f})")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines), numbers
