"""Sobol' indices: shares of an outcome's variance, first order and total, with bootstrap intervals.

The dummy is a column that the model does not read: between the two points that differ only in it,
only the seed differs. So its total index is the share of the variance that is due to chance, and it
is contained in every other total index.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from defection.batch_runs.sensitivity.ordered_design import Design, columns
from defection.batch_runs.sensitivity.sample import Sample
from defection.batch_runs.sensitivity.table import LEVEL, REPLICATES, ImportanceError, joined, tidy
from defection.extras import needed

RESAMPLES = 200


def design(
    names: Iterable[str], *, points: int = 1024, dummy: bool = True, seed: int = 0
) -> Design:
    """Return Saltelli's design for first-order and total indices, points x (d + 2) rows for d columns.

    Parameters
    ----------
    names : iterable of str
        The varied parameters, such as ``space.names``.
    points : int
        Base points, a power of two.
    dummy : bool
        Whether a column that no model reads is added.
    seed : int
        Of the scrambled Sobol' sequence.
    """
    named = columns(tuple(names), dummy)
    if points < 2 or points & (points - 1):
        raise ImportanceError(f"points = {points!r} must be a power of two")
    sample = needed("SALib.sample.sobol", extra="search", purpose="Sobol' analysis")
    unit = sample.sample(
        _problem(named), points, calc_second_order=False, seed=np.random.default_rng(seed)
    )
    return Design("sobol", named, unit, points)


def _problem(names: tuple[str, ...]) -> dict[str, object]:
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}


def sobol(
    sample: Sample, outcome: str, *, design: Design, resamples: int = RESAMPLES, seed: int = 0
) -> pd.DataFrame:
    """Return first-order (``sobol_first``) and total (``sobol_total``) indices of every column of the design.

    A yes and no counts as 1 and 0. Where points have replicates, their mean is analysed, and a row
    ``replicates`` says which share of the variance of single runs is between replicates.
    ``quality`` is the sum of the first-order indices: what is missing from 1 is interaction (and
    chance).
    """
    means, within = design.by_point(sample.point, sample.outcome(outcome))
    return _indices(means, within, outcome, design, resamples, seed, len(sample.point))


def convergence(
    sample: Sample,
    outcome: str,
    *,
    design: Design,
    smallest: int = 64,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> pd.DataFrame:
    """Return the indices from the first 64, 128 ... base points of the same design, with their number in a column ``points``."""
    means, within = design.by_point(sample.point, sample.outcome(outcome))
    width = len(design.names) + 2
    sizes = [
        2**power
        for power in range(design.count.bit_length())
        if smallest <= 2**power <= design.count
    ]
    if not sizes:
        raise ImportanceError(
            f"smallest = {smallest} is above the design's {design.count} base points"
        )
    tables = []
    for size in sizes:
        part = Design(design.method, design.names, design.unit[: size * width], size)
        tables.append(
            _indices(
                means[: size * width],
                within[: size * width],
                outcome,
                part,
                resamples,
                seed,
                size * width,
            ).assign(points=size)
        )
    return joined(tables)


def _indices(
    means: np.ndarray,
    within: np.ndarray,
    outcome: str,
    design: Design,
    resamples: int,
    seed: int,
    runs: int,
) -> pd.DataFrame:
    analyze = needed("SALib.analyze.sobol", extra="search", purpose="Sobol' analysis")
    if np.ptp(means) == 0:
        raise ImportanceError(
            f"{outcome} is the same at all {len(means):,} points: there is nothing to explain"
        )
    found = analyze.analyze(
        _problem(design.names),
        means,
        calc_second_order=False,
        num_resamples=resamples,
        conf_level=LEVEL,
        seed=seed + 1,
    )  # SALib takes a seed of 0 for none
    about: dict[str, Any] = {
        "quality": float(np.sum(found["S1"])),
        "quality_name": "sum of S1",
        "runs": runs,
    }
    tables = []
    for index, method in (("S1", "sobol_first"), ("ST", "sobol_total")):
        value, half = np.asarray(found[index], float), np.asarray(found[f"{index}_conf"], float)
        tables.append(
            tidy(outcome, method, design.names, value, value - half, value + half, **about)
        )
    if np.isfinite(within).all():
        tables.append(_replicates(means, within, outcome, design, resamples, seed, about))
    return joined(tables)


def _replicates(
    means: np.ndarray,
    within: np.ndarray,
    outcome: str,
    design: Design,
    resamples: int,
    seed: int,
    about: dict[str, Any],
) -> pd.DataFrame:
    """Return the row of the share of a single run's variance that is between replicates; its interval resamples base points."""
    blocks, per_point = np.arange(len(means)).reshape(design.count, -1), about["runs"] / len(means)

    def share(rows: np.ndarray) -> float:
        chance = within[rows].mean()
        between = max(means[rows].var(ddof=1) - chance / per_point, 0.0)
        return float(chance / (chance + between)) if chance + between > 0 else 0.0

    again = np.random.default_rng(seed).integers(design.count, size=(resamples, design.count))
    tails = np.quantile(
        [share(blocks[rows].ravel()) for rows in again], [0.5 - LEVEL / 2, 0.5 + LEVEL / 2]
    )
    return tidy(
        outcome,
        "sobol_total",
        [REPLICATES],
        [share(blocks.ravel())],
        [tails[0]],
        [tails[1]],
        **about,
    )
