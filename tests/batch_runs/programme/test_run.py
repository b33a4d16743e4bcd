"""A whole programme: ladder to the cent, zero for nothing, and what no table may hold."""

from __future__ import annotations

import re
import tomllib

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from defection.batch_runs.programme import TEMPLATE, ProgrammeError, run_programme
from defection.batch_runs.programme import run as module
from defection.batch_runs.programme.assumptions import ORDER
from defection.batch_runs.programme.effects import MEASURES, TOTAL
from defection.batch_runs.programme.prepare import prepared
from defection.batch_runs.programme.run import run_row
from defection.batch_runs.programme.tables import (
    COST,
    NO_EFFECT,
    Drawn,
    has_effect,
    ladder_table,
    results_table,
)
from defection.batch_runs.programme.world import Found
from defection.views.programme_page import sentence

TABLES = (
    "results", "ladder", "assumptions", "tornado", "thresholds", "budgets", "information", "paths",
    "draws",
)  # fmt: skip
SMALL = {"chance.points": 8, "chance.runs": 2}


def run(**changes):
    named = {name.replace("__", "."): value for name, value in changes.items()}
    return run_programme(tomllib.loads(TEMPLATE), changes={**SMALL, **named}, threads=1)


@pytest.fixture(scope="module")
def found():
    return run()


def medians(found, measure, unit="total"):
    table = found.results
    return table[(table["measure"] == measure) & (table["unit"] == unit)]["median"].to_numpy()


def test_the_published_steps_of_the_ladder_are_right_to_the_cent(found):
    ladder = found.ladder
    assert ladder["usd"].round(2).tolist()[:3] == [13256.65, 1701.56, 3000.00]
    assert ladder["arithmetic"].tolist()[:2] == ["7,264,646 / 548 USD", "932,456 / 548 USD"]
    assert ladder["source"].str.len().min() > 5


def test_the_ladder_ends_at_an_additional_arrival(found):
    ladder = found.ladder
    cost, with_share, anyway, last = ladder["usd"].tolist()[3:]
    assert cost < with_share < anyway < last
    assert "mission_failure" in ladder["step"].iloc[-1]
    assert cost == pytest.approx(np.sqrt(1600 * 3000))


def test_the_shares_of_the_rescued_add_up(found):
    for per_rescue in (medians(found, "additional_arrivals", "per rescue"),):
        assert ((per_rescue > 0) & (per_rescue < 1)).all()
    table = found.results
    assert (table["percentile_5"] <= table["median"] + 1e-12)[table["median"].notna()].all()
    assert (table["median"] <= table["percentile_95"] + 1e-12)[table["median"].notna()].all()
    early, late = medians(found, "earlier_only")
    assert early < late  # of those rescued more would have arrived by the later year


def test_nothing_that_is_spent_changes_exactly_nothing():
    none = run(programme__funds_usd=0)
    values = none.results[none.results["unit"].isin(["total", "USD"])]
    numbers = values[["median", "percentile_5", "percentile_95"]].to_numpy(float)
    assert set(numbers[~np.isnan(numbers)].tolist()) == {0.0}
    assert (none.results[none.results["measure"] == COST]["verdict"] == NO_EFFECT).all()
    assert none.ladder["usd"].iloc[-2:].isna().all()


def test_other_groups_that_take_everyone_leave_no_sign_of_an_effect():
    none = run(assumptions__other_groups={"value": 1, "source": "a test"})
    assert medians(none, "additional_arrivals").tolist() == [0.0, 0.0]
    rows = none.results[none.results["measure"] == "additional_arrivals"]
    assert (rows["verdict"] == NO_EFFECT).all()
    assert (rows["probability_not_positive"] == 1.0).all()
    assert none.results[none.results["measure"] == COST]["median"].isna().all()


def test_the_same_settings_give_the_same_numbers(found):
    again = run()
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(found, name), getattr(again, name))
    assert not found.results.equals(run(chance__seed=2).results)


def test_a_cost_stands_only_where_the_effect_s_five_percent_quantile_is_positive():
    def drawn(lowest):
        effects = {name: np.ones((20, 2, 1)) for name in (*MEASURES, "taken")}
        effects["additional_arrivals"] = np.linspace(lowest, 10, 20)[:, None, None] * [[[1]] * 2]
        return Drawn(np.full(20, 1e6), np.full(20, 1.0), effects)

    for lowest, sign in ((1.0, True), (-2.0, False)):
        own = drawn(lowest)
        assert has_effect(own) == (sign, sign)
        cost = results_table(own, ("a", "b")).query("measure == @COST")
        assert cost["median"].notna().tolist() == [sign, sign]
        assert set(cost["verdict"]) == {"an effect" if sign else "no sign of an effect"}
        steps = [
            (on, Found(1e6, 1.0, {"additional_arrivals": np.full((2, 1), arrivals)}))
            for on, arrivals in (((), 4.0), (ORDER[:1], 0.0), (ORDER[:2], -1.0), (ORDER[:3], 2.0))
        ]
        prices = {"costs.per_rescue_usd": 2.0, "costs.share_to_rescues": 0.5}
        ladder = ladder_table((), prices, steps, "b", all_together=has_effect(own)[1])
        last = 500_000.0 if sign else 0.0
        assert ladder["usd"].fillna(0).tolist() == [2.0, 4.0, 250_000.0, 0.0, 0.0, last]


def of_arrivals(arrivals, **more):
    """Return draws of one run at a point for each number of arrivals, by both horizons the same."""
    effects = {name: np.ones((len(arrivals), 2, 1)) for name in ("rescues", "taken")}
    more = {"additional_arrivals": np.array(arrivals, float), **more}
    effects |= {name: np.tile(each[:, None, None], (1, 2, 1)) for name, each in more.items()}
    return Drawn(np.full(len(arrivals), 1e6), np.full(len(arrivals), 1.0), effects)


def row(drawn, measure, unit):
    table = results_table(drawn, ("a", "b"))
    return table[(table["measure"] == measure) & (table["unit"] == unit)].iloc[-1]


def test_where_nothing_is_gained_a_cost_is_without_end_and_counts():
    some = np.linspace(1.0, 10.0, 39)
    cost = row(of_arrivals([0.0, *some]), COST, "USD")
    ends = np.quantile([1e6 / one for one in some] + [1e60], [0.05, 0.5, 0.95])
    assert cost[["percentile_5", "median", "percentile_95"]].tolist() == pytest.approx(ends)
    cost = row(of_arrivals([0.0, *some[:19]]), COST, "USD")
    assert np.isfinite(cost["median"])
    assert cost["percentile_95"] == np.inf


def test_the_noise_of_the_pairs_is_in_interval_verdict_and_probability():
    for error, sign in ((0.0, True), (1.0, True), (10.0, False)):
        errors = {"further_arrivals_error": np.array([error])}
        own = of_arrivals([3.0], **{TOTAL: np.array([5.0])}, **errors)
        assert has_effect(own) == (sign, sign)
        found = row(own, TOTAL, "total")
        wanted = stats.norm(5.0, error or 1e-9)
        assert found["median"] == pytest.approx(5.0)
        assert found["percentile_5"] == pytest.approx(wanted.ppf(0.05), rel=0.05)
        assert found["percentile_95"] == pytest.approx(wanted.ppf(0.95), rel=0.05)
        chance = found["probability_not_positive"]
        assert chance == pytest.approx(wanted.cdf(0.0), abs=0.01)
        assert row(own, "additional_arrivals", "total")["percentile_5"] == 3.0


def test_a_step_before_the_last_has_its_own_verdict():
    last = run(assumptions__other_groups={"value": 1, "source": "a test"}).ladder
    assert last["arithmetic"].iloc[-1] == NO_EFFECT
    assert (last["usd"].iloc[-3:-1] > 0).all()


def test_amounts_that_are_discounted_are_said_to_be():
    found = run(programme__discount=0.1)
    is_said = found.results["meaning"].str.contains("discounted")
    assert (is_said == found.results["unit"].str.contains("USD")).all()
    assert found.ladder["arithmetic"].iloc[-1].endswith("USD (discounted)")
    assert sentence(found).count("USD (discounted)") == 2
    plain = run()
    assert not plain.results["meaning"].str.contains("discounted").any()
    own = [one.draws.drop(columns="spent_usd") for one in (plain, found)]
    pd.testing.assert_frame_equal(*own)
    assert (found.draws["spent_usd"] < plain.draws["spent_usd"]).all()


def test_the_tornado_has_every_uncertain_input_the_widest_first(found):
    tornado = found.tornado
    assert len(tornado) == 5
    assert tornado["difference"].is_monotonic_decreasing
    own = tornado.set_index("input").loc["parameters.again_share"]
    assert own["arrivals_at_5"] > own["arrivals_at_95"]  # who tries again arrives anyway


def test_every_input_and_assumption_stands_in_the_table_with_its_state(found):
    table = found.assumptions.set_index("name")
    assert table.loc["assumptions.mission_failure", "state"] == "sourced"
    assert table.loc["assumptions.other_groups", "state"] == "off"
    assert table.loc["assumptions.news", "state"] == "off"
    assert table.loc["assumptions.free_pull", "state"] == "off"
    on = table[table["state"].isin(["own", "sourced"])]
    assert (on["source"].str.len() > 3).all()
    assert (on["value"].str.len() > 0).all()


def test_no_table_has_what_must_not_be_done(found):
    banned = r"welfare|wellbeing|qaly|daly|life|lives|utility|route|helper|broker|revolution|reform"
    for name in TABLES:
        table = getattr(found, name)
        assert not [one for one in table.columns if re.search(banned, one)], name
        assert not {"region", "place", "person"} & set(table.columns)
    assert not found.results["measure"].str.contains(banned).any()
    assert isinstance(found.about["region"], str)  # one region: there is no average over regions


def test_a_programme_after_the_law_s_years_is_computed_and_marked():
    years = {"programme__years": "2018-2019", "assumptions__closures": "sourced"}
    found = run(**years, assumptions__crossings_after="sourced")
    assert found.about["horizons"] == ("2025, extrapolated", "2035, extrapolated")
    assert found.about["later"].years[-1] == 2025
    paths = found.paths.set_index("year")
    assert list(paths.index) == list(range(1992, 2026))
    assert paths["data"].to_dict() == {
        year: "data" if year <= 2014 else "extrapolated" for year in paths.index
    }
    assert paths.loc[2019, "observed_arrivals"] == 1047
    assert (paths["rescued"] > 0).to_dict() == {y: y in (2018, 2019) for y in paths.index}
    assert paths.loc[2021, "arrivals_with"] < 0.4 * paths.loc[2017, "arrivals_with"]
    state = found.assumptions.set_index("name").loc["assumptions.crossings_after"]
    assert (state["state"], state["mark"]) == ("sourced", "an extrapolation")
    assert found.ladder["step"].str.contains("closures").any()


def test_later_years_do_not_change_a_programme_within_the_law_s():
    """Crossings after the law's years are of nobody that a programme within them takes."""
    own = {"value": 0.5, "source": "a test"}
    pd.testing.assert_frame_equal(run().results, run(assumptions__crossings_after=own).results)


@pytest.mark.parametrize("state", ["off", "sourced", {"value": 0.5, "source": "a test"}])
def test_later_crossings_are_repeated_or_change_as_is_said(state):
    said = {**tomllib.loads(TEMPLATE), "parameters": {}}
    changes = {"programme.years": "2019", "assumptions.crossings_after": state}
    world, _ = prepared(said, None, changes, "north_korea")
    factors = world.after(world.values(np.full(5, 0.5)))
    expected = {
        "off": np.ones(11), "sourced": np.array([1275, 1418, 1127, 1137, 1047]) / 1397,
    }.get(state if isinstance(state, str) else "", 0.5 ** np.arange(1, 12))  # fmt: skip
    np.testing.assert_allclose(factors[: len(expected)], expected)
    assert len(factors) == 11


def test_what_is_counted_stands_in_the_results_only_where_it_is_on(found):
    on = run(
        assumptions__relatives="sourced", assumptions__remittances="sourced",
        assumptions__descendants={"value": 0.02, "in_china": 0.03, "at_home": 0.03, "source": "t"},
    )  # fmt: skip
    more = {"relatives_of_averted", "won_sent", "births_abroad", "births_at_home"}
    assert more <= set(on.results["measure"])
    assert not more & set(found.results["measure"])
    own = ["additional_arrivals", "rescues"]  # counted beside: nothing is added to arrivals
    rows = [table.results[table.results["measure"].isin(own)] for table in (on, found)]
    pd.testing.assert_frame_equal(*[one.reset_index(drop=True) for one in rows])


def test_an_input_that_is_switched_on_leaves_the_others_at_their_points(found):
    more = run(assumptions__other_groups="sourced")
    names = ["costs.per_rescue_usd", "costs.share_to_rescues", "parameters.return_rate"]
    pd.testing.assert_frame_equal(more.draws[names], found.draws[names])


def test_thresholds_are_where_the_effect_ends_or_costs_what_the_user_says(found):
    table = found.thresholds.set_index("input")
    assert set(table["what"]) == {"no additional arrival"}
    assert table.loc["assumptions.other_groups", "at"] == 1.0
    own = run(programme__threshold_usd=20_000)
    table = own.thresholds[own.thresholds["what"].str.contains("costs")].set_index("input")
    share = table.loc["costs.share_to_rescues", "at"]
    cost = run(
        programme__threshold_usd=20_000, chance__points=1,
        costs__share_to_rescues={"value": share, "source": "a test"},
    ).ladder["usd"].iloc[-1]  # fmt: skip
    assert cost == pytest.approx(20_000, rel=1e-3)
    below = own.results[own.results["measure"] == "cost_below_threshold"]["median"]
    assert ((below >= 0) & (below <= 1)).all()


def test_a_budget_brings_as_much_as_it_is_or_less_where_costs_grow_and_nobody_is_left():
    alone = {"chance__points": 1, "chance__runs": 1}
    plain = run(**alone)
    per = [f"{name}_per_further_million" for name in ("rescues", "additional_arrivals")]
    table = plain.budgets.set_index("times")
    assert table[per[0]].to_numpy() == pytest.approx(table[per[0]].iloc[0])
    assert table.loc[1, "additional_arrivals"] * 1e6 / table.loc[1, "spent_usd"] == (
        pytest.approx(plain.about["at_medians"])
    )
    more = table.loc[2] - table.loc[1.5]
    assert table.loc[2, per[1]] == pytest.approx(more.iloc[2] / more.iloc[0] * 1e6)
    growing = {"value": 0.5, "source": "a test"}
    for own in ({"assumptions__cost_growth": growing}, {"programme__funds_usd": 40_000_000}):
        found = run(**alone, **own).budgets
        assert found["rescues"].is_monotonic_increasing
        assert (found[per[0]].diff().dropna() < 1e-9).all()
        assert found[per[0]].iloc[-1] < 0.8 * found[per[0]].iloc[0]


def test_a_kept_part_is_not_worked_out_again_and_gives_the_same(tmp_path, monkeypatch):
    parts = tmp_path / "parts"

    def programme(parameters=None, parts=parts, **changes):
        how = {"changes": {**SMALL, **changes}, "threads": 1, "parts": parts}
        return run_programme(tomllib.loads(TEMPLATE), parameters, **how)

    whole, other = programme(), programme({"visit_rate": 0.2}, parts=None)
    assert sorted(file.name for file in parts.iterdir()) == ["key", "law.npz", "points-00000.npz"]

    runs, law_runs = [], module.law_runs

    def counted(*arguments):
        runs.append(arguments)
        return law_runs(*arguments)

    monkeypatch.setattr(module, "law_runs", counted)
    pd.testing.assert_frame_equal(programme().draws, whole.draws)
    assert not runs
    again = programme({"visit_rate": 0.2})  # of other parameters: begun anew
    assert len(runs) == 1
    pd.testing.assert_frame_equal(again.draws, other.draws)
    assert not again.draws.equals(whole.draws)
    programme({"visit_rate": 0.2}, **{"chance.seed": 2})  # of another programme
    assert len(runs) == 2


@pytest.mark.parametrize("name", ["notes.txt", "law.npz.bak"])
def test_a_folder_of_something_else_is_no_place_for_parts_and_stays(tmp_path, name):
    (tmp_path / name).write_text("mine")
    with pytest.raises(ProgrammeError, match=f"is no folder of parts: it has {name}"):
        run_programme(tomllib.loads(TEMPLATE), changes=SMALL, threads=1, parts=tmp_path)
    with pytest.raises(ProgrammeError, match="is no folder of parts"):
        run_programme(tomllib.loads(TEMPLATE), changes=SMALL, threads=1, parts=tmp_path / name)
    assert (tmp_path / name).read_text() == "mine"


def test_the_path_without_a_programme_is_that_of_no_rescue():
    """Also where missions fail: who is returned under way would else have been in the shadow alone."""
    how = {
        "programme__whom": "anyone in China", "chance__points": 1, "chance__runs": 2,
        "assumptions__mission_failure": {"value": 0.3, "source": "a test"},
    }  # fmt: skip
    some, none = (run(**how, programme__funds_usd=funds).paths for funds in (500_000, 0))
    wanted = none["arrivals_with"].to_numpy()
    np.testing.assert_allclose(some["arrivals_without"], wanted, rtol=1e-9)
    assert (some["rescued"] > 1).any()


def test_a_row_comes_out_again(found):
    table = found.draws
    row = table.iloc[[5]].reset_index(drop=True)
    said = {**tomllib.loads(TEMPLATE)}
    said["chance"] = {"points": 8, "runs": 2, "seed": 1}
    point, seed = int(row["point"][0]), int(row["seed"][0])
    again = run_row(said, None, point=point, seed=seed, country="north_korea")
    pd.testing.assert_frame_equal(again, row)
    with pytest.raises(ProgrammeError, match="point = 8"):
        run_row(said, None, point=8, seed=1, country="north_korea")


@pytest.mark.parametrize("threads", [0, -1, 1.5])
def test_threads_are_whole_and_at_least_one(threads):
    with pytest.raises(ProgrammeError, match="threads"):
        run_programme(tomllib.loads(TEMPLATE), threads=threads)
