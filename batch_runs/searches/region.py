"""The region in which runs are sustained, learnt from a screen, and what good runs share."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pandas as pd

from defection.batch_runs.designs import Space
from defection.batch_runs.errors import SearchError
from defection.batch_runs.searches.generation import (
    BELOW_ONE,
    check_between,
    check_whole,
    drawn_inside,
    unit_of,
)
from defection.extras import needed

FOLDS = 5
TREES = 300


@dataclasses.dataclass(frozen=True)
class Region:
    """Where a classifier expects runs that are neither extinct nor runaway.

    Made by :meth:`from_screen`; needs scikit-learn (the extra ``search``).

    Parameters
    ----------
    space : Space
        The space of the screen.
    classifier : object
        Of scikit-learn, fitted to points of the unit cube.
    threshold : float
        Predicted probability from which a point counts as inside.
    recall : float
        Share of the screen's sustained points that are inside, by predictions for held-out points.
    kept : float
        Share of the whole screen that is inside, by the same predictions: of the space, where the
        screen covers it evenly.
    auc : float
        Area under the receiver operating curve of the same predictions; 0.5 is chance.

    Examples
    --------
    >>> space = Space.from_parameters(vary=["famine_effect", "initial_repression"])
    >>> unit = np.random.default_rng(1).random((200, 2))
    >>> screen = space.table(unit).assign(sustained=unit[:, 0] > 0.5)
    >>> Region.from_screen(space, screen).contains([[0.9, 0.5], [0.1, 0.5]]).tolist()
    [True, False]
    """

    space: Space
    classifier: Any
    threshold: float
    recall: float
    kept: float
    auc: float

    @classmethod
    def from_screen(
        cls, space: Space, screen: pd.DataFrame, *, recall: float = 0.9, seed: int = 0
    ) -> Region:
        """Learn the region from what ``Screen.run`` returned.

        ``recall`` is the share of the sustained points that shall be inside: higher keeps more of
        the space. Ten sustained points, and ten others, are needed (``SearchError``).
        """
        check_between("region", 0.01, 1.0, recall=recall)
        ensemble, selection, metrics = (
            needed(f"sklearn.{name}", extra="search", purpose="a region")
            for name in ("ensemble", "model_selection", "metrics")
        )
        inside, least = screen["sustained"].to_numpy() >= 0.5, 2 * FOLDS
        if inside.sum() < least or (~inside).sum() < least:
            raise SearchError(
                f"{int(inside.sum())} of {len(inside)} points are sustained: at least {least} of "
                f"them and {least} others are needed; screen more points, or another space"
            )
        unit = unit_of(space, screen)
        how = {"min_samples_leaf": 3, "class_weight": "balanced_subsample", "n_jobs": 1}
        forest = ensemble.RandomForestClassifier(TREES, random_state=seed, **how)
        folds = selection.StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
        held_out = selection.cross_val_predict(
            forest, unit, inside, cv=folds, method="predict_proba"
        )[:, 1]
        threshold = float(np.quantile(held_out[inside], 1.0 - recall, method="lower"))
        reached, kept = (float((part >= threshold).mean()) for part in (held_out[inside], held_out))
        auc = float(metrics.roc_auc_score(inside, held_out))
        return cls(space, forest.fit(unit, inside), threshold, reached, kept, auc)

    def probability(self, unit: np.ndarray) -> np.ndarray:
        """Return the predicted probability that unit-cube points [n, D] are sustained, [n]."""
        return np.asarray(self.classifier.predict_proba(np.asarray(unit))[:, 1])

    def contains(self, unit: np.ndarray) -> np.ndarray:
        """Return whether points of the unit cube [n, D] are inside, [n]."""
        return np.asarray(self.probability(unit) >= self.threshold)

    def draw(self, count: int, *, seed: int) -> np.ndarray:
        """Return ``count`` points of the unit cube, uniform in the region, [count, D]."""
        check_whole("region", count=count)
        rng = np.random.default_rng(np.random.SeedSequence(seed))
        shape = (max(1024, count), len(self.space.varied))
        draw = lambda: np.minimum(rng.random(shape), BELOW_ONE)  # noqa: E731
        return drawn_inside(draw, self.contains, count)


@dataclasses.dataclass(frozen=True)
class Line:
    """A regression of α₀ on β₀ over good runs; ``residual`` is its standard error."""

    intercept: float
    slope: float
    residual: float
    correlation: float | None = None

    def above(self, alpha: float | np.ndarray, beta: float | np.ndarray) -> float | np.ndarray:
        """Return how far α₀ lies above the line."""
        return alpha - self.intercept - self.slope * beta


def good_runs(trace: pd.DataFrame, share: float, *, distinct: bool = False) -> pd.DataFrame:
    """Return the best share of a trace, best first; what has no score is left out.

    With ``distinct`` only the best of each chain and restart of a paper search: points of one chain
    lie near each other because of its steps, whatever the region.
    """
    if not 0 < share < 1:
        raise SearchError(f"share = {share!r} must be a share of the runs above 0 and below 1")
    ranked = trace[np.isfinite(trace["score"])].sort_values("score", kind="stable")
    good = ranked.head(max(1, int(np.ceil(share * len(ranked)))))
    if distinct:
        if missing := [name for name in ("start", "restart") if name not in good]:
            raise SearchError(
                f"distinct: the trace has no column {missing[0]!r}; it is that of no paper search"
            )
        good = good.drop_duplicates(["start", "restart"])
    return good.reset_index(drop=True)


def described(good: pd.DataFrame, space: Space) -> pd.DataFrame:
    """Return a row per varied parameter: ``mean``, ``deviation`` and ``narrowing`` of good runs.

    ``narrowing`` is the standard deviation in the unit cube over that of a uniform distribution,
    1 / √12: 1 says that good runs lie anywhere.
    """
    if len(good) < 3:
        raise SearchError(f"{len(good)} good runs are too few to describe: take a larger share")
    values = good[space.names].astype(float)
    columns = {"mean": values.mean(), "deviation": values.std(ddof=1)}
    table = pd.DataFrame(columns).rename_axis("parameter").reset_index()
    return table.assign(narrowing=space.unit(good).std(axis=0, ddof=1) * np.sqrt(12.0))


def prior_line(good: pd.DataFrame) -> Line:
    """Return the least-squares line of ``prior_alpha`` on ``prior_beta`` ('α₀ = 26 + 0.66 β₀')."""
    if len(good) < 3:
        raise SearchError(f"{len(good)} good runs are too few for a line: take a larger share")
    beta, alpha = good["prior_beta"].to_numpy(float), good["prior_alpha"].to_numpy(float)
    if np.ptp(beta) == 0 or np.ptp(alpha) == 0:
        raise SearchError("the prior does not vary among the good runs: there is no line to fit")
    slope, intercept = np.polyfit(beta, alpha, 1)
    left = alpha - intercept - slope * beta
    residual = float(np.sqrt((left**2).sum() / (len(good) - 2)))
    return Line(float(intercept), float(slope), residual, float(np.corrcoef(beta, alpha)[0, 1]))
