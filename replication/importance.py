"""The importance of parameters beside the appendix's table, from stored measurements."""

from __future__ import annotations

import pandas as pd

from defection.batch_runs.sensitivity.table import is_dummy
from defection.replication.appendix import appendix
from defection.replication.finding import NOT, REPRODUCED, UNDECIDED, Finding, together
from defection.replication.measured import measured
from defection.replication.runs import Evidence

SHOWN = (("score", "forest", "search"), ("score", "permutation", "search"), ("good", "forest", "search"), ("good", "permutation", "search"),
         ("score", "sobol_total", "whole box"))  # fmt: skip
RULE = (
    "Order: Spearman's correlation with the appendix's ten ranks. Reproduced: in each of the rankings shown at most 5 % of random orders "
    "agree as well. Not reproduced: in none. Undecided: in some. First two: reproduced if r and δ come first in each ranking, not "
    "reproduced if in none. Above noise: a parameter counts only where its interval lies above every dummy's."
)


def ranked(table: pd.DataFrame, paper: pd.DataFrame) -> pd.DataFrame:
    """Return a row per parameter of the paper: its share there, and in each ranking the value with * where it is above the noise."""
    rows = []
    for name, share in zip(paper["parameter"], paper["share"], strict=True):
        row = {"parameter": name, "the paper, share": f"{share:.2f}"}
        for outcome, method, runs_from in SHOWN:
            part = _part(table, outcome, method, runs_from)
            one = part.loc[name]
            floor = part.loc[is_dummy(part.index.to_series()), "high"].max()
            rank = int(
                part.loc[~is_dummy(part.index.to_series()), "value"].rank(ascending=False)[name]
            )
            row[f"{outcome}: {method}, {runs_from}"] = f"{one['value']:.2g} ({rank}.)" + (
                " *" if one["low"] > floor else ""
            )
        rows.append(row)
    return pd.DataFrame(rows)


def _part(table: pd.DataFrame, outcome: str, method: str, runs_from: str) -> pd.DataFrame:
    chosen = (
        (table["outcome"] == outcome)
        & (table["method"] == method)
        & (table["runs_from"] == runs_from)
    )
    return table[chosen].set_index("parameter")


def of_all(yes: list[bool]) -> str:
    """Return the verdict on something that should be so in every ranking."""
    return REPRODUCED if all(yes) else UNDECIDED if any(yes) else NOT


def finding(_evidence: Evidence) -> Finding:
    """Compare the order of the parameters with the appendix's."""
    table, correlations = measured("importance"), measured("rank_correlation")
    shown = pd.DataFrame(SHOWN, columns=["outcome", "method", "runs_from"]).merge(
        correlations, how="left", validate="one_to_one"
    )
    order, top = (
        of_all((shown["chance"] <= 0.05).tolist()),
        of_all(shown["same_top_two"].astype(bool).tolist()),
    )
    best = shown.loc[shown["correlation"].idxmax()]
    goods = _part(table, "good", "permutation", "search")
    first = goods[~is_dummy(goods.index.to_series())]["value"].nlargest(2).index.tolist()
    quality = ", ".join(
        f"{o}: {m}, {r} {_part(table, o, m, r)['quality'].iloc[0]:.2f}" for o, m, r in SHOWN
    )
    return Finding(
        "importance", "Which parameters matter, beside the appendix",
        "A random forest puts the adjustment rate first and the famine's effect second, far before the others (appendix).",
        f"The best agreement of five rankings is {best['correlation']:+.2f} ({best['outcome']}, {best['method']}), which "
        f"{best['chance']:.0%} of random orders reach. For 'is this run among the good ones?' (permutation) the first two are {first[0]} "
        f"and {first[1]}. Quality (R2, AUC or sum of S1): {quality}.",
        together([order, top]), RULE,
        {"importance": ranked(table, appendix()), "importance_correlations": shown},
        ("stored: replication/tables/importance (scripts/measure_importance.py, roots 2017 to 2019)",),
        (
            ("the order", order, f"best rank correlation {best['correlation']:+.2f}, by chance {best['chance']:.0%}"),
            ("the first two: r and δ", top, f"for 'among the good ones' (permutation): {first[0]}, {first[1]}"),
        ),
    )  # fmt: skip
