"""Impurity importances of a random forest, as in the paper's appendix.

They are computed on the runs that the forest was grown on, so they give noise a share as well: read
them beside the dummies and beside :mod:`permutation
<defection.batch_runs.sensitivity.permutation>`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from defection.batch_runs.sensitivity.forest_fits import fits, interval, scoring
from defection.batch_runs.sensitivity.sample import Sample
from defection.batch_runs.sensitivity.table import tidy


def forest(
    sample: Sample,
    outcome: str,
    *,
    trees: int = 200,
    folds: int = 5,
    dummies: int = 3,
    seed: int = 0,
) -> pd.DataFrame:
    """Return the share of the decrease in impurity that the splits on each parameter make; all shares sum to 1.

    Parameters
    ----------
    sample : Sample
        Any runs: no design is needed.
    outcome : str
        The column of ``sample.outcomes`` that is explained.
    trees, folds : int
        Trees of a forest; one forest is grown without each fold, and the interval is over folds.
    dummies : int
        Columns of noise that are added: their share is the floor.
    seed : int
        Of folds, forests and dummies.
    """
    values = sample.outcome(outcome)
    names, unit = sample.with_dummies(dummies, seed)
    fitted = list(fits(sample, values, unit, trees=trees, folds=folds, seed=seed))
    shares = np.array([fit.forest.feature_importances_ for fit in fitted])
    quality = float(np.mean([fit.quality for fit in fitted]))
    return tidy(
        outcome,
        "forest",
        names,
        *interval(shares),
        quality=quality,
        quality_name=scoring(values)[1],
        runs=len(values),
    )
