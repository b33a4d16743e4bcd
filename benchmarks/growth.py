"""Larger countries and longer runs, to see how time grows."""

from __future__ import annotations

import numpy as np

from defection.country import Country, load

OUTBREAKS = {
    "prior_alpha": 53.1, "prior_beta": 33.2, "observation_probability": 0.49, "memory_weeks": 369,
    "utility_intercept": -4.32, "utility_slope": 7.16, "demographic_effect": 0.617,
    "famine_effect": 0.837, "initial_repression": 0.823, "adjustment_rate": 0.0005,
    "tolerated_attempts": 180,
}  # fmt: skip
"""The first, provisional defaults, kept so that timings stay comparable: most weeks are quiet."""
QUIET = {**OUTBREAKS, "prior_alpha": 80.0}
"""Parameters under which nearly nobody leaves."""
STEADY = {
    **OUTBREAKS, "adjustment_rate": 0.0, "economy_scale": 0.0, "famine_years": "none",
    "memory_weeks": 52, "stop_threshold": 2_000_000_000, "initial_repression": 0.55,
    "observation_probability": 0.05,
}  # fmt: skip
"""Parameters under which all weeks are alike, so that time measures size and not events."""


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
