"""The runs of the model that posteriors ask for."""

from __future__ import annotations

import numpy as np
import pytest

from defection.batch_runs import run_ensemble
from defection.batch_runs.designs import Space
from defection.batch_runs.inference import PosteriorError, simulation
from defection.batch_runs.inference.coordinates import FirstWeek
from defection.batch_runs.inference.pairs import usable_runs
from defection.batch_runs.inference.simulation import Simulator, of_space

SPACE = Space.from_parameters(vary="all")
FIRST_WEEK = FirstWeek(SPACE)


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(simulation, "POINTS", 2**11)


def test_a_run_is_that_of_its_position_and_its_luck_however_many_are_made_at_once(
    monkeypatch, small
):
    pairs = of_space(FIRST_WEEK, Simulator(SPACE), 0, seed=1)
    some = pairs.part(np.arange(9))
    monkeypatch.setattr(simulation, "AT_ONCE", 4)
    successes, usable = Simulator(SPACE, threads=1)(some.unit, some.luck)
    assert np.array_equal(successes, some.successes)
    assert usable.all()
    alone = run_ensemble(SPACE.table(some.unit[:1]), int(some.luck[0]), threads=1)
    assert np.array_equal(alone["yearly_successes"].to_numpy()[0], some.successes[0])


def test_what_is_not_run_of_a_batch_would_not_have_been_usable(small):
    """All points of the batch run, those outside of the limits too."""
    asked = []

    def everyone(unit, luck):
        asked.append(unit)
        return Simulator(SPACE)(unit, luck)

    whole = of_space(FIRST_WEEK, everyone, 3, expected=(-np.inf, np.inf), seed=1)
    limited = of_space(FIRST_WEEK, everyone, 3, seed=1)
    assert len(asked[0]) == 2**11
    assert len(asked[1]) < 0.35 * len(asked[0])
    first = FIRST_WEEK.expected(whole.unit)
    assert ((first > -20) & (first < 12)).mean() > 1 - 5 * np.sqrt(1 / 2000 / len(whole)) - 1 / 2000
    assert abs(len(whole) - len(limited)) < 5 * np.sqrt(2 * len(whole))  # of other luck


def test_batches_are_different_points_and_repeat(small):
    one, again, other = (
        of_space(FIRST_WEEK, Simulator(SPACE), number, seed=1) for number in (0, 0, 1)
    )
    assert np.array_equal(one.unit, again.unit)
    assert np.array_equal(one.successes, again.successes)
    assert not np.isin(one.unit[:, 0], other.unit[:, 0]).any()
    assert usable_runs(one.successes, np.zeros(len(one), bool)).all()


def test_a_batch_without_a_usable_run_is_told(small):
    with pytest.raises(PosteriorError, match=r"none of the [\d,]+ runs of batch 0 is usable"):
        of_space(
            FIRST_WEEK,
            lambda unit, luck: (np.zeros((len(unit), 23)), np.zeros(len(unit), bool)),
            0,
            seed=1,
        )
    with pytest.raises(PosteriorError, match="none of the 0 runs of batch 0 is usable"):
        of_space(FIRST_WEEK, Simulator(SPACE), 0, expected=(50.0, 60.0), seed=1)
