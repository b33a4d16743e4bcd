"""Variants of a country in which the assumed impacts (the paper's Figure 2) are other numbers."""

from collections.abc import Mapping

import numpy as np

from defection.batch_runs.sensitivity.table import ImportanceError
from defection.country import Country

Impact = tuple[str, str, str]
"""Dimension, value and side, such as ``("gender", "female", "ability")``."""

Numbers = Mapping[tuple[str, str], tuple[float, float]]
"""Impacts on ability and on motivation, by dimension and value."""

SIDES = ("ability", "motivation")
BORDER, ECONOMY = ("province", "border"), ("country", "economy")
"""Impacts that belong to a place or to the year, not to a trait."""


def impacts(country: Country) -> dict[Impact, float]:
    """Return every assumed impact of a country that is not 0."""
    return {
        (dimension, value, side): numbers[i]
        for (dimension, value), numbers in country.impacts.items()
        for i, side in enumerate(SIDES)
        if numbers[i] != 0
    }


def with_impacts(country: Country, changed: Mapping[Impact, float]) -> Country:
    """Return a variant in which some impacts are other numbers; refuses unknown impacts."""
    known = impacts(country)
    for impact in changed:
        if impact not in known:
            there = ", ".join("/".join(one) for one in known)
            raise ImportanceError(
                f"{country.name} has no impact {'/'.join(impact)}; there are {there}"
            )
    numbers = {pair: list(both) for pair, both in country.impacts.items()}
    for (dimension, value, side), number in changed.items():
        numbers[dimension, value][SIDES.index(side)] = float(number)
    return with_numbers(country, {pair: (a, m) for pair, (a, m) in numbers.items()})


def with_numbers(country: Country, numbers: Numbers) -> Country:
    """Return a variant with these impacts on ability and motivation, whatever its own."""
    fields: dict[str, object] = {}
    for i, side in enumerate(SIDES):
        for pair in (BORDER, ECONOMY):
            if pair in numbers:
                fields[f"{pair[1]}_{side}"] = numbers[pair][i]
        traits = (zip(country.dimensions, values, strict=True) for values in country.traits)
        fields[f"trait_{side}"] = np.array(
            [sum([numbers.get(pair, (0.0, 0.0))[i] for pair in pairs]) for pairs in traits]
        )
    return country.replace(**fields, impacts=dict(numbers))


def one_by_one(country: Country, factor: float) -> dict[str, Country]:
    """Return a variant for each impact in which it alone is multiplied: ``female_ability`` ..."""
    return {
        f"{impact[1]}_{impact[2]}": with_impacts(country, {impact: number * factor})
        for impact, number in impacts(country).items()
    }


def as_a_group(country: Country, factor: float, *, economy: bool = True) -> Country:
    """Return a variant in which all impacts are multiplied, with those of the economy or without.

    With the economy this is the same as multiplying the parameter ``demographic_effect``.
    """
    known = impacts(country).items()
    chosen = {
        impact: number * factor for impact, number in known if economy or impact[:2] != ECONOMY
    }
    return with_impacts(country, chosen)
