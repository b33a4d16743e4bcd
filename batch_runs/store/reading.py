"""Reading back what was kept, of a sweep or of a search: the table of runs, whole or by pieces."""

import pathlib
from collections.abc import Collection, Iterator
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from defection import counties, readings
from defection.batch_runs.errors import PlanError, ResultsError
from defection.batch_runs.store import table as tables
from defection.batch_runs.store import versions
from defection.batch_runs.store.folder import Folder, Found, StoredPart
from defection.batch_runs.store.plan import Plan
from defection.country import Country, CountryError, load
from defection.files import replaced_file
from defection.parameters import nearest, parameters_among

BATCH_ROWS = 10_000
COLUMNS = (
    "run_id, point, replicate, seed, status, error, weeks_run, stopped_early, the parameters, "
    "total_FLOW and FLOW_YEAR"
)


class Results:
    """What a sweep or a search has kept; nothing is read before it is asked for."""

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
    def country(self) -> Country:
        """The country that was run."""
        return load(self.plan.design["country"])

    @property
    def weeks(self) -> int:
        """Weeks of a run that does not stop early."""
        return self.plan.about["weeks"]

    @property
    def years(self) -> list[int]:
        """Years of the yearly columns."""
        return list(tables.years_of(self.plan.about["years"], self.weeks))

    def __repr__(self) -> str:
        counts = ", ".join(f"{count:,} {what}" for what, count in self.counts().items())
        return f"<{type(self).__name__} {self.path}: {self.kind}, {counts}>"

    @property
    def columns(self) -> list[str]:
        """Names of the columns of :meth:`runs`."""
        return list(self._schema.names)

    @property
    def _schema(self) -> pa.Schema:
        return tables.schema(self.years, parameters_among(self.stated))

    @property
    def kind(self) -> str:
        """The kind of the design of a sweep; ``search`` for a search."""
        return self.plan.design.get("design", {"kind": "search"})["kind"]

    @property
    def stated(self) -> dict[str, Any]:
        """What the plan says of each parameter: a value, a list, or a range; all are named."""
        return self.plan.design["parameters"]

    @property
    def is_current(self) -> bool:
        """Whether the law and the data are as they were, so that this can go on and be replayed."""
        try:
            data = {
                "data": self.country.fingerprint, "news_data": counties.fingerprint(self.country),
                "readings_data": readings.fingerprint(self.country),
            }  # fmt: skip
            if self.country.journey:
                data["journey_data"] = self.country.journey.fingerprint
            kept = {name: self.plan.about.get(name) for name in versions.DATA}
            same = all(value in (None, data.get(name)) for name, value in kept.items())
        except CountryError:  # the folder is gone
            return False
        return same and not versions.law_changes(self.plan.about, self.points)

    @property
    def observed(self) -> dict[int, int]:
        """The country's yearly successes as observed; empty where its data are gone."""
        try:
            return {year: successes for year, successes, _ in self.country.observed}
        except CountryError:
            return {}

    @property
    def invented(self) -> str:
        """What in the country's data is no data; empty where all is, or they are gone."""
        try:
            return self.country.about.invented
        except CountryError:
            return ""

    def check(self) -> None:
        """Raise ``PlanError`` if the law or the country's data are not those of the plan."""
        try:
            has_journey = "journey_data" in self.plan.about
            news = "news_data" in self.plan.about
            where = self.plan.design["country"]
            by_reading = "readings_data" in self.plan.about
            now = versions.about(
                where, self.weeks, journey=has_journey, news=news, by_reading=by_reading
            )
        except CountryError as error:
            raise PlanError(
                f"{self.path} was planned with a country that is not there: {error}; put its "
                f"folder beside {self.path}"
            ) from None
        versions.check_law(self.plan.about, now, str(self.path), self.points)

    def counts(self) -> dict[str, int]:
        """Return how many runs are done and failed, and of a sweep planned and missing."""
        status = self.table(["status"])["status"]
        failed = pc.sum(pc.equal(status, "failed")).as_py() or 0
        counts = {"done": len(status) - failed, "failed": failed}
        if not self.plan.blocks:
            return counts
        return {"planned": self.plan.runs, **counts, "missing": self.plan.runs - len(status)}

    def dataset(self) -> ds.Dataset:
        """Return the table of runs as a lazy dataset; parameters added since are null in it."""
        files = [part.file for part in self._found.parts]
        if not files:
            return ds.dataset(self._schema.empty_table())
        return tables.dataset(files, self._schema)

    def table(
        self, columns: Collection[str] | None = None, *, where: pc.Expression | None = None
    ) -> pa.Table:
        """Return columns of the table of runs as a table of Arrow, of the rows that are wanted."""
        fields = self._fields(columns)
        return tables.completed(self.dataset().to_table(columns=fields.names, filter=where), fields)

    def runs(self, columns: Collection[str] | None = None) -> pd.DataFrame:
        """Return a row per run, sorted by point and replicate.

        Parameters
        ----------
        columns : list of str, optional
            Those to read; all if left out. With :meth:`batches` a million runs fit into little
            memory.

        Returns
        -------
        pandas.DataFrame
            Columns: ``run_id`` (POINT-REPLICATE), ``point``, ``replicate``, ``seed``, ``status``
            (done or failed), ``error``, ``weeks_run``, ``stopped_early``, every parameter,
            ``total_FLOW`` and ``FLOW_YEAR`` for every flow (successes_1992 ...), in people. What a
            failed run does not have is missing.

        Raises
        ------
        ResultsError
            There is no such column; the message names the nearest.
        """
        names = self._fields(columns).names
        table = self.table(dict.fromkeys([*names, "point", "replicate"]))
        order = [("point", "ascending"), ("replicate", "ascending")]
        return table.sort_by(order).select(names).to_pandas()

    def batches(
        self, columns: Collection[str] | None = None, *, size: int = BATCH_ROWS
    ) -> Iterator[pd.DataFrame]:
        """Yield the table of runs ``size`` rows at a time, in the order of the plan."""
        fields = self._fields(columns)
        for part in self._found.parts:  # one at a time: no queue behind a slow reader
            file = tables.opened(part.file)
            there = [name for name in fields.names if name in file.schema_arrow.names]
            for batch in file.iter_batches(batch_size=size, columns=there or ["run_id"]):
                if batch.num_rows:
                    yield tables.completed(pa.Table.from_batches([batch]), fields).to_pandas()

    def points(self) -> pd.DataFrame:
        """Return the parameters of every point, a row each; the index is the point's number."""
        table = self.runs(["point", *parameters_among(self.stated)])
        return table.drop_duplicates("point").set_index("point")

    def failed(self) -> pd.DataFrame:
        """Return the runs that failed, with their errors."""
        table = self.runs(["run_id", "seed", "status", "error", *parameters_among(self.stated)])
        return table[table["status"] == "failed"].reset_index(drop=True)

    def run(self, run_id: str) -> dict[str, Any]:
        """Return the row of one run, or raise ``ResultsError``."""
        found = self.table(where=pc.field("run_id") == str(run_id)).to_pylist()
        if not found:
            raise ResultsError(self._no_run(str(run_id)))
        return found[0]

    def parts(self) -> list[StoredPart]:
        """Return the parts, in order."""
        return list(self._found.parts)

    def _no_run(self, run_id: str) -> str:
        raise NotImplementedError

    def _fields(self, columns: Collection[str] | None) -> pa.Schema:
        """Return the columns that are asked for, all if none are; refuse names that it has not."""
        known = self._schema
        for name in columns or ():
            if name not in known.names:
                near = nearest(str(name), tuple(known.names))
                raise ResultsError(f"there is no column {name!r}{near}; there are {COLUMNS}")
        return known if columns is None else pa.schema([known.field(name) for name in columns])


def write_table(results: Results, file: str | pathlib.Path, force: bool = False) -> None:
    """Write the table of all runs as CSV, in the order of the plan, in little memory.

    What a failed run does not have is empty.
    """
    kinds = {}  # of pandas, that keep whole numbers and truths as they are where some are missing
    for field in results.dataset().schema:
        if pa.types.is_integer(field.type) or pa.types.is_boolean(field.type):
            kinds[field.name] = "Int64" if pa.types.is_integer(field.type) else "boolean"
    with (
        replaced_file(file, force=force) as beside,
        beside.open("w", encoding="utf-8", newline="") as stream,
    ):
        pd.DataFrame(columns=results.columns).to_csv(stream, index=False)
        for batch in results.batches():
            batch.astype(kinds).to_csv(stream, index=False, header=False)
