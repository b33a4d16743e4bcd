"""Rounds, and all of the sequential posterior, in the small world; what needs torch is left out where it is not installed."""

from __future__ import annotations

import numpy as np
import pytest

from defection.batch_runs.inference import PosteriorError
from defection.batch_runs.inference.truncated.rounds import LEFT_OUT, near_limit, train_in_rounds
from defection.batch_runs.inference.truncated.sequential import Settings, sequential
from tests.batch_runs.inference.test_neural import needs_torch
from tests.batch_runs.inference.worlds import NOISE, YEARS, exact, pairs, simulate, successes

RECORD = NOISE.observed(successes(np.array([[0.6, 0.4, 0.5]])), np.random.default_rng(5))[0]


@needs_torch
@pytest.mark.slow
def test_rounds_close_in_on_a_record_and_stay_right():
    asked = []

    def told(points, luck):
        asked.append(points)
        return simulate(points, luck)

    closed = train_in_rounds(
        pairs(400, 1),
        RECORD,
        told,
        rounds=2,
        per_round=400,
        nearest=300,
        observation=NOISE,
        epochs=40,
        seed=1,
    )
    mean, sd = exact(RECORD)
    draws = closed.posterior.sample(RECORD, 4000, seed=1)
    np.testing.assert_array_less(np.abs(draws[:, :2].mean(axis=0) - mean) / sd, 0.4)
    np.testing.assert_allclose(draws[:, :2].std(axis=0), sd, rtol=0.6)
    assert [points.shape for points in asked] == [(400, 3), (400, 3)]
    assert asked[1][:, 0].std() < 0.6 * np.sqrt(1 / 12)  # the level is known better and better,
    assert asked[1][:, 2].std() == pytest.approx(
        np.sqrt(1 / 12), rel=0.15
    )  # what does nothing is not
    assert [one.number for one in closed.told] == [0, 1, 2]
    assert closed.told[2].learned_from == len(closed.pairs) >= 300
    assert (NOISE.log_likelihood(RECORD, closed.pairs.successes) >= closed.told[2].limit).all()


@needs_torch
@pytest.mark.slow
def test_the_sequential_posterior_is_the_exact_one_and_repeats():
    few = Settings(nearest=300, per_round=400, draws=2000, epochs=30)
    first, again = (
        sequential(pairs(400, 1), RECORD, simulate, few, observation=NOISE, seed=3)
        for _ in range(2)
    )
    mean, sd = exact(RECORD)
    middle = first.weighed.weight @ first.weighed.unit
    np.testing.assert_array_less(
        np.abs(middle[:2] - mean) / sd, 5 / np.sqrt(first.weighed.effective)
    )
    assert first.weighed.effective > 200
    assert np.array_equal(first.weighed.unit, again.weighed.unit)
    assert first.runs == 400 + 2000


def test_near_runs_carry_all_but_a_thousandth_of_the_likelihood_and_are_as_many_as_was_asked():
    """Likelihoods that halve from run to run: all after the k-th make up 2^-k of all."""
    halving = -np.log(2) * np.arange(1000.0)
    for order in (halving, halving[::-1]):
        assert near_limit(order, 1) == halving[int(np.ceil(-np.log2(LEFT_OUT))) - 1]
        assert near_limit(order, 300) == halving[299]
    assert near_limit(np.zeros(5000), 200) == 0.0
    assert near_limit(np.array([-1.0, -5000.0]), 300) == -5000.0


@pytest.mark.parametrize(
    ("record", "nearest", "message"),
    [
        (np.full(YEARS, 100.0), 100, "nearest = 100 must be at least 200"),
        (np.full(YEARS, np.nan), 300, "the record has 6 gaps"),
        (np.full(YEARS - 1, 9.0), 300, "but the posterior was trained on 6 years"),
    ],
)
def test_what_cannot_be_closed_in_on_is_refused(record, nearest, message):
    with pytest.raises(PosteriorError, match=message):
        train_in_rounds(pairs(300, 1), record, simulate, nearest=nearest, observation=NOISE)


@needs_torch
@pytest.mark.slow
def test_a_round_without_a_usable_run_is_told():
    with pytest.raises(PosteriorError, match="none of the 50 runs of round 1 is usable"):
        train_in_rounds(
            pairs(300, 1),
            RECORD,
            lambda unit, luck: (successes(unit), np.zeros(len(unit), bool)),
            rounds=1,
            per_round=50,
            nearest=200,
            epochs=2,
            observation=NOISE,
        )
