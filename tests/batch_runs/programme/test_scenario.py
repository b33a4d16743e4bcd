"""What a programme's file may say, and what is refused in one line before anything runs."""

from __future__ import annotations

import copy
import dataclasses
import tomllib

import numpy as np
import pytest
from scipy import stats

from defection.batch_runs.programme import TEMPLATE, ProgrammeError
from defection.batch_runs.programme.inputs import read_input, sobol
from defection.batch_runs.programme.plan import planned_rescues
from defection.batch_runs.programme.prepare import prepared
from defection.batch_runs.programme.published import sourced
from defection.batch_runs.programme.scenario import merged, read_scenario
from defection.country import load
from defection.parameters import ParameterError

LAND = load("north_korea")
PUBLISHED = sourced("north_korea")
OWN = {"value": 0.5, "source": "a test"}


def read(**changes):
    named = {name.replace("__", "."): value for name, value in changes.items()}
    return changed(named)


def changed(changes, published=PUBLISHED):
    return read_scenario(merged(tomllib.loads(TEMPLATE), changes), LAND, published)


def values(scenario, at=0.5):
    return {one.name: float(one.quantiles(at)) for one in scenario.inputs}


def test_the_template_is_read_as_it_is_printed():
    found = read()
    assert found.years == (2008, 2012)
    assert found.on("mission_failure")
    assert not found.on("other_groups")
    assert {one.name for one in found.inputs if one.varies} == {
        "costs.per_rescue_usd", "costs.share_to_rescues", "assumptions.mission_failure",
        "parameters.again_share", "parameters.return_rate",
    }  # fmt: skip


def test_a_ninety_of_an_amount_is_lognormal_and_of_a_share_logit_normal():
    amount = read_input("x", {"ninety": [1600, 3000], "source": "s"}, "x", (0, 1e7), is_share=False)
    share = read_input("y", {"ninety": [0.2, 0.6], "source": "s"}, "y", (0, 1), is_share=True)
    u = np.array([0.01, 0.05, 0.5, 0.95, 0.99])
    log = stats.lognorm(np.log(3000 / 1600) / 2 / stats.norm.ppf(0.95), scale=np.sqrt(1600 * 3000))
    np.testing.assert_allclose(amount.quantiles(u), log.ppf(u))
    found = share.quantiles(u)
    assert found[1] == pytest.approx(0.2)
    assert found[3] == pytest.approx(0.6)
    odds = np.log(found / (1 - found))
    np.testing.assert_allclose(odds[0] + odds[4], 2 * odds[2])


def test_a_between_is_even_and_a_value_is_one():
    even = read_input("x", {"between": [2, 4], "source": "s"}, "x", (0, 9), is_share=False)
    assert even.quantiles(np.array([0, 0.25, 1])).tolist() == [2, 2.5, 4]
    one = read_input("x", {"value": 3, "source": "s"}, "x", (0, 9), is_share=False)
    assert not one.varies
    assert one.quantiles(0.9) == 3


def test_points_are_sobol_and_repeat():
    assert np.array_equal(sobol(3, 16, 7), sobol(3, 16, 7))
    assert not np.array_equal(sobol(3, 16, 7), sobol(3, 16, 8))
    assert sobol(0, 16, 7).shape == (1, 0)
    assert sorted((sobol(2, 16, 7)[:, 0] * 16).astype(int).tolist()) == list(range(16))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("assumptions.other_group", "off", "did you mean other_groups"),
        ("assumptions.other_groups", "sorced", "did you mean sourced"),
        ("assumptions.other_groups", 0.5, "has no source"),
        ("assumptions.other_groups", {"value": 0.5}, "needs a source"),
        ("assumptions.other_groups", {"value": 0.5, "source": " "}, "needs a source"),
        ("assumptions.other_groups", {"value": 1.5, "source": "s"}, "a number from 0 to 1"),
        ("assumptions.other_groups", {"value": "x", "source": "s"}, "a number from 0 to 1"),
        ("assumptions.other_groups", {"source": "s"}, "one of value, ninety and between"),
        ("assumptions.other_groups", {"between": [0.5, 0.1], "source": "s"}, "must be less than"),
        ("assumptions.other_groups", {"ninety": [0, 0.1], "source": "s"}, "without the ends"),
        ("assumptions.other_groups", {"between": [0.1], "source": "s"}, "two numbers"),
        ("assumptions.other_groups", {"valeu": 0.1, "source": "s"}, "did you mean value"),
        ("assumptions.relatives", {**OWN, "known": 2}, "relatives.known = 2 must be a number"),
        ("assumptions.descendants", {"value": 0.1, "source": "s"}, "descendants needs in_china"),
        ("assumptions.referral", {"value": 0, "source": "s"}, "a number from 0.01"),
        ("assumptions.china_response", "sourced", "no source has a figure"),
        ("assumptions.referral", "sourced", "no source has a figure"),
        ("assumptions.crossings_after", {"value": 3, "source": "s"}, "a number from 0 to 2"),
        ("programme.discount", -0.1, "must be a number from 0"),
        ("programme.threshold_usd", "x", "must be a number from 0"),
        ("assumptions.closures", OWN, "must be a year or years"),
        ("assumptions.cost_growth", "sourced", "no source has a figure"),
        ("programme.years", "2018-2026", "outside of the years with data, 1992 to 2025"),
        ("programme.years", "2012-2010", "2010 is before 2012"),
        ("programme.years", 2010.5, "must be a year or years"),
        ("programme.years", True, "must be a year or years"),
        ("programme.years", 2026, "outside of the years with data"),
        ("programme.rescues", 5, "one of funds_usd and rescues"),
        ("programme.funds_usd", -1, "must be a number from 0"),
        ("programme.funds_usd", float("nan"), "must be a number from 0"),
        ("programme.funds_usd", True, "must be a number from 0"),
        ("programme.funds_usd", 10**400, "must be a number from 0"),
        ("programme.whom", "longest stays", "did you mean longest stay"),
        ("programme.whom", "woman", "did you mean women"),
        ("programme.yeers", "2010", "did you mean years"),
        ("program.years", "2010", "did you mean programme"),
        ("years", "2010", "is not TABLE.NAME"),
        ("chance.points", 100, "power of two"),
        ("chance.runs", 0, "must be a whole number"),
        ("chance.pairs", 1, "pairs = 1 must be a whole number from 2"),
        ("assumptions.news", {"value": 1.5, "source": "s"}, "a number from 0 to 1"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_in_one_line(name, value, said):
    with pytest.raises(ProgrammeError, match=said) as caught:
        changed({name: value})
    assert "\n" not in str(caught.value)


def test_the_pull_of_rescues_needs_news_a_source_and_provinces_that_are_one_circle():
    name, news = "assumptions.free_pull", {"assumptions.news": "sourced"}
    with pytest.raises(ProgrammeError, match="free_pull: no source has a figure; it is 'off' or"):
        changed({name: "sourced"} | news)
    with pytest.raises(ProgrammeError, match="free_pull is of those who heard of a rescue: set n"):
        changed({name: OWN})
    with pytest.raises(ProgrammeError, match="must be a number from 0 to 20"):
        changed({name: {"value": -1, "source": "a test"}} | news)
    own = {name: OWN} | news
    with pytest.raises(ProgrammeError, match="free_pull is not computed with news_circles = 3"):
        prepared(tomllib.loads(TEMPLATE), {"news_circles": 3}, own, "north_korea")
    assert changed(own).on("free_pull")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("parameters.return_rte", 0.1, "did you mean return_rate"),
        ("parameters.memory_weeks", {"between": [1, 2], "source": "s"}, "one value only"),
        ("parameters.return_rate", 99.0, "return_rate"),
        ("parameters.journey", "off", "nobody is followed"),
    ],
)
def test_parameters_are_checked_too(name, value, said):
    with pytest.raises((ParameterError, ProgrammeError), match=said):
        prepared(tomllib.loads(TEMPLATE), None, {name: value}, "north_korea")


@pytest.mark.parametrize("table", ["programme", "costs"])
def test_what_is_missing_is_named(table):
    said = copy.deepcopy(tomllib.loads(TEMPLATE))
    del said[table]
    with pytest.raises(ProgrammeError, match=rf"\[{table}\] needs"):
        read_scenario(said, LAND, PUBLISHED)


def test_funds_cost_and_share_make_the_rescues():
    found = read()
    at = values(found)
    plan, spent, planned = planned_rescues(found, at, LAND.years)
    a_year = 500_000 * at["costs.share_to_rescues"] / at["costs.per_rescue_usd"]
    assert planned == pytest.approx(5 * a_year)
    assert spent == 2_500_000
    assert plan.rescues.sum() == pytest.approx(planned)
    assert plan.failure == pytest.approx(0.025)


def test_rescues_in_place_of_funds_cost_what_they_cost():
    said = tomllib.loads(TEMPLATE)
    del said["programme"]["funds_usd"]
    said["programme"]["rescues"] = 100
    found = read_scenario(said, LAND, PUBLISHED)
    at = values(found)
    _, spent, planned = planned_rescues(found, at, LAND.years)
    assert planned == 500
    assert spent == pytest.approx(500 * at["costs.per_rescue_usd"] / at["costs.share_to_rescues"])


def test_costs_that_grow_give_less_for_each_further_sum():
    own = {"value": 0.5, "source": "a test"}
    people = []
    for funds in (0, 500_000, 1_000_000, 2_000_000):
        found = read(assumptions__cost_growth=own, programme__funds_usd=funds)
        people.append(planned_rescues(found, values(found), LAND.years)[2])
    assert people[0] == 0
    assert people[1] < people[2] < people[3]
    assert people[2] / people[1] == pytest.approx(2 ** (1 / 1.5))
    found = read(assumptions__cost_growth=own)
    assert found.stated.numbers["cost_growth.reference"] == 326  # rescues of one group in 2018
    at = values(found)
    a_year = planned_rescues(found, at, LAND.years)[2] / 5
    cost = at["costs.per_rescue_usd"] * (a_year / 326) ** 0.5
    assert a_year * cost == pytest.approx(500_000 * at["costs.share_to_rescues"])


def test_closures_lose_rescues_and_not_funds():
    own = {"value": 0.9, "years": "2010-2011", "source": "a test"}
    found = read(assumptions__closures=own)
    plan, spent, planned = planned_rescues(found, values(found), LAND.years)
    assert spent == 2_500_000
    assert plan.rescues.sum() == pytest.approx(planned * (3 + 2 * 0.1) / 5)
    assert plan.lost.sum() == pytest.approx(1.8)


def test_a_sourced_range_of_nothing_known_is_refused():
    own = dataclasses.replace(PUBLISHED, ranges={"othergroups": PUBLISHED.ranges["other_groups"]})
    with pytest.raises(ProgrammeError, match=r"assumptions.csv .* did you mean other_groups"):
        changed({}, own)


def test_sourced_ranges_are_those_of_the_file():
    found = read(assumptions__other_groups="sourced")
    own = {one.name: one for one in found.inputs}
    groups, failure = own["assumptions.other_groups"], own["assumptions.mission_failure"]
    assert (groups.low, groups.high, groups.mark) == (0.26, 1, "sourced, F")
    assert (failure.low, failure.high) == (0, 0.05)
    assert "95 %" not in groups.source
    assert groups.source


def test_years_after_the_law_s_can_be_named_where_the_country_has_data_of_them():
    assert read(programme__years="2018-2019").years == (2018, 2019)
    assert read(programme__years=2018).years == (2018, 2018)
    assert read(assumptions__closures="sourced").stated.closures == (2020, 2022)
    alone = dataclasses.replace(PUBLISHED, later=None)
    with pytest.raises(ProgrammeError, match=r"years with data, 1992 to 2014 \(years.csv\)"):
        changed({"programme.years": "2018-2019"}, alone)
    with pytest.raises(ProgrammeError, match="no source has a figure"):
        changed({"assumptions.crossings_after": "sourced"}, alone)


def test_the_journey_of_later_years_begins_with_that_of_the_law():
    later = PUBLISHED.later
    assert later.years == tuple(range(2015, 2026))
    whole, own = later.journey, LAND.journey
    assert whole.years.tolist() == [*LAND.years, *later.years]
    for name in ("by_year", "months_held", "destinations", "other_ways"):
        assert np.array_equal(getattr(whole, name)[..., : len(LAND.years)], getattr(own, name))
    assert later.arrivals[2019].total == 1047
    assert all(one.mark and one.source for one in later.arrivals.values())


def test_a_discount_is_of_funds_too():
    found = read(programme__discount=0.05, programme__years="2010-2011")
    plan, spent, planned = planned_rescues(found, values(found), LAND.years)
    days = 1.05 ** -(np.arange(104) / 52)
    assert spent == pytest.approx(500_000 * days.sum() / 52)
    assert planned == pytest.approx(2 * plan.rescues.max())  # people are not discounted


def test_regions_are_not_ignored_where_only_one_is_computed():
    with pytest.raises(ProgrammeError, match="regions are for the command"):
        read_scenario({**tomllib.loads(TEMPLATE), "regions": ["free"]}, LAND, PUBLISHED)
