"""Predictive bands and recovery, against cases that can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from defection.batch_runs.inference import NegativeBinomial, PosteriorError
from defection.batch_runs.inference.calibration import recovery, synthetic
from defection.batch_runs.inference.predictive import band_coverage, bands, predicted
from tests.batch_runs.inference.worlds import NAMES, pairs


def test_bands_are_quantiles_and_know_where_the_observed_counts_lie():
    counts = np.arange(101.0)[:, None].repeat(2, axis=1)
    table = bands(counts, [1992, 1993], np.array([50.0, 200.0]))
    assert table.loc[
        0, ["median", "low_90", "high_90", "low_50", "high_50", "rank"]
    ].to_list() == pytest.approx([50, 5, 95, 25, 75, 0.5])
    assert table["rank"].iloc[1] == 1.0
    assert band_coverage(table) == {0.5: 0.5, 0.9: 0.5}


def test_predictions_vary_around_the_runs(seed):
    counts = predicted(
        np.full((50_000, 1), 100.0), observation=NegativeBinomial(size=20.0), seed=seed
    )
    assert counts.mean() == pytest.approx(100.0, abs=4 * np.sqrt((100 + 500) / 50_000))


def test_predictions_of_other_years_are_refused():
    with pytest.raises(
        PosteriorError,
        match=r"predictions \(5, 3\), 2 years and observed counts \(2,\) do not match",
    ):
        bands(np.zeros((5, 3)), [1992, 1993], np.zeros(2))


def test_what_is_known_comes_back_and_what_is_not_does_not(seed):
    rng = np.random.default_rng(seed)
    truths = rng.random((200, 2))
    draws = np.stack(
        [truths[:, None, 0] + rng.normal(0, 0.01, (200, 50)), rng.random((200, 50))], axis=2
    )
    table = recovery(("known", "unknown"), truths, draws, prior=rng.random((5000, 2))).set_index(
        "parameter"
    )
    assert table.loc["known", "error"] < 0.05
    assert table.loc["known", "shrinkage"] > 0.99
    assert table.loc["known", "correlation"] > 0.99
    assert table.loc["unknown", "error"] == pytest.approx(1.0, abs=0.15)
    assert table.loc["unknown", "shrinkage"] == pytest.approx(0.0, abs=0.05)


def test_synthetic_records_are_of_different_runs_and_say_which():
    every = pairs(50, 1)
    truths, records, rows = synthetic(every, 50, seed=3)
    assert sorted(rows) == list(range(50))
    assert np.array_equal(truths, every.unit[rows])
    assert records.shape == (50, 6)
    with pytest.raises(PosteriorError, match="51 records cannot be made of 50 sustained runs"):
        synthetic(every, 51)


def test_a_prior_that_does_not_vary_is_refused():
    with pytest.raises(PosteriorError, match="the prior must have 3 columns that vary"):
        recovery(NAMES, np.zeros((2, 3)), np.zeros((2, 5, 3)), prior=np.ones((4, 3)))
