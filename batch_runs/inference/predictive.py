"""Posterior predictive bands: what counts the posterior expects, and what was observed."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from defection.batch_runs.inference.pairs import PosteriorError
from defection.batch_runs.scores.likelihood import NegativeBinomial, checked_counts

LEVELS = (0.5, 0.9)


def predicted(
    successes: np.ndarray, *, observation: NegativeBinomial | None = None, seed: int = 0
) -> np.ndarray:
    """Return counts that might have been observed of runs of posterior draws, [draws, Y]."""
    return (observation or NegativeBinomial()).draw(successes, np.random.default_rng(seed))


def bands(
    counts: np.ndarray,
    years: Iterable[int],
    observed: np.ndarray,
    *,
    levels: Iterable[float] = LEVELS,
) -> pd.DataFrame:
    """Lay what was observed [Y] beside central bands of predicted counts [draws, Y].

    A row per year: ``year``, ``observed``, ``median``, ``low_90``, ``high_90`` ..., and ``rank``
    (share of predictions below what was observed, ties half).
    """
    counts, real, dates = np.asarray(counts, float), checked_counts(observed), list(years)
    if counts.ndim != 2 or counts.shape[1] != len(dates) or real.shape != (len(dates),):
        raise PosteriorError(
            f"predictions {counts.shape}, {len(dates)} years and observed counts {real.shape} do "
            "not match"
        )
    table = pd.DataFrame({"year": dates, "observed": real, "median": np.median(counts, axis=0)})
    for level in levels:
        low, high = np.quantile(counts, [0.5 - level / 2, 0.5 + level / 2], axis=0)
        table[f"low_{round(100 * level)}"], table[f"high_{round(100 * level)}"] = low, high
    table["rank"] = (counts < real).mean(axis=0) + (counts == real).mean(axis=0) / 2
    return table


def band_coverage(table: pd.DataFrame) -> dict[float, float]:
    """Return for each level of ``bands`` the share of years that was observed inside.

    A year's neighbour is not independent of it, and the posterior was made from what was observed:
    this is a check for misfit, not a test.
    """
    levels = [int(name.removeprefix("low_")) for name in table.columns if name.startswith("low_")]
    real = table["observed"]
    return {
        level / 100: float(real.between(table[f"low_{level}"], table[f"high_{level}"]).mean())
        for level in levels
    }
