"""Variants of a country in which the assumed impacts (the paper's Figure 2) are other numbers, as a group, one by one or at random."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from defection.batch_runs.sensitivity.table import ImportanceError
from defection.country import Country

Impact = tuple[str, str, str]
"""Dimension, value and ``ability`` or ``motivation``, such as ``("gender", "female", "ability")``."""

SIDES = ("ability", "motivation")
PLACES = {("province", "border"): "border", ("country", "economy"): "economy"}
"""Impacts that belong to a place or to the year, not to a trait."""


def impacts(country: Country) -> dict[Impact, float]:
    """Return every assumed impact of a country that is not 0."""
    return {
        (dimension, value, side): numbers[i]
        for (dimension, value), numbers in country.impacts.items()
        for i, side in enumerate(SIDES)
        if numbers[i] != 0
    }


def label(impact: Impact) -> str:
    """Return the name of an impact in tables, such as ``female_ability``."""
    return f"{impact[1]}_{impact[2]}"


def with_impacts(country: Country, changed: Mapping[Impact, float]) -> Country:
    """Return a variant of a country in which some of its impacts are other numbers.

    Raises
    ------
    ImportanceError
        The country has no such impact.
    """
    known = impacts(country)
    for impact in changed:
        if impact not in known:
            raise ImportanceError(
                f"{country.name} has no impact {'/'.join(impact)}; there are {', '.join('/'.join(k) for k in known)}"
            )
    told = {pair: list(numbers) for pair, numbers in country.impacts.items()}
    for (dimension, value, side), number in changed.items():
        told[dimension, value][SIDES.index(side)] = float(number)
    fields: dict[str, object] = {}
    for i, side in enumerate(SIDES):
        for pair, name in PLACES.items():
            if pair in told:
                fields[f"{name}_{side}"] = told[pair][i]
        traits = [
            [told.get(pair, (0.0, 0.0))[i] for pair in zip(country.dimensions, values, strict=True)]
            for values in country.traits
        ]
        fields[f"trait_{side}"] = np.array([sum(numbers) for numbers in traits])
    return country.replace(
        **fields, impacts={pair: (numbers[0], numbers[1]) for pair, numbers in told.items()}
    )


def one_by_one(country: Country, factor: float) -> dict[str, Country]:
    """Return a variant for each impact in which it alone is multiplied, by name."""
    return {
        label(impact): with_impacts(country, {impact: number * factor})
        for impact, number in impacts(country).items()
    }


def as_a_group(country: Country, factor: float, *, economy: bool = True) -> Country:
    """Return a variant in which all impacts are multiplied, with those of the economy or without.

    With the economy this is the same as multiplying the parameter ``demographic_effect``.
    """
    return with_impacts(
        country,
        {
            impact: number * factor
            for impact, number in impacts(country).items()
            if economy or impact[:2] != ("country", "economy")
        },
    )


def at_random(country: Country, width: float, *, seed: int) -> Country:
    """Return a variant in which each impact is multiplied by its own even draw between 1 - width and 1 + width."""
    if not width >= 0:
        raise ImportanceError(f"width = {width!r} must be at least 0")
    known = impacts(country)
    factors = np.random.default_rng(seed).uniform(1 - width, 1 + width, len(known))
    return with_impacts(
        country,
        {
            impact: number * factor
            for (impact, number), factor in zip(known.items(), factors, strict=True)
        },
    )
