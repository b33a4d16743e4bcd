"""What the good runs of a search have in common, as the paper tells it of its own: means, standard deviations, the prior's line."""

from __future__ import annotations

import numpy as np
import pandas as pd

from defection.batch_runs.designs import Space
from defection.batch_runs.execution.evaluation import SearchError
from defection.replication.reported import Line


def good_runs(trace: pd.DataFrame, share: float, *, distinct: bool = False) -> pd.DataFrame:
    """Return the best share of a trace, best first.

    Parameters
    ----------
    trace : DataFrame
        A row per point asked, with ``score``, lower for better; what did not finish (``nan``) is
        left out.
    share : float
        Above 0, below 1.
    distinct : bool
        Only the best of each walk and restart: points of one walk lie near each other because the
        walk does, whatever the region.
    """
    if not 0 < share < 1:
        raise SearchError(f"share = {share!r} must be a share of the runs above 0 and below 1")
    ranked = trace[np.isfinite(trace["score"])].sort_values("score", kind="stable")
    good = ranked.head(max(1, int(np.ceil(share * len(ranked)))))
    if distinct:
        missing = [name for name in ("start", "restart") if name not in good]
        if missing:
            raise SearchError(
                f"distinct: the trace has no column {missing[0]!r}; it is that of no paper walk"
            )
        good = good.drop_duplicates(["start", "restart"])
    return good.reset_index(drop=True)


def described(good: pd.DataFrame, space: Space) -> pd.DataFrame:
    """Return a row per varied parameter: ``mean`` and ``deviation`` over good runs, and how much narrower than the range they lie.

    ``narrowing`` is the standard deviation in the unit cube over that of an even spread, 1 / √12: 1
    says that good runs lie anywhere.
    """
    if len(good) < 3:
        raise SearchError(f"{len(good)} good runs are too few to describe: take a larger share")
    spread = space.unit(good).std(axis=0, ddof=1) * np.sqrt(12.0)
    rows = []
    for name, narrowing in zip(space.names, spread, strict=True):
        values = good[name].astype(float)
        rows.append(
            {
                "parameter": name,
                "mean": values.mean(),
                "deviation": values.std(ddof=1),
                "narrowing": narrowing,
            }
        )
    return pd.DataFrame(rows)


def prior_line(good: pd.DataFrame) -> Line:
    """Return the least-squares line of ``prior_alpha`` on ``prior_beta`` (Results: 'α₀ = 26 + 0.66 β₀')."""
    if len(good) < 3:
        raise SearchError(f"{len(good)} good runs are too few for a line: take a larger share")
    beta, alpha = good["prior_beta"].to_numpy(float), good["prior_alpha"].to_numpy(float)
    if np.ptp(beta) == 0 or np.ptp(alpha) == 0:
        raise SearchError("the prior does not vary among the good runs: there is no line to fit")
    slope, intercept = np.polyfit(beta, alpha, 1)
    left = alpha - intercept - slope * beta
    return Line(
        float(intercept),
        float(slope),
        float(np.sqrt((left**2).sum() / (len(good) - 2))),
        float(np.corrcoef(beta, alpha)[0, 1]),
    )
