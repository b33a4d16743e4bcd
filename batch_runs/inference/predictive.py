"""Posterior predictive bands: what records the posterior expects, and whether the one at hand is among them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from defection.batch_runs.inference.errors import PosteriorError
from defection.batch_runs.inference.observation import NegativeBinomial, checked_counts

LEVELS = (0.5, 0.9)


def predicted(
    successes: np.ndarray, *, observation: NegativeBinomial | None = None, seed: int = 0
) -> np.ndarray:
    """Return counts that might have been observed of fresh runs of posterior draws, [draws, years]."""
    return (observation or NegativeBinomial()).observed(successes, np.random.default_rng(seed))


def bands(
    counts: np.ndarray,
    years: Iterable[int],
    record: np.ndarray,
    *,
    levels: Iterable[float] = LEVELS,
) -> pd.DataFrame:
    """Return a row per year: the record, the median and the limits of each level, and where the record ranks.

    Parameters
    ----------
    counts : array
        Predicted counts, [draws, years].
    years : iterable of int
        Their years.
    record : array
        What was counted, [years].
    levels : iterable of float
        Of central bands.

    Returns
    -------
    DataFrame
        ``year``, ``record``, ``median``, ``low_90``, ``high_90`` ..., and ``rank`` (share of
        predictions below the record, ties half).
    """
    counts, told, dates = np.asarray(counts, float), checked_counts(record), list(years)
    if counts.ndim != 2 or counts.shape[1] != len(dates) or told.shape != (len(dates),):
        raise PosteriorError(
            f"predictions {counts.shape}, {len(dates)} years and a record {told.shape} do not match"
        )
    table = pd.DataFrame({"year": dates, "record": told, "median": np.median(counts, axis=0)})
    for level in levels:
        low, high = np.quantile(counts, [0.5 - level / 2, 0.5 + level / 2], axis=0)
        table[f"low_{round(100 * level)}"], table[f"high_{round(100 * level)}"] = low, high
    table["rank"] = (counts < told).mean(axis=0) + (counts == told).mean(axis=0) / 2
    return table


def band_coverage(table: pd.DataFrame) -> dict[float, float]:
    """Return for each level of ``bands`` the share of years whose record lies inside.

    A year's neighbour is not independent of it, and the posterior has seen the record: this is a
    check for misfit, not a test.
    """
    levels = [int(name.removeprefix("low_")) for name in table.columns if name.startswith("low_")]
    return {
        level / 100: float(
            (
                (table["record"] >= table[f"low_{level}"])
                & (table["record"] <= table[f"high_{level}"])
            ).mean()
        )
        for level in levels
    }
