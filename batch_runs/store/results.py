"""The results of a sweep or a search: opening a folder, and what only one of both has."""

from __future__ import annotations

import pathlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from defection.batch_runs.errors import ResultsError
from defection.batch_runs.store.folder import Folder, SearchFolder
from defection.batch_runs.store.reading import Results
from defection.batch_runs.store.search_results import SearchResults
from defection.batch_runs.store.table import JOURNEY_COLUMNS, complete_after, completed, dataset
from defection.crossings import CROSSING, crossings_table
from defection.measures import FLOWS
from defection.parameters import nearest, parameters_among

if TYPE_CHECKING:
    import xarray as xr


def open_results(folder: str | pathlib.Path) -> SweepResults:
    """Open a sweep's folder for reading; it may still be running, or have been stopped.

    Every part's bytes are compared with its name; damaged parts are left out, and named by
    :attr:`SweepResults.damaged`.

    Parameters
    ----------
    folder : path
        The sweep's folder.

    Returns
    -------
    SweepResults
        Nothing of it is read before it is asked for.

    Raises
    ------
    FolderError, PlanError
        The folder holds no sweep, or its plan was changed.

    Examples
    --------
    >>> import tempfile
    >>> from defection.batch_runs import open_results, run_sweep
    >>> design = {"seed": 1, "weeks": 52, "design": {"kind": "grid", "replicates": 2}}
    >>> results = run_sweep(design, tempfile.mkdtemp(), engine="serial")
    >>> open_results(results.path).runs(["run_id", "weeks_run"])
      run_id  weeks_run
    0    0-0         52
    1    0-1         52
    """
    place = Folder(folder)
    plan = place.read_plan()
    return SweepResults(place, plan, place.find(plan))


def open_search(folder: str | pathlib.Path) -> SearchResults:
    """Open a search's folder for reading; it may still be running, or have been stopped.

    Parameters
    ----------
    folder : path
        The search's folder.

    Returns
    -------
    SearchResults
        What is damaged, and the batches behind it, are left out, and named by its ``damaged``.

    Raises
    ------
    FolderError, PlanError
        The folder holds no search, or its plan cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> from defection.batch_runs.scores import Objective, Target
    >>> from defection.batch_runs.searches import Screen, open_search, run_search, search_space
    >>> objective, folder = Objective(Target.from_country()), tempfile.mkdtemp()
    >>> screen = Screen(space=search_space(), objective=objective, points=2)
    >>> found = run_search(screen, folder, seed=1)
    >>> open_search(folder).trace()["point"].tolist()
    [0, 1]
    """
    place = SearchFolder(folder)
    plan = place.read_plan()
    return SearchResults(place, plan, place.find(plan))


def open_runs(folder: str | pathlib.Path) -> SweepResults | SearchResults:
    """Open the folder of a sweep or of a search, whichever it is."""
    is_search = (pathlib.Path(folder) / SearchFolder.plan_file).is_file()
    return open_search(folder) if is_search else open_results(folder)


class SweepResults(Results):
    """What a sweep has kept; nothing is read before it is asked for.

    Attributes
    ----------
    path, damaged
        The folder, and files in it whose bytes have changed.
    plan, country, weeks, years, kind, varied, stated, columns, is_current
        What was planned, and whether it can still be gone on with.

    Examples
    --------
    >>> import tempfile
    >>> from defection.batch_runs import run_sweep
    >>> design = {"seed": 1, "weeks": 52, "design": {"kind": "grid", "replicates": 3}}
    >>> results = run_sweep(design, tempfile.mkdtemp(), engine="serial")
    >>> results.summary(["weeks_run"])[["runs", "weeks_run_mean"]]
           runs  weeks_run_mean
    point
    0         3            52.0
    """

    _folder: Folder

    @property
    def varied(self) -> list[str]:
        """Names of the parameters that vary."""
        points = self.points()
        return [n for n in parameters_among(points) if (points[n] != points[n].iloc[0]).any()]

    def points(self) -> pd.DataFrame:
        """Return the parameters of every planned point, a row each; the index is its number."""
        return completed(self._folder.read_points(self.plan)).to_pandas().rename_axis("point")

    def failed_chunks(self) -> set[tuple[int, int]]:
        """Return block and number of the chunks in which a run has failed."""
        table = self.table(["point", "replicate"], where=pc.field("status") == "failed")
        bad = set(zip(table["point"].to_pylist(), table["replicate"].to_pylist(), strict=True))
        chunks = self._found.done() if bad else set()
        return {(b, c) for b, c in chunks if bad & set(self.plan.blocks[b].members(c))}

    def summary(
        self,
        columns: Sequence[str] = ("total_successes", "stopped_early", "weeks_run"),
        *,
        level: float = 0.9,
    ) -> pd.DataFrame:
        """Summarise the replicates of every point, in memory that does not grow with the runs.

        Columns: the parameters that vary, ``runs`` (done, not failed), and for each of ``columns``
        its ``_mean``, ``_sd`` and the interval ``_low`` .. ``_high`` in which the mean lies with
        confidence ``level`` (Student's t; missing where there is one replicate). A year's
        flow counts in the runs that completed the year.
        """
        from scipy.special import stdtrit

        if not 0 < level < 1:
            raise ResultsError(f"level = {level!r} must lie between 0 and 1")
        names, runs = self._fields(columns).names, np.zeros(self.plan.points, np.int64)
        after = [complete_after(name, self.years) for name in names]
        counts, middles = (np.zeros((len(names), runs.size), kind) for kind in (np.int64, float))
        sums = np.zeros((2, *counts.shape))
        for batch in self.batches(dict.fromkeys(["point", "status", "weeks_run", *names])):
            good = batch[batch["status"] == "done"]
            np.add.at(runs, good["point"].to_numpy(), 1)
            for n, (name, weeks) in enumerate(zip(names, after, strict=True)):
                whole = good[good["weeks_run"] >= weeks]
                point, values = whole["point"].to_numpy(), whole[name].to_numpy(np.float64)
                # the first replicate's value is subtracted so that no digit is lost
                first = np.flatnonzero(counts[n, point] == 0)[::-1]
                middles[n, point[first]] = values[first]
                np.add.at(sums[0, n], point, values - middles[n, point])
                np.add.at(sums[1, n], point, (values - middles[n, point]) ** 2)
                np.add.at(counts[n], point, 1)
        table = self.points()[self.varied].assign(runs=runs)
        with np.errstate(invalid="ignore", divide="ignore"):
            for n, (name, count) in enumerate(zip(names, counts, strict=True)):
                width = stdtrit(np.maximum(count - 1, 1), (1 + level) / 2) / np.sqrt(count)
                mean = middles[n] + sums[0, n] / count
                sd = np.sqrt(np.maximum(sums[1, n] - sums[0, n] ** 2 / count, 0) / (count - 1))
                sd[count < 2] = np.nan
                table[f"{name}_mean"], table[f"{name}_sd"] = mean, sd
                table[f"{name}_low"], table[f"{name}_high"] = mean - width * sd, mean + width * sd
        return table

    def to_xarray(self) -> xr.Dataset:
        """Return the yearly flows as arrays [point, replicate, year].

        Every parameter that varies is a coordinate of ``point``, the others are attributes. Runs
        that failed or are not there yet are not a number.
        """
        import xarray as xr

        table, years = self.runs(), self.years
        shape = (self.plan.points, self.plan.replicates)
        index = (table["point"].to_numpy(), table["replicate"].to_numpy())

        def filled(columns: list[str], *more: int) -> np.ndarray:
            values = np.full((*shape, *more), np.nan)
            values[index] = table[columns].to_numpy(np.float64).reshape(-1, *more)
            return values

        data = xr.Dataset(
            coords={"point": np.arange(shape[0]), "replicate": np.arange(shape[1]), "year": years}
        )
        for flow in (*FLOWS, *JOURNEY_COLUMNS) if "return_rate" in table else FLOWS:
            values = filled([f"{flow}_{year}" for year in years], len(years))
            data[flow] = (("point", "replicate", "year"), values)
        data["weeks_run"] = (("point", "replicate"), filled(["weeks_run"]))
        points, varied = self.points(), self.varied
        data = data.assign_coords({name: ("point", points[name].to_numpy()) for name in varied})
        others = [name for name in parameters_among(points) if name not in varied]
        fixed = {name: points[name].iloc[0] for name in others}
        return data.assign_attrs(fixed)

    def series(self, run_ids: Sequence[str] | None = None) -> xr.Dataset:
        """Return the weekly series that were kept, as arrays [run_id, week, province]."""
        import xarray as xr

        whole = self._series(run_ids)
        ids, provinces = whole["run_id"].to_pylist(), self.plan.about["provinces"]
        shape, weeks = (len(ids), self.weeks, len(provinces)), np.arange(self.weeks)
        data = xr.Dataset(coords={"run_id": ids, "week": weeks, "province": provinces})
        for name in self.plan.design["series"]["columns"]:
            if name != "crossings":
                flat = whole[name].combine_chunks().flatten().to_numpy(zero_copy_only=False)
                data[name] = (("run_id", "week", "province"), flat.reshape(shape))
        return data.assign_coords(weeks_run=("run_id", whole["weeks_run"].to_numpy()))

    def crossings(self, run_ids: Sequence[str] | None = None) -> pd.DataFrame:
        """Return who crossed in the runs that kept it: ``run_id``, week, year, province, traits."""
        tables = []
        for run_id, rows in self.crossing_rows(run_ids).items():
            tables.append(crossings_table(rows, self.country))
            tables[-1].insert(0, "run_id", run_id)
        return pd.concat(tables, ignore_index=True)

    def crossing_rows(self, run_ids: Sequence[str] | None = None) -> dict[str, np.ndarray]:
        """Return who crossed in the runs that kept it: rows of ``crossings.CROSSING`` by run."""
        whole = self._series(run_ids)
        if "crossing_week" not in whole.column_names:
            raise ResultsError(
                f"{self.path} keeps no crossings: name them in series.columns, or replay a run"
            )
        found = {}
        for number, run_id in enumerate(whole["run_id"].to_pylist()):
            columns = {n: whole[f"crossing_{n}"][number].as_py() for n in CROSSING.names or ()}
            found[run_id] = np.empty(len(columns["week"]), CROSSING)
            for name, values in columns.items():
                found[run_id][name] = values
        return found

    def series_ids(self) -> list[str]:
        """Return the runs that keep their weekly series."""
        files = [part.series for part in self.parts() if part.series]
        parts = [dataset([file]).to_table(columns=["run_id"])["run_id"] for file in files]
        return [one for part in parts for one in part.to_pylist()]

    def _series(self, run_ids: Sequence[str] | None) -> pa.Table:
        if not self.plan.design["series"]:
            raise ResultsError(
                f"{self.path} keeps no weekly series: plan it with [series], or replay a run"
            )
        wanted = None if run_ids is None else [str(one) for one in run_ids]
        rows = None if wanted is None else pc.field("run_id").isin(wanted)
        files = [part.series for part in self.parts() if part.series]
        kept = [dataset([file]).to_table(filter=rows) for file in files]
        if not kept:
            raise ResultsError(f"{self.path} has no weekly series yet: no run has ended")
        whole = pa.concat_tables(kept)
        ids = whole["run_id"].to_pylist()
        for one in wanted or ():
            if one not in ids:
                near = nearest(one, tuple(ids))
                raise ResultsError(f"{self.path} keeps no weekly series of run {one!r}{near}")
        return whole

    def _no_run(self, run_id: str) -> str:
        numbers = run_id.split("-")
        if len(numbers) == 2 and all(number.isdecimal() for number in numbers):
            point, replicate = map(int, numbers)
            if point < self.plan.points and replicate < self.plan.replicates:
                return f"run {run_id} is planned, but has not been run yet: go on with the sweep"
        last = f"{self.plan.points - 1}-{self.plan.replicates - 1}"
        return f"there is no run {run_id!r}: runs are called POINT-REPLICATE, from 0-0 to {last}"
