"""Telling one run of a sweep again, by agents and in full."""

from __future__ import annotations

import pathlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from defection.batch_runs.sweeps import plan as plans
from defection.batch_runs.sweeps.results import ResultsError, SweepResults, open_results
from defection.measures import FLOWS
from defection.parameters import PARAMETERS

if TYPE_CHECKING:
    from defection.model import DefectionModel


def replay(
    folder: str | pathlib.Path | SweepResults,
    run_id: str,
    *,
    record_categories: bool = False,
    progress: Callable[[DefectionModel], object] | None = None,
) -> DefectionModel:
    """Run one run of a sweep again as an agent-told model, whole, and check that it gives what the sweep has kept.

    ``progress(model)`` is called after every week.

    Raises
    ------
    ResultsError
        There is no such run, it is not there yet, or it gives other numbers now.
    PlanError
        The law or the country's data are not those of the sweep.
    """
    from defection.model import DefectionModel  # agents, and with them Mesa, are loaded where a run is told by them

    results = folder if isinstance(folder, SweepResults) else open_results(folder)
    row = results.run(run_id)
    plans.check_same(results.plan, results.plan.specification, str(results.path))
    model = DefectionModel(
        country=results.country,
        weeks=results.plan.about["weeks"],
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


def _check(model: DefectionModel, row: dict, run_id: str, results: SweepResults) -> None:
    told = {"weeks_run": model.week}
    for line in model.yearly().to_dict("records"):
        told.update({f"{flow}_{line['year']}": int(line[flow]) for flow in FLOWS if flow in line})
    for name, value in told.items():
        if row[name] != value:
            raise ResultsError(
                f"run {run_id} of {results.path} gives {name} = {value:,} now, and {row[name]:,} is kept: something has changed"
            )
