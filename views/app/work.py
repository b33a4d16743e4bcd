"""Work of a session that takes a while: in a thread, with its progress, and it can be cancelled."""

import threading
import time
from collections.abc import Callable
from typing import Any

REPORTS_PER_SECOND = 5
"""How often the page draws how far work is, at first; later after a twentieth of the time so far.

A page that takes longer to draw than changes take to come would never have drawn the last one."""


class Cancelled(Exception):
    """The work is not wanted any more."""


class Work:
    """One piece of work at a time; a new one cancels the one before.

    ``changed`` is called when work begins and ends, and some times a second as it goes on.
    """

    def __init__(self, changed: Callable[[], object]) -> None:
        self._changed = changed
        self._halt = threading.Event()
        self._thread: threading.Thread | None = None
        self._threads = 0
        self._lock = threading.Lock()
        self.busy = False
        """Whether work goes on."""
        self.title = ""
        """What is done."""
        self.done, self.total = 0, 0
        """How much of it is done, and how much there is."""
        self.fault = ""
        """Why the latest work could not be done, or nothing."""
        self.result: Any = None
        """What the latest work returned that was done."""

    @property
    def ending(self) -> bool:
        """Whether work that was cancelled has not yet ended."""
        return self._threads > 0 and not self.busy

    def start(self, title: str, do: Callable[[Callable[[int, int], object]], Any]) -> None:
        """Do ``do(report)`` in a thread.

        It calls ``report(done, total)`` as it goes on, which raises :class:`Cancelled` where the
        work is not wanted any more; a ``ValueError`` is kept as ``fault``.
        """
        self.cancel()
        halt = threading.Event()
        thread = threading.Thread(target=self._run, args=(do, halt), daemon=True)
        with self._lock:
            self._halt, self._thread, self._threads = halt, thread, self._threads + 1
            self.busy, self.title, self.fault, self.done, self.total = True, title, "", 0, 0
        thread.start()
        self._changed()

    def cancel(self, _data: object = None) -> None:
        """End the work as soon as it reports; what it would have returned is not kept."""
        with self._lock:
            was_busy, self.busy = self.busy, False
            self._halt.set()
        if was_busy:
            self._changed()

    def wait(self, seconds: float = 60.0) -> None:
        """Wait until the latest work has ended; without work, return at once."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _run(self, do: Callable[..., Any], halt: threading.Event) -> None:
        began, due, result, fault = time.monotonic(), 0.0, None, ""

        def report(done: int, total: int) -> None:
            nonlocal due
            if halt.is_set():
                raise Cancelled
            self.done, self.total = done, total
            now = time.monotonic()
            if now >= due:
                due = now + max(1 / REPORTS_PER_SECOND, (now - began) / 20)
                self._changed()

        try:
            result = do(report)
        except Cancelled:
            return
        except Exception as error:
            fault = str(error) or type(error).__name__
            if not isinstance(error, ValueError):
                raise
        finally:
            with self._lock:
                self._threads -= 1
                if not halt.is_set():
                    halt.set()
                    self.busy, self.fault = False, fault
                    self.result = self.result if fault else result
            self._changed()
