"""What a search has kept: its trace, what it found, and every run."""

import pathlib
from collections.abc import Callable

import pandas as pd
import pyarrow as pa

from defection.batch_runs.errors import ResultsError
from defection.batch_runs.store.folder import FOUND, TRACE
from defection.batch_runs.store.reading import Results
from defection.batch_runs.store.retired import COLUMN_NAMES
from defection.batch_runs.store.table import decoded


class SearchResults(Results):
    """What a search has kept; nothing is read before it is asked for."""

    @property
    def _schema(self) -> pa.Schema:
        measured = self.plan.design["distance"].get("facts", ())
        return pa.schema([*super()._schema, *((name, pa.float64()) for name in measured)])

    def trace(self) -> pd.DataFrame:
        """Return every point that was evaluated; the runs of row ``point`` are POINT-REPLICATE."""
        return self._ended(TRACE, lambda file: decoded(file.read_bytes()).to_pandas())

    def found(self) -> pd.DataFrame:
        """Return what was found, best first, as :func:`run_search` did."""
        return self._ended(FOUND, pd.read_csv)

    def _ended(self, name: str, read: Callable[[pathlib.Path], pd.DataFrame]) -> pd.DataFrame:
        file = self.path / name
        if not file.is_file():
            raise ResultsError(
                f"{self.path} has no {name} yet: the search has not ended; go on with it first"
            )
        return read(file).rename(columns=COLUMN_NAMES)

    def _no_run(self, run_id: str) -> str:
        said = f"there is no run {run_id!r} in {self.path}"
        ids = self.runs(["point", "replicate"])
        if ids.empty:
            return f"{said}: it has no runs yet"
        point, _, replicate = run_id.partition("-")
        wanted = [int(part) if part.isdecimal() else 0 for part in (point, replicate)]
        near = min(
            ids.itertuples(index=False),
            key=lambda one: (abs(one.point - wanted[0]), abs(one.replicate - wanted[1])),
        )
        last = ids.loc[ids["point"] == near.point, "replicate"].max()
        return (
            f"{said}; did you mean {near.point}-{near.replicate}? Runs are called POINT-REPLICATE; "
            f"points go to {ids['point'].max()}, replicates of point {near.point} to {last}"
        )
