"""The journey: how much longer a run takes that follows those who cross."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.circles import ensemble
from benchmarks.timing import ratio, rounds
from defection.country import load
from defection.parameters import JOURNEY_PARAMETERS

RUNS = 100


def journey(count: int) -> tuple[str, dict[str, Any]]:
    """Pair runs with the journey with the same runs without, of the baseline and the defaults."""
    lines = ["| | ms per run without | with the journey | times as long |", "|---|---:|---:|---:|"]
    defaults, every = load("north_korea").defaults.as_dict(), {}
    law = {name: value for name, value in defaults.items() if name not in JOURNEY_PARAMETERS}
    for name, own, followed in (
        ("the baseline", {}, {"journey": "on"}),
        ("the defaults", {**law, "journey": "off"}, defaults),
    ):
        rivals = {"without": ensemble(own, RUNS), "with": ensemble(followed, RUNS)}
        seconds = rounds(rivals, count)
        middle, low, high = every[name] = ratio(seconds["with"], seconds["without"])
        times = (f"{1000 * float(np.median(seconds[one])):.2f}" for one in rivals)
        lines.append(f"| {name} | {' | '.join(times)} | {middle:.2f} ({low:.2f} to {high:.2f}) |")
    return "\n".join(lines), every
