"""Paired runs of the law: what differs in a pair, by hand, and pairs that are left out."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest

from defection.batch_runs.ensemble import run_rescued
from defection.batch_runs.programme import TEMPLATE, news, run_programme
from defection.batch_runs.programme.effects import FURTHER_YEARS
from defection.batch_runs.programme.paths import CrossedRun, Plan, follow_rescues, rescue_of
from defection.batch_runs.programme.world import grouped
from defection.batch_runs.scores.facts import crossings_by_run
from defection.country import WEEKS_PER_YEAR, load
from defection.journey.cells import FLOWS
from defection.journey.data import journey_arrays
from defection.journey.rates import ONWARD
from defection.journey.shadow import TAKEN, WORLD_ONWARD, WORLD_RETURNED
from defection.parameters import Parameters

LAND = load("north_korea")
YEARS = len(LAND.years)
POINT = {"observation_probability": 0.02, "onward_early": 0.5, "onward_late": 0.5}
"""So that some are heard of."""
LOST = np.where(np.isin(LAND.years, (2003, 2004, 2009)), 0.6, 0.0)
PLAN = Plan(
    np.where(np.arange(YEARS) % 4 == 0, 3000.0, 60.0), failure=0.1, other_groups=0.2, lost=LOST,
    discount=0.05, since=10 * WEEKS_PER_YEAR,
)  # fmt: skip
"""In some years there is nobody left to take; in the others some go onward or are returned."""


def runs_by_hand(seeds, share):
    """Return the crossings of runs of the law in which this share of the rescues is done."""
    journey = journey_arrays(LAND)
    by_year = journey.by_year.copy()
    by_year[ONWARD] *= 1.0 - LOST
    data = run_rescued(
        Parameters(**POINT, news_of_arrivals=0.4), seeds,
        rescue_of(journey, PLAN, LAND.weeks, LAND.weeks, share), record=news.RECORD,
        country=LAND, threads=1, journey=journey._replace(by_year=by_year),
    )  # fmt: skip
    return [CrossedRun.from_rows(journey, *one) for one in crossings_by_run(data)]


def test_a_pair_differs_as_its_two_runs_do_with_discount_failure_and_closures():
    seeds, journey = range(4, 6), grouped(journey_arrays(LAND))
    point = Parameters(**POINT, news_of_arrivals=0.4)
    found = news.pairs_of(LAND, Parameters(**POINT), 0.4, PLAN, journey, seeds)
    both = [runs_by_hand(seeds, share) for share in (0.2, 1.0)]
    for (totals, changes), *runs in zip(found, *both, strict=True):
        (before, world), (after, other) = (
            follow_rescues(LAND, point, run, PLAN, FURTHER_YEARS, journey, FURTHER_YEARS)
            for run in runs
        )
        more, flows = after - before, (other.flows - world.flows).sum(axis=2)
        assert np.abs(more[:, TAKEN]).max() > 0.1
        arrived = 0.9 * more[:, TAKEN] + more[:, WORLD_ONWARD]
        returned = more[:, WORLD_RETURNED] + 0.1 * more[:, TAKEN]
        for of_both, flow in zip(totals, (arrived, returned), strict=True):
            for total, end in zip(of_both, (LAND.weeks, len(more)), strict=True):
                assert abs(total) > 1
                assert total == pytest.approx(sum(flow[:end]))
        taken = more[:, TAKEN].reshape(-1, 52).sum(axis=1)
        names = ("arrivals", "united_states", "elsewhere")
        onward = sum(flows[:, list(FLOWS).index(name)] for name in names)
        assert np.abs(onward).max() > 1
        by_year = [onward + 0.9 * taken, flows[:, list(FLOWS).index("returned")] + 0.1 * taken]
        np.testing.assert_allclose(changes[-2:], by_year, atol=1e-7)
        crossed = [run.crossed.reshape(YEARS, -1).sum(axis=1) for run in runs]
        np.testing.assert_array_equal(changes[1].sum(axis=1), crossed[1] - crossed[0])


@pytest.mark.parametrize("share", [PLAN.other_groups, 1.0])
def test_a_pair_of_which_one_run_stopped_early_is_left_out(monkeypatch, share):
    how = LAND, Parameters(**POINT), 0.4, PLAN, grouped(journey_arrays(LAND)), range(1, 4)
    whole, runs = news.pairs_of(*how), news._runs

    def one_stopped(country, point, plan, done, seeds):
        found = runs(country, point, plan, done, seeds)
        return [found[0], None if done == share else found[1], found[2]]

    monkeypatch.setattr(news, "_runs", one_stopped)
    found = news.pairs_of(*how)
    assert [totals for totals, _ in found] == [whole[0][0], whole[2][0]]


def test_pairs_that_are_left_out_are_counted_over_all_points():
    """Some of the seeds 1 to 5 have a week with too many attempts; the run of the law has none."""
    point, seeds = Parameters(journey="on", **POINT, stop_threshold=2700), range(1, 6)
    nothing = rescue_of(journey_arrays(LAND), Plan(np.zeros(YEARS)), LAND.weeks, LAND.weeks)
    stopped = run_rescued(point, seeds, nothing, country=LAND)["stopped_early"].to_numpy()
    assert not stopped[0]
    assert 0 < stopped.sum() < 4
    changes = {
        "chance.points": 2, "chance.runs": 1, "chance.pairs": 5, "assumptions.news": "sourced",
    }  # fmt: skip
    found = run_programme(tomllib.loads(TEMPLATE), point, changes=changes, threads=1)
    assert found.about["pairs_left_out"] == 2 * stopped.sum()
    assert found.about["left_out"] == 0
