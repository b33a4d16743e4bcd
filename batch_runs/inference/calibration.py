"""Simulation-based calibration: where the truth ranks among draws, with bands, and how often intervals cover it (Talts et al. 2018)."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
import scipy.stats

from defection.batch_runs.inference.errors import PosteriorError
from defection.batch_runs.inference.posterior import Posterior

LEVELS = (0.5, 0.8, 0.9, 0.95)


def draws_for(posterior: Posterior, records: np.ndarray, draws: int, *, seed: int) -> np.ndarray:
    """Return draws for each of many records [n, years], as [n, draws, d]."""
    seeds = np.random.SeedSequence(seed).generate_state(len(records))
    return np.stack(
        [
            posterior.sample(record, draws, seed=int(one))
            for record, one in zip(records, seeds, strict=True)
        ]
    )


def ranks(truths: np.ndarray, draws: np.ndarray, *, seed: int = 0) -> np.ndarray:
    """Return how many draws lie below the truth, int [n, d], from 0 to the number of draws; ties are drawn.

    Parameters
    ----------
    truths : array
        [n, d]
    draws : array
        [n, draws, d]
    seed : int
        Of the ties: without it whole numbers would look badly calibrated.
    """
    truths, draws = _checked(truths, draws)
    below, same = (draws < truths[:, None]).sum(axis=1), (draws == truths[:, None]).sum(axis=1)
    return np.asarray(below + np.random.default_rng(seed).integers(0, same + 1))


def _checked(truths: np.ndarray, draws: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    truths, draws = np.asarray(truths, float), np.asarray(draws, float)
    if draws.ndim != 3 or truths.shape != (draws.shape[0], draws.shape[2]) or not draws.size:
        raise PosteriorError(
            f"truths {truths.shape} and draws {draws.shape} do not match: [n, d] and [n, draws, d] are needed"
        )
    return truths, draws


def ecdf(ranked: np.ndarray, draws: int) -> tuple[np.ndarray, np.ndarray]:
    """Return ranks' values as shares, [draws + 1], and the share of records at or below each, [draws + 1, d]."""
    points = np.arange(draws + 1)
    return (points + 1) / (draws + 1), (
        np.asarray(ranked)[:, None, :] <= points[None, :, None]
    ).mean(axis=0)


def band(
    records: int, draws: int, *, level: float = 0.95, simulations: int = 2000, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Return the band, low and high, each [draws + 1], in which the whole curve of a calibrated posterior stays with probability ``level``.

    Pointwise binomial limits, widened until whole simulated curves stay inside (Säilynoja, Bürkner
    & Vehtari 2022).
    """
    shares = np.arange(1, draws + 2) / (draws + 1)
    rng = np.random.default_rng(seed)
    counts = np.stack(
        [
            np.bincount(rng.integers(0, draws + 1, records), minlength=draws + 1).cumsum()
            for _ in range(simulations)
        ]
    )
    inner = counts[:, :-1]  # the last is all of them
    tails = np.minimum(
        scipy.stats.binom.cdf(inner, records, shares[:-1]),
        scipy.stats.binom.sf(inner - 1, records, shares[:-1]),
    )
    gamma = np.quantile(tails.min(axis=1), 1 - level) if draws else 0.5
    low, high = (
        scipy.stats.binom.ppf(gamma, records, shares) / records,
        scipy.stats.binom.ppf(1 - gamma, records, shares) / records,
    )
    return low, high


def calibration(
    names: Iterable[str],
    truths: np.ndarray,
    draws: np.ndarray,
    *,
    level: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Return a row per parameter that says whether the curve of its ranks stays inside the band.

    Returns
    -------
    DataFrame
        ``parameter``, ``records``, ``inside`` (the whole curve, at ``level`` shared among all
        parameters), ``largest_gap`` (from the diagonal), ``p`` (Kolmogorov-Smirnov, of this
        parameter alone) and ``mean_rank`` (above a half: draws are too low).
    """
    named, (truths, draws) = list(names), _checked(truths, draws)
    ranked, count = ranks(truths, draws, seed=seed), draws.shape[1]
    shares, curve = ecdf(ranked, count)
    low, high = band(len(truths), count, level=1 - (1 - level) / len(named), seed=seed)
    spread = (ranked + np.random.default_rng(seed + 1).random(ranked.shape)) / (count + 1)
    rows = [
        {
            "parameter": name,
            "records": len(truths),
            "inside": bool(((curve[:, i] >= low - 1e-12) & (curve[:, i] <= high + 1e-12)).all()),
            "largest_gap": float(np.abs(curve[:, i] - shares).max()),
            "p": float(scipy.stats.kstest(spread[:, i], "uniform").pvalue),
            "mean_rank": float(spread[:, i].mean()),
        }
        for i, name in enumerate(named)
    ]
    return pd.DataFrame(rows)


def coverage(
    names: Iterable[str], truths: np.ndarray, draws: np.ndarray, *, levels: Iterable[float] = LEVELS
) -> pd.DataFrame:
    """Return how often central intervals cover the truth, a row per level and parameter and one for ``all`` together.

    Returns
    -------
    DataFrame
        ``level``, ``parameter``, ``covered`` (share of records), ``low`` and ``high`` (an interval
        of 95 %: Clopper-Pearson for a parameter; for ``all`` a t interval over records, since one
        record's parameters are not independent) and ``records``.
    """
    truths, draws = _checked(truths, draws)
    rows = []
    for level in levels:
        if not 0 < level < 1:
            raise PosteriorError(f"level = {level!r} must lie between 0 and 1")
        low, high = np.quantile(draws, [0.5 - level / 2, 0.5 + level / 2], axis=1)
        inside = (truths >= low) & (truths <= high)
        for i, name in enumerate(names):
            rows.append(
                (
                    level,
                    name,
                    inside[:, i].mean(),
                    *_binomial(int(inside[:, i].sum()), len(inside)),
                    len(inside),
                )
            )
        each = inside.mean(axis=1)
        half = (
            scipy.stats.t.ppf(0.975, len(each) - 1) * each.std(ddof=1) / np.sqrt(len(each))
            if len(each) > 1
            else np.nan
        )
        rows.append((level, "all", each.mean(), each.mean() - half, each.mean() + half, len(each)))
    return pd.DataFrame(rows, columns=["level", "parameter", "covered", "low", "high", "records"])


def _binomial(hits: int, count: int) -> tuple[float, float]:
    told = scipy.stats.binomtest(hits, count).proportion_ci(0.95, method="exact")
    return float(told.low), float(told.high)
