"""Giving tasks to an engine, keeping what comes back, and surviving the death of workers."""

import collections
import errno
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from typing import Any, NoReturn

from defection.batch_runs.errors import WorkerError
from defection.batch_runs.execution.base import Engine
from defection.batch_runs.execution.worker import Work
from defection.batch_runs.store.task import Task
from defection.files import FolderError

AHEAD = 2
"""Chunks given out for each slot of the engine: one that is run, and one that waits."""

DEATHS = 3
"""Times a chunk may be there when a worker dies before its runs are tried alone."""

DEATHS_ALONE = 2
"""Times a run may kill its worker, alone, before it counts as failed."""

LOST = "WorkerDied: the worker died while it ran this run alone (killed, or out of memory)"

Chunk = tuple[int, int]


def stop(error: BaseException) -> NoReturn:
    """Raise what stops all where something failed that is not a run."""
    if isinstance(error, Exception) and not isinstance(error, (ValueError, OSError)):
        said = "".join(str(error).splitlines()[:1])
        raise WorkerError(f"a run could not be made ({type(error).__name__}: {said})") from error
    raise error


def _has_failed(future: Future) -> bool:
    return future.cancelled() or future.exception() is not None


class Driver:
    """Has an engine do ``work``, chunk by chunk.

    ``task_of`` makes the task of a chunk, ``keep`` stores its result, and ``report`` gets the
    number of runs of each that is stored.
    """

    def __init__(
        self,
        engine: Engine,
        work: Work,
        task_of: Callable[[Chunk], Task],
        keep: Callable[[Chunk, Any], object],
        report: Callable[[int], object],
    ) -> None:
        self._engine, self._work = engine, work
        self._task_of, self._keep, self._report = task_of, keep, report
        self._running: dict[Future, tuple[Chunk, Task]] = {}
        self._deaths: collections.Counter[Chunk] = collections.Counter()
        self._suspects: list[Chunk] = []

    def run(self, chunks: Iterable[Chunk], *, close: bool = False) -> None:
        """Run chunks until all are kept, and ``close`` the engine; an error closes it at once."""
        waiting = collections.deque(chunks)
        try:
            while waiting or self._running or self._suspects:
                if self._suspects and not self._running:
                    self._run_alone(self._suspects.pop())
                while (
                    waiting
                    and not self._suspects
                    and len(self._running) < AHEAD * self._engine.slots()
                ):
                    chunk = waiting.popleft()
                    task = self._task_of(chunk)
                    self._running[self._submitted(task)] = (chunk, task)
                waiting.extendleft(reversed(self._collect()))
            if close:
                self._engine.close()
        except BaseException:
            self._engine.close(now=True)
            raise

    def _submitted(self, task: Task) -> Future:
        try:
            return self._engine.submit(self._work.run, task)
        except Exception as error:  # workers that died before they were given anything
            future: Future = Future()
            future.set_exception(error)
            return future

    def _collect(self) -> list[Chunk]:
        """Keep what is finished; return the chunks that must be run again as workers died."""
        self._engine.slots()  # raises where a cluster was lost
        if not self._running:
            return []
        finished, _ = wait(self._running, timeout=0.2, return_when=FIRST_COMPLETED)
        died: list[Chunk] = []
        for future in sorted(finished, key=_has_failed):  # what is done is kept first
            chunk, task = self._running.pop(future)
            try:
                part = future.result()
            except (Exception, CancelledError) as error:
                if not self._engine.has_died(error):
                    stop(error)
                died.append(chunk)
            else:
                self._store(chunk, task, part)
        if not died:
            return []
        if not self._engine.fails_as_pool:  # it has tried again itself: this chunk is to blame
            self._suspects += died
            return []
        died += [chunk for chunk, _ in self._running.values()]
        self._running.clear()
        self._engine.rebuild()
        self._deaths.update(died)
        self._suspects += [chunk for chunk in died if self._deaths[chunk] >= DEATHS]
        return sorted(chunk for chunk in died if self._deaths[chunk] < DEATHS)

    def _store(self, chunk: Chunk, task: Task, part: Any) -> None:
        try:
            self._keep(chunk, part)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise FolderError(f"the disk is full ({error.strerror}): make room") from None
            raise
        self._report(len(task))

    def _run_alone(self, chunk: Chunk) -> None:
        """Run a chunk run by run, to find the run that kills its workers."""
        task = self._task_of(chunk)
        parts = [self._run_one(task.some([i])) for i in range(len(task))]
        self._store(chunk, task, self._work.merged(task, parts))

    def _run_one(self, task: Task) -> Any:
        for _ in range(DEATHS_ALONE):
            try:
                return self._submitted(task).result()
            except (Exception, CancelledError) as error:
                if not self._engine.has_died(error):
                    stop(error)
                self._engine.rebuild()
        return self._work.failed(task, LOST)
