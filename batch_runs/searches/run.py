"""A search that is kept: every batch of runs is written, and a search that was stopped goes on."""

import contextlib
import dataclasses
import pathlib
import time
import warnings
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any

import pandas as pd

from defection.batch_runs.execution.engine import check_engine
from defection.batch_runs.execution.evaluation import (
    Evaluate,
    MemoryEvaluation,
    ResumedEvaluation,
    SearchError,
)
from defection.batch_runs.scores import Objective
from defection.batch_runs.searches.generation import settings_of
from defection.batch_runs.store.folder import SearchFolder
from defection.batch_runs.store.plan import Plan, check_same
from defection.batch_runs.store.versions import about, library_changes
from defection.batch_runs.sweeps.specification import described_axis
from defection.checks import whole
from defection.country import load
from defection.country_folders import resolved
from defection.parameters import PARAMETERS

SECONDS = 1.0
"""Batches are written when those that are not would take so long to run again."""


class StoredEvaluation(ResumedEvaluation):
    """Returns batches from a folder as far as they go, runs the rest, and keeps each there.

    ``progress`` gets the number of runs after each batch. :meth:`keep` writes what is not written.
    """

    def __init__(
        self,
        folder: SearchFolder,
        make: Callable[[int], Evaluate],
        progress: Callable[[int], object] | None,
    ) -> None:
        self._folder, self._plan = folder, folder.read_plan()
        self._progress = progress or (lambda _runs: None)
        found = folder.find(self._plan)
        for file in found.damaged:
            warnings.warn(
                f"{file} is damaged: its batches are run again", UserWarning, stacklevel=3
            )
        folder.clean(found)
        super().__init__(make, folder.read_batches(found))
        self._unwritten: list[int] = []
        self._since = time.monotonic()
        self.runs = sum(map(len, self.batches.values()))
        self._progress(self.runs)

    def __call__(self, points: pd.DataFrame, replicates: int) -> pd.DataFrame:
        """Return the runs of some points; keep them if they are new."""
        before = len(self.batches)
        if not self._unwritten:
            self._since = time.monotonic()
        batch = super().__call__(points, replicates)
        if len(self.batches) > before:
            self._unwritten.append(self._next - 1)
            self.runs += len(batch)
            self._progress(self.runs)
            if time.monotonic() - self._since > SECONDS:
                self.keep()
        return batch

    def keep(self) -> None:
        """Write the batches that are not written yet, those that follow on each other as a part."""
        try:
            while self._unwritten:
                first = self._unwritten[0]
                follow = [n for i, n in enumerate(self._unwritten) if n == first + i]
                self._folder.write_batches(self._plan, first, [self.batches[n] for n in follow])
                del self._unwritten[: len(follow)]
        except OSError:  # say no more than is true
            self._progress(self.runs - sum(len(self.batches[n]) for n in self._unwritten))
            raise
        self._since = time.monotonic()


def run_search(
    search: Any,
    out: str | pathlib.Path,
    *,
    seed: int,
    country: str = "north_korea",
    weeks: int | None = None,
    engine: str | Executor = "threads",
    workers: int | None = None,
    cluster: str | None = None,
    progress: Callable[[int], object] | None = None,
) -> pd.DataFrame:
    """Run a search into a folder, or go on with the one that is there.

    Parameters
    ----------
    search : a search method
        With its space, its objective and its settings.
    out : path
        Its folder; where it holds a search already, that must be the same one.
    seed : int
        Fixes what the search draws, and with it the seed of every run.
    country, weeks
        As for :func:`defection.batch_runs.run_ensemble`.
    engine, workers, cluster
        As for :func:`defection.batch_runs.run_sweep`; threads if left out, since a batch has few
        runs. The result does not depend on them, and a search may go on with others.
    progress : function, optional
        Gets the number of runs after each batch.

    Returns
    -------
    pandas.DataFrame
        What was found, best first; also in ``found.csv``. ``trace.parquet`` has every point.

    Raises
    ------
    SearchError, SweepError, PlanError, FolderError, ClusterError
        All of them ``ValueError`` or ``OSError``. What was kept before stays.

    Examples
    --------
    >>> import tempfile
    >>> from defection.batch_runs.scores import Target
    >>> from defection.batch_runs.searches import Screen, search_space
    >>> objective = Objective(Target.from_country())
    >>> screen = Screen(space=search_space(), objective=objective, points=2)
    >>> found = run_search(screen, tempfile.mkdtemp(), seed=1)
    >>> len(found), found["score"].is_monotonic_increasing
    (2, True)
    """
    check_engine(engine)
    if workers is not None:
        whole("search: workers", workers, error=SearchError)
    folder = SearchFolder(out)
    about = described(search, seed=seed, country=country, weeks=weeks)
    if folder.check():
        check_same(folder.read_plan(), about, str(folder.path))
    with folder.locked(), contextlib.ExitStack() as engines:
        folder.write_plan(Plan(about), new=True)
        check_same(folder.read_plan(), about, str(folder.path))  # or somebody else's

        plan = folder.read_plan()
        made: list[MemoryEvaluation] = []

        def make(first: int) -> Evaluate:
            if not made:
                if changed := library_changes(plan.about):
                    warnings.warn(f"{folder.path} was {changed}", UserWarning, stacklevel=2)
                how: dict[str, Any] = {"engine": engine, "workers": workers, "cluster": cluster}
                bits = plan.seed_bits
                one = MemoryEvaluation(seed, country=country, weeks=weeks, seed_bits=bits, **how)
                made.append(engines.enter_context(one))
            made[0].next_point = first
            return made[0]

        evaluate = StoredEvaluation(folder, make, progress)
        try:
            trace = search.run(evaluate, seed=seed)
            found = search.finalists(trace, evaluate)
        finally:
            evaluate.keep()
        folder.write_end(trace, found)
    return found


def described(search: Any, *, seed: int, country: str, weeks: int | None) -> dict[str, Any]:
    """Return all that the runs of a search follow from, as plain values."""
    objective: Objective = search.objective
    assert not isinstance(objective.distance, str)
    settings = settings_of(search)
    for name, value in settings.items():
        if not isinstance(value, (int, float, str, bool, type(None))):
            raise SearchError(
                f"{type(search).__name__}: {name} cannot be kept in a plan; run this search from "
                "Python, with an evaluation"
            )
    objective.target.check_years(tuple(load(country).years))
    search.space.check(load(country))
    years = map(str, objective.target.years)
    return {
        **about(country, weeks),
        "country": resolved(country),
        "method": type(search).__name__,
        "settings": settings,
        "seed": seed,
        "parameters": {one.name: described_axis(one) for one in search.space.axes},
        "distance": {
            "name": objective.distance.name,
            "over": objective.over,
            **dataclasses.asdict(objective.distance),
        },
        "target": dict(zip(years, objective.target.counts, strict=True)),
    }


def parameters_of(found: pd.DataFrame, row: int = 0) -> dict[str, Any]:
    """Return the parameters of a row of what a search found; row 0 is the best."""
    values = {name: found[name].iloc[row] for name in PARAMETERS if name in found}
    return {
        name: value.item() if hasattr(value, "item") else value for name, value in values.items()
    }
