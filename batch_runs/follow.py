"""The journey of runs that were stored with their crossings: nothing is simulated again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from defection.batch_runs.errors import ResultsError
from defection.batch_runs.store.results import SweepResults
from defection.journey.data import GENDER, journey_arrays
from defection.journey.flow import JourneyRecord, follow
from defection.journey.parameters import acts_back
from defection.parameters import ParameterError, Parameters, parameter, parameters_among
from defection.readings import check_readings

SERIES = ("crossings", "repression")
"""What a sweep must keep of its runs (``series.columns``) so that they can be followed."""

AT_ONCE = 50
"""Runs whose series are held in memory together."""


def follow_runs(
    results: SweepResults,
    points: Iterable[Mapping[str, Any]] = ({},),
    *,
    run_ids: Sequence[str] | None = None,
    by: tuple[str, ...] = (GENDER,),
) -> Iterator[tuple[str, Parameters, JourneyRecord]]:
    """Follow those who crossed in the runs of a sweep, once for each set of parameters.

    Parameters
    ----------
    results : SweepResults
        A sweep that keeps the series ``crossings`` and ``repression``.
    points : iterable of mappings
        Parameters of the journey by name; the others are those of the run.
    run_ids : sequence of str, optional
        Which runs; all that keep their series if left out.
    by : tuple of str
        Dimensions by which people are grouped within a province.

    Returns
    -------
    iterator of tuples
        ``run_id``, the run's parameters with those of the point, and the journey, run by run.

    Raises
    ------
    ResultsError
        The sweep does not keep what is needed, or there is no such run.
    ParameterError, CountryError
        A point has no parameter of the journey, or the country has no journey.

    Examples
    --------
    >>> import tempfile
    >>> from defection.batch_runs import run_sweep
    >>> design = {"seed": 1, "weeks": 104, "design": {"kind": "grid"}}
    >>> design["series"] = {"keep": "all", "columns": ["crossings", "repression"]}
    >>> results = run_sweep(design, tempfile.mkdtemp(), engine="serial")
    >>> points = [{"return_rate": 0.1}, {"return_rate": 1.0}]
    >>> [run_id for run_id, _, _ in follow_runs(results, points)]
    ['0-0', '0-0']
    """
    journey_arrays(results.country, by)
    kept = results.plan.design["series"].get("columns", ())
    if missing := [name for name in SERIES if name not in kept]:
        raise ResultsError(
            f"{results.path} keeps no {missing[0]}: plan a sweep with [series] keep = 'all' and "
            f"columns = {list(SERIES)}, or turn its journey on"
        )
    changes = [dict(point) for point in points]
    for point in changes:
        wanted = Parameters().replace(**point, journey="on")
        check_readings(results.country, wanted)
        if name := acts_back(vars(wanted)):
            raise ParameterError(
                f"{name} changes who leaves: no stored run can be followed with it; run a sweep "
                "that has it"
            )
    return _followed(results, changes, run_ids, by)


def _followed(
    results: SweepResults,
    points: Sequence[Mapping[str, Any]],
    run_ids: Sequence[str] | None,
    by: tuple[str, ...],
) -> Iterator[tuple[str, Parameters, JourneyRecord]]:
    country, names = results.country, ["run_id", *parameters_among(results.columns)]
    runs = results.runs([*names, "status"])
    runs = runs[runs["status"] == "done"].set_index("run_id")
    wanted = list(run_ids) if run_ids is not None else results.series_ids()
    for start in range(0, len(wanted), AT_ONCE):
        ids = wanted[start : start + AT_ONCE]
        series, crossings = results.series(ids), results.crossing_rows(ids)
        for run_id in ids:
            kept = series.sel(run_id=run_id)
            weeks, rows = int(kept["weeks_run"]), crossings[run_id]
            crossed = np.zeros((weeks, country.category_count), np.int32)
            crossed[rows["week"], rows["category"]] = rows["people"]
            repression = kept["repression"].to_numpy()[:weeks]
            own = Parameters(**runs.loc[run_id, names[1:]].to_dict())
            name = acts_back(vars(own)) if any(points) else ""
            if name:
                raise ResultsError(
                    f"run {run_id} was made with {name}: who left depends on the journey that it "
                    "had; follow it without other parameters"
                )
            for point in points:
                parameters = own.replace(**point, journey="on")
                for changed in map(parameter, point):
                    if changed.needs and not getattr(parameters, changed.needs):
                        raise ResultsError(
                            f"{changed.name} has no effect on run {run_id} unless {changed.needs} "
                            "is above 0"
                        )
                record, _ = follow(country, parameters, crossed, repression, by)
                yield run_id, parameters, record


def followed_table(
    found: Iterable[tuple[str, Parameters, JourneyRecord]], names: Sequence[str] = ()
) -> pd.DataFrame:
    """Return the journeys of :func:`follow_runs` as one table.

    Columns: ``run_id``, the parameters ``names``, ``year``, and the flows and stocks of the whole
    country in expected people. A year that a run has only begun is there too.
    """
    tables = []
    for run_id, parameters, record in found:
        table = record.yearly()
        table.insert(0, "run_id", run_id)
        for place, name in enumerate(names, 1):
            table.insert(place, name, getattr(parameters, name))
        tables.append(table)
    return pd.concat(tables, ignore_index=True)
