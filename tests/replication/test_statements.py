"""The paper's statements about its good region, at points where they are known to hold or not."""

from __future__ import annotations

import numpy as np
import pytest

from defection import Parameters
from defection.replication.statements import STATEMENTS, held
from tests.conftest import LIVELY

PAPER = Parameters(
    prior_alpha=26 + 0.66 * 40, prior_beta=40.0, memory_weeks=380, observation_probability=0.5, famine_effect=0.84, adjustment_rate=0.00055,
    initial_repression=0.85, tolerated_attempts=180, utility_intercept=-20.0,
)  # fmt: skip
"""The middle of the paper's region, with a utility at which nobody leaves."""


@pytest.fixture(scope="module")
def at_the_paper_s_point():
    return held(PAPER, runs=2).set_index("statement")


def test_every_statement_about_parameters_holds_in_the_middle_of_the_paper_s_region(
    at_the_paper_s_point,
):
    assert at_the_paper_s_point["holds"].iloc[:8].all()


def test_where_the_tolerance_is_never_reached_repression_falls_as_the_paper_s_arithmetic_says(
    at_the_paper_s_point,
):
    table = at_the_paper_s_point
    assert table.loc["tolerance never reached", "value"] == 0.0
    assert table.loc["last repression", "value"] == pytest.approx(
        0.85 * (1 - 0.00055) ** 1195
    )  # 0.44, note 8
    assert table.loc["last repression", "holds"]
    assert table.loc["last belief", "value"] == pytest.approx(
        abs(PAPER.prior_mean - 0.85 * (1 - 0.00055) ** 1195)
    )  # nothing was learnt


@pytest.mark.parametrize(
    ("statement", "change"),
    [
        ("prior line", {"prior_alpha": 70.0}),
        ("prior mean", {"prior_alpha": 20.0}),
        ("memory", {"memory_weeks": 600}),
        ("observation", {"observation_probability": 0.02}),
        ("famine", {"famine_effect": 1.5}),
        ("adjustment", {"adjustment_rate": 0.002}),
        ("first repression", {"initial_repression": 0.7}),
        ("tolerance", {"tolerated_attempts": 300}),
        ("last repression", {"adjustment_rate": 0.0001}),
    ],
)
def test_each_statement_fails_where_it_should(statement, change):
    assert not held(PAPER.replace(**change), runs=1).set_index("statement").loc[statement, "holds"]


def test_the_tolerance_is_passed_where_much_happens(tiny):
    table = held(Parameters(**{**LIVELY, "tolerated_attempts": 1}), country=tiny, runs=3).set_index(
        "statement"
    )
    assert table.loc["tolerance never reached", "value"] == 1.0
    assert len(table) == len(STATEMENTS)
    assert np.isfinite(table["value"]).all()
