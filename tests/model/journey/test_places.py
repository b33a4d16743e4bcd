"""Wish and fact: who would go to the United States, and how many it has places for."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest

from defection import DefectionModel
from defection.batch_runs import run_ensemble
from defection.batch_runs.programme import TEMPLATE, ProgrammeError, run_programme
from defection.batch_runs.scores import Facts, ScoreError
from defection.commands.main import main
from defection.country import load
from defection.journey import cells
from defection.journey.data import journey_arrays
from defection.journey.flow import follow, row_of
from defection.journey.stays import weekly
from defection.measures import WEEKS_PER_YEAR
from defection.parameters import Parameters
from tests.conftest import LIVELY, tiny_with_journey
from tests.model.journey import CONSTANT, at_once, constant_journey, followed

SOUTH, STATES, ELSEWHERE = (
    [*cells.FLOWS].index(name) for name in ("arrivals", "united_states", "elsewhere")
)
YEARS = 4


@pytest.fixture
def journey():
    """Return a constant journey in which the United States are open from the second year on."""
    found = constant_journey(YEARS)
    found.destinations[:, 1:] = np.array([0.9, 0.02, 0.08])[:, None]
    return found


def yearly(journey, **values):
    crossed = at_once(journey, 2000)
    return followed(journey, {**CONSTANT, **values}, crossed)[0]


def test_no_wish_is_off_and_a_wish_with_places_for_all_is_a_share(journey):
    plain = yearly(journey)
    off = yearly(journey, united_states_wish=0.0, united_states_capacity=1.0)
    assert np.array_equal(plain, off)
    onward = plain[:, [SOUTH, STATES, ELSEWHERE]].sum(axis=1)
    found = yearly(journey, united_states_wish=0.19, united_states_capacity=1e9)
    assert not found[0, STATES].any()  # not open
    assert found[1:, STATES] == pytest.approx(0.19 * onward[1:], rel=1e-12)
    assert found[1:, ELSEWHERE] == pytest.approx(0.08 * onward[1:], rel=1e-12)
    assert found[1:, SOUTH] == pytest.approx(0.73 * onward[1:], rel=1e-12)
    everybody = yearly(journey, united_states_wish=1.0, united_states_capacity=1e9)
    assert everybody[1:, SOUTH] == pytest.approx(0.0 * onward[1:], abs=1e-9)
    assert everybody[1:, STATES] == pytest.approx(0.92 * onward[1:], rel=1e-12)


@pytest.mark.parametrize("capacity", [0.0, 1.0, 19.0])
def test_no_more_arrive_than_there_are_places_and_the_others_go_to_the_south(journey, capacity):
    plain = yearly(journey)
    found = yearly(journey, united_states_wish=0.19, united_states_capacity=capacity)
    assert found[1:, STATES].sum(axis=1) == pytest.approx(np.full(YEARS - 1, capacity), rel=1e-9)
    whole = [one[:, [SOUTH, STATES, ELSEWHERE]].sum(axis=1) for one in (plain, found)]
    assert whole[1] == pytest.approx(whole[0], rel=1e-12)
    others = [n for n in range(len(cells.FLOWS)) if n not in (SOUTH, STATES)]
    assert found[:, others] == pytest.approx(plain[:, others], rel=1e-12)


def test_a_dated_capacity_holds_from_its_week_on():
    korea = load("north_korea")
    weeks = 16 * WEEKS_PER_YEAR
    crossed = np.zeros((weeks, korea.category_count), np.int32)
    crossed[52] = 40
    repression = np.full((weeks, len(korea.provinces)), 0.2)
    dated = "2007 united_states_capacity=52; 2007-07 united_states_capacity=104"
    point = Parameters(
        united_states_wish=0.19, united_states_capacity=5, return_rate=0.02, interventions=dated
    )
    record, _ = follow(korea, point, crossed, repression)
    found = record.flows[:, STATES].sum(axis=1)
    assert not found[:14].any()  # the first places are of 2006
    assert found[14:] == pytest.approx([5.0, 26 * 1.0 + 26 * 2.0], rel=1e-9)


def test_the_engines_and_the_weekly_journey_agree(tmp_path):
    place = tiny_with_journey(tmp_path / "land")
    file = place / "journey" / "destinations.csv"
    file.write_text("first_year,south,united_states,elsewhere\n0,0.9,0.02,0.08\n")
    land = load(place)
    record = ["weekly_by_province", "states_by_province", "crossings", "journey_by_province"]
    base = {**LIVELY, "onward_early": 1.0, "onward_late": 1.0, "news_of_arrivals": 0.5}
    for wish, capacity, more in (
        (0.3, 40.0, ""),
        (0.9, 1e6, ""),
        (0.0, 40.0, "=0.2"),
        (0.5, 0.0, "=0"),
    ):
        point = {**base, "united_states_wish": wish, "united_states_capacity": capacity}
        if more:
            point["interventions"] = f"week 30 united_states_wish{more}"
        data = run_ensemble(point, [3], country=land, record=record)
        model = DefectionModel(country=land, seed=3, **point).run()
        flows = model.journey.record.flows
        for name in ("arrivals", "united_states", "elsewhere"):
            own = flows[:, [*cells.FLOWS].index(name)].reshape(len(flows), 2, -1).sum(axis=2)
            assert np.array_equal(data[f"yearly_{name}_by_province"].to_numpy()[0], own), name
        attempts = data["weekly_attempts_by_province"].to_numpy()[0]
        assert np.array_equal(attempts[: model.week], model.history.flows["attempts"][: model.week])
        by_week = model.journey.weekly()
        for name in ("arrivals", "united_states"):
            whole = flows[:, [*cells.FLOWS].index(name)].sum()
            assert by_week[name].sum() == pytest.approx(whole, rel=1e-9)


def test_the_weekly_journey_has_the_same_arrivals():
    korea, weeks = load("north_korea"), 16 * WEEKS_PER_YEAR
    crossed = np.zeros((weeks, korea.category_count), np.int32)
    crossed[600] = 20
    repression = np.full((weeks, len(korea.provinces)), 0.2)
    point = Parameters(united_states_wish=0.19)
    arrivals = follow(korea, point, crossed, repression)[0].flows[:, SOUTH].sum()
    journey = journey_arrays(korea)
    by_group = np.array([np.bincount(journey.group, row, journey.gender.size) for row in crossed])
    found = weekly(journey, row_of(point), by_group, repression).arrivals.sum()
    assert found == pytest.approx(arrivals, rel=1e-9)
    assert found != pytest.approx(follow(korea, point.replace(united_states_wish=0.0), crossed,
                                         repression)[0].flows[:, SOUTH].sum(), rel=1e-9)  # fmt: skip


def test_what_does_not_follow_places_refuses_them(capsys):
    facts = Facts.from_country("north_korea")
    with pytest.raises(ScoreError, match="not measured where united_states_wish is above 0"):
        facts.measure(None, None, Parameters(united_states_wish=0.1))
    with pytest.raises(ProgrammeError, match="united_states_wish: the shadows"):
        run_programme(tomllib.loads(TEMPLATE), {"united_states_wish": 0.1})
    assert main(["run", "--set", "united_states_capacity=5", "--weeks", "1"]) == 1
    said = "united_states_capacity has no effect unless united_states_wish is above 0"
    assert said in capsys.readouterr().err
