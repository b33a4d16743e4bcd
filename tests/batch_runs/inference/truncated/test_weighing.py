"""Weighing puts right what a trained posterior got wrong, as long as it reaches everywhere."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats

from defection.batch_runs.inference import PosteriorError
from defection.batch_runs.inference.pairs import from_line, to_line
from defection.batch_runs.inference.truncated.weighing import weighed
from tests.batch_runs.inference.worlds import NAMES, NOISE, exact, simulate, successes

RECORD = NOISE.observed(successes(np.array([[0.6, 0.4, 0.5]])), np.random.default_rng(5))[0]


class Wrong:
    """A density that knows nothing of the record: wide normal log odds around the wrong place."""

    names = NAMES

    def sample(self, record, draws, *, seed):
        return from_line(np.random.default_rng(seed).normal(0.5, 2.0, (draws, len(NAMES))))

    def log_density(self, record, unit):
        return (scipy.stats.norm.logpdf(to_line(unit), 0.5, 2.0) - np.log(unit * (1 - unit))).sum(
            axis=1
        )


def test_a_wrong_density_ends_as_the_exact_posterior(seed):
    told = weighed(Wrong(), RECORD, simulate, 20_000, observation=NOISE, seed=seed)
    mean, sd = exact(RECORD)
    middle = told.weight @ told.unit
    noise = 5 / np.sqrt(told.effective)
    np.testing.assert_array_less(np.abs(middle[:2] - mean) / sd, noise)
    np.testing.assert_allclose(np.sqrt(told.weight @ (told.unit - middle) ** 2)[:2], sd, rtol=noise)
    assert middle[2] == pytest.approx(0.5, abs=noise * np.sqrt(1 / 12))
    assert 100 < told.effective < 20_000
    assert told.usable == 1.0


def test_chance_of_the_runs_is_averaged_over(seed):
    """Runs scatter around what a point expects; the mean likelihood over runs is what counts, and single runs give it on average."""
    level = np.array([0.8, 1.25])

    def scattered(unit, luck):
        return successes(unit) * level[luck % 2][:, None], np.ones(len(unit), bool)

    told = weighed(Wrong(), RECORD, scattered, 20_000, observation=NOISE, seed=seed)
    grid = np.random.default_rng(1).random((100_000, len(NAMES)))
    each = np.logaddexp.reduce([NOISE.log_likelihood(RECORD, successes(grid) * by) for by in level])
    share = np.exp(each - each.max())
    mean = share @ grid / share.sum()
    sd = np.sqrt(share @ (grid - mean) ** 2 / share.sum())
    np.testing.assert_array_less(
        np.abs(told.weight @ told.unit - mean) / sd, 5 / np.sqrt(told.effective)
    )


def test_a_draw_whose_run_is_not_usable_weighs_nothing():
    def half(unit, luck):
        return successes(unit), unit[:, 2] < 0.5

    told = weighed(Wrong(), RECORD, half, 500, observation=NOISE, seed=1)
    assert not told.weight[told.unit[:, 2] >= 0.5].any()
    assert told.weight.sum() == pytest.approx(1.0)
    assert told.usable == (told.unit[:, 2] < 0.5).mean()
    with pytest.raises(PosteriorError, match="none of the runs of 20 draws is usable"):
        weighed(
            Wrong(),
            RECORD,
            lambda unit, luck: (successes(unit), np.zeros(len(unit), bool)),
            20,
            observation=NOISE,
            seed=1,
        )
