"""What the citizens of a province believe: a beta distribution, judged by SciPy."""

from __future__ import annotations

import dataclasses
import math

import pytest
import scipy.stats

from defection.agents import Belief


@pytest.mark.parametrize(("alpha", "beta"), [(0.5, 0.5), (1, 1), (15, 12), (95, 57), (3000, 2)])
def test_mean_deviation_and_interval_are_those_of_the_beta_distribution(alpha, beta):
    belief, exact = Belief(alpha, beta), scipy.stats.beta(alpha, beta)
    assert belief.mean == pytest.approx(exact.mean())
    assert belief.sd == pytest.approx(exact.std())
    for level in (0.5, 0.9):
        assert exact.cdf(belief.interval(level)) == pytest.approx(
            [0.5 - level / 2, 0.5 + level / 2]
        )


def test_a_flat_belief_has_the_moments_of_the_uniform_distribution():
    assert Belief(1, 1).mean == 0.5
    assert Belief(1, 1).sd == pytest.approx(math.sqrt(1 / 12))
    assert Belief(1, 1).interval(0.9) == pytest.approx((0.05, 0.95))


def test_a_known_failure_raises_the_expected_repression_and_a_known_success_lowers_it():
    before = Belief(15, 12)
    assert Belief(16, 12).mean > before.mean > Belief(15, 13).mean


def test_more_news_of_the_same_kind_makes_the_belief_tighter_around_the_same_mean():
    few, many = Belief(15, 12), Belief(1500, 1200)
    assert many.mean == pytest.approx(few.mean)
    assert many.sd < few.sd / 9
    assert few.interval()[0] < many.interval()[0] < many.interval()[1] < few.interval()[1]


def test_a_belief_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Belief(1, 1).alpha = 2
