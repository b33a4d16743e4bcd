"""Telling one run of a sweep or a search again, by agents and in full."""

from __future__ import annotations

import pathlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from defection.batch_runs.store.results import ResultsError, open_results
from defection.country import Country
from defection.measures import FLOWS
from defection.parameters import PARAMETERS

if TYPE_CHECKING:
    from defection.model import DefectionModel


class KeptRuns(Protocol):
    """Runs that were kept: of a sweep (:func:`open_results`), or of a search (:func:`defection.batch_runs.searches.open_search`)."""

    @property
    def path(self) -> pathlib.Path:
        """Their folder."""
        ...

    @property
    def country(self) -> Country:
        """The country that was run."""
        ...

    @property
    def weeks(self) -> int:
        """Weeks of a run that does not stop early."""
        ...

    def run(self, run_id: str) -> dict[str, Any]:
        """Return the row of one run."""
        ...

    def check(self) -> None:
        """Refuse runs of another law or with other data."""
        ...


def replay(
    folder: str | pathlib.Path | KeptRuns,
    run_id: str,
    *,
    record_categories: bool = False,
    progress: Callable[[DefectionModel], object] | None = None,
) -> DefectionModel:
    """Run one run again as an agent-told model, whole, and check that it gives what was kept.

    ``folder`` is that of a sweep, or an opened sweep or search. ``progress(model)`` is called after
    every week.

    Raises
    ------
    ResultsError
        There is no such run, it is not there yet, or it gives other numbers now.
    PlanError
        The law or the country's data are not those of the sweep or search.
    """
    from defection.model import (
        DefectionModel,  # agents, and with them Mesa, are loaded where a run is told by them
    )

    results = open_results(folder) if isinstance(folder, (str, pathlib.Path)) else folder
    row = results.run(run_id)
    results.check()
    model = DefectionModel(
        country=results.country,
        weeks=results.weeks,
        seed=row["seed"],
        record_categories=record_categories,
        **{name: row[name] for name in PARAMETERS},
    )
    while model.running:
        model.step()
        if progress:
            progress(model)
    if row["status"] == "done":
        _check(model, row, run_id, results)
    return model


def _check(model: DefectionModel, row: dict, run_id: str, results: KeptRuns) -> None:
    told = {"weeks_run": model.week}
    for line in model.yearly().to_dict("records"):
        told.update({f"{flow}_{line['year']}": int(line[flow]) for flow in FLOWS if flow in line})
    for name, value in told.items():
        if row[name] != value:
            raise ResultsError(
                f"run {run_id} of {results.path} gives {name} = {value:,} now, and {row[name]:,} is kept: something has changed"
            )
