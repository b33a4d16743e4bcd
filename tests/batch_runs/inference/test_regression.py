"""The light posterior, in a world whose posterior is known by a grid."""

from __future__ import annotations

import numpy as np
import pytest

from defection.batch_runs.inference import PosteriorError, train
from defection.batch_runs.inference.calibration import coverage, draws_for, synthetic
from defection.batch_runs.scores import ScoreError
from tests.batch_runs.inference.worlds import NAMES, NOISE, YEARS, exact, pairs, successes

CLOSE = 0.5
"""How many of its standard deviations the mean may lie off the exact posterior's: estimates are no sufficient statistic."""


@pytest.fixture(scope="module")
def trained():
    return train(pairs(4000, 1), observation=NOISE, seed=1)


@pytest.mark.parametrize("truth", [(0.3, 0.5, 0.5), (0.7, 0.8, 0.1)])
def test_it_is_the_exact_posterior_or_nearly(trained, truth):
    observed = NOISE.draw(successes(np.array([truth])), np.random.default_rng(5))[0]
    mean, sd = exact(observed)
    draws = trained.sample(observed, 4000, seed=1)
    np.testing.assert_array_less(np.abs(draws[:, :2].mean(axis=0) - mean) / sd, CLOSE)
    np.testing.assert_allclose(draws[:, :2].std(axis=0), sd, rtol=0.5)
    assert draws[:, 2].mean() == pytest.approx(
        0.5, abs=0.1
    )  # nothing is learned of what does nothing:
    assert draws[:, 2].std() == pytest.approx(np.sqrt(1 / 12), rel=0.15)


def test_its_intervals_cover_the_truth_as_often_as_they_say(trained):
    truths, records, _ = synthetic(pairs(400, 2), 300, observation=NOISE, seed=1)
    table = coverage(
        NAMES, truths, draws_for(trained, records, 500, seed=1), levels=[0.9]
    ).set_index("parameter")
    assert table.loc[list(NAMES), "covered"].between(0.9 - 5 * np.sqrt(0.09 / 300), 0.97).all()


def test_the_same_seed_gives_the_same_draws():
    observed = np.full(YEARS, 100.0)
    one, again, other = (train(pairs(400, 1), observation=NOISE, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one.sample(observed, 50, seed=1), again.sample(observed, 50, seed=1))
    assert not np.array_equal(one.sample(observed, 50, seed=1), one.sample(observed, 50, seed=2))
    assert not np.array_equal(one.sample(observed, 50, seed=1), other.sample(observed, 50, seed=1))


def test_draws_stay_in_the_cube_even_for_counts_like_none_of_the_runs(trained):
    draws = trained.sample(np.full(YEARS, 1e7), 100, seed=1)
    assert ((draws >= 0) & (draws <= 1)).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda t: t.sample(np.zeros(3), 5, seed=1),
            r"the observed counts have the shape \(3,\), but the runs have 6 years",
        ),
        (lambda t: t.sample(np.full(YEARS, np.nan), 5, seed=1), "observed counts have 6 gaps"),
        (lambda t: t.sample(np.full(YEARS, -1.0), 5, seed=1), "negative observed count"),
        (lambda t: t.sample(np.zeros(YEARS), 0, seed=1), "draws = 0 must be at least 1"),
        (lambda t: train(pairs(10, 1)), "10 sustained runs are too few"),
        (lambda t: train(pairs(300, 1), accepted=2), "accepted = 2 must be a share"),
    ],
)
def test_what_cannot_be_inferred_is_refused(trained, call, message):
    with pytest.raises((PosteriorError, ScoreError), match=message):
        call(trained)
