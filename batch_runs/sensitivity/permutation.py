"""Permutation importances: what a forest's judgement of unseen runs loses where one column is shuffled."""

from __future__ import annotations

import numpy as np
import pandas as pd

from defection.batch_runs.sensitivity.forest_fits import fits, interval, scoring
from defection.batch_runs.sensitivity.sample import Sample
from defection.batch_runs.sensitivity.table import tidy
from defection.extras import needed


def permutation(
    sample: Sample,
    outcome: str,
    *,
    trees: int = 200,
    folds: int = 5,
    repeats: int = 5,
    dummies: int = 3,
    seed: int = 0,
) -> pd.DataFrame:
    """Return the loss in R2 (or AUC of a yes and no) on unseen runs when a parameter's values are shuffled among them.

    A parameter without effect loses nothing; one that can be guessed from others loses little even
    where it matters, so look at correlations first where the runs come from a search.

    Parameters
    ----------
    sample, outcome, trees, folds, dummies, seed
        As for ``forest``.
    repeats : int
        Shuffles of each column in each fold.
    """
    inspection = needed("sklearn.inspection", extra="search", purpose="permutation importance")
    values = sample.outcome(outcome)
    names, unit = sample.with_dummies(dummies, seed)
    measure, called = scoring(values)
    losses, qualities = [], []
    for number, fit in enumerate(fits(sample, values, unit, trees=trees, folds=folds, seed=seed)):
        told = inspection.permutation_importance(
            fit.forest,
            fit.unseen,
            fit.outcome,
            scoring=measure,
            n_repeats=repeats,
            random_state=seed + number,
            n_jobs=1,
        )
        losses.append(told.importances_mean)
        qualities.append(fit.quality)
    return tidy(
        outcome,
        "permutation",
        names,
        *interval(np.array(losses)),
        quality=float(np.mean(qualities)),
        quality_name=called,
        runs=len(values),
    )
