"""Points drawn evenly from a part of the cube."""

from __future__ import annotations

import numpy as np
import pytest

from defection.batch_runs.inference import PosteriorError
from defection.batch_runs.inference.coordinates import LogOdds
from defection.batch_runs.inference.truncated import truncation


def test_a_truncated_prior_is_even_where_the_density_is_high(seed):
    """The region is a disc in the first two dimensions; an even point of a disc of radius r has a mean square of r^2 / 4 in each."""
    region = truncation.Region(lambda unit: -((unit[:, :2] - 0.5) ** 2).sum(axis=1), -(0.2**2))
    around = np.random.default_rng(seed).uniform(0.45, 0.55, (500, 3))
    points = truncation.evenly(
        [region], around, np.zeros(500), 4000, coordinates=LogOdds(), moves=100, seed=seed
    )
    assert region.holds(points).all()
    assert ((points > 0) & (points < 1)).all()
    np.testing.assert_allclose(points[:, :2].var(axis=0), 0.2**2 / 4, rtol=0.12)
    assert points[:, 2].var() == pytest.approx(1 / 12, rel=0.12)  # from a narrow start to the walls


def test_a_region_far_smaller_than_the_cube_is_kept_to(seed):
    region = truncation.Region(lambda unit: -np.abs(unit - 0.5).max(axis=1), -1e-4)
    around = np.random.default_rng(seed).uniform(0.49995, 0.50005, (50, 3))
    points = truncation.evenly([region], around, np.zeros(50), 5, coordinates=LogOdds(), seed=seed)
    assert region.holds(points).all()


def test_regions_that_do_not_overlap_are_refused():
    nowhere = truncation.Region(lambda unit: unit[:, 0], 2.0)
    with pytest.raises(PosteriorError, match="do not overlap"):
        truncation.evenly(
            [nowhere], np.full((5, 2), 0.5), np.zeros(5), 3, coordinates=LogOdds(), seed=1
        )


def test_draws_of_a_peaked_density_are_evened_out_before_any_step(seed):
    """Draws of a triangle on (0, 1), drawn anew by its inverse within (0.05, 0.95), have the moments of an even draw from there."""
    rng = np.random.default_rng(seed)
    around = rng.triangular(0, 0.5, 1, (50_000, 1))
    density = np.log(2 - 4 * np.abs(around[:, 0] - 0.5))
    region = truncation.Region(lambda unit: -np.abs(unit[:, 0] - 0.5), -0.45)
    points = truncation.evenly(
        [region], around, density, 20_000, coordinates=LogOdds(), moves=0, seed=seed
    )
    assert points.mean() == pytest.approx(0.5, abs=0.02)
    assert points.std() == pytest.approx(0.9 / np.sqrt(12), rel=0.03)
