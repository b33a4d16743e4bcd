"""Random forests fitted to all folds of the points but one, each judged on the fold it has not seen."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np
import scipy.stats

from defection.batch_runs.sensitivity.sample import Sample
from defection.batch_runs.sensitivity.table import LEVEL, ImportanceError
from defection.extras import needed

TRIED = 1 / 3
"""Share of the parameters that each split tries: R's randomForest, whose tables look like the appendix, takes it for regression."""

SMALLEST_LEAF = 5
"""Runs in the smallest leaf, likewise."""


@dataclasses.dataclass(frozen=True)
class Fit:
    """One forest, and the runs that it has not seen."""

    forest: Any
    unseen: np.ndarray
    outcome: np.ndarray
    quality: float
    """On the unseen runs: R2 of a number, area under the curve (AUC) of a yes and no."""


def scoring(outcome: np.ndarray) -> tuple[str, str]:
    """Return scikit-learn's name of the score of an outcome and ours."""
    return ("roc_auc", "AUC") if outcome.dtype == bool else ("r2", "R2")


def fits(
    sample: Sample, outcome: np.ndarray, unit: np.ndarray, *, trees: int, folds: int, seed: int
) -> Iterator[Fit]:
    """Yield a fit for each fold; all runs of a point are in the same fold, or a forest would know them by heart."""
    ensemble = needed("sklearn.ensemble", extra="search", purpose="a random forest")
    selection = needed("sklearn.model_selection", extra="search", purpose="a random forest")
    metrics = needed("sklearn.metrics", extra="search", purpose="a random forest")
    told = outcome.dtype == bool
    _check(sample, outcome, folds)
    kind, split = (
        (ensemble.RandomForestClassifier, selection.StratifiedGroupKFold)
        if told
        else (ensemble.RandomForestRegressor, selection.GroupKFold)
    )
    for number, (seen, unseen) in enumerate(
        split(n_splits=folds, shuffle=True, random_state=seed).split(unit, outcome, sample.point)
    ):
        forest = kind(
            n_estimators=trees,
            max_features=TRIED,
            min_samples_leaf=1 if told else SMALLEST_LEAF,
            n_jobs=1,
            random_state=seed + number,
        ).fit(unit[seen], outcome[seen])
        guess = forest.predict_proba(unit[unseen])[:, 1] if told else forest.predict(unit[unseen])
        judge = metrics.roc_auc_score if told else metrics.r2_score
        yield Fit(forest, unit[unseen], outcome[unseen], float(judge(outcome[unseen], guess)))


def _check(sample: Sample, outcome: np.ndarray, folds: int) -> None:
    points = len(np.unique(sample.point))
    if folds < 2:
        raise ImportanceError(f"folds = {folds} must be at least 2")
    if points < 10 * folds:
        raise ImportanceError(
            f"{points} points are too few for {folds} folds: run at least {10 * folds}"
        )
    if outcome.dtype == bool:
        rarer = min(len(np.unique(sample.point[outcome])), len(np.unique(sample.point[~outcome])))
        if rarer < 2 * folds:
            raise ImportanceError(
                f"the rarer answer stands at {rarer} of {points:,} points: at least {2 * folds} are needed for {folds} folds"
            )


def interval(by_fold: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return mean, low and high over folds, [folds, d] -> 3 x [d].

    Folds share most of their training runs, so the variance of the mean is s2 (1 / k + 1 / (k -
    1)), not s2 / k (Nadeau & Bengio 2003, corrected resampled t).
    """
    folds = len(by_fold)
    mean = by_fold.mean(axis=0)
    error = by_fold.std(axis=0, ddof=1) * np.sqrt(1 / folds + 1 / (folds - 1))
    half = scipy.stats.t.ppf(0.5 + LEVEL / 2, folds - 1) * error
    return mean, mean - half, mean + half
