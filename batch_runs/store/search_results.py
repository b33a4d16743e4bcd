"""Reading back what a search has kept: its runs, its trace, what it found; in the manner of a sweep's results."""

from __future__ import annotations

import pathlib
from collections.abc import Collection
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from defection.batch_runs.store import plan as plans
from defection.batch_runs.store import table as rows
from defection.batch_runs.store.results import (
    ResultsError,
    SweepResults,
    check_columns,
    open_results,
)
from defection.batch_runs.store.search_folder import FOUND, PLAN, TRACE, Answers, SearchFolder
from defection.country import Country, load
from defection.parameters import PARAMETERS


def open_search(folder: str | pathlib.Path) -> SearchResults:
    """Open a search's folder for reading; it may still be running, or have been stopped.

    Every part's bytes are compared with its name; what is damaged, and what is behind it, is left
    out, and named by :attr:`SearchResults.damaged`.

    Raises
    ------
    FolderError, SearchError
        The folder holds no search, or its plan cannot be read.
    """
    place = SearchFolder(folder)
    return SearchResults(place, place.read_plan(), place.answers())


def open_runs(folder: str | pathlib.Path) -> SweepResults | SearchResults:
    """Open the folder of a sweep or of a search, whichever it is."""
    return open_search(folder) if (pathlib.Path(folder) / PLAN).is_file() else open_results(folder)


class SearchResults:
    """What a search has kept; nothing is read before it is asked for."""

    kind = "search"
    """How its points were chosen, where a sweep says the kind of its design."""

    def __init__(self, folder: SearchFolder, plan: dict[str, Any], answers: Answers) -> None:
        self._folder, self.plan, self._answers = folder, plan, answers

    @property
    def path(self) -> pathlib.Path:
        """The folder."""
        return self._folder.path

    @property
    def damaged(self) -> list[pathlib.Path]:
        """Files whose bytes are not what they were when written, and those behind them; their runs are left out."""
        return [*self._answers.damaged, *self._answers.behind]

    @property
    def country(self) -> Country:
        """The country that was run."""
        return load(self.plan["country"])

    @property
    def weeks(self) -> int:
        """Weeks of a run that does not stop early."""
        return self.plan["weeks"]

    @property
    def years(self) -> list[int]:
        """Years of the yearly columns."""
        return list(rows.years_of(self.plan["years"], self.weeks))

    @property
    def stated(self) -> dict[str, Any]:
        """What the search was told of each parameter: a value, a list, or a range."""
        return self.plan["parameters"]

    @property
    def columns(self) -> list[str]:
        """Names of the columns of :meth:`runs`."""
        return list(rows.schema(tuple(self.years)).names)

    def runs(self, columns: Collection[str] | None = None) -> pd.DataFrame:
        """Return a row per run, sorted by point and replicate; columns as of a sweep's runs. ``columns`` names those to read."""
        names = check_columns(columns, self.columns)
        schema = rows.schema(tuple(self.years))
        wanted = pa.schema([schema.field(name) for name in names])
        tables = [
            pq.read_table(file, columns=names).select(names).cast(wanted)
            for file in self._answers.sound
        ]
        return pa.concat_tables([wanted.empty_table(), *tables]).to_pandas()

    def points(self) -> pd.DataFrame:
        """Return the parameters of every point that was run, a row each; the index is the point's number."""
        return self.runs(["point", *PARAMETERS]).drop_duplicates("point").set_index("point")

    def counts(self) -> dict[str, int]:
        """Return how many runs are ``done`` and ``failed``."""
        failed = int((self.runs(["status"])["status"] == "failed").sum())
        return {"done": len(self.runs(["status"])) - failed, "failed": failed}

    def trace(self) -> pd.DataFrame:
        """Return every point that was asked, as the search's ``run`` says; the runs of row ``point`` are called POINT-REPLICATE."""
        return pd.read_parquet(self._ended(TRACE))

    def found(self) -> pd.DataFrame:
        """Return what was found, best first, as :func:`run_search` did."""
        return pd.read_csv(self._ended(FOUND))

    def run(self, run_id: str) -> dict[str, Any]:
        """Return the row of one run.

        Raises
        ------
        ResultsError
            There is no such run; the nearest is named.
        """
        for file in self._answers.sound:
            found = (
                pq.read_table(file, filters=[("run_id", "=", str(run_id))])
                .drop_columns("question")
                .to_pylist()
            )
            if found:
                return found[0]
        raise ResultsError(
            f"there is no run {str(run_id)!r} in {self.path}{self._near(str(run_id))}"
        )

    def check(self) -> None:
        """Refuse to go on with what was run under another law or with other data.

        Raises
        ------
        PlanError
            The law or the country's data are not those of the search.
        """
        plans.check_law(self.plan, plans.about(self.plan["country"], self.weeks), str(self.path))

    def _ended(self, name: str) -> pathlib.Path:
        file = self.path / name
        if not file.is_file():
            raise ResultsError(
                f"{self.path} has no {name} yet: the search has not ended; go on with it first"
            )
        return file

    def _near(self, run_id: str) -> str:
        ids = self.runs(["point", "replicate"])
        if ids.empty:
            return ": it has no runs yet"
        point, _, replicate = run_id.partition("-")
        asked = [int(part) if part.isdecimal() else 0 for part in (point, replicate)]
        nearest = min(
            ids.itertuples(index=False),
            key=lambda one: (abs(one.point - asked[0]), abs(one.replicate - asked[1])),
        )
        return (
            f"; did you mean {nearest.point}-{nearest.replicate}? Runs are called POINT-REPLICATE; points go to {ids['point'].max()}, "
            f"replicates of point {nearest.point} to {ids.loc[ids['point'] == nearest.point, 'replicate'].max()}"
        )
