"""A search that survives: every answer it was given is kept, and a search that was stopped goes on where it was.

A search's folder holds ``search.json`` (what was asked, with the fingerprints of the law and the data), ``answers/`` (immutable parts
with the runs of successive questions, as a sweep's parts are written), and, once it has ended, ``trace.parquet`` and ``found.csv``.
"""

from __future__ import annotations

import dataclasses
import json
import pathlib
import re
import time
import warnings
from collections.abc import Callable
from typing import Any

import pandas as pd
import pyarrow as pa

from defection.batch_runs.scores import Objective
from defection.batch_runs.searches.asking import settings_of
from defection.batch_runs.searches.evaluation import Evaluate, MemoryEvaluation, SearchError
from defection.batch_runs.searches.evolution import Evolution, winners
from defection.batch_runs.searches.replay import Replay
from defection.batch_runs.searches.rescoring import rescored
from defection.batch_runs.searches.screen import best
from defection.batch_runs.searches.smc import SequentialMonteCarlo
from defection.batch_runs.searches.staged import Staged, outcome
from defection.batch_runs.sweeps import rows
from defection.batch_runs.sweeps.files import digest, write_beside
from defection.batch_runs.sweeps.folder import LOCK, Folder
from defection.batch_runs.sweeps.plan import about, differences, fingerprint
from defection.batch_runs.sweeps.specification import said_of
from defection.country import load
from defection.parameters import PARAMETERS
from defection.run_folder import FolderError

PLAN = "search.json"
SECONDS = 1.0
"""Answers are written when those that are not take so long to give again."""

FINALISTS = 10
"""Points that are scored on fresh seeds where a search has no finalists of its own."""

_NAME = re.compile(r"(\d{6,})-(\d{6,})-([0-9a-f]{8})-([0-9a-f]{16})\.parquet")


class StoredEvaluation:
    """Answers from a folder as far as it goes, runs the rest, and keeps every answer there.

    ``told`` hears how many runs there are after each answer. :meth:`keep` writes what is not written yet.
    """

    def __init__(self, folder: pathlib.Path, key: str, make: Callable[[int], Evaluate], told: Callable[[int], object] | None) -> None:
        self._folder, self._key, self._told = folder / "answers", key, told
        stored = self._read()
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
        if not new:
            return
        tables = [pa.Table.from_pandas(one.assign(question=self._written + n), preserve_index=False) for n, one in enumerate(new)]
        content = rows.encoded(pa.concat_tables(tables, promote_options="permissive"))
        last = self._written + len(new) - 1
        write_beside(self._folder / f"{self._written:06d}-{last:06d}-{self._key}-{digest(content)}.parquet", content)
        self._written, self._since = last + 1, time.monotonic()

    def _read(self) -> list[pd.DataFrame]:
        """Return the answers to the first questions; what is damaged or behind a gap is removed, and will be asked again."""
        answers: list[pd.DataFrame] = []
        ours = [
            (file, name) for file in sorted(self._folder.glob("*.parquet")) if (name := _NAME.fullmatch(file.name)) and name[3] == self._key
        ]
        gap = False
        for file, name in ours:
            content = file.read_bytes()
            if digest(content) != name[4]:
                warnings.warn(f"{file} is damaged: it and the answers behind it are asked again", UserWarning, stacklevel=2)
                gap = True
            if not gap and int(name[1]) == len(answers):
                table = rows.decoded(content).to_pandas()
                answers += [one.drop(columns="question").reset_index(drop=True) for _, one in table.groupby("question", sort=True)]
            else:
                file.unlink()
        for file in self._folder.glob(".*.tmp"):
            file.unlink()
        return answers


def run_search(
    search: Any,
    out: str | pathlib.Path,
    *,
    seed: int,
    country: str = "north_korea",
    weeks: int | None = None,
    threads: int | None = None,
    told: Callable[[int], object] | None = None,
) -> pd.DataFrame:
    """Run a search into a folder, or go on with the one that is there; return what it found, best first.

    Parameters
    ----------
    search : Staged, Evolution, PaperWalk, Screen or SequentialMonteCarlo
        The search, with its space, its objective and its settings.
    out : path
        Its folder; where it holds a search already, that must be the same one.
    seed : int
        Fixes what the search draws, and with it the seed of every run.
    country, weeks, threads
        As for :func:`defection.batch_runs.run_ensemble`. The result does not depend on ``threads``.
    told : function, optional
        Hears how many runs there are.

    Returns
    -------
    pandas.DataFrame
        As :func:`finalists` says; also in ``found.csv``. Every point asked is in ``trace.parquet``.

    Raises
    ------
    SearchError, FolderError
        The folder holds another search, is no search's folder, or is being written to.
    """
    folder = pathlib.Path(out)
    plan = described(search, seed=seed, country=country, weeks=weeks)
    _check(folder, plan)
    with Folder(folder).locked():
        if not (folder / PLAN).exists():
            write_beside(folder / PLAN, (json.dumps(plan, indent=2, ensure_ascii=False) + "\n").encode())
        key = fingerprint(_check(folder, plan))[:8]  # of the plan as it was written first: 1 and 1.0 are one setting

        def make(first: int) -> Evaluate:
            return MemoryEvaluation(seed, country=country, weeks=weeks, threads=threads, first_point=first)

        evaluate = StoredEvaluation(folder, key, make, told)
        try:
            trace = search.run(evaluate, seed=seed)
            found = finalists(search, trace, evaluate)
        finally:
            evaluate.keep()
        write_beside(folder / "trace.parquet", rows.encoded(pa.Table.from_pandas(trace, preserve_index=False)))
        write_beside(folder / "found.csv", found.to_csv(index=False).encode())
    return found


def finalists(search: Any, trace: pd.DataFrame, evaluate: Evaluate) -> pd.DataFrame:
    """Return the best points of a search with their scores on 50 fresh seeds, best first; of ABC-SMC its last particles.

    Columns: ``point``, ``score``, ``spread``, ``standard_error``, ``replicates``, ``stopped``, more of :func:`rescored`, the parameters.
    """
    if isinstance(search, Staged):
        return outcome(trace)
    if isinstance(search, SequentialMonteCarlo):
        last = trace[trace["generation"] == trace["generation"].max()]
        return last.sort_values("score", kind="stable").reset_index(drop=True)
    if isinstance(search, Evolution):
        chosen = winners(trace)
    elif "start" in trace:
        chosen = trace.loc[trace.groupby("start")["score"].idxmin()].sort_values("score", kind="stable").head(FINALISTS)
    else:
        chosen = best(trace, min(FINALISTS, len(trace)), apart=0.1, space=search.space)
    return rescored(chosen, search.objective, evaluate)


def described(search: Any, *, seed: int, country: str, weeks: int | None) -> dict[str, Any]:
    """Return all that a search's answers follow from, as plain values."""
    objective: Objective = search.objective
    assert not isinstance(objective.distance, str)
    settings = settings_of(search)
    for name, value in settings.items():
        if not isinstance(value, (int, float, str, bool, type(None))):
            raise SearchError(f"{type(search).__name__}: {name} cannot be kept in a plan; run this search from Python, with an evaluation")
    objective.target.check_years(tuple(load(country).years))
    return {
        **about(country, weeks),
        "method": type(search).__name__,
        "settings": settings,
        "seed": seed,
        "parameters": {one.name: said_of(one) for one in search.space.axes},
        "distance": {"name": objective.distance.name, "over": objective.over, **dataclasses.asdict(objective.distance)},
        "target": {str(year): count for year, count in zip(objective.target.years, objective.target.counts, strict=True)},
    }


def _check(folder: pathlib.Path, plan: dict[str, Any]) -> dict[str, Any]:
    file = folder / PLAN
    if not file.is_file():
        ours = all(f.name == LOCK or f.suffix == ".tmp" for f in folder.iterdir()) if folder.is_dir() else not folder.exists()
        if not ours:
            raise FolderError(f"{folder} is not a search's folder (it has no {PLAN}); choose another --out")
        return plan
    try:
        old = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(old, dict):
            raise ValueError
    except ValueError:
        raise SearchError(f"{file} cannot be read as the plan of a search; plans must not be edited") from None
    changes = [d for d in differences(old, json.loads(json.dumps(plan))) if not d.startswith(("made_with", "defection"))]
    if changes:
        raise SearchError(f"{folder} holds another search: {'; '.join(changes[:5])}; choose another --out")
    return old


def parameters_of(found: pd.DataFrame, row: int = 0) -> dict[str, Any]:
    """Return the parameters of a row of what a search found, as keywords for ``Parameters`` or ``DefectionModel``."""
    values = {name: found[name].iloc[row] for name in PARAMETERS}
    return {name: value.item() if hasattr(value, "item") else value for name, value in values.items()}
