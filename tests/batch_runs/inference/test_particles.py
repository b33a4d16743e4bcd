"""Particles, in a world whose posterior is known."""

from __future__ import annotations

import numpy as np
import pytest

from defection.batch_runs.inference import PosteriorError
from defection.batch_runs.inference.particles import settled
from tests.batch_runs.inference.worlds import NAMES, NOISE, exact, pairs, simulate, successes

RECORD = NOISE.observed(successes(np.array([[0.6, 0.4, 0.5]])), np.random.default_rng(5))[0]


def told(seed, runs=simulate, begin=None, **settings):
    said = {"particles": 400, "moves": 8, "last": 8, "observation": NOISE, **settings}
    return settled(begin or pairs(1000, 1), RECORD, runs, seed=seed, **said)


def test_particles_are_the_exact_posterior_or_nearly(seed):
    found = told(seed)
    mean, sd = exact(RECORD)
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


def scattered(unit, luck):
    """Run positions of the cube; by their luck runs scatter around what a point expects."""
    return successes(unit) * LEVEL[luck % 2][:, None], np.ones(len(unit), bool)


@pytest.mark.parametrize("runs_each", [1, 5])
def test_chance_of_the_runs_is_averaged_over(seed, runs_each):
    """The mean likelihood over runs is what counts, though most moves keep a particle's luck."""
    start = pairs(1000, 1)
    begin = type(start)(NAMES, start.unit, scattered(start.unit, start.luck)[0], start.luck)
    found = told(seed, scattered, begin, moves=10, runs_each=runs_each)
    grid = np.random.default_rng(1).random((100_000, len(NAMES)))
    each = np.stack([NOISE.log_likelihood(RECORD, successes(grid) * by) for by in LEVEL])
    weight = np.exp(np.logaddexp.reduce(each) - each.max())
    mean = weight @ grid / weight.sum()
    sd = np.sqrt(weight @ (grid - mean) ** 2 / weight.sum())
    np.testing.assert_array_less(np.abs(found.pairs.unit.mean(axis=0) - mean) / sd, 0.3)
    np.testing.assert_allclose(found.pairs.unit.std(axis=0), sd, rtol=0.25)
    lucky = np.exp(each[1] - each.max()).sum() / np.exp(each - each.max()).sum()
    assert (found.pairs.luck % 2).mean() == pytest.approx(
        lucky, abs=0.12
    )  # luck itself is drawn from its posterior


@pytest.mark.parametrize("runs_each", [1, 3])
def test_each_particle_stays_with_its_own_run(runs_each):
    start = pairs(1000, 1)
    found = told(
        1,
        scattered,
        type(start)(NAMES, start.unit, scattered(start.unit, start.luck)[0], start.luck),
        last=2,
        runs_each=runs_each,
    )
    again, _ = scattered(found.pairs.unit, found.pairs.luck)
    assert np.array_equal(again, found.pairs.successes)
    assert np.array_equal(found.likelihood, NOISE.log_likelihood(RECORD, again))
    assert np.isin(found.pairs.luck, start.luck).mean() < 0.5  # others have taken new luck


def test_families_are_counted_and_only_die_out():
    families = [level.families for level in told(2).levels]
    assert families == sorted(families, reverse=True)
    assert 1 < families[-1] < 400


def test_runs_that_are_not_usable_never_stay():
    start = pairs(1000, 1)

    def half(unit, luck):
        return successes(unit), unit[:, 2] < 0.5

    found = told(
        1, half, start.part(np.flatnonzero(start.unit[:, 2] < 0.5)), particles=100, moves=4
    )
    assert (found.pairs.unit[:, 2] < 0.5).all()


def test_the_same_seed_gives_the_same_particles():
    first, again, other = (told(seed, last=1, moves=2) for seed in (3, 3, 4))
    assert np.array_equal(first.pairs.unit, again.pairs.unit)
    assert not np.array_equal(first.pairs.unit, other.pairs.unit)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"particles": 1002},
            "particles = 1002 must be an even number from 4 to the number of usable runs, 1000",
        ),
        ({"particles": 101}, "particles = 101 must be an even number"),
        ({"runs_each": 0}, "runs_each = 0 must be at least 1"),
    ],
)
def test_what_cannot_settle_is_refused(settings, message):
    with pytest.raises(PosteriorError, match=message):
        told(1, **settings)
