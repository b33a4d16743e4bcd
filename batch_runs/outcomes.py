"""Outcomes: the yearly counts of runs, what a run does, and single numbers by run and by point."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from defection.batch_runs.errors import ResultsError, check_known
from defection.batch_runs.store.results import SweepResults
from defection.batch_runs.store.table import JOURNEY_COLUMNS, complete_after
from defection.checks import whole
from defection.country import WEEKS_PER_YEAR
from defection.measures import FLOWS
from defection.parameters import ALL_PARAMETERS, nearest

if TYPE_CHECKING:
    import xarray as xr

NAMES = ("run_id", "point", "replicate", "seed", "status", "error")
"""Columns of the table of runs that say which run it was, or whether it was done."""


LEAST_SUCCESSES, LEAST_YEARS = 100, 5
"""Successes of a whole run, and years with any, below which a run is extinct."""

EXTINCT, SUSTAINED, RUNAWAY = FATES = ("extinct", "sustained", "runaway")
"""What a run does: (nearly) nobody leaves, people leave year after year, or it stops early."""


@dataclasses.dataclass(frozen=True)
class YearlyCounts:
    """One yearly flow of R runs over Y years, and which of these years each run completed.

    A year is complete if the run went on to the year's last week; a year that has begun but was cut
    short, because the run stopped early or was given fewer weeks, is not. ``counts`` are people in
    each year as far as it was run, 0 for a run that failed; ``share_run`` is weeks run as a share
    of all weeks of the table's years.
    """

    years: np.ndarray  # int [Y]
    counts: np.ndarray  # float [R, Y]
    complete: np.ndarray  # bool [R, Y]
    share_run: np.ndarray  # float [R]

    @classmethod
    def from_runs(cls, runs: pd.DataFrame, *, flow: str = "successes") -> YearlyCounts:
        """Read a flow of a table of runs: ``weeks_run``, ``FLOW_YEAR``, perhaps ``status``."""
        check_known(f"there is no flow {flow!r}", flow, (*FLOWS, *JOURNEY_COLUMNS), ResultsError)
        if len(runs) == 0:
            raise ResultsError("the table of runs is empty")
        pattern = re.compile(rf"{flow}_(\d+)")
        years = sorted(int(m[1]) for name in runs.columns if (m := pattern.fullmatch(str(name))))
        if not years or "weeks_run" not in runs.columns:
            name = "weeks_run" if years else f"{flow}_YEAR"
            near = nearest(name, tuple(map(str, runs.columns)))
            raise ResultsError(f"the table of runs has no column {name}{near}")
        weeks = runs["weeks_run"].to_numpy(np.float64, na_value=0.0)
        if "status" in runs.columns:
            weeks = np.where(runs["status"].to_numpy() == "done", weeks, 0.0)
        columns = runs[[f"{flow}_{year}" for year in years]]
        return cls._from_weeks(columns.to_numpy(np.float64, na_value=np.nan), weeks, years)

    @classmethod
    def from_ensemble(cls, data: xr.Dataset, *, flow: str = "successes") -> YearlyCounts:
        """Read what ``run_ensemble`` returned."""
        counts = data[f"yearly_{flow}"].to_numpy().astype(np.float64)
        return cls._from_weeks(counts, data["weeks_run"].to_numpy(), data["year"].to_numpy())

    @classmethod
    def _from_weeks(cls, counts: np.ndarray, weeks: np.ndarray, years: Any) -> YearlyCounts:
        dates = np.array(years, int)
        complete = weeks[:, None] >= (dates - dates[0] + 1) * WEEKS_PER_YEAR
        complete &= np.isfinite(counts)
        share = weeks / (len(dates) * WEEKS_PER_YEAR)
        return cls(dates, np.nan_to_num(counts), complete, share)

    def part(self, years: Iterable[int]) -> YearlyCounts:
        """Return some of the years; ``share_run`` stays that of all."""
        columns = np.searchsorted(self.years, list(years))
        return dataclasses.replace(
            self,
            years=self.years[columns],
            counts=self.counts[:, columns],
            complete=self.complete[:, columns],
        )

    @property
    def whole_years(self) -> np.ndarray:
        """The counts of complete years, [R, Y]; not a number in the others."""
        return np.where(self.complete, self.counts, np.nan)


def observed_flow(runs: pd.DataFrame | xr.Dataset) -> str:
    """Return what is compared with what was observed: ``arrivals`` or ``successes``.

    Where runs follow the journey their ``observed_measure`` says it.
    """
    if not any(str(name) in ("yearly_arrivals", "total_arrivals") for name in runs):
        return "successes"
    if "observed_measure" in runs:
        return str(runs["observed_measure"].to_numpy()[0])
    return str(runs.attrs.get("observed_measure", "arrivals"))


def fates(counts: YearlyCounts, stopped_early: np.ndarray) -> np.ndarray:
    """Return what each run does, by its successes and whether it stopped early, [R].

    It is ``runaway`` if it stopped early; ``extinct`` if it has fewer than 100 successes in all, or
    some in fewer than 5 years (of shorter runs: not in every year); else ``sustained``.
    """
    with_some = (counts.counts > 0).sum(axis=1)
    few = with_some < min(LEAST_YEARS, len(counts.years))
    extinct = few | (counts.counts.sum(axis=1) < LEAST_SUCCESSES)
    return np.where(np.asarray(stopped_early, bool), RUNAWAY, np.where(extinct, EXTINCT, SUSTAINED))


def finished(runs: pd.DataFrame) -> pd.DataFrame:
    """Return the runs of a table that ended without an error, with a fresh index."""
    if "status" not in runs.columns:
        raise ResultsError("the table of runs has no column status")
    done = runs[runs["status"] == "done"].reset_index(drop=True)
    if done.empty:
        raise ResultsError(f"none of the {len(runs):,} runs has finished")
    return done


def outcomes(results: SweepResults) -> list[str]:
    """Return the columns of the table of runs that are outcomes: numbers that a run gives."""
    return [name for name in results.columns if name not in NAMES and name not in ALL_PARAMETERS]


def checked_outcome(results: SweepResults, name: str) -> str:
    """Return ``name`` if it is an outcome, or raise ``ResultsError`` that says the nearest one."""
    known = outcomes(results)
    if name in known:
        return name
    if name in ALL_PARAMETERS or name in NAMES:
        what = "a parameter" if name in ALL_PARAMETERS else "the name or state of a run"
        raise ResultsError(
            f"{name} is {what}, not an outcome: take total_successes, weeks_run, stopped_early or "
            "another FLOW_YEAR"
        )
    raise ResultsError(
        f"there is no outcome {name!r}{nearest(str(name), tuple(known))}; there are weeks_run, "
        f"stopped_early, total_FLOW and FLOW_YEAR (flows: {', '.join(FLOWS)}; years: "
        f"{results.years[0]} to {results.years[-1]})"
    )


def words(outcome: str) -> str:
    """Return an outcome in words, such as ``successes in 1999``."""
    if outcome.startswith("total_"):
        return outcome.removeprefix("total_").replace("_", " ") + " in the whole run"
    flow, _, year = outcome.rpartition("_")
    if flow in (*FLOWS, *JOURNEY_COLUMNS) and year.isdecimal():
        return f"{flow.replace('_', ' ')} in {year}"
    said = {"weeks_run": "weeks run", "stopped_early": "runs that stopped early"}
    return said.get(outcome, outcome.replace("_", " "))


def unit(outcome: str) -> str:
    """Return an outcome's unit: ``number``, ``weeks`` or ``share``."""
    return {"weeks_run": "weeks", "stopped_early": "share"}.get(outcome, "number")


def checked_point(results: SweepResults, point: object) -> int:
    """Return ``point`` if the plan has a point of that number, or raise ``ResultsError``."""
    return whole("point", point, 0, most=results.plan.points - 1, error=ResultsError)


def done_runs(
    results: SweepResults, columns: list[str], *, point: int | None = None, whole: bool = True
) -> pd.DataFrame:
    """Return columns of the runs that are done (of one point, or of all), by point and replicate.

    Columns: ``point``, ``replicate`` and those asked for. A year's flow is not a number in runs
    that did not complete the year, if ``whole``. Of one point only its runs are kept in memory.
    """
    import pyarrow.compute as pc

    wanted = pc.field("status") == "done"
    if point is not None:
        wanted &= pc.field("point") == point
    names = list(dict.fromkeys(["point", "replicate", *columns, "weeks_run"]))
    table: pa.Table = results.dataset().to_table(columns=names, filter=wanted)
    frame = table.sort_by([("point", "ascending"), ("replicate", "ascending")]).to_pandas()
    for name in columns if whole else ():
        frame[name] = frame[name].where(frame["weeks_run"] >= complete_after(name, results.years))
    return frame if "weeks_run" in columns else frame.drop(columns="weeks_run")


def by_point(results: SweepResults, outcome: str) -> pd.DataFrame:
    """Return a row per planned point, in memory that does not grow with the number of runs.

    Columns: the parameters that vary; ``runs`` (done); ``mean``, ``sd`` of the outcome over the
    replicates (of a year's flow: those that completed the year) and ``low`` .. ``high``, the 90 %
    interval of the mean (missing with one replicate); ``stopped_early`` (share of the runs). A
    point without a run has no mean.
    """
    name = checked_outcome(results, outcome)
    table = results.summary(list(dict.fromkeys([name, "stopped_early"])))
    kept = table[[*results.varied, "runs"]].copy()
    for column in ("mean", "sd", "low", "high"):
        kept[column] = table[f"{name}_{column}"]
    return kept.assign(stopped_early=table["stopped_early_mean"])
