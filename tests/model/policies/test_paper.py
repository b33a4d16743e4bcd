"""The paper's policy: repression rises by the share r where more than tolerated is observed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defection.parameters import PARAMETERS
from defection.policies.paper import monitored_flow
from tests.model.policies import next_repression


def test_repression_falls_to_044_in_1196_weeks_while_the_level_is_tolerated():
    repression = 0.85
    for _ in range(1196):
        repression = next_repression(
            "paper", 180, repression, adjustment_rate=0.00055, tolerated_attempts=180
        )
    assert repression == pytest.approx(0.85 * (1 - 0.00055) ** 1196, rel=1e-12)
    assert round(repression, 4) == 0.4402


def test_repression_rises_where_more_than_tolerated_is_observed_and_never_above_one():
    rules = {"adjustment_rate": 0.1, "tolerated_attempts": 180}
    assert next_repression("paper", 181, 0.5, **rules) == pytest.approx(0.55)
    assert next_repression("paper", 181, 0.99, **rules) == 1.0


@given(st.floats(0, 1), st.integers(0, 500), st.integers(0, 500))
def test_repression_stays_as_it_is_where_the_rate_is_nil(repression, observed, tolerated):
    rules = {"adjustment_rate": 0.0, "tolerated_attempts": tolerated}
    assert next_repression("paper", observed, repression, **rules) == repression


def test_what_is_compared_with_the_tolerated_number_follows_the_reading():
    codes = {name: code for code, name in enumerate(PARAMETERS["tolerated_measure"].choices)}
    flows = {name: monitored_flow(code, 10, 7) for name, code in codes.items()}
    assert flows == {"attempts": 10, "successes": 3, "stopped": 7}
