"""The region in which runs neither die nor burst, learnt from a screen."""

from __future__ import annotations

import dataclasses
import importlib
from typing import Any

import numpy as np
import pandas as pd

from defection.batch_runs.designs import Space
from defection.batch_runs.execution.evaluation import SearchError
from defection.batch_runs.searches.generation import BELOW_ONE, check_between, check_whole, unit_of

FOLDS = 5
TREES = 300


@dataclasses.dataclass(frozen=True)
class Region:
    """Where a classifier expects runs that neither die nor burst.

    Made by :meth:`from_screen`; needs scikit-learn (``pip install "defection[search]"``).
    """

    space: Space
    classifier: Any
    threshold: float
    """Predicted probability from which a point counts as inside."""
    recall: float
    """Share of the screen's points in between that are inside, by predictions for points that were held out."""
    kept: float
    """Share of the whole screen that is inside, by the same predictions: of the space, where the screen covers it evenly."""
    auc: float
    """Area under the receiver operating curve of the same predictions; 0.5 is chance."""

    @classmethod
    def from_screen(
        cls, space: Space, screen: pd.DataFrame, *, recall: float = 0.9, seed: int = 0
    ) -> Region:
        """Learn the region from a screen's trace.

        Parameters
        ----------
        space : Space
            The space of the screen.
        screen : pandas.DataFrame
            What ``Screen.run`` returned.
        recall : float
            Share of the points in between that shall be inside; higher keeps more of the space.
        seed : int
            Seed of the classifier and of the folds.

        Raises
        ------
        SearchError
            Fewer than ten points in between, or nothing else: there is no region to learn.
        """
        check_between("region", 0.01, 1.0, recall=recall)
        try:
            ensemble, selection = (
                importlib.import_module("sklearn.ensemble"),
                importlib.import_module("sklearn.model_selection"),
            )
            metrics = importlib.import_module("sklearn.metrics")
        except ImportError:
            raise SearchError(
                'a region needs the package scikit-learn: pip install "defection[search]"'
            ) from None
        inside = screen["between"].to_numpy() >= 0.5
        least = 2 * FOLDS
        if inside.sum() < least or (~inside).sum() < least:
            raise SearchError(
                f"{int(inside.sum())} of {len(inside)} points neither die nor burst: at least {least} of them and {least} others are "
                "needed to learn where; screen more points, or another space"
            )
        unit = unit_of(space, screen)
        forest = ensemble.RandomForestClassifier(
            TREES,
            min_samples_leaf=3,
            class_weight="balanced_subsample",
            random_state=seed,
            n_jobs=1,
        )
        folds = selection.StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
        held_out = selection.cross_val_predict(
            forest, unit, inside, cv=folds, method="predict_proba"
        )[:, 1]
        threshold = float(np.quantile(held_out[inside], 1.0 - recall, method="lower"))
        return cls(
            space,
            forest.fit(unit, inside),
            threshold,
            float((held_out[inside] >= threshold).mean()),
            float((held_out >= threshold).mean()),
            float(metrics.roc_auc_score(inside, held_out)),
        )

    def probability(self, unit: np.ndarray) -> np.ndarray:
        """Return the predicted probability that a point of the unit cube [n, D] neither dies nor bursts, [n]."""
        return np.asarray(self.classifier.predict_proba(np.asarray(unit))[:, 1])

    def holds(self, unit: np.ndarray) -> np.ndarray:
        """Return whether points of the unit cube [n, D] are inside, [n]."""
        return np.asarray(self.probability(unit) >= self.threshold)

    def draw(self, count: int, *, seed: int) -> np.ndarray:
        """Return ``count`` points of the unit cube, uniform in the region, [count, D]."""
        check_whole("region", count=count)
        rng = np.random.default_rng(np.random.SeedSequence(seed))
        found: list[np.ndarray] = []
        for _ in range(1000):
            unit = np.minimum(rng.random((max(1024, count), len(self.space.varied))), BELOW_ONE)
            found.append(unit[self.holds(unit)])
            if sum(map(len, found)) >= count:
                return np.concatenate(found)[:count]
        raise SearchError(
            f"the region is too small to draw from: {sum(map(len, found))} of {count} points found"
        )
