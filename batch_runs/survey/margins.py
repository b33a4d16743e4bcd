"""The margins of samples beside the published ones, with a verdict by a written rule."""

from __future__ import annotations

import numpy as np
import pandas as pd

from defection.batch_runs.survey.interview import belongs
from defection.batch_runs.survey.published import CLASSES, SIMULATED, Margin

RULES = {
    "simulated": "inside where the published interval and the central 90 % of the runs' samples "
    "overlap, outside where they do not",
    "drawn": "no verdict: drawn by this share, so that agreement is no test",
    "set": "no verdict: set to this share, so that agreement is no test",
    "not modelled": "no verdict: left out here",
    "another survey": "no verdict: of other people",
}
"""How the verdict of each class of margins follows."""


def measured(table: pd.DataFrame, margins: tuple[Margin, ...]) -> np.ndarray:
    """Return the margins of a sample in percent; not a number where nobody is asked."""
    return np.array([_measured(table, one) for one in margins])


def _measured(table: pd.DataFrame, margin: Margin) -> float:
    if not margin.share.column:
        return np.nan
    among = table[belongs(table, margin.among)]
    if among.empty:
        return np.nan
    return 100.0 * float(belongs(among, margin.share).mean())


def margins_table(margins: tuple[Margin, ...], values: np.ndarray) -> pd.DataFrame:
    """Return a row per margin: published and simulated, class, verdict and rule.

    Parameters
    ----------
    margins : tuple of Margin
        What was published, M.
    values : array
        Of each run's sample, in percent, [runs, M].
    """
    rows = []
    for one, column in zip(margins, values.T, strict=True):
        has = column[np.isfinite(column)]
        low, middle, high = np.quantile(has, [0.05, 0.5, 0.95]) if has.size else [np.nan] * 3
        inside = bool(low <= one.high and high >= one.low) if has.size else None
        verdict = "no verdict"
        if one.kind == SIMULATED:
            verdict = "nobody" if inside is None else "inside" if inside else "outside"
        rows.append({
            "item": one.item, "group": one.group, "published_low": one.low,
            "published_high": one.high, "printed": one.printed, "simulated_median": middle,
            "simulated_5": low, "simulated_95": high, "class": one.kind,
            "inside": {True: "yes", False: "no", None: ""}[inside],
            "verdict": verdict, "rule": RULES[one.kind], "source": one.source, "note": one.note,
        })  # fmt: skip
    return pd.DataFrame(rows)


def score(margins: pd.DataFrame) -> tuple[int, int]:
    """Return how many simulated margins are inside, and how many there are.

    Drawn and set margins never count, whatever they agree with.

    Examples
    --------
    >>> score(pd.DataFrame({"class": ["simulated", "drawn"], "verdict": ["inside", "no verdict"]}))
    (1, 1)
    """
    own = margins[margins["class"] == SIMULATED]
    return int((own["verdict"] == "inside").sum()), len(own)


__all__ = ["CLASSES", "RULES", "margins_table", "measured", "score"]
