"""The bar that shows how far a run, an ensemble, a sweep or a search is."""

from __future__ import annotations

import contextlib
import functools
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

from defection.console import Output

Progress = Callable[[int, int], object]
"""A function that is called with how many are done, and how many there are."""


class Bar:
    """A bar on standard error; it appears at the first call, ``bar(done, total)``.

    ``first`` is the label until something is done. Without ``show`` nothing is written, and what
    cannot be written stops nothing.
    """

    def __init__(
        self,
        label: str = "runs",
        *,
        total: int | None = None,
        unit: str = "runs",
        first: str | None = None,
        show: bool = True,
        smoothing: float = 0.1,
    ) -> None:
        self._label, self._first, self.total = label, first, total
        self._how = {"unit": f" {unit}", "disable": not show, "smoothing": smoothing}
        self._bar: Any = None
        self.done: int | None = None
        """How many are done; None before the first call."""
        self.before = 0
        """How many were done before the first call."""

    def __call__(self, done: int, total: int | None = None) -> None:
        """Show that ``done`` of ``total`` are done."""
        if self._bar is None:
            self.before, self.total = done, self.total or total
            label = self._first or self._label
            file = Output(sys.stderr)
            self._bar = _shown()(desc=label, total=self.total, initial=done, file=file, **self._how)
        elif self._first and done > self.before:
            self._bar.set_description(self._label, refresh=False)
            self._first = None
        if not self._how["disable"]:
            self._bar.update(done - self._bar.n)
        self.done = done

    def close(self) -> None:
        """Leave the bar as it stands."""
        if self._bar is not None:
            self._bar.close()

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@functools.cache
def _shown() -> Any:
    from tqdm.auto import tqdm

    class Shown(tqdm):
        """A bar that starts no thread, and no process either: its lock is of threads alone."""

        monitor_interval = 0

    Shown.set_lock(threading.RLock())
    return Shown


@contextlib.contextmanager
def reporting(progress: bool | Progress, **how: Any) -> Iterator[Progress]:
    """Yield the function that is called as work is done: one's own, or a :class:`Bar`."""
    if callable(progress):
        yield progress
    else:
        with Bar(show=progress, **how) as bar:
            yield bar
