"""A search that survives: every answer it was given is kept, and a search that was stopped goes on where it was.

What is kept, and how, says :mod:`defection.batch_runs.store.search_folder`; :func:`open_search`
reads it back.
"""

from __future__ import annotations

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
from defection.batch_runs.execution.evaluation import Evaluate, MemoryEvaluation, SearchError
from defection.batch_runs.execution.journal import Replay
from defection.batch_runs.scores import Objective
from defection.batch_runs.searches.generation import check_whole, settings_of
from defection.batch_runs.store.plan import about
from defection.batch_runs.store.search_folder import SearchFolder
from defection.batch_runs.sweeps.specification import said_of
from defection.country import load, shipped
from defection.parameters import PARAMETERS

SECONDS = 1.0
"""Answers are written when those that are not take so long to give again."""


class StoredEvaluation:
    """Answers from a folder as far as it goes, runs the rest, and keeps every answer there.

    ``told`` hears how many runs there are after each answer. :meth:`keep` writes what is not
    written yet.
    """

    def __init__(
        self,
        folder: SearchFolder,
        make: Callable[[int], Evaluate],
        told: Callable[[int], object] | None,
    ) -> None:
        self._folder, self._told = folder, told
        answers = folder.answers()
        for file in answers.damaged:
            warnings.warn(
                f"{file} is damaged: it and the answers behind it are asked again",
                UserWarning,
                stacklevel=3,
            )
        folder.clean(answers)
        stored = folder.tables(answers)
        self._written, self._since = len(stored), time.monotonic()
        self._replay = Replay(make, stored)
        self.runs = sum(map(len, stored))
        if told:
            told(self.runs)

    def __call__(self, points: pd.DataFrame, replicates: int) -> pd.DataFrame:
        """Return the runs of some points; keep them if they are new."""
        before = len(self._replay.answers)
        if before == self._written:
            self._since = time.monotonic()
        answer = self._replay(points, replicates)
        if len(self._replay.answers) > before:
            self.runs += len(answer)
            if self._told:
                self._told(self.runs)
            if time.monotonic() - self._since > SECONDS:
                self.keep()
        return answer

    def keep(self) -> None:
        """Write the answers that are not written yet, as one part."""
        new = self._replay.answers[self._written :]
        if new:
            self._folder.write_answers(self._written, new)
            self._written, self._since = self._written + len(new), time.monotonic()


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
    told: Callable[[int], object] | None = None,
) -> pd.DataFrame:
    """Run a search into a folder, or go on with the one that is there; return what it found, best first.

    Parameters
    ----------
    search : Staged, Evolution, PaperSearch, Screen or SequentialMonteCarlo
        The search, with its space, its objective and its settings.
    out : path
        Its folder; where it holds a search already, that must be the same one.
    seed : int
        Fixes what the search draws, and with it the seed of every run.
    country, weeks
        As for :func:`defection.batch_runs.run_ensemble`.
    engine, workers, cluster
        As for :func:`defection.batch_runs.run_sweep`; threads if left out, since a question has few
        runs. The result does not depend on them, and a search may go on with others.
    told : function, optional
        Hears how many runs there are.

    Returns
    -------
    pandas.DataFrame
        As the search's ``finalists`` says; also in ``found.csv``. Every point asked is in ``trace.parquet``.

    Raises
    ------
    SearchError, FolderError, EngineError, ClusterError
        All of them ``ValueError`` or ``OSError``: a setting is wrong; the folder holds another
        search, is no search's folder, or is being written to; there is no such engine; the cluster
        cannot be reached or was lost. What was kept before stays.
    """
    check_engine(engine)
    if workers is not None:
        check_whole("search", workers=workers)
    folder = SearchFolder(out)
    plan = described(search, seed=seed, country=country, weeks=weeks)
    folder.check(plan)
    with folder.locked(), contextlib.ExitStack() as engines:
        folder.begin(plan)
        folder.check(plan)  # somebody else may have begun meanwhile

        def make(first: int) -> Evaluate:
            how: dict[str, Any] = {"engine": engine, "workers": workers, "cluster": cluster}
            return engines.enter_context(
                MemoryEvaluation(seed, country=country, weeks=weeks, first_point=first, **how)
            )

        evaluate = StoredEvaluation(folder, make, told)
        try:
            trace = search.run(evaluate, seed=seed)
            found = search.finalists(trace, evaluate)
        finally:
            evaluate.keep()
        folder.write_end(trace, found)
    return found


def described(search: Any, *, seed: int, country: str, weeks: int | None) -> dict[str, Any]:
    """Return all that a search's answers follow from, as plain values."""
    objective: Objective = search.objective
    assert not isinstance(objective.distance, str)
    settings = settings_of(search)
    for name, value in settings.items():
        if not isinstance(value, (int, float, str, bool, type(None))):
            raise SearchError(
                f"{type(search).__name__}: {name} cannot be kept in a plan; run this search from Python, with an evaluation"
            )
    objective.target.check_years(tuple(load(country).years))
    return {
        **about(country, weeks),
        "country": country if country in shipped() else str(pathlib.Path(country).resolve()),
        "method": type(search).__name__,
        "settings": settings,
        "seed": seed,
        "parameters": {one.name: said_of(one) for one in search.space.axes},
        "distance": {
            "name": objective.distance.name,
            "over": objective.over,
            **dataclasses.asdict(objective.distance),
        },
        "target": {
            str(year): count
            for year, count in zip(objective.target.years, objective.target.counts, strict=True)
        },
    }


def parameters_of(found: pd.DataFrame, row: int = 0) -> dict[str, Any]:
    """Return the parameters of a row of what a search found, as keywords for ``Parameters`` or ``DefectionModel``."""
    values = {name: found[name].iloc[row] for name in PARAMETERS}
    return {
        name: value.item() if hasattr(value, "item") else value for name, value in values.items()
    }
