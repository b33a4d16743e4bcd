"""Thousands of whole simulations in compiled code on all cores, bit-identical to the agents."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Collection, Iterator, Sized
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import numpy as np
import psutil

import defection
from defection.arrays import Results
from defection.batch_runs.execution.in_process import cores, run_jobs
from defection.batch_runs.inputs import EnsembleError, Runs, broadcast, countries_of
from defection.batch_runs.prepared import Prepared, check_rescued
from defection.batch_runs.records import RecordError, Records
from defection.checks import whole
from defection.compiled import is_cached, law_fingerprint
from defection.country import Country, checked_weeks
from defection.journey.data import JourneyArrays
from defection.journey.rescues import Rescue
from defection.progress import Progress, reporting
from defection.streams import EXACT

if TYPE_CHECKING:
    import xarray as xr

BATCH_SIZE = 4
"""Runs that a thread takes at a time: few, so that a slow run does not hold up the rest."""


def run_ensemble(
    parameters: Any,
    seeds: Any,
    *,
    cross: bool = False,
    record: str | Collection[str] = "yearly",
    country: Any = "north_korea",
    weeks: int | None = None,
    threads: int | None = None,
    progress: bool | Progress = False,
    memory_limit: int | None = None,
) -> xr.Dataset:
    """Run an ensemble and return what is recorded of it.

    Parameters
    ----------
    parameters : Parameters, mapping, table or list
        One set for all runs, or one for each: a list of sets, a mapping of names to lists, or a
        table of pandas.
    seeds : int or list
        One for all runs (common random numbers), or one for each.
    cross : bool
        Run every combination of the values in a mapping, the countries and the seeds.
    record : str or list
        What to keep: names of ``defection.batch_runs.RECORDS``, or ``by_`` and a dimension of the
        country, such as ``by_gender``.
    country : str, path, Country or list
        One for all runs, or one for each (variants of the same shape).
    weeks : int, optional
        How many weeks to run; all that the data cover if left out.
    threads : int, optional
        Threads to use; one for each core if left out. The results do not depend on it.
    progress : bool or function
        True shows a bar; a function is called as ``progress(runs done, runs)``.
    memory_limit : int, optional
        Bytes that the results may take; half of the memory that is free if left out.

    Returns
    -------
    xarray.Dataset
        With the dimension ``run`` and, by what is recorded, ``year``, ``week``, ``province`` or a
        dimension of the country. Coordinates of ``run``: ``seed``, ``weeks_run``, ``stopped_early``
        and every parameter that varies. After a run has stopped early its flows are 0 and its
        states are not a number.

    Raises
    ------
    EnsembleError, ParameterError, SeedError, CountryError, RecordError
        All of them ``ValueError``.

    Examples
    --------
    >>> data = run_ensemble({"famine_effect": [0.0, 0.9]}, seeds=[1, 2], cross=True, weeks=104)
    >>> data["yearly_attempts"].dims, data["yearly_attempts"].shape
    (('run', 'year'), (4, 2))
    >>> data["famine_effect"].values.tolist()
    [0.0, 0.0, 0.9, 0.9]
    """
    workers, records = _checked_threads(threads), _records(record, country, weeks)
    _check_memory(_count(seeds), records, memory_limit)  # before the runs are listed one by one
    runs = broadcast(parameters, seeds, country, cross=cross)
    records = records.for_points(runs.parameters)
    _check_memory(len(runs), records, memory_limit)
    with _reporting(progress, len(runs)) as report:
        return _run(runs, records, workers, report)


def stream_ensemble(
    parameters: Any,
    seeds: Any,
    *,
    batch: int = 1000,
    cross: bool = False,
    record: str | Collection[str] = "yearly",
    country: Any = "north_korea",
    weeks: int | None = None,
    threads: int | None = None,
    progress: bool | Progress = False,
    memory_limit: int | None = None,
) -> Iterator[xr.Dataset]:
    """Run an ensemble and yield its results a batch at a time; memory holds those of one batch.

    Parameters
    ----------
    parameters, seeds, cross, record, country, weeks, threads, progress
        As for :func:`run_ensemble`.
    batch : int
        Runs of which results are yielded together.
    memory_limit : int, optional
        Bytes that the results of one batch may take; half of the memory that is free if left out.

    Returns
    -------
    iterator of xarray.Dataset
        The batches; ``xarray.concat(batches, "run")`` is what :func:`run_ensemble` returns, but for
        crossings, of which the tables by :func:`crossings_of` can be put together.

    Raises
    ------
    EnsembleError, ParameterError, SeedError, CountryError, RecordError
        All of them ``ValueError``, and before anything runs.

    Examples
    --------
    >>> batches = stream_ensemble({}, range(5), batch=2, weeks=52)
    >>> [data.sizes["run"] for data in batches]
    [2, 2, 1]
    """
    batch, workers = whole("batch", batch, error=RecordError), _checked_threads(threads)
    records = _records(record, country, weeks)
    _check_memory(min(batch, _count(seeds)), records, memory_limit)
    runs = broadcast(parameters, seeds, country, cross=cross)
    records = records.for_points(runs.parameters)
    _check_memory(min(batch, len(runs)), records, memory_limit)

    def batches() -> Iterator[xr.Dataset]:
        with _reporting(progress, len(runs)) as report:
            for start in range(0, len(runs), batch):
                part = runs.part(start, min(start + batch, len(runs)))
                data = _run(part, records, workers, report, before=start)
                if "crossing_run" in data:
                    data["crossing_run"] = data["crossing_run"] + start
                yield data.assign_coords(run=data["run"] + start)

    return batches()


def run_rescued(
    parameters: Any,
    seeds: Any,
    rescue: Rescue,
    *,
    record: str | Collection[str] = "journey",
    country: Any = "north_korea",
    weeks: int | None = None,
    threads: int | None = None,
    journey: JourneyArrays | None = None,
) -> xr.Dataset:
    """Run an ensemble in which people are taken out of China, to be compared with one without.

    Both have the same uniform random numbers. Unless ``news_of_arrivals`` lets home hear of it, the
    law is the same in both, and the difference is the shadow of those taken (``journey.shadow``).

    Parameters
    ----------
    parameters, seeds, record, country, weeks, threads
        As for :func:`run_ensemble`; the journey is on.
    rescue : Rescue
        Who is taken: ``wanted`` has a number for each of the weeks. A ``pull`` needs news.
    journey : JourneyArrays, optional
        What stands for the country's (``journey.data.journey_arrays``).

    Returns
    -------
    xarray.Dataset
        As of :func:`run_ensemble`, with ``weekly_taken_by_province`` [run, week, province], in
        people. They are in no flow: those whose mission does not fail arrive in that week.

    Raises
    ------
    EnsembleError, ValueError
        The journey is off; rescues have another shape than the runs, or a number outside its
        limits; nobody could hear of those that pull.

    Examples
    --------
    >>> from defection.journey.rescues import Rescue
    >>> ten_a_week = Rescue(np.full(104, 10.0), np.ones(40), 0.0)
    >>> data = run_rescued({"journey": "on"}, 1, ten_a_week, weeks=104)
    >>> bool((data["weekly_taken_by_province"].sum("province") <= 10.0 + 1e-9).all())
    True
    """
    runs, workers = broadcast(parameters, seeds, country), _checked_threads(threads)
    check_rescued(runs, rescue)
    records = _records(record, country, weeks)
    records = dataclasses.replace(records, names=tuple(dict.fromkeys([*records.names, "journey"])))
    taken = np.zeros((len(runs), records.weeks, len(records.country.provinces)))
    cells = taken.shape[2] * 2 * math.prod(records.journey_shape)
    shape = (*np.shape(rescue.wanted), *np.shape(rescue.eligible))
    if shape != (records.weeks, cells):
        raise EnsembleError(f"rescues need {records.weeks} weeks and {cells} cells, not {shape}")
    rescues: dict[str, Any] = {"rescue": rescue, "taken": taken, "journey": journey}
    data = _run(runs, records, workers, lambda *_: None, **rescues)
    data = data.assign_coords(province=list(records.country.provinces))
    return data.assign(weekly_taken_by_province=(("run", "week", "province"), taken))


def _records(record: str | Collection[str], country: Any, weeks: int | None) -> Records:
    first = countries_of(country)[0]
    return Records.from_names(record, first, checked_weeks(weeks, first))


def _count(seeds: Any) -> int:
    if isinstance(seeds, range):  # len() ends at 64 bits
        return max(0, -(-(seeds.stop - seeds.start) // seeds.step))
    many = isinstance(seeds, Sized) and not isinstance(seeds, str)
    return getattr(seeds, "size", 0) or (len(seeds) if many else 1)


def _size(count: float) -> str:
    return f"{count / 1e9:,.2f} GB" if count >= 1e7 else f"{count:,.0f} bytes"


def _check_memory(runs: int, records: Records, memory_limit: int | None) -> None:
    needed = runs * records.bytes_per_run()
    allowed = psutil.virtual_memory().available // 2 if memory_limit is None else memory_limit
    if needed > allowed:
        fits = max(1, allowed // (2 * records.bytes_per_run()))
        raise RecordError(
            f"recording {', '.join(records.names)} of {runs:,} runs takes {_size(needed)}, "
            f"more than the {_size(allowed)} allowed: record less, or use "
            f"stream_ensemble(..., batch={fits}), which holds one batch at a time"
        )


def _checked_threads(threads: int | None) -> int:
    return cores() if threads is None else whole("threads", threads, error=RecordError)


def _reporting(progress: bool | Progress, total: int) -> AbstractContextManager[Progress]:
    compiles = progress is True and not is_cached("simulate_many")
    first = "compiling (once per version), then runs" if compiles else None
    return reporting(progress, total=total, first=first)


def _run(
    runs: Runs, records: Records, threads: int, report: Progress, before: int = 0, **rescues: Any
) -> xr.Dataset:
    prepared, results = Prepared.from_runs(runs, records), records.allocate(len(runs))
    jobs, crossings = [], {}
    for country in prepared.arrays:
        mine = np.array([i for i, other in enumerate(runs.countries) if other is country])
        starts = range(0, len(mine), BATCH_SIZE)
        jobs += [(country, mine[start : start + BATCH_SIZE]) for start in starts]

    def do(job: tuple[Country, np.ndarray], halt: np.ndarray) -> int:
        country, numbers = job
        crossings.update(prepared.simulate(country, numbers, results, halt, **rescues))
        return len(numbers)

    run_jobs(do, jobs, threads, lambda done: report(before + done, before + len(runs)))
    return _labelled(runs, records, results, crossings)


def _labelled(
    runs: Runs, records: Records, results: Results, crossings: dict[int, np.ndarray]
) -> xr.Dataset:
    exact, weeks = max(runs.seeds) < EXACT, results.weeks_run
    seeds = np.array(runs.seeds, np.int64 if exact else str)  # text survives every format
    kept = {"seed": seeds, "weeks_run": weeks, "stopped_early": weeks < records.weeks}
    runwise = {name: ("run", values) for name, values in kept.items()}
    data = records.dataset(results, crossings).assign_coords(runwise)
    if exact and max(runs.seeds) >= 2**31:  # netCDF 3 has no whole numbers of 64 bits
        data["seed"].encoding["dtype"] = "float64"
    for name in runs.varied:
        values = [getattr(point, name) for point in runs.parameters]
        data = data.assign_coords({name: ("run", np.array(values))})
    first = runs.parameters[0].as_dict().items()
    fixed = {name: value for name, value in first if name not in runs.varied}
    about: dict[str, Any] = {"defection": defection.__version__, "law": law_fingerprint()}
    about |= {"country": runs.countries[0].name, "weeks": records.weeks}
    if len(set((runs.whole or runs).countries)) > 1:
        data = data.assign_coords(data=("run", [country.fingerprint for country in runs.countries]))
    else:
        about["data"] = runs.countries[0].fingerprint
    return data.assign_attrs({**about, **fixed})
