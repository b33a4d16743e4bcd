"""What the paper reports of its good region, and borders of other readings."""

from __future__ import annotations

import pytest

from defection import PARAMETERS
from defection.replication.best_regions import with_border
from defection.replication.reported import PAPER, PRIOR_LINE, line_text


def test_another_border_is_that_of_the_provinces_that_are_named(north_korea):
    named = with_border(north_korea, ("Ryanggang", "North Hamgyong"))
    assert {name for name, weight in zip(named.provinces, named.border, strict=True) if weight} == {
        "Ryanggang",
        "North Hamgyong",
    }
    assert with_border(north_korea, None) is north_korea


def test_the_paper_s_numbers_are_those_of_the_registry_of_parameters():
    assert set(PAPER) < set(PARAMETERS)
    assert (PAPER["observation_probability"].value, PAPER["memory_weeks"].value) == (0.5, 380)
    assert PAPER["famine_effect"].span(2.0) == pytest.approx((0.76, 0.92))
    assert (PAPER["initial_repression"].low, PAPER["adjustment_rate"].high) == (0.8, 0.001)
    assert PRIOR_LINE.above(26.0 + 0.66 * 50 + 3, 50) == pytest.approx(3)
    assert line_text(PRIOR_LINE) == "α₀ = 26 + 0.66 β₀, residual s.e. 4.01"
