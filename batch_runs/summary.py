"""What an ensemble of one scenario says: the yearly successes with their spread, as text and as a file."""

from __future__ import annotations

import pathlib
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from defection.country import WEEKS_PER_YEAR, load
from defection.files import replaced_file
from defection.measures import FLOWS

LEVELS = (0.05, 0.5, 0.95)
"""Quantiles over runs that are shown."""

NAMES = ("low", "median", "high")
"""Their columns."""


def yearly(data: xr.Dataset, country: Any) -> pd.DataFrame:
    """Return a row per year: the record, and the quantiles of the successes over the runs (a run that has stopped has none)."""
    successes, weeks_run = data["yearly_successes"].to_numpy(), data["weeks_run"].to_numpy()
    rows = []
    for y, year in enumerate(data["year"].to_numpy()):
        told = successes[weeks_run > y * WEEKS_PER_YEAR, y]
        quantiles = np.quantile(told, LEVELS) if told.size else [np.nan] * len(LEVELS)
        rows.append({"year": year, "runs": told.size, **dict(zip(NAMES, quantiles, strict=True))})
    table = pd.DataFrame(rows)
    record = pd.DataFrame(load(country).observed, columns=["year", "observed", "observed_printed"])
    return table.merge(record[["year", "observed"]], on="year", how="left")


def text(data: xr.Dataset, country: Any) -> str:
    """Return the table of :func:`yearly` as lines to print."""
    lines = [f"{'year':>6} {'observed':>8} {'median':>9} {'5 %':>9} {'95 %':>9} {'runs':>8}"]
    for row in yearly(data, country).itertuples():
        recorded = "-" if pd.isna(row.observed) else f"{int(row.observed):,}"
        spread = [
            "-" if pd.isna(number) else f"{number:,.1f}"
            for number in (row.median, row.low, row.high)
        ]
        lines.append(
            f"{row.year:>6} {recorded:>8} {spread[0]:>9} {spread[1]:>9} {spread[2]:>9} {row.runs:>8,}"
        )
    stopped, runs = int(data["stopped_early"].sum()), data.sizes["run"]
    limit = data.attrs.get("stop_threshold")
    lines.append(
        f"{stopped:,} of {runs:,} runs stopped early, in a week with more than {limit:,} attempts."
    )
    return "\n".join(lines)


def write(data: xr.Dataset, file: pathlib.Path, *, force: bool) -> None:
    """Write the yearly flows, a row per run and year, beside ``file`` and rename it into place."""
    table = data[[f"yearly_{flow}" for flow in FLOWS]].to_dataframe().reset_index()
    keep = [
        "run",
        "seed",
        "weeks_run",
        "stopped_early",
        "year",
        *(f"yearly_{flow}" for flow in FLOWS),
    ]
    with replaced_file(file, force=force) as beside:
        table[keep].rename(columns=lambda name: name.removeprefix("yearly_")).to_csv(
            beside, index=False
        )
