"""The neural posterior, in the same small world; left out where torch and sbi are not installed (extra ``posterior``)."""

from __future__ import annotations

import importlib.util
import sys

import numpy as np
import pytest

from defection.batch_runs.importance import MissingExtraError
from defection.batch_runs.posteriors import PosteriorError, coverage, draws_for, neural, synthetic, truncation
from tests.batch_runs.posteriors.worlds import NAMES, NOISE, YEARS, exact, pairs, successes

INSTALLED = all(importlib.util.find_spec(name) for name in ("torch", "sbi"))
needs_torch = pytest.mark.skipif(
    not INSTALLED, reason="torch and sbi are not installed: pip install '.[posterior]' to test neural posteriors"
)


CLOSE = 0.4
"""How many of its standard deviations the mean may lie off the exact posterior's, after so short a training."""


@pytest.fixture(scope="module")
def trained():
    return neural.train(pairs(2000, 1), observation=NOISE, epochs=40, seed=1)


@needs_torch
@pytest.mark.slow
@pytest.mark.parametrize("truth", [(0.3, 0.5, 0.5), (0.7, 0.8, 0.1)])
def test_it_is_the_exact_posterior_or_nearly(trained, truth):
    record = NOISE.observed(successes(np.array([truth])), np.random.default_rng(5))[0]
    mean, sd = exact(record)
    draws = trained.sample(record, 4000, seed=1)
    np.testing.assert_array_less(np.abs(draws[:, :2].mean(axis=0) - mean) / sd, CLOSE)
    np.testing.assert_allclose(draws[:, :2].std(axis=0), sd, rtol=0.5)
    assert draws[:, 2].std() == pytest.approx(np.sqrt(1 / 12), rel=0.15)


@needs_torch
@pytest.mark.slow
def test_its_intervals_cover_the_truth_as_often_as_they_say(trained):
    truths, records, _ = synthetic(pairs(400, 2), 200, observation=NOISE, seed=1)
    table = coverage(NAMES, truths, draws_for(trained, records, 300, seed=1), levels=[0.9]).set_index("parameter")
    assert table.loc[list(NAMES), "covered"].between(0.9 - 5 * np.sqrt(0.09 / 200), 0.98).all()


@needs_torch
@pytest.mark.slow
def test_rounds_close_in_on_a_record_and_stay_right():
    record = NOISE.observed(successes(np.array([[0.6, 0.4, 0.5]])), np.random.default_rng(5))[0]
    asked = []

    def simulate(points):
        asked.append(points)
        return successes(points), np.ones(len(points), bool)

    posterior, learned_from = neural.train_in_rounds(
        pairs(300, 1), record, simulate, rounds=2, per_round=300, observation=NOISE, epochs=40, seed=1
    )
    mean, sd = exact(record)
    draws = posterior.sample(record, 4000, seed=1)
    np.testing.assert_array_less(np.abs(draws[:, :2].mean(axis=0) - mean) / sd, CLOSE)
    np.testing.assert_allclose(draws[:, :2].std(axis=0), sd, rtol=0.6)
    assert [points.shape for points in asked] == [(300, 3), (300, 3)]
    assert asked[1][:, 0].std() < 0.6 * np.sqrt(1 / 12)  # the level is known better and better,
    assert asked[1][:, 2].std() == pytest.approx(np.sqrt(1 / 12), rel=0.15)  # what does nothing is not
    assert len(learned_from) > 300


@needs_torch
@pytest.mark.slow
def test_the_same_seed_gives_the_same_posterior_in_silence_and_leaves_torch_s_chance_alone(trained, capsys, tmp_path, monkeypatch):
    import torch

    monkeypatch.chdir(tmp_path)
    torch.manual_seed(3)
    expected = torch.rand(1)
    torch.manual_seed(3)
    again = neural.train(pairs(2000, 1), observation=NOISE, epochs=40, seed=1)
    record = np.full(YEARS, 100.0)
    assert np.array_equal(trained.sample(record, 50, seed=1), again.sample(record, 50, seed=1))
    assert torch.equal(torch.rand(1), expected)
    assert capsys.readouterr().out == ""
    assert not list(tmp_path.iterdir())  # sbi's folder of logs


def test_a_missing_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingExtraError, match=r'a neural posterior needs torch .*pip install "defection\[posterior\]"'):
        neural.train(pairs(300, 1))


def test_too_few_runs_are_refused():
    with pytest.raises(PosteriorError, match="10 usable runs are too few"):
        neural.train(pairs(10, 1))


@pytest.mark.parametrize(
    ("record", "near", "message"),
    [
        (np.full(YEARS, 100.0), 1.0, "near = 1.0 must be a factor above 1"),
        (np.full(YEARS, 1e9), 10.0, "0 usable runs are too few to learn from"),
        (np.full(YEARS, np.nan), 10.0, "the record has 6 gaps"),
    ],
)
def test_records_that_no_run_comes_near_are_refused(record, near, message):
    with pytest.raises(PosteriorError, match=message):
        neural.train_in_rounds(pairs(300, 1), record, lambda points: (successes(points), np.ones(len(points), bool)), near=near)


def test_a_truncated_prior_is_even_where_the_density_is_high(seed):
    """The region is a disc in the first two dimensions; an even point of a disc of radius r has a mean square of r^2 / 4 in each."""
    region = truncation.Region(lambda unit: -((unit[:, :2] - 0.5) ** 2).sum(axis=1), -(0.2**2))
    around = np.random.default_rng(seed).uniform(0.45, 0.55, (500, 3))
    points = truncation.evenly([region], around, 4000, seed=seed)
    assert region.holds(points).all()
    assert ((points > 0) & (points < 1)).all()
    np.testing.assert_allclose(points[:, :2].var(axis=0), 0.2**2 / 4, rtol=0.12)
    assert points[:, 2].var() == pytest.approx(1 / 12, rel=0.12)  # from a narrow start to the walls


def test_a_region_far_smaller_than_the_cube_is_kept_to(seed):
    region = truncation.Region(lambda unit: -np.abs(unit - 0.5).max(axis=1), -1e-4)
    around = np.random.default_rng(seed).uniform(0.49995, 0.50005, (50, 3))
    points = truncation.evenly([region], around, 5, seed=seed)
    assert region.holds(points).all()


def test_regions_that_do_not_overlap_are_refused():
    nowhere = truncation.Region(lambda unit: unit[:, 0], 2.0)
    with pytest.raises(PosteriorError, match="do not overlap"):
        truncation.evenly([nowhere], np.full((5, 2), 0.5), 3, seed=1)
