"""A fan and pairs of runs say what the runs say: the same seeds, whole years only, honest intervals."""

from __future__ import annotations

import io
import time

import numpy as np
import pandas as pd
import pytest
import scipy.stats

from defection import DefectionModel
from defection.parameters import Parameters
from defection.scenario import Scenario
from defection.views.app import comparison, fan
from defection.views.app.work import Cancelled, Work
from tests.conftest import LIVELY, TINY

RUNS = 12


def yearly(scenario: Scenario, seed: int) -> tuple[DefectionModel, list[int]]:
    model = DefectionModel(**{**scenario.arguments(), "seed": seed}).run()
    table = model.yearly()
    return model, table["successes"][table["weeks"] == 52].tolist()


@pytest.fixture(scope="module")
def lively():
    return Scenario(5, Parameters(**LIVELY), country=str(TINY))


@pytest.fixture(scope="module")
def stopping(lively):
    """Have some runs stop early: those with a week of more attempts than others ever have."""
    parameters = Parameters(**{**LIVELY, "stop_threshold": 226})
    return Scenario(5, parameters, country=str(TINY))


def test_a_fan_holds_the_runs_of_the_seeds_that_it_names(lively):
    found = fan.fan(lively, RUNS)
    table = pd.read_csv(io.StringIO(found["csv"]))
    assert table["seed"].tolist() == list(range(5, 5 + RUNS))
    runs = [yearly(lively, seed)[1] for seed in table["seed"]]
    for number, years in enumerate(runs):
        of_run = table.filter(like="successes_").iloc[number].dropna()
        assert of_run.tolist() == years
    for y, (_, whole, low, median, high, _) in enumerate(found["rows"]):
        of_year = [years[y] for years in runs if len(years) > y]
        assert whole == len(of_year)
        expected = np.quantile(of_year, fan.LEVELS).round(1).tolist() if of_year else [None] * 3
        assert [low, median, high] == expected


@pytest.mark.parametrize("changes", [{}, {"adjustment_rate": 0.0}, {"utility_slope": 0.0}])
def test_the_axis_of_a_fan_holds_its_band_and_what_was_observed(changes):
    found = fan.fan(Scenario(2, Parameters(**changes), weeks=104), 3)
    low, wide, median, observed = found["chunk"]["columns"]
    tops = [*np.add(low, wide), *median, *(one for one in observed if one is not None)]
    assert found["chart"]["bottom"] == 0
    assert max(tops) <= found["chart"]["top"] <= max(2, 2 * max(tops))


def test_runs_that_stop_early_count_in_no_year_that_they_did_not_complete(stopping):
    found = fan.fan(stopping, RUNS)
    table = pd.read_csv(io.StringIO(found["csv"]))
    whole = [(table["weeks_run"] >= 52 * (y + 1)).sum() for y in range(len(found["rows"]))]
    assert [row[1] for row in found["rows"]] == whole
    assert 0 < table["stopped_early"].sum() < RUNS
    assert f"{table['stopped_early'].sum()} stopped early, the first in" in found["text"]


def test_a_fan_of_changes_in_mid_run_has_the_run_on_the_screen_first():
    scenario = Scenario(2, Parameters(interventions="week 30 famine_effect=3"), weeks=104)
    table = pd.read_csv(io.StringIO(fan.fan(scenario, 2)["csv"]))
    assert table.iloc[0][["successes_1992", "successes_1993"]].tolist() == yearly(scenario, 2)[1]


def test_the_difference_is_the_mean_of_the_pairs_with_its_interval(lively):
    other = Scenario(5, lively.parameters.replace(famine_effect=2.0), country=str(TINY))
    found = comparison.compare(lively, other, RUNS)
    table = pd.read_csv(io.StringIO(found["csv"]))
    for y, (year, pairs, mean, half) in enumerate(found["years"]):
        gaps = (table[f"successes_b_{year}"] - table[f"successes_a_{year}"]).dropna()
        assert pairs == len(gaps)
        if pairs > 1 and gaps.std() > 0:
            low, high = scipy.stats.ttest_1samp(gaps, 0).confidence_interval(0.95)
            assert (mean - half, mean + half) == pytest.approx((low, high))
        assert [yearly(one, 5)[1][y] for one in (lively, other)] == [
            table[f"successes_{name}_{year}"][0] for name in "ab"
        ]
    whole, *provinces = found["rows"]
    for column in (1, 2, 3, 5, 6, 7):
        assert whole[column] == pytest.approx(sum(row[column] for row in provinces))
    assert whole[3] == pytest.approx(whole[2] - whole[1])


def test_the_interval_holds_the_true_difference_as_often_as_it_says():
    rng = np.random.default_rng(1)
    inside = 0
    for _ in range(1000):
        mean, half = comparison.mean_difference(rng.normal(3, 2, 8))
        inside += abs(mean - 3) <= half
    assert scipy.stats.binomtest(inside, 1000, 0.95).pvalue > 0.001


def test_one_pair_is_called_one_pair_and_has_no_interval(lively):
    other = Scenario(5, lively.parameters.replace(famine_effect=2.0), country=str(TINY))
    found = comparison.compare(lively, other, 1)
    assert "One pair is one pair" in found["text"]
    assert "interval" not in found["text"]
    assert all(row[4] is row[8] is None for row in found["rows"])
    assert all(half is None for *_, half in found["years"])


def test_scenarios_without_a_difference_have_none(lively):
    other = Scenario(5, lively.parameters.replace(stop_threshold=10**8), country=str(TINY))
    found = comparison.compare(lively, other, 3)
    assert "B has as many successes as A in every pair" in found["text"]
    assert {mean for _, _, mean, _ in found["years"]} == {0.0}


def test_a_scenario_is_not_compared_with_itself(lively):
    with pytest.raises(ValueError, match="A and B are the same"):
        comparison.compare(lively, lively, 3)


def test_totals_are_over_the_years_that_all_runs_completed(lively, stopping):
    found = comparison.compare(lively, stopping, 2)
    runs = [[yearly(one, seed) for seed in (5, 6)] for one in (lively, stopping)]
    common = min(len(years) for side in runs for _, years in side)
    stopped = [sum(model.stopped_early for model, _ in side) for side in runs]
    assert stopped[0] == 0 < stopped[1]
    assert f"A stopped early in 0 of 2, B in {stopped[1]} of 2" in found["text"]
    whole, first = found["rows"][0], found["years"][0][0]
    means = [np.mean([sum(years[:common]) for _, years in side]) for side in runs]
    assert [whole[5], whole[6]] == pytest.approx(means)
    assert whole[7] == pytest.approx(means[1] - means[0])
    assert f"In {first} to {first + common - 1}, the years that all of them" in found["text"]
    assert [pairs for _, pairs, *_ in found["years"]][common:] < [2]


def test_where_no_year_is_whole_there_are_no_totals():
    other = Scenario(1, Parameters(famine_effect=2.0), weeks=30)
    found = comparison.compare(Scenario(1, weeks=30), other, 2)
    assert (found["rows"], found["years"][0][1:]) == ([], [0, None, None])
    assert "No year was completed by all" in found["text"]
    assert fan.fan(Scenario(1, weeks=30), 2)["rows"][0][1:5] == [0, None, None, None]


def test_many_runs_are_cancelled_soon_and_others_have_their_turn():
    work = Work(lambda: None)
    with fan.ONE_AT_A_TIME:
        work.start("runs", lambda report: fan.fan(Scenario(1), 200, report))
        time.sleep(0.3)
        assert work.busy
        work.cancel()
        began = time.monotonic()
        work.wait(5)
        assert time.monotonic() - began < 3
    began = time.monotonic()

    def stop_at_the_first_run(done, _total):
        if done:
            raise Cancelled

    with pytest.raises(Cancelled):
        fan.fan(Scenario(1), 200, stop_at_the_first_run)
    assert time.monotonic() - began < 3
    assert not fan.ONE_AT_A_TIME.locked()


@pytest.mark.parametrize("pairs", [1, 4])
def test_where_both_have_the_journey_arrivals_are_compared(pairs):
    """As in the fan: by year and by province, those who arrive in the South."""
    first = Scenario(2, Parameters(journey="on"), weeks=260)
    second = Scenario(2, Parameters(journey="on", famine_effect=2.0), weeks=260)
    found = comparison.compare(first, second, pairs)
    assert found["flow"] == "arrivals"
    assert " arrivals than A" in found["text"]
    assert "successes" not in found["text"]
    runs = [DefectionModel(**one.arguments()).run() for one in (first, second)]
    table = pd.read_csv(io.StringIO(found["csv"]))
    for name, run in zip("ab", runs, strict=True):
        yearly_arrivals = run.yearly()["arrivals"].to_numpy()
        shown = [table[f"arrivals_{name}_{year}"][0] for year in run.yearly()["year"]]
        assert shown == pytest.approx(yearly_arrivals, abs=0.001)
    whole, *provinces = found["rows"]
    for column in (5, 6, 7):
        assert whole[column] == pytest.approx(sum(row[column] for row in provinces))
    titles = [chart["title"] for _, chart, _ in found["charts"]]
    assert titles[0].startswith("A: arrivals")
    assert "Difference of arrivals" in titles[2]


@pytest.mark.parametrize(
    "changes", [{"journey": "off"}, {"journey": "on", "observed_measure": "successes"}]
)
def test_where_one_has_no_arrivals_to_compare_successes_are(changes):
    first = Scenario(2, Parameters(journey="on"), weeks=104)
    found = comparison.compare(first, Scenario(2, Parameters(**changes), weeks=104), 2)
    assert found["flow"] == "successes"
    assert ("without the journey" in found["text"]) == (changes["journey"] == "off")
