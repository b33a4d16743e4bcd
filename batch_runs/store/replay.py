"""Running one run of a sweep or a search again, by agents and in full."""

from __future__ import annotations

import math
import pathlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from defection.batch_runs.errors import ResultsError
from defection.batch_runs.store.reading import Results
from defection.batch_runs.store.results import open_runs
from defection.batch_runs.store.table import JOURNEY_COLUMNS
from defection.measures import FLOWS
from defection.parameters import Parameters, parameters_among

ROUNDING = 1e-9
"""How far sums of expected people may be from each other by rounding, relative to them."""

if TYPE_CHECKING:
    from defection.model import DefectionModel


def replay(
    folder: str | pathlib.Path | Results,
    run_id: str,
    *,
    record_categories: bool = False,
    record_crossings: bool = False,
    progress: Callable[[DefectionModel], object] | None = None,
) -> DefectionModel:
    """Run one run again with agents, and check that it gives what was kept.

    Parameters
    ----------
    folder : path, SweepResults or SearchResults
        The folder of a sweep or a search, or what was opened.
    run_id : str
        POINT-REPLICATE.
    record_categories, record_crossings : bool
        As for ``DefectionModel``.
    progress : function, optional
        ``progress(model)`` is called after every week.

    Returns
    -------
    DefectionModel
        At the end of its run.

    Raises
    ------
    ResultsError
        There is no such run, it is not there yet, or it gives other numbers now.
    PlanError
        The law or the country's data are not those of the sweep or search.

    Examples
    --------
    >>> import tempfile
    >>> from defection.batch_runs import replay, run_sweep
    >>> design = {"seed": 1, "weeks": 52, "design": {"kind": "grid"}}
    >>> results = run_sweep(design, tempfile.mkdtemp(), engine="serial")
    >>> replay(results, "0-0").week
    52
    """
    from defection.model import DefectionModel  # agents, and with them Mesa, are slow to load

    results = open_runs(folder) if isinstance(folder, (str, pathlib.Path)) else folder
    row = results.run(run_id)
    results.check()
    parameters = Parameters(**{name: row[name] for name in parameters_among(row)})
    model = DefectionModel(
        country=results.country,
        weeks=results.weeks,
        seed=row["seed"],
        record_categories=record_categories,
        record_crossings=record_crossings,
        **parameters.as_dict(),
    )
    while model.running:
        model.step()
        if progress:
            progress(model)
    if row["status"] == "done":
        now = {"weeks_run": model.week}
        for line in model.yearly().to_dict("records"):
            now |= {f"{flow}_{line['year']}": int(line[flow]) for flow in FLOWS if flow in line}
            now |= {
                f"{name}_{line['year']}": line[name] for name in JOURNEY_COLUMNS if name in line
            }
        for name, value in now.items():
            if not math.isclose(row[name], value, rel_tol=ROUNDING):
                raise ResultsError(
                    f"run {run_id} of {results.path} gives {name} = {value:,} now, and "
                    f"{row[name]:,} is kept: something has changed"
                )
    return model
