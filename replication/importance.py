"""The importance of parameters beside the appendix's table, from a stored measurement.

Source: Dukalskis, Elkink & Xiong (2017), 'Appendix: random forest results'. It has no errors, no
floor of noise, and no row for the intercept of utility.
"""

import itertools

import numpy as np
import pandas as pd
import scipy.stats

from defection.batch_runs.sensitivity.table import ImportanceError, is_dummy
from defection.replication import drawing
from defection.replication.reported import published
from defection.replication.result import Judgement, Result, Tables
from defection.replication.runs import Runs
from defection.replication.verdicts import of_all, together
from defection.views.figures.figure import Figure as Drawing

SHUFFLES = 20_000
COMPARED = (
    ("score", "forest", "search"),
    ("score", "permutation", "search"),
    ("good", "forest", "search"),
    ("good", "permutation", "search"),
    ("score", "sobol_total", "whole box"),
)
"""Outcome, method and origin of the runs of the rankings that are compared."""
KEY = ["outcome", "method", "runs_from"]
RULE = (
    "Order: Spearman's correlation with the appendix's ten ranks. Reproduced: in each of the "
    "rankings compared at most 5 % of random orders agree as well. Not reproduced: in none. "
    "Undecided: in some. First two: reproduced if r and δ come first in each ranking, not "
    "reproduced if in none. Above noise: a parameter counts only where its interval lies above "
    "every dummy's."
)


def appendix() -> pd.DataFrame:
    """Return the paper's table: parameter, importance, share of the sum, its words."""
    table = published("appendix")
    return table.assign(share=table["importance"] / table["importance"].sum())


def rank_correlation(table: pd.DataFrame, *, seed: int = 0) -> pd.DataFrame:
    """Return Spearman's correlation of each outcome's and method's order with the paper's.

    ``chance``: the share of random orders (``seed``) that correlate at least as much; ``shared``:
    parameters compared; ``same_top_two``: whether the two most important are the paper's two.
    """
    paper = appendix().set_index("parameter")["importance"]
    rng, rows = np.random.default_rng(seed), []
    for (outcome, method), part in table.groupby(["outcome", "method"], sort=False):
        ours = part.set_index("parameter")["value"].reindex(paper.index).dropna()
        if len(ours) < 3:
            raise ImportanceError(
                f"{method} of {outcome}: {len(ours)} of the paper's {len(paper)} parameters are in "
                "the table; at least 3 are needed"
            )
        theirs = paper[ours.index]
        a, b = (scipy.stats.rankdata(side) for side in (ours, theirs))
        correlation = float(np.corrcoef(a, b)[0, 1]) if np.ptp(a) else 0.0
        norm = max(a.std() * b.std() * len(a), np.finfo(float).tiny)
        by_chance = (a[_orders(len(a), rng)] - a.mean()) @ (b - b.mean()) / norm
        chance = float((by_chance >= correlation - 1e-12).mean())
        top_two = set(ours.nlargest(2).index) == set(theirs.nlargest(2).index)
        rows.append((outcome, method, correlation, chance, len(a), top_two))
    columns = ["outcome", "method", "correlation", "chance", "shared", "same_top_two"]
    return pd.DataFrame(rows, columns=columns)


def _orders(count: int, rng: np.random.Generator) -> np.ndarray:
    """Return all orders of up to seven things, or many random ones, [orders, count]."""
    if count <= 7:
        return np.array(list(itertools.permutations(range(count))))
    return rng.permuted(np.tile(np.arange(count), (SHUFFLES, 1)), axis=1)


def part_of(table: pd.DataFrame, outcome: str, method: str, runs_from: str) -> pd.DataFrame:
    """Return one ranking of a table of several, by parameter."""
    return table.set_index(KEY).loc[[(outcome, method, runs_from)]].set_index("parameter")


def without_dummies(part: pd.DataFrame) -> pd.DataFrame:
    """Return a ranking without the columns that the model does not read."""
    return part[~is_dummy(part.index.to_series())]


def noise_floor(part: pd.DataFrame) -> float:
    """Return the highest end of a dummy's interval."""
    return float(part.loc[is_dummy(part.index.to_series()), "high"].max())


def ranked(table: pd.DataFrame) -> pd.DataFrame:
    """Return a row per parameter of the paper: value and rank, with * where above the noise."""
    paper = appendix()
    columns = {
        "parameter": paper["parameter"],
        "the paper, share": paper["share"].map("{:.2f}".format),
    }
    for key in COMPARED:
        part = part_of(table, *key)
        ranks = without_dummies(part)["value"].rank(ascending=False)
        marks = np.where(part["low"] > noise_floor(part), " *", "")
        texts = [f"{row.value:.2g} ({ranks.get(row.Index, 0):.0f}.)" for row in part.itertuples()]
        cells = pd.Series(texts, part.index) + marks
        columns["{}: {}, {}".format(*key)] = cells[paper["parameter"]].tolist()
    return pd.DataFrame(columns)


def compute(runs: Runs) -> Tables:
    """Lay the stored rankings beside the appendix's."""
    stored = runs.tables("sensitivity")
    table = stored["importance"]
    compared = pd.DataFrame(COMPARED, columns=KEY).merge(stored["rank_correlation"], how="left")
    parts = [part_of(table, *key) for key in COMPARED]
    first = [", ".join(without_dummies(p)["value"].nlargest(2).index) for p in parts]
    quality = [float(p["quality"].iloc[0]) for p in parts]
    drawn = table.merge(pd.DataFrame([COMPARED[0], COMPARED[3]], columns=KEY))
    return {
        "importance": ranked(table),
        "importance_correlations": compared.assign(first_two=first, quality=quality),
        "importance_intervals": drawn[[*KEY, "parameter", "value", "low", "high"]],
    }


def _judge(tables: Tables) -> Judgement:
    table = tables["importance_correlations"]
    order = of_all((table["chance"] <= 0.05).tolist())
    top = of_all(table["same_top_two"].astype(bool).tolist())
    best, goods = table.loc[table["correlation"].idxmax()], table.iloc[3]
    qualities = zip(COMPARED, table["quality"], strict=True)
    quality = ", ".join(f"{o}: {m}, {r} {value:.2f}" for (o, m, r), value in qualities)
    chance, first = f"{best['chance']:.0%}", goods["first_two"]
    said = f"best rank correlation {best['correlation']:+.2f}, by chance {chance}"
    return Judgement(
        together([order, top]),
        f"The best agreement of five rankings is {best['correlation']:+.2f} ({best['outcome']}, "
        f"{best['method']}), which {chance} of random orders reach. For 'is this run among the "
        f"good ones?' (permutation) the first two are {first}. Quality (R2, AUC or sum of S1): "
        f"{quality}.",
        parts=(
            ("the order", order, said),
            ("the first two: r and δ", top, f"for 'among the good ones' (permutation): {first}"),
        ),
    )


def _draw(tables: Tables) -> Drawing:
    figure = Drawing(figsize=(10, 4), layout="constrained")
    (left, *axes), paper = figure.subplots(1, 3, sharey=True), appendix()
    place = drawing.rows(left, paper["parameter"], fontsize=8)
    left.barh(place, paper["share"], color=drawing.ORANGE)
    left.set_title("the appendix, share", loc="left", fontsize=9)
    for axis, key in zip(axes, (COMPARED[0], COMPARED[3]), strict=True):
        part = part_of(tables["importance_intervals"], *key)
        ours = part.loc[paper["parameter"]]
        reach = [ours["value"] - ours["low"], ours["high"] - ours["value"]]
        noise = (min(0.0, float(ours["low"].min())), noise_floor(part))
        axis.axvspan(*noise, color=drawing.GREY, alpha=0.4, linewidth=0)
        style = {"fmt": "o", "markersize": 4, "color": drawing.MIDDLE, "capsize": 2}
        axis.errorbar(ours["value"], place, xerr=reach, **style)
        axis.set_title(f"{key[0]}: {key[1]}, runs of a search", loc="left", fontsize=9)
    return figure


RESULT = Result(
    name="importance", title="Which parameters matter, beside the appendix", compute=compute,
    judge=_judge, needs=("sensitivity",), reads=("published/appendix.csv",), seconds=0, rule=RULE,
    paper="A random forest puts the adjustment rate first and the famine's effect second, far "
    "before the others (appendix).",
    figures=drawing.figures(("importance", "Importance beside the appendix",
     "The appendix's impurity importances as shares; ours by forest (for the score) and by "
     "permutation (for 'among the good runs'), with intervals of 90 %; grey: up to the highest "
     "interval of the dummies, columns of noise.", _draw)),
)  # fmt: skip
