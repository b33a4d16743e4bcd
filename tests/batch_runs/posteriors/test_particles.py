"""Particles, in a world whose posterior is known."""

from __future__ import annotations

import numpy as np
import pytest

from defection.batch_runs.posteriors import PosteriorError
from defection.batch_runs.posteriors.particles import closing_in, settled
from tests.batch_runs.posteriors.worlds import NAMES, NOISE, exact, pairs, simulate, successes

RECORD = NOISE.observed(successes(np.array([[0.6, 0.4, 0.5]])), np.random.default_rng(5))[0]


def near(seed, **settings):
    said = {"particles": 400, "moves": 6, "within": 10.0, "observation": NOISE, **settings}
    return closing_in(pairs(1000, 1), RECORD, simulate, seed=seed, **said)


def test_settled_particles_are_the_exact_posterior_or_nearly(seed):
    told = settled(near(seed), RECORD, simulate, particles=400, moves=10, last=8, observation=NOISE, seed=seed)
    mean, sd = exact(RECORD)
    np.testing.assert_array_less(np.abs(told.pairs.unit.mean(axis=0)[:2] - mean) / sd, 0.25)
    np.testing.assert_allclose(told.pairs.unit.std(axis=0)[:2], sd, rtol=0.2)
    assert told.pairs.unit[:, 2].std() == pytest.approx(np.sqrt(1 / 12), rel=0.15)  # what does nothing stays unknown
    powers = [level.power for level in told.levels]
    assert powers == sorted(powers)
    assert powers[0] == 0.0
    assert powers[-9:] == [1.0] * 9
    assert len(told.pairs) == 400 * 9


def test_chance_of_the_runs_is_averaged_over(seed):
    """Runs scatter around what a point expects; the mean likelihood over runs is what counts."""
    rng, level = np.random.default_rng(seed), np.array([0.7, 1.4])

    def scattered(unit):
        return successes(unit) * level[rng.integers(2, size=len(unit))][:, None], np.ones(len(unit), bool)

    begin = closing_in(pairs(1000, 1), RECORD, scattered, particles=400, moves=6, observation=NOISE, seed=seed)
    told = settled(begin, RECORD, scattered, particles=400, moves=10, last=8, observation=NOISE, seed=seed)
    grid = np.random.default_rng(1).random((100_000, len(NAMES)))
    each = np.logaddexp.reduce([NOISE.log_likelihood(RECORD, successes(grid) * by) for by in level])
    weight = np.exp(each - each.max())
    mean = weight @ grid / weight.sum()
    sd = np.sqrt(weight @ (grid - mean) ** 2 / weight.sum())
    np.testing.assert_array_less(np.abs(told.pairs.unit.mean(axis=0) - mean) / sd, 0.3)
    np.testing.assert_allclose(told.pairs.unit.std(axis=0), sd, rtol=0.25)


def test_particles_are_distributed_as_the_prior_is_within_the_limit(seed):
    """Against runs drawn evenly from the whole space, of which those within the limit are kept."""
    told = near(seed, last=10)
    many = np.random.default_rng(seed).random((200_000, len(NAMES)))
    kept = many[NOISE.log_likelihood(RECORD, successes(many)) >= told.levels[-1].limit]
    assert len(kept) > 1000
    np.testing.assert_allclose(told.pairs.unit.mean(axis=0), kept.mean(axis=0), atol=0.05)
    np.testing.assert_allclose(told.pairs.unit.std(axis=0), kept.std(axis=0), rtol=0.15)


def test_every_level_comes_nearer_and_the_last_is_as_near_as_was_asked():
    told = near(1, last=2)
    limits = [level.limit for level in told.levels]
    assert limits == sorted(limits)
    assert (told.likelihood >= limits[-1]).all()
    assert limits[-1] >= told.levels[-4].best - 10.0
    assert len(told.pairs) == 400 * 3
    assert np.array_equal(told.likelihood, NOISE.log_likelihood(RECORD, successes(told.pairs.unit)))  # each particle with its own run


def test_runs_that_are_not_usable_never_stay():
    def half(unit):
        return successes(unit), unit[:, 2] < 0.5

    told = closing_in(
        pairs(1000, 1).part(np.flatnonzero(pairs(1000, 1).unit[:, 2] < 0.5)),
        RECORD,
        half,
        particles=100,
        moves=4,
        observation=NOISE,
        seed=1,
    )
    assert (told.pairs.unit[:, 2] < 0.5).all()


def test_the_same_seed_gives_the_same_particles():
    first, again, other = near(3), near(3), near(4)
    assert np.array_equal(first.pairs.unit, again.pairs.unit)
    assert not np.array_equal(first.pairs.unit, other.pairs.unit)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"particles": 1002}, "particles = 1002 must be an even number from 4 to the number of usable runs, 1000"),
        ({"particles": 101}, "particles = 101 must be an even number"),
        ({"survive": 1.0}, r"survive = 1\.0 must lie between 0 and 1"),
    ],
)
def test_what_cannot_close_in_is_refused(settings, message):
    with pytest.raises(PosteriorError, match=message):
        near(1, **settings)
