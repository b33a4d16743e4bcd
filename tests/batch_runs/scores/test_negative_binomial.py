"""What is observed of a run: limits, moments and refusals of the negative-binomial counts."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats

from defection.batch_runs.scores import NegativeBinomial, ScoreError


def test_without_dispersion_it_is_poisson_s_likelihood():
    counts, mean = np.array([3.0, 10.0, 40.0]), np.array([4.0, 9.0, 45.0])
    found = NegativeBinomial(size=1e9).log_likelihood(counts, mean)
    assert found == pytest.approx(scipy.stats.poisson.logpmf(counts, mean).sum(), rel=1e-6)


def test_counts_have_the_mean_and_the_variance_that_are_declared(seed):
    n, mean, size = 200_000, 50.0, 5.0
    counts = NegativeBinomial(size=size).draw(np.full(n, mean), np.random.default_rng(seed))
    variance = mean + mean**2 / size
    assert counts.mean() == pytest.approx(mean, abs=4 * np.sqrt(variance / n))
    assert counts.var() == pytest.approx(variance, rel=0.05)


@pytest.mark.parametrize("mean", [20.0, 200.0, 20_000.0])
def test_the_deviation_of_summaries_is_about_one_at_every_level(mean, seed):
    model = NegativeBinomial(size=20.0)
    counts = model.draw(np.full(20_000, mean), np.random.default_rng(seed))
    assert model.summaries(counts).std() == pytest.approx(1.0, abs=0.07)


def test_a_year_without_leavers_does_not_make_a_count_impossible():
    assert np.isfinite(NegativeBinomial().log_likelihood(np.array([8.0]), np.array([0.0])))
    assert NegativeBinomial(floor=2.0).expected(np.array([0.0, 5.0])).tolist() == [2.0, 5.0]


def test_the_likelihood_is_highest_at_the_counts_themselves():
    counts, model = np.array([8.0, 300.0, 2000.0]), NegativeBinomial()
    own = model.log_likelihood(counts, counts)
    assert all(
        own > model.log_likelihood(counts, counts * factor) for factor in (0.8, 0.95, 1.05, 1.2)
    )


def test_the_size_that_is_fitted_is_the_one_that_made_the_counts(seed):
    """With 20,000 counts the estimate varies by about 1 %."""
    mean = np.geomspace(20, 2000, 20_000)
    counts = NegativeBinomial(size=3.0).draw(mean, np.random.default_rng(seed))
    assert NegativeBinomial.fitted(counts, mean).size == pytest.approx(3.0, rel=0.05)
    assert NegativeBinomial.fitted(counts[:5], counts[:5], floor=2.0).floor == 2.0


def test_counts_that_are_the_runs_themselves_leave_no_dispersion():
    counts = np.array([10.0, 200.0, 3000.0])
    assert (
        NegativeBinomial.fitted(counts, counts).size
        > 100 * NegativeBinomial.fitted(counts, 2 * counts).size
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: NegativeBinomial(size=0.0), "size = 0.0 must be above 0"),
        (lambda: NegativeBinomial(floor=float("nan")), "floor = nan must be above 0"),
        (
            lambda: NegativeBinomial().summaries(np.array([1.0, np.nan])),
            "observed counts have 1 gaps",
        ),
        (
            lambda: NegativeBinomial().log_likelihood(np.array([-3.0]), np.array([1.0])),
            "negative observed count, -3",
        ),
    ],
)
def test_what_are_no_counts_is_refused(call, message):
    with pytest.raises(ScoreError, match=message):
        call()
