"""The table of runs of points, made at once in memory; a sweep's store returns the same table from disk."""

from __future__ import annotations

import pandas as pd

from defection.batch_runs.execution.evaluation import MemoryEvaluation
from defection.country import Country


def run_points(
    points: pd.DataFrame,
    *,
    root: int,
    replicates: int = 1,
    country: str | Country = "north_korea",
    threads: int | None = 1,
) -> pd.DataFrame:
    """Run every row of a table of parameters ``replicates`` times and return the table of runs."""
    with MemoryEvaluation(root, country=country, workers=threads) as evaluate:
        return evaluate(points, replicates)
