"""One browser's session: its own scenario, model and selection, and nothing of Solara."""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import threading
from collections.abc import Iterator

from defection.country import WEEKS_PER_YEAR
from defection.model import DefectionModel
from defection.parameters import PARAMETERS, ParameterError, Parameters, parameter
from defection.scenario import Scenario, seed_text
from defection.streams import checked_seed


class Session:
    """A model that is stepped, the settings that wait for the next reset, and what is selected.

    All methods may be called from several threads; ``reading()`` holds the model still.
    """

    def __init__(self, scenario: Scenario) -> None:
        self._lock = threading.RLock()
        self.closed = False
        self.run_number = 0
        self.settings = scenario.parameters
        """What the sliders show; the model takes it at the next reset."""
        self.faults: dict[str, str] = {}
        """What is wrong with a typed value, by parameter (``seed`` for the seed)."""
        self.selected_province = 0
        self._begin(scenario)
        categories = next(iter(self.model.provinces)).categories
        self.selected_category = max(range(len(categories)), key=lambda c: categories[c].cutoff)

    def _begin(self, scenario: Scenario) -> None:
        model = scenario.model()
        with self._lock:
            self.scenario, self.model = scenario, model
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

    def run_to(self, week: int) -> None:
        """Simulate until ``week`` weeks have passed or the run ends."""
        while not self.closed and self.model.week < week and self.advance(1):
            pass

    def run_to_year(self, year: int | None) -> None:
        """Simulate until ``year`` begins, or to the end."""
        years = self.model.country.years
        self.run_to(years.index(year) * WEEKS_PER_YEAR if year in years else self.model.weeks)

    def reset(self) -> None:
        """Begin again with the seed and the settings shown.

        Settings that do not fit the country are refused: the run that there is stays, and the fault
        is shown.
        """
        try:
            self._begin(self.other(self.settings, self.seed))
        except ParameterError as error:
            name = str(error).split(maxsplit=1)[0]
            self.faults[name if name in PARAMETERS else "famine_years"] = str(error)
            return
        gc.collect(1)

    def other(self, parameters: Parameters, seed: int | None = None) -> Scenario:
        """Return the running scenario with other parameters (and another seed)."""
        seed = self.scenario.seed if seed is None else seed
        return dataclasses.replace(self.scenario, parameters=parameters, seed=seed)

    def set_parameter(self, name: str, text: str) -> None:
        """Keep a value from a slider or typed by a person for the next reset, or its fault."""
        try:
            self.settings = self.settings.replace(**{name: parameter(name).from_text(str(text))})
            self.faults.pop(name, None)
        except ValueError as error:
            self.faults[name] = str(error)

    def set_all(self, parameters: Parameters) -> None:
        """Keep a whole set of parameters (a preset) for the next reset."""
        self.settings, self.faults = parameters, {}

    def set_seed(self, text: str) -> bool:
        """Keep a typed seed (a fresh one for no text) for the next reset; return if it can be."""
        try:
            self.seed = checked_seed(seed_text(text.strip()) if text.strip() else None)
            self.faults.pop("seed", None)
        except ValueError as error:
            self.faults["seed"] = str(error)
        return "seed" not in self.faults

    @property
    def waiting(self) -> list[str]:
        """Names of the parameters whose shown value the running model does not have yet."""
        running = self.scenario.parameters.as_dict()
        return [name for name, value in self.settings.as_dict().items() if value != running[name]]

    def select_province(self, index: int) -> None:
        """Select a province by its number; others than those that exist are ignored."""
        if 0 <= index < len(self.model.country.provinces):
            self.selected_province = index

    def select_category(self, index: int) -> None:
        """Select a category within its province by its number."""
        if 0 <= index < len(self.model.country.traits):
            self.selected_category = index

    def close(self) -> None:
        """End whatever steps this model, so that it can be freed."""
        self.closed = True
