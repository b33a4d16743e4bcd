"""Programmes over draws of a posterior: each run of the law has a draw of its own."""

from __future__ import annotations

import tomllib

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from defection.batch_runs.programme import TEMPLATE, ProgrammeError, run_programme
from defection.batch_runs.programme.prepare import prepared
from defection.batch_runs.programme.run import run_row
from defection.parameters import Parameters
from defection.replication.journey_posterior import draws

SAID = tomllib.loads(TEMPLATE)
TWO = [
    Parameters(observation_probability=known, onward_late=onward, onward_early=0.5)
    for known, onward in ((0.02, 0.5), (0.03, 0.8))
]
SMALL = {"chance.points": 2, "chance.runs": 2, "chance.pairs": 2, "assumptions.news": "sourced"}


def run(parameters, **more):
    return run_programme(SAID, parameters, changes={**SMALL, **more}, threads=1)


@pytest.fixture(scope="module")
def found():
    return run(TWO)


def test_each_run_is_that_of_its_own_draw_alone_with_news_and_without(found):
    for number, point in enumerate(TWO):
        alone = run(point).draws
        mine = alone["seed"] == 1 + number
        assert mine.sum() == 2
        pd.testing.assert_frame_equal(found.draws[mine], alone[mine])
    assert found.draws["further_arrivals_by_2014"].nunique() == 4


def test_intervals_are_over_points_and_draws_and_the_noise_of_their_pairs(found):
    noise = stats.norm.ppf((np.arange(100) + 0.5) / 100)[:, None]
    errors = found.draws["further_arrivals_error_by_2024"].to_numpy()
    assert (errors > 0).any()
    values = found.draws["arrivals_with_news_by_2024"].to_numpy() + noise * errors
    results = found.results.set_index(["measure", "by", "unit"])
    own = results.loc[("arrivals_with_news", "2024, extrapolated", "total")]
    assert own["median"] == pytest.approx(np.median(values))
    assert own["percentile_95"] == pytest.approx(np.quantile(values, 0.95))
    assert own["probability_not_positive"] == pytest.approx((values <= 0).mean())
    table = found.news.set_index(["measure", "year", "province"])
    own = table.loc[("arrivals", "all", "all")]
    values = found.draws["further_arrivals_by_2024"]
    assert own["percentile_5"] == pytest.approx(values.quantile(0.05))


def test_draws_are_taken_evenly_and_by_the_seed():
    marked = [Parameters(journey="on", memory_weeks=50 + number) for number in range(200)]

    def taken(runs, seed):
        changes = {"chance.runs": runs, "chance.seed": seed}
        world, _ = prepared(SAID, marked, changes, "north_korea")
        return [one.memory_weeks - 50 for one in world.points]

    for runs in (1, 7, 20, 200):
        first = taken(runs, 1)
        assert first == taken(runs, 1)
        assert len(set(first)) == runs
        steps = np.diff(first)
        assert set(steps.tolist()) <= {200 // runs, -(-200 // runs)}
    assert taken(7, 1) != taken(7, 2)
    assert taken(200, 3) == list(range(200))
    with pytest.raises(ProgrammeError, match=r"runs = 201: each run of the law has a draw .* 200"):
        taken(201, 1)


def test_a_row_comes_out_again_from_the_draws_that_were_taken(found):
    said = {**SAID, "chance": {"points": 2, "runs": 2, "pairs": 2, "seed": 1}}
    said["assumptions"] = {**SAID["assumptions"], "news": "sourced"}
    again = run_row(said, found.about["parameters"], point=1, seed=2, country="north_korea")
    pd.testing.assert_frame_equal(again, found.draws.iloc[[3]].reset_index(drop=True))


def test_the_file_replaces_a_parameter_in_every_draw_and_each_is_checked():
    said = {**SAID, "parameters": {"memory_weeks": 60}}
    world, _ = prepared(said, TWO, {"chance.runs": 2}, "north_korea")
    assert {one.memory_weeks for one in world.points} == {60}
    fed = [TWO[0], TWO[1].replace(news_of_arrivals=0.3)]
    with pytest.raises(ProgrammeError, match="news_of_arrivals is an assumption"):
        prepared(SAID, fed, {"chance.runs": 2}, "north_korea")


def test_the_kept_draws_are_enough_for_two_hundred_runs():
    kept = draws()
    world, _ = prepared(SAID, kept, {"chance.runs": 200}, "north_korea")
    assert len(world.points) == len(kept) == 200
    assert set(world.points) == set(kept)
    assert len(set(kept)) > 1
