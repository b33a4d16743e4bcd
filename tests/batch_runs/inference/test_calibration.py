"""Calibration: draws that are right pass, draws that are wrong in a known way fail in that way."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats

from defection.batch_runs.inference import PosteriorError
from defection.batch_runs.inference.calibration import (
    band,
    calibration,
    coverage,
    draws_for,
    ecdf,
    ranks,
)

NAMES = ("right", "narrow", "low")


@pytest.fixture
def judged(seed):
    """Truths and draws of 400 records: truth and draws are alike, draws are half as wide, draws are too low by one."""
    rng = np.random.default_rng(seed)
    centre = rng.normal(size=(400, 3))
    draws = centre[:, None] + rng.normal(size=(400, 99, 3)) * [1.0, 0.5, 1.0] - [0.0, 0.0, 1.0]
    return centre + rng.normal(size=(400, 3)), draws


def test_ranks_count_the_draws_below_the_truth():
    draws = np.array([[[1.0], [2.0], [3.0]]])
    assert [int(ranks(np.array([[truth]]), draws)[0, 0]) for truth in (0.5, 2.5, 9.0)] == [0, 2, 3]


def test_ties_are_drawn_evenly():
    ranked = ranks(np.zeros((3000, 1)), np.zeros((3000, 2, 1)), seed=1)
    assert scipy.stats.chisquare(np.bincount(ranked[:, 0], minlength=3)).pvalue > 1e-4


def test_the_curve_of_ranks_ends_at_one():
    shares, curve = ecdf(np.array([[0], [1], [1]]), 2)
    assert shares.tolist() == pytest.approx([1 / 3, 2 / 3, 1.0])
    assert curve[:, 0].tolist() == pytest.approx([1 / 3, 1.0, 1.0])


def test_the_band_holds_as_many_whole_curves_as_it_says(seed):
    records, draws, trials = 100, 50, 1000
    low, high = band(records, draws, level=0.9, seed=seed)
    rng = np.random.default_rng(seed + 100)
    inside = 0
    for _ in range(trials):
        curve = ecdf(rng.integers(0, draws + 1, (records, 1)), draws)[1][:, 0]
        inside += ((curve >= low - 1e-12) & (curve <= high + 1e-12)).all()
    error = np.sqrt(0.9 * 0.1 / trials)
    assert 0.9 - 5 * error < inside / trials < 0.96  # counts are whole, so it is a little too wide


def test_right_draws_pass_and_wrong_ones_fail(judged):
    table = calibration(NAMES, *judged).set_index("parameter")
    assert table["inside"].to_dict() == {"right": True, "narrow": False, "low": False}
    assert table.loc["right", "p"] > 1e-4
    assert table.loc[["narrow", "low"], "p"].max() < 1e-6
    assert table.loc["low", "mean_rank"] > 0.6 > table.loc["narrow", "mean_rank"]


def test_intervals_of_right_draws_cover_as_often_as_they_say(judged):
    """Draws half as wide cover with 90 % what a normal law puts within 0.5 x 1.645 of its root-2 wide middle ... less."""
    table = coverage(NAMES, *judged, levels=[0.5, 0.9]).set_index(["level", "parameter"])
    for level in (0.5, 0.9):
        error = np.sqrt(level * (1 - level) / 400)
        assert table.loc[(level, "right"), "covered"] == pytest.approx(
            level, abs=4 * error + 0.01
        )  # 99 draws: 0.01
        assert (
            table.loc[(level, "right"), "low"]
            < table.loc[(level, "right"), "covered"]
            < table.loc[(level, "right"), "high"]
        )
    expected = 2 * scipy.stats.norm.cdf(0.5 * 1.645) - 1
    assert table.loc[(0.9, "narrow"), "covered"] == pytest.approx(expected, abs=0.12)
    covered = table.loc[0.9, "covered"]
    assert covered["all"] == pytest.approx(covered[list(NAMES)].mean())


def test_each_record_gets_draws_of_its_own():
    class Anything:
        names = ("a",)

        def sample(self, record, draws, *, seed):
            return np.random.default_rng(seed).random((draws, 1)) + record[0]

    draws = draws_for(Anything(), np.array([[0.0], [0.0], [5.0]]), 4, seed=1)
    assert draws.shape == (3, 4, 1)
    assert not np.array_equal(draws[0], draws[1])
    assert np.array_equal(draws, draws_for(Anything(), np.array([[0.0], [0.0], [5.0]]), 4, seed=1))


def test_shapes_that_do_not_match_are_named():
    with pytest.raises(PosteriorError, match=r"truths \(2, 3\) and draws \(2, 9, 2\) do not match"):
        ranks(np.zeros((2, 3)), np.zeros((2, 9, 2)))
    with pytest.raises(PosteriorError, match="level = 90 must lie between 0 and 1"):
        coverage(["a"], np.zeros((2, 1)), np.zeros((2, 9, 1)), levels=[90])
