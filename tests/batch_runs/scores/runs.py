"""Tables of runs made by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd

YEARS = tuple(range(2000, 2006))


def table(counts, weeks_run=None, years=YEARS, **columns):
    """Return a table of runs with these yearly successes [R, Y]."""
    counts = np.atleast_2d(np.asarray(counts, float))
    weeks = (
        np.full(len(counts), 52 * len(years))
        if weeks_run is None
        else np.broadcast_to(weeks_run, len(counts))
    )
    head = {
        "run_id": [f"{i}-0" for i in range(len(counts))], "point": range(len(counts)), "replicate": 0, "seed": range(len(counts)),
        "status": "done", "error": "", "weeks_run": weeks, "stopped_early": weeks < 52 * len(years),
    }  # fmt: skip
    return pd.DataFrame(
        {**head, **columns, **{f"successes_{year}": counts[:, i] for i, year in enumerate(years)}}
    )
