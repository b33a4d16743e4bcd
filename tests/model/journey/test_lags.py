"""How long ago: looked up backward, against closed forms, forward passes and individuals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defection.journey.flow import row_of
from defection.journey.lags import (
    Seeking,
    Window,
    by_kind,
    expected_of,
    mean_years,
    share_between,
    weeks_since,
)
from defection.journey.stays import weekly
from defection.measures import WEEKS_PER_YEAR
from defection.parameters import JOURNEY_PARAMETERS, Parameters
from tests.model.journey import CONSTANT, constant_journey, followed
from tests.model.journey.test_move import drawn_parameters
from tests.model.journey.test_move import weekly as share_of_week

PRESENT, ARRIVING = Seeking(arrivals=False), Seeking()


def since(journey, values, crossed, window, seeking=ARRIVING, stopped=0.0):
    """Return people by weeks since they entered, [weeks + 1]."""
    p = Parameters(**values)
    repression = np.full((len(crossed), journey.gender.size // 2), stopped)
    entered = by_kind(crossed, p.exposed_share)
    if not seeking.returns:
        entered = weekly(journey, row_of(p), crossed, repression).entered
    return weeks_since(journey, row_of(p), entered, repression, window, seeking).sum(axis=1)


def crossing(years, weeks):
    """Return crossings of two groups of one person each in the first so many weeks."""
    crossed = np.zeros((years * WEEKS_PER_YEAR, 2))
    crossed[:weeks] = 1.0
    return crossed


def onward(rate, **others):
    same = {"onward_early": rate, "onward_late": rate, "return_rate": 0.0}
    return {**CONSTANT, **same, **others}


@pytest.mark.parametrize(("rate", "settle"), [(0.12, 0.0), (0.05, 0.04)])
def test_lags_of_competing_risks_are_exponential(rate, settle):
    years, both = 12, rate + settle
    values = onward(rate, settle_rate=settle)
    lags = since(constant_journey(years), values, crossing(years, 1), Window(0, 52 * years - 1))
    reached = years - 1 / WEEKS_PER_YEAR  # since the end of the first week
    arrived = 1 - math.exp(-both * reached)
    assert lags.sum() / 2 == pytest.approx(rate / both * arrived, rel=1e-12)
    for start, end in ((0.0, 1.0), (1.0, 2.0), (5.0, math.inf)):
        expected = math.exp(-both * start) - math.exp(-both * min(end, reached))
        found = share_between(lags, (start, end), arrivals=True)
        assert found == pytest.approx(expected / arrived, rel=1e-9)
    mean = 1 / both - reached * (1 - arrived) / arrived
    assert mean_years(lags) == pytest.approx(mean, rel=1e-6)


def test_the_mean_lag_of_those_who_were_returned_adds_what_each_return_takes():
    """Each stay ends with a return or not; returned, held and trying take time of their own."""
    years, rates = 40, {"return_rate": 2.0, "again_share": 0.8, "again_rate": 4.0}
    journey = constant_journey(years, months_held=2.0)
    lags = since(journey, onward(3.0, **rates), crossing(years, 1), Window(0, 52 * years - 1))
    stay, held, home = (1 / share_of_week(rate) for rate in (5.0, 12 / 2.0, 4.0))
    again = 0.8 * 2.0 / 5.0
    weeks = stay + again / (1 - again) * (stay + held + home)
    assert mean_years(lags) * WEEKS_PER_YEAR == pytest.approx(weeks - 0.5, rel=1e-9)


def test_stays_under_steady_crossings_are_exponential():
    years, rates = 60, {"settle_rate": 0.3}
    journey, window = constant_journey(years), Window(52 * years - 26, 52 * years - 1)
    stays = since(journey, onward(0.2, **rates), crossing(years, None), window, PRESENT)
    assert stays.sum() / 2 == pytest.approx(26 / share_of_week(0.5), rel=1e-9)
    for start, end in ((0.0, 1.0), (2.0, 3.0), (3.0, math.inf)):
        expected = math.exp(-0.5 * start) - math.exp(-0.5 * end)
        assert share_between(stays, (start, end), arrivals=False) == pytest.approx(expected)


def test_stays_since_the_last_entry_are_shorter_and_exponential_too():
    years, rates = 60, {"return_rate": 0.6, "again_share": 0.9, "again_rate": 4.0}
    journey, window = constant_journey(years), Window(52 * years - 1, 52 * years - 1)
    args = journey, onward(0.4, **rates), crossing(years, None), window
    last = since(*args, Seeking(arrivals=False, returns=False, visits=False))
    first = since(*args, PRESENT)
    assert last.sum() == pytest.approx(first.sum(), rel=1e-9)
    assert share_between(last, (3, math.inf), arrivals=False) == pytest.approx(math.exp(-3.0))
    assert share_between(first, (3, math.inf), arrivals=False) > 1.5 * math.exp(-3.0)


def test_who_never_went_home_by_choice_left_no_other_way():
    years, visit, rate, again = 60, 0.5, 1.5, 0.9
    journey, window = constant_journey(years), Window(52 * years - 4, 52 * years - 1)
    p = Parameters(**onward(rate, visit_rate=visit, again_share=again))
    repression, entered = np.zeros((52 * years, 1)), by_kind(crossing(years, None), 0.0)
    never, everyone = (
        (expected_of(journey, row_of(p), repression, window, one) * entered).sum()
        for one in (Seeking(arrivals=False, visits=False), PRESENT)
    )
    assert 1 - never / everyone == pytest.approx(again * visit / (rate + visit), rel=1e-9)


@settings(max_examples=40)
@given(
    drawn_parameters(),
    st.integers(0, 2**32),
    st.integers(0, 155),
    st.integers(0, 155),
    st.sampled_from([1, 4, 13, 156]),
)
def test_looking_back_finds_whom_following_finds(values, seed, one, other, step):
    """Arrivals and presence of any weeks, since the first entry or the last, are the same people."""
    journey, rng = constant_journey(3, provinces=2, months_held=4.0), np.random.default_rng(seed)
    values = {name: JOURNEY_PARAMETERS[name].checked(value) for name, value in values.items()}
    p = Parameters(**values)
    crossed, repression = rng.poisson(3.0, (156, 4)).astype(float), rng.uniform(0, 1, (156, 2))
    window = Window(min(one, other), max(one, other), step)
    weeks = slice(window.first, window.last + 1)
    run, first = weekly(journey, row_of(p), crossed, repression), by_kind(crossed, p.exposed_share)
    flows, _, _ = followed(journey, values, crossed.astype(np.int32), repression)
    years = run.arrivals.reshape(3, 52, 4).sum(axis=1)
    np.testing.assert_allclose(years, flows[:, 3], rtol=1e-9, atol=1e-9)
    present = run.in_china[weeks].sum(axis=(0, 1, 2))
    found = [
        (run.arrivals[weeks].sum(axis=0), first, ARRIVING),
        (present, first, PRESENT),
        (run.arrivals[weeks].sum(axis=0), run.entered, Seeking(True, False, False)),
        (present, run.entered, Seeking(False, False, False)),
    ]
    for people, entered, seeking in found:
        backward = weeks_since(journey, row_of(p), entered, repression, window, seeking)
        np.testing.assert_allclose(backward.sum(axis=0), people, rtol=1e-6, atol=1e-6)
    for people, _, seeking in found[:2]:
        expected = expected_of(journey, row_of(p), repression, window, seeking)
        np.testing.assert_allclose(
            (expected * first).sum(axis=(0, 1)), people, rtol=1e-9, atol=1e-9
        )


@pytest.mark.parametrize("seeking", [ARRIVING, PRESENT])
def test_parts_of_a_quarter_say_nearly_what_weeks_say(seeking):
    journey, crossed = constant_journey(8), np.zeros((416, 2))
    crossed[:, :] = np.exp(-(((np.arange(416) - 120) / 30.0) ** 2))[:, None]
    values = onward(0.4, return_rate=0.3, again_rate=2.0)
    weeks, quarters = (
        since(journey, values, crossed, Window(312, 363, step), seeking) for step in (1, 13)
    )
    assert mean_years(quarters) == pytest.approx(mean_years(weeks), abs=0.01)
    for years in ((2.0, 3.0), (3.0, 4.0), (4.0, 5.0)):
        shares = [share_between(lag, years, arrivals=seeking.arrivals) for lag in (weeks, quarters)]
        assert shares[0] == pytest.approx(shares[1], abs=0.01)


def test_nobody_has_no_share_and_no_mean():
    assert math.isnan(share_between(np.zeros(9), (0.0, 1.0), arrivals=True))
    assert math.isnan(mean_years(np.zeros(9)))


INDIVIDUALS = 40_000


def test_individuals_who_are_drawn_one_by_one_have_the_same_history():
    """Everyone is drawn on their own by the chances of a week; shares within 5 standard errors."""
    years, stopped, rng = 4, 0.3, np.random.default_rng(5)
    values = onward(
        0.6, return_rate=0.5, exposed_share=0.3, exposed_risk=6.0, visit_rate=0.4, again_share=0.8,
        again_rate=5.0,
    )  # fmt: skip
    p, journey = Parameters(**values), constant_journey(years, months_held=3.0)
    weeks = 52 * years
    entry = np.sort(rng.integers(0, 130, INDIVIDUALS))
    exposed = rng.random(INDIVIDUALS) < p.exposed_share
    hidden = p.return_rate / (1 - p.exposed_share + p.exposed_share * p.exposed_risk)
    back = np.where(exposed, hidden * p.exposed_risk, hidden)
    total = p.onward_early + back + p.visit_rate
    leave, tries = -np.expm1(-total / 52), share_of_week(p.again_rate)
    release = share_of_week(12 / 3.0)
    place = np.full(INDIVIDUALS, "outside")
    last, returned, visited = entry.copy(), np.zeros(INDIVIDUALS, int), np.zeros(INDIVIDUALS, bool)
    arrived, arrived_since_last = np.full(INDIVIDUALS, -1), np.zeros(INDIVIDUALS, int)
    for week in range(weeks):
        (u, v), before = rng.random((2, INDIVIDUALS)), place.copy()
        comes_home = (before == "held") & (u < release)
        china = (before == "china") & (u < leave)
        goes = china & (v < p.onward_early / total)
        visits = china & (v > 1 - p.visit_rate / total)
        place[goes], arrived[goes], arrived_since_last[goes] = "south", week, week - last[goes]
        place[china & ~goes & ~visits] = "held"
        returned[china & ~goes & ~visits] += 1
        visited[visits] = True
        willing = rng.random(INDIVIDUALS) < p.again_share
        place[(comes_home | visits) & willing] = "home"
        place[(comes_home | visits) & ~willing] = "stays"
        attempt = (before == "home") & (u < tries)
        place[attempt], last[attempt & (v >= stopped)] = "held", week
        place[attempt & (v >= stopped)] = "china"
        place[entry == week] = "china"
    crossed = np.zeros((weeks, 2))
    crossed[:, 0] = np.bincount(entry, minlength=weeks)
    end, window = Window(weeks - 1, weeks - 1), Window(100, weeks - 1)
    here = place == "china"

    def near(found, happened):
        error = math.sqrt(found * (1 - found) / happened.size)
        assert happened.mean() == pytest.approx(found, abs=5 * error)

    both = Seeking(False, False, False), Seeking(True, False, False)
    stays = [since(journey, values, crossed, end, one, stopped) for one in (PRESENT, both[0])]
    lags = [since(journey, values, crossed, window, one, stopped) for one in (ARRIVING, both[1])]
    near(stays[0].sum() / INDIVIDUALS, here)
    mine = arrived >= 100
    near(lags[0].sum() / INDIVIDUALS, mine)
    for stay, start in zip(stays, (entry, last), strict=True):
        for years_ago in ((0, 1), (2, math.inf)):
            ago = (weeks - 1 - start[here]) / 52
            inside = (ago >= years_ago[0]) & (ago < years_ago[1])
            near(share_between(stay, years_ago, arrivals=False), inside)
    for lag, took in zip(lags, (arrived - entry, arrived_since_last), strict=True):
        for between in ((0, 1), (1, 2)):
            inside = (took[mine] > 52 * between[0]) & (took[mine] <= 52 * between[1])
            near(share_between(lag, between, arrivals=True), inside)
    repression = np.full((weeks, 1), stopped)
    run = weekly(journey, row_of(p), crossed, repression)
    times = run.in_china[-1].sum(axis=(0, 2))
    for count in (1, 2):
        near(times[count] / times.sum(), returned[here] == count)
    near(times[3] / times.sum(), returned[here] >= 3)
    never = expected_of(journey, row_of(p), repression, end, Seeking(False, True, False))
    stayed = (never * by_kind(crossed, p.exposed_share)).sum()
    near(1 - stayed / times.sum(), visited[here])
