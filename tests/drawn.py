"""Random parameters, interventions and countries for tests, drawn from the registry.

What is added to ``PARAMETERS`` is drawn as well: nothing here lists parameters by name.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from defection import Parameters
from defection.country import WEEKS_PER_YEAR, Country
from defection.parameters import PARAMETERS, Parameter

FAINT = {
    "broker_fee": (0.0, 3.0), "broker_fee_effect": (0.0, 0.1), "loss_if_stopped": (0.5, 1.4),
}  # fmt: skip
"""Ranges near the defaults, under which as much happens as without them."""


def value(
    one: Parameter, rng: np.random.Generator, land: Country, near: Mapping[str, Any] | None = None
) -> Any:
    """Return a value of a parameter: near that of ``near``, or else from its whole range."""
    if one.name == "journey" and land.journey is None:
        return "off"
    if one.name == "news_circles":
        return int(rng.choice([1, 1, 1, 2, 7, *([0] if land.counties else [])]))
    if one.name == "border_measure" and not land.border_weights:
        return "dummy"
    if one.name == "dated_shares":
        return float(rng.choice([0.0, 0.0, 0.5, 1.0])) if land.dated_shares else 0.0
    if one.kind == "choice":
        return str(rng.choice(one.choices))
    if one.kind == "years":
        first, last = sorted(rng.choice(land.years, 2).tolist())
        names = ["country", "none", *(dating.name for dating in land.datings)]
        return str(rng.choice([*names, f"{first}-{last}"]))
    if one.kind == "interventions":
        entries = [intervention(rng, land, near) for _ in range(rng.integers(0, 4))]
        return "; ".join(entries) or "none"
    if one.kind not in ("number", "whole"):
        raise NotImplementedError(f"say here how {one.name} ({one.kind}) is drawn")
    if one.name in FAINT and (near or rng.random() < 0.9):
        drawn = rng.uniform(*FAINT[one.name])
    elif near and one.name in near:
        drawn = near[one.name] * rng.uniform(0.6, 1.5)
    elif one.search or one.high <= 10:
        drawn = rng.uniform(*(one.search or (one.low, one.high)))
    else:
        low = max(one.low, 10.0)
        drawn = math.exp(rng.uniform(math.log(low), math.log(one.high)))
    drawn = min(max(drawn, one.low), one.high)
    return max(int(one.low), round(drawn)) if one.kind == "whole" else float(drawn)


def intervention(
    rng: np.random.Generator, land: Country, near: Mapping[str, Any] | None = None
) -> str:
    """Return an entry: some parameter takes some value at some time, somewhere or everywhere."""
    names = [name for name, one in PARAMETERS.items() if one.name != "interventions"]
    names = [one for one in names if not (PARAMETERS[one].constant or PARAMETERS[one].from_start)]
    one = PARAMETERS[str(rng.choice(names))]
    week = int(rng.integers(0, min(70, land.weeks)))
    year, within = land.years[week // WEEKS_PER_YEAR], week % WEEKS_PER_YEAR
    dates = [f"week {week}", f"{year}-W{within + 1:02}", f"{year}-{within * 12 // 52 + 1:02}", year]
    where = ""
    if not one.national and rng.random() < 0.5:
        count = int(rng.integers(1, len(land.provinces) + 1))
        where = f" in {' + '.join(rng.choice(land.provinces, count, replace=False))}"
    changed = value(one, rng, land, near if rng.random() < 0.7 else None)
    return f"{dates[rng.integers(4)]} {one.name}={changed}{where}"


def runs(
    count: int, seed: int, land: Country, near: Mapping[str, Any]
) -> list[tuple[Parameters, int]]:
    """Return parameters and seeds: two thirds near ``near``, where much happens, others anywhere.

    Every choice and every text is drawn in all of them.
    """
    rng, made = np.random.default_rng(seed), []
    for number in range(count):
        base = near if number % 3 else None
        added = np.random.default_rng([seed, number])
        point = {
            name: value(one, added if name in FAINT else rng, land, base)
            for name, one in PARAMETERS.items()
        }
        made.append((Parameters(**point), int(rng.integers(2**53))))
    return made


def variant(land: Country, rng: np.random.Generator) -> Country:
    """Return a country of the same shape in which every number is another."""
    fields = {}
    for field in dataclasses.fields(land):
        old = getattr(land, field.name)
        if isinstance(old, float | np.ndarray):
            fields[field.name] = old * rng.uniform(0.8, 1.2, np.shape(old))
    fields["shares"] = fields["shares"] / fields["shares"].sum()
    return land.replace(**fields)
