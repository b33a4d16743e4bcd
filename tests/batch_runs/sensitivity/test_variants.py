"""Variants of the assumed impacts: what they change, and what they must not."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats

from defection import Parameters
from defection.batch_runs import run_ensemble
from defection.batch_runs.designs import Space
from defection.batch_runs.execution.evaluation import run_points
from defection.batch_runs.sensitivity import ImportanceError, scenarios, variants
from tests.conftest import LIVELY


def test_there_are_as_many_impacts_as_the_figure_shows(north_korea):
    known = variants.impacts(north_korea)
    assert len(known) == 13
    assert known["gender", "female", "ability"] == 5
    assert ("gender", "female", "motivation") not in known


def test_a_variant_without_a_change_is_the_country(north_korea):
    assert variants.with_impacts(north_korea, {}).fingerprint == north_korea.fingerprint


def test_each_impact_changes_the_categories_that_have_it_and_no_others(north_korea):
    for impact, number in variants.impacts(north_korea).items():
        variant = variants.with_impacts(north_korea, {impact: number + 1})
        dimension, value, side = impact
        moved = getattr(variant, f"{side}_impact") - getattr(north_korea, f"{side}_impact")
        if dimension in north_korea.dimensions:
            axis = list(north_korea.dimensions).index(dimension)
            has = np.array([traits[axis] == value for traits in north_korea.traits])[
                None, :
            ].repeat(len(north_korea.provinces), axis=0)
            np.testing.assert_allclose(moved, has)
        elif value == "border":
            np.testing.assert_allclose(
                moved, np.broadcast_to(north_korea.border[:, None], moved.shape)
            )
        else:
            assert getattr(variant, f"economy_{side}") == number + 1
        assert variant.fingerprint != north_korea.fingerprint


def test_all_impacts_together_are_the_demographic_effect(tiny):
    seeds = range(20)
    scaled = run_ensemble(
        {**LIVELY, "demographic_effect": 0.5 * 0.5}, seeds, country=tiny, threads=1
    )
    group = run_ensemble(
        {**LIVELY, "demographic_effect": 0.5},
        seeds,
        country=variants.as_a_group(tiny, 0.5),
        threads=1,
    )
    np.testing.assert_array_equal(
        scaled["yearly_attempts"], group["yearly_attempts"]
    )  # a power of two loses no digit


def test_the_economy_s_impacts_together_are_its_scale(north_korea):
    economy = {
        impact: 2 * number
        for impact, number in variants.impacts(north_korea).items()
        if impact[1] == "economy"
    }
    one = run_ensemble({"economy_scale": 0.02}, range(5), weeks=520, threads=1)
    other = run_ensemble(
        {}, range(5), country=variants.with_impacts(north_korea, economy), weeks=520, threads=1
    )
    np.testing.assert_array_equal(one["yearly_attempts"], other["yearly_attempts"])


def test_an_impact_that_is_not_there_is_named(north_korea):
    with pytest.raises(
        ImportanceError, match="no impact gender/female/motivation; there are age/young/ability, "
    ):
        variants.with_impacts(north_korea, {("gender", "female", "motivation"): 1.0})


def test_a_scenario_that_changes_nothing_has_no_effect_and_one_that_stops_all_has(tiny):
    points = Space.from_parameters(LIVELY).table(np.empty((8, 0)))
    table = scenarios.effects(
        points,
        [
            scenarios.Scenario("same", tiny),
            scenarios.Scenario("closed", tiny, {"utility_intercept": -50.0, "utility_slope": 0.0}),
        ],
        baseline=tiny,
        run=lambda points, country: run_points(points, root=1, country=country),
    )
    rows = table[table["outcome"] == "total"].set_index("parameter")
    assert rows.loc["same", ["value", "low", "high"]].to_list() == [0.0, 0.0, 0.0]
    assert rows.loc["closed", "value"] == pytest.approx(-rows.loc["closed", "quality"])
    assert rows.loc["closed", "high"] < 0


def test_the_interval_is_over_points_not_over_their_replicates(tiny):
    points = Space.from_parameters({**LIVELY, "initial_repression": {}}).table(
        np.array([[0.2], [0.5], [0.8]])
    )
    change = [scenarios.Scenario("no famine", tiny, {"famine_years": "none"})]
    table = scenarios.effects(
        points,
        change,
        baseline=tiny,
        run=lambda points, country: run_points(points, root=1, replicates=4, country=country),
    )
    row = table[table["outcome"] == "total"].iloc[0]
    totals = [
        np.log10(
            1
            + run_points(points.assign(**extra), root=1, replicates=4, country=tiny)[
                "total_successes"
            ].to_numpy()
        )
        .reshape(3, 4)
        .mean(axis=1)
        for extra in ({}, {"famine_years": "none"})
    ]
    known = scipy.stats.ttest_1samp(totals[1] - totals[0], 0.0).confidence_interval(0.9)
    assert (row["low"], row["high"]) == pytest.approx((known.low, known.high))


def test_a_single_run_tells_no_effect(tiny):
    points = Space.from_parameters(LIVELY).table(np.empty((1, 0)))
    with pytest.raises(ImportanceError, match="one run is too few"):
        scenarios.effects(
            points,
            [],
            baseline=tiny,
            run=lambda points, country: run_points(points, root=1, country=country),
        )


def test_the_scenarios_cover_the_figure_the_economy_and_the_famine(north_korea):
    assert len(scenarios.figure_2(north_korea, [0.8])) == 3 + 13
    for scenario in (*scenarios.economy(north_korea), *scenarios.famine(north_korea)):
        point = Parameters(**scenario.parameters)
        north_korea.famine(point.famine_years)  # is understood
