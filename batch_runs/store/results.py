"""Reading back what a sweep has kept: tables of pandas and xarray, whole or piece by piece."""

from __future__ import annotations

import pathlib
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from defection.batch_runs.store import plan as plans
from defection.batch_runs.store import table as rows
from defection.batch_runs.store.folder import Folder, Found, StoredPart
from defection.batch_runs.store.plan import Plan
from defection.compiled import law_fingerprint
from defection.country import Country, CountryError, load
from defection.measures import FLOWS
from defection.parameters import PARAMETERS, nearest

if TYPE_CHECKING:
    import xarray as xr

BATCH_ROWS = 10_000


class ResultsError(ValueError):
    """What is asked of the results of a sweep or a search is not there."""


def check_columns(columns: Collection[str] | None, known: list[str]) -> list[str]:
    """Return the columns of a table of runs that are asked for, all of them if none are; refuse names that it has not."""
    for name in columns or ():
        if name not in known:
            said = "run_id, point, replicate, seed, status, error, weeks_run, stopped_early, the parameters, total_FLOW and FLOW_YEAR"
            raise ResultsError(
                f"there is no column {name!r}{nearest(str(name), tuple(known))}; there are {said}"
            )
    return known if columns is None else list(columns)


def open_results(folder: str | pathlib.Path) -> SweepResults:
    """Open a sweep's folder for reading; it may still be running, or have been stopped.

    Every part's bytes are compared with its name; damaged parts are left out, and named by
    :attr:`SweepResults.damaged`.

    Raises
    ------
    FolderError, PlanError
        The folder holds no sweep, or its plan was changed.
    """
    place = Folder(folder)
    plan = place.read_plan()
    return SweepResults(place, plan, place.find(plan))


class SweepResults:
    """The results of a sweep; nothing is read before it is asked for."""

    def __init__(self, folder: Folder, plan: Plan, found: Found) -> None:
        self._folder, self.plan, self._found = folder, plan, found

    @property
    def path(self) -> pathlib.Path:
        """The folder."""
        return self._folder.path

    @property
    def damaged(self) -> list[pathlib.Path]:
        """Files whose bytes are not what they were when written; their runs are left out."""
        return list(self._found.damaged)

    @property
    def varied(self) -> list[str]:
        """Names of the parameters that vary."""
        points = self.points()
        return [name for name in PARAMETERS if (points[name] != points[name].iloc[0]).any()]

    @property
    def years(self) -> list[int]:
        """Years of the yearly columns."""
        return [
            int(name.removeprefix("successes_"))
            for name in self.columns
            if name.startswith("successes_")
        ]

    @property
    def columns(self) -> list[str]:
        """Names of the columns of :meth:`runs`."""
        return list(self._schema.names)

    @property
    def _schema(self) -> pa.Schema:
        return rows.schema(rows.years_of(self.plan.about["years"], self.plan.about["weeks"]))

    @property
    def country(self) -> Country:
        """The country that was run."""
        return load(self.plan.about["specification"]["country"])

    @property
    def weeks(self) -> int:
        """Weeks of a run that does not stop early."""
        return self.plan.about["weeks"]

    @property
    def kind(self) -> str:
        """The kind of the design."""
        return self.plan.about["specification"]["design"]["kind"]

    @property
    def stated(self) -> dict[str, Any]:
        """What the design says of each parameter: a value, a list, or a range; all are named."""
        return self.plan.about["specification"].get("parameters", {})

    @property
    def fits(self) -> bool:
        """Whether the law and the country's data are those of the sweep still, so that it can be gone on with and replayed."""
        try:
            return (
                self.plan.about["law"] == law_fingerprint()
                and self.plan.about["data"] == self.country.fingerprint
            )
        except CountryError:  # the folder is gone
            return False

    @property
    def record(self) -> dict[int, int]:
        """The country's yearly successes on record; nothing where its data are not there any more."""
        try:
            return {year: successes for year, successes, _ in self.country.observed}
        except CountryError:
            return {}

    def counts(self) -> dict[str, int]:
        """Return how many runs are ``planned``, ``done``, ``failed`` and ``missing``."""
        status = self.dataset().to_table(columns=["status"])["status"]
        failed = pc.sum(pc.equal(status, "failed")).as_py() or 0
        return {
            "planned": self.plan.runs,
            "done": len(status) - failed,
            "failed": failed,
            "missing": self.plan.runs - len(status),
        }

    def dataset(self) -> ds.Dataset:
        """Return the table of runs as a lazy dataset of Arrow."""
        files = [str(part.file) for part in self._found.parts]
        return (
            ds.dataset(files, schema=self._schema, format="parquet")
            if files
            else ds.dataset(self._schema.empty_table())
        )

    def runs(self, columns: Collection[str] | None = None) -> pd.DataFrame:
        """Return a row per run, sorted by point and replicate.

        Columns: ``run_id`` (POINT-REPLICATE), ``point``, ``replicate``, ``seed``, ``status`` (done
        or failed), ``error``, ``weeks_run``, ``stopped_early``, every parameter, ``total_FLOW`` and
        ``FLOW_YEAR`` for every flow (successes_1992 ...). What a failed run does not have is
        missing. ``columns`` names those to read; with :meth:`batches` a million runs fit into
        little memory.
        """
        names = self._checked(columns)
        table = self.dataset().to_table(columns=list(dict.fromkeys([*names, "point", "replicate"])))
        return (
            table.sort_by([("point", "ascending"), ("replicate", "ascending")])
            .select(names)
            .to_pandas()
        )

    def batches(
        self, columns: Collection[str] | None = None, *, size: int = BATCH_ROWS
    ) -> Iterator[pd.DataFrame]:
        """Yield the table of runs some rows at a time, in the order in which they were planned."""
        names = self._checked(columns)
        for part in (
            self._found.parts
        ):  # one file at a time: a reader that is slow finds no queue behind it
            for batch in pq.ParquetFile(part.file).iter_batches(batch_size=size, columns=names):
                if batch.num_rows:
                    yield batch.select(names).to_pandas()

    def points(self) -> pd.DataFrame:
        """Return the parameters of every planned point, a row each; the index is the point's number."""
        return self._folder.read_points(self.plan).to_pandas().rename_axis("point")

    def failed(self) -> pd.DataFrame:
        """Return the runs that failed, with their errors."""
        table = self.runs(["run_id", "seed", "status", "error", *PARAMETERS])
        return table[table["status"] == "failed"].reset_index(drop=True)

    def run(self, run_id: str) -> dict[str, Any]:
        """Return the row of one run.

        Raises
        ------
        ResultsError
            There is no such run, or it is not there yet.
        """
        found = self.dataset().to_table(filter=pc.field("run_id") == str(run_id)).to_pylist()
        if found:
            return found[0]
        parts = str(run_id).split("-")
        planned = len(parts) == 2 and all(part.isdecimal() for part in parts)
        if planned and int(parts[0]) < self.plan.points and int(parts[1]) < self.plan.replicates:
            raise ResultsError(
                f"run {run_id} is planned, but has not been run yet: go on with the sweep first"
            )
        last = f"{self.plan.points - 1}-{self.plan.replicates - 1}"
        raise ResultsError(
            f"there is no run {str(run_id)!r}: runs are called POINT-REPLICATE, from 0-0 to {last}"
        )

    def check(self) -> None:
        """Refuse to go on with what was run under another law or with other data.

        Raises
        ------
        PlanError
            The law or the country's data are not those of the sweep.
        """
        plans.check_same(self.plan, self.plan.specification, str(self.path))

    def summary(
        self,
        columns: Sequence[str] = ("total_successes", "stopped_early", "weeks_run"),
        *,
        level: float = 0.9,
    ) -> pd.DataFrame:
        """Summarise the replicates of every point: a row per point, in memory that does not grow with the number of runs.

        Columns: ``runs`` (done, not failed), the parameters that vary, and for each of ``columns``
        its ``_mean``, ``_sd`` and the interval ``_low`` .. ``_high`` in which the mean lies with
        confidence ``level`` (Student's t; missing where there is one replicate).
        """
        from scipy.special import stdtrit

        if not 0 < level < 1:
            raise ResultsError(f"level = {level!r} must lie between 0 and 1")
        names, count = self._checked(columns), np.zeros(self.plan.points, np.int64)
        middle = np.zeros(
            (len(names), count.size)
        )  # the first replicate's value, subtracted so that no digit is lost
        sums = np.zeros((2, len(names), count.size))
        for batch in self.batches(["point", "status", *names]):
            good = batch[batch["status"] == "done"]
            point, values = good["point"].to_numpy(), good[names].to_numpy(np.float64).T
            for n in range(len(names)):
                first = np.flatnonzero(count[point] == 0)[::-1]
                middle[n, point[first]] = values[n, first]
                np.add.at(sums[0, n], point, values[n] - middle[n, point])
                np.add.at(sums[1, n], point, (values[n] - middle[n, point]) ** 2)
            np.add.at(count, point, 1)
        points = self.points()
        table = points[self.varied].assign(runs=count)
        with np.errstate(invalid="ignore", divide="ignore"):
            width = stdtrit(np.maximum(count - 1, 1), (1 + level) / 2) / np.sqrt(count)
            for n, name in enumerate(names):
                mean = middle[n] + sums[0, n] / count
                sd = np.sqrt(np.maximum(sums[1, n] - sums[0, n] ** 2 / count, 0) / (count - 1))
                sd[count < 2] = np.nan
                table[[f"{name}_mean", f"{name}_sd"]] = np.stack([mean, sd], axis=1)
                table[[f"{name}_low", f"{name}_high"]] = np.stack(
                    [mean - width * sd, mean + width * sd], axis=1
                )
        return table

    def to_xarray(self) -> xr.Dataset:
        """Return the yearly flows as arrays [point, replicate, year], with every parameter that varies as a coordinate of ``point``.

        Runs that failed or are not there yet are not a number.
        """
        import xarray as xr

        table, years = self.runs(), self.years
        shape = (self.plan.points, self.plan.replicates, len(years))
        place = (table["point"].to_numpy(), table["replicate"].to_numpy())
        data = xr.Dataset(
            coords={"point": np.arange(shape[0]), "replicate": np.arange(shape[1]), "year": years}
        )
        for flow in FLOWS:
            values = np.full(shape, np.nan)
            values[place] = table[[f"{flow}_{year}" for year in years]].to_numpy(np.float64)
            data[flow] = (("point", "replicate", "year"), values)
        weeks_run = np.full(shape[:2], np.nan)
        weeks_run[place] = table["weeks_run"].to_numpy(np.float64)
        data["weeks_run"] = (("point", "replicate"), weeks_run)
        points = self.points()
        data = data.assign_coords(
            {name: ("point", points[name].to_numpy()) for name in self.varied}
        )
        return data.assign_attrs(
            {name: points[name].iloc[0] for name in PARAMETERS if name not in self.varied}
        )

    def series(self, run_ids: Sequence[str] | None = None) -> xr.Dataset:
        """Return the weekly series that were kept, as arrays [run_id, week, province].

        Raises
        ------
        ResultsError
            This sweep keeps none, or not those of a run that is asked for.
        """
        if not self.plan.about["specification"]["series"]:
            raise ResultsError(
                f"{self.path} keeps no weekly series: plan it with [series], or replay a run"
            )
        wanted = None if run_ids is None else [str(one) for one in run_ids]
        tables = []
        for part in self._found.parts:
            table = pq.read_table(part.series)
            tables.append(
                table
                if wanted is None
                else table.filter(pc.is_in(table["run_id"], pa.array(wanted, pa.string())))
            )
        if not tables:
            raise ResultsError(f"{self.path} has no weekly series yet: no run has ended")
        whole = pa.concat_tables(tables)
        ids = whole["run_id"].to_pylist()
        for one in wanted or ():
            if one not in ids:
                raise ResultsError(
                    f"{self.path} keeps no weekly series of run {one!r}{nearest(one, tuple(ids))}"
                )
        provinces = self.plan.about["provinces"]
        shape = (len(ids), self.plan.about["weeks"], len(provinces))
        import xarray as xr

        data = xr.Dataset(
            coords={"run_id": ids, "week": np.arange(shape[1]), "province": provinces}
        )
        for name in self.plan.specification.series.columns:
            flat = whole[name].combine_chunks().flatten().to_numpy(zero_copy_only=False)
            data[name] = (("run_id", "week", "province"), flat.reshape(shape))
        return data.assign_coords(weeks_run=("run_id", whole["weeks_run"].to_numpy()))

    def failed_chunks(self) -> set[tuple[int, int]]:
        """Return block and number of the chunks in which a run has failed."""
        table = self.dataset().to_table(
            columns=["point", "replicate"], filter=pc.field("status") == "failed"
        )
        bad = set(zip(table["point"].to_pylist(), table["replicate"].to_pylist(), strict=True))
        chunks = (
            [
                (part, chunk)
                for part in self._found.parts
                for chunk in range(part.first, part.last + 1)
            ]
            if bad
            else []
        )
        return {
            (part.block, chunk)
            for part, chunk in chunks
            if bad & set(self.plan.blocks[part.block].members(chunk))
        }

    def parts(self) -> list[StoredPart]:
        """Return the parts, in order."""
        return list(self._found.parts)

    def _checked(self, columns: Collection[str] | None) -> list[str]:
        return check_columns(columns, self.columns)
