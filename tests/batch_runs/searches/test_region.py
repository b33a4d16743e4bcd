"""The region in which runs are neither extinct nor runaway."""

from __future__ import annotations

import numpy as np
import pytest

from defection.batch_runs.searches import Region, Screen, SearchError
from tests.batch_runs.searches.bowl import OBJECTIVE, SPACE, Bowl

LOW, HIGH = 0.4, 1.0
"""The band of ``famine_effect`` in which the stand-in is sustained, of 0 to 2."""


@pytest.fixture(scope="module")
def screen():
    return Screen(space=SPACE, objective=OBJECTIVE, points=512, batch=512).run(
        Bowl(extinct_to=LOW, runaway_from=HIGH), seed=1
    )


@pytest.fixture(scope="module")
def regions(screen):
    """Learn the region with fewer trees than usual, which tell a band as simple as this one."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("defection.batch_runs.searches.region.TREES", 60)
        return {
            recall: Region.from_screen(SPACE, screen, recall=recall) for recall in (0.5, 0.95, 1.0)
        }


def test_a_screen_says_which_share_of_a_point_s_runs_does_what(screen):
    assert (screen[["extinct", "sustained", "runaway"]].sum(axis=1) == 1.0).all()
    assert screen["extinct"].mean() == pytest.approx(
        LOW / 2, abs=0.01
    )  # Sobol' points: nearer than chance
    assert screen["runaway"].mean() == pytest.approx(1 - HIGH / 2, abs=0.01)


def test_the_region_is_the_band_in_which_runs_are_sustained(regions):
    region = regions[0.95]
    unit = np.random.default_rng(1).random((4000, 3))
    inside = (unit[:, SPACE.names.index("famine_effect")] * 2 > LOW) & (
        unit[:, SPACE.names.index("famine_effect")] * 2 < HIGH
    )
    found = region.contains(unit)
    assert found[inside].mean() > 0.9
    assert found[~inside].mean() < 0.1
    assert region.auc > 0.97
    assert region.recall >= 0.95
    assert region.kept == pytest.approx((HIGH - LOW) / 2, abs=0.08)


def test_a_higher_recall_keeps_more(regions):
    shares = [regions[recall].kept for recall in (0.5, 0.95, 1.0)]
    assert shares == sorted(shares)
    assert shares[0] < shares[2]


def test_draws_lie_in_the_region_and_repeat_themselves(regions):
    region = regions[0.95]
    draws = region.draw(300, seed=4)
    assert draws.shape == (300, 3)
    assert region.contains(draws).all()
    assert (draws == region.draw(300, seed=4)).all()
    assert not (draws == region.draw(300, seed=5)).any()


def test_a_screen_without_sustained_runs_has_no_region(screen):
    with pytest.raises(SearchError, match="0 of 512 points are sustained: at least 10"):
        Region.from_screen(SPACE, screen.assign(sustained=0.0))
    with pytest.raises(SearchError, match="512 of 512 points"):
        Region.from_screen(SPACE, screen.assign(sustained=1.0))
    with pytest.raises(SearchError, match="recall = 0 must lie"):
        Region.from_screen(SPACE, screen, recall=0)
