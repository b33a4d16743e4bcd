"""The picture of the best region beside the record."""

from __future__ import annotations

import pathlib

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import xarray as xr

from defection.batch_runs.scores import Target


def picture(best: pd.DataFrame, data: xr.Dataset, file: pathlib.Path) -> None:
    """Draw the best region against the record, and what it does to get there."""
    record = Target.from_country()
    years, counts = (
        np.array(record.years),
        best.loc[~best["stopped_early"], [f"successes_{year}" for year in record.years]].to_numpy(
            float
        ),
    )
    figure, axes = plt.subplots(2, 2, figsize=(11, 7), layout="constrained")
    low, middle, high = np.quantile(counts, [0.05, 0.5, 0.95], axis=0)
    one = axes[0, 0]
    one.fill_between(years, low, high, alpha=0.3, label="5 to 95 % of runs")
    one.plot(years, middle, label="median of runs")
    one.plot(years, record.counts, "k.-", label="record")
    one.set_yscale("function", functions=(lambda y: np.sqrt(np.maximum(y, 0)), np.square))
    one.set(
        title="Successes a year (root scale)", ylim=(0, 1.1 * max(high.max(), max(record.counts)))
    )
    one.legend()
    two = axes[0, 1]
    two.bar(years, (np.sqrt(counts) - np.sqrt(record.counts)).mean(axis=0), color="0.5")
    two.set(title="Mean of √run − √record")
    week = 1992 + np.arange(data.sizes["week"]) / 52
    three = axes[1, 0]
    weekly = (
        data["weekly_attempts_by_province"]
        .mean("run")
        .sum("province")
        .to_series()
        .rolling(8, min_periods=1)
        .mean()
    )
    through = (
        data["weekly_successes_by_province"]
        .mean("run")
        .sum("province")
        .to_series()
        .rolling(8, min_periods=1)
        .mean()
    )
    three.plot(week, weekly, label="attempts")
    three.plot(week, through, label="successes")
    for turn in range(data.attrs["memory"], data.sizes["week"], data.attrs["memory"]):
        three.axvline(1992 + turn / 52, color="0.7", linestyle=":")
    three.set(title="A week in the whole country (dotted: every H weeks)", yscale="log")
    three.legend()
    four = axes[1, 1]
    alpha, beta = data["weekly_belief_alpha_by_province"], data["weekly_belief_beta_by_province"]
    four.plot(
        week, data["weekly_repression_by_province"].mean(["run", "province"]), label="repression"
    )
    four.plot(week, (alpha / (alpha + beta)).mean(["run", "province"]), label="mean of the belief")
    four.set(title="Repression and belief", ylim=(0, 1))
    four.legend()
    figure.savefig(file, dpi=80)
    plt.close(figure)
