"""What home hears of a programme: nothing where it cannot, and paired runs where it can."""

from __future__ import annotations

import dataclasses
import tomllib

import numpy as np
import pandas as pd
import pytest

from defection.batch_runs.ensemble import run_rescued
from defection.batch_runs.programme import TEMPLATE, ProgrammeError, news, run_programme, world
from defection.batch_runs.programme.effects import OF_NEWS, TOTAL
from defection.batch_runs.programme.paths import (
    WHOM,
    CrossedRun,
    Plan,
    closed,
    follow_rescues,
    rescue_of,
)
from defection.batch_runs.programme.plan import planned_rescues
from defection.batch_runs.programme.prepare import prepared
from defection.batch_runs.programme.run import run_row
from defection.batch_runs.programme.tables import COST, Drawn, has_effect, results_table
from defection.batch_runs.scores.facts import crossings_by_run
from defection.country import load
from defection.journey.cells import FLOWS
from defection.journey.data import journey_arrays
from defection.parameters import Parameters
from tests.baseline import baseline

LAND = load("north_korea")
SMALL = {"chance.points": 2, "chance.runs": 1, "chance.pairs": 2}
ON = {"assumptions.news": "sourced"}
POINT = baseline(observation_probability=0.02, onward_early=0.5, onward_late=0.5)
"""So that some are heard of."""
PULL = {"assumptions.free_pull": {"value": 1.0, "source": "a test"}}


def run(changes=ON, parameters=POINT, **how):
    said = {**SMALL, **changes}
    return run_programme(tomllib.loads(TEMPLATE), parameters, changes=said, **{"threads": 1, **how})


@pytest.fixture(scope="module")
def found():
    return run()


def test_the_direct_effect_is_the_same_with_news_and_without(found):
    off = run({})
    assert not len(off.news)
    assert not set(OF_NEWS) & set(off.results["measure"])
    pd.testing.assert_frame_equal(found.draws[list(off.draws)], off.draws)
    for name in ("tornado", "thresholds", "paths"):
        pd.testing.assert_frame_equal(getattr(found, name), getattr(off, name))
    pd.testing.assert_frame_equal(found.ladder.iloc[:-1], off.ladder)
    assert found.ladder["step"].iloc[-1].startswith("and news: ")


def test_the_total_is_the_direct_effect_and_what_follows_from_news(found):
    draws, by = found.draws, f"_by_{LAND.years[-1]}"
    more = draws[f"further_arrivals{by}"]
    assert (more != 0).any()
    assert draws[f"{TOTAL}{by}"].equals(draws[f"additional_arrivals{by}"] + more)
    assert not draws["assumptions.news"].duplicated().any()
    assert draws["assumptions.news"].between(0.22, 0.47).all()


def nothing_changes(one):
    of_news = one.draws.filter(regex="^further_")
    assert of_news.shape[1] == 8
    assert set(of_news.to_numpy().ravel().tolist()) == {0.0}
    numbers = one.news[["median", "percentile_5", "percentile_95", "pairs_se"]].to_numpy()
    assert set(numbers.ravel().tolist()) == {0.0}
    for by in (2014, 2024):
        assert one.draws[f"{TOTAL}_by_{by}"].equals(one.draws[f"additional_arrivals_by_{by}"])


@pytest.mark.parametrize(
    ("changes", "parameters"),
    [
        ({}, {**POINT, "observation_probability": 0.0}),
        ({"assumptions.news": {"value": 0, "source": "a test"}}, POINT),
        ({"programme.funds_usd": 0}, POINT),
        ({"assumptions.other_groups": {"value": 1, "source": "a test"}}, POINT),
    ],
    ids=["K = 0", "nobody hears", "no funds", "others would have taken all"],
)
def test_news_changes_exactly_nothing_where_it_cannot(changes, parameters):
    nothing_changes(run({**ON, **changes}, parameters))
    nothing_changes(run({**ON, **changes, **PULL}, parameters))


def test_no_pull_changes_no_byte_and_a_pull_nothing_but_what_follows_from_news(found):
    none = {"assumptions.free_pull": {"value": 0, "source": "a test"}}
    same, pulled = run({**ON, **none}), run({**ON, **PULL})
    columns = list(found.draws)
    pd.testing.assert_frame_equal(same.draws[columns], found.draws)
    pd.testing.assert_frame_equal(same.news, found.news)
    direct = [name for name in columns if "further" not in name and TOTAL not in name]
    pd.testing.assert_frame_equal(pulled.draws[direct], found.draws[direct])
    assert (
        pulled.draws["further_arrivals_by_2014"] != found.draws["further_arrivals_by_2014"]
    ).any()
    steps = pulled.ladder["step"].tolist()
    assert steps[-2].startswith("and news: ")
    assert steps[-1].startswith("and free_pull: log odds")
    assert "with a standard error of" in pulled.ladder["arithmetic"].iloc[-1]
    pd.testing.assert_frame_equal(pulled.ladder.iloc[:-1], found.ladder)
    ranged = {"assumptions.free_pull": {"between": [0.1, 2.0], "source": "a test"}}
    for name in ("tornado", "thresholds", "paths"):
        pd.testing.assert_frame_equal(getattr(pulled, name), getattr(found, name))
    points = [prepared(tomllib.loads(TEMPLATE), POINT, {**SMALL, **ON, **own}, "north_korea")[0]
              for own in ({}, ranged)]  # fmt: skip
    values = [[one.values(at) for at in one.cube()] for one in points]
    for without, with_it in zip(*values, strict=True):
        assert {**without, "assumptions.free_pull": with_it["assumptions.free_pull"]} == with_it


def test_a_larger_pull_brings_more_attempts_because_home_hears():
    """In the law, where nothing else is learned, that is certain: tests/model/journey/test_pull."""
    own, attempts = Plan(np.full(len(LAND.years), 300.0)), []
    for pull in (0.0, 2.0, 4.0):
        plan = dataclasses.replace(own, pull=pull)
        _, changes = news.heard(
            LAND, Parameters(**POINT), 0.4, plan, journey_arrays(LAND), range(1, 5)
        )
        attempts.append(changes["attempts"][0, -1, -1])
    assert attempts == sorted(set(attempts))


def test_the_numbers_are_those_of_two_ensembles():
    """The mean of the pairs and its error, from the runs themselves."""
    seeds, how = range(3, 6), {"country": LAND, "record": ["yearly_by_province"], "threads": 1}
    own, point = Plan(np.full(len(LAND.years), 300.0)), Parameters(**POINT)
    journey = journey_arrays(LAND)
    _, changes = news.heard(LAND, point, 0.4, own, journey, seeds)
    heard = point.replace(news_of_arrivals=0.4)
    counts = [
        run_rescued(heard, seeds, rescue_of(journey, own, LAND.weeks, LAND.weeks, share), **how)
        for share in (0.0, 1.0)
    ]
    for name in news.LAW:
        base, ahead = (one[f"yearly_{name}_by_province"].to_numpy() for one in counts)
        more = (ahead - base).astype(float)
        assert more.any()
        mean, error = changes[name]
        np.testing.assert_allclose(mean[:-1, :-1], more.mean(axis=0))
        np.testing.assert_allclose(mean[-1, -1], more.sum(axis=(1, 2)).mean())
        sums = more.sum(axis=2)
        np.testing.assert_allclose(error[:-1, -1], sums.std(axis=0, ddof=1) / np.sqrt(3))
    parts = changes["successes"][0] + changes["stopped"][0]
    np.testing.assert_allclose(changes["attempts"][0], parts, atol=1e-9)


@pytest.mark.parametrize("lost", [0.0, 0.6])
@pytest.mark.parametrize("whom", WHOM)
def test_a_run_of_the_law_takes_whom_the_programme_takes(whom, lost):
    """Orders and closures hold in paired runs: their journey is the one that is followed."""
    years = len(LAND.years)
    own = Plan(np.full(years, 40.0), whom, failure=0.1, lost=np.full(years, lost))
    journey, point = journey_arrays(LAND), Parameters(**POINT)
    data = run_rescued(
        point, [1], rescue_of(journey, own, LAND.weeks, LAND.weeks), country=LAND, threads=1,
        record=[*news.RECORD, "journey"], journey=closed(journey, own.lost),
    )  # fmt: skip
    ((rows, repression),) = crossings_by_run(data)
    crossed = CrossedRun.from_rows(journey, rows, repression)
    grouped = world.grouped(journey)
    weekly, record = follow_rescues(LAND, point, crossed, own, 0, grouped)
    taken = data["weekly_taken_by_province"].to_numpy()[0].sum(axis=1)
    assert taken.sum() > 300
    np.testing.assert_allclose(taken, weekly[:, 0], atol=1e-9)
    for number, name in enumerate(FLOWS):
        expected = record.flows[:, number].sum(axis=1)
        np.testing.assert_allclose(data[f"yearly_{name}"].to_numpy()[0], expected, atol=1e-8)


def test_order_and_threads_change_no_byte(found):
    again = run(threads=2)
    for name in ("results", "news", "draws", "ladder"):
        pd.testing.assert_frame_equal(getattr(found, name), getattr(again, name))
    own, _ = prepared(tomllib.loads(TEMPLATE), POINT, {**SMALL, **ON}, "north_korea")
    own = world.dataclasses.replace(own, runs={})
    points = [own.values(one) for one in own.cube()]

    def heard(values):
        plan, _, _ = planned_rescues(own.read, values, own.years)
        share = values["assumptions.news"]
        point = world.at_values(own.points[0], values)
        return news.heard(LAND, point, share, plan, own.journey(), range(1, 3))[1]

    forward = [heard(one) for one in points]
    backward = [heard(one) for one in points[::-1]][::-1]
    for first, second in zip(forward, backward, strict=True):
        assert all(np.array_equal(first[name], second[name]) for name in news.MEASURES)


def test_a_row_comes_out_again(found):
    said = tomllib.loads(TEMPLATE)
    said["chance"] = {"points": 2, "runs": 1, "pairs": 2, "seed": 1}
    said["assumptions"]["news"] = "sourced"
    again = run_row(said, POINT, point=1, seed=1, country="north_korea")
    pd.testing.assert_frame_equal(again, found.draws.iloc[[1]].reset_index(drop=True))


def test_an_ended_run_goes_on_with_what_is_kept(found, tmp_path, monkeypatch):
    calls, heard = [], news.heard

    def ends_after(number):
        def now(*arguments):
            calls.append(1)
            if len(calls) > number:
                raise KeyboardInterrupt
            return heard(*arguments)

        return now

    monkeypatch.setattr(world, "heard", ends_after(2))  # both points, and not the ladder
    with pytest.raises(KeyboardInterrupt):
        run(parts=tmp_path / "parts")
    calls.clear()
    monkeypatch.setattr(world, "heard", ends_after(1))  # the ladder alone
    again = run(parts=tmp_path / "parts")
    assert len(calls) == 1
    for name in ("results", "news", "draws", "ladder"):
        pd.testing.assert_frame_equal(getattr(found, name), getattr(again, name))


def test_a_cost_needs_a_total_that_is_positive():
    effects = {name: np.ones((20, 2, 1)) for name in ("additional_arrivals", "rescues", "taken")}
    for lowest, sign in ((1.0, True), (-2.0, False)):
        effects[TOTAL] = np.linspace(lowest, 10, 20)[:, None, None] * [[[1]] * 2]
        own = Drawn(np.full(20, 1e6), np.full(20, 1.0), effects)
        assert has_effect(own) == (sign, sign)
        table = results_table(own, ("a", "b"))
        cost = table[table["measure"] == COST]
        assert cost["median"].notna().tolist() == [sign, sign]
        assert (table[table["measure"] == TOTAL]["verdict"] != "").all()
        assert (table[table["measure"] == "additional_arrivals"]["verdict"] == "").all()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"assumptions.referral": {"value": 2, "source": "s"}}, "news and referral are not comp"),
        ({"assumptions.china_response": {"value": 2, "source": "s"}}, "news and china_response"),
        ({"programme.years": "2013-2015"}, "news ends with the law, in 2014"),
        ({"assumptions.free_pull": "sourced"}, "free_pull: no source has a figure"),
    ],
)
def test_what_paired_runs_do_not_follow_is_refused_in_one_line(changes, said):
    with pytest.raises(ProgrammeError, match=said) as caught:
        prepared(tomllib.loads(TEMPLATE), None, {**ON, **changes}, "north_korea")
    assert "\n" not in str(caught.value)


def test_too_few_pairs_that_end_are_refused():
    own, point = (
        Plan(np.full(len(LAND.years), 300.0)),
        Parameters(**POINT).replace(stop_threshold=1),
    )
    with pytest.raises(ProgrammeError, match="of 2 pairs of runs 2 stopped early"):
        news.heard(LAND, point, 0.4, own, journey_arrays(LAND), range(1, 3))
