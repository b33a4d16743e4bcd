"""Thresholds of the uniform numbers: a way to be quick that changes no number.

* Utilities change once a year, and categories with equal impacts (a *kind*) share them.
* A category's uniform number is first compared with a threshold below which nobody leaves.
  Thresholds are set anew when the province's belief or the year changes, from the bound and a quick
  exponential, both of which err on the safe side.
"""

from __future__ import annotations

import math

import numpy as np

from defection import equations, rules
from defection.arrays import CountryArrays, Scratch
from defection.compiled import compiled

_PER_LN_2 = 1.0 / math.log(2.0)


@compiled
def update_utilities(country: CountryArrays, s: Scratch, alike: bool, year: int) -> None:
    """Work out a year's cut-offs; ``alike`` says that all provinces have the same parameters."""
    provinces, size = s.most.shape
    growth = country.growth_percent[year]
    for province in range(provinces):
        if province == 0 or not alike:
            famine = country.famines[s.in_force[province].famine_row, year]
            for k in range(country.kind_ability.size):
                _, _, _, x = rules.expect(
                    s.in_force,
                    province,
                    country.kind_ability[k],
                    country.kind_motivation[k],
                    country.economy_ability,
                    country.economy_motivation,
                    growth,
                    famine,
                )
                s.by_kind[0, k], s.by_kind[1, k], s.by_kind[2, k] = x, math.log(x), math.log1p(-x)
        for c in range(size):
            i = province * size + c
            share = country.cumulative_shares[i + 1] - country.cumulative_shares[i]
            s.most[province, c] = country.largest_population[year] * share + 1.0
            for row in range(3):
                s.cutoffs[row, province, c] = s.by_kind[row, country.kinds[province, c]]
        s.set_for[province, 0] = math.nan


@compiled
def set_thresholds(s: Scratch, here: int, alpha: float, beta: float) -> None:
    """Set the uniform numbers below which nobody leaves while the belief is Beta(α, β).

    The exponential is taken from above: a float's bits, read as a whole number, are its logarithm
    to base 2 with a chord for the mantissa, and a chord lies above the exponential (by 6 % at
    most).
    """
    s.set_for[here, 0], s.set_for[here, 1] = alpha, beta
    scale = equations.belief_scale(alpha, beta)
    for c in range(s.bits.size):
        z = equations.log_leading_factor(
            s.cutoffs[1, here, c], s.cutoffs[2, here, c], alpha, beta, scale
        )
        s.bits[c] = np.int64((min(max(z, -690.0), 690.0) * _PER_LN_2 + 1023.0) * 2.0**52)
    for c in range(s.bits.size):
        bound = s.values[c] * equations.series_bound(s.cutoffs[0, here, c], alpha, beta)
        certain = 1.0 - s.most[here, c] * bound - 2e-15
        s.thresholds[here, c] = np.int64(max(0.0, certain) * 2.0**53)


@compiled
def count_at_threshold(uniforms: np.ndarray, thresholds: np.ndarray, here: int) -> int:
    """Return how many categories of a province have reached their threshold: some may leave."""
    count = 0
    for c in range(thresholds.shape[1]):
        count += uniforms[here, c] >= thresholds[here, c]
    return count
