"""The pull of rescues that home heard of: off to the byte, both engines, and its limits."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import scipy.stats
from scipy.special import logit

from defection import DefectionModel
from defection.batch_runs import run_ensemble
from defection.batch_runs.ensemble import run_rescued
from defection.batch_runs.inputs import EnsembleError
from defection.country import load
from defection.journey.rescues import Rescue
from defection.measures import FLOWS, STATES
from defection.streams import Streams
from tests.conftest import tiny_with_journey
from tests.model.journey.test_news import KNOWN, QUICK, RECORD, STUBBORN, random_points, same

WEEKS = 104
POINT = {**KNOWN, **QUICK, "news_of_arrivals": 0.6, "memory_weeks": 8}


@pytest.fixture(scope="module")
def land(tmp_path_factory):
    return load(tiny_with_journey(tmp_path_factory.mktemp("land") / "land"))


def rescue_of(land, pull, each=2.0, failure=0.1, weeks=WEEKS):
    """Return rescues of so many people in each week, with a pull."""
    cells = np.ones(4 * len(land.provinces))
    return Rescue(np.full(weeks, each), cells, failure, pull=pull)


def rescued(land, pull, point=POINT, seeds=(1, 2), **more):
    how = {"country": land, "record": [*RECORD, "journey"], "weeks": WEEKS}
    return run_rescued(point, list(seeds), rescue_of(land, pull, **more), **how)


def by_agents(land, point, seed, rescue):
    model = DefectionModel(country=land, seed=seed, weeks=len(rescue.wanted), **point)
    model.journey.rescue_by(rescue, len(land.provinces))
    return model.run()


def test_no_pull_is_the_run_without_one_and_k_of_nothing_lets_it_change_nothing(land):
    plain, pulled = (rescued(land, pull) for pull in (0.0, 3.0))
    without = Rescue(np.full(WEEKS, 2.0), np.ones(4 * len(land.provinces)), 0.1)
    how = {"country": land, "record": [*RECORD, "journey"], "weeks": WEEKS}
    assert same(plain, run_rescued(POINT, [1, 2], without, **how))
    assert not same(plain, pulled)
    deaf = {**POINT, "observation_probability": 0.0}
    assert same(rescued(land, 0.0, deaf), rescued(land, 3.0, deaf))
    nobody = rescued(land, 3.0, each=0.0)
    assert same(nobody, rescued(land, 0.0, each=0.0))
    assert not same(plain, nobody)
    lost = {"failure": 1.0}  # nobody arrives who could be heard of as rescued
    assert same(rescued(land, 3.0, **lost), rescued(land, 0.0, **lost))


def test_a_larger_pull_brings_not_fewer_attempts_until_what_is_heard_differs(land):
    """With the same random numbers, week by week: until attempts differ, all else is the same."""
    runs = [rescued(land, pull, seeds=range(20)) for pull in (0.0, 0.2, 1.0, 5.0)]
    weekly = [run["weekly_attempts_by_province"].to_numpy().astype(int) for run in runs]
    compared = 0
    for less, more in itertools.pairwise(weekly):
        for run in range(20):
            parts = np.flatnonzero((less[run] != more[run]).any(axis=1))
            if parts.size:
                assert (more[run, parts[0]] >= less[run, parts[0]]).all()
                compared += 1
    assert compared > 20


def test_where_nothing_else_is_learned_a_larger_pull_brings_more_attempts(land):
    point = {**STUBBORN, "initial_repression": 0.7, "news_of_arrivals": 0.5}
    totals = [
        int(rescued(land, pull, point, seeds=range(5))["weekly_attempts_by_province"].sum())
        for pull in (0.0, 0.5, 1.0, 2.0)
    ]
    assert totals == sorted(set(totals))
    assert totals[-1] > 1.05 * totals[0]


def test_the_engines_agree_to_the_bit(land):
    changed = 0
    for number, (point, seed) in enumerate(random_points(land, 70, 5)):
        own = {**point.as_dict(), "news_circles": 1, "news_of_arrivals": 0.7}
        rescue = rescue_of(land, (0.5, 4.0)[number % 2], failure=0.2, weeks=land.weeks)
        rescue = rescue._replace(order=(-1, 0, 1)[number % 3])
        how = {"country": land, "record": RECORD}
        data = run_rescued(own, seed, rescue, **how)
        model = by_agents(land, own, seed, rescue)
        weeks = model.week
        for name in FLOWS:
            kept = data[f"weekly_{name}_by_province"].to_numpy()[0, :weeks]
            assert (kept == model.history.flows[name][:weeks]).all(), (number, name)
        for name in STATES:
            kept = data[f"weekly_{name}_by_province"].to_numpy()[0, :weeks]
            assert kept.tobytes() == model.history.states[name][:weeks].tobytes(), (number, name)
        taken = data["weekly_taken_by_province"].to_numpy()[0, :weeks]
        assert np.array_equal(taken, model.journey.taken[:weeks])
        plain = run_rescued(own, seed, rescue._replace(pull=0.0), **how)
        changed += not same(plain, data)
    assert changed > 5


def test_it_is_added_to_the_log_odds_of_ability_where_a_rescue_is_remembered(land):
    """By hand: who hears of what by SciPy, and ability by the logistic function."""
    rescue, point, checked = rescue_of(land, 1.5, failure=0.0), {**POINT, "memory_weeks": 5}, 0
    model = DefectionModel(country=land, seed=3, weeks=60, **point)
    model.journey.rescue_by(rescue, len(land.provinces))
    streams, known = Streams(3), np.zeros((60, len(land.provinces)))
    for week in range(60):
        model.step()
        u = streams.draw("hear_news_successes", len(land.provinces))
        thinned = streams.draw("hear_rescues", len(land.provinces))
        for here, province in enumerate(model.provinces):
            mean = model.state["news_successes"][here]
            heard = max(0, scipy.stats.poisson.ppf(u[here], 0.3 * mean))
            share = 0.6 * model.journey.taken[week, here] / mean if mean else 0.0
            known[week, here] = max(0, scipy.stats.binom.ppf(thinned[here], heard, share))
            assert model.journey.rescue.known[week, here] == known[week, here]
            remembers = bool(known[max(0, week - 5) : week, here].any())
            assert province.pull == 1.5 * remembers
            checked += remembers
    assert 20 < checked < 60 * len(land.provinces)
    plain = DefectionModel(country=land, seed=3, weeks=60, **point).run()
    for with_pull, without in zip(model.citizens, plain.citizens, strict=True):
        pull = with_pull.province.pull
        assert logit(with_pull.ability) == pytest.approx(logit(without.ability) + pull)
        assert (with_pull.utility > without.utility) == (pull > 0)
        assert with_pull.motivation == without.motivation
    assert {province.pull for province in model.provinces} == {0.0, 1.5}


def test_hearing_and_memory_that_change_later_hold_for_rescues_in_both_engines(land):
    dated = "week 20 memory_weeks=3; week 40 hearing=nationwide; week 60 news_of_arrivals=0"
    own, rescue = {**POINT, "interventions": dated}, rescue_of(land, 2.0)
    data = run_rescued(own, 4, rescue, country=land, record=RECORD, weeks=WEEKS)
    model = by_agents(land, own, 4, rescue)
    for name in FLOWS:
        kept = data[f"weekly_{name}_by_province"].to_numpy()[0]
        assert (kept == model.history.flows[name]).all(), name
    assert not model.journey.rescue.known[60:].any()
    assert model.journey.rescue.known[:60].any()
    assert not model.state["pull"].any()


@pytest.mark.parametrize(
    ("point", "pull", "said"),
    [
        ({**POINT, "news_of_arrivals": 0.0}, 1.0, "pull = 1: nobody at home hears of a rescue"),
        ({**POINT, "news_circles": 3}, 1.0, "pull = 1 is not computed with news_circles = 3"),
        ({**POINT, "journey": "off", "news_of_arrivals": 0.0, **dict.fromkeys(QUICK)}, 1.0, ""),
        (POINT, -1.0, "pull must be numbers from 0 to 20"),
        (POINT, float("nan"), "pull must be numbers from 0 to 20"),
    ],
)
def test_a_pull_that_nobody_could_feel_is_refused(land, point, pull, said):
    point = {name: value for name, value in point.items() if value is not None}
    with pytest.raises((EnsembleError, ValueError), match=said or "journey = off: nobody is in C"):
        rescued(land, pull, point)
    assert run_ensemble({"journey": "on"}, 1, country=land, weeks=4).sizes["run"] == 1
