"""Outcomes: what a run gives as one number, and what the replicates of every point say of it."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from defection.batch_runs.store.results import ResultsError, SweepResults
from defection.measures import FLOWS
from defection.parameters import PARAMETERS, nearest

NAMES = ("run_id", "point", "replicate", "seed", "status", "error")
"""Columns of the table of runs that say which run it was, or whether it was done."""


def outcomes(results: SweepResults) -> list[str]:
    """Return the columns of the table of runs that are outcomes: numbers that a run gives (not its name, not what it was given)."""
    return [name for name in results.columns if name not in NAMES and name not in PARAMETERS]


def checked_outcome(results: SweepResults, name: str) -> str:
    """Return ``name`` if it is an outcome.

    Raises
    ------
    ResultsError
        It is none; the message says the nearest one.
    """
    known = outcomes(results)
    if name in known:
        return name
    if name in PARAMETERS or name in NAMES:
        what = "a parameter" if name in PARAMETERS else "the name or state of a run"
        raise ResultsError(
            f"{name} is {what}, not an outcome: take total_successes, weeks_run, stopped_early or another FLOW_YEAR"
        )
    raise ResultsError(
        f"there is no outcome {name!r}{nearest(str(name), tuple(known))}; there are weeks_run, stopped_early, total_FLOW and FLOW_YEAR "
        f"(flows: {', '.join(FLOWS)}; years: {results.years[0]} to {results.years[-1]})"
    )


def words(outcome: str) -> str:
    """Return an outcome in words, such as ``successes in 1999``."""
    if outcome.startswith("total_"):
        return outcome.removeprefix("total_").replace("_", " ") + " in the whole run"
    flow, _, year = outcome.rpartition("_")
    if flow in FLOWS and year.isdecimal():
        return f"{flow.replace('_', ' ')} in {year}"
    return {"weeks_run": "weeks run", "stopped_early": "runs that stopped early"}.get(
        outcome, outcome.replace("_", " ")
    )


def unit(outcome: str) -> str:
    """Return an outcome's unit: ``number``, ``weeks`` or ``share``."""
    return {"weeks_run": "weeks", "stopped_early": "share"}.get(outcome, "number")


def checked_point(results: SweepResults, point: object) -> int:
    """Return ``point`` if the plan has a point of that number, or raise ``ResultsError``."""
    if isinstance(point, bool) or not hasattr(point, "__index__"):
        raise ResultsError(
            f"point = {point!r} must be a whole number from 0 to {results.plan.points - 1:,}"
        )
    number = int(point.__index__())
    if not 0 <= number < results.plan.points:
        raise ResultsError(
            f"there is no point {number:,}: the points of this sweep are 0 to {results.plan.points - 1:,}"
        )
    return number


def done_runs(
    results: SweepResults, columns: list[str], *, point: int | None = None
) -> pd.DataFrame:
    """Return these columns of the runs that are done (of one point, or of all), by point and replicate.

    Columns: ``point``, ``replicate`` and those asked for; integers stay integers. Only these
    columns are read, and of one point only its runs are kept in memory.
    """
    import pyarrow.compute as pc

    wanted = pc.field("status") == "done"
    if point is not None:
        wanted &= pc.field("point") == point
    names = list(dict.fromkeys(["point", "replicate", *columns]))
    table: pa.Table = results.dataset().to_table(columns=names, filter=wanted)
    return table.sort_by([("point", "ascending"), ("replicate", "ascending")]).to_pandas()


def by_point(results: SweepResults, outcome: str) -> pd.DataFrame:
    """Return a row per planned point, in memory that does not grow with the number of runs.

    Columns: the parameters that vary; ``runs`` (done); ``mean``, ``sd`` of the outcome over the
    replicates and ``low`` .. ``high``, the 90 % interval of the mean (missing with one replicate);
    ``stopped_early`` (share of the runs). A point without a run has no mean.
    """
    name = checked_outcome(results, outcome)
    table = results.summary(list(dict.fromkeys([name, "stopped_early"])))
    kept = table[[*results.varied, "runs"]].copy()
    for column in ("mean", "sd", "low", "high"):
        kept[column] = table[f"{name}_{column}"]
    return kept.assign(stopped_early=table["stopped_early_mean"])
