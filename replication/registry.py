"""Every result in the order of the page, after the stored measurements that they rest on."""

import dataclasses

import pandas as pd

from defection.batch_runs.errors import check_known
from defection.replication import (
    baseline_runs,
    border_and_shares,
    decline,
    errata,
    extended_fit,
    figure_1,
    figure_2,
    figure_2_sensitivity,
    figure_4,
    figure_5,
    fit,
    importance,
    journey_fit,
    journey_posterior,
    learning,
    longer_stays,
    mechanisms,
    paper_search,
    paper_search_runs,
    points,
    posterior,
    readings,
    recovery,
    searches,
    sensitivity,
    statements,
    survey_points,
    uniqueness,
    who_leaves,
)
from defection.replication.kept import ReplicationError
from defection.replication.markdown import table
from defection.replication.result import Judgement, Result, Tables
from defection.replication.runs import Runs
from defection.replication.verdicts import NOT, REPRODUCED, SHOWN, UNDECIDED

STORED: tuple[Result, ...] = (
    *searches.RESULTS, recovery.RESULT, paper_search_runs.RESULT, points.RESULT,
    baseline_runs.RESULT, sensitivity.RESULT, posterior.RESULT, journey_fit.RESULT,
    journey_posterior.RESULT, extended_fit.RESULT, longer_stays.RESULT,
    survey_points.RESULT, border_and_shares.RESULT,
)  # fmt: skip
"""What results of the page rest on: searches, importances, posteriors, the points."""

PAGE: tuple[Result, ...] = tuple(
    module.RESULT
    for module in (
        figure_1, figure_2, figure_2_sensitivity, figure_4, figure_5, statements, fit, learning,
        mechanisms, uniqueness, paper_search, readings, importance, decline, who_leaves, errata,
    )
)  # fmt: skip
"""The results of the page, in its order; each is one file."""


@dataclasses.dataclass(frozen=True)
class Computed:
    """A result with what was computed and found.

    Parameters
    ----------
    result : Result
        What was computed.
    tables : mapping
        Its data frames by name.
    judgement : Judgement
        The verdict and what it rests on.
    sources : tuple of str
        Runs and files that it was computed from, in words.

    Examples
    --------
    >>> compute(PAGE[0], Runs(3)).sources
    ('model/data/north_korea/record.csv',)
    """

    result: Result
    tables: Tables
    judgement: Judgement
    sources: tuple[str, ...]


def compute(result: Result, runs: Runs) -> Computed:
    """Compute a result of the page and judge it."""
    runs.used.clear()
    runs.new[result.name] = tables = result.compute(runs)
    judgement = result.judge(tables) if result.judge else Judgement(SHOWN, "")
    kept = [f"kept: {name}" for name in result.needs if name not in runs.new and name != "points"]
    return Computed(result, tables, judgement, (*runs.used, *result.reads, *kept))


def every(runs: Runs) -> list[Computed]:
    """Compute all results of the page; runs are made as they are needed.

    Parameters
    ----------
    runs : Runs
        How many seeds of each point, threads, and where to log.

    Returns
    -------
    list of Computed
        Each with ``result`` (name, title, what the paper says, the rule), ``tables``,
        ``judgement`` (verdict, what was found here, parts) and ``sources``.

    Examples
    --------
    >>> from defection.replication import Runs
    >>> from defection.replication.registry import PAGE, compute
    >>> compute(PAGE[0], Runs(3)).judgement.verdict
    'shown'
    """
    return [compute(result, runs) for result in PAGE]


def verdicts(found: list[tuple[str, Judgement]]) -> pd.DataFrame:
    """Return a row per result as a whole and per part: verdict and the figure that decides it."""
    rows = [
        (name, *part)
        for name, one in found
        for part in (("as a whole", one.verdict, one.figure), *one.parts)
    ]
    return pd.DataFrame(rows, columns=["result", "part", "verdict", "figure"])


def decided(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the parts of results, and results without parts; what is only shown is left out."""
    has_parts = rows.groupby("result")["part"].transform("size") > 1
    left_out = has_parts & (rows["part"] == "as a whole") | (rows["verdict"] == SHOWN)
    return rows[~left_out]


def counts(verdicts: pd.Series) -> str:
    """Return how many verdicts there are of each kind."""
    kinds = ", ".join(f"{(verdicts == one).sum()} {one}" for one in (REPRODUCED, NOT, UNDECIDED))
    return f"{len(verdicts)} verdicts: {kinds}."


def _section(tables: Tables) -> str:
    rows = decided(tables["verdicts"])
    cells = [(row.result, row.part, row.figure, f"**{row.verdict}**") for row in rows.itertuples()]
    return f"{counts(rows['verdict'])}\n\n{table(('result', 'part', 'here', 'verdict'), cells)}"


def _verdicts(runs: Runs) -> Tables:
    found = [(r.name, r.judge(runs.tables(r.name))) for r in PAGE if r.judge]
    return {"verdicts": verdicts(found)}


VERDICTS = Result(
    name="verdicts", title="All verdicts", compute=_verdicts, seconds=0,
    needs=tuple(result.name for result in PAGE), texts={"report-verdicts": _section},
)  # fmt: skip

RESULTS: dict[str, Result] = {result.name: result for result in (*STORED, *PAGE, VERDICTS)}
"""By name; every result stands after those that it needs."""


def result_named(name: str) -> Result:
    """Return a result by name; the error for an unknown one says the nearest."""
    check_known(f"there is no result {name!r}", name, RESULTS, ReplicationError)
    return RESULTS[name]
