"""Each equation against a hand-computed value, a closed form or SciPy."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from defection import equations
from defection.distributions import binomial_quantile

# s, impact on ability, growth, ability worked out by hand as 1 / (1 + e^-(s (impact + 1 growth)))
ABILITY = [
    (1.0, 0.0, 0.0, 0.5),
    (0.5, 2.0, 0.0, 0.7310585786300049),  # 1 / (1 + e^-1)
    (
        0.617,
        16.0,
        -0.071,
        0.9999461,
    ),  # a young woman of high status who trades, at the border: 3 + 5 + 5 + 3
    (0.2, -5.0, 0.0, 0.2689414213699951),  # old, low status: -3 - 2
]
# δ, famine, s, impact on motivation, growth, motivation = 1 / (1 + e^-(δ famine + s (impact + 4
# growth)))
MOTIVATION = [
    (0.837, 0.0, 0.617, 0.0, 0.0, 0.5),
    (1.0, 1.0, 0.617, 0.0, 0.0, 0.7310585786300049),
    (0.837, 1.0, 0.5, -6.0, 0.0, 0.1031227),  # old, rural, low status in a famine year: 0.837 - 3
    (
        0.837,
        0.0,
        1.0,
        2.0,
        -0.25,
        0.7310585786300049,
    ),  # high status while the economy shrinks by a quarter: 2 - 1
]


@pytest.mark.parametrize(("s", "impact", "growth", "expected"), ABILITY)
def test_ability_equals_the_hand_computed_table(s, impact, growth, expected):
    assert equations.ability(s, impact, 1.0, growth) == pytest.approx(expected, rel=2e-6)


@pytest.mark.parametrize(("delta", "famine", "s", "impact", "growth", "expected"), MOTIVATION)
def test_motivation_equals_the_hand_computed_table(delta, famine, s, impact, growth, expected):
    assert equations.motivation(s, impact, 4.0, growth, delta, famine) == pytest.approx(
        expected, rel=2e-6
    )


@pytest.mark.parametrize(
    ("intercept", "slope", "motivation", "ability", "expected"),
    [
        (-4.0, 8.0, 0.5, 1.0, 0.5),
        (-4.0, 8.0, 0.5, 0.5, 0.11920292202211755),
        (0.0, 3.0, 0.0, 1.0, 0.5),
    ],
)
def test_utility_equals_the_hand_computed_table(intercept, slope, motivation, ability, expected):
    assert equations.utility(intercept, slope, motivation, ability) == pytest.approx(
        expected, rel=1e-14
    )


@given(st.floats(0, 1))
def test_the_cutoff_is_where_leaving_just_pays_and_lies_below_one_half(utility):
    cutoff = equations.cutoff(utility)
    assert (1 - cutoff) * utility - cutoff == pytest.approx(0, abs=1e-15)
    assert 0 <= cutoff <= 0.5


cutoffs = st.floats(1e-6, 0.5)
shapes = st.floats(0.01, 5000)


@given(cutoffs, shapes, shapes)
def test_the_bound_lies_above_the_probability(cutoff, alpha, beta):
    bound = equations.probability_bound(cutoff, alpha, beta)
    assert bound >= equations.defection_probability(cutoff, alpha, beta)


@given(st.floats(0, 1, exclude_max=True), st.integers(0, 5_000_000), cutoffs, shapes, shapes)
def test_the_bound_never_changes_a_count(uniform, n, cutoff, alpha, beta):
    exact = binomial_quantile(uniform, n, equations.defection_probability(cutoff, alpha, beta))
    assert equations.attempts(uniform, n, cutoff, alpha, beta) == exact


@given(st.integers(1, 5_000_000), cutoffs, shapes, shapes, st.floats(0.9, 1))
def test_below_the_number_that_says_nobody_nobody_of_up_to_so_many_leaves(
    n, cutoff, alpha, beta, share
):
    """Just below the edge, the exact inverse must say nobody as well, for fewer people too."""
    edge = equations.nobody_below(n, cutoff, alpha, beta)
    p = equations.defection_probability(cutoff, alpha, beta)
    for uniform in (np.nextafter(edge, 0), edge * share):
        if uniform > 0:
            assert binomial_quantile(uniform, n, p) == 0
            assert binomial_quantile(uniform, int(n * share), p) == 0


@given(st.integers(0, 10**8), st.lists(st.floats(1e-6, 1), min_size=1, max_size=50))
def test_head_counts_add_up_to_the_population_to_the_person(population, weights):
    shares = np.array(weights) / sum(weights)
    cumulative = np.concatenate([[0.0], np.cumsum(shares)])
    cumulative[-1] = 1.0
    counts = np.empty(len(shares), np.int64)
    equations.head_counts(population, cumulative, counts)
    assert counts.sum() == population
    assert (np.abs(counts - population * shares) <= 1 + 1e-6).all()


def test_attempts_are_binomial(seed):
    """Chi-square over 20,000 draws against the exact probabilities."""
    n, cutoff, alpha, beta = 4000, 0.3, 20.0, 20.0
    rng = np.random.default_rng(seed)
    counts = np.bincount(
        [equations.attempts(u, n, cutoff, alpha, beta) for u in rng.random(20_000)]
    )
    p = scipy.stats.beta.cdf(cutoff, alpha, beta)
    low, high = scipy.stats.binom.ppf([0.005, 0.995], n, p).astype(int)
    middle = np.arange(low, high + 1)
    expected = np.concatenate(
        [
            [scipy.stats.binom.cdf(low - 1, n, p)],
            scipy.stats.binom.pmf(middle, n, p),
            [scipy.stats.binom.sf(high, n, p)],
        ]
    )
    observed = np.concatenate(
        [[counts[:low].sum()], counts[low : high + 1], [counts[high + 1 :].sum()]]
    )
    assert scipy.stats.chisquare(observed, expected * 20_000).pvalue > 1e-4
