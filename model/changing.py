"""What changes in a run that goes on: its interventions, planned or made while it runs."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from defection.arrays import famine_readings
from defection.interventions import NONE, canonical, timetable
from defection.journey.parameters import acts_back
from defection.parameters import ParameterError


class RunEnded(RuntimeError):
    """A run that has ended cannot change any more."""


class Changing:
    """The part of a :class:`defection.DefectionModel` that puts parameters in force."""

    circles: Any
    country: Any
    history: Any
    in_force: np.ndarray
    journey: Any
    parameters: Any
    running: bool
    state: np.ndarray
    week: int
    weeks: int
    _province_list: list[Any]

    def intervene(self, provinces: Sequence[str] = (), **values: object) -> None:
        """Change parameters from the coming week on, in some provinces or everywhere.

        The change becomes part of ``parameters.interventions``: a run with these parameters and
        this seed is the same run.

        Parameters
        ----------
        provinces : sequence of str
            Where; everywhere if left out.
        **values
            New values by the names of parameters.

        Raises
        ------
        ParameterError
            A parameter, a value or a province is none.
        RunEnded
            The run has ended.
        """
        if not self.running:
            raise RunEnded(f"this run has ended after {self.week} weeks: nothing can change")
        new = canonical({"from": f"week {self.week}", "provinces": provinces, **values})
        before = self.parameters
        text = new if before.interventions == NONE else f"{before.interventions}; {new}"
        self.parameters = before.replace(interventions=text)
        try:
            if self.journey is None and (name := acts_back(vars(self.parameters))):
                raise ParameterError(f"{name} needs a run whose journey is on from its start")
            if self.journey and not self.journey.can_follow(self.parameters):
                raise ParameterError(
                    "onward_by_status can change only in a run that begins with another than 1, "
                    "or with a change of it planned: people are told apart by status from its start"
                )
            self._plan()
        except ValueError:
            self.parameters = before
            raise
        self._change()

    def _plan(self) -> None:
        """Read the interventions, and the famine years that they and the parameters use."""
        readings = famine_readings([self.parameters])
        changes = timetable(self.parameters, self.country, readings.index)
        self.famines = [self.country.famine(reading).tolist() for reading in readings]
        self.changes = changes  # only where nothing was refused

    def _change(self) -> None:
        """Put in force what changes with the coming week, and record the states in force."""
        for number in np.flatnonzero(self.changes.weeks == self.week):
            here = self.changes.provinces[number]
            self.in_force[here] = self.changes.settings[number]
            self._province_list[here].change(bool(self.changes.resets[number]))
        self.history.record_states(self.state, self.circles and self.circles.rows)
