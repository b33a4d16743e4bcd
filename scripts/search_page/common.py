"""What the tables share: which searches are told of, and how a table and a number are written."""

from __future__ import annotations

import pandas as pd

from defection.batch_runs.searches import search_space

RUNS, SEED = 200, 77
"""Runs of each of the points that the page compares, and the root of all runs made for it."""
MARGIN = 5.0
"""Winners that score at most so much worse than the best are shown."""
VARIED = search_space().names
BASELINE = "baseline"
"""The searches from nothing under the default readings; their best region, rounded, is the defaults."""


def table(rows: list[list[object]], header: list[str]) -> str:
    """Return a Markdown table, numbers to the right."""
    lines = [header, ["---"] + ["---:"] * (len(header) - 1), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def number(value: float) -> str:
    """Return a number with three significant digits."""
    return "" if pd.isna(value) else f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
