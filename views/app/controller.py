"""One browser's session: its scenario, model, settings and selection, and what its buttons do."""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from defection.country import WEEKS_PER_YEAR, CountryError
from defection.interventions import NONE
from defection.model import DefectionModel
from defection.parameters import ALL_PARAMETERS, ParameterError, Parameters, parameter
from defection.readings import check_readings
from defection.scenario import DEFAULT_COUNTRY, Scenario
from defection.streams import checked_seed
from defection.views.app import link
from defection.views.app.changes import Changes
from defection.views.app.looking import Looking
from defection.views.app.past import Past
from defection.views.app.player import Player
from defection.views.app.selecting import Selecting
from defection.views.app.selection import SETTINGS, WITHOUT, Selection
from defection.views.app.work import Work

COUNTRY_VARIABLE = "DEFECTION_COUNTRY"
"""Environment variable that names the country an app shows; ``defection serve`` sets it."""

BREATHER_SECONDS = 0.02
"""So long weeks are simulated before others may read the model."""


def opened(search: str | None, **signals: Callable[[], Any]) -> tuple[Controller, str]:
    """Return a controller for a link, and what of the link could not be used.

    Its run begins; :meth:`Controller.resume` goes on to the week of the link.
    """
    country = os.environ.get(COUNTRY_VARIABLE, DEFAULT_COUNTRY)
    scenario, selection, message = link.read(search, country=country)
    return Controller(scenario, selection, **signals), message


class Controller(Looking, Changes, Selecting):
    """A model that is stepped, the settings that wait for the next reset, and what is selected.

    ``moved`` is called when the model or what is selected has changed, ``changed`` when settings
    have; ``watched`` says whether a browser is there, without which no weeks pass; ``drawn`` waits
    while another thread draws the page. All methods may be called from several threads;
    ``reading()`` holds the model still, and ``looking()`` the model as it stood in the week that is
    shown (``week_shown``).

    Before the first week settings act at once; later they wait for the next reset, or for
    ``take_from_now``.
    """

    def __init__(
        self,
        scenario: Scenario,
        selection: Selection | None = None,
        *,
        moved: Callable[[], object] = lambda: None,
        changed: Callable[[], object] = lambda: None,
        watched: Callable[[], bool] = lambda: True,
        drawn: Callable[[], object] = lambda: None,
    ) -> None:
        self._lock = threading.RLock()
        self._opened = selection or Selection()
        self.moved, self.changed, self._drawn = moved, changed, drawn
        self.player = Player(self._play_on, moved, watched)
        self.work = Work(changed)
        """Going on to a week: a run that goes to a year, is opened by a link, or is repeated."""
        self.fan, self.comparison = Work(changed), Work(changed)
        """Many runs of the scenario, and pairs of runs."""
        self.known, self.interview = Work(changed), Work(changed)
        """The run beside what is known of the journey, and its virtual survey."""
        self.closed, self.run_number = False, 0
        self.settings = scenario.parameters
        """What the sliders show."""
        self.faults: dict[str, str] = {}
        """What is wrong with a typed value, by parameter (``seed`` for the seed)."""
        self.answered = 0.0
        """The number of the latest change that has been dealt with."""
        self._begin(scenario)
        self.preset: int | None = self.model.country.default_preset(self.settings)
        self.take(self._opened)

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
        """Simulate up to ``weeks`` weeks of the run that there is; return whether it goes on."""
        model = self.model
        for _ in range(weeks):
            with self._lock:
                if self.closed or not model.running or self.model is not model:
                    return False
                model.step()
        with self._lock:
            return bool(model.running) and not self.closed and self.model is model

    def _play_on(self, weeks: int) -> bool:
        goes_on = self.advance(weeks)
        if not self.closed:
            self.moved()
            self._drawn()
        return goes_on

    def play(self, _data: object = None) -> None:
        """Let weeks pass, from the present one on."""
        self.work.cancel()
        self.looked_at = None
        self.player.play()
        self.moved()

    def pause(self, _data: object = None) -> None:
        """Stop at once."""
        self.player.pause()
        self.work.cancel()
        self.moved()

    def step(self, _data: object = None) -> None:
        """Simulate one week after the present one."""
        self.work.cancel()
        self.looked_at = None
        self.advance(1)
        self.moved()

    def set_speed(self, speed: float) -> None:
        """Take another speed, also while playing."""
        self.player.speed = int(speed)
        self.changed()

    def run_to(self, target: str) -> None:
        """Simulate until a year begins, or to the ``end``, unless cancelled (``work.cancel``)."""
        years = [str(year) for year in self.model.country.years]
        week = years.index(target) * WEEKS_PER_YEAR if target in years else self.model.weeks
        self._go_on(week, f"running to {target if target in years else 'the end'}")

    def _go_on(self, week: int, title: str, look: int | None = None) -> None:
        """Simulate up to a week in a thread, then look at a past one where one is named."""
        self.player.pause()
        self.looked_at = None
        start, model = self.model.week, self.model
        self.target = week

        def do(report: Callable[[int, int], object]) -> None:
            due = time.monotonic() + BREATHER_SECONDS
            try:
                while self.model is model and model.week < week and self.advance(1):
                    report(model.week - start, week - start)
                    if time.monotonic() >= due:
                        time.sleep(0.001)
                        due = time.monotonic() + BREATHER_SECONDS
                if look is not None and look < model.week:
                    self.looked_at = look
            finally:
                self.moved()

        self.work.start(title, do)

    def resume(self) -> None:
        """Go on to the week of the link by which the page was opened."""
        if self._opened.week:
            self._go_on(self._opened.week, "going on to the link's week", self._opened.look)

    def replay(self, scenario: Scenario, week: int, title: str) -> None:
        """Begin again with another scenario, and go on to a week."""
        self.player.pause()
        self.work.cancel()
        self._begin(scenario)
        self._go_on(week, title)

    def follow_them(self, _data: object = None) -> None:
        """Follow those who crossed: repeat the run with its journey, up to the present week."""
        country = self.model.country
        self.settings = country.with_journey(self.settings)
        parameters = country.with_journey(self.scenario.parameters)
        scenario = dataclasses.replace(self.scenario, parameters=parameters)
        self.replay(scenario, self.model.week, "following those who crossed")
        self.changed()

    def reset(self, _data: object = None) -> None:
        """Begin again with the seed and the settings shown.

        Settings that do not fit the country are refused: the run that there is stays, and the fault
        is shown.
        """
        self.player.pause()
        self.work.cancel()
        self._renew()
        gc.collect(1)
        self.changed()
        self.moved()

    def _renew(self) -> None:
        try:
            self._begin(dataclasses.replace(self.other(self.settings), seed=self.seed))
        except (ParameterError, CountryError) as error:
            name = str(error).split(maxsplit=1)[0].rstrip(":")
            self.faults[name if name in ALL_PARAMETERS else "famine_years"] = str(error)

    def _settle(self) -> None:
        """Let what is set act at once where no week of the run would be lost."""
        with self._lock:
            settled = self.model.week == 0 and not self.work.busy
            if settled:
                self._renew()
        self.changed()
        if settled:
            self.moved()

    def other(self, parameters: Parameters) -> Scenario:
        """Return the running scenario with other parameters."""
        return dataclasses.replace(self.scenario, parameters=parameters)

    def compared(self) -> Scenario:
        """Return the scenario with which the running one is compared (``against``)."""
        if self.against == SETTINGS:
            return self.other(self.settings)
        if self.against == WITHOUT:
            return self.other(self.scenario.parameters.replace(interventions=NONE))
        presets = {preset.name: preset for preset in self.model.country.presets}
        return self.other(presets[self.against].parameters())

    def new_seed(self, _data: object = None) -> None:
        """Take a fresh seed and begin again."""
        self.seed = checked_seed()
        self.faults.pop("seed", None)
        self.reset()

    def change(self, data: dict[str, Any]) -> None:
        """Take a new value (a ``name`` and a text), or keep its fault.

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
                country, settings = self.model.country, self.settings
                if name == "journey":
                    settings = country.with_journey(settings, value)
                else:
                    settings = settings.replace(**{name: value})
                check_readings(country, settings)
                self.settings = settings
            self.faults.pop(name, None)
        except ValueError as error:
            self.faults[name] = str(error)
            self.changed()
        else:
            self._settle()

    def choose_preset(self, number: float) -> None:
        """Set all parameters to those of a preset."""
        self.preset = int(number)
        self.settings, self.faults = self.model.country.preset_parameters(self.preset), {}
        self._settle()

    @property
    def shows_preset(self) -> bool:
        """Whether the settings are those of the preset that was chosen last."""
        if self.preset is None:
            return False
        return bool(self.model.country.preset_parameters(self.preset) == self.settings)

    def close(self) -> None:
        """Stop everything, so that the model can be freed; the browser has left."""
        self.player.pause()
        for work in (self.work, self.fan, self.comparison, self.known, self.interview):
            work.cancel()
        self.closed = True
