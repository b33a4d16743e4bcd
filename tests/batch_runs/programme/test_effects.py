"""The shadow of a programme: exact, linear, and by its closed form where risks are constant."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from defection.batch_runs.programme.effects import (
    FURTHER_YEARS,
    MEASURES,
    effects,
    more_by_place,
    of_run,
)
from defection.batch_runs.programme.paths import WHOM, CrossedRun, Plan, follow_rescues
from defection.country import WEEKS_PER_YEAR, load
from defection.journey.cells import FLOWS, STOCKS
from defection.journey.data import journey_arrays
from defection.journey.flow import follow
from defection.journey.shadow import (
    ONWARD_FAILED,
    ONWARD_PEOPLE,
    RETURNED_FAILED,
    RETURNED_PEOPLE,
    TAKEN,
    WORLD_CHINA,
    WORLD_ONWARD,
    WORLD_RETURNED,
)
from defection.parameters import Parameters

LAND = load("north_korea")
YEARS = len(LAND.years)
ONWARD_FLOWS = [list(FLOWS).index(name) for name in ("arrivals", "united_states", "elsewhere")]
RETURNED = list(FLOWS).index("returned")


@pytest.fixture(scope="module")
def run():
    """Return crossings and repression as they could be, by chance."""
    rng = np.random.default_rng(3)
    crossed = np.zeros((LAND.weeks, LAND.category_count), np.int32)
    for week in range(LAND.weeks):
        crossed[week, rng.integers(0, LAND.category_count, 40)] += 1
    return CrossedRun(crossed, rng.uniform(0.3, 0.9, (LAND.weeks, len(LAND.provinces))))


def plan(people=300.0, first=15, last=17, **how):
    rescues = np.zeros(YEARS)
    rescues[first : last + 1] = people
    return Plan(rescues, **how)


CONSTANT = {
    "return_rate": 0.3, "exposed_risk": 1.0, "again_share": 0.5, "again_rate": 4.0,
    "visit_rate": 0.0, "settle_rate": 0.0, "death_rate": 0.0,
    "onward_early": 0.2, "onward_late": 0.2, "onward_women_early": 1.0, "onward_women_late": 1.0,
}  # fmt: skip


def constant(run, years=300, failure=0.0, discount=0.0, **changes):
    """Return the effects of a rescue of one week long ago, under risks that never change."""
    journey = journey_arrays(LAND)
    journey = journey._replace(
        by_gender=np.ones_like(journey.by_gender), by_year=np.ones_like(journey.by_year)
    )
    free = dataclasses.replace(run, repression=np.zeros_like(run.repression))
    point = Parameters(journey="on", **{**CONSTANT, **changes})
    own = plan(100.0, 18, 18, failure=failure, discount=discount)
    weekly, _ = follow_rescues(LAND, point, free, own, years, journey)
    return effects(weekly, own, len(weekly))


@pytest.mark.parametrize("failure", [0.0, 0.3])
@pytest.mark.parametrize("whom", WHOM)
def test_the_shadow_is_the_difference_of_two_whole_runs(run, failure, whom):
    own, point = plan(failure=failure, whom=whom), Parameters(journey="on")
    weekly, world = follow_rescues(LAND, point, run, own, FURTHER_YEARS)
    without, _ = follow(LAND, point, run.crossed, run.repression)
    assert weekly[:, TAKEN].sum() == pytest.approx(900.0)
    by_year = weekly[: LAND.weeks].reshape(YEARS, WEEKS_PER_YEAR, -1).sum(axis=1)
    for columns, more, less in (
        (ONWARD_FLOWS, ONWARD_PEOPLE, ONWARD_FAILED),
        ([RETURNED], RETURNED_PEOPLE, RETURNED_FAILED),
    ):
        whole = (without.flows - world.flows)[:, columns].sum(axis=(1, 2))
        assert np.abs(whole).sum() > 10
        np.testing.assert_allclose(by_year[:, more] - by_year[:, less], whole, atol=1e-8)


def test_without_a_programme_the_world_is_the_journey_and_nothing_changes(run):
    weekly, world = follow_rescues(LAND, Parameters(journey="on"), run, plan(0.0), FURTHER_YEARS)
    without, _ = follow(LAND, Parameters(journey="on"), run.crossed, run.repression)
    assert np.array_equal(world.flows, without.flows)
    assert np.array_equal(world.stocks, without.stocks)
    assert set(effects(weekly, plan(0.0), len(weekly)).values()) == {0.0}


@pytest.mark.parametrize(("onward", "returned", "again"), [(0.2, 0.3, 0.5), (0.035, 0.171, 0.7)])
def test_with_constant_risks_the_share_that_arrives_anyway_is_the_closed_form(
    run, onward, returned, again
):
    rates = {"onward_early": onward, "onward_late": onward, "return_rate": returned}
    found = constant(run, **rates, again_share=again)
    anyway = onward / (onward + returned * (1 - again))
    assert found["earlier_only"] / found["rescues"] == pytest.approx(anyway, abs=1e-6)
    assert found["additional_arrivals"] / 100 == pytest.approx(1 - anyway, abs=1e-6)


@pytest.mark.parametrize("changes", [{"again_share": 1.0}, {"return_rate": 0.0}])
def test_who_always_tries_again_or_is_never_returned_arrives_only_earlier(run, changes):
    found = constant(run, **changes)
    assert found["additional_arrivals"] == pytest.approx(0.0, abs=1e-6)
    assert found["earlier_only"] == pytest.approx(100.0)
    assert found["years_earlier"] > 100.0


def test_what_is_left_of_rounding_is_no_additional_arrival_and_a_discount_makes_none(run):
    """Everyone arrives anyway within the years that are followed, but for less than a millionth."""
    how = {"years": 30, "return_rate": 0.0, "onward_early": 2.0, "onward_late": 2.0}
    for discount in (0.0, 0.1):
        found = constant(run, discount=discount, **how)
        assert found["additional_arrivals"] == 0.0
        assert found["rescues"] == pytest.approx(found["earlier_only"]) == pytest.approx(100.0)


def test_without_returns_the_years_earlier_are_the_mean_stay(run):
    found = constant(run, return_rate=0.0)
    week = 1 / (1 - np.exp(-0.2 / WEEKS_PER_YEAR)) / WEEKS_PER_YEAR
    assert found["years_earlier"] / 100 == pytest.approx(week, rel=1e-9)


def test_where_nobody_goes_onward_every_rescue_is_an_additional_arrival(run):
    found = constant(run, years=5, onward_early=0.0, onward_late=0.0)
    assert found["additional_arrivals"] == found["rescues"] == pytest.approx(100.0)
    assert found["earlier_only"] == 0.0


def test_other_groups_that_take_everyone_leave_no_effect_but_rescues(run):
    point = Parameters(journey="on")
    weekly, _ = follow_rescues(LAND, point, run, plan(), FURTHER_YEARS)
    found = effects(weekly, plan(other_groups=1.0), len(weekly))
    assert found.pop("rescues") == pytest.approx(900.0)
    assert found.pop("taken") == pytest.approx(900.0)
    assert set(found.values()) == {0.0}


def test_missions_that_all_fail_only_cause_returns(run):
    found = constant(run, failure=1.0)
    assert found["rescues"] == 0.0
    assert found["additional_arrivals"] < 0
    assert found["returns_caused"] > 100.0
    assert found["earlier_only"] == 0.0


def test_a_rescue_of_one_week_is_linear_in_the_people(run):
    def of_a_week(people):
        rescues = np.zeros(YEARS)
        rescues[15] = people * WEEKS_PER_YEAR
        own = Plan(rescues, failure=0.02)
        short = CrossedRun(run.crossed[: 15 * 52 + 1], run.repression[: 15 * 52 + 1])
        weekly, _ = follow_rescues(LAND, Parameters(journey="on"), short, own, FURTHER_YEARS)
        return effects(weekly, own, len(weekly))

    one, other, both = of_a_week(5), of_a_week(20), of_a_week(25)
    for name in MEASURES:
        assert both[name] == pytest.approx(one[name] + other[name], rel=1e-9), name


def test_nobody_is_taken_who_is_not_there(run):
    own = plan(1e6)
    weekly, world = follow_rescues(LAND, Parameters(journey="on"), run, own, FURTHER_YEARS)
    assert (weekly[:, TAKEN] >= 0).all()
    assert world.stocks[17, 0].sum() == pytest.approx(0.0, abs=1e-9)
    assert weekly[:, TAKEN].sum() < 60_000


def test_onward_moves_that_are_lost_make_more_arrivals_additional(run):
    lost = np.zeros(YEARS)
    lost[15:20] = 0.9
    found = [
        effects(follow_rescues(LAND, Parameters(journey="on"), run, own, 10)[0], own, LAND.weeks)
        for own in (plan(), plan(lost=lost))
    ]
    assert found[1]["additional_arrivals"] > found[0]["additional_arrivals"]


def test_the_world_s_columns_are_those_of_its_journey(run):
    weekly, world = follow_rescues(LAND, Parameters(journey="on"), run, plan(), FURTHER_YEARS)
    own = weekly[: LAND.weeks].reshape(YEARS, WEEKS_PER_YEAR, -1)
    by_china = world.flows[:, ONWARD_FLOWS].sum(axis=(1, 2))
    by_china -= world.flows[:, list(FLOWS).index("other_ways")].sum(axis=1)
    np.testing.assert_allclose(own[:, :, WORLD_ONWARD].sum(axis=1), by_china, atol=1e-8)
    np.testing.assert_allclose(
        own[:, :, WORLD_RETURNED].sum(axis=1), world.flows[:, RETURNED].sum(axis=1), atol=1e-8
    )
    np.testing.assert_allclose(own[:, -1, WORLD_CHINA], world.stocks[:, 0].sum(axis=1), atol=1e-8)


def test_the_longest_stay_are_hidden_and_the_newest_are_exposed(run):
    """Those who are still there after long are of the kind that is rarely returned."""
    averted = {}
    for whom in ("longest stay", "anyone in China", "near the border"):
        own = plan(100.0, whom=whom)
        weekly, _ = follow_rescues(LAND, Parameters(journey="on"), run, own, FURTHER_YEARS)
        assert weekly[:, TAKEN].sum() == pytest.approx(300.0)
        averted[whom] = effects(weekly, own, LAND.weeks)["returns_averted"]
    longest, anyone, newest = averted.values()
    assert longest < anyone < newest


def test_clients_who_go_onward_more_often_arrive_anyway_more_often(run):
    found = [
        effects(follow_rescues(LAND, Parameters(journey="on"), run, own, 10)[0], own, LAND.weeks)
        for own in (plan(), plan(referral=3.0))
    ]
    assert found[1]["additional_arrivals"] < found[0]["additional_arrivals"]
    assert found[1]["rescues"] == found[0]["rescues"]


@pytest.mark.parametrize("failure", [0.0, 0.2])
def test_a_response_of_china_is_the_difference_of_two_whole_runs(run, failure):
    own, point = plan(failure=failure, china_response=0.5), Parameters(journey="on")
    (last, further), weekly, answered = of_run(LAND, point, run, own)
    rescued = (1 - failure) * answered[:, TAKEN]
    with_it = answered[:, WORLD_ONWARD] + rescued
    without = weekly[:, WORLD_ONWARD] + weekly[:, ONWARD_PEOPLE] - weekly[:, ONWARD_FAILED]
    for found, end in ((last, LAND.weeks), (further, len(weekly))):
        whole = (with_it - without)[:end].sum()
        assert found["additional_arrivals"] == pytest.approx(whole, rel=1e-9)
    direct = of_run(LAND, point, run, plan(failure=failure))[0]
    assert further["additional_arrivals"] < direct[1]["additional_arrivals"]
    assert further["returns_caused"] > direct[1]["returns_caused"]


def test_without_a_rescue_china_answers_nothing(run):
    found = of_run(LAND, Parameters(journey="on"), run, plan(0.0, china_response=1.0))[0]
    assert {value for one in found for value in one.values()} == {0.0}


def test_other_groups_that_take_everyone_leave_china_nothing_to_answer(run):
    own = plan(china_response=1.0, other_groups=1.0)
    found = of_run(LAND, Parameters(journey="on"), run, own)[0][1]
    assert found["additional_arrivals"] == 0.0
    assert found["rescues"] == pytest.approx(900.0)


def test_how_many_more_are_abroad_in_china_or_at_home_is_the_difference_of_two_whole_runs(run):
    own, point = plan(failure=0.1), Parameters(journey="on")
    weekly, world = follow_rescues(LAND, point, run, own, FURTHER_YEARS)
    without, _ = follow(LAND, point, run.crossed, run.repression)

    def total(record, *names):
        stocks = record.stocks[-1].sum(axis=1)
        flows = record.flows.sum(axis=(0, 2))
        known = dict(zip(STOCKS, stocks, strict=True)) | dict(zip(FLOWS, flows, strict=True))
        return sum(known[name] for name in names)

    abroad, china, home, _ = more_by_place(weekly[: LAND.weeks], own.failure)
    rescued = (1 - own.failure) * weekly[:, TAKEN].sum()
    for more, names, added in (
        (abroad, ("arrivals", "united_states", "elsewhere"), rescued),
        (china, ("in_china", "settled"), 0.0),
        (home, ("held", "home", "stayed_home"), 0.0),
    ):
        whole = total(world, *names) - total(without, *names) + added
        assert abs(whole) > 1
        assert more[-1] == pytest.approx(whole, abs=1e-8), names


def test_years_abroad_are_the_years_earlier_where_everyone_arrives_anyway(run):
    found = constant(run, return_rate=0.0)
    assert found["years_abroad"] == pytest.approx(found["years_earlier"], rel=1e-6)


def test_counts_that_are_on_are_rates_times_what_they_count(run):
    rates = {"relatives": 3.0, "relatives.known": 0.5, "remittances": 1000.0}
    own = plan(failure=0.1, rates=rates)
    found = of_run(LAND, Parameters(journey="on"), run, own)[0][1]
    assert found["relatives_of_averted"] == pytest.approx(3 * found["returns_averted"])
    assert found["relatives_of_caused"] == pytest.approx(3 * found["returns_caused"])
    assert found["relatives_of_arrivals"] == pytest.approx(1.5 * found["additional_arrivals"])
    assert found["won_sent"] == pytest.approx(1000 * found["years_abroad"])


def test_a_discount_weighs_money_by_its_distance_from_the_programme_and_nobody(run):
    since, how = 15 * WEEKS_PER_YEAR, {"rates": {"remittances": 1000.0}}
    whole = of_run(LAND, Parameters(journey="on"), run, plan(**how))[0][1]
    none = plan(discount=0.0, since=since, **how)
    assert of_run(LAND, Parameters(journey="on"), run, none)[0][1] == whole
    own = plan(discount=0.05, since=since, **how)
    less = dict(of_run(LAND, Parameters(journey="on"), run, own)[0][1])
    assert 0 < less["won_sent"] < whole["won_sent"]
    assert less | {"won_sent": whole["won_sent"]} == whole
    weights = own.weights(len(run.crossed))
    assert weights[since] == 1.0
    assert weights[since + WEEKS_PER_YEAR] == pytest.approx(1 / 1.05)


def test_a_run_goes_on_with_the_mean_week_of_its_last_year(run):
    longer = run.longer(np.array([1.0, 0.5]))
    assert len(longer.crossed) == LAND.weeks + 2 * WEEKS_PER_YEAR
    assert np.array_equal(longer.crossed[: LAND.weeks], run.crossed)
    last = run.crossed[-WEEKS_PER_YEAR:].sum()
    assert longer.crossed[LAND.weeks : LAND.weeks + WEEKS_PER_YEAR].sum() == pytest.approx(last)
    assert longer.crossed[-WEEKS_PER_YEAR:].sum() == pytest.approx(last / 2)
    mean = run.repression[-WEEKS_PER_YEAR:].mean(axis=0)
    np.testing.assert_allclose(longer.repression[-1], mean)
    assert run.longer(np.array([])) is run
