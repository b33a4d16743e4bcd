"""The journey: how much longer a run takes that follows those who cross."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.circles import ensemble
from benchmarks.timing import ratio, rounds

RUNS = 100


def journey(count: int) -> tuple[str, dict[str, Any]]:
    """Pair runs of the defaults with the same runs and the journey."""
    rivals = {"without": ensemble({}, RUNS), "with": ensemble({"journey": "on"}, RUNS)}
    seconds = rounds(rivals, count)
    middle, low, high = found = ratio(seconds["with"], seconds["without"])
    without, followed = (1000 * float(np.median(seconds[name])) for name in rivals)
    lines = [
        "| ms per run without | with the journey | times as long |",
        "|---:|---:|---:|",
        f"| {without:.2f} | {followed:.2f} | {middle:.2f} ({low:.2f} to {high:.2f}) |",
    ]
    return "\n".join(lines), {"the defaults": found}
