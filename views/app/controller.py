"""What a page's buttons do to its session: the player, the settings and when to draw again."""

from __future__ import annotations

import os
from collections.abc import Callable

from defection.scenario import DEFAULT_COUNTRY, from_address
from defection.views.app.map_view import map_measures
from defection.views.app.player import Player
from defection.views.app.presets import presets
from defection.views.app.session import Session

COUNTRY_VARIABLE = "DEFECTION_COUNTRY"
"""Environment variable that names the country an app shows; ``defection serve`` sets it."""


def opened(search: str | None) -> tuple[Session, str]:
    """Return a session for an address; for a broken one the defaults, and why it is broken."""
    country = os.environ.get(COUNTRY_VARIABLE, DEFAULT_COUNTRY)
    try:
        return Session(from_address(search, country=country)), ""
    except ValueError as error:
        message = f"The address could not be used: {error}. The default scenario is shown."
        return Session(from_address("", country=country)), message


class Controller:
    """A session with its player.

    ``moved`` is called when the model has changed, ``changed`` when settings have.
    """

    def __init__(
        self, session: Session, *, moved: Callable[[], object], changed: Callable[[], object]
    ) -> None:
        self.session = session
        self.moved = moved
        self.changed = changed
        self.preset: int | None = None
        self.view = "repression"
        self.player = Player(self._advance, moved)

    def _advance(self, weeks: int) -> bool:
        goes_on = self.session.advance(weeks)
        if not self.session.closed:
            self.moved()
        return goes_on

    def play(self, _data: object = None) -> None:
        """Let weeks pass."""
        self.player.play()
        self.moved()

    def pause(self, _data: object = None) -> None:
        """Stop at once."""
        self.player.pause()
        self.moved()

    def step(self, _data: object = None) -> None:
        """Simulate one week."""
        self.session.advance(1)
        self.moved()

    def set_speed(self, speed: float) -> None:
        """Take another speed, also while playing."""
        self.player.speed = int(speed)
        self.changed()

    def run_to(self, target: str) -> None:
        """Run to the start of a year, or to the end."""
        self.player.pause()
        self.session.run_to_year(None if target == "end" else int(target))
        self.moved()

    def reset(self, _data: object = None) -> None:
        """Begin again with the seed and the settings shown."""
        self.player.pause()
        self.session.reset()
        self.changed()
        self.moved()

    def set_seed(self, text: str) -> None:
        """Take a typed seed for the next reset."""
        self.session.set_seed(str(text))
        self.changed()

    def new_seed(self, _data: object = None) -> None:
        """Take a fresh seed and begin again."""
        self.session.set_seed("")
        self.reset()

    def change(self, data: dict[str, str]) -> None:
        """Keep a parameter's new value for the next reset."""
        self.preset = None
        self.session.set_parameter(data["name"], data["value"])
        self.changed()

    def choose_preset(self, number: int) -> None:
        """Begin again with a preset."""
        self.preset = int(number)
        self.session.set_all(presets()[self.preset].parameters())
        self.reset()

    def choose_view(self, view: str) -> None:
        """Show another measure on the map."""
        if map_measures(view):
            self.view = view
            self.moved()

    def pick_province(self, index: int) -> None:
        """Select a province."""
        self.session.select_province(int(index))
        self.moved()

    def pick_category(self, index: int) -> None:
        """Select a category."""
        self.session.select_category(int(index))
        self.moved()

    def close(self) -> None:
        """Stop everything; the browser has left."""
        self.player.pause()
        self.session.close()
