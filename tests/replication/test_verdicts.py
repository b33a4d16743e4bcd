"""Each rule gives the verdict that follows from made-up data."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from defection.parameters import Reported
from defection.replication import (
    NOT,
    REPRODUCED,
    UNDECIDED,
    decline,
    fit,
    learning,
    mechanisms,
    paper_search,
    readings,
    statements,
    uniqueness,
    who_leaves,
)
from defection.replication.verdicts import formatted, most, of_range, of_runs, of_votes, together


def test_a_statement_is_reproduced_where_it_holds_everywhere_and_not_where_nowhere():
    assert of_votes([True, True]) == REPRODUCED
    assert of_votes([False, False, False]) == NOT
    assert of_votes([True, False]) == UNDECIDED
    assert of_votes([True]) == of_votes([]) == UNDECIDED  # one region cannot tell


def test_an_observed_number_is_reproduced_inside_the_central_ninety_percent():
    runs = np.arange(101.0)
    assert of_range(50, runs) == of_range(5, runs) == REPRODUCED
    assert of_range(4, runs) == of_range(96, runs) == NOT
    assert of_range(5, np.arange(9.0)) == UNDECIDED  # too few runs
    assert of_range(float("nan"), runs) == UNDECIDED
    assert of_range(50, np.where(runs > 5, np.nan, runs)) == UNDECIDED


def test_verdicts_of_parts_are_put_together():
    assert together([NOT, NOT]) == NOT
    assert together([NOT, REPRODUCED]) == UNDECIDED
    assert most([REPRODUCED, REPRODUCED]) == REPRODUCED
    assert most([NOT, NOT, REPRODUCED]) == NOT
    assert most([NOT, REPRODUCED]) == UNDECIDED


def test_what_was_observed_is_reached_where_the_score_is_that_of_the_model_itself():
    assert fit.verdict(6.0, 5.0, 1.0, 0.2) == REPRODUCED
    assert fit.verdict(9.0, 5.0, 1.0, 0.5) == NOT
    assert fit.verdict(9.0, 5.0, 1.0, 0.95) == UNDECIDED


def test_the_famine_triggers_the_rise_if_little_is_left_without_it():
    assert mechanisms.of_left(np.full(20, 0.1)) == REPRODUCED
    assert mechanisms.of_left(np.full(20, 0.9)) == NOT
    assert mechanisms.of_left(np.tile([0.1, 0.9], 10)) == UNDECIDED
    assert mechanisms.of_left(np.full(3, 0.1)) == UNDECIDED


def test_harm_is_a_difference_beyond_its_error():
    assert mechanisms.of_difference(10.0, 0.2, 20) == REPRODUCED
    assert mechanisms.of_difference(0.3, 0.2, 20) == NOT
    assert mechanisms.of_difference(10.0, 0.2, 5) == UNDECIDED


def test_what_should_hold_in_single_runs_holds_in_ninety_five_percent():
    assert of_runs(np.arange(20) < 19) == REPRODUCED
    assert of_runs(np.arange(20) < 18) == UNDECIDED
    assert of_runs(np.arange(20) < 1) == NOT


def test_the_only_region_needs_one_group_and_another_needs_a_closed_line():
    assert uniqueness.of_groups(np.array([0, 0]), None) == REPRODUCED
    assert uniqueness.of_groups(np.array([0, 1]), None) == UNDECIDED
    assert uniqueness.of_groups(np.array([0, 1]), np.array([0, 0])) == UNDECIDED
    assert uniqueness.of_groups(np.array([0, 1]), np.array([0, 1])) == NOT
    assert uniqueness.of_groups(np.array([0]), None) == UNDECIDED


def test_the_only_region_is_judged_by_near_and_of_very_near_regions():
    close, joined = np.array([0, 1, 2]), np.array([0, 0, 1])
    assert uniqueness.of_margins(np.array([9.0, 10.0, 10.5]), close, joined) == NOT
    assert (
        uniqueness.of_margins(np.array([9.0, 10.0, 13.0]), close, joined) == UNDECIDED
    )  # the one behind a ridge is not that near


def test_ranges_are_narrow_if_none_is_wider_than_twice_the_paper_s():
    paper = pd.Series([1.0, 1.0])
    assert uniqueness.of_ranges(pd.Series([1.9, 0.1]), paper) == REPRODUCED
    assert uniqueness.of_ranges(pd.Series([2.1, 0.1]), paper) == UNDECIDED
    assert uniqueness.of_ranges(pd.Series([2.1, 5.0]), paper) == NOT


def test_a_reading_is_distinguished_only_beyond_the_chance_of_the_search():
    names = ["default readings, search 1", "default readings, search 2", "a", "b", "c", "d"]
    scores = pd.DataFrame(
        {"reading": names, "score": [10.0, 10.5, 10.7, 10.9, 9.8, 9.6], "standard_error": [0.1] * 6}
    )
    limit = 2 * np.hypot(0.1, 0.1)  # .28 on either side of 10.0 to 10.5
    assert 10.7 < 10.5 + limit < 10.9
    assert 9.6 < 10.0 - limit < 9.8
    said = [UNDECIDED, readings.WORSE, UNDECIDED, readings.BETTER]
    assert readings.compared(scores) == ["the default", "the default", *said]
    assert readings.compared(scores.iloc[::-1]) == [*said[::-1], "the default", "the default"]


def test_the_decline_is_the_ratio_of_the_last_years_to_the_peak():
    years = np.arange(2008, 2015)
    counts = np.array([[5, 10, 10, 10, 5, 5, 5], [5, 0, 0, 0, 1, 1, 1]])
    assert decline.ratio(counts, years)[0] == 0.5
    assert np.isnan(decline.ratio(counts, years)[1])


def test_citizens_learn_if_the_belief_goes_most_of_the_way():
    ends = (
        np.array([[0.5, 0.7], [0.5, 0.51], [0.5, 0.4], [0.9, 0.7]]),
        np.array([[0.9, 0.8], [0.9, 0.52], [0.9, 0.8], [0.5, 0.6]]),
    )
    assert learning.belief_part(*ends) == pytest.approx([2 / 3, 0.01 / 0.39, 0.0, 2 / 3])
    assert learning.of_parts(np.full(20, 0.7)) == REPRODUCED
    assert learning.of_parts(np.full(20, 0.02)) == NOT
    assert learning.of_parts(np.tile([0.02, 0.7], 10)) == UNDECIDED
    assert learning.of_parts(np.full(5, 0.7)) == UNDECIDED


def test_shares_of_groups_and_of_nobody():
    assert who_leaves.shares(np.array([[1, 3], [0, 0]]))[0].tolist() == [0.25, 0.75]
    assert np.isnan(who_leaves.shares(np.array([[0, 0]]))).all()
    runs = np.tile([[0.2, 0.8]], (20, 1))
    table = who_leaves.compared(np.array([0.2, 0.5]), runs)
    assert table["verdict"].tolist() == [REPRODUCED, NOT]


def test_the_chance_of_a_statement_is_its_share_of_the_searched_ranges():
    chance = statements.by_chance()
    assert chance["first repression"] == pytest.approx(0.2, abs=0.02)
    assert chance["famine"] == pytest.approx(0.16 / 2, abs=0.015)
    assert chance["adjustment"] == pytest.approx(0.5, abs=0.03)  # even in the logarithm
    assert "last repression" not in chance


def test_a_table_of_statements_is_judged_by_the_good_regions_alone():
    rows = [
        {
            "statement": "x",
            "says": "x is 1",
            "point": point,
            "good": good,
            "value": value,
            "holds": holds,
        }
        for point, good, value, holds in (
            ("a", True, 1.0, True),
            ("b", True, 1.0, True),
            ("the baseline", False, 2.0, False),
        )
    ]
    (row,) = statements.summarised(pd.DataFrame(rows), {"x": 0.25}).to_dict("records")
    assert (row["verdict"], row["by chance"], row["a"], row["the baseline"]) == (
        REPRODUCED,
        "25%",
        "1 (yes)",
        "2 (no)",
    )


def test_numbers_are_written_with_three_digits():
    assert [formatted(x) for x in (1234.6, 0.000371, 380.0, -2.0, float("nan"))] == [
        "1,235",
        "0.000371",
        "380",
        "-2",
        "",
    ]


def test_a_parameter_of_the_paper_s_search_is_reproduced_where_its_good_runs_lie_as_the_paper_s():
    paper = Reported(380.0, 53.0)
    assert paper_search.of_shape(485.0, 105.0, paper) == REPRODUCED
    assert paper_search.of_shape(487.0, 105.0, paper) == UNDECIDED
    assert paper_search.of_shape(380.0, 107.0, paper) == UNDECIDED
    assert paper_search.of_shape(487.0, 107.0, paper) == NOT
    assert together([NOT, NOT, NOT]) == NOT
    assert together([NOT, REPRODUCED]) == UNDECIDED


def test_the_paper_s_search_is_judged_by_the_paper_s_words_for_every_share():
    shares = pd.DataFrame(
        [
            {"parameter": name, "share": share, "mean": mean, "deviation": deviation}
            for share in (0.05, 0.01)
            for name, mean, deviation in (
                ("famine_effect", 0.84, 0.04),
                ("prior_alpha", 50.0, 1.0),
                ("memory_weeks", 900.0, 200.0),
            )
        ]
    )
    table = paper_search.summarised(shares).set_index("parameter")
    assert table["verdict"].to_dict() == {
        "famine_effect": REPRODUCED,
        "prior_alpha": "",
        "memory_weeks": NOT,
    }
    assert table.loc["famine_effect", "best 5.0%"] == "0.84 (s.d. 0.04)"
