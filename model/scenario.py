"""A scenario: country, weeks, seed and parameters of one run."""

import dataclasses
import pathlib
from typing import Any

from defection.parameters import ALL_PARAMETERS, Parameters

DEFAULT_COUNTRY = "north_korea"


@dataclasses.dataclass(frozen=True)
class Scenario:
    """What makes one run: the same scenario always gives the same run.

    Parameters
    ----------
    seed : int
        The run's seed.
    parameters : Parameters
        All parameters; the defaults if left out.
    country : str or path
        A shipped country's name, or a folder of your own.
    weeks : int, optional
        How many weeks to run; all that the country's data cover if left out.

    Examples
    --------
    >>> from defection import Parameters
    >>> from defection.scenario import Scenario
    >>> scenario = Scenario(7, Parameters(memory_weeks=52), weeks=104)
    >>> scenario.changes()
    {'memory_weeks': 52}
    >>> from defection import DefectionModel
    >>> DefectionModel(**scenario.arguments()).run().week
    104
    """

    seed: int
    parameters: Parameters = dataclasses.field(default_factory=Parameters)
    country: str | pathlib.Path = DEFAULT_COUNTRY
    weeks: int | None = None

    def arguments(self) -> dict[str, Any]:
        """Return what :class:`defection.DefectionModel` takes to run this scenario."""
        values = {"country": self.country, "weeks": self.weeks, "seed": self.seed}
        return {**values, **self.parameters.as_dict()}

    def changes(self) -> dict[str, Any]:
        """Return the parameters that differ from their defaults."""
        values = self.parameters.as_dict()
        return {
            name: value for name, value in values.items() if value != ALL_PARAMETERS[name].default
        }
