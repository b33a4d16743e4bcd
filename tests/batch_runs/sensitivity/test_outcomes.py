"""What is explained: outcomes of tables of runs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from defection.batch_runs.errors import ResultsError
from defection.batch_runs.sensitivity import ImportanceError
from defection.batch_runs.sensitivity.outcomes import outcomes


def table(*yearly, stopped=None, status=None):
    frame = pd.DataFrame(
        np.array(yearly), columns=[f"successes_{year}" for year in (1992, 1993, 1994)]
    )
    frame["weeks_run"] = 156
    frame["stopped_early"] = stopped or [False] * len(frame)
    frame["status"] = status or ["done"] * len(frame)
    return frame


def test_total_peak_and_onset_are_read_from_the_years():
    made = outcomes(table([0, 150, 849], [99, 0, 0]))
    assert made["total"].to_list() == [3.0, 2.0]
    assert made["peak_year"].to_list() == [1994, 1992]
    assert made["onset_year"].to_list() == [1993, 1995]
    assert made["stopped_early"].dtype == bool


def test_years_that_never_came_are_the_one_after_the_last():
    made = outcomes(table([0, 0, 0]))
    assert made[["total", "peak_year", "onset_year"]].to_numpy().tolist() == [[0.0, 1995.0, 1995.0]]


def test_failed_runs_are_left_out():
    assert len(outcomes(table([1, 2, 3], [0, 0, 0], status=["done", "failed"]))) == 1
    with pytest.raises(ResultsError, match="none of the 1 runs has finished"):
        outcomes(table([1, 2, 3], status=["failed"]))


def test_a_run_is_good_where_its_score_is_at_most_the_limit():
    made = outcomes(table([0, 0, 5], [0, 0, 6]), score=lambda runs: runs["successes_1994"], good=5)
    assert made["score"].to_list() == [5.0, 6.0]
    assert made["good"].to_list() == [True, False]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"names": ["peak"]}, "no outcome 'peak'; did you mean peak_year\\?"),
        ({"names": ["score"]}, "'score' needs score=, a distance from the observed counts"),
        ({"names": ["good"], "score": len}, "'good' needs score= and good="),
    ],
)
def test_outcomes_that_cannot_be_had_are_named(settings, message):
    with pytest.raises(ImportanceError, match=message):
        outcomes(table([1, 2, 3]), **settings)
