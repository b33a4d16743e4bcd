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
from defection.arrays import STEPS, CountryArrays, Scratch
from defection.compiled import compiled
from defection.distributions import SUMMED_MEAN

ROUNDING = 1e-11
NEVER = 2**62
_PER_LN_2 = 1.0 / math.log(2.0)


@compiled
def update_utilities(country: CountryArrays, s: Scratch, alike: bool, year: int) -> None:
    """Work out a year's cut-offs; ``alike`` says that all provinces have the same parameters."""
    provinces, size = s.thresholds.shape
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
            least = math.floor(country.smallest_population[year] * share) - 1.0
            s.heads[0, province, c] = max(0.0, least)
            s.heads[1, province, c] = math.ceil(country.largest_population[year] * share) + 1.0
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
        certain = 1.0 - s.heads[1, here, c] * bound - 2e-15
        s.thresholds[here, c] = np.int64(max(0.0, certain) * 2.0**53)
        s.begun[here, c] = 0


@compiled
def count_at_threshold(uniforms: np.ndarray, thresholds: np.ndarray, here: int) -> int:
    """Return how many categories of a province have reached their threshold: some may leave."""
    count = 0
    for c in range(thresholds.shape[1]):
        count += uniforms[here, c] >= thresholds[here, c]
    return count


@compiled
def list_at_threshold(
    uniforms: np.ndarray, thresholds: np.ndarray, here: int, reached: np.ndarray
) -> None:
    """Put the numbers of these categories into ``reached``."""
    count = 0
    for c in range(thresholds.shape[1]):
        reached[count] = c  # and over it, where this one has not
        count += uniforms[here, c] >= thresholds[here, c]


@compiled
def begin_steps(s: Scratch, here: int, c: int, alpha: float, beta: float) -> None:
    """Begin the steps of a category."""
    p = equations.defection_probability(s.cutoffs[0, here, c], alpha, beta)
    s.probabilities[here, c] = p
    if not (p <= 0.5 and p * s.heads[1, here, c] < SUMMED_MEAN):
        s.begun[here, c] = -1
        return
    log_rest, odds = math.log1p(-p), p / (1.0 - p)
    for side in range(2):
        first = math.exp(s.heads[1 - side, here, c] * log_rest)
        s.series[here, c, side, 0] = first
        s.series[here, c, side, 1] = first
        s.series[here, c, side, 2] = odds
    for k in range(STEPS):
        s.steps[0, here, c, k] = NEVER
    s.steps[1, here, c, 0] = 0
    add_step(s, here, c)
    s.thresholds[here, c] = max(s.thresholds[here, c], s.steps[0, here, c, 0])


@compiled
def add_step(s: Scratch, here: int, c: int) -> None:
    """Note the next step of a category, and go on to the one after it."""
    k = s.begun[here, c]
    s.steps[0, here, c, k] = np.int64(max(0.0, s.series[here, c, 0, 1] - ROUNDING) * 2.0**53)
    if k + 1 < STEPS:
        s.steps[1, here, c, k + 1] = np.int64((s.series[here, c, 1, 1] + ROUNDING) * 2.0**53) + 1
    for side in range(2):
        term = s.series[here, c, side, 0]
        term *= (s.heads[1 - side, here, c] - k) / (k + 1.0) * s.series[here, c, side, 2]
        s.series[here, c, side, 0] = term
        s.series[here, c, side, 1] += term
    s.begun[here, c] = k + 1


@compiled
def leaving(s: Scratch, here: int, c: int, uniform: int, alpha: float, beta: float) -> int:
    """Return how many of a category attempt to leave, -1 where its steps do not say."""
    if s.begun[here, c] == 0:
        begin_steps(s, here, c, alpha, beta)
    if s.begun[here, c] < 0:
        return -1
    k = 0
    for i in range(STEPS):
        k += uniform >= s.steps[0, here, c, i]
    while k == s.begun[here, c] and k < STEPS:
        add_step(s, here, c)
        k += uniform >= s.steps[0, here, c, k]
    if k < STEPS and uniform >= s.steps[1, here, c, k]:
        return k
    return -1
