"""Sobol' indices: shares of an outcome's variance, first order and total.

The dummy is a column that the model does not read: between the two points that differ only in it,
only the seed differs. So its total index is the share of the variance that is due to chance, and it
is contained in every other total index.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from defection.batch_runs.sensitivity.ordered_design import Design, problem, sampled
from defection.batch_runs.sensitivity.sample import Sample
from defection.batch_runs.sensitivity.table import (
    LEVEL,
    REPLICATES,
    TAILS,
    ImportanceError,
    joined,
    tidy,
)
from defection.checks import whole
from defection.extras import needed

RESAMPLES = 200


def design(
    names: Iterable[str], *, points: int = 1024, dummy: bool = True, seed: int = 0
) -> Design:
    """Return Saltelli's design for first-order and total indices.

    Points x (d + 2) rows for d columns: ``names`` are the varied parameters, such as
    ``space.names``; ``points`` (a power of two) are base points of a scrambled Sobol' sequence;
    with ``dummy`` a column that no model reads is added.
    """
    whole("sobol: points", points, 2, error=ImportanceError)
    if points & (points - 1):
        raise ImportanceError(f"points = {points!r} must be a power of two")
    return sampled("sobol", names, points, dummy=dummy, seed=seed, calc_second_order=False)


def sobol(
    sample: Sample, outcome: str, *, design: Design, resamples: int = RESAMPLES, seed: int = 0
) -> pd.DataFrame:
    """Return first-order (``sobol_first``) and total (``sobol_total``) indices of every column.

    A yes and no counts as 1 and 0. Where points have replicates, their mean is analysed, and a row
    ``replicates`` says which share of the variance of single runs is between replicates.
    ``quality`` is the sum of the first-order indices: what is missing from 1 is interaction (and
    chance). Intervals are bootstrapped.
    """
    means, within = design.by_point(sample.point, sample.outcome(outcome))
    runs = len(sample.point)
    analyze = needed("SALib.analyze.sobol", extra="search", purpose="Sobol' analysis")
    if np.ptp(means) == 0:
        raise ImportanceError(
            f"{outcome} is the same at all {len(means):,} points: there is nothing to explain"
        )
    how = {"calc_second_order": False, "num_resamples": resamples, "conf_level": LEVEL}
    found = analyze.analyze(problem(design.names), means, seed=seed + 1, **how)  # 0 is none there
    about = {"quality": float(np.sum(found["S1"])), "quality_name": "sum of S1", "runs": runs}
    tables = []
    for index, method in (("S1", "sobol_first"), ("ST", "sobol_total")):
        value, half = np.asarray(found[index], float), np.asarray(found[f"{index}_conf"], float)
        limits = (value - half, value + half)
        tables.append(tidy(outcome, method, design.names, value, *limits, **about))
    if np.isfinite(within).all():
        row = _replicates(means, within, design, resamples, seed, runs / len(means))
        tables.append(tidy(outcome, "sobol_total", [REPLICATES], *([one] for one in row), **about))
    return joined(tables)


def _replicates(
    means: np.ndarray,
    within: np.ndarray,
    design: Design,
    resamples: int,
    seed: int,
    per_point: float,
) -> tuple[float, Any, Any]:
    """Return the share of a single run's variance between replicates; base points resampled."""
    blocks = np.arange(len(means)).reshape(design.count, -1)

    def share(rows: np.ndarray) -> float:
        chance = within[rows].mean()
        between = max(means[rows].var(ddof=1) - chance / per_point, 0.0)
        return float(chance / (chance + between)) if chance + between > 0 else 0.0

    again = np.random.default_rng(seed).integers(design.count, size=(resamples, design.count))
    low, high = np.quantile([share(blocks[rows].ravel()) for rows in again], TAILS)
    return share(blocks.ravel()), low, high
