"""What stands between a session and its page: the player, and telling the page to draw."""

from __future__ import annotations

import os
from collections.abc import Callable

from defection.views.app.player import Player
from defection.views.app.scenario import Scenario, from_address
from defection.views.app.session import Session

COUNTRY_VARIABLE = "DEFECTION_COUNTRY"
"""Environment variable that names the country an app shows (set by ``defection serve --country``)."""


def opened(search: str | None) -> tuple[Session, str]:
    """Return a session for an address, and what to tell the user where the address is broken (then with the defaults)."""
    country = os.environ.get(COUNTRY_VARIABLE, "north_korea")
    try:
        return Session(from_address(search, country=country)), ""
    except ValueError as error:
        return Session(
            from_address("", country=country)
        ), f"The address could not be used: {error}. The default scenario is shown."


class Controller:
    """A session with its player; ``moved`` is called when the model has changed, ``changed`` when settings have."""

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
        """Tell one week."""
        self.session.advance(1)
        self.moved()

    def set_speed(self, speed: float) -> None:
        """Take another pace, also while playing."""
        self.player.speed = int(speed)
        self.changed()

    def run_to(self, target: str) -> None:
        """Run to the start of a year, or to the end."""
        self.player.pause()
        if target == "end":
            self.session.run_to(self.session.model.weeks)
        else:
            self.session.run_to_year(int(target))
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

    def use(self, number: int, scenario: Scenario) -> None:
        """Begin again with a preset."""
        self.preset = number
        self.session.set_all(scenario.parameters)
        self.reset()

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
