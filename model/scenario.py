"""A scenario: country, weeks, seed and parameters of one run, and the address that reopens it."""

from __future__ import annotations

import dataclasses
import pathlib
import urllib.parse
from typing import Any

from defection.checks import shown, whole, whole_from
from defection.country import shipped
from defection.parameters import PARAMETERS, ParameterError, Parameters, nearest, parameter
from defection.streams import SeedError, checked_seed

DEFAULT_COUNTRY = "north_korea"

LONGEST_ADDRESS = 4000
"""Characters of an address that are read."""

LONGEST_SEED = 40
"""Characters of a typed seed."""


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
    >>> from defection.scenario import Scenario, from_address
    >>> scenario = Scenario(7, Parameters(memory_weeks=52), weeks=104)
    >>> scenario.address()
    'seed=7&weeks=104&memory_weeks=52'
    >>> from_address(scenario.address()) == scenario
    True
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
        return {name: value for name, value in values.items() if value != PARAMETERS[name].default}

    def address(self) -> str:
        """Return the part of a link after ``?`` that reopens this scenario."""
        parts: dict[str, Any] = {}
        if str(self.country) != DEFAULT_COUNTRY and str(self.country) in shipped():
            parts["country"] = str(self.country)
        parts["seed"] = self.seed
        if self.weeks is not None:
            parts["weeks"] = self.weeks
        return urllib.parse.urlencode({**parts, **self.changes()})


def from_address(search: str | None, *, country: str = DEFAULT_COUNTRY) -> Scenario:
    """Read a scenario from the part of an address after ``?``; ``country`` is the one of no name.

    An address can name shipped countries only: a stranger's link must not read folders of this
    machine. Raises ``ParameterError`` or ``SeedError`` that name what is wrong.
    """
    if search and len(search) > LONGEST_ADDRESS:
        raise ParameterError(
            f"the address has {len(search)} characters, more than {LONGEST_ADDRESS}"
        )
    texts: dict[str, str] = {}
    for name, text in urllib.parse.parse_qsl((search or "").lstrip("?"), keep_blank_values=True):
        if name in texts:
            raise ParameterError(f"the address has {name} twice")
        texts[name] = text
    seed = checked_seed(seed_text(texts.pop("seed"))) if "seed" in texts else checked_seed()
    named = texts.pop("country", country)
    if named != country and named not in shipped():
        raise ParameterError(f"there is no country {shown(named)}{nearest(named, shipped())}")
    weeks = _weeks(texts.pop("weeks")) if "weeks" in texts else None
    values: dict[str, Any] = {name: parameter(name).from_text(text) for name, text in texts.items()}
    return Scenario(seed, Parameters(**values), named, weeks)


def _weeks(text: str) -> int:
    try:
        return whole("weeks", whole_from(text), error=ParameterError)
    except ValueError:
        raise ParameterError(
            f"weeks must be a whole number of at least 1, not {shown(text)}"
        ) from None


def seed_text(text: str) -> str:
    """Refuse a typed seed that is longer than a person copies by hand."""
    if len(text) > LONGEST_SEED:
        raise SeedError(f"a seed of {len(text)} characters is too long; {LONGEST_SEED} are enough")
    return text
