"""The neural posterior, in the same small world; left out where torch and sbi are not installed (extra ``posterior``)."""

from __future__ import annotations

import importlib.util
import sys

import numpy as np
import pytest

from defection.batch_runs.inference import PosteriorError, coverage, draws_for, neural, synthetic
from defection.batch_runs.sensitivity import MissingExtraError
from tests.batch_runs.inference.worlds import NAMES, NOISE, YEARS, exact, pairs, successes

INSTALLED = all(importlib.util.find_spec(name) for name in ("torch", "sbi"))
needs_torch = pytest.mark.skipif(
    not INSTALLED,
    reason="torch and sbi are not installed: pip install '.[posterior]' to test neural posteriors",
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
    table = coverage(
        NAMES, truths, draws_for(trained, records, 300, seed=1), levels=[0.9]
    ).set_index("parameter")
    assert table.loc[list(NAMES), "covered"].between(0.9 - 5 * np.sqrt(0.09 / 200), 0.98).all()


@needs_torch
@pytest.mark.slow
def test_the_same_seed_gives_the_same_posterior_in_silence_and_leaves_torch_s_chance_alone(
    trained, capsys, tmp_path, monkeypatch
):
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
    with pytest.raises(
        MissingExtraError,
        match=r'a neural posterior needs torch .*pip install "defection\[posterior\]"',
    ):
        neural.train(pairs(300, 1))


def test_too_few_runs_are_refused():
    with pytest.raises(PosteriorError, match="10 usable runs are too few"):
        neural.train(pairs(10, 1))
