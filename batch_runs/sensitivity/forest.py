"""Random forests fitted to all folds of the points but one: impurity and permutation importances.

Impurity importances, as in the paper's appendix, are computed on the runs that the forest was grown
on, so they give noise a share as well: read them beside the dummies and beside the permutation
importances, which are computed on held-out runs.
"""

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import scipy.stats

from defection.batch_runs.sensitivity.sample import Sample
from defection.batch_runs.sensitivity.table import LEVEL, ImportanceError, tidy
from defection.extras import needed

TRIED = 1 / 3
"""Share of the parameters that each split tries: that of R's randomForest for regression, whose
tables look like the appendix."""

SMALLEST_LEAF = 5
"""Runs in the smallest leaf, likewise."""


@dataclasses.dataclass(frozen=True)
class Fit:
    """One forest, its seed, and the runs that were held out."""

    seed: int
    forest: Any
    held_out: np.ndarray
    outcome: np.ndarray
    quality: float
    """On the held-out runs: R2 of a number, area under the curve (AUC) of a yes and no."""


def forest(sample: Sample, outcome: str, **settings: int) -> pd.DataFrame:
    """Return the share of the decrease in impurity that the splits on each parameter make.

    All shares sum to 1. ``sample`` holds any runs: no design is needed. Settings: ``trees`` of a
    forest (200); ``folds`` (5): one forest is grown without each, and the interval is over folds;
    ``dummies`` (3): columns of noise that are added, whose share is the floor; ``seed`` (0).
    """
    return _table(sample, outcome, "forest", lambda f, _: f.forest.feature_importances_, **settings)


def permutation(sample: Sample, outcome: str, *, repeats: int = 5, **settings: int) -> pd.DataFrame:
    """Return the loss in R2 (or AUC) on held-out runs when a parameter is shuffled among them.

    A parameter without effect loses nothing; one that can be guessed from others loses little even
    where it matters, so look at correlations first where the runs come from a search. ``repeats``
    are shuffles of each column in each fold; the other settings are those of :func:`forest`.
    """
    inspection = needed("sklearn.inspection", extra="search", purpose="permutation importance")

    def losses(fit: Fit, measure: str) -> np.ndarray:
        how = {"scoring": measure, "n_repeats": repeats, "random_state": fit.seed, "n_jobs": 1}
        found = inspection.permutation_importance(fit.forest, fit.held_out, fit.outcome, **how)
        return found.importances_mean

    return _table(sample, outcome, "permutation", losses, **settings)


def _table(
    sample: Sample,
    outcome: str,
    method: str,
    importance: Callable[[Fit, str], np.ndarray],
    *,
    trees: int = 200,
    folds: int = 5,
    dummies: int = 3,
    seed: int = 0,
) -> pd.DataFrame:
    values = sample.outcome(outcome)
    names, unit = sample.with_dummies(dummies, seed)
    measure, called = scoring(values)
    rows, qualities = [], []
    for fit in fits(sample, values, unit, trees=trees, folds=folds, seed=seed):
        rows.append(importance(fit, measure))
        qualities.append(fit.quality)
    about = {"quality": float(np.mean(qualities)), "quality_name": called, "runs": len(values)}
    return tidy(outcome, method, names, *interval(np.array(rows)), **about)


def scoring(outcome: np.ndarray) -> tuple[str, str]:
    """Return scikit-learn's name of the score of an outcome and ours."""
    return ("roc_auc", "AUC") if outcome.dtype == bool else ("r2", "R2")


def fits(
    sample: Sample, outcome: np.ndarray, unit: np.ndarray, *, trees: int, folds: int, seed: int
) -> Iterator[Fit]:
    """Yield a fit for each fold; all runs of a point are in the same fold."""
    ensemble, selection, metrics = (
        needed(f"sklearn.{name}", extra="search", purpose="a random forest")
        for name in ("ensemble", "model_selection", "metrics")
    )
    binary = outcome.dtype == bool
    _check(sample, outcome, folds)
    if binary:
        kind, leaf, split = ensemble.RandomForestClassifier, 1, selection.StratifiedGroupKFold
    else:
        kind, leaf, split = ensemble.RandomForestRegressor, SMALLEST_LEAF, selection.GroupKFold
    judge = metrics.roc_auc_score if binary else metrics.r2_score
    parts = split(n_splits=folds, shuffle=True, random_state=seed)
    for number, (train, test) in enumerate(parts.split(unit, outcome, sample.point)):
        how = {"max_features": TRIED, "min_samples_leaf": leaf, "random_state": seed + number}
        grown = kind(trees, n_jobs=1, **how).fit(unit[train], outcome[train])
        guess = grown.predict_proba(unit[test])[:, 1] if binary else grown.predict(unit[test])
        quality = float(judge(outcome[test], guess))
        yield Fit(seed + number, grown, unit[test], outcome[test], quality)


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
                f"the rarer value stands at {rarer} of {points:,} points: at least {2 * folds} are "
                f"needed for {folds} folds"
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
