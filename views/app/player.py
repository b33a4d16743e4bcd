"""Play and pause: one thread per session that steps at a steady speed and waits for the drawing."""

import threading
import time
from collections.abc import Callable

FRAMES_PER_SECOND = 10
"""The most redraws per second; faster play simulates more weeks between two of them."""

SPEEDS = (1, 2, 5, 10, 26, 52, 104, 260)
"""Weeks per second that can be chosen."""

DEFAULT_SPEED = 52

ABSENCE_SECONDS = 0.5
"""How often is looked whether somebody is back."""


class Player:
    """Calls ``advance(weeks)`` at a steady speed until it returns False or :meth:`pause` is called.

    ``advance`` steps the model and draws; the next call waits for it, so slow drawing slows the
    play and is never piled up. ``ended`` is called where ``advance`` returned False. While nobody
    is there (``watched`` is False) no week passes.
    """

    def __init__(
        self,
        advance: Callable[[int], bool],
        ended: Callable[[], object],
        watched: Callable[[], bool] = lambda: True,
    ) -> None:
        self._advance = advance
        self._ended = ended
        self._watched = watched
        self._halt = threading.Event()
        self._thread: threading.Thread | None = None
        self.speed = DEFAULT_SPEED

    @property
    def playing(self) -> bool:
        """Whether weeks pass by themselves."""
        return self._thread is not None and not self._halt.is_set()

    def play(self) -> None:
        """Begin; nothing happens where it plays already."""
        if self.playing:
            return
        self._halt = threading.Event()
        self._thread = threading.Thread(target=self._loop, args=(self._halt,), daemon=True)
        self._thread.start()

    def pause(self) -> None:
        """Stop after the present frame; does not wait for it."""
        self._halt.set()

    def _loop(self, halt: threading.Event) -> None:
        due, owed = time.monotonic(), 0.0
        try:
            while not halt.is_set():
                if not self._watched():
                    halt.wait(ABSENCE_SECONDS)
                    continue
                frames = min(self.speed, FRAMES_PER_SECOND)
                owed += self.speed / frames
                weeks, owed = int(owed), owed % 1
                if not self._advance(weeks):
                    break
                due = max(due + 1 / frames, time.monotonic() + 0.005)
                halt.wait(due - time.monotonic())
        finally:
            if not halt.is_set():
                halt.set()
                self._ended()
