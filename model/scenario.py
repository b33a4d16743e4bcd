"""A scenario: country, weeks, seed and parameters of one run."""

import dataclasses
import pathlib
from typing import Any

from defection.country import DEFAULT_COUNTRY, load
from defection.parameters import Parameters

__all__ = ["DEFAULT_COUNTRY", "Scenario"]


@dataclasses.dataclass(frozen=True)
class Scenario:
    """What makes one run: the same scenario always gives the same run.

    Parameters
    ----------
    seed : int
        The run's seed.
    parameters : Parameters
        All parameters; the country's defaults if left out.
    country : str or path
        A shipped country's name, or a folder of your own.
    weeks : int, optional
        How many weeks to run; all that the country's data cover if left out.

    Examples
    --------
    >>> from defection.country import load
    >>> from defection.scenario import Scenario
    >>> scenario = Scenario(7, load("north_korea").parameters(memory_weeks=52), weeks=104)
    >>> scenario.changes()
    {'memory_weeks': 52}
    >>> from defection import DefectionModel
    >>> DefectionModel(**scenario.arguments()).run().week
    104
    """

    seed: int
    parameters: Parameters = None  # type: ignore[assignment]
    country: str | pathlib.Path = DEFAULT_COUNTRY
    weeks: int | None = None

    def __post_init__(self) -> None:
        if self.parameters is None:
            object.__setattr__(self, "parameters", load(self.country).defaults)

    def arguments(self) -> dict[str, Any]:
        """Return what :class:`defection.DefectionModel` takes to run this scenario."""
        values = {"country": self.country, "weeks": self.weeks, "seed": self.seed}
        return {**values, **self.parameters.as_dict()}

    def changes(self) -> dict[str, Any]:
        """Return the parameters that differ from the country's defaults (``Country.changes``)."""
        return load(self.country).changes(self.parameters)
