"""A recovery study: what comes back of known parameters from synthetic records."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from defection.batch_runs.inference.calibration import coverage
from defection.batch_runs.inference.errors import PosteriorError
from defection.batch_runs.inference.observation import NegativeBinomial
from defection.batch_runs.inference.pairs import Pairs


def synthetic(
    pairs: Pairs, count: int, *, observation: NegativeBinomial | None = None, seed: int = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return parameters [count, d] and synthetic records [count, years] of runs drawn without repetition, and which runs they are, [count].

    A posterior must not have learned from them: train it on the others,
    ``pairs.part(np.delete(np.arange(len(pairs)), rows))``.
    """
    if count > len(pairs):
        raise PosteriorError(
            f"{count} records are asked for, but there are {len(pairs)} usable runs"
        )
    rng = np.random.default_rng(seed)
    rows = rng.choice(len(pairs), size=count, replace=False)
    return (
        pairs.unit[rows],
        (observation or NegativeBinomial()).observed(pairs.successes[rows], rng),
        rows,
    )


def recovery(
    names: Iterable[str],
    truths: np.ndarray,
    draws: np.ndarray,
    *,
    prior: np.ndarray,
    level: float = 0.9,
) -> pd.DataFrame:
    """Return a row per parameter: how near the truth posterior means come, and what the record tells at all.

    Parameters
    ----------
    names : iterable of str
        The parameters.
    truths, draws : arrays
        [n, d] and [n, draws, d]
    prior : array
        Positions before any record, [m, d], such as ``pairs.unit``.
    level : float
        Of the intervals whose coverage is told.

    Returns
    -------
    DataFrame
        ``parameter``; ``error`` (root mean square of posterior mean less truth, in standard
        deviations of the prior: 1 is no better than the prior's mean); ``bias`` (its mean,
        likewise); ``correlation`` of means and truths; ``shrinkage`` (1 - mean posterior variance /
        prior variance: 0 means that the record says nothing); ``covered``, ``low``, ``high`` and
        ``records``.
    """
    named, spread = list(names), np.asarray(prior, float).std(axis=0)
    covered = coverage(named, truths, draws, levels=[level]).set_index("parameter")
    if spread.shape != (len(named),) or not (spread > 0).all():
        raise PosteriorError(
            f"the prior must have {len(named)} columns that vary, not {np.shape(prior)}"
        )
    mean = np.asarray(draws, float).mean(axis=1)
    gap = (mean - truths) / spread
    rows = [
        {
            "parameter": name,
            "error": float(np.sqrt((gap[:, i] ** 2).mean())),
            "bias": float(gap[:, i].mean()),
            "correlation": float(np.corrcoef(mean[:, i], truths[:, i])[0, 1]),
            "shrinkage": float(1 - (draws[:, :, i].var(axis=1) / spread[i] ** 2).mean()),
            **covered.loc[name, ["covered", "low", "high", "records"]].to_dict(),
        }
        for i, name in enumerate(named)
    ]
    return pd.DataFrame(rows)
