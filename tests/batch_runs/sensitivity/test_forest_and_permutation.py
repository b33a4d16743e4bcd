"""Importances of forests: what they can tell, and what impurity cannot."""

from __future__ import annotations

import numpy as np
import pytest

from defection.batch_runs.sensitivity import ImportanceError
from defection.batch_runs.sensitivity.forest import forest, interval, permutation
from tests.batch_runs.sensitivity.functions import by_name, sample

SMALL = {"trees": 30, "folds": 4}


@pytest.fixture
def linear(seed):
    unit = np.random.default_rng(seed).random((600, 3))
    return sample(unit, ("strong", "weak", "none"), 4 * unit[:, 0] + 2 * unit[:, 1])


@pytest.fixture
def noise(seed):
    rng = np.random.default_rng(seed)
    return sample(rng.random((600, 3)), ("a", "b", "c"), rng.normal(size=600))


@pytest.mark.parametrize("method", [forest, permutation])
def test_the_order_of_a_linear_function_is_found(linear, method, seed):
    table = method(linear, "y", seed=seed, **SMALL)
    assert table["parameter"].to_list()[:2] == ["strong", "weak"]
    rows = by_name(table)
    assert rows.loc["strong", "low"] > rows.loc["weak", "high"] > rows.loc["none", "high"]
    assert table["quality"].iloc[0] > 0.8
    assert table["quality_name"].iloc[0] == "R2"


def test_shares_of_impurity_sum_to_one(linear):
    assert forest(linear, "y", **SMALL)["value"].sum() == pytest.approx(1.0)


def test_impurity_gives_noise_a_share_and_permutation_gives_it_none(noise, seed):
    shares, losses = (
        forest(noise, "y", seed=seed, **SMALL),
        permutation(noise, "y", seed=seed, **SMALL),
    )
    assert shares["value"].min() > 0.1  # six columns of nothing share it all: a sixth each
    assert (losses["low"] < 0).sum() >= 5  # an interval of 90 % may miss 0 now and then
    assert shares["quality"].iloc[0] < 0.1


def test_a_yes_and_no_is_judged_by_the_area_under_the_curve(seed):
    unit = np.random.default_rng(seed).random((800, 2))
    made = sample(unit, ("a", "b"), unit[:, 0] > 0.8)
    table = permutation(made, "y", seed=seed, **SMALL)
    assert table["quality_name"].iloc[0] == "AUC"
    assert table["quality"].iloc[0] > 0.95
    assert by_name(table).loc["a", "low"] > 0.2 > by_name(table).loc["b", "high"]


def test_replicates_of_a_point_never_stand_on_both_sides(seed):
    """Noise that all replicates of a point share cannot be foreseen; a split by runs would let the forest know it by heart."""
    rng = np.random.default_rng(seed)
    point = np.repeat(np.arange(100), 6)
    made = sample(rng.random((100, 3))[point], ("a", "b", "c"), rng.normal(size=100)[point], point)
    assert forest(made, "y", seed=seed, **SMALL)["quality"].iloc[0] < 0.1


def test_the_interval_over_folds_is_the_corrected_one():
    mean, low, high = interval(np.array([[0.0], [2.0]]))  # s2 = 2, t(0.95; 1) = 6.3138
    assert mean[0] == 1.0
    assert high[0] - low[0] == pytest.approx(2 * 6.3138 * np.sqrt(2 * (1 / 2 + 1)), rel=1e-4)


@pytest.mark.parametrize(
    ("values", "settings", "message"),
    [
        (np.ones(100), {}, "y is 1.0 in all 100 runs: there is nothing to explain"),
        (
            np.where(np.arange(100) == 3, np.nan, 1.0),
            {},
            "y is not a finite number in 1 of 100 runs",
        ),
        (np.arange(100) < 5, {"folds": 4}, "the rarer value stands at 5 of 100 points: at least 8"),
        (np.arange(100.0), {"folds": 20}, "100 points are too few for 20 folds"),
        (np.arange(100.0), {"folds": 1}, "folds = 1 must be"),
    ],
)
def test_runs_that_cannot_tell_are_refused(values, settings, message):
    unit = np.random.default_rng(1).random((100, 2))
    with pytest.raises(ImportanceError, match=message):
        forest(sample(unit, ("a", "b"), values), "y", trees=3, **settings)
