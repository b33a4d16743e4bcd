"""The beta area, the binomial and the Poisson inverse, against closed forms and SciPy."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from defection.distributions import (
    beta_cdf,
    beta_kernel,
    binomial_cdf,
    binomial_quantile,
    poisson_quantile,
)  # fmt: skip

shapes = st.floats(0.5, 5000)
unit = st.floats(0, 1, exclude_max=True, allow_subnormal=False)


def test_beta_area_equals_scipy_to_1e10_relative_where_it_is_above_1e300(seed):
    rng = np.random.default_rng(seed)
    n = 40_000
    alpha, beta = np.exp(rng.uniform(np.log(0.5), np.log(5000), (2, n)))
    mean = alpha / (alpha + beta)
    sd = np.sqrt(mean * (1 - mean) / (alpha + beta + 1))
    cutoff = np.where(
        np.arange(n) % 2,
        rng.uniform(0, 0.5, n),
        np.clip(mean + sd * rng.uniform(-12, 4, n), 1e-12, 0.5),
    )
    expected = scipy.stats.beta.cdf(cutoff, alpha, beta)
    ours = np.array([beta_cdf(*row) for row in zip(cutoff, alpha, beta, strict=True)])
    counts = expected > 1e-300
    assert counts.sum() > n / 2
    differing = np.flatnonzero(counts & (np.abs(ours - expected) > 1e-10 * expected))
    assert (
        expected[differing] < 1e-250
    ).all()  # below, SciPy's own result loses digits: forty digits decide
    for i in differing:
        assert ours[i] == pytest.approx(
            float(_area_in_forty_digits(cutoff[i], alpha[i], beta[i])), rel=1e-10
        )
    for i in np.flatnonzero(~counts & (ours > 1e-300)):
        assert ours[i] == pytest.approx(
            float(_area_in_forty_digits(cutoff[i], alpha[i], beta[i])), rel=1e-10
        )


def _area_in_forty_digits(x, alpha, beta):
    with mpmath.workdps(40):
        x, alpha, beta = mpmath.mpf(x), mpmath.mpf(alpha), mpmath.mpf(beta)
        return (
            x**alpha
            * (1 - x) ** beta
            / (alpha * mpmath.beta(alpha, beta))
            * mpmath.hyp2f1(alpha + beta, 1, alpha + 1, x)
        )


@given(unit, shapes)
def test_beta_area_with_a_shape_of_one_is_a_power(x, shape):
    assert beta_cdf(x, shape, 1.0) == pytest.approx(x**shape, rel=1e-12, abs=1e-300)
    assert beta_cdf(x, 1.0, shape) == pytest.approx(
        -np.expm1(shape * np.log1p(-x)), rel=1e-12, abs=1e-300
    )


@given(st.floats(0.01, 0.99), shapes, shapes)
def test_beta_area_is_one_less_its_mirror_image(x, alpha, beta):
    assert beta_cdf(x, alpha, beta) + beta_cdf(1 - x, beta, alpha) == pytest.approx(1, abs=1e-11)


@given(shapes, shapes)
def test_beta_area_runs_from_nothing_to_all(alpha, beta):
    assert beta_cdf(0.0, alpha, beta) == 0
    assert beta_cdf(1.0, alpha, beta) == 1


@pytest.mark.parametrize(("alpha", "beta"), [(1e6, 1e6), (3e6, 1e5), (1e7, 2e7)])
def test_beta_area_stays_exact_after_millions_of_known_attempts(alpha, beta):
    mean = alpha / (alpha + beta)
    sd = np.sqrt(mean * (1 - mean) / (alpha + beta))
    for z in (-30, -8, -1, 0.5):
        x = mean + z * sd
        assert beta_cdf(x, alpha, beta) == pytest.approx(
            scipy.stats.beta.cdf(x, alpha, beta), rel=1e-9
        )


@given(st.floats(0.01, 0.99), st.floats(0.5, 300), st.floats(0.5, 300))
def test_beta_kernel_is_the_density_times_x_and_the_rest(x, alpha, beta):
    assert beta_kernel(x, alpha, beta) == pytest.approx(
        scipy.stats.beta.pdf(x, alpha, beta) * x * (1 - x), rel=1e-10
    )


def _assert_equal_but_at_steps(u, n, p):
    ours = np.array(
        [binomial_quantile(float(a), int(b), float(c)) for a, b, c in zip(u, n, p, strict=True)]
    )
    expected = scipy.stats.binom.ppf(u, n, p)
    differ = np.flatnonzero(ours != expected)
    step = scipy.stats.binom.cdf(np.minimum(ours, expected)[differ], n[differ], p[differ])
    assert (np.abs(ours - expected)[differ] <= 1).all()
    assert (np.abs(step - u[differ]) <= 1e-12).all()
    assert len(differ) < len(u) / 1000


def test_attempts_from_one_uniform_equal_scipys_inverse_for_up_to_five_million_people(seed):
    rng = np.random.default_rng(seed)
    size = 20_000
    n = np.exp(rng.uniform(0, np.log(5e6), size)).astype(np.int64)
    p = np.exp(rng.uniform(np.log(1e-12), np.log(0.1), size))
    u = np.where(np.arange(size) % 3, rng.random(size), 1 - 10 ** rng.uniform(-11, 0, size))
    _assert_equal_but_at_steps(u, n, p)


def test_the_inverse_equals_scipys_for_every_probability(seed):
    rng = np.random.default_rng(seed)
    n = rng.integers(1, 20_000, 10_000)
    _assert_equal_but_at_steps(rng.random(10_000), n, rng.uniform(0.001, 0.999, 10_000))


@given(unit, unit, st.integers(0, 10**6), st.floats(0, 1))
def test_more_luck_never_means_fewer(first, second, n, p):
    few, many = sorted([first, second])
    assert 0 <= binomial_quantile(few, n, p) <= binomial_quantile(many, n, p) <= n


@given(unit, st.integers(0, 10**6))
def test_what_is_certain_happens_to_all_and_what_is_impossible_to_none(u, n):
    assert binomial_quantile(u, n, 0.0) == 0
    assert binomial_quantile(u, n, 1.0) == n


@given(st.integers(1, 400), st.floats(0.001, 0.999), st.data())
def test_the_cumulated_binomial_equals_scipys(n, p, data):
    k = data.draw(st.integers(-1, n))
    assert binomial_cdf(k, n, p) == pytest.approx(
        scipy.stats.binom.cdf(k, n, p), rel=1e-10, abs=1e-14
    )


def test_the_inverse_of_large_means_is_the_smallest_that_reaches_the_uniform_number(seed):
    rng = np.random.default_rng(seed)
    size = 3_000
    n = np.exp(rng.uniform(np.log(150), np.log(1e8), size)).astype(np.int64)
    p = np.minimum(0.5, np.exp(rng.uniform(np.log(65), np.log(1e5), size)) / n)
    u = np.where(np.arange(size) % 3, rng.random(size), 10.0 ** rng.uniform(-12, 0, size))
    for one in zip(u.tolist(), n.tolist(), p.tolist(), strict=True):
        k = binomial_quantile(*one)
        assert binomial_cdf(k, *one[1:]) >= one[0]
        assert binomial_cdf(k - 1, *one[1:]) < one[0]


@given(unit, st.floats(0.0, 5000.0) | st.floats(0.0, 3.0))
def test_the_poisson_inverse_is_the_smallest_count_with_enough_below(u, mean):
    k = poisson_quantile(u, mean)
    assert scipy.stats.poisson.cdf(k, mean) >= u - 1e-12
    assert k == 0 or scipy.stats.poisson.cdf(k - 1, mean) < u + 1e-12


def test_the_poisson_inverse_has_no_seam_and_its_limits_are_what_they_are():
    for mean in (63.999999, 64.0, 64.000001):
        for u in np.linspace(0.001, 0.999, 97):
            assert poisson_quantile(u, mean) == scipy.stats.poisson.ppf(u, mean)
    assert poisson_quantile(0.7, 0.0) == poisson_quantile(0.0, 5.0) == 0
    assert poisson_quantile(1 - 1e-9, 0.1) == scipy.stats.poisson.ppf(1 - 1e-9, 0.1)
    uniforms = np.random.default_rng(1).random(20_000)
    counts = np.array([poisson_quantile(u, 300.0) for u in uniforms])
    assert counts.mean() == pytest.approx(300, abs=5 * np.sqrt(300 / 20_000))
    assert counts.var() == pytest.approx(300, rel=0.05)
