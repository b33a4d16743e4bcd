"""The paper's own search, made again with as many runs: what its good runs have in common."""

import math

import pandas as pd

from defection.parameters import PARAMETERS, Reported
from defection.replication.markdown import shown
from defection.replication.reported import PAPER, PRIOR_LINE, Line, line_text
from defection.replication.result import Judgement, Result, Tables
from defection.replication.runs import Runs
from defection.replication.verdicts import NOT, REPRODUCED, UNDECIDED, formatted, most, together

RULE = (
    "The paper does not say from which score on a run is good: each answer is given for the best 5 "
    "%, 1 % and 0.1 % of the search's runs, and reproduced or not where all three agree. A "
    "parameter with a mean and a standard deviation: reproduced if the mean of the good runs lies "
    "within two of the paper's standard deviations of its mean and theirs is at most twice the "
    "paper's; not reproduced if neither. The line: reproduced if the residual standard error is at "
    "most twice the paper's. As a whole: reproduced if all are, not if more than half are not."
)


def of_shape(mean: float, sd: float, paper: Reported) -> str:
    """Return the verdict on one parameter for one share of good runs."""
    low, high = paper.span(2.0) or (math.nan, math.nan)
    there, narrow = low <= mean <= high, sd <= (high - low) / 2
    return REPRODUCED if there and narrow else UNDECIDED if there or narrow else NOT


def summarised(table: pd.DataFrame) -> pd.DataFrame:
    """Return a row per parameter: the paper's words, ours for each share, and the verdict.

    There is a verdict where the paper gives a mean and a standard deviation.
    """
    rows = []
    for name, part in table.groupby("parameter", sort=False):
        paper, ours = PAPER.get(str(name)), list(zip(part["mean"], part["deviation"], strict=True))
        texts = [f"{formatted(mean)} (s.d. {formatted(sd)})" for mean, sd in ours]
        row = {"parameter": name, "the paper": str(paper) if paper else ""}
        row |= dict(zip((f"best {share:.1%}" for share in part["share"]), texts, strict=True))
        known = paper if paper and paper.sd is not None else None
        verdict = together([of_shape(mean, sd, known) for mean, sd in ours]) if known else ""
        rows.append(row | {"verdict": verdict})
    return pd.DataFrame(rows)


def compute(runs: Runs) -> Tables:
    """Return what the stored search's good runs have in common."""
    stored = runs.tables("paper_search_runs")
    about, region = stored["paper_search.json"], stored["paper_search_region"]
    best = stored["paper_search"].sort_values("vertical", kind="stable").iloc[0]
    region = region[~region["distinct"]].sort_values("share", ascending=False, kind="stable")
    names = ("intercept", "slope", "residual", "correlation")
    lines = [
        {"runs": f"best {one['share']:.1%}", **{name: one[name] for name in names}}
        for one in about["lines"]
        if not one["distinct"]
    ]
    size = {"searches": about["chains"], "runs": about["points"], "root": about["root"]}
    scores = ("vertical", "score_in_search", "score")
    best = pd.DataFrame([size | {name: best[name] for name in scores}])
    return {
        "paper_search": summarised(region),
        "paper_search_lines": pd.DataFrame(lines),
        "paper_search_best": best,
    }


def _judge(tables: Tables) -> Judgement:
    table, lines = tables["paper_search"], tables["paper_search_lines"]
    best = tables["paper_search_best"].iloc[0]
    narrow = lines["residual"] <= 2 * PRIOR_LINE.residual
    of_line = together([REPRODUCED if one else NOT for one in narrow])
    judged, last = table[table["verdict"] != ""], table.columns[-2]
    final = lines.iloc[-1].to_dict()
    said = f"{final.pop('runs')}: {line_text(Line(**final))}"
    symbols = [PARAMETERS[name].symbol or name for name in judged["parameter"]]
    parts = [
        (f"{symbol}: {row['the paper']}", row["verdict"], f"{last}: {row[last]}")
        for symbol, row in zip(symbols, judged.to_dict("records"), strict=True)
    ]
    parts.append((line_text(PRIOR_LINE), of_line, said))
    return Judgement(
        most([verdict for _, verdict, _ in parts]),
        f"{best['searches']:.0f} searches with {best['runs']:,.0f} runs in all. The best point "
        f"scores {formatted(best['vertical'])} by the search's distance on fresh seeds "
        f"({formatted(best['score_in_search'])} in the run that the search used), "
        f"{formatted(best['score'])} on the root scale. Even the best thousandth of its runs lie "
        f"widely: {said}. They share a slow adjustment and a high first repression.",
        parts=tuple(parts),
    )


RESULT = Result(
    name="paper_search", title="The paper's own search, made again", compute=compute, judge=_judge,
    needs=("paper_search_runs",), seconds=0, rule=RULE,
    texts={
        "search-good-runs": lambda tables: shown(tables["paper_search"]),
        "search-lines": lambda tables: shown(tables["paper_search_lines"]),
    },
    paper="Close to 100,000 simulations, each near the last; high scores lie in a very small "
    "region (means and standard deviations below).",
)  # fmt: skip
