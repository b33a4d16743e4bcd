"""The runs that findings rest on: a handful of points, each with the same number of seeds, all repeatable by their ids."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from defection.batch_runs.ensemble import run_ensemble
from defection.batch_runs.execution.evaluation import SearchError
from defection.batch_runs.store.task import run_seed
from defection.country import Country, load
from defection.measures import FLOWS
from defection.parameters import Parameters
from defection.replication.points import Place, places

ROOT = 2017
"""The root of all seeds of the report."""

RECORDS = ("yearly", "yearly_by_province", "by_gender", "by_age")
WEEKLY = ("weekly_by_province", "states_by_province")
MOST_WEEKLY = 40
"""Weekly series are kept of so many runs of a point at most: they are large."""

Tell = Callable[[str], object]


@dataclasses.dataclass
class Evidence:
    """Runs of the places, made when they are first asked for and kept.

    Parameters
    ----------
    runs : int
        Seeds of every point.
    quick : bool
        Leaves out what needs many runs beside those of the points.
    threads : int, optional
        As for ``run_ensemble``.
    tell : function
        Is told what is run.
    """

    runs: int
    quick: bool = False
    threads: int | None = None
    tell: Tell = lambda _message: None
    root: int = ROOT
    country: Country = dataclasses.field(default_factory=lambda: load("north_korea"))
    points: list[Place] = dataclasses.field(default_factory=places)
    made: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    """What was run: a row per ensemble."""

    def __post_init__(self) -> None:
        if isinstance(self.runs, bool) or not isinstance(self.runs, int) or self.runs < 3:
            raise SearchError(f"runs = {self.runs!r} must be a whole number of at least 3")
        self._kept: dict[Any, xr.Dataset] = {}

    @property
    def good(self) -> list[Place]:
        """The regions that fit nearly as well as the best, the best first."""
        return [place for place in self.points if place.good]

    @property
    def best(self) -> Place:
        """The best region."""
        return self.good[0]

    def place(self, name: str) -> Place:
        """Return a place by its name."""
        return next(place for place in self.points if place.name == name)

    def seeds(self, place: Place, count: int | None = None) -> list[int]:
        """Return the seeds of a place's runs."""
        return [
            run_seed(self.root, place.number, replicate)
            for replicate in range(self.runs if count is None else count)
        ]

    def yearly(self, place: Place, **changes: Any) -> xr.Dataset:
        """Return the yearly flows of a place's runs, or of the same seeds with some parameters changed."""
        return self._run(place, self.runs, RECORDS if not changes else ("yearly",), changes)

    def weekly(self, place: Place) -> xr.Dataset:
        """Return the weekly flows and states by province of the first of a place's runs."""
        return self._run(place, min(self.runs, MOST_WEEKLY), WEEKLY, {})

    def one(self, place: Place, replicate: int) -> xr.Dataset:
        """Return the weekly flows and states of one run."""
        return run_ensemble(
            place.parameters,
            [self.seeds(place, replicate + 1)[-1]],
            record=WEEKLY,
            country=self.country,
            threads=1,
        )

    def _run(
        self, place: Place, count: int, record: Sequence[str], changes: dict[str, Any]
    ) -> xr.Dataset:
        key = (place.number, count, tuple(record), tuple(sorted(changes.items())))
        if key not in self._kept:
            said = ", ".join(f"{name} = {value}" for name, value in changes.items())
            self.tell(f"{count:,} runs of {place.name}" + (f" with {said}" if said else ""))
            parameters: Parameters = (
                place.parameters.replace(**changes) if changes else place.parameters
            )
            data = run_ensemble(
                parameters,
                self.seeds(place, count),
                record=record,
                country=self.country,
                threads=self.threads,
            )
            self._kept[key] = data
            ids = f"{place.number}-0 to {place.number}-{count - 1}"
            about = {
                "point": place.number,
                "name": place.name,
                "changed": said,
                "root": self.root,
                "runs": count,
                "ids": ids,
            }
            self.made.append({**about, "recorded": ", ".join(record), **parameters.as_dict()})
        return self._kept[key]

    def behind(self, *these: Place, changed: str = "") -> tuple[str, ...]:
        """Return in words which runs stand behind a number."""
        return tuple(
            f"runs {place.number}-0 to {place.number}-{self.runs - 1} of root {self.root} ({place.name}{changed})"
            for place in these
        )


def table_of(data: xr.Dataset) -> pd.DataFrame:
    """Return an ensemble as a table of runs, as distances take it."""
    columns: dict[str, Any] = {
        "status": "done",
        "weeks_run": data["weeks_run"].to_numpy(),
        "stopped_early": data["stopped_early"].to_numpy(),
    }
    for flow in FLOWS:
        counts = data[f"yearly_{flow}"].to_numpy()
        columns |= {
            f"{flow}_{year}": counts[:, y]
            for y, year in enumerate(data["year"].to_numpy().tolist())
        }
    return pd.DataFrame(
        {"point": 0, "replicate": np.arange(data.sizes["run"]), **columns},
        index=np.arange(data.sizes["run"]),
    )


def whole(data: xr.Dataset) -> xr.Dataset:
    """Return the runs that did not stop early."""
    return data.isel(run=np.flatnonzero(~data["stopped_early"].to_numpy()))
