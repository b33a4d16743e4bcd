"""One browser's session: its scenario, model, settings and selection, and what its buttons do."""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import os
import threading
from collections.abc import Callable, Iterator
from typing import Any

from defection.country import WEEKS_PER_YEAR
from defection.model import DefectionModel
from defection.parameters import PARAMETERS, ParameterError, Parameters, parameter
from defection.scenario import DEFAULT_COUNTRY, Scenario
from defection.streams import checked_seed
from defection.views.app import link
from defection.views.app.looking import Looking
from defection.views.app.map_view import map_measures
from defection.views.app.past import Past
from defection.views.app.player import Player

COUNTRY_VARIABLE = "DEFECTION_COUNTRY"
"""Environment variable that names the country an app shows; ``defection serve`` sets it."""


def opened(search: str | None, **signals: Callable[[], Any]) -> tuple[Controller, str]:
    """Return a controller for a link, and what of the link could not be used."""
    country = os.environ.get(COUNTRY_VARIABLE, DEFAULT_COUNTRY)
    scenario, message = link.read(search, country=country)
    return Controller(scenario, **signals), message


class Controller(Looking):
    """A model that is stepped, the settings that wait for the next reset, and what is selected.

    ``moved`` is called when the model or what is selected has changed, ``changed`` when settings
    have; ``watched`` says whether a browser is there, without which no weeks pass. All methods may
    be called from several threads; ``reading()`` holds the model still, and ``looking()`` the model
    as it stood in the week that is shown (``week_shown``).
    """

    def __init__(
        self,
        scenario: Scenario,
        *,
        moved: Callable[[], object] = lambda: None,
        changed: Callable[[], object] = lambda: None,
        watched: Callable[[], bool] = lambda: True,
    ) -> None:
        self._lock = threading.RLock()
        self.moved, self.changed = moved, changed
        self.player = Player(self._play_on, moved, watched)
        self.closed = False
        self.run_number = 0
        self.view = "repression"
        self.preset: int | None = None
        self.settings = scenario.parameters
        """What the sliders show; the model takes it at the next reset."""
        self.faults: dict[str, str] = {}
        """What is wrong with a typed value, by parameter (``seed`` for the seed)."""
        self.answered = 0.0
        """The number of the latest change that has been dealt with."""
        self._begin(scenario)
        categories = next(iter(self.model.provinces)).categories
        self.selected_category = max(range(len(categories)), key=lambda c: categories[c].cutoff)
        self.selected_province = 0

    def _begin(self, scenario: Scenario) -> None:
        model = DefectionModel(**scenario.arguments())
        with self._lock:
            self.scenario, self.model = scenario, model
            self._past, self.looked_at = Past(model), None
            self.seed = scenario.seed
            self.run_number += 1

    @contextlib.contextmanager
    def reading(self) -> Iterator[DefectionModel]:
        """Hold the model still while something is read from it."""
        with self._lock:
            yield self.model

    def advance(self, weeks: int) -> bool:
        """Simulate up to ``weeks`` weeks; return whether the run goes on."""
        for _ in range(weeks):
            with self._lock:
                if self.closed or not self.model.running:
                    return False
                self.model.step()
        with self._lock:
            return bool(self.model.running) and not self.closed

    def _play_on(self, weeks: int) -> bool:
        goes_on = self.advance(weeks)
        if not self.closed:
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
        self.advance(1)
        self.moved()

    def set_speed(self, speed: float) -> None:
        """Take another speed, also while playing."""
        self.player.speed = int(speed)
        self.changed()

    def run_to(self, target: str) -> None:
        """Simulate until a year begins, or to the ``end``."""
        self.player.pause()
        years = [str(year) for year in self.model.country.years]
        week = years.index(target) * WEEKS_PER_YEAR if target in years else self.model.weeks
        while not self.closed and self.model.week < week and self.advance(1):
            pass
        self.moved()

    def reset(self, _data: object = None) -> None:
        """Begin again with the seed and the settings shown.

        Settings that do not fit the country are refused: the run that there is stays, and the fault
        is shown.
        """
        self.player.pause()
        try:
            self._begin(dataclasses.replace(self.other(self.settings), seed=self.seed))
            gc.collect(1)
        except ParameterError as error:
            name = str(error).split(maxsplit=1)[0]
            self.faults[name if name in PARAMETERS else "famine_years"] = str(error)
        self.changed()
        self.moved()

    def other(self, parameters: Parameters) -> Scenario:
        """Return the running scenario with other parameters."""
        return dataclasses.replace(self.scenario, parameters=parameters)

    def new_seed(self, _data: object = None) -> None:
        """Take a fresh seed and begin again."""
        self.change({"name": "seed", "value": ""})
        self.reset()

    def change(self, data: dict[str, Any]) -> None:
        """Keep a new value (a ``name`` and a text) for the next reset, or its fault.

        The name is a parameter's or ``seed``. The browser gives each change a ``number``; what it
        shows is its own until that number has been answered.
        """
        name, text = data["name"], str(data["value"])
        self.answered = float(data.get("number", 0))
        try:
            if name == "seed":
                self.seed = checked_seed(link.seed_text(text.strip()) if text.strip() else None)
            else:
                value = parameter(name).from_text(text)
                self.settings = self.settings.replace(**{name: value})
            self.faults.pop(name, None)
        except ValueError as error:
            self.faults[name] = str(error)
        self.changed()

    def choose_preset(self, number: int) -> None:
        """Begin again with a preset."""
        self.preset = int(number)
        self.settings, self.faults = self.model.country.presets[self.preset].parameters(), {}
        self.reset()

    @property
    def shows_preset(self) -> bool:
        """Whether the settings are those of the preset that was chosen last."""
        if self.preset is None:
            return False
        return bool(self.model.country.presets[self.preset].parameters() == self.settings)

    @property
    def waiting(self) -> list[str]:
        """Names of the parameters whose shown value the running model does not have yet."""
        running = self.scenario.parameters.as_dict()
        return [name for name, value in self.settings.as_dict().items() if value != running[name]]

    def choose_view(self, view: str) -> None:
        """Show another measure on the map."""
        if map_measures(view):
            self.view = view
            self.moved()

    def pick_province(self, index: int) -> None:
        """Select a province by its number; others than those that exist are ignored."""
        if 0 <= int(index) < len(self.model.country.provinces):
            self.selected_province = int(index)
        self.moved()

    def pick_category(self, index: int) -> None:
        """Select a category within its province by its number."""
        if 0 <= int(index) < len(self.model.country.traits):
            self.selected_category = int(index)
        self.moved()

    def close(self) -> None:
        """Stop everything, so that the model can be freed; the browser has left."""
        self.player.pause()
        self.closed = True
