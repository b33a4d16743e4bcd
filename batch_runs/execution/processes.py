"""Worker processes on this machine: one that dies is replaced, and its work is done again."""

import contextlib
import multiprocessing
import multiprocessing.connection
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import forkserver, resource_tracker, util
from typing import Any

from defection.batch_runs.errors import WorkerError
from defection.batch_runs.execution.base import Engine

PATIENCE = 3.0
"""Seconds within which the pool notices by itself that a worker has died."""

TRIES = 3
"""Workers that are killed, one after the other, before they get to work."""

UNGUARDED = 78
"""Exit status of a worker that is about to start workers: it runs the script that started it."""

GUARD = 'a script that starts them needs  if __name__ == "__main__":  above what it does'

LONGEST_FOLDER = 60
"""Bytes of a folder in which the path of a socket is short enough (about 100) on every system."""

SHORT_FOLDERS = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108

ENDS = ("SIGINT", "SIGTERM", "SIGHUP")
"""Signals that ask a process to end (Windows has fewer)."""


class Processes(Engine):
    """So many worker processes."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._context = prepare()
        self._start()

    def _start(self) -> None:
        """Start a pool, one worker first: where that one cannot start, no other is tried."""
        for _ in range(TRIES):
            self._died_at: float | None = None
            try:
                self._pool = ProcessPoolExecutor(
                    self._workers, mp_context=self._context, initializer=_begin
                )
            except (OSError, NotImplementedError) as error:  # a system without semaphores
                said = f"worker processes cannot start ({error}): use engine = threads"
                raise WorkerError(said) from None
            try:
                self.submit(os.getpid).result()
                return
            except BrokenProcessPool:
                ended = self._processes()
                self.close(now=True)
                status = ended[0].exitcode if ended else None
                if status == UNGUARDED:
                    raise WorkerError(f"worker processes cannot start: {GUARD}") from None
                if status in range(128):  # it failed by itself, and would do so again
                    break
            except BaseException:
                self.close(now=True)
                raise
        raise WorkerError(
            f"worker processes cannot start: the first one ended with status {status} before it "
            f"got to work; {GUARD} (engine = threads needs no processes)"
        )

    def submit(self, work: Any, *task: Any) -> Future:
        """Have ``work(*task)`` run; returns a future at once."""
        try:
            with _uninterrupted():  # a worker that is started by half would end with a traceback
                return self._pool.submit(work, *task)
        except (EOFError, ConnectionError) as error:  # what starts workers was killed meanwhile
            raise BrokenProcessPool(str(error)) from error

    def slots(self) -> int:
        """Return the number of processes; wakes a pool that waits for a dead worker's result."""
        if self._is_stuck():
            self._end_all()
        return self._workers

    def _is_stuck(self) -> bool:
        """Whether a worker died while it sent its result, and the pool waits for the rest of it."""
        sentinels = [worker.sentinel for worker in self._processes()]
        if not multiprocessing.connection.wait(sentinels, timeout=0):
            self._died_at = None
            return False
        self._died_at = self._died_at or time.monotonic()
        return time.monotonic() - self._died_at > PATIENCE

    def _end_all(self) -> None:
        """Kill the workers and close this process's own end of their pipe: nothing waits on it."""
        results: Any = getattr(self._pool, "_result_queue", None)
        for worker in self._processes():
            with contextlib.suppress(Exception):
                worker.kill()
        with contextlib.suppress(Exception):
            results._writer.close()

    def _processes(self) -> list[Any]:
        # there is no public name for them before Python 3.14
        return list((getattr(self._pool, "_processes", None) or {}).values())

    def has_died(self, error: BaseException) -> bool:
        """Whether an error means that a worker died."""
        return isinstance(error, BrokenProcessPool)

    def rebuild(self) -> None:
        """Replace all workers."""
        self.close(now=True)
        self._start()

    def close(self, *, now: bool = False) -> None:
        """End the workers, ``now`` or when they have finished."""
        if now:
            self._end_all()
        self._pool.shutdown(wait=True, cancel_futures=True)


def prepare() -> Any:
    """Start the process from which workers come, with the law loaded; returns at once."""
    if getattr(multiprocessing.current_process(), "_inheriting", False):
        os._exit(UNGUARDED)  # said once, by the process that waits for this one
    main = sys.modules["__main__"]
    script = getattr(main, "__file__", None)
    if script and getattr(main, "__spec__", None) is None and not os.path.exists(script):
        raise WorkerError(
            f"worker processes cannot start: they have to read the script, and there is no file "
            f"{script}; save it as a file, or use engine = threads"
        )
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["defection.batch_runs.execution.worker"])
    try:
        with _uninterrupted(), _short_folder():
            for start in (resource_tracker.ensure_running, forkserver.ensure_running):
                with _left_to_the_sweep():  # the first one changes the mask
                    start()
    except OSError as error:
        raise WorkerError(
            f"worker processes cannot start ({error}): set TMPDIR to a folder that can be "
            f"written, with a path of at most {LONGEST_FOLDER} bytes, or use engine = threads"
        ) from None
    return context


@contextlib.contextmanager
def _short_folder() -> Iterator[None]:
    """Have the sockets of multiprocessing in a short path where that of TMPDIR is too long."""
    before = tempfile.tempdir
    if len(os.fsencode(tempfile.gettempdir())) > LONGEST_FOLDER:
        usable = [folder for folder in SHORT_FOLDERS if os.access(folder, os.W_OK | os.X_OK)]
        tempfile.tempdir = next(iter(usable), before)
    try:
        util.get_temp_dir()  # made once for a process
        yield
    finally:
        tempfile.tempdir = before


@contextlib.contextmanager
def _left_to_the_sweep() -> Iterator[None]:
    """Start something, and all that it starts, with Ctrl-C and hang-ups blocked for good."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Hold back what handlers of signals do (Ctrl-C, for one) until this is done."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    numbers = [getattr(signal, name) for name in ENDS if hasattr(signal, name)]
    handled = {one: how for one in numbers if callable(how := signal.getsignal(one))}
    try:
        for one in handled:
            signal.signal(one, lambda number, _frame: came.append(number))
        yield
    finally:
        for one, how in handled.items():
            signal.signal(one, how)
        for one in came:
            signal.raise_signal(one)


def _begin() -> None:
    """Make a worker leave Ctrl-C to the sweep, and end when the sweep is gone, however it went."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: Any) -> None:
    parent.join()
    os._exit(1)
