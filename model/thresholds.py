"""Thresholds and steps of the uniform numbers: a way to be quick that changes no number.

* Utilities change once a year, and categories with equal impacts (a *kind*) share them.
* A category's uniform number is first compared with a threshold below which nobody leaves.
  Thresholds are set anew when the province's belief or the year changes, from the bound and a quick
  exponential, both of which err on the safe side.
* A category that reaches its threshold gets the exact probability P of its kind, and *steps*:
  between which uniform numbers exactly k people leave. They hold as long as the thresholds do. What
  lies between two steps goes to the scalar function that the agents call.

**Why steps change no count.** The scalar function returns the smallest k with F(k; n, P) >= u,
where F is the binomial distribution, added up from zero. While steps hold, P is the same, and the
head count n changes a little with the week: it lies between ``heads[0]`` and ``heads[1]``, below
``least`` and ``most``. F falls as n grows. So u < F(k; most, P) means at most k people for every n
of the year, and u > F(k - 1; least, P) at least k. These sums and the scalar function's are within
1e-12 of F (n P < 64, so the first term's logarithm is small; a few hundred terms at most are added,
each with an error of a few 2^-53), and steps keep a distance of ``ROUNDING`` from them.
"""

import math

import numpy as np

from defection import dated_shares, equations, rules
from defection.arrays import STEPS, CountryArrays, Scratch
from defection.compiled import compiled, inlined
from defection.distributions import SUMMED_MEAN

ROUNDING = 1e-11
"""How far steps stay from a sum of probabilities: more than all its errors of rounding."""

FIRST_STEPS = 8
"""Steps that are looked at together, before the others."""

TAIL = 0.001
"""Steps end where fewer uniform numbers than this lie above."""

NEVER = 2**62
"""A threshold that no uniform number reaches."""

NO_STEP = 2**31 - 1
"""A step that no uniform number reaches."""

_PER_LN_2 = 1.0 / math.log(2.0)


@compiled
def head_limits(smallest: float, largest: float, share: float) -> tuple[float, float]:
    """Return head counts that a category stays within while the population does.

    Rounding the cumulative totals moves a head count by less than one.
    """
    return max(0.0, math.floor(smallest * share) - 1.0), math.ceil(largest * share) + 1.0


@inlined
def update_utilities(country: CountryArrays, s: Scratch, alike: bool, year: int) -> None:
    """Work out a year's cut-offs; ``alike`` says that all provinces have the same parameters."""
    provinces, size = s.thresholds.shape
    growth = country.growth_percent[year]
    extent, edges = s.in_force[0].dated_shares, s.edges
    dated_shares.fill_edges(
        edges, country.cumulative_shares, country.leaving, country.partner, year, extent
    )
    for province in range(provinces):
        if province == 0 or not alike:
            famine = country.famines[s.in_force[province].famine_row, year]
            for k in range(country.kind_ability.size):
                weight = rules.border_weight(
                    s.in_force, province, country.kind_border[0, k], country.kind_border[1, k]
                )
                _, s.motivation[k], _, x = rules.expect(
                    s.in_force,
                    province,
                    country.kind_ability[k] + country.border_ability * weight,
                    country.kind_motivation[k] + country.border_motivation * weight,
                    country.economy_ability,
                    country.economy_motivation,
                    growth,
                    famine,
                    s.provinces[province].pull,
                )
                s.by_kind[0, k], s.by_kind[1, k], s.by_kind[2, k] = x, math.log(x), math.log1p(-x)
        motivation = people = 0.0
        for c in range(size):
            i = province * size + c
            share = dated_shares.share(edges, i)
            least, most = head_limits(
                country.smallest_population[year], country.largest_population[year], share
            )
            parted = edges[3, i] > edges[2, i]  # both parts are rounded
            s.heads[0, province, c] = max(0.0, least - parted)
            s.heads[1, province, c] = most + parted
            kind = country.kinds[province, c]
            for row in range(3):
                s.cutoffs[row, province, c] = s.by_kind[row, kind]
            motivation += share * s.motivation[kind]
            people += share
        rules.note_discontent(s.provinces, province, motivation / people if people > 0.0 else 0.0)
        s.set_for[province, 0] = math.nan


@inlined
def look_at_belief(s: Scratch, here: int, alpha: float, beta: float) -> None:
    """Set what is new with the week, where the belief has changed.

    A belief that follows one of a single week is likely to be as brief, and gets no steps unless it
    holds for a second week.
    """
    if s.set_for[here, 0] != alpha or s.set_for[here, 1] != beta:
        s.brief[here] = s.held[here] == 1
        s.held[here] = 0
        set_thresholds(s, here, alpha, beta)
        s.counts[0] += 1
    elif s.brief[here]:
        s.brief[here] = False
        for number in range(s.begun_count[here]):
            set_steps(s, here, s.begun[here, number])
    s.held[here] += 1


@inlined
def exponential_bits(z: float) -> int:
    """Return the bits of a float that is at least e^z, and at most 6 % more, as a whole number.

    A float's bits, read as a whole number, are its logarithm to base 2 with a chord for the
    mantissa, and a chord lies above the exponential.
    """
    return np.int64((min(max(z, -690.0), 690.0) * _PER_LN_2 + 1023.0) * 2.0**52)  # type: ignore[return-value]


@inlined
def set_thresholds(s: Scratch, here: int, alpha: float, beta: float) -> None:
    """Set the uniform numbers below which nobody leaves while the belief is Beta(α, β)."""
    s.set_for[here, 0], s.set_for[here, 1] = alpha, beta
    s.begun_count[here] = 0
    s.kind_probabilities[here, :] = -1.0
    scale = equations.belief_scale(alpha, beta)
    for c in range(s.bits.size):
        z = equations.log_leading_factor(
            s.cutoffs[1, here, c], s.cutoffs[2, here, c], alpha, beta, scale
        )
        s.bits[c] = exponential_bits(z)
    for c in range(s.bits.size):
        bound = s.values[c] * equations.series_bound(s.cutoffs[0, here, c], alpha, beta)
        certain = 1.0 - s.heads[1, here, c] * bound - 2e-15
        s.thresholds[here, c] = np.int64(max(0.0, certain) * 2.0**53)


@inlined
def count_at_threshold(uniforms: np.ndarray, thresholds: np.ndarray, here: int) -> int:
    """Return how many categories of a province have reached their threshold: some may leave."""
    count = 0
    for c in range(thresholds.shape[1]):
        count += uniforms[here, c] >= thresholds[here, c]
    return count


@inlined
def begin_steps(country: CountryArrays, s: Scratch, uniforms: np.ndarray, here: int) -> None:
    """Give the categories of a province that have reached their threshold P and steps."""
    alpha, beta = s.set_for[here, 0], s.set_for[here, 1]
    for c in range(s.thresholds.shape[1]):
        if uniforms[here, c] < s.thresholds[here, c]:
            continue
        cutoff, kind = s.cutoffs[0, here, c], country.kinds[here, c]
        if s.kind_probabilities[here, kind] < 0.0:
            probability = equations.defection_probability(cutoff, alpha, beta)
            s.kind_probabilities[here, kind] = probability
            s.counts[1] += 1
        s.probabilities[here, c] = s.kind_probabilities[here, kind]
        set_steps(s, here, c)
        s.thresholds[here, c] = NEVER  # from now on it is asked every week
        at = s.begun_count[here]
        while at > 0 and s.begun[here, at - 1] > c:
            s.begun[here, at] = s.begun[here, at - 1]
            at -= 1
        s.begun[here, at] = c
        s.begun_count[here] += 1


@inlined
def set_steps(s: Scratch, here: int, c: int) -> None:
    """Set the steps of a category, where there can be any and they are worth it."""
    p, least, most = s.probabilities[here, c], s.heads[0, here, c], s.heads[1, here, c]
    at_least, at_most = s.steps[0, here, c], s.steps[1, here, c]
    at_least[:] = NO_STEP
    at_most[:] = NO_STEP
    if not s.brief[here] and p <= 0.5 and most * p < SUMMED_MEAN:
        fill_steps(at_least, at_most, p, least, most)


@compiled
def fill_steps(
    at_least: np.ndarray, at_most: np.ndarray, p: float, least: float, most: float
) -> None:
    """Set the steps of ``least`` to ``most`` people who leave with probability ``p`` each.

    From ``at_least[k]`` on at least k people leave, and below ``at_most[k]`` at most k, both in
    multiples of 2^-30. What is not set must hold ``NO_STEP``; the last place is never set.
    """
    log_rest, odds = math.log1p(-p), p / (1.0 - p)
    low = low_term = math.exp(most * log_rest)
    d = (least - most) * log_rest
    # e^d is at most 1 + d + d^2, up to 1.7
    high = high_term = low * (1.0 + d + d * d) if d < 1.0 else math.exp(least * log_rest)
    step = np.int32(0)
    for k in range(STEPS - 1):
        at_least[k] = step
        at_most[k] = np.int32(max(0.0, low - ROUNDING) * 2.0**30)
        if low > 1.0 - TAIL:
            break
        step = np.int32((high + ROUNDING) * 2.0**30 + 1.0)
        low_term *= (most - k) / (k + 1.0) * odds
        high_term *= (least - k) / (k + 1.0) * odds
        low += low_term
        high += high_term


@inlined
def people_between_steps(s: Scratch, here: int, c: int, uniform: int) -> int:
    """Return how many of a category attempt to leave, or -1 where its steps do not say."""
    short = np.int32(uniform >> 23)  # in multiples of 2^-30
    k = 0
    for i in range(FIRST_STEPS):
        k += short >= s.steps[1, here, c, i]
    if k == FIRST_STEPS:
        for i in range(FIRST_STEPS, STEPS):
            k += short >= s.steps[1, here, c, i]
    return k if short >= s.steps[0, here, c, k] else -1
