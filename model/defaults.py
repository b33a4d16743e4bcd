"""From which parameters a country's runs begin, and what a scenario changes of them."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from defection.interventions import NONE, parsed
from defection.parameters import ALL_PARAMETERS, JOURNEY_PARAMETERS, PARAMETERS, Parameters
from defection.presets import Preset


class Defaults:
    """The part of a ``Country`` that knows its defaults: those of its preset that says so."""

    presets: Sequence[Preset]
    journey: Any

    @property
    def preset(self) -> Preset | None:
        """The preset from which its runs begin, if one is the default."""
        return next((one for one in self.presets if one.default), None)

    @functools.cached_property
    def defaults(self) -> Parameters:
        """The parameters from which its runs begin: its default preset's, else the registry's.

        Where there is no journey only what they say of the law.
        """
        own = self.preset.parameters() if self.preset else Parameters()
        return own if self.journey else _law(own)

    def parameters(self, **changes: object) -> Parameters:
        """Return its defaults with some changed; where the journey is turned off, none of its own.

        Examples
        --------
        >>> from defection.country import load
        >>> korea = load("north_korea")
        >>> changed = korea.parameters(memory_weeks=52)
        >>> changed.memory_weeks, changed.journey, korea.parameters(journey="off").journey
        (52, 'on', 'off')
        """
        own = _law(self.defaults) if changes.get("journey") == "off" else self.defaults
        return own.replace(**changes)

    def changes(self, parameters: Parameters) -> dict[str, Any]:
        """Return what differs from its defaults: :meth:`parameters` makes the same of it again.

        Examples
        --------
        >>> from defection.country import load
        >>> korea = load("north_korea")
        >>> korea.changes(korea.parameters(memory_weeks=52))
        {'memory_weeks': 52}
        """
        own, values = self.defaults.as_dict(), parameters.as_dict()
        if own["journey"] != values["journey"]:  # the others of the journey are the registry's
            own |= {name: one.default for name, one in JOURNEY_PARAMETERS.items()}
        return {name: value for name, value in values.items() if value != own[name]}

    def with_journey(self, parameters: Parameters, journey: str = "on") -> Parameters:
        """Return parameters with the journey on or off.

        The law of the defaults has the journey of the defaults, any other its starting values.

        Examples
        --------
        >>> from defection.country import load
        >>> korea = load("north_korea")
        >>> korea.with_journey(korea.parameters(journey="off")) == korea.defaults
        True
        """
        if journey == "off":
            registry = {name: one.default for name, one in JOURNEY_PARAMETERS.items()}
            return parameters.replace(journey=journey, **registry)
        is_theirs = parameters == self.parameters(journey="off")
        return self.defaults if is_theirs else parameters.replace(journey="on")

    def nearest_preset(self, parameters: Parameters) -> tuple[str, dict[str, Any]]:
        """Return the name of the preset from which fewest differ, and what differs from it.

        The name is empty where these are the registry's values, of which there is no preset.

        Examples
        --------
        >>> from defection.country import load
        >>> load("north_korea").nearest_preset(Parameters(memory_weeks=52))
        ('Successes as arrivals', {'memory_weeks': 52})
        """
        points = {one.name: one.parameters() for one in self.presets}
        if Parameters() not in points.values():
            points[""] = Parameters()
        found = {name: differences(parameters, point) for name, point in points.items()}
        name = min(found, key=lambda name: len(found[name]))
        return name, found[name]

    def preset_parameters(self, number: int) -> Parameters:
        """Return the parameters of a preset; those of the default are the country's defaults."""
        return self.defaults if self.presets[number].default else self.presets[number].parameters()

    def default_preset(self, parameters: Parameters) -> int | None:
        """Return the number of the default preset, where the parameters are its."""
        is_default = self.preset is not None and parameters == self.defaults
        return [one.default for one in self.presets].index(True) if is_default else None


def _law(parameters: Parameters) -> Parameters:
    """Return the same without the journey, and without dated changes of it."""
    own = {name: getattr(parameters, name) for name in PARAMETERS}
    dated = [str(one) for one in parsed(parameters.interventions)
             if one.name not in JOURNEY_PARAMETERS]  # fmt: skip
    return Parameters(**{**own, "journey": "off", "interventions": "; ".join(dated) or NONE})


def differences(parameters: Parameters, other: Parameters) -> dict[str, Any]:
    """Return the values of some parameters that are not those of others."""
    values = parameters.as_dict()
    names = ALL_PARAMETERS if other.journey == parameters.journey else values
    return {name: values[name] for name in names
            if name in values and values[name] != getattr(other, name)}  # fmt: skip


def is_unfitted(parameters: Parameters) -> bool:
    """Return whether the journey is at what it starts from, which nothing was fitted to.

    Examples
    --------
    >>> is_unfitted(Parameters(journey="on")), is_unfitted(Parameters(return_rate=0.4))
    (True, False)
    """
    own = (one for one in JOURNEY_PARAMETERS.values() if one.name != "observed_measure")
    return all(getattr(parameters, one.name) == one.default for one in own)
