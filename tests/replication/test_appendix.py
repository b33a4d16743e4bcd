"""The paper's table of importances, and how far another order agrees with it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy.stats

from defection import PARAMETERS
from defection.batch_runs.sensitivity import ImportanceError
from defection.replication.importance import appendix, rank_correlation


def test_the_paper_s_table_is_as_printed():
    paper = appendix()
    assert len(paper) == 10
    assert set(paper["parameter"]) < set(PARAMETERS)
    assert "utility_intercept" not in set(paper["parameter"])
    assert paper["parameter"].iloc[0] == "adjustment_rate"
    assert paper["share"].sum() == pytest.approx(1.0)
    assert paper["importance"].is_monotonic_decreasing


def _ours(values):
    return pd.DataFrame({"outcome": "y", "method": "m", **values})


def test_rank_correlation_is_spearman_s_over_what_both_have():
    paper = appendix()
    same = rank_correlation(
        _ours({"parameter": [*paper["parameter"], "dummy_1"], "value": [*paper["importance"], 1e9]})
    ).iloc[0]
    assert same["correlation"] == pytest.approx(1.0)
    assert same["shared"] == 10
    assert same["same_top_two"]
    assert same["chance"] < 0.001
    shuffled = np.random.default_rng(3).permutation(paper["importance"])
    found = rank_correlation(_ours({"parameter": paper["parameter"], "value": shuffled})).iloc[0]
    known = scipy.stats.spearmanr(shuffled, paper["importance"])
    assert found["correlation"] == pytest.approx(known.statistic)
    one_sided = scipy.stats.spearmanr(shuffled, paper["importance"], alternative="greater").pvalue
    assert found["chance"] == pytest.approx(one_sided, abs=0.03)


def test_three_parameters_can_stand_in_six_orders():
    rows = {"parameter": appendix()["parameter"].iloc[:3], "value": [3.0, 2.0, 1.0]}
    assert rank_correlation(_ours(rows)).iloc[0]["chance"] == pytest.approx(1 / 6)
    with pytest.raises(ImportanceError, match="2 of the paper's 10 parameters"):
        rank_correlation(_ours(rows).iloc[:2])
