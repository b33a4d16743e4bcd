"""What the paper reports of its good region, and borders of other readings."""

from __future__ import annotations

import pytest

from defection import PARAMETERS
from defection.replication.best_regions import with_border
from defection.replication.reported import PAPER, PRIOR_LINE


def test_another_border_is_that_of_the_provinces_that_are_named(north_korea):
    named = with_border(north_korea, ("Ryanggang", "North Hamgyong"))
    assert {name for name, weight in zip(named.provinces, named.border, strict=True) if weight} == {
        "Ryanggang",
        "North Hamgyong",
    }
    assert with_border(north_korea, None) is north_korea


def test_the_paper_s_numbers_are_those_of_its_words():
    for name, one in PAPER.items():
        assert name in PARAMETERS
        if one.sd is not None:
            assert f"{one.mean:g}" in one.says.replace("0.50", "0.5")
            assert one.says.endswith(f"s.d. {one.sd:g}")
            assert one.within() == pytest.approx((one.mean - 2 * one.sd, one.mean + 2 * one.sd))
    assert PRIOR_LINE.above(26.0 + 0.66 * 50 + 3, 50) == pytest.approx(3)
    with pytest.raises(ValueError, match=r"at least 0\.8"):
        PAPER["initial_repression"].within()
