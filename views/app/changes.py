"""The part of a controller that changes parameters from the present week on, and undoes it."""

import dataclasses
import threading
from collections.abc import Callable, Sequence
from typing import Any

from defection.changing import RunEnded
from defection.interventions import NONE, Intervention, parsed
from defection.model import DefectionModel
from defection.parameters import ALL_PARAMETERS, Parameters
from defection.scenario import Scenario
from defection.views.app import changed
from defection.views.app.changed import QUICK, Group


class Changes:
    """Interventions at the present week: each is part of the scenario, and can be undone.

    What is changed from a week on is also changed in any other run of the scenario: the link, the
    manifest and the lines of Python have it.
    """

    _lock: threading.RLock
    changed: Callable[[], object]
    moved: Callable[[], object]
    model: DefectionModel
    scenario: Scenario
    settings: Parameters
    look_now: Callable[[], object]
    replay: Callable[[Scenario, int, str], object]
    change_fault = ""
    """Why the latest change could not be made, or nothing."""

    @property
    def waiting(self) -> list[str]:
        """Names of the parameters whose shown value the running model does not have yet."""
        shown, running = self.settings, self.scenario.parameters
        return [name for name in ALL_PARAMETERS if getattr(shown, name) != getattr(running, name)]

    @property
    def changes(self) -> list[str]:
        """The changes of the running scenario in words; each can be undone alone."""
        return [changed.line(group, self.model.country) for group in self._groups()]

    @property
    def marks(self) -> dict[str, str]:
        """What a parameter is from some week of the running scenario on, by its name."""
        return changed.marks(self.scenario.parameters, self.model.country)

    def _groups(self) -> list[Group]:
        return changed.groups(parsed(self.scenario.parameters.interventions))

    def change_from_now(self, values: dict[str, Any], provinces: Sequence[str] = ()) -> None:
        """Give parameters other values from the coming week on, everywhere or in some provinces."""
        self.change_fault = ""
        try:
            with self._lock:
                before = len(parsed(self.scenario.parameters.interventions))
                self.model.intervene(provinces, **values)
                parameters = self.model.parameters
                self.scenario = dataclasses.replace(self.scenario, parameters=parameters)
                new = parsed(parameters.interventions)[before:]
                self._show([*parsed(self.settings.interventions), *new])
        except (ValueError, RunEnded) as error:
            self.change_fault = str(error)
        self.look_now()
        self.changed()

    def take_from_now(self, provinces: Sequence[str] = ()) -> None:
        """Put what the sliders show in force from the coming week on; they go back."""
        shown, running = self.settings, self.scenario.parameters
        names = [name for name in self.waiting if name != "interventions"]
        if not names:
            return
        self.settings = shown.replace(**{name: getattr(running, name) for name in names})
        self.change_from_now({name: getattr(shown, name) for name in names}, provinces)
        if self.change_fault:
            self.settings = shown
            self.changed()

    def change_quickly(self, name: str, provinces: Sequence[str] = ()) -> None:
        """Make one of the changes of ``QUICK``."""
        self.change_from_now(QUICK[name][1], provinces)

    def undo(self, number: float) -> None:
        """Take one of ``changes`` back: the run is repeated without it, up to the present week."""
        groups = self._groups()
        if not 0 <= int(number) < len(groups):
            return
        gone, shown = groups.pop(int(number)), list(parsed(self.settings.interventions))
        for one in gone:
            if one in shown:  # only once, though it may have been made twice
                shown.remove(one)
        self._show(shown)
        text = _text([one for group in groups for one in group])
        parameters = self.scenario.parameters.replace(interventions=text)
        scenario = dataclasses.replace(self.scenario, parameters=parameters)
        self.replay(scenario, self.model.week, "repeating the run without it")

    def _show(self, entries: Sequence[Intervention]) -> None:
        """Let the settings have these interventions."""
        self.settings = self.settings.replace(interventions=_text(entries))


def _text(entries: Sequence[Intervention]) -> str:
    return "; ".join(map(str, entries)) or NONE
