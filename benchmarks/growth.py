"""Larger countries and longer runs, to see how time grows."""

from __future__ import annotations

import numpy as np

from defection.country import Country, load


def with_categories(times: int) -> Country:
    """Return North Korea with each category split into ``times`` equal ones."""
    country = load("north_korea")
    return country.replace(
        dimensions={**country.dimensions, "cell": tuple(str(k) for k in range(times))},
        traits=tuple((*values, str(k)) for values in country.traits for k in range(times)),
        shares=np.repeat(country.shares, times, axis=1) / times,
        trait_ability=np.repeat(country.trait_ability, times),
        trait_motivation=np.repeat(country.trait_motivation, times),
    )


def with_years(count: int) -> Country:
    """Return North Korea with so many years, all like the first."""
    country = load("north_korea")
    first = country.years[0]
    return country.replace(
        years=tuple(range(first, first + count)),
        populations=np.full(count + 1, country.populations[0]),
        growth_percent=np.full(count, country.growth_percent[0]),
    )
