"""What good runs have in common: means, standard deviations, and the line of the prior."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy.stats

from defection.batch_runs.designs import Space
from defection.batch_runs.searches import SearchError
from defection.batch_runs.searches.region import described, good_runs, prior_line

SPACE = Space.from_parameters(vary=["prior_alpha", "prior_beta", "famine_effect"])


def trace(count: int, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    table = SPACE.table(rng.random((count, 3)))
    return table.assign(
        score=rng.random(count), start=np.arange(count) % 5, restart=np.arange(count) // 5 % 2
    )


def test_a_uniform_distribution_has_a_narrowing_of_one_and_half_the_range_a_half():
    count = 20_000
    whole = described(trace(count), SPACE)
    error = 4 * np.sqrt(
        0.8 / 4 / count
    )  # var of s2/σ2 of a uniform is (kurtosis - 1) / n = 0.8 / n; that of its root a quarter
    assert whole["narrowing"].to_numpy() == pytest.approx(1.0, abs=error)
    famine = trace(count).assign(
        famine_effect=lambda t: 0.5 + t["famine_effect"] / 2
    )  # 0.5 to 1.5 of 0 to 2
    half = described(famine, SPACE).set_index("parameter").loc["famine_effect"]
    assert half["narrowing"] == pytest.approx(0.5, abs=error)
    assert half["mean"] == pytest.approx(1.0, abs=4 / np.sqrt(12 * count))


def test_the_line_is_that_of_an_independent_regression():
    table = trace(200)
    table["prior_alpha"] = (
        26 + 0.66 * table["prior_beta"] + np.random.default_rng(1).normal(0, 4.01, 200)
    )
    line, judge = (
        prior_line(table),
        scipy.stats.linregress(table["prior_beta"], table["prior_alpha"]),
    )
    assert (line.slope, line.intercept, line.correlation) == pytest.approx(
        (judge.slope, judge.intercept, judge.rvalue)
    )
    width = np.sqrt(((table["prior_beta"] - table["prior_beta"].mean()) ** 2).sum())
    assert line.residual == pytest.approx(
        judge.stderr * width
    )  # the textbook's standard error of a slope
    assert line.residual == pytest.approx(4.01, abs=4 * 4.01 / np.sqrt(2 * 198))


def test_good_runs_are_the_best_share_and_one_of_each_chain_if_distinct():
    table = trace(1000)
    table.loc[:99, "score"] = np.nan  # did not finish
    good = good_runs(table, 0.1)
    assert len(good) == 90
    assert good["score"].is_monotonic_increasing
    assert good["score"].max() < table["score"].drop(good_ids(table, good)).min()
    assert len(good_runs(table, 0.1, distinct=True)) == 10  # five chains, begun anew once
    assert good_runs(table, 0.1, distinct=True)["score"].iloc[0] == good["score"].iloc[0]


def good_ids(table: pd.DataFrame, good: pd.DataFrame) -> pd.Index:
    return table.index[table["score"].isin(good["score"])]


@pytest.mark.parametrize("share", [0, 1, -0.1, 2])
def test_a_share_that_is_none_is_refused(share):
    with pytest.raises(SearchError, match=f"share = {share}"):
        good_runs(trace(10), share)


def test_too_few_runs_and_traces_of_no_paper_search_are_refused():
    with pytest.raises(SearchError, match="2 good runs are too few to describe"):
        described(trace(2), SPACE)
    with pytest.raises(SearchError, match="2 good runs are too few for a line"):
        prior_line(trace(2))
    with pytest.raises(SearchError, match="no line to fit"):
        prior_line(trace(5).assign(prior_alpha=60.0))
    with pytest.raises(SearchError, match="no column 'restart'"):
        good_runs(trace(100).drop(columns="restart"), 0.1, distinct=True)
