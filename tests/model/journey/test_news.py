"""What home hears of those who crossed: by hand, off to the byte, both engines, and its limits."""

from __future__ import annotations

import math
import tomllib

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from defection import DefectionModel, ParameterError, Parameters
from defection.batch_runs import run_ensemble, run_sweep
from defection.batch_runs.ensemble import run_rescued
from defection.batch_runs.errors import ResultsError
from defection.batch_runs.follow import follow_runs
from defection.batch_runs.inputs import EnsembleError
from defection.batch_runs.programme.effects import CrossedRun, Plan, follow_rescues
from defection.batch_runs.programme.inputs import ProgrammeError
from defection.batch_runs.programme.prepare import prepared
from defection.batch_runs.programme.template import TEMPLATE
from defection.circles import NEWS
from defection.country import load
from defection.journey.cells import (
    F_ARRIVALS,
    F_CROSSED_AGAIN,
    F_RETURNED,
    F_TRIED_AGAIN,
    FLOWS,
    STOCKS,
)
from defection.journey.parameters import FEEDBACK
from defection.journey.rescues import Rescue
from defection.measures import FLOWS as LAW_FLOWS
from defection.measures import STATES
from defection.parameters import JOURNEY_PARAMETERS
from defection.streams import Streams
from tests import drawn
from tests.conftest import LIVELY, tiny_with_journey

ON = {"second_attempts_are_heard": "on", "news_of_arrivals": 0.4}
QUICK = {
    "onward_early": 1.0, "onward_late": 1.0, "return_rate": 1.5, "again_rate": 20.0,
    "exposed_risk": 5.0, "visit_rate": 0.3,
}  # fmt: skip
"""Rates at which much happens beyond the border within a few weeks."""
KNOWN = {**LIVELY, "observation_probability": 0.3}
RECORD = ["weekly_by_province", "states_by_province", "crossings", "journey_by_province"]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tiny_with_journey(tmp_path_factory.mktemp("land") / "land")


@pytest.fixture(scope="module")
def land(place):
    """Return the tiny country with the journey of North Korea."""
    return load(place)


def same(one, other):
    """Whether two ensembles hold the same bytes."""
    return all(one[name].to_numpy().tobytes() == other[name].to_numpy().tobytes() for name in one)


@pytest.mark.parametrize("own", [ON, {"news_of_arrivals": 1.0}, {FEEDBACK[0]: "on"}])
def test_sixty_weeks_by_hand(land, own):
    """Binomial and Poisson numbers by SciPy, of the flows that the journey says it had."""
    point, weeks = {**KNOWN, **QUICK, **own}, 60
    model = DefectionModel(country=land, seed=4, weeks=weeks, **point)
    streams, checked = Streams(4), 0
    for week in range(weeks):
        model.step()
        names = ("hear_stopped", "hear_successes", *NEWS)
        u = [streams.draw(name, len(land.provinces)) for name in names]
        flows = model.journey.latest[0].reshape(len(FLOWS), len(land.provinces), -1).sum(axis=2)
        heard, share = own.get(FEEDBACK[0]) == "on", own.get("news_of_arrivals", 0.0)
        again, tried = flows[F_CROSSED_AGAIN], flows[F_TRIED_AGAIN]
        successes = heard * again + share * flows[F_ARRIVALS]
        stopped = heard * (tried - again) + share * flows[F_RETURNED]
        for here in range(len(land.provinces)):
            known = {name: values[week, here] for name, values in model.history.flows.items()}
            of_first = [
                scipy.stats.binom.ppf(u[n][here], known[name], 0.3)
                for n, name in enumerate(("stopped", "successes"))
            ]
            of_news = [
                scipy.stats.poisson.ppf(u[n][here], 0.3 * mean[here])
                for n, mean in ((2, stopped), (3, successes))
            ]
            mine = [max(0, a) + max(0, b) for a, b in zip(of_first, of_news, strict=True)]
            assert known["known_stopped"] == mine[0]
            assert known["known_attempts"] == sum(mine)
            checked += sum(of_news) > 0
    assert checked > 10
    memory = slice(weeks - 30, weeks)
    for name, prior in (("alpha", 15.0), ("beta", 12.0)):
        stopped = model.history.flows["known_stopped"][memory].sum(axis=0)
        every = model.history.flows["known_attempts"][memory].sum(axis=0)
        counted = stopped if name == "alpha" else every - stopped
        assert model.state[f"belief_{name}"] == pytest.approx(prior + counted)


def test_off_is_the_run_without_them_to_the_byte_and_k_of_nothing_lets_news_change_nothing(land):
    how = {"seeds": [1, 2], "country": land, "record": RECORD, "weeks": 104}
    off = {FEEDBACK[0]: "off", "news_of_arrivals": 0.0}
    for base in (KNOWN, {**KNOWN, "news_circles": 3}):
        point = {**base, **QUICK}
        plain = run_ensemble({**point, "journey": "on"}, **how)
        assert same(plain, run_ensemble({**point, **off}, **how))
        heard = run_ensemble({**point, **ON}, **how)
        assert not same(plain, heard)
        law = [name for name in plain if "weekly_attempts" in name]
        assert (plain[law[0]] != heard[law[0]]).any()
        deaf = {**point, "observation_probability": 0.0}
        plain, news = (run_ensemble({**deaf, **one}, **how) for one in ({"journey": "on"}, ON))
        assert same(plain, news)
        assert not news["weekly_known_attempts_by_province"].any()


def random_points(land, count, seed):
    """Return parameters of the law and the journey, with dated changes of what is heard of."""
    rng, made = np.random.default_rng(seed), []
    for number, (law, run_seed) in enumerate(drawn.runs(count, seed, land, LIVELY)):
        way = {name: p for name, p in JOURNEY_PARAMETERS.items() if p.search}
        point = {name: float(rng.uniform(*p.search)) for name, p in way.items()}
        point |= {FEEDBACK[0]: str(rng.choice(["off", "on"]))}
        point |= {"news_of_arrivals": float(rng.choice([0.0, rng.uniform(), 1.0]))}
        point |= {"again_rate": float(rng.uniform(2, 50)), "onward_early": float(rng.uniform(0, 3))}
        values = {**law.as_dict(), **point, "journey": "on"}
        if number % 3 == 0:
            week = int(rng.integers(1, 60))
            dated = f"week {week} news_of_arrivals=0.5; week {week + 9} {FEEDBACK[0]}=on"
            before = values["interventions"]
            values["interventions"] = dated if before == "none" else f"{before}; {dated}"
        made.append((Parameters(**values), run_seed))
    return made


def test_the_engines_agree_to_the_bit(land):
    pairs = random_points(land, 60, 3)
    points, seeds = zip(*pairs, strict=True)
    data = run_ensemble(list(points), list(seeds), country=land, record=RECORD)
    heard = 0
    for run, (point, seed) in enumerate(pairs):
        model = DefectionModel(country=land, seed=seed, **point.as_dict()).run()
        weeks = model.week
        for name in LAW_FLOWS:
            kept = data[f"weekly_{name}_by_province"].to_numpy()[run, :weeks]
            assert (kept == model.history.flows[name][:weeks]).all(), (run, name)
        for name in STATES:
            kept = data[f"weekly_{name}_by_province"].to_numpy()[run, :weeks]
            assert kept.tobytes() == model.history.states[name][:weeks].tobytes(), (run, name)
        record, known = model.journey.record, model.history.flows
        for names, values in ((FLOWS, record.flows), (STOCKS, record.stocks)):
            shape = len(values), len(names), len(land.provinces), -1
            by_province = values.reshape(shape).sum(axis=3)
            for number, name in enumerate(names):
                kept = data[f"yearly_{name}_by_province"].to_numpy()[run, : len(values)]
                assert np.array_equal(kept, by_province[:, number]), (run, name)
        heard += (known["known_attempts"] > known["attempts"]).any()
    assert heard > 5


@settings(max_examples=20)
@given(st.integers(0, 2**32), st.floats(0, 1), st.sampled_from(["off", "on"]))
def test_nobody_is_lost_whatever_is_heard_of(land, seed, share, heard):
    point = {**KNOWN, **QUICK, "news_of_arrivals": share, FEEDBACK[0]: heard}
    data = run_ensemble(point, seed, country=land, record=[*RECORD, "journey"], weeks=104)
    yearly = {name: data[f"yearly_{name}"].to_numpy()[0] for name in (*FLOWS, *STOCKS)}
    came = yearly["crossed"].cumsum() + yearly["other_ways"].cumsum()
    ends = ("arrivals", "united_states", "elsewhere", "stayed_home", "settled", "died")
    gone = sum(yearly[name].cumsum() for name in ends)
    np.testing.assert_allclose(gone + sum(yearly[name] for name in STOCKS), came, rtol=1e-9)
    crossed = data["weekly_successes_by_province"].to_numpy().sum()
    assert yearly["crossed"].sum() == pytest.approx(crossed)


STUBBORN = {
    **KNOWN, **QUICK, "memory_weeks": 1, "policy": "stay_free", "observation_probability": 1.0,
    "prior_alpha": 300.0, "prior_beta": 240.0, "utility_intercept": 0.0,
}  # fmt: skip
"""Many leave, everything is heard of, and hardly anything is learned from it."""


def heard_besides(land, **own):
    """Return what is heard of besides first attempts, all of which are: all, and failures."""
    how = {"seeds": range(30), "country": land, "record": RECORD, "weeks": 104}
    data = run_ensemble({**STUBBORN, "initial_repression": 0.7, **own}, **how)
    flows = {name: int(data[f"weekly_{name}_by_province"].sum()) for name in LAW_FLOWS}
    people = {name: float(data[f"yearly_{name}_by_province"].sum()) for name in FLOWS}
    news = flows["known_attempts"] - flows["attempts"], flows["known_stopped"] - flows["stopped"]
    return *news, people


def near(count, mean):
    return abs(count - mean) < 5 * math.sqrt(mean)


def test_of_further_attempts_as_many_are_heard_as_there_are_and_failures_as_are_stopped(land):
    every, failures, people = heard_besides(land, **{FEEDBACK[0]: "on"})
    assert every > 1000
    assert near(every, people["tried_again"])
    assert near(failures, 0.7 * people["tried_again"])


def test_of_arrivals_and_returns_a_share_is_heard(land):
    every, failures, people = heard_besides(land, news_of_arrivals=0.5)
    assert failures > 1000
    assert near(failures, 0.5 * people["returned"])
    assert near(every - failures, 0.5 * people["arrivals"])
    assert heard_besides(land, journey="on")[:2] == (0, 0)


def test_circles_share_the_news_of_their_province_by_their_people(land):
    """Of few circles each hears its share, and all together what the province would."""
    for circles in (1, 4):
        every, _, people = heard_besides(land, **{FEEDBACK[0]: "on"}, news_circles=circles)
        assert near(every, people["tried_again"])


def everywhere(land, weeks, each=2.0, failure=0.0):
    """Return rescues of so many people in each week."""
    return Rescue(np.full(weeks, each), np.ones(4 * len(land.provinces)), failure)


@pytest.mark.parametrize("own", [{}, ON, {**ON, "news_circles": 3}])
def test_a_run_from_which_nobody_is_taken_is_the_run(land, own):
    point, weeks = {**KNOWN, **QUICK, "journey": "on", **own}, 104
    how = {"country": land, "record": RECORD, "weeks": weeks}
    plain = run_ensemble(point, [1, 2], **how)
    taken = run_rescued(point, [1, 2], everywhere(land, weeks, 0.0), **how)
    assert not taken["weekly_taken_by_province"].any()
    assert same(plain, taken)


@pytest.mark.parametrize("failure", [0.0, 0.3])
def test_who_is_taken_is_who_a_programme_takes_and_home_hears_of_it_only_if_told(land, failure):
    point, weeks = {**KNOWN, **QUICK, "journey": "on"}, land.weeks
    how = {"country": land, "record": [*RECORD, "journey_by_gender"], "weeks": weeks}
    rescue = everywhere(land, weeks, 2.0, failure)
    plain, taken = run_ensemble(point, 1, **how), run_rescued(point, 1, rescue, **how)
    law = [name for name in plain if name.startswith(("weekly", "crossing"))]
    assert same(plain[law], taken[law])
    crossings = np.zeros((weeks, land.category_count), np.int32)
    for name in ("week", "category", "people"):
        assert plain[f"crossing_{name}"].size
    place = plain["crossing_week"].to_numpy(), plain["crossing_category"].to_numpy()
    crossings[place] = plain["crossing_people"].to_numpy()
    repression = plain["weekly_repression_by_province"].to_numpy()[0]
    own = Plan(np.full(len(land.years), 104.0), failure=failure)
    counts, world = follow_rescues(
        land, Parameters(**point), CrossedRun(crossings, repression), own, 0
    )
    for number, name in enumerate(FLOWS):
        kept = taken[f"yearly_{name}"].to_numpy()[0]
        assert np.array_equal(kept, world.flows[:, number].sum(axis=1)), name
    found = taken["weekly_taken_by_province"].to_numpy()[0].sum(axis=1)
    assert found == pytest.approx(counts[:, 0])
    assert found.sum() > 20
    shared = {**point, "news_of_arrivals": 0.4}
    with_news, rescued = run_ensemble(shared, 1, **how), run_rescued(shared, 1, rescue, **how)
    assert not same(with_news[law], rescued[law])


def test_rescues_that_do_not_fit_are_refused(land):
    for weeks, cells in ((103, 8), (104, 9)):
        rescue = Rescue(np.zeros(weeks), np.ones(cells), 0.0)
        with pytest.raises(EnsembleError, match="rescues need 104 weeks and 8 cells, not"):
            run_rescued({"journey": "on"}, 1, rescue, country=land, weeks=104)


def test_without_a_journey_there_is_no_news(land):
    for name, value in ON.items():
        with pytest.raises(ParameterError, match=f"{name} = .* would change nothing: the journey"):
            Parameters(journey="off", **{name: value})
        assert Parameters(**{name: value}).journey == "on"
    with pytest.raises(ParameterError, match="at most 1"):
        Parameters(news_of_arrivals=1.1)
    with pytest.raises(ParameterError, match="not one of off, on"):
        Parameters(second_attempts_are_heard="yes")
    model = DefectionModel(country=land, seed=1, weeks=60)
    model.step()
    with pytest.raises(ParameterError, match="needs a run whose journey is on from its start"):
        model.intervene(news_of_arrivals=0.3)
    assert model.parameters.journey == "off"
    model = DefectionModel(country=land, seed=1, weeks=60, journey="on", **KNOWN)
    model.step()
    model.intervene(news_of_arrivals=0.3)
    again = DefectionModel(country=land, seed=1, weeks=60, **model.parameters.as_dict()).run()
    assert model.run().weekly().equals(again.weekly())


def test_a_stored_run_is_not_followed_with_what_would_have_changed_it(place, tmp_path):
    design = {
        "seed": 1, "country": str(place), "weeks": 60, "design": {"kind": "grid"},
        "parameters": {**KNOWN, "news_of_arrivals": [0.0, 0.4]},
        "series": {"keep": "all", "columns": ["crossings", "repression"]},
    }  # fmt: skip
    results = run_sweep(design, tmp_path / "s", engine="serial")
    assert results.varied == ["news_of_arrivals"]
    for name, value in ON.items():
        with pytest.raises(ParameterError, match=f"{name} changes who leaves"):
            follow_runs(results, [{name: value}])
    assert len(list(follow_runs(results))) == 2
    assert len(list(follow_runs(results, [{"return_rate": 1.0}], run_ids=["0-0"]))) == 1
    with pytest.raises(ResultsError, match="was made with news_of_arrivals"):
        list(follow_runs(results, [{"return_rate": 1.0}], run_ids=["1-0"]))


def test_a_programme_takes_news_as_an_assumption_and_further_attempts_only_with_it():
    scenario, on = tomllib.loads(TEMPLATE), {"assumptions.news": "sourced"}
    dated = {"interventions": "2005 news_of_arrivals=0.3; 2006 second_attempts_are_heard=on"}
    for own in ({"news_of_arrivals": 0.3}, {**ON}, dated):
        for changes in ({}, on):
            with pytest.raises(ProgrammeError, match="news_of_arrivals is an assumption of a prog"):
                prepared(scenario, own, changes, "north_korea")
    again = {"second_attempts_are_heard": "on"}
    with pytest.raises(ProgrammeError, match="second_attempts_are_heard: who leaves would depend"):
        prepared(scenario, again, None, "north_korea")
    with pytest.raises(ProgrammeError, match=r"so parameters.again_share must be one value"):
        prepared(scenario, again, on, "north_korea")
    del scenario["parameters"]
    world, _ = prepared(scenario, again, on, "north_korea")
    assert world.read.on("news")
