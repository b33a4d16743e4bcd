"""A scenario: country, seed and parameters, and the address that reopens it."""

from __future__ import annotations

import dataclasses
import functools
import pathlib
import tomllib
import urllib.parse
from collections.abc import Mapping
from typing import Any

from defection.country import shipped
from defection.model import DefectionModel
from defection.parameters import PARAMETERS, ParameterError, Parameters, nearest, parameter
from defection.streams import SeedError, checked_seed

MAXIMUM_ADDRESS = 4000
"""Characters of an address that are read; no honest one is longer."""


@dataclasses.dataclass(frozen=True)
class Scenario:
    """What makes one run: the same scenario gives the same run, to the last person."""

    seed: int
    parameters: Parameters = dataclasses.field(default_factory=Parameters)
    country: str = "north_korea"

    def model(self) -> DefectionModel:
        """Make the model of this scenario."""
        return DefectionModel(country=self.country, seed=self.seed, **self.parameters.as_dict())

    def changes(self) -> dict[str, Any]:
        """Return the parameters that differ from their defaults."""
        return {
            name: value
            for name, value in self.parameters.as_dict().items()
            if value != PARAMETERS[name].default
        }

    def address(self) -> str:
        """Return the part of a link after ``?`` that reopens this scenario."""
        country = (
            {"country": self.country}
            if self.country in shipped() and self.country != "north_korea"
            else {}
        )
        return urllib.parse.urlencode(
            {**country, "seed": str(self.seed), **{n: str(v) for n, v in self.changes().items()}}
        )


def from_address(search: str | None, *, country: str = "north_korea") -> Scenario:
    """Read a scenario from the part of an address after ``?``.

    An address can name shipped countries only: a stranger's link must not read folders of this
    machine. Raises ``ParameterError`` or ``SeedError`` that name what is wrong.
    """
    if search and len(search) > MAXIMUM_ADDRESS:
        raise ParameterError(
            f"the address has {len(search)} characters, more than {MAXIMUM_ADDRESS}"
        )
    given: dict[str, str] = {}
    for name, text in urllib.parse.parse_qsl((search or "").lstrip("?"), keep_blank_values=True):
        if name in given:
            raise ParameterError(f"the address gives {name} twice")
        given[name] = text
    seed = checked_seed(seed_text(given.pop("seed"))) if "seed" in given else checked_seed()
    named = given.pop("country", country)
    if named != country and named not in shipped():
        raise ParameterError(f"there is no country {named!r}{nearest(named, shipped())}")
    values = {name: parameter(name).from_text(text) for name, text in given.items()}
    return Scenario(seed, Parameters(**values), named)


def seed_text(text: str) -> str:
    """Refuse a typed seed that no run should have: longer than a person copies by hand."""
    if len(text) > 40:
        raise SeedError(f"a seed of {len(text)} characters is too long; 40 are enough")
    return text


@dataclasses.dataclass(frozen=True)
class Preset:
    """A named scenario with a text that says what to notice."""

    name: str
    notice: str
    changes: Mapping[str, Any]

    def parameters(self) -> Parameters:
        """Return the complete parameters of this preset."""
        return Parameters(**self.changes)


@functools.cache
def presets() -> tuple[Preset, ...]:
    """Return the presets of ``presets.toml``, checked."""
    text = (pathlib.Path(__file__).parent / "presets.toml").read_text(encoding="utf-8")
    return tuple(
        Preset(row["name"], row["notice"], row["changes"]) for row in tomllib.loads(text)["preset"]
    )
