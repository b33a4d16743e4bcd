"""What an ensemble of one scenario says: the yearly successes, as text and as a file."""

import pathlib
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from defection.batch_runs.outcomes import YearlyCounts, observed_flow
from defection.country import load
from defection.files import replaced_file
from defection.journey.flow import NAMES
from defection.measures import FLOWS

QUANTILES = {"low": 0.05, "median": 0.5, "high": 0.95}
"""Columns of quantiles over runs."""


def yearly(data: xr.Dataset, country: Any, flow: str | None = None) -> pd.DataFrame:
    """Return a row per year: what was observed, and quantiles over the runs that completed it.

    Columns: ``year``, ``runs`` (how many completed it), ``low``, ``median``, ``high`` (5, 50 and
    95 %) and ``observed``. The flow is the one that is compared with what was observed.
    """
    whole = YearlyCounts.from_ensemble(data, flow=flow or observed_flow(data)).whole_years
    rows = []
    for year, column in zip(data["year"].to_numpy(), whole.T, strict=True):
        counts = column[np.isfinite(column)]
        quantiles = {
            name: np.quantile(counts, level) if counts.size else np.nan
            for name, level in QUANTILES.items()
        }
        rows.append({"year": year, "runs": counts.size, **quantiles})
    observed = pd.DataFrame(load(country).observed, columns=["year", "observed", "printed"])
    return pd.DataFrame(rows).merge(observed[["year", "observed"]], on="year", how="left")


def text(data: xr.Dataset, country: Any) -> str:
    """Return the table of :func:`yearly` as lines to print."""
    lines = [f"{'year':>6} {'observed':>8} {'median':>9} {'5 %':>9} {'95 %':>9} {'runs':>8}"]
    if (flow := observed_flow(data)) == "arrivals":
        lines = [
            "Arrivals in the South, expected people; last the median of those who crossed",
            lines[0],
        ]
        lines[-1] += "   crossed"
    crossed = yearly(data, country, "successes")["median"].tolist()
    for row in yearly(data, country).itertuples():
        observed = "-" if pd.isna(row.observed) else f"{int(row.observed):,}"
        numbers = (row.median, row.low, row.high)
        cells = " ".join("-".rjust(9) if pd.isna(one) else f"{one:>9,.1f}" for one in numbers)
        more = f" {crossed[row.Index]:>9,.1f}" if flow == "arrivals" else ""
        lines.append(f"{row.year:>6} {observed:>8} {cells} {row.runs:>8,}{more}")
    stopped, limit = int(data["stopped_early"].sum()), data.attrs.get("stop_threshold")
    lines.append(
        f"{stopped:,} of {data.sizes['run']:,} runs stopped early, in a week with more than "
        f"{limit:,} attempts."
    )
    if said := load(country).about.invented:
        lines.append(f"Invented, not data: {said}")
    return "\n".join(lines)


def write(data: xr.Dataset, file: pathlib.Path, *, force: bool) -> None:
    """Write the yearly flows, a row per run and year, beside ``file`` and rename it into place."""
    flows = [f"yearly_{flow}" for flow in (*FLOWS, *NAMES) if f"yearly_{flow}" in data]
    table = data[flows].to_dataframe().reset_index()
    table = table[["run", "seed", "weeks_run", "stopped_early", "year", *flows]]
    with replaced_file(file, force=force) as beside:
        table.rename(columns=lambda name: name.removeprefix("yearly_")).to_csv(beside, index=False)
