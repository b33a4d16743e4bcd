"""What the tables share: which searches are told of, and how a table and a number are written."""

from __future__ import annotations

import pandas as pd

from defection.batch_runs.designs import Space
from defection.batch_runs.searches.shipped import readings

BASE = "the paper's ranges"
"""The first search."""
RUNS, SEED = 200, 77
"""Runs of each of the points that the page compares, and the root of all runs made for it."""
MARGIN = 5.0
"""Winners that score at most so much worse than the best are shown."""
VARIED = Space.of(vary="all").names
BASELINE = "baseline"
"""The search whose rounded result is the defaults: from nothing, with a budget of its own."""
SAME_MODEL = (BASE, "once more", "refined", BASELINE)
"""Searches of one and the same model."""


def best_search() -> str:
    """Return the search of the paper's model that found the best region."""
    known = readings()
    return min((name for name in SAME_MODEL if name in known), key=lambda name: known[name]["best"]["score"])


def table(rows: list[list[object]], header: list[str]) -> str:
    """Return a Markdown table, numbers to the right."""
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def number(value: float) -> str:
    """Return a number with three significant digits."""
    return "" if pd.isna(value) else f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
