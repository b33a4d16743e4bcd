"""Simulation-based calibration (Talts et al. 2018) and recovery, from synthetic records.

A synthetic record is counts drawn around a run of known parameters. Of a posterior that is right
the truth ranks uniformly among its draws, and its intervals cover the truth as often as they say.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
import scipy.stats

from defection.batch_runs.inference.pairs import Pairs, PosteriorError
from defection.batch_runs.inference.regression import RegressionPosterior
from defection.batch_runs.scores.likelihood import NegativeBinomial

LEVELS = (0.5, 0.8, 0.9, 0.95)


def synthetic(
    pairs: Pairs, count: int, *, observation: NegativeBinomial | None = None, seed: int = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return parameters [count, d], counts [count, Y] and the runs that they are of, [count].

    The runs are drawn without repetition. A posterior must not be made of them: give it the others,
    ``pairs.part(np.delete(np.arange(len(pairs)), rows))``.
    """
    if count > len(pairs):
        raise PosteriorError(f"{count} records cannot be made of {len(pairs)} sustained runs")
    rng, model = np.random.default_rng(seed), observation or NegativeBinomial()
    rows = rng.choice(len(pairs), size=count, replace=False)
    return pairs.unit[rows], model.draw(pairs.successes[rows], rng), rows


def draws_for(
    posterior: RegressionPosterior, records: np.ndarray, draws: int, *, seed: int
) -> np.ndarray:
    """Return draws of a posterior for each of many records [n, Y], as [n, draws, d]."""
    seeds = np.random.SeedSequence(seed).generate_state(len(records))
    pairs = zip(records, seeds, strict=True)
    return np.stack([posterior.sample(record, draws, seed=int(own)) for record, own in pairs])


def ranks(truths: np.ndarray, draws: np.ndarray, *, seed: int = 0) -> np.ndarray:
    """Return how many draws [n, draws, d] lie below the truth [n, d], int [n, d].

    Ties are drawn with ``seed``: without that whole numbers would look badly calibrated.
    """
    truths, draws = _checked(truths, draws)
    below, same = (draws < truths[:, None]).sum(axis=1), (draws == truths[:, None]).sum(axis=1)
    return np.asarray(below + np.random.default_rng(seed).integers(0, same + 1))


def _checked(truths: np.ndarray, draws: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    truths, draws = np.asarray(truths, float), np.asarray(draws, float)
    if draws.ndim != 3 or truths.shape != (draws.shape[0], draws.shape[2]) or not draws.size:
        raise PosteriorError(
            f"truths {truths.shape} and draws {draws.shape} do not match: [n, d] and [n, draws, d] "
            "are needed"
        )
    return truths, draws


def ecdf(ranked: np.ndarray, draws: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the values of ranks [n, d] as shares, [draws + 1], and their ECDF, [draws + 1, d]."""
    points = np.arange(draws + 1)
    at_or_below = np.asarray(ranked)[:, None, :] <= points[None, :, None]
    return (points + 1) / (draws + 1), at_or_below.mean(axis=0)


def band(
    records: int, draws: int, *, level: float = 0.95, simulations: int = 2000, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Return the band, low and high, each [draws + 1], of the ECDF of a calibrated posterior.

    The whole curve stays inside with probability ``level``: pointwise binomial limits, widened
    until whole simulated curves stay inside (Säilynoja, Bürkner & Vehtari 2022).
    """
    shares = np.arange(1, draws + 2) / (draws + 1)
    rng = np.random.default_rng(seed)
    drawn = (rng.integers(0, draws + 1, records) for _ in range(simulations))
    counts = np.stack([np.bincount(one, minlength=draws + 1).cumsum() for one in drawn])
    inner = counts[:, :-1]  # the last is all of them
    law = scipy.stats.binom(records, shares[:-1])
    tails = np.minimum(law.cdf(inner), law.sf(inner - 1))
    gamma = np.quantile(tails.min(axis=1), 1 - level) if draws else 0.5
    low, high = (scipy.stats.binom.ppf(tail, records, shares) for tail in (gamma, 1 - gamma))
    return low / records, high / records


def calibration(
    names: Iterable[str],
    truths: np.ndarray,
    draws: np.ndarray,
    *,
    level: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Say of each parameter whether the curve of its ranks stays inside the band.

    Columns: ``parameter``, ``records``, ``inside`` (the whole curve; ``level`` is shared among all
    parameters), ``largest_gap`` (from the diagonal), ``p`` (Kolmogorov-Smirnov, of this parameter
    alone) and ``mean_rank`` (above a half: draws are too low).
    """
    named, (truths, draws) = list(names), _checked(truths, draws)
    ranked, count = ranks(truths, draws, seed=seed), draws.shape[1]
    shares, curve = ecdf(ranked, count)
    low, high = band(len(truths), count, level=1 - (1 - level) / len(named), seed=seed)
    rng = np.random.default_rng(seed + 1)
    uniform = (ranked + rng.random(ranked.shape)) / (count + 1)
    within = (curve >= low[:, None] - 1e-12) & (curve <= high[:, None] + 1e-12)
    columns = {
        "parameter": named,
        "records": len(truths),
        "inside": within.all(axis=0),
        "largest_gap": np.abs(curve - shares[:, None]).max(axis=0),
        "p": [scipy.stats.kstest(column, "uniform").pvalue for column in uniform.T],
        "mean_rank": [column.mean() for column in uniform.T],
    }
    return pd.DataFrame(columns)


def coverage(
    names: Iterable[str], truths: np.ndarray, draws: np.ndarray, *, levels: Iterable[float] = LEVELS
) -> pd.DataFrame:
    """Say how often central intervals of draws [n, draws, d] cover the truths [n, d].

    A row per level and parameter and one for ``all`` together: ``level``, ``parameter``,
    ``covered`` (share of records), ``low`` and ``high`` (an interval of 95 %: Clopper-Pearson for a
    parameter; for ``all`` a t interval over records, since one record's parameters are not
    independent), ``records``.
    """
    truths, draws = _checked(truths, draws)
    n, rows = len(truths), []
    for level in levels:
        if not 0 < level < 1:
            raise PosteriorError(f"level = {level!r} must lie between 0 and 1")
        low, high = np.quantile(draws, [0.5 - level / 2, 0.5 + level / 2], axis=1)
        inside = (truths >= low) & (truths <= high)
        for i, name in enumerate(names):
            hits = int(inside[:, i].sum())
            limits = scipy.stats.binomtest(hits, n).proportion_ci(0.95, method="exact")
            rows.append((level, name, inside[:, i].mean(), limits.low, limits.high, n))
        each, half = inside.mean(axis=1), np.nan
        if n > 1:
            half = scipy.stats.t.ppf(0.975, n - 1) * each.std(ddof=1) / np.sqrt(n)
        rows.append((level, "all", each.mean(), each.mean() - half, each.mean() + half, n))
    return pd.DataFrame(rows, columns=["level", "parameter", "covered", "low", "high", "records"])


def recovery(
    names: Iterable[str],
    truths: np.ndarray,
    draws: np.ndarray,
    *,
    prior: np.ndarray,
    level: float = 0.9,
) -> pd.DataFrame:
    """Say how near posterior means come to the truth, and how much a record says at all.

    A row per ``parameter``: ``error`` (root mean square of posterior mean less truth, in standard
    deviations of the ``prior`` [m, d]: 1 is no better than its mean); ``bias`` (its mean,
    likewise); ``correlation`` of means and truths; ``shrinkage`` (1 - mean posterior variance /
    prior variance, 0 if the record says nothing); ``covered``, ``low``, ``high`` and ``records``.
    """
    named, sd = list(names), np.asarray(prior, float).std(axis=0)
    covered = coverage(named, truths, draws, levels=[level]).set_index("parameter")
    if sd.shape != (len(named),) or not (sd > 0).all():
        raise PosteriorError(
            f"the prior must have {len(named)} columns that vary, not {np.shape(prior)}"
        )
    mean = np.asarray(draws, float).mean(axis=1)
    gap = (mean - truths) / sd
    rows = [
        {
            "parameter": name,
            "error": float(np.sqrt((gap[:, i] ** 2).mean())),
            "bias": float(gap[:, i].mean()),
            "correlation": float(np.corrcoef(mean[:, i], truths[:, i])[0, 1]),
            "shrinkage": float(1 - (draws[:, :, i].var(axis=1) / sd[i] ** 2).mean()),
            **covered.loc[name, ["covered", "low", "high", "records"]].to_dict(),
        }
        for i, name in enumerate(named)
    ]
    return pd.DataFrame(rows)
