"""The journey as a flow: closed forms, a matrix that SciPy multiplies, conservation, linearity."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.linalg
from hypothesis import given, settings
from hypothesis import strategies as st

from defection.country import load
from defection.journey import cells, rates
from defection.journey.flow import follow
from defection.measures import WEEKS_PER_YEAR
from defection.parameters import JOURNEY_PARAMETERS, Parameters
from tests.model.journey import CONSTANT, at_once, constant_journey, followed

FLOW = {name: number for number, name in enumerate(cells.FLOWS)}


def weekly(*hazards):
    return -math.expm1(-sum(hazards) / WEEKS_PER_YEAR)


def test_who_neither_returns_nor_settles_stays_for_an_exponential_time():
    journey = constant_journey(3)
    _, stocks, _ = followed(journey, {**CONSTANT, "return_rate": 0.0}, at_once(journey))
    weeks = np.arange(1, 4) * WEEKS_PER_YEAR - 1  # the first week ends with the crossing
    expected = 1000 * np.exp(-0.1 * weeks / WEEKS_PER_YEAR)
    assert stocks[:, 0, 0] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("onward", "back", "again"), [(0.1, 0.3, 0.7), (1.0, 0.2, 0.5), (0.5, 3.0, 1.0)]
)
def test_of_those_who_cross_the_share_o_over_o_and_h_times_one_less_rho_arrives(
    onward, back, again
):
    journey = constant_journey(400)
    rates = {"onward_early": onward, "onward_late": onward, "return_rate": back}
    flows, _, _ = followed(journey, {**CONSTANT, **rates, "again_share": again}, at_once(journey))
    arrived = flows[:, FLOW["arrivals"]].sum() / 2000
    assert arrived == pytest.approx(onward / (onward + back * (1 - again)), abs=1e-6)


def test_returns_are_geometric():
    journey = constant_journey(400)
    flows, _, _ = followed(journey, {**CONSTANT, "again_share": 0.7}, at_once(journey))
    each_time = 0.3 / (0.1 + 0.3)  # of a stay in China ends with a return
    returns = flows[:, FLOW["returned"]].sum() / 2000
    assert returns == pytest.approx(each_time / (1 - 0.7 * each_time), abs=1e-6)
    stayed = flows[:, FLOW["stayed_home"]].sum() / 2000
    assert stayed == pytest.approx(returns * (1 - 0.7), abs=1e-6)


def test_how_often_those_in_china_have_been_returned_is_geometric():
    """Where as many cross every week the stocks stand as 1 : rho q : (rho q)^2 : the rest."""
    journey = constant_journey(300)
    crossed = np.full((300 * WEEKS_PER_YEAR, 2), 10, np.int32)
    _, _, travellers = followed(journey, CONSTANT, crossed)
    again = 0.7 * 0.3 / (0.1 + 0.3)
    stocks = by_group(travellers, journey)[cells.IN_CHINA, 0, cells.HIDDEN, :, 0]
    expected = [1, again, again**2, again**3 / (1 - again)]
    assert stocks / stocks[0] == pytest.approx(expected, rel=1e-6)


def test_work_speeds_onward_by_the_mean_of_those_who_work_and_those_who_do_not():
    """A hazard that is m times as high for a share s is 1 + s (m - 1) times as high for all; 1 is off."""
    journey = constant_journey(20)
    crossed = at_once(journey)
    as_it_is, off = (followed(journey, {**CONSTANT, **more}, crossed)[0]
                     for more in ({}, {"work_speeds_onward": 1.0}))  # fmt: skip
    assert np.array_equal(as_it_is, off)
    fast = followed(journey, {**CONSTANT, "work_speeds_onward": 4.0}, crossed)[0]
    mean = 0.1 * (1.0 + rates.WORKING * 3.0)
    same = {**CONSTANT, "onward_early": mean, "onward_late": mean}
    assert fast == pytest.approx(followed(journey, same, crossed)[0], rel=1e-12)
    assert fast.sum() != pytest.approx(as_it_is.sum(), rel=1e-3)


def by_group(travellers, journey):
    """Return people by block, province, kind, returns and group, [BLOCKS, P, 2, times, size]."""
    return travellers.people.reshape(len(cells.BLOCKS), -1, 2, journey.times, journey.size)


ENDS = ("stayed_home", "arrivals", "settled", "died")


def matrix(p, release, stopped):
    """Return by hand which share of each cell is in which other a week later.

    Cells are the blocks, in each of them the kinds and the number of returns; last the ends.
    """
    size = 24 + len(ENDS)
    hidden = p.return_rate / (1 - p.exposed_share + p.exposed_share * p.exposed_risk)
    step = np.eye(size)
    home_for_good, south, settled, died = range(24, size)
    tries = weekly(p.again_rate)
    for kind, returning in enumerate((hidden, hidden * p.exposed_risk)):
        hazards = {
            south: p.onward_early, "return": returning, "visit": p.visit_rate,
            settled: p.settle_rate, died: p.death_rate,
        }  # fmt: skip
        total = sum(hazards.values())
        for times in range(4):
            china, held, home = (8 * block + 4 * kind + times for block in cells.BLOCKS)
            more = 8 * cells.HELD + 4 * kind + min(times + 1, 3)
            step[china, china] -= weekly(total)
            for to, hazard in hazards.items():
                share = weekly(total) * hazard / total
                if to == "return":
                    step[more, china] += share
                elif to == "visit":
                    step[home, china] += share * p.again_share
                    step[home_for_good, china] += share * (1 - p.again_share)
                else:
                    step[to, china] += share
            step[held, held] -= release
            step[home, held] += release * p.again_share
            step[home_for_good, held] += release * (1 - p.again_share)
            step[home, home] -= tries
            step[held, home] += tries * stopped
            step[china, home] += tries * (1 - stopped)
    return step


@pytest.mark.parametrize("times", [1, 4])
def test_a_year_is_the_power_of_the_matrix_of_a_week(times):
    values = {
        **CONSTANT, "exposed_share": 0.3, "exposed_risk": 9.0, "visit_rate": 0.2,
        "settle_rate": 0.05, "death_rate": 0.01, "again_rate": 3.0,
    }  # fmt: skip
    journey = constant_journey(2, months_held=6.0, times=times)
    flows, _, travellers = followed(journey, values, at_once(journey), repression=0.4)
    step = matrix(Parameters(**values), weekly(12 / 6), 0.4)
    assert step.sum(axis=0) == pytest.approx(np.ones(len(step)), abs=1e-15)
    start = np.zeros(len(step))
    start[0], start[4] = 700, 300  # hidden and exposed, never returned
    power = scipy.linalg.fractional_matrix_power(step, 2 * WEEKS_PER_YEAR - 1) @ start
    people = by_group(travellers, journey)[:, 0, :, :, 0]
    expected = power[:24].reshape(3, 2, 4)
    if times == 1:
        people, expected = people[..., 0], expected.sum(axis=2)
    assert people == pytest.approx(expected, rel=1e-10, abs=1e-10)
    ended = flows[:, [FLOW[name] for name in ENDS], 0].sum(axis=0)
    assert ended == pytest.approx(power[24:], rel=1e-10, abs=1e-10)


def drawn_parameters():
    within = {
        name: st.floats(*p.search) | st.sampled_from((max(p.low, 0.01), min(p.high, 50.0)))
        for name, p in JOURNEY_PARAMETERS.items()
        if p.search and name != "onward_midyear"
    }
    return st.fixed_dictionaries(within)


@settings(max_examples=100)
@given(drawn_parameters(), st.integers(0, 2**32), st.floats(0, 1))
def test_nobody_is_lost_and_twice_the_crossings_are_twice_of_everything(values, seed, repression):
    conserved_and_linear(values, seed, repression)


@pytest.mark.long
@settings(max_examples=1000)
@given(drawn_parameters(), st.integers(0, 2**32), st.floats(0, 1))
def test_nobody_is_lost_among_a_thousand_sets_of_parameters(values, seed, repression):
    conserved_and_linear(values, seed, repression)


def conserved_and_linear(values, seed, repression):
    journey = constant_journey(2, provinces=2, months_held=4.0, times=1 + 3 * (seed % 2))
    journey.destinations[:] = np.array([0.9, 0.04, 0.06])[:, None]
    values = {name: JOURNEY_PARAMETERS[name].checked(value) for name, value in values.items()}
    crossed = np.random.default_rng(seed).poisson(3.0, (70, 4)).astype(np.int32)
    flows, stocks, travellers = followed(journey, values, crossed, repression)
    assert (travellers.people >= 0).all()
    assert (stocks >= 0).all()
    assert travellers.people.sum() == pytest.approx(stocks[-1].sum(), rel=1e-12)
    gone = [FLOW[name] for name in (*ENDS, "united_states", "elsewhere")]
    for year in range(2):  # at the end of each everybody is somewhere
        so_far = flows[: year + 1].sum(axis=0)
        by_group = so_far[gone].sum(axis=0) + stocks[year].sum(axis=0)
        np.testing.assert_allclose(by_group, so_far[FLOW["crossed"]], rtol=1e-12, atol=1e-12)
    assert flows[:, FLOW["crossed"]].sum() == crossed.sum()
    double_flows, double_stocks, _ = followed(journey, values, 2 * crossed, repression)
    np.testing.assert_allclose(double_flows, 2 * flows, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(double_stocks, 2 * stocks, rtol=1e-12, atol=1e-12)


def test_those_who_come_by_other_ways_arrive_and_were_never_in_china():
    journey = constant_journey(2, other_ways=26.0)
    flows, stocks, _ = followed(journey, CONSTANT, at_once(journey, 0))
    assert flows[:, FLOW["arrivals"]] == pytest.approx(np.full((2, 2), 26.0))
    assert (flows[:, FLOW["other_ways"]] == flows[:, FLOW["arrivals"]]).all()
    assert not stocks.any()


def test_ages_change_nothing_but_the_table():
    korea = load("north_korea")
    crossed = np.random.default_rng(1).poisson(0.01, (520, korea.category_count)).astype(np.int32)
    repression = np.random.default_rng(2).uniform(0.5, 1, (520, len(korea.provinces)))
    plain, _ = follow(korea, Parameters(), crossed, repression)
    finer, _ = follow(korea, Parameters(), crossed, repression, ("gender", "age"))
    assert finer.yearly().to_numpy() == pytest.approx(plain.yearly().to_numpy(), rel=1e-9)
    table = finer.table()
    assert list(table.columns[:4]) == ["year", "province", "gender", "age"]
    assert table["crossed"].sum() == crossed.sum()
