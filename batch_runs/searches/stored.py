"""The runs of a search that is kept: every batch is written, and one that was stopped goes on."""

import time
from collections.abc import Callable

import pandas as pd

from defection.batch_runs.errors import SearchError
from defection.batch_runs.execution.evaluation import MemoryEvaluation
from defection.batch_runs.store.folder import Found, SearchFolder, StoredPart
from defection.batch_runs.store.versions import library_changes
from defection.checks import notice
from defection.parameters import parameters_among

SECONDS = 1.0
"""Batches are written when those that are not would take so long to run again."""


class StoredEvaluation:
    """Returns batches of runs from a folder as far as they fit, runs the rest, and keeps it there.

    A search evaluates the same points in the same order whenever its settings, its seed and the
    batches so far are the same. So batches that were lost are run again, and those behind them are
    taken as they are; where a run that had failed is done now, what follows may be other points.

    ``progress`` gets the number of runs after each batch. :meth:`keep` writes what is not written.
    """

    def __init__(
        self,
        folder: SearchFolder,
        evaluate: MemoryEvaluation,
        progress: Callable[[int], object] | None = None,
        warn: Callable[[str], object] = notice,
        *,
        retry_failed: bool = False,
    ) -> None:
        self._folder, self._plan, self._evaluate = folder, folder.read_plan(), evaluate
        self._progress, self._warn = progress or (lambda _runs: None), warn
        self._retried = retry_failed
        found = folder.find(self._plan)
        for file in found.damaged:
            warn(f"{file} is damaged: its runs are done again")
        folder.clean(found)
        self._parts: list[StoredPart] = []
        self._stored: dict[int, pd.DataFrame] = {}
        for part in found.parts:
            batches = folder.read_batches(Found([part], [], []))
            if retry_failed and any((one["status"] == "failed").any() for one in batches.values()):
                part.file.unlink(missing_ok=True)
            else:
                self._parts.append(part)
                self._stored |= batches
        self._number = self._points = 0
        self._new: dict[int, pd.DataFrame] = {}  # successive batches that are not written
        self._since = time.monotonic()
        self.runs = sum(map(len, self._stored.values()))
        self.done: set[int] = set()
        """Points of which a run was done."""
        self._progress(self.runs)

    def __call__(self, points: pd.DataFrame, replicates: int) -> pd.DataFrame:
        """Return the runs of some points."""
        batch = self._stored.pop(self._number, None)
        if batch is not None and not self._is_next(batch, points, replicates):
            self._forget(batch)
            batch = None
        if batch is not None:
            self.keep()  # a part has successive batches
            self._number += 1
        else:
            batch = self._run(points, replicates)
        self._points += len(points)
        self.done |= set(batch.loc[batch["status"] == "done", "point"])
        if not self.done:
            raise SearchError(
                f"all {len(batch):,} runs failed, the first with: {batch['error'].iloc[0]} (mend "
                f"the cause, then go on with retry_failed, on the command line --retry-failed)"
            )
        return batch

    def _run(self, points: pd.DataFrame, replicates: int) -> pd.DataFrame:
        if not self._evaluate.runs_made and (changed := library_changes(self._plan.about)):
            self._warn(f"{self._folder.path} was {changed}")
        if not self._new:
            self._since = time.monotonic()
        self._evaluate.next_point = self._points
        batch = self._evaluate(points, replicates)
        self._new[self._number] = batch  # at once, whenever Ctrl-C comes
        self._number += 1
        self.runs += len(batch)
        self._progress(self.runs)
        if time.monotonic() - self._since > SECONDS:
            self.keep()
        return batch

    def keep(self) -> None:
        """Write the batches that are not written yet, as one part."""
        if not self._new:
            return
        try:
            self._folder.write_batches(self._plan, min(self._new), list(self._new.values()))
        except OSError:
            self.runs -= sum(map(len, self._new.values()))
            self._new = {}
            self._progress(self.runs)
            raise
        self._new = {}

    def _is_next(self, batch: pd.DataFrame, points: pd.DataFrame, replicates: int) -> bool:
        """Return whether a batch has the runs of these points, the next ones."""
        names = parameters_among(points.columns)
        own = range(self._points, self._points + len(points))
        wanted = points[names].to_numpy(object).repeat(replicates, axis=0)
        same = len(batch) == len(wanted) and (wanted == batch[names].to_numpy(object)).all()
        return bool(same) and batch["point"].unique().tolist() == list(own)

    def _forget(self, batch: pd.DataFrame) -> None:
        """Give up a batch of other points, and those behind it, where that can be."""
        if not self._retried:
            raise SearchError(
                f"batch {self._number} of {self._folder.path} is not the one that was run: the "
                "search was started with another version (use a new folder), or the retry of "
                "failed runs was stopped (go on with it: --retry-failed)"
            )
        self.runs -= len(batch) + sum(map(len, self._stored.values()))
        self._stored.clear()
        for part in [one for one in self._parts if one.last >= self._number]:
            self._parts.remove(part)
            batches = self._folder.read_batches(Found([part], [], []))
            if before := [one for n, one in batches.items() if n < self._number]:
                self._folder.write_batches(self._plan, part.first, before)
            part.file.unlink(missing_ok=True)
