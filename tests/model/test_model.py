"""The model's laws and limits, told by agents."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defection import DefectionModel, ParameterError, RunEnded
from defection.measures import FLOWS, MEASURES, WEEKLY_COLUMNS
from defection.parameters import PARAMETERS
from tests import drawn
from tests.conftest import LIVELY, TINY


def test_full_repression_lets_nobody_succeed(lively):
    model = lively(initial_repression=1.0, adjustment_rate=0.0).run()
    assert model.weekly()["attempts"].sum() > 1000
    assert model.weekly()["successes"].sum() == 0


def test_no_repression_stops_nobody(lively):
    model = lively(initial_repression=0.0).run()
    assert model.weekly()["attempts"].sum() > 1000
    assert model.weekly()["stopped"].sum() == 0


def test_who_hears_of_nothing_keeps_the_prior_for_ever(lively):
    model = lively(observation_probability=0.0).run()
    assert (model.weekly()["belief_alpha"] == LIVELY["prior_alpha"]).all()
    assert (model.weekly()["belief_beta"] == LIVELY["prior_beta"]).all()


def test_who_hears_of_everything_and_forgets_nothing_counts_exactly(lively):
    weekly = lively(observation_probability=1.0, memory_weeks=10_000).run().weekly()
    for _, province in weekly.groupby("province", observed=True):
        stopped = province["stopped"].cumsum().shift(fill_value=0)
        successes = province["successes"].cumsum().shift(fill_value=0)
        assert (province["belief_alpha"] == LIVELY["prior_alpha"] + stopped).all()
        assert (province["belief_beta"] == LIVELY["prior_beta"] + successes).all()


@pytest.mark.parametrize("memory", [1, 2, 30, 104])
def test_what_is_older_than_the_memory_is_forgotten_to_the_unit(lively, memory):
    weekly = lively(memory_weeks=memory).run().weekly()
    for _, province in weekly.groupby("province", observed=True):
        stopped = province["known_stopped"].to_numpy()
        successes = (province["known_attempts"] - province["known_stopped"]).to_numpy()
        for week in range(len(province)):
            recent = slice(max(0, week - memory), week)
            assert (
                province["belief_alpha"].iloc[week] == LIVELY["prior_alpha"] + stopped[recent].sum()
            )
            assert (
                province["belief_beta"].iloc[week] == LIVELY["prior_beta"] + successes[recent].sum()
            )


def test_repression_that_is_not_adjusted_stays(lively):
    assert (
        lively(adjustment_rate=0.0, initial_repression=0.6).run().weekly()["repression"] == 0.6
    ).all()


def test_repression_falls_by_the_paper_s_figure_while_the_level_stays_tolerated(north_korea):
    model = DefectionModel(
        initial_repression=0.85,
        adjustment_rate=0.00055,
        tolerated_attempts=10**9,
        stop_threshold=2 * 10**9,
        seed=1,
    ).run()
    assert model.week == 1196
    for province in model.provinces:
        assert round(province.repression, 4) == 0.4402


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 2**32),
    st.sampled_from(["province", "nationwide"]),
    st.sampled_from(["attempts", "successes", "stopped"]),
    st.integers(1, 200),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_counts_are_conserved_and_nothing_is_known_that_did_not_happen(
    seed, hearing, measure, memory, known, repression
):
    changes = {
        "hearing": hearing,
        "tolerated_measure": measure,
        "memory_weeks": memory,
        "observation_probability": known,
        "initial_repression": repression,
    }
    weekly = (
        DefectionModel(country=TINY, seed=seed, weeks=60, **{**LIVELY, **changes}).run().weekly()
    )
    assert (weekly["attempts"] == weekly["stopped"] + weekly["successes"]).all()
    assert (weekly["known_stopped"] <= weekly["stopped"]).all()
    assert (weekly["known_attempts"] - weekly["known_stopped"] <= weekly["successes"]).all()
    assert (
        weekly[["attempts", "stopped", "successes", "known_attempts", "known_stopped"]] >= 0
    ).all(axis=None)
    assert weekly["repression"].between(0, 1).all()
    assert (weekly["attempts"] <= weekly["population"]).all()


@pytest.mark.parametrize("measure", ["attempts", "successes", "stopped"])
def test_repression_rises_exactly_where_the_reading_s_number_is_above_the_tolerated(
    lively, measure
):
    model = lively(tolerated_measure=measure, adjustment_rate=0.001, tolerated_attempts=12).run()
    for _, province in model.weekly().groupby("province", observed=True):
        rises = np.diff(province["repression"]) > 0
        assert rises.tolist() == (province[measure].to_numpy()[:-1] > 12).tolist()
        assert 0 < rises.sum() < len(rises)


def test_with_nationwide_hearing_everyone_believes_the_same(lively):
    weekly = lively(hearing="nationwide").run().weekly()
    known = weekly.groupby("week")["known_attempts"].sum()
    for week in (1, 10, 29):
        here = weekly[weekly.week == week]
        assert len(set(here["belief_alpha"])) == 1
        total = (here["belief_alpha"] + here["belief_beta"]).iloc[0]
        assert total == pytest.approx(
            LIVELY["prior_alpha"] + LIVELY["prior_beta"] + known[:week].sum()
        )


def test_the_order_of_activation_does_not_matter(lively):
    usual, shuffled = lively(weeks=60), lively(weeks=60)
    for _ in range(60):
        usual.step()
        shuffled._begin_week()
        shuffled.citizens.shuffle_do("decide")
        for act in ("repress", "hear", "learn", "adjust"):
            shuffled.provinces.shuffle_do(act)
            if act == "hear":
                shuffled.history.record_flows(shuffled.state, list(shuffled.citizens))
        shuffled._end_week()
    pd.testing.assert_frame_equal(usual.weekly(), shuffled.weekly())


def test_a_change_in_one_province_leaves_the_others_as_they_were(tiny, lively):
    before = lively().run().weekly()
    after = lively(country=tiny.replace(border=np.array([0.0, 0.0]))).run().weekly()
    inland, borderland = before["province"] == "Inland", before["province"] == "Borderland"
    pd.testing.assert_frame_equal(before[inland], after[inland])
    assert (before[borderland]["attempts"] != after[borderland]["attempts"]).any()


def test_with_nationwide_hearing_a_change_in_one_province_reaches_the_others(tiny, lively):
    before = lively(hearing="nationwide").run().weekly()
    after = (
        lively(hearing="nationwide", country=tiny.replace(border=np.array([0.0, 0.0])))
        .run()
        .weekly()
    )
    inland = before["province"] == "Inland"
    assert (before[inland]["attempts"] != after[inland]["attempts"]).any()


def test_the_same_seed_gives_the_same_run_and_another_seed_another(lively):
    assert lively(seed="7").run().weekly().equals(lively(seed=7).run().weekly())
    assert lively(seed=0).run().weekly().equals(lively(seed=0).run().weekly())
    assert lively(rng=5, seed=None).run().weekly().equals(lively(seed=5).run().weekly())
    assert not lively(seed=1).run().weekly().equals(lively(seed=2).run().weekly())


def test_a_run_without_a_seed_can_be_repeated_from_the_seed_it_kept(lively):
    model = lively(seed=None).run()
    assert lively(seed=model.seed).run().weekly().equals(model.weekly())


def test_two_models_stepped_in_turn_do_not_disturb_each_other(lively):
    alone = lively(seed=3).run().weekly()
    first, second = lively(seed=3), lively(seed=4)
    while first.running:
        second.step()
        first.step()
    assert first.weekly().equals(alone)


@pytest.mark.parametrize(
    "name", [name for name, p in PARAMETERS.items() if len(p.choices) != 1 and not p.constant]
)
def test_every_parameter_changes_something(lively, tiny, name):
    policy = {"policy": PARAMETERS[name].policy or "paper"} if name != "policy" else {}
    policy |= {"news_circles": 3} if PARAMETERS[name].circles else {}
    fee = {"broker_fee": 3.0, "broker_fee_effect": 0.5}  # neither is read without the other
    policy |= {other: value for other, value in fee.items() if name in fee and other != name}
    rng, usual = np.random.default_rng(1), lively(**policy).run().weekly()
    values = (drawn.value(PARAMETERS[name], rng, tiny) for _ in range(30))
    runs = (lively(**policy, **{name: value}).run() for value in values)
    assert any(not one.weekly().equals(usual) for one in runs)


def test_a_run_stops_after_a_week_with_more_attempts_than_the_threshold(lively):
    weekly = lively().run().weekly().groupby("week")["attempts"].sum()
    threshold = int(weekly.iloc[5:40].max()) - 1
    first = int(np.flatnonzero(weekly > threshold)[0])
    model = lively(stop_threshold=threshold).run()
    assert model.stopped_early
    assert model.week == first + 1
    assert not model.running
    assert lively(stop_threshold=threshold + 10**6).run().stopped_early is False


def test_a_step_after_the_end_does_nothing(lively):
    model = lively(weeks=3)
    model.run_model()
    weekly, rows = model.weekly(), model.datacollector.get_model_vars_dataframe()
    model.step()
    assert (model.week, model.steps, model.running) == (3, 3, False)
    assert model.weekly().equals(weekly)
    assert model.datacollector.get_model_vars_dataframe().equals(rows)


def test_a_run_that_has_ended_cannot_change(lively):
    with pytest.raises(RunEnded, match="ended after 3 weeks: nothing can change"):
        lively(weeks=3).run().intervene(tolerated_attempts=5)


def test_steps_are_the_weeks_simulated(lively):
    model = lively(stop_threshold=100)
    while model.running:
        model.step()
        assert model.steps == model.week
    assert model.stopped_early
    assert model.steps == model.week == len(model.datacollector.get_model_vars_dataframe())


@pytest.mark.parametrize("weeks", [0, -1, 105, 1.5, True, "ten"])
def test_weeks_that_the_data_do_not_cover_are_refused(tiny, weeks):
    with pytest.raises(ParameterError, match="from 1 to 104"):
        DefectionModel(country=tiny, weeks=weeks)


def test_a_misspelt_parameter_is_refused_when_the_model_is_made(tiny):
    with pytest.raises(ParameterError, match="did you mean memory_weeks"):
        DefectionModel(country=tiny, memory_week=3)
    with pytest.raises(ParameterError, match="did you mean seed"):
        DefectionModel(country=tiny, sead=3)


def test_weekly_and_yearly_are_tidy_and_agree(lively):
    model = lively().run()
    weekly, yearly = model.weekly(), model.yearly()
    assert tuple(weekly.columns) == WEEKLY_COLUMNS
    assert len(weekly) == 104 * 2
    assert yearly["attempts"].tolist() == weekly.groupby("year")["attempts"].sum().tolist()
    assert yearly["observed"].tolist() == [5, 7]
    assert yearly["weeks"].tolist() == [52, 52]
    assert weekly["population"].iloc[:2].sum() == 100_000
    for measure in MEASURES:
        assert weekly[measure.name].dtype == (np.int64 if measure.kind == "flow" else np.float64)


def test_a_year_that_is_not_finished_says_how_many_weeks_it_has(lively):
    assert lively(weeks=60).run().yearly()["weeks"].tolist() == [52, 8]


def test_flows_by_category_add_up_to_the_provinces_and_change_nothing(lively):
    plain, detailed = lively().run(), lively(record_categories=True).run()
    assert plain.weekly().equals(detailed.weekly())
    table = detailed.by_category()
    assert (
        table.groupby("province")[2000].sum().to_dict()
        == detailed.weekly()
        .query("year == 2000")
        .groupby("province", observed=True)["attempts"]
        .sum()
        .to_dict()
    )
    with pytest.raises(ValueError, match="record_categories=True"):
        plain.by_category()


def test_row_t_of_the_data_collector_is_week_t_as_in_the_weekly_table(lively):
    model = lively(weeks=60)
    for _ in range(20):
        model.step()
    model.intervene(initial_repression=0.95)  # changes the coming week, and no row that is kept
    frame = model.run().datacollector.get_model_vars_dataframe()
    weekly = model.weekly()
    country = weekly.groupby("week")[[*FLOWS, "population"]].sum()
    assert frame["week"].tolist() == list(range(60))
    assert frame["year"].tolist() == [2000] * 52 + [2001] * 8
    for name in country:
        assert frame[name].tolist() == country[name].tolist()
    for name in FLOWS:
        assert frame[f"total_{name}"].tolist() == country[name].cumsum().tolist()
    weekly["belief"] = weekly["belief_alpha"] / (weekly["belief_alpha"] + weekly["belief_beta"])
    for name in ("repression", "belief"):
        people = weekly["population"]
        mean = (weekly[name] * people).groupby(weekly["week"]).sum() / country["population"]
        assert frame[f"mean_{name}"].tolist() == pytest.approx(mean.tolist())
    assert frame["mean_repression"].iloc[20] == pytest.approx(0.95)
    assert frame["running"].tolist() == [True] * 59 + [False]
    assert set(frame["seed"]) == {model.seed}


def test_a_model_says_in_one_line_what_it_is(lively):
    model = lively(stop_threshold=100, seed=7)
    assert repr(model) == (
        "<DefectionModel of Two Provinces, seed 7: 0 of 104 weeks, 0 attempts, 0 successes>"
    )
    totals = model.run().yearly()[["attempts", "successes"]].sum()
    assert f": {model.week} of 104 weeks, stopped early, " in repr(model)
    assert repr(model).endswith(f"{totals.attempts:,} attempts, {totals.successes:,} successes>")


def test_a_whole_run_of_north_korea_is_plausible(finished):
    weekly = finished.weekly()
    assert (finished.week == 1196) != finished.stopped_early
    assert weekly["attempts"].sum() > 1000
    assert finished.by_category().iloc[:, 7:].to_numpy().sum() == weekly["attempts"].sum()
    assert finished.yearly()["year"].tolist() == list(range(1992, 1992 + -(-finished.week // 52)))
