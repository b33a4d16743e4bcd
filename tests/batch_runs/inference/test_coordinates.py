"""Coordinates in which chains move."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.special
import scipy.stats

from defection.batch_runs import run_ensemble
from defection.batch_runs.designs import Space
from defection.batch_runs.inference import PosteriorError
from defection.batch_runs.inference.coordinates import LEAST_EXPECTED, FirstWeek, LogOdds
from defection.country import load

SPACE = Space.from_parameters(vary="all")
ALPHA = SPACE.names.index("prior_alpha")
FIRST_WEEK = FirstWeek(SPACE)


def even(count, seed, *, low=-20.0, high=12.0):
    """Points of the cube whose first week has attempts worth speaking of."""
    unit = np.random.default_rng(seed).random((8 * count, len(SPACE.names)))
    expected = FIRST_WEEK.expected(unit)
    return unit[(expected > low) & (expected < high)][:count]


def test_expected_attempts_are_the_paper_s_formula_summed_over_all_citizens(seed):
    """The formula once more with SciPy, for every category."""
    korea, unit = load("north_korea"), even(20, seed)
    table = SPACE.table(unit)
    logistic = scipy.special.expit
    for row, expected in zip(table.itertuples(), FIRST_WEEK.expected(unit), strict=True):
        s, economy = row.demographic_effect, korea.growth_percent[0] * row.economy_scale
        ability = logistic(s * (korea.ability_impact.ravel() + korea.economy_ability * economy))
        motivation = logistic(
            s * (korea.motivation_impact.ravel() + korea.economy_motivation * economy)
        )  # no famine in 1992
        useful = logistic(row.utility_intercept + row.utility_slope * motivation * ability)
        logs = scipy.stats.beta.logcdf(useful / (1 + useful), row.prior_alpha, row.prior_beta)
        assert expected == pytest.approx(
            scipy.special.logsumexp(logs, b=korea.head_counts(0)), abs=1e-8
        )


def test_as_many_attempt_in_the_first_week_as_is_expected():
    unit = even(3, 1, low=3.0, high=8.0)
    for point, expected in zip(unit, np.exp(FIRST_WEEK.expected(unit)), strict=True):
        runs = run_ensemble(
            SPACE.table(np.repeat(point[None], 400, axis=0)),
            list(range(400)),
            weeks=52,
            record="weekly_by_province",
        )
        attempts = runs["weekly_attempts_by_province"].isel(week=0).sum("province").to_numpy()
        assert attempts.mean() == pytest.approx(
            expected, abs=5 * np.sqrt(expected / 400)
        )  # a sum of binomials with small shares


@pytest.mark.parametrize("coordinates", [LogOdds(), FIRST_WEEK], ids=["log odds", "first week"])
def test_there_and_back_is_the_same_place_and_density(coordinates, seed):
    unit = even(300, seed)
    there, density = coordinates.from_unit(unit)
    again, same = coordinates.to_unit(there)
    np.testing.assert_allclose(again, unit, atol=1e-6)
    np.testing.assert_allclose(same, density, atol=1e-4)
    assert np.isfinite(density).all()


@pytest.mark.parametrize("coordinates", [LogOdds(), FIRST_WEEK], ids=["log odds", "first week"])
def test_the_density_of_the_prior_is_that_of_changed_variables(coordinates, seed):
    """1 over the determinant of the derivatives, these by differences."""
    unit, step = even(20, seed).clip(0.01, 0.99), 1e-5
    columns = [
        i for i, axis in enumerate(SPACE.varied) if not axis.whole
    ]  # whole numbers have no derivative
    derivatives = np.empty((len(unit), len(columns), len(columns)))
    for j, column in enumerate(columns):
        ahead, behind = unit.copy(), unit.copy()
        ahead[:, column] += step
        behind[:, column] -= step
        derivatives[:, :, j] = (
            (coordinates.from_unit(ahead)[0] - coordinates.from_unit(behind)[0]) / (2 * step)
        )[:, columns]
    others = np.delete(unit, columns, axis=1)
    expected = np.log(others * (1 - others)).sum(axis=1) - np.log(
        np.abs(np.linalg.det(derivatives))
    )
    np.testing.assert_allclose(coordinates.from_unit(unit)[1], expected, atol=1e-3)


def test_a_step_in_one_coordinate_keeps_the_first_week_as_it_is(seed):
    """Along the paper's line: another weight of success, the same attempts, and so another weight of failure."""
    unit = even(200, seed, low=0.0, high=6.0)
    there, _ = FIRST_WEEK.from_unit(unit)
    there[:, SPACE.names.index("prior_beta")] += 0.3
    moved, density = FIRST_WEEK.to_unit(there)
    found = np.isfinite(density)
    assert found.mean() > 0.5
    np.testing.assert_allclose(
        FIRST_WEEK.expected(moved[found]), FIRST_WEEK.expected(unit[found]), atol=1e-6
    )
    assert (moved[found, ALPHA] > unit[found, ALPHA]).all()


def test_a_step_far_beyond_a_wall_leads_nowhere_and_warns_of_nothing():
    """Warnings are errors here."""
    there = np.zeros((1, len(SPACE.names)))
    there[0, 0] = 500.0
    assert np.isneginf(LogOdds().to_unit(there)[1]).all()


def test_where_no_weight_brings_forth_such_a_week_there_is_no_position():
    there, _ = FIRST_WEEK.from_unit(even(5, 1))
    there[:, ALPHA] = [
        100.0,
        np.log(LEAST_EXPECTED) - 1,
        100.0,
        np.log(LEAST_EXPECTED) - 1,
        there[4, ALPHA],
    ]
    unit, density = FIRST_WEEK.to_unit(there)
    assert np.isneginf(density).tolist() == [True] * 4 + [False]
    assert np.isnan(unit[:4]).all()
    assert np.isfinite(unit[4]).all()


def test_a_space_in_which_the_belief_does_not_vary_is_refused():
    with pytest.raises(
        PosteriorError,
        match="prior_alpha must vary in a range for these coordinates; varied are famine_effect",
    ):
        FirstWeek(Space.from_parameters(vary=["famine_effect"]))
