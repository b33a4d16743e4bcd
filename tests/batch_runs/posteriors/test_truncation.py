"""Points drawn evenly from a part of the cube."""

from __future__ import annotations

import numpy as np
import pytest

from defection.batch_runs.posteriors import PosteriorError, truncation


def test_a_truncated_prior_is_even_where_the_density_is_high(seed):
    """The region is a disc in the first two dimensions; an even point of a disc of radius r has a mean square of r^2 / 4 in each."""
    region = truncation.Region(lambda unit: -((unit[:, :2] - 0.5) ** 2).sum(axis=1), -(0.2**2))
    around = np.random.default_rng(seed).uniform(0.45, 0.55, (500, 3))
    points = truncation.evenly([region], around, 4000, seed=seed)
    assert region.holds(points).all()
    assert ((points > 0) & (points < 1)).all()
    np.testing.assert_allclose(points[:, :2].var(axis=0), 0.2**2 / 4, rtol=0.12)
    assert points[:, 2].var() == pytest.approx(1 / 12, rel=0.12)  # from a narrow start to the walls


def test_a_region_far_smaller_than_the_cube_is_kept_to(seed):
    region = truncation.Region(lambda unit: -np.abs(unit - 0.5).max(axis=1), -1e-4)
    around = np.random.default_rng(seed).uniform(0.49995, 0.50005, (50, 3))
    points = truncation.evenly([region], around, 5, seed=seed)
    assert region.holds(points).all()


def test_regions_that_do_not_overlap_are_refused():
    nowhere = truncation.Region(lambda unit: unit[:, 0], 2.0)
    with pytest.raises(PosteriorError, match="do not overlap"):
        truncation.evenly([nowhere], np.full((5, 2), 0.5), 3, seed=1)
