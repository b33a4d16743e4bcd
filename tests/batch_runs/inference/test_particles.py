"""Particles, in a world whose posterior is known."""

from __future__ import annotations

import numpy as np
import pytest

from defection.batch_runs.inference import PosteriorError, sample_posterior
from tests.batch_runs.inference.worlds import NAMES, NOISE, exact, pairs, simulate, successes

OBSERVED = NOISE.draw(successes(np.array([[0.6, 0.4, 0.5]])), np.random.default_rng(5))[0]


def sampled(seed, runs=simulate, begin=None, **settings):
    how = {"particles": 400, "moves": 8, "last": 8, "observation": NOISE, **settings}
    return sample_posterior(begin or pairs(1000, 1), OBSERVED, runs, seed=seed, **how)


def test_particles_are_the_exact_posterior_or_nearly(seed):
    found = sampled(seed)
    mean, sd = exact(OBSERVED)
    np.testing.assert_array_less(np.abs(found.pairs.unit.mean(axis=0)[:2] - mean) / sd, 0.25)
    np.testing.assert_allclose(found.pairs.unit.std(axis=0)[:2], sd, rtol=0.2)
    assert found.pairs.unit[:, 2].std() == pytest.approx(
        np.sqrt(1 / 12), rel=0.15
    )  # what does nothing stays unknown
    powers = [level.power for level in found.levels]
    assert powers == sorted(powers)
    assert powers[0] > 0.0
    assert powers[-9:] == [1.0] * 9
    assert len(found.pairs) == 400 * 9


LEVEL = np.array([0.7, 1.4])


def scattered(unit, seeds):
    """Run positions of the cube; by their seeds runs vary around what a point expects."""
    return successes(unit) * LEVEL[seeds % 2][:, None], np.ones(len(unit), bool)


@pytest.mark.parametrize("runs_each", [1, 5])
def test_chance_of_the_runs_is_averaged_over(seed, runs_each):
    """The mean likelihood over runs is what counts, though most moves keep a particle's seeds."""
    start = pairs(1000, 1)
    begin = type(start)(NAMES, start.unit, scattered(start.unit, start.seeds)[0], start.seeds)
    found = sampled(seed, scattered, begin, moves=10, runs_each=runs_each)
    grid = np.random.default_rng(1).random((100_000, len(NAMES)))
    each = np.stack([NOISE.log_likelihood(OBSERVED, successes(grid) * by) for by in LEVEL])
    weight = np.exp(np.logaddexp.reduce(each) - each.max())
    mean = weight @ grid / weight.sum()
    sd = np.sqrt(weight @ (grid - mean) ** 2 / weight.sum())
    np.testing.assert_array_less(np.abs(found.pairs.unit.mean(axis=0) - mean) / sd, 0.3)
    np.testing.assert_allclose(found.pairs.unit.std(axis=0), sd, rtol=0.25)
    seedsy = np.exp(each[1] - each.max()).sum() / np.exp(each - each.max()).sum()
    assert (found.pairs.seeds % 2).mean() == pytest.approx(
        seedsy, abs=0.12
    )  # seeds themselves are drawn from their posterior


@pytest.mark.parametrize("runs_each", [1, 3])
def test_each_particle_stays_with_its_own_run(runs_each):
    start = pairs(1000, 1)
    found = sampled(
        1,
        scattered,
        type(start)(NAMES, start.unit, scattered(start.unit, start.seeds)[0], start.seeds),
        last=2,
        runs_each=runs_each,
    )
    again, _ = scattered(found.pairs.unit, found.pairs.seeds)
    assert np.array_equal(again, found.pairs.successes)
    assert np.array_equal(found.likelihood, NOISE.log_likelihood(OBSERVED, again))
    assert np.isin(found.pairs.seeds, start.seeds).mean() < 0.5  # others have taken new seeds


def test_ancestors_are_counted_and_only_die_out():
    ancestors = [level.ancestors for level in sampled(2).levels]
    assert ancestors == sorted(ancestors, reverse=True)
    assert 1 < ancestors[-1] < 400


def test_runs_that_are_not_sustained_never_stay():
    start = pairs(1000, 1)

    def half(unit, seeds):
        return successes(unit), unit[:, 2] < 0.5

    found = sampled(
        1, half, start.part(np.flatnonzero(start.unit[:, 2] < 0.5)), particles=100, moves=4
    )
    assert (found.pairs.unit[:, 2] < 0.5).all()


def test_the_same_seed_gives_the_same_particles():
    first, again, other = (sampled(seed, last=1, moves=2) for seed in (3, 3, 4))
    assert np.array_equal(first.pairs.unit, again.pairs.unit)
    assert not np.array_equal(first.pairs.unit, other.pairs.unit)


def test_the_last_power_can_have_moves_of_its_own():
    same, more = (sampled(3, last=1, moves=2, last_moves=moves) for moves in (2, 5))
    assert np.array_equal(same.pairs.unit, sampled(3, last=1, moves=2).pairs.unit)
    assert [one.runs for one in more.levels[:-1]] == [one.runs for one in same.levels[:-1]]
    assert more.levels[-1].runs == pytest.approx(2.5 * same.levels[-1].runs, rel=0.1)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"particles": 1002},
            "particles = 1002 must be an even number from 4 to the number of sustained runs, 1000",
        ),
        ({"particles": 101}, "particles = 101 must be an even number"),
        ({"runs_each": 0}, "runs_each = 0 must be"),
        ({"moves": 0}, "moves = 0 must be"),
        ({"last": -1}, "last = -1 must be"),
        ({"last_moves": 0}, "last_moves = 0 must be"),
        ({"shortest": 0.0}, "shortest = 0.0 must lie above 0, up to 1"),
        ({"shortest": 1.5}, "shortest = 1.5 must lie above 0, up to 1"),
        ({"particles": 2.0}, "particles = 2.0 must be a whole number"),
    ],
)
def test_what_cannot_be_sampled_is_refused(settings, message):
    with pytest.raises(PosteriorError, match=message):
        sampled(1, **settings)
