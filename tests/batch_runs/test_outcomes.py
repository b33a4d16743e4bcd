"""Yearly counts, complete years, and what a run does."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from defection.batch_runs import run_ensemble, summary
from defection.batch_runs.errors import ResultsError
from defection.batch_runs.outcomes import FATES, YearlyCounts, fates, finished
from tests.batch_runs.scores.runs import YEARS, table
from tests.conftest import LIVELY


@pytest.mark.parametrize(("weeks", "complete"), [(0, 0), (51, 0), (52, 1), (103, 1), (312, 6)])
def test_a_year_is_complete_once_its_last_week_was_run(weeks, complete):
    counts = YearlyCounts.from_runs(table([5] * 6, weeks))
    assert counts.complete.tolist() == [[True] * complete + [False] * (6 - complete)]
    assert counts.share_run[0] == weeks / 312
    assert np.isnan(counts.whole_years[0, complete:]).all()


def test_years_are_those_of_the_table_wherever_a_part_begins():
    counts = YearlyCounts.from_runs(table([1, 2, 3, 4, 5, 6], 3 * 52)).part([2002, 2003])
    assert counts.years.tolist() == [2002, 2003]
    assert counts.counts.tolist() == [[3, 4]]
    assert counts.complete.tolist() == [[True, False]]
    assert counts.share_run.tolist() == [0.5]


def test_a_failed_run_has_completed_nothing():
    runs = table([[1] * 6] * 2, status=["done", "failed"])
    assert YearlyCounts.from_runs(runs).complete.any(axis=1).tolist() == [True, False]
    assert len(finished(runs)) == 1
    with pytest.raises(ResultsError, match="none of the 1 runs has finished"):
        finished(runs.iloc[1:])
    with pytest.raises(ResultsError, match="no column status"):
        finished(runs.drop(columns="status"))


def test_an_ensemble_and_its_table_of_runs_have_the_same_counts(tiny):
    data = run_ensemble(LIVELY, range(20), country=tiny, threads=1)
    years = data["year"].to_numpy().tolist()
    columns = dict(zip([f"successes_{year}" for year in years], data["yearly_successes"].to_numpy().T, strict=True))  # fmt: skip
    runs = pd.DataFrame({"weeks_run": data["weeks_run"].to_numpy(), **columns})
    one, other = YearlyCounts.from_ensemble(data), YearlyCounts.from_runs(runs)
    for name in ("years", "counts", "complete", "share_run"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_the_summary_leaves_out_a_year_that_a_run_has_begun_but_not_finished(tiny):
    data = run_ensemble(LIVELY, range(3), country=tiny, threads=1)
    data = data.assign(weeks_run=("run", [104, 103, 52]))
    assert summary.yearly(data, tiny)["runs"].tolist() == [3, 1]
    last = data["yearly_successes"].to_numpy()[0, 1]
    assert summary.yearly(data, tiny).iloc[1][["low", "median", "high"]].tolist() == [last] * 3


def test_a_run_is_extinct_sustained_or_runaway():
    rows = [[0] * 6, [99, 0, 0, 0, 0, 0], [25, 25, 25, 25, 0, 0], [20] * 5 + [0], [19] * 5 + [0]]
    runs = pd.concat([table(rows), table([[900] * 6], 200)], ignore_index=True)
    found = fates(YearlyCounts.from_runs(runs), runs["stopped_early"])
    extinct, sustained, runaway = FATES
    assert found.tolist() == [extinct, extinct, extinct, sustained, extinct, runaway]


def test_of_few_years_all_must_have_somebody():
    runs = table([[60, 60], [200, 0]], years=YEARS[:2])
    assert fates(YearlyCounts.from_runs(runs), [False, False]).tolist() == list(FATES[1::-1])
