"""Winners: scored again, beside the noise floor, and grouped."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from defection.batch_runs.scores import Objective, RootScale
from defection.batch_runs.searches import (
    SearchError,
    groups,
    line_scan,
    noise_floor,
    regions,
    rescored,
)
from tests.batch_runs.searches.bowl import FLOOR, OBJECTIVE, SPACE, TRUTH, Bowl


def points(*changes):
    return SPACE.complete(pd.DataFrame([{**TRUTH, **change} for change in changes]))


def test_winners_scored_again_are_sorted_and_carry_their_standard_deviation():
    winners = points({"famine_effect": 0.8}, {}).assign(
        score=[0.1, 0.2], start=[3, 4], centre=[True, False]
    )
    table = rescored(winners, OBJECTIVE, Bowl(), replicates=100)
    assert table["famine_effect"].tolist() == [0.7, 0.8]
    assert table["score_in_search"].tolist() == [0.2, 0.1]
    assert table["start"].tolist() == [4, 3]
    assert table["replicates"].tolist() == [100, 100]
    assert ((table["low"] <= table["middle"]) & (table["middle"] <= table["high"])).all()
    assert table["standard_error"].tolist() == pytest.approx((table["sd"] / 10).tolist())
    assert table["score"].iloc[0] == pytest.approx(
        FLOOR, abs=5 * table["standard_error"].iloc[0] + 0.03
    )  # the mean of a root lies below
    assert table["point"].tolist() == [1, 0]  # by which the runs are found again


def test_a_lucky_run_is_found_out_by_fresh_seeds(seed):
    lucky = rescored(points(*[{}] * 200), OBJECTIVE, Bowl(root=seed), replicates=2).head(1)
    again = rescored(lucky, OBJECTIVE, Bowl(root=seed + 1), replicates=200)
    assert again["score"].iloc[0] > lucky["score"].iloc[0]


def test_one_replicate_has_no_standard_deviation_and_is_refused():
    with pytest.raises(SearchError, match=r"replicates = 1 must be .* from 2 to"):
        rescored(points({}), OBJECTIVE, Bowl(), replicates=1)
    with pytest.raises(SearchError, match="no winners"):
        rescored(points({}).head(0), OBJECTIVE, Bowl())


def test_the_noise_floor_of_poisson_counts_is_that_of_the_difference_of_two_of_them(seed):
    found = noise_floor(Bowl(root=seed)(points({}), 60), Objective(OBJECTIVE.target, RootScale()))
    assert found["runs"] == 60
    squares = np.sqrt(0.5)  # two counts that vary by one half each
    assert found["floor"] == pytest.approx(
        squares, abs=0.06
    )  # the mean of a root over eight years lies some 3 % below
    assert 0 < found["sd"] < 0.2


def test_a_noise_floor_needs_three_complete_runs():
    runs = Bowl()(points({}), 4)
    runs.loc[:1, "weeks_run"] = 100
    with pytest.raises(SearchError, match="2 of 4 runs are complete"):
        noise_floor(runs, OBJECTIVE)


def test_winners_near_each_other_are_a_group():
    table = points({}, {"famine_effect": 1.9}, {"famine_effect": 0.71}, {"famine_effect": 1.85})
    assert groups(table, SPACE).tolist() == [0, 1, 0, 1]
    assert groups(table.head(1), SPACE).tolist() == [0]


@dataclasses.dataclass
class Ridge(Bowl):
    """Half of a bowl mirrored at its border: two best points, 0.7 and 1.3, with a ridge between."""

    def __init__(self):
        super().__init__()

    def __call__(self, points, replicates):
        effect = points["famine_effect"].to_numpy()
        return super().__call__(
            points.assign(famine_effect=np.where(effect > 1.0, 2.0 - effect, effect)), replicates
        )


def test_two_regions_are_told_from_one_by_what_lies_between():
    winners = points({}, {"famine_effect": 1.3}, {"famine_effect": 0.72}).assign(
        score=[0.5, 0.5, 0.6]
    )
    lines = line_scan(winners, SPACE, OBJECTIVE, Ridge(), stops=3, replicates=10)
    assert len(lines) == 3 * 3
    assert lines.loc[
        (lines["first"] == 0) & (lines["second"] == 1), "famine_effect"
    ].tolist() == pytest.approx([0.85, 1.0, 1.15])
    assert regions(winners, lines, ridge=1.0).tolist() == [0, 1, 0]
    assert regions(winners, lines, ridge=100.0).tolist() == [0, 0, 0]
    with pytest.raises(SearchError, match="one winner only"):
        line_scan(winners.head(1), SPACE, OBJECTIVE, Ridge())
