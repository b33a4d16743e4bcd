"""The law of the model: each equation of the paper once, as a small pure function.

The agents call these functions, and the compiled ensemble loops over the same ones. Change a rule
here and both follow. They are compiled at their first call and can be called from Python with plain
numbers.

"The paper" is Dukalskis, Elkink & Xiong (2017), section "Determining the probability of defection
of each citizen" unless another is named. L is the logistic function.
"""

from __future__ import annotations

import math

import numpy as np

from defection.compiled import compiled
from defection.distributions import (
    beta_cdf,
    binomial_quantile,
    log_beta_function,
    poisson_quantile,
)  # fmt: skip


@compiled
def logistic(z: float) -> float:
    """Return L(z) = 1 / (1 + e^-z), in 0..1."""
    return 1.0 / (1.0 + math.exp(-z))


@compiled
def ability(
    demographic_effect: float,
    impact: float,
    economy_impact: float,
    economy: float,
    alone: float = 0.0,
) -> float:
    """Return how able a category is to leave, 0..1: L(s (impact + economy_impact economy)).

    ``impact`` is the sum of Figure 2's numbers for ability over the category's traits (young,
    female, border ...). ``alone`` is what economy and fees add to the log odds apart from s.
    """
    return logistic(demographic_effect * (impact + economy_impact * economy) + alone)


@compiled
def motivation(
    demographic_effect: float,
    impact: float,
    economy_impact: float,
    economy: float,
    famine_effect: float,
    famine: float,
    economy_alone: float = 0.0,
) -> float:
    """Return how much a category wants to leave, 0..1.

    L(δ famine + s (impact + economy_impact economy)); δ is not multiplied by s, nor is
    ``economy_alone``.
    """
    return logistic(
        famine_effect * famine
        + demographic_effect * (impact + economy_impact * economy)
        + economy_alone
    )


@compiled
def utility(intercept: float, slope: float, motivation: float, ability: float) -> float:
    """Return U(d|¬r), the utility of leaving unrepressed, 0..1: L(γ₁ + γ₂ motivation ability)."""
    return logistic(intercept + slope * motivation * ability)


@compiled
def cutoff(utility: float, loss: float = 1.0) -> float:
    """Return the belief in repression below which leaving pays.

    (1 - E) U + E C > 0 means E < U / (U - C). C, the pay-off of an attempt that is stopped, is
    minus the ``loss``, which is 1 in the paper.
    """
    return utility / (utility + loss)


@compiled
def defection_probability(cutoff: float, alpha: float, beta: float) -> float:
    """Return the weekly probability of an attempt, P (Figure 4).

    It is the area of the belief Beta(α, β) below the cut-off.
    """
    return beta_cdf(cutoff, alpha, beta)


@compiled
def belief_scale(alpha: float, beta: float) -> float:
    """Return -ln(α B(α, β)), which all categories of a province share."""
    return -log_beta_function(alpha, beta) - math.log(alpha)


@compiled
def log_leading_factor(
    log_cutoff: float, log_rest: float, alpha: float, beta: float, scale: float
) -> float:
    """Return ln of x^α (1-x)^β / (α B(α, β)), the leading factor of the incomplete beta function.

    ``log_cutoff`` is ln x, ``log_rest`` ln(1 - x) and ``scale`` the :func:`belief_scale`.
    """
    return alpha * log_cutoff + beta * log_rest + scale


@compiled
def series_bound(cutoff: float, alpha: float, beta: float) -> float:
    """Return a factor that lifts the leading factor above the incomplete beta function.

    The function's series has ratios (α + β + n) x / (α + 1 + n); a geometric series with the
    largest of them lies above it. Near and above the belief's mean that series has no end, and
    infinity is returned.
    """
    ratio = cutoff * max(1.0, (alpha + beta) / (alpha + 1.0))
    return (1.0 + 1e-6) / (1.0 - ratio) if ratio < 0.999 else math.inf


@compiled
def probability_bound(cutoff: float, alpha: float, beta: float) -> float:
    """Return a cheap upper bound on :func:`defection_probability`; ``cutoff`` in (0, 1)."""
    scale = belief_scale(alpha, beta)
    leading = log_leading_factor(math.log(cutoff), math.log1p(-cutoff), alpha, beta, scale)
    return min(1.0, math.exp(leading) * series_bound(cutoff, alpha, beta))


@compiled
def nobody_below(head_count: float, cutoff: float, alpha: float, beta: float) -> float:
    """Return a uniform number below which none of up to ``head_count`` people attempts to leave.

    Nobody leaves with probability (1 - P)^n >= 1 - n P, and P lies below its bound. ``cutoff`` must
    lie in (0, 1).
    """
    return 1.0 - head_count * probability_bound(cutoff, alpha, beta) - 1e-15


@compiled
def drawn_attempts(uniform: float, head_count: int, probability: float) -> int:
    """Return how many of ``head_count`` people attempt to leave this week.

    Binomial(n, P), inverted at ``uniform`` in [0, 1).
    """
    return binomial_quantile(uniform, head_count, probability)


@compiled
def attempts(uniform: float, head_count: int, cutoff: float, alpha: float, beta: float) -> int:
    """Return :func:`drawn_attempts`, but look first whether it is certain that nobody leaves.

    Nearly always it is. ``cutoff`` must lie in (0, 1).
    """
    if uniform < nobody_below(head_count, cutoff, alpha, beta):
        return 0
    return drawn_attempts(uniform, head_count, defection_probability(cutoff, alpha, beta))


@compiled
def stopped(uniform: float, attempts: int, repression: float) -> int:
    """Return how many of the attempts are stopped: Binomial(A, R), inverted at ``uniform``."""
    return binomial_quantile(uniform, attempts, repression)


@compiled
def become_known(uniform: float, happened: int, observation_probability: float) -> int:
    """Return how many attempts become known: Binomial(happened, K), inverted at ``uniform``."""
    return binomial_quantile(uniform, happened, observation_probability)


@compiled
def expected_become_known(uniform: float, expected: float, observation_probability: float) -> int:
    """Return how many of an expected number become known: Poisson(K expected), by ``uniform``."""
    return poisson_quantile(uniform, observation_probability * expected)


@compiled
def belief_alpha(prior_alpha: float, known_stopped: int) -> float:
    """Return α = α₀ + N_R (paper, 'Updating expectations of repression by the citizen')."""
    return prior_alpha + known_stopped


@compiled
def belief_beta(prior_beta: float, known_attempts: int, known_stopped: int) -> float:
    """Return β = β₀ + N_D - N_R (paper, 'Updating expectations of repression by the citizen')."""
    return prior_beta + (known_attempts - known_stopped)


@compiled
def head_count(population: int, share_below: float, share_above: float) -> int:
    """Return the people of a category that stands between two cumulative shares of the population.

    Rounding the cumulative totals makes the categories add up to the population, to the person.
    """
    return math.floor(population * share_above + 0.5) - math.floor(population * share_below + 0.5)


@compiled
def head_counts(population: int, cumulative_shares: np.ndarray, counts: np.ndarray) -> None:
    """Fill ``counts`` with the :func:`head_count` of every category.

    ``cumulative_shares`` has one value more.
    """
    for c in range(counts.size):
        counts[c] = head_count(population, cumulative_shares[c], cumulative_shares[c + 1])
