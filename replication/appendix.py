"""The paper's own importance table, and how far another one has the same order.

Source: Dukalskis, Elkink & Xiong (2017), 'Appendix: random forest results' (``appendix.csv``). It
has no errors, no floor of noise, and no row for the intercept of utility.
"""

from __future__ import annotations

import itertools
import pathlib

import numpy as np
import pandas as pd
import scipy.stats

from defection.batch_runs.sensitivity.table import ImportanceError

FILE = pathlib.Path(__file__).parent / "known" / "appendix.csv"
SHUFFLES = 20_000


def appendix() -> pd.DataFrame:
    """Return the paper's table: parameter, importance, share of the sum and the words it is printed with."""
    table = pd.read_csv(FILE)
    return table.assign(share=table["importance"] / table["importance"].sum())


def rank_correlation(table: pd.DataFrame, *, seed: int = 0) -> pd.DataFrame:
    """Return Spearman's correlation of each outcome's and method's order with the paper's, over the parameters that both have.

    Returns
    -------
    DataFrame
        ``outcome``, ``method``, ``correlation``, ``chance`` (the share of random orders that
        correlate at least as much), ``shared`` (parameters compared) and ``same_top_two`` (whether
        the two most important are the paper's two).
    """
    paper = appendix().set_index("parameter")["importance"]
    rng = np.random.default_rng(seed)
    rows = []
    for (outcome, method), part in table.groupby(["outcome", "method"], sort=False):
        ours = part.set_index("parameter")["value"].reindex(paper.index).dropna()
        if len(ours) < 3:
            raise ImportanceError(
                f"{method} of {outcome}: {len(ours)} of the paper's {len(paper)} parameters are in the table; at least 3 are needed"
            )
        theirs = paper[ours.index]
        a, b = (scipy.stats.rankdata(side) for side in (ours, theirs))
        told = float(np.corrcoef(a, b)[0, 1]) if np.ptp(a) else 0.0
        orders = _orders(len(a), rng)
        by_chance = ((a[orders] - a.mean()) @ (b - b.mean())) / max(
            a.std() * b.std() * len(a), np.finfo(float).tiny
        )
        top = set(ours.nlargest(2).index) == set(theirs.nlargest(2).index)
        chance = float((by_chance >= told - 1e-12).mean())
        rows.append(
            {
                "outcome": outcome,
                "method": method,
                "correlation": told,
                "chance": chance,
                "shared": len(a),
                "same_top_two": top,
            }
        )
    return pd.DataFrame(rows)


def _orders(count: int, rng: np.random.Generator) -> np.ndarray:
    """Return all orders of up to seven things, or many random ones, [orders, count]."""
    if count <= 7:
        return np.array(list(itertools.permutations(range(count))))
    return rng.permuted(np.tile(np.arange(count), (SHUFFLES, 1)), axis=1)
