"""The runs of the model that posteriors need."""

from __future__ import annotations

import numpy as np
import pytest

from defection.batch_runs import run_ensemble
from defection.batch_runs.designs import Space
from defection.batch_runs.inference import PosteriorError, simulation
from defection.batch_runs.inference.coordinates import FirstWeek
from defection.batch_runs.inference.simulation import Simulator, pairs_from_space

SPACE = Space.from_parameters(vary="all")
FIRST_WEEK = FirstWeek(SPACE)


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(simulation, "POINTS", 2**11)


def test_a_run_is_that_of_its_position_and_its_seed_however_many_are_made_at_once(
    monkeypatch, small
):
    pairs = pairs_from_space(FIRST_WEEK, Simulator(SPACE), 0, seed=1)
    some = pairs.part(np.arange(9))
    monkeypatch.setattr(simulation, "BATCH", 4)
    successes, usable = Simulator(SPACE, threads=1)(some.unit, some.seeds)
    assert np.array_equal(successes, some.successes)
    assert usable.all()
    alone = run_ensemble(SPACE.table(some.unit[:1]), int(some.seeds[0]), threads=1)
    assert np.array_equal(alone["yearly_successes"].to_numpy()[0], some.successes[0])


def test_particles_that_share_point_and_seed_share_their_run():
    """Moves that keep the seeds and change nothing meet in one run: two are no fault, nor a warning."""
    unit = np.linspace(0.2, 0.8, 4)[:, None] * np.ones((1, len(SPACE.names)))
    some, seeds = unit[[0, 1, 0, 2, 1, 0]], np.array([5, 6, 5, 7, 6, 8])
    both = Simulator(SPACE)(some, seeds)
    for one, (place, seed) in enumerate(zip(some, seeds, strict=True)):
        alone = Simulator(SPACE)(place[None], np.array([seed]))
        assert all(np.array_equal(many[one], few[0]) for many, few in zip(both, alone, strict=True))


def test_what_is_not_run_of_a_batch_would_not_have_been_sustained(small):
    """All points of the batch run, those outside of the limits too."""
    positions = []

    def everyone(unit, seeds):
        positions.append(unit)
        return Simulator(SPACE)(unit, seeds)

    whole = pairs_from_space(FIRST_WEEK, everyone, 3, expected=(-np.inf, np.inf), seed=1)
    limited = pairs_from_space(FIRST_WEEK, everyone, 3, seed=1)
    assert len(positions[0]) == 2**11
    assert len(positions[1]) < 0.35 * len(positions[0])
    first = FIRST_WEEK.expected(whole.unit)
    assert ((first > -20) & (first < 12)).mean() > 1 - 5 * np.sqrt(1 / 2000 / len(whole)) - 1 / 2000
    assert abs(len(whole) - len(limited)) < 5 * np.sqrt(2 * len(whole))  # of other seeds


def test_batches_are_different_points_and_repeat(small):
    one, again, other = (
        pairs_from_space(FIRST_WEEK, Simulator(SPACE), number, seed=1) for number in (0, 0, 1)
    )
    assert np.array_equal(one.unit, again.unit)
    assert np.array_equal(one.successes, again.successes)
    assert not np.isin(one.unit[:, 0], other.unit[:, 0]).any()
    assert ((one.successes > 0).sum(axis=1) >= 5).all()
    assert (one.successes.sum(axis=1) >= 100).all()


def test_a_batch_without_a_sustained_run_is_refused(small):
    with pytest.raises(PosteriorError, match=r"none of the [\d,]+ runs of batch 0 is sustained"):
        pairs_from_space(
            FIRST_WEEK,
            lambda unit, seeds: (np.zeros((len(unit), 23)), np.zeros(len(unit), bool)),
            0,
            seed=1,
        )
    with pytest.raises(PosteriorError, match="none of the 0 runs of batch 0 is sustained"):
        pairs_from_space(FIRST_WEEK, Simulator(SPACE), 0, expected=(50.0, 60.0), seed=1)
