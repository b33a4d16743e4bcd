"""The score of a point: replicates put together."""

from __future__ import annotations

import numpy as np
import pytest

from defection.batch_runs.scores import Objective, ScoreError, Target, Vertical
from tests.batch_runs.scores.runs import YEARS, table

TARGET = Target(YEARS, (100.0,) * 6)
RUNS = table([[c] * 6 for c in (100, 121, 144, 400, 100)], [312, 312, 312, 312, 0]).assign(
    point=[5, 5, 5, 2, 2],
    replicate=[0, 1, 2, 0, 1],
    stopped_early=[False, False, False, False, True],
)


def test_replicates_of_a_point_are_put_together_in_the_order_of_the_runs():
    points = Objective(TARGET).score_points(RUNS)
    assert points["point"].tolist() == [5, 2]
    assert points["replicates"].tolist() == [3, 2]
    assert points["score"].iloc[0] == pytest.approx((0 + 1 + 2) / 3)
    assert points["sd"].iloc[0] == pytest.approx(1.0)
    assert points["standard_error"].iloc[0] == pytest.approx(1 / np.sqrt(3))
    assert points["stopped_early"].tolist() == [0.0, 0.5]
    assert Objective(TARGET, over="median").score_points(RUNS)["score"].iloc[0] == pytest.approx(
        1.0
    )


def test_an_objective_that_is_called_scores_each_run():
    assert Objective(TARGET)(RUNS.iloc[:4]).tolist() == pytest.approx([0.0, 1.0, 2.0, 10.0])


def test_terms_are_means_over_replicates():
    points = Objective(TARGET, Vertical()).score_points(RUNS)
    assert points["deviation"].iloc[0] == pytest.approx((0 + 21 + 44) / 3)
    assert points["unrun"].tolist() == pytest.approx([0.0, 0.5])


def test_a_failed_run_counts_as_stopped():
    assert Objective(TARGET).score_points(RUNS.assign(status=["failed", *["done"] * 4]))[
        "stopped_early"
    ].iloc[0] == pytest.approx(1 / 3)


def test_what_is_no_objective_is_refused():
    with pytest.raises(ScoreError, match="over = 'meen' is not one of them; did you mean mean"):
        Objective(TARGET, over="meen")
    with pytest.raises(ScoreError, match="no distance 'log'"):
        Objective(TARGET, "log")
    with pytest.raises(ScoreError, match="no column point"):
        Objective(TARGET).score_points(RUNS.drop(columns="point"))
