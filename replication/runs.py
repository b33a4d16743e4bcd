"""The runs that results rest on: a handful of points, each with the same seeds, all repeatable."""

import dataclasses
import pathlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from defection import checks
from defection.batch_runs.ensemble import run_ensemble
from defection.batch_runs.execution.evaluation import SearchError
from defection.country import Country, load
from defection.measures import FLOWS
from defection.replication.kept import Kept
from defection.replication.points import Point, points
from defection.replication.result import Tables
from defection.replication.seeds import run_seed

ROOT = 2017
"""The root of all seeds of the report."""

FULL, QUICK = 200, 20
"""Seeds of each point, where no other number is asked for."""

RECORDS = ("yearly", "yearly_by_province", "by_gender", "by_age")
WEEKLY = ("weekly_by_province", "states_by_province")
MOST_WEEKLY = 40
"""Weekly series are kept of so many runs of a point at most: they are large."""


@dataclasses.dataclass
class Runs:
    """What a result is computed with: the runs of the points, made when they are first needed.

    Parameters
    ----------
    replicates : int
        Seeds of every point, at least 3; 0 stands for 200, or 20 where ``quick``.
    quick : bool
        Leaves out what needs many runs beside those of the points.
    threads : int, optional
        As for ``run_ensemble``; the numbers do not depend on it.
    log : function of str
        Called with what is run.
    work : Path, optional
        Where a long computation keeps what it can go on from.
    stored : Kept
        The kept tables of other results.
    kept_points : str
        What becomes of points that searches have found before and that are kept: ``used`` where
        they still hold, ``left`` for a search in full, or ``compared`` with those of the same
        searches.

    Raises
    ------
    SearchError
        Fewer than three replicates.

    Examples
    --------
    >>> runs = Runs(replicates=3, threads=1)
    >>> runs.best.name, runs.yearly(runs.best).sizes["run"]
    ('region 1', 3)
    """

    replicates: int = 0
    quick: bool = False
    threads: int | None = None
    log: Callable[[str], object] = lambda _message: None
    work: pathlib.Path | None = None
    stored: Kept = dataclasses.field(default_factory=Kept)
    kept_points: str = "used"
    root: int = ROOT
    country: Country = dataclasses.field(default_factory=lambda: load("north_korea"))
    points: list[Point] = dataclasses.field(default_factory=points)
    made: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    """What was run: a row per ensemble."""
    used: list[str] = dataclasses.field(default_factory=list)
    """Runs that were read since this was last emptied, in words."""
    new: dict[str, Tables] = dataclasses.field(default_factory=dict)
    """Tables that were computed with these runs, by the name of their result."""

    def __post_init__(self) -> None:
        count = self.replicates or (QUICK if self.quick else FULL)
        self.replicates = checks.whole("runs", count, least=3, error=SearchError)
        self._ensembles: dict[Any, xr.Dataset] = {}

    @property
    def good(self) -> list[Point]:
        """The regions that fit nearly as well as the best, the best first."""
        return [point for point in self.points if point.good]

    @property
    def best(self) -> Point:
        """The best region."""
        return self.good[0]

    def point(self, name: str) -> Point:
        """Return a point by its name."""
        return next(point for point in self.points if point.name == name)

    def tables(self, name: str) -> Tables:
        """Return the tables of another result: computed with these runs, or kept."""
        return self.new[name] if name in self.new else self.stored.tables(name)

    def seeds(self, point: Point, count: int | None = None) -> list[int]:
        """Return the seeds of a point's runs."""
        numbers = range(self.replicates if count is None else count)
        return [run_seed(self.root, point.number, replicate) for replicate in numbers]

    def yearly(self, point: Point, **changes: Any) -> xr.Dataset:
        """Return a point's yearly flows, or those of the same seeds with parameters changed."""
        return self._run(point, self.replicates, ("yearly",) if changes else RECORDS, changes)

    def table(self, point: Point, **changes: Any) -> pd.DataFrame:
        """Return the same as a table of runs, as scores take it."""
        return table_of(self.yearly(point, **changes))

    def weekly(self, point: Point) -> xr.Dataset:
        """Return weekly flows and states by province of the first of a point's runs."""
        return self._run(point, min(self.replicates, MOST_WEEKLY), WEEKLY, {})

    def one(self, point: Point, replicate: int) -> xr.Dataset:
        """Return the weekly flows and states of one run."""
        self.used.append(f"run {point.number}-{replicate} ({point.name})")
        seed = [run_seed(self.root, point.number, replicate)]
        return run_ensemble(point.parameters, seed, record=WEEKLY, country=self.country, threads=1)

    def _run(
        self, point: Point, count: int, record: Sequence[str], changes: dict[str, Any]
    ) -> xr.Dataset:
        changed = ", ".join(f"{name} = {value}" for name, value in changes.items())
        ids = f"{point.number}-0 to {point.number}-{count - 1}"
        used = f"runs {ids} ({point.name}{', ' if changed else ''}{changed})"
        self.used += [] if used in self.used else [used]
        key = (point.number, count, tuple(record), changed)
        if key not in self._ensembles:
            self.log(f"{count:,} runs of {point.name}{' with ' if changed else ''}{changed}")
            parameters = point.parameters.replace(**changes)
            self._ensembles[key] = run_ensemble(
                parameters, self.seeds(point, count), record=record, country=self.country,
                threads=self.threads,
            )  # fmt: skip
            about = {"point": point.number, "name": point.name, "changed": changed}
            about |= {"root": self.root, "runs": count, "ids": ids, "recorded": ", ".join(record)}
            self.made.append(about | parameters.as_dict())
        return self._ensembles[key]


def table_of(data: xr.Dataset) -> pd.DataFrame:
    """Return an ensemble as a table of runs, as scores take it."""
    columns: dict[str, Any] = {"point": 0, "replicate": np.arange(data.sizes["run"])}
    columns |= {"status": "done", "weeks_run": data["weeks_run"].to_numpy()}
    columns["stopped_early"] = data["stopped_early"].to_numpy()
    for flow in FLOWS:
        counts, years = data[f"yearly_{flow}"].to_numpy(), data["year"].to_numpy().tolist()
        columns |= {f"{flow}_{year}": counts[:, y] for y, year in enumerate(years)}
    return pd.DataFrame(columns)


def whole(data: xr.Dataset) -> xr.Dataset:
    """Return the runs that did not stop early."""
    return data.isel(run=np.flatnonzero(~data["stopped_early"].to_numpy()))
