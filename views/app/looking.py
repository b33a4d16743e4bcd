"""The part of a controller that looks at past weeks; the run itself never goes back."""

import contextlib
import threading
from collections.abc import Callable, Iterator

from defection.model import DefectionModel
from defection.views.app.past import Past
from defection.views.app.player import Player


class Looking:
    """Which week is shown: the present one, or one of the past, which changes nothing."""

    _lock: threading.RLock
    _past: Past
    model: DefectionModel
    moved: Callable[[], object]
    player: Player
    looked_at: int | None = None
    """The past week that is looked at; None while the present one is shown."""

    @property
    def week_shown(self) -> int:
        """The week that map, *Why?* and numbers show."""
        return self.model.week if self.looked_at is None else self.looked_at

    @contextlib.contextmanager
    def looking(self) -> Iterator[DefectionModel]:
        """Hold the model still, as it stood in the week that is shown, while it is read."""
        with self._lock:
            yield self.model if self.looked_at is None else self._past.at(self.looked_at)

    def look(self, week: float) -> None:
        """Look at a past week; play pauses. The present week, or a later one, is the present."""
        self.player.pause()
        with self._lock:
            self.looked_at = max(0, int(week)) if week < self.model.week else None
        self.moved()

    def look_by(self, weeks: float) -> None:
        """Look some weeks earlier (less than 0) or later."""
        self.look(self.week_shown + weeks)

    def look_now(self, _data: object = None) -> None:
        """Go back to the present."""
        self.looked_at = None
        self.moved()
